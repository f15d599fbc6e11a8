//! `cargo bench --bench search`: how well the search finds, and what it costs.
//!
//! ```text
//! cargo bench --bench search -- eval [QUERIES.json ROOT]   success@1, @3, @10 and MRR
//! cargo bench --bench search -- cost ROOT…                 time, memory, bytes and files of the index of each root
//! cargo bench --bench search -- edit ROOT…                 what one more sentence changes, and how long it takes to follow
//! ```
//!
//! `eval` alone reads every `queries/NAME.json` of `$ANNALS_SHARED` (`../shared` where it is not set) with the records of
//! `corpora/NAME`. A file of queries is a list of `{"q": "…", "want": ["path of a record", …]}`: a query succeeds at k where one of
//! its records is among the first k, and MRR is the mean of one over the place of the first of them (0 beyond the tenth).
//!
//! `cost` also asks the client (`benches/search/client.mjs`, where there is a Node) what a first query reads and how long a keystroke takes.
//! `edit` adds a sentence to one record in memory, as a save in the preview does, and counts the files that change: what a
//! browser's cache or `rsync` has to fetch again.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use annals::Memory;
use annals::catalog::catalog;
use annals::search;
use annals::search::export::export;
use annals::search::index::Index;
use annals::source::{self, DiscoverOptions, File, Inputs, SourceText};
use serde::Deserialize;

/// As in the program: what is measured is a matter of many short-lived texts.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["eval"] | [] => eval_all(),
        ["eval", queries, root] => eval(Path::new(queries), Path::new(root)),
        [what @ ("cost" | "edit"), roots @ ..] => {
            roots.iter().try_for_each(|root| cost(Path::new(root), *what == "edit"))
        }
        _ => Err("see the first lines of benches/search/main.rs".into()),
    }
}

#[derive(Deserialize)]
struct Wish {
    q: String,
    want: Vec<String>,
}

fn eval_all() -> Result<(), Box<dyn Error>> {
    let shared = env::var_os("ANNALS_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let Ok(listed) = fs::read_dir(shared.join("queries")) else {
        println!("no queries: {} is not there", shared.join("queries").display());
        return Ok(());
    };
    let mut files: Vec<PathBuf> = listed.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    for queries in files {
        let name = queries.file_stem().unwrap_or_default();
        eval(&queries, &shared.join("corpora").join(name))?;
    }
    Ok(())
}

fn eval(queries: &Path, root: &Path) -> Result<(), Box<dyn Error>> {
    let wishes: Vec<Wish> = serde_json::from_slice(&fs::read(queries)?)?;
    let index = index(root, &read(root)?)?;
    let mut places = Vec::new();
    for Wish { q, want } in &wishes {
        let answer = index.search(q, 10)?;
        places.push(answer.results.iter().position(|found| want.contains(&found.source)));
    }
    let count = wishes.len().max(1) as f64;
    let within = |most: usize| places.iter().flatten().filter(|place| **place < most).count() as f64 / count;
    let mrr = places.iter().flatten().map(|place| 1.0 / (*place as f64 + 1.0)).sum::<f64>() / count;
    println!(
        "{:<32} {} queries  success@1 {:.3}  @3 {:.3}  @10 {:.3}  MRR {mrr:.3}",
        queries.file_stem().unwrap_or_default().to_string_lossy(),
        wishes.len(),
        within(1),
        within(3),
        within(10),
    );
    for (Wish { q, want }, place) in wishes.iter().zip(&places).filter(|(_, place)| **place != Some(0)) {
        let place = place.map_or("not among ten".to_owned(), |place| format!("place {}", place + 1));
        println!("    {q}: {place} ({})", want.join(", "));
    }
    Ok(())
}

fn read(root: &Path) -> Result<Arc<Inputs>, Box<dyn Error>> {
    Ok(Arc::new(source::discover(root, &DiscoverOptions::default())?))
}

fn index(root: &Path, inputs: &Arc<Inputs>) -> Result<Index, Box<dyn Error>> {
    let site = annals::resolve(root, inputs, &mut Memory::default());
    Ok(Index::new(&catalog(site.into(), &mut Default::default()), inputs, &mut Default::default())?)
}

/// What a preview keeps between two saves.
#[derive(Default)]
struct Kept {
    records: Memory,
    catalog: annals::catalog::Memory,
    search: search::Memory,
}

/// Makes the search of a site, and says what it cost.
fn make(
    root: &Path,
    inputs: &Arc<Inputs>,
    kept: &mut Kept,
) -> Result<(Index, search::Files), Box<dyn Error>> {
    let site = annals::resolve(root, inputs, &mut kept.records);
    let catalog = catalog(site.into(), &mut kept.catalog);
    let before = Cost::now();
    let started = Instant::now();
    let index = Index::new(&catalog, inputs, &mut kept.search)?;
    let indexed = Cost::now();
    let files = export(&index, &mut kept.search)?;
    let exported = Cost::now();
    println!(
        "  index {:.2} s of CPU, export {:.2} s of CPU, {:.2} s in all; memory {} MB before, {} MB at most",
        indexed.cpu - before.cpu,
        exported.cpu - indexed.cpu,
        started.elapsed().as_secs_f64(),
        before.memory,
        exported.memory,
    );
    Ok((index, files))
}

fn cost(root: &Path, edit: bool) -> Result<(), Box<dyn Error>> {
    let inputs = read(root)?;
    let mut kept = Kept::default();
    println!("{}", root.display());
    let (index, files) = make(root, &inputs, &mut kept)?;
    let mut kinds: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    for (path, bytes) in &files {
        let kind = kinds.entry(path.split('/').nth(1).unwrap_or_default()).or_default();
        *kind = (kind.0 + 1, kind.1 + bytes.len(), kind.2.max(bytes.len()));
    }
    for (kind, (count, bytes, largest)) in kinds {
        println!("  {kind:<9} {count:>5} files {bytes:>10} bytes, the largest {largest:>8}");
    }
    println!(
        "  all       {:>5} files {:>10} bytes",
        files.len(),
        files.values().map(|bytes| bytes.len()).sum::<usize>()
    );
    if !edit {
        drop((index, kept));
        return client(&files);
    }

    let Some(middle) = index.facts.records.get(index.len() / 2) else { return Ok(()) };
    let path = middle.source.clone();
    let Some(text) = inputs.text(&path).map(|text| text.text.clone()) else { return Ok(()) };
    for sentence in ["One more sentence about the quarterly budget of lighthouses.", "And another."] {
        let edited = format!("{text}\n{sentence}\n");
        let mut later = (*inputs).clone();
        later.files.insert(path.clone(), File::Text(SourceText::new(&path, edited).into()));
        println!("  a sentence more in one record:");
        let (_, new) = make(root, &Arc::new(later), &mut kept)?;
        let fresh = new.iter().filter(|(path, bytes)| files.get(*path) != Some(bytes));
        let (count, bytes) = fresh.fold((0, 0), |(count, bytes), (_, file)| (count + 1, bytes + file.len()));
        println!("  changes {count} of {} files, {bytes} bytes", new.len());
    }
    Ok(())
}

/// What the client reads and how long it takes, from the same files in a folder; nothing where there is no Node.
fn client(files: &search::Files) -> Result<(), Box<dyn Error>> {
    let folder = env::temp_dir().join(format!("annals-bench-search-{}", std::process::id()));
    for (path, bytes) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&folder))?;
        fs::write(path, bytes)?;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/search/client.mjs");
    match Command::new("node").arg(script).arg(&folder).output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout);
            said.lines().for_each(|line| println!("  {line}"));
            eprint!("{}", String::from_utf8_lossy(&output.stderr));
        }
        Err(problem) => println!("  no client: node: {problem}"),
    }
    Ok(fs::remove_dir_all(folder)?)
}

/// CPU seconds and the most memory so far, where the system tells (Linux).
struct Cost {
    cpu: f64,
    memory: u64,
}

impl Cost {
    fn now() -> Cost {
        let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        // utime and stime, in hundredths of a second.
        let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
        let memory = most.split_whitespace().next().and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024;
        Cost { cpu: (ticks(11) + ticks(12)) / 100.0, memory }
    }
}
