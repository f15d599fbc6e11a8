//! Resolve: records → [`Site`]. Ids and addresses, links both ways, relations and their inverses,
//! supersession chains. Global, pure, and the only place where one record learns of another.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::collection::{Collection, Skipped};
use crate::config::Config;
use crate::diagnostic::Diagnostic;
use crate::history::Missing;
use crate::record::{Event, OriginKind, Record};
use crate::timeline::Interval;

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
    /// Markdown files that are not records.
    pub skipped: Vec<Skipped>,
    /// Files to copy: output path → path relative to the root.
    pub assets: BTreeMap<String, String>,
    /// The day the build speaks of.
    pub today: Date,
    /// Why there is no git history, or not all of it.
    pub history_missing: Option<Missing>,
    /// Problems of no single record.
    pub diagnostics: Vec<Diagnostic>,
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
    /// Elsewhere; also a file of the repository that is not published, by its web address.
    Web(String),
    /// Nothing is there; shown as text, marked.
    Broken,
}
