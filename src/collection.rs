//! Collections: which folders hold records, and what every other markdown file is. Nothing
//! disappears: a file is a member, or it is [`Skipped`] with a reason.
//!
//! Without configuration the collections are found by evidence, never by a repository's name: the names
//! of files (a series goes by number or date), the names of folders (`adr`, `rfcs`, `decisions`), and
//! what the heads of files say ([`crate::record::evidence()`]).

mod candidate;
mod find;
mod name;
mod series;
mod skipped;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::config::CollectionConfig;
use crate::diagnostic::Diagnostic;
use crate::record::{Origin, State, number};

pub use find::{find, is_same};

/// A series of records that share a folder and a numbering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// Unique in the site; first part of addresses and ids: `rfc`.
    pub key: String,
    /// Heading of its page: `RFCs`.
    pub title: String,
    /// What people write before a number, upper case: `RFC`; `None` where records go by name.
    pub prefix: Option<String>,
    /// Its records are of families told by a capital letter (`A6`, `L12`), which belongs to the number.
    pub lettered: bool,
    /// Folder relative to the root; empty for the root itself.
    pub path: String,
    /// State of records that state none, and where that rule comes from.
    pub default_state: Option<(State, Origin)>,
    /// What `annals.toml` says of it.
    pub config: CollectionConfig,
    /// True where the tool found it by itself.
    pub found: bool,
    /// Paths of records that are named by their folder, although their file has another name.
    pub named_by_folder: BTreeSet<String>,
    /// Its records, sorted by path.
    pub members: Vec<Member>,
}

impl Collection {
    /// The part of a record's path that names it: the file's stem or the folder's name.
    pub fn name_of<'a>(&self, path: &'a str) -> &'a str {
        match path.rsplit_once('/') {
            Some((folder, _)) if self.named_by_folder.contains(path) => {
                folder.rsplit('/').next().unwrap_or(folder)
            }
            _ => number::name_of(path),
        }
    }
}

/// One record's files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    /// The markdown file, relative to the root.
    pub path: String,
    /// The YAML file beside it that holds its metadata.
    pub sidecar: Option<String>,
}

/// A markdown file that is not a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Skipped {
    /// Path relative to the root.
    pub path: String,
    /// Why, as a sentence fragment that follows the path: `a template, by its name`.
    pub reason: String,
    /// What it has of a record, where it lies below or beside a collection: `a number and a status`.
    pub has: Option<String>,
}

impl Skipped {
    /// A file that has nothing of a record.
    pub fn new(path: impl Into<String>, reason: impl Into<String>) -> Skipped {
        Skipped { path: path.into(), reason: reason.into(), has: None }
    }
}

/// What was found under the root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Collections sorted by key.
    pub collections: Vec<Collection>,
    /// Every other markdown file, sorted by path.
    pub skipped: Vec<Skipped>,
    /// Problems of the configuration (a path that is not there, two collections with one prefix).
    pub diagnostics: Vec<Diagnostic>,
}
