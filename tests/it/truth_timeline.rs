//! Status changes read from git against the right answers for five real repositories with their history.
//! Prints a table; a document counts as right where states and days are the same, in the same order.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use annals::config::CollectionConfig;
use annals::history::{self, FileHistory, Version};
use annals::record::{self, Status};
use serde::Deserialize;
use tempfile::TempDir;

#[derive(Deserialize)]
struct Truth {
    docs: Vec<Doc>,
}

#[derive(Deserialize)]
struct Doc {
    path: String,
    revisions: u32,
    first_commit: String,
    last_commit: String,
    events: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    author_date: String,
    status: Option<String>,
    canonical: Option<String>,
}

/// Where the real repositories are: `ANNALS_SHARED`, or `../shared`. `None` only with `ANNALS_SKIP_SHARED=1`;
/// without both, the test fails.
pub fn shared() -> Option<PathBuf> {
    let place = std::env::var_os("ANNALS_SHARED").map(PathBuf::from);
    let place = place.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"));
    if place.join("corpora").is_dir() {
        return Some(place);
    }
    assert!(
        std::env::var_os("ANNALS_SKIP_SHARED").is_some_and(|skip| skip == "1"),
        "`{}` has no `corpora`: this test reads public decision logs with their right answers; put them there or set \
         ANNALS_SHARED to their folder (CONTRIBUTING.md, \"Tests\"), or set ANNALS_SKIP_SHARED=1 to skip it",
        place.display()
    );
    eprintln!("skipped: ANNALS_SKIP_SHARED=1");
    None
}

fn status_of(version: Version<'_>) -> Option<Status> {
    record::status_of(version.path, version.text, version.sidecar, &CollectionConfig::default())
}

fn bundles(shared: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(shared.join("corpora")).unwrap();
    let mut bundles: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    bundles.retain(|path| path.extension().is_some_and(|extension| extension == "bundle"));
    bundles.sort();
    bundles
}

/// What the records themselves are known to say today, by path.
fn known(shared: &Path, bundle: &Path) -> BTreeMap<String, String> {
    #[derive(Deserialize)]
    struct Known {
        docs: Vec<Now>,
    }
    #[derive(Deserialize)]
    struct Now {
        path: String,
        status: Option<String>,
    }
    let name = bundle.file_stem().unwrap().to_str().unwrap();
    let known = std::fs::read(shared.join(format!("truth/{name}.json"))).unwrap();
    let known: Known = serde_json::from_slice(&known).unwrap();
    known.docs.into_iter().filter_map(|now| Some((now.path, now.status?))).collect()
}

fn clone(shared: &Path, bundle: &Path) -> (TempDir, Truth) {
    let name = bundle.file_stem().unwrap().to_str().unwrap();
    let truth = std::fs::read(shared.join(format!("truth/{name}.timeline-linear.json"))).unwrap();
    let clone = tempfile::tempdir().unwrap();
    let cloned = Command::new("git")
        .args(["-c", "init.defaultBranch=main", "clone", "--quiet"])
        .arg(bundle)
        .arg(clone.path())
        .status();
    assert!(cloned.unwrap().success());
    (clone, serde_json::from_slice(&truth).unwrap())
}

/// States and days, without repeated states.
type Sequence = Vec<(Option<String>, String)>;

fn sequence(changes: impl Iterator<Item = (Option<String>, String)>) -> Sequence {
    let mut sequence: Sequence = changes.collect();
    sequence.dedup_by(|later, earlier| later.0 == earlier.0);
    sequence
}

fn told(file: &FileHistory) -> impl Iterator<Item = (Option<String>, String)> {
    file.states.iter().map(|state| (state.state.map(|state| state.name().to_owned()), state.date.to_string()))
}

#[test]
fn status_changes_of_five_repositories() {
    let Some(shared) = shared() else { return };
    let mut table = format!(
        "{:<32}{:>6}{:>8}{:>9}{:>9}{:>9}{:>9}\n",
        "repository", "docs", "unsure", "states", "labels", "commits", "days"
    );
    let mut failed = Vec::new();
    let names = bundles(&shared);
    assert!(!names.is_empty());
    for bundle in names {
        let name = bundle.file_stem().unwrap().to_str().unwrap().to_owned();
        let (clone, mut truth) = clone(&shared, &bundle);
        // Where the answers for git end in "no status" and those for the records name one, git's reader
        // missed it: such a document tells nothing about ours.
        let known = known(&shared, &bundle);
        let all = truth.docs.len();
        truth.docs.retain(|doc| {
            let last = doc.events.last().map(|change| change.canonical.is_some());
            last != Some(false) || !known.contains_key(&doc.path)
        });
        let unsure = all - truth.docs.len();
        let members: Vec<(&str, Option<&str>)> =
            truth.docs.iter().map(|doc| (doc.path.as_str(), None)).collect();
        let read = history::read(clone.path(), &members, &status_of);
        assert_eq!(read.missing, None);

        let none = FileHistory::default();
        let (mut states, mut labels, mut commits, mut days) = (0, 0, 0, 0);
        for doc in &truth.docs {
            let file = read.files.get(&doc.path).unwrap_or(&none);
            let wanted = |change: &Change| (change.canonical.clone(), change.author_date.clone());
            let expected = sequence(doc.events.iter().map(wanted));
            let found = sequence(told(file));
            states += u32::from(expected == found);
            labels += u32::from(doc.events.iter().map(wanted).eq(told(file)));
            commits += u32::from(doc.revisions == file.revisions);
            let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string()).unwrap_or_default();
            days += u32::from(day(file.first) == doc.first_commit && day(file.last) == doc.last_commit);
            if expected != found && std::env::var_os("ANNALS_VERBOSE").is_some() {
                let written: BTreeMap<&str, Option<&str>> = doc
                    .events
                    .iter()
                    .map(|change| (change.author_date.as_str(), change.status.as_deref()))
                    .collect();
                eprintln!("{name} {}\n  wanted {expected:?} {written:?}\n  found  {found:?}", doc.path);
            }
        }
        let total = truth.docs.len();
        let share = |count: u32| format!("{:.1} %", f64::from(count) * 100.0 / total as f64);
        let columns = [states, labels, commits, days].map(share);
        let [a, b, c, d] = columns;
        writeln!(table, "{name:<32}{total:>6}{unsure:>8}{a:>9}{b:>9}{c:>9}{d:>9}").unwrap();
        if f64::from(states.min(labels).min(commits).min(days)) < 0.98 * total as f64 {
            failed.push(name);
        }
    }
    eprintln!("{table}");
    assert!(failed.is_empty(), "below 98 %: {failed:?}\n{table}");
}
