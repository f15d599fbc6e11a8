//! Words of records → postings. The only user of tantivy's index: one segment in memory, written by one thread, with
//! a document for each record.

use std::io;
use std::sync::Arc;

use tantivy::directory::RamDirectory;
use tantivy::postings::Postings as _;
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{self, TextAnalyzer, TokenStream, Tokenizer, TokenizerManager};
use tantivy::{
    DocSet as _, IndexBuilder, InvertedIndexReader, SingleSegmentIndexWriter, TERMINATED, TantivyDocument,
    Term,
};

use super::document::FIELDS;
use super::words::{self, Words, counted};

/// Memory that tantivy's writer is told of; with one segment it only sizes its tables.
const BUDGET: usize = 50_000_000;

/// Postings of some records: documents, which are numbered from 0 in the order in which they were given.
pub struct Segment {
    /// By field, in the order of [`FIELDS`].
    fields: Vec<(Field, Arc<InvertedIndexReader>)>,
    /// Lengths by field and document, as tantivy's field norm ids; empty for fields without.
    pub norms: Vec<Vec<u8>>,
}

impl Segment {
    /// Indexes records. `families` has the family of each word. Fails only where tantivy does.
    pub fn new<'a>(records: impl Iterator<Item = &'a Words>, families: Arc<[u32]>) -> io::Result<Segment> {
        let (schema, fields) = schema();
        let tokenizers = TokenizerManager::default();
        let counted = Counted { families, token: tokenizer::Token::default() };
        tokenizers.register("counted", TextAnalyzer::from(counted));
        let mut writer: SingleSegmentIndexWriter<TantivyDocument> = IndexBuilder::new()
            .schema(schema)
            .tokenizers(tokenizers)
            .single_segment_index_writer(RamDirectory::create(), BUDGET)
            .map_err(io::Error::other)?;
        for words in records {
            let mut document = TantivyDocument::default();
            for (field, words) in fields.iter().zip(words) {
                document.add_text(*field, words);
            }
            writer.add_document(document).map_err(io::Error::other)?;
        }
        let index = writer.finalize().map_err(io::Error::other)?;
        let searcher = index.reader().map_err(io::Error::other)?.searcher();
        let mut segment = Segment { fields: Vec::new(), norms: Vec::new() };
        // An index without documents has no segment either.
        let Some(reader) = searcher.segment_readers().first() else { return Ok(segment) };
        for (field, own) in fields.into_iter().zip(FIELDS) {
            segment.fields.push((field, reader.inverted_index(field).map_err(io::Error::other)?));
            segment.norms.push(match own.normed {
                true => {
                    let norms = reader.get_fieldnorms_reader(field).map_err(io::Error::other)?;
                    (0..reader.max_doc()).map(|document| norms.fieldnorm_id(document)).collect()
                }
                false => Vec::new(),
            });
        }
        Ok(segment)
    }

    /// Calls `each` with every document that has a family in a field, ascending, and how often.
    pub fn postings(&self, family: u32, field: usize, mut each: impl FnMut(u32, u32)) -> io::Result<()> {
        let Some((field, postings)) = self.fields.get(field) else { return Ok(()) };
        let mut term = String::new();
        words::term(family, &mut term);
        let term = Term::from_field_text(*field, &term);
        let Some(mut postings) = postings.read_postings(&term, IndexRecordOption::WithFreqs)? else {
            return Ok(());
        };
        let mut document = postings.doc();
        while document != TERMINATED {
            each(document, postings.term_freq());
            document = postings.advance();
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

/// Terms from words that were counted before: each as often as it occurs. Their order means nothing to an index
/// without positions, and what comes together is found soonest by tantivy.
#[derive(Clone)]
struct Counted {
    families: Arc<[u32]>,
    token: tokenizer::Token,
}

struct CountedStream<'a, I> {
    rest: I,
    /// How often the token comes again.
    again: u32,
    families: &'a [u32],
    token: &'a mut tokenizer::Token,
}

impl Tokenizer for Counted {
    type TokenStream<'a> = CountedStream<'a, Box<dyn Iterator<Item = (u32, u32)> + 'a>>;

    fn token_stream<'a>(&'a mut self, words: &'a str) -> Self::TokenStream<'a> {
        self.token.reset();
        let rest = Box::new(counted(words));
        CountedStream { rest, again: 0, families: &self.families, token: &mut self.token }
    }
}

impl<I: Iterator<Item = (u32, u32)>> TokenStream for CountedStream<'_, I> {
    fn advance(&mut self) -> bool {
        self.token.position = self.token.position.wrapping_add(1);
        if let Some(again) = self.again.checked_sub(1) {
            self.again = again;
            return true;
        }
        let Some((word, count)) = self.rest.next() else { return false };
        let Some(family) = self.families.get(word as usize) else { return false };
        self.again = count.saturating_sub(1);
        self.token.text.clear();
        words::term(*family, &mut self.token.text);
        true
    }

    fn token(&self) -> &tokenizer::Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut tokenizer::Token {
        self.token
    }
}
