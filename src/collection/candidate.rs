//! Every markdown file that may be a record, by the folder of its series, and why the others are none:
//! their names, the record they are part of, the original they translate. What a folder's files say
//! together is [`super::series`]'s.

use std::collections::{BTreeMap, BTreeSet};

use crate::record::number::{self, Name};
use crate::record::{self, Evidence};
use crate::source::{File, Inputs, SourceText};

use super::name::{self, Strength};
use super::{Member, Skipped};

/// The markdown and YAML files of the root.
pub struct Tree<'a> {
    pub markdown: BTreeMap<&'a str, &'a SourceText>,
    /// YAML files by folder.
    yaml: BTreeMap<&'a str, Vec<(&'a str, &'a SourceText)>>,
}

impl<'a> Tree<'a> {
    /// Sorts the files out.
    pub fn new(inputs: &'a Inputs) -> Tree<'a> {
        let mut tree = Tree { markdown: BTreeMap::new(), yaml: BTreeMap::new() };
        for (path, file) in &inputs.files {
            let File::Text(text) = file else { continue };
            let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
            match extension.as_str() {
                "md" | "markdown" | "mdown" | "mkd" => {
                    tree.markdown.insert(path, text);
                }
                "yaml" | "yml" => {
                    let (folder, file) = split(path);
                    tree.yaml.entry(folder).or_default().push((file, text));
                }
                _ => {}
            }
        }
        tree
    }

    /// The YAML file that holds a record's metadata: of the same stem, or, for a record that is a folder,
    /// the one in it that states a status or a title.
    fn sidecar(&self, path: &str, is_folder: bool) -> Option<&'a SourceText> {
        let (folder, file) = split(path);
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let beside = self.yaml.get(folder)?;
        let same_stem =
            beside.iter().find(|(name, _)| name.rsplit_once('.').is_some_and(|(own, _)| own == stem));
        let holds_metadata = |text: &SourceText| {
            let evidence = record::evidence("", Some(&text.text));
            evidence.status && evidence.telling > 0
        };
        let of_folder = || beside.iter().filter(|_| is_folder).find(|(_, text)| holds_metadata(text));
        same_stem.filter(|(_, text)| holds_metadata(text)).or_else(of_folder).map(|(_, text)| *text)
    }
}

/// Folder and file of a path.
pub fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// A markdown file that may be a record.
#[derive(Debug)]
pub struct Candidate<'a> {
    /// Relative to the root.
    pub path: &'a str,
    text: &'a SourceText,
    sidecar: Option<&'a SourceText>,
    /// Its name: the file's stem, or the folder's where the record is a folder.
    pub name: Name<'a>,
}

impl Candidate<'_> {
    /// What its head says of its being a record.
    pub fn evidence(&self) -> Evidence {
        record::evidence(&self.text.text, self.sidecar.map(|sidecar| sidecar.text.as_str()))
    }

    /// Its files.
    pub fn member(&self) -> Member {
        Member { path: self.path.to_owned(), sidecar: self.sidecar.map(|sidecar| sidecar.path.clone()) }
    }
}

/// Every candidate by the folder of its series; what is none by its name goes to `skipped`.
pub fn candidates<'a>(
    tree: &Tree<'a>,
    root_name: &str,
    skipped: &mut Vec<Skipped>,
) -> BTreeMap<&'a str, Vec<Candidate<'a>>> {
    let mut skip = |path: &str, reason: String| skipped.push(Skipped { path: path.to_owned(), reason });
    let mut record_folders: BTreeMap<&str, &str> = BTreeMap::new();
    let mut found: BTreeMap<&str, Vec<Candidate<'_>>> = BTreeMap::new();
    for page in pages_of_folders(tree, root_name) {
        let (folder, _) = split(page.path);
        record_folders.insert(folder, page.path);
        found.entry(split(folder).0).or_default().push(page);
    }
    for (path, text) in &tree.markdown {
        let (folder, file) = split(path);
        if record_folders.get(folder).is_some_and(|page| page == path) {
            continue;
        }
        if let Some(page) = ancestors(folder).find_map(|folder| record_folders.get(folder)) {
            skip(path, format!("part of the record `{page}`"));
            continue;
        }
        if let Some(reason) = name::not_a_record(path) {
            skip(path, reason.to_owned());
            continue;
        }
        // `3392-council/alternatives.md` belongs to `3392-council.md`.
        let owner = ancestors(folder).filter(|folder| !folder.is_empty()).find_map(|folder| {
            let owner = format!("{folder}.md");
            tree.markdown.contains_key(owner.as_str()).then_some(owner)
        });
        if let Some(owner) = owner {
            skip(path, format!("part of the record `{owner}`"));
            continue;
        }
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        if let Some(base) = name::translation_of(stem) {
            let original =
                if folder.is_empty() { format!("{base}.md") } else { format!("{folder}/{base}.md") };
            if tree.markdown.contains_key(original.as_str()) {
                skip(path, format!("a translation of `{original}`"));
                continue;
            }
        }
        let candidate =
            Candidate { path, text, sidecar: tree.sidecar(path, false), name: number::read(stem) };
        found.entry(folder).or_default().push(candidate);
    }
    found
}

/// Folders that are one record, by their README or index: a number or date in the folder's name and
/// either metadata or a place where records are expected, or a sidecar, or a status where nothing but
/// records is expected. Letters before the number
/// (`ics-004-channels`) are a series where the metadata has them, too, or several folders. What lies
/// inside such a folder is part of the record, so that it holds no second one.
fn pages_of_folders<'a>(tree: &Tree<'a>, root_name: &str) -> Vec<Candidate<'a>> {
    let mut pages: Vec<(Candidate<'a>, bool)> = Vec::new();
    let mut series: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (path, text) in tree.markdown.iter().filter(|(path, _)| number::is_page_of_folder(path)) {
        let (folder, _) = split(path);
        let beside = pages.last().is_some_and(|(page, _)| split(page.path).0 == folder);
        if folder.is_empty() || beside || name::not_a_record(&format!("{folder}/x.md")).is_some() {
            continue;
        }
        let page = Candidate {
            path,
            text,
            sidecar: tree.sidecar(path, true),
            name: number::read(number::name_of(path)),
        };
        let has_name = page.name.number.is_some() || page.name.date.is_some();
        let expected = name::effective_strength(split(folder).0, root_name);
        if !has_name && page.sidecar.is_none() && expected < Strength::Sure {
            continue;
        }
        let evidence = page.evidence();
        let says_so = evidence.status || evidence.telling > 0;
        if let Some((prefix, number)) = page.name.prefix.zip(page.name.number).filter(|_| says_so) {
            series.entry(prefix.to_ascii_uppercase()).or_default().insert(number);
        }
        let own = page.name.prefix.is_some_and(|prefix| evidence.is_numbered_by(prefix));
        let belongs = has_name && (number::belongs(page.name.prefix, None) || own);
        // `adr/use-quic/index.md` has neither number nor date, but a status.
        let is_record = belongs && (says_so || expected > Strength::None) || !has_name && evidence.status;
        pages.push((page, is_record));
    }
    pages.retain(|(page, is_record)| {
        let of_series = || page.name.prefix.and_then(|prefix| series.get(&prefix.to_ascii_uppercase()));
        *is_record || page.sidecar.is_some() || of_series().is_some_and(|numbers| numbers.len() > 1)
    });
    let folders: BTreeSet<&str> = pages.iter().map(|(page, _)| split(page.path).0).collect();
    pages.retain(|(page, _)| {
        let (folder, _) = split(page.path);
        !ancestors(split(folder).0).any(|above| !above.is_empty() && folders.contains(above))
    });
    pages.into_iter().map(|(page, _)| page).collect()
}

/// A folder and the folders it lies in, innermost first, the root (empty) last.
pub fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| (!folder.is_empty()).then(|| split(folder).0))
}
