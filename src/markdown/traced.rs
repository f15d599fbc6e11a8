//! Text put together from pieces of the source that remembers where each piece came from: entities,
//! escapes and block prefixes make the text of a paragraph differ from its source.

use std::ops::Range;

/// A text and the source offsets of its pieces.
#[derive(Debug, Default)]
pub struct Traced {
    text: String,
    /// Offset in `text` and in the source where each piece starts, both ascending.
    pieces: Vec<(usize, usize)>,
}

impl Traced {
    /// The text so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Length of the text so far, in bytes.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Appends a piece that stands at `source`.
    pub fn push(&mut self, piece: &str, source: usize) {
        self.pieces.push((self.text.len(), source));
        self.text.push_str(piece);
    }

    /// Appends text that stands nowhere in particular.
    pub fn push_untraced(&mut self, piece: &str) {
        self.text.push_str(piece);
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.text.clear();
        self.pieces.clear();
    }

    /// Source offset of a byte of the text.
    pub fn source(&self, at: usize) -> usize {
        let next = self.pieces.partition_point(|(start, _)| *start <= at);
        match next.checked_sub(1).and_then(|index| self.pieces.get(index)) {
            Some((start, source)) => source + (at - start),
            None => at,
        }
    }

    /// Source range of a range of the text.
    pub fn span(&self, range: Range<usize>) -> Range<usize> {
        let start = self.source(range.start);
        let end = if range.is_empty() { start } else { self.source(range.end - 1) + 1 };
        start..end.max(start)
    }
}
