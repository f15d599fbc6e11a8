//! The place in a record that answers a query: the window of its text with most of the words, and the section
//! that it is in. Looks at one part after the other, as a client that fetches them does.

use std::collections::BTreeSet;

use super::dictionary::Dictionary;
use super::expand::Unit;
use super::texts::parts;
use super::token::{Token, Tokens, tokens};
use crate::markdown::Section;

/// Words that a window reaches over.
const WINDOW: u32 = 24;

/// Words shown before the first hit, and from it on.
const BEFORE: u32 = 6;
const AFTER: u32 = 32;

/// Characters shown at most.
const LONGEST: usize = 400;

/// What another word in a window is worth, in hits.
const WORD: usize = 16;

/// Hits that count.
const MOST_HITS: usize = 8;

/// Parts that are looked at where the earlier ones have something.
const PARTS: usize = 3;

/// Where a record answers a query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// Id of the heading; empty for the text before the first one.
    pub anchor: String,
    /// The heading.
    pub heading: String,
    /// Plain text on one line, with `…` where it was cut.
    pub text: String,
    /// Start and length of each hit, in characters (Unicode scalar values).
    pub marks: Vec<(usize, usize)>,
}

/// The words that mark a hit: for each required unit of a query, the words of its families.
pub struct Forms(Vec<BTreeSet<String>>);

impl Forms {
    /// The words of each family that lie in the shard of its smallest one, which a client has; and the word as typed.
    pub fn new(dictionary: &Dictionary, units: &[Unit]) -> Forms {
        let forms = units.iter().filter(|unit| unit.required).map(|unit| {
            let mut forms = BTreeSet::new();
            for (family, _) in &unit.families {
                let Some(owner) =
                    dictionary.families.get(*family as usize).map(|family| family.owner as usize)
                else {
                    continue;
                };
                let words = &dictionary.words[dictionary.shard(owner)];
                let own = words.iter().filter(|word| word.families.contains(family));
                forms.extend(own.map(|word| word.text.to_string()));
            }
            let own = dictionary.find(&unit.word);
            if own.is_some_and(|own| {
                dictionary.words[own]
                    .families
                    .iter()
                    .any(|own| unit.families.iter().any(|(family, _)| family == own))
            }) {
                forms.insert(unit.word.clone());
            }
            forms
        });
        Forms(forms.collect())
    }

    fn units(&self, word: &str) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().filter(move |(_, forms)| forms.contains(word)).map(|(unit, _)| unit)
    }

    fn hits<'t>(&self, tokens: &'t Tokens) -> Vec<(Token<'t>, Vec<usize>)> {
        let with_units = tokens.iter().map(|token| (self.units(token.text).collect::<Vec<_>>(), token));
        with_units.filter(|(units, _)| !units.is_empty()).map(|(units, token)| (token, units)).collect()
    }
}

/// The excerpt of a record that matches `matched` required units.
pub fn excerpt(sections: &[Section], forms: &Forms, matched: usize) -> Excerpt {
    let mut best: Option<(usize, usize, Excerpt)> = None;
    for (number, part) in parts(sections).into_iter().enumerate() {
        for (anchor, heading, text) in part {
            let heading_tokens = tokens(heading);
            let in_heading: BTreeSet<usize> =
                forms.hits(&heading_tokens).into_iter().flat_map(|(_, units)| units).collect();
            let text_tokens = tokens(text);
            let hits = forms.hits(&text_tokens);
            let Some((score, units, first)) = window(&hits, &in_heading) else { continue };
            if best.as_ref().is_none_or(|(most, ..)| score > *most) {
                let (text, marks) = cut(text, &text_tokens, &hits, first);
                let excerpt = Excerpt { anchor: anchor.to_owned(), heading: heading.to_owned(), text, marks };
                best = Some((score, units, excerpt));
            }
        }
        if best.as_ref().is_some_and(|(_, units, _)| *units >= matched || number + 1 >= PARTS) {
            break;
        }
    }
    best.map(|(.., excerpt)| excerpt).unwrap_or_else(|| beginning(sections))
}

/// Score and units of the best window, and the position of its first hit.
fn window(hits: &[(Token<'_>, Vec<usize>)], in_heading: &BTreeSet<usize>) -> Option<(usize, usize, u32)> {
    if hits.is_empty() {
        return (!in_heading.is_empty()).then_some((WORD * in_heading.len(), in_heading.len(), 0));
    }
    let mut best: Option<(usize, usize, u32)> = None;
    for (at, (first, _)) in hits.iter().enumerate() {
        let end = first.position.saturating_add(WINDOW);
        let mut units = in_heading.clone();
        let mut count = 0;
        for (_, own) in hits[at..].iter().take_while(|(token, _)| token.position < end) {
            units.extend(own);
            count += 1;
        }
        let score = WORD * units.len() + count.min(MOST_HITS);
        if best.is_none_or(|(most, ..)| score > most) {
            best = Some((score, units.len(), first.position));
        }
    }
    best
}

/// The text around the hit at `first`, and the marks in it.
fn cut(
    text: &str,
    tokens: &Tokens,
    hits: &[(Token<'_>, Vec<usize>)],
    first: u32,
) -> (String, Vec<(usize, usize)>) {
    let parts = || tokens.iter().filter(|token| !token.whole);
    let from = first.saturating_sub(BEFORE);
    let start = match from {
        0 => 0,
        _ => parts().find(|token| token.position >= from).map_or(0, |token| token.source.start),
    };
    let to = first.saturating_add(AFTER);
    let last = parts().rev().find(|token| token.position <= to);
    let goes_on = parts().next_back().is_some_and(|token| token.position > to);
    let end = last.filter(|_| goes_on).map_or(text.len(), |token| token.source.end);
    show(text, start, end.max(start), hits)
}

/// The text from `start` to `end` as it is shown, with marks for the hits in it.
fn show(
    text: &str,
    start: usize,
    end: usize,
    hits: &[(Token<'_>, Vec<usize>)],
) -> (String, Vec<(usize, usize)>) {
    let longest = text[start..end].char_indices().nth(LONGEST).map_or(end, |(at, _)| start + at);
    let mut shown = String::new();
    if start > 0 {
        shown.push('…');
    }
    let ahead = shown.chars().count();
    shown.extend(text[start..longest].chars().map(|c| if c == '\n' { ' ' } else { c }));
    if longest < text.len() {
        shown.push('…');
    }
    let mut marks = Vec::new();
    let mut marked = start;
    // Counted from mark to mark: a text has many.
    let (mut at, mut characters) = (start, ahead);
    for (token, _) in hits {
        let source = &token.source;
        if source.start < marked || source.end > longest {
            continue;
        }
        characters += text[at..source.start].chars().count();
        let length = text[source.clone()].chars().count();
        marks.push((characters, length));
        characters += length;
        (at, marked) = (source.end, source.end);
    }
    (shown, marks)
}

fn beginning(sections: &[Section]) -> Excerpt {
    let Some(first) = sections.iter().find(|section| !section.text.is_empty()) else {
        return Excerpt::default();
    };
    let (text, marks) = cut(&first.text, &tokens(&first.text), &[], 0);
    Excerpt { text, marks, ..Excerpt::default() }
}

/// Whether `words` stand next to each other, in this order, in the title, a heading or the text of a record.
pub fn has_phrase(title: &str, sections: &[Section], words: &[String]) -> bool {
    let has = |text: &str| {
        let tokens = tokens(text);
        let parts: Vec<Token<'_>> = tokens.iter().filter(|token| !token.whole).collect();
        let Some(first) = words.first() else { return true };
        let starts = parts.iter().enumerate().filter(|(_, token)| token.text == first);
        let mut starts = starts.map(|(at, _)| at);
        starts.any(|at| {
            let start = parts[at].position as usize;
            words.iter().enumerate().all(|(offset, word)| {
                parts
                    .get(at + offset)
                    .is_some_and(|token| token.position as usize == start + offset && token.text == word)
            })
        })
    };
    has(title) || parts(sections).iter().flatten().any(|(_, heading, text)| has(heading) || has(text))
}
