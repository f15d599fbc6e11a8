//! When a decision was in force, which decisions were on a day, and of which nobody can tell.

use jiff::civil::Date;

use crate::record::{Dates, Event, Phase, State, Status};
use crate::site::{Ix, Site};

/// Days on which a decision was in force: from `from` up to, but not including, `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    /// First day.
    pub from: Date,
    /// First day on which it no longer was; `None` while it still is.
    pub to: Option<Date>,
    /// On `to` the record moved elsewhere: it left this log, and did not end.
    pub moved: bool,
    /// A day of it is approximate: nothing says when the decision was made, or when it ended, and the day is the
    /// record's own date, or that of a commit that shows its status without dating it.
    pub inferred: bool,
}

impl Interval {
    /// It was in force on this day.
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }
}

/// When a decision was in force, by its events and by what its status is now.
///
/// `superseded` holds the days on which records that supersede it were in force: from the first of them on
/// it no longer is, even where only the other end says so, unless it came into force again after they had
/// left. A status that nobody can read (`unknown`) ends nothing. Where the status says "in force" and no
/// event says since when, the day on which the record was written is the best guess, and the interval is
/// marked as [inferred](Interval::inferred); where not even that is known, there is no interval.
pub fn in_force(
    events: &[Event],
    status: &Status,
    dates: &Dates,
    superseded: &[Interval],
    today: Date,
) -> Vec<Interval> {
    let mut intervals: Vec<Interval> = Vec::new();
    let mut since: Option<(Date, bool)> = None;
    let told = super::told(events);
    for event in &told {
        let (date, inferred) = (event.date, event.inferred.is_some());
        match (event.to.map(State::phase), since) {
            (Some(Phase::InForce), None) => since = Some((date, inferred)),
            (None | Some(Phase::InForce | Phase::Unknown), _) | (_, None) => {}
            (Some(phase), Some((from, guessed))) => {
                let moved = phase == Phase::Elsewhere;
                intervals.push(Interval { from, to: Some(date), moved, inferred: guessed || inferred });
                since = None;
            }
        }
    }
    let in_force_now = status.state.phase() == Phase::InForce;
    match since {
        Some((from, inferred)) if in_force_now || status.state == State::Unknown => {
            intervals.push(Interval { from, to: None, moved: false, inferred });
        }
        // The status has changed and no event says when. Where git has seen every other change, this one is
        // not committed yet: it is of today. Else only another date can tell; without one, not even the span
        // before it is told, since it would have no end.
        Some((from, guessed)) => {
            let committed = told.iter().any(|event| event.commit.is_some() && event.to.is_some());
            let left = superseded.iter().filter(|by| by.from > from).min().map(|by| (by.from, by.inferred));
            let updated = dates.updated.as_ref().map(|date| date.value).filter(|day| *day > from);
            let to = left.or(updated.map(|updated| (updated, true))).or(committed.then_some((today, false)));
            let moved = status.state.phase() == Phase::Elsewhere;
            intervals.extend(to.map(|(to, inferred)| Interval {
                from,
                to: Some(to),
                moved,
                inferred: guessed || inferred,
            }));
        }
        None if in_force_now && intervals.is_empty() => {
            let from = [&dates.decided, &dates.created].into_iter().flatten().map(|date| date.value).next();
            intervals.extend(from.map(|from| Interval { from, to: None, moved: false, inferred: true }));
        }
        None => {}
    }
    for by in superseded {
        for own in &mut intervals {
            let came_after = by.to.is_some_and(|left| left <= own.from);
            if !came_after && own.to.is_none_or(|to| by.from < to) {
                own.to = Some(by.from.max(own.from));
                own.moved = false;
                own.inferred |= by.inferred;
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
