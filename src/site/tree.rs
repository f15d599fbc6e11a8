//! The root as links see it: which paths are there. Reads nothing; asks [`Inputs`].

use std::collections::BTreeMap;

use crate::source::{File, Inputs};

/// The paths under the root.
pub struct Tree<'a> {
    inputs: &'a Inputs,
    files: &'a BTreeMap<String, File>,
}

impl<'a> Tree<'a> {
    /// Takes what was discovered.
    pub fn new(inputs: &'a Inputs) -> Tree<'a> {
        Tree { inputs, files: &inputs.files }
    }

    /// The file at exactly this path, or where the symbolic links in it lead.
    pub fn file(&self, path: &str) -> Option<&'a str> {
        let found = self.files.get_key_value(path).map(|(path, _)| path.as_str());
        found.or_else(|| {
            if self.inputs.aliases.is_empty() {
                return None;
            }
            let real = self.inputs.real_path(path)?;
            self.files.get_key_value(&real).map(|(path, _)| path.as_str())
        })
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
        if self.inputs.aliases.is_empty() && !self.is_folder(folder) {
            return None;
        }
        PAGES.iter().find_map(|page| self.file(&join(folder, page)))
    }
}

/// Joins a folder (empty for the root) and a path below it.
pub fn join(folder: &str, path: &str) -> String {
    match folder.is_empty() {
        true => path.to_owned(),
        false => format!("{folder}/{path}"),
    }
}

/// What is left of a path of the repository below `prefix`, the root's own path in it; `None` outside it.
pub fn below<'p>(prefix: &str, path: &'p str) -> Option<&'p str> {
    match prefix.is_empty() {
        true => Some(path),
        false => match path.strip_prefix(prefix)? {
            "" => Some(""),
            rest => rest.strip_prefix('/'),
        },
    }
}

/// The way from a folder to a path, both below the root: `../rfc/0012.md`.
pub fn relative(folder: &str, path: &str) -> String {
    let mut from: Vec<&str> = folder.split('/').filter(|segment| !segment.is_empty()).collect();
    let mut to: Vec<&str> = path.split('/').collect();
    while !from.is_empty() && to.len() > 1 && from[0] == to[0] {
        from.remove(0);
        to.remove(0);
    }
    format!("{}{}", "../".repeat(from.len()), to.join("/"))
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

    #[test]
    fn the_way_between_two_paths() {
        assert_eq!(relative("docs/adr", "docs/adr/0001.md"), "0001.md");
        assert_eq!(relative("docs/adr", "docs/rfc/0001.md"), "../rfc/0001.md");
        assert_eq!(relative("", "adr/0001.md"), "adr/0001.md");
        assert_eq!(relative("adr/sub", "README.md"), "../../README.md");
    }

    #[test]
    fn a_root_below_the_top_of_its_repository() {
        assert_eq!(below("", "docs/a.md"), Some("docs/a.md"));
        assert_eq!(below("docs", "docs/a.md"), Some("a.md"));
        assert_eq!(below("docs", "docs"), Some(""));
        assert_eq!(below("docs", "docs2/a.md"), None);
    }
}
