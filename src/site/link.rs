//! Where each link of a body leads.

use std::collections::{BTreeMap, HashMap, HashSet};

use percent_encoding::percent_decode_str;

use super::tree::{Tree, normalise, parent};
use super::{Backlink, Chooser, Entry, Ix, Target};
use crate::collection::Found;
use crate::diagnostic::Diagnostic;
use crate::source::Inputs;

/// What looking up a record's links takes.
pub struct Resolver<'a> {
    tree: Tree<'a>,
    entries: &'a [Entry],
    pages: HashMap<&'a str, Ix>,
    anchors: Vec<HashSet<&'a str>>,
}

/// What one record's links came to.
#[derive(Default)]
pub struct Resolved {
    /// By the byte offset where the link starts.
    pub targets: BTreeMap<usize, Target>,
    /// Cited records, with the citation.
    pub cites: Vec<(Ix, Backlink)>,
    /// Output path → path relative to the root.
    pub assets: BTreeMap<String, String>,
    /// Links that lead nowhere.
    pub diagnostics: Vec<Diagnostic>,
}

impl<'a> Resolver<'a> {
    /// Takes everything that a link can lead to.
    pub fn new(
        inputs: &'a Inputs,
        _found: &'a Found,
        entries: &'a [Entry],
        _choosers: &'a [Chooser],
    ) -> Resolver<'a> {
        let pages =
            entries.iter().enumerate().map(|(ix, entry)| (entry.record.source.as_str(), ix)).collect();
        let anchors = entries
            .iter()
            .map(|entry| {
                let scan = &entry.record.scan;
                let ids = scan.headings.iter().map(|heading| heading.id.as_str());
                ids.chain(scan.anchors.iter().map(String::as_str)).collect()
            })
            .collect();
        Resolver { tree: Tree::new(inputs), entries, pages, anchors }
    }

    /// Looks up every link of a record.
    pub fn resolve(&self, ix: Ix) -> Resolved {
        let mut resolved = Resolved::default();
        let record = &self.entries[ix].record;
        for link in &record.scan.links {
            let target = self.target(ix, &link.destination, &mut resolved);
            if let Target::Record(cited, _) = &target
                && *cited != ix
            {
                let under =
                    record.scan.headings.partition_point(|heading| heading.span.start <= link.span.start);
                let anchor = under.checked_sub(1).map(|at| record.scan.headings[at].id.clone());
                resolved.cites.push((*cited, Backlink { from: ix, sentence: link.sentence.clone(), anchor }));
            }
            resolved.targets.insert(link.span.start, target);
        }
        resolved
    }

    fn target(&self, ix: Ix, destination: &str, resolved: &mut Resolved) -> Target {
        let scheme = destination.split_once(':').filter(|(scheme, _)| {
            scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
        });
        if scheme.is_some() || destination.starts_with("//") {
            return Target::Web(destination.to_owned());
        }
        let (path, fragment) = match destination.split_once('#') {
            Some((path, fragment)) => {
                (path, Some(percent_decode_str(fragment).decode_utf8_lossy().into_owned()))
            }
            None => (destination, None),
        };
        if path.is_empty() {
            return match fragment {
                Some(id) if self.anchors[ix].contains(id.as_str()) => Target::Anchor(id),
                _ => Target::Broken,
            };
        }
        let path = percent_decode_str(path.split('?').next().unwrap_or(path)).decode_utf8_lossy();
        let folder = if path.starts_with('/') { "" } else { parent(&self.entries[ix].record.source) };
        let Some(path) = normalise(folder, &path) else { return Target::Broken };
        let Some(file) = self.tree.file(&path).or_else(|| self.tree.folder_page(&path)) else {
            return Target::Broken;
        };
        match self.pages.get(file) {
            Some(&page) => {
                Target::Record(page, fragment.filter(|id| self.anchors[page].contains(id.as_str())))
            }
            None => {
                let output = format!("assets/{file}");
                resolved.assets.insert(output.clone(), file.to_owned());
                Target::Asset(output)
            }
        }
    }
}
