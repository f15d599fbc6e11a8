//! Scores. Every number is an `f32` and every sum is made in a fixed order, so that a client in another language
//! gets the same ones.

use std::io;

use serde::Serialize;
use tantivy::fieldnorm::FieldNormReader;

use super::document::{FIELDS, Facts};
use super::expand::Unit;
use super::index::Index;
use crate::record::{Phase, State};

/// Term frequency saturates with this (tantivy's constant).
pub const K1: f32 = 1.2;

/// How much length counts (tantivy's constant).
pub const B: f32 = 0.75;

/// What a record's state does to its score.
fn standing(state: State) -> f32 {
    match state.phase() {
        Phase::Open | Phase::InForce | Phase::Unknown => 1.0,
        Phase::Closed => 0.85,
        Phase::Retired | Phase::Elsewhere => 0.8,
    }
}

/// The factors that scores are multiplied by, and which of them each record has.
pub fn factors(facts: &Facts) -> (Vec<f32>, Vec<u8>) {
    /// Citing records on a scale of powers of two.
    const STEPS: u32 = 8;
    let step = |count: usize| (count as u32 + 1).ilog2().min(STEPS - 1);
    let mut table: Vec<f32> = Vec::new();
    let mut column = Vec::with_capacity(facts.records.len());
    for fact in &facts.records {
        let state = facts.statuses.get(fact.status).map_or(State::Unknown, |(state, _)| *state);
        let factor = standing(state) * (1.0 + step(fact.cited_by) as f32 * 0.1);
        let at = table.iter().position(|other| *other == factor).unwrap_or_else(|| {
            table.push(factor);
            table.len() - 1
        });
        column.push(at as u8);
    }
    (table, column)
}

/// The logarithm of a frequency. Scores know no more of it, and in fields without lengths not even that: answers are as
/// good, and postings smaller.
pub fn level(frequency: u32) -> u32 {
    frequency.max(1).ilog2()
}

/// The length of a field in tokens as one of tantivy's field norm ids. Lengths that differ by a third count the same:
/// answers are as good, and the column is smaller.
pub fn norm(length: u32) -> u8 {
    const COARSE: u8 = !3;
    FieldNormReader::fieldnorm_to_id(length) & COARSE
}

/// A day `yyyymmdd` as ISO 8601 has it; `None` for 0.
pub fn iso(day: u32) -> Option<String> {
    (day > 0).then(|| format!("{:04}-{:02}-{:02}", day / 10_000, day / 100 % 100, day % 100))
}

/// How much a match counts that is not the word itself.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Weights {
    /// A longer word that begins with the one being typed.
    pub prefix: f32,
    /// A word one slip away.
    pub slip: f32,
    /// A word two slips away.
    pub slips: f32,
    /// A word with the same beginning.
    pub stub: f32,
    /// Two neighbouring words of the query written together.
    pub joined: f32,
}

/// See [`Weights`].
pub const WEIGHTS: Weights = Weights { prefix: 0.5, slip: 0.7, slips: 0.4, stub: 0.5, joined: 0.8 };

/// Bounds of a query's cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Characters of a query.
    pub characters: usize,
    /// Words of a query.
    pub words: usize,
    /// Families that a prefix stands for.
    pub prefix: usize,
    /// Families that an unknown word stands for.
    pub unknown: usize,
    /// Shards that the words with one beginning may lie in.
    pub shards: usize,
    /// Records that a phrase is looked up in.
    pub phrase: usize,
}

/// See [`Limits`].
pub const LIMITS: Limits =
    Limits { characters: 1000, words: 32, prefix: 24, unknown: 6, shards: 4, phrase: 60 };

/// Function words: left out where a query has others.
pub const OPTIONAL: &[&str] = &[
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "can", "do", "does", "for", "from", "how", "i",
    "if", "in", "into", "is", "it", "its", "no", "not", "of", "on", "or", "our", "should", "such", "that",
    "the", "their", "then", "there", "these", "they", "this", "to", "use", "using", "was", "we", "what",
    "when", "where", "which", "who", "why", "will", "with", "you",
];

/// A record that matches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Number of the record.
    pub record: u32,
    /// Required units that it matches.
    pub matched: u32,
    /// How well.
    pub score: f32,
}

/// Scores every record that matches a required unit, in the order of records.
///
/// A unit's score is the best of its families': the sum over fields of BM25 times boost, times weight. A record's
/// is the sum of its units' in their order, times its factor, times the share of the required units that it matches.
pub fn score(index: &Index, units: &[Unit]) -> io::Result<Vec<Hit>> {
    let records = index.len();
    let caches: Vec<Vec<f32>> = (0..FIELDS.len()).map(|field| lengths(index, field)).collect();
    let mut total = vec![0.0_f32; records];
    let mut matched = vec![0_u32; records];
    let mut best = Sums::new(records);
    let mut one = Sums::new(records);
    for unit in units {
        for (family, counts) in &unit.families {
            for (field, found) in index.dictionary.found(*family).into_iter().enumerate() {
                let rarity = inverse_frequency(records, found);
                let weight = rarity * (1.0 + K1) * FIELDS[field].boost;
                let (norms, cache) = (&index.norms[field], &caches[field]);
                index.postings(*family, field, |record, frequency| {
                    let length = norms.get(record as usize).map_or(K1, |norm| cache[usize::from(*norm)]);
                    let frequency = if FIELDS[field].normed { 1_u32 << level(frequency) } else { 1 } as f32;
                    *one.at(record) += weight * (frequency / (frequency + length));
                })?;
            }
            one.take(|record, score| {
                let best = best.at(record);
                *best = best.max(counts * score);
            });
        }
        best.take(|record, score| {
            total[record as usize] += score;
            matched[record as usize] += u32::from(unit.required);
        });
    }
    let required = units.iter().filter(|unit| unit.required).count() as f32;
    let (factors, column) = &index.factors;
    let hits = (0..records).filter(|at| matched[*at] > 0).map(|at| {
        let factor = factors.get(usize::from(column[at])).copied().unwrap_or(1.0);
        let share = matched[at] as f32 / required;
        Hit { record: at as u32, matched: matched[at], score: total[at] * factor * share }
    });
    Ok(hits.collect())
}

/// A number for each record, most of them zero.
struct Sums {
    values: Vec<f32>,
    set: Vec<u32>,
}

impl Sums {
    fn new(records: usize) -> Sums {
        Sums { values: vec![0.0; records], set: Vec::new() }
    }

    fn at(&mut self, record: u32) -> &mut f32 {
        let value = &mut self.values[record as usize];
        if *value == 0.0 {
            self.set.push(record);
        }
        value
    }

    /// Gives every number that is not zero, each record's once, and makes it zero.
    fn take(&mut self, mut each: impl FnMut(u32, f32)) {
        for record in self.set.drain(..) {
            let value = std::mem::take(&mut self.values[record as usize]);
            if value != 0.0 {
                each(record, value);
            }
        }
    }
}

/// Rarer is worth more.
fn inverse_frequency(records: usize, found: u32) -> f32 {
    let (records, found) = (records as f32, found as f32);
    // Taken of the wider number and rounded once, as other languages do it.
    f64::from(1.0 + (records - found + 0.5) / (found + 0.5)).ln() as f32
}

/// What is added to a frequency below the line, by field norm id.
fn lengths(index: &Index, field: usize) -> Vec<f32> {
    let average = index.tokens[field] as f32 / index.len() as f32;
    (0..=u8::MAX)
        .map(|norm| K1 * (1.0 - B + B * FieldNormReader::id_to_fieldnorm(norm) as f32 / average))
        .collect()
}
