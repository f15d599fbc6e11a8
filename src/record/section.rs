//! Sections of the body that are metadata (`## Status`, `## Deciders`, `## Links`), as entries whose
//! value is the list of their lines.

use crate::config::CollectionConfig;

use super::entry::{Entry, Node, Value};
use super::field::{self, Field};
use super::outline::{self, LONGEST_NAME, Section};
use super::{OriginKind, date, preamble, relation};

/// A section that is metadata, as an entry; `None` for sections of prose, whatever their heading.
pub fn entry(text: &str, section: &Section<'_>, rules: &CollectionConfig) -> Option<Entry> {
    if section.heading.len() > LONGEST_NAME {
        return None;
    }
    let heading = section.name();
    let own_kind = || relation::kind_of(heading, rules).is_some();
    let wanted = match section.field {
        Some(Field::Status | Field::Links | Field::Revisit) => Some(Content::Any),
        Some(Field::Created | Field::Updated | Field::Decided | Field::CommentBy | Field::ReviewBy) => {
            Some(Content::Date)
        }
        Some(Field::People(_) | Field::Facet("tags")) => Some(Content::Words),
        Some(Field::Relation(kind)) => RELATIONS.contains(&kind).then_some(Content::Any),
        _ if ELSEWHERE.contains(&field::normalise(heading).as_ref()) || own_kind() => Some(Content::Any),
        _ => None,
    }?;
    let entry = lines(text, section, heading);
    let fits = match wanted {
        Content::Any => true,
        Content::Date => {
            let lines = entry.node.scalars();
            lines.len() <= 2
                && lines.first().is_some_and(|(line, _)| date::read(line, rules.date_order).is_ok())
        }
        Content::Words => {
            let lines = entry.node.scalars();
            lines.len() <= 32 && lines.iter().all(|(line, _)| line.len() <= 120 && !is_sentence(line))
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

/// The entry of a `## Status` section.
pub fn status(text: &str, section: &Section<'_>) -> Option<Entry> {
    is_status(section).then(|| lines(text, section, section.name()))
}

/// True for `## Status`, `## 1. Status`, `## 状态`.
pub fn is_status(section: &Section<'_>) -> bool {
    section.heading.len() <= 48 && section.field == Some(Field::Status)
}

/// Lines of a section that are read as values.
const MOST_LINES: usize = 64;

fn lines(text: &str, section: &Section<'_>, heading: &str) -> Entry {
    let lines = outline::lines(text, section.body.clone())
        .filter(|line| !line.is_blank())
        .take(MOST_LINES)
        .map(|line| {
            let (words, start) = preamble::without_bullet(&line);
            let length = words.char_indices().nth(2048).map_or(words.len(), |(end, _)| end);
            Node::text(&words[..length], start..start + length)
        });
    let items = lines.collect::<Vec<_>>();
    Entry {
        key: heading.to_owned(),
        key_span: section.heading_span.clone(),
        node: Node { value: Value::List(items), span: section.body.clone() },
        container: OriginKind::Section,
    }
}
