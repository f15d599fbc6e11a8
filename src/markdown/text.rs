//! The plain text of a body by section: what a reader sees on the page, code and the text of HTML blocks
//! included. For the search; nothing in it is looked up or judged.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::{Scan, Section, events, raw_html};
use crate::source::SourceText;

/// See [`super::text()`].
pub fn text(source: &SourceText, from: usize, scan: &Scan, leave_out: &[Range<usize>]) -> Vec<Section> {
    let body = source.text.get(from..).unwrap_or_default();
    let mut walk = Walk::default();
    let mut headings = scan.headings.iter().peekable();
    for (event, range) in events(body) {
        let at = range.start + from;
        let left_out = leave_out.iter().any(|left| left.contains(&at));
        match event {
            Event::Start(Tag::Heading { .. }) => {
                while headings.next_if(|heading| heading.span.start < at).is_some() {}
                let heading = headings.next_if(|heading| heading.span.start == at);
                if let Some(heading) = heading.filter(|_| !left_out) {
                    walk.start_section(&heading.id, &heading.text);
                }
                walk.in_heading = true;
            }
            Event::End(TagEnd::Heading(_)) => walk.in_heading = false,
            Event::Start(Tag::CodeBlock(_)) => walk.in_code = true,
            Event::End(TagEnd::CodeBlock) => {
                walk.in_code = false;
                walk.end_block();
            }
            Event::Start(Tag::HtmlBlock) => walk.html.clear(),
            Event::End(TagEnd::HtmlBlock) => walk.end_html(),
            Event::Start(Tag::Item) | Event::Rule => walk.end_block(),
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableRow | TagEnd::TableHead) => {
                walk.end_block();
            }
            Event::End(TagEnd::TableCell) => walk.push(" "),
            _ if left_out => {}
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                walk.push(&text)
            }
            Event::SoftBreak | Event::HardBreak => walk.push(" "),
            Event::Html(html) => walk.html.push_str(&html),
            Event::InlineHtml(html) if !raw_html::is_markup(&html) => walk.push(&html),
            _ => {}
        }
    }
    walk.end_section();
    walk.sections
}

#[derive(Default)]
struct Walk {
    sections: Vec<Section>,
    anchor: String,
    heading: String,
    text: String,
    html: String,
    in_heading: bool,
    in_code: bool,
}

impl Walk {
    fn start_section(&mut self, anchor: &str, heading: &str) {
        self.end_section();
        self.anchor = anchor.to_owned();
        self.heading = heading.to_owned();
    }

    fn end_section(&mut self) {
        let (anchor, heading) = (std::mem::take(&mut self.anchor), std::mem::take(&mut self.heading));
        let text = self.text.trim_end();
        if !text.is_empty() || !heading.is_empty() {
            // A copy is as long as it has to be, and the texts of all records are kept.
            self.sections.push(Section { anchor, heading, text: text.to_owned() });
        }
        self.text.clear();
    }

    /// Adds text with white space as one space, or, in code, one line feed where it has any.
    fn push(&mut self, text: &str) {
        // The text of headings is known from the scan.
        if self.in_heading {
            return;
        }
        let out = &mut self.text;
        if is_plain(text.as_bytes()) {
            let words = text.trim_start_matches(' ');
            if words.len() < text.len() {
                add_space(out, ' ');
            }
            return out.push_str(words);
        }
        let mut rest = text;
        while !rest.is_empty() {
            let (word, after) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
            out.push_str(word);
            rest = after.trim_start();
            let space = &after[..after.len() - rest.len()];
            if !space.is_empty() {
                add_space(out, if self.in_code && space.contains('\n') { '\n' } else { ' ' });
            }
        }
    }

    fn end_block(&mut self) {
        add_space(&mut self.text, '\n');
    }

    fn end_html(&mut self) {
        let html = std::mem::take(&mut self.html);
        let mut from = 0;
        for tag in raw_html::tags(&html) {
            self.push_html(&html[from..tag.range.start]);
            self.push(" ");
            from = tag.range.end;
        }
        self.push_html(&html[from..]);
        self.end_block();
    }

    /// Adds what stands between the tags of an HTML block, without comments.
    fn push_html(&mut self, mut text: &str) {
        while let Some((before, comment)) = text.split_once("<!--") {
            self.push(&raw_html::decode(before));
            text = comment.split_once("-->").map_or("", |(_, after)| after);
        }
        self.push(&raw_html::decode(text));
    }
}

/// Most text: ASCII whose only white space is spaces, none beside another.
fn is_plain(text: &[u8]) -> bool {
    let is_odd = |byte: &u8| !(b' '..=b'~').contains(byte);
    // Without a way out, both are compared many bytes at a time.
    let odd = text.iter().fold(false, |odd, byte| odd | is_odd(byte));
    let double =
        |text: &[u8]| text.iter().zip(&text[1..]).fold(false, |any, (a, b)| any | ((*a | *b) == b' '));
    !odd && !text.is_empty() && !double(text)
}

/// White space is one character, the stronger of what meets, and none at the beginning.
fn add_space(out: &mut String, space: char) {
    if out.ends_with(' ') && space == '\n' {
        out.pop();
    }
    if !out.is_empty() && !out.ends_with([' ', '\n']) {
        out.push(space);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::*;
    use crate::markdown::scan;

    fn check(markdown: &str, expected: Expect) {
        let source = SourceText::new("x.md", markdown);
        let title = 0..3;
        let shown = text(&source, 0, &scan(&source, 0), std::slice::from_ref(&title)).into_iter();
        let lines = shown.map(|Section { anchor, heading, text }| format!("#{anchor} {heading}: {text:?}\n"));
        expected.assert_eq(&lines.collect::<String>());
    }

    proptest! {
        #[test]
        fn plain_text_is_added_as_any_other(before in "[a ]{0,2}", text in "[ a-b!~é\t\u{a0}]{0,9}") {
            let pushed = |pieces: &[&str]| {
                let mut walk = Walk::default();
                walk.push(&before);
                pieces.iter().for_each(|piece| walk.push(piece));
                walk.text
            };
            let characters: Vec<String> = text.chars().map(String::from).collect();
            let characters: Vec<&str> = characters.iter().map(String::as_str).collect();
            prop_assert_eq!(pushed(&[&text]), pushed(&characters));
        }
    }

    #[test]
    fn sections_hold_what_a_page_shows() {
        check(
            "# T\n\nUse *QUIC*\nbetween `regions`, `Vec<T>` Vec<T>.\n\n- one\n- two\n\n## How, `when`?\n\n```rust\nfn  main()\n  {}\n```\n\n\
             | a | b |\n|---|---|\n| c | d |\n\n<details><summary>More &amp; more</summary>\n<!-- not this --> so\n</details>\n",
            expect![[r##"
                # : "Use QUIC between regions, Vec<T> Vec<T>.\none\ntwo"
                #how-when How, when?: "fn main()\n{}\na b\nc d\nMore & more so"
            "##]],
        );
    }
}
