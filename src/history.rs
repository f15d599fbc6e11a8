//! Git history → dated states of each file. The only user of git.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::record::State;

/// What git knows of the records.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// By path relative to the root (today's name; renames are followed back).
    pub files: BTreeMap<String, FileHistory>,
    /// Why there is no history, or not all of it; said once to the user.
    pub missing: Option<Missing>,
    /// The web address of the repository, from its `origin` remote.
    pub remote: Option<String>,
    /// The branch that is checked out.
    pub branch: Option<String>,
    /// Path of the root inside its repository, `/`-separated, empty for the top.
    pub prefix: String,
}

/// Why history is not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The root is not in a git repository.
    NoRepository,
    /// The `git` program is not there.
    NoGit,
    /// A shallow clone: dates before its boundary are unknown.
    Shallow,
}

/// What git knows of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileHistory {
    /// Day of the commit that added it.
    pub first: Date,
    /// Day of the last commit that touched it.
    pub last: Date,
    /// Commits that touched it.
    pub revisions: u32,
    /// Its states over time, oldest first, equal neighbours merged.
    pub states: Vec<DatedState>,
}

/// The state that a commit brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedState {
    /// Day of the commit.
    pub date: Date,
    /// `None` where the version states nothing.
    pub state: Option<State>,
    /// The label as written in that version.
    pub label: String,
    /// Full commit id.
    pub commit: String,
    /// Author of the commit.
    pub author: String,
}
