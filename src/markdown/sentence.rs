//! The sentence round a place in plain text, for "referenced by" lists.

use std::ops::Range;

/// Longest sentence shown, in bytes; a longer one is cut round the reference.
const LONGEST: usize = 320;

/// Words that end in a period without ending a sentence.
const ABBREVIATIONS: [&str; 12] =
    ["e.g", "i.e", "vs", "cf", "etc", "no", "nr", "approx", "resp", "fig", "sec", "al"];

/// The sentence of `block` in which `place` lies, white space collapsed; long ones are cut at words and
/// marked with an ellipsis. Offsets outside the text give what there is.
pub fn around(block: &str, place: Range<usize>) -> String {
    let start_limit = floor_boundary(block, place.start.saturating_sub(LONGEST));
    let end_limit = ceil_boundary(block, place.end.saturating_add(LONGEST).min(block.len()));
    let place = floor_boundary(block, place.start)..ceil_boundary(block, place.end.min(block.len()));
    let place = place.start..place.end.max(place.start);

    let before = &block[start_limit..place.start];
    let start = ends(before).next_back().map_or(start_limit, |end| start_limit + end);
    let after = &block[place.end..end_limit];
    let end = ends(after).next().map_or(end_limit, |end| place.end + end);

    // Keep the reference in view: what is left over after it goes to the text before it, and round again.
    let spare = LONGEST.saturating_sub(place.len());
    let tail = (end - place.end).min(spare.saturating_sub((place.start - start).min(spare / 2)));
    let head = (place.start - start).min(spare - tail.min(spare));
    let from = if head < place.start - start {
        let cut = ceil_boundary(block, place.start - head);
        cut + block[cut..place.start].find(' ').map_or(0, |space| space + 1)
    } else {
        start
    };
    let to = if tail < end - place.end {
        let cut = floor_boundary(block, place.end + tail).max(place.end);
        place.end + block[place.end..cut].rfind(' ').unwrap_or(cut - place.end)
    } else {
        end
    };

    let mut sentence = String::with_capacity(to - from + 6);
    let cut_before = from > start || (start == start_limit && start_limit > 0);
    if cut_before {
        sentence.push('…');
    }
    collapse(&block[from..to], &mut sentence);
    if to < end || (end == end_limit && end_limit < block.len()) {
        sentence.push('…');
    }
    sentence
}

/// Appends `text` with runs of white space as one space and none at the ends.
pub fn collapse(text: &str, out: &mut String) {
    // Bytes are looked at faster; of ASCII, the vertical tab alone is white space for Unicode and not for ASCII.
    if text.is_ascii() && !text.contains('\u{b}') {
        join(text.split_ascii_whitespace(), out);
    } else {
        join(text.split_whitespace(), out);
    }
}

fn join<'a>(words: impl Iterator<Item = &'a str>, out: &mut String) {
    for (index, word) in words.enumerate() {
        if index > 0 {
            out.push(' ');
        }
        out.push_str(word);
    }
}

/// Offsets just behind the sentences of `text`.
fn ends(text: &str) -> impl DoubleEndedIterator<Item = usize> + '_ {
    text.char_indices().filter_map(move |(at, char)| {
        let end = at + char.len_utf8();
        match char {
            '。' | '！' | '？' => Some(end),
            '.' | '!' | '?' => {
                let rest = &text[end..];
                // Closing quotes and brackets belong to the sentence.
                let closed = rest.trim_start_matches(['"', '\'', ')', ']', '”', '’', '»']);
                let end = end + (rest.len() - closed.len());
                let mut following = closed.chars();
                let stops = match following.next() {
                    None => false,
                    Some(space) if space.is_whitespace() => {
                        let next = closed.trim_start().chars().next();
                        next.is_none_or(|next| !next.is_lowercase())
                    }
                    Some(_) => false,
                };
                (stops && !(char == '.' && abbreviates(&text[..at]))).then_some(end)
            }
            _ => None,
        }
    })
}

fn abbreviates(before: &str) -> bool {
    let word = before.rsplit(|char: char| char.is_whitespace() || char == '(').next().unwrap_or_default();
    let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    initial || ABBREVIATIONS.iter().any(|known| known.eq_ignore_ascii_case(word))
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn ceil_boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(block: &str, word: &str, sentence: &str) {
        let at = block.find(word).expect("the word stands in the block");
        assert_eq!(around(block, at..at + word.len()), sentence);
    }

    #[test]
    fn one_sentence() {
        let block = "First thing. This follows ADR 12 (e.g. in part,\nor whole.) Then the rest.";
        check(block, "ADR 12", "This follows ADR 12 (e.g. in part, or whole.)");
        check(block, "First", "First thing.");
        check(block, "rest", "Then the rest.");
        check("Only this ADR 1", "ADR 1", "Only this ADR 1");
        check("Uses v1.2 of ADR 1. Ok", "ADR 1", "Uses v1.2 of ADR 1.");
    }

    #[test]
    fn long_ones_are_cut_round_the_reference() {
        let block = format!("{} ADR 7 {}", "before ".repeat(100), "after ".repeat(100));
        let at = block.find("ADR 7").expect("it is there");
        let sentence = around(&block, at..at + 5);
        assert!(sentence.contains("ADR 7") && sentence.len() <= LONGEST + 10, "{sentence}");
        assert!(sentence.starts_with("…before") && sentence.ends_with("after…"), "{sentence}");
    }

    #[test]
    fn any_place_is_fine() {
        for at in 0..12 {
            for end in at..12 {
                around("äöü. ÄÖÜ", at..end);
            }
        }
    }
}
