//! Finds the collections. Three steps: every markdown file becomes a candidate or is skipped by its
//! name; candidates of one folder are judged together; folders that are one series become one
//! collection.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::config::{CollectionConfig, DateOrder};
use crate::diagnostic;
use crate::record::number::{self, Name};
use crate::record::{self, Evidence, Origin, OriginKind, State};
use crate::source::{File, Inputs, SourceText};

use super::name::{self, Strength};
use super::{Collection, Found, Member, Skipped};

/// Heads of files that are read to judge a folder; a series shows in a sample of it.
const SAMPLE: usize = 48;

/// Finds the collections of a root: those that `annals.toml` names, or else by evidence.
pub fn find(inputs: &Inputs) -> Found {
    let tree = Tree::new(inputs);
    let mut skipped = Vec::new();
    let candidates = candidates(&tree, &mut skipped);
    let mut found = match inputs.config.collections.is_empty() {
        true => by_evidence(inputs, &tree, candidates, &mut skipped),
        false => by_config(inputs, &tree, candidates, &mut skipped),
    };
    for collection in &mut found.collections {
        collection.members.sort();
    }
    found.collections.sort_by(|left, right| left.key.cmp(&right.key));
    skipped.sort();
    found.skipped = skipped;
    found
}

/// The markdown and YAML files of the root.
struct Tree<'a> {
    markdown: BTreeMap<&'a str, &'a SourceText>,
    /// YAML files by folder.
    yaml: BTreeMap<&'a str, Vec<(&'a str, &'a SourceText)>>,
}

impl<'a> Tree<'a> {
    fn new(inputs: &'a Inputs) -> Tree<'a> {
        let mut tree = Tree { markdown: BTreeMap::new(), yaml: BTreeMap::new() };
        for (path, file) in &inputs.files {
            let File::Text(text) = file else { continue };
            let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
            match extension.as_str() {
                "md" | "markdown" | "mdown" | "mkd" => {
                    tree.markdown.insert(path, text);
                }
                "yaml" | "yml" => {
                    let (folder, file) = split(path);
                    tree.yaml.entry(folder).or_default().push((file, text));
                }
                _ => {}
            }
        }
        tree
    }

    /// The YAML file that holds a record's metadata: of the same stem, or, for a record that is a folder,
    /// the one in it that states a status or a title.
    fn sidecar(&self, path: &str, is_folder: bool) -> Option<&'a SourceText> {
        let (folder, file) = split(path);
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let beside = self.yaml.get(folder)?;
        let same_stem =
            beside.iter().find(|(name, _)| name.rsplit_once('.').is_some_and(|(own, _)| own == stem));
        let holds_metadata = |text: &SourceText| {
            let evidence = record::evidence("", Some(&text.text));
            evidence.status && evidence.telling > 0
        };
        let of_folder = || beside.iter().filter(|_| is_folder).find(|(_, text)| holds_metadata(text));
        same_stem.filter(|(_, text)| holds_metadata(text)).or_else(of_folder).map(|(_, text)| *text)
    }
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// A markdown file that may be a record.
#[derive(Debug)]
struct Candidate<'a> {
    path: &'a str,
    text: &'a SourceText,
    sidecar: Option<&'a SourceText>,
    /// Its name: the file's stem, or the folder's where the record is a folder.
    name: Name<'a>,
}

impl Candidate<'_> {
    fn evidence(&self) -> Evidence {
        record::evidence(&self.text.text, self.sidecar.map(|sidecar| sidecar.text.as_str()))
    }

    fn member(&self) -> Member {
        Member { path: self.path.to_owned(), sidecar: self.sidecar.map(|sidecar| sidecar.path.clone()) }
    }
}

/// Every candidate by the folder of its series; what is none by its name goes to `skipped`.
fn candidates<'a>(tree: &Tree<'a>, skipped: &mut Vec<Skipped>) -> BTreeMap<&'a str, Vec<Candidate<'a>>> {
    let mut skip = |path: &str, reason: String| skipped.push(Skipped { path: path.to_owned(), reason });
    // Folders that are one record, by their README.
    let mut record_folders: BTreeMap<&str, &str> = BTreeMap::new();
    let mut found: BTreeMap<&str, Vec<Candidate<'_>>> = BTreeMap::new();
    let pages = tree.markdown.iter().filter(|(path, _)| is_page_of_folder(path));
    for (path, text) in pages {
        let (folder, _) = split(path);
        if folder.is_empty()
            || record_folders.contains_key(folder)
            || name::not_a_record(&format!("{folder}/x.md")).is_some()
        {
            continue;
        }
        let sidecar = tree.sidecar(path, true);
        let name = number::read(number::name_of(path));
        let series = name.number.is_some() && number::belongs(name.prefix, None) || name.date.is_some();
        if series || sidecar.is_some() {
            record_folders.insert(folder, path);
            found.entry(split(folder).0).or_default().push(Candidate { path, text, sidecar, name });
        }
    }
    for (path, text) in &tree.markdown {
        let (folder, file) = split(path);
        if record_folders.get(folder).is_some_and(|page| page == path) {
            continue;
        }
        if let Some(reason) = name::not_a_record(path) {
            skip(path, reason.to_owned());
            continue;
        }
        if let Some(page) = ancestors(folder).find_map(|folder| record_folders.get(folder)) {
            skip(path, format!("part of the record `{page}`"));
            continue;
        }
        // `3392-council/alternatives.md` belongs to `3392-council.md`.
        let owner = ancestors(folder).filter(|folder| !folder.is_empty()).find_map(|folder| {
            let owner = format!("{folder}.md");
            tree.markdown.contains_key(owner.as_str()).then_some(owner)
        });
        if let Some(owner) = owner {
            skip(path, format!("part of the record `{owner}`"));
            continue;
        }
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        if let Some(base) = name::translation_of(stem) {
            let original =
                if folder.is_empty() { format!("{base}.md") } else { format!("{folder}/{base}.md") };
            if tree.markdown.contains_key(original.as_str()) {
                skip(path, format!("a translation of `{original}`"));
                continue;
            }
        }
        let candidate =
            Candidate { path, text, sidecar: tree.sidecar(path, false), name: number::read(stem) };
        found.entry(folder).or_default().push(candidate);
    }
    found
}

fn is_page_of_folder(path: &str) -> bool {
    let stem = split(path).1.rsplit_once('.').map_or("", |(stem, _)| stem);
    stem.eq_ignore_ascii_case("readme") || stem.eq_ignore_ascii_case("index")
}

/// A folder and the folders it lies in, innermost first, the root (empty) last.
fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| (!folder.is_empty()).then(|| split(folder).0))
}

/// Records of one folder that go together.
#[derive(Debug)]
struct Series<'a> {
    folder: &'a str,
    members: Vec<Candidate<'a>>,
    sample: Vec<Evidence>,
    /// Letters before the numbers, upper case.
    prefix: Option<String>,
}

impl Series<'_> {
    fn numbers(&self) -> BTreeSet<&str> {
        self.members
            .iter()
            .filter_map(|member| member.name.number)
            .map(|number| number.trim_start_matches('0'))
            .collect()
    }
}

fn share(sample: &[Evidence], holds: impl Fn(&Evidence) -> bool) -> f64 {
    match sample.len() {
        0 => 0.0,
        count => sample.iter().filter(|evidence| holds(evidence)).count() as f64 / count as f64,
    }
}

/// The heads of an even sample of candidates.
fn sample(candidates: &[Candidate<'_>]) -> Vec<Evidence> {
    let step = candidates.len().div_ceil(SAMPLE).max(1);
    candidates.iter().step_by(step).map(Candidate::evidence).collect()
}

/// Letters that most of the numbers of a folder have before them: a shared word is the series' own, a
/// word of one file (`http2`) is part of its name.
fn common_prefix(candidates: &[Candidate<'_>]) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for candidate in candidates {
        if let Some(prefix) = candidate.name.prefix.filter(|_| candidate.name.number.is_some()) {
            *counts.entry(prefix.to_ascii_uppercase()).or_default() += 1;
            let first = prefix.split(['-', '_', ' ']).next().unwrap_or(prefix);
            if first.len() < prefix.len() {
                *counts.entry(first.to_ascii_uppercase()).or_default() += 1;
            }
        }
    }
    let (prefix, count) = counts.into_iter().max_by_key(|(prefix, count)| (*count, prefix.len()))?;
    let enough = count * 2 > candidates.len() && count >= 2 || number::is_series_word(&prefix);
    enough.then_some(prefix)
}

/// Sorts the candidates of one folder into the members of a series and the rest. `sure` says that the
/// configuration names the folder.
fn judge<'a>(
    folder: &'a str,
    mut candidates: Vec<Candidate<'a>>,
    sure: bool,
    strength: Strength,
    skipped: &mut Vec<Skipped>,
) -> Option<Series<'a>> {
    let own_prefix = common_prefix(&candidates);
    for candidate in &mut candidates {
        if !number::belongs(candidate.name.prefix, own_prefix.as_deref()) {
            candidate.name = Name { slug: number::name_of(candidate.path), ..Name::default() };
        }
    }
    let in_series = |candidate: &Candidate<'_>| {
        candidate.name.number.is_some() || candidate.name.date.is_some() || candidate.name.placeholder
    };
    let numbered = candidates
        .iter()
        .filter(|candidate| candidate.name.number.is_some() || candidate.name.placeholder)
        .count();
    let dated = candidates.iter().filter(|candidate| candidate.name.date.is_some()).count();
    let all = candidates.len();
    let sample = sample(&candidates);
    let status = share(&sample, |evidence| evidence.status);
    let discussion = share(&sample, |evidence| evidence.discussion);
    let telling = share(&sample, |evidence| evidence.telling > 0 || evidence.status);
    let strong = strength == Strength::Sure;
    let series = numbered + dated;
    let accepted = sure
        || if series * 2 >= all && series > 0 {
            // Chapters of a book and posts of a blog go by number or date, too: records say more.
            strong
                || own_prefix.as_deref().is_some_and(number::is_series_word) && telling >= 0.3
                || status >= 0.3
                || numbered * 2 >= all && (discussion >= 0.3 || strength == Strength::Some && telling >= 0.5)
        } else {
            status >= 0.5 && (all > 1 || strength > Strength::None) || strong && (telling >= 0.3 || all > 1)
        };
    if !accepted {
        for candidate in candidates {
            skipped.push(Skipped {
                path: candidate.path.to_owned(),
                reason: "not in a series of records, and states no status".to_owned(),
            });
        }
        return None;
    }
    // In a series that goes by number or date, a name without one is a page about the series.
    let strict = series * 5 >= all * 4 && series >= 2;
    let mut members = Vec::with_capacity(all);
    for candidate in candidates {
        let reason = if in_series(&candidate) || series == 0 && (strong || sure) {
            None
        } else if strict {
            let what = if dated > numbered { "date" } else { "number" };
            Some(format!("its name has no {what}, as those of the records beside it have"))
        } else {
            let evidence = candidate.evidence();
            let is_record = evidence.status || evidence.telling > 1;
            (!is_record).then(|| "it states no status, and its name has no number".to_owned())
        };
        match reason {
            Some(reason) => skipped.push(Skipped { path: candidate.path.to_owned(), reason }),
            None => members.push(candidate),
        }
    }
    let prefix = own_prefix.or_else(|| written_prefix(&sample));
    (!members.is_empty()).then_some(Series { folder, members, sample, prefix })
}

/// The letters that the metadata or headings of a sample put before numbers.
fn written_prefix(sample: &[Evidence]) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for prefix in sample.iter().filter_map(|evidence| evidence.prefix.as_ref()) {
        *counts.entry(prefix.to_ascii_uppercase()).or_default() += 1;
    }
    let (prefix, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    (count * 3 >= sample.len()).then_some(prefix)
}

fn by_evidence<'a>(
    inputs: &Inputs,
    tree: &Tree<'a>,
    candidates: BTreeMap<&'a str, Vec<Candidate<'a>>>,
    skipped: &mut Vec<Skipped>,
) -> Found {
    let judged: Vec<(Option<Series<'a>>, Vec<Skipped>)> = candidates
        .into_iter()
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|(folder, candidates)| {
            let mut skipped = Vec::new();
            let strength = effective_strength(folder, &inputs.root_name);
            (judge(folder, candidates, false, strength, &mut skipped), skipped)
        })
        .collect();
    let mut series = Vec::new();
    for (found, mut rest) in judged {
        series.extend(found);
        skipped.append(&mut rest);
    }
    if series.is_empty() {
        return pages(inputs, tree, skipped);
    }
    let mut drafts = Vec::new();
    for (path, series) in merge(series) {
        drafts.push(collection(path, series, CollectionConfig::default(), &inputs.root_name));
    }
    named(drafts, BTreeMap::new())
}

/// A folder inside `adr/` is as sure as `adr/` is, when it only sorts: `adr/accepted`, `rfcs/archive`.
fn effective_strength(folder: &str, root_name: &str) -> Strength {
    let sorting = ancestors(folder).find(|folder| !is_sorting(folder)).unwrap_or_default();
    match sorting {
        "" => name::strength(root_name),
        sorting => name::strength(sorting),
    }
}

/// A folder that sorts the records of the one above it: by state, or an archive.
fn is_sorting(folder: &str) -> bool {
    let own = split(folder).1.to_ascii_lowercase();
    matches!(own.as_str(), "archive" | "archives" | "old")
        || record::state_of_folder(split(folder).1, &CollectionConfig::default()).is_some()
}

/// Joins folders that are one series: sub-folders that sort, areas below one folder of records. Folders
/// whose numbers or prefixes collide stay apart.
fn merge<'a>(series: Vec<Series<'a>>) -> BTreeMap<&'a str, Vec<Series<'a>>> {
    let folders = series.iter().map(|series| series.folder).collect::<BTreeSet<_>>();
    let mut merged: BTreeMap<&'a str, Vec<Series<'a>>> = BTreeMap::new();
    // Outer folders first, so that inner ones find them.
    for one in series {
        let base = base(one.folder, &folders);
        let group = merged.entry(base).or_default();
        match base == one.folder || group.iter().all(|other| compatible(&one, other)) {
            true => group.push(one),
            false => merged.entry(one.folder).or_default().push(one),
        }
    }
    merged.retain(|_, group| !group.is_empty());
    merged
}

/// The folder whose series a folder belongs to: above folders that sort, then the nearest folder above
/// that holds records itself or says so by its name.
fn base<'a>(folder: &'a str, folders: &BTreeSet<&str>) -> &'a str {
    let own = ancestors(folder).find(|folder| folder.is_empty() || !is_sorting(folder)).unwrap_or_default();
    if own.is_empty() || name::strength(own) == Strength::Sure {
        return own;
    }
    let above = || ancestors(own).skip(1);
    above()
        .find(|above| folders.contains(above))
        .or_else(|| above().find(|above| name::strength(above) > Strength::None))
        .unwrap_or(own)
}

fn compatible(one: &Series<'_>, other: &Series<'_>) -> bool {
    let prefixes = match (&one.prefix, &other.prefix) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    };
    let (left, right) = (one.numbers(), other.numbers());
    let shared = left.intersection(&right).count();
    prefixes && shared * 3 <= left.len().min(right.len())
}

/// A collection in the making: what `annals.toml` leaves open is filled in. `word` is the repository's or
/// the configured key: the last thing that a prefix is taken from.
fn collection(path: &str, series: Vec<Series<'_>>, mut config: CollectionConfig, word: &str) -> Collection {
    let prefix = config.prefix.clone().or_else(|| {
        let own =
            series.iter().max_by_key(|series| series.members.len()).and_then(|series| series.prefix.clone());
        let (own, vague) = match own {
            Some(own) if name::is_vague(&own) => (None, Some(own)),
            own => (own, None),
        };
        let of_folder = || {
            ancestors(path)
                .filter(|folder| !folder.is_empty())
                .find_map(|folder| name::prefix(split(folder).1))
        };
        own.or_else(of_folder).or(vague).or_else(|| name::prefix(word))
    });
    let members = series.iter().map(|series| series.members.len()).sum::<usize>();
    let default_state = match config.default_state {
        Some(state) => {
            Some((state, Origin { kind: OriginKind::Config, line: None, key: "default-state".to_owned() }))
        }
        None => merged_is_accepted(&series, members),
    };
    if config.date_order.is_none() {
        let votes = series.iter().flat_map(|series| &series.sample).filter_map(|evidence| evidence.day_first);
        let (day, month) =
            votes.fold((0, 0), |(day, month), first| if first { (day + 1, month) } else { (day, month + 1) });
        config.date_order = match (day, month) {
            (0, 0) => None,
            _ => Some(if day >= month { DateOrder::Dmy } else { DateOrder::Mdy }),
        };
    }
    let mut collection = Collection {
        key: String::new(),
        title: config.title.clone().unwrap_or_default(),
        prefix: prefix.map(|prefix| prefix.to_uppercase()),
        path: path.to_owned(),
        default_state,
        config,
        found: true,
        members: Vec::new(),
    };
    for series in series {
        collection.members.extend(series.members.iter().map(Candidate::member));
    }
    collection
}

/// A series whose records link the pull request they came by, and state no status, keeps its status in
/// the pull request: what is in the folder was merged, and that is the decision.
fn merged_is_accepted(series: &[Series<'_>], members: usize) -> Option<(State, Origin)> {
    let sample = series.iter().flat_map(|series| series.sample.iter().cloned()).collect::<Vec<_>>();
    let convention = members >= 5
        && share(&sample, |evidence| evidence.status) < 0.05
        && share(&sample, |evidence| evidence.discussion) >= 0.5;
    let key = "records link the pull request they were merged by".to_owned();
    convention.then_some((State::Accepted, Origin { kind: OriginKind::Convention, line: None, key }))
}

/// Gives collections their keys and titles, and reports what was inferred. `keys` are those of the
/// configuration, by path.
fn named(mut collections: Vec<Collection>, keys: BTreeMap<String, String>) -> Found {
    let mut found = Found::default();
    collections.sort_by_key(|collection| (collection.path.matches('/').count(), collection.path.clone()));
    let mut taken: BTreeSet<String> = keys.values().cloned().collect();
    for mut collection in collections {
        let folder = split(&collection.path).1;
        let base = collection
            .prefix
            .clone()
            .unwrap_or_else(|| if folder.is_empty() { "records".to_owned() } else { folder.to_owned() });
        let mut heading = heading(&collection, &base);
        collection.key = match keys.get(&collection.path) {
            Some(key) => key.clone(),
            None => {
                let mut key = name::key(&base);
                if taken.contains(&key)
                    && let Some(word) = name::distinguishing(&collection.path)
                {
                    key = name::key(&format!("{word}-{base}"));
                    heading = format!("{heading} of {word}");
                }
                if taken.contains(&key) {
                    key = name::key(&collection.path);
                    heading = format!("{heading} ({})", collection.path);
                }
                let unique = (2..).map(|count| format!("{key}-{count}")).find(|key| !taken.contains(key));
                if taken.contains(&key) { unique.unwrap_or(key) } else { key }
            }
        };
        taken.insert(collection.key.clone());
        if collection.title.is_empty() {
            collection.title = heading;
        }
        if let Some((state, origin)) = &collection.default_state
            && origin.kind == OriginKind::Convention
        {
            found.diagnostics.push(diagnostic::inferred_state(&collection.path, state.name(), &origin.key));
        }
        found.collections.push(collection);
    }
    found
}

/// The heading of a collection's page: `ADRs`, `SE proposals`, `Enhancements`.
fn heading(collection: &Collection, base: &str) -> String {
    match &collection.prefix {
        Some(prefix) if number::is_series_word(prefix) => format!("{prefix}s"),
        Some(prefix) => {
            let says = |folder: &&str| !folder.is_empty() && name::strength(folder) == Strength::Some;
            let folder = ancestors(&collection.path).find(says).map_or("records", |folder| split(folder).1);
            format!("{prefix} {}", if folder == "text" { "records" } else { folder })
        }
        None => capitalised(&base.replace(['-', '_'], " ")),
    }
}

fn capitalised(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// A root without any series: every page with front matter is a record, so that a folder of plain pages
/// can be published, too; without front matter every page is.
fn pages(inputs: &Inputs, tree: &Tree<'_>, skipped: &mut Vec<Skipped>) -> Found {
    let unserial = skipped
        .iter()
        .filter(|skipped| skipped.reason.starts_with("not in a series"))
        .map(|skipped| skipped.path.clone());
    let unserial = unserial.collect::<BTreeSet<_>>();
    let page = |path: &String| {
        let (path, text) = tree.markdown.get_key_value(path.as_str())?;
        let evidence = record::evidence(&text.text, None);
        Some((Member { path: (*path).to_owned(), sidecar: None }, evidence.front_matter))
    };
    let mut pages = unserial.par_iter().filter_map(page).collect::<Vec<_>>();
    if pages.iter().any(|(_, front_matter)| *front_matter) {
        pages.retain(|(_, front_matter)| *front_matter);
    }
    if pages.is_empty() {
        return Found::default();
    }
    let members = pages.into_iter().map(|(member, _)| member).collect::<Vec<_>>();
    skipped.retain(|skipped| members.iter().all(|member| member.path != skipped.path));
    let path = common_folder(&members);
    let prefix = name::prefix(&inputs.root_name).filter(|_| path.is_empty());
    named(
        vec![Collection {
            key: String::new(),
            title: String::new(),
            prefix,
            path,
            default_state: None,
            config: CollectionConfig::default(),
            found: true,
            members,
        }],
        BTreeMap::new(),
    )
}

fn common_folder(members: &[Member]) -> String {
    let Some(first) = members.first() else { return String::new() };
    let holds_all = |folder: &&str| {
        folder.is_empty() || members.iter().all(|member| below(&member.path, folder).is_some())
    };
    ancestors(split(&first.path).0).find(holds_all).unwrap_or_default().to_owned()
}

/// The rest of a path below a folder.
fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() {
        return Some(path);
    }
    path.strip_prefix(folder)?.strip_prefix('/')
}

/// The collections that `annals.toml` names; a file in two of them belongs to the inner one.
fn by_config<'a>(
    inputs: &Inputs,
    tree: &Tree<'a>,
    candidates: BTreeMap<&'a str, Vec<Candidate<'a>>>,
    skipped: &mut Vec<Skipped>,
) -> Found {
    let _ = tree;
    let path_of =
        |config: &CollectionConfig| config.path.trim_start_matches("./").trim_matches('/').to_owned();
    let mut paths = inputs
        .config
        .collections
        .iter()
        .map(|(key, config)| (path_of(config), key, config))
        .collect::<Vec<_>>();
    paths.sort_by_key(|(path, key, _)| (std::cmp::Reverse(path.len()), (*key).clone()));
    let mut series: BTreeMap<&String, Vec<Series<'a>>> = BTreeMap::new();
    for (folder, candidates) in candidates {
        let owner =
            paths.iter().find(|(path, _, _)| path == "." || path == folder || below(folder, path).is_some());
        match owner {
            Some((path, key, _)) => {
                let strength = if path == folder { Strength::Sure } else { name::strength(folder) };
                series.entry(key).or_default().extend(judge(folder, candidates, true, strength, skipped));
            }
            None => skipped.extend(candidates.into_iter().map(|candidate| Skipped {
                path: candidate.path.to_owned(),
                reason: "outside the collections that `annals.toml` names".to_owned(),
            })),
        }
    }
    let mut found = Vec::new();
    let mut problems = Vec::new();
    for (path, key, config) in &paths {
        let series = series.remove(key).unwrap_or_default();
        if series.is_empty() {
            problems.push(diagnostic::collection_without_records(key, path));
        }
        let mut collection = collection(path, series, (*config).clone(), key);
        collection.key = (*key).clone();
        collection.found = false;
        if collection.title.is_empty() {
            collection.title = heading(&collection, key);
        }
        if let Some((state, origin)) = &collection.default_state
            && origin.kind == OriginKind::Convention
        {
            problems.push(diagnostic::inferred_state(path, state.name(), &origin.key));
        }
        found.push(collection);
    }
    let mut prefixes: BTreeMap<String, String> = BTreeMap::new();
    found.sort_by(|left, right| left.key.cmp(&right.key));
    for collection in &found {
        let Some(prefix) = &collection.prefix else { continue };
        match prefixes.get(prefix) {
            Some(first) => problems.push(diagnostic::duplicate_prefix(prefix, first, &collection.key)),
            None => {
                prefixes.insert(prefix.clone(), collection.key.clone());
            }
        }
    }
    Found { collections: found, skipped: Vec::new(), diagnostics: problems }
}
