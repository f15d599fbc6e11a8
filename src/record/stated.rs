//! Where a record's status is stated: the first entry that states one, the lines of a status section, a body that is
//! only a signpost, the folder it lies in. [`super::status`] reads the words.

use std::ops::Range;

use jiff::civil::Date;

use crate::collection::Collection;
use crate::config::CollectionConfig;

use super::container::Reader;
use super::entry::{Entry, Node};
use super::field::{self, Field};
use super::statement::{self, Clause};
use super::status::{self, Written};
use super::{Origin, OriginKind, State, Status, date, history_text, inline, outline, preamble, table};

/// The status that one version of a file states: what [`super::parse()`] would read, without anything that is not
/// needed for it. `sidecar` says that `text` is a record's YAML file; a byte order mark is already off. `None` where
/// the version states nothing.
pub fn status_of(path: &str, text: &str, sidecar: bool, rules: &CollectionConfig) -> Option<Status> {
    let mut reader = match sidecar {
        true => Reader::new("", Some(text), rules),
        false => Reader::new(text, None, rules),
    };
    let status = |found: FoundStatus<'_>| {
        let from = Origin::rule(found.entry.container, &found.entry.key);
        found.written.into_status(from)
    };
    // A status goes before a stage in any container, so that the rest is only read where there is no status.
    while let Some(entries) = reader.advance() {
        let statuses = entries.iter().filter(|entry| field::of(&entry.key) == Some(Field::Status));
        if let Some(found) = statuses.filter_map(|entry| read_status(entry, rules)).next() {
            return Some(status(found));
        }
    }
    let stages = reader.entries.iter().filter(|entry| is_stage(entry, field::of(&entry.key), rules));
    let stage = stages.filter_map(|entry| read_status(entry, rules)).next().map(status);
    let history = || {
        in_history(&reader, text, rules)
            .map(|(entry, written)| written.into_status(Origin::rule(entry.container, &entry.key)))
    };
    stage.or_else(history).or_else(|| {
        let (label, _) = moved(text, reader.body_start).filter(|_| !sidecar)?;
        let from = Origin::rule(OriginKind::Text, path);
        Some(Status { state: State::Moved, label, note: None, from, inferred: true })
    })
}

/// Where a status stands among those of the same record; the lowest counts. 0 is the front matter's.
pub fn rank(status: &Status) -> u8 {
    let container = match status.from.kind {
        OriginKind::FrontMatter => 0,
        OriginKind::Sidecar => 1,
        _ => 2,
    };
    match field::of(status.from.key.trim_start_matches(['#', ' '])) {
        Some(Field::Status) => container,
        Some(Field::Stage | Field::Implementation) => 3 + container,
        _ => 6,
    }
}

/// A status found, with the entry it was read from.
#[derive(Debug)]
pub struct FoundStatus<'a> {
    pub written: Written,
    pub entry: &'a Entry,
    /// Where it stands in the entry's file.
    pub span: Range<usize>,
    /// Relations of other lines of a status section, their places relative to the file.
    pub relations: Vec<Clause>,
}

/// True for an entry that gives the status where nothing else does: a stage, or `Implementation: Done`.
pub fn is_stage(entry: &Entry, field: Option<Field>, rules: &CollectionConfig) -> bool {
    field == Some(Field::Stage)
        || field == Some(Field::Implementation) && status::is_state(&entry.node.to_text(), rules)
}

/// The first entry that states a status; `stage` counts where there is no `status`.
pub fn first_status<'a>(
    statuses: &[&'a Entry],
    stages: &[&'a Entry],
    rules: &CollectionConfig,
) -> Option<FoundStatus<'a>> {
    statuses.iter().chain(stages).find_map(|entry| read_status(entry, rules))
}

/// The status that an entry states.
pub fn read_status<'a>(entry: &'a Entry, rules: &CollectionConfig) -> Option<FoundStatus<'a>> {
    if entry.container != OriginKind::Section {
        let written = status::read(&entry.node.to_text(), rules)?;
        return Some(FoundStatus { written, entry, span: entry.node.span.clone(), relations: Vec::new() });
    }
    let mut section =
        StatusSection { found: None, relations: Vec::new(), superseded: None, columns: None, stages: false };
    for (paragraph, span) in entry.node.scalars() {
        section.paragraph(paragraph, span, rules);
    }
    let StatusSection { found, relations, superseded, .. } = section;
    let (mut written, span) = match (superseded, found) {
        (Some(superseded), _) if superseded.0.state == State::Superseded => superseded,
        (_, Some(found)) => (found.written, found.span),
        (Some(superseded), None) => superseded,
        (None, None) => return None,
    };
    // They are among the section's.
    written.relations.clear();
    Some(FoundStatus { written, entry, span, relations })
}

/// A status section in the reading.
struct StatusSection {
    found: Option<FoundLine>,
    relations: Vec<Clause>,
    /// A line that begins with "superseded by …": it is stronger than the word above it.
    superseded: Option<(Written, Range<usize>)>,
    /// The columns of status and date of a table.
    columns: Option<(usize, Option<usize>)>,
    /// The table has a row for each stage, and a tick where it is reached.
    stages: bool,
}

struct FoundLine {
    written: Written,
    span: Range<usize>,
    day: Option<Date>,
}

impl StatusSection {
    fn paragraph(&mut self, text: &str, span: Range<usize>, rules: &CollectionConfig) {
        let standing = status::without_struck(text);
        let text = standing.as_ref();
        let clauses = statement::clauses(text, rules);
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let range = start..start + line.len();
            start = range.end;
            let trimmed = line.trim();
            // The rest of a relation's remark is no state of this record.
            let within = |clause: &&Clause| {
                let first = text[..clause.span.start].rfind('\n').map_or(0, |end| end + 1);
                first < range.start && range.start < clause.span.end
            };
            if trimmed.is_empty() || clauses.iter().any(|clause| within(&clause)) {
                continue;
            }
            let own = clauses.iter().find(|clause| !clause.is_state && range.contains(&clause.span.start));
            let leads = |clause: &&Clause| {
                !text[range.start..clause.span.start].contains(|c: char| c.is_alphanumeric())
            };
            let place = span.start + range.start..span.start + range.start + line.trim_end().len();
            match own {
                Some(clause)
                    if clause.kind == "superseded-by"
                        && (leads(&clause) || !status_begins(trimmed, rules)) =>
                {
                    let rest = &text[range.start..clause.span.end.max(range.end)];
                    let stronger = clause.scope.is_none() && !clause.pending;
                    let is_first = self
                        .superseded
                        .as_ref()
                        .is_none_or(|(known, _)| stronger && known.state != State::Superseded);
                    if let Some(written) = status::read(rest, rules).filter(|_| is_first) {
                        self.superseded = Some((written, place));
                    }
                }
                Some(clause) if leads(&clause) => {}
                _ => self.line(trimmed, place, rules),
            }
        }
        self.relations.extend(clauses.into_iter().map(|clause| clause.shifted(span.start)));
    }

    fn line(&mut self, line: &str, span: Range<usize>, rules: &CollectionConfig) {
        let (line, day, dated) = match line.get(..3) {
            _ if table::is_row(line) => match self.row(line, rules) {
                Some((cell, day)) => (cell, day, true),
                None => return,
            },
            // `[ ] Proposed` is a choice not taken, `[x] Accepted` the one that was.
            Some("[ ]") => return,
            Some("[x]" | "[X]") => (line[3..].to_owned(), None, true),
            _ => match date::read(line, rules.date_order) {
                Ok(found) if line.starts_with(|c: char| c.is_ascii_digit()) => {
                    (line.get(found.end..).unwrap_or_default().to_owned(), Some(found.date), true)
                }
                _ => (line.to_owned(), None, false),
            },
        };
        let (line, day, dated) = match preamble::key_value(&line) {
            Some((key, value)) => match field::of(&line[key.clone()]) {
                Some(Field::Status) => (line[value].to_owned(), day, dated),
                // `Accepted: 2026-01-01`
                _ if status::is_state(&line[key.clone()], rules) => {
                    let own = date::read(&line[value], rules.date_order).ok().map(|found| found.date);
                    (line, day.or(own), dated || own.is_some())
                }
                Some(_) => return,
                None => (line, day, dated),
            },
            None => (line, day, dated),
        };
        // Of dated lines the latest counts, of others the first.
        let counts = self.found.as_ref().is_none_or(|before| {
            dated
                && before
                    .day
                    .zip(day)
                    .map_or(before.day.is_some() == day.is_some(), |(before, now)| before <= now)
                && (before.day.is_some() || day.is_none())
        });
        if counts && let Some(written) = status::read(&line, rules) {
            self.found = Some(FoundLine { written, span, day });
        }
    }

    /// The status and day of a table's row.
    fn row(&mut self, line: &str, rules: &CollectionConfig) -> Option<(String, Option<Date>)> {
        let cells = table::cells_of(line);
        if cells.iter().all(|cell| cell.chars().all(|c| "-: ".contains(c))) {
            return None;
        }
        let is_status = |cell: &&str| field::of(&inline::plain(cell)) == Some(Field::Status);
        if self.columns.is_none()
            && let Some(at) = cells.iter().position(is_status)
        {
            // `| Status | Accepted |` or the names of columns.
            if let [_, value] = cells.as_slice()
                && at == 0
                && status::is_state(value, rules)
            {
                return Some(((*value).to_owned(), None));
            }
            let is_date = |cell: &&str| {
                matches!(
                    field::of(&inline::plain(cell)),
                    Some(Field::Created | Field::Updated | Field::Decided)
                )
            };
            self.columns = Some((at, cells.iter().position(is_date)));
            self.stages = cells.iter().any(|cell| field::of(&inline::plain(cell)) == Some(Field::Stage));
            return None;
        }
        let day =
            |cell: &&str| date::read(&inline::plain(cell), rules.date_order).ok().map(|found| found.date);
        if self.stages {
            let reached = |cell: &&&str| {
                cell.contains(['✅', '✔', '☑', '✓'])
                    || matches!(cell.to_lowercase().as_str(), "x" | "yes" | "done")
            };
            cells.iter().find(reached)?;
            return Some(((*cells.iter().find(|cell| status::is_state(cell, rules))?).to_owned(), None));
        }
        let (status, date) = match self.columns {
            Some((status, date)) => (*cells.get(status)?, date.and_then(|date| day(cells.get(date)?))),
            None => (*cells.iter().find(|cell| status::is_state(cell, rules))?, cells.iter().find_map(day)),
        };
        Some((status.to_owned(), date))
    }
}

/// True for a line whose first word is a state.
fn status_begins(line: &str, rules: &CollectionConfig) -> bool {
    status::read(line, rules).is_some_and(|written| written.known && written.state != State::Superseded)
}

/// The last state of a changelog (`- 2022-07-12: accepted`, `- accepted (2022-07-12)`), where nothing else states one.
pub fn in_history(reader: &Reader<'_>, text: &str, rules: &CollectionConfig) -> Option<(Entry, Written)> {
    let histories = reader.sections.iter().filter(|section| history_text::is_history(section));
    let entries = histories.flat_map(|section| history_text::states(text, section, rules));
    entries.max_by_key(|(day, ..)| *day).map(|(_, entry, written)| (entry, written))
}

/// What the first heading says of the record's end, as people add it there: `Use X (superseded by [7](7.md))`,
/// `[Deprecated] Use X`, `REJECTED: Use X`, or the whole heading: `Superseded!`. Of an entry that could be more than
/// that nothing is made.
pub fn in_title(text: &str, body_start: usize, rules: &CollectionConfig) -> Option<Entry> {
    let heading = outline::lines(text, body_start..text.len()).find(|line| line.level > 0)?;
    let title = heading.text.trim_end();
    let last = inline::last_bracket(title);
    let first = title.starts_with(['[', '(']).then(|| title.find([']', ')']).map(|end| 1..end)).flatten();
    let word = title.find(": ").map(|end| 0..end);
    let whole = Some(0..title.trim_end_matches(['!', '.']).len()).filter(|whole| whole.end > 3);
    let is_end = |part: &str| {
        status::read(part, rules).is_some_and(|written| {
            let ended = matches!(
                written.state,
                State::Superseded | State::Deprecated | State::Rejected | State::Withdrawn
            );
            written.known && ended && (written.note.is_none() || !written.relations.is_empty())
        })
    };
    let part = [last, first, word, whole].into_iter().flatten().find(|part| is_end(&title[part.clone()]))?;
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
    // `IMPORTANT: This document was moved`
    let after_label = lower.split_once(": ").filter(|(label, _)| !label.contains(' ')).map(|(_, rest)| rest);
    let lower = after_label.unwrap_or(&lower);
    let subject = ["file", "document", "proposal", "rfc", "adr", "record", "page", "decision"];
    let rest = lower.strip_prefix("this ").and_then(|rest| {
        let (word, rest) = rest.split_once(' ')?;
        subject.contains(&word).then_some(rest)
    });
    let verb = rest.unwrap_or(lower);
    let verb = ["was ", "has been ", "has ", "is ", "is now "]
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

/// The state that the folders of a record name, innermost first, the collection's own (`proposals-done`) last.
pub fn folder_state(path: &str, collection: &Collection) -> Option<(State, String)> {
    let below = path.strip_prefix(&collection.path)?.trim_start_matches('/');
    let folders = below.rsplit_once('/').map_or("", |(folders, _)| folders);
    let own = collection.path.rsplit('/').next().filter(|own| own.contains(['-', '_']));
    let all = folders.rsplit('/').filter(|folder| !folder.is_empty()).chain(own);
    let state = |folder: &str| Some((status::of_folder(folder, &collection.config)?, folder.to_owned()));
    all.into_iter().find_map(state)
}
