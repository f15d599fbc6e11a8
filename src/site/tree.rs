//! The root as links see it: which paths are there. Reads nothing; asks [`Inputs`].

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use crate::source::{File, Inputs};

/// The paths under the root, for exact and for forgiving look-ups.
pub struct Tree<'a> {
    files: &'a BTreeMap<String, File>,
    /// Lower-case path → path; built when a link first misses.
    folded: OnceLock<HashMap<String, &'a str>>,
}

impl<'a> Tree<'a> {
    /// Takes what was discovered.
    pub fn new(inputs: &'a Inputs) -> Tree<'a> {
        Tree { files: &inputs.files, folded: OnceLock::new() }
    }

    /// The file at exactly this path.
    pub fn file(&self, path: &str) -> Option<&'a str> {
        self.files.get_key_value(path).map(|(path, _)| path.as_str())
    }

    /// True where some file lies below the path; the root itself is `""`.
    pub fn is_folder(&self, path: &str) -> bool {
        if path.is_empty() {
            return true;
        }
        let prefix = format!("{path}/");
        self.files.range(prefix.clone()..).next().is_some_and(|(file, _)| file.starts_with(&prefix))
    }

    /// The page that a forge shows for a folder: its README, else its index.
    pub fn folder_page(&self, folder: &str) -> Option<&'a str> {
        const PAGES: [&str; 6] =
            ["README.md", "readme.md", "Readme.md", "index.md", "README.markdown", "README"];
        PAGES.iter().find_map(|page| self.file(&join(folder, page)))
    }

    /// The only file whose path differs from this one in case alone.
    pub fn folded(&self, path: &str) -> Option<&'a str> {
        self.folded
            .get_or_init(|| self.files.keys().map(|path| (path.to_lowercase(), path.as_str())).collect())
            .get(&path.to_lowercase())
            .copied()
    }
}

/// Joins a folder (empty for the root) and a path below it.
pub fn join(folder: &str, path: &str) -> String {
    match folder.is_empty() {
        true => path.to_owned(),
        false => format!("{folder}/{path}"),
    }
}

/// The folder of a path; empty for the root.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Takes `.` and `..` out of a path below `folder`; `None` where it leaves the root.
pub fn normalise(folder: &str, path: &str) -> Option<String> {
    let mut segments: Vec<&str> = folder.split('/').filter(|segment| !segment.is_empty()).collect();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()?),
            name => segments.push(name),
        }
    }
    Some(segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalised_inside_the_root() {
        assert_eq!(normalise("docs/adr", "./0001-a.md").as_deref(), Some("docs/adr/0001-a.md"));
        assert_eq!(normalise("docs/adr", "../rfc//0001-a.md").as_deref(), Some("docs/rfc/0001-a.md"));
        assert_eq!(normalise("docs", "..").as_deref(), Some(""));
        assert_eq!(normalise("docs", "../../x"), None);
    }
}
