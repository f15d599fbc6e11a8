//! Timelines: what git, the metadata and the text each tell of a record, in one order; when a decision
//! was in force; and what happened in a week or a year over the whole site. Pure functions; nothing here
//! reads git, looks at a clock or draws.
//!
//! Two sources often tell one transition: the front matter says `decided: 2024-03-01`, and the commit that
//! wrote it came on the 5th. [`events`] keeps both, each with its own day and source, because an auditor
//! asks for either; [`told`] is the reader's form, where the written day stands and carries the commit.

mod bound;
mod force;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::diagnostic::Diagnostic;
use crate::history::{DatedState, FileHistory, History};
use crate::memo::Memos;
use crate::record::{Dates, Event, EventSource, Inferred, Phase, Record, Sourced, State, Status};
use crate::site::{Entry, Ix, Site};

pub use force::{Interval, as_of, in_force, undated};

/// Label of the event that a record's own date of creation is.
const CREATED: &str = "created";

/// Days between a written date and a commit that may still be the same transition: reviews are merged,
/// and statuses flipped, within about a month of the decision.
const SAME_TRANSITION_DAYS: i32 = 31;

/// What a record's own file and git tell of it.
type Told = (Arc<[Event]>, Arc<[Interval]>);

/// What [`tell`] keeps for the next time: by what it was told from.
pub type Memory = Memos<(Arc<Record>, Arc<History>, Date, Arc<BTreeSet<String>>), Told>;

/// Gives every record its timeline and the days on which it was in force. Comes after relations are
/// resolved, because a decision ends on the day on which what supersedes it comes into force. `folders` are those
/// of the collections. Returns what is to be reported: commits that give many records a status at once.
pub fn tell(
    entries: &mut [Entry],
    folders: &[&str],
    history: &Arc<History>,
    today: Date,
    memory: &mut Memory,
) -> Vec<Diagnostic> {
    let bulk = Arc::new(bound::bulk_commits(entries, history));
    let told: Vec<Told> = memory.all(
        entries,
        |entry| entry.record.source.as_str(),
        |before, entry| {
            let same = Arc::ptr_eq(&before.0, &entry.record) && Arc::ptr_eq(&before.1, history);
            same && before.2 == today && before.3 == bulk
        },
        |entry| (Arc::clone(&entry.record), Arc::clone(history), today, Arc::clone(&bulk)),
        |entry, (record, ..)| {
            let events = events(record, history.files.get(&entry.record.source), &bulk);
            let alone = in_force(&events, &record.status, &record.dates, &[], today);
            (events.into(), alone.into())
        },
    );
    for (entry, (events, alone)) in entries.iter_mut().zip(&told) {
        (entry.events, entry.in_force) = (Arc::clone(events), Arc::clone(alone));
    }
    for ix in 0..entries.len() {
        let entry = &entries[ix];
        let direct: BTreeSet<Ix> =
            entry.superseded_by.iter().filter_map(|path| path.first().copied()).collect();
        if direct.is_empty() {
            continue;
        }
        let record = &entry.record;
        let alone = |by: &Ix| told.get(*by).map_or(&[][..], |(_, alone)| alone);
        let superseded: Vec<Interval> = direct.iter().flat_map(alone).copied().collect();
        let mut own = in_force(&entry.events, &record.status, &record.dates, &superseded, today);
        // It ended, but on a day that nothing tells.
        let undated = |by: &Ix| {
            let state = entries.get(*by).map(|other| other.record.status.state);
            state.is_some_and(|state| state.phase() == Phase::InForce) && alone(by).is_empty()
        };
        if direct.iter().any(undated) {
            own.retain(|own| own.to.is_some());
        }
        entries[ix].in_force = own.into();
    }
    bound::report(entries, folders, &bulk)
}

/// The whole timeline of a record, oldest first: every state that git saw, every date that the metadata
/// gives for something that happened (deadlines such as `comment-by` are plans, not events), and the dated
/// lines of its text. Where two sources tell the same transition on the same day it stands once, git's
/// commit and the metadata's line both on it. `from` is filled in over all sources. `bulk` holds the commits that
/// give many records a status at once.
pub fn events(record: &Record, file: Option<&FileHistory>, bulk: &BTreeSet<String>) -> Vec<Event> {
    merge(&record.dates, &record.status, &record.events, file, bulk)
}

fn merge(
    dates: &Dates,
    status: &Status,
    lines: &[Event],
    file: Option<&FileHistory>,
    bulk: &BTreeSet<String>,
) -> Vec<Event> {
    let mut all: Vec<Event> = Vec::new();
    all.extend(dates.created.as_ref().map(|date| written(date, None, CREATED)));
    // What is committed on the day on which it was written cannot have held before.
    let made = dates.created.as_ref().map(|date| date.value);
    all.extend(
        file.into_iter()
            .flat_map(|file| of_git(file, status, bulk))
            .map(|event| Event { inferred: event.inferred.filter(|_| made != Some(event.date)), ..event }),
    );
    let git = all.len();
    if let Some(date) = &dates.decided {
        all.push(match decision(date.value, status, &all) {
            Some(state) => written(date, Some(state), "decided"),
            None => written(date, None, &date.from.key),
        });
    }
    all.extend(dates.other.iter().map(|(name, date)| written(date, state_of_milestone(name), name)));
    all.extend(dates.updated.as_ref().map(|date| written(date, None, "updated")));
    all.extend(lines.iter().cloned());
    bound::estimate(&mut all, dates, file);

    let (seen, told) = all.split_at_mut(git);
    let mut kept = Vec::with_capacity(seen.len() + told.len());
    for event in told {
        let twin =
            seen.iter_mut().find(|twin| twin.date == event.date && twin.to == event.to && event.to.is_some());
        match twin {
            Some(twin) => (twin.line, twin.inferred) = (twin.line.or(event.line), event.inferred),
            None => kept.push(event.clone()),
        }
    }
    let mut merged = seen.to_vec();
    merged.append(&mut kept);
    merged.sort_by_key(|event| event.date);
    chain(&mut merged, file.and_then(|file| file.before));
    merged
}

/// A record's timeline as a reader wants it told: a commit that only confirms a transition which the
/// author dated (within a month of it, or in the record's first commit) is folded into the author's event,
/// which then carries the commit; a label that changed nothing but its capitals is left out, and so is the
/// day of creation where the first state is of the same day.
pub fn told(events: &[Event]) -> Vec<Event> {
    let first_commit = events.iter().position(|event| event.source == EventSource::Git);
    let mut told: Vec<Event> =
        events.iter().filter(|event| event.source != EventSource::Git).cloned().collect();
    let mut label: Option<(Option<State>, &str)> = None;
    for (at, event) in events.iter().enumerate().filter(|(_, event)| event.source == EventSource::Git) {
        if event.inferred == Some(Inferred::OwnDate) {
            told.push(event.clone());
            continue;
        }
        let repeats =
            label.is_some_and(|(state, label)| state == event.to && label.eq_ignore_ascii_case(&event.label));
        label = Some((event.to, &event.label));
        if repeats {
            continue;
        }
        let author = told
            .iter_mut()
            .filter(|other| other.source != EventSource::Git && other.commit.is_none())
            .filter(|other| other.to.is_some() && other.to == event.to)
            .filter(|other| {
                days_between(other.date, event.date) <= SAME_TRANSITION_DAYS
                    || (Some(at) == first_commit && other.date <= event.date)
                    || (other.inferred == Some(Inferred::OwnDate) && event.inferred.is_some())
            })
            .min_by_key(|other| days_between(other.date, event.date));
        match author {
            Some(author) => {
                author.commit.clone_from(&event.commit);
                author.author.clone_from(&event.author);
            }
            None => told.push(event.clone()),
        }
    }
    told.sort_by_key(|event| event.date);
    let first_state = told.iter().find(|event| event.to.is_some()).map(|event| event.date);
    told.retain(|event| event.to.is_some() || event.label != CREATED || Some(event.date) != first_state);
    chain(&mut told, events.iter().find_map(|event| event.to.map(|_| event.from)).flatten());
    told
}

/// The status changes of one week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// Its Monday.
    pub monday: Date,
    /// Its changes, newest first; of one day the last of the site, which was most likely written last.
    pub changes: Vec<(Ix, Event)>,
}

/// Every status change up to today, by week, newest week first. Milestones that change no state are not in it.
pub fn changes(site: &Site) -> Vec<Week> {
    let mut weeks: BTreeMap<Date, Vec<(Ix, Event)>> = BTreeMap::new();
    for (ix, event) in told_until_today(site) {
        if event.to.is_some() && event.to != event.from {
            weeks.entry(monday(event.date)).or_default().push((ix, event));
        }
    }
    let weeks = weeks.into_iter().rev();
    weeks
        .map(|(monday, mut changes)| {
            changes.reverse();
            changes.sort_by_key(|(_, event)| std::cmp::Reverse(event.date));
            Week { monday, changes }
        })
        .collect()
}

/// Everything that happened up to today, by year; within a year oldest first.
pub fn by_year(site: &Site) -> BTreeMap<i16, Vec<(Ix, Event)>> {
    let mut years: BTreeMap<i16, Vec<(Ix, Event)>> = BTreeMap::new();
    for (ix, event) in told_until_today(site) {
        years.entry(event.date.year()).or_default().push((ix, event));
    }
    for events in years.values_mut() {
        events.sort_by_key(|(ix, event)| (event.date, *ix));
    }
    years
}

fn told_until_today(site: &Site) -> impl Iterator<Item = (Ix, Event)> {
    let told = |(ix, entry): (Ix, &Entry)| told(&entry.events).into_iter().map(move |event| (ix, event));
    site.entries.iter().enumerate().flat_map(told).filter(|(_, event)| event.date <= site.today)
}

/// The states that git saw, as events. A version that states nothing gets the record's inferred state
/// where there is one (being in the folder is the status), else it is told as what it is: the record was
/// added, or its status removed.
fn of_git(file: &FileHistory, status: &Status, bulk: &BTreeSet<String>) -> Vec<Event> {
    let mut before = file.before;
    let mut stated = file.before.is_some();
    let states = file.states.iter().enumerate();
    states
        .map(|(at, dated)| {
            let to = state_of_git(dated, status);
            let inferred = match to {
                Some(state) if before != Some(state) && bulk.contains(&dated.commit) => {
                    Some(Inferred::BulkCommit)
                }
                Some(_) if dated.state.is_some() && !stated => Some(Inferred::FirstStatus),
                _ => None,
            };
            (before, stated) = (to.or(before), dated.state.is_some());
            let label = match (dated.state, to, at) {
                (Some(_), ..) => dated.label.clone(),
                (None, Some(state), _) => state.name().to_owned(),
                (None, None, 0) if file.before.is_none() => "added".to_owned(),
                (None, None, _) => "status removed".to_owned(),
            };
            Event {
                date: dated.date,
                from: None,
                to,
                label,
                source: EventSource::Git,
                line: None,
                commit: Some(dated.commit.clone()),
                author: Some(dated.author.clone()),
                inferred,
            }
        })
        .collect()
}

fn written(date: &Sourced<Date>, to: Option<State>, label: &str) -> Event {
    Event {
        date: date.value,
        from: None,
        to,
        label: label.to_owned(),
        source: EventSource::FrontMatter,
        line: date.from.line,
        commit: None,
        author: None,
        inferred: None,
    }
}

/// The state that a version states; one that states none has the record's inferred state, where it has one.
fn state_of_git(dated: &DatedState, status: &Status) -> Option<State> {
    dated.state.or(status.inferred.then_some(status.state))
}

/// The state that a record's `decided` date brought, or `None` where the date cannot be that of the
/// decision: the status is still open, git shows the record open after that day (many logs keep the date
/// of the first draft), or closed by then (others renew it with every edit).
fn decision(date: Date, status: &Status, git: &[Event]) -> Option<State> {
    let state = match status.state {
        State::Draft | State::Proposed | State::Unknown | State::Moved => return None,
        State::Implemented | State::Deprecated | State::Superseded => State::Accepted,
        state => state,
    };
    let phase = |event: &Event| event.to.map(State::phase);
    let open_later = git.iter().any(|event| event.date > date && phase(event) == Some(Phase::Open));
    let before = git.iter().rev().find(|event| event.date <= date && event.to.is_some());
    let over =
        before.and_then(phase).is_some_and(|before| matches!(before, Phase::Retired | Phase::Elsewhere));
    (!open_later && !over).then_some(state)
}

/// `accepted_at`, `Accepted on`, `date-accepted` → accepted. Names of no state are milestones.
fn state_of_milestone(name: &str) -> Option<State> {
    let words = name.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    let mut words = words.filter(|word| !matches!(word.as_str(), "" | "at" | "on" | "date" | "day" | "in"));
    let state = words.next().as_deref().and_then(State::from_name);
    state.filter(|_| words.next().is_none())
}

/// Fills in `from` over events in order: the state before, where the event brings one.
fn chain(events: &mut [Event], mut state: Option<State>) {
    for event in events {
        event.from = event.to.and(state);
        state = event.to.or(state);
    }
}

fn days_between(a: Date, b: Date) -> i32 {
    (a - b).get_days().abs()
}

fn monday(date: Date) -> Date {
    let back = i64::from(date.weekday().to_monday_zero_offset());
    date.checked_sub(back.days()).unwrap_or(date)
}

#[cfg(test)]
mod tests;
