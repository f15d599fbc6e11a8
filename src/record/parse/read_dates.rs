//! A record's dates: which field, which day, and what is wrong with it.

use std::ops::Range;

use jiff::civil::Date;

use super::Reader;
use crate::diagnostic;
use crate::record::entry::{Entry, means_nothing};
use crate::record::field::Field;
use crate::record::{OriginKind, Sourced, State, date, inline};

/// A date of the record that counts, and where it was written.
pub(super) struct Dated {
    field: Field,
    key: String,
    date: Date,
    container: OriginKind,
    span: Range<usize>,
}

/// What cannot come before what: the later field, then the earlier one.
const ORDER: [(Field, Field); 6] = [
    (Field::Updated, Field::Created),
    (Field::Decided, Field::Created),
    (Field::CommentBy, Field::Created),
    (Field::ReviewBy, Field::Created),
    (Field::ReviewBy, Field::Decided),
    (Field::Updated, Field::Decided),
];

impl Reader<'_> {
    pub(super) fn date(&mut self, entry: &Entry, field: Option<Field>) {
        let scalars = entry.node.scalars();
        let Some((text, span)) = scalars.first().cloned() else { return };
        let shown_span = span.clone();
        if means_nothing(text) {
            return;
        }
        let plain = text.trim();
        let words = match inline::plain(plain) {
            // `<mm/dd/yyyy>` is a tag to the reader of markdown.
            words if words.trim().is_empty() => plain.to_owned(),
            words => words,
        };
        let shown = words.chars().take(60).collect::<String>();
        let read = if field == Some(Field::CommentBy) { date::read_end } else { date::read };
        let found = match read(&words, self.rules.date_order) {
            Ok(found) => found,
            Err(bad) => {
                let template =
                    plain.to_lowercase().contains("yyyy") || plain.starts_with('{') && plain.contains(' ');
                let is_date_key = matches!(field, Some(Field::Created | Field::Updated));
                let place = self.place(entry.container, span);
                let problem = match bad {
                    _ if template => diagnostic::template_text_left(place, &shown),
                    date::Bad::OffCalendar => {
                        diagnostic::bad_date(place, &entry.key, &shown, "no day of the calendar")
                    }
                    date::Bad::Incomplete => {
                        // It cannot be sorted by, but a reader can tell what it means.
                        self.record.extra.push((entry.key.clone(), shown.clone()));
                        diagnostic::bad_date(place, &entry.key, &shown, "no whole date: the day is missing")
                    }
                    date::Bad::Nothing if is_date_key => {
                        diagnostic::bad_date(place, &entry.key, &shown, "no date")
                    }
                    // `approved: yes` and `Since: the beginning` are no failed dates.
                    date::Bad::Nothing => {
                        self.record.extra.push((entry.key.clone(), shown));
                        return;
                    }
                };
                self.record.diagnostics.push(problem);
                return;
            }
        };
        if found.ambiguous {
            let place = self.place(entry.container, span);
            let problem = diagnostic::ambiguous_date(place, &shown, &found.date.to_string());
            self.record.diagnostics.push(problem);
        }
        let from = self.origin(entry);
        let rest = inline::plain(plain).get(found.end..).unwrap_or_default().to_lowercase();
        let sourced = |value: Date| Sourced { value, from: from.clone() };
        let dates = &mut self.record.dates;
        let slot = match field {
            Some(Field::Updated) => &mut dates.updated,
            Some(Field::Decided) => &mut dates.decided,
            Some(Field::CommentBy) => &mut dates.comment_by,
            Some(Field::ReviewBy) => &mut dates.review_by,
            Some(Field::Created) => &mut dates.created,
            _ => {
                dates.other.entry(entry.key.clone()).or_insert_with(|| sourced(found.date));
                return;
            }
        };
        if slot.is_none() {
            *slot = Some(sourced(found.date));
            let field = field.unwrap_or(Field::Created);
            self.dated.push(Dated {
                field,
                key: entry.key.clone(),
                date: found.date,
                container: entry.container,
                span: shown_span,
            });
        }
        let dates = &mut self.record.dates;
        // "2019-05-13, updated 2023-02-05".
        if field == Some(Field::Created)
            && (rest.contains("updated") || rest.contains("revised") || rest.contains("modified"))
            && let Some((updated, _)) = date::find_iso(&rest)
        {
            dates.updated.get_or_insert_with(|| sourced(updated));
        }
    }

    /// `Accepted on 2020-01-02`, `Rejected (2020-01-02)`: the status says when it was decided, where no field does.
    pub(super) fn decided_in_status(&mut self) {
        let status = &self.record.status;
        let over = matches!(status.state, State::Accepted | State::Rejected | State::Active);
        let Some(note) = status.note.as_deref().filter(|_| over && !status.inferred) else { return };
        let day = note.trim().trim_start_matches("on ").trim();
        if let Ok(found) = date::read(day, self.rules.date_order)
            && found.end >= day.len()
            && !found.ambiguous
        {
            let from = status.from.clone();
            self.record.dates.decided.get_or_insert(Sourced { value: found.date, from });
        }
    }

    /// Reports each date that comes before one that it should follow.
    pub(super) fn dates_in_order(&mut self) {
        let mut reported = Vec::new();
        for (later, earlier) in ORDER {
            let find = |field: Field| self.dated.iter().find(|dated| dated.field == field);
            let Some((later, earlier)) = find(later).zip(find(earlier)) else { continue };
            if later.date < earlier.date && !reported.contains(&later.field) {
                reported.push(later.field);
                let place = self.place(later.container, later.span.clone());
                let problem =
                    diagnostic::date_order(place, (&later.key, later.date), (&earlier.key, earlier.date));
                self.record.diagnostics.push(problem);
            }
        }
    }
}
