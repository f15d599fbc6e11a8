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
        Stems { stemmer, memo: Memo::default() }
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
#[derive(Default)]
struct Memo {
    short: HashMap<u128, u32, RandomState>,
    long: HashMap<Box<str>, u32, RandomState>,
}

impl Memo {
    fn get(&self, word: &str) -> Option<u32> {
        short(word).map_or_else(|| self.long.get(word), |word| self.short.get(&word)).copied()
    }

    fn insert(&mut self, word: &str, value: u32) {
        match short(word) {
            Some(word) => self.short.insert(word, value),
            None => self.long.insert(word.into(), value),
        };
    }
}

/// A word of at most sixteen bytes as a number. No word has a zero byte, so no two have the same. Copying so few
/// bytes by a length that is not known takes longer than two reads that overlap.
fn short(word: &str) -> Option<u128> {
    const HALF: usize = size_of::<u64>();
    let bytes = word.as_bytes();
    if bytes.len() > 2 * HALF {
        return None;
    }
    let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) else {
        return Some(bytes.iter().rev().fold(0, |word, byte| word << 8 | u128::from(*byte)));
    };
    let repeated = 8 * (2 * HALF - bytes.len()) as u32;
    let last = u64::from_le_bytes(*last).checked_shr(repeated).unwrap_or(0);
    Some(u128::from(u64::from_le_bytes(*first)) | u128::from(last) << 64)
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
            prop_assert_eq!(short(&word), place.map(|()| u128::from_le_bytes(bytes)));
        }
    }
}
