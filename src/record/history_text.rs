//! Dated lines of the text → events: implementation histories, changelogs, revision tables and the
//! dated lines of a status section.

use std::ops::Range;

use jiff::civil::Date;

use crate::config::CollectionConfig;
use crate::diagnostic::{self, Diagnostic, Place};
use crate::source::SourceText;

use super::entry::{Entry, Node};
use super::outline::{self, Section};
use super::status::{self, Written};
use super::{Event, EventSource, OriginKind, State, date, inline, preamble};

/// Headings of sections that tell a history, in normal form.
#[rustfmt::skip]
const HISTORIES: [&str; 14] = [
    "implementationhistory", "changelog", "history", "revisionhistory", "revisions", "changes", "documenthistory", "timeline",
    "statushistory", "versionhistory", "updates", "decisionhistory", "amendments", "变更历史",
];

/// Events kept of one record.
const MOST: usize = 256;

/// True where the section tells a history.
pub fn is_history(section: &Section<'_>) -> bool {
    HISTORIES.contains(&super::field::normalise(&section.title).as_ref())
}

/// What the dated lines of a section tell.
#[derive(Debug, Default)]
pub struct History {
    /// The events, in the order written.
    pub events: Vec<Event>,
    /// Days that no calendar has.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the dated lines of `range`: bullets, plain lines and table rows that start with a date.
pub fn read(text: &SourceText, range: Range<usize>, rules: &CollectionConfig) -> History {
    let mut history = History::default();
    let events = &mut history.events;
    // The event that a line without a date goes on with; a blank line or another bullet ends it.
    let mut open = false;
    for line in outline::lines(&text.text, range) {
        let (words, start) = preamble::without_bullet(&line);
        let is_item = start > line.start + (line.text.len() - line.text.trim_start().len());
        let words = words.trim_start_matches(['|', ' ', '*', '_', '[', '`']);
        if line.is_blank() || words.len() > 4096 {
            open = false;
            continue;
        }
        // A date in the middle of a sentence starts no event.
        let dated = date::read(words, rules.date_order);
        if let Err(date::Bad::OffCalendar) = dated
            && let Some(day) = iso_like(words)
        {
            let at = start
                + text.text.get(start..line.span.end).and_then(|rest| rest.find(day)).unwrap_or_default();
            let place = Place::span(text, at..at + day.len());
            let problem = diagnostic::bad_date(place, "history", day, "no day of the calendar");
            history.diagnostics.push(problem);
        }
        let dated = dated.ok();
        let dated = dated.filter(|found| words.starts_with(|c: char| c.is_ascii_digit()) || found.end <= 24);
        let Some(found) = dated.filter(|_| words.starts_with(|c: char| c.is_ascii_alphanumeric())) else {
            if open
                && !is_item
                && let Some(last) = events.last_mut()
                && last.label.len() < LONGEST_LABEL
            {
                last.label = shorten(&format!("{} {}", last.label, inline::plain(words)));
                last.to = state(&last.label, rules);
            } else {
                open = false;
            }
            continue;
        };
        let rest = words.get(found.end..).unwrap_or_default().split(" | ").collect::<Vec<_>>().join(" – ");
        let label = inline::plain(&rest);
        let label = label.trim_matches(|c: char| c.is_whitespace() || ":-–—|,.)]*;".contains(c));
        open = !label.is_empty();
        if label.is_empty() {
            continue;
        }
        if events.len() == MOST {
            break;
        }
        events.push(Event {
            date: found.date,
            from: None,
            to: state(label, rules),
            label: shorten(label),
            source: EventSource::Text,
            line: Some(text.line(start)),
            commit: None,
            author: None,
            inferred: None,
        });
    }
    history
}

/// The states of a changelog's lines, each with its day, whichever of both comes first: `- 2022-07-12: accepted`,
/// `- [approved](…) (2022-07-12)`.
pub fn states(text: &str, section: &Section<'_>, rules: &CollectionConfig) -> Vec<(Date, Entry, Written)> {
    let state = |line: outline::Line<'_>| {
        let (words, start) = preamble::without_bullet(&line);
        let (day, span) = date::find_iso(words)?;
        let rest = match words[..span.start].contains(char::is_alphanumeric) {
            true => words[..span.start].trim_end_matches(|c: char| !c.is_alphanumeric() && !")]".contains(c)),
            false => words[span.end..].trim_start_matches(|c: char| !c.is_alphanumeric() && c != '['),
        };
        // "Add discussion" is work on the text.
        let first = inline::plain(rest);
        let first = first.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty())?.to_owned();
        let is_state =
            |written: &Written| written.known && !written.template && status::is_known(&first, rules);
        let written = status::read(rest, rules).filter(is_state)?;
        let at = start + words.find(rest)?;
        let span = at..at + rest.len();
        let entry = Entry {
            key: section.title.clone(),
            key_span: section.heading_span.clone(),
            node: Node::text(rest, span),
            container: OriginKind::Section,
        };
        Some((day, entry, written))
    };
    outline::lines(text, section.body.clone())
        .filter(|line| line.text.len() <= 400)
        .filter_map(state)
        .take(MOST)
        .collect()
}

/// The day that a line starts with, written as in ISO 8601 though it may not exist.
fn iso_like(words: &str) -> Option<&str> {
    let day = words.get(..10)?;
    let digits = |range: Range<usize>| day[range].bytes().all(|byte| byte.is_ascii_digit());
    let like = day.is_ascii() && digits(0..4) && digits(5..7) && digits(8..10);
    (like && day[4..5] == day[7..8] && ["-", "/", "."].contains(&&day[4..5])).then_some(day)
}

/// Longest label that is kept, in bytes.
const LONGEST_LABEL: usize = 280;

fn shorten(label: &str) -> String {
    let label = label.trim_end_matches(['.', ' ']);
    match label.char_indices().nth(LONGEST_LABEL) {
        Some((end, _)) => format!("{}…", label[..end].trim_end()),
        None => label.to_owned(),
    }
}

/// The state that a history line brings: only where it says nothing else ("Accepted", "Status: draft"), or
/// how it came about ("Accepted, with changes", "Approved by the council"). "Accepted suggestions" is work.
fn state(label: &str, rules: &CollectionConfig) -> Option<State> {
    let written = status::read(label, rules)?;
    let circumstance = |note: &str| {
        let first = note.split_whitespace().next().unwrap_or_default().to_lowercase();
        ["with", "by", "after", "unanimously", "conditionally", "at"].contains(&first.as_str())
    };
    let alone = written.known && !written.template && written.note.as_deref().is_none_or(circumstance);
    (alone && !matches!(written.state, State::Unknown | State::Moved)).then_some(written.state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dated_lines() {
        let text = "## Implementation History\n\n- 2019-04-12: Initial draft\n* **2020-01-02** - Accepted\n| 2021-05-06 | Final | x |\n2017/11/22 提议\n- not dated\n- 2020-01-02\n- 2022-05-01: Accepted, with changes\n- 2022-05-02: Accepted suggestions\n- 2022-02-30: Final\n- 10.0.0.300/8\n";
        let text = SourceText::new("a.md", text);
        let history = read(&text, 25..text.text.len(), &CollectionConfig::default());
        let events = history.events;
        let shown = events
            .iter()
            .map(|event| format!("{} {} {:?} {:?}", event.date, event.label, event.to, event.line))
            .collect::<Vec<_>>();
        assert_eq!(
            shown,
            [
                "2019-04-12 Initial draft None Some(3)",
                "2020-01-02 Accepted Some(Accepted) Some(4)",
                "2021-05-06 Final – x None Some(5)",
                "2017-11-22 提议 Some(Proposed) Some(6)",
                "2022-05-01 Accepted, with changes Some(Accepted) Some(9)",
                "2022-05-02 Accepted suggestions None Some(10)",
            ]
        );
        let problems =
            history.diagnostics.iter().map(|found| (found.place.line, found.place.column, found.code));
        assert_eq!(problems.collect::<Vec<_>>(), [(11, 3, "bad-date")]);
    }
}
