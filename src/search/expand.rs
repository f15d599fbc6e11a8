//! Words of a query → units: the families that each word may stand for, and how much each counts. The rules
//! are those of every client; the dictionary they look into is the one that is exported.
//!
//! 1. The word's own families count 1.
//! 2. Two neighbouring words that the dictionary also has written together stand for that word too
//!    ([`Weights::joined`](super::rank::Weights::joined)).
//! 3. The word being typed (two characters or more) stands for the most frequent families with a word that begins with it
//!    (`prefix`), unless these lie in more shards than a client should fetch.
//! 4. A word with none of these stands for words that it may be a slip of: with the same first character, one
//!    edit away from 4 characters on (`slip`), two from 8 on (`slips`); edits are insertion, deletion,
//!    substitution and transposition of neighbours (optimal string alignment).
//! 5. A word without these either, of 5 characters or more, stands for words that share its beginning (all but four
//!    characters of it, four at least) and have at most four characters of their own behind what they share: those that
//!    share most (`stub`).
//!
//! Identifiers written together are optional: they count, but no record has to have them. Function words beside
//! others are left out: nearly every record has them, so that they tell none apart, and a client would fetch more for
//! them than for all other words.

use std::cmp::Reverse;

use super::dictionary::Dictionary;
use super::rank::{LIMITS, OPTIONAL, WEIGHTS};

/// A word of the query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Folded.
    pub text: String,
    /// A whole whose parts follow.
    pub whole: bool,
    /// In quotes: only itself will do.
    pub exact: bool,
    /// It is all there is between two spaces.
    pub alone: bool,
    /// It may be the beginning of a longer word.
    pub typing: bool,
}

/// What a word stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// The word.
    pub word: String,
    /// Families with their weights, each once, in the order of the rules.
    pub families: Vec<(u32, f32)>,
    /// Records without it do not match it; they may match others.
    pub required: bool,
    /// The word that was most likely meant, where nobody has written this one.
    pub meant: Option<String>,
}

/// The units of a query, in its order.
pub fn expand(dictionary: &Dictionary, words: &[Wanted]) -> Vec<Unit> {
    let is_optional = |wanted: &Wanted| OPTIONAL.contains(&wanted.text.as_str()) && !wanted.exact;
    let content = words.iter().any(|wanted| !wanted.whole && !is_optional(wanted));
    let wanted = words.iter().enumerate().filter(|(_, wanted)| !(content && is_optional(wanted)));
    let units = wanted.map(|(at, wanted)| {
        let neighbours = [
            at.checked_sub(1).and_then(|before| words.get(before)).map(|before| (before, wanted)),
            words.get(at + 1).map(|after| (wanted, after)),
        ];
        let joined = neighbours
            .into_iter()
            .flatten()
            .filter(|(a, b)| [a, b].iter().all(|word| word.alone && !word.exact));
        let joined = joined.map(|(a, b)| format!("{}{}", a.text, b.text));
        let mut unit = unit(dictionary, wanted, joined);
        unit.required = !wanted.whole;
        unit
    });
    units.filter(|unit| unit.required || !unit.families.is_empty()).collect()
}

fn unit(dictionary: &Dictionary, wanted: &Wanted, joined: impl Iterator<Item = String>) -> Unit {
    let word = wanted.text.as_str();
    let mut unit = Unit { word: word.to_owned(), families: Vec::new(), required: true, meant: None };
    let own = dictionary.find(word);
    unit.add(dictionary, own, 1.0);
    if wanted.exact {
        return unit;
    }
    for joined in joined {
        unit.add(dictionary, dictionary.find(&joined), WEIGHTS.joined);
    }
    let letters = word.chars().count();
    if wanted.typing
        && !wanted.whole
        && letters >= 2
        && let Some(words) = dictionary.beginning(word, LIMITS.shards)
    {
        let families =
            frequent(dictionary, words.filter(|other| Some(*other) != own), LIMITS.prefix, &unit.families);
        unit.families.extend(families.into_iter().map(|family| (family, WEIGHTS.prefix)));
    }
    if unit.families.is_empty() && !wanted.whole {
        unit.slips(dictionary, letters);
    }
    if unit.families.is_empty() && !wanted.whole {
        unit.stub(dictionary, letters);
    }
    unit
}

impl Unit {
    fn add(&mut self, dictionary: &Dictionary, word: Option<usize>, weight: f32) {
        let families =
            word.and_then(|word| dictionary.words.get(word)).map_or(&[][..], |word| &word.families);
        for family in families {
            if !self.families.iter().any(|(other, _)| other == family) {
                self.families.push((*family, weight));
            }
        }
    }

    fn slips(&mut self, dictionary: &Dictionary, letters: usize) {
        let most = match letters {
            0..4 => return,
            4..8 => 1,
            _ => 2,
        };
        let first: String = self.word.chars().take(1).collect();
        let Some(words) = dictionary.beginning(&first, usize::MAX) else { return };
        let mut near: Vec<(usize, Reverse<u32>, usize)> = Vec::new();
        for at in words.filter(|at| dictionary.is_proposed(*at)) {
            let text = &*dictionary.words[at].text;
            if text.chars().count().abs_diff(letters) > most {
                continue;
            }
            let distance = strsim::osa_distance(&self.word, text);
            if distance <= most {
                near.push((distance, Reverse(dictionary.frequency(at)), at));
            }
        }
        near.sort_unstable();
        self.meant = near.first().map(|(.., at)| dictionary.words[*at].text.to_string());
        for (distance, _, at) in near {
            self.add(dictionary, Some(at), if distance <= 1 { WEIGHTS.slip } else { WEIGHTS.slips });
            if self.families.len() >= LIMITS.unknown {
                break;
            }
        }
        self.families.truncate(LIMITS.unknown);
    }

    fn stub(&mut self, dictionary: &Dictionary, letters: usize) {
        const MORE: usize = 4;
        if letters < 5 {
            return;
        }
        let stub: String = self.word.chars().take(letters.saturating_sub(MORE).max(4)).collect();
        let Some(words) = dictionary.beginning(&stub, LIMITS.shards) else { return };
        let mut best = 0;
        let mut found: Vec<usize> = Vec::new();
        for at in words {
            let text = &*dictionary.words[at].text;
            let shared = text.chars().zip(self.word.chars()).take_while(|(a, b)| a == b).count();
            if text.contains('_') || text.chars().count() - shared > MORE || shared < best {
                continue;
            }
            if shared > best {
                best = shared;
                found.clear();
            }
            found.push(at);
        }
        let families = frequent(dictionary, found.into_iter(), LIMITS.unknown, &[]);
        self.families.extend(families.into_iter().map(|family| (family, WEIGHTS.stub)));
    }
}

/// The most frequent families of words, without those that are there; of equals those with the smaller owner.
fn frequent(
    dictionary: &Dictionary,
    words: impl Iterator<Item = usize>,
    most: usize,
    without: &[(u32, f32)],
) -> Vec<u32> {
    let mut families: Vec<u32> =
        words.flat_map(|word| dictionary.words[word].families.iter().copied()).collect();
    families.sort_unstable();
    families.dedup();
    families.retain(|family| !without.iter().any(|(other, _)| other == family));
    // Families are in the order of their owners.
    families.sort_by_key(|family| Reverse(dictionary.families[*family as usize].frequency()));
    families.truncate(most);
    families
}
