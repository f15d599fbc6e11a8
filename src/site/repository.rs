//! Which repository the records live in: from `annals.toml`, else from git's remote, else from the records'
//! own links. Only reads what was found; the forms of addresses are [`super::forge`]'s.

use std::collections::{BTreeMap, BTreeSet};

use super::Entry;
use super::forge::{Forge, Location, Repository, Slug, forge_of, is_commit};
use super::tree::{Tree, parent};
use crate::config::SiteConfig;
use crate::history::History;
use crate::record::Record;

/// What the links to one repository tell.
#[derive(Default)]
struct Evidence<'a> {
    /// Records of this site that its addresses name, by path.
    hits: BTreeSet<&'a str>,
    /// Paths where records of this site live, but none of that name does.
    misses: BTreeSet<String>,
    /// Of the hits: refs that are no commits, with their number.
    branches: BTreeMap<String, usize>,
    /// The form of its addresses.
    forge: Option<Forge>,
}

/// Finds the repository, its former names and its branch. `None` where nothing tells.
pub fn find(
    config: &SiteConfig,
    history: &History,
    entries: &[Entry],
    tree: &Tree<'_>,
) -> Option<Repository> {
    let evidence = gather(entries, tree, &history.prefix);
    let known = config.repository.as_deref().or(history.remote.as_deref()).and_then(Slug::parse);
    let inferred = known.is_none();
    let slug = known.or_else(|| infer(&evidence))?;
    let own = evidence.iter().find(|(other, _)| slug.is(other)).map(|(_, evidence)| evidence);
    let linked_branch = own.and_then(|own| {
        own.branches
            .iter()
            .max_by_key(|(name, count)| (**count, std::cmp::Reverse(*name)))
            .map(|(name, _)| name)
    });
    let branch = config.branch.clone().or_else(|| history.branch.clone()).or_else(|| linked_branch.cloned());
    let mut aliases: Vec<Slug> =
        config.repository_aliases.iter().filter_map(|alias| Slug::parse(alias)).collect();
    // A remote and a configured address may differ in the owner: both lead here.
    aliases.extend(history.remote.as_deref().and_then(Slug::parse));
    aliases.extend(former_owners(&slug, branch.as_deref(), &evidence));
    aliases.retain(|alias| !alias.is(&slug));
    aliases.sort();
    aliases.dedup();
    Some(Repository {
        forge: forge_of(&slug.host).or_else(|| own.and_then(|own| own.forge)),
        slug,
        aliases,
        branch,
        prefix: history.prefix.clone(),
        inferred,
    })
}

/// True where both records tell the same of the repository.
pub fn is_same(before: &Record, now: &Record) -> bool {
    let links = |record: &Record| -> Vec<String> {
        record.scan.links.iter().map(|link| link.destination.clone()).collect()
    };
    before.source == now.source && links(before) == links(now)
}

/// The repository that most records are linked at. A path that is a record here and a path in its links
/// must be the same, more often than not; so a log that quotes another log is not taken for it.
fn infer(evidence: &BTreeMap<Slug, Evidence<'_>>) -> Option<Slug> {
    let convincing = |evidence: &&Evidence<'_>| evidence.hits.len() > evidence.misses.len();
    let most = evidence.values().filter(convincing).map(|evidence| evidence.hits.len()).max()?;
    let mut best =
        evidence.iter().filter(|(_, evidence)| convincing(evidence) && evidence.hits.len() == most);
    match (best.next(), best.next()) {
        (Some((slug, _)), None) => Some(slug.clone()),
        _ => None,
    }
}

/// Repositories of the same name on the same host whose main branch has these records too: what the
/// repository was called before it moved. Forks are linked at branches of their own.
fn former_owners(slug: &Slug, branch: Option<&str>, evidence: &BTreeMap<Slug, Evidence<'_>>) -> Vec<Slug> {
    let main =
        |name: &String| ["main", "master", "HEAD"].contains(&name.as_str()) || Some(name.as_str()) == branch;
    evidence
        .iter()
        .filter(|(other, evidence)| {
            other.host == slug.host
                && other.name().eq_ignore_ascii_case(slug.name())
                && evidence.hits.len() > evidence.misses.len()
                && evidence.branches.keys().any(main)
                && evidence.branches.keys().all(main)
        })
        .map(|(other, _)| other.clone())
        .collect()
}

fn gather<'a>(entries: &'a [Entry], tree: &Tree<'_>, prefix: &str) -> BTreeMap<Slug, Evidence<'a>> {
    let records: BTreeSet<&str> = entries.iter().map(|entry| entry.record.source.as_str()).collect();
    let homes: BTreeSet<&str> = records.iter().map(|source| parent(source)).collect();
    let mut evidence: BTreeMap<Slug, Evidence<'a>> = BTreeMap::new();
    for link in entries.iter().flat_map(|entry| &entry.record.scan.links) {
        let Some(location) = Location::parse(&link.destination) else { continue };
        let own = evidence.entry(location.slug.clone()).or_default();
        own.forge.get_or_insert(location.forge);
        let mut paths = location
            .splits()
            .filter_map(|(reference, path)| Some((reference, super::tree::below(prefix, &path)?.to_owned())));
        let hit = paths.find_map(|(reference, path)| {
            let file = tree.file(&path).or_else(|| tree.folder_page(&path))?;
            records.get(file).map(|record| (reference, *record))
        });
        match hit {
            // The first record of every log made with adr-tools has this name.
            Some((_, record)) if record.ends_with("0001-record-architecture-decisions.md") => {}
            Some((reference, record)) => {
                own.hits.insert(record);
                if !is_commit(reference) {
                    *own.branches.entry(reference.to_owned()).or_default() += 1;
                }
            }
            None => {
                let path = location.splits().next().map(|(_, path)| path).unwrap_or_default();
                if path.ends_with(".md") && homes.contains(parent(&path)) {
                    own.misses.insert(path);
                }
            }
        }
    }
    evidence
}
