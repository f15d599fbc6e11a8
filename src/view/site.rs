//! What is the same on every page.

use super::parts::*;
use super::*;
use crate::catalog::Catalog;
use crate::theme::Theme;

/// Up to this many collections stand in the navigation one by one.
const NAV_COLLECTIONS: usize = 5;

/// The site's view.
pub fn site_view(catalog: &Catalog<'_>, theme: &Theme) -> SiteView {
    let site = catalog.site;
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
        repository: config.repository.as_deref().and_then(web),
        today: site.today.to_string(),
        history_note: site.history_missing.map(|missing| format!("{}.", capital(missing.sentence()))),
        search: false,
    }
}

/// The site's title.
pub fn title(catalog: &Catalog<'_>) -> String {
    catalog.site.config.site.title.clone().unwrap_or_else(|| "Decisions".to_owned())
}

/// The site's language.
pub fn language<'a>(catalog: &'a Catalog<'_>) -> &'a str {
    catalog.site.config.site.language.as_deref().unwrap_or("en")
}

/// The feed of all changes.
pub fn feed(catalog: &Catalog<'_>) -> FeedLink {
    FeedLink { title: format!("{}: status changes", title(catalog)), path: "feed.xml".into() }
}

fn nav(catalog: &Catalog<'_>) -> Vec<NavEntry> {
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
pub fn section(catalog: &Catalog<'_>, collection: usize) -> Option<String> {
    match catalog.site.collections.len() <= NAV_COLLECTIONS {
        true => catalog.site.collections.get(collection).map(|collection| collection.key.clone()),
        false => Some("collections".to_owned()),
    }
}
