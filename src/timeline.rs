//! Timelines: what git, the metadata and the text each tell of a record, in one order; when a decision
//! was in force; and what happened in a week or a year over the whole site. Pure functions; nothing here
//! reads git, looks at a clock or draws.
//!
//! Two sources often tell one transition: the front matter says `decided: 2024-03-01`, and the commit that
//! wrote it came on the 5th. [`events`] keeps both, each with its own day and source, because an auditor
//! asks for either; [`told`] is the reader's form, where the written day stands and carries the commit.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;

use crate::history::{FileHistory, History};
use crate::record::{Dates, Event, EventSource, Phase, Record, Sourced, State, Status};
use crate::site::{Entry, Ix, Site};

/// Days between a written date and a commit that may still be the same transition: reviews are merged,
/// and statuses flipped, within about a month of the decision.
const SAME_TRANSITION_DAYS: i32 = 31;

/// Days on which a decision was in force: from `from` up to, but not including, `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    /// First day.
    pub from: Date,
    /// First day on which it no longer was; `None` while it still is.
    pub to: Option<Date>,
}

impl Interval {
    /// It was in force on this day.
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }
}

/// Gives every record its timeline and the days on which it was in force. Comes after relations are
/// resolved, because a decision ends on the day on which what supersedes it comes into force.
pub fn tell(entries: &mut [Entry], history: &History, today: Date) {
    for entry in entries.iter_mut() {
        let record = &entry.record;
        entry.events = events(record, history.files.get(&record.source));
        entry.in_force = in_force(&entry.events, &record.status, &record.dates, &[], today);
    }
    let alone: Vec<Vec<Interval>> = entries.iter().map(|entry| entry.in_force.clone()).collect();
    let binding: Vec<bool> =
        entries.iter().map(|entry| entry.record.status.state.phase() == Phase::InForce).collect();
    for entry in entries.iter_mut() {
        let direct: BTreeSet<Ix> =
            entry.superseded_by.iter().filter_map(|path| path.first().copied()).collect();
        if direct.is_empty() {
            continue;
        }
        let superseded: Vec<Interval> =
            direct.iter().filter_map(|by| alone.get(*by)).flatten().copied().collect();
        let record = &entry.record;
        entry.in_force = in_force(&entry.events, &record.status, &record.dates, &superseded, today);
        // It ended, but on a day that nothing tells.
        let undated = |by: &Ix| binding.get(*by) == Some(&true) && alone.get(*by).is_some_and(Vec::is_empty);
        if direct.iter().any(undated) {
            entry.in_force.retain(|own| own.to.is_some());
        }
    }
}

/// The whole timeline of a record, oldest first: every state that git saw, every date that the metadata
/// gives for something that happened (deadlines such as `comment-by` are plans, not events), and the dated
/// lines of its text. Where two sources tell the same transition on the same day it stands once, git's
/// commit and the metadata's line both on it. `from` is filled in over all sources.
pub fn events(record: &Record, file: Option<&FileHistory>) -> Vec<Event> {
    merge(&record.dates, &record.status, &record.events, file)
}

fn merge(dates: &Dates, status: &Status, lines: &[Event], file: Option<&FileHistory>) -> Vec<Event> {
    let mut all: Vec<Event> = Vec::new();
    all.extend(dates.created.as_ref().map(|date| written(date, None, "created")));
    all.extend(file.into_iter().flat_map(|file| of_git(file, status)));
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

    let (seen, told) = all.split_at_mut(git);
    let mut kept = Vec::with_capacity(seen.len() + told.len());
    for event in told {
        let twin =
            seen.iter_mut().find(|twin| twin.date == event.date && twin.to == event.to && event.to.is_some());
        match twin {
            Some(twin) => twin.line = twin.line.or(event.line),
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
/// which then carries the commit; a label that changed nothing but its capitals is left out.
pub fn told(events: &[Event]) -> Vec<Event> {
    let first_commit = events.iter().position(|event| event.source == EventSource::Git);
    let mut told: Vec<Event> =
        events.iter().filter(|event| event.source != EventSource::Git).cloned().collect();
    let mut label: Option<(Option<State>, &str)> = None;
    for (at, event) in events.iter().enumerate().filter(|(_, event)| event.source == EventSource::Git) {
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
    chain(&mut told, events.iter().find_map(|event| event.to.map(|_| event.from)).flatten());
    told
}

/// When a decision was in force, by its events and by what its status is now.
///
/// `superseded` holds the days on which records that supersede it were in force: from the first of them on
/// it no longer is, even where only the other end says so, unless it came into force again after they had
/// left. A status that nobody can read (`unknown`) ends nothing. Where the status says "in force" and no
/// event says since when, the record's own dates do; where not even they do, there is no interval.
pub fn in_force(
    events: &[Event],
    status: &Status,
    dates: &Dates,
    superseded: &[Interval],
    today: Date,
) -> Vec<Interval> {
    let mut intervals: Vec<Interval> = Vec::new();
    let mut since: Option<Date> = None;
    for (state, date) in events.iter().filter_map(|event| Some((event.to?, event.date))) {
        match (state.phase(), since) {
            (Phase::InForce, None) => since = Some(date),
            (Phase::InForce, Some(_)) | (Phase::Unknown, _) | (_, None) => {}
            (_, Some(from)) => {
                intervals.push(Interval { from, to: Some(date) });
                since = None;
            }
        }
    }
    let in_force_now = status.state.phase() == Phase::InForce;
    match since {
        Some(from) if in_force_now || status.state == State::Unknown => {
            intervals.push(Interval { from, to: None });
        }
        // The status has changed and no event says when. Where git has seen every other change, this one is
        // not committed yet: it is of today. Else only another date can tell; without one, not even the span
        // before it is told, since it would have no end.
        Some(from) => {
            let committed = events.iter().any(|event| event.source == EventSource::Git && event.to.is_some());
            let left = superseded.iter().map(|by| by.from).filter(|day| *day > from).min();
            let updated = dates.updated.as_ref().map(|date| date.value).filter(|day| *day > from);
            let to = left.or(updated).or(committed.then_some(today));
            intervals.extend(to.map(|to| Interval { from, to: Some(to) }));
        }
        None if in_force_now && intervals.is_empty() => {
            let from = [&dates.decided, &dates.created].into_iter().flatten().map(|date| date.value).next();
            intervals.extend(from.map(|from| Interval { from, to: None }));
        }
        None => {}
    }
    for by in superseded {
        for own in &mut intervals {
            let came_after = by.to.is_some_and(|left| left <= own.from);
            if !came_after && own.to.is_none_or(|to| by.from < to) {
                own.to = Some(by.from.max(own.from));
            }
        }
    }
    intervals.retain(|interval| interval.to.is_none_or(|to| interval.from < to));
    intervals
}

/// Records in force on a day, in the order of the site.
pub fn as_of(site: &Site, day: Date) -> Vec<Ix> {
    let entries = site.entries.iter().enumerate();
    entries
        .filter(|(_, entry)| entry.in_force.iter().any(|interval| interval.contains(day)))
        .map(|(ix, _)| ix)
        .collect()
}

/// Records that are in force now, but nothing says since when; [`as_of`] cannot place them.
pub fn undated(site: &Site) -> Vec<Ix> {
    let entries = site.entries.iter().enumerate();
    entries
        .filter(|(_, entry)| entry.in_force.is_empty() && entry.superseded_by.is_empty())
        .filter(|(_, entry)| entry.record.status.state.phase() == Phase::InForce)
        .map(|(ix, _)| ix)
        .collect()
}

/// The status changes of one week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// Its Monday.
    pub monday: Date,
    /// Its changes, newest first; on one day in the order of the site.
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
            changes.sort_by_key(|(ix, event)| (std::cmp::Reverse(event.date), *ix));
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
fn of_git(file: &FileHistory, status: &Status) -> Vec<Event> {
    let stated = |state: Option<State>| state.or(status.inferred.then_some(status.state));
    let states = file.states.iter().enumerate();
    states
        .map(|(at, dated)| {
            let to = stated(dated.state);
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
    }
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
    let over = before.and_then(phase).is_some_and(|before| before == Phase::Retired);
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
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::history::DatedState;
    use crate::record::{Origin, OriginKind};

    fn day(text: &str) -> Date {
        text.parse().unwrap_or(Date::ZERO)
    }

    fn status(text: &str) -> Status {
        let state = State::from_name(text).unwrap_or(State::Unknown);
        let from = Origin { kind: OriginKind::FrontMatter, line: Some(2), key: "status".to_owned() };
        Status { state, label: text.to_owned(), note: None, from, inferred: false }
    }

    /// `decided 2024-03-01, accepted_at 2024-03-02`.
    fn dates(text: &str) -> Dates {
        let mut dates = Dates::default();
        for (name, date) in text.split(", ").filter_map(|field| field.split_once(' ')) {
            let from = Origin { kind: OriginKind::FrontMatter, line: Some(3), key: "date".to_owned() };
            let date = Sourced { value: day(date), from };
            match name {
                "created" => dates.created = Some(date),
                "decided" => dates.decided = Some(date),
                "updated" => dates.updated = Some(date),
                "comment_by" => dates.comment_by = Some(date),
                _ => {
                    dates.other.insert(name.to_owned(), date);
                }
            }
        }
        dates
    }

    /// `2024-03-05 accepted, 2024-04-01 -`.
    fn git(text: &str) -> FileHistory {
        let states = text.split(", ").filter_map(|state| state.split_once(' ')).enumerate();
        let states = states.map(|(at, (date, label))| DatedState {
            date: day(date),
            state: State::from_name(&label.to_lowercase()),
            label: label.trim_start_matches('-').to_owned(),
            commit: format!("c{at}"),
            author: "Author".to_owned(),
        });
        FileHistory { states: states.collect(), ..FileHistory::default() }
    }

    /// `2024-03-05 accepted "in the text"`.
    fn text(line: &str) -> Vec<Event> {
        let events = line.split(", ").filter_map(|event| event.split_once(' '));
        let event = |(date, label): (&str, &str)| Event {
            date: day(date),
            from: None,
            to: State::from_name(label),
            label: label.to_owned(),
            source: EventSource::Text,
            line: Some(9),
            commit: None,
            author: None,
        };
        events.map(event).collect()
    }

    fn print(events: &[Event]) -> String {
        let lines = events.iter().map(|event| {
            let state = |state: Option<State>| state.map_or("-", State::name);
            let line = event.line.map(|line| format!(" line {line}")).unwrap_or_default();
            let commit = event.commit.as_ref().map(|commit| format!(" {commit}")).unwrap_or_default();
            let (from, to) = (state(event.from), state(event.to));
            format!("{} {from} → {to} `{}` {:?}{line}{commit}\n", event.date, event.label, event.source)
        });
        lines.collect()
    }

    /// Both forms of a timeline, and when the record was in force.
    fn check(now: &str, written: &str, file: &FileHistory, lines: &str, expected: Expect) {
        let (status, dates) = (status(now), dates(written));
        let events = merge(&dates, &status, &text(lines), Some(file));
        let told = told(&events);
        let intervals = in_force(&events, &status, &dates, &[], day("2025-01-01"));
        let intervals = intervals.iter().map(|own| {
            format!("in force {} to {}\n", own.from, own.to.map_or("now".to_owned(), |to| to.to_string()))
        });
        let told = if told == events { String::new() } else { format!("told:\n{}", print(&told)) };
        expected.assert_eq(&format!("{}{told}{}", print(&events), intervals.collect::<String>()));
    }

    #[test]
    fn a_written_day_and_its_commit_are_both_kept_and_told_once() {
        check(
            "accepted",
            "created 2024-02-01, decided 2024-03-01",
            &git("2024-02-03 proposed, 2024-03-05 accepted"),
            "",
            expect![[r#"
                2024-02-01 - → - `created` FrontMatter line 3
                2024-02-03 - → proposed `proposed` Git c0
                2024-03-01 proposed → accepted `decided` FrontMatter line 3
                2024-03-05 accepted → accepted `accepted` Git c1
                told:
                2024-02-01 - → - `created` FrontMatter line 3
                2024-02-03 - → proposed `proposed` Git c0
                2024-03-01 proposed → accepted `decided` FrontMatter line 3 c1
                in force 2024-03-01 to now
            "#]],
        );
    }

    #[test]
    fn one_day_told_twice_is_one_event() {
        check(
            "accepted",
            "decided 2024-03-05",
            &git("2024-02-03 proposed, 2024-03-05 accepted"),
            "",
            expect![[r#"
                2024-02-03 - → proposed `proposed` Git c0
                2024-03-05 proposed → accepted `accepted` Git line 3 c1
                in force 2024-03-05 to now
            "#]],
        );
    }

    #[test]
    fn a_log_imported_late_keeps_its_written_days() {
        check(
            "superseded",
            "decided 2019-06-01",
            &git("2024-02-03 accepted, 2024-05-01 superseded"),
            "",
            expect![[r#"
                2019-06-01 - → accepted `decided` FrontMatter line 3
                2024-02-03 accepted → accepted `accepted` Git c0
                2024-05-01 accepted → superseded `superseded` Git c1
                told:
                2019-06-01 - → accepted `decided` FrontMatter line 3 c0
                2024-05-01 accepted → superseded `superseded` Git c1
                in force 2019-06-01 to 2024-05-01
            "#]],
        );
    }

    #[test]
    fn a_date_that_was_never_renewed_is_not_that_of_the_decision() {
        check(
            "accepted",
            "decided 2024-02-01",
            &git("2024-02-03 proposed, 2024-06-01 accepted"),
            "",
            expect![[r#"
                2024-02-01 - → - `date` FrontMatter line 3
                2024-02-03 - → proposed `proposed` Git c0
                2024-06-01 proposed → accepted `accepted` Git c1
                in force 2024-06-01 to now
            "#]],
        );
    }

    #[test]
    fn a_date_renewed_after_the_end_does_not_bring_a_decision_back() {
        check(
            "superseded",
            "decided 2024-06-02",
            &git("2024-02-03 accepted, 2024-06-01 superseded"),
            "",
            expect![[r#"
                2024-02-03 - → accepted `accepted` Git c0
                2024-06-01 accepted → superseded `superseded` Git c1
                2024-06-02 - → - `date` FrontMatter line 3
                in force 2024-02-03 to 2024-06-01
            "#]],
        );
    }

    #[test]
    fn an_open_record_has_no_decision() {
        check(
            "proposed",
            "decided 2024-02-01, comment_by 2024-03-01",
            &git("2024-02-03 proposed"),
            "",
            expect![[r#"
                2024-02-01 - → - `date` FrontMatter line 3
                2024-02-03 - → proposed `proposed` Git c0
            "#]],
        );
    }

    #[test]
    fn capitals_alone_are_not_told() {
        check(
            "accepted",
            "",
            &git("2024-02-03 Accepted, 2024-06-01 accepted, 2024-07-01 implemented"),
            "",
            expect![[r#"
                2024-02-03 - → accepted `Accepted` Git c0
                2024-06-01 accepted → accepted `accepted` Git c1
                2024-07-01 accepted → implemented `implemented` Git c2
                told:
                2024-02-03 - → accepted `Accepted` Git c0
                2024-07-01 accepted → implemented `implemented` Git c2
                in force 2024-02-03 to now
            "#]],
        );
    }

    #[test]
    fn a_status_that_is_lost_for_a_while_ends_nothing() {
        check(
            "accepted",
            "",
            &git("2024-01-01 -, 2024-02-03 accepted, 2024-06-01 -, 2024-06-02 accepted"),
            "",
            expect![[r#"
                2024-01-01 - → - `added` Git c0
                2024-02-03 - → accepted `accepted` Git c1
                2024-06-01 - → - `status removed` Git c2
                2024-06-02 accepted → accepted `accepted` Git c3
                in force 2024-02-03 to now
            "#]],
        );
    }

    #[test]
    fn named_milestones_bring_states() {
        check(
            "implemented",
            "accepted_at 2024-02-01, implemented-on 2024-03-01, stable 2024-04-01",
            &git(""),
            "",
            expect![[r#"
                2024-02-01 - → accepted `accepted_at` FrontMatter line 3
                2024-03-01 accepted → implemented `implemented-on` FrontMatter line 3
                2024-04-01 - → - `stable` FrontMatter line 3
                in force 2024-02-01 to now
            "#]],
        );
    }

    #[test]
    fn text_and_git_are_told_together() {
        check(
            "accepted",
            "",
            &git("2024-02-03 proposed, 2024-03-09 accepted"),
            "2024-01-20 proposed, 2024-03-01 accepted, 2024-04-01 Benchmarks run",
            expect![[r#"
                2024-01-20 - → proposed `proposed` Text line 9
                2024-02-03 proposed → proposed `proposed` Git c0
                2024-03-01 proposed → accepted `accepted` Text line 9
                2024-03-09 accepted → accepted `accepted` Git c1
                2024-04-01 - → - `Benchmarks run` Text line 9
                told:
                2024-01-20 - → proposed `proposed` Text line 9 c0
                2024-03-01 proposed → accepted `accepted` Text line 9 c1
                2024-04-01 - → - `Benchmarks run` Text line 9
                in force 2024-03-01 to now
            "#]],
        );
    }

    #[test]
    fn without_events_the_records_own_dates_tell_since_when() {
        check(
            "accepted",
            "created 2024-02-01",
            &git(""),
            "",
            expect![[r#"
            2024-02-01 - → - `created` FrontMatter line 3
            in force 2024-02-01 to now
        "#]],
        );
        check("active", "", &git(""), "", expect![[""]]);
    }

    #[test]
    fn a_change_that_is_not_committed_yet_is_of_today() {
        check(
            "deprecated",
            "",
            &git("2024-02-03 accepted"),
            "",
            expect![[r#"
            2024-02-03 - → accepted `accepted` Git c0
            in force 2024-02-03 to 2025-01-01
        "#]],
        );
    }

    #[test]
    fn an_end_that_nothing_dates_leaves_no_span() {
        let git = FileHistory::default();
        check(
            "deprecated",
            "decided 2024-02-03",
            &git,
            "",
            expect![[r#"
            2024-02-03 - → accepted `decided` FrontMatter line 3
        "#]],
        );
        check(
            "deprecated",
            "decided 2024-02-03, updated 2024-05-01",
            &git,
            "",
            expect![[r#"
            2024-02-03 - → accepted `decided` FrontMatter line 3
            2024-05-01 - → - `updated` FrontMatter line 3
            in force 2024-02-03 to 2024-05-01
        "#]],
        );
    }

    #[test]
    fn being_there_is_the_status_where_none_is_written() {
        let status = Status { inferred: true, ..status("accepted") };
        let events = merge(&Dates::default(), &status, &[], Some(&git("2024-02-03 -")));
        expect![[r#"
            2024-02-03 - → accepted `accepted` Git c0
        "#]]
        .assert_eq(&print(&events));
    }

    #[test]
    fn a_shallow_clone_knows_the_state_before_its_boundary() {
        let file = FileHistory { before: Some(State::Proposed), ..git("2024-02-03 accepted, 2024-03-01 -") };
        let events = merge(&Dates::default(), &status("accepted"), &[], Some(&file));
        expect![[r#"
            2024-02-03 proposed → accepted `accepted` Git c0
            2024-03-01 - → - `status removed` Git c1
        "#]]
        .assert_eq(&print(&told(&events)));
    }

    #[test]
    fn superseding_ends_a_decision_though_only_the_other_end_says_so() {
        let check = |own: &str, by: &str, expected: &str| {
            let interval = |text: &str| {
                let (from, to) = text.split_once("..").unwrap_or((text, ""));
                Interval { from: day(from), to: to.parse().ok() }
            };
            let events = text(own);
            let by: Vec<Interval> = by.split_whitespace().map(interval).collect();
            let found = in_force(&events, &status("accepted"), &Dates::default(), &by, day("2025-01-01"));
            let found = found
                .iter()
                .map(|own| format!("{}..{}", own.from, own.to.map_or(String::new(), |to| to.to_string())));
            assert_eq!(found.collect::<Vec<_>>().join(" "), expected, "{own} by {by:?}");
        };
        check("2024-01-01 accepted", "", "2024-01-01..");
        check("2024-01-01 accepted", "2024-06-01..", "2024-01-01..2024-06-01");
        check("2024-01-01 accepted", "2024-06-01.. 2024-03-01..", "2024-01-01..2024-03-01");
        check("2024-01-01 accepted", "2024-06-01..2024-07-01", "2024-01-01..2024-06-01");
        check("2024-01-01 accepted", "2024-01-01..", "");
        check("2024-01-01 accepted", "2023-01-01..2023-06-01", "2024-01-01..");
        check(
            "2024-01-01 accepted, 2024-06-01 superseded, 2024-09-01 accepted",
            "2024-06-01..2024-08-01",
            "2024-01-01..2024-06-01 2024-09-01..",
        );
    }

    #[test]
    fn weeks_begin_on_monday() {
        for (date, first) in
            [("2024-03-04", "2024-03-04"), ("2024-03-10", "2024-03-04"), ("2024-01-01", "2024-01-01")]
        {
            assert_eq!(monday(day(date)), day(first));
        }
    }
}
