//! Records of eighteen real repositories, read without any configuration, against what a careful reader gets
//! out of each. Prints one table (per repository, per field, per cent right) and asserts its thresholds.
//! Files in formats other than markdown are not part of the right answers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use annals::history::History;
use annals::record::{self, Role, State};
use annals::site::{Entry, Ix, Site};
use annals::source::{self, DiscoverOptions, Inputs, is_markdown};
use jiff::civil::date;
use serde::Deserialize;

use crate::conservation;
use crate::truth_timeline::shared;

#[derive(Deserialize)]
struct Truth {
    notes: String,
    docs: Vec<Doc>,
}

#[derive(Deserialize)]
struct Doc {
    path: String,
    number: Option<u64>,
    title: Option<String>,
    title_any: Option<Vec<String>>,
    title_written: Option<String>,
    status_raw: Option<String>,
    status: Option<String>,
    status_clear: Option<bool>,
    date: Option<String>,
    authors_count: Option<usize>,
    supersedes: Option<Vec<String>>,
    superseded_by: Option<Vec<String>>,
    requires: Option<Vec<String>>,
    /// Successors that the reason for a withdrawal names.
    #[serde(default)]
    withdrawal_mentions: Vec<String>,
}

/// Right answers and questions asked.
#[derive(Default, Clone, Copy)]
struct Score {
    right: usize,
    asked: usize,
}

impl Score {
    fn add(&mut self, right: bool) {
        self.asked += 1;
        self.right += usize::from(right);
    }

    fn share(self) -> f64 {
        if self.asked == 0 { 1.0 } else { self.right as f64 / self.asked as f64 }
    }

    fn shown(self) -> String {
        if self.asked == 0 { "–".to_owned() } else { format!("{:.1}", 100.0 * self.share()) }
    }
}

/// The columns of the table with the share each must reach.
const FIELDS: [(&str, f64); 7] = [
    ("number", 0.99),
    ("title", 0.99),
    ("status", 0.99),
    ("date", 0.99),
    ("authors", 0.97),
    ("supersedes", 0.98),
    ("requires", 0.98),
];

/// Folders of repositories, each with the folder of its right answers.
const LOGS: [(&str, &str); 2] = [("corpora", "truth"), ("corpora-2", "truth-2")];

#[test]
fn records_of_eighteen_repositories() {
    let Some(shared) = shared() else { return };
    let logs = LOGS.iter().flat_map(|(corpora, truth)| {
        let names = folders(&shared.join(corpora));
        assert!(!names.is_empty(), "`{corpora}` has no repository");
        let shared = &shared;
        names.into_iter().map(move |name| (shared.join(corpora).join(&name), shared.join(truth), name))
    });
    let mut table = "| repository | records | set".to_owned();
    for (field, _) in FIELDS {
        let _ = write!(table, " | {field}");
    }
    table.push_str(" | text kept |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
    let mut failures = Vec::new();
    for (root, truth, name) in logs {
        let truth = std::fs::read_to_string(truth.join(format!("{name}.json"))).unwrap();
        let truth: Truth = serde_json::from_str(&truth).unwrap();
        let options = DiscoverOptions { today: Some(date(2026, 11, 21)), ..DiscoverOptions::default() };
        let inputs = source::discover(&root, &options).unwrap();
        let found = read(&inputs);
        let (set, scores, wrong) = compare(&name, &truth, &found);
        let _ = write!(table, "| {name} | {} | {}", truth.docs.len(), if set { "exact" } else { "wrong" });
        for (index, (field, threshold)) in FIELDS.iter().enumerate() {
            let score = scores[index];
            let _ = write!(table, " | {}", score.shown());
            if score.share() < *threshold {
                failures.push(format!(
                    "{name}: {field} {} < {:.0} ({}/{})",
                    score.shown(),
                    threshold * 100.0,
                    score.right,
                    score.asked
                ));
            }
        }
        let (records, lossy) = conservation::of_log(&root);
        let kept = 100.0 * (records - lossy.len()) as f64 / records.max(1) as f64;
        let _ = writeln!(table, " | {kept:.1} |");
        if !lossy.is_empty() {
            failures.push(format!("{name}: {} of {records} records lose a word", lossy.len()));
        }
        if !set {
            failures.push(format!("{name}: the set of records"));
        }
        let limit = std::env::var("ANNALS_SHOW").ok().and_then(|limit| limit.parse().ok()).unwrap_or(6);
        for line in wrong.iter().take(limit).chain(lossy.iter().flatten().take(limit)) {
            println!("{name}: {line}");
        }
    }
    println!("{table}");
    assert!(failures.is_empty(), "{failures:#?}");
    readme_has(&table.replace("__", "/"));
}

/// The README shows this table; `UPDATE=1` puts it there.
fn readme_has(table: &str) {
    const MARKS: (&str, &str) = ("<!-- begin truth -->\n", "<!-- end truth -->");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once(MARKS.0).unwrap();
    let (shown, after) = rest.split_once(MARKS.1).unwrap();
    if shown != table && std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, format!("{before}{}{table}{}{after}", MARKS.0, MARKS.1)).unwrap();
    } else {
        assert_eq!(
            shown, table,
            "`UPDATE=1 cargo test --test it truth_records` writes the table into the README"
        );
    }
}

/// The names of the folders in a folder, sorted.
fn folders(of: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(of).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_dir());
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

struct Read {
    site: Site,
    /// Path → index into the site's entries.
    records: BTreeMap<String, Ix>,
    markdown: usize,
}

fn read(inputs: &Inputs) -> Read {
    let site = crate::links::resolve(inputs, History::default());
    let records =
        site.entries.iter().enumerate().map(|(ix, entry)| (entry.record.source.clone(), ix)).collect();
    let markdown = inputs.files.keys().filter(|path| is_markdown(path)).count();
    Read { site, records, markdown }
}

/// Logs of which the right answers leave out the dates.
const WITHOUT_DATES: [&str; 1] = ["opendatahub-io__architecture-decision-records"];

fn compare(name: &str, truth: &Truth, found: &Read) -> (bool, Vec<Score>, Vec<String>) {
    let mut wrong = Vec::new();
    let expected = truth.docs.iter().map(|doc| doc.path.clone()).collect::<BTreeSet<_>>();
    let read = found.records.keys().filter(|path| is_markdown(path)).cloned().collect::<BTreeSet<_>>();
    for path in expected.difference(&read) {
        wrong.push(format!("not found: {path}"));
    }
    for path in read.difference(&expected) {
        wrong.push(format!("not a record: {path}"));
    }
    let accounted = read.len() + found.site.skipped.iter().filter(|of| is_markdown(&of.path)).count();
    if found.markdown != accounted {
        wrong.push(format!("{} markdown files, {accounted} accounted for", found.markdown));
    }
    for collection in &found.site.collections {
        wrong.push(format!(
            "collection `{}` ({}, prefix {:?}, {:?}) with {} records",
            collection.key,
            collection.path,
            collection.prefix,
            collection.title,
            collection.members.len()
        ));
    }
    let set = expected == read && found.markdown == accounted;
    let mut scores = vec![Score::default(); FIELDS.len()];
    let by_deciders = truth.notes.contains("authors = deciders") || truth.notes.contains("Deciders");
    for doc in &truth.docs {
        let Some(entry) = found.records.get(&doc.path).map(|ix| &found.site.entries[*ix]) else { continue };
        let record = &entry.record;
        let mut check = |field: &str, right: bool, shown: String| {
            let index = FIELDS.iter().position(|(name, _)| *name == field).unwrap();
            scores[index].add(right);
            if !right {
                wrong.push(format!("{field}: {} {shown}", doc.path));
            }
        };
        let number = record.number.as_ref().map(|number| &number.value);
        let digits =
            number.and_then(|number| number.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u64>().ok());
        check("number", digits == doc.number, format!("{number:?}, not {:?}", doc.number));
        let spellings = doc.title_any.as_deref().unwrap_or_default();
        let titles = spellings.iter().chain(&doc.title_written).chain(&doc.title).collect::<Vec<_>>();
        if !titles.is_empty() {
            let plain = |title: &str| title.replace(['`', '*', '\\', '~'], "").to_lowercase();
            let any = titles.iter().any(|title| plain(title) == plain(&record.title.value));
            check("title", any, format!("{:?}, not {titles:?}", record.title.value));
        }
        let state = record.status.state;
        let right = match &doc.status {
            None => state == State::Unknown || record.status.inferred || doc.status_clear == Some(false),
            Some(status) => {
                let by_folder = doc.status_raw.as_ref().is_some_and(|raw| raw.starts_with("(folder"));
                let by_text = record.status.from.kind == record::OriginKind::Text;
                status == state.name() && (!record.status.inferred || by_folder || by_text)
                    || doc.status_clear == Some(false) && state != State::Unknown
                    || doc.status_clear == Some(false) && !record.status.label.is_empty()
            }
        };
        check("status", right, format!("{state} {:?}, not {:?}", record.status.label, doc.status));
        let created = record.dates.created.as_ref();
        let inferred = created.is_some_and(|date| date.from.kind == record::OriginKind::FileName);
        let right = match &doc.date {
            None => created.is_none() || inferred,
            Some(date) => created.is_some_and(|created| created.value.to_string() == *date),
        } || WITHOUT_DATES.contains(&name);
        check("date", right, format!("{:?}, not {:?}", created.map(|date| date.value.to_string()), doc.date));
        let count = |role: Role| record.people.get(&role).map_or(0, Vec::len);
        let authors = if by_deciders { count(Role::Decider) } else { count(Role::Author) };
        if let Some(expected) = doc.authors_count {
            check("authors", authors == expected, format!("{authors}, not {expected}: {:?}", record.people));
        }
        for (field, kind, expected) in [
            ("supersedes", "supersedes", &doc.supersedes),
            ("supersedes", "superseded-by", &doc.superseded_by),
            ("requires", "requires", &doc.requires),
        ] {
            let Some(expected) = expected else { continue };
            let mut pairs = targets(&found.site, entry, kind);
            let expected = expected.iter().cloned().collect::<BTreeSet<_>>();
            if kind == "superseded-by" {
                pairs.retain(|target| expected.contains(target) || !doc.withdrawal_mentions.contains(target));
            }
            for target in pairs.union(&expected) {
                let right = pairs.contains(target) && expected.contains(target);
                check(field, right, format!("{kind} {target}: read {pairs:?}, not {expected:?}"));
            }
        }
    }
    (set, scores, wrong)
}

/// The other ends of the whole relations that a record itself writes: the paths of records, else what was written.
fn targets(site: &Site, entry: &Entry, kind: &str) -> BTreeSet<String> {
    // Partial supersessions are not part of the answers.
    let is_whole = |kind: &str, scope: &Option<String>| !kind.contains("supersede") || scope.is_none();
    let records = entry.relations.iter().filter(|relation| relation.kind == kind && !relation.derived);
    let records = records.filter(|relation| is_whole(kind, &relation.scope));
    let records = records.map(|relation| site.entries[relation.target].record.source.clone());
    let elsewhere = entry.elsewhere.iter().filter(|relation| relation.kind == kind);
    records.chain(elsewhere.map(|other| other.url.clone().unwrap_or_else(|| other.label.clone()))).collect()
}
