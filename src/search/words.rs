//! Text of records → their words, as numbers: which a record has, and how often. What takes longest in making an index
//! is done here, and a record whose text stays the same need not be read again for another index.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use rapidhash::fast::RandomState;

use super::document::{BODY, Document, FIELDS, HEAD};
use super::stem::{self, Stems};
use super::token;
use crate::markdown::Section;

/// The words of a record by field, each with how often it occurs, as [`counted`] reads them.
pub type Words = [Box<[u8]>; FIELDS.len()];

/// A record as it was read.
pub struct Text {
    /// Its words.
    pub words: Words,
    /// What its page shows.
    pub sections: Vec<Section>,
}

/// Every word that any record ever had, each with a number. Numbers depend on which thread came first, so nothing
/// that is written or shown may depend on them.
#[derive(Default)]
pub struct Vocabulary {
    known: Mutex<Known>,
    /// What threads read with, between two records.
    readers: Mutex<Vec<Reader>>,
}

/// See [`Vocabulary::known`].
#[derive(Default)]
pub struct Known {
    /// By number of the word: the word as it is written, folded, and its family.
    pub words: Vec<(Box<str>, u32)>,
    /// By number of the family: the stem of its words, folded.
    pub stems: Vec<Box<str>>,
    families: HashMap<Box<str>, u32, RandomState>,
    numbers: HashMap<(Box<str>, u32), u32, RandomState>,
}

impl Vocabulary {
    /// The words of a record in the language of this tag.
    pub fn read(&self, language: Option<&str>, document: Document) -> Text {
        let reader = lock(&self.readers).pop();
        let mut reader = reader.unwrap_or_default();
        let Document { fields, sections } = document;
        let words = std::array::from_fn(|field| match field {
            HEAD => reader.words(self, language, sections.iter().map(|section| section.heading.as_str())),
            BODY => reader.words(self, language, sections.iter().map(|section| section.text.as_str())),
            _ => reader.words(self, language, fields[field].iter().map(String::as_str)),
        });
        lock(&self.readers).push(reader);
        Text { words, sections }
    }

    /// Gives all words that are known by now.
    pub fn known<T>(&self, look: impl FnOnce(&Known) -> T) -> T {
        look(&lock(&self.known))
    }

    /// The number of a word with this stem.
    fn number(&self, word: &str, stem: Box<str>) -> u32 {
        let mut known = lock(&self.known);
        let Known { words, stems, families, numbers } = &mut *known;
        let family = *families.entry(stem).or_insert_with_key(|stem| {
            stems.push(stem.clone());
            stems.len() as u32 - 1
        });
        *numbers.entry((word.into(), family)).or_insert_with_key(|(word, _)| {
            words.push((word.clone(), family));
            words.len() as u32 - 1
        })
    }
}

/// Nothing that is locked here is ever left half done.
fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads one text after the other.
#[derive(Default)]
struct Reader {
    stems: BTreeMap<Option<String>, Stems>,
    tokens: token::Reader,
    counts: Counts,
}

impl Reader {
    fn words<'a>(
        &mut self,
        vocabulary: &Vocabulary,
        language: Option<&str>,
        texts: impl Iterator<Item = &'a str>,
    ) -> Box<[u8]> {
        let Reader { stems, tokens, counts } = self;
        let language = language.map(str::to_owned);
        let stems = stems
            .entry(language)
            .or_insert_with_key(|tag| Stems::new(tag.as_deref().and_then(stem::language)));
        for text in texts {
            tokens.read(text, |token| {
                counts.add(stems.word(text, &token, |word, stem| vocabulary.number(word, stem)));
            });
        }
        counts.take()
    }
}

/// How often each word occurs in a text.
#[derive(Default)]
struct Counts {
    /// By number of the word.
    of: Vec<u32>,
    /// The words that occur, in the order in which they were met.
    met: Vec<u32>,
    bytes: Vec<u8>,
}

impl Counts {
    fn add(&mut self, word: u32) {
        let at = word as usize;
        if self.of.len() <= at {
            self.of.resize(at + 1, 0);
        }
        if self.of[at] == 0 {
            self.met.push(word);
        }
        self.of[at] += 1;
    }

    /// What was counted; nothing is counted afterwards.
    fn take(&mut self) -> Box<[u8]> {
        self.bytes.clear();
        for word in self.met.drain(..) {
            write(word, &mut self.bytes);
            write(std::mem::take(&mut self.of[word as usize]), &mut self.bytes);
        }
        self.bytes.as_slice().into()
    }
}

/// Appends a number, seven bits a byte, the lowest first; the high bit says that more follow.
fn write(mut number: u32, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Takes a number off the front.
fn read(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0;
    for bits in (0..u32::BITS).step_by(7) {
        let byte = *bytes.split_off_first()?;
        number |= u32::from(byte & 0x7f) << bits;
        if byte < 0x80 {
            break;
        }
    }
    Some(number)
}

/// Words by number, each with how often it occurs.
pub fn counted(words: &[u8]) -> impl Iterator<Item = (u32, u32)> + use<'_> {
    let mut rest = words;
    std::iter::from_fn(move || Some((read(&mut rest)?, read(&mut rest)?)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_counted_can_be_read(pairs in prop::collection::vec((any::<u32>(), any::<u32>()), 0..50)) {
            let mut bytes = Vec::new();
            for (word, count) in &pairs {
                write(*word, &mut bytes);
                write(*count, &mut bytes);
            }
            prop_assert_eq!(counted(&bytes).collect::<Vec<_>>(), pairs);
        }
    }
}
