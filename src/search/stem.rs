//! Words → families: what the stemmer of a record's language makes equal. The only user of tantivy's
//! stemmers; there is one for each of 18 languages, and words of other languages stay as they are.

use std::collections::HashMap;

use rapidhash::fast::RandomState;
use tantivy::tokenizer::{Language, RawTokenizer, Stemmer, TextAnalyzer, TokenStream};

use super::token::{Token, fold};

/// Language tag, its English name, its stemmer.
const LANGUAGES: [(&str, &str, Language); 18] = [
    ("ar", "arabic", Language::Arabic),
    ("da", "danish", Language::Danish),
    ("de", "german", Language::German),
    ("el", "greek", Language::Greek),
    ("en", "english", Language::English),
    ("es", "spanish", Language::Spanish),
    ("fi", "finnish", Language::Finnish),
    ("fr", "french", Language::French),
    ("hu", "hungarian", Language::Hungarian),
    ("it", "italian", Language::Italian),
    ("nl", "dutch", Language::Dutch),
    ("no", "norwegian", Language::Norwegian),
    ("pt", "portuguese", Language::Portuguese),
    ("ro", "romanian", Language::Romanian),
    ("ru", "russian", Language::Russian),
    ("sv", "swedish", Language::Swedish),
    ("ta", "tamil", Language::Tamil),
    ("tr", "turkish", Language::Turkish),
];

/// The stemmer for a language tag (`de-CH`) or an English name (`german`); `None` where there is none.
pub fn language(tag: &str) -> Option<Language> {
    let primary = tag.split(['-', '_']).next().unwrap_or(tag).to_lowercase();
    // The two written forms of Norwegian have tags of their own.
    let primary = if matches!(primary.as_str(), "nb" | "nn") { "no" } else { &primary };
    LANGUAGES.iter().find(|(tag, name, _)| *tag == primary || *name == primary).map(|(.., of)| *of)
}

/// The tags of all languages with a stemmer.
pub fn tags() -> impl Iterator<Item = &'static str> {
    LANGUAGES.iter().map(|(tag, ..)| *tag)
}

/// Stems of one language, each made once.
pub struct Stems {
    stemmer: Option<TextAnalyzer>,
    /// A word as written, in lower case → its number.
    memo: Memo,
}

impl Stems {
    /// Nothing stemmed yet.
    pub fn new(language: Option<Language>) -> Stems {
        let stemmer = language.map(|language| {
            TextAnalyzer::builder(RawTokenizer::default()).filter(Stemmer::new(language)).build()
        });
        Stems { stemmer, memo: Memo::new() }
    }

    /// The number of a token's word, one of `text`; `number` gives one to a word and its stem, both folded, that were
    /// not met before. The stemmer sees the word with its accents.
    pub fn word(&mut self, text: &str, token: &Token<'_>, number: impl FnOnce(&str, Box<str>) -> u32) -> u32 {
        let written = &text[token.source.clone()];
        let lower;
        let key = if written.is_ascii() || token.whole {
            token.text
        } else {
            lower = written.to_lowercase();
            &lower
        };
        self.memo.get(key).unwrap_or_else(|| {
            let stem = self.stemmer.as_mut().map(|stemmer| stem(stemmer, key)).unwrap_or_default();
            // A stem that folds to nothing, or a language without stems: the word is its own family.
            let stem = if stem.is_empty() { token.text.into() } else { stem };
            let number = number(token.text, stem);
            self.memo.insert(key, number);
            number
        })
    }
}

/// Words → numbers. Every word of every record is looked up here, and a number is compared sooner than a text that
/// lies elsewhere in memory; so most words are numbers.
struct Memo {
    /// Short words that were met lately, each in the place that its bytes say. All words are too many for the
    /// processor's cache, and these are most of any text.
    recent: Vec<(Short, u32)>,
    short: HashMap<Short, u32, RandomState>,
    long: HashMap<Box<str>, u32, RandomState>,
}

/// The bytes of a word of at most sixteen, the lowest first. No word has a zero byte, so no two have the same.
type Short = (u64, u64);

/// Places for recent words.
const RECENT: usize = 8192;

impl Memo {
    fn new() -> Memo {
        Memo {
            recent: vec![(Short::default(), 0); RECENT],
            short: HashMap::default(),
            long: HashMap::default(),
        }
    }

    fn get(&mut self, word: &str) -> Option<u32> {
        let Some(word) = short(word) else { return self.long.get(word).copied() };
        let recent = &mut self.recent[place(word)];
        if recent.0 != word {
            *recent = (word, *self.short.get(&word)?);
        }
        Some(recent.1)
    }

    fn insert(&mut self, word: &str, value: u32) {
        match short(word) {
            Some(word) => self.short.insert(word, value),
            None => self.long.insert(word.into(), value),
        };
    }
}

/// Copying so few bytes by a length that is not known takes longer than two reads that overlap.
fn short(word: &str) -> Option<Short> {
    let bytes = word.as_bytes();
    let joined = |first: u128, last: u128, size: usize| first | last << (8 * (bytes.len() - size));
    let number = if bytes.len() > size_of::<u128>() {
        return None;
    } else if let Some((first, last)) = bytes.first_chunk().zip(bytes.last_chunk()) {
        joined(u64::from_le_bytes(*first).into(), u64::from_le_bytes(*last).into(), size_of::<u64>())
    } else if let Some((first, last)) = bytes.first_chunk().zip(bytes.last_chunk()) {
        joined(u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into(), size_of::<u32>())
    } else {
        bytes.iter().rev().fold(0, |word, byte| word << 8 | u128::from(*byte))
    };
    Some((number as u64, (number >> u64::BITS) as u64))
}

/// Where a word is kept while it is recent: the highest bits of a product that all of its bytes change.
fn place((low, high): Short) -> usize {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    ((low ^ high.rotate_left(32)).wrapping_mul(ODD) >> (u64::BITS - RECENT.ilog2())) as usize
}

fn stem(stemmer: &mut TextAnalyzer, word: &str) -> Box<str> {
    let mut folded = String::new();
    let mut stream = stemmer.token_stream(word);
    if stream.advance() {
        fold(&stream.token().text, &mut folded);
    }
    folded.into_boxed_str()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_short_word_is_the_number_of_its_bytes(word in "[a-zß語]{0,20}") {
            let mut bytes = [0; size_of::<u128>()];
            let place = bytes.get_mut(..word.len()).map(|place| place.copy_from_slice(word.as_bytes()));
            let number = u128::from_le_bytes(bytes);
            prop_assert_eq!(short(&word), place.map(|()| (number as u64, (number >> 64) as u64)));
        }

        #[test]
        fn a_memo_has_every_word_that_was_given(words in prop::collection::vec("[a-c]{1,4}|[a-z]{10,20}", 0..99)) {
            let mut memo = Memo::new();
            let mut all = HashMap::new();
            for (number, word) in (0..).zip(&words) {
                prop_assert_eq!(memo.get(word), all.get(word).copied());
                let number = *all.entry(word).or_insert(number);
                memo.insert(word, number);
            }
        }
    }
}
