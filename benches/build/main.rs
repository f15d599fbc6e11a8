//! `cargo bench --bench build`: builds real and made-up logs, beside the physical floor and beside other
//! generators, in one run on one machine, and prints what each cost.
//!
//! ```text
//! cargo bench --bench build                          everything, median of 5 runs
//! cargo bench --bench build -- --runs 3 --quick      without the 10,000 records
//! cargo bench --bench build -- --no-peers            Annals and the floor only
//! cargo bench --bench build -- --generate 500 DIR    only write a made-up log
//! ```
//!
//! Real records are looked for in `$ANNALS_SHARED/corpora` (`../shared` where it is not set) and left out, with
//! a line that says so, where they are not there. What a benchmark on a busy machine says is worth little: run it on a
//! quiet one.

mod floor;
mod generate;
mod measure;
mod peers;

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Instant, SystemTime};

use annals::source::{self, DiscoverOptions};
use annals::{collection, history, record};
use measure::{Cost, median};

/// The choices of the command line.
struct Choices {
    runs: usize,
    quick: bool,
    peers: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).filter(|word| *word != "--bench").collect();
    match words.as_slice() {
        // The floor runs in a process of its own, so that its memory can be measured.
        ["--floor", input, output] => {
            floor::run(Path::new(input), Path::new(output))?;
            Ok(())
        }
        ["--generate", count, folder] => Ok(generate::generate(Path::new(folder), count.parse()?)?),
        words => {
            let runs = words.iter().position(|word| *word == "--runs").and_then(|at| words.get(at + 1));
            compare(&Choices {
                runs: runs.map_or(Ok(5), |count| count.parse())?,
                quick: words.contains(&"--quick"),
                peers: !words.contains(&"--no-peers"),
            })
        }
    }
}

fn compare(choices: &Choices) -> Result<(), Box<dyn Error>> {
    let work = tempfile::tempdir()?;
    let mut logs: Vec<(&str, PathBuf)> = Vec::new();
    for (name, folder) in [("rust-lang/rfcs", "rust-lang__rfcs"), ("ethereum/EIPs", "ethereum__EIPs")] {
        let path = shared().join("corpora").join(folder);
        if path.is_dir() {
            logs.push((name, path));
        } else {
            println!("{name}: left out, {} is not there", path.display());
        }
    }
    for (name, count) in [("1,000 records", 1_000), ("10,000 records", 10_000)] {
        if choices.quick && count > 1_000 {
            continue;
        }
        let folder = work.path().join(format!("log-{count}"));
        made_up(&folder.join("adr"), count)?;
        logs.push((name, folder));
    }
    let mut thousand = None;
    for (name, source) in &logs {
        println!("\n{name}\n  {:<28}{:>9}{:>9}{:>10}{:>11}", "", "wall s", "CPU s", "peak MiB", "x floor");
        let output = work.path().join("out");
        let floor = repeat(choices.runs, &output, || {
            let mut command = Command::new(env::current_exe().unwrap_or_default());
            command.arg("--floor").arg(source).arg(&output);
            command
        })?;
        print("floor", floor, floor);
        let annals = repeat(choices.runs, &output, || annals(source, &output))?;
        print("annals", annals, floor);
        again(choices.runs, source, &output, annals, floor)?;
        linearity(name, annals, &mut thousand);
        if choices.peers {
            beside_peers(choices.runs, source, work.path(), annals, floor)?;
        }
    }
    history(choices.runs, work.path())
}

/// A second build over an unchanged tree: what it costs, and whether it leaves every file alone.
fn again(runs: usize, source: &Path, output: &Path, first: Cost, floor: Cost) -> Result<(), Box<dyn Error>> {
    let before = newest(output);
    let costs =
        (0..runs).map(|_| measure::run(&mut annals(source, output))).collect::<Result<Vec<_>, _>>()?;
    let second = median(&costs);
    print("annals, unchanged", second, floor);
    let written = if newest(output) == before { "nothing" } else { "SOMETHING" };
    println!("  {:<28}{:>8.2} of the first build; {written} was written", "", second.wall / first.wall);
    Ok(())
}

/// Ten times the records must cost ten times the time.
fn linearity(name: &str, annals: Cost, thousand: &mut Option<f64>) {
    match name {
        "1,000 records" => *thousand = Some(annals.wall),
        "10,000 records" => {
            if let Some(before) = *thousand {
                println!("  {:<28}{:>8.1} times the time of 1,000 records", "", annals.wall / before);
            }
        }
        _ => {}
    }
}

fn beside_peers(
    runs: usize,
    source: &Path,
    work: &Path,
    annals: Cost,
    floor: Cost,
) -> Result<(), Box<dyn Error>> {
    for peer in &peers::PEERS {
        if !peers::installed(peer) {
            println!("  {:<28}is not installed", peer.program);
            continue;
        }
        let site = work.join(peer.program);
        let _ = fs::remove_dir_all(&site);
        (peer.adapt)(source, &site)?;
        let costs = repeat(runs.min(3), &site.join("public"), || {
            let mut command = Command::new(peer.program);
            command.args(peer.arguments).current_dir(&site);
            command
        });
        match costs {
            Ok(cost) => {
                print(peer.program, cost, floor);
                println!("  {:<28}{:>8.1} times the time of annals", "", cost.wall / annals.wall);
            }
            Err(problem) => println!("  {:<28}failed: {problem}", peer.program),
        }
        let _ = fs::remove_dir_all(&site);
    }
    Ok(())
}

/// The whole history of a real series, beside one `git log --raw` over the same repository.
fn history(runs: usize, work: &Path) -> Result<(), Box<dyn Error>> {
    let bundle = shared().join("corpora/ethereum__EIPs.bundle");
    if !bundle.is_file() {
        println!("\nhistory: left out, {} is not there", bundle.display());
        return Ok(());
    }
    let (clone, output) = (work.join("clone"), work.join("out"));
    let cloned = Command::new("git").arg("clone").arg("--quiet").arg(&bundle).arg(&clone).status()?;
    if !cloned.success() {
        println!("\nhistory: left out, the bundle could not be cloned");
        return Ok(());
    }
    println!(
        "\nethereum/EIPs with its git history\n  {:<28}{:>9}{:>9}{:>10}{:>11}",
        "", "wall s", "CPU s", "peak MiB", "x git log"
    );
    let log = repeat(runs, &output, || {
        let mut command = Command::new("git");
        command.arg("-C").arg(&clone).args(["log", "--raw"]);
        command
    })?;
    print("git log --raw", log, log);
    let with = repeat(runs, &output, || annals(&clone, &output))?;
    print("annals, whole build", with, log);
    let alone = history_alone(runs, &clone)?;
    println!("  {:<28}{alone:>9.3}{:>30.2}", "annals, the history alone", alone / log.wall);
    fs::remove_dir_all(clone.join(".git"))?;
    let without = repeat(runs, &output, || annals(&clone, &output))?;
    print("annals, without history", without, log);
    println!(
        "  {:<28}{:>8.2} s more for a build with the history: records are parsed meanwhile",
        "",
        with.wall - without.wall,
    );
    Ok(())
}

/// Median seconds to read the history of every record, with nothing else going on.
fn history_alone(runs: usize, clone: &Path) -> Result<f64, Box<dyn Error>> {
    let inputs = source::discover(clone, &DiscoverOptions::default())?;
    let found = collection::find(&inputs);
    let members: Vec<_> =
        found.collections.iter().flat_map(|of| of.members.iter().map(move |member| (of, member))).collect();
    let paths: Vec<_> =
        members.iter().map(|(_, member)| (member.path.as_str(), member.sidecar.as_deref())).collect();
    let mut times: Vec<f64> = (0..=runs)
        .map(|_| {
            let start = Instant::now();
            let read = history::read(clone, &paths, &|version| {
                let (collection, _) = members.get(version.member)?;
                record::status_of(version.path, version.text, version.sidecar, &collection.config)
            });
            assert_eq!(read.files.len(), paths.len());
            start.elapsed().as_secs_f64()
        })
        .skip(1)
        .collect();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().ok_or_else(|| "no run".into())
}

fn annals(source: &Path, output: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_annals"));
    command.arg("build").arg(source).arg("-o").arg(output);
    command
}

/// One run to warm the caches, then the median of the others; the output folder is gone before each.
fn repeat(runs: usize, output: &Path, command: impl Fn() -> Command) -> Result<Cost, Box<dyn Error>> {
    let mut costs = Vec::new();
    for run in 0..=runs {
        let _ = fs::remove_dir_all(output);
        let cost = measure::run(&mut command())?;
        if run > 0 {
            costs.push(cost);
        }
    }
    Ok(median(&costs))
}

/// The shared generator where it is there (its words are real ones), our own otherwise.
fn made_up(folder: &Path, count: usize) -> Result<(), Box<dyn Error>> {
    let script = shared().join("bench/gen.py");
    if script.is_file() && Command::new("python3").arg("--version").output().is_ok() {
        let mut python = Command::new("python3");
        fs::create_dir_all(folder)?;
        let made =
            python.arg(&script).args(["--n", &count.to_string(), "--seed", "1"]).arg(folder).output()?;
        if made.status.success() {
            return Ok(());
        }
    }
    Ok(generate::generate(folder, count)?)
}

fn shared() -> PathBuf {
    env::var_os("ANNALS_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from)
}

fn newest(folder: &Path) -> Option<SystemTime> {
    let files = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    files.filter_map(|file| file.metadata().ok()?.modified().ok()).max()
}

fn print(name: &str, cost: Cost, floor: Cost) {
    let ratio = cost.wall / floor.wall;
    println!("  {name:<28}{:>9.3}{:>9.2}{:>10.0}{ratio:>11.1}", cost.wall, cost.cpu, cost.memory);
}
