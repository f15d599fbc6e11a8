//! The only user of pulldown-cmark. Three walks over a body: [`scan()`] says what it contains (headings,
//! links, mentions), [`to_html`] writes it, with every link's target given from outside, and [`text()`] gives
//! its plain text for the search.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, TagEnd};

use crate::diagnostic::Diagnostic;
use crate::record::State;
use crate::source::SourceText;

#[cfg(feature = "mermaid")]
mod diagram;
#[cfg(not(feature = "mermaid"))]
mod diagram {
    //! Diagrams are shown as their source in builds without the feature.

    pub fn to_svg(_code: &str, _number: usize) -> Result<String, String> {
        Err("this build draws no diagrams".to_owned())
    }
}
mod blocks;
mod emoji;
mod highlight;
mod html;
#[cfg(feature = "math")]
mod math;
#[cfg(not(feature = "math"))]
mod math {
    //! Formulas are shown as their source in builds without the feature.

    pub fn to_mathml(_tex: &str, _display: bool) -> Result<String, String> {
        Err("this build has no formulas".to_owned())
    }
}
mod nesting;
mod raw_html;
mod reference;
mod sanitize;
mod scan;
mod sentence;
mod slug;
#[cfg(feature = "mermaid")]
mod svg;
mod text;
mod traced;
mod url;
mod value;
#[cfg(feature = "mermaid")]
mod widths;

pub use blocks::blocks;
pub use html::to_html;
pub use scan::{scan, summary};
pub(crate) use url::is_safe as is_safe_url;
pub use value::{Definitions, Kind, Piece, Run, destinations, runs, shown};

/// The dialect of both walks: CommonMark with GFM, and formulas where they can be drawn. Left out on
/// purpose, because they change what people wrote for GitHub: smart punctuation (`--flag` would get a
/// dash), sub- and superscript, definition lists, heading attributes (a final `{…}` would vanish).
const OPTIONS: Options = {
    let gfm = Options::ENABLE_TABLES
        .union(Options::ENABLE_FOOTNOTES)
        .union(Options::ENABLE_STRIKETHROUGH)
        .union(Options::ENABLE_TASKLISTS)
        .union(Options::ENABLE_GFM);
    if cfg!(feature = "math") { gfm.union(Options::ENABLE_MATH) } else { gfm }
};

/// What a body contains. All offsets are bytes into the record's source text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// Headings in order, with GitHub's ids.
    pub headings: Vec<Heading>,
    /// Links, images and bare addresses in order, those of raw HTML too.
    pub links: Vec<Link>,
    /// Plain references in prose that may name a record: `ADR 12`, `[[12]]`.
    pub mentions: Vec<Mention>,
    /// Explicit ids in raw HTML (`<a name>`, `id=`), in order.
    pub anchors: Vec<String>,
    /// One paragraph of prose as plain text: of the summary's section if there is one, else the first.
    pub summary: Option<String>,
    /// Words of prose, for reading time.
    pub words: usize,
    /// Reference definitions in order: where each leads, and its byte range in the text.
    pub definitions: Vec<(String, Range<usize>)>,
    /// What is wrong with the markup itself.
    pub diagnostics: Vec<Diagnostic>,
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Plain text.
    pub text: String,
    /// Id by GitHub's rules, unique within the body; `{#id}` at the end of the heading sets it.
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
    /// The number as written (`0012`, `040a`, `046-01`), or what stands between the brackets of a wiki link.
    pub target: String,
    /// A wiki link that shows what it names: `![[picture.png]]`.
    pub is_embed: bool,
    /// The sentence it stands in, as plain text.
    pub sentence: String,
    /// Where it stands; its start names it in [`to_html`].
    pub span: Range<usize>,
}

/// A heading with the text up to the next one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// Id of the heading; empty for the text before the first one.
    pub anchor: String,
    /// Plain text of the heading.
    pub heading: String,
    /// Plain text below it, blocks parted by line feeds.
    pub text: String,
}

/// A body as HTML.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// Safe to put into a page as it is.
    pub html: String,
    /// The headings that are shown, nested by level.
    pub toc: Vec<TocEntry>,
    /// There are formulas.
    pub has_math: bool,
    /// There are diagrams.
    pub has_diagrams: bool,
    /// What could not be drawn.
    pub diagnostics: Vec<Diagnostic>,
}

/// A heading in the table of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TocEntry {
    /// 1 to 6.
    pub level: u8,
    /// The heading's id.
    pub id: String,
    /// Plain text.
    pub text: String,
    /// Headings below it.
    pub children: Vec<TocEntry>,
}

/// Where a link leads on the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Href {
    /// The address, not escaped. Schemes other than `http`, `https`, `mailto` and a few harmless ones are
    /// refused all the same.
    pub url: String,
    /// What is there.
    pub kind: HrefKind,
    /// Shown when pointing at it: title and state of a record, why a link is broken. The author's own
    /// title goes first.
    pub title: Option<String>,
}

/// What a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HrefKind {
    /// A record; its state is a class of the link.
    Record(State),
    /// Another place of the site: an anchor, an asset, a collection.
    Site,
    /// Another site.
    External,
    /// Nothing: shown as text with the reason.
    Broken,
}

/// How a body is written.
#[derive(Debug, Clone, Copy, Default)]
pub struct HtmlOptions<'a> {
    /// Blocks and lines within these byte ranges of the source are left out: the title, a preamble.
    pub leave_out: &'a [Range<usize>],
    /// Raw HTML goes through as it is.
    pub trusted_html: bool,
    /// The level of the topmost headings (2 below a page's own heading): every heading gets its depth in
    /// the outline, so that none is skipped. `None` leaves levels as written.
    pub top_level: Option<u8>,
}

/// The plain text of the body that starts at byte `from` and in which `scan` was found, by section; without
/// what lies in the byte ranges of `leave_out`. Total: any text gives sections, in linear time.
pub fn text(source: &SourceText, from: usize, scan: &Scan, leave_out: &[Range<usize>]) -> Vec<Section> {
    text::text(source, from, scan, leave_out)
}

/// The plain text of inline markdown, for titles and labels: `` Use `x` in [y](z) `` → `Use x in y`.
pub fn plain(markdown: &str) -> String {
    let mut text = String::new();
    for (event, _) in events(markdown) {
        match event {
            Event::Text(piece)
            | Event::Code(piece)
            | Event::InlineMath(piece)
            | Event::DisplayMath(piece) => {
                text.push_str(&piece);
            }
            Event::InlineHtml(tag) | Event::Html(tag) if !raw_html::is_markup(&tag) => text.push_str(&tag),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph | TagEnd::Item) => {
                text.push(' ');
            }
            _ => {}
        }
    }
    let mut collapsed = String::with_capacity(text.len());
    sentence::collapse(&text, &mut collapsed);
    collapsed
}

/// The events of a text, with `$…$` as text where GitHub sees no formula: `$HOME/$PATH`, `${A}/${B}`.
fn events(text: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    events_of(Parser::new_ext(text, OPTIONS), text)
}

fn events_of<'t>(parser: Parser<'t>, text: &'t str) -> impl Iterator<Item = (Event<'t>, Range<usize>)> {
    parser.into_offset_iter().map(|(event, range)| match event {
        Event::InlineMath(_) if !stands_apart(text, &range) => {
            (Event::Text(text.get(range.clone()).unwrap_or_default().into()), range)
        }
        other => (other, range),
    })
}

/// A formula has no word right before or behind it, and no brace: that begins the next variable of a shell.
fn stands_apart(text: &str, formula: &Range<usize>) -> bool {
    let before = text.get(..formula.start).and_then(|text| text.chars().next_back());
    let after = text.get(formula.end..).and_then(|text| text.chars().next());
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(|c| c.is_alphanumeric() || c == '{')
}

/// Id of a heading with this plain text: `{#id}` at its end sets it, else GitHub's rules do.
fn heading_id(slugger: &mut slug::Slugger, text: &str) -> String {
    match explicit_id(text) {
        Some((_, id)) => slugger.unique(id.to_owned()),
        None => slugger.id(text),
    }
}

/// What a heading shows: its text without `{#id}`.
fn shown_heading(text: &str) -> &str {
    explicit_id(text).map_or(text, |(shown, _)| shown)
}

/// Splits `Title {#id}`.
fn explicit_id(text: &str) -> Option<(&str, &str)> {
    let (shown, id) = text.trim_end().strip_suffix('}')?.rsplit_once("{#")?;
    let valid = !id.is_empty() && id.chars().all(|char| char.is_alphanumeric() || "-_.:".contains(char));
    (valid && !shown.trim().is_empty()).then(|| (shown.trim_end(), id))
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
