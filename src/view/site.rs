//! What is the same on every page.

use std::collections::BTreeMap;

use serde::Serialize;

use super::parts::*;
use crate::catalog::Catalog;
use crate::theme::{Theme, capital};

/// The site as a whole; equal on every page.
#[derive(Debug, Clone, Serialize)]
pub struct SiteView {
    /// Title of the site, plain text.
    pub title: String,
    /// One sentence about it.
    pub description: Option<String>,
    /// BCP 47 language tag for `<html lang>`: `en`.
    pub language: String,
    /// Name and version of this tool, for `<meta name="generator">`.
    pub generator: String,
    /// The site's absolute URL, with a slash at the end; `none` where it is not known.
    pub base_url: Option<String>,
    /// The main navigation, in order.
    pub nav: Vec<NavEntry>,
    /// Theme assets by the name they have below `static/` in the theme: `site.assets["style.css"]` is
    /// `static/style.1a2b3c4d.css`. The name changes with the content, so it may be cached for ever.
    pub assets: BTreeMap<String, String>,
    /// The Atom feed of all status changes.
    pub feed: FeedLink,
    /// Number of records.
    pub records: usize,
    /// Number of collections.
    pub collections: usize,
    /// Web address of the repository.
    pub repository: Option<String>,
    /// The day the site speaks of: what is overdue is overdue on this day.
    pub today: String,
    /// Where git history is missing or not whole, a sentence that says so.
    pub history_note: Option<String>,
    /// True where the site has a search page (`search.html`).
    pub search: bool,
}

/// An entry of the main navigation.
#[derive(Debug, Clone, Serialize)]
pub struct NavEntry {
    /// Compare with `page.section` to mark the current one.
    pub key: String,
    /// Words to show.
    pub title: String,
    /// Where it leads.
    pub path: String,
    /// Number of records behind it, for collections.
    pub count: Option<usize>,
}

/// A feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FeedLink {
    /// What it reports.
    pub title: String,
    /// The Atom file.
    pub path: String,
}

/// Up to this many collections stand in the navigation one by one.
const NAV_COLLECTIONS: usize = 5;

/// The site's view.
pub fn site_view(catalog: &Catalog, theme: &Theme) -> SiteView {
    let site = &catalog.site;
    let config = &site.config.site;
    SiteView {
        title: title(catalog),
        description: config.description.clone(),
        language: language(catalog).to_owned(),
        generator: format!("Annals {}", env!("CARGO_PKG_VERSION")),
        base_url: catalog.base_url(),
        nav: nav(catalog),
        assets: theme.names.iter().map(|(name, path)| (name.clone(), url_path(path))).collect(),
        feed: feed(catalog),
        records: site.entries.len(),
        collections: site.collections.len(),
        repository: config.repository.as_deref().and_then(web),
        today: site.today.to_string(),
        history_note: site.history_missing.map(|missing| format!("{}.", capital(missing.sentence()))),
        search: crate::search::is_wanted(site),
    }
}

/// The site's title.
pub fn title(catalog: &Catalog) -> String {
    catalog.site.config.site.title.clone().unwrap_or_else(|| "Decisions".to_owned())
}

/// The site's language.
pub fn language(catalog: &Catalog) -> &str {
    catalog.site.config.site.language.as_deref().unwrap_or("en")
}

/// The feed of all changes.
pub fn feed(catalog: &Catalog) -> FeedLink {
    FeedLink { title: format!("{}: status changes", title(catalog)), path: "feed.xml".into() }
}

fn nav(catalog: &Catalog) -> Vec<NavEntry> {
    let entry = |key: &str, title: &str, path: &str| NavEntry {
        key: key.to_owned(),
        title: title.to_owned(),
        path: path.to_owned(),
        count: None,
    };
    let collections = catalog.site.collections.len();
    let mut nav: Vec<NavEntry> = match collections <= NAV_COLLECTIONS {
        true => (0..collections)
            .map(|at| {
                let link = collection_link(catalog, at);
                NavEntry { key: link.key, title: link.title, path: link.path, count: Some(link.records) }
            })
            .collect(),
        false => vec![entry("collections", "Collections", "index.html#collections")],
    };
    nav.push(entry("timeline", "Timeline", "timeline/index.html"));
    nav.push(entry("changes", "Changes", "changes/index.html"));
    if !catalog.facets.is_empty() {
        nav.push(entry("tags", "Tags", "tags/index.html"));
    }
    if !catalog.people.is_empty() {
        nav.push(entry("people", "People", "people/index.html"));
    }
    nav.push(entry("states", "States", "states/index.html"));
    nav
}

/// The entry of the navigation that a collection's pages belong to.
pub fn section(catalog: &Catalog, collection: usize) -> Option<String> {
    match catalog.site.collections.len() <= NAV_COLLECTIONS {
        true => catalog.site.collections.get(collection).map(|collection| collection.key.clone()),
        false => Some("collections".to_owned()),
    }
}
