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

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::thread;

use jiff::civil::Date;

use self::blobs::{Answer, Blobs, Wanted};
use self::walk::{Commit, Part, Touch, Walked, What};
use crate::record::{State, Status};

pub use self::git::web_address;
pub use self::walk::Seen;

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
    /// What reading it has looked at; `None` where that was not all.
    pub seen: Option<Seen>,
}

/// Why history is not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The root is not in a git repository.
    NoRepository,
    /// The `git` program is not there.
    NoGit,
    /// The `git` program is older than what is asked of it.
    OldGit,
    /// There is a repository that git cannot read: damaged, or a worktree or submodule without its other half.
    Unreadable,
    /// Records lie in a repository inside this one (a submodule), which keeps their history.
    Nested,
    /// The repository has no commit yet.
    NoCommits,
    /// A shallow clone: what lies before its boundary is unknown.
    Shallow,
    /// Some objects are not here (a partial clone, or damage): their versions were passed over.
    Partial,
}

impl Missing {
    /// For the user, as a sentence without a full stop.
    pub fn sentence(self) -> &'static str {
        match self {
            Missing::NoRepository => "no git history here: dates are those that the records give",
            Missing::NoGit => "the `git` program is not there: dates are those that the records give",
            Missing::OldGit => {
                "this `git` is older than 2.31 and cannot tell the history: dates are those that the records give"
            }
            Missing::Unreadable => {
                "git cannot read the repository here: dates are those that the records give; `git status` says why"
            }
            Missing::Nested => "records in a repository of their own (a submodule) have no history here",
            Missing::NoCommits => "nothing is committed yet: dates are those that the records give",
            Missing::Shallow => "a shallow clone: what happened before its first commit is not known",
            Missing::Partial => "git history is not whole: some versions of the records are missing",
        }
    }
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

/// Says which status a version states, front matter before body; inferred ones are passed over. `None` where it states none.
pub type StatusReader<'a> = &'a (dyn Fn(Version<'_>) -> Option<Status> + Sync);

impl History {
    /// True where [`read`] would give the same for `now` as it gave for `before`, of a repository that is still
    /// the same: what came and what went no commit has ever touched.
    pub fn is_same_for(
        &self,
        root: &Path,
        before: &BTreeSet<(&str, Option<&str>)>,
        now: &BTreeSet<(&str, Option<&str>)>,
    ) -> bool {
        let Some(seen) = self.seen.as_ref().filter(|_| self.missing != Some(Missing::Nested)) else {
            return false;
        };
        let full = |path: &str| match self.prefix.as_str() {
            "" => path.as_bytes().to_vec(),
            prefix => format!("{prefix}/{path}").into_bytes(),
        };
        let is_new = |(path, sidecar): &(&str, Option<&str>)| {
            let mut files = [Some(*path), *sidecar].into_iter().flatten();
            files.all(|path| seen.is_new(&full(path))) && !git::is_nested(root, path)
        };
        let files: BTreeSet<&str> =
            now.iter().flat_map(|(path, sidecar)| [Some(*path), *sidecar]).flatten().collect();
        let depth = self.prefix.split('/').filter(|part| !part.is_empty()).count();
        before.symmetric_difference(now).all(is_new)
            && !before.is_empty()
            && !now.is_empty()
            && seen.begins_alike(&root.join("../".repeat(depth)), files.len())
    }
}

/// Reads the history of `members` (path relative to `root`, and that of the sidecar).
///
/// Never fails: whatever cannot be read is left out, and [`History::missing`] says why.
pub fn read(root: &Path, members: &[(&str, Option<&str>)], status_of: StatusReader<'_>) -> History {
    let repository = match git::open(root) {
        Ok(repository) => repository,
        Err(missing) => return History { missing: Some(missing), ..History::default() },
    };
    let prefix = repository.prefix.as_slice();
    let mut files = BTreeMap::new();
    for (member, (path, sidecar)) in members.iter().enumerate() {
        files.insert([prefix, path.as_bytes()].concat(), Part { member, sidecar: false });
        if let Some(sidecar) = sidecar {
            files.insert([prefix, sidecar.as_bytes()].concat(), Part { member, sidecar: true });
        }
    }
    let read = thread::scope(|scope| {
        let mut blobs = Blobs::start(scope, root, status_of)?;
        let mut want = |oid: &str, path: &[u8], Part { member, sidecar }: Part| {
            let path = String::from_utf8_lossy(path.strip_prefix(prefix).unwrap_or(path)).into_owned();
            blobs.want(oid, Wanted { member, path, sidecar })
        };
        let walked = walk::walk(&repository.top(root), &repository.head, &files, members.len(), &mut want)?;
        Ok::<_, io::Error>((walked, blobs.finish()))
    });
    let (walked, answers) =
        read.unwrap_or_else(|_| (Walked { broken: true, ..Walked::default() }, Vec::new()));
    let partial = walked.broken || answers.iter().any(Option::is_none);
    let nothing_read = || walked.touches.iter().all(Vec::is_empty);
    let missing = match () {
        () if walked.broken && nothing_read() && git::is_old() => Some(Missing::OldGit),
        () if !repository.shallow.is_empty() => Some(Missing::Shallow),
        () if partial => Some(Missing::Partial),
        () if members
            .iter()
            .zip(&walked.touches)
            .any(|((path, _), touches)| touches.is_empty() && git::is_nested(root, path)) =>
        {
            Some(Missing::Nested)
        }
        () => None,
    };
    let histories = members.iter().enumerate().filter_map(|(member, (path, _))| {
        let touches = walked.touches.get(member).filter(|touches| !touches.is_empty())?;
        let former = walked.former.get(member).cloned().unwrap_or_default();
        let known = FileHistory { former, ..FileHistory::default() };
        let history = tell(known, touches, &walked.commits, &answers, &repository.shallow);
        Some(((*path).to_owned(), history))
    });
    History {
        files: histories.collect(),
        missing,
        head: Some(repository.head),
        remote: repository.remote,
        branch: repository.branch,
        prefix: String::from_utf8_lossy(prefix).trim_end_matches('/').to_owned(),
        seen: (!walked.broken && std::str::from_utf8(prefix).is_ok()).then_some(walked.seen),
    }
}

/// Names all that [`read`] depends on besides its arguments: equal texts, equal histories.
pub fn stamp(root: &Path) -> String {
    let repository = git::open(root);
    // Names are read by way of it as it lies in the working tree.
    let top = repository.as_ref().map_or_else(|_| root.to_owned(), |repository| repository.top(root));
    let mailmap = std::fs::read_to_string(top.join(".mailmap")).unwrap_or_default();
    format!("{repository:?}{mailmap:?}")
}

/// What is known of a file's status at some point.
#[derive(Clone, PartialEq)]
enum Stated {
    /// The file is not there.
    Absent,
    /// Its blob is not in this clone.
    Unknown,
    /// What it states.
    Known(Answer),
}

/// Turns what a record's files went through (newest first) into its states (oldest first). The sidecar's
/// status goes before the record's own, as in the record that is read today.
fn tell(
    mut history: FileHistory,
    touches: &[Touch],
    commits: &[Commit],
    answers: &[Option<Answer>],
    shallow: &BTreeSet<String>,
) -> FileHistory {
    let (mut own, mut sidecar) = (Stated::Absent, Stated::Absent);
    let mut before: Option<Option<(State, String)>> = None;
    let steps: Vec<&[Touch]> = touches.chunk_by(|a, b| a.commit == b.commit).collect();
    for (at, step) in steps.into_iter().rev().enumerate() {
        let Some(commit) = step.first().and_then(|touch| commits.get(touch.commit)) else { continue };
        for touch in step {
            let part = if touch.sidecar { &mut sidecar } else { &mut own };
            match touch.what {
                What::Born(blob) | What::Version(blob) => {
                    let answer = answers.get(blob).cloned().flatten();
                    *part = answer.map_or(Stated::Unknown, Stated::Known);
                }
                // A record that went and came back says nothing in between; one that lost its sidecar speaks
                // for itself again.
                What::Gone if touch.sidecar => *part = Stated::Absent,
                What::Gone => {}
            }
        }
        let now = match (&sidecar, &own) {
            (Stated::Unknown, _) | (_, Stated::Unknown) => None,
            (Stated::Absent, Stated::Absent) => None,
            (sidecar, own) => {
                let said = [own, sidecar].into_iter().filter_map(|part| match part {
                    Stated::Known(Some(said)) => Some(said),
                    _ => None,
                });
                Some(said.min_by_key(|said| said.rank).map(|said| (said.state, said.label.clone())))
            }
        };
        if shallow.contains(&commit.id) {
            history.before = now.clone().flatten().map(|(state, _)| state);
            before = now;
            continue;
        }
        history.revisions += 1;
        if at == 0 && step.iter().any(|touch| matches!(touch.what, What::Born(_))) {
            history.first = Some(commit.authored);
        }
        history.last = Some(commit.authored);
        let Some(now) = now.filter(|now| before.as_ref() != Some(now)) else { continue };
        let earlier = history.states.last().map(|state| state.date);
        let date = match earlier {
            Some(earlier) if commit.authored < earlier => commit.committed.max(earlier),
            _ => commit.authored,
        };
        history.states.push(DatedState {
            date,
            state: now.as_ref().map(|(state, _)| *state),
            label: now.as_ref().map(|(_, label)| label.clone()).unwrap_or_default(),
            commit: commit.id.clone(),
            author: commit.author.clone(),
        });
        before = Some(now);
    }
    history
}
