//! What a commit does not date: a status that a record was committed with, or that one commit gave to many
//! records, held on that day, and may have held for years. Such a day is a bound, not the day of the decision.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{CREATED, state_of_git};
use crate::diagnostic::{self, Diagnostic, Place};
use crate::history::{FileHistory, History};
use crate::record::{Dates, Event, EventSource, Inferred, Phase, State};
use crate::site::Entry;

/// A commit that gives more records than this a status is a bulk edit.
const MANY: usize = 20;
/// In a small collection so is one that gives a third of its records a status, but at least this many: fewer may
/// well be decided on one day.
const FEW: usize = 5;

/// Full ids of the commits that give many records a status at once.
pub(super) fn bulk_commits(entries: &[Entry], history: &History) -> BTreeSet<String> {
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    let mut given: BTreeMap<&str, BTreeMap<usize, usize>> = BTreeMap::new();
    for entry in entries {
        *sizes.entry(entry.collection).or_default() += 1;
        let Some(file) = history.files.get(&entry.record.source) else { continue };
        let mut before = file.before;
        for dated in &file.states {
            let state = state_of_git(dated, &entry.record.status);
            if state.is_some() && state != before {
                *given.entry(&dated.commit).or_default().entry(entry.collection).or_default() += 1;
            }
            before = state.or(before);
        }
    }
    let is_bulk = |by_collection: &BTreeMap<usize, usize>| {
        let of_collection = |(at, count): (&usize, &usize)| {
            *count >= FEW && 3 * count >= sizes.get(at).copied().unwrap_or_default()
        };
        by_collection.values().sum::<usize>() > MANY || by_collection.iter().any(of_collection)
    };
    given.into_iter().filter(|(_, given)| is_bulk(given)).map(|(commit, _)| commit.to_owned()).collect()
}

/// One note for each bulk commit that leaves dates approximate.
pub(super) fn report(entries: &[Entry], folders: &[&str], bulk: &BTreeSet<String>) -> Vec<Diagnostic> {
    /// Day of the commit, how many records, and their collections.
    type Given = (Option<Date>, usize, BTreeSet<usize>);
    let mut given: BTreeMap<&str, Given> = BTreeMap::new();
    for entry in entries.iter().filter(|_| !bulk.is_empty()) {
        let told = super::told(&entry.events);
        let approximate = told.iter().filter(|event| event.inferred.is_some());
        let commits = approximate.filter_map(|event| bulk.get(event.commit.as_deref()?));
        for commit in commits.collect::<BTreeSet<_>>() {
            let git =
                |event: &&Event| event.source == EventSource::Git && event.commit.as_ref() == Some(commit);
            let (day, count, collections) = given.entry(commit).or_default();
            *day = day.or(entry.events.iter().find(git).map(|event| event.date));
            *count += 1;
            collections.insert(entry.collection);
        }
    }
    let notes = given.into_iter().map(|(commit, (day, count, collections))| {
        let folder = collections.first().and_then(|at| folders.get(*at)).copied().unwrap_or_default();
        diagnostic::bulk_status_commit(
            Place::file(if folder.is_empty() || collections.len() > 1 { "." } else { folder }),
            commit,
            day,
            count,
        )
    });
    notes.collect()
}

/// Enters what the record's own date says of a decision that git only bounds: it took effect on that day, as far
/// as its dates tell. After a bulk edit the commit that added the file stands for a date that is not written.
pub(super) fn estimate(events: &mut [Event], dates: &Dates, file: Option<&FileHistory>) {
    let in_force = |event: &&Event| event.to.map(State::phase) == Some(Phase::InForce);
    let Some(bound) = events.iter().filter(in_force).min_by_key(|event| (event.date, event.inferred)) else {
        return;
    };
    let by_author = events.iter().filter(in_force).any(|event| event.source != EventSource::Git);
    let known_before = file.is_some_and(|file| file.before.is_some());
    let (Some(reason), false, false) = (bound.inferred, by_author, known_before) else { return };
    let date = bound.date;
    let to = match bound.to {
        Some(State::Implemented) => Some(State::Accepted),
        to => to,
    };
    let is_own = |event: &Event| match dates.created {
        Some(_) => event.source == EventSource::FrontMatter && event.label == CREATED,
        None => reason == Inferred::BulkCommit && event.source == EventSource::Git,
    };
    let Some(at) = events.iter().position(|event| event.to.is_none() && is_own(event)) else { return };
    let own = events[at].date;
    let another_state = |event: &Event| event.to.is_some() && own <= event.date && event.date < date;
    if own < date && !events.iter().any(another_state) {
        let own = &mut events[at];
        (own.to, own.inferred) = (to, Some(Inferred::OwnDate));
        if let (EventSource::Git, Some(state)) = (own.source, to) {
            state.name().clone_into(&mut own.label);
        }
    }
}
