//! The timeline page's geometry as plain data: lanes of decisions over days, and the counts that stand in
//! their place where there are too many to draw. No HTML, no pixels: the theme scales days to its width.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Interval;
use crate::record::State;
use crate::site::{Ix, Site};

/// Decisions in force over time, in lanes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lanes {
    /// Day 0: 1 January of the first year that has anything to show.
    pub start: Option<Date>,
    /// Days from `start` to the day after today: the width of the drawing.
    pub days: i32,
    /// Each 1 January inside the drawing: year, and days from `start`.
    pub years: Vec<(i16, i32)>,
    /// The lanes, in order.
    pub lanes: Vec<Lane>,
}

/// One lane: a collection, or a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// What it is called: the collection's title, or the tag.
    pub title: String,
    /// Rows that its spans need so that none overlap.
    pub rows: u32,
    /// Its spans, by first day.
    pub spans: Vec<Span>,
}

/// One stretch of one decision in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The record.
    pub record: Ix,
    /// Row within the lane, from 0.
    pub row: u32,
    /// Days from [`Lanes::start`] to its first day.
    pub from: i32,
    /// Length in days, at least 1.
    pub days: i32,
    /// It has not ended.
    pub open: bool,
}

/// How many records stood in which state at the end of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first: Date,
    /// Records by state; states with none are left out.
    pub states: BTreeMap<State, u32>,
    /// Records in force (by [`Interval`]s, so that one-sided supersession counts).
    pub in_force: u32,
}

/// One lane for each collection.
pub fn by_collection(site: &Site) -> Lanes {
    let titles: Vec<&str> = site.collections.iter().map(|collection| collection.title.as_str()).collect();
    let mut lanes: BTreeMap<usize, Vec<Ix>> = BTreeMap::new();
    for (ix, entry) in site.entries.iter().enumerate() {
        lanes.entry(entry.collection).or_default().push(ix);
    }
    let named = lanes.into_iter().filter_map(|(at, records)| Some(((*titles.get(at)?).to_owned(), records)));
    draw(site, named.collect())
}

/// One lane for each value of a facet (`tags`, `area`), in alphabetical order.
pub fn by_tag(site: &Site, facet: &str) -> Lanes {
    let mut lanes: BTreeMap<String, Vec<Ix>> = BTreeMap::new();
    for (ix, entry) in site.entries.iter().enumerate() {
        let tags: BTreeSet<&String> = entry.record.tags.get(facet).into_iter().flatten().collect();
        for tag in tags {
            lanes.entry(tag.clone()).or_default().push(ix);
        }
    }
    draw(site, lanes.into_iter().collect())
}

fn draw(site: &Site, lanes: Vec<(String, Vec<Ix>)>) -> Lanes {
    let first = site.entries.iter().flat_map(|entry| &entry.in_force).map(|interval| interval.from).min();
    let Some(start) =
        first.filter(|day| *day <= site.today).map(|day| Date::new(day.year(), 1, 1).unwrap_or(day))
    else {
        return Lanes::default();
    };
    let offset = |day: Date| (day - start).get_days();
    let days = offset(site.today) + 1;
    let years = (start.year()..=site.today.year())
        .filter_map(|year| Some((year, offset(Date::new(year, 1, 1).ok()?))))
        .collect();
    let lanes = lanes
        .into_iter()
        .filter_map(|(title, records)| {
            let intervals =
                records.iter().flat_map(|ix| site.entries[*ix].in_force.iter().map(move |own| (*own, *ix)));
            let mut intervals: Vec<(Interval, Ix)> =
                intervals.filter(|(interval, _)| interval.from <= site.today).collect();
            intervals.sort();
            let (spans, rows) = pack(&intervals, days, offset);
            (rows > 0).then_some(Lane { title, rows, spans })
        })
        .collect();
    Lanes { start: Some(start), days, years, lanes }
}

/// Puts intervals, sorted by first day, into the fewest rows: each goes into the row that has been free
/// for longest, or a new one. `n log n` in their number.
fn pack(intervals: &[(Interval, Ix)], width: i32, offset: impl Fn(Date) -> i32) -> (Vec<Span>, u32) {
    let mut free: BTreeSet<(i32, u32)> = BTreeSet::new();
    let mut rows = 0;
    let mut spans = Vec::with_capacity(intervals.len());
    for (interval, record) in intervals {
        let from = offset(interval.from);
        let end = interval.to.map_or(width, |to| offset(to).min(width)).max(from + 1);
        let row = match free.first().copied() {
            Some((since, row)) if since <= from => {
                free.remove(&(since, row));
                row
            }
            _ => {
                rows += 1;
                rows - 1
            }
        };
        free.insert((end, row));
        spans.push(Span { record: *record, row, from, days: end - from, open: interval.to.is_none() });
    }
    (spans, rows)
}

/// Counts by month from the first event to today: the whole site in a few hundred numbers, however many
/// records there are.
pub fn aggregate(site: &Site) -> Vec<Month> {
    let day = |date: Date| date.min(site.today);
    let mut changes: BTreeMap<Date, Vec<(Option<State>, State)>> = BTreeMap::new();
    let mut force: BTreeMap<Date, i64> = BTreeMap::new();
    for entry in &site.entries {
        let mut before = None;
        for event in entry.events.iter().filter(|event| event.date <= site.today) {
            if let Some(state) = event.to.filter(|state| before != Some(*state)) {
                changes.entry(event.date).or_default().push((before, state));
                before = Some(state);
            }
        }
        for interval in entry.in_force.iter().filter(|interval| interval.from <= site.today) {
            *force.entry(interval.from).or_default() += 1;
            if let Some(to) = interval.to.filter(|to| *to <= site.today) {
                *force.entry(to).or_default() -= 1;
            }
        }
    }
    let first = changes.keys().chain(force.keys()).min().copied();
    let Some(mut month) = first.map(|date| day(date).first_of_month()) else { return Vec::new() };
    let (mut changes, mut force) = (changes.into_iter().peekable(), force.into_iter().peekable());
    let mut states: BTreeMap<State, u32> = BTreeMap::new();
    let mut in_force: i64 = 0;
    let mut months = Vec::new();
    while month <= site.today {
        let end = month.last_of_month();
        while let Some((_, changed)) = changes.next_if(|(date, _)| *date <= end) {
            for (before, after) in changed {
                if let Some(count) = before.and_then(|before| states.get_mut(&before)) {
                    *count = count.saturating_sub(1);
                }
                *states.entry(after).or_default() += 1;
            }
        }
        while let Some((_, change)) = force.next_if(|(date, _)| *date <= end) {
            in_force += change;
        }
        states.retain(|_, count| *count > 0);
        let in_force = u32::try_from(in_force).unwrap_or(0);
        months.push(Month { first: month, states: states.clone(), in_force });
        let Ok(next) = end.tomorrow() else { break };
        month = next;
    }
    months
}
