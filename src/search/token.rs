//! Text → tokens, by rules that need no dictionary and no language, so that a client in another language
//! can have the same: identifiers and their parts, hyphenated compounds, overlapping pairs of CJK characters,
//! case and accents folded. Stems are not made here.
//!
//! # The rules (tokenizer version [`VERSION`])
//!
//! Character classes are Unicode's: a *word character* is `Alphabetic`, a number (general category N) or `_`;
//! a *mark* has the general category M; a *CJK character* lies in one of the blocks of [`is_cjk`].
//!
//! 1. Consecutive CJK characters give every overlapping pair of them, each one position further; one that
//!    stands alone is a token by itself.
//! 2. A *run* starts with a word character that is not CJK and goes on over word characters and marks that
//!    are not CJK. Runs that are joined by one hyphen each (U+002D, U+2010 or U+2011) are a *chain*.
//! 3. A chain of two or three runs, all of letters and marks alone, gives all of them written together as a
//!    *whole*, at the position of its first part: `sub-type` → `subtype`, `sub`, `type`.
//! 4. A run is split into parts at `_`, before an upper case letter that follows a lower case one, and before
//!    an upper case letter that follows an upper case one and precedes a lower case one (`HTTPServer`); a part
//!    of two or more letters with one to four ASCII digits behind them is split before the digits (`utf8`).
//!    Where there is more than one part, the run without its outer `_` is a whole at the position of its
//!    first part. Each part is a token, each one position further.
//! 5. *Folding*: NFKD, marks removed, each character in lower case by itself, those of `PLAIN` in ASCII, marks removed again.
//! 6. A part that is longer than [`LONGEST`] bytes when folded, or empty, is no token but takes its position;
//!    a whole of that kind is left out.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Changes whenever the same text gives other tokens.
pub const VERSION: u64 = 2;

/// Longest token, in bytes of its folded form.
pub const LONGEST: usize = 64;

/// Letters that Unicode does not take apart, as people write them who do not have them on their keys.
const PLAIN: [(char, &str); 9] = [
    ('ß', "ss"),
    ('æ', "ae"),
    ('ø', "o"),
    ('œ', "oe"),
    ('ł', "l"),
    ('đ', "d"),
    ('ð', "d"),
    ('þ', "th"),
    ('ı', "i"),
];

/// Most digits that are split off the end of a word.
const MOST_DIGITS: usize = 4;

/// Most runs that are also indexed written together.
const LONGEST_CHAIN: usize = 3;

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'a> {
    /// Folded text.
    pub text: &'a str,
    /// Place among the words of the text, from 0.
    pub position: u32,
    /// It repeats what the parts at and after its position say.
    pub whole: bool,
    /// Where it stands in the text.
    pub source: Range<usize>,
}

/// The tokens of a text.
#[derive(Debug, Default, Clone)]
pub struct Tokens {
    text: String,
    tokens: Vec<Raw>,
}

#[derive(Debug, Clone)]
struct Raw {
    text: Range<usize>,
    position: u32,
    whole: bool,
    source: Range<usize>,
}

/// The tokens of `text`.
pub fn tokens(text: &str) -> Tokens {
    let mut all = Tokens::default();
    Reader::default().read(text, |token| all.add(token));
    all
}

impl Tokens {
    /// In order: by position, wholes before their parts.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Token<'_>> + ExactSizeIterator {
        self.tokens.iter().map(|raw| Token {
            text: &self.text[raw.text.clone()],
            position: raw.position,
            whole: raw.whole,
            source: raw.source.clone(),
        })
    }

    fn add(&mut self, Token { text, position, whole, source }: Token<'_>) {
        let from = self.text.len();
        self.text.push_str(text);
        self.tokens.push(Raw { text: from..self.text.len(), position, whole, source });
    }
}

/// Reads one text after the other, in memory that is used again.
#[derive(Debug, Default)]
pub struct Reader {
    folded: String,
    parts: Vec<Range<usize>>,
    chain: Vec<Range<usize>>,
}

impl Reader {
    /// Calls `each` with the tokens of `text`, in the order of [`Tokens::iter`]. Linear in its length.
    pub fn read(&mut self, text: &str, each: impl FnMut(Token<'_>)) {
        let mut walk = Walk { text, position: 0, memory: self, each };
        let mut at = 0;
        while let Some(byte) = text.as_bytes().get(at) {
            at = match byte {
                b'a'..=b'z' | b'A'..=b'Z' => match plain_word(&text.as_bytes()[at..]) {
                    Some(length) => walk.plain(at..at + length),
                    None => walk.chain(at),
                },
                0..=0x7f if !is_word(char::from(*byte)) => at + 1,
                _ => walk.any(at),
            };
        }
    }
}

/// A text on its way into tokens.
struct Walk<'a, F> {
    text: &'a str,
    position: u32,
    memory: &'a mut Reader,
    each: F,
}

impl<F: FnMut(Token<'_>)> Walk<'_, F> {
    /// Reads what begins at `start`, without the short way for plain words; returns where it ends.
    fn any(&mut self, start: usize) -> usize {
        match char_at(self.text, start) {
            Some(char) if is_cjk(char) => self.cjk(start),
            Some(char) if is_word(char) => self.chain(start),
            Some(char) => start + char.len_utf8(),
            None => self.text.len(),
        }
    }

    /// A [`plain_word`]; most are in lower case, and need not be folded.
    fn plain(&mut self, source: Range<usize>) -> usize {
        let word = &self.text[source.clone()];
        let end = source.end;
        if word.len() > LONGEST || word.starts_with(|c: char| c.is_ascii_uppercase()) {
            self.part(source);
        } else {
            (self.each)(Token { text: word, position: self.position, whole: false, source });
            self.position = self.position.saturating_add(1);
        }
        end
    }

    fn cjk(&mut self, start: usize) -> usize {
        let text = self.text;
        let length: usize = text[start..].chars().take_while(|c| is_cjk(*c)).map(char::len_utf8).sum();
        let end = start + length;
        let mut pair = start;
        loop {
            let next = pair + char_at(text, pair).map_or(0, char::len_utf8);
            let Some(second) = char_at(&text[..end], next) else { break };
            self.part(pair..next + second.len_utf8());
            pair = next;
        }
        if pair == start {
            self.part(start..end);
        }
        end
    }

    /// A chain of runs; returns where it ends.
    fn chain(&mut self, start: usize) -> usize {
        let text = self.text;
        let mut chain = std::mem::take(&mut self.memory.chain);
        chain.clear();
        let mut letters = true;
        let mut at = start;
        loop {
            let (end, only_letters) = run(text, at);
            chain.push(at..end);
            letters &= only_letters;
            let hyphen = char_at(text, end).filter(|c| matches!(c, '-' | '\u{2010}' | '\u{2011}'));
            let next = end + hyphen.map_or(0, char::len_utf8);
            let goes_on = hyphen.is_some() && char_at(text, next).is_some_and(|c| is_word(c) && !is_cjk(c));
            at = end;
            if !goes_on {
                break;
            }
            at = next;
        }
        if letters && (2..=LONGEST_CHAIN).contains(&chain.len()) {
            self.token(chain.iter().cloned(), true, start..at);
        }
        for run in &chain {
            self.run(run.clone());
        }
        self.memory.chain = chain;
        at
    }

    fn run(&mut self, run: Range<usize>) {
        let mut parts = std::mem::take(&mut self.memory.parts);
        parts.clear();
        split(self.text, run.clone(), &mut parts);
        if parts.len() > 1 {
            let text = &self.text[run.clone()];
            let start = run.start + text.len() - text.trim_start_matches('_').len();
            let whole = start..start + text.trim_matches('_').len();
            self.token([whole.clone()].into_iter(), true, whole);
        }
        for part in parts.drain(..) {
            self.part(part);
        }
        self.memory.parts = parts;
    }

    fn part(&mut self, source: Range<usize>) {
        self.token([source.clone()].into_iter(), false, source);
        self.position = self.position.saturating_add(1);
    }

    /// What these pieces say together is a token, if its length allows.
    fn token(&mut self, pieces: impl Iterator<Item = Range<usize>>, whole: bool, source: Range<usize>) {
        let folded = &mut self.memory.folded;
        folded.clear();
        pieces.for_each(|piece| fold(&self.text[piece], folded));
        if (1..=LONGEST).contains(&folded.len()) {
            (self.each)(Token { text: folded, position: self.position, whole, source });
        }
    }
}

/// Appends the folded form of `text`.
pub fn fold(text: &str, folded: &mut String) {
    if text.is_ascii() {
        let from = folded.len();
        folded.push_str(text);
        folded[from..].make_ascii_lowercase();
        return;
    }
    let unmarked = text.nfkd().filter(|c| !is_combining_mark(*c));
    for char in unmarked.flat_map(char::to_lowercase).filter(|c| !is_combining_mark(*c)) {
        match PLAIN.iter().find(|(own, _)| *own == char) {
            Some((_, plain)) => folded.push_str(plain),
            None => folded.push(char),
        }
    }
}

/// The folded form of `text`, with single spaces between words and none at its ends: what makes two filter
/// values the same.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        fold(word, &mut out);
    }
    out
}

/// Written without spaces between words: kana, Han, Hangul.
pub fn is_cjk(char: char) -> bool {
    char >= '\u{1100}'
        && matches!(char,
            '\u{1100}'..='\u{11ff}'
            | '\u{3040}'..='\u{30ff}'
            | '\u{31f0}'..='\u{31ff}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7af}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{2fa1f}')
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// The length of a text's first run where it is one part and all of its chain, as most are: a word of ASCII letters
/// with a capital at most.
fn plain_word(text: &[u8]) -> Option<usize> {
    let small = text.get(1..)?.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
    let ends = |byte: &u8| byte.is_ascii() && !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    (text[0].is_ascii_alphabetic() && text.get(1 + small).is_none_or(ends)).then_some(1 + small)
}

/// The end of the run that starts at `start`, and whether it is of letters and marks alone.
fn run(text: &str, start: usize) -> (usize, bool) {
    let mut letters = true;
    let mut at = start;
    while let Some(byte) = text.as_bytes().get(at) {
        if byte.is_ascii() {
            if !(byte.is_ascii_alphanumeric() || *byte == b'_') {
                return (at, letters);
            }
            letters &= byte.is_ascii_alphabetic();
            at += 1;
            continue;
        }
        let Some(char) = char_at(text, at) else { break };
        if is_cjk(char) || !(is_word(char) || is_combining_mark(char)) {
            return (at, letters);
        }
        letters &= char.is_alphabetic() || is_combining_mark(char);
        at += char.len_utf8();
    }
    (text.len(), letters)
}

/// The parts of a run.
fn split(text: &str, run: Range<usize>, parts: &mut Vec<Range<usize>>) {
    // Most runs are words, with a capital at most.
    let word = &text.as_bytes()[run.clone()];
    if word[1..].iter().all(u8::is_ascii_lowercase) && word[0].is_ascii_alphabetic() {
        parts.push(run);
        return;
    }
    let mut start = run.start;
    let mut before: Option<char> = None;
    let mut chars = text[run.clone()].char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        let at = run.start + at;
        let after = chars.peek().map(|(_, char)| *char);
        if char == '_' {
            end_part(text, start..at, parts);
            start = at + 1;
        } else if at > start && char.is_uppercase() {
            let hump = before.is_some_and(|before| {
                before.is_lowercase() || before.is_uppercase() && after.is_some_and(char::is_lowercase)
            });
            if hump {
                end_part(text, start..at, parts);
                start = at;
            }
        }
        before = Some(char);
    }
    end_part(text, start..run.end, parts);
}

/// Adds a part, or two where digits end it.
fn end_part(text: &str, part: Range<usize>, parts: &mut Vec<Range<usize>>) {
    if part.is_empty() {
        return;
    }
    let word = text[part.clone()].trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = part.len() - word.len();
    let letters = || word.chars().take(2).count() == 2 && word.chars().all(char::is_alphabetic);
    if (1..=MOST_DIGITS).contains(&digits) && letters() {
        let middle = part.start + word.len();
        parts.push(part.start..middle);
        parts.push(middle..part.end);
    } else {
        parts.push(part);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: Expect) {
        let tokens = tokens(text);
        let shown = tokens
            .iter()
            .map(|token| format!("{}{}@{}", if token.whole { "=" } else { "" }, token.text, token.position));
        expected.assert_eq(&shown.collect::<Vec<_>>().join(" "));
    }

    #[test]
    fn identifiers_are_found_whole_and_in_parts() {
        check("snake_case HTTPServer", expect!["=snake_case@0 snake@0 case@1 =httpserver@2 http@2 server@3"]);
        check("__init__ a_B fooBAR", expect!["init@0 =a_b@1 a@1 b@2 =foobar@3 foo@3 bar@4"]);
        check(
            "utf8 UTF-8 u32 sha256sum ERC20",
            expect!["=utf8@0 utf@0 8@1 utf@2 8@3 u32@4 sha256sum@5 =erc20@6 erc@6 20@7"],
        );
        check("uint65536 x12345", expect!["uint65536@0 x12345@1"]);
        check("std::io::Read it's", expect!["std@0 io@1 read@2 it@3 s@4"]);
    }

    #[test]
    fn hyphenated_words_are_found_written_together_too() {
        check("sub-type", expect!["=subtype@0 sub@0 type@1"]);
        check("point-to-point", expect!["=pointtopoint@0 point@0 to@1 point@2"]);
        check("a-b-c-d co--op 0012-use-quic", expect!["a@0 b@1 c@2 d@3 co@4 op@5 0012@6 use@7 quic@8"]);
        check("Self\u{2011}HttpServer", expect!["=selfhttpserver@0 self@0 =httpserver@1 http@1 server@2"]);
    }

    #[test]
    fn case_and_accents_do_not_count() {
        check("Größe ΣΊΣΥΦΟΣ İstanbul ﬁne", expect!["grosse@0 σισυφοσ@1 istanbul@2 fine@3"]);
        check("e\u{301}tude हिन्दी", expect!["etude@0 हनद@1"]);
        check("Łódź Ægir Ørsted Þór ışık", expect!["lodz@0 aegir@1 orsted@2 thor@3 isik@4"]);
    }

    #[test]
    fn cjk_is_read_in_pairs() {
        check("決定記録 の QUIC", expect!["決定@0 定記@1 記録@2 の@3 quic@4"]);
        check("RFC決定", expect!["rfc@0 決定@1"]);
    }

    #[test]
    fn what_is_too_long_keeps_its_place() {
        let long = "x".repeat(65);
        check(&format!("a {long} b"), expect!["a@0 b@2"]);
        check(&format!("{}_{long}", "y".repeat(3)), expect!["yyy@0"]);
    }

    /// As [`tokens`], without the short way for plain words.
    fn slowly(text: &str) -> Tokens {
        let mut all = Tokens::default();
        let each = |token: Token<'_>| all.add(token);
        let mut walk = Walk { text, position: 0, memory: &mut Reader::default(), each };
        let mut at = 0;
        while at < text.len() {
            at = walk.any(at);
        }
        all
    }

    proptest! {
        #[test]
        fn the_short_way_for_plain_words_gives_what_the_long_one_does(
            text in prop_oneof![any::<String>(), "([A-Z]?[a-z]{0,3}[a-z0-9_A-Z.,\\-\u{2010}\u{301} éß語]{0,2}){0,8}"],
        ) {
            let all = |tokens: &Tokens| tokens.iter().map(|token| format!("{token:?}")).collect::<Vec<_>>();
            prop_assert_eq!(all(&tokens(&text)), all(&slowly(&text)));
        }

        #[test]
        fn any_text_has_tokens_in_order_and_in_place(text in any::<String>()) {
            let tokens = tokens(&text);
            let mut last = 0;
            for token in tokens.iter() {
                prop_assert!(!token.text.is_empty() && token.text.len() <= LONGEST);
                prop_assert!(token.position >= last);
                prop_assert!(text.get(token.source.clone()).is_some_and(|source| !source.is_empty()));
                last = token.position;
            }
        }
    }
}
