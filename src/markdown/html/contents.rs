//! Headings: their ids, anchors and levels, our own table of contents, and the generated ones that are left
//! out for it.

use std::fmt::Write;
use std::ops::Range;

use pulldown_cmark::Tag;
use pulldown_cmark_escape::{escape_href, escape_html};

use super::Writer;
use crate::markdown::sanitize::OURS;
use crate::markdown::{TocEntry, shown_heading};

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

impl<'a> Writer<'a> {
    /// Puts the heading's tags round what was written since its start.
    pub fn end_heading(&mut self, range: &Range<usize>) {
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
        let _ = write!(
            self.out,
            "<a class=\"{OURS}anchor\" aria-hidden=\"{OURS}true\" tabindex=\"{OURS}-1\" href=\"#"
        );
        let _ = escape_href(&mut self.out, &heading.id);
        let _ = writeln!(self.out, "\">#</a></h{written}>");
        if self.skip.is_none() && !self.in_footnote() {
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

    /// Whether something that stands here is left out of the page.
    pub fn is_left_out(&self, range: &Range<usize>) -> bool {
        std::iter::once(&self.left_out).chain(self.options.leave_out).any(|left| {
            left.start <= range.start && range.start < left.end && {
                let text = self.source.text.get(range.clone()).unwrap_or_default();
                range.start + text.trim_end().len() <= left.end
            }
        })
    }

    pub fn is_toc_paragraph(&self, tag: &Tag<'_>, range: &Range<usize>) -> bool {
        let is_one = |text: &str| TOC_PARAGRAPHS.iter().any(|toc| text.eq_ignore_ascii_case(toc));
        matches!(tag, Tag::Paragraph)
            && self.source.text.get(range.clone()).map(str::trim).is_some_and(is_one)
    }

    /// A comment may start a generated table of contents: it is left out up to the comment that ends it.
    pub fn leave_out_toc(&mut self, comment: &str, range: &Range<usize>) {
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
}

/// How a heading ends in the output.
pub const HEADING_END: char = '>';

/// Nests a flat list by level.
pub fn nest(flat: Vec<TocEntry>) -> Vec<TocEntry> {
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
