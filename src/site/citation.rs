//! Citations of records that no longer stand: what a reader of a decision that holds would follow into one
//! that does not. Looks at bodies only; what the metadata relates is [`super::relation`]'s.

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::civil::Date;

use super::{Entry, Ix, Target};
use crate::collection::Collection;
use crate::diagnostic::{self, Diagnostic, Place};
use crate::record::{Phase, State};
use crate::source::Inputs;

/// The notes on one record: for each superseded record that it cites, at the first citation. A record that
/// is over itself tells history, and so does one that has a relation to what it cites; a citation written
/// before the cited record was superseded was right then, and a decision is not rewritten.
pub fn stale(inputs: &Inputs, entries: &[Entry], collections: &[Collection], ix: Ix) -> Vec<Diagnostic> {
    let Some(entry) = entries.get(ix) else { return Vec::new() };
    if !matches!(entry.record.status.state.phase(), Phase::Open | Phase::InForce) {
        return Vec::new();
    }
    let is_related = |other: &Ix| entry.relations.iter().any(|relation| relation.target == *other);
    let mut seen: BTreeSet<Ix> = BTreeSet::new();
    let mut notes = Vec::new();
    for (start, target) in entry.targets.iter() {
        let Target::Record(cited, _) = target else { continue };
        let Some(other) = entries.get(*cited).filter(|other| other.record.status.state == State::Superseded)
        else {
            continue;
        };
        let is_metadata = entry.record.left_out.iter().any(|left_out| left_out.contains(start));
        if is_metadata || *cited == ix || is_related(cited) || !seen.insert(*cited) {
            continue;
        }
        let heads: BTreeSet<Ix> =
            other.superseded_by.iter().filter_map(|path| path.last().copied()).collect();
        if heads.is_empty() || heads.contains(&ix) || is_older(entry, other) {
            continue;
        }
        let names = heads.iter().filter_map(|head| Some(super::name(entries.get(*head)?, collections)));
        let names: Vec<String> = names.collect();
        let Some(text) = inputs.text(&entry.record.source) else { continue };
        let span = span_at(entry, *start);
        let cited = super::name(other, collections);
        notes.push(diagnostic::cites_superseded(Place::span(text, span), &cited, &names));
    }
    notes
}

/// True where the citing record was decided before the cited one was superseded.
fn is_older(citing: &Entry, cited: &Entry) -> bool {
    if citing.record.status.state.phase() == Phase::Open {
        return false;
    }
    let dates = &citing.record.dates;
    let written = [&dates.decided, &dates.created].into_iter().flatten().map(|date| date.value).next();
    let written = citing.in_force.first().map(|own| own.from).or(written);
    let over = cited.events.iter().rev().find(|event| event.to == Some(State::Superseded));
    let over: Option<Date> =
        over.map(|event| event.date).or_else(|| cited.in_force.last().and_then(|own| own.to));
    written.zip(over).is_some_and(|(written, over)| written < over)
}

/// The range of the link or mention that starts at a byte.
fn span_at(entry: &Entry, start: usize) -> Range<usize> {
    let scan = &entry.record.scan;
    let links = scan.links.iter().map(|link| &link.span);
    let spans = links.chain(scan.mentions.iter().map(|mention| &mention.span));
    spans.into_iter().find(|span| span.start == start).cloned().unwrap_or(start..start)
}
