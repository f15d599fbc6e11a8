//! Records → all that can be searched of them: facts, texts, dictionary, postings.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use rapidhash::fast::RandomState;

use super::dictionary::Dictionary;
use super::document::{Document, FIELDS, Facts};
use super::rank::{factors, norm};
use super::segment::Segment;
use super::words::{Known, Text, Vocabulary, Words, counted};
use crate::catalog::Catalog;
use crate::markdown::Section;
use crate::memo::Memos;
use crate::priority::Priority;
use crate::record::Record;
use crate::site::{Entry, Site};
use crate::source::Inputs;

/// As long as no more than one text in so many is new or gone, only the new ones are indexed.
const FEW: usize = 4;

/// All that can be searched. Owned, immutable, shared by threads.
pub struct Index {
    /// The records.
    pub facts: Facts,
    /// Text by record.
    pub texts: Vec<Arc<Text>>,
    /// Words and families.
    pub dictionary: Dictionary,
    /// Lengths by field and record, as tantivy's field norm ids; empty for fields without.
    pub norms: Vec<Vec<u8>>,
    /// Tokens by field.
    pub tokens: [u64; FIELDS.len()],
    /// What scores are multiplied by, and which of them by record.
    pub factors: (Vec<f32>, Vec<u8>),
    parts: Vec<Part>,
}

/// Some of the records.
struct Part {
    segment: Arc<Segment>,
    /// The number of the record that each document is of; none where it is not the record's text any more.
    records: Vec<Option<u32>>,
}

/// What the next index of the same records need not do again.
#[derive(Default)]
pub struct Memory {
    vocabulary: Vocabulary,
    texts: Memos<Read, Arc<Text>>,
    /// A segment of many records, and which text each of its documents is.
    base: Option<(Arc<Segment>, Vec<Arc<Text>>)>,
}

/// What a text is read from: a record, what others say where they cite it, its language.
type Read = (Arc<Record>, Vec<String>, Option<String>);

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("records", &self.facts.records.len()).finish_non_exhaustive()
    }
}

impl Index {
    /// Indexes all records of a site; the index is the same whatever `memory` has of an earlier one. Fails only where
    /// tantivy does.
    pub fn new(catalog: &Catalog, inputs: &Inputs, memory: &mut super::Memory) -> io::Result<Index> {
        let super::Memory { index: memory, priority, .. } = memory;
        let facts = Facts::of(catalog);
        let texts = read(&catalog.site, inputs, &facts, memory, priority);
        let (families, Lengths { tokens, norms }, dictionary) = memory.vocabulary.known(|known| {
            let families: Vec<u32> = known.words.iter().map(|(_, family)| *family).collect();
            let (lengths, dictionary) = dictionary(known, &families, &texts, priority);
            (families, lengths, dictionary)
        });
        let parts = parts(&texts, &families, &mut memory.base, priority)?;
        Ok(Index { factors: factors(&facts), facts, texts, dictionary, norms, tokens, parts })
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.facts.records.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.facts.records.is_empty()
    }

    /// What the page of a record shows; nothing where there is no such record.
    pub fn sections(&self, record: usize) -> &[Section] {
        self.texts.get(record).map_or(&[], |text| &text.sections)
    }

    /// Calls `each` with every record that has a family in a field, ascending, and how often, where that counts.
    pub fn postings(&self, family: u32, field: usize, mut each: impl FnMut(u32, u32)) -> io::Result<()> {
        let Some(family) = self.dictionary.families.get(family as usize) else { return Ok(()) };
        let records = family.found.get(field).map_or(0, |found| *found as usize);
        if records == 0 {
            return Ok(());
        }
        let mut found = Vec::with_capacity(records);
        for Part { segment, records } in &self.parts {
            segment.postings(family.term, field, |document, count| {
                found.extend(records.get(document as usize).copied().flatten().map(|record| (record, count)));
            })?;
        }
        found.sort_unstable();
        found.into_iter().for_each(|(record, count)| each(record, count));
        Ok(())
    }
}

/// The texts of all records, in their order.
fn read(
    site: &Site,
    inputs: &Inputs,
    facts: &Facts,
    memory: &mut Memory,
    priority: &Priority,
) -> Vec<Arc<Text>> {
    let Memory { vocabulary, texts, .. } = memory;
    let entries: Vec<&Entry> = facts.records.iter().filter_map(|fact| site.entries.get(fact.ix)).collect();
    let key = |entry: &&Entry| -> Read {
        let cited = entry.referenced_by.iter().map(|backlink| backlink.sentence.clone()).collect();
        (Arc::clone(&entry.record), cited, language(site, entry.collection).map(str::to_owned))
    };
    texts.all(
        &entries,
        |entry| &entry.record.source,
        |(record, cited, tag), entry| {
            Arc::ptr_eq(record, &entry.record)
                && cited.iter().eq(entry.referenced_by.iter().map(|backlink| &backlink.sentence))
                && tag.as_deref() == language(site, entry.collection)
        },
        key,
        |entry, (_, _, tag)| {
            priority.give_way();
            Arc::new(vocabulary.read(tag.as_deref(), Document::of(inputs, entry)))
        },
    )
}

/// How long the texts of all records are.
struct Lengths {
    /// See [`Index::tokens`].
    tokens: [u64; FIELDS.len()],
    /// See [`Index::norms`].
    norms: Vec<Vec<u8>>,
}

/// The lengths and the dictionary of all texts.
fn dictionary(
    known: &Known,
    families: &[u32],
    texts: &[Arc<Text>],
    priority: &Priority,
) -> (Lengths, Dictionary) {
    let mut lengths = Lengths { tokens: [0; FIELDS.len()], norms: vec![Vec::new(); FIELDS.len()] };
    let mut is_there = vec![false; families.len()];
    let mut found = vec![[0; FIELDS.len()]; known.stems.len()];
    let mut last = vec![[u32::MAX; FIELDS.len()]; known.stems.len()];
    for (record, text) in (0..).zip(texts) {
        priority.give_way();
        for (field, words) in text.words.iter().enumerate() {
            let mut length: u32 = 0;
            for (word, count) in counted(words) {
                let family = families[word as usize] as usize;
                length = length.saturating_add(count);
                is_there[word as usize] = true;
                if std::mem::replace(&mut last[family][field], record) != record {
                    found[family][field] += 1;
                }
            }
            lengths.tokens[field] += u64::from(length);
            if FIELDS[field].normed {
                lengths.norms[field].push(norm(length));
            }
        }
    }
    let words = known.words.iter().zip(is_there).filter_map(|(word, is_there)| is_there.then_some(word));
    (lengths, Dictionary::new(words, &known.stems, &found))
}

/// Segments that have every text once. Texts that are new since the base are in one of their own, unless they are too
/// many.
fn parts(
    texts: &[Arc<Text>],
    families: &[u32],
    base: &mut Option<(Arc<Segment>, Vec<Arc<Text>>)>,
    priority: &Priority,
) -> io::Result<Vec<Part>> {
    let segment = |texts: &[&Arc<Text>]| -> io::Result<_> {
        let words: Vec<&Words> = texts.iter().map(|text| &text.words).collect();
        Ok(Arc::new(Segment::new(&words, families, priority)?))
    };
    if let Some((segment_of_base, documents)) = base {
        let mut numbers: HashMap<*const Text, u32, RandomState> =
            texts.iter().map(Arc::as_ptr).zip(0..).collect();
        let records: Vec<Option<u32>> =
            documents.iter().map(|text| numbers.remove(&Arc::as_ptr(text))).collect();
        let gone = records.iter().filter(|record| record.is_none()).count();
        if (numbers.len() + gone) * FEW <= texts.len() {
            let mut others: Vec<u32> = numbers.into_values().collect();
            others.sort_unstable();
            let new: Vec<&Arc<Text>> =
                others.iter().filter_map(|record| texts.get(*record as usize)).collect();
            let new = Part { segment: segment(&new)?, records: others.into_iter().map(Some).collect() };
            return Ok(vec![Part { segment: Arc::clone(segment_of_base), records }, new]);
        }
    }
    let all = segment(&texts.iter().collect::<Vec<_>>())?;
    *base = Some((Arc::clone(&all), texts.to_vec()));
    Ok(vec![Part { segment: all, records: (0..texts.len() as u32).map(Some).collect() }])
}

/// The language of a collection's records: its own, else the site's, else English.
pub fn language(site: &Site, collection: usize) -> Option<&str> {
    let own = site.collections.get(collection).and_then(|own| own.config.language.as_deref());
    own.or(site.config.site.language.as_deref()).or(Some("en"))
}
