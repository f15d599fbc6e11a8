//! Writes a body as HTML. The block and inline markup is CommonMark's reference output; what we add
//! (heading anchors, link targets, footnotes, tables that scroll, alerts, drawn code) is added here.
//!
//! Two things keep the page safe. Whatever markdown makes is escaped and its addresses are checked as it
//! is written. Raw HTML goes through the allow-list of [`sanitize`], and because that would mangle our
//! own parts, they are *held* out of its way: a token stands for each until the end.

mod alert;
mod contents;
mod drawn;
mod footnote;
mod link;
mod raw;
mod table;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};
use pulldown_cmark_escape::{escape_href, escape_html, escape_html_body_text};

use super::raw_html::Quiet;
use super::sanitize::{self, HELD};
use super::traced::Traced;
use super::{Body, Href, HtmlOptions, Scan, TocEntry, events};
use crate::diagnostic::Diagnostic;
use crate::source::SourceText;

/// Containers and inline markup deeper than this are written without their tags: no author nests so
/// deep, and browsers give up at 512 elements.
const DEEPEST: usize = 100;

/// Writes the body that starts at byte `from` and in which `scan` was found. `target` is asked for every
/// link, image and mention of the scan by the start of its span; without an answer a link stays as written
/// and a mention text. Total: any text gives a page, in linear time.
pub fn to_html(
    source: &SourceText,
    from: usize,
    scan: &Scan,
    target: &dyn Fn(usize) -> Option<Href>,
    options: HtmlOptions<'_>,
) -> Body {
    let body = source.text.get(from..).unwrap_or_default();
    let mut writer = Writer::new(source, scan, target, options, body.len());
    for (event, range) in events(body) {
        writer.event(event, range.start + from..range.end + from);
    }
    writer.finish()
}

struct Writer<'a> {
    source: &'a SourceText,
    scan: &'a Scan,
    target: &'a dyn Fn(usize) -> Option<Href>,
    options: HtmlOptions<'a>,
    /// The last range that turned up on the way and is left out: a table of contents, an alert's title.
    left_out: Range<usize>,
    /// No further table of contents has an end.
    toc_unclosed: bool,
    out: String,
    /// Finished parts that the sanitiser must not see, by the number in their token.
    held: Vec<String>,
    /// Raw HTML was written: the sanitiser has to run.
    raw: bool,
    /// How each open tag ends; empty where its start was not written.
    open: Vec<&'static str>,
    /// A block that is left out: how deep we are in it and where the output stood before it.
    skip: Option<(usize, usize)>,
    /// Text since the last markup.
    run: Traced,
    /// What is open of raw HTML in which plain references mean nothing.
    quiet: Quiet,
    in_links: usize,
    /// Open images, innermost last, and the text of the outermost.
    images: Vec<link::Image>,
    alt: String,
    /// Where the heading being read starts in `out`, and its level.
    heading: Option<(usize, u8)>,
    /// Levels of the headings that enclose the current one.
    outline: Vec<u8>,
    toc: Vec<TocEntry>,
    /// Start of the last heading in `out` if it announces a table of contents.
    toc_heading: Option<usize>,
    code: Option<(CodeBlockKind<'a>, String)>,
    html: Option<Traced>,
    table: table::Table,
    tables: usize,
    diagrams: usize,
    footnotes: footnote::Footnotes,
    /// Elements of raw HTML that are open.
    raw_depth: usize,
    /// Ids that raw HTML may not use any more.
    raw_ids: BTreeSet<String>,
    has_math: bool,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Writer<'a> {
    fn new(
        source: &'a SourceText,
        scan: &'a Scan,
        target: &'a dyn Fn(usize) -> Option<Href>,
        options: HtmlOptions<'a>,
        len: usize,
    ) -> Writer<'a> {
        Writer {
            source,
            scan,
            target,
            options,
            left_out: 0..0,
            toc_unclosed: false,
            out: String::with_capacity(len + len / 2),
            held: Vec::new(),
            raw: false,
            open: Vec::new(),
            skip: None,
            run: Traced::default(),
            quiet: Quiet::default(),
            in_links: 0,
            images: Vec::new(),
            alt: String::new(),
            heading: None,
            outline: Vec::new(),
            toc: Vec::new(),
            toc_heading: None,
            code: None,
            html: None,
            table: table::Table::default(),
            tables: 0,
            diagrams: 0,
            footnotes: footnote::Footnotes::default(),
            raw_depth: 0,
            raw_ids: BTreeSet::new(),
            has_math: false,
            diagnostics: Vec::new(),
        }
    }

    fn event(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Start(tag) => return self.start(tag, range),
            Event::End(tag) => return self.end(tag, range),
            _ => {}
        }
        if self.is_left_out(&range) {
            return self.end_run();
        }
        match event {
            Event::Text(text) => match (&mut self.code, &mut self.html) {
                (Some((_, code)), _) => code.push_str(&text),
                (None, Some(html)) => html.push(&text, range.start),
                (None, None) => self.run.push(&text, range.start),
            },
            Event::SoftBreak => self.run.push("\n", range.start),
            Event::Html(html) => match &mut self.html {
                Some(block) => block.push(&html, range.start),
                None => self.raw_html(&html, |at| range.start + at),
            },
            inline => {
                self.end_run();
                if self.images.is_empty() {
                    self.inline(inline, range);
                } else {
                    self.inline_alt(inline);
                }
            }
        }
    }

    fn inline(&mut self, event: Event<'a>, range: Range<usize>) {
        match event {
            Event::Code(code) => {
                self.out.push_str("<code>");
                self.text(&code);
                self.out.push_str("</code>");
            }
            Event::InlineHtml(html) => self.raw_html(&html, |at| range.start + at),
            Event::InlineMath(tex) => self.math(&tex, range, false),
            Event::DisplayMath(tex) => self.math(&tex, range, true),
            Event::HardBreak => self.out.push_str("<br />\n"),
            Event::Rule => {
                self.fresh_line();
                self.out.push_str("<hr />\n");
            }
            Event::FootnoteReference(name) => self.footnote_reference(&name),
            Event::TaskListMarker(done) => {
                let (checked, label) = if done { (" checked=\"\"", "done") } else { ("", "to do") };
                self.hold(format!(
                    "<input type=\"checkbox\" disabled=\"\"{checked} aria-label=\"{label}\" />"
                ));
                self.out.push('\n');
            }
            Event::Start(_) | Event::End(_) | Event::Text(_) | Event::SoftBreak | Event::Html(_) => {}
        }
    }

    /// What inline markup adds to the text of an image.
    fn inline_alt(&mut self, event: Event<'a>) {
        match event {
            Event::Code(text) | Event::InlineHtml(text) => self.alt.push_str(&text),
            Event::InlineMath(tex) | Event::DisplayMath(tex) => {
                let _ = write!(self.alt, "${tex}$");
            }
            Event::HardBreak => self.alt.push(' '),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'a>, range: Range<usize>) {
        self.end_run();
        if let Some((depth, _)) = &mut self.skip {
            *depth += 1;
        } else if self.is_left_out(&range) || self.is_toc_paragraph(&tag, &range) {
            self.skip = Some((1, self.out.len()));
        }
        if is_block(&tag) {
            self.quiet.clear();
        }
        // What has to be gathered is gathered however deep it stands.
        let end = match tag {
            Tag::Image { dest_url, title, .. } => {
                self.start_image(dest_url.into_string(), title.into_string(), range.start);
                ""
            }
            Tag::Link { link_type, dest_url, title, .. } => {
                self.in_links += 1;
                if self.images.is_empty() {
                    self.start_link(link_type, &dest_url, &title, range.start)
                } else {
                    ""
                }
            }
            Tag::CodeBlock(kind) => {
                self.code = Some((kind, String::new()));
                ""
            }
            Tag::HtmlBlock => {
                self.html = Some(Traced::default());
                ""
            }
            Tag::FootnoteDefinition(name) => {
                self.start_footnote(name.into_string());
                ""
            }
            Tag::Heading { level, .. } => {
                self.fresh_line();
                self.heading = Some((self.out.len(), level as u8));
                ""
            }
            _ if self.open.len() >= DEEPEST || !self.images.is_empty() => "",
            tag => self.start_plain(tag, &range),
        };
        self.open.push(end);
    }

    /// Writes the start of a tag and returns its end.
    fn start_plain(&mut self, tag: Tag<'a>, range: &Range<usize>) -> &'static str {
        match tag {
            Tag::Paragraph => self.block("<p>", "</p>\n"),
            Tag::BlockQuote(kind) => self.start_quote(kind, range),
            Tag::List(None) => self.block("<ul>\n", "</ul>\n"),
            Tag::List(Some(1)) => self.block("<ol>\n", "</ol>\n"),
            Tag::List(Some(first)) => self.block(&format!("<ol start=\"{first}\">\n"), "</ol>\n"),
            Tag::Item => self.block("<li>", "</li>\n"),
            Tag::Emphasis => self.markup("<em>", "</em>"),
            Tag::Strong => self.markup("<strong>", "</strong>"),
            Tag::Strikethrough => self.markup("<del>", "</del>"),
            Tag::Table(alignments) => self.start_table(alignments),
            Tag::TableHead => self.start_row(true),
            Tag::TableRow => self.start_row(false),
            Tag::TableCell => self.start_cell(),
            _ => "",
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        self.end_run();
        let end = self.open.pop().unwrap_or_default();
        match tag {
            TagEnd::Image => self.end_image(),
            TagEnd::CodeBlock => self.end_code_block(&range),
            TagEnd::HtmlBlock => self.end_html_block(&range),
            TagEnd::Heading(_) => self.end_heading(&range),
            TagEnd::FootnoteDefinition => self.end_footnote(),
            TagEnd::Paragraph if self.out.ends_with("<p>") => self.out.truncate(self.out.len() - "<p>".len()),
            TagEnd::TableCell if !end.is_empty() => self.end_cell(end),
            TagEnd::Link => {
                self.in_links = self.in_links.saturating_sub(1);
                self.out.push_str(end);
            }
            _ => self.out.push_str(end),
        }
        if is_block_end(tag) {
            self.quiet.clear();
        }
        if let Some((depth, len)) = &mut self.skip {
            *depth -= 1;
            if *depth == 0 {
                self.out.truncate(*len);
                self.skip = None;
            }
        }
    }

    // Pieces of output.

    /// A block starts on a line of its own.
    fn block(&mut self, start: &str, end: &'static str) -> &'static str {
        self.fresh_line();
        self.markup(start, end)
    }

    fn markup(&mut self, start: &str, end: &'static str) -> &'static str {
        self.out.push_str(start);
        end
    }

    fn fresh_line(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn text(&mut self, text: &str) {
        let _ = escape_html_body_text(&mut self.out, &sanitize::unmarked(text));
    }

    /// ` name="value"`, or nothing for an empty value.
    fn attribute(&mut self, name: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        let _ = write!(self.out, " {name}=\"");
        let _ = escape_html(&mut self.out, &sanitize::unmarked(value));
        self.out.push('"');
    }

    fn address(&mut self, name: &str, url: &str) {
        let _ = write!(self.out, " {name}=\"");
        let _ = escape_href(&mut self.out, &sanitize::unmarked(url));
        self.out.push('"');
    }

    /// Puts a finished part out of the sanitiser's way.
    fn hold(&mut self, html: String) {
        let _ = write!(self.out, "{HELD}{}{HELD}", self.held.len());
        self.held.push(sanitize::unmarked(&html).into_owned());
    }

    fn finish(mut self) -> Body {
        self.end_run();
        self.footnotes_section();
        self.diagnostics.sort_by_key(|problem| problem.place.span.start);
        let html = if self.raw { sanitize::clean(&self.out) } else { self.out };
        Body {
            html: sanitize::fill(&html, self.held),
            toc: contents::nest(self.toc),
            has_math: self.has_math,
            has_diagrams: self.diagrams > 0,
            diagnostics: self.diagnostics,
        }
    }
}

fn is_block(tag: &Tag<'_>) -> bool {
    is_block_end(tag.to_end())
}

fn is_block_end(tag: TagEnd) -> bool {
    !matches!(tag, TagEnd::Link | TagEnd::Image | TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough)
}
