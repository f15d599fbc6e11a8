//! The timeline's pages and the weekly changes: [`crate::timeline`]'s values laid out on an axis.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::parts::*;
use super::*;
use crate::catalog::Catalog;
use crate::site::{Entry, Ix};
use crate::timeline::{Interval, Week};

/// The timeline, or one year of it.
#[derive(Debug, Clone, Serialize)]
pub struct TimelineView {
    /// `none` on the overview.
    pub year: Option<i16>,
    /// First day of the axis.
    pub from: Option<String>,
    /// Last day of the axis.
    pub to: Option<String>,
    /// Marks of the axis, from left to right.
    pub ticks: Vec<Tick>,
    /// Decisions in force, oldest first, by collection. On the overview of a large site empty (see the years);
    /// on a year's page the decisions whose being in force began or ended that year.
    pub lanes: Vec<LaneGroup>,
    /// On a year's page the decisions that were in force from before it to its end (or today), by collection;
    /// empty where they are too many for a page.
    pub throughout: Vec<RecordGroup>,
    /// How many they are.
    pub throughout_count: usize,
    /// True where the lanes are those of every decision that ever was in force.
    pub complete: bool,
    /// Decisions on this page whose time in force has an approximate day.
    pub inferred: usize,
    /// True where the record of any decision moved elsewhere while it was in force.
    pub moved: bool,
    /// Decisions in force today that have no place here: nothing says since when. Only on the overview.
    pub undated: usize,
    /// Events: all those of the year on a year's page, latest first; the latest 30 on the overview.
    pub events: Vec<ChangeView>,
    /// Every year with its figures, oldest first.
    pub years: Vec<YearView>,
}

/// A mark on the axis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tick {
    /// `2024`, or `March`.
    pub title: String,
    /// Thousandths of the axis.
    pub x: u32,
}

/// The lanes of one collection.
#[derive(Debug, Clone, Serialize)]
pub struct LaneGroup {
    /// The collection's title.
    pub title: String,
    /// Its key.
    pub key: String,
    /// One lane each.
    pub lanes: Vec<Lane>,
}

/// The records of one collection.
#[derive(Debug, Clone, Serialize)]
pub struct RecordGroup {
    /// The collection's title.
    pub title: String,
    /// Its key.
    pub key: String,
    /// The records, in its order.
    pub records: Vec<RecordLink>,
}

/// A decision over time.
#[derive(Debug, Clone, Serialize)]
pub struct Lane {
    /// The record.
    pub record: RecordLink,
    /// When it was in force.
    pub spans: Vec<Span>,
}

/// A time in force. `x` and `width` are thousandths of the axis, cut to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// First day.
    pub from: String,
    /// First day on which it no longer was in force; `none` while it is.
    pub to: Option<String>,
    /// On that day the record moved elsewhere; it did not end.
    pub moved: bool,
    /// A day of it is approximate.
    pub inferred: bool,
    /// Left end.
    pub x: u32,
    /// Length, at least 1.
    pub width: u32,
}

/// A year in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct YearView {
    /// The year.
    pub year: i16,
    /// Its page.
    pub path: String,
    /// This very page.
    pub current: bool,
    /// Events in it.
    pub events: usize,
    /// Decisions that came into force.
    pub decided: usize,
    /// Decisions that ceased to be in force.
    pub ended: usize,
    /// Decisions whose record moved elsewhere while they were in force.
    pub moved: usize,
    /// Decisions in force on its last day (or today).
    pub in_force: usize,
    /// `in_force` in thousandths of the largest.
    pub height: usize,
}

/// Status changes by week.
#[derive(Debug, Clone, Serialize)]
pub struct ChangesView {
    /// The weeks of this page, latest first.
    pub weeks: Vec<WeekView>,
    /// One page per year; the first one shows the latest year.
    pub pager: Pager,
    /// The same as a feed.
    pub feed: FeedLink,
}

/// A week of changes.
#[derive(Debug, Clone, Serialize)]
pub struct WeekView {
    /// ISO 8601 week, also an anchor: `2024-W09`.
    pub week: String,
    /// Monday.
    pub from: String,
    /// Sunday.
    pub to: String,
    /// Latest first.
    pub changes: Vec<ChangeView>,
}

/// More lanes than this on one page help nobody, and would make the page grow with the site.
const LANES: usize = 300;
/// Decisions in force throughout a year that its page lists.
const THROUGHOUT: usize = 1000;
/// Events on the overview.
const LATEST: usize = 30;
/// Length of the axis in its own unit.
const AXIS: i64 = 1000;

/// The overview (`None`) or one year.
pub fn timeline(catalog: &Catalog, year: Option<i16>) -> TimelineView {
    let today = catalog.site.today;
    let years = years(catalog);
    let intervals = || catalog.site.entries.iter().flat_map(|entry| entry.in_force.iter());
    let first = intervals().map(|own| own.from).min();
    let unit = first.map_or(Unit::Years, |first| Unit::of(first, today));
    let axis = match year {
        Some(year) => Date::new(year, 1, 1).ok().zip(Date::new(year, 12, 31).ok()),
        None => first.and_then(|first| Some((unit.start(first)?, today))),
    };
    let shown = |entry: &Entry| match year {
        None => !entry.in_force.is_empty(),
        Some(year) => entry
            .in_force
            .iter()
            .flat_map(|own| [Some(own.from), own.to])
            .flatten()
            .any(|day| day.year() == year && day <= today),
    };
    let throughout = |entry: &Entry| {
        let whole = |year: i16, own: &Interval| {
            let past_its_end = own.to.is_none_or(|to| to.year() > year || to > today);
            own.from.year() < year && past_its_end
        };
        year.is_some_and(|year| entry.in_force.iter().any(|own| whole(year, own)))
    };
    let throughout: Vec<Ix> =
        (0..catalog.site.entries.len()).filter(|ix| throughout(&catalog.site.entries[*ix])).collect();
    let chosen: Vec<Ix> =
        catalog.site.entries.iter().enumerate().filter(|(_, entry)| shown(entry)).map(|(ix, _)| ix).collect();
    let guessed = |ix: &&Ix| catalog.site.entries[**ix].in_force.iter().any(|own| own.inferred);
    let inferred = chosen.iter().filter(guessed).count();
    let complete = chosen.len() <= LANES;
    let lanes = match axis.filter(|_| complete) {
        Some(axis) => lanes(catalog, &chosen, axis, today),
        None => Vec::new(),
    };
    let events = match year {
        Some(year) => {
            catalog.years.get(&year).map(|events| events.iter().rev().collect()).unwrap_or_default()
        }
        None => catalog
            .years
            .values()
            .rev()
            .flat_map(|events| events.iter().rev())
            .take(LATEST)
            .collect::<Vec<_>>(),
    };
    TimelineView {
        year,
        from: axis.map(|(from, _)| from.to_string()),
        to: axis.map(|(_, to)| to.to_string()),
        ticks: axis
            .map(|axis| match year {
                Some(_) => month_ticks(axis),
                None => ticks(axis, unit),
            })
            .unwrap_or_default(),
        throughout_count: throughout.len(),
        throughout: if throughout.len() > THROUGHOUT {
            Vec::new()
        } else {
            record_groups(catalog, &throughout)
        },
        complete: complete && !lanes.is_empty(),
        lanes,
        inferred,
        moved: years.iter().any(|year| year.moved > 0),
        undated: if year.is_none() { crate::timeline::undated(&catalog.site).len() } else { 0 },
        events: events.into_iter().map(|(ix, event)| change_view(catalog, *ix, event)).collect(),
        years: years.into_iter().map(|own| YearView { current: Some(own.year) == year, ..own }).collect(),
    }
}

/// Address of the overview or of a year.
pub fn timeline_path(year: Option<i16>) -> String {
    year.map_or_else(|| "timeline/index.html".to_owned(), |year| format!("timeline/{year}.html"))
}

/// The years that have a page: those with an event, and those in which a decision began or ceased.
pub fn year_list(catalog: &Catalog) -> Vec<i16> {
    let mut years: Vec<i16> = catalog.years.keys().copied().collect();
    let intervals = catalog.site.entries.iter().flat_map(|entry| entry.in_force.iter());
    let edges = intervals.flat_map(|own| [Some(own.from), own.to]).flatten();
    years.extend(edges.filter(|day| *day <= catalog.site.today).map(|day| day.year()));
    years.sort_unstable();
    years.dedup();
    years
}

/// Changes of one year; the weeks that begin in it, latest first. `at` is an index into [`change_years`].
pub fn changes(catalog: &Catalog, at: usize) -> ChangesView {
    let years = change_years(catalog);
    let year = years.get(at).copied();
    let titles: Vec<String> = years.iter().map(ToString::to_string).collect();
    let weeks = catalog.weeks.iter().filter(|week| Some(week.monday.year()) == year);
    ChangesView {
        weeks: weeks.map(|week| week_view(catalog, week)).collect(),
        pager: pager(at + 1, &titles, |page| changes_path(&years, page - 1)),
        feed: super::site::feed(catalog),
    }
}

/// Years that have changes, latest first.
pub fn change_years(catalog: &Catalog) -> Vec<i16> {
    let mut years: Vec<i16> = catalog.weeks.iter().map(|week| week.monday.year()).collect();
    years.dedup();
    years
}

/// Address of the changes of `years[at]`; the latest year is the index.
pub fn changes_path(years: &[i16], at: usize) -> String {
    match years.get(at) {
        Some(year) if at > 0 => format!("changes/{year}.html"),
        _ => "changes/index.html".to_owned(),
    }
}

fn week_view(catalog: &Catalog, week: &Week) -> WeekView {
    let iso = week.monday.iso_week_date();
    WeekView {
        week: format!("{}-W{:02}", iso.year(), iso.week()),
        from: week.monday.to_string(),
        to: week.monday.checked_add(jiff::Span::new().days(6)).unwrap_or(week.monday).to_string(),
        changes: week.changes.iter().map(|(ix, event)| change_view(catalog, *ix, event)).collect(),
    }
}

/// Position of a day on the axis, in thousandths.
fn place(day: Date, (from, to): (Date, Date)) -> i64 {
    let length = i64::from((to - from).get_days()).max(1) + 1;
    (i64::from((day - from).get_days()) * AXIS / length).clamp(0, AXIS)
}

/// What the overview's axis is divided into. A young log is not drawn as the last hair of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Weeks,
    Months,
    Years,
}

impl Unit {
    fn of(from: Date, to: Date) -> Unit {
        match (to - from).get_days() {
            ..=84 => Unit::Weeks,
            85..=1000 => Unit::Months,
            _ => Unit::Years,
        }
    }

    /// First day of the week, month or year that `day` is in.
    fn start(self, day: Date) -> Option<Date> {
        match self {
            Unit::Weeks => {
                day.checked_sub(jiff::Span::new().days(day.weekday().to_monday_zero_offset())).ok()
            }
            Unit::Months => Some(day.first_of_month()),
            Unit::Years => Some(day.first_of_year()),
        }
    }
}

fn tick(title: String, day: Date, axis: (Date, Date)) -> Tick {
    Tick { title, x: place(day, axis) as u32 }
}

/// The months of a year's page.
fn month_ticks(axis: (Date, Date)) -> Vec<Tick> {
    let firsts = (1..=12).filter_map(|month| Date::new(axis.0.year(), month, 1).ok());
    firsts.map(|day| tick(day.strftime("%b").to_string(), day, axis)).collect()
}

/// The overview's marks: at most about a dozen, on days that people count by.
fn ticks(axis: (Date, Date), unit: Unit) -> Vec<Tick> {
    let (from, to) = axis;
    let days = |step: jiff::Span| from.series(step).take_while(move |day| *day <= to);
    match unit {
        Unit::Weeks => days(jiff::Span::new().weeks(1))
            .map(|day| tick(day.strftime("%-d %b").to_string(), day, axis))
            .collect(),
        Unit::Months => {
            let step = if days(jiff::Span::new().months(1)).nth(12).is_some() { 3 } else { 1 };
            let title = |day: Date| match day.month() {
                _ if day == from => day.strftime("%b %Y"),
                1 => day.strftime("%Y"),
                _ => day.strftime("%b"),
            };
            // From January on, so that the years are among the marks.
            days(jiff::Span::new().months(1))
                .filter(|day| *day == from || (day.month() - 1) % step == 0)
                .map(|day| tick(title(day).to_string(), day, axis))
                .collect()
        }
        Unit::Years => {
            let span = i32::from(to.year()) - i32::from(from.year()) + 1;
            let step = [1, 2, 5, 10, 20, 50].into_iter().find(|step| span / step <= 12).unwrap_or(100);
            let years = (from.year()..=to.year()).filter(|year| i32::from(*year) % step == 0 || span <= 12);
            years.filter_map(|year| Some(tick(year.to_string(), Date::new(year, 1, 1).ok()?, axis))).collect()
        }
    }
}

fn record_groups(catalog: &Catalog, records: &[Ix]) -> Vec<RecordGroup> {
    let by_collection =
        records.chunk_by(|a, b| catalog.site.entries[*a].collection == catalog.site.entries[*b].collection);
    let group = |records: &[Ix]| {
        let link = collection_link(catalog, catalog.site.entries[*records.first()?].collection);
        let records = records.iter().map(|ix| record_link(catalog, *ix)).collect();
        Some(RecordGroup { title: link.title, key: link.key, records })
    };
    by_collection.filter_map(group).collect()
}

fn lanes(catalog: &Catalog, chosen: &[Ix], axis: (Date, Date), today: Date) -> Vec<LaneGroup> {
    let mut groups: BTreeMap<usize, Vec<(Date, Ix)>> = BTreeMap::new();
    for ix in chosen {
        let entry = &catalog.site.entries[*ix];
        if let Some(first) = entry.in_force.first() {
            groups.entry(entry.collection).or_default().push((first.from, *ix));
        }
    }
    let groups = groups.into_iter().map(|(collection, mut records)| {
        records.sort();
        let link = collection_link(catalog, collection);
        let lanes = records.iter().map(|(_, ix)| Lane {
            record: record_link(catalog, *ix),
            spans: catalog.site.entries[*ix]
                .in_force
                .iter()
                .filter_map(|own| span(*own, axis, today))
                .collect(),
        });
        LaneGroup { title: link.title, key: link.key, lanes: lanes.collect() }
    });
    groups.collect()
}

/// A time in force on the axis. It is drawn up to today, though the axis may end later.
fn span(own: Interval, axis: (Date, Date), today: Date) -> Option<Span> {
    let (from, to) = axis;
    if own.from > to.min(today) || own.to.is_some_and(|end| end < from) {
        return None;
    }
    let x = place(own.from, axis);
    let to = own.to.filter(|to| *to <= today);
    let end = place(to.or(today.tomorrow().ok()).unwrap_or(today), axis);
    Some(Span {
        from: own.from.to_string(),
        to: to.map(|to| to.to_string()),
        moved: own.moved && to.is_some(),
        inferred: own.inferred,
        x: x.min(AXIS - 1) as u32,
        width: (end - x).max(1) as u32,
    })
}

/// Every year in figures, from sums of what began and ended up to it.
fn years(catalog: &Catalog) -> Vec<YearView> {
    let today = catalog.site.today;
    let mut began: BTreeMap<i16, usize> = BTreeMap::new();
    let mut ended: BTreeMap<i16, usize> = BTreeMap::new();
    let mut moved: BTreeMap<i16, usize> = BTreeMap::new();
    for own in catalog.site.entries.iter().flat_map(|entry| entry.in_force.iter()) {
        if own.from <= today {
            *began.entry(own.from.year()).or_default() += 1;
        }
        if let Some(to) = own.to.filter(|to| *to <= today) {
            let left = if own.moved { &mut moved } else { &mut ended };
            *left.entry(to.year()).or_default() += 1;
        }
    }
    let mut in_force = 0usize;
    let mut years: Vec<YearView> = year_list(catalog)
        .into_iter()
        .map(|year| {
            let decided = began.get(&year).copied().unwrap_or(0);
            let ended = ended.get(&year).copied().unwrap_or(0);
            let moved = moved.get(&year).copied().unwrap_or(0);
            in_force = (in_force + decided).saturating_sub(ended + moved);
            YearView {
                year,
                path: timeline_path(Some(year)),
                current: false,
                events: catalog.years.get(&year).map_or(0, Vec::len),
                decided,
                ended,
                moved,
                in_force,
                height: 0,
            }
        })
        .collect();
    let most = years.iter().map(|year| year.in_force).max().unwrap_or(0).max(1);
    for year in &mut years {
        year.height = year.in_force * 1000 / most;
    }
    years
}
