//! A record's status: where it is stated, what folder and collection say where it is not.

use super::Reader;
use crate::collection::Collection;
use crate::config::CollectionConfig;
use crate::diagnostic;
use crate::record::entry::Entry;
use crate::record::stated::{agree, first_status, folder_state, moved, read_status};
use crate::record::status::{self, Written};
use crate::record::{Origin, OriginKind, Spans, State, Status};

impl Reader<'_> {
    /// The first status written, else what body, folder and collection imply. `changelog` is the last state of a
    /// changelog, with the entry it was read from.
    pub(super) fn status(
        &mut self,
        statuses: &[&Entry],
        stages: &[&Entry],
        changelog: Option<(Entry, Written)>,
        collection: &Collection,
    ) {
        let folder = folder_state(&self.text.path, collection);
        if let Some(found) = first_status(statuses, stages, self.rules) {
            let place = self.place(found.entry.container, found.span.clone());
            if found.written.template {
                let text = found.entry.node.to_text();
                let text = text.chars().take(80).collect::<String>();
                self.record.diagnostics.push(diagnostic::template_text_left(place, &text));
            } else if !found.written.known {
                let suggestion = status::suggestion(&found.written.label, self.rules);
                let problem = diagnostic::unknown_status(place, &found.written.label, suggestion.as_deref());
                self.record.diagnostics.push(problem);
            } else if let Some((state, folder)) =
                folder.filter(|(state, _)| !agree(*state, found.written.state))
            {
                let _ = state;
                self.record.diagnostics.push(diagnostic::status_not_folder(
                    place,
                    &found.written.label,
                    &folder,
                ));
            }
            for clause in found.relations {
                self.relate_all(clause, found.entry, None);
            }
            let text = found.entry.node.to_text();
            for clause in found.written.relations.clone() {
                self.relate_all(clause, found.entry, Some((text.trim(), &found.span)));
            }
            // A status in the title repeats what another place says.
            let places = statuses.iter().filter(|entry| entry.container != OriginKind::Heading);
            self.disagreement("status", &places.copied().collect::<Vec<_>>(), |entry, rules| {
                let found = read_status(entry, rules)
                    .filter(|found| found.written.known && !found.written.template)?;
                Some((found.written.state.name().to_owned(), found.written.label))
            });
            let mut from = self.origin(found.entry);
            from.line = Some(self.source(found.entry.container).line(found.span.start));
            self.record.status = found.written.into_status(from);
            return;
        }
        if let Some((entry, written)) = changelog {
            let from = self.origin(&entry);
            self.record.status = written.into_status(from);
            return;
        }
        let moved = moved(&self.text.text, self.record.body_start);
        self.record.status = if let Some((label, span)) = moved {
            let line = Some(self.text.line(span.start));
            let spans = Some(Spans { key: span.start..span.start, value: span });
            let from = Origin { kind: OriginKind::Text, line, key: "moved".to_owned(), spans };
            Status { state: State::Moved, label, note: None, from, inferred: true }
        } else if let Some((state, folder)) = folder {
            let from = Origin::rule(OriginKind::Folder, &folder);
            Status { state, label: String::new(), note: None, from, inferred: true }
        } else if let Some((state, from)) = collection.default_state.clone() {
            Status { state, label: String::new(), note: None, from, inferred: true }
        } else {
            if !self.record.diagnostics.iter().any(|problem| problem.code == "several-records") {
                self.record.diagnostics.push(diagnostic::missing_status(&self.text.path));
            }
            return;
        };
    }

    /// Reports the later of two entries of one field that say different things; `read` gives what is
    /// compared and what is shown.
    pub(super) fn disagreement(
        &mut self,
        field: &str,
        entries: &[&Entry],
        read: impl Fn(&Entry, &CollectionConfig) -> Option<(String, String)>,
    ) {
        // One entry agrees with itself.
        let entries = if entries.len() > 1 { entries } else { &[] };
        let mut first: Option<(String, String)> = None;
        for entry in entries {
            let Some((compared, shown)) = read(entry, self.rules) else { continue };
            match &first {
                None => first = Some((compared, shown)),
                Some((other, before)) if *other != compared => {
                    let place = self.place(entry.container, entry.key_span.clone());
                    let problem = diagnostic::metadata_disagrees(place, field, &shown, before);
                    self.record.diagnostics.push(problem);
                }
                Some(_) => {}
            }
        }
    }
}
