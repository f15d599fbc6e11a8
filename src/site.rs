//! Resolve: records → [`Site`]. Ids and addresses, links both ways, relations and their inverses,
//! supersession chains. Global, pure, and the only place where one record learns of another.

pub mod address;
mod asset;
mod citation;
mod destination;
pub mod forge;
mod link;
mod names;
pub mod relation;
mod repository;
mod suggest;
mod supersession;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;
use rayon::prelude::*;

use crate::collection::{Collection, Found, Skipped};
use crate::config::Config;
use crate::diagnostic::{self, Diagnostic};
use crate::history::{History, Missing};
use crate::memo::{self, Memo, Memos};
use crate::record::{Event, OriginKind, Record};
use crate::source::{self, Inputs};
use crate::svg;
use crate::timeline::{self, Interval};
use address::Placed;
use forge::Repository;
use names::Names;
use suggest::Suggestions;

/// What [`resolve`] keeps for the next time.
#[derive(Default)]
pub struct Memory {
    placed: Memo<(Arc<Found>, Records, Arc<History>), Arc<Placed>>,
    repository: Memo<(Arc<Inputs>, Records, Arc<Placed>), Option<Repository>>,
    names: Memo<World, Indexed>,
    anchors: Memo<Records, Token>,
    linked: Memos<(Arc<Record>, Token, Token), Arc<Linked>>,
    backlinks: Memo<Vec<Arc<Linked>>, ByEntry<Backlink>>,
    relations: Memo<(Token, Vec<Arc<Linked>>), ByEntry<Relation>>,
    told: timeline::Memory,
}

/// By path.
type Records = Vec<Arc<Record>>;

/// A list for each entry, shared between one site and the next.
type ByEntry<T> = Arc<Vec<Arc<[T]>>>;

/// Stands for a value that is too large to compare; one and the same as long as the value is.
type Token = Arc<()>;

/// Stands for a [`World`], with the names in it, and what to suggest for others once one was missed.
type Indexed = (Token, Arc<Names>, Arc<OnceLock<Suggestions>>);

/// What a link can lead to, as far as it can change: paths, names and addresses, not what records say.
struct World {
    inputs: Arc<Inputs>,
    found: Arc<Found>,
    placed: Arc<Placed>,
    drafts: Vec<Arc<Record>>,
    repository: Option<Repository>,
    prefix: String,
}

impl World {
    fn is_same(&self, other: &World) -> bool {
        Arc::ptr_eq(&self.placed, &other.placed)
            && self.repository == other.repository
            && self.prefix == other.prefix
            && has_same_paths(&self.inputs, &other.inputs)
            && memo::alike(&self.drafts, &other.drafts, address::is_same)
            && (Arc::ptr_eq(&self.found, &other.found) || self.found.collections == other.found.collections)
    }
}

fn has_same_paths(before: &Arc<Inputs>, now: &Arc<Inputs>) -> bool {
    let same = || before.aliases == now.aliases && before.files.keys().eq(now.files.keys());
    Arc::ptr_eq(before, now) || same()
}

/// What one record's links and relations came to.
struct Linked {
    links: link::Resolved,
    relations: relation::Written,
}

/// Resolves what the records say of each other. Takes the parsed records in any order, and what was
/// found out around them; gives every record its place. Pure, and linear in records and links.
pub fn resolve(
    inputs: &Arc<Inputs>,
    found: &Arc<Found>,
    records: Vec<Arc<Record>>,
    history: &Arc<History>,
    memory: &mut Memory,
) -> Site {
    let (drafts, records): (Vec<Arc<Record>>, Vec<Arc<Record>>) =
        records.into_iter().partition(|record| record.draft && !inputs.drafts);
    let placed = memory.placed.get(
        (Arc::clone(found), records.clone(), Arc::clone(history)),
        |a, b| {
            let keys = |found: &Found| -> Vec<String> {
                found.collections.iter().map(|collection| collection.key.clone()).collect()
            };
            Arc::ptr_eq(&a.2, &b.2) && keys(&a.0) == keys(&b.0) && memo::alike(&a.1, &b.1, address::is_same)
        },
        |_| Arc::new(address::place(&found.collections, &records, history)),
    );
    let mut entries = address::enter(&placed, &records, history);
    let tree = tree::Tree::new(inputs);
    let repository = memory.repository.get(
        (Arc::clone(inputs), records.clone(), Arc::clone(&placed)),
        |a, b| {
            // The same places mean the same history, too.
            let same_rules = a.0.config.site == b.0.config.site && Arc::ptr_eq(&a.2, &b.2);
            same_rules && has_same_paths(&a.0, &b.0) && memo::alike(&a.1, &b.1, repository::is_same)
        },
        |_| repository::find(&inputs.config.site, history, &entries, &tree),
    );

    let world = World {
        inputs: Arc::clone(inputs),
        found: Arc::clone(found),
        placed: Arc::clone(&placed),
        drafts: drafts.clone(),
        repository: repository.clone(),
        prefix: history.prefix.clone(),
    };
    let (world, names, suggestions) = memory.names.get(world, World::is_same, |_| {
        (Token::default(), Arc::new(Names::new(&found.collections, &entries, &drafts)), Arc::default())
    });
    let same_anchors = |a: &Vec<_>, b: &Vec<_>| memo::alike(a, b, link::has_same_anchors);
    let anchors = memory.anchors.get(records, same_anchors, |_| Token::default());
    let resolver = OnceLock::new();
    let resolver = || {
        resolver.get_or_init(|| {
            link::Resolver::new(link::World {
                inputs,
                tree: &tree,
                found,
                names: &names,
                suggestions: &suggestions,
                entries: &entries,
                placed: &placed,
                drafts: &drafts,
                repository: repository.as_ref(),
                prefix: &history.prefix,
            })
        })
    };
    let all: Vec<Ix> = (0..entries.len()).collect();
    let linked = memory.linked.all(
        &all,
        |ix| entries[*ix].record.source.as_str(),
        |before, ix| {
            let same_anchors = || Arc::ptr_eq(&before.2, &anchors) || !link::names_anchors(&before.0);
            Arc::ptr_eq(&before.0, &entries[*ix].record) && Arc::ptr_eq(&before.1, &world) && same_anchors()
        },
        |ix| (Arc::clone(&entries[*ix].record), Arc::clone(&world), Arc::clone(&anchors)),
        |ix, _| {
            let resolver = resolver();
            let relations = relation::written(resolver, &entries, *ix);
            Arc::new(Linked { links: resolver.resolve(*ix), relations })
        },
    );
    let mut diagnostics = Vec::new();
    if let Some(repository) = repository.as_ref().filter(|repository| repository.inferred) {
        diagnostics.push(diagnostic::inferred_repository(&repository.slug.web()));
    }
    let backlinks = memory.backlinks.get(
        linked.clone(),
        |a, b| memo::alike(a, b, |a, b| a.links.cites == b.links.cites),
        |linked| Arc::new(backlinks(linked)),
    );
    let relations = memory.relations.get(
        (world, linked.clone()),
        |a, b| {
            let same = |a: &Linked, b: &Linked| a.relations.relations == b.relations.relations;
            Arc::ptr_eq(&a.0, &b.0) && memo::alike(&a.1, &b.1, same)
        },
        |(_, linked)| {
            let written = linked.iter().map(|linked| &linked.relations);
            Arc::new(relation::connect(&entries, &found.collections, written))
        },
    );
    let assets = enter(&mut entries, &linked, &backlinks, &relations);
    diagnostics.extend(assets.values().flat_map(|file| pictures(inputs, file)));
    supersede(inputs, &mut entries, found);
    let folders: Vec<&str> = found.collections.iter().map(|collection| collection.path.as_str()).collect();
    diagnostics.extend(timeline::tell(&mut entries, &folders, history, inputs.today, &mut memory.told));
    let stale: Vec<Vec<Diagnostic>> = (0..entries.len())
        .into_par_iter()
        .map(|ix| citation::stale(inputs, &entries, &found.collections, ix))
        .collect();
    for (entry, notes) in entries.iter_mut().zip(stale) {
        entry.diagnostics.extend(notes);
    }
    unknown_words_once(&mut entries);

    for entry in &mut entries {
        entry.diagnostics.sort_by_key(|diagnostic| (diagnostic.place.line, diagnostic.place.column));
    }
    Site {
        config: configured(inputs, repository.as_ref()),
        collections: found.collections.clone(),
        entries,
        choosers: placed.choosers.clone(),
        skipped: found.skipped.clone(),
        drafts: 0,
        assets,
        repository,
        today: inputs.today,
        prefix: history.prefix.clone(),
        history_missing: history.missing,
        diagnostics: diagnostics.into_iter().chain(found.diagnostics.iter().cloned()).collect(),
    }
}

/// A status word that is not known is reported once, at the first record that uses it, with the others.
fn unknown_words_once(entries: &mut [Entry]) {
    let mut users: BTreeMap<(usize, String), Vec<Ix>> = BTreeMap::new();
    for (ix, entry) in entries.iter().enumerate() {
        for problem in entry.diagnostics.iter().filter(|problem| problem.code == diagnostic::UNKNOWN_STATUS) {
            users.entry((entry.collection, problem.message.to_lowercase())).or_default().push(ix);
        }
    }
    for (first, others) in
        users.values().filter_map(|users| users.split_first()).filter(|(_, rest)| !rest.is_empty())
    {
        let files: Vec<String> = others.iter().map(|ix| entries[*ix].record.source.clone()).collect();
        let is_own = |problem: &&mut Diagnostic| problem.code == diagnostic::UNKNOWN_STATUS;
        if let Some(problem) = entries[*first].diagnostics.iter_mut().find(is_own) {
            diagnostic::used_elsewhere(problem, &files);
        }
        for ix in others {
            entries[*ix].diagnostics.retain(|problem| problem.code != diagnostic::UNKNOWN_STATUS);
        }
    }
}

/// What is wrong with a picture that a record shows.
fn pictures(inputs: &Inputs, file: &str) -> Vec<Diagnostic> {
    if !source::is_svg(file) {
        return Vec::new();
    }
    let Some(text) = inputs.text(file) else {
        return vec![diagnostic::unreadable_svg(file, "it is no text, or too large")];
    };
    match svg::clean(&text.text) {
        Ok(clean) => {
            let removed = clean.removed.into_iter();
            removed.map(|(what, span)| diagnostic::unsafe_svg(text, span, &what)).collect()
        }
        Err(reason) => vec![diagnostic::unreadable_svg(file, &reason)],
    }
}

/// Who cites each record: in the order of citing records, and within each in that of its text; one sentence
/// counts once.
fn backlinks(linked: &[Arc<Linked>]) -> Vec<Arc<[Backlink]>> {
    let mut all: Vec<Vec<Backlink>> = vec![Vec::new(); linked.len()];
    for (cited, backlink) in linked.iter().flat_map(|linked| &linked.links.cites) {
        all[*cited].push(backlink.clone());
    }
    let list = |mut backlinks: Vec<Backlink>| {
        backlinks.dedup();
        backlinks.into()
    };
    all.into_iter().map(list).collect()
}

/// Enters links, backlinks and relations at both their ends. Returns the files to copy.
fn enter(
    entries: &mut [Entry],
    linked: &[Arc<Linked>],
    backlinks: &[Arc<[Backlink]>],
    relations: &[Arc<[Relation]>],
) -> BTreeMap<String, String> {
    let mut assets = BTreeMap::new();
    for (ix, entry) in entries.iter_mut().enumerate() {
        let Linked { links, relations: written } = &*linked[ix];
        assets.extend(links.assets.clone());
        entry.cites = Arc::clone(&links.cited);
        entry.targets = Arc::clone(&links.targets);
        entry.referenced_by = Arc::clone(&backlinks[ix]);
        entry.relations = Arc::clone(&relations[ix]);
        entry.elsewhere = written.elsewhere.clone();
        entry.diagnostics.extend(links.diagnostics.iter().chain(&written.diagnostics).cloned());
    }
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
    /// How many records are drafts that are not published: nothing in the output names them.
    pub drafts: usize,
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
    pub record: Arc<Record>,
    /// Unique in the site: `rfc-12`, `adr-use-quic`.
    pub id: String,
    /// Page, relative to the site: `rfc/0012.html`.
    pub address: String,
    /// Index into [`Site::collections`].
    pub collection: usize,
    /// Relations both ways, written and derived.
    pub relations: Arc<[Relation]>,
    /// Relations to what is no record of this site.
    pub elsewhere: Vec<Elsewhere>,
    /// Who cites it, with the sentence: by citing record, and within each in the order of its text.
    pub referenced_by: Arc<[Backlink]>,
    /// The records that its body cites by link or mention, itself not included.
    pub cites: Arc<BTreeSet<Ix>>,
    /// Where each link and mention of the body leads, by the byte offset where it starts.
    pub targets: Arc<BTreeMap<usize, Target>>,
    /// The chain from this record (not included) to the current head(s): every path ends in a record
    /// that nothing supersedes, or, in a circle, before it would begin again. Empty where nothing
    /// supersedes it.
    pub superseded_by: Vec<Vec<Ix>>,
    /// Its whole timeline: git, front matter and text merged, oldest first.
    pub events: Arc<[Event]>,
    /// When it was in force.
    pub in_force: Arc<[Interval]>,
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
    /// What it is limited to, in the author's words; `None` where it is the whole record.
    pub scope: Option<String>,
    /// It takes effect later, if at all.
    pub pending: bool,
    /// Where it was read, on whichever end wrote it.
    pub from: OriginKind,
}

impl Relation {
    /// It is about the whole record, and in effect as soon as the other record is decided.
    pub fn is_whole(&self) -> bool {
        self.scope.is_none() && !self.pending
    }
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
