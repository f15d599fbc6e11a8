//! The lines of a body that can carry metadata: headings and text, with fenced code and HTML comments
//! left out. Much less than a markdown parser, and that is the point: the status of every version of a
//! file in git is read through it. Bodies are parsed by [`crate::markdown`].

use std::ops::Range;

use super::field::{self, Field};
use super::inline;

/// A line outside code and comments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// The line without its end and without a block quote's `>`.
    pub text: &'a str,
    /// Byte offset of `text`.
    pub start: usize,
    /// Level of the heading that it is, 0 for other lines. A heading's `text` is without `#`.
    pub level: u8,
    /// Byte range of the line, or of both lines of a setext heading.
    pub span: Range<usize>,
}

impl Line<'_> {
    /// White space only.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Byte range of the text.
    pub fn text_span(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }
}

/// The lines of `text[range]`.
pub fn lines(text: &str, range: Range<usize>) -> Lines<'_> {
    let end = range.end.min(text.len());
    Lines { text: text.get(..end).unwrap_or_default(), at: range.start, fence: None, comment: false }
}

/// See [`lines`].
#[derive(Debug)]
pub struct Lines<'a> {
    text: &'a str,
    at: usize,
    fence: Option<(u8, usize)>,
    comment: bool,
}

impl<'a> Lines<'a> {
    fn raw(&self, at: usize) -> Option<(&'a str, usize)> {
        let rest = self.text.get(at..).filter(|rest| !rest.is_empty())?;
        let (line, next) = match memchr::memchr(b'\n', rest.as_bytes()) {
            Some(end) => (&rest[..end], at + end + 1),
            None => (rest, self.text.len()),
        };
        Some((line.trim_end_matches('\r'), next))
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        loop {
            let start = self.at;
            let (raw, next) = self.raw(start)?;
            self.at = next;
            let unindented = raw.trim_start();
            let indent = raw.len() - unindented.len();
            let body = unindented.trim_end();
            if self.comment {
                self.comment = !body.contains("-->");
                continue;
            }
            let marks = fence(body);
            match (self.fence, marks) {
                (Some((mark, length)), Some((found, count)))
                    if found == mark && count >= length && body.len() == count =>
                {
                    self.fence = None;
                    continue;
                }
                (Some(_), _) => continue,
                (None, Some(opened)) if indent < 4 => {
                    self.fence = Some(opened);
                    continue;
                }
                _ => {}
            }
            if let Some(rest) = body.strip_prefix("<!--") {
                match rest.find("-->") {
                    None => {
                        self.comment = true;
                        continue;
                    }
                    Some(end) if rest[end + 3..].trim().is_empty() => continue,
                    Some(_) => {}
                }
            }
            return Some(self.line(raw, indent, body, start, next));
        }
    }
}

impl<'a> Lines<'a> {
    /// A line that stands at `start` and is `body` between white space.
    fn line(&mut self, raw: &'a str, indent: usize, body: &'a str, start: usize, next: usize) -> Line<'a> {
        let quoted = raw[indent..].strip_prefix('>');
        let text = quoted.map_or(raw, |quoted| quoted.strip_prefix(' ').unwrap_or(quoted));
        let at = start + raw.len() - text.len();
        let plain = Line { text, start: at, level: 0, span: start..start + raw.len() };
        if indent <= 3
            && let Some((level, heading, offset)) = atx(body)
        {
            return Line { text: heading, start: start + indent + offset, level, ..plain };
        }
        // A paragraph line with a rule of `=` or `-` under it.
        let paragraph = !body.is_empty()
            && !body.starts_with(['-', '*', '+', '>', '|', '#', '<'])
            && !raw.starts_with("    ");
        if paragraph
            && self.text[next..].trim_start().starts_with(['=', '-'])
            && let Some((under, after)) = self.raw(next)
        {
            let rule = under.trim();
            let level = match rule.as_bytes().first() {
                Some(b'=') if rule.len() >= 2 && rule.bytes().all(|byte| byte == b'=') => 1,
                Some(b'-') if rule.len() >= 3 && rule.bytes().all(|byte| byte == b'-') => 2,
                _ => 0,
            };
            // `Status: accepted` over a rule is metadata with a line under it; `A6: Retries` is a title.
            let is_metadata = || {
                let key = super::preamble::key_value(body).map(|(key, _)| &body[key]);
                key.is_some_and(|key| super::field::of(key).is_some())
            };
            if level == 1 || level > 0 && !is_metadata() {
                self.at = after;
                return Line { text: body, start: start + indent, level, span: start..next + under.len() };
            }
        }
        plain
    }
}

fn fence(body: &str) -> Option<(u8, usize)> {
    let mark = *body.as_bytes().first().filter(|byte| matches!(byte, b'`' | b'~'))?;
    let count = body.bytes().take_while(|byte| *byte == mark).count();
    (count >= 3 && !(mark == b'`' && body[count..].contains('`'))).then_some((mark, count))
}

/// Level, text and offset of the text of an ATX heading; `#Heading` without a space is none.
fn atx(body: &str) -> Option<(u8, &str, usize)> {
    let level = body.bytes().take_while(|byte| *byte == b'#').count();
    let rest = &body[level..];
    if level == 0 || level > 6 || !(rest.is_empty() || rest.starts_with([' ', '\t', '\u{a0}'])) {
        return None;
    }
    let text = rest.trim_start();
    let offset = body.len() - text.len();
    // A closing sequence of `#` is not text.
    let closed = text.trim_end_matches('#');
    let text = if closed.is_empty() || closed.ends_with([' ', '\t']) { closed.trim_end() } else { text };
    Some((level as u8, text, offset))
}

/// A heading and what stands under it up to the next heading of any level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section<'a> {
    /// 1 to 6.
    pub level: u8,
    /// The heading's text, markdown still in it.
    pub heading: &'a str,
    /// The same without markdown.
    pub title: String,
    /// What the heading speaks of, where it is short enough to be metadata's.
    pub field: Option<Field>,
    /// Byte range of the heading's text.
    pub heading_span: Range<usize>,
    /// Byte range of what stands under it.
    pub body: Range<usize>,
}

impl Section<'_> {
    /// The title without a number in front of it.
    pub fn name(&self) -> &str {
        without_number(&self.title)
    }
}

/// A title without a number in front of it: `1. Status` → `Status`.
pub fn without_number(title: &str) -> &str {
    title.trim_start_matches(|c: char| c.is_ascii_digit() || ".) ".contains(c))
}

/// Longest heading of metadata, in bytes. Most others are longer, and need no look-up.
pub const LONGEST_NAME: usize = 64;

/// Sections that are looked at: the longest real record has a tenth of them.
const MOST_SECTIONS: usize = 2000;

/// The sections of `text` from a byte offset on, one at a time.
pub fn sections(text: &str, from: usize) -> impl Iterator<Item = Section<'_>> {
    let mut headings = lines(text, from..text.len()).filter(|line| line.level > 0).peekable();
    let next = move || {
        let heading = headings.next()?;
        let end = headings.peek().map_or(text.len(), |next| next.span.start);
        let title = inline::plain(heading.text);
        let is_short = heading.text.len() <= LONGEST_NAME;
        Some(Section {
            level: heading.level,
            heading: heading.text,
            field: if is_short { field::of(without_number(&title)) } else { None },
            title,
            heading_span: heading.text_span(),
            body: heading.span.end.min(end)..end,
        })
    };
    std::iter::from_fn(next).take(MOST_SECTIONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_outside_code_and_comments() {
        let check = |text: &str, expected: &[(u8, &str)]| {
            let found = sections(text, 0).map(|section| (section.level, section.heading)).collect::<Vec<_>>();
            assert_eq!(found, expected, "{text:?}");
        };
        check("# A\n\n```\n# no\n```\n## B ##\n", &[(1, "A"), (2, "B")]);
        check("<!--\n# no\n-->\nTitle\n=====\n\nSub\r\n---\r\n", &[(1, "Title"), (2, "Sub")]);
        check("#no space\n    # code\n- item\n---\n", &[]);
        check("Status: accepted\n---\n# T", &[(1, "T")]);
        check("~~~\n```\n# no\n~~~\n# yes", &[(1, "yes")]);
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "é\r\n\r\n##  Ünï \r\nx";
        let section = sections(text, 0)
            .next()
            .map(|section| (text[section.heading_span].to_owned(), text[section.body].to_owned()));
        assert_eq!(section, Some(("Ünï".to_owned(), "\r\nx".to_owned())));
    }
}
