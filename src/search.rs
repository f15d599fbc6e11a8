//! Search. One engine for the browser, the terminal and the preview: tantivy indexes, [`index::Index`] answers
//! queries, and [`export`] writes what a client without a server needs to give the same answers.
//!
//! ```text
//! Site ──► facts, documents ──► words ──► Index ──► files of a static host   (export, format)
//!                                               └──► answers                  (query, expand, rank, excerpt)
//! ```
//!
//! An index that is made after a change of some records is the same as one that is made from nothing, and takes less:
//! what was read, indexed and compressed before is kept in [`Memory`], by what it was made from.

pub mod answer;
pub mod common;
pub mod deflate;
pub mod dictionary;
pub mod document;
pub mod excerpt;
pub mod expand;
pub mod export;
pub mod filter;
pub mod format;
pub mod index;
pub mod inline;
pub mod name;
pub mod query;
pub mod rank;
pub mod segment;
pub mod stem;
pub mod texts;
pub mod token;
pub mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use crate::catalog::Catalog;
use crate::diagnostic::{self, Diagnostic};
use crate::priority::Priority;
use crate::site::Site;
use crate::source::Inputs;

/// Whether a site has a search.
pub fn is_wanted(site: &Site) -> bool {
    site.config.site.search != Some(false)
}

/// What the search cannot do for this site: languages without a stemmer.
pub fn problems(site: &Site) -> Vec<Diagnostic> {
    let languages: BTreeSet<&str> =
        (0..site.collections.len()).filter_map(|at| index::language(site, at)).collect();
    let unknown = languages.into_iter().filter(|tag| is_wanted(site) && stem::language(tag).is_none());
    let known: Vec<&str> = stem::tags().collect();
    unknown.map(|tag| diagnostic::no_stemmer(tag, &known.join(", "))).collect()
}

/// The files of the search by output path; none where the site does without. Fails only where tantivy does.
pub fn files(catalog: &Catalog, inputs: &Inputs) -> io::Result<Files> {
    if !is_wanted(&catalog.site) {
        return Ok(Files::new());
    }
    let mut memory = Memory::default();
    files_of(&index::Index::new(catalog, inputs, &mut memory)?, &mut memory)
}

/// The files of an index by output path.
pub fn files_of(index: &index::Index, memory: &mut Memory) -> io::Result<Files> {
    let mut files = export::export(index, memory)?;
    files.extend(inline::script(&files).map(|(path, script)| (path, script.into())));
    Ok(files)
}

/// Bytes by output path.
pub type Files = BTreeMap<String, Arc<[u8]>>;

/// What need not be done again for the next search of the same records, which is the same whatever is in here.
#[derive(Default)]
pub struct Memory {
    /// What was read and indexed.
    index: index::Memory,
    /// What was written.
    packs: texts::Memory,
    priority: Priority,
}

impl Memory {
    /// Nothing yet; the index and its files are made while nothing else goes first.
    pub fn giving_way_to(priority: &Priority) -> Memory {
        Memory { priority: priority.clone(), ..Memory::default() }
    }
}
