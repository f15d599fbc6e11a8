//! A header set apart as a section (`# Meta`, `## Preamble`) or as a code block at the top of the text
//! (fenced, `<pre>` or indented), as BIPs and their descendants have it.

use std::ops::Range;

use super::OriginKind;
use super::entry::{Entry, Value};
use super::field;
use super::number;
use super::preamble::{accept, entry, extend, key_value};

/// Headings of a section that holds nothing but the header, in normal form.
const NAMES: [&str; 7] =
    ["preamble", "header", "metadata", "meta", "frontmatter", "documentmetadata", "recordmetadata"];

/// True for a heading that says that the header follows.
pub fn is_name(heading: &str) -> bool {
    heading.len() <= 32 && NAMES.contains(&field::normalise(heading).as_ref())
}

/// Longest value that is kept.
const LONGEST: usize = 4 * 1024;

/// Lines of a code block that are read as a header.
const MOST_LINES: usize = 64;

/// A header in a code block at the very top of `text[from..]`, below the title or below a heading that
/// says that it is one: its place and its entries. An indented block needs such a heading.
pub fn in_code(text: &str, from: usize) -> Option<(Range<usize>, Vec<Entry>)> {
    let mut start = from;
    let (mut headed, mut titled) = (None, false);
    let first = loop {
        let line = text.get(start..)?.split_inclusive('\n').next()?;
        let heading = line.strip_prefix('#').map(|rest| rest.trim_matches(['#', ' ', '\r', '\n']));
        match heading {
            Some(name) if headed.is_none() && is_name(name) => headed = Some(start),
            Some(_) if headed.is_none() && !titled => titled = true,
            _ if line.trim().is_empty() => {}
            _ => break line.trim_end_matches(['\n', '\r']),
        }
        start += line.len();
    };
    let closing = match first.trim() {
        _ if headed.is_some() && (first.starts_with("    ") || first.starts_with('\t')) => None,
        "<pre>" => Some("</pre>"),
        fence if fence.starts_with("```") => Some("```"),
        _ => return None,
    };
    let inside = if closing.is_some() { start + first.len() } else { start };
    let mut end = inside;
    let mut closed = closing.is_none();
    let mut entries: Vec<Entry> = Vec::new();
    for line in text[inside..].split_inclusive('\n').take(MOST_LINES) {
        let body = line.trim();
        if closing.is_none() && !body.is_empty() && !line.starts_with([' ', '\t']) {
            break;
        }
        let offset = end + line.find(body).unwrap_or_default();
        end += line.len();
        if closing == Some(body) {
            closed = true;
            break;
        }
        match key_value(body).or_else(|| tight(body)) {
            Some((key, value)) => entries.push(entry(body, offset, key, value, OriginKind::Line)),
            None if body.is_empty() => {}
            // The people of a list stand below each other.
            None => match &mut entries.last_mut()?.node.value {
                Value::Text(own) if own.len() < LONGEST => {
                    own.push('\n');
                    own.push_str(body);
                }
                Value::Text(_) => {}
                _ => extend(&mut entries.last_mut()?.node, body, offset, false),
            },
        }
    }
    let entries = accept(entries, true);
    (closed && !entries.is_empty()).then_some((headed.unwrap_or(start)..end, entries))
}

/// `tip:127`: where only a header can stand, a known key needs no space after its colon.
fn tight(line: &str) -> Option<(Range<usize>, Range<usize>)> {
    let (key, _) = line.split_once(':')?;
    let known = field::of(key).is_some() || number::is_series_word(key);
    known.then(|| (0..key.len(), key.len() + 1..line.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_in_code() {
        let check = |text: &str, expected: &[(&str, &str)]| {
            let (span, entries) = in_code(text, 0).unwrap_or_default();
            let found =
                entries.iter().map(|entry| (entry.key.as_str(), entry.node.to_text())).collect::<Vec<_>>();
            let expected =
                expected.iter().map(|(key, value)| (*key, (*value).to_owned())).collect::<Vec<_>>();
            assert_eq!(found, expected, "{text:?}");
            assert!(text.get(span).is_some());
        };
        let header = [("EIP", "150"), ("Status", "Final")];
        check("## Preamble\n```\nEIP: 150\nStatus: Final\n```\n\n### Specification\n", &header);
        check("## Preamble\n\n    EIP: 150\n    Status: Final\n\n## Summary\n", &header);
        check("# EIP-150: A title\n\n## Preamble\n\n```text\nEIP: 150\nStatus: Final\n```\n", &header);
        check("```\nEIP:150\nStatus:Final\n```\n", &header);
        check("# T\n\n    EIP: 150\n    Status: Final\n", &[]);
        check("```\nEIP: 150\nStatus: Final\n", &[]);
        check("```\nstd::vec: x\n```\n", &[]);
    }
}
