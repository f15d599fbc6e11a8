//! Writes a body as HTML. The block and inline markup is CommonMark's reference output; what we add
//! (heading anchors, link targets, footnotes, tables that scroll, alerts, drawn code) is added here.
//!
//! Two things keep the page safe. Whatever markdown makes is escaped and its addresses are checked as it
//! is written. Raw HTML goes through the allow-list of [`sanitize`], and because that would mangle our
//! own parts, they are *held* out of its way: a token stands for each until the end.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::ops::Range;

use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, Event, LinkType, Parser, Tag, TagEnd};
use pulldown_cmark_escape::{escape_href, escape_html, escape_html_body_text};

use super::raw_html::{self, RawTag};
use super::reference::{self, Kind};
use super::sanitize::{self, HELD, OURS};
use super::traced::Traced;
use super::{Body, Href, HrefKind, HtmlOptions, OPTIONS, Scan, TocEntry, plain, shown_heading, url};
use super::{diagram, highlight, math};
use crate::diagnostic::{self, Diagnostic};
use crate::source::SourceText;

/// Containers and inline markup deeper than this are written without their tags: no author nests so
/// deep, and browsers give up at 512 elements.
const DEEPEST: usize = 100;

/// Elements of raw HTML nested deeper than this are shown as text.
const DEEPEST_RAW: usize = 250;

/// Paragraphs that other tools replace by a table of contents; ours stands beside the text.
const TOC_PARAGRAPHS: [&str; 6] = ["[TOC]", "[[TOC]]", "[[_TOC_]]", "{{TOC}}", "${toc}", "{:toc}"];

/// What a comment says that starts a generated table of contents, and what ends it.
const TOC_COMMENTS: [(&str, &[&str]); 3] = [
    (
        "toc",
        &["<!-- /toc", "<!-- /TOC", "<!-- tocstop", "<!--/toc", "<!--/TOC", "<!-- endtoc", "<!-- END toc"],
    ),
    ("START doctoc", &["<!-- END doctoc"]),
    ("TOC start", &["<!-- TOC end"]),
];

/// Titles of a heading over a table of contents.
const TOC_TITLES: [&str; 3] = ["contents", "table of contents", "toc"];

/// Alert kinds: the word in the source, the class, the title shown. The first five are GitHub's.
const ALERTS: [(&str, &str, &str); 12] = [
    ("note", "note", "Note"),
    ("tip", "tip", "Tip"),
    ("important", "important", "Important"),
    ("warning", "warning", "Warning"),
    ("caution", "caution", "Caution"),
    ("info", "note", "Info"),
    ("hint", "tip", "Hint"),
    ("success", "tip", "Success"),
    ("question", "important", "Question"),
    ("attention", "warning", "Attention"),
    ("danger", "caution", "Danger"),
    ("error", "caution", "Error"),
];

/// Writes the body that starts at byte `from`; `scan` is what [`super::scan`] found in it.
pub fn to_html(
    source: &SourceText,
    from: usize,
    scan: &Scan,
    target: &dyn Fn(usize) -> Option<Href>,
    options: HtmlOptions<'_>,
) -> Body {
    let body = source.text.get(from..).unwrap_or_default();
    let mut writer = Writer::new(source, scan, target, options, body.len());
    for (event, range) in Parser::new_ext(body, OPTIONS).into_offset_iter() {
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
    /// Open raw `<a>`, `<code>` and `<kbd>`, in which plain references mean nothing.
    quiet: usize,
    in_links: usize,
    /// Open images, innermost last, and the text of the outermost.
    images: Vec<Image>,
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
    table: Table,
    tables: usize,
    diagrams: usize,
    footnotes: Footnotes,
    /// Elements of raw HTML that are open.
    raw_depth: usize,
    /// Ids of raw HTML that were written already.
    raw_ids: BTreeSet<String>,
    has_math: bool,
    diagnostics: Vec<Diagnostic>,
}

struct Image {
    url: String,
    title: String,
    start: usize,
}

#[derive(Default)]
struct Table {
    alignments: Vec<Alignment>,
    head: bool,
    column: usize,
    /// Where the current cell starts in the output, and its content.
    cell: usize,
    content: usize,
}

#[derive(Default)]
struct Footnotes {
    /// Names in the order of their first reference, with the number of references.
    order: Vec<(String, usize)>,
    /// Name → index in `order`.
    numbers: BTreeMap<String, usize>,
    /// Finished definitions and where they stand.
    texts: BTreeMap<String, (String, Range<usize>)>,
    /// Output set aside while a definition is written.
    outer: Vec<(String, String)>,
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
            quiet: 0,
            in_links: 0,
            images: Vec::new(),
            alt: String::new(),
            heading: None,
            outline: Vec::new(),
            toc: Vec::new(),
            toc_heading: None,
            code: None,
            html: None,
            table: Table::default(),
            tables: 0,
            diagrams: 0,
            footnotes: Footnotes::default(),
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
            self.quiet = 0;
        }
        // What has to be gathered is gathered however deep it stands.
        let end = match tag {
            Tag::Image { dest_url, title, .. } => {
                if self.images.is_empty() {
                    self.alt.clear();
                }
                let (url, title) = (dest_url.into_string(), title.into_string());
                self.images.push(Image { url, title, start: range.start });
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
                let outer = std::mem::take(&mut self.out);
                self.footnotes.outer.push((name.into_string(), outer));
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
            Tag::Table(alignments) => {
                self.tables += 1;
                self.table = Table { alignments, ..Table::default() };
                let label = self.tables;
                self.markup(
                    &format!(
                        "<div class=\"{OURS}table-scroll\" tabindex=\"{OURS}0\" role=\"{OURS}region\" \
                         aria-label=\"{OURS}Table {label}\"><table>"
                    ),
                    "</tbody></table></div>\n",
                )
            }
            Tag::TableHead => {
                (self.table.head, self.table.column) = (true, 0);
                self.markup("<thead><tr>", "</tr></thead><tbody>\n")
            }
            Tag::TableRow => {
                (self.table.head, self.table.column) = (false, 0);
                self.markup("<tr>", "</tr>\n")
            }
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
            TagEnd::FootnoteDefinition => {
                if let Some((name, outer)) = self.footnotes.outer.pop() {
                    let text = std::mem::replace(&mut self.out, outer);
                    self.footnotes.texts.entry(name).or_insert((text, range));
                }
            }
            TagEnd::Paragraph if self.out.ends_with("<p>") => self.out.truncate(self.out.len() - "<p>".len()),
            TagEnd::TableCell if !end.is_empty() => self.end_cell(end),
            TagEnd::Link => {
                self.in_links = self.in_links.saturating_sub(1);
                self.out.push_str(end);
            }
            _ => self.out.push_str(end),
        }
        if is_block_end(tag) {
            self.quiet = 0;
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

    // What is left out.

    fn is_left_out(&self, range: &Range<usize>) -> bool {
        std::iter::once(&self.left_out).chain(self.options.leave_out).any(|left| {
            left.start <= range.start && range.start < left.end && {
                let text = self.source.text.get(range.clone()).unwrap_or_default();
                range.start + text.trim_end().len() <= left.end
            }
        })
    }

    fn is_toc_paragraph(&self, tag: &Tag<'_>, range: &Range<usize>) -> bool {
        matches!(tag, Tag::Paragraph)
            && self
                .source
                .text
                .get(range.clone())
                .is_some_and(|text| TOC_PARAGRAPHS.iter().any(|toc| text.trim().eq_ignore_ascii_case(toc)))
    }

    /// A comment may start a generated table of contents: it is left out up to the comment that ends it.
    fn leave_out_toc(&mut self, comment: &str, range: &Range<usize>) {
        if self.toc_unclosed {
            return;
        }
        let Some(words) = comment.trim().strip_prefix("<!--").map(str::trim_start) else { return };
        let Some((_, ends)) = TOC_COMMENTS.iter().find(|(start, _)| {
            words.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start))
                && !words[start.len()..].starts_with(char::is_alphanumeric)
        }) else {
            return;
        };
        let rest = self.source.text.get(range.start..).unwrap_or_default();
        match ends.iter().filter_map(|end| rest.find(end)).min() {
            Some(end) => self.left_out = range.start..range.start + end,
            None => self.toc_unclosed = true,
        }
        if let Some(start) = self.toc_heading.take() {
            let follows = self.out.get(start..).is_some_and(|out| out.trim_end().ends_with(HEADING_END));
            if follows && self.skip.is_none() {
                self.out.truncate(start);
                self.toc.pop();
            }
        }
    }

    // Inline parts.

    fn end_run(&mut self) {
        if self.run.len() == 0 {
            return;
        }
        let run = std::mem::take(&mut self.run);
        if !self.images.is_empty() {
            self.alt.push_str(run.text());
        } else if self.quiet > 0 || self.in_links > 0 {
            self.text(run.text());
        } else {
            let mut written = 0;
            for found in reference::find(run.text()) {
                let start = run.source(found.range.start);
                let text = &run.text()[found.range.clone()];
                let shown = match &found.kind {
                    Kind::Mention { prefix, target, shown } if prefix.is_empty() => {
                        &run.text()[shown.clone().unwrap_or_else(|| target.clone())]
                    }
                    _ => text,
                };
                let href = match (found.kind, (self.target)(start)) {
                    (_, Some(href)) => href,
                    (Kind::Address { scheme }, None) => external(format!("{scheme}{text}")),
                    (Kind::Mention { .. }, None) => continue,
                };
                self.text(&run.text()[written..found.range.start]);
                let end = self.anchor(&href, "");
                self.text(shown);
                self.out.push_str(end);
                written = found.range.end;
            }
            self.text(&run.text()[written..]);
        }
        self.run = run;
        self.run.clear();
    }

    fn start_link(&mut self, kind: LinkType, url: &str, title: &str, start: usize) -> &'static str {
        let trusted = self.options.trusted_html;
        if kind == LinkType::Autolink && !trusted && !url::is_safe(url) {
            // `<Foo::Bar>` is an autolink to CommonMark and a type to its author.
            return self.markup("&lt;", "&gt;");
        }
        let written = if kind == LinkType::Email { format!("mailto:{url}") } else { url.to_owned() };
        let href = (self.target)(start).unwrap_or_else(|| external(written));
        self.anchor(&href, title)
    }

    /// Writes the start of a link and returns its end.
    fn anchor(&mut self, href: &Href, title: &str) -> &'static str {
        let trusted = self.options.trusted_html;
        let hint = href.title.as_deref().unwrap_or_default();
        let title = match (title, hint) {
            ("", only) | (only, "") => only.to_owned(),
            (own, hint) => format!("{own} · {hint}"),
        };
        if href.kind == HrefKind::Broken || !(trusted || url::is_safe(&href.url)) {
            let _ = write!(self.out, "<span class=\"{OURS}broken-link\"");
            self.attribute("title", if title.is_empty() { "address not allowed" } else { &title });
            self.out.push('>');
            return "</span>";
        }
        self.out.push_str("<a");
        self.address("href", &href.url);
        let class = link_class(href.kind);
        if !class.is_empty() {
            let _ = write!(self.out, " class=\"{OURS}{class}\"");
        }
        if href.kind == HrefKind::External && (url::scheme(&href.url).is_some() || href.url.starts_with("//"))
        {
            self.out.push_str(" rel=\"noopener\"");
        }
        self.attribute("title", &title);
        self.out.push('>');
        "</a>"
    }

    fn end_image(&mut self) {
        let Some(image) = self.images.pop() else { return };
        if !self.images.is_empty() {
            return;
        }
        let alt = std::mem::take(&mut self.alt);
        let href = (self.target)(image.start).unwrap_or_else(|| external(image.url));
        if href.kind == HrefKind::Broken || !(self.options.trusted_html || url::is_safe(&href.url)) {
            let end = self.anchor(&Href { kind: HrefKind::Broken, ..href }, &image.title);
            self.text(&alt);
            self.out.push_str(end);
        } else {
            self.out.push_str("<img");
            self.address("src", &href.url);
            self.out.push_str(" alt=\"");
            let _ = escape_html(&mut self.out, &sanitize::unmarked(&alt));
            self.out.push('"');
            self.attribute("title", &image.title);
            self.out.push_str(" />");
        }
        self.alt = alt;
    }

    fn footnote_reference(&mut self, name: &str) {
        let next = self.footnotes.order.len();
        let index = *self.footnotes.numbers.entry(name.to_owned()).or_insert(next);
        if index == next {
            self.footnotes.order.push((name.to_owned(), 0));
        }
        let Some((_, references)) = self.footnotes.order.get_mut(index) else { return };
        *references += 1;
        let (number, nth) = (index + 1, *references);
        let _ = write!(
            self.out,
            "<sup class=\"{OURS}footnote-ref\"><a id=\"{OURS}{}\" href=\"#{}\" role=\"{OURS}doc-noteref\" \
             aria-label=\"{OURS}Footnote {number}\">{number}</a></sup>",
            reference_id(number, nth),
            footnote_id(number),
        );
    }

    fn math(&mut self, tex: &str, range: Range<usize>, display: bool) {
        let source = self.source.text.get(range.clone()).unwrap_or_default();
        let before = self.source.text.get(..range.start).and_then(|text| text.chars().next_back());
        let after = self.source.text.get(range.end..).and_then(|text| text.chars().next());
        let joined = |char: Option<char>| char.is_some_and(char::is_alphanumeric);
        if !display && (joined(before) || joined(after)) {
            // `$HOME/$USER`: GitHub wants a boundary on both sides, and so do we.
            return self.text(source);
        }
        // GitHub's other spelling: $`a`$.
        let tex = tex.strip_prefix('`').and_then(|tex| tex.strip_suffix('`')).unwrap_or(tex);
        match math::to_mathml(tex, display) {
            Ok(mathml) => {
                self.has_math = true;
                let _ = write!(
                    self.out,
                    "<span class=\"{OURS}{}\">",
                    if display { "math-display" } else { "math" }
                );
                self.hold(mathml);
                self.out.push_str("</span>");
            }
            Err(problem) => {
                self.diagnostics.push(diagnostic::bad_formula(self.source, range, &problem));
                self.out.push_str("<code>");
                self.text(source);
                self.out.push_str("</code>");
            }
        }
    }

    // Block parts.

    fn end_heading(&mut self, range: &Range<usize>) {
        let Some((at, level)) = self.heading.take() else { return };
        let headings = &self.scan.headings;
        let Ok(index) = headings.binary_search_by(|heading| heading.span.start.cmp(&range.start)) else {
            return;
        };
        let heading = &headings[index];
        let written = self.written_level(level);
        let mut start = format!("<h{written} id=\"{OURS}");
        let _ = escape_html(&mut start, &heading.id);
        start.push_str("\">");
        if let Some(shown) = self.out.get(at..).map(shown_heading).map(str::len) {
            self.out.truncate(at + shown);
        }
        self.out.insert_str(at, &start);
        let mut anchor = String::from("<a class=\"anchor\" aria-hidden=\"true\" tabindex=\"-1\" href=\"#");
        let _ = escape_href(&mut anchor, &heading.id);
        anchor.push_str("\">#</a>");
        self.hold(anchor);
        let _ = writeln!(self.out, "</h{written}>");
        if self.skip.is_none() && self.footnotes.outer.is_empty() {
            let (id, text) = (heading.id.clone(), heading.text.clone());
            let titles_toc =
                TOC_TITLES.iter().any(|title| text.trim_end_matches(':').eq_ignore_ascii_case(title));
            self.toc_heading = titles_toc.then_some(at);
            self.toc.push(TocEntry { level: written, id, text, children: Vec::new() });
        }
    }

    /// The level a heading gets: as written, or its depth in the outline below the page's own heading.
    fn written_level(&mut self, level: u8) -> u8 {
        let Some(top) = self.options.top_level else { return level };
        if self.skip.is_some() {
            return level;
        }
        while self.outline.last().is_some_and(|open| *open >= level) {
            self.outline.pop();
        }
        let depth = u8::try_from(self.outline.len()).unwrap_or(u8::MAX);
        self.outline.push(level);
        top.saturating_add(depth).clamp(1, 6)
    }

    fn start_quote(&mut self, kind: Option<BlockQuoteKind>, range: &Range<usize>) -> &'static str {
        let plain_kind = match kind {
            Some(BlockQuoteKind::Note) => "note",
            Some(BlockQuoteKind::Tip) => "tip",
            Some(BlockQuoteKind::Important) => "important",
            Some(BlockQuoteKind::Warning) => "warning",
            Some(BlockQuoteKind::Caution) => "caution",
            None => "",
        };
        let (class, title) = if plain_kind.is_empty() {
            let Some((class, title, line)) = self.titled_alert(range) else {
                return self.block("<blockquote>\n", "</blockquote>\n");
            };
            self.left_out = line;
            (class, title)
        } else {
            let title =
                ALERTS.iter().find(|(word, ..)| *word == plain_kind).map_or("", |(_, _, title)| title);
            (plain_kind, title.to_owned())
        };
        self.fresh_line();
        let _ =
            write!(self.out, "<div class=\"{OURS}alert alert-{class}\">\n<p class=\"{OURS}alert-title\">");
        self.text(&title);
        self.out.push_str("</p>\n");
        "</div>\n"
    }

    /// `> [!WARNING] Mind the gap`: class, title and the line it stands on.
    fn titled_alert(&self, range: &Range<usize>) -> Option<(&'static str, String, Range<usize>)> {
        let quote = self.source.text.get(range.clone())?;
        let line = quote.lines().next()?;
        let marker = line.trim_start().strip_prefix('>')?.trim_start();
        let (word, title) = marker.strip_prefix("[!")?.split_once(']')?;
        let (_, class, default) =
            ALERTS.iter().find(|(known, ..)| known.eq_ignore_ascii_case(word.trim()))?;
        let title = plain(title.trim_start_matches(['+', '-']));
        let start = range.start + (line.len() - marker.len());
        let title = if title.is_empty() { (*default).to_owned() } else { title };
        Some((class, title, start..range.start + line.len() + 1))
    }

    fn start_cell(&mut self) -> &'static str {
        let align = match self.table.alignments.get(self.table.column) {
            Some(Alignment::Left) => "left",
            Some(Alignment::Center) => "center",
            Some(Alignment::Right) => "right",
            _ => "",
        };
        self.table.cell = self.out.len();
        self.out.push_str(if self.table.head { "<th" } else { "<td" });
        if !align.is_empty() {
            let _ = write!(self.out, " class=\"{OURS}align-{align}\"");
        }
        self.out.push('>');
        self.table.content = self.out.len();
        if self.table.head { "</th>" } else { "</td>" }
    }

    fn end_cell(&mut self, end: &str) {
        self.table.column += 1;
        if self.table.head && self.out.len() == self.table.content {
            // An empty heading is none.
            self.out.replace_range(self.table.cell..self.table.cell + "<th".len(), "<td");
            self.out.push_str("</td>");
        } else {
            self.out.push_str(end);
        }
    }

    fn end_code_block(&mut self, range: &Range<usize>) {
        let Some((kind, code)) = self.code.take() else { return };
        self.fresh_line();
        let info = match &kind {
            CodeBlockKind::Fenced(info) => info.as_ref(),
            CodeBlockKind::Indented => "",
        };
        let language = highlight::language(info);
        let drawn = match language.as_str() {
            "mermaid" => self.diagram(&code, range),
            "math" => self.display_math(&code, range),
            _ => false,
        };
        if !drawn {
            let _ = write!(self.out, "<pre tabindex=\"{OURS}0\">");
            let mut html = String::with_capacity(code.len() * 2 + 64);
            html.push_str("<code");
            if !language.is_empty() {
                html.push_str(" class=\"language-");
                let _ = escape_html(&mut html, &language);
                html.push('"');
            }
            html.push('>');
            highlight::highlight(&language, &code, &mut html);
            html.push_str("</code>");
            self.hold(html);
            self.out.push_str("</pre>\n");
        }
    }

    fn diagram(&mut self, code: &str, range: &Range<usize>) -> bool {
        match diagram::to_svg(code, self.diagrams + 1) {
            Ok(svg) => {
                self.diagrams += 1;
                let _ = write!(self.out, "<figure class=\"{OURS}diagram\" tabindex=\"{OURS}0\">");
                let mut drawn = svg;
                drawn.push_str("<details class=\"diagram-source\"><summary>Source of the diagram</summary><pre tabindex=\"0\"><code>");
                let _ = escape_html_body_text(&mut drawn, code);
                drawn.push_str("</code></pre></details>");
                self.hold(drawn);
                self.out.push_str("</figure>\n");
                true
            }
            Err(problem) => {
                self.diagnostics.push(diagnostic::bad_diagram(self.source, range.clone(), &problem));
                false
            }
        }
    }

    fn display_math(&mut self, tex: &str, range: &Range<usize>) -> bool {
        match math::to_mathml(tex, true) {
            Ok(mathml) => {
                self.has_math = true;
                let _ = write!(self.out, "<div class=\"{OURS}math-display\">");
                self.hold(mathml);
                self.out.push_str("</div>\n");
                true
            }
            Err(problem) => {
                self.diagnostics.push(diagnostic::bad_formula(self.source, range.clone(), &problem));
                false
            }
        }
    }

    // Raw HTML.

    fn end_html_block(&mut self, range: &Range<usize>) {
        let Some(html) = self.html.take() else { return };
        self.leave_out_toc(html.text(), range);
        let before = self.out.len();
        self.raw_html(html.text(), |at| html.source(at));
        if self.out.get(before..).is_some_and(|written| written.trim().is_empty()) {
            // It was a comment.
            self.out.truncate(before);
        }
    }

    fn raw_html(&mut self, html: &str, source: impl Fn(usize) -> usize) {
        let mut written = 0;
        for tag in raw_html::tags(html) {
            self.raw_text(&html[written..tag.range.start]);
            let start = source(tag.range.start);
            let rest = self.source.text.get(start + tag.range.len()..).unwrap_or_default();
            let prose = raw_html::is_prose(html, &tag, rest);
            if !prose && (tag.is(html, "a") || tag.is(html, "code") || tag.is(html, "kbd")) {
                self.quiet = if tag.closing { self.quiet.saturating_sub(1) } else { self.quiet + 1 };
            }
            if self.options.trusted_html {
                self.trusted_tag(html, &tag, start);
            } else if prose {
                self.text(&html[tag.range.clone()]);
            } else {
                self.raw_tag(html, &tag, start);
            }
            written = tag.range.end;
        }
        self.raw_text(&html[written..]);
    }

    /// Raw HTML between tags, without its comments.
    fn raw_text(&mut self, html: &str) {
        if self.options.trusted_html {
            return self.out.push_str(&sanitize::unmarked_html(html));
        }
        let mut rest = html;
        while let Some(start) = rest.find("<!--") {
            self.raw_piece(&rest[..start]);
            rest = rest[start..].find("-->").map_or("", |end| &rest[start + end + 3..]);
        }
        self.raw_piece(rest);
    }

    fn raw_piece(&mut self, html: &str) {
        self.raw |= !html.trim().is_empty();
        self.out.push_str(&sanitize::unmarked_html(html));
    }

    /// A tag that goes through as it is, but for where it leads.
    fn trusted_tag(&mut self, html: &str, tag: &RawTag, start: usize) {
        let range = tag.range.clone();
        let link = if tag.is(html, "a") { tag.attribute(html, "href") } else { None };
        let link = if tag.is(html, "img") { tag.attribute(html, "src") } else { link };
        let href = link.and_then(|_| (self.target)(start)).filter(|href| href.kind != HrefKind::Broken);
        let (Some(link), Some(href)) = (link, href) else {
            return self.out.push_str(&sanitize::unmarked_html(&html[range]));
        };
        self.out.push_str(&sanitize::unmarked_html(html[range.start..link.range.start].trim_end()));
        self.address(&html[link.name.clone()], &href.url);
        self.out.push_str(&sanitize::unmarked_html(&html[link.range.end..range.end]));
    }

    fn raw_tag(&mut self, html: &str, tag: &RawTag, start: usize) {
        let name = &html[tag.name.clone()];
        let too_deep = self.raw_depth >= DEEPEST_RAW && !tag.closing && raw_html::nests(name);
        if too_deep || sanitize::is_disallowed(name) {
            return self.text(&html[tag.range.clone()]);
        }
        self.raw = true;
        if tag.closing {
            self.raw_depth = self.raw_depth.saturating_sub(usize::from(raw_html::nests(name)));
            let _ = write!(self.out, "</{name}>");
            return;
        }
        if tag.is(html, "img") && self.raw_broken_image(html, tag, start) {
            return;
        }
        self.raw_depth += usize::from(raw_html::nests(name));
        let _ = write!(self.out, "<{name}");
        let link = if tag.is(html, "a") { "href" } else { "src" };
        let mut align = String::new();
        let mut classes = String::new();
        for attribute in &tag.attributes {
            let key = html[attribute.name.clone()].to_ascii_lowercase();
            let value = raw_html::decode(&html[attribute.value.clone()]);
            match key.as_str() {
                "href" | "src" if key == link => classes = self.raw_target(&key, &value, start),
                "id" | "name" => self.raw_id(&key, &value),
                "align" => align = value.trim().to_ascii_lowercase(),
                "style" => align = text_align(&value).unwrap_or(align),
                // HTML wants pixels here; a picture in per cent is as wide as the text at most anyway.
                "width" | "height" if tag.is(html, "img") && value.parse::<u32>().is_err() => {}
                _ => {
                    self.out.push(' ');
                    self.out.push_str(&sanitize::unmarked_html(&html[attribute.range.clone()]));
                }
            }
        }
        if ["left", "right", "center", "justify"].contains(&align.as_str()) {
            let _ = write!(classes, " align-{align}");
        }
        if !classes.is_empty() {
            let _ = write!(self.out, " class=\"{OURS}{}\"", classes.trim_start());
        }
        self.out.push_str(if html[..tag.range.end].ends_with("/>") { " />" } else { ">" });
        if tag.is(html, "details") {
            // Browsers make up a summary where there is none, but HTML wants one.
            let rest = self.source.text.get(start + tag.range.len()..).unwrap_or_default().trim_start();
            if !rest.get(.."<summary".len()).is_some_and(|next| next.eq_ignore_ascii_case("<summary")) {
                self.out.push_str("<summary>Details</summary>");
            }
        }
    }

    /// Writes what a picture says in the place of one that is not there, as for markdown's own pictures.
    fn raw_broken_image(&mut self, html: &str, tag: &RawTag, start: usize) -> bool {
        let Some(Href { kind: HrefKind::Broken, title, .. }) = (self.target)(start) else { return false };
        let _ = write!(self.out, "<span class=\"{OURS}broken-link\"");
        self.attribute("title", title.as_deref().unwrap_or_default());
        self.out.push('>');
        let alt = tag.attributes.iter().find(|of| html[of.name.clone()].eq_ignore_ascii_case("alt"));
        if let Some(alt) = alt {
            self.text(&raw_html::decode(&html[alt.value.clone()]));
        }
        self.out.push_str("</span>");
        true
    }

    /// Writes the address of a raw link or image and returns its classes.
    fn raw_target(&mut self, key: &str, written: &str, start: usize) -> String {
        let Some(href) = (self.target)(start) else {
            self.attribute(key, written.trim());
            return String::new();
        };
        let hint = href.title.as_deref().unwrap_or_default();
        if href.kind == HrefKind::Broken {
            self.attribute("title", hint);
            return "broken-link".to_owned();
        }
        self.address(key, &href.url);
        self.attribute("title", hint);
        link_class(href.kind)
    }

    /// Ids of raw HTML stay reachable, unless a heading or an earlier element has the id.
    fn raw_id(&mut self, key: &str, id: &str) {
        let heading = self.scan.headings.iter().any(|heading| heading.id == id);
        let usable = !id.is_empty() && !id.contains(char::is_whitespace);
        if usable && !heading && self.raw_ids.insert(id.to_owned()) {
            let _ = write!(self.out, " {}=\"{OURS}", if key == "name" { "id" } else { key });
            let _ = escape_html(&mut self.out, &sanitize::unmarked(id));
            self.out.push('"');
        }
    }

    // The end.

    fn finish(mut self) -> Body {
        self.end_run();
        self.footnotes_section();
        for (name, (_, range)) in &self.footnotes.texts {
            if !self.footnotes.numbers.contains_key(name) {
                self.diagnostics.push(diagnostic::unused_footnote(self.source, range.clone(), name));
            }
        }
        self.diagnostics.sort_by_key(|problem| problem.place.span.start);
        let html = if self.raw { sanitize::clean(&self.out) } else { self.out };
        Body {
            html: sanitize::fill(&html, self.held),
            toc: nest(self.toc),
            has_math: self.has_math,
            has_diagrams: self.diagrams > 0,
            diagnostics: self.diagnostics,
        }
    }

    fn footnotes_section(&mut self) {
        if self.footnotes.order.is_empty() {
            return;
        }
        self.fresh_line();
        let _ = write!(
            self.out,
            "<section class=\"{OURS}footnotes\" role=\"{OURS}doc-endnotes\" aria-label=\"{OURS}Footnotes\">\n<ol>\n"
        );
        let order = std::mem::take(&mut self.footnotes.order);
        for (index, (name, references)) in order.iter().enumerate() {
            let number = index + 1;
            let text = self.footnotes.texts.get(name).map(|(text, _)| text.as_str()).unwrap_or_default();
            // The way back stands on the last line of the note's text.
            let (text, end) = match text.trim_end().strip_suffix("</p>") {
                Some(text) => (text, "</p>"),
                None => (text.trim_end(), ""),
            };
            let _ = write!(self.out, "<li id=\"{OURS}{}\">{text}", footnote_id(number));
            for nth in 1..=*references {
                let _ = write!(
                    self.out,
                    " <a class=\"{OURS}footnote-back\" href=\"#{}\" role=\"{OURS}doc-backlink\" \
                     aria-label=\"{OURS}Back to reference {number}{}\">↩</a>",
                    reference_id(number, nth),
                    if nth > 1 { format!("-{nth}") } else { String::new() },
                );
            }
            let _ = writeln!(self.out, "{end}</li>");
        }
        self.out.push_str("</ol>\n</section>\n");
    }
}

/// How a heading ends in the output.
const HEADING_END: char = '>';

fn is_block(tag: &Tag<'_>) -> bool {
    is_block_end(tag.to_end())
}

fn is_block_end(tag: TagEnd) -> bool {
    !matches!(tag, TagEnd::Link | TagEnd::Image | TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough)
}

fn link_class(kind: HrefKind) -> String {
    match kind {
        HrefKind::Record(state) => format!("record-link state-{state}"),
        HrefKind::Broken => "broken-link".to_owned(),
        HrefKind::Site | HrefKind::External => String::new(),
    }
}

fn external(url: String) -> Href {
    Href { url, kind: HrefKind::External, title: None }
}

/// Ids of footnotes: `fn:1`, with a colon, which no heading's id has.
fn footnote_id(number: usize) -> String {
    format!("fn:{number}")
}

fn reference_id(number: usize, nth: usize) -> String {
    if nth == 1 { format!("fnref:{number}") } else { format!("fnref:{number}-{nth}") }
}

/// `text-align` of a style attribute, which the site's content security policy would not run.
fn text_align(style: &str) -> Option<String> {
    style
        .split(';')
        .filter_map(|rule| rule.split_once(':'))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("text-align"))
        .map(|(_, value)| value.trim().to_ascii_lowercase())
}

/// Nests a flat list by level.
fn nest(flat: Vec<TocEntry>) -> Vec<TocEntry> {
    let mut top = Vec::new();
    let mut open: Vec<TocEntry> = Vec::new();
    fn close(open: &mut Vec<TocEntry>, top: &mut Vec<TocEntry>) {
        if let Some(entry) = open.pop() {
            open.last_mut().map_or(top, |parent| &mut parent.children).push(entry);
        }
    }
    for entry in flat {
        while open.last().is_some_and(|last| last.level >= entry.level) {
            close(&mut open, &mut top);
        }
        open.push(entry);
    }
    while !open.is_empty() {
        close(&mut open, &mut top);
    }
    top
}
