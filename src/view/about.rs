//! What the site was made of and what was left out, so that nothing disappears silently; and the page
//! for addresses that lead nowhere.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::parts::*;
use super::record::source;
use super::*;
use crate::catalog::Catalog;
use crate::diagnostic::Severity;
use crate::site::Ix;

/// What the site was made of, and what was left out.
#[derive(Debug, Clone, Serialize)]
pub struct AboutView {
    /// Where each collection comes from.
    pub collections: Vec<SourceRow>,
    /// Markdown files that are not records, each with the reason.
    pub skipped: Vec<SkippedRow>,
    /// How many records are drafts that are not published; their names might say too much already.
    pub drafts: usize,
    /// Number of problems by code, errors first.
    pub diagnostics: Vec<DiagnosticCount>,
    /// Problems of no single record, and of files.
    pub problems: Vec<DiagnosticView>,
    /// Machine-readable outputs: records.json and its schema, feeds, llms.txt.
    pub machine: Vec<Crumb>,
}

/// A collection with its origin.
#[derive(Debug, Clone, Serialize)]
pub struct SourceRow {
    /// The collection; fields stand directly here.
    #[serde(flatten)]
    pub link: CollectionLink,
    /// Folder in the repository; `.` for its top.
    pub folder: String,
    /// True where the tool found it by itself.
    pub found: bool,
}

/// A file that is not a record.
#[derive(Debug, Clone, Serialize)]
pub struct SkippedRow {
    /// Path in the repository folder that was built.
    pub file: String,
    /// Why, a sentence fragment.
    pub reason: String,
    /// Its source on the web.
    pub href: Option<String>,
}

/// How often a problem occurs.
#[derive(Debug, Clone, Serialize)]
pub struct DiagnosticCount {
    /// `broken-link`.
    pub code: &'static str,
    /// `error`, `warning`, `note`.
    pub severity: &'static str,
    /// How often.
    pub count: usize,
    /// Records that have it, at most 20.
    pub records: Vec<RecordLink>,
}

/// The page for addresses that do not exist. A host serves it at any depth, so `root` is here the path of the
/// base URL (`/decisions/`). Where no base URL is set it is `/`, a guess that the script mends.
#[derive(Debug, Clone, Serialize)]
pub struct NotFoundView {
    /// The file that the script looks addresses up in.
    pub lookup: &'static str,
    /// The collections, to go on without a script.
    pub collections: Vec<CollectionLink>,
}

/// Records that are named for one kind of problem.
const NAMED: usize = 20;

/// The "about this site" page. `machine` lists the outputs for machines, as the plan has them.
pub fn about(catalog: &Catalog, machine: Vec<Crumb>) -> AboutView {
    let site = &catalog.site;
    let collections = site.collections.iter().enumerate().map(|(at, collection)| SourceRow {
        link: collection_link(catalog, at),
        folder: if collection.path.is_empty() { ".".to_owned() } else { collection.path.clone() },
        found: collection.found,
    });
    let skipped = site.skipped.iter().map(|skipped| SkippedRow {
        file: skipped.path.clone(),
        reason: skipped.reason.clone(),
        href: source(catalog, &skipped.path).source,
    });

    let mut counts: BTreeMap<(Severity, &'static str), (usize, Vec<Ix>)> = BTreeMap::new();
    for (ix, entry) in site.entries.iter().enumerate() {
        for diagnostic in &entry.diagnostics {
            let (count, records) = counts.entry((diagnostic.severity, diagnostic.code)).or_default();
            *count += 1;
            if records.len() < NAMED && records.last() != Some(&ix) {
                records.push(ix);
            }
        }
    }
    let mut diagnostics: Vec<_> = counts.into_iter().collect();
    diagnostics.sort_by_key(|((severity, code), (count, _))| (*severity, Reverse(*count), *code));
    AboutView {
        collections: collections.collect(),
        skipped: skipped.collect(),
        drafts: site.drafts,
        diagnostics: diagnostics
            .into_iter()
            .map(|((level, code), (count, records))| DiagnosticCount {
                code,
                severity: severity(level),
                count,
                records: records.into_iter().map(|ix| record_link(catalog, ix)).collect(),
            })
            .collect(),
        problems: site.diagnostics.iter().map(diagnostic_view).collect(),
        machine,
    }
}

/// Where [`lookup`] stands.
pub const LOOKUP: &str = "404.txt";

/// What addresses are looked up in, one line for each record
/// (`adr/0012.html`, tab, `ADR 0012 Draw diagrams at build time`). It is not on the page itself, which hosts answer to
/// everybody who asks for what is not there, machines above all.
pub fn lookup(catalog: &Catalog) -> String {
    let mut lookup = String::new();
    for ix in 0..catalog.site.entries.len() {
        let link = record_link(catalog, ix);
        let name = link.name.map(|name| format!("{name} ")).unwrap_or_default();
        lookup.push_str(&format!("{}\t{name}{}\n", link.path, link.title.replace(['\t', '\n', '\r'], " ")));
    }
    lookup
}

/// The page for addresses that lead nowhere.
pub fn not_found(catalog: &Catalog) -> NotFoundView {
    let collections = (0..catalog.site.collections.len()).map(|at| collection_link(catalog, at));
    NotFoundView { lookup: LOOKUP, collections: collections.collect() }
}
