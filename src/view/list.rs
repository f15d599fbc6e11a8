//! Pages that list records: collections, tags, states, numbers used twice, and the indexes of them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::home::latest_first;
use super::parts::*;
use super::*;
use crate::catalog::{Catalog, page_of, pages_of};
use crate::record::{Phase, State};
use crate::site::Ix;

/// A page of a collection.
pub fn collection(catalog: &Catalog<'_>, collection: usize, page: usize) -> CollectionView {
    let members = &catalog.members[collection];
    let folder = catalog.folder(collection);
    let rows = record_rows(catalog, page_of(members, page));
    CollectionView {
        link: collection_link(catalog, collection),
        folder: catalog.site.collections[collection].path.clone(),
        states: state_counts(catalog, members.iter().copied()),
        numbered: members.iter().any(|ix| catalog.site.entries[*ix].record.number.is_some()),
        dated: rows.iter().any(|row| row.date.is_some()),
        peopled: rows.iter().any(|row| !row.people.is_empty()),
        tagged: rows.iter().any(|row| !row.tags.is_empty()),
        rows,
        pager: numbered_pager(page, pages_of(members.len()), |page| list_path(&folder, page)),
        feed: collection_feed(catalog, collection),
    }
}

/// Status changes of a collection.
pub fn collection_feed(catalog: &Catalog<'_>, collection: usize) -> FeedLink {
    let title = &catalog.site.collections[collection].title;
    FeedLink {
        title: format!("{title}: status changes"),
        path: url_path(&format!("{}/feed.xml", catalog.folder(collection))),
    }
}

/// A page of a tag.
pub fn tag(catalog: &Catalog<'_>, facet: usize, tag: usize, page: usize) -> TagView {
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
pub fn tags(catalog: &Catalog<'_>) -> TagsView {
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
pub fn state(catalog: &Catalog<'_>, state: State, page: usize) -> StateView {
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
pub fn states(catalog: &Catalog<'_>) -> StatesView {
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

/// The records that share a number.
pub fn chooser(catalog: &Catalog<'_>, chooser: &crate::site::Chooser) -> ChooserView {
    let first = chooser.entries.first().map(|ix| &catalog.site.entries[*ix]);
    ChooserView {
        name: first.and_then(|entry| name(catalog, entry)).unwrap_or_else(|| chooser.number.clone()),
        rows: record_rows(catalog, &chooser.entries),
    }
}

const PHASES: [(Phase, &str, &str); 5] = [
    (Phase::Open, "Open", "Not decided yet: you can still have a say."),
    (Phase::InForce, "In force", "Decided, and binding today."),
    (Phase::Closed, "Closed", "Ended without taking effect; kept for its reasons."),
    (Phase::Retired, "Retired", "Was in force once and is not any more."),
    (Phase::Unknown, "Unknown", "The record does not say, or in words that this site does not know."),
];

fn meaning(state: State) -> &'static str {
    match state {
        State::Draft => "Being written.",
        State::Proposed => "Open for comment.",
        State::Accepted => "Decided.",
        State::Implemented => "Decided and carried out.",
        State::Active => "In force as a living process or policy.",
        State::Rejected => "Decided against.",
        State::Withdrawn => "Taken back by its author.",
        State::Deferred => "Put off, stalled or expired.",
        State::Deprecated => "No longer recommended, with nothing in its place.",
        State::Superseded => "Replaced by another record.",
        State::Moved => "Only a signpost: the record lives elsewhere.",
        State::Unknown => "Not stated, or in words that nobody has mapped.",
    }
}

fn state_meaning(catalog: &Catalog<'_>, state: State, records: &[Ix]) -> StateMeaning {
    let mut labels: BTreeMap<&str, usize> = BTreeMap::new();
    for ix in records {
        *labels.entry(catalog.site.entries[*ix].record.status.label.as_str()).or_default() += 1;
    }
    let mut labels: Vec<LabelCount> =
        labels.into_iter().map(|(label, count)| LabelCount { label: label.to_owned(), count }).collect();
    labels.sort_by_key(|label| Reverse(label.count));
    // A hundred ways to write a version behind the word are no help.
    labels.truncate(12);
    StateMeaning { count: state_count(state, records.len()), meaning: meaning(state), labels }
}
