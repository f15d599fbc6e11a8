//! Links of eleven real repositories against what a careful reader found: which lead somewhere, which are
//! broken, and which absolute addresses name a record of the same repository.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use annals::history::History;
use annals::site::forge::{Location, is_commit};
use annals::site::{Entry, Target};
use percent_encoding::percent_decode_str;

/// Share of the resolvable links and anchors that must resolve, and of the broken ones that must be said.
const REQUIRED: f64 = 0.99;

#[derive(serde::Deserialize)]
struct Truth {
    corpus: String,
    counts: BTreeMap<String, usize>,
    broken_targets: Vec<(String, String)>,
    broken_anchors_github_slugs: Vec<(String, String)>,
    rewritable_absolute: Vec<(String, String, String)>,
}

/// Right ones out of all.
#[derive(Default, Clone, Copy)]
struct Score {
    right: usize,
    all: usize,
}

impl Score {
    fn add(&mut self, right: bool) {
        self.all += 1;
        self.right += usize::from(right);
    }

    fn share(self) -> f64 {
        if self.all == 0 { 1.0 } else { self.right as f64 / self.all as f64 }
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&format!("{}/{}", self.right, self.all))
    }
}

#[derive(Default)]
struct Row {
    relative: Score,
    anchors: Score,
    rewritten: Score,
    /// Links pinned to a commit of the very record they stand in: earlier versions, left on the web.
    earlier: usize,
    broken: Score,
    broken_anchors: Score,
    /// Listed as broken by a reader without footnotes, who took their definitions for link definitions.
    footnotes: usize,
    /// Relative links whose target the corpus, a part of the repository, does not hold.
    absent: usize,
    /// In-page anchors that a reader counts.
    counted: Option<usize>,
    wrong: Vec<String>,
}

#[test]
fn links_of_real_repositories_lead_where_a_reader_finds_them() {
    let Some(shared) = crate::truth_timeline::shared() else { return };
    let mut truths: Vec<PathBuf> =
        fs::read_dir(shared.join("truth")).unwrap().map(|entry| entry.unwrap().path()).collect();
    truths.retain(|path| path.to_string_lossy().ends_with(".links.json"));
    truths.sort();
    println!(
        "{:32} {:>11} {:>13} {:>9} {:>7} {:>8} {:>8} {:>9} {:>7}",
        "corpus", "relative", "anchors", "absolute", "earlier", "broken", "anchors", "footnotes", "absent"
    );
    let mut failures = Vec::new();
    for path in truths {
        let truth: Truth = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let row = measure(&shared, &truth);
        println!(
            "{:32} {:>11} {:>13} {:>9} {:>7} {:>8} {:>8} {:>9} {:>7}",
            truth.corpus,
            row.relative,
            row.anchors,
            row.rewritten,
            row.earlier,
            row.broken,
            row.broken_anchors,
            row.footnotes,
            row.absent
        );
        for wrong in row.wrong.iter().take(12) {
            println!("    {wrong}");
        }
        // A link that the scan does not see would be missing here without a word.
        if let Some(counted) = row.counted
            && (row.anchors.all as f64) < counted as f64 * REQUIRED
        {
            failures
                .push(format!("{}: {} anchors seen, a reader sees {counted}", truth.corpus, row.anchors.all));
        }
        for (what, score) in [
            ("relative links", row.relative),
            ("anchors", row.anchors),
            ("absolute links", row.rewritten),
            ("broken links", row.broken),
            ("broken anchors", row.broken_anchors),
        ] {
            if score.share() < REQUIRED {
                failures.push(format!("{}: {what} {score}", truth.corpus));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn measure(shared: &Path, truth: &Truth) -> Row {
    let root = shared.join("corpora").join(&truth.corpus);
    let site = crate::links::resolved(&root, History::default());
    let entries: BTreeMap<&str, (usize, &Entry)> = site
        .entries
        .iter()
        .enumerate()
        .map(|(ix, entry)| (entry.record.source.as_str(), (ix, entry)))
        .collect();
    let listed = |list: &[(String, String)]| -> BTreeMap<(String, String), usize> {
        let mut counts = BTreeMap::new();
        for (source, href) in list {
            *counts.entry((source.clone(), decode(href))).or_default() += 1;
        }
        counts
    };
    let broken = listed(&truth.broken_targets);
    let broken_anchors = listed(&truth.broken_anchors_github_slugs);
    let mut row = Row::default();

    for (source, href) in broken.keys() {
        let Some((_, entry)) = entries.get(source.as_str()) else { continue };
        if is_footnote(&root, source, href) {
            row.footnotes += 1;
            continue;
        }
        let said = reported(entry, href, &["broken-link", "broken-image"]);
        row.broken.add(said);
        if !said {
            row.wrong.push(format!("not reported: {source}: {href}"));
        }
    }
    for (source, href) in broken_anchors.keys() {
        let Some((_, entry)) = entries.get(source.as_str()) else { continue };
        let said = reported(entry, href, &["broken-anchor", "broken-link"]);
        row.broken_anchors.add(said);
        if !said {
            row.wrong.push(format!("anchor not reported: {source}: {href}"));
        }
    }
    for (source, url, target) in &truth.rewritable_absolute {
        let (Some((ix, entry)), Some((wanted, _))) =
            (entries.get(source.as_str()), entries.get(target.as_str()))
        else {
            continue;
        };
        let pinned =
            Location::parse(url).is_some_and(|at| at.splits().next().is_some_and(|(at, _)| is_commit(at)));
        if pinned && ix == wanted {
            row.earlier += 1;
            continue;
        }
        let led =
            targets(entry, &decode(url)).any(|led| matches!(led, Target::Record(page, _) if page == wanted));
        row.rewritten.add(led);
        if !led {
            row.wrong.push(format!("not rewritten: {source}: {url}"));
        }
    }
    for entry in &site.entries {
        let source = &entry.record.source;
        for link in &entry.record.scan.links {
            let destination = link.destination.trim();
            let key = (source.clone(), decode(destination));
            if destination.is_empty() || has_scheme(destination) || destination.starts_with("//") {
                continue;
            }
            let said = |codes: &[&str]| said_at(entry, link.span.start, codes);
            if destination.starts_with('#') {
                if !broken_anchors.contains_key(&key) {
                    let right = !said(&["broken-anchor"]);
                    row.anchors.add(right);
                    if !right {
                        row.wrong.push(format!("anchor broken: {source}: {destination}"));
                    }
                }
            } else if !broken.contains_key(&key) && !broken_anchors.contains_key(&key) {
                let right = !said(&["broken-link", "broken-image"]);
                if !right && !on_disk(&root, source, destination) {
                    row.absent += 1;
                    continue;
                }
                row.relative.add(right);
                if !right {
                    row.wrong.push(format!("link broken: {source}: {destination}"));
                }
            }
        }
    }
    // Where the corpus is only a part of the repository, the counts are not its own.
    let lists = broken.keys().chain(broken_anchors.keys()).map(|(source, _)| source.as_str());
    let partial = lists.into_iter().any(|source| !entries.contains_key(source));
    row.counted = truth.counts.get("in-page anchor ok").copied().filter(|_| !partial);
    row
}

fn targets<'a>(entry: &'a Entry, destination: &'a str) -> impl Iterator<Item = &'a Target> {
    let links =
        entry.record.scan.links.iter().filter(move |link| decode(link.destination.trim()) == destination);
    links.filter_map(|link| entry.targets.get(&link.span.start))
}

fn reported(entry: &Entry, destination: &str, codes: &[&str]) -> bool {
    let links = entry.record.scan.links.iter().filter(|link| decode(link.destination.trim()) == destination);
    links.map(|link| link.span.start).any(|start| said_at(entry, start, codes))
}

fn said_at(entry: &Entry, start: usize, codes: &[&str]) -> bool {
    entry.diagnostics.iter().any(|said| codes.contains(&said.code) && said.place.span.start == start)
}

/// `[^1]: destination`, on one line or two.
fn is_footnote(root: &Path, source: &str, destination: &str) -> bool {
    let text = fs::read_to_string(root.join(source)).unwrap();
    let mut definition = false;
    text.lines().any(|line| {
        let found = (definition || line.starts_with("[^")) && line.contains(destination);
        definition = line.starts_with("[^") && line.trim_end().ends_with("]:");
        found
    })
}

fn on_disk(root: &Path, source: &str, destination: &str) -> bool {
    let path = decode(destination.split(['#', '?']).next().unwrap());
    match path.strip_prefix('/') {
        Some(path) => root.join(path).exists(),
        None => root.join(source).parent().unwrap().join(path).exists(),
    }
}

fn has_scheme(destination: &str) -> bool {
    destination.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    })
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
