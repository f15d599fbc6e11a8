//! Which paths can change the site: what [`crate::source`] would read, the theme, and the few files of
//! `.git` that say which commit is checked out. Looks at the disk as it is now, so it is made anew for each
//! round of changes; nothing here remembers.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::output;
use crate::source::{Rules, is_litter};

/// Where the folder lies, and what of it is looked at.
#[derive(Debug, Clone)]
pub struct Place {
    /// The root, without symbolic links.
    pub root: PathBuf,
    /// An output folder that may lie inside it.
    output: Option<PathBuf>,
    /// Top of the repository; the root where there is none. Ignore rules count from here down.
    top: PathBuf,
    /// Of the repository: its own folder, and for a worktree the one that it shares.
    git: Vec<PathBuf>,
}

/// The rules of one moment.
pub struct Sight<'a> {
    place: &'a Place,
    rules: Rules,
    ignored: RefCell<BTreeMap<PathBuf, bool>>,
}

impl Place {
    /// Takes the root and an output folder (neither has to be absolute).
    pub fn new(root: &Path, output: Option<&Path>) -> Place {
        let root = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
        // The folder may be made later: its parent has a real name already.
        let output = output.map(|output| match fs::canonicalize(output) {
            Ok(real) => real,
            Err(_) => {
                let output = std::path::absolute(output).unwrap_or_else(|_| output.to_owned());
                let parent = output.parent().and_then(|parent| fs::canonicalize(parent).ok());
                parent.zip(output.file_name()).map_or(output.clone(), |(parent, name)| parent.join(name))
            }
        });
        let top = root.ancestors().find(|folder| folder.join(".git").exists());
        let git = top.map(git_folders).unwrap_or_default();
        let top = top.unwrap_or(&root).to_owned();
        Place { root, output, top, git }
    }

    /// What counts now; `exclude` is of `annals.toml`.
    pub fn sight(&self, exclude: &[String]) -> Sight<'_> {
        Sight { place: self, rules: Rules::new(&self.root, exclude), ignored: RefCell::default() }
    }

    /// True for a path that may say which commit is checked out, on which branch, or where the repository lives.
    pub fn is_git(&self, path: &Path) -> bool {
        self.git.iter().any(|git| {
            let Ok(inside) = path.strip_prefix(git) else { return false };
            let known = ["HEAD", "packed-refs", "config", "shallow", "reftable/tables.list"];
            known.iter().any(|name| inside == Path::new(name))
                || inside.starts_with("refs/heads") && path.extension().is_none_or(|ending| ending != "lock")
        })
    }

    /// Every folder in which something can change the site.
    pub fn folders(&self, sight: &Sight<'_>) -> Vec<PathBuf> {
        let mut folders = Vec::new();
        below(&self.root, &|path| sight.sees(path), &mut folders);
        // Rules of the folders above count too.
        folders.extend(
            self.root
                .ancestors()
                .skip(1)
                .take_while(|above| above.starts_with(&self.top))
                .map(Path::to_owned),
        );
        for git in &self.git {
            folders.push(git.clone());
            below(&git.join("refs/heads"), &|_| true, &mut folders);
            folders.extend(Some(git.join("reftable")).filter(|folder| folder.is_dir()));
        }
        folders
    }

    /// Every file that can change the site.
    pub fn files(&self, sight: &Sight<'_>) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for folder in self.folders(sight) {
            let Ok(entries) = fs::read_dir(&folder) else { continue };
            let paths = entries.flatten().map(|entry| entry.path());
            files.extend(paths.filter(|path| sight.matters(path)));
        }
        files
    }
}

impl Sight<'_> {
    /// True where a change of this path, which need not exist any more, can change the site.
    pub fn matters(&self, path: &Path) -> bool {
        if self.place.is_git(path) {
            return true;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if is_litter(&name) {
            return false;
        }
        if !path.starts_with(&self.place.root) {
            return name == ".gitignore"
                && path.parent().is_some_and(|folder| self.place.root.starts_with(folder));
        }
        self.sees(path)
    }

    /// True for a path below the root that is part of it, whatever its own name is.
    fn sees(&self, path: &Path) -> bool {
        let Ok(inside) = path.strip_prefix(&self.place.root) else { return false };
        // The theme is read whatever `.gitignore` says.
        if inside.starts_with("theme") {
            return true;
        }
        let mut folder = self.place.root.clone();
        for part in inside.components() {
            folder.push(part);
            if self.is_unseen(&folder, part) {
                return false;
            }
        }
        true
    }

    fn is_unseen(&self, path: &Path, name: Component<'_>) -> bool {
        if let Some(known) = self.ignored.borrow().get(path) {
            return *known;
        }
        let name = name.as_os_str();
        let is_folder = path.is_dir();
        let unseen = name == ".git"
            || name == "node_modules"
            || self.place.output.as_deref() == Some(path)
            || is_folder && path.join(output::MANIFEST).exists()
            || self.rules.ignore(&self.place.top, path, is_folder);
        self.ignored.borrow_mut().insert(path.to_owned(), unseen);
        unseen
    }
}

fn below(folder: &Path, enter: &dyn Fn(&Path) -> bool, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    found.push(folder.to_owned());
    for entry in entries.flatten() {
        // Not through symbolic links: what they lead to inside the root is met under its own name.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) && enter(&entry.path()) {
            below(&entry.path(), enter, found);
        }
    }
}

/// `.git` of the top of a repository, or what the file of that name points to (a worktree, a submodule).
fn git_folders(top: &Path) -> Vec<PathBuf> {
    let git = top.join(".git");
    let own = match fs::read_to_string(&git) {
        Ok(text) => match text.trim().strip_prefix("gitdir:") {
            Some(path) => top.join(path.trim()),
            None => return Vec::new(),
        },
        Err(_) => git,
    };
    let shared = fs::read_to_string(own.join("commondir")).map(|path| own.join(path.trim()));
    let mut folders: Vec<PathBuf> = [Some(own), shared.ok()]
        .into_iter()
        .flatten()
        .filter_map(|path| fs::canonicalize(path).ok())
        .collect();
    folders.dedup();
    folders
}
