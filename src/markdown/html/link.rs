//! Links, images and plain references: what leads elsewhere.

use std::fmt::Write;

use pulldown_cmark::LinkType;
use pulldown_cmark_escape::escape_html;

use super::Writer;
use crate::markdown::reference::{self, Kind};
use crate::markdown::sanitize::{self, OURS};
use crate::markdown::traced::Traced;
use crate::markdown::{Href, HrefKind, Scan, emoji, url};

/// An image whose text is being read.
pub struct Image {
    url: String,
    title: String,
    start: usize,
}

impl<'a> Writer<'a> {
    /// Writes the text since the last markup, with its plain references as links.
    pub fn end_run(&mut self) {
        if self.run.len() == 0 {
            return;
        }
        let run = std::mem::take(&mut self.run);
        if !self.images.is_empty() {
            self.alt.push_str(run.text());
        } else if self.quiet.is_quiet() || self.in_links > 0 || !self.refers(&run) {
            self.prose(run.text());
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
                self.prose(&run.text()[written..found.range.start]);
                written = found.range.end;
                if text.starts_with('!') && href.kind == HrefKind::Site && is_picture(&href.url) {
                    self.embedded(&href.url, shown);
                    continue;
                }
                let end = self.anchor(&href, "");
                self.text(shown);
                self.out.push_str(end);
            }
            self.prose(&run.text()[written..]);
        }
        self.run = run;
        self.run.clear();
    }

    /// Writes text of the author's, with emoji for their names.
    fn prose(&mut self, text: &str) {
        self.text(&emoji::shown(text));
    }

    /// Writes the picture of `![[picture.png|300]]`: what stands behind the bar is its width, or else its text.
    fn embedded(&mut self, url: &str, shown: &str) {
        let size = shown.split_once('x').map_or(shown, |(width, _)| width);
        let width = size.parse::<u16>().ok().filter(|width| *width > 0);
        self.out.push_str("<img");
        self.address("src", url);
        self.out.push_str(" alt=\"");
        let alt = if width.is_some() { "" } else { shown };
        let _ = escape_html(&mut self.out, &sanitize::unmarked(alt));
        self.out.push('"');
        if let Some(width) = width {
            let _ = write!(self.out, " width=\"{width}\"");
        }
        self.out.push_str(" />");
    }

    /// Whether the scan has found a plain reference in a text between markup.
    fn refers(&self, run: &Traced) -> bool {
        let place = run.span(0..run.len());
        let Scan { links, mentions, .. } = self.scan;
        let link = links.get(links.partition_point(|link| link.span.start < place.start));
        let mention = mentions.get(mentions.partition_point(|mention| mention.span.start < place.start));
        let next = [link.map(|link| &link.span), mention.map(|mention| &mention.span)];
        next.into_iter().flatten().any(|span| span.start < place.end)
    }

    /// Writes the start of a link of markdown and returns its end.
    pub fn start_link(&mut self, kind: LinkType, url: &str, title: &str, start: usize) -> &'static str {
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
    pub fn anchor(&mut self, href: &Href, title: &str) -> &'static str {
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

    /// Starts to gather the text of an image.
    pub fn start_image(&mut self, url: String, title: String, start: usize) {
        if self.images.is_empty() {
            self.alt.clear();
        }
        self.images.push(Image { url, title, start });
    }

    /// Writes the outermost image.
    pub fn end_image(&mut self) {
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
}

/// True for an address that a browser shows as a picture.
fn is_picture(url: &str) -> bool {
    let extension = url.rsplit_once('.').map(|(_, extension)| extension.to_lowercase());
    let pictures = ["apng", "avif", "bmp", "gif", "ico", "jpeg", "jpg", "png", "svg", "webp"];
    extension.is_some_and(|extension| pictures.contains(&extension.as_str()))
}

pub fn link_class(kind: HrefKind) -> String {
    match kind {
        HrefKind::Record(state) => format!("record-link state-{state}"),
        HrefKind::Broken => "broken-link".to_owned(),
        HrefKind::Site | HrefKind::External => String::new(),
    }
}

pub fn external(url: String) -> Href {
    Href { url, kind: HrefKind::External, title: None }
}
