//! [`Index`] → the files that a static host serves. What each holds is written in [`super::format`]; here it is
//! decided how much of it goes into one file.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;

use super::Memory;
use super::deflate::gzip;
use super::document::{BODY, FIELDS, HEAD, TITLE};
use super::format::{self, Files, Name, Writer, zigzag};
use super::index::Index;
use super::rank::{LIMITS, Limits, OPTIONAL, WEIGHTS, Weights};
use super::texts::{Place, Texts, texts};
use super::token;
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
pub fn export(index: &Index, memory: &mut Memory) -> io::Result<BTreeMap<String, Arc<[u8]>>> {
    let mut files = Files::default();
    let terms = terms(index, &mut files)?;
    let spelling = spelling(index, &mut files);
    let Texts { common, places } = texts(index, &mut memory.packs, &mut files)?;
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

/// Shards with the first key of each.
type Shards<'a> = Vec<(&'a str, Name)>;

fn terms<'a>(index: &'a Index, files: &mut Files) -> io::Result<Shards<'a>> {
    let dictionary = &index.dictionary;
    let ends = dictionary.shards.iter().skip(1).copied().chain([dictionary.words.len()]);
    let shards: Vec<Range<usize>> =
        dictionary.shards.iter().zip(ends).map(|(start, end)| *start..end).collect();
    let write = |scratch: &mut Scratch, words: Range<usize>| -> io::Result<Vec<u8>> {
        let mut out = Writer::default();
        for word in words {
            entry(index, word, scratch, &mut out)?;
        }
        Ok(gzip(&out.bytes))
    };
    let written: io::Result<Vec<Vec<u8>>> = shards
        .par_iter()
        .map_init(|| Scratch::new(index.len()), |scratch, words| write(scratch, words.clone()))
        .collect();
    let first = shards.iter().map(|words| &*dictionary.words[words.start].text);
    Ok(first.zip(written?).map(|(first, bytes)| (first, files.add('t', bytes))).collect())
}

fn entry(index: &Index, at: usize, scratch: &mut Scratch, out: &mut Writer) -> io::Result<()> {
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
        scratch.read(index, family)?;
        scratch.write(out);
    }
    Ok(())
}

/// Postings of one family over all fields.
struct Scratch {
    frequencies: Vec<[u32; FIELDS.len()]>,
    records: Vec<u32>,
    found: [u32; FIELDS.len()],
}

impl Scratch {
    fn new(records: usize) -> Scratch {
        Scratch {
            frequencies: vec![[0; FIELDS.len()]; records],
            records: Vec::new(),
            found: [0; FIELDS.len()],
        }
    }

    fn read(&mut self, index: &Index, family: u32) -> io::Result<()> {
        let Scratch { frequencies, records, found } = self;
        records.iter().for_each(|record| frequencies[*record as usize] = [0; FIELDS.len()]);
        records.clear();
        *found = index.dictionary.found(family);
        for field in 0..FIELDS.len() {
            index.postings(family, field, |record, frequency| {
                let all = &mut frequencies[record as usize];
                if *all == [0; FIELDS.len()] {
                    records.push(record);
                }
                all[field] = frequency;
            })?;
        }
        records.sort_unstable();
        Ok(())
    }

    fn write(&self, out: &mut Writer) {
        out.uint(self.records.len() as u64);
        let mask =
            (0..FIELDS.len()).filter(|field| self.found[*field] > 0).fold(0, |mask, field| mask | 1 << field);
        out.u8(mask);
        if mask.count_ones() > 1 {
            self.found.iter().filter(|found| **found > 0).for_each(|found| out.uint(u64::from(*found)));
        }
        let mut postings = Writer::default();
        let mut next = 0;
        for record in &self.records {
            postings.uint(u64::from(record - next));
            next = record + 1;
        }
        let mut extension = Writer::default();
        for record in &self.records {
            postings.u8(code(&self.frequencies[*record as usize], &mut extension));
        }
        postings.bytes.extend(extension.bytes);
        out.uint(postings.bytes.len() as u64);
        out.bytes.extend(postings.bytes);
    }
}

/// The code of a record's frequencies; what does not fit goes to the extension.
fn code(frequencies: &[u32; FIELDS.len()], extension: &mut Writer) -> u8 {
    const MOST_BODY: u32 = 15;
    const MOST_HEAD: u32 = 3;
    let (body, head, title) = (frequencies[BODY], frequencies[HEAD], frequencies[TITLE]);
    let mut code = body.min(MOST_BODY) as u8 | (head.min(MOST_HEAD) as u8) << 4;
    if body >= MOST_BODY {
        extension.uint(u64::from(body - MOST_BODY));
    }
    if head >= MOST_HEAD {
        extension.uint(u64::from(head - MOST_HEAD));
    }
    let others = || std::iter::once(title).chain(frequencies.iter().skip(BODY + 1).copied()).enumerate();
    if title <= 1 && others().skip(1).all(|(_, frequency)| frequency == 0) {
        return code | (title as u8) << 6;
    }
    code |= 1 << 7;
    let mask = others().filter(|(_, frequency)| *frequency > 0).fold(0, |mask, (at, _)| mask | 1 << at);
    extension.u8(mask);
    others()
        .filter(|(_, frequency)| *frequency > 0)
        .for_each(|(_, frequency)| extension.uint(u64::from(frequency - 1)));
    code
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
    index.norms.iter().flatten().chain(&index.factors.1).copied().collect()
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
