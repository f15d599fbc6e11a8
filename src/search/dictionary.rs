//! The words of all records, and the families that their stems make of them. Every lookup of a query goes by
//! words as they are written, so that a client needs no stemmer.

use std::ops::Range;

use rapidhash::v3::rapidhash_v3;

use super::document::{FIELDS, HEAD, META, TITLE};
use super::token::is_cjk;

/// Estimated bytes of a shard, at least and at most; between them it ends before a word whose hash says so, so
/// that a change moves few borders. A word that has more alone than a shard should have shares its shard with none before
/// it.
const SHARD: Range<usize> = 12_000..30_000;

/// One word in so many may begin a shard.
const BORDERS: u64 = 32;

/// More families than this of one word are not kept; no word has as many.
const MOST_FAMILIES: usize = 15;

/// Words and families.
#[derive(Debug, Default)]
pub struct Dictionary {
    /// Sorted by bytes.
    pub words: Vec<Word>,
    /// Sorted by owner.
    pub families: Vec<Family>,
    /// The word that each shard of the exported dictionary begins with.
    pub shards: Vec<usize>,
}

/// A word as it is written, folded.
#[derive(Debug)]
pub struct Word {
    /// The word.
    pub text: Box<str>,
    /// Its families, ascending; several only where the languages of a site disagree.
    pub families: Vec<u32>,
}

/// Words with a common stem.
#[derive(Debug)]
pub struct Family {
    /// The smallest of its words.
    pub owner: u32,
    /// Its number among all families that were ever met, which is the term of the postings.
    pub term: u32,
    /// Records that have it, by field.
    pub found: [u32; FIELDS.len()],
}

impl Family {
    /// Records that have it, in the field where it is most frequent.
    pub fn frequency(&self) -> u32 {
        self.found.into_iter().max().unwrap_or(0)
    }

    /// Whether it stands in a title, a heading or the metadata of some record.
    pub fn is_named(&self) -> bool {
        [TITLE, HEAD, META].iter().any(|field| self.found[*field] > 0)
    }
}

impl Dictionary {
    /// Takes words that some record has, each with its family, the stems of the families, and in how many records each
    /// family is, by field.
    pub fn new<'a>(
        words: impl Iterator<Item = &'a (Box<str>, u32)>,
        stems: &[Box<str>],
        found: &[[u32; FIELDS.len()]],
    ) -> Dictionary {
        let mut words: Vec<(&str, &str, u32)> =
            words.map(|(text, family)| (&**text, &*stems[*family as usize], *family)).collect();
        words.sort_unstable();
        let mut dictionary = Dictionary::default();
        let mut number_of: Vec<Option<u32>> = vec![None; stems.len()];
        for same in words.chunk_by(|a, b| a.0 == b.0) {
            let owner = dictionary.words.len() as u32;
            let number = |(_, _, term): &(&str, &str, u32)| {
                let (families, found) = (&mut dictionary.families, found[*term as usize]);
                *number_of[*term as usize].get_or_insert_with(|| {
                    families.push(Family { owner, term: *term, found });
                    families.len() as u32 - 1
                })
            };
            let mut families: Vec<u32> = same.iter().take(MOST_FAMILIES).map(number).collect();
            families.sort_unstable();
            dictionary.words.push(Word { text: same[0].0.into(), families });
        }
        dictionary.shards = dictionary.borders();
        dictionary
    }

    /// In how many records a family is, by field.
    pub fn found(&self, family: u32) -> [u32; FIELDS.len()] {
        self.families.get(family as usize).map_or([0; FIELDS.len()], |family| family.found)
    }

    /// The word's place.
    pub fn find(&self, word: &str) -> Option<usize> {
        self.words.binary_search_by(|other| (*other.text).cmp(word)).ok()
    }

    /// The words that begin with `prefix`; `None` where they lie in more than `most` shards.
    pub fn beginning(&self, prefix: &str, most: usize) -> Option<Range<usize>> {
        let start = self.words.partition_point(|word| *word.text < *prefix);
        let length = self.words[start..].partition_point(|word| word.text.starts_with(prefix));
        // As a client counts, which sees only the keys: from the shard that can hold the prefix to the last that begins
        // with it or before.
        let first = self.shards.partition_point(|at| self.key(*at) <= prefix).max(1);
        let last = self.shards.partition_point(|at| *at < start + length).max(first);
        (last - first < most).then_some(start..start + length)
    }

    /// What tells a shard that begins with the word at this place from the one before: the shortest beginning of this
    /// word that the word before does not have.
    pub fn key(&self, word: usize) -> &str {
        let text = &*self.words[word].text;
        let before = word.checked_sub(1).map_or("", |before| &self.words[before].text);
        let shared =
            text.chars().zip(before.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
        let next = text[shared..].chars().next().map_or(0, char::len_utf8);
        &text[..shared + next]
    }

    /// The words of the shard that the word at this place is in.
    pub fn shard(&self, word: usize) -> Range<usize> {
        let next = self.shards.partition_point(|start| *start <= word);
        let start = next.checked_sub(1).and_then(|at| self.shards.get(at)).copied().unwrap_or(0);
        start..self.shards.get(next).copied().unwrap_or(self.words.len())
    }

    /// Whether the word at this place may be proposed for one that is not there.
    pub fn is_proposed(&self, word: usize) -> bool {
        let Some(word) = self.words.get(word) else { return false };
        let letters = word.text.chars().count();
        let known = word.families.iter().filter_map(|family| self.families.get(*family as usize));
        (3..=24).contains(&letters)
            && word.text.chars().all(|c| c.is_alphabetic() && !is_cjk(c))
            && known.into_iter().any(|family| family.frequency() >= 2 || family.is_named())
    }

    /// How many records have its most frequent family.
    pub fn frequency(&self, word: usize) -> u32 {
        let families = self.words.get(word).map_or(&[][..], |word| &word.families);
        let known = families.iter().filter_map(|family| self.families.get(*family as usize));
        known.map(Family::frequency).max().unwrap_or(0)
    }

    fn borders(&self) -> Vec<usize> {
        let mut borders = Vec::new();
        let mut size = SHARD.end;
        for (at, word) in self.words.iter().enumerate() {
            let own = word.families.iter().filter_map(|family| self.families.get(*family as usize));
            let own = own.filter(|family| family.owner as usize == at);
            let postings: usize = own.map(|family| family.frequency() as usize).sum();
            let bytes = postings + word.text.len() / 2 + 3;
            let border = rapidhash_v3(word.text.as_bytes()).is_multiple_of(BORDERS);
            if size + bytes > SHARD.end || size >= SHARD.start && border {
                borders.push(at);
                size = 0;
            }
            size += bytes;
        }
        borders
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_shortest_that_the_word_before_does_not_reach() {
        let words = ["error", "errors", "grüße", "gründe", "z"].map(Box::<str>::from);
        let own: Vec<(Box<str>, u32)> = words.iter().cloned().zip(0..).collect();
        let dictionary = Dictionary::new(own.iter(), &words, &[[1; FIELDS.len()]; 5]);
        let keys: Vec<&str> = (0..words.len()).map(|word| dictionary.key(word)).collect();
        assert_eq!(keys, ["e", "errors", "g", "grüß", "z"]);
    }
}
