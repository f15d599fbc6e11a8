//! Words of records → postings. The only user of tantivy's index: one segment in memory, with a document for each
//! record.
//!
//! tantivy's own writer is given a document at a time, and looks every token of it up in a table of terms that is too
//! large for the processor's cache. Here all documents are known, and their words are numbers: they are sorted by
//! family in two passes, and tantivy's serializer is given one term after the other.

use std::io;
use std::sync::Arc;

use tantivy::columnar::ColumnarWriter;
use tantivy::directory::TerminatingWrite as _;
use tantivy::fieldnorm::FieldNormsSerializer;
use tantivy::index::{SegmentComponent, SegmentReader};
use tantivy::postings::{InvertedIndexSerializer, Postings as _};
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{DocSet as _, IndexBuilder, InvertedIndexReader, TERMINATED, TantivyError};

use super::document::FIELDS;
use super::words::{Words, counted};
use crate::priority::Priority;

/// Postings of some records: documents, which are numbered from 0 in the order in which they were given.
pub struct Segment {
    /// By field, in the order of [`FIELDS`].
    fields: Vec<Arc<InvertedIndexReader>>,
}

impl Segment {
    /// Indexes records. `families` has the family of each word. Fails only where tantivy does.
    pub fn new(records: &[&Words], families: &[u32], priority: &Priority) -> io::Result<Segment> {
        Segment::write(records, families, priority).map_err(io::Error::other)
    }

    fn write(records: &[&Words], families: &[u32], priority: &Priority) -> Result<Segment, TantivyError> {
        let (schema, fields) = schema();
        let index = IndexBuilder::new().schema(schema).create_in_ram()?;
        let segment = index.new_segment().with_max_doc(records.len() as u32);
        let mut serializer = InvertedIndexSerializer::open(&segment)?;
        for (at, (field, own)) in fields.iter().zip(FIELDS).enumerate() {
            // Scores are not tantivy's, so it need not know how many tokens there are.
            let mut out = serializer.new_field(*field, 0, None)?;
            let words = records.iter().map(|words| &*words[at]);
            for (family, postings) in Sorted::new(words, families).families() {
                priority.give_way();
                out.new_term(&term(family), postings.len() as u32, own.normed)?;
                for document in postings.chunk_by(|a, b| a.0 == b.0) {
                    out.write_doc(document[0].0, document.iter().map(|(_, count)| count).sum(), &[]);
                }
                out.close_term()?;
            }
            out.close()?;
        }
        serializer.close()?;
        // What a reader asks for besides; there is nothing in it.
        FieldNormsSerializer::from_write(segment.open_write(SegmentComponent::FieldNorms)?)?.close()?;
        let mut fast = segment.open_write(SegmentComponent::FastFields)?;
        ColumnarWriter::default().serialize(records.len() as u32, None, &mut fast)?;
        fast.terminate()?;
        segment.open_write(SegmentComponent::Store)?.terminate()?;

        let reader = SegmentReader::open(&segment)?;
        let fields = fields.into_iter().map(|field| reader.inverted_index(field));
        Ok(Segment { fields: fields.collect::<Result<_, _>>()? })
    }

    /// Calls `each` with every document that has a family in a field, ascending, and how often; once in fields where
    /// that does not count.
    pub fn postings(&self, family: u32, field: usize, mut each: impl FnMut(u32, u32)) -> io::Result<()> {
        let Some(reader) = self.fields.get(field) else { return Ok(()) };
        let Some(found) = reader.terms().get(term(family))? else { return Ok(()) };
        let mut postings = reader.read_postings_from_terminfo(&found, IndexRecordOption::WithFreqs)?;
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
        let option = if field.normed { IndexRecordOption::WithFreqs } else { IndexRecordOption::Basic };
        let indexing = TextFieldIndexing::default().set_index_option(option).set_fieldnorms(false);
        schema.add_text_field(field.name, TextOptions::default().set_indexing_options(indexing))
    });
    let fields = fields.collect();
    (schema.build(), fields)
}

/// A family as a term: terms ascend as families do.
fn term(family: u32) -> [u8; size_of::<u32>()] {
    family.to_be_bytes()
}

/// The postings of a field.
struct Sorted {
    /// By family: where its postings end, and those of the next begin.
    ends: Vec<u32>,
    /// Document and count, by family and document; several of one document where several of its words are of a family.
    postings: Vec<(u32, u32)>,
}

impl Sorted {
    /// Sorts the words of some documents.
    fn new<'a>(documents: impl Iterator<Item = &'a [u8]> + Clone, families: &[u32]) -> Sorted {
        let own = |(document, words)| counted(words).map(move |word| (document, word));
        let words = || (0..).zip(documents.clone()).flat_map(own);
        let family = |word: u32| families[word as usize] as usize;
        let mut ends = vec![0; families.iter().max().map_or(0, |last| *last as usize + 1)];
        words().for_each(|(_, (word, _))| ends[family(word)] += 1);
        let mut all = 0;
        for end in &mut ends {
            // For now where they begin: it moves on with each that is put in its place.
            all += std::mem::replace(end, all);
        }
        let mut postings = vec![(0, 0); all as usize];
        words().for_each(|(document, (word, count))| {
            let end = &mut ends[family(word)];
            postings[*end as usize] = (document, count);
            *end += 1;
        });
        Sorted { ends, postings }
    }

    /// The families that some document has, ascending, each with its postings.
    fn families(&self) -> impl Iterator<Item = (u32, &[(u32, u32)])> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        let own = starts.zip(&self.ends).map(|(start, end)| &self.postings[start as usize..*end as usize]);
        (0..).zip(own).filter(|(_, own)| !own.is_empty())
    }
}
