//! Working trees of one repository, by the file `.git` that git puts at the top of each but the first
//! (<https://git-scm.com/docs/gitrepository-layout>). Runs no git.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder that all working trees of a repository share, where `top` is the top of one.
pub fn repository_of(top: &Path) -> Option<PathBuf> {
    let own = top.join(".git");
    if own.is_dir() {
        return fs::canonicalize(own).ok();
    }
    let folder = folder_of(top)?;
    fs::canonicalize(shared(&folder).unwrap_or(&folder)).ok()
}

/// True for the top of a working tree of `repository` that is not its first. One whose repository is not there is
/// taken for one, too: a checkout that was moved. A submodule is a repository of its own.
pub fn is_one_of(top: &Path, repository: Option<&Path>) -> bool {
    let Some(folder) = folder_of(top) else { return false };
    let Some(shared) = shared(&folder) else { return false };
    fs::canonicalize(shared).map_or(true, |shared| repository.is_none_or(|own| own == shared))
}

/// Where the file `.git` of a working tree leads to.
fn folder_of(top: &Path) -> Option<PathBuf> {
    let text = fs::read_to_string(top.join(".git")).ok()?;
    Some(top.join(text.strip_prefix("gitdir:")?.trim()))
}

/// `repository/worktrees/name` → `repository`.
fn shared(folder: &Path) -> Option<&Path> {
    let worktrees = folder.parent()?;
    worktrees.parent().filter(|_| worktrees.ends_with("worktrees"))
}
