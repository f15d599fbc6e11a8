//! What a record states right below its title, in words instead of keys: `> Superseded by [7](0007-x.md)`, `**Superseded
//! in part by [7].**`, `Supersedes [3](0003-y.md).`, a date on a line of its own; and below it, a paragraph
//! that begins with "Supersedes". Such text stays in the body.

use std::ops::Range;

use crate::config::CollectionConfig;

use super::OriginKind;
use super::entry::{Entry, Node};
use super::outline::{self, Line};
use super::relation::Target;
use super::{date, inline, number, statement, title};

/// Paragraphs below the title that are looked at, and how long one is at most, in bytes.
const MOST: usize = 4;
const LONGEST: usize = 800;

/// The entries of the paragraphs between the title and the first section, outside the preamble.
pub fn entries(
    text: &str,
    body_start: usize,
    preamble: Option<&Range<usize>>,
    rules: &CollectionConfig,
) -> Vec<Entry> {
    let mut found = Vec::new();
    let first = paragraphs(text, body_start, preamble);
    let last = first.last().map_or(body_start, |last| last.end);
    for paragraph in first.into_iter().chain(below(text, last)) {
        let Some(words) = text.get(paragraph.clone()) else { continue };
        if let Some(entry) = day(words, paragraph.start) {
            found.push(entry);
            continue;
        }
        let mut clauses = statement::clauses(words, rules);
        let leads = clauses.first().is_some_and(|first| statement::is_preface(&words[..first.span.start]));
        if !leads {
            continue;
        }
        for clause in &mut clauses {
            clause.targets.retain(is_of_a_log);
        }
        for clause in clauses.into_iter().filter(|clause| !clause.targets.is_empty()) {
            let span = paragraph.start + clause.begin..paragraph.start + clause.span.end;
            let entry = |key: &str| Entry {
                key: key.to_owned(),
                key_span: span.start..span.start,
                node: Node::text(&text[span.clone()], span.clone()),
                container: OriginKind::Text,
            };
            found.push(entry(&clause.kind));
            if clause.kind == "superseded-by" && clause.scope.is_none() && !clause.pending {
                found.push(entry("Status"));
            }
        }
    }
    found
}

/// True for a link to a file, or a name that a record could have: `ADR-12`, not `SHA-256`.
fn is_of_a_log(target: &Target) -> bool {
    let text = target.text.as_str();
    let is_file =
        text.contains(".md") && !text.contains("://") || text.contains("/blob/") || text.starts_with("[[");
    let of_series = |prefix: Option<String>| prefix.is_none_or(|prefix| number::is_series_word(&prefix));
    is_file || number::of_value(text).is_some_and(|(prefix, _)| of_series(prefix))
}

/// Paragraphs further below that begin with "Supersedes": many records end with one.
fn below(text: &str, from: usize) -> Vec<Range<usize>> {
    const BEGINS: &str = "\nSuper";
    let rest = text.get(from..).unwrap_or_default();
    let mut found = Vec::new();
    for at in memchr::memmem::find_iter(rest.as_bytes(), BEGINS).take(MOST) {
        let start = at + 1;
        let blank = ["\n\n", "\n\r\n"].iter().filter_map(|blank| rest[start..].find(blank)).min();
        let end = blank.map_or(rest.len(), |end| start + end);
        let word = rest[start..end].split(' ').next().unwrap_or_default();
        let before = rest[..at].strip_suffix('\r').unwrap_or(&rest[..at]);
        let is_paragraph = before.ends_with('\n') && end - start <= LONGEST;
        let in_code = rest[..at].matches("\n```").count() % 2 == 1;
        if statement::is_superseding(&word.to_lowercase()) && is_paragraph && !in_code {
            found.push(from + start..from + end);
        }
    }
    found
}

/// A paragraph that is a date and nothing else.
fn day(words: &str, at: usize) -> Option<Entry> {
    let plain = inline::plain(words);
    let is_day = plain.starts_with(|c: char| c.is_ascii_digit()) && plain.len() <= 24;
    let found = date::read(&plain, None).ok().filter(|found| is_day && found.end >= plain.len())?;
    (!found.ambiguous).then(|| Entry {
        key: "date".to_owned(),
        key_span: at..at,
        node: Node::text(words, at..at + words.len()),
        container: OriginKind::Text,
    })
}

/// Byte ranges of the first paragraphs up to the second heading.
fn paragraphs(text: &str, from: usize, preamble: Option<&Range<usize>>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    let mut headings = 0;
    let is_metadata = |line: &Line<'_>| preamble.is_some_and(|own| own.contains(&line.start));
    for line in outline::lines(text, from..text.len()) {
        if line.level > 0 {
            headings += 1;
            if headings > 1 || !found.is_empty() || title::is_section_name(line.text) {
                break;
            }
        } else if line.is_blank() || is_metadata(&line) {
            open = false;
            if found.len() == MOST {
                break;
            }
        } else {
            let end = line.span.end;
            match found.last_mut().filter(|last| open && end - last.start <= LONGEST) {
                Some(last) => last.end = end,
                None if line.text.len() > LONGEST => break,
                None => found.push(line.start..end),
            }
            open = true;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_below_the_title_and_closing_paragraphs() {
        let check = |text: &str, expected: &[&str]| {
            for text in [text.to_owned(), text.replace('\n', "\r\n")] {
                let found = entries(&text, 0, None, &CollectionConfig::default());
                let keys = found.iter().map(|entry| entry.key.as_str()).collect::<Vec<_>>();
                assert_eq!(keys, expected, "{text:?}");
                assert!(found.iter().all(|entry| text.get(entry.node.span.clone()).is_some()), "{text:?}");
            }
        };
        check("# T\n\n> [!NOTE]\n> Superseded by [7](0007-x.md).\n\nText.\n", &["superseded-by", "Status"]);
        check("# T\n\nPartially superseded by [7](0007-x.md).\n", &["superseded-by"]);
        check("# T\n\n2026-03-01\n\nText.\n", &["date"]);
        check("# T\n\n## Context\n\nText.\n\nSupersedes [3](0003-y.md). More.\n\nText.\n", &["supersedes"]);
        // In the middle of a paragraph, in code, or of something else, it is no notice.
        check("# T\n\n## Context\n\nThe text of ADR 7\nSupersedes [3](0003-y.md).\n", &[]);
        check("# T\n\n## Context\n\n```\nx\n\nSupersedes [3](0003-y.md).\n```\n", &[]);
        check("# T\n\nReplaces the SHA-256 sums.\n", &[]);
        check("# T\n\nWe ask whether this is superseded by [7](0007-x.md).\n", &[]);
    }
}
