//! Records by what people call them: `12`, `ADR-0012`, `use-quic`, `0012-use-quic.md`. Knows names, not
//! paths or URLs.

use std::collections::HashMap;
use std::sync::Arc;

use super::address::{normal_number, stem};
use super::{Entry, Ix};
use crate::collection::Collection;
use crate::record::Record;

/// Every name of every record.
pub struct Names {
    numbers: HashMap<(usize, String), Vec<Ix>>,
    words: HashMap<String, Vec<Ix>>,
    prefixes: HashMap<String, Vec<usize>>,
    /// The prefix of each collection.
    own: Vec<Option<String>>,
    homes: Vec<usize>,
    published: usize,
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
        };
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
            for word in [stem(&record.source), file, &record.slug, id] {
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
        self.of(found)
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
        if let Some((prefix, number)) = split_prefix(text) {
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
}

/// `ADR-0012` → `ADR` and `0012`; also `ADR 12`, `ADR#12`, `adr12`, `my-log-12`.
pub fn split_prefix(text: &str) -> Option<(&str, &str)> {
    let digit = text.find(|c: char| c.is_ascii_digit())?;
    let (prefix, number) = text.split_at(digit);
    let prefix = prefix.trim_end_matches(['-', '_', ' ', '#', ':', '\u{a0}']);
    let number_like = number.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.');
    (!prefix.is_empty() && number_like && number.len() <= 16).then_some((prefix, number))
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
