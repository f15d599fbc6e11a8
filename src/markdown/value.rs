//! Short texts of the metadata as a renderer shows them: their words, and their links.

use std::collections::HashMap;
use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::{OPTIONS, raw_html};

/// The events of a short text. `is_defined` says for which labels a definition stands elsewhere; the address of
/// a link to one is its label, in brackets.
fn events<'a>(
    markdown: &'a str,
    is_defined: impl Fn(&str) -> bool,
) -> impl Iterator<Item = (Event<'a>, Range<usize>)> {
    let link = move |link: pulldown_cmark::BrokenLink<'_>| {
        is_defined(&link.reference).then(|| (format!("[{}]", link.reference).into(), "".into()))
    };
    Parser::new_with_broken_link_callback(markdown, OPTIONS, Some(link)).into_offset_iter()
}

/// Addresses of reference definitions by label, in lower case.
pub type Definitions = HashMap<String, String>;

/// The reference definitions of a body.
pub fn destinations(body: &str) -> Definitions {
    let parser = Parser::new_ext(body, OPTIONS);
    let read = parser.reference_definitions().iter();
    read.map(|(label, definition)| (label.to_lowercase(), definition.dest.to_string())).collect()
}

/// The text of raw HTML, a space for each tag.
fn html_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        match tag
            .split_once('>')
            .filter(|_| tag.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)))
        {
            Some((_, after)) => {
                text.push(' ');
                rest = after;
            }
            None => {
                text.push('<');
                rest = tag;
            }
        }
    }
    raw_html::decode(&(text + rest)).into()
}

/// A piece of what a renderer shows.
#[derive(Debug)]
pub struct Piece {
    /// Its text.
    pub text: String,
    /// Where it stands.
    pub span: Range<usize>,
    /// What it is.
    pub kind: Kind,
}

impl Piece {
    /// False for the ends of blocks, which only part words.
    pub fn shows_something(&self) -> bool {
        matches!(self.kind, Kind::Image | Kind::Body) || !self.text.trim().is_empty()
    }
}

/// What a piece is.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Kind {
    /// Words of a block.
    Words,
    /// A line of code.
    Code,
    /// An image, or a piece of its text.
    Image,
    /// What only the body can show: a footnote's mark, a formula.
    Body,
}

/// What a renderer shows of a text that begins at byte `from` of its file.
pub fn shown(text: &str, from: usize, definitions: &Definitions) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut in_code = false;
    let mut image: Option<Range<usize>> = None;
    for (event, range) in events(text, |label| definitions.contains_key(&label.to_lowercase())) {
        // Where a block begins or ends, nothing is shown but a gap.
        let range = match event {
            Event::Start(Tag::Image { .. }) => range,
            Event::Start(_) => range.start..range.start,
            Event::End(_) => range.end..range.end,
            _ => range,
        };
        let span = range.start + from..range.end + from;
        let kind = if in_code { Kind::Code } else { Kind::Words };
        let (text, kind) = match event {
            Event::Text(text) | Event::Code(text) => (text.into_string(), kind),
            Event::Html(html) | Event::InlineHtml(html) => (html_text(&html), kind),
            Event::FootnoteReference(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {
                (String::new(), Kind::Body)
            }
            Event::Start(Tag::CodeBlock(_)) => {
                in_code = true;
                continue;
            }
            Event::End(TagEnd::CodeBlock) => {
                in_code = false;
                continue;
            }
            Event::Start(Tag::Image { .. }) => {
                image.get_or_insert(span.clone());
                (String::new(), Kind::Image)
            }
            Event::End(TagEnd::Image) => {
                image = None;
                continue;
            }
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. })
            | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link) => {
                continue;
            }
            _ => (" ".to_owned(), kind),
        };
        pieces.push(Piece { text, span: image.clone().unwrap_or(span), kind });
    }
    pieces
}

/// A run of words, in a link or outside.
#[derive(Debug)]
pub struct Run {
    /// Its words.
    pub text: String,
    /// Where it leads, as written.
    pub destination: Option<String>,
}

/// The words of a value, in runs with and without a link.
pub fn runs(value: &str, definitions: &Definitions) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut in_link = false;
    for (event, _) in events(value, |label| definitions.contains_key(&label.to_lowercase())) {
        let text = match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                in_link = true;
                let label = dest_url.strip_prefix('[').and_then(|label| label.strip_suffix(']'));
                let defined = label.and_then(|label| definitions.get(&label.to_lowercase()));
                let destination = defined.map_or_else(|| dest_url.to_string(), Clone::clone);
                runs.push(Run { text: String::new(), destination: Some(destination) });
                continue;
            }
            Event::End(TagEnd::Link) => {
                in_link = false;
                continue;
            }
            Event::Text(text) | Event::Code(text) => text.into_string(),
            Event::Html(html) | Event::InlineHtml(html) => html_text(&html).trim().to_owned(),
            Event::InlineMath(tex) | Event::DisplayMath(tex) => format!("${tex}$"),
            Event::FootnoteReference(name) => format!("[^{name}]"),
            Event::SoftBreak
            | Event::HardBreak
            | Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_) | TagEnd::CodeBlock) => {
                " ".to_owned()
            }
            _ => continue,
        };
        match runs.last_mut().filter(|last| in_link || last.destination.is_none()) {
            Some(last) => last.text.push_str(&text),
            None => runs.push(Run { text, destination: None }),
        }
    }
    runs
}
