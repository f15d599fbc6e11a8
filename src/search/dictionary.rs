//! The words of all records, and the families that their stems make of them. Every lookup of a query goes by
//! words as they are written, so that a client needs no stemmer.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use rapidhash::v3::rapidhash_v3;

use super::token::is_cjk;

/// Estimated bytes of a shard, at least and at most; between them it ends before a word whose hash says so, so
/// that a change moves few borders.
const SHARD: Range<usize> = 20_000..50_000;

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
    /// The stem, which is the term of the index.
    pub stem: Box<str>,
    /// Records that have it, in the field where it is most frequent.
    pub frequency: u32,
    /// It stands in a title, a heading or the metadata of some record.
    pub named: bool,
}

impl Dictionary {
    /// Takes every pair of word and stem, and how frequent each stem is: records in the field where they are most,
    /// and whether it stands in a title, a heading or metadata.
    pub fn new(
        pairs: BTreeMap<Box<str>, BTreeSet<Box<str>>>,
        frequency: &HashMap<Box<str>, (u32, bool)>,
    ) -> Dictionary {
        let mut dictionary = Dictionary::default();
        let mut family_of: HashMap<Box<str>, u32> = HashMap::new();
        for (text, stems) in pairs {
            let owner = dictionary.words.len() as u32;
            let mut families = Vec::with_capacity(stems.len());
            for stem in stems.into_iter().take(MOST_FAMILIES) {
                // A stem that no record has: its word was too long, or stood where nothing is indexed.
                let Some((frequency, named)) = frequency.get(&stem).copied() else { continue };
                let next = dictionary.families.len() as u32;
                let family = *family_of.entry(stem.clone()).or_insert(next);
                if family == next {
                    dictionary.families.push(Family { owner, stem, frequency, named });
                }
                families.push(family);
            }
            if !families.is_empty() {
                families.sort_unstable();
                dictionary.words.push(Word { text, families });
            }
        }
        dictionary.shards = dictionary.borders();
        dictionary
    }

    /// The word's place.
    pub fn find(&self, word: &str) -> Option<usize> {
        self.words.binary_search_by(|other| (*other.text).cmp(word)).ok()
    }

    /// The words that begin with `prefix`; `None` where they lie in more than `most` shards.
    pub fn beginning(&self, prefix: &str, most: usize) -> Option<Range<usize>> {
        let start = self.words.partition_point(|word| *word.text < *prefix);
        let length = self.words[start..].partition_point(|word| word.text.starts_with(prefix));
        // As a client counts, which sees only the first words: from the shard that can hold the prefix to the last
        // that begins with it or before.
        let first = self.shards.partition_point(|at| *self.words[*at].text <= *prefix).max(1);
        let last = self.shards.partition_point(|at| *at < start + length).max(first);
        (last - first < most).then_some(start..start + length)
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
            && known.into_iter().any(|family| family.frequency >= 2 || family.named)
    }

    /// How many records have its most frequent family.
    pub fn frequency(&self, word: usize) -> u32 {
        let families = self.words.get(word).map_or(&[][..], |word| &word.families);
        let known = families.iter().filter_map(|family| self.families.get(*family as usize));
        known.map(|family| family.frequency).max().unwrap_or(0)
    }

    fn borders(&self) -> Vec<usize> {
        let mut borders = Vec::new();
        let mut size = SHARD.end;
        for (at, word) in self.words.iter().enumerate() {
            let border = rapidhash_v3(word.text.as_bytes()).is_multiple_of(BORDERS);
            if size >= SHARD.end || size >= SHARD.start && border {
                borders.push(at);
                size = 0;
            }
            let own = word.families.iter().filter_map(|family| self.families.get(*family as usize));
            let postings: usize = own
                .filter(|family| family.owner as usize == at)
                .map(|family| family.frequency as usize * 2)
                .sum();
            size += postings + word.text.len() + 4;
        }
        borders
    }
}
