//! "Did you mean": the path or heading nearest to one that is not there. Only proposes; nothing is
//! linked by likeness.

use std::collections::HashMap;

use super::Entry;
use super::address::{normal_number, stem};
use crate::source::Inputs;

/// Below this, two names are not a slip of each other (normalised Damerau-Levenshtein distance).
const ALIKE: f64 = 0.7;

/// A bucket larger than this is not searched: a suggestion must stay cheap in a log of any size.
const LARGEST_BUCKET: usize = 64;

/// Paths to suggest, by what somebody may have written instead.
pub struct Suggestions {
    /// Lower-case path → path.
    folded: HashMap<String, String>,
    /// Lower-case file name → paths.
    files: HashMap<String, Vec<String>>,
    /// Number → paths of records.
    numbers: HashMap<String, Vec<String>>,
    /// The first letters of a record's slug → paths.
    beginnings: HashMap<String, Vec<String>>,
}

impl Suggestions {
    /// Takes what a link could have meant.
    pub fn new(inputs: &Inputs, entries: &[Entry]) -> Suggestions {
        let (mut files, mut numbers, mut beginnings) = (HashMap::new(), HashMap::new(), HashMap::new());
        let add = |names: &mut HashMap<String, Vec<String>>, name: String, path: &str| {
            names.entry(name).or_default().push(path.to_owned());
        };
        for path in inputs.files.keys() {
            add(&mut files, path.rsplit('/').next().unwrap_or(path).to_lowercase(), path);
        }
        for entry in entries {
            let path = entry.record.source.as_str();
            if let Some(number) = &entry.record.number {
                add(&mut numbers, normal_number(&number.value), path);
            }
            add(&mut beginnings, beginning(without_number(&stem(path).to_lowercase())), path);
        }
        let folded = inputs.files.keys().map(|path| (path.to_lowercase(), path.clone())).collect();
        Suggestions { folded, files, numbers, beginnings }
    }

    /// The only file whose path differs from this one in case alone.
    pub fn folded(&self, path: &str) -> Option<&str> {
        self.folded.get(&path.to_lowercase()).map(String::as_str)
    }

    /// The only file of this name, with or without `.md`.
    pub fn named(&self, name: &str) -> Option<&str> {
        let name = name.to_lowercase();
        let holders = self.files.get(&name).or_else(|| self.files.get(&format!("{name}.md")));
        holders.and_then(|paths| only(paths))
    }

    /// The path that a missing path most likely means: a file of that name elsewhere, the record of that
    /// number, or the record with the most similar name.
    pub fn path(&self, missing: &str) -> Option<&str> {
        let name = missing.rsplit('/').next().unwrap_or(missing).to_lowercase();
        let same_name = self.files.get(&name).or_else(|| self.files.get(&format!("{name}.md")));
        if let Some(only) = same_name.and_then(|paths| only(paths)).filter(|_| !is_page_name(&name)) {
            return Some(only);
        }
        let wanted = stem(missing).to_lowercase();
        let slug = without_number(&wanted);
        let mut candidates: Vec<&str> = Vec::new();
        if let Some(number) = leading_number(&wanted) {
            let holders = self.numbers.get(&number).map_or(&[][..], Vec::as_slice);
            candidates.extend(paths(holders).filter(|path| alike(&stem(path).to_lowercase(), &wanted) > 0.4));
        }
        let bucket = self.beginnings.get(&beginning(slug)).map_or(&[][..], Vec::as_slice);
        if bucket.len() <= LARGEST_BUCKET {
            let near = |path: &&str| alike(without_number(&stem(path).to_lowercase()), slug) >= ALIKE;
            candidates.extend(paths(bucket).filter(near));
        }
        nearest(candidates.into_iter().map(|path| (path, stem(path).to_lowercase())), &wanted)
    }
}

/// The id among `ids` that a missing anchor most likely means.
pub fn anchor<'i>(ids: impl Iterator<Item = &'i str>, missing: &str) -> Option<&'i str> {
    /// A page with more headings than this gets no suggestions.
    const MOST: usize = 1000;
    let squeezed = squeeze(missing);
    let candidates = ids.take(MOST).map(|id| (id, squeeze(id)));
    nearest(candidates.filter(|(_, id)| alike(id, &squeezed) >= ALIKE), &squeezed)
}

/// Letters and digits alone, lower case: what two spellings of one heading's id have in common.
pub fn squeeze(id: &str) -> String {
    id.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn nearest<'p>(candidates: impl Iterator<Item = (&'p str, String)>, wanted: &str) -> Option<&'p str> {
    let mut best: Option<(f64, &str)> = None;
    for (candidate, name) in candidates {
        let likeness = alike(&name, wanted);
        if best.is_none_or(|(most, _)| likeness > most) {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn alike(a: &str, b: &str) -> f64 {
    // The distance costs the product of the lengths, and a destination can be of any length.
    const LONGEST: usize = 200;
    match a.len() > LONGEST || b.len() > LONGEST {
        true => 0.0,
        false => strsim::normalized_damerau_levenshtein(a, b),
    }
}

fn paths(of: &[String]) -> impl Iterator<Item = &str> {
    of.iter().map(String::as_str)
}

fn only(paths: &[String]) -> Option<&str> {
    match paths {
        [one] => Some(one),
        _ => None,
    }
}

fn is_page_name(name: &str) -> bool {
    matches!(name, "" | "readme.md" | "index.md")
}

fn leading_number(stem: &str) -> Option<String> {
    let start = stem.find(|c: char| c.is_ascii_digit())?;
    let digits: String = stem[start..].chars().take_while(char::is_ascii_digit).collect();
    Some(normal_number(&digits))
}

fn without_number(stem: &str) -> &str {
    let slug = stem.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-' || c == '_');
    if slug.is_empty() { stem } else { slug }
}

fn beginning(slug: &str) -> String {
    slug.chars().take(5).collect()
}
