//! Resolve: records → [`Site`]. Ids and addresses, links both ways, relations and their inverses,
//! supersession chains. Global, pure, and the only place where one record learns of another.

pub mod address;
mod link;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rayon::prelude::*;

use crate::collection::{Collection, Found, Skipped};
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::history::{History, Missing};
use crate::record::{Event, OriginKind, Record};
use crate::source::Inputs;
use crate::timeline::{self, Interval};

/// Resolves what the records say of each other. Takes the parsed records in any order, and what was
/// found out around them; gives every record its place. Pure, and linear in records and links.
pub fn resolve(inputs: &Inputs, found: Found, records: Vec<Record>, history: History) -> Site {
    let (mut entries, choosers, mut diagnostics) = address::place(&found.collections, records, &history);
    let resolver = link::Resolver::new(inputs, &found, &entries, &choosers);
    let resolved: Vec<link::Resolved> =
        (0..entries.len()).into_par_iter().map(|ix| resolver.resolve(ix)).collect();
    drop(resolver);
    let mut assets = BTreeMap::new();
    for (ix, resolved) in resolved.into_iter().enumerate() {
        for (target, backlink) in resolved.cites {
            entries[ix].cites.insert(target);
            entries[target].referenced_by.push(backlink);
        }
        assets.extend(resolved.assets);
        entries[ix].targets = resolved.targets;
        entries[ix].diagnostics.extend(resolved.diagnostics);
    }
    timeline::tell(&mut entries, &history, inputs.today);
    for entry in &mut entries {
        entry.diagnostics.sort_by_key(|diagnostic| (diagnostic.place.line, diagnostic.place.column));
    }
    diagnostics.extend(found.diagnostics);
    Site {
        config: inputs.config.clone(),
        collections: found.collections,
        entries,
        choosers,
        skipped: found.skipped,
        assets,
        today: inputs.today,
        prefix: history.prefix,
        history_missing: history.missing,
        diagnostics,
    }
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
    /// The day the build speaks of.
    pub today: Date,
    /// Path of the root inside its repository, empty for the top.
    pub prefix: String,
    /// Why there is no git history, or not all of it.
    pub history_missing: Option<Missing>,
    /// Problems of no single record.
    pub diagnostics: Vec<Diagnostic>,
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
    /// What its own file says.
    pub record: Record,
    /// Unique in the site: `rfc-12`, `adr-use-quic`.
    pub id: String,
    /// Page, relative to the site: `rfc/0012.html`.
    pub address: String,
    /// Index into [`Site::collections`].
    pub collection: usize,
    /// Relations both ways, written and derived.
    pub relations: Vec<Relation>,
    /// Who cites it, with the sentence.
    pub referenced_by: Vec<Backlink>,
    /// The records that its body cites by link or mention, itself not included.
    pub cites: BTreeSet<Ix>,
    /// Where each link and mention of the body leads, by the byte offset where it starts.
    pub targets: BTreeMap<usize, Target>,
    /// The chain from this record (not included) to the current head(s): every path ends in a record
    /// that nothing supersedes. Empty where nothing supersedes it.
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
