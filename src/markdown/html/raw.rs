//! Raw HTML: its tags with our targets and ids, or as text; the allow-list has the last word.

use std::fmt::Write;
use std::ops::Range;

use pulldown_cmark_escape::escape_html;

use super::Writer;
use super::footnote::is_footnote_id;
use super::link::link_class;
use crate::markdown::raw_html::{self, RawTag};
use crate::markdown::sanitize::{self, OURS};
use crate::markdown::{Href, HrefKind};

/// Elements of raw HTML nested deeper than this are shown as text.
const DEEPEST_RAW: usize = 250;

impl<'a> Writer<'a> {
    /// Writes a block of raw HTML; one that is only a comment leaves nothing.
    pub fn end_html_block(&mut self, range: &Range<usize>) {
        let Some(html) = self.html.take() else { return };
        self.leave_out_toc(html.text(), range);
        let before = self.out.len();
        self.raw_html(html.text(), |at| html.source(at));
        if self.out.get(before..).is_some_and(|written| written.trim().is_empty()) {
            // It was a comment.
            self.out.truncate(before);
        }
    }

    /// Writes raw HTML tag by tag. `source` tells where a byte of it stands in the source.
    pub fn raw_html(&mut self, html: &str, source: impl Fn(usize) -> usize) {
        let mut written = 0;
        for tag in raw_html::tags(html) {
            self.raw_text(&html[written..tag.range.start]);
            let start = source(tag.range.start);
            let rest = self.source.text.get(start + tag.range.len()..).unwrap_or_default();
            let prose = raw_html::is_prose(html, &tag, rest);
            let bookmark = !prose && self.quiet.pass(html, &tag);
            if self.options.trusted_html {
                self.trusted_tag(html, &tag, start);
            } else if prose {
                self.text(&html[tag.range.clone()]);
            } else if !bookmark {
                self.raw_tag(html, &tag, start);
            } else if !tag.closing {
                self.raw = true;
                self.raw_start(html, &tag, start);
                self.out.push_str("</a>");
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
        self.raw_start(html, tag, start);
    }

    /// Writes a start tag with the attributes that may pass.
    fn raw_start(&mut self, html: &str, tag: &RawTag, start: usize) {
        let _ = write!(self.out, "<{}", &html[tag.name.clone()]);
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

    /// Ids of raw HTML stay reachable, unless a heading, a footnote or an earlier element has the id.
    fn raw_id(&mut self, key: &str, id: &str) {
        if self.raw_ids.is_empty() {
            self.raw_ids.extend(self.scan.headings.iter().map(|heading| heading.id.clone()));
        }
        let usable = !id.is_empty() && !id.contains(char::is_whitespace) && !is_footnote_id(id);
        if usable && self.raw_ids.insert(id.to_owned()) {
            let _ = write!(self.out, " {}=\"{OURS}", if key == "name" { "id" } else { key });
            let _ = escape_html(&mut self.out, &sanitize::unmarked(id));
            self.out.push('"');
        }
    }
}

/// `text-align` of a style attribute, which the site's content security policy would not run.
pub fn text_align(style: &str) -> Option<String> {
    style
        .split(';')
        .filter_map(|rule| rule.split_once(':'))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("text-align"))
        .map(|(_, value)| value.trim().to_ascii_lowercase())
}
