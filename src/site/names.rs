//! Records by what people call them: `12`, `ADR-0012`, `use-quic`, `0012-use-quic.md`. Knows names, not
//! paths or URLs.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::address::{normal_number, stem};
use super::tree::parent;
use super::{Entry, Ix};
use crate::collection::Collection;
use crate::record::{Record, number};

/// Every name of every record.
pub struct Names {
    numbers: HashMap<(usize, String), Vec<Ix>>,
    words: HashMap<String, Vec<Ix>>,
    prefixes: HashMap<String, Vec<usize>>,
    /// The prefix of each collection.
    own: Vec<Option<String>>,
    homes: Vec<usize>,
    published: usize,
    /// What the numbers of each collection look like.
    series: Vec<Series>,
    /// Folders in which a record of the collection lies, or the folder of one.
    folders: HashSet<(usize, String)>,
}

/// What the numbers of one collection look like.
#[derive(Debug, Clone, Default)]
struct Series {
    /// The greatest number.
    largest: u64,
    /// Digits of the longest number with leading zeros; 0 where no number has them.
    padded: usize,
    /// [`shape`] of each number.
    shapes: BTreeSet<String>,
    /// Some record has a date in its name.
    is_dated: bool,
    /// Some record has a name and nothing else.
    is_named: bool,
}

impl Series {
    fn take(&mut self, record: &Record) {
        let name = number::read(number::name_of(&record.source));
        self.is_dated |= name.date.is_some();
        let Some(number) = record.number.as_ref().map(|number| number.value.as_str()) else {
            self.is_named |= name.date.is_none();
            return;
        };
        self.largest = self.largest.max(first_digits(number).parse().unwrap_or(0));
        if is_padded(number) {
            self.padded = self.padded.max(first_digits(number).len());
        }
        self.shapes.insert(shape(number));
    }

    /// True for a number that the next records of the series could have: one of its shape and its padding, or
    /// not far above the greatest. `2019` is none in a series of a hundred records.
    fn could_have(&self, number: &str) -> bool {
        /// Numbers of proposals that were never merged leave gaps, even in a small log.
        const LEAST_ROOM: u64 = 100;
        let digits = first_digits(number);
        let in_reach =
            || digits.parse::<u64>().is_ok_and(|n| n <= self.largest + self.largest.max(LEAST_ROOM));
        self.shapes.contains(&shape(number))
            && match is_padded(number) {
                true => digits.len() == self.padded,
                false => in_reach(),
            }
    }
}

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// This record.
    One(Ix),
    /// Each of these, and nothing tells which.
    Several(Vec<Ix>),
    /// A draft that is not published.
    Draft,
    /// None.
    Nothing,
}

impl Names {
    /// Takes the entries in their order, and the drafts that are not published.
    pub fn new(collections: &[Collection], entries: &[Entry], drafts: &[Arc<Record>]) -> Names {
        let home = |draft: &Record| collections.iter().position(|home| home.key == draft.collection);
        let entered = entries.iter().map(|entry| (entry.collection, &*entry.record, entry.id.as_str()));
        let drafts = drafts.iter().filter_map(|draft| Some((home(draft)?, &**draft, draft.slug.as_str())));
        let all: Vec<(usize, &Record, &str)> = entered.chain(drafts).collect();
        let mut names = Names {
            numbers: HashMap::new(),
            words: HashMap::new(),
            prefixes: HashMap::new(),
            own: collections.iter().map(|collection| collection.prefix.clone()).collect(),
            homes: all.iter().map(|(home, ..)| *home).collect(),
            published: entries.len(),
            series: vec![Series::default(); collections.len()],
            folders: HashSet::new(),
        };
        let mut days: HashMap<(usize, Date), usize> = HashMap::new();
        for (home, record, _) in &all {
            if let Some(day) = number::read(number::name_of(&record.source)).date {
                *days.entry((*home, day)).or_default() += 1;
            }
        }
        for (at, collection) in collections.iter().enumerate() {
            let mut prefixes = vec![collection.key.to_uppercase()];
            prefixes.extend(collection.prefix.iter().map(|prefix| prefix.to_uppercase()));
            prefixes.dedup();
            for prefix in prefixes {
                names.prefixes.entry(prefix).or_default().push(at);
            }
        }
        for (ix, (home, record, id)) in all.into_iter().enumerate() {
            if let Some(number) = &record.number {
                names.numbers.entry((home, normal_number(&number.value))).or_default().push(ix);
            }
            let file = record.source.rsplit('/').next().unwrap_or_default();
            if let Some(series) = names.series.get_mut(home) {
                series.take(record);
            }
            let folder = parent(&record.source);
            names.folders.insert((home, folder.to_owned()));
            if number::is_page_of_folder(&record.source) {
                names.folders.insert((home, parent(folder).to_owned()));
            }
            let dated = date_ids(&record.source, |day| days.get(&(home, day)) == Some(&1));
            let words = [stem(&record.source), file, &record.slug, id];
            let dated = dated.iter().map(String::as_str);
            for word in words.into_iter().chain(dated).chain(aliases(record)) {
                let holders = names.words.entry(word.to_lowercase()).or_default();
                if holders.last() != Some(&ix) {
                    holders.push(ix);
                }
            }
        }
        names
    }

    /// The collections that a prefix belongs to; `own` first where it is one of them.
    pub fn collections(&self, own: usize, prefix: &str) -> Vec<usize> {
        let mut collections = self.prefixes.get(&prefix.to_uppercase()).cloned().unwrap_or_default();
        collections.sort_by_key(|collection| *collection != own);
        collections
    }

    /// The records with a number in one collection.
    pub fn number(&self, collection: usize, number: &str) -> &[Ix] {
        self.numbers.get(&(collection, normal_number(number))).map_or(&[], Vec::as_slice)
    }

    /// `prefix` and `number` as somebody in the collection `own` means them: the number of its own series
    /// where that has the prefix and the number, else of the only other series that has both.
    pub fn prefixed(&self, own: usize, prefix: &str, number: &str) -> Named {
        let mut found: Vec<Ix> = Vec::new();
        for collection in self.collections(own, prefix) {
            let holders = self.number(collection, number);
            if collection == own && !holders.is_empty() {
                return self.of(holders.to_vec());
            }
            found.extend(holders);
        }
        if found.is_empty() && number.starts_with(|c: char| c.is_ascii_digit()) {
            found = self.worded(&self.collections(own, prefix), number);
        }
        self.of(found)
    }

    /// The records of the first of these collections that has one by this name, which is no number: `2026-01-02`,
    /// `2026-01-02-2-retries`, `0012-use-quic`.
    fn worded(&self, collections: &[usize], name: &str) -> Vec<Ix> {
        let holders = self.words.get(&name.to_lowercase()).map_or(&[][..], Vec::as_slice);
        let of = |home: &usize| holders.iter().copied().filter(|ix| self.homes[*ix] == *home).collect();
        collections.iter().map(of).find(|found: &Vec<Ix>| !found.is_empty()).unwrap_or_default()
    }

    fn of(&self, mut found: Vec<Ix>) -> Named {
        found.dedup();
        let drafts = !found.is_empty();
        found.retain(|ix| *ix < self.published);
        match found.as_slice() {
            [] if drafts => Named::Draft,
            [] => Named::Nothing,
            [one] => Named::One(*one),
            _ => Named::Several(found),
        }
    }

    /// Any name, as somebody in the collection `own` means it. Leading zeros and case do not count.
    pub fn named(&self, own: usize, text: &str) -> Named {
        let text = text.trim().trim_matches(['`', '"', '\'', '*', '#']).trim();
        if let Some((prefix, number)) = parted(text) {
            let found = self.prefixed(own, prefix, number);
            if found != Named::Nothing {
                return found;
            }
        }
        // A number of the own series (`12`, `A6`), else of another part of it that has the same prefix.
        if text.contains(|c: char| c.is_ascii_digit()) {
            let holders = self.number(own, text);
            if !holders.is_empty() {
                return self.of(holders.to_vec());
            }
            let prefix = self.own.get(own).and_then(Option::as_deref);
            match prefix.map(|prefix| self.prefixed(own, prefix, text)) {
                Some(Named::Nothing) | None => {}
                Some(found) => return found,
            }
        }
        let holders = self.words.get(&text.to_lowercase()).map_or(&[][..], Vec::as_slice);
        let at_home: Vec<Ix> = holders.iter().copied().filter(|ix| self.homes[*ix] == own).collect();
        self.of(if at_home.is_empty() { holders.to_vec() } else { at_home })
    }

    /// True for a number, with or without the prefix, that a record of this log could have.
    pub fn is_id(&self, own: usize, text: &str) -> bool {
        let could_have = |collection: &usize, number: &str| {
            let series = self.series.get(*collection);
            series.is_some_and(|series| {
                series.could_have(number) || series.is_dated && number::read(number).date.is_some()
            })
        };
        match split_prefix(text) {
            Some((prefix, number)) => {
                self.collections(own, prefix).iter().any(|collection| could_have(collection, number))
            }
            None => {
                could_have(&own, text)
                    && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            }
        }
    }

    /// True for the name of a file that starts with a number as this collection writes them: `0012-use-quic`.
    pub fn is_numbered_name(&self, own: usize, name: &str) -> bool {
        let read = number::read(name);
        let series = self.series.get(own);
        series.is_some_and(|series| match (read.number, read.date) {
            (Some(number), _) => {
                let prefix = self.own.get(own).and_then(Option::as_deref);
                let as_wide = first_digits(number).len() >= series.padded;
                number::belongs(read.prefix, prefix) && series.could_have(number) && as_wide
            }
            (None, Some(_)) => series.is_dated,
            (None, None) => false,
        })
    }

    /// True for a name that starts with a number whose leading zeros no ordinary number has: `0012-use-quic`.
    pub fn is_padded_name(&self, own: usize, name: &str) -> bool {
        self.is_numbered_name(own, name) && number::read(name).number.is_some_and(is_padded)
    }

    /// True where records of this collection go by names alone.
    pub fn has_plain_names(&self, own: usize) -> bool {
        self.series.get(own).is_some_and(|series| series.is_named)
    }

    /// True for a folder with records of this collection in it.
    pub fn is_folder_of(&self, own: usize, folder: &str) -> bool {
        self.folders.contains(&(own, folder.to_owned()))
    }
}

/// Other names of a record, as Obsidian has them.
pub fn aliases(record: &Record) -> impl Iterator<Item = &str> {
    let lists = record.extra.iter().filter(|(key, _)| key.eq_ignore_ascii_case("aliases"));
    lists.flat_map(|(_, list)| list.split(',')).map(str::trim).filter(|alias| !alias.is_empty())
}

fn first_digits(number: &str) -> &str {
    let start = number.find(|c: char| c.is_ascii_digit()).unwrap_or(number.len());
    let digits = number[start..].bytes().take_while(u8::is_ascii_digit).count();
    &number[start..start + digits]
}

fn is_padded(number: &str) -> bool {
    first_digits(number).len() > 1 && first_digits(number).starts_with('0')
}

/// A number with each run of digits as `9` and each letter as `a`: `0012` → `9`, `046-01` → `9-9`, `A6` → `a9`.
fn shape(number: &str) -> String {
    let mut shape = String::new();
    for c in number.chars() {
        match c {
            '0'..='9' if shape.ends_with('9') => {}
            '0'..='9' => shape.push('9'),
            c if c.is_alphabetic() => shape.push('a'),
            c => shape.push(c),
        }
    }
    shape
}

/// Names by the date of a file: `2026-01-02-retries.md` is `2026-01-02`, and `2026-01-02-2-retries.md` is
/// `2026-01-02-2`, which is also the only one of its day where no other record has it (`is_only`).
fn date_ids(source: &str, is_only: impl Fn(Date) -> bool) -> Vec<String> {
    let read = number::read(number::name_of(source));
    let Some(day) = read.date else { return Vec::new() };
    let digits = read.slug.bytes().take_while(u8::is_ascii_digit).count();
    let is_counted = (1..=2).contains(&digits) && read.slug[digits..].starts_with('-');
    let counted = is_counted.then(|| format!("{day}-{}", &read.slug[..digits]));
    let plain = (!is_counted || is_only(day)).then(|| day.to_string());
    counted.into_iter().chain(plain).collect()
}

/// `ADR-0012` → `ADR` and `0012`; also `ADR 12`, `ADR#12`, `adr12`, `my-log-12`.
pub fn split_prefix(text: &str) -> Option<(&str, &str)> {
    let (prefix, number) = parted(text)?;
    let number_like = number.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.');
    (number_like && number.len() <= 16).then_some((prefix, number))
}

/// A text before and from its first digit.
fn parted(text: &str) -> Option<(&str, &str)> {
    let (prefix, number) = text.split_at(text.find(|c: char| c.is_ascii_digit())?);
    let prefix = prefix.trim_end_matches(['-', '_', ' ', '#', ':', '\u{a0}']);
    (!prefix.is_empty()).then_some((prefix, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_parted_from_numbers() {
        for (text, parts) in [
            ("ADR-0012", Some(("ADR", "0012"))),
            ("RFC 12", Some(("RFC", "12"))),
            ("adr12", Some(("adr", "12"))),
            ("CAP-0046-01", Some(("CAP", "0046-01"))),
            ("0012", None),
            ("use-quic", None),
        ] {
            assert_eq!(split_prefix(text), parts, "{text}");
        }
    }
}
