//! Where the blocks of a body stand in the source, told by how their text begins: for a preview that sends an
//! editor there. Pages themselves say nothing of it.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::events;

/// So many letters of a block tell it from others.
const LETTERS: usize = 40;

/// The beginning of each block of text: byte offset into the text, and its first letters and digits.
pub fn blocks(text: &str, body: Range<usize>) -> Vec<(usize, String)> {
    let start = body.start;
    let mut blocks: Vec<(usize, String)> = Vec::new();
    let Some(body) = text.get(body) else { return blocks };
    let mut open = false;
    for (event, range) in events(body) {
        match event {
            Event::Start(
                Tag::Paragraph | Tag::Heading { .. } | Tag::Item | Tag::CodeBlock(_) | Tag::TableCell,
            ) => {
                // A paragraph in a list item is where the item is.
                match blocks.last_mut() {
                    Some((_, words)) if words.is_empty() => {}
                    _ => blocks.push((start + range.start, String::new())),
                }
                open = true;
            }
            Event::Text(part) | Event::Code(part) if open => {
                if let Some((_, words)) = blocks.last_mut() {
                    let room = LETTERS.saturating_sub(words.chars().count());
                    words.extend(part.chars().filter(|c| c.is_alphanumeric()).take(room));
                }
            }
            _ => {}
        }
    }
    blocks.retain(|(_, words)| !words.is_empty());
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_block_is_told_by_how_it_begins() {
        let text = "---\n---\n# A title\n\nSome *words*, and\nmore.\n\n- one\n- `two`\n\n```\ncode\n```\n";
        let found: Vec<(usize, String)> = blocks(text, 8..text.len());
        let lines = found.iter().map(|(at, words)| (text[..*at].matches('\n').count() + 1, words.as_str()));
        let expected = [(3, "Atitle"), (5, "Somewordsandmore"), (8, "one"), (9, "two"), (11, "code")];
        assert_eq!(lines.collect::<Vec<_>>(), expected);
    }
}
