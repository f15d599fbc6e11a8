//! Pages that list records: collections, tags, states, numbers used twice, and the indexes of them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::home::latest_first;
use super::parts::*;
use super::*;
use crate::catalog::{Catalog, PAGE_LENGTH, page_of, pages_of};
use crate::record::{Phase, State};
use crate::site::{Entry, Ix};

/// A collection's page (one of several where it is large).
#[derive(Debug, Clone, Serialize)]
pub struct CollectionView {
    /// The collection; its fields stand directly here.
    #[serde(flatten)]
    pub link: CollectionLink,
    /// Folder in the repository.
    pub folder: String,
    /// Counts by state over the whole collection, zeros left out.
    pub states: Vec<StateCount>,
    /// The rows of this page.
    pub rows: Vec<SharedRow>,
    /// True where any record has a number: show the column.
    pub numbered: bool,
    /// True where any row has a date, person or tag: show the column.
    pub dated: bool,
    /// See `dated`.
    pub peopled: bool,
    /// See `dated`.
    pub tagged: bool,
    /// The pages of the list.
    pub pager: Pager,
    /// Status changes of this collection.
    pub feed: FeedLink,
}

/// The page at an address that several records claim (a number used twice).
#[derive(Debug, Clone, Serialize)]
pub struct ChooserView {
    /// What they share: `RFC 12`.
    pub name: String,
    /// The records.
    pub rows: Vec<SharedRow>,
}

/// The search page. Its script fills it; what stands here is for those who have none.
#[derive(Debug, Clone, Serialize)]
pub struct SearchView {
    /// Every collection.
    pub collections: Vec<SearchList>,
}

/// A collection's records, to be looked through by eye.
#[derive(Debug, Clone, Serialize)]
pub struct SearchList {
    /// The collection; its fields stand directly here.
    #[serde(flatten)]
    pub link: CollectionLink,
    /// All its records, in its order; empty on a site with more records than one page can list.
    pub rows: Vec<RecordLink>,
    /// The pages of its own list, for such a site; else empty.
    pub pages: Vec<PagerEntry>,
}

/// The index of all tags.
#[derive(Debug, Clone, Serialize)]
pub struct TagsView {
    /// Facets with their tags.
    pub facets: Vec<FacetView>,
}

/// A facet in the index of tags.
#[derive(Debug, Clone, Serialize)]
pub struct FacetView {
    /// `tags`, `area`.
    pub facet: String,
    /// `Tags`.
    pub title: String,
    /// By name.
    pub tags: Vec<TagCount>,
}

/// A tag with its number of records.
#[derive(Debug, Clone, Serialize)]
pub struct TagCount {
    /// As most records write it.
    pub name: String,
    /// Its page.
    pub path: String,
    /// Number of records.
    pub count: usize,
}

/// The page of one tag.
#[derive(Debug, Clone, Serialize)]
pub struct TagView {
    /// As most records write it.
    pub name: String,
    /// `tags`, `area`.
    pub facet: String,
    /// `Tags`.
    pub facet_title: String,
    /// The records of this page, latest first.
    pub rows: Vec<SharedRow>,
    /// Number of records on all pages.
    pub count: usize,
    /// The pages of the list.
    pub pager: Pager,
    /// Status changes under this tag.
    pub feed: FeedLink,
}

/// The index of states.
#[derive(Debug, Clone, Serialize)]
pub struct StatesView {
    /// The phases, each with its states.
    pub phases: Vec<PhaseView>,
}

/// A phase with its states.
#[derive(Debug, Clone, Serialize)]
pub struct PhaseView {
    /// `in-force`.
    pub phase: &'static str,
    /// `In force`.
    pub title: &'static str,
    /// What it means, one sentence.
    pub meaning: &'static str,
    /// Number of records.
    pub count: usize,
    /// Its states that any record is in.
    pub states: Vec<StateMeaning>,
}

/// A state with its meaning.
#[derive(Debug, Clone, Serialize)]
pub struct StateMeaning {
    /// The count; fields stand directly here.
    #[serde(flatten)]
    pub count: StateCount,
    /// What it means, one sentence.
    pub meaning: &'static str,
    /// The words that records use for it, most used first.
    pub labels: Vec<LabelCount>,
}

/// A status word as authors write it.
#[derive(Debug, Clone, Serialize)]
pub struct LabelCount {
    /// As written; empty where nothing was written and the state is inferred.
    pub label: String,
    /// Number of records.
    pub count: usize,
}

/// The page of one state.
#[derive(Debug, Clone, Serialize)]
pub struct StateView {
    /// `accepted`.
    pub state: &'static str,
    /// `in-force`.
    pub phase: &'static str,
    /// What it means, one sentence.
    pub meaning: &'static str,
    /// The records of this page, by collection, in its order.
    pub rows: Vec<SharedRow>,
    /// Number of records on all pages.
    pub count: usize,
    /// The pages of the list.
    pub pager: Pager,
}

/// A page of a collection.
pub fn collection(catalog: &Catalog, collection: usize, page: usize) -> CollectionView {
    let members = &catalog.members[collection];
    let folder = catalog.folder(collection);
    let shown = page_of(members, page);
    let any = |has: &dyn Fn(&Entry) -> bool| shown.iter().any(|ix| has(&catalog.site.entries[*ix]));
    CollectionView {
        link: collection_link(catalog, collection),
        folder: catalog.site.collections[collection].path.clone(),
        states: state_counts(catalog, members.iter().copied()),
        numbered: members.iter().any(|ix| catalog.site.entries[*ix].record.number.is_some()),
        dated: any(&|entry| date_of(entry).is_some()),
        peopled: any(&|entry| people_of(catalog, entry).next().is_some()),
        tagged: any(&|entry| entry.record.tags.values().any(|tags| !tags.is_empty())),
        rows: record_rows(catalog, shown),
        pager: numbered_pager(page, pages_of(members.len()), |page| list_path(&folder, page)),
        feed: collection_feed(catalog, collection),
    }
}

/// Status changes of a collection.
pub fn collection_feed(catalog: &Catalog, collection: usize) -> FeedLink {
    let title = &catalog.site.collections[collection].title;
    FeedLink {
        title: format!("{title}: status changes"),
        path: url_path(&format!("{}/feed.xml", catalog.folder(collection))),
    }
}

/// A page of a tag.
pub fn tag(catalog: &Catalog, facet: usize, tag: usize, page: usize) -> TagView {
    let facet = &catalog.facets[facet];
    let tag = &facet.tags[tag];
    let mut records = tag.records.clone();
    latest_first(catalog, &mut records);
    TagView {
        name: tag.name.clone(),
        facet: facet.name.clone(),
        facet_title: title_case(&facet.name),
        rows: record_rows(catalog, page_of(&records, page)),
        count: records.len(),
        pager: numbered_pager(page, pages_of(records.len()), |page| leaf_path(&tag.stem, page)),
        feed: tag_feed(tag),
    }
}

/// Status changes under a tag.
pub fn tag_feed(tag: &crate::catalog::Tag) -> FeedLink {
    FeedLink { title: format!("{}: status changes", tag.name), path: url_path(&format!("{}.xml", tag.stem)) }
}

/// All tags by facet.
pub fn tags(catalog: &Catalog) -> TagsView {
    let facets = catalog.facets.iter().map(|facet| FacetView {
        facet: facet.name.clone(),
        title: title_case(&facet.name),
        tags: facet
            .tags
            .iter()
            .map(|tag| TagCount {
                name: tag.name.clone(),
                path: url_path(&leaf_path(&tag.stem, 1)),
                count: tag.records.len(),
            })
            .collect(),
    });
    TagsView { facets: facets.collect() }
}

/// A page of a state.
pub fn state(catalog: &Catalog, state: State, page: usize) -> StateView {
    let records: &[Ix] = catalog.states.get(&state).map_or(&[], Vec::as_slice);
    let stem = format!("states/{}", state.name());
    StateView {
        state: state.name(),
        phase: state.phase().name(),
        meaning: meaning(state),
        rows: record_rows(catalog, page_of(records, page)),
        count: records.len(),
        pager: numbered_pager(page, pages_of(records.len()), |page| leaf_path(&stem, page)),
    }
}

/// The phases with their states, and the words that records use for them.
pub fn states(catalog: &Catalog) -> StatesView {
    let phases = PHASES.iter().filter_map(|(phase, title, meaning)| {
        let states: Vec<StateMeaning> = catalog
            .states
            .iter()
            .filter(|(state, _)| state.phase() == *phase)
            .map(|(state, records)| state_meaning(catalog, *state, records))
            .collect();
        let count = states.iter().map(|state| state.count.count).sum();
        (count > 0).then_some(PhaseView { phase: phase.name(), title, meaning, count, states })
    });
    StatesView { phases: phases.collect() }
}

/// The search page: every record by name, or the pages that list them where they are more than a page takes.
pub fn search(catalog: &Catalog) -> SearchView {
    let listed = catalog.site.entries.len() <= 2 * PAGE_LENGTH;
    let collections = catalog.members.iter().enumerate().map(|(at, members)| {
        let folder = catalog.folder(at);
        let pager = numbered_pager(1, pages_of(members.len()), |page| list_path(&folder, page));
        SearchList {
            link: collection_link(catalog, at),
            rows: members.iter().filter(|_| listed).map(|ix| record_link(catalog, *ix)).collect(),
            pages: if listed { Vec::new() } else { pager.pages },
        }
    });
    SearchView { collections: collections.collect() }
}

/// The records that share a number.
pub fn chooser(catalog: &Catalog, chooser: &crate::site::Chooser) -> ChooserView {
    let first = chooser.entries.first().map(|ix| &catalog.site.entries[*ix]);
    ChooserView {
        name: first.and_then(|entry| name(catalog, entry)).unwrap_or_else(|| chooser.number.clone()),
        rows: record_rows(catalog, &chooser.entries),
    }
}

const PHASES: [(Phase, &str, &str); 6] = [
    (Phase::Open, "Open", "Not decided yet."),
    (Phase::InForce, "In force", "Decided, and binding today."),
    (Phase::Closed, "Closed", "Ended without taking effect; kept for its reasons."),
    (Phase::Retired, "Retired", "Was in force once and is not any more."),
    (Phase::Elsewhere, "Elsewhere", "Moved: the record is kept in another place, and its status with it."),
    (Phase::Unknown, "Unknown", "The record does not say, or in words that this site does not know."),
];

fn meaning(state: State) -> &'static str {
    match state {
        State::Draft => "Being written.",
        State::Proposed => "Put forward, and not decided yet.",
        State::Accepted => "Decided.",
        State::Implemented => "Decided and carried out.",
        State::Active => "In force as a living process or policy.",
        State::Rejected => "Decided against.",
        State::Withdrawn => "Taken back by its author.",
        State::Deferred => "Put off, stalled or expired.",
        State::Deprecated => "No longer recommended, with nothing in its place.",
        State::Superseded => "Replaced by another record.",
        State::Moved => "Kept in another place; only a pointer to it is here.",
        State::Unknown => "Not stated, or in words that nobody has mapped.",
    }
}

fn state_meaning(catalog: &Catalog, state: State, records: &[Ix]) -> StateMeaning {
    let mut labels: BTreeMap<&str, usize> = BTreeMap::new();
    for ix in records {
        *labels.entry(catalog.site.entries[*ix].record.status.label.as_str()).or_default() += 1;
    }
    let mut labels: Vec<LabelCount> =
        labels.into_iter().map(|(label, count)| LabelCount { label: label.to_owned(), count }).collect();
    labels.sort_by_key(|label| Reverse(label.count));
    // A hundred ways to write a version behind the word are no help.
    labels.truncate(12);
    StateMeaning { count: state_count(catalog, state, records.len()), meaning: meaning(state), labels }
}
