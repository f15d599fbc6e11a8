//! Raw HTML: its tags with our targets and ids, or as text; the allow-list has the last word.

use std::fmt::Write;
use std::ops::Range;

use pulldown_cmark_escape::{escape_href, escape_html};

use super::Writer;
use super::footnote::is_footnote_id;
use super::link::link_class;
use crate::markdown::raw_html::{self, RawAttribute, RawTag};
use crate::markdown::sanitize::{self, OURS};
use crate::markdown::{Href, HrefKind, url};

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
                self.trusted_tag(html, &tag, &source);
            } else if prose {
                self.text(&html[tag.range.clone()]);
            } else if !bookmark {
                self.raw_tag(html, &tag, &source);
            } else if !tag.closing {
                self.raw = true;
                self.raw_start(html, &tag, &source);
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
    fn trusted_tag(&mut self, html: &str, tag: &RawTag, source: Source<'_>) {
        let target = || (self.target)(source(tag.range.start)).filter(|href| href.kind != HrefKind::Broken);
        let mut written = tag.range.start;
        for attribute in &tag.attributes {
            let key = &html[attribute.name.clone()];
            let value = match key.to_ascii_lowercase().as_str() {
                "href" if tag.is(html, "a") => target().map(|href| escaped(&href.url)),
                "src" if tag.is(html, "img") => target().map(|href| escaped(&href.url)),
                "srcset" if tag.chooses(html) => self.srcset(html, attribute, source),
                _ => None,
            };
            if let Some(value) = value {
                let before = html[written..attribute.range.start].trim_end();
                let _ = write!(self.out, "{} {key}=\"{value}\"", sanitize::unmarked_html(before));
                written = attribute.range.end;
            }
        }
        self.out.push_str(&sanitize::unmarked_html(&html[written..tag.range.end]));
    }

    fn raw_tag(&mut self, html: &str, tag: &RawTag, source: Source<'_>) {
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
        if tag.is(html, "img") && self.raw_broken_image(html, tag, source(tag.range.start)) {
            return;
        }
        self.raw_depth += usize::from(raw_html::nests(name));
        self.raw_start(html, tag, source);
    }

    /// Writes a start tag with the attributes that may pass.
    fn raw_start(&mut self, html: &str, tag: &RawTag, source: Source<'_>) {
        let start = source(tag.range.start);
        let _ = write!(self.out, "<{}", &html[tag.name.clone()]);
        let link = if tag.is(html, "a") { "href" } else { "src" };
        let mut align = String::new();
        let mut classes = String::new();
        for attribute in &tag.attributes {
            let key = html[attribute.name.clone()].to_ascii_lowercase();
            let value = raw_html::decode(&html[attribute.value.clone()]);
            match key.as_str() {
                "href" | "src" if key == link => classes = self.raw_target(&key, &value, start),
                "srcset" if tag.chooses(html) => {
                    if let Some(srcset) = self.srcset(html, attribute, source) {
                        let _ = write!(self.out, " srcset=\"{OURS}{srcset}\"");
                    }
                }
                "id" | "name" => self.raw_id(&key, &value),
                "align" => align = value.trim().to_ascii_lowercase(),
                "style" => align = text_align(&value).unwrap_or(align),
                // A size that no browser reads, such as `40px`.
                "width" | "height" if tag.is(html, "img") && !sanitize::is_valid(&key, &value) => {}
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

    /// The pictures to choose from, with our addresses, as the value of an attribute; those that are not there are no
    /// choice.
    fn srcset(&self, html: &str, attribute: &RawAttribute, source: Source<'_>) -> Option<String> {
        let srcset = &html[attribute.value.clone()];
        let mut choices = Vec::new();
        for (place, when) in raw_html::candidates(srcset) {
            let url = match (self.target)(source(attribute.value.start + place.start)) {
                Some(href) if href.kind == HrefKind::Broken => continue,
                Some(href) => href.url,
                None => raw_html::decode(&srcset[place]).into_owned(),
            };
            if url::is_safe(&url) && is_descriptor(when) {
                choices.push(format!("{} {when}", escaped(&url)).trim_end().to_owned());
            }
        }
        (!choices.is_empty()).then(|| choices.join(", "))
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

/// Where a byte of raw HTML stands in the source.
type Source<'s> = &'s dyn Fn(usize) -> usize;

/// An address as the value of an attribute.
fn escaped(url: &str) -> String {
    let mut escaped = String::with_capacity(url.len());
    let _ = escape_href(&mut escaped, &sanitize::unmarked(url));
    escaped
}

/// Says when one of several pictures is meant: for screens of this density, or by its width.
fn is_descriptor(when: &str) -> bool {
    let density = when.strip_suffix('x').and_then(|number| number.parse::<f32>().ok());
    let width = when.strip_suffix('w').and_then(|number| number.parse::<u32>().ok());
    when.is_empty()
        || density.is_some_and(|number| number.is_finite() && number > 0.0)
        || width.is_some_and(|pixels| pixels > 0)
}

/// `text-align` of a style attribute, which the site's content security policy would not run.
pub fn text_align(style: &str) -> Option<String> {
    style
        .split(';')
        .filter_map(|rule| rule.split_once(':'))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("text-align"))
        .map(|(_, value)| value.trim().to_ascii_lowercase())
}
