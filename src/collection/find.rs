//! Finds the collections. Three steps: every markdown file becomes a candidate or is skipped by its
//! name ([`super::candidate`]); candidates of one folder are judged together ([`super::series`]); folders
//! that are one series become one collection.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::config::{CollectionConfig, DateOrder};
use crate::diagnostic;
use crate::record::number;
use crate::record::{self, Origin, OriginKind, State};
use crate::source::{CONFIG, File, Inputs, is_markdown, may_be_record};

use super::candidate::{Candidate, StateFolders, Tree, ancestors, candidates, split};
use super::name::{self, Strength};
use super::series::{Home, Place, Series, families, judge, judge_with, merge, original_of, share};
use super::{Collection, Found, Member, Skipped};

/// Finds the collections of a root: those that `annals.toml` names, or else by evidence.
pub fn find(inputs: &Inputs) -> Found {
    let tree = Tree::new(inputs);
    let states = StateFolders::new(&tree, &inputs.root_name);
    let mut skipped = Vec::new();
    let candidates = candidates(&tree, &states, &inputs.root_name, &mut skipped);
    let mut found = match inputs.config.collections.is_empty() {
        true => by_evidence(inputs, &states, candidates, &mut skipped),
        false => by_config(inputs, &states, candidates, &mut skipped),
    };
    for collection in &mut found.collections {
        collection.members.sort();
    }
    found.collections.sort_by(|left, right| left.key.cmp(&right.key));
    super::skipped::compare(&mut skipped, &found.collections, &tree);
    // Of other formats only what may be missed is worth a word.
    skipped.retain(|of| is_markdown(&of.path) || of.has.is_some());
    skipped.sort();
    found.skipped = skipped;
    found
}

/// True where [`find`] gives the same for both: the same files by name, of which each is what it was, or is
/// markdown and gives the same evidence.
pub fn is_same(before: &Arc<Inputs>, now: &Arc<Inputs>) -> bool {
    let beside = |files: &BTreeMap<String, File>| {
        files
            .iter()
            .any(|(path, file)| matches!(file, File::Text(_)) && !may_be_record(path) && path != CONFIG)
    };
    let same = |((path, before), (other, now)): ((&String, &File), (&String, &File))| match (before, now) {
        _ if path != other => false,
        (File::Text(before), File::Text(now)) if before != now => {
            may_be_record(path) && record::evidence(&before.text, None) == record::evidence(&now.text, None)
        }
        (before, now) => matches!(before, File::Text(_)) == matches!(now, File::Text(_)),
    };
    let all_same = || before.files.len() == now.files.len() && before.files.iter().zip(&now.files).all(same);
    let same_rules = before.config == now.config && before.root_name == now.root_name;
    // With metadata beside the records, the evidence of two files is that of both together.
    same_rules && all_same() && (before.files == now.files || !beside(&now.files))
}

fn by_evidence<'a>(
    inputs: &Inputs,
    states: &StateFolders<'a>,
    candidates: BTreeMap<&'a str, Vec<Candidate<'a>>>,
    skipped: &mut Vec<Skipped>,
) -> Found {
    let root_name = &inputs.root_name;
    let judged: Vec<_> = candidates
        .into_iter()
        .flat_map(|(folder, candidates)| families(candidates).into_iter().map(move |family| (folder, family)))
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|(folder, candidates)| {
            let strength = name::effective_strength(folder, root_name);
            let place = Place { strength, sure: false, is_state: states.holds(folder) };
            (folder, judge(folder, candidates, place))
        })
        .collect();
    let mut series = Vec::new();
    let mut rest = Vec::new();
    for (folder, judged) in judged {
        match judged {
            Ok(one) => series.push(one),
            Err(candidates) => rest.push((folder, candidates)),
        }
    }
    without_copies(&mut series, skipped);
    let rest = together(rest, &mut series, states, root_name);
    let mut others = Vec::new();
    let mut found = Vec::new();
    for (folder, candidates) in rest {
        match Home::of(folder, &series, root_name) {
            Some(home) => {
                let (one, rest) = judge_with(folder, candidates, &home);
                found.extend(one);
                others.extend(rest);
            }
            None => others.extend(candidates),
        }
    }
    series.extend(found);
    series.sort_by_key(|one| one.folder);
    beside_records(&mut series, skipped);
    for one in &mut series {
        skipped.append(&mut one.rest);
    }
    series.retain(|one| !one.members.is_empty());
    let records: BTreeSet<&str> =
        series.iter().flat_map(|one| &one.members).map(|member| member.path).collect();
    if series.is_empty() {
        return pages(inputs, others, skipped);
    }
    skipped.par_extend(others.par_iter().map(|candidate| not_in_series(candidate, &records)));
    let mut drafts = Vec::new();
    for (path, series) in merge(series) {
        drafts.push(collection(path, series, CollectionConfig::default(), root_name));
    }
    named(drafts, BTreeMap::new())
}

/// Folders that are no series each may be one together, below a folder that holds records by its name. What has
/// a series around it is judged by that.
fn together<'a>(
    rest: Vec<(&'a str, Vec<Candidate<'a>>)>,
    series: &mut Vec<Series<'a>>,
    states: &StateFolders<'a>,
    root_name: &str,
) -> Vec<(&'a str, Vec<Candidate<'a>>)> {
    let mut others = Vec::new();
    let mut pools: BTreeMap<&'a str, Vec<(&'a str, Vec<Candidate<'a>>)>> = BTreeMap::new();
    for (folder, candidates) in rest {
        let holds_records = |folder: &&str| name::effective_strength(folder, root_name) > Strength::None;
        match ancestors(folder).find(holds_records) {
            Some(above) if Home::of(folder, series, root_name).is_none() => {
                pools.entry(above).or_default().push((folder, candidates));
            }
            _ => others.push((folder, candidates)),
        }
    }
    for (above, folders) in pools {
        if folders.len() < 2 {
            others.extend(folders);
            continue;
        }
        let place = Place { strength: Strength::Some, sure: false, is_state: states.holds(above) };
        match judge(above, folders.into_iter().flat_map(|(_, candidates)| candidates).collect(), place) {
            Ok(one) => series.push(one),
            Err(candidates) => {
                for candidate in candidates {
                    others.push((split(candidate.path).0, vec![candidate]));
                }
            }
        }
    }
    others
}

/// Skips a candidate that no series has, with what is true of it.
fn not_in_series(candidate: &Candidate<'_>, records: &BTreeSet<&str>) -> Skipped {
    let beside =
        ancestors(split(candidate.path).0).find_map(|folder| records.get(format!("{folder}.md").as_str()));
    let reason = match beside {
        Some(owner) => format!("part of the record `{owner}`"),
        None if candidate.evidence().status => {
            "it states a status, but is not in a series of records".to_owned()
        }
        None => "not in a series of records, and states no status".to_owned(),
    };
    Skipped::new(candidate.path, reason)
}

/// Takes out the series that are copies of others.
fn without_copies(series: &mut Vec<Series<'_>>, skipped: &mut Vec<Skipped>) {
    let originals: Vec<Option<String>> =
        series.iter().map(|one| original_of(one, series).map(|one| one.folder.to_owned())).collect();
    let mut originals = originals.into_iter();
    series.retain(|one| {
        let Some(original) = originals.next().flatten() else { return true };
        let reason = format!("in a copy of {}", folder_shown(&original));
        one.skip(&reason, skipped);
        false
    });
}

fn folder_shown(folder: &str) -> String {
    if folder.is_empty() { "the top folder".to_owned() } else { format!("`{folder}`") }
}

/// Where a folder says by its name that it holds records, what merely states a status elsewhere is something
/// else: reports, journals, guides. Numbers are evidence enough, dates are not; in a folder that may as well
/// hold plans (`design`, `spec`) some have to state a status.
fn beside_records(series: &mut Vec<Series<'_>>, skipped: &mut Vec<Skipped>) {
    let sure = |one: &&Series<'_>| one.strength == Strength::Sure && one.members.len() >= 3;
    let Some(sure) = series.iter().find(sure).map(|one| one.folder.to_owned()) else { return };
    series.retain(|one| {
        let states = share(&one.sample, |evidence| evidence.status) >= 0.3;
        let by_number = one.is_numbered() && !name::holds_plans(one.folder);
        let is_record = match one.strength {
            Strength::Sure => true,
            Strength::Some => states || by_number || one.prefix.is_some(),
            Strength::None => by_number || one.prefix.as_deref().is_some_and(number::is_series_word),
        };
        if !is_record {
            let reason = format!(
                "the records are in {}; a collection in `{CONFIG}` adds this folder",
                folder_shown(&sure)
            );
            one.skip(&reason, skipped);
        }
        is_record
    });
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
        Some(state) => Some((state, Origin::rule(OriginKind::Config, "default-state"))),
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
        lettered: series.iter().any(|series| series.lettered),
        path: path.to_owned(),
        default_state,
        config,
        found: true,
        named_by_folder: BTreeSet::new(),
        members: Vec::new(),
    };
    for member in series.iter().flat_map(|series| &series.members) {
        collection.members.push(member.member());
        if number::name_of(member.path) != member.own_name {
            collection.named_by_folder.insert(member.path.to_owned());
        }
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
    let rule = "records link the pull request they were merged by";
    convention.then_some((State::Accepted, Origin::rule(OriginKind::Convention, rule)))
}

/// Gives collections their keys and titles, and reports what was inferred. `keys` are those of the
/// configuration, by path.
fn named(mut collections: Vec<Collection>, keys: BTreeMap<String, String>) -> Found {
    let mut found = Found::default();
    collections.sort_by_key(|collection| (collection.path.matches('/').count(), collection.path.clone()));
    let mut taken: BTreeSet<String> = keys.values().cloned().collect();
    for mut collection in collections {
        let base = collection.prefix.clone().unwrap_or_else(|| called(&collection));
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

/// What the records of a collection without a prefix are called: as their folder, or as the folders below it
/// that sort them.
fn called(collection: &Collection) -> String {
    let folder = split(&collection.path).1;
    let first = collection.members.first().map_or("", |member| split(&member.path).0);
    let sorted = ancestors(first).find_map(name::sorted).filter(|_| name::strength(folder) == Strength::None);
    match sorted.unwrap_or(folder) {
        "" => "records".to_owned(),
        word => word.to_owned(),
    }
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
/// can be published, too; without front matter every page is. A repository of software or a documentation site
/// has pages of other kinds: there only what has metadata of a record in a folder that holds records by its name.
fn pages(inputs: &Inputs, mut candidates: Vec<Candidate<'_>>, skipped: &mut Vec<Skipped>) -> Found {
    let is_repository = inputs.files.keys().any(|path| name::is_of_repository(path));
    let root = name::strength(&inputs.root_name);
    candidates.par_iter().for_each(|candidate| {
        candidate.evidence();
    });
    let likely = |candidate: &Candidate<'_>| {
        let evidence = candidate.evidence();
        let in_records = || ancestors(split(candidate.path).0).any(|of| name::strength(of) > Strength::None);
        !is_repository
            || root > Strength::None
            || evidence.telling > 0 && evidence.front_matter && in_records()
    };
    let is_navigation = |candidate: &&Candidate<'_>| {
        name::NAVIGATION.iter().any(|key| candidate.evidence().keys.contains(*key))
    };
    let is_documentation = candidates.iter().filter(is_navigation).count() * 2 > candidates.len();
    let has_front_matter = candidates.iter().any(|candidate| candidate.evidence().front_matter);
    let mut members = Vec::new();
    candidates.retain(|candidate| {
        let front_matter = candidate.evidence().front_matter;
        let is_page = is_markdown(candidate.path)
            && likely(candidate)
            && (front_matter || !has_front_matter)
            && !is_documentation;
        if is_page {
            members.push(Member { path: candidate.path.to_owned(), sidecar: None });
        }
        !is_page
    });
    skipped.par_extend(candidates.par_iter().map(|candidate| not_in_series(candidate, &BTreeSet::new())));
    if members.is_empty() {
        return Found::default();
    }
    let path = common_folder(&members);
    let says_nothing = path.is_empty() || name::strength(&path) == Strength::Some;
    let prefix = name::prefix(&inputs.root_name).filter(|_| says_nothing);
    named(
        vec![Collection {
            key: String::new(),
            title: String::new(),
            prefix,
            lettered: false,
            path,
            default_state: None,
            config: CollectionConfig::default(),
            found: true,
            named_by_folder: BTreeSet::new(),
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
    states: &StateFolders<'a>,
    candidates: BTreeMap<&'a str, Vec<Candidate<'a>>>,
    skipped: &mut Vec<Skipped>,
) -> Found {
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
                let place = Place { strength, sure: true, is_state: states.holds(folder) };
                // A folder that the configuration names is a series.
                if let Ok(mut one) = judge(folder, candidates, place) {
                    skipped.append(&mut one.rest);
                    series.entry(key).or_default().extend(Some(one).filter(|one| !one.members.is_empty()));
                }
            }
            None => skipped.extend(candidates.into_iter().map(|candidate| {
                Skipped::new(candidate.path, "outside the collections that `annals.toml` names")
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
