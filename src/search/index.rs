//! Documents → postings, dictionary and texts. The only user of tantivy's index: one segment, written by one
//! thread in the order of the records, so that equal sites give equal indexes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::io;
use std::str::SplitAsciiWhitespace;
use std::sync::Arc;

use rayon::prelude::*;
use tantivy::directory::RamDirectory;
use tantivy::postings::{Postings as _, TermInfo};
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{self, TextAnalyzer, TokenStream, Tokenizer, TokenizerManager};
use tantivy::{
    DocSet as _, IndexBuilder, InvertedIndexReader, SingleSegmentIndexWriter, TERMINATED, TantivyDocument,
    Term,
};

use super::dictionary::Dictionary;
use super::document::{BODY, Document, FIELDS, Facts, HEAD, TITLE};
use super::rank::factors;
use super::stem::{self, Stems};
use super::token::Tokens;
use crate::catalog::Catalog;
use crate::markdown::Section;
use crate::site::Site;
use crate::source::Inputs;

/// Memory that tantivy's writer is told of; with one segment it only sizes its tables.
const BUDGET: usize = 50_000_000;

/// Records that are read at a time: their terms are in memory twice.
const BATCH: usize = 512;

/// Lengths that differ by a tenth count the same: answers are as good, and the column is smaller.
const COARSE: u8 = !1;

/// All that can be searched. Owned, immutable, shared by threads.
pub struct Index {
    /// The records.
    pub facts: Facts,
    /// Text by record and section.
    pub texts: Vec<Vec<Section>>,
    /// Words and families.
    pub dictionary: Dictionary,
    /// Lengths by field and record, as tantivy's field norm ids; empty for fields without.
    pub norms: Vec<Vec<u8>>,
    /// Tokens by field.
    pub tokens: Vec<u64>,
    /// What scores are multiplied by, and which of them by record.
    pub factors: (Vec<f32>, Vec<u8>),
    postings: Vec<Arc<InvertedIndexReader>>,
    fields: Vec<Field>,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("records", &self.facts.records.len()).finish_non_exhaustive()
    }
}

impl Index {
    /// Indexes all records of a site. Fails only where tantivy does.
    pub fn new(catalog: &Catalog, inputs: &Inputs) -> io::Result<Index> {
        let facts = Facts::of(catalog);
        let site: &Site = &catalog.site;
        let mut stems = Languages::new(site);
        let (schema, fields) = schema();
        let tokenizers = TokenizerManager::default();
        tokenizers.register("counted", TextAnalyzer::from(Counted::default()));
        let mut writer: SingleSegmentIndexWriter<TantivyDocument> = IndexBuilder::new()
            .schema(schema)
            .tokenizers(tokenizers)
            .single_segment_index_writer(RamDirectory::create(), BUDGET)
            .map_err(io::Error::other)?;
        let mut texts = Vec::with_capacity(facts.records.len());
        for batch in facts.records.chunks(BATCH) {
            let entries: Vec<_> = batch.iter().filter_map(|fact| site.entries.get(fact.ix)).collect();
            for (terms, sections) in stems.read(inputs, &entries) {
                let mut document = TantivyDocument::default();
                for (field, terms) in fields.iter().zip(&terms) {
                    document.add_text(*field, terms);
                }
                writer.add_document(document).map_err(io::Error::other)?;
                texts.push(sections);
            }
        }
        let pairs = stems.into_pairs();
        let index = writer.finalize().map_err(io::Error::other)?;
        let searcher = index.reader().map_err(io::Error::other)?.searcher();
        let mut norms = Vec::new();
        let mut postings = Vec::new();
        for (field, own) in fields.iter().zip(FIELDS) {
            let Some(segment) = searcher.segment_readers().first() else {
                norms.push(Vec::new());
                postings.push(Arc::new(InvertedIndexReader::empty(IndexRecordOption::WithFreqs)));
                continue;
            };
            postings.push(segment.inverted_index(*field).map_err(io::Error::other)?);
            let column = match own.normed {
                true => {
                    let reader = segment.get_fieldnorms_reader(*field).map_err(io::Error::other)?;
                    (0..segment.max_doc()).map(|doc| reader.fieldnorm_id(doc) & COARSE).collect()
                }
                false => Vec::new(),
            };
            norms.push(column);
        }
        let frequency = frequencies(&postings)?;
        Ok(Index {
            dictionary: Dictionary::new(pairs, &frequency),
            factors: factors(&facts),
            tokens: postings.iter().map(|postings| postings.total_num_tokens()).collect(),
            facts,
            texts,
            norms,
            postings,
            fields,
        })
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.facts.records.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.facts.records.is_empty()
    }

    /// Where a family's postings are, by field.
    pub fn terms(&self, family: u32) -> io::Result<Vec<Option<TermInfo>>> {
        let Some(family) = self.dictionary.families.get(family as usize) else { return Ok(Vec::new()) };
        let lookup = |(postings, field): (&Arc<InvertedIndexReader>, &Field)| {
            postings.get_term_info(&Term::from_field_text(*field, &family.stem))
        };
        self.postings.iter().zip(&self.fields).map(lookup).collect()
    }

    /// Calls `each` with every record that has a term in a field, ascending, and how often.
    pub fn postings(&self, field: usize, term: &TermInfo, mut each: impl FnMut(u32, u32)) -> io::Result<()> {
        let Some(postings) = self.postings.get(field) else { return Ok(()) };
        let mut postings = postings.read_postings_from_terminfo(term, IndexRecordOption::WithFreqs)?;
        let mut doc = postings.doc();
        while doc != TERMINATED {
            each(doc, postings.term_freq());
            doc = postings.advance();
        }
        Ok(())
    }
}

fn schema() -> (Schema, Vec<Field>) {
    let mut schema = Schema::builder();
    let fields = FIELDS.iter().map(|field| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("counted")
            .set_index_option(IndexRecordOption::WithFreqs)
            .set_fieldnorms(field.normed);
        schema.add_text_field(field.name, TextOptions::default().set_indexing_options(indexing))
    });
    let fields = fields.collect();
    (schema.build(), fields)
}

/// For each term: records in the field where they are most, and whether it is in a title, heading or metadata.
fn frequencies(postings: &[Arc<InvertedIndexReader>]) -> io::Result<HashMap<Box<str>, (u32, bool)>> {
    const META: usize = 3;
    let mut frequencies: HashMap<Box<str>, (u32, bool)> = HashMap::new();
    for (field, postings) in postings.iter().enumerate() {
        let mut terms = postings.terms().stream()?;
        while terms.advance() {
            // Terms are what `Counted` gave, which is text.
            let Ok(term) = std::str::from_utf8(terms.key()) else { continue };
            let found = terms.value().doc_freq;
            let named = matches!(field, TITLE | HEAD | META);
            match frequencies.get_mut(term) {
                Some((most, anywhere)) => {
                    *most = found.max(*most);
                    *anywhere |= named;
                }
                None => drop(frequencies.insert(term.into(), (found, named))),
            }
        }
    }
    Ok(frequencies)
}

/// The stems of each collection's language, in as many copies as there are threads.
struct Languages {
    /// Index into each thread's stems, by collection.
    of_collection: Vec<usize>,
    threads: Vec<Vec<Stems>>,
}

type Terms = [String; FIELDS.len()];

impl Languages {
    fn new(site: &Site) -> Languages {
        let tags: Vec<Option<&str>> = (0..site.collections.len()).map(|at| language(site, at)).collect();
        let distinct: BTreeSet<Option<&str>> = tags.iter().copied().collect();
        let stems = || distinct.iter().map(|tag| Stems::new(tag.and_then(stem::language))).collect();
        let of_collection = tags
            .iter()
            .map(|tag| distinct.iter().position(|other| other == tag).unwrap_or_default())
            .collect();
        let threads = (0..rayon::current_num_threads()).map(|_| stems()).collect();
        Languages { of_collection, threads }
    }

    /// The terms of records by field, as [`Counted`] reads them, and their sections.
    fn read(&mut self, inputs: &Inputs, entries: &[&crate::site::Entry]) -> Vec<(Terms, Vec<Section>)> {
        let share = entries.len().div_ceil(self.threads.len()).max(1);
        let of_collection = &self.of_collection;
        let read = |(stems, entries): (&mut Vec<Stems>, &[&crate::site::Entry])| {
            let (mut tokens, mut counts) = (Tokens::default(), Counts::default());
            let read = |entry: &&crate::site::Entry| {
                let Document { fields, sections } = Document::of(inputs, entry);
                let language = of_collection.get(entry.collection).copied().unwrap_or_default();
                let Some(stems) = stems.get_mut(language) else { return (Terms::default(), sections) };
                let terms = std::array::from_fn(|field| {
                    let mut add = |text: &str| {
                        tokens.read(text);
                        tokens.iter().for_each(|token| counts.add(stems.word(text, &token)));
                    };
                    match field {
                        HEAD => sections.iter().for_each(|section| add(&section.heading)),
                        BODY => sections.iter().for_each(|section| add(&section.text)),
                        _ => fields[field].iter().for_each(|text| add(text)),
                    }
                    counts.take(stems)
                });
                (terms, sections)
            };
            entries.iter().map(read).collect::<Vec<_>>()
        };
        let parts = self.threads.par_iter_mut().zip(entries.par_chunks(share)).map(read);
        parts.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    fn into_pairs(self) -> BTreeMap<Box<str>, BTreeSet<Box<str>>> {
        let mut pairs: BTreeMap<Box<str>, BTreeSet<Box<str>>> = BTreeMap::new();
        for stems in self.threads.into_iter().flatten() {
            stems.into_pairs().for_each(|(word, stem)| {
                pairs.entry(word).or_default().insert(stem);
            });
        }
        pairs
    }
}

/// The language of a collection's records: its own, else the site's, else English.
pub fn language(site: &Site, collection: usize) -> Option<&str> {
    let own = site.collections.get(collection).and_then(|own| own.config.language.as_deref());
    own.or(site.config.site.language.as_deref()).or(Some("en"))
}

/// How often each word occurs in a text.
#[derive(Default)]
struct Counts {
    /// By number of the word.
    of: Vec<u32>,
    /// The words that occur, in the order in which they were met.
    met: Vec<usize>,
}

impl Counts {
    fn add(&mut self, word: usize) {
        if self.of.len() <= word {
            self.of.resize(word + 1, 0);
        }
        if self.of[word] == 0 {
            self.met.push(word);
        }
        self.of[word] += 1;
    }

    /// What was counted, as [`Counted`] reads it; nothing is counted afterwards.
    fn take(&mut self, stems: &Stems) -> String {
        let mut terms = String::new();
        for word in self.met.drain(..) {
            let count = std::mem::take(&mut self.of[word]);
            // Writing to memory does not fail.
            let _ = write!(terms, "{} {count} ", stems.stem(word));
        }
        terms
    }
}

/// Terms, each with how often it occurs, all parted by spaces: tokens were made before, and their order means nothing
/// to an index without positions. What comes together is found soonest by tantivy.
#[derive(Clone, Default)]
struct Counted {
    token: tokenizer::Token,
}

struct CountedStream<'a> {
    rest: SplitAsciiWhitespace<'a>,
    /// How often the token comes again.
    again: u32,
    token: &'a mut tokenizer::Token,
}

impl Tokenizer for Counted {
    type TokenStream<'a> = CountedStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> CountedStream<'a> {
        self.token.reset();
        CountedStream { rest: text.split_ascii_whitespace(), again: 0, token: &mut self.token }
    }
}

impl TokenStream for CountedStream<'_> {
    fn advance(&mut self) -> bool {
        self.token.position = self.token.position.wrapping_add(1);
        if let Some(again) = self.again.checked_sub(1) {
            self.again = again;
            return true;
        }
        let Some((term, count)) = self.rest.next().zip(self.rest.next()) else { return false };
        self.again = count.parse().map_or(0, |count: u32| count.saturating_sub(1));
        self.token.text.clear();
        self.token.text.push_str(term);
        true
    }

    fn token(&self) -> &tokenizer::Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut tokenizer::Token {
        self.token
    }
}
