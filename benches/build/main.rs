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
//! a line that says so, where they are not there. What is compared runs in turn, so that a machine that slows down
//! slows down all of it; a busy machine is no place for a benchmark all the same.
//!
//! Every run writes to a new folder, and none of them goes before the end (some 8 GB with all runs): ext4 goes
//! round places that were freed within the last minutes, and looking for others costs more than what is measured.

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
    let work = work.path();
    let mut logs: Vec<(&str, PathBuf)> = Vec::new();
    for (name, folder) in [("rust-lang/rfcs", "rust-lang__rfcs"), ("ethereum/EIPs", "ethereum__EIPs")] {
        let path = shared().join("corpora").join(folder);
        if path.is_dir() {
            let log = work.join(folder);
            copy(&path, &log)?;
            logs.push((name, log));
        } else {
            println!("{name}: left out, {} is not there", path.display());
        }
    }
    for (name, count) in [("1,000 records", 1_000), ("10,000 records", 10_000)] {
        if choices.quick && count > 1_000 {
            continue;
        }
        let folder = work.join(format!("log-{count}"));
        made_up(&folder.join("adr"), count)?;
        logs.push((name, folder));
    }
    let mut thousand = None;
    for (name, source) in &logs {
        println!("\n{name}\n  {:<28}{:>9}{:>9}{:>10}{:>11}", "", "wall s", "CPU s", "peak MiB", "x floor");
        set_search(source, false)?;
        let floor = |site: &Path| {
            let mut command = Command::new(env::current_exe().unwrap_or_default());
            command.arg("--floor").arg(source).arg(site);
            command
        };
        let [floor, first] = in_turn(choices.runs, work, [&floor, &|site| annals(source, site)])?;
        print("floor", floor, floor);
        print("annals", first, floor);
        again(choices.runs, source, work, first, floor)?;
        linearity(name, first, &mut thousand);
        if choices.peers {
            beside_peers(choices.runs, source, work, floor)?;
        }
        set_search(source, true)?;
        let [searched] = in_turn(choices.runs, work, [&|site| annals(source, site)])?;
        print("annals, with search", searched, floor);
    }
    history(choices.runs, work)
}

/// A second build over an unchanged tree: what it costs, and whether it leaves every file alone.
fn again(runs: usize, source: &Path, work: &Path, first: Cost, floor: Cost) -> Result<(), Box<dyn Error>> {
    let site = new_folder(work)?;
    measure::run(&mut annals(source, &site))?;
    let before = newest(&site);
    let [second] = in_turn(runs, work, [&|_| annals(source, &site)])?;
    print("annals, unchanged", second, floor);
    let written = if newest(&site) == before { "nothing" } else { "SOMETHING" };
    println!("  {:<28}{:>8.2} of the first build; {written} was written", "", second.wall / first.wall);
    Ok(())
}

/// Ten times the records must cost ten times the time.
fn linearity(name: &str, annals: Cost, thousand: &mut Option<Cost>) {
    match name {
        "1,000 records" => *thousand = Some(annals),
        "10,000 records" => {
            if let Some(before) = *thousand {
                let (wall, cpu) = (annals.wall / before.wall, annals.cpu / before.cpu);
                println!(
                    "  {:<28}{wall:>8.1} times the time of 1,000 records, {cpu:.1} times the CPU time",
                    ""
                );
            }
        }
        _ => {}
    }
}

/// The generators that are installed, each in turn with Annals.
fn beside_peers(runs: usize, source: &Path, work: &Path, floor: Cost) -> Result<(), Box<dyn Error>> {
    for peer in &peers::PEERS {
        if !peers::installed(peer) {
            println!("  {:<28}is not installed", peer.program);
            continue;
        }
        let adapted = new_folder(work)?;
        (peer.adapt)(source, &adapted)?;
        let beside = |site: &Path| {
            let mut command = Command::new(peer.program);
            command.args(peer.arguments).arg(site).current_dir(&adapted);
            command
        };
        match in_turn(runs.min(3), work, [&beside, &|site| annals(source, site)]) {
            Ok([cost, annals]) => {
                print(peer.program, cost, floor);
                println!("  {:<28}{:>8.1} times the time of annals", "", cost.wall / annals.wall);
            }
            Err(problem) => println!("  {:<28}failed: {problem}", peer.program),
        }
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
    let clone = new_folder(work)?;
    let cloned = Command::new("git").arg("clone").arg("--quiet").arg(&bundle).arg(&clone).status()?;
    if !cloned.success() {
        println!("\nhistory: left out, the bundle could not be cloned");
        return Ok(());
    }
    set_search(&clone, false)?;
    println!(
        "\nethereum/EIPs with its git history\n  {:<28}{:>9}{:>9}{:>10}{:>11}",
        "", "wall s", "CPU s", "peak MiB", "x git log"
    );
    let log = |_: &Path| {
        let mut command = Command::new("git");
        command.arg("-C").arg(&clone).args(["log", "--raw"]);
        command
    };
    let [log, with] = in_turn(runs, work, [&log, &|site| annals(&clone, site)])?;
    print("git log --raw", log, log);
    print("annals, whole build", with, log);
    let alone = history_alone(runs, &clone)?;
    println!("  {:<28}{alone:>9.3}{:>30.2}", "annals, the history alone", alone / log.wall);
    fs::remove_dir_all(clone.join(".git"))?;
    let [without] = in_turn(runs, work, [&|site| annals(&clone, site)])?;
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

fn annals(source: &Path, site: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_annals"));
    command.arg("build").arg(source).arg("-o").arg(site);
    command
}

/// An empty folder that stays until the end.
fn new_folder(work: &Path) -> std::io::Result<PathBuf> {
    Ok(tempfile::tempdir_in(work)?.keep())
}

/// Runs the commands in turn, each time into a new folder: once to warm the caches, then for the median.
fn in_turn<const N: usize>(
    runs: usize,
    work: &Path,
    commands: [&dyn Fn(&Path) -> Command; N],
) -> Result<[Cost; N], Box<dyn Error>> {
    let mut costs = commands.map(|_| Vec::new());
    for run in 0..=runs {
        for (command, costs) in commands.iter().zip(&mut costs) {
            let cost = measure::run(&mut command(&new_folder(work)?))?;
            if run > 0 {
                costs.push(cost);
            }
        }
    }
    Ok(costs.map(|costs| median(&costs)))
}

/// A log's configuration: nothing but whether its site has a search, which the floor and the peers have not.
fn set_search(log: &Path, search: bool) -> std::io::Result<()> {
    fs::write(log.join("annals.toml"), format!("[site]\nsearch = {search}\n"))
}

fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry?;
        let target = to.join(entry.path().strip_prefix(from)?);
        match entry.file_type() {
            kind if kind.is_dir() => fs::create_dir_all(target)?,
            kind if kind.is_file() => drop(fs::copy(entry.path(), target)?),
            _ => {}
        }
    }
    Ok(())
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
