//! Site → what is searched of each record: its text by field and by section, and the values that queries
//! filter by. Knows the domain; nothing of tokens, postings or files.

use std::collections::BTreeMap;

use crate::catalog::Catalog;
use crate::markdown::{self, Section};
use crate::record::{Record, Role, State};
use crate::site::address::normal_number;
use crate::site::{Entry, Ix};
use crate::source::Inputs;
use crate::view::parts::{date_of, heads, label, name, url_path};
use crate::view::record::left_out;

use super::token::folded;

/// The fields, in the order of the format.
pub const FIELDS: [Field; 6] = [
    Field { name: "title", boost: 2.0, normed: false },
    Field { name: "head", boost: 0.5, normed: false },
    Field { name: "body", boost: 1.0, normed: true },
    Field { name: "meta", boost: 3.0, normed: false },
    Field { name: "lead", boost: 1.0, normed: false },
    Field { name: "cited", boost: 0.5, normed: false },
];

/// A field of the index.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// How much a match in it counts.
    pub boost: f32,
    /// Whether long ones count less.
    pub normed: bool,
}

/// Index of the fields that are not like the others.
pub const TITLE: usize = 0;
/// See [`TITLE`].
pub const HEAD: usize = 1;
/// See [`TITLE`].
pub const BODY: usize = 2;
/// See [`TITLE`].
pub const META: usize = 3;

/// Everything about the records that is neither in postings nor in their text.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Records, oldest first: the number of a record is its index here.
    pub records: Vec<Fact>,
    /// Collections: key, title, prefix, address.
    pub collections: Vec<Home>,
    /// What records say of their state: state and words.
    pub statuses: Vec<(State, String)>,
    /// Tags of all facets.
    pub tags: Vec<String>,
    /// Authors: name, and handle where there is one.
    pub authors: Vec<(String, String)>,
}

/// A collection.
#[derive(Debug, Clone)]
pub struct Home {
    /// `rfc`.
    pub key: String,
    /// `RFCs`.
    pub title: String,
    /// `RFC`.
    pub prefix: Option<String>,
    /// Its page.
    pub url: String,
}

/// What is known of a record.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Index into [`Site::entries`](crate::site::Site::entries).
    pub ix: Ix,
    /// `rfc-12`.
    pub id: String,
    /// Path relative to the root.
    pub source: String,
    /// Its page, as a URL path relative to the site.
    pub url: String,
    /// The number as the source writes it.
    pub number: Option<String>,
    /// How people call it: `RFC 12`.
    pub name: Option<String>,
    /// Plain text.
    pub title: String,
    /// The number without leading zeros, else the slug: what queries for this very record say.
    pub key: String,
    /// Index into [`Facts::collections`].
    pub collection: usize,
    /// Index into [`Facts::statuses`].
    pub status: usize,
    /// Indexes into [`Facts::tags`], ascending.
    pub tags: Vec<usize>,
    /// Indexes into [`Facts::authors`], ascending.
    pub authors: Vec<usize>,
    /// The day that lists show, as `yyyymmdd`; 0 where none is known.
    pub date: u32,
    /// Numbers of the records that stand in its place today.
    pub heads: Vec<usize>,
    /// Numbers of the records it supersedes, ascending.
    pub supersedes: Vec<usize>,
    /// Numbers of the records it cites, ascending.
    pub cites: Vec<usize>,
    /// How many records cite it.
    pub cited_by: usize,
}

impl Facts {
    /// The facts of all records of a site, oldest first.
    pub fn of(catalog: &Catalog) -> Facts {
        let site = &catalog.site;
        let mut order: Vec<Ix> = (0..site.entries.len()).collect();
        order.sort_by_key(|ix| (date_of(&site.entries[*ix]).map(|(_, date)| date), *ix));
        let mut number_of = vec![0; order.len()];
        for (number, ix) in order.iter().enumerate() {
            number_of[*ix] = number;
        }
        let mut facts = Facts::default();
        for collection in 0..site.collections.len() {
            let link = crate::view::parts::collection_link(catalog, collection);
            facts.collections.push(Home {
                key: link.key,
                title: link.title,
                prefix: link.prefix,
                url: link.path,
            });
        }
        let mut values = Values::default();
        for ix in order {
            facts.records.push(fact(catalog, &number_of, &mut values, ix));
        }
        facts.statuses = values.statuses.list();
        facts.tags = values.tags.list();
        facts.authors = values.authors.list();
        facts
    }
}

/// Values in the order in which they are first met: a new record changes no index of another.
struct Met<T>(BTreeMap<T, usize>);

impl<T> Default for Met<T> {
    fn default() -> Met<T> {
        Met(BTreeMap::new())
    }
}

impl<T: Ord> Met<T> {
    fn index(&mut self, value: T) -> usize {
        let next = self.0.len();
        *self.0.entry(value).or_insert(next)
    }

    fn list(self) -> Vec<T> {
        let mut all: Vec<(usize, T)> = self.0.into_iter().map(|(value, index)| (index, value)).collect();
        all.sort_by_key(|(index, _)| *index);
        all.into_iter().map(|(_, value)| value).collect()
    }
}

#[derive(Default)]
struct Values {
    statuses: Met<(State, String)>,
    tags: Met<String>,
    authors: Met<(String, String)>,
}

fn fact(catalog: &Catalog, number_of: &[usize], values: &mut Values, ix: Ix) -> Fact {
    let entry = &catalog.site.entries[ix];
    let record = &entry.record;
    let all_tags = record.tags.iter().flat_map(|(facet, tags)| tags.iter().map(move |tag| (facet, tag)));
    let tags = all_tags.filter_map(|(facet, tag)| catalog.tag(facet, tag));
    let people = [Role::Author, Role::Decider].iter().find_map(|role| record.people.get(role));
    let people = people.into_iter().flatten().filter_map(|person| catalog.person(person));
    let ascending = |mut indexes: Vec<usize>| {
        indexes.sort_unstable();
        indexes.dedup();
        indexes
    };
    let superseded =
        entry.relations.iter().filter(|relation| relation.kind == "supersedes" && relation.is_whole());
    let mut citing: Vec<Ix> = entry.referenced_by.iter().map(|backlink| backlink.from).collect();
    citing.dedup();
    Fact {
        ix,
        id: entry.id.clone(),
        source: record.source.clone(),
        url: url_path(&entry.address),
        number: record.number.as_ref().map(|number| number.value.clone()),
        name: name(catalog, entry),
        title: record.title.value.clone(),
        key: key(record),
        collection: entry.collection,
        status: values.statuses.index((record.status.state, label(&record.status))),
        tags: ascending(tags.map(|tag| values.tags.index(tag.name.clone())).collect()),
        authors: ascending(
            people
                .map(|person| {
                    let handle = person.handle.clone().unwrap_or_default();
                    values.authors.index((person.name.clone(), handle))
                })
                .collect(),
        ),
        date: date_of(entry).map_or(0, |(_, date)| {
            let year = u32::try_from(date.year()).unwrap_or_default();
            year * 10_000 + date.month().unsigned_abs() as u32 * 100 + date.day().unsigned_abs() as u32
        }),
        heads: heads(catalog, entry).0.into_iter().map(|head| number_of[head]).collect(),
        supersedes: ascending(superseded.map(|relation| number_of[relation.target]).collect()),
        cites: ascending(entry.cites.iter().map(|cited| number_of[*cited]).collect()),
        cited_by: citing.len(),
    }
}

/// What a query for this very record says: its number, else its slug.
fn key(record: &Record) -> String {
    match &record.number {
        Some(number) => normal_number(&number.value),
        None => record.slug.to_lowercase(),
    }
}

/// The text of a record, by field, and its sections.
pub struct Document {
    /// In the order of [`FIELDS`]; headings and body are in `sections`.
    pub fields: [Vec<String>; FIELDS.len()],
    /// What its page shows.
    pub sections: Vec<Section>,
}

impl Document {
    /// The text of a record.
    pub fn of(inputs: &Inputs, entry: &Entry) -> Document {
        let record = &entry.record;
        let sections = inputs.text(&record.source).map_or_else(Vec::new, |text| {
            markdown::text(text, record.body_start, &record.scan, &left_out(record, text))
        });
        let lead = record.summary.as_ref().map(|summary| summary.value.clone());
        let mut cited: Vec<String> =
            entry.referenced_by.iter().map(|backlink| backlink.sentence.clone()).collect();
        cited.dedup();
        let fields = [
            vec![record.title.value.clone()],
            Vec::new(),
            Vec::new(),
            meta(entry),
            lead.into_iter().collect(),
            cited,
        ];
        Document { fields, sections }
    }
}

/// Words that name the record: its number with and without zeros, tags and people. Not its series, which every
/// other record of it has too.
fn meta(entry: &Entry) -> Vec<String> {
    let record = &entry.record;
    let mut words = Vec::new();
    if let Some(number) = &record.number {
        words.push(number.value.clone());
        if normal_number(&number.value) != number.value {
            words.push(normal_number(&number.value));
        }
    } else {
        words.push(record.slug.clone());
    }
    words.extend(record.tags.values().flatten().cloned());
    for person in record.people.values().flatten() {
        words.extend(person.name.clone());
        words.extend(person.handle.clone());
    }
    words
}

/// Two filter values are the same where this is.
pub fn same(value: &str) -> String {
    folded(value.trim_start_matches('@'))
}
