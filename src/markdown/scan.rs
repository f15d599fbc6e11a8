//! What a body contains, without rendering it: headings, links, mentions, anchors, a summary. Decides
//! nothing about targets; that is the site's.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};

use super::raw_html::{self, Quiet, RawTag};
use super::reference::{self, Kind};
use super::slug::Slugger;
use super::traced::Traced;
use super::{
    Heading, Link, Mention, OPTIONS, Scan, events, events_of, heading_id, sentence, shown_heading, url,
};
use crate::diagnostic;
use crate::source::SourceText;

/// Longest summary, in bytes.
const LONGEST_SUMMARY: usize = 400;

/// More names of unknown tags than this are not reported for one record.
const MOST_UNKNOWN_TAGS: usize = 20;

/// Headings under which authors put the summary.
const SUMMARY_SECTIONS: [&str; 6] =
    ["summary", "abstract", "simple summary", "tl;dr", "executive summary", "overview"];

/// Headings whose prose is metadata, not a summary.
const METADATA_SECTIONS: [&str; 13] = [
    "status",
    "date",
    "authors",
    "author",
    "deciders",
    "contents",
    "table of contents",
    "toc",
    "metadata",
    "document history",
    "changelog",
    "tags",
    "links",
];

/// What the body that starts at byte `from` contains. Total: any text gives a scan, in linear time.
pub fn scan(source: &SourceText, from: usize) -> Scan {
    let mut walk = Walk::new(source);
    let body = source.text.get(from..).unwrap_or_default();
    let parser = Parser::new_ext(body, OPTIONS);
    let definitions = parser.reference_definitions().iter();
    let definitions =
        definitions.map(|(_, of)| (of.dest.to_string(), of.span.start + from..of.span.end + from));
    walk.scan.definitions = definitions.collect();
    walk.scan.definitions.sort_by_key(|(_, span)| span.start);
    for (event, range) in events_of(parser, body) {
        walk.event(event, range.start + from..range.end + from);
    }
    walk.flush();
    walk.unused_footnotes();
    walk.scan.summary = walk.summary.take();
    walk.scan
}

/// The summary of what follows byte `from`: [`Scan::summary`] of a body whose preamble is known only
/// after the scan.
pub fn summary(source: &SourceText, from: usize) -> Option<String> {
    // A summary stands near the top; a slice keeps this cheap for the longest record.
    const ENOUGH: usize = 32 * 1024;
    let rest = source.text.get(from..)?;
    let end = (0..=ENOUGH.min(rest.len())).rev().find(|end| rest.is_char_boundary(*end))?;
    let mut walk = Walk::new(source);
    for (event, range) in events(&rest[..end]) {
        walk.event(event, range.start + from..range.end + from);
        if walk.summary_is_final {
            break;
        }
    }
    walk.flush();
    walk.summary
}

struct Walk<'a> {
    source: &'a SourceText,
    scan: Scan,
    slugger: Slugger,
    /// Plain text of the block being read: a paragraph, heading, table cell or tight item.
    block: Traced,
    /// Where the text since the last inline markup starts in `block`.
    run: usize,
    /// References of the block that still wait for their sentence.
    waiting: Vec<Waiting>,
    /// Open links: index into `scan.links` and where their text starts in `block`.
    open_links: Vec<(usize, usize)>,
    /// Open `<a href>` of raw HTML, likewise.
    open_raw: Vec<(usize, usize)>,
    /// What is open of raw HTML in which plain references mean nothing.
    quiet: Quiet,
    /// Open images, innermost last: index into `scan.links`.
    images: Vec<usize>,
    /// Text of the image being read.
    alt: String,
    /// Raw HTML of the block being read.
    html: Traced,
    in_html: bool,
    in_code: bool,
    /// Within an autolink that is shown as text.
    in_type: bool,
    /// Containers (lists, quotes, tables, footnotes) that are open.
    depth: usize,
    /// Level and start of the heading being read.
    heading: Option<(u8, usize)>,
    /// Its text as GitHub sees it, without tags that are no HTML.
    heading_text: String,
    section: Section,
    /// Names of unknown tags that were reported.
    unknown_tags: BTreeSet<String>,
    /// Footnotes by name, and those that something refers to.
    footnotes: BTreeMap<String, Range<usize>>,
    referred: BTreeSet<String>,
    summary: Option<String>,
    summary_is_final: bool,
}

enum Waiting {
    Link(usize, Range<usize>),
    Mention(usize, Range<usize>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Summary,
    Metadata,
    Other,
}

impl<'a> Walk<'a> {
    fn new(source: &'a SourceText) -> Walk<'a> {
        Walk {
            source,
            scan: Scan::default(),
            slugger: Slugger::default(),
            block: Traced::default(),
            run: 0,
            waiting: Vec::new(),
            open_links: Vec::new(),
            open_raw: Vec::new(),
            quiet: Quiet::default(),
            images: Vec::new(),
            alt: String::new(),
            html: Traced::default(),
            in_html: false,
            in_code: false,
            in_type: false,
            depth: 0,
            heading: None,
            heading_text: String::new(),
            section: Section::Other,
            unknown_tags: BTreeSet::new(),
            footnotes: BTreeMap::new(),
            referred: BTreeSet::new(),
            summary: None,
            summary_is_final: false,
        }
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Text(_) if self.in_code => {}
            Event::Text(text) => self.text(&text, range.start),
            Event::SoftBreak => self.text("\n", range.start),
            Event::Code(code) | Event::InlineMath(code) | Event::DisplayMath(code) => {
                self.end_run();
                self.text(&code, range.start);
                self.run = self.block.len();
            }
            Event::HardBreak => {
                self.end_run();
                self.text("\n", range.start);
                self.run = self.block.len();
            }
            Event::Html(html) => self.html.push(&html, range.start),
            Event::InlineHtml(html) => {
                self.end_run();
                if !html.starts_with("<!--") && self.images.is_empty() {
                    let offset = range.start;
                    for tag in raw_html::tags(&html) {
                        self.raw_tag(&html, &tag, |at| offset + at);
                    }
                }
            }
            Event::FootnoteReference(name) => {
                self.end_run();
                self.referred.insert(name.into_string());
            }
            Event::TaskListMarker(_) => self.end_run(),
            Event::Rule => self.flush(),
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Superscript | Tag::Subscript => {
                self.end_run()
            }
            // `<Foo::Bar>` is an autolink to CommonMark and a type to its author.
            Tag::Link { link_type: LinkType::Autolink, dest_url, .. } if !url::is_safe(&dest_url) => {
                self.end_run();
                self.text("<", range.start);
                self.in_type = true;
            }
            Tag::Link { link_type, dest_url, .. } => {
                self.end_run();
                let mail = link_type == LinkType::Email;
                let destination = if mail { format!("mailto:{dest_url}") } else { dest_url.into_string() };
                self.open_links.push((self.scan.links.len(), self.block.len()));
                self.scan.links.push(Link::new(destination, false, range));
            }
            Tag::Image { dest_url, .. } => {
                self.end_run();
                if self.images.is_empty() {
                    self.alt.clear();
                }
                self.images.push(self.scan.links.len());
                self.scan.links.push(Link::new(dest_url.into_string(), true, range));
            }
            Tag::Heading { level, .. } => {
                self.flush();
                self.heading = Some((level as u8, range.start));
                self.heading_text.clear();
            }
            Tag::HtmlBlock => {
                self.flush();
                self.in_html = true;
            }
            Tag::CodeBlock(_) => {
                self.flush();
                self.in_code = true;
            }
            Tag::FootnoteDefinition(name) => {
                self.flush();
                self.depth += 1;
                self.footnotes.entry(name.into_string()).or_insert(range);
            }
            Tag::BlockQuote(_) | Tag::List(_) | Tag::Table(_) => {
                self.flush();
                self.depth += 1;
            }
            _ => self.flush(),
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript => self.end_run(),
            TagEnd::Link if self.in_type => {
                self.text(">", range.end.saturating_sub(1));
                self.run = self.block.len();
                self.in_type = false;
            }
            TagEnd::Link => {
                self.end_run();
                if let Some((index, start)) = self.open_links.pop() {
                    self.close_link(index, start);
                }
            }
            TagEnd::Image => {
                if let Some(index) = self.images.pop() {
                    let at = self.block.len();
                    self.scan.links[index].text.clone_from(&self.alt);
                    self.waiting.push(Waiting::Link(index, at..at));
                }
                self.run = self.block.len();
            }
            TagEnd::Heading(_) => self.end_heading(range),
            TagEnd::Paragraph => {
                self.end_run();
                self.consider_summary();
                self.flush();
            }
            TagEnd::HtmlBlock => {
                self.in_html = false;
                self.end_html_block();
                self.flush();
            }
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.flush();
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::FootnoteDefinition | TagEnd::Table => {
                self.flush();
                self.depth = self.depth.saturating_sub(1);
            }
            _ => self.flush(),
        }
    }

    fn text(&mut self, text: &str, at: usize) {
        if self.in_html {
            self.html.push(text, at);
        } else if self.images.is_empty() {
            self.block.push(text, at);
            if self.heading.is_some() {
                self.heading_text.push_str(text);
            }
        } else {
            self.alt.push_str(text);
        }
    }

    /// Looks for plain references in the text since the last markup.
    fn end_run(&mut self) {
        let start = std::mem::replace(&mut self.run, self.block.len());
        if start >= self.block.len() || self.quiet.is_quiet() || !self.open_links.is_empty() {
            return;
        }
        for found in reference::find(&self.block.text()[start..]) {
            let within = |range: Range<usize>| start + range.start..start + range.end;
            let place = within(found.range);
            let span = self.block.span(place.clone());
            let text = self.block.text();
            match found.kind {
                Kind::Address { scheme } => {
                    let shown = &text[place.clone()];
                    self.waiting.push(Waiting::Link(self.scan.links.len(), place.clone()));
                    let mut link = Link::new(format!("{scheme}{shown}"), false, span);
                    link.text = shown.to_owned();
                    self.scan.links.push(link);
                }
                Kind::Mention { prefix, target, .. } => {
                    self.waiting.push(Waiting::Mention(self.scan.mentions.len(), place.clone()));
                    self.scan.mentions.push(Mention {
                        prefix: text[within(prefix)].to_owned(),
                        target: text[within(target)].to_owned(),
                        is_embed: text[place.clone()].starts_with('!'),
                        sentence: String::new(),
                        span,
                    });
                }
            }
        }
    }

    fn close_link(&mut self, index: usize, start: usize) {
        let place = start..self.block.len();
        let link = &mut self.scan.links[index];
        sentence::collapse(&self.block.text()[place.clone()], &mut link.text);
        if link.text.is_empty() {
            // A link round an image goes by the image's text.
            link.text.clone_from(&self.alt);
        }
        self.waiting.push(Waiting::Link(index, place));
        self.run = self.block.len();
    }

    /// Ends a block: every reference in it gets its sentence.
    fn flush(&mut self) {
        self.end_run();
        while let Some((index, start)) = self.open_raw.pop() {
            self.close_link(index, start.min(self.block.len()));
        }
        self.quiet.clear();
        self.alt.clear();
        if self.block.len() == 0 && self.waiting.is_empty() {
            return;
        }
        let text = self.block.text();
        for waiting in self.waiting.drain(..) {
            match waiting {
                Waiting::Link(index, place) => {
                    self.scan.links[index].sentence = sentence::around(text, place)
                }
                Waiting::Mention(index, place) => {
                    self.scan.mentions[index].sentence = sentence::around(text, place);
                }
            }
        }
        self.scan.words += words(text);
        self.block.clear();
        self.run = 0;
    }

    fn end_heading(&mut self, range: Range<usize>) {
        self.end_run();
        if let Some((level, start)) = self.heading.take() {
            let id = heading_id(&mut self.slugger, &self.heading_text);
            let mut text = String::new();
            sentence::collapse(shown_heading(self.block.text()), &mut text);
            self.section = section(&text);
            self.scan.headings.push(Heading { level, text, id, span: start..range.end });
        }
        self.flush();
    }

    fn consider_summary(&mut self) {
        let wanted = self.depth == 0
            && !self.summary_is_final
            && self.section != Section::Metadata
            && (self.section == Section::Summary || self.summary.is_none());
        if !wanted || !is_prose(self.block.text()) {
            return;
        }
        let mut text = String::new();
        sentence::collapse(self.block.text(), &mut text);
        shorten(&mut text);
        self.summary = Some(text);
        self.summary_is_final = self.section == Section::Summary;
    }

    /// Reports footnotes that nothing refers to.
    fn unused_footnotes(&mut self) {
        let unused = self.footnotes.iter().filter(|(name, _)| !self.referred.contains(*name));
        let problems =
            unused.map(|(name, span)| diagnostic::unused_footnote(self.source, span.clone(), name));
        self.scan.diagnostics.extend(problems);
    }

    fn end_html_block(&mut self) {
        let html = std::mem::take(&mut self.html);
        if let Some(open) = html.text().rfind("<!--").filter(|open| !html.text()[*open..].contains("-->")) {
            let start = html.source(open);
            self.scan
                .diagnostics
                .push(diagnostic::unclosed_comment(self.source, start..start + "<!--".len()));
        }
        let mut text_from = 0;
        for tag in raw_html::tags(html.text()) {
            self.block_html_text(&html.text()[text_from..tag.range.start]);
            text_from = tag.range.end;
            self.raw_tag(html.text(), &tag, |at| html.source(at));
        }
        if text_from > 0 {
            self.block_html_text(&html.text()[text_from..]);
        }
        self.run = self.block.len();
        self.html = html;
        self.html.clear();
    }

    /// Text between the tags of an HTML block belongs to the links in it; references are not looked for.
    fn block_html_text(&mut self, text: &str) {
        if !self.open_raw.is_empty() && !text.contains("<!--") {
            self.block.push_untraced(&raw_html::decode(text));
        }
        self.run = self.block.len();
    }

    fn raw_tag(&mut self, html: &str, tag: &RawTag, source: impl Fn(usize) -> usize) {
        let name = &html[tag.name.clone()];
        let span = source(tag.range.start)..source(tag.range.end.saturating_sub(1)) + 1;
        let rest = self.source.text.get(span.end..).unwrap_or_default();
        if raw_html::is_prose(html, tag, rest) {
            if self.images.is_empty() && !self.in_html {
                self.block.push(&html[tag.range.clone()], span.start);
                self.run = self.block.len();
            }
            // Once for each name: a type is written many times, and mended the same way.
            if !tag.closing
                && self.unknown_tags.len() < MOST_UNKNOWN_TAGS
                && self.unknown_tags.insert(name.to_owned())
            {
                let problem = diagnostic::unknown_html_tag(self.source, span, name);
                self.scan.diagnostics.push(problem);
            }
            return;
        }
        let bookmark = self.quiet.pass(html, tag);
        if tag.closing {
            if tag.is(html, "a")
                && !bookmark
                && let Some((index, start)) = self.open_raw.pop()
            {
                self.scan.links[index].span.end = span.end;
                self.close_link(index, start.min(self.block.len()));
            }
            return;
        }
        let anchor =
            tag.value(html, "id").or_else(|| tag.is(html, "a").then(|| tag.value(html, "name")).flatten());
        if let Some(anchor) = anchor.filter(|anchor| !anchor.is_empty()) {
            self.scan.anchors.push(anchor.into_owned());
        }
        if tag.is(html, "a")
            && let Some(href) = tag.value(html, "href")
        {
            self.open_raw.push((self.scan.links.len(), self.block.len()));
            self.scan.links.push(Link::new(href.trim().to_owned(), false, span));
        } else if tag.is(html, "img")
            && let Some(src) = tag.value(html, "src")
        {
            let at = self.block.len();
            let mut link = Link::new(src.trim().to_owned(), true, span);
            link.text = tag.value(html, "alt").unwrap_or_default().into_owned();
            if !self.open_raw.is_empty() || !self.open_links.is_empty() {
                self.alt.clone_from(&link.text);
            }
            self.waiting.push(Waiting::Link(self.scan.links.len(), at..at));
            self.scan.links.push(link);
        }
        if let Some(srcset) = tag.attribute(html, "srcset").filter(|_| tag.chooses(html)) {
            for (place, _) in raw_html::candidates(&html[srcset.value.clone()]) {
                let (first, last) = (srcset.value.start + place.start, srcset.value.start + place.end - 1);
                let destination = raw_html::decode(&html[first..=last]).into_owned();
                self.scan.links.push(Link::new(destination, true, source(first)..source(last) + 1));
            }
        }
    }
}

impl Link {
    fn new(destination: String, image: bool, span: Range<usize>) -> Link {
        Link { destination, text: String::new(), sentence: String::new(), image, span }
    }
}

fn section(heading: &str) -> Section {
    let lower = heading.trim_end_matches(':').to_lowercase();
    if SUMMARY_SECTIONS.contains(&lower.as_str()) {
        Section::Summary
    } else if METADATA_SECTIONS.contains(&lower.as_str()) {
        Section::Metadata
    } else {
        Section::Other
    }
}

/// Words, counted by the white space between them.
fn words(text: &str) -> usize {
    let count = |byte| memchr::memchr_iter(byte, text.as_bytes()).count();
    count(b' ') + count(b'\n') + usize::from(!text.is_empty())
}

/// At least three words, and not a list of `Key: value` lines.
fn is_prose(text: &str) -> bool {
    let metadata = text.lines().all(|line| {
        let key = line.split_once(':').map(|(key, _)| key.trim());
        key.is_some_and(|key| {
            key.starts_with(char::is_uppercase) && key.split_whitespace().count() <= 3 && key.len() <= 32
        })
    });
    let sentence =
        text.trim_end().ends_with(['.', '!', '?', '。']) && text.split_whitespace().nth(12).is_some();
    text.split_whitespace().nth(2).is_some() && text.contains(char::is_alphabetic) && (!metadata || sentence)
}

/// Cuts at a word and marks the cut.
fn shorten(text: &mut String) {
    if text.len() <= LONGEST_SUMMARY {
        return;
    }
    let end = (0..=LONGEST_SUMMARY).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let end = text[..end].rfind(' ').unwrap_or(end);
    text.truncate(end);
    text.push('…');
}
