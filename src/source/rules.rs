//! Whether one path is ignored, asked by itself rather than by a walk: `.gitignore` files and the `exclude`
//! globs of `annals.toml`, by the same library and in the same order as the walk has them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::Gitignore;
use ignore::overrides::{Override, OverrideBuilder};

/// The rules as they are on the disk now; read when they are first needed, then kept.
pub struct Rules {
    excluded: Override,
    files: RefCell<BTreeMap<PathBuf, Gitignore>>,
}

impl Rules {
    /// For a root and the globs that its `annals.toml` excludes.
    pub fn new(root: &Path, exclude: &[String]) -> Rules {
        let mut excluded = OverrideBuilder::new(root);
        for glob in exclude {
            // `config::parse` has refused bad globs already.
            let _ = excluded.add(&format!("!{glob}"));
        }
        Rules { excluded: excluded.build().unwrap_or_else(|_| Override::empty()), files: RefCell::default() }
    }

    /// True where `path` itself is ignored; the folders above it are asked one by one, from the top.
    /// Ignore files count from `top` down, the nearest one first.
    pub fn ignore(&self, top: &Path, path: &Path, is_folder: bool) -> bool {
        match self.excluded.matched(path, is_folder) {
            Match::Ignore(_) => return true,
            Match::Whitelist(_) => return false,
            Match::None => {}
        }
        let mut files = self.files.borrow_mut();
        for folder in path.ancestors().skip(1).take_while(|folder| folder.starts_with(top)) {
            let rules =
                files.entry(folder.to_owned()).or_insert_with(|| Gitignore::new(folder.join(".gitignore")).0);
            match rules.matched(path, is_folder) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => {}
            }
        }
        false
    }
}

/// What editors and systems leave beside the files that people mean.
pub fn is_litter(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    // vim writes a file of this name to find out whether it may, and backups with `~`.
    name == "4913"
        || name.ends_with('~')
        // vim's swap files: .swp, then .swo, .swn and so on.
        || name.starts_with('.') && ending.len() == 3 && ending.starts_with("sw")
        // emacs: `#file#` while it is unsaved, `.#file` as its lock.
        || name.starts_with('#') && name.ends_with('#')
        || name.starts_with(".#")
        // JetBrains.
        || name.ends_with("___jb_tmp___")
        || name.ends_with("___jb_old___")
        // GNU sed -i, KDE, GNOME, LibreOffice.
        || name.len() == 9 && name.starts_with("sed") && !name.contains('.')
        || name.starts_with(".goutputstream-")
        || name.starts_with(".~lock.")
        || [".DS_Store", "Thumbs.db", "desktop.ini"].contains(&name)
        || name.starts_with("._")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn litter_is_known_by_name() {
        let litter = ".0001.md.swp .0001.md.swx 4913 0001.md~ #0001.md# .#0001.md .DS_Store ._0001.md sedXo1r9q \
                      0001.md___jb_tmp___ .goutputstream-ABC123";
        assert_eq!(litter.split(' ').filter(|name| !is_litter(name)).collect::<Vec<_>>(), Vec::<&str>::new());
        let meant = "0001.md 4913.md sed.md sedan.png .gitignore annals.toml #1.md tmp.md a.sw 0001.md.tmp";
        assert_eq!(meant.split(' ').filter(|name| is_litter(name)).collect::<Vec<_>>(), Vec::<&str>::new());
    }
}
