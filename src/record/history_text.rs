//! Dated lines of the text → events: implementation histories, changelogs, revision tables and the
//! dated lines of a status section.

use std::ops::Range;

use crate::config::CollectionConfig;
use crate::source::SourceText;

use super::outline::{self, Section};
use super::{Event, EventSource, State, date, inline, preamble, status};

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
    HISTORIES.contains(&super::field::normalise(&inline::plain(section.heading)).as_ref())
}

/// The events that dated lines of `range` tell, in the order written: bullets, plain lines and table
/// rows that start with a date.
pub fn read(text: &SourceText, range: Range<usize>, rules: &CollectionConfig) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
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
        let dated = date::read(words, rules.date_order).ok();
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
        });
    }
    events
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

/// The state that a history line brings: only where it says nothing else ("Accepted", "Status: draft").
fn state(label: &str, rules: &CollectionConfig) -> Option<State> {
    let written = status::read(label, rules)?;
    let alone = written.known && written.note.is_none() && !written.template;
    (alone && !matches!(written.state, State::Unknown | State::Moved)).then_some(written.state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dated_lines() {
        let text = "## Implementation History\n\n- 2019-04-12: Initial draft\n* **2020-01-02** - Accepted\n| 2021-05-06 | Final | x |\n2017/11/22 提议\n- not dated\n- 2020-01-02\n";
        let text = SourceText::new("a.md", text);
        let events = read(&text, 25..text.text.len(), &CollectionConfig::default());
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
            ]
        );
    }
}
