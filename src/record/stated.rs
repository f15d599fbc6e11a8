//! Where a record's status is stated: the first entry that states one, the lines of a status section,
//! a body that is only a signpost, the folder it lies in. [`super::status`] reads the words.

use std::ops::Range;

use crate::collection::Collection;
use crate::config::CollectionConfig;

use super::entry::{self, Entry, Node};
use super::field::{self, Field};
use super::relation::{self, Target};
use super::status::{self, Written};
use super::yaml;
use super::{Origin, OriginKind, State, Status, date, front_matter, inline, outline, preamble, section};

/// The status that one version of a file states, read as [`super::parse()`] reads it but without anything else:
/// no markdown is parsed, and nothing after the status is looked at. `sidecar` says that `text` is a
/// record's YAML file; a byte order mark is already off. `None` where the version states nothing.
pub fn status_of(path: &str, text: &str, sidecar: bool, rules: &CollectionConfig) -> Option<Status> {
    let status = |entries: &[Entry]| {
        let of = |wanted: Field| {
            entries.iter().filter(|entry| field::of(&entry.key) == Some(wanted)).collect::<Vec<_>>()
        };
        let found = first_status(&of(Field::Status), &of(Field::Stage), rules)?;
        let from = Origin { kind: found.entry.container, line: None, key: found.entry.key.clone() };
        Some(found.written.into_status(from))
    };
    if sidecar {
        return status(&yaml::read(text, 0..text.len(), OriginKind::Sidecar).entries);
    }
    let split = front_matter::split(text);
    status(&entry::flatten(split.read.entries))
        .or_else(|| status(&preamble::read(text, split.body_start).entries))
        .or_else(|| {
            let sections = outline::sections(text, split.body_start);
            let mut entries = sections.filter_map(|section| section::status(text, &section));
            entries.find_map(|entry| status(&[entry]))
        })
        .or_else(|| status(&[in_title(text, split.body_start, rules)?]))
        .or_else(|| {
            moved(text, split.body_start).map(|(label, _)| Status {
                state: State::Moved,
                label,
                note: None,
                from: Origin { kind: OriginKind::Text, line: None, key: path.to_owned() },
                inferred: true,
            })
        })
}

/// A status found, with the entry it was read from.
pub struct FoundStatus<'a> {
    pub written: Written,
    pub entry: &'a Entry,
    pub span: Range<usize>,
    /// Relations of a status section's link lines.
    pub relations: Vec<(String, Target)>,
}

/// The first entry that states a status; `stage` counts where there is no `status`.
pub fn first_status<'a>(
    statuses: &[&'a Entry],
    stages: &[&'a Entry],
    rules: &CollectionConfig,
) -> Option<FoundStatus<'a>> {
    statuses.iter().chain(stages).find_map(|entry| read_status(entry, rules))
}

pub fn read_status<'a>(entry: &'a Entry, rules: &CollectionConfig) -> Option<FoundStatus<'a>> {
    if entry.container != OriginKind::Section {
        let written = status::read(&entry.node.to_text(), rules)?;
        return Some(FoundStatus { written, entry, span: entry.node.span.clone(), relations: Vec::new() });
    }
    let mut found: Option<(Written, Range<usize>, bool)> = None;
    let mut relations = Vec::new();
    let mut superseded = None;
    for (line, span) in entry.node.scalars() {
        let standing = status::without_struck(line);
        let line = standing.as_ref();
        if let Some((kind, targets)) = relation::line(line, rules) {
            if kind == "superseded-by" {
                superseded = superseded.or_else(|| Some((status::read(line, rules)?, span.clone())));
            }
            relations.extend(targets.into_iter().map(|target| (kind.clone(), target.shifted(span.start))));
            continue;
        }
        // `[ ] Proposed` is a choice not taken, `[x] Accepted` the one that was.
        let (line, dated) = match line.get(..3) {
            Some("[ ]") => continue,
            Some("[x]" | "[X]") => (&line[3..], true),
            _ => match date::read(line, rules.date_order) {
                Ok(date) if line.starts_with(|c: char| c.is_ascii_digit()) => {
                    (line.get(date.end..).unwrap_or_default(), true)
                }
                _ => (line, false),
            },
        };
        let line = match preamble::key_value(line) {
            Some((key, value)) if field::of(&line[key.clone()]) == Some(Field::Status) => &line[value],
            Some((key, _)) if field::of(&line[key.clone()]).is_some() => continue,
            _ => line,
        };
        // Of dated lines the last one counts, of others the first.
        if found.as_ref().is_none_or(|(_, _, was_dated)| dated && *was_dated)
            && let Some(written) = status::read(line, rules)
        {
            found = Some((written, span, dated));
        }
    }
    let (written, span) = match (superseded, found) {
        (Some((mut written, span)), _) => {
            written.superseded_by.clear();
            (written, span)
        }
        (None, Some((written, span, _))) => (written, span),
        (None, None) => return None,
    };
    Some(FoundStatus { written, entry, span, relations })
}

/// What the first heading says of the record's end, as people add it there: `Use X (superseded by [7](7.md))`,
/// `[Deprecated] Use X`, `REJECTED: Use X`. Of an entry that could be more than that nothing is made.
pub fn in_title(text: &str, body_start: usize, rules: &CollectionConfig) -> Option<Entry> {
    let heading = outline::lines(text, body_start..text.len()).find(|line| line.level > 0)?;
    let title = heading.text.trim_end();
    let last = inline::last_bracket(title);
    let first = title.starts_with(['[', '(']).then(|| title.find([']', ')']).map(|end| 1..end)).flatten();
    let word = title.find(": ").map(|end| 0..end);
    let is_end = |part: &str| {
        status::read(part, rules).is_some_and(|written| {
            let ended = matches!(
                written.state,
                State::Superseded | State::Deprecated | State::Rejected | State::Withdrawn
            );
            written.known && ended && (written.note.is_none() || !written.superseded_by.is_empty())
        })
    };
    let part = [last, first, word].into_iter().flatten().find(|part| is_end(&title[part.clone()]))?;
    let span = heading.start + part.start..heading.start + part.end;
    Some(Entry {
        key: "Status".to_owned(),
        key_span: span.clone(),
        node: Node::text(&title[part], span),
        container: OriginKind::Heading,
    })
}

/// A body that is only a signpost: `Moved to [x](x.md)`, `This file was moved to …`. Returns its words.
pub fn moved(text: &str, body_start: usize) -> Option<(String, Range<usize>)> {
    let body = text.get(body_start..)?.trim();
    if body.is_empty() || body.len() > 600 {
        return None;
    }
    let line =
        outline::lines(text, body_start..text.len()).find(|line| line.level == 0 && !line.is_blank())?;
    let words = inline::plain(line.text);
    let lower = words.to_lowercase();
    let subject = [
        "this file ",
        "this document ",
        "this proposal ",
        "this rfc ",
        "this adr ",
        "this record ",
        "this page ",
    ];
    let verb = subject.iter().find_map(|subject| lower.strip_prefix(subject)).unwrap_or(&lower);
    let verb = ["was ", "has been ", "has ", "is "]
        .iter()
        .find_map(|auxiliary| verb.strip_prefix(auxiliary))
        .unwrap_or(verb);
    let moves = ["moved", "renamed", "relocated"].iter().any(|word| verb.starts_with(word));
    (moves && (!inline::links(text.get(body_start..)?).is_empty() || lower.contains(".md")))
        .then(|| ("Moved".to_owned(), line.text_span()))
}

/// Two states that do not contradict each other: a folder says less exactly than a record.
pub fn agree(folder: State, written: State) -> bool {
    folder == written || folder.phase() == written.phase()
}

/// The state that the folders between the collection and the record name, innermost first.
pub fn folder_state(path: &str, collection: &Collection) -> Option<(State, String)> {
    let below = path.strip_prefix(&collection.path)?.trim_start_matches('/');
    let (folders, _) = below.rsplit_once('/')?;
    folders
        .rsplit('/')
        .find_map(|folder| Some((status::of_folder(folder, &collection.config)?, folder.to_owned())))
}
