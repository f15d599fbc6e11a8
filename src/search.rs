//! Search. One engine for the browser, the terminal and the preview: tantivy indexes, [`index::Index`] answers
//! queries, and [`export`] writes what a client without a server needs to give the same answers.
//!
//! ```text
//! Site ──► facts, documents ──► Index ──► files of a static host   (export, format)
//!                                     └──► answers                  (query, expand, rank, excerpt)
//! ```

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
pub mod stem;
pub mod texts;
pub mod token;

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use crate::catalog::Catalog;
use crate::diagnostic::{self, Diagnostic};
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
pub fn files(catalog: &Catalog, inputs: &Inputs) -> io::Result<BTreeMap<String, Vec<u8>>> {
    match is_wanted(&catalog.site) {
        true => files_of(&index::Index::new(catalog, inputs)?),
        false => Ok(BTreeMap::new()),
    }
}

/// The files of an index by output path.
pub fn files_of(index: &index::Index) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = export::export(index)?;
    files.extend(inline::script(&files));
    Ok(files)
}
