//! What a page shows beside the text instead of in it. A part of the preamble is left out of the body only
//! where its entries hold each of its words; everything else stays where the author wrote it. The values are
//! kept as written, so that a page can quote those of which its own rows lose a word.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::entry::{Entry, Node, Value, means_nothing};
use super::field::Field;
use super::preamble::{Part, Preamble};
use super::{OriginKind, Role, inline, table};
use crate::markdown::{self, Definitions, Kind, Piece};

/// A value of the metadata as its author wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its key.
    pub key: String,
    /// The value, markdown still in it.
    pub text: String,
    /// Where a page shows what was read of it.
    pub row: Row,
}

/// The part of a record's page that shows a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// The status.
    Status,
    /// Number and title.
    Title,
    /// The summary.
    Summary,
    /// A date, by its row's key: `created`, or the author's own name for it.
    Date(String),
    /// People with one part in the decision.
    People(Role),
    /// Tags of one facet.
    Tags(String),
    /// Links of one kind, by the field's name in `records.json`.
    Links(&'static str),
    /// Relations to other records.
    Relations,
    /// What should force another look.
    Revisit,
    /// The options compared.
    Options,
    /// A row under its own key, or none.
    Own,
}

/// A value as written, for a page; `None` where it says nothing.
pub(super) fn written(entry: &Entry, field: Option<Field>, is_relation: bool) -> Option<Written> {
    let row = match field {
        Some(Field::Draft)
            if matches!(entry.node.to_text().to_lowercase().trim(), "true" | "false" | "yes" | "no") =>
        {
            return None;
        }
        Some(Field::Status | Field::Stage) => Row::Status,
        Some(Field::Number | Field::Title | Field::Name) => Row::Title,
        Some(Field::Summary) => Row::Summary,
        Some(Field::Created) => Row::Date("created".to_owned()),
        Some(Field::Updated) => Row::Date("updated".to_owned()),
        Some(Field::Decided) => Row::Date("decided".to_owned()),
        Some(Field::CommentBy) => Row::Date("comment-by".to_owned()),
        Some(Field::ReviewBy) => Row::Date("review-by".to_owned()),
        Some(Field::Milestone) => Row::Date(entry.key.clone()),
        Some(Field::People(role)) => Row::People(role),
        Some(Field::Relation(_) | Field::Links) => Row::Relations,
        Some(Field::Discussion) => Row::Links("discussion"),
        Some(Field::Tracking) => Row::Links("tracking"),
        Some(Field::Implementation) => Row::Links("implementation"),
        Some(Field::Facet(facet)) => Row::Tags(facet.to_owned()),
        Some(Field::Revisit) => Row::Revisit,
        Some(Field::Options) => Row::Options,
        None if is_relation => Row::Relations,
        Some(Field::StatusNote | Field::Steward | Field::Slug | Field::Draft | Field::Extra) | None => {
            Row::Own
        }
    };
    if entry.key.is_empty() || entry.node.is_empty() {
        return None;
    }
    let text = values(&entry.node);
    (!means_nothing(&text)).then(|| Written { key: entry.key.clone(), text, row })
}

/// The scalars of a value, without the keys of maps.
fn values(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => text.clone(),
        _ => {
            let scalars = node.scalars();
            let texts = scalars.iter().map(|(text, _)| *text).filter(|text| !means_nothing(text));
            texts.collect::<Vec<_>>().join(", ")
        }
    }
}

/// Lines of front matter that is not valid, of which no entry holds the words.
pub(super) fn unread<'a>(
    text: &str,
    end: usize,
    entries: impl Iterator<Item = &'a Entry>,
) -> Option<Written> {
    let mut held: HashSet<String> = HashSet::new();
    for entry in entries {
        held.extend(words(&entry.key).chain(words(&entry.node.to_text())));
    }
    let lines = text.get(..end)?.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let rest = lines.filter(|line| words(line).any(|word| !held.contains(&word))).collect::<Vec<_>>();
    let text = rest.join(" ");
    (!rest.is_empty()).then(|| Written { key: "Front matter".to_owned(), text, row: Row::Own })
}

/// The words of a text, in lower case.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// Parts of a preamble that are looked at; what follows stays in the body.
const MOST_PARTS: usize = 128;

/// The byte ranges of the parts of a preamble that are shown beside the body instead of in it: parts whose
/// entries hold all their words. Parts with nothing between them that is shown make one range.
pub(super) fn left_out(text: &str, from: usize, preamble: &Preamble) -> Vec<Range<usize>> {
    let Some(end) = preamble.parts.iter().map(|part| part.span.end).max() else { return Vec::new() };
    // What is left of the last block belongs to the same markdown.
    let end = text[end..].find("\n\n").map_or(text.len(), |length| end + length).min(end + 4096);
    let end = (end..=text.len()).find(|end| text.is_char_boundary(*end)).unwrap_or(text.len());
    let definitions = match text[from..end].contains("][") {
        true => markdown::destinations(&text[from..]),
        false => Definitions::new(),
    };
    let shown = markdown::shown(&text[from..end], from, &definitions);
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for part in preamble.parts.iter().take(MOST_PARTS) {
        let entries = preamble.entries.get(part.entries.clone()).unwrap_or_default();
        if !is_covered(text, &part.span, entries, &shown, &definitions) {
            continue;
        }
        let shows = |between: Range<usize>| {
            let mut pieces = within(&shown, &between).iter();
            pieces.any(|piece| overlaps(&piece.span, &between) && piece.shows_something())
        };
        match ranges.last_mut() {
            Some(last) if !shows(last.end..part.span.start) => last.end = part.span.end,
            _ => ranges.push(part.span.clone()),
        }
    }
    // A heading over nothing but metadata goes with it.
    if let (Some(first), Some(heading)) = (ranges.first_mut(), &preamble.heading)
        && text.get(heading.end..first.start).is_some_and(|between| between.trim().is_empty())
        && preamble.parts.iter().all(|part| part.span.end <= first.end)
    {
        first.start = heading.start;
    }
    ranges
}

/// Where the prose begins that follows a paragraph of the preamble which stays in the body, for the summary:
/// values are no part of it.
pub(super) fn prose_after(text: &str, preamble: &Preamble, left_out: &[Range<usize>]) -> Option<usize> {
    let stays = |part: &&Part| !left_out.iter().any(|range| range.contains(&part.span.start));
    let part = preamble.parts.iter().rev().find(stays)?;
    let entry = preamble.entries.get(part.entries.clone())?.last()?;
    if entry.container != OriginKind::Line {
        return None;
    }
    let after = text.get(entry.node.span.end..part.span.end)?;
    let next = after.find('\n').map(|length| entry.node.span.end + length + 1);
    // A line that goes on in lower case is the rest of the value.
    let is_sentence = |at: &usize| text.get(*at..).is_some_and(|rest| rest.starts_with(char::is_uppercase));
    Some(next.filter(is_sentence).unwrap_or(part.span.end))
}

/// The pieces that stand in a range or reach into it. Pieces are in order, and none lies in another but those
/// of an image.
fn within<'a>(shown: &'a [Piece], range: &Range<usize>) -> &'a [Piece] {
    let end = shown.partition_point(|piece| piece.span.start < range.end);
    let mut start = shown.partition_point(|piece| piece.span.start < range.start).min(end);
    while start > 0 && shown[start - 1].span.is_empty() {
        start -= 1;
    }
    start = start.saturating_sub(1);
    while start > 0 && shown[start - 1].span.start == shown[start].span.start {
        start -= 1;
    }
    &shown[start..end]
}

fn overlaps(left: &Range<usize>, right: &Range<usize>) -> bool {
    left.start < right.end && right.start < left.end
}

/// True where the entries of a part hold all that a renderer shows of it.
fn is_covered(
    text: &str,
    span: &Range<usize>,
    entries: &[Entry],
    shown: &[Piece],
    definitions: &Definitions,
) -> bool {
    let is_badge = |entry: &&Entry| {
        let place = entry.key_span.clone();
        text.get(place).is_some_and(|key| key.starts_with("![")) || entry.key == "tags"
    };
    if entries.is_empty() || entries.iter().any(|entry| entry.key.is_empty()) {
        return false;
    }
    // A footnote's definition may stand anywhere.
    if text.get(span.clone()).is_some_and(|part| part.contains("[^")) {
        return false;
    }
    let badges = entries.iter().any(|entry| is_badge(&entry));
    let mut found = String::new();
    for piece in within(shown, span).iter().filter(|piece| overlaps(&piece.span, span)) {
        if !piece.shows_something() {
            found.push(' ');
            continue;
        }
        let inside = span.start <= piece.span.start && piece.span.end <= span.end;
        let has_words = words(&piece.text).next().is_some();
        let refused = match piece.kind {
            Kind::Words | Kind::Code => !inside && has_words,
            Kind::Image => !badges,
            Kind::Body => true,
        };
        if refused {
            return false;
        }
        found.push_str(&piece.text);
    }
    let mut held: HashMap<String, usize> = HashMap::new();
    let mut hold = |text: &str| words(text).for_each(|word| *held.entry(word).or_default() += 1);
    for entry in entries {
        hold(&entry.key);
        hold(&plain(&values_of(&entry.node), definitions));
    }
    // The row that names the columns of a table.
    if let Some(names) = text.get(span.clone()).and_then(table::column_names) {
        names.iter().for_each(|name| hold(name));
    }
    words(&found).all(|word| match held.get_mut(&word) {
        Some(left) if *left > 0 => {
            *left -= 1;
            true
        }
        _ => false,
    })
}

fn values_of(node: &Node) -> String {
    node.scalars().iter().map(|(text, _)| *text).collect::<Vec<_>>().join("\n\n")
}

/// What a renderer shows of a value in a text with these definitions.
pub fn plain(value: &str, definitions: &Definitions) -> String {
    markdown::shown(value, 0, definitions).iter().map(|piece| piece.text.as_str()).collect()
}

/// True for entries of containers that are not a part of the body.
pub(super) fn is_outside(entry: &Entry) -> bool {
    matches!(entry.container, OriginKind::FrontMatter | OriginKind::Sidecar)
}

/// The places of bare web addresses in a text.
pub fn bare_links(text: &str) -> Vec<Range<usize>> {
    let links = inline::links(text).into_iter();
    links.filter(|link| text.get(link.span.clone()) == Some(&link.url)).map(|link| link.span).collect()
}
