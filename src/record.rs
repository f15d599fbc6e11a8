//! The domain: what a decision record knows. No IO, no HTML, no paths of this machine.
//!
//! A [`Record`] holds what one file (and its sidecar) says by itself. Everything that needs a second
//! record to be known (who points here, which link is broken, the head of a supersession chain) is
//! [`crate::site`]'s.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::markdown::Scan;

mod badge;
mod container;
mod date;
mod entry;
mod evidence;
mod field;
mod front_matter;
mod header;
mod history_text;
mod inline;
mod log;
mod notice;
pub mod number;
mod option;
mod outline;
mod parse;
mod people;
mod preamble;
pub mod relation;
mod section;
mod stated;
pub mod statement;
mod status;
mod table;
mod title;
mod vocabulary;
mod web_link;
mod written;
mod yaml;

pub use evidence::{Evidence, evidence};
pub use parse::parse;
pub use stated::{rank, status_of};
pub use status::of_folder as state_of_folder;
pub use written::{Row, Written, bare_links, plain as plain_value, words};

/// One decision record, as its own file tells it.
#[derive(Debug, Clone)]
pub struct Record {
    /// Path relative to the root, `/`-separated: `docs/adr/0012-use-quic.md`.
    pub source: String,
    /// The YAML file beside the record that carries its metadata, if there is one.
    pub sidecar: Option<String>,
    /// Key of the collection it belongs to: `rfc`.
    pub collection: String,
    /// The number as the source writes it (`0012`, `046-01`, `040a`); `None` where records go by name.
    pub number: Option<Sourced<String>>,
    /// The part of the file (or folder) name that names the record: `use-quic`.
    pub slug: String,
    /// The title, markup removed. Never empty: the slug stands in, and its origin says so.
    pub title: Sourced<String>,
    /// One paragraph of plain text; `None` where the record has no prose.
    pub summary: Option<Sourced<String>>,
    /// Where the decision stands. [`State::Unknown`] with an empty label where nothing says.
    pub status: Status,
    /// All dates the record gives.
    pub dates: Dates,
    /// People by their part in the decision.
    pub people: BTreeMap<Role, Vec<Person>>,
    /// Words to find it by, under the name of their facet: `tags`, `area`, `type`, `category`, `sig`.
    pub tags: BTreeMap<String, Vec<String>>,
    /// Relations as written, targets not looked up yet.
    pub relations: Vec<RelationRef>,
    /// Where it was, is or will be talked about.
    pub discussion: Vec<WebLink>,
    /// Issues that follow the work.
    pub tracking: Vec<WebLink>,
    /// Where it was carried out.
    pub implementation: Vec<WebLink>,
    /// The options that were compared, in the order written.
    pub options: Vec<Choice>,
    /// What should force another look, in the author's words.
    pub revisit: Vec<String>,
    /// Dated events written in the text (implementation history, changelog); git's come later.
    pub events: Vec<Event>,
    /// Front matter `draft: true`.
    pub draft: bool,
    /// Metadata that no field above holds, in source order: key and value as written.
    pub extra: Vec<(String, String)>,
    /// Where the lists above were read, by the field's name in `records.json` (`authors`, `discussion`), by
    /// facet for tags, and by key for [`extra`](Record::extra).
    pub origins: BTreeMap<String, Vec<Origin>>,
    /// Byte offset in the source text where the body starts (after front matter).
    pub body_start: usize,
    /// Byte range of a metadata preamble inside the body (bullets, table, lines), relative to the source text.
    pub preamble: Option<Range<usize>>,
    /// The parts of it that the page shows as metadata instead: their entries hold all their words.
    pub left_out: Vec<Range<usize>>,
    /// The values that are not in the body, as their author wrote them.
    pub written: Vec<Written>,
    /// What the body contains: headings, links, mentions.
    pub scan: Scan,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

impl Record {
    /// The files that it is read from: its own, and the one beside it.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.source.as_str()).chain(self.sidecar.as_deref())
    }
}

/// A value and where it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it was read.
    pub from: Origin,
}

/// Where a value was read, so that every value can be explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Kind of place.
    pub kind: OriginKind,
    /// 1-based line in the record's file (or its sidecar, for [`OriginKind::Sidecar`]); `None` for names and inferences.
    pub line: Option<u32>,
    /// The key, heading or name it stood under: `status`, `## Status`, the folder's name.
    pub key: String,
    /// Where key and value stand in the record's file (or its sidecar); `None` for names and inferences.
    pub spans: Option<Spans>,
}

/// The places of a key and its value, as byte ranges of the file as it was read (without a byte order mark).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spans {
    /// The key, without markup around it.
    pub key: Range<usize>,
    /// The whole value; empty where the container has no positions for it.
    pub value: Range<usize>,
}

impl Origin {
    /// An origin that is written in no file: a name, a folder, a rule.
    pub fn rule(kind: OriginKind, key: &str) -> Origin {
        Origin { kind, line: None, key: key.to_owned(), spans: None }
    }
}

/// The kinds of places that values are read from (the containers of real repositories).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OriginKind {
    /// YAML, TOML or JSON between delimiters at the top.
    FrontMatter,
    /// A YAML file beside the record.
    Sidecar,
    /// A bullet list at the top: `- Status: accepted`, `* **Status**: accepted`.
    Bullet,
    /// A plain or bold line: `Status: accepted`, `**Status:** accepted`.
    Line,
    /// A table at the top.
    Table,
    /// A section: `## Status`.
    Section,
    /// The record's title heading.
    Heading,
    /// Prose of the body.
    Text,
    /// The file or folder name.
    FileName,
    /// The folder the record lies in.
    Folder,
    /// `annals.toml`.
    Config,
    /// Git history.
    Git,
    /// Another record says so (`supersedes` written on the other end).
    OtherRecord,
    /// A rule of the tool, named in `key`.
    Convention,
}

/// Where a decision stands: the canonical state and what the author wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Canonical state.
    pub state: State,
    /// What the author wrote, markup and emoji removed; empty where nothing was written.
    pub label: String,
    /// What follows the leading word: version, date, reason, link text.
    pub note: Option<String>,
    /// Where it was read.
    pub from: Origin,
    /// True where no status is written and the state comes from a folder, a config default or a convention.
    pub inferred: bool,
}

/// Canonical states, in the order a decision passes through them.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Being written.
    Draft,
    /// Put forward, and not decided yet.
    Proposed,
    /// Decided.
    Accepted,
    /// Decided and carried out.
    Implemented,
    /// In force as a living process or policy.
    Active,
    /// Decided against.
    Rejected,
    /// Taken back by its author.
    Withdrawn,
    /// Put off, stalled or expired.
    Deferred,
    /// No longer recommended, nothing in its place.
    Deprecated,
    /// Replaced by another record.
    Superseded,
    /// Only a signpost: the record lives elsewhere.
    Moved,
    /// Not stated, or in words that nobody has mapped.
    Unknown,
}

/// What a state means for a reader.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Can still be influenced.
    Open,
    /// Binding today.
    InForce,
    /// Ended without taking effect.
    Closed,
    /// Was in force once.
    Retired,
    /// Kept in another place, where its status is.
    Elsewhere,
    /// Not stated, or in words without a known meaning.
    Unknown,
}

impl State {
    /// Every state, in lifecycle order.
    pub const ALL: [State; 12] = [
        State::Draft,
        State::Proposed,
        State::Accepted,
        State::Implemented,
        State::Active,
        State::Rejected,
        State::Withdrawn,
        State::Deferred,
        State::Deprecated,
        State::Superseded,
        State::Moved,
        State::Unknown,
    ];

    /// The state's name as it stands in `records.json`, URLs and CSS classes: `proposed`.
    pub fn name(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Proposed => "proposed",
            State::Accepted => "accepted",
            State::Implemented => "implemented",
            State::Active => "active",
            State::Rejected => "rejected",
            State::Withdrawn => "withdrawn",
            State::Deferred => "deferred",
            State::Deprecated => "deprecated",
            State::Superseded => "superseded",
            State::Moved => "moved",
            State::Unknown => "unknown",
        }
    }

    /// The state with this [name](State::name).
    pub fn from_name(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.name() == name)
    }

    /// The phase the state belongs to.
    pub fn phase(self) -> Phase {
        match self {
            State::Draft | State::Proposed => Phase::Open,
            State::Accepted | State::Implemented | State::Active => Phase::InForce,
            State::Rejected | State::Withdrawn | State::Deferred => Phase::Closed,
            State::Deprecated | State::Superseded => Phase::Retired,
            State::Moved => Phase::Elsewhere,
            State::Unknown => Phase::Unknown,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Phase {
    /// The phase's name as it stands in `records.json` and CSS classes: `in-force`.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Open => "open",
            Phase::InForce => "in-force",
            Phase::Closed => "closed",
            Phase::Retired => "retired",
            Phase::Elsewhere => "elsewhere",
            Phase::Unknown => "unknown",
        }
    }
}

/// All dates a record gives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dates {
    /// When it was written or proposed.
    pub created: Option<Sourced<Date>>,
    /// When it was last changed, by its own word.
    pub updated: Option<Sourced<Date>>,
    /// When it was decided.
    pub decided: Option<Sourced<Date>>,
    /// The review window closes.
    pub comment_by: Option<Sourced<Date>>,
    /// It is due for another look.
    pub review_by: Option<Sourced<Date>>,
    /// Any other milestone by the name the author gave it.
    pub other: BTreeMap<String, Sourced<Date>>,
}

/// A person's part in a decision.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Wrote it.
    Author,
    /// Decides.
    Decider,
    /// Reviews or approves.
    Reviewer,
    /// Was asked.
    Consulted,
    /// Was told.
    Informed,
}

impl Role {
    /// The field of `records.json` that lists the people with this part: `authors`.
    pub fn field(self) -> &'static str {
        match self {
            Role::Author => "authors",
            Role::Decider => "deciders",
            Role::Reviewer => "reviewers",
            Role::Consulted => "consulted",
            Role::Informed => "informed",
        }
    }
}

/// A person as the record names them. At least one of the fields is set.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Person {
    /// `Grace Hopper`.
    pub name: Option<String>,
    /// Account name without `@`.
    pub handle: Option<String>,
    /// Kept for matching; never published unless the site asks for it.
    pub mail: Option<String>,
    /// A home page or profile.
    pub url: Option<String>,
}

impl Person {
    /// What stands before the `@` of a mail address, for a person known by nothing else: it tells people apart
    /// and does not publish the address.
    pub fn mailbox(&self) -> Option<&str> {
        let known = self.name.is_some() || self.handle.is_some();
        self.mail.as_deref().filter(|_| !known)?.split('@').next().filter(|mailbox| !mailbox.is_empty())
    }
}

/// A link out of the metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebLink {
    /// What the author called it; the URL where nothing else was written.
    pub label: String,
    /// `http(s)` URL; `None` where only text was written (`#123`).
    pub url: Option<String>,
    /// The key it stood under: `RFC PR`.
    pub key: String,
}

/// A relation as written in one record, its target not looked up yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationRef {
    /// `supersedes`, `superseded-by`, `requires`, … (see [`crate::record::relation`]).
    pub kind: String,
    /// The target as written: `12`, `ADR-0012`, `0012-use-quic.md`, a URL, a path.
    pub target: String,
    /// What it is limited to, in the author's words: `serving mode only`. `None` where it is the whole record.
    pub scope: Option<String>,
    /// It takes effect later, if at all: "to be superseded by 12 once accepted".
    pub pending: bool,
    /// Where it was read.
    pub from: Origin,
    /// Byte range of the target in the file that `from` is about.
    pub span: Range<usize>,
}

/// One option of a comparison (MADR "Considered Options" and "Pros and Cons of the Options").
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// The option's name, markup removed.
    pub name: String,
    /// It is the one the decision outcome names.
    pub chosen: bool,
    /// Arguments for it ("Good, because …").
    pub good: Vec<String>,
    /// Arguments that weigh neither way.
    pub neutral: Vec<String>,
    /// Arguments against it ("Bad, because …").
    pub bad: Vec<String>,
}

/// Something that happened to a record on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The day.
    pub date: Date,
    /// State before; `None` for the first state and for milestones.
    pub from: Option<State>,
    /// State after; `None` for a milestone that changes no state.
    pub to: Option<State>,
    /// The words: the status label, or the milestone's name.
    pub label: String,
    /// What tells us.
    pub source: EventSource,
    /// 1-based line in the record's file, for front matter and text.
    pub line: Option<u32>,
    /// Full commit id, for git.
    pub commit: Option<String>,
    /// Author of the commit, by name, for git.
    pub author: Option<String>,
    /// Why the day is only approximate; `None` where it is the day of the change.
    pub inferred: Option<Inferred>,
}

impl Event {
    /// The day is a guess, and not just that of the first commit with a status.
    pub fn is_approximate(&self) -> bool {
        matches!(self.inferred, Some(Inferred::BulkCommit | Inferred::OwnDate))
    }
}

/// Why the day of an event is only approximate: a commit shows that a status held by its day, not since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Inferred {
    /// The commit is the first that gives the record a status.
    FirstStatus,
    /// The commit gives many records a status at once.
    BulkCommit,
    /// It is the record's own date: nothing says when it was decided, and a commit that wrote its status came later.
    OwnDate,
}

/// What tells us of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EventSource {
    /// A commit.
    Git,
    /// A dated field of the metadata.
    FrontMatter,
    /// A dated line of the text.
    Text,
}
