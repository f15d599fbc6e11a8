//! Site → every output path with what stands there. Decides which pages exist and where; what is on them is
//! [`crate::view`]'s, their bytes [`crate::render`]'s.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

use crate::catalog::{self, Catalog, pages_of};
use crate::diagnostic::{self, Diagnostic};
use crate::output::Stage;
use crate::record::State;
use crate::site::{Ix, Site};
use crate::theme::Theme;
use crate::view::parts::{leaf_path, list_path};
use crate::view::record::twin_path;
use crate::view::timeline as when;

/// All outputs of a site.
pub struct Plan<'a> {
    /// The site and its orders.
    pub catalog: Catalog<'a>,
    /// Output path → what stands there.
    pub pages: BTreeMap<String, Page>,
    /// Paths that two things claim.
    pub diagnostics: Vec<Diagnostic>,
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
    Person(usize),
    States,
    State {
        state: State,
        page: usize,
    },
    Changes(usize),
    About,
    NotFound,
    /// Status changes as Atom.
    Feed(Feed),
    /// `sitemap.xml`.
    Sitemap,
    /// `llms.txt`.
    Llms,
    /// A record as markdown.
    Twin(Ix),
    /// `records.json`.
    Records,
    /// `records.schema.json`.
    Schema,
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
pub fn plan<'a>(site: &'a Site, theme: &Theme) -> Plan<'a> {
    let catalog = catalog::catalog(site);
    let mut claims = Claims::default();

    for (ix, entry) in site.entries.iter().enumerate() {
        claims.claim(&catalog, entry.address.clone(), Page::Record(ix));
    }
    for (ix, entry) in site.entries.iter().enumerate() {
        claims.claim(&catalog, twin_path(&entry.address), Page::Twin(ix));
    }
    for (at, chooser) in site.choosers.iter().enumerate() {
        claims.claim(&catalog, chooser.address.clone(), Page::Chooser(at));
    }
    for (path, source) in &site.assets {
        claims.claim(&catalog, path.clone(), Page::Asset(source.clone()));
    }
    for path in theme.files.keys() {
        claims.claim(&catalog, path.clone(), Page::Theme(path.clone()));
    }
    for (path, page) in pages(&catalog) {
        claims.claim(&catalog, path, page);
    }

    let mut diagnostics = claims.diagnostics;
    if catalog.base_url().is_none() {
        diagnostics.push(diagnostic::no_base_url());
    }
    Plan { pages: claims.pages, diagnostics, catalog }
}

/// The pages that are neither records nor files.
fn pages(catalog: &Catalog<'_>) -> Vec<(String, Page)> {
    let mut pages = vec![
        ("index.html".to_owned(), Page::Home),
        ("404.html".to_owned(), Page::NotFound),
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
        pages.push((person.path.clone(), Page::Person(at)));
    }
    for (state, records) in &catalog.states {
        for page in 1..=pages_of(records.len()) {
            let stem = format!("states/{}", state.name());
            pages.push((leaf_path(&stem, page), Page::State { state: *state, page }));
        }
    }
    if catalog.base_url().is_some() {
        pages.push(("sitemap.xml".to_owned(), Page::Sitemap));
    }
    pages
}

#[derive(Default)]
struct Claims {
    pages: BTreeMap<String, Page>,
    diagnostics: Vec<Diagnostic>,
}

impl Claims {
    fn claim(&mut self, catalog: &Catalog<'_>, path: String, page: Page) {
        match self.pages.entry(path) {
            Slot::Vacant(slot) => drop(slot.insert(page)),
            Slot::Occupied(slot) => {
                let (winner, loser) = (slot.get().describe(catalog), page.describe(catalog));
                let file = page.file(catalog).or_else(|| slot.get().file(catalog)).unwrap_or("annals.toml");
                self.diagnostics.push(diagnostic::page_collision(file, slot.key(), &winner, &loser));
            }
        }
    }
}

impl Page {
    /// When it is written: after everything it leads to.
    pub fn stage(&self) -> Stage {
        match self {
            Page::Theme(_) | Page::Asset(_) | Page::Schema => Stage::Support,
            Page::Record(_) | Page::Twin(_) => Stage::Record,
            _ => Stage::Index,
        }
    }

    /// The file of the root that it is made from, where there is one.
    fn file<'a>(&'a self, catalog: &'a Catalog<'_>) -> Option<&'a str> {
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
    fn describe(&self, catalog: &Catalog<'_>) -> String {
        let file = self.file(catalog).unwrap_or_default();
        match self {
            Page::Record(_) => format!("the record `{file}`"),
            Page::Twin(_) => format!("the markdown of `{file}`"),
            Page::Asset(_) => format!("the file `{file}`"),
            Page::Theme(path) => format!("the theme's `{path}`"),
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
            Page::Person(at) => {
                format!("the page of `{}`", catalog.people.get(*at).map_or("", |person| person.name.as_str()))
            }
            _ => "a page of the site".to_owned(),
        }
    }
}
