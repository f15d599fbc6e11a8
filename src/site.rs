//! Resolve: records → [`Site`]. Ids and addresses, links both ways, relations and their inverses,
//! supersession chains. Global, pure, and the only place where one record learns of another.

pub mod address;
pub mod forge;
mod link;
mod names;
pub mod relation;
mod repository;
mod suggest;
mod supersession;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rayon::prelude::*;

use crate::collection::{Collection, Found, Skipped};
use crate::config::Config;
use crate::diagnostic::{self, Diagnostic};
use crate::history::{History, Missing};
use crate::record::{Event, OriginKind, Record};
use crate::source::Inputs;
use crate::timeline::{self, Interval};
use forge::Repository;

/// Resolves what the records say of each other. Takes the parsed records in any order, and what was
/// found out around them; gives every record its place. Pure, and linear in records and links.
pub fn resolve(inputs: &Inputs, found: Found, records: Vec<Record>, history: History) -> Site {
    let (drafts, records): (Vec<Record>, Vec<Record>) =
        records.into_iter().partition(|record| record.draft && !inputs.drafts);
    let (mut entries, choosers) = address::place(&found.collections, records, &history);
    let tree = tree::Tree::new(inputs);
    let repository = repository::find(&inputs.config.site, &history, &entries, &tree);

    let resolver = link::Resolver::new(link::World {
        inputs,
        tree: &tree,
        found: &found,
        entries: &entries,
        choosers: &choosers,
        drafts: &drafts,
        repository: repository.as_ref(),
        prefix: &history.prefix,
    });
    let (links, relations): (Vec<link::Resolved>, Vec<relation::Written>) = (0..entries.len())
        .into_par_iter()
        .map(|ix| (resolver.resolve(ix), relation::written(&resolver, &entries, ix)))
        .unzip();
    drop(resolver);
    let mut diagnostics = Vec::new();
    if let Some(repository) = repository.as_ref().filter(|repository| repository.inferred) {
        diagnostics.push(diagnostic::inferred_repository(&repository.slug.web()));
    }
    let assets = enter(&mut entries, &found.collections, links, relations);
    supersede(inputs, &mut entries, &found);
    timeline::tell(&mut entries, &history, inputs.today);

    for entry in &mut entries {
        entry.diagnostics.sort_by_key(|diagnostic| (diagnostic.place.line, diagnostic.place.column));
    }
    Site {
        config: configured(inputs, repository.as_ref()),
        collections: found.collections,
        entries,
        choosers,
        skipped: found.skipped,
        assets,
        repository,
        today: inputs.today,
        prefix: history.prefix,
        history_missing: history.missing,
        diagnostics: diagnostics.into_iter().chain(found.diagnostics).collect(),
    }
}

/// Enters links, backlinks and relations at both their ends. Returns the files to copy.
fn enter(
    entries: &mut [Entry],
    collections: &[Collection],
    links: Vec<link::Resolved>,
    relations: Vec<relation::Written>,
) -> BTreeMap<String, String> {
    let mut assets = BTreeMap::new();
    let mut written = Vec::with_capacity(entries.len());
    for (ix, (links, relations)) in links.into_iter().zip(relations).enumerate() {
        for (cited, backlink) in links.cites {
            entries[ix].cites.insert(cited);
            entries[cited].referenced_by.push(backlink);
        }
        assets.extend(links.assets);
        let entry = &mut entries[ix];
        entry.targets = links.targets;
        entry.elsewhere = relations.elsewhere;
        entry.diagnostics.extend(links.diagnostics);
        entry.diagnostics.extend(relations.diagnostics);
        written.push(relations.relations);
    }
    for entry in entries.iter_mut() {
        // In the order of citing records, and within each in that of its text; one sentence counts once.
        entry.referenced_by.dedup();
    }
    relation::connect(entries, collections, written);
    assets
}

/// Works out the chains of supersession, and reports what is wrong with them.
fn supersede(inputs: &Inputs, entries: &mut [Entry], found: &Found) {
    let (chains, circles) = supersession::chains(entries);
    let shared: &[Entry] = entries;
    let problems: Vec<Vec<Diagnostic>> = (0..shared.len())
        .into_par_iter()
        .map(|ix| relation::check_supersession(inputs, shared, &found.collections, ix))
        .collect();
    for ((entry, chains), problems) in entries.iter_mut().zip(chains).zip(problems) {
        entry.superseded_by = chains;
        entry.diagnostics.extend(problems);
    }
    for circle in circles {
        let names: Vec<String> = circle.iter().map(|ix| name(&entries[*ix], &found.collections)).collect();
        for ix in circle {
            let record = &entries[ix].record;
            let relation = record.relations.iter().find(|relation| relation.kind.starts_with("supersede"));
            let place = match relation {
                Some(relation) => relation::place(inputs, record, relation),
                None => diagnostic::Place::file(&record.source),
            };
            entries[ix].diagnostics.push(diagnostic::supersede_cycle(place, &names));
        }
    }
}

/// The configuration with what could be found out filled in.
fn configured(inputs: &Inputs, repository: Option<&Repository>) -> Config {
    let mut config = inputs.config.clone();
    let site = &mut config.site;
    if let Some(repository) = repository {
        // Whatever form it was written in (`git@host:owner/name`), pages link to the web.
        if site.repository.as_deref().is_none_or(|written| !is_web(written)) {
            site.repository = Some(repository.slug.web());
        }
        site.branch = site.branch.take().or_else(|| repository.branch.clone());
    }
    let fallback = || match inputs.root_name.trim_start_matches('.') {
        "" => "Decisions".to_owned(),
        name => name.to_owned(),
    };
    site.title.get_or_insert_with(fallback);
    config
}

/// How people call a record: `RFC 12`, else its slug.
pub fn name(entry: &Entry, collections: &[Collection]) -> String {
    let prefix = collections.get(entry.collection).and_then(|collection| collection.prefix.as_deref());
    match (&entry.record.number, prefix) {
        (Some(number), Some(prefix)) => format!("{prefix} {}", number.value),
        (Some(number), None) => number.value.clone(),
        (None, _) => entry.record.slug.clone(),
    }
}

impl Site {
    /// The page of a file on the web, by its path relative to the root: by the pattern of `annals.toml`, else
    /// as the repository's host has it. `None` where neither is known.
    pub fn web_source(&self, path: &str) -> Option<String> {
        self.web(self.config.site.source_url.as_deref(), path, Repository::source)
    }

    /// Where a file is edited on the web.
    pub fn web_edit(&self, path: &str) -> Option<String> {
        self.web(self.config.site.edit_url.as_deref(), path, Repository::edit)
    }

    /// The history of a file on the web.
    pub fn web_history(&self, path: &str) -> Option<String> {
        self.web(self.config.site.history_url.as_deref(), path, Repository::history)
    }

    /// The page of a commit on the web.
    pub fn web_commit(&self, commit: &str) -> Option<String> {
        let url = match &self.config.site.commit_url {
            Some(pattern) => pattern.replace("{commit}", commit),
            None => self.repository.as_ref()?.commit(commit)?,
        };
        (is_web(&url) && commit.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(url)
    }

    fn web(
        &self,
        pattern: Option<&str>,
        path: &str,
        known: impl Fn(&Repository, &str) -> Option<String>,
    ) -> Option<String> {
        let Some(pattern) = pattern else { return known(self.repository.as_ref()?, path) };
        let branch = self.config.site.branch.as_deref().unwrap_or("main");
        let path = forge::encode_path(&tree::join(&self.prefix, path));
        Some(pattern.replace("{branch}", &forge::encode_path(branch)).replace("{path}", &path))
            .filter(|url| is_web(url))
    }

    /// The records before and after one in its collection.
    pub fn neighbours(&self, ix: Ix) -> (Option<Ix>, Option<Ix>) {
        let same = |other: Ix| {
            let home = self.entries.get(ix)?.collection;
            self.entries.get(other).filter(|entry| entry.collection == home).map(|_| other)
        };
        (ix.checked_sub(1).and_then(same), same(ix + 1))
    }
}

/// Patterns come from a file that a pull request can change: nothing but web addresses comes out of them.
fn is_web(url: &str) -> bool {
    let scheme = url.starts_with("https://") || url.starts_with("http://");
    scheme && !url.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Index of an entry in [`Site::entries`].
pub type Ix = usize;

/// Everything the pages are made from.
#[derive(Debug, Clone)]
pub struct Site {
    /// `annals.toml`, with the title and the repository filled in where they could be found out.
    pub config: Config,
    /// Sorted by key.
    pub collections: Vec<Collection>,
    /// Every record in its place, sorted by collection, then by number, date and slug.
    pub entries: Vec<Entry>,
    /// Pages that stand at the address of a number which several records share.
    pub choosers: Vec<Chooser>,
    /// Markdown files that are not records.
    pub skipped: Vec<Skipped>,
    /// Files to copy: output path → path relative to the root.
    pub assets: BTreeMap<String, String>,
    /// Where the records live on the web, as far as it could be found out.
    pub repository: Option<Repository>,
    /// The day the build speaks of.
    pub today: Date,
    /// Path of the root inside its repository, empty for the top.
    pub prefix: String,
    /// Why there is no git history, or not all of it.
    pub history_missing: Option<Missing>,
    /// Problems of no single record.
    pub diagnostics: Vec<Diagnostic>,
}

impl Site {
    /// Everything that is wrong, record by record, then with the site as a whole.
    pub fn all_diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.entries.iter().flat_map(|entry| &entry.diagnostics).chain(&self.diagnostics)
    }
}

/// A number that several records of one collection share: its address leads to all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chooser {
    /// Page, relative to the site: `rfc/0012.html`.
    pub address: String,
    /// Index into [`Site::collections`].
    pub collection: usize,
    /// The number as the first of them writes it.
    pub number: String,
    /// The records, in the order of [`Site::entries`].
    pub entries: Vec<Ix>,
}

/// A record in its place in the site.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What its own file says; its problems are in `diagnostics` below.
    pub record: Record,
    /// Unique in the site: `rfc-12`, `adr-use-quic`.
    pub id: String,
    /// Page, relative to the site: `rfc/0012.html`.
    pub address: String,
    /// Index into [`Site::collections`].
    pub collection: usize,
    /// Relations both ways, written and derived.
    pub relations: Vec<Relation>,
    /// Relations to what is no record of this site.
    pub elsewhere: Vec<Elsewhere>,
    /// Who cites it, with the sentence: by citing record, and within each in the order of its text.
    pub referenced_by: Vec<Backlink>,
    /// The records that its body cites by link or mention, itself not included.
    pub cites: BTreeSet<Ix>,
    /// Where each link and mention of the body leads, by the byte offset where it starts.
    pub targets: BTreeMap<usize, Target>,
    /// The chain from this record (not included) to the current head(s): every path ends in a record
    /// that nothing supersedes, or, in a circle, before it would begin again. Empty where nothing
    /// supersedes it.
    pub superseded_by: Vec<Vec<Ix>>,
    /// Its whole timeline: git, front matter and text merged, oldest first.
    pub events: Vec<Event>,
    /// When it was in force.
    pub in_force: Vec<Interval>,
    /// Days of its first and last commit.
    pub committed: Option<(Date, Date)>,
    /// The record's own problems and those found in resolving it, by place.
    pub diagnostics: Vec<Diagnostic>,
}

/// A resolved relation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relation {
    /// `supersedes`, `superseded-by`, …
    pub kind: String,
    /// The other record.
    pub target: Ix,
    /// True where only the other end says so.
    pub derived: bool,
    /// Where it was read, on whichever end wrote it.
    pub from: OriginKind,
}

/// A relation to something that is no record of this site, or that names none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Elsewhere {
    /// `supersedes`, `superseded-by`, …
    pub kind: String,
    /// What the author wrote, or the text of the link.
    pub label: String,
    /// Where it leads on the web; `None` where nothing is there.
    pub url: Option<String>,
}

/// A citation of this record in another one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Backlink {
    /// The citing record.
    pub from: Ix,
    /// The citing sentence as plain text.
    pub sentence: String,
    /// Id of the heading it stands under.
    pub anchor: Option<String>,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A record of this site, and an anchor in it.
    Record(Ix, Option<String>),
    /// A heading or anchor of the same page.
    Anchor(String),
    /// A copied file, by its output path.
    Asset(String),
    /// Another page of this site, by its address: a collection, a [`Chooser`].
    Page(String),
    /// Elsewhere; also a file of the repository that is not published, by its web address.
    Web(String),
    /// A file that is there but not published, and whose web address nobody knows: shown as text, with
    /// its path.
    Unpublished(String),
    /// Nothing is there; shown as text, marked.
    Broken,
}
