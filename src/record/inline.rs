//! Inline markdown of short metadata texts: plain text and links of a title or a value. Bodies are
//! [`crate::markdown`]'s; this reads only what stands beside a key, before any body is parsed, because
//! the status of ten thousand old versions of files is read this way.

use std::ops::Range;

/// A link in a metadata value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlineLink {
    /// Text shown; the URL itself where there is none.
    pub label: String,
    /// Destination as written; for `[label][]` and `[label][ref]` the reference as `[ref]`.
    pub url: String,
    /// The whole link.
    pub span: Range<usize>,
}

/// The text without markdown: emphasis, code ticks, link destinations, images, HTML tags and comments
/// go; escapes and the common entities are undone; white space is folded.
pub fn plain(text: &str) -> String {
    let text = head(text);
    let mut out = String::with_capacity(text.len());
    write_plain(text, &mut out, 0);
    if out.contains("  ") || out.contains('\n') || out.starts_with(' ') || out.ends_with(' ') {
        out = out.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    out
}

/// Longest value that is read, in bytes: more is no value, and brackets are looked up in pairs.
const LONGEST: usize = 8 * 1024;

/// The start of a text that is read as a value.
pub fn head(text: &str) -> &str {
    head_of(text, LONGEST)
}

/// The first bytes of a text, at most `longest`, cut between characters.
pub fn head_of(text: &str, longest: usize) -> &str {
    let end = (0..=text.len().min(longest)).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or_default()]
}

fn write_plain(text: &str, out: &mut String, depth: u8) {
    let bytes = text.as_bytes();
    let mut at = 0;
    let (mut emphasis_open, mut underscore_open) = (false, false);
    while let Some(&byte) = bytes.get(at) {
        let rest = &text[at..];
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b' ' => {
                let run =
                    rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b' ').count();
                out.push_str(&rest[..run]);
                at += run;
            }
            b'\\' if bytes.get(at + 1).is_some_and(u8::is_ascii_punctuation) => {
                out.push(bytes[at + 1] as char);
                at += 2;
            }
            b'`' => {
                let ticks = rest.len() - rest.trim_start_matches('`').len();
                match rest[ticks..].find(&rest[..ticks]) {
                    Some(end) => {
                        out.push_str(rest[ticks..ticks + end].trim());
                        at += end + 2 * ticks;
                    }
                    None => at += ticks,
                }
            }
            // Emphasis marks come in pairs; one alone is text (`2 * 3`, `compactMap(_:)`).
            b'*' => {
                let run = rest.len() - rest.trim_start_matches('*').len();
                if emphasis_open {
                    emphasis_open = false;
                } else if rest[run..].contains('*') && !rest[run..].starts_with(' ') {
                    emphasis_open = true;
                } else {
                    out.push_str(&rest[..run]);
                }
                at += run;
            }
            b'~' if rest.starts_with("~~") => at += 2,
            b'_' => {
                let run = rest.len() - rest.trim_start_matches('_').len();
                let before = text[..at].chars().next_back();
                let after = rest[run..].chars().next();
                let inside =
                    before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric);
                if underscore_open && !inside {
                    underscore_open = false;
                } else if !inside && after.is_some_and(char::is_alphanumeric) && rest[run..].contains('_') {
                    underscore_open = true;
                } else {
                    out.push_str(&rest[..run]);
                }
                at += run;
            }
            b'!' if rest.starts_with("![") => at += 1,
            b'[' if depth < 4 => match bracketed(rest) {
                Some(found) => {
                    write_plain(&rest[found.label], out, depth + 1);
                    at += found.end;
                }
                None => {
                    out.push('[');
                    at += 1;
                }
            },
            b'<' => match rest.find('>') {
                _ if rest.starts_with("<!--") => at += rest.find("-->").map_or(rest.len(), |end| end + 3),
                Some(end) if is_autolink(&rest[1..end]) => {
                    out.push_str(rest[1..end].trim_start_matches("mailto:"));
                    at += end + 1;
                }
                Some(end) if is_tag(&rest[1..end]) => {
                    out.push_str(if rest[1..end].starts_with("br") { " " } else { "" });
                    at += end + 1;
                }
                _ => {
                    out.push('<');
                    at += 1;
                }
            },
            b'&' => {
                let entity = ENTITIES.iter().find(|(name, _)| rest.starts_with(name));
                out.push_str(entity.map_or("&", |(_, text)| text));
                at += entity.map_or(1, |(name, _)| name.len());
            }
            _ => {
                let c = rest.chars().next().unwrap_or_default();
                out.push(if c.is_whitespace() { ' ' } else { c });
                at += c.len_utf8();
            }
        }
    }
}

const ENTITIES: [(&str, &str); 7] = [
    ("&amp;", "&"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&#39;", "'"),
    ("&nbsp;", " "),
    ("&mdash;", "—"),
];

/// What stands in the round or square brackets that a text ends with.
pub fn last_bracket(text: &str) -> Option<Range<usize>> {
    let (open, close) = [('(', ')'), ('[', ']')].into_iter().find(|(_, close)| text.ends_with(*close))?;
    let mut depth = 0;
    for (at, c) in text.char_indices().rev() {
        depth += i32::from(c == close) - i32::from(c == open);
        if depth == 0 {
            return Some(at + 1..text.len() - 1);
        }
    }
    None
}

struct Bracketed {
    label: Range<usize>,
    url: Option<Range<usize>>,
    end: usize,
}

/// Reads `[label](url "title")`, `[label][ref]` or `[label][]` at the start; `None` for bare brackets.
fn bracketed(text: &str) -> Option<Bracketed> {
    let close = matching(text, '[', ']')?;
    let label = 1..close;
    let rest = &text[close + 1..];
    if rest.starts_with('(') {
        let end = matching(rest, '(', ')')?;
        let inside = &rest[1..end];
        let trimmed = inside.trim_start();
        let start = close + 2 + inside.len() - trimmed.len();
        let length = match trimmed.strip_prefix('<').and_then(|angled| angled.find('>')) {
            Some(length) => {
                return Some(Bracketed {
                    label,
                    url: Some(start + 1..start + 1 + length),
                    end: close + 1 + end + 1,
                });
            }
            None => trimmed.find(" \"").or_else(|| trimmed.find(" '")).unwrap_or(trimmed.trim_end().len()),
        };
        return Some(Bracketed { label, url: Some(start..start + length), end: close + 1 + end + 1 });
    }
    if rest.starts_with('[') {
        let end = matching(rest, '[', ']')?;
        let url = if end == 1 { label.clone() } else { close + 2..close + 1 + end };
        return Some(Bracketed { label, url: Some(url.start - 1..url.end + 1), end: close + 1 + end + 1 });
    }
    None
}

/// The link that a text begins with: its label, where it leads and its length in bytes. A reference leads to `[ref]`.
pub fn link_at(text: &str) -> Option<(String, String, usize)> {
    let link = bracketed(text)?;
    let url = text.get(link.url?)?.trim().to_owned();
    (!url.is_empty()).then(|| (text[link.label].to_owned(), url, link.end))
}

/// Byte offset of the bracket that closes the one at the start; nesting counted, lines not crossed twice.
fn matching(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices().take(1024) {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

fn is_autolink(inside: &str) -> bool {
    !inside.contains(char::is_whitespace)
        && (inside.contains("://") || inside.starts_with("mailto:") || inside.contains('@'))
}

fn is_tag(inside: &str) -> bool {
    let name = inside.trim_start_matches('/');
    name.starts_with(|c: char| c.is_ascii_lowercase()) && !inside.contains('<')
}

/// The links of a value in order: inline links, reference links, `<…>` and bare `http(s)` URLs.
pub fn links(text: &str) -> Vec<InlineLink> {
    let text = head(text);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(step) = text.get(at..).and_then(|rest| rest.find(['[', '<', 'h', '`'])) {
        at += step;
        let rest = &text[at..];
        let end = match rest.as_bytes()[0] {
            b'`' => {
                let ticks = rest.len() - rest.trim_start_matches('`').len();
                // Links inside code are text, but authors wrap whole links in ticks; only skip real code.
                rest[ticks..]
                    .find(&rest[..ticks])
                    .filter(|end| !rest[ticks..ticks + *end].contains("]("))
                    .map_or(ticks, |end| end + 2 * ticks)
            }
            b'[' => match bracketed(rest) {
                Some(link) => {
                    let url = link.url.map(|range| rest[range].trim().to_owned()).unwrap_or_default();
                    let label = plain(&rest[link.label]);
                    if !url.is_empty() {
                        let label = if label.is_empty() { url.clone() } else { label };
                        found.push(InlineLink { label, url, span: at..at + link.end });
                    }
                    link.end
                }
                None => 1,
            },
            b'<' => match rest.find('>') {
                Some(end) if rest[1..end].contains("://") && is_autolink(&rest[1..end]) => {
                    let url = rest[1..end].to_owned();
                    found.push(InlineLink { label: url.clone(), url, span: at..at + end + 1 });
                    end + 1
                }
                _ => 1,
            },
            _ if rest.starts_with("http://") || rest.starts_with("https://") => {
                let end =
                    rest.find(|c: char| c.is_whitespace() || "<>\"`|{}".contains(c)).unwrap_or(rest.len());
                let url = trim_url(&rest[..end]);
                found.push(InlineLink {
                    label: url.to_owned(),
                    url: url.to_owned(),
                    span: at..at + url.len(),
                });
                url.len().max(1)
            }
            _ => 1,
        };
        at += end;
    }
    found
}

/// A bare URL without the punctuation of the sentence around it (GFM's autolink rule).
fn trim_url(url: &str) -> &str {
    let mut url = url.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_']);
    while url.ends_with([')', ']']) && url.matches(')').count() > url.matches('(').count()
        || url.ends_with(']')
    {
        url = url[..url.len() - 1].trim_end_matches(['.', ',', ';']);
    }
    url
}

/// The destination of a reference definition `[label]: url` in a text, labels compared without case.
pub fn definition<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let label = label.trim_matches(['[', ']']);
    text.lines().find_map(|line| {
        let rest = line.trim_start().strip_prefix('[')?;
        let (name, rest) = rest.split_once("]:")?;
        name.eq_ignore_ascii_case(label)
            .then(|| rest.split_whitespace().next().unwrap_or_default().trim_matches(['<', '>']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_of_titles_and_values() {
        let check = |text: &str, expected: &str| assert_eq!(plain(text), expected, "{text}");
        check("Adding `isPower(of:)` to `BinaryInteger`", "Adding isPower(of:) to BinaryInteger");
        check("**Implemented (Swift 6.0)**", "Implemented (Swift 6.0)");
        check("[SE-0001](0001-x.md), snake_case and _emph_", "SE-0001, snake_case and emph");
        check("[[WIP]](x.md) [draft] a\\_b", "[WIP] [draft] a_b");
        check("A &amp; B <!-- optional --> <br/> c", "A & B c");
        check("Introduce compactMap(_:), 2 * 3 and **both**", "Introduce compactMap(_:), 2 * 3 and both");
        check("Vec<T> `Vec<T>` a < b", "Vec<T> Vec<T> a < b");
        check("unclosed `tick and [bracket", "unclosed tick and [bracket");
    }

    #[test]
    fn links_of_values() {
        let check = |text: &str, expected: &[(&str, &str)]| {
            let found = links(text);
            let found = found.iter().map(|link| (link.label.as_str(), link.url.as_str())).collect::<Vec<_>>();
            assert_eq!(found, expected, "{text}");
        };
        check("[a](x.md \"t\"), [b](<y z.md>)", &[("a", "x.md"), ("b", "y z.md")]);
        check(
            "see https://example.org/a_(b). And <https://e.org>",
            &[("https://example.org/a_(b)", "https://example.org/a_(b)"), ("https://e.org", "https://e.org")],
        );
        check(
            "([pitch](https://e.org/1)) ([review](https://e.org/2))",
            &[("pitch", "https://e.org/1"), ("review", "https://e.org/2")],
        );
        check("[a][ref] [b][]", &[("a", "[ref]"), ("b", "[b]")]);
        check("[not a link] (x)", &[]);
    }
}
