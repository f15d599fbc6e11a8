//! Mends the nesting of sanitised HTML. Parsers forgive a heading in a description list, an item outside
//! any list or a paragraph in bold, and each browser shows them in its own way; here they become what the
//! HTML standard allows ("Content models"), without losing a word:
//!
//! - inline markup around blocks goes into the blocks: `<b><p>x</p></b>` → `<p><b>x</b></p>`
//! - items without a list get one, and what stands in a list outside its items becomes an item
//! - a description list ends before what cannot stand in it, and goes on behind it
//! - blocks where only text can stand are written without their tags
//! - an id is written once
//! - a picture is its sources and its image
//!
//! The input is what a parser has serialised: every tag is closed in its place, `<` and quotes are escaped
//! in texts and values, parts of tables are where they belong. So one walk with a stack is enough.

use std::collections::HashSet;
use std::fmt::Write;

use super::raw_html::{self, RawTag};

/// Inline markup nested deeper than this is written without its tags, since it may be repeated in every
/// block.
const DEEPEST_INLINE: usize = 16;

/// The same markup with mended nesting.
pub fn mend(html: &str) -> String {
    let mut mender = Mender::default();
    mender.out.reserve(html.len() + html.len() / 8);
    let mut read = 0;
    for tag in raw_html::tags(html) {
        mender.text(&html[read..tag.range.start]);
        read = tag.range.end;
        if tag.closing { mender.close() } else { mender.open(html, &tag) }
    }
    mender.text(&html[read..]);
    while mender.close_block().is_some() {}
    mender.out
}

/// What may stand in a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    /// Text and blocks.
    Flow,
    /// Text alone.
    Phrasing,
    /// `<li>`.
    Items,
    /// `<dt>` and `<dd>`.
    Descriptions,
}

/// What may stand in the block of this name; `None` if it is no block.
fn content(name: &str) -> Option<Content> {
    Some(match name {
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "pre" | "summary" | "caption" => Content::Phrasing,
        "ul" | "ol" => Content::Items,
        "dl" => Content::Descriptions,
        "blockquote" | "dd" | "details" | "div" | "dt" | "figcaption" | "figure" | "li" | "section"
        | "table" | "tbody" | "td" | "th" | "thead" | "tr" => Content::Flow,
        _ => return None,
    })
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// Elements of HTML 4 by the names they have today.
fn name_today(name: &str) -> &str {
    match name {
        "acronym" => "abbr",
        "center" => "div",
        "strike" => "s",
        "tt" => "code",
        // One that does not stand last is none.
        "tfoot" => "tbody",
        _ => name,
    }
}

#[derive(Default)]
struct Mender<'a> {
    out: String,
    /// What became of each open element of the input.
    open: Vec<Fate>,
    /// Blocks that are open in the output, implied ones too.
    blocks: Vec<Block<'a>>,
    /// Inline elements that are open in the input.
    inlines: Vec<Inline<'a>>,
    /// How many of them, from the first, are open in the output.
    shown: usize,
    ids: HashSet<&'a str>,
    /// What the open `<picture>` has to choose from, until its image comes.
    sources: Vec<Attributes<'a>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Block,
    Inline,
    /// Written round its image.
    Picture,
    /// Its content alone was written.
    Dissolved,
}

struct Block<'a> {
    name: &'a str,
    content: Content,
    attributes: Attributes<'a>,
    /// Its start stands in the output. That of a description list does while its items follow each other.
    shown: bool,
    /// We put it there.
    implied: bool,
    /// Something stands in it.
    begun: bool,
}

/// Written as soon as there is text for it.
struct Inline<'a> {
    name: &'a str,
    attributes: Attributes<'a>,
}

/// Attributes as written. The id goes with the first of the elements that one becomes.
#[derive(Default)]
struct Attributes<'a> {
    id: Option<&'a str>,
    others: Vec<&'a str>,
}

impl<'a> Mender<'a> {
    fn text(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.place_text();
        }
        self.out.push_str(text);
    }

    fn open(&mut self, html: &'a str, tag: &RawTag) {
        let name = name_today(&html[tag.name.clone()]);
        let mut attributes = self.attributes(html, tag);
        match name {
            "img" if !self.sources.is_empty() => {
                self.place_text();
                return self.picture(attributes);
            }
            "br" | "img" | "wbr" => {
                self.place_text();
                return attributes.start(name, &mut self.out);
            }
            "source" => {
                if self.open.last() == Some(&Fate::Picture)
                    && attributes.others.iter().any(|own| own.starts_with("srcset"))
                {
                    self.sources.push(attributes);
                }
                return;
            }
            "picture" => return self.open.push(Fate::Picture),
            "hr" => {
                if self.place_block(name) {
                    attributes.start(name, &mut self.out);
                }
                return;
            }
            _ => {}
        }
        let fate = match content(name) {
            Some(content) => self.open_block(name, content, attributes),
            None if self.inlines.len() >= DEEPEST_INLINE || !self.is_at_home(name) => Fate::Dissolved,
            None => {
                self.inlines.push(Inline { name, attributes });
                Fate::Inline
            }
        };
        self.open.push(fate);
    }

    fn close(&mut self) {
        match self.open.pop() {
            Some(Fate::Block) => while self.close_block().is_some_and(|closed| closed.implied) {},
            Some(Fate::Inline) => self.close_inline(),
            Some(Fate::Picture) => self.sources.clear(),
            Some(Fate::Dissolved) | None => {}
        }
    }

    fn attributes(&mut self, html: &'a str, tag: &RawTag) -> Attributes<'a> {
        let id = tag.attribute(html, "id");
        let others = tag.attributes.iter().filter(|own| Some(*own) != id);
        Attributes {
            others: others.map(|own| &html[own.range.clone()]).collect(),
            id: id.map(|id| &html[id.value.clone()]).filter(|id| self.ids.insert(id)),
        }
    }

    /// Writes an image with what it may be chosen from, and nothing else that stood between them.
    fn picture(&mut self, mut image: Attributes<'a>) {
        self.out.push_str("<picture>");
        for mut source in std::mem::take(&mut self.sources) {
            source.start("source", &mut self.out);
        }
        image.start("img", &mut self.out);
        end("picture", &mut self.out);
    }

    // Inline markup.

    /// Whether an inline element may stand here: no link in a link, parts of ruby only in one.
    fn is_at_home(&self, name: &str) -> bool {
        match name {
            "a" | "dfn" => self.inlines.iter().all(|outer| outer.name != name),
            "rt" | "rp" => self.inlines.last().is_some_and(|last| last.name == "ruby"),
            _ => true,
        }
    }

    /// Makes the output ready for text.
    fn place_text(&mut self) {
        while let Some(block) = self.blocks.last() {
            match (block.content, block.implied) {
                (Content::Items | Content::Descriptions, true) => drop(self.close_block()),
                (Content::Items, false) => self.imply("li"),
                (Content::Descriptions, false) => {
                    self.hide_block();
                    break;
                }
                (Content::Flow | Content::Phrasing, _) => break,
            }
        }
        self.begin();
        for inline in self.inlines.iter_mut().skip(self.shown) {
            inline.attributes.start(inline.name, &mut self.out);
        }
        self.shown = self.inlines.len();
    }

    fn close_inline(&mut self) {
        if self.inlines.last().is_some_and(|inline| inline.attributes.id.is_some()) {
            // Nothing stood in it, but links lead to it.
            self.place_text();
        }
        if let Some(inline) = self.inlines.pop()
            && self.shown > self.inlines.len()
        {
            self.shown = self.inlines.len();
            end(inline.name, &mut self.out);
        }
    }

    /// Closes inline markup in the output; it is opened again where there is text for it.
    fn hide_inlines(&mut self) {
        for inline in self.inlines[..self.shown].iter().rev() {
            end(inline.name, &mut self.out);
        }
        self.shown = 0;
    }

    // Blocks.

    fn open_block(&mut self, name: &'a str, content: Content, mut attributes: Attributes<'a>) -> Fate {
        let inside = |name| self.blocks.iter().any(|block| block.name == name);
        let last = self.blocks.last();
        let (name, content) = match name {
            "summary" if !last.is_some_and(|last| last.name == "details" && !last.begun) => {
                ("div", Content::Flow)
            }
            "figcaption" if last.is_none_or(|last| last.name != "figure") => ("div", content),
            // Only the first rows of a table can be its head.
            "thead"
                if last.is_some_and(|last| last.begun) && !self.out.trim_end().ends_with("</caption>") =>
            {
                ("tbody", content)
            }
            // A term and the head of a column make no outline of their own.
            "blockquote" | "details" | "section" if inside("dt") || inside("th") => ("div", content),
            _ if is_heading(name) && (inside("dt") || inside("th")) => ("p", content),
            _ => (name, content),
        };
        if self.place_block(name) {
            let shown = content != Content::Descriptions;
            if shown {
                attributes.start(name, &mut self.out);
            }
            self.blocks.push(Block { name, content, attributes, shown, implied: false, begun: false });
            return Fate::Block;
        }
        // Words do not run together.
        if !self.out.ends_with(|last: char| last.is_whitespace() || last == '>') {
            self.out.push(' ');
        }
        if attributes.id.is_some() {
            self.place_text();
            attributes.others.clear();
            attributes.start("span", &mut self.out);
            end("span", &mut self.out);
        }
        Fate::Dissolved
    }

    /// Makes the output ready for a block; false where none may stand.
    fn place_block(&mut self, name: &str) -> bool {
        let item = name == "li";
        let description = matches!(name, "dt" | "dd");
        while let Some(block) = self.blocks.last() {
            match block.content {
                // A title may be a heading.
                Content::Phrasing if block.name == "summary" && is_heading(name) => break,
                Content::Phrasing => return false,
                Content::Items if item => break,
                Content::Descriptions if description => break,
                Content::Items | Content::Descriptions if block.implied => drop(self.close_block()),
                Content::Items => self.imply("li"),
                Content::Descriptions => {
                    self.hide_block();
                    break;
                }
                Content::Flow if item && block.implied => drop(self.close_block()),
                Content::Flow => break,
            }
        }
        self.hide_inlines();
        match self.blocks.last_mut().filter(|_| name == "summary") {
            Some(details) => details.begun = true,
            None => self.begin(),
        }
        match self.blocks.last().map(|block| block.content) {
            Some(Content::Items) => {}
            Some(Content::Descriptions) if description => self.show_block(),
            _ if item => self.imply("ul"),
            _ if description => self.imply("dl"),
            _ => {}
        }
        true
    }

    /// Notes that something stands in the block, and gives details the summary that HTML wants first.
    fn begin(&mut self) {
        let Some(block) = self.blocks.last_mut().filter(|block| !block.begun) else { return };
        block.begun = true;
        if block.name == "details" {
            self.out.push_str("<summary>Details</summary>");
        }
    }

    fn imply(&mut self, name: &'static str) {
        self.hide_inlines();
        let attributes = Attributes::default();
        let content = content(name).unwrap_or(Content::Flow);
        self.blocks.push(Block { name, content, attributes, shown: false, implied: true, begun: true });
        self.show_block();
    }

    fn show_block(&mut self) {
        if let Some(block) = self.blocks.last_mut().filter(|block| !block.shown) {
            block.attributes.start(block.name, &mut self.out);
            block.shown = true;
        }
    }

    /// Closes a block in the output that is still open in the input.
    fn hide_block(&mut self) {
        if let Some(block) = self.blocks.last_mut().filter(|block| block.shown) {
            end(block.name, &mut self.out);
            block.shown = false;
        }
    }

    fn close_block(&mut self) -> Option<Block<'a>> {
        self.hide_inlines();
        self.begin();
        if self.out.ends_with("<p>") {
            // Parsers make an empty one of a stray end tag.
            self.out.truncate(self.out.len() - "<p>".len());
            return self.blocks.pop();
        }
        self.hide_block();
        self.blocks.pop()
    }
}

impl Attributes<'_> {
    /// Writes the start of an element.
    fn start(&mut self, name: &str, out: &mut String) {
        out.push('<');
        out.push_str(name);
        if let Some(id) = self.id.take() {
            let _ = write!(out, " id=\"{id}\"");
        }
        for attribute in &self.others {
            out.push(' ');
            out.push_str(attribute);
        }
        out.push('>');
    }
}

fn end(name: &str, out: &mut String) {
    let _ = write!(out, "</{name}>");
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(html: &str, expected: Expect) {
        expected.assert_eq(&mend(html));
    }

    #[test]
    fn what_is_right_stays_as_it_is() {
        for html in [
            "<p>a <b id=\"x\">b</b><br></p><ul>\n<li>c<ul><li>d</li></ul></li></ul>",
            "<details open=\"\"><summary><h3>s</h3></summary><dl><dt>t</dt><dd><p>d</p></dd></dl></details>",
            "<table><caption>c</caption><thead><tr><th>h</th></tr></thead><tbody><tr><td>d</td></tr></tbody></table>",
            "<figure><img src=\"x\"><figcaption>c</figcaption></figure><hr><pre><code>x</code></pre>",
            "<ruby>a<rt>b</rt></ruby> text &lt; &amp; text",
        ] {
            assert_eq!(mend(html), html);
        }
    }

    #[test]
    fn inline_markup_goes_into_blocks() {
        check(
            "<b>a<p>b</p><p>c <i>d</i></p></b><a href=\"x\" id=\"y\"><div>e</div>f</a>g",
            expect![
                "<b>a</b><p><b>b</b></p><p><b>c <i>d</i></b></p><div><a id=\"y\" href=\"x\">e</a></div><a href=\"x\">f</a>g"
            ],
        );
        check("<a id=\"x\"></a><b></b><i> </i>", expect!["<a id=\"x\"></a> "]);
    }

    #[test]
    fn items_stand_in_lists() {
        check("a<li>b</li> <li>c</li>d", expect!["a<ul><li>b</li> <li>c</li></ul>d"]);
        check(
            "<ul>a<li>b</li><ul><li>c</li></ul></ul>",
            expect!["<ul><li>a</li><li>b</li><li><ul><li>c</li></ul></li></ul>"],
        );
        check("<td><li>a</li></td>", expect!["<td><ul><li>a</li></ul></td>"]);
    }

    #[test]
    fn descriptions_go_on_behind_what_is_none() {
        check(
            "<dl id=\"x\"><dt>a</dt><dd>b</dd><h4>c</h4>d<dt>e</dt></dl><dd>f</dd>g",
            expect![[
                r#"<dl id="x"><dt>a</dt><dd>b</dd></dl><h4>c</h4>d<dl><dt>e</dt></dl><dl><dd>f</dd></dl>g"#
            ]],
        );
    }

    #[test]
    fn blocks_within_text_lose_their_tags() {
        check(
            "<h2>a<div id=\"x\">b</div><ul><li>c</li></ul></h2><dt><h3>d</h3></dt>",
            expect![[r#"<h2>a <span id="x"></span>b c</h2><dl><dt><p>d</p></dt></dl>"#]],
        );
    }

    #[test]
    fn a_picture_is_its_sources_and_its_image() {
        check(
            "<picture> <source media=\"m\" srcset=\"a\"><source media=\"n\">b<i><img src=\"c\"></i><img src=\"d\"><p>e</p></picture>",
            expect![[
                r#" b<i><picture><source media="m" srcset="a"><img src="c"></picture></i><img src="d"><p>e</p>"#
            ]],
        );
        check(
            "<picture><source srcset=\"a\"></picture><img src=\"b\"><source srcset=\"c\">",
            expect![[r#"<img src="b">"#]],
        );
    }

    #[test]
    fn details_have_a_summary_and_ids_are_written_once() {
        check(
            "<details><p id=\"x\">a</p><summary>b</summary></details><details></details><p id=\"x\">c</p>",
            expect![[
                r#"<details><summary>Details</summary><p id="x">a</p><div>b</div></details><details><summary>Details</summary></details><p>c</p>"#
            ]],
        );
    }
}
