//! [`Index`] → the files that a static host serves. What each holds is written in [`super::format`]; here it is
//! decided how much of it goes into one file.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use rayon::prelude::*;
use serde::Serialize;

use super::Memory;
use super::deflate::{gzip, gzip_all};
use super::document::FIELDS;
use super::format::{self, Bits, Files, Name, Writer, best_rice, zigzag};
use super::index::Index;
use super::rank::{LIMITS, Limits, OPTIONAL, WEIGHTS, Weights, level};
use super::texts::{Place, Texts, texts};
use super::token;
use crate::priority::Priority;
use crate::record::State;

/// Sites with no more records have one record chunk, which is fetched together with the terms.
const ONE_CHUNK: usize = 1000;

/// Records in a chunk of larger sites.
const CHUNK: usize = 32;

/// Sites with no more records have the scoring columns in the root.
const INLINE: usize = 2000;

/// Bytes of a spelling shard, after which it ends at the next first character, and after which it ends anywhere.
const SPELLING: Range<usize> = 8_000..60_000;

/// Longest numbers that are written as numbers: beyond, another language's may be inexact.
const MOST_DIGITS: usize = 15;

#[derive(Serialize)]
struct Settings<'a> {
    states: Vec<(&'static str, &'static str)>,
    collections: Vec<(&'a str, &'a str, Option<&'a str>, &'a str)>,
    columns: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    common: Option<(String, usize)>,
    weights: Weights,
    limits: Limits,
    optional: &'static [&'static str],
}

/// All files of the search by output path. Fails only where tantivy cannot read its own index.
pub fn export(index: &Index, memory: &mut Memory) -> io::Result<super::Files> {
    let mut files = Files::default();
    let terms = terms(index, &memory.priority, &mut files)?;
    let spelling = spelling(index, &mut files);
    let Texts { common, places } = texts(index, memory, &mut files)?;
    let (size, chunks) = records(index, &places, &mut files);

    let scoring = scoring(index);
    let inline = index.len() <= INLINE;
    let mut columns = columns(index, &mut files);
    if !inline {
        columns.insert("scoring", files.add('c', gzip(&scoring)).to_string());
    }
    let settings = Settings {
        states: State::ALL.iter().map(|state| (state.name(), state.phase().name())).collect(),
        collections: index
            .facts
            .collections
            .iter()
            .map(|home| (home.key.as_str(), home.title.as_str(), home.prefix.as_deref(), home.url.as_str()))
            .collect(),
        columns,
        common: common.map(|(name, length)| (name.to_string(), length)),
        weights: WEIGHTS,
        limits: LIMITS,
        optional: OPTIONAL,
    };

    let mut root = Writer::default();
    root.bytes.extend(format::MAGIC);
    root.uint(format::VERSION);
    root.uint(token::VERSION);
    root.uint(index.len() as u64);
    root.text(&json(&settings));
    root.uint(FIELDS.len() as u64);
    for (field, tokens) in FIELDS.iter().zip(&index.tokens) {
        root.text(field.name);
        root.uint(*tokens);
        root.f32(field.boost);
        root.u8(u8::from(field.normed));
    }
    root.uint(index.factors.0.len() as u64);
    index.factors.0.iter().for_each(|factor| root.f32(*factor));
    for shards in [terms, spelling] {
        root.uint(shards.len() as u64);
        let mut keys = Writer::default();
        shards.iter().for_each(|(first, _)| keys.key(first));
        root.bytes.extend(keys.bytes);
        shards.iter().for_each(|(_, name)| root.name(*name));
    }
    root.uint(size as u64);
    root.uint(chunks.len() as u64);
    chunks.iter().for_each(|name| root.name(*name));
    root.u8(u8::from(inline));
    if inline {
        root.bytes.extend(scoring);
    }
    Ok(files.finish(gzip(&root.bytes)))
}

/// JSON of plain data, which always has one.
pub fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Shards with the key of each.
type Shards<'a> = Vec<(&'a str, Name)>;

fn terms<'a>(index: &'a Index, priority: &Priority, files: &mut Files) -> io::Result<Shards<'a>> {
    let dictionary = &index.dictionary;
    let ends = dictionary.shards.iter().skip(1).copied().chain([dictionary.words.len()]);
    let shards: Vec<Range<usize>> =
        dictionary.shards.iter().zip(ends).map(|(start, end)| *start..end).collect();
    let write = |words: &Range<usize>| -> io::Result<Vec<u8>> {
        let (mut entries, mut postings) = (Writer::default(), Bits::default());
        for word in words.clone() {
            priority.give_way();
            entry(index, word, &mut entries, &mut postings)?;
        }
        let mut length = Writer::default();
        length.uint(entries.bytes.len() as u64);
        length.bytes.extend(entries.bytes);
        Ok(gzip_all(&[&length.bytes, &postings.finish()]))
    };
    let written: io::Result<Vec<Vec<u8>>> = shards.par_iter().map(write).collect();
    let keys = shards.iter().map(|words| dictionary.key(words.start));
    Ok(keys.zip(written?).map(|(first, bytes)| (first, files.add('t', bytes))).collect())
}

fn entry(index: &Index, at: usize, out: &mut Writer, postings: &mut Bits) -> io::Result<()> {
    let dictionary = &index.dictionary;
    let word = &dictionary.words[at];
    let own = |family: &u32| dictionary.families[*family as usize].owner as usize == at;
    let (here, elsewhere): (Vec<u32>, Vec<u32>) = word.families.iter().partition(|family| own(family));
    out.key(&word.text);
    out.u8(here.len() as u8 | (elsewhere.len() as u8) << 4);
    for family in elsewhere {
        let owner = &dictionary.words[dictionary.families[family as usize].owner as usize];
        out.suffix(word.text.as_bytes(), owner.text.as_bytes());
        // Families are numbered by owner: those of one owner follow each other.
        let first = dictionary
            .families
            .partition_point(|other| *dictionary.words[other.owner as usize].text < *owner.text);
        out.uint(u64::from(family) - first as u64);
    }
    for family in here {
        let found = index.dictionary.found(family);
        let has = (0..FIELDS.len()).filter(|field| found[*field] > 0);
        out.u8(has.clone().fold(0, |fields, field| fields | 1 << field));
        let before = postings.bytes.len();
        for field in has {
            let count = found[field] as usize;
            let (mut records, mut levels) = (Vec::with_capacity(count), Vec::with_capacity(count));
            index.postings(family, field, |record, frequency| {
                records.push(record);
                levels.push(level(frequency));
            })?;
            out.uint(records.len() as u64);
            listed(&records, index.len(), postings);
            if FIELDS[field].normed {
                leveled(&levels, postings);
            }
        }
        postings.align();
        out.uint((postings.bytes.len() - before) as u64);
    }
    Ok(())
}

/// Writes which of all records these are.
fn listed(records: &[u32], all: usize, out: &mut Bits) {
    let without: Vec<u32>;
    let mut rarer = records;
    if records.len() * 2 > all {
        let mut with = records.iter().peekable();
        without = (0..all as u32).filter(|record| with.next_if_eq(&record).is_none()).collect();
        rarer = &without;
    }
    let low = (2 * all / (3 * rarer.len()).max(1)).max(1).ilog2();
    let mut next = 0;
    for record in rarer {
        out.rice(record - next, low);
        next = record + 1;
    }
}

/// Writes levels in the shortest way, and that before them.
fn leveled(levels: &[u32], out: &mut Bits) {
    const MOST_LOW: u32 = 7;
    let mut counts = [0; u32::BITS as usize];
    levels.iter().for_each(|level| counts[*level as usize] += 1);
    let most = levels.iter().copied().max().unwrap_or_default();
    let ways = (0..=most).map(|usual| {
        let folded = (0..=most).zip(counts).map(move |(level, times)| (fold(level, usual), times));
        (best_rice(folded, MOST_LOW), usual)
    });
    let ((_, low), usual) = ways.min().unwrap_or_default();
    out.rice(usual, 0);
    out.rice(low, 0);
    levels.iter().for_each(|level| out.rice(fold(*level, usual), low));
}

/// Levels near the usual one are small numbers.
fn fold(level: u32, usual: u32) -> u32 {
    match level {
        _ if level > 2 * usual => level,
        _ if level < usual => 2 * (usual - level) - 1,
        _ => 2 * (level - usual),
    }
}

fn spelling<'a>(index: &'a Index, files: &mut Files) -> Shards<'a> {
    let dictionary = &index.dictionary;
    let mut shards = Vec::new();
    let mut open: Option<(&str, Writer)> = None;
    let mut last = None;
    for (at, word) in dictionary.words.iter().enumerate().filter(|(at, _)| dictionary.is_proposed(*at)) {
        let first = word.text.chars().next();
        let full = open.as_ref().is_some_and(|(_, out)| {
            out.bytes.len() >= SPELLING.end || out.bytes.len() >= SPELLING.start && first != last
        });
        if full {
            shards.extend(open.take());
        }
        let (_, out) = open.get_or_insert_with(|| (&word.text, Writer::default()));
        out.key(&word.text);
        out.uint(u64::from(dictionary.frequency(at)));
        last = first;
    }
    shards.extend(open);
    let shards: Vec<(&str, Vec<u8>)> =
        shards.into_par_iter().map(|(first, out)| (first, gzip(&out.bytes))).collect();
    shards.into_iter().map(|(first, bytes)| (first, files.add('z', bytes))).collect()
}

type RecordRow<'a> = (
    &'a str,
    &'a str,
    Option<&'a str>,
    &'a str,
    usize,
    usize,
    &'a str,
    Option<String>,
    Vec<(&'a str, &'a str, &'a str)>,
    usize,
    usize,
    &'a [usize],
);

#[derive(Serialize)]
struct Chunk<'a> {
    packs: Vec<String>,
    records: Vec<RecordRow<'a>>,
}

fn records(index: &Index, places: &[Place], files: &mut Files) -> (usize, Vec<Name>) {
    let facts = &index.facts;
    let size = if index.len() <= ONE_CHUNK { index.len().max(1) } else { CHUNK };
    let state_of = |state: State| State::ALL.iter().position(|other| *other == state).unwrap_or_default();
    let chunk = |(facts_of, places): (&[super::document::Fact], &[Place])| {
        let mut packs: Vec<Name> = Vec::new();
        let records = facts_of.iter().zip(places).map(|(fact, Place { pack, offset, lengths })| {
            let pack = packs.iter().position(|other| other == pack).unwrap_or_else(|| {
                packs.push(*pack);
                packs.len() - 1
            });
            let (state, label) = &facts.statuses[fact.status];
            let heads = fact.heads.iter().filter_map(|head| facts.records.get(*head));
            (
                fact.id.as_str(),
                fact.url.as_str(),
                fact.name.as_deref(),
                fact.title.as_str(),
                fact.collection,
                state_of(*state),
                label.as_str(),
                super::rank::iso(fact.date),
                heads
                    .map(|head| {
                        (head.id.as_str(), head.url.as_str(), head.name.as_deref().unwrap_or(&head.title))
                    })
                    .collect(),
                pack,
                *offset,
                lengths.as_slice(),
            )
        });
        let records = records.collect();
        gzip(json(&Chunk { packs: packs.iter().map(Name::to_string).collect(), records }).as_bytes())
    };
    let chunks: Vec<Vec<u8>> =
        facts.records.par_chunks(size).zip(places.par_chunks(size)).map(chunk).collect();
    (size, chunks.into_iter().map(|bytes| files.add('r', bytes)).collect())
}

fn scoring(index: &Index) -> Vec<u8> {
    let mut out = Writer::default();
    let normed = index.norms.iter().zip(FIELDS).filter(|(_, field)| field.normed);
    for column in normed.map(|(norms, _)| norms).chain([&index.factors.1]) {
        let mut counts = [0; 1 << u8::BITS];
        column.iter().for_each(|value| counts[usize::from(*value)] += 1);
        let mut values: Vec<u8> = (0..=u8::MAX).filter(|value| counts[usize::from(*value)] > 0).collect();
        values.sort_by_key(|value| Reverse(counts[usize::from(*value)]));
        let mut place = [0; 1 << u8::BITS];
        (0..).zip(&values).for_each(|(at, value)| place[usize::from(*value)] = at);
        let (_, low) = best_rice((0..).zip(values.iter().map(|value| counts[usize::from(*value)])), u8::BITS);
        let mut bits = Bits::default();
        column.iter().for_each(|value| bits.rice(place[usize::from(*value)], low));
        let bits = bits.finish();
        out.uint(values.len() as u64);
        out.bytes.extend(values);
        out.u8(low as u8);
        out.uint(bits.len() as u64);
        out.bytes.extend(bits);
    }
    out.bytes
}

fn columns(index: &Index, files: &mut Files) -> BTreeMap<&'static str, String> {
    let facts = &index.facts;
    let state_of = |state: State| State::ALL.iter().position(|other| *other == state).unwrap_or_default();
    let indexes = |out: &mut Writer, indexes: &[usize]| {
        out.uint(indexes.len() as u64);
        indexes.iter().for_each(|index| out.uint(*index as u64));
    };

    let mut status = Writer::default();
    status.uint(facts.statuses.len() as u64);
    for (state, label) in &facts.statuses {
        status.uint(state_of(*state) as u64);
        status.text(label);
    }
    let mut collection = Writer::default();
    let mut tag = Writer::default();
    tag.uint(facts.tags.len() as u64);
    facts.tags.iter().for_each(|name| tag.text(name));
    let mut author = Writer::default();
    author.uint(facts.authors.len() as u64);
    for (name, handle) in &facts.authors {
        author.text(name);
        author.text(handle);
    }
    let (mut date, mut links, mut names) = (Writer::default(), Writer::default(), Writer::default());
    let mut last_date = 0;
    let mut last_number: Vec<i64> = vec![0; facts.collections.len()];
    for fact in &facts.records {
        status.uint(fact.status as u64);
        collection.uint(fact.collection as u64);
        indexes(&mut tag, &fact.tags);
        indexes(&mut author, &fact.authors);
        if fact.date > 0 {
            let day = i64::from(fact.date);
            date.uint(1 + zigzag(day - last_date));
            last_date = day;
        } else {
            date.uint(0);
        }
        indexes(&mut links, &fact.supersedes);
        indexes(&mut links, &fact.cites);
        let number = fact.number.as_ref().and_then(|_| number(&fact.key));
        match (number, last_number.get_mut(fact.collection)) {
            (Some(number), Some(last)) => {
                names.uint(zigzag(number - *last) << 1);
                *last = number;
            }
            _ => {
                names.uint((fact.key.len() as u64) << 1 | 1);
                names.bytes.extend(fact.key.as_bytes());
            }
        }
    }
    let all = [
        ("status", status),
        ("collection", collection),
        ("tag", tag),
        ("author", author),
        ("date", date),
        ("links", links),
        ("names", names),
    ];
    all.into_iter().map(|(name, out)| (name, files.add('c', gzip(&out.bytes)).to_string())).collect()
}

fn number(key: &str) -> Option<i64> {
    (key.len() <= MOST_DIGITS && key.bytes().all(|byte| byte.is_ascii_digit())).then(|| key.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_count_from_the_usual_one() {
        assert_eq!([0, 1, 2, 3, 4, 5, 6].map(|level| fold(level, 2)), [3, 1, 0, 2, 4, 5, 6]);
        assert_eq!([0, 1, 2].map(|level| fold(level, 0)), [0, 1, 2]);
    }
}
