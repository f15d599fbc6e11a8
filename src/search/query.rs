//! What somebody typed → words, phrases and filters, in the order typed. Knows the language of queries;
//! nothing of what is in the index.
//!
//! ```text
//! words  "a phrase"  -word  -"a phrase"  status:accepted  tag:"type system"  -author:grace
//! ```
//!
//! Items are parted by white space. A `-` before an item turns it round. Quotes may be typographic ones, and the
//! last need not be closed. `name:value` is a filter where `name` is letters and one of [`Kind::NAMES`]; any other
//! name says so and is searched as text, except before `:` or `/` (`std::io`, `https://…`) and before nothing.

use super::rank::LIMITS;

/// A query, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// In the order typed.
    pub items: Vec<Item>,
    /// The last item is a word, and nothing follows it: it may be the beginning of a longer one.
    pub typing: bool,
    /// What could not be understood, as sentences.
    pub messages: Vec<String>,
}

/// A part of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it asks for.
    pub ask: Ask,
    /// It asks for records without that.
    pub negated: bool,
    /// As it was typed.
    pub raw: String,
}

/// What an item asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Text without quotes and spaces.
    Word(String),
    /// Text in this very order.
    Phrase(String),
    /// A value of a filter.
    Filter(Kind, String),
}

/// The filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "their names say what they are, and `filter` what they do")]
pub enum Kind {
    Status,
    Tag,
    Author,
    Collection,
    Before,
    After,
    Year,
    Is,
    Supersedes,
    References,
}

impl Kind {
    /// What each is called in queries, and by which other names.
    pub const NAMES: [(&'static str, Kind); 11] = [
        ("status", Kind::Status),
        ("tag", Kind::Tag),
        ("author", Kind::Author),
        ("collection", Kind::Collection),
        ("in", Kind::Collection),
        ("before", Kind::Before),
        ("after", Kind::After),
        ("year", Kind::Year),
        ("is", Kind::Is),
        ("supersedes", Kind::Supersedes),
        ("references", Kind::References),
    ];

    fn named(name: &str) -> Option<Kind> {
        let name = name.to_ascii_lowercase();
        Kind::NAMES.iter().find(|(other, _)| *other == name).map(|(_, kind)| *kind)
    }
}

/// Takes a query apart. Total; what is longer than [`LIMITS`] allow is left out, with a message.
pub fn parse(text: &str) -> Query {
    let mut query = Query::default();
    let end = text.char_indices().nth(LIMITS.characters).map(|(at, _)| at);
    let text = &text[..end.unwrap_or(text.len())];
    if end.is_some() {
        query.messages.push(format!("The query was cut after {} characters.", LIMITS.characters));
    }
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let whole = rest;
        let negated = first == '-' && rest[1..].starts_with(|c: char| !c.is_whitespace());
        if negated {
            rest = &rest[1..];
        }
        let (ask, after) = item(rest, &mut query.messages);
        query.typing = !negated && after.is_empty() && matches!(ask, Ask::Word(_));
        let raw = whole[..whole.len() - after.len()].to_owned();
        query.items.push(Item { ask, negated, raw });
        rest = after.trim_start();
    }
    query
}

fn is_quote(char: char) -> bool {
    matches!(char, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}')
}

/// The first item of `text`, and what follows it.
fn item<'t>(text: &'t str, messages: &mut Vec<String>) -> (Ask, &'t str) {
    if let Some((phrase, rest)) = quoted(text) {
        return (Ask::Phrase(phrase.to_owned()), rest);
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    if let Some((name, value)) = filter(word) {
        match Kind::named(name) {
            Some(kind) => {
                // Quotes reach over spaces.
                let from = name.len() + 1;
                return match quoted(&text[from..]) {
                    Some((value, rest)) => (Ask::Filter(kind, value.to_owned()), rest),
                    None => (Ask::Filter(kind, value.to_owned()), rest),
                };
            }
            None => {
                let near = nearest(name, Kind::NAMES.iter().map(|(name, _)| *name));
                let near = near.map_or(String::new(), |near| format!(" Did you mean `{near}:`?"));
                messages.push(format!("There is no filter `{name}:`; it was searched as text.{near}"));
            }
        }
    }
    (Ask::Word(word.to_owned()), rest)
}

/// Splits text that begins with a quote into what stands in it and what follows.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let open = text.chars().next().filter(|c| is_quote(*c))?;
    let inner = &text[open.len_utf8()..];
    Some(match inner.char_indices().find(|(_, c)| is_quote(*c)) {
        Some((end, close)) => (&inner[..end], &inner[end + close.len_utf8()..]),
        None => (inner, ""),
    })
}

/// `name:value`, as far as it looks like a filter.
fn filter(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once(':')?;
    let looks = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphabetic())
        && !value.is_empty()
        && !value.starts_with([':', '/']);
    looks.then_some((name, value))
}

/// The candidate that `word` is most likely a slip of: the smallest distance, at most two and less than half its length;
/// of equals the first.
pub fn nearest<'c>(word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let word = word.to_lowercase();
    let most = (word.chars().count().saturating_sub(1) / 2).min(2);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        // The distance costs the product of the lengths.
        if candidate.len() > 4 * (word.len() + most) {
            continue;
        }
        let distance = strsim::osa_distance(&word, &candidate.to_lowercase());
        if distance <= most && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: Expect) {
        let query = parse(text);
        let mut shown = String::new();
        for Item { ask, negated, .. } in &query.items {
            shown.push_str(&format!("{}{ask:?} ", if *negated { "-" } else { "" }));
        }
        shown.push_str(if query.typing { "typing" } else { "" });
        query.messages.iter().for_each(|message| shown.push_str(&format!("\n{message}")));
        expected.assert_eq(&shown);
    }

    #[test]
    fn words_phrases_and_filters_are_told_apart() {
        check("quic  regions", expect![[r#"Word("quic") Word("regions") typing"#]]);
        check("quic ", expect![[r#"Word("quic") "#]]);
        check(
            "\"error handling\" -panic -“in prod” tag:\"type system\" -Status:Accepted",
            expect![[
                r#"Phrase("error handling") -Word("panic") -Phrase("in prod") Filter(Tag, "type system") -Filter(Status, "Accepted") "#
            ]],
        );
        check("\"not closed", expect![[r#"Phrase("not closed") "#]]);
        check("- a-b -", expect![[r#"Word("-") Word("a-b") Word("-") typing"#]]);
    }

    #[test]
    fn what_only_looks_like_a_filter_is_text() {
        check(
            "std::io https://x.org tag: re:",
            expect![[r#"Word("std::io") Word("https://x.org") Word("tag:") Word("re:") typing"#]],
        );
        check(
            "stauts:accepted note:x",
            expect![[r#"
                Word("stauts:accepted") Word("note:x") typing
                There is no filter `stauts:`; it was searched as text. Did you mean `status:`?
                There is no filter `note:`; it was searched as text."#]],
        );
    }

    proptest! {
        #[test]
        fn any_query_is_taken_apart(text in any::<String>()) {
            let query = parse(&text);
            let typed: String = query.items.iter().map(|item| item.raw.as_str()).collect();
            let unspaced = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(unspaced(&typed), unspaced(&text));
        }
    }
}
