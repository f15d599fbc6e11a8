//! The home page: what is open, what was decided, what needs another look, and the figures.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use super::parts::*;
use crate::catalog::Catalog;
use crate::record::{Inferred, Phase, State};
use crate::site::Ix;

/// The home page.
#[derive(Debug, Clone, Serialize)]
pub struct HomeView {
    /// Every collection with its counts.
    pub collections: Vec<CollectionSummary>,
    /// Proposals whose review window is open, the one that closes first on top.
    pub open: Vec<OpenRow>,
    /// Proposals without a window, latest first, at most 12.
    pub proposed: Vec<SharedRow>,
    /// Proposals whose window has closed and that are not decided yet, the one that closed last on top.
    pub awaiting: Vec<OpenRow>,
    /// All proposals, where the lists above leave some out.
    pub proposals: Option<StateCount>,
    /// Latest decisions, at most 12: what came into force, was rejected or was withdrawn.
    pub decided: Vec<ChangeView>,
    /// In force with a `review_by` that is past or within 60 days, the most overdue first.
    pub review: Vec<ReviewRow>,
    /// Number of records by state, over all collections; zeros left out.
    pub states: Vec<StateCount>,
    /// Activity, oldest first; empty where no event is known.
    pub activity: Vec<Bar>,
    /// Page of all changes.
    pub changes_path: String,
    /// The timeline.
    pub timeline_path: String,
}

/// A collection on the home page.
#[derive(Debug, Clone, Serialize)]
pub struct CollectionSummary {
    /// The collection; its fields stand directly here.
    #[serde(flatten)]
    pub link: CollectionLink,
    /// Counts by state, zeros left out.
    pub states: Vec<StateCount>,
    /// Latest records by number or date, at most 5.
    pub latest: Vec<SharedRow>,
}

/// An open record with its review window.
#[derive(Debug, Clone, Serialize)]
pub struct OpenRow {
    /// The record; its fields stand directly here.
    #[serde(flatten)]
    pub row: RecordRow,
    /// The window.
    pub window: Due,
}

/// A record that is due for another look.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewRow {
    /// The record; its fields stand directly here.
    #[serde(flatten)]
    pub row: RecordRow,
    /// When the look is due.
    pub due: Due,
}

/// A bar of the activity chart. Heights are in thousandths of the tallest bar, for SVG attributes
/// (inline styles are forbidden by the content security policy).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bar {
    /// `2024`, `2024 Q1` or `2024-03`.
    pub title: String,
    /// Records that were opened (entered `draft` or `proposed`).
    pub opened: usize,
    /// Records that came into force.
    pub decided: usize,
    /// Records that were closed or retired.
    pub ended: usize,
    /// The sum.
    pub total: usize,
    /// `total` in thousandths of the largest total.
    pub height: usize,
}

/// Rows of a list on the home page.
const ROWS: usize = 12;
/// A review that is due within this many days is shown.
const REVIEW_DAYS: i64 = 60;
/// Bars of the activity chart that stay apart on a phone.
const BARS: usize = 60;

/// The home page's data.
pub fn home(catalog: &Catalog) -> HomeView {
    let site = &catalog.site;
    let in_phase = |phase: Phase| {
        let entries = site.entries.iter().enumerate();
        entries.filter(move |(_, entry)| entry.record.status.state.phase() == phase).map(|(ix, _)| ix)
    };
    let comment_by = |ix: Ix| site.entries[ix].record.dates.comment_by.as_ref().map(|date| date.value);

    // A draft is not put forward yet: it is neither open for comment nor awaiting a decision.
    let proposals: &[Ix] = catalog.states.get(&State::Proposed).map_or(&[], Vec::as_slice);
    let mut windows: Vec<(Date, Ix)> =
        proposals.iter().filter_map(|ix| Some((comment_by(*ix)?, *ix))).collect();
    windows.sort();
    let (mut awaiting, mut open): (Vec<_>, Vec<_>) =
        windows.into_iter().partition(|(date, _)| *date < site.today);
    awaiting.reverse();
    let mut proposed: Vec<Ix> = proposals.iter().filter(|ix| comment_by(**ix).is_none()).copied().collect();
    latest_first(catalog, &mut proposed);
    open.truncate(2 * ROWS);
    awaiting.truncate(ROWS);
    proposed.truncate(ROWS);
    let all_shown = open.len() + awaiting.len() + proposed.len() == proposals.len();
    let rows = |of: Vec<(Date, Ix)>| {
        let row = |(date, ix)| OpenRow { row: record_row(catalog, ix), window: due(catalog, date) };
        of.into_iter().map(row).collect()
    };

    let mut review: Vec<(Date, Ix)> = in_phase(Phase::InForce)
        .filter_map(|ix| Some((site.entries[ix].record.dates.review_by.as_ref()?.value, ix)))
        .filter(|(date, _)| i64::from((*date - site.today).get_days()) <= REVIEW_DAYS)
        .collect();
    review.sort();
    review.truncate(2 * ROWS);

    HomeView {
        collections: (0..site.collections.len()).map(|at| collection_summary(catalog, at)).collect(),
        open: rows(open),
        proposed: record_rows(catalog, &proposed),
        awaiting: rows(awaiting),
        proposals: (!all_shown).then(|| state_count(catalog, State::Proposed, proposals.len())),
        decided: decided(catalog),
        review: review
            .into_iter()
            .map(|(date, ix)| ReviewRow { row: record_row(catalog, ix), due: due(catalog, date) })
            .collect(),
        states: state_counts(catalog, 0..site.entries.len()),
        activity: activity(catalog),
        changes_path: "changes/index.html".into(),
        timeline_path: "timeline/index.html".into(),
    }
}

/// Sorts records by their date, latest first; records without one come last, in the site's order.
pub fn latest_first(catalog: &Catalog, records: &mut [Ix]) {
    records.sort_by_key(|ix| (Reverse(date_of(&catalog.site.entries[*ix]).map(|(_, date)| date)), *ix));
}

fn collection_summary(catalog: &Catalog, collection: usize) -> CollectionSummary {
    let members = &catalog.members[collection];
    let latest: Vec<Ix> = members.iter().rev().take(5).copied().collect();
    CollectionSummary {
        link: collection_link(catalog, collection),
        states: state_counts(catalog, members.iter().copied()),
        latest: record_rows(catalog, &latest),
    }
}

/// The latest decisions, each record once.
fn decided(catalog: &Catalog) -> Vec<ChangeView> {
    let mut seen = BTreeSet::new();
    // What was put off is not decided, for or against.
    let decision = |state: Option<State>| match state?.phase() {
        Phase::InForce => Some(true),
        Phase::Closed if state != Some(State::Deferred) => Some(false),
        _ => None,
    };
    let changes = catalog.weeks.iter().flat_map(|week| &week.changes);
    changes
        // A commit that gives many records a status at once decides none of them.
        .filter(|(_, event)| event.inferred != Some(Inferred::BulkCommit))
        // Carrying out what had been decided is no new decision.
        .filter(|(_, event)| decision(event.to).is_some() && decision(event.to) != decision(event.from))
        .filter(|(ix, _)| seen.insert(*ix))
        .take(ROWS)
        .map(|(ix, event)| change_view(catalog, *ix, event))
        .collect()
}

/// Bars by month, quarter or year: the finest of them that stays under [`BARS`].
fn activity(catalog: &Catalog) -> Vec<Bar> {
    let changes = || catalog.weeks.iter().flat_map(|week| &week.changes);
    let days = changes().map(|(_, event)| event.date);
    let Some((first, last)) = days.clone().min().zip(days.max()) else { return Vec::new() };
    let last = last.max(catalog.site.today);
    let months =
        (i64::from(last.year()) - i64::from(first.year())) * 12 + i64::from(last.month() - first.month()) + 1;
    let step = [1, 3, 12].into_iter().find(|step| months / step < BARS as i64).unwrap_or(12);
    let bucket = |date: Date| (i64::from(date.year()) * 12 + i64::from(date.month()) - 1) / step;

    let mut bars: BTreeMap<i64, Bar> = (bucket(first)..=bucket(last))
        .map(|at| {
            let (year, month) = (at * step / 12, at * step % 12);
            let title = match step {
                1 => format!("{year}-{:02}", month + 1),
                3 => format!("{year} Q{}", month / 3 + 1),
                _ => year.to_string(),
            };
            (at, Bar { title, opened: 0, decided: 0, ended: 0, total: 0, height: 0 })
        })
        .collect();
    for (_, event) in changes() {
        let Some(bar) = bars.get_mut(&bucket(event.date)) else { continue };
        let (from, to) = (event.from.map(State::phase), event.to.map(State::phase));
        match to {
            Some(Phase::Open) if from != Some(Phase::Open) => bar.opened += 1,
            Some(Phase::InForce) if from != Some(Phase::InForce) => bar.decided += 1,
            Some(Phase::Closed | Phase::Retired) if !matches!(from, Some(Phase::Closed | Phase::Retired)) => {
                bar.ended += 1
            }
            _ => continue,
        }
        bar.total += 1;
    }
    let most = bars.values().map(|bar| bar.total).max().unwrap_or(0).max(1);
    for bar in bars.values_mut() {
        bar.height = bar.total * 1000 / most;
    }
    bars.into_values().collect()
}
