//! Sections of the body that are metadata (`## Status`, `## Deciders`, `## Links`), as entries whose
//! value is the list of their paragraphs.

use std::ops::Range;

use crate::config::CollectionConfig;

use super::entry::{Entry, Node, Value};
use super::field::{self, Field};
use super::outline::{self, LONGEST_NAME, Section};
use super::{OriginKind, date, inline, preamble, relation, status, table};

/// A section that is metadata, as an entry; `None` for sections of prose, whatever their heading.
pub fn entry(text: &str, section: &Section<'_>, rules: &CollectionConfig) -> Option<Entry> {
    if section.heading.len() > LONGEST_NAME {
        return None;
    }
    if let Some(entry) = in_heading(section, rules) {
        return Some(entry);
    }
    let heading = section.name();
    let own_kind = || relation::kind_of(heading, rules).is_some();
    let wanted = match section.field {
        Some(Field::Status | Field::Links | Field::Revisit) => Some(Content::Any),
        Some(Field::Created | Field::Updated | Field::Decided | Field::CommentBy | Field::ReviewBy) => {
            Some(Content::Date)
        }
        Some(Field::People(_) | Field::Steward | Field::Facet("tags")) => Some(Content::Words),
        Some(Field::Relation(kind)) => RELATIONS.contains(&kind).then_some(Content::Any),
        _ if ELSEWHERE.contains(&field::normalise(heading).as_ref()) || own_kind() => Some(Content::Any),
        _ => None,
    }?;
    let entry = paragraphs(text, section, heading);
    let fits = match wanted {
        Content::Any => true,
        Content::Date => {
            let lines = entry.node.scalars();
            lines.len() <= 2
                && lines.first().is_some_and(|(line, _)| date::read(line, rules.date_order).is_ok())
        }
        Content::Words => {
            let paragraphs = entry.node.scalars();
            let mut lines = paragraphs.iter().flat_map(|(paragraph, _)| paragraph.lines());
            paragraphs.len() <= 32 && lines.all(|line| line.len() <= 120 && !is_sentence(line))
        }
    };
    fits.then_some(entry)
}

/// One that goes on, or ends as no name of four words does.
fn is_sentence(line: &str) -> bool {
    line.contains(". ") || line.ends_with('.') && line.split_whitespace().count() > 4
}

/// What a section must hold to be metadata.
enum Content {
    Any,
    /// One date.
    Date,
    /// Names or tags, not sentences.
    Words,
}

/// Kinds whose name is the heading of a list of records; "Dependencies" or "Extends" are prose.
const RELATIONS: [&str; 6] = ["supersedes", "superseded-by", "amends", "amended-by", "relates-to", "refines"];

/// Headings under which lines like `Supersedes [12](12.md)` stand, in normal form.
const ELSEWHERE: [&str; 4] = ["moreinformation", "references", "relateddocuments", "seealso"];

/// True for `## Status`, `## 1. Status`, `## 状态`.
pub fn is_status(section: &Section<'_>) -> bool {
    section.heading.len() <= 48 && section.field == Some(Field::Status)
}

/// The status that a heading states itself: `### Status: **Approved**`, `## Status (Accepted)`.
fn in_heading(section: &Section<'_>, rules: &CollectionConfig) -> Option<Entry> {
    let heading = section.heading;
    let at = section.heading_span.start;
    let (key, value) = match preamble::key_value(heading) {
        Some(found) => found,
        None => {
            let inner = inline::last_bracket(heading)
                .filter(|inner| status::is_state(&heading[inner.clone()], rules))?;
            (0..inner.start.saturating_sub(1), inner)
        }
    };
    let is_status = field::of(outline::without_number(&heading[key.clone()])) == Some(Field::Status);
    let node = Node::text(heading[value.clone()].trim(), at + value.start..at + value.end);
    (is_status && !node.is_empty()).then(|| Entry {
        key: "Status".to_owned(),
        key_span: at + key.start..at + key.end,
        node,
        container: OriginKind::Heading,
    })
}

/// Paragraphs of a section that are read as values.
const MOST_PARAGRAPHS: usize = 64;

/// Longest paragraph that is read, in bytes.
const LONGEST: usize = 4 * 1024;

/// The paragraphs, list items and table rows under a heading, as written; the lines of a paragraph stay together.
fn paragraphs(text: &str, section: &Section<'_>, heading: &str) -> Entry {
    let mut items: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    for line in outline::lines(text, section.body.clone()) {
        if line.is_blank() {
            open = false;
            continue;
        }
        let (words, start) = preamble::without_bullet(&line);
        let quoted = line.start > line.span.start;
        let is_item = start > line.start + (line.text.len() - line.text.trim_start().len());
        let begins = is_item || quoted || table::is_row(line.text);
        let end = start + words.len();
        let full = items.len() == MOST_PARAGRAPHS;
        match items.last_mut().filter(|item| open && !begins && end - item.start <= LONGEST) {
            Some(item) => item.end = end,
            None if full => break,
            None => items.push(start..start + inline::head_of(words, LONGEST).len()),
        }
        open = !quoted && !table::is_row(line.text);
    }
    let items = items.into_iter().map(|span| Node::text(text.get(span.clone()).unwrap_or_default(), span));
    Entry {
        key: heading.to_owned(),
        key_span: section.heading_span.clone(),
        node: Node { value: Value::List(items.collect()), span: section.body.clone() },
        container: OriginKind::Section,
    }
}
