//! Status changes read from git against the right answers for five real repositories with their history.
//! Prints a table; a document counts as right where states and days are the same, in the same order.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use annals::history::{self, FileHistory, Version};
use annals::record::{Origin, OriginKind, State, Status};
use serde::Deserialize;

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

/// Where the real repositories are: `ANNALS_SHARED`, or `../shared`.
pub fn shared() -> Option<PathBuf> {
    let place = std::env::var_os("ANNALS_SHARED").map(PathBuf::from);
    let place = place.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"));
    place.join("corpora").is_dir().then_some(place)
}

pub fn status_of(version: Version<'_>) -> Option<Status> {
    let label = version.text.lines().take(40).find_map(|line| {
        let line = line.trim_start_matches(['-', '*', ' ']);
        line.strip_prefix("status:").or_else(|| line.strip_prefix("stage:"))
    })?;
    let label = label.trim().to_owned();
    let state = match label.to_lowercase().as_str() {
        "draft" => State::Draft,
        "accepted" | "ready-for-release" => State::Accepted,
        "final" | "released" | "recommended" => State::Implemented,
        "review" | "last call" | "proposed" => State::Proposed,
        "stagnant" => State::Deferred,
        "moved" => State::Moved,
        "withdrawn" | "abandoned" => State::Withdrawn,
        "superseded" => State::Superseded,
        "living" | "active" => State::Active,
        _ => State::Unknown,
    };
    let from = Origin { kind: OriginKind::FrontMatter, line: None, key: "status".to_owned() };
    (!label.is_empty()).then_some(Status { state, label, note: None, from, inferred: false })
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
    let Some(shared) = shared() else {
        eprintln!("skipped: the real repositories are not here (ANNALS_SHARED, or ../shared)");
        return;
    };
    let mut table = format!(
        "{:<32}{:>6}{:>9}{:>9}{:>9}{:>9}\n",
        "repository", "docs", "states", "labels", "commits", "days"
    );
    let mut failed = Vec::new();
    let mut names: Vec<PathBuf> = std::fs::read_dir(shared.join("corpora"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "bundle"))
        .collect();
    names.sort();
    assert!(!names.is_empty());
    for bundle in names {
        let name = bundle.file_stem().unwrap().to_str().unwrap().to_owned();
        let truth = std::fs::read(shared.join(format!("truth/{name}.timeline-linear.json"))).unwrap();
        let truth: Truth = serde_json::from_slice(&truth).unwrap();
        let clone = tempfile::tempdir().unwrap();
        let cloned = Command::new("git").args(["clone", "--quiet"]).arg(&bundle).arg(clone.path()).status();
        assert!(cloned.unwrap().success());
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
        writeln!(table, "{name:<32}{total:>6}{a:>9}{b:>9}{c:>9}{d:>9}").unwrap();
        if f64::from(commits.min(days)) < 0.98 * total as f64 {
            failed.push(name);
        }
    }
    eprintln!("{table}");
    assert!(failed.is_empty(), "below 98 %: {failed:?}\n{table}");
}
