//! Site → every output path with what stands there. Decides which pages exist and where; what is on them is
//! [`crate::view`]'s, their bytes [`crate::render`]'s.

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::catalog::{self, Catalog, pages_of};
use crate::diagnostic::{self, Diagnostic};
use crate::machine;
use crate::memo::Memo;
use crate::output::Stage;
use crate::record::State;
use crate::search;
use crate::site::{Ix, Site};
use crate::source::CONFIG;
use crate::theme::Theme;
use crate::view::about::LOOKUP;
use crate::view::page::is_noindex;
use crate::view::parts::{leaf_path, list_path};
use crate::view::people;
use crate::view::record::twin_path;
use crate::view::timeline as when;

/// All outputs of a site.
pub struct Plan {
    /// The site and its orders.
    pub catalog: Catalog,
    /// Output path → what stands there.
    pub pages: Arc<Pages>,
    /// The files of the search by output path; empty until [`Plan::add_search`].
    pub search: search::Files,
    /// Paths that two things claim.
    pub diagnostics: Vec<Diagnostic>,
}

/// Output path → what stands there.
pub type Pages = BTreeMap<String, Page>;

/// What [`plan`] keeps for the next time.
#[derive(Default)]
pub struct Memory {
    catalog: catalog::Memory,
    /// By what was claimed, in order, and whether there is a sitemap.
    claims: Memo<(Vec<(String, Page)>, bool), Claims>,
}

/// What stands at an output path. Numbers are indexes into the [`Catalog`] and its [`Site`]; pages of
/// lists are 1-based.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "the variants are the page kinds of the theme contract, and the outputs named in their comments"
)]
pub enum Page {
    Home,
    Collection {
        collection: usize,
        page: usize,
    },
    Record(Ix),
    Chooser(usize),
    Timeline(Option<i16>),
    Tags,
    Tag {
        facet: usize,
        tag: usize,
        page: usize,
    },
    People,
    Person {
        person: usize,
        page: usize,
    },
    States,
    State {
        state: State,
        page: usize,
    },
    Changes(usize),
    About,
    Search,
    NotFound,
    /// What the page for addresses that lead nowhere looks them up in.
    Lookup,
    /// Status changes as Atom.
    Feed(Feed),
    /// `sitemap.xml`, or the part of this number of one that is split.
    Sitemap(usize),
    /// `sitemap.xml` where it lists that many parts.
    SitemapIndex(usize),
    /// `llms.txt`.
    Llms,
    /// A record as markdown.
    Twin(Ix),
    /// `records.json`.
    Records,
    /// `records.schema.json`.
    Schema,
    /// A file of the search, by its own path.
    SearchFile,
    /// A static file of the theme, by this path in [`Theme::files`].
    Theme(String),
    /// A copy of this file of the root.
    Asset(String),
}

/// What a feed is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "as in `Page`")]
pub enum Feed {
    Site,
    Collection(usize),
    Tag { facet: usize, tag: usize },
}

/// Lists all outputs. Records claim their paths first: where two things want one path, the first claimant
/// has it and a diagnostic names both.
pub fn plan(site: Arc<Site>, theme: &Theme, memory: &mut Memory) -> Plan {
    let catalog = catalog::catalog(site, &mut memory.catalog);
    let has_sitemap = catalog.base_url().is_some();
    let claims = memory.claims.get(
        (wanted(&catalog, theme), has_sitemap),
        |a, b| a == b,
        |(wanted, _)| {
            let mut claims = Claims::default();
            claims.claim(wanted.iter().cloned());
            if has_sitemap {
                let listed = claims.pages.iter().filter(|(path, page)| page.is_for_search(path)).count();
                claims.claim(sitemaps(machine::sitemap_parts(listed)));
            }
            claims.alike = case_collisions(&claims.pages);
            claims
        },
    );
    let mut diagnostics = claims.problems(&catalog);
    if !has_sitemap {
        diagnostics.push(diagnostic::no_base_url());
    }
    Plan { pages: claims.pages, search: BTreeMap::new(), diagnostics, catalog }
}

/// Every path that something wants; where two want one, the first has it.
fn wanted(catalog: &Catalog, theme: &Theme) -> Vec<(String, Page)> {
    let site = &catalog.site;
    let entries = || site.entries.iter().enumerate();
    let choosers = site.choosers.iter().enumerate();
    let records = entries().map(|(ix, entry)| (entry.address.clone(), Page::Record(ix)));
    let twins = entries().map(|(ix, entry)| (twin_path(&entry.address), Page::Twin(ix)));
    let choosers = choosers.map(|(at, chooser)| (chooser.address.clone(), Page::Chooser(at)));
    let assets = site.assets.iter().map(|(path, source)| (path.clone(), Page::Asset(source.clone())));
    let theme = theme.files.keys().map(|path| (path.clone(), Page::Theme(path.clone())));
    records.chain(twins).chain(choosers).chain(assets).chain(theme).chain(pages(catalog)).collect()
}

impl Plan {
    /// Adds the files of the search, which are made from the site as a whole and may follow it. Gives the paths
    /// that something else has already.
    pub fn add_search(&mut self, files: search::Files) -> Vec<Diagnostic> {
        let mut claims = Claims { pages: std::mem::take(&mut self.pages), ..Claims::default() };
        claims.claim(files.keys().map(|path| (path.clone(), Page::SearchFile)));
        let problems = claims.problems(&self.catalog);
        self.pages = claims.pages;
        self.search = files;
        problems
    }
}

/// Paths that are one where case does not count: a site may be served from such a file system.
fn case_collisions(pages: &Pages) -> Vec<(String, String)> {
    let mut folded: HashMap<String, &str> = HashMap::with_capacity(pages.len());
    let mut found = Vec::new();
    for path in pages.keys() {
        let first = *folded.entry(path.to_lowercase()).or_insert(path);
        if first != path {
            found.push((path.clone(), first.to_owned()));
        }
    }
    found
}

/// The pages that are neither records nor files.
fn pages(catalog: &Catalog) -> Vec<(String, Page)> {
    let mut pages = vec![
        ("index.html".to_owned(), Page::Home),
        ("404.html".to_owned(), Page::NotFound),
        (LOOKUP.to_owned(), Page::Lookup),
        ("about.html".to_owned(), Page::About),
        ("states/index.html".to_owned(), Page::States),
        ("feed.xml".to_owned(), Page::Feed(Feed::Site)),
        ("llms.txt".to_owned(), Page::Llms),
        ("records.json".to_owned(), Page::Records),
        ("records.schema.json".to_owned(), Page::Schema),
        (when::timeline_path(None), Page::Timeline(None)),
    ];
    for (collection, members) in catalog.members.iter().enumerate() {
        let folder = catalog.folder(collection);
        pages.push((format!("{folder}/feed.xml"), Page::Feed(Feed::Collection(collection))));
        for page in 1..=pages_of(members.len()) {
            pages.push((list_path(&folder, page), Page::Collection { collection, page }));
        }
    }
    for year in when::year_list(catalog) {
        pages.push((when::timeline_path(Some(year)), Page::Timeline(Some(year))));
    }
    let years = when::change_years(catalog);
    for at in 0..years.len().max(1) {
        pages.push((when::changes_path(&years, at), Page::Changes(at)));
    }
    if !catalog.facets.is_empty() {
        pages.push(("tags/index.html".to_owned(), Page::Tags));
    }
    for (facet, own) in catalog.facets.iter().enumerate() {
        for (tag, own) in own.tags.iter().enumerate() {
            pages.push((format!("{}.xml", own.stem), Page::Feed(Feed::Tag { facet, tag })));
            for page in 1..=pages_of(own.records.len()) {
                pages.push((leaf_path(&own.stem, page), Page::Tag { facet, tag, page }));
            }
        }
    }
    if !catalog.people.is_empty() {
        pages.push(("people/index.html".to_owned(), Page::People));
    }
    for (at, person) in catalog.people.iter().enumerate() {
        for page in 1..=people::pages(person) {
            pages.push((people::path(person, page), Page::Person { person: at, page }));
        }
    }
    for (state, records) in &catalog.states {
        for page in 1..=pages_of(records.len()) {
            let stem = format!("states/{}", state.name());
            pages.push((leaf_path(&stem, page), Page::State { state: *state, page }));
        }
    }
    if crate::search::is_wanted(&catalog.site) {
        pages.push(("search.html".to_owned(), Page::Search));
    }
    pages
}

/// One sitemap, or an index of its parts.
fn sitemaps(parts: usize) -> Vec<(String, Page)> {
    let one = |page| ("sitemap.xml".to_owned(), page);
    match parts {
        0 | 1 => vec![one(Page::Sitemap(0))],
        _ => std::iter::once(one(Page::SitemapIndex(parts)))
            .chain((0..parts).map(|part| (machine::sitemap_path(part), Page::Sitemap(part))))
            .collect(),
    }
}

/// Who has each path, and what came of two that wanted one: from the claims alone, so that equal claims need
/// not be settled again. What a message says of the claimants is asked when it is written.
#[derive(Clone, Default)]
struct Claims {
    pages: Arc<Pages>,
    /// Paths that somebody had already, and who came too late.
    twice: Vec<(String, Page)>,
    /// Paths that are one with an earlier path where case does not count, and that path.
    alike: Vec<(String, String)>,
}

impl Claims {
    fn claim(&mut self, claims: impl IntoIterator<Item = (String, Page)>) {
        let pages = Arc::make_mut(&mut self.pages);
        for (path, page) in claims {
            match pages.entry(path) {
                Slot::Vacant(slot) => drop(slot.insert(page)),
                Slot::Occupied(slot) => self.twice.push((slot.key().clone(), page)),
            }
        }
    }

    fn problems(&self, catalog: &Catalog) -> Vec<Diagnostic> {
        let file = |page: &Page| page.file(catalog).map(str::to_owned);
        let twice = self.twice.iter().filter_map(|(path, late)| {
            let first = self.pages.get(path)?;
            let file = file(late).or_else(|| file(first)).unwrap_or_else(|| CONFIG.to_owned());
            Some(diagnostic::page_collision(&file, path, &first.describe(catalog), &late.describe(catalog)))
        });
        let alike = self.alike.iter().map(|(path, first)| {
            let file = self.pages.get(path).and_then(file).unwrap_or_else(|| CONFIG.to_owned());
            diagnostic::case_collision(&file, path, first)
        });
        twice.chain(alike).collect()
    }
}

impl Page {
    /// Whether search engines should know this page.
    pub fn is_for_search(&self, path: &str) -> bool {
        // An asset may be HTML too, and is no page of the site.
        path.ends_with(".html") && !is_noindex(self) && !matches!(self, Page::Asset(_) | Page::Theme(_))
    }

    /// When it is written: after everything it leads to.
    pub fn stage(&self) -> Stage {
        match self {
            Page::Theme(_) | Page::Asset(_) | Page::Schema | Page::SearchFile => Stage::Support,
            Page::Record(_) | Page::Twin(_) => Stage::Record,
            _ => Stage::Index,
        }
    }

    /// The file of the root that it is made from, where there is one.
    pub fn file<'a>(&'a self, catalog: &'a Catalog) -> Option<&'a str> {
        match self {
            Page::Record(ix) | Page::Twin(ix) => Some(&catalog.site.entries.get(*ix)?.record.source),
            Page::Asset(source) => Some(source),
            Page::Chooser(at) => {
                let first = catalog.site.choosers.get(*at)?.entries.first()?;
                Some(&catalog.site.entries.get(*first)?.record.source)
            }
            _ => None,
        }
    }

    /// What it is, for a message.
    fn describe(&self, catalog: &Catalog) -> String {
        let file = self.file(catalog).unwrap_or_default();
        match self {
            Page::Record(_) => format!("the record `{file}`"),
            Page::Twin(_) => format!("the markdown of `{file}`"),
            Page::Asset(_) => format!("the file `{file}`"),
            Page::Theme(path) => format!("the theme's `{path}`"),
            Page::SearchFile => "a file of the search".to_owned(),
            Page::Chooser(at) => {
                let number = catalog.site.choosers.get(*at).map_or("", |chooser| chooser.number.as_str());
                format!("the page of the shared number `{number}`")
            }
            Page::Collection { collection, .. } | Page::Feed(Feed::Collection(collection)) => {
                let key = catalog.site.collections.get(*collection).map_or("", |own| own.key.as_str());
                format!("a page of the collection `{key}`")
            }
            Page::Tag { facet, tag, .. } | Page::Feed(Feed::Tag { facet, tag }) => {
                let tag = catalog.facets.get(*facet).and_then(|facet| facet.tags.get(*tag));
                format!("a page of the tag `{}`", tag.map_or("", |tag| tag.name.as_str()))
            }
            Page::Person { person: at, .. } => {
                format!("the page of `{}`", catalog.people.get(*at).map_or("", |person| person.name.as_str()))
            }
            _ => "a page of the site".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sitemap_of_more_pages_than_one_may_have_is_split() {
        let paths = |pages| {
            sitemaps(machine::sitemap_parts(pages)).into_iter().map(|(path, _)| path).collect::<Vec<_>>()
        };
        assert_eq!(paths(50_000), ["sitemap.xml"]);
        assert_eq!(paths(50_001), ["sitemap.xml", "sitemap-1.xml", "sitemap-2.xml"]);
    }
}
