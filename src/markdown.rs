//! The only user of pulldown-cmark. Two walks over a body: [`scan`] says what it contains (headings,
//! links, mentions), [`to_html`] writes it, with every link's target given from outside.

use std::ops::Range;

/// What a body contains. All offsets are bytes into the record's source text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// Headings in order, with GitHub's ids.
    pub headings: Vec<Heading>,
    /// Links and images in order, those of raw HTML too.
    pub links: Vec<Link>,
    /// Plain references in prose that may name a record: `ADR 12`, `[[12]]`.
    pub mentions: Vec<Mention>,
    /// Explicit ids in raw HTML (`<a name>`, `id=`), in order.
    pub anchors: Vec<String>,
    /// The first paragraph of prose as plain text.
    pub summary: Option<String>,
    /// Words of prose, for reading time.
    pub words: usize,
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Plain text.
    pub text: String,
    /// Id by GitHub's rules, unique within the body.
    pub id: String,
    /// Where it stands.
    pub span: Range<usize>,
}

/// A link or image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Destination as CommonMark resolves it (reference definitions followed, escapes undone).
    pub destination: String,
    /// Text shown.
    pub text: String,
    /// The sentence it stands in, as plain text.
    pub sentence: String,
    /// An image.
    pub image: bool,
    /// The whole link in the source; its start names the link in [`to_html`].
    pub span: Range<usize>,
}

/// A plain reference that may name a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The word before the number: `ADR`; empty for `[[12]]`.
    pub prefix: String,
    /// The number or slug as written: `0012`.
    pub target: String,
    /// The sentence it stands in, as plain text.
    pub sentence: String,
    /// Where it stands.
    pub span: Range<usize>,
}
