//! What every page has: its title, its place in the site, its feeds; and which data and template go
//! with which kind of page.

use serde::Serialize;

use super::parts::*;
use super::record::root_of;
use super::site::{feed, language, section};
use super::*;
use crate::catalog::Catalog;
use crate::diagnostic::Diagnostic;
use crate::plan::{Page, Plan};
use crate::source::{File, Inputs};

/// What every page has.
#[derive(Debug, Clone, Serialize)]
pub struct PageView {
    /// `home`, `collection`, `record`, `chooser`, `timeline`, `tags`, `tag`, `people`, `person`, `states`,
    /// `state`, `changes`, `about`, `not-found`, `search`.
    pub kind: &'static str,
    /// Plain text, without the site's title.
    pub title: String,
    /// One or two sentences for `<meta name="description">`.
    pub description: Option<String>,
    /// Its own address.
    pub path: String,
    /// Absolute address; `none` where the site has no base URL.
    pub canonical: Option<String>,
    /// The entry of `site.nav` it belongs to.
    pub section: Option<String>,
    /// The way here from the home page, this page not included; empty on the home page.
    pub breadcrumbs: Vec<Crumb>,
    /// Feeds to announce in `<head>`.
    pub feeds: Vec<FeedLink>,
    /// The same content as markdown, for `<link rel="alternate" type="text/markdown">`.
    pub markdown: Option<String>,
    /// Language of the content where it differs from the site's.
    pub language: Option<String>,
    /// True where the page is of no use to a search engine (404, later pages of a list).
    pub noindex: bool,
}

/// A step of the breadcrumbs.
#[derive(Debug, Clone, Serialize)]
pub struct Crumb {
    /// Words to show.
    pub title: String,
    /// Where it leads.
    pub path: String,
}

/// A page for a template.
pub struct Html {
    /// What every page has.
    pub page: PageView,
    /// The way to the root.
    pub root: String,
    /// The page's own data.
    pub data: Data,
    /// What could not be drawn.
    pub diagnostics: Vec<Diagnostic>,
}

/// The view of an HTML page; `None` for outputs that are no HTML pages.
pub fn html(plan: &Plan, inputs: &Inputs, path: &str, page: &Page) -> Option<Html> {
    let catalog = &plan.catalog;
    let mut diagnostics = Vec::new();
    let data = match page {
        Page::Home => Data::Home(home::home(catalog)),
        Page::Collection { collection, page } => {
            Data::Collection(list::collection(catalog, *collection, *page))
        }
        Page::Record(ix) => {
            let source = &catalog.site.entries.get(*ix)?.record.source;
            let text = match inputs.files.get(source) {
                Some(File::Text(text)) => Some(&**text),
                _ => None,
            };
            let (view, problems) = record::record(catalog, *ix, text);
            diagnostics = problems;
            Data::Record(Box::new(view))
        }
        Page::Chooser(at) => Data::Chooser(list::chooser(catalog, catalog.site.choosers.get(*at)?)),
        Page::Timeline(year) => Data::Timeline(timeline::timeline(catalog, *year)),
        Page::Tags => Data::Tags(list::tags(catalog)),
        Page::Tag { facet, tag, page } => Data::Tag(list::tag(catalog, *facet, *tag, *page)),
        Page::People => Data::People(people::people(catalog)),
        Page::Person { person, page } => Data::Person(people::person(catalog, *person, *page)),
        Page::States => Data::States(list::states(catalog)),
        Page::State { state, page } => Data::State(list::state(catalog, *state, *page)),
        Page::Changes(at) => Data::Changes(timeline::changes(catalog, *at)),
        Page::About => Data::About(about::about(catalog, machine(plan))),
        Page::NotFound => Data::NotFound(about::not_found(catalog)),
        Page::Search => Data::Search(list::search(catalog)),
        _ => return None,
    };
    let root = match page {
        Page::NotFound => base_path(catalog),
        _ => root_of(path),
    };
    let page = page_view(catalog, path, page, &data);
    Some(Html { page, root, data, diagnostics })
}

impl Data {
    /// The template, and the variable that it sees the data under.
    pub fn template(&self) -> (&'static str, &'static str) {
        match self {
            Data::Home(_) => ("home.html", "home"),
            Data::Collection(_) => ("collection.html", "collection"),
            Data::Record(_) => ("record.html", "record"),
            Data::Chooser(_) => ("chooser.html", "chooser"),
            Data::Timeline(_) => ("timeline.html", "timeline"),
            Data::Tags(_) => ("tags.html", "tags"),
            Data::Tag(_) => ("tag.html", "tag"),
            Data::People(_) => ("people.html", "people"),
            Data::Person(_) => ("person.html", "person"),
            Data::States(_) => ("states.html", "states"),
            Data::State(_) => ("state.html", "state"),
            Data::Changes(_) => ("changes.html", "changes"),
            Data::About(_) => ("about.html", "about"),
            Data::NotFound(_) => ("not-found.html", "not_found"),
            Data::Search(_) => ("search.html", "search"),
        }
    }
}

/// True for pages that only repeat or continue others.
pub fn is_noindex(page: &Page) -> bool {
    match page {
        Page::NotFound | Page::Chooser(_) | Page::Search => true,
        Page::Collection { page, .. }
        | Page::Tag { page, .. }
        | Page::State { page, .. }
        | Page::Person { page, .. } => *page > 1,
        _ => false,
    }
}

/// Path of the base URL, for the page that is served at any depth.
fn base_path(catalog: &Catalog) -> String {
    let base = catalog.base_url().unwrap_or_default();
    let after_host = base.split_once("://").map_or("", |(_, rest)| rest);
    after_host.find('/').map_or_else(|| "/".to_owned(), |at| after_host[at..].to_owned())
}

fn page_view(catalog: &Catalog, path: &str, page: &Page, data: &Data) -> PageView {
    let path = url_path(path);
    let mut view = PageView {
        kind: "home",
        title: String::new(),
        description: None,
        canonical: catalog
            .base_url()
            .filter(|_| !matches!(page, Page::NotFound))
            .map(|base| format!("{base}{path}")),
        path,
        section: None,
        breadcrumbs: Vec::new(),
        feeds: vec![feed(catalog)],
        markdown: None,
        language: None,
        noindex: is_noindex(page),
    };
    let crumb = |title: &str, path: &str| Crumb { title: title.to_owned(), path: path.to_owned() };
    let in_section = |view: &mut PageView, kind, key: &str, title: &str| {
        view.kind = kind;
        view.title = title.to_owned();
        view.section = Some(key.to_owned());
    };
    match data {
        Data::Home(_) => {
            view.title = super::site::title(catalog);
            view.description = catalog.site.config.site.description.clone();
        }
        Data::Collection(own) => {
            in_section(&mut view, "collection", &own.link.key, &own.link.title);
            view.title = numbered(&own.link.title, own.pager.page);
            view.description =
                Some(format!("{}: {} records, with the state of each.", own.link.title, own.link.records));
            view.feeds.push(own.feed.clone());
        }
        Data::Record(own) => {
            view.kind = "record";
            view.title = titled(&own.link);
            view.description = own.summary.as_deref().map(|summary| cut(summary, 300));
            view.breadcrumbs = vec![crumb(&own.collection.title, &own.collection.path)];
            view.markdown = Some(own.markdown.clone());
            if let Page::Record(ix) = page {
                let collection = catalog.site.entries[*ix].collection;
                view.section = section(catalog, collection);
                view.feeds.push(list::collection_feed(catalog, collection));
                let own = catalog.site.collections[collection].config.language.clone();
                view.language = own.filter(|own| own != language(catalog));
            }
        }
        Data::Chooser(own) => {
            view.kind = "chooser";
            view.title = format!("{}: several records", own.name);
            if let Page::Chooser(at) = page {
                let collection = catalog.site.choosers[*at].collection;
                let link = collection_link(catalog, collection);
                view.breadcrumbs = vec![crumb(&link.title, &link.path)];
                view.section = section(catalog, collection);
            }
        }
        Data::Timeline(own) => {
            in_section(&mut view, "timeline", "timeline", "Timeline");
            view.description = Some("What was in force when, and what happened in each year.".into());
            if let Some(year) = own.year {
                view.title = format!("Timeline of {year}");
                view.breadcrumbs = vec![crumb("Timeline", "timeline/index.html")];
            }
        }
        Data::Tags(_) => in_section(&mut view, "tags", "tags", "Tags"),
        Data::Tag(own) => {
            in_section(&mut view, "tag", "tags", &numbered(&own.name, own.pager.page));
            view.description = Some(format!("{} records under “{}”.", own.count, own.name));
            view.breadcrumbs = vec![crumb("Tags", "tags/index.html")];
            view.feeds.push(own.feed.clone());
        }
        Data::People(_) => in_section(&mut view, "people", "people", "People"),
        Data::Person(own) => {
            in_section(&mut view, "person", "people", &numbered(&own.link.name, own.pager.page));
            view.breadcrumbs = vec![crumb("People", "people/index.html")];
        }
        Data::States(_) => in_section(&mut view, "states", "states", "States"),
        Data::State(own) => {
            in_section(&mut view, "state", "states", &numbered(&title_case(own.state), own.pager.page));
            view.description = Some(own.meaning.to_owned());
            view.breadcrumbs = vec![crumb("States", "states/index.html")];
        }
        Data::Changes(own) => {
            in_section(&mut view, "changes", "changes", "Changes");
            view.description = Some("Status changes, week by week.".into());
            let year = own.pager.pages.iter().find(|entry| entry.current).filter(|_| own.pager.page > 1);
            if let Some(year) = year {
                view.title = format!("Changes of {}", year.title);
                view.breadcrumbs = vec![crumb("Changes", "changes/index.html")];
            }
        }
        Data::About(_) => {
            view.kind = "about";
            view.title = "About this site".into();
        }
        Data::NotFound(_) => {
            view.kind = "not-found";
            view.title = "Nothing is here".into();
        }
        Data::Search(_) => {
            view.kind = "search";
            view.title = "Search".into();
        }
    }
    view
}

/// The outputs for machines, for people who look for them.
fn machine(plan: &Plan) -> Vec<Crumb> {
    const OUTPUTS: [(&str, &str); 5] = [
        ("records.json", "records.json: every record with its status, relations and timeline"),
        ("records.schema.json", "records.schema.json: the JSON Schema of records.json"),
        ("llms.txt", "llms.txt: an index for agents, with what takes precedence"),
        ("feed.xml", "feed.xml: status changes as an Atom feed"),
        ("sitemap.xml", "sitemap.xml: every page"),
    ];
    let present = OUTPUTS.iter().filter(|(path, _)| plan.pages.contains_key(*path));
    present.map(|(path, title)| Crumb { title: (*title).to_owned(), path: (*path).to_owned() }).collect()
}

fn numbered(title: &str, page: usize) -> String {
    if page > 1 { format!("{title}, page {page}") } else { title.to_owned() }
}

/// `RFC 12: Use QUIC`.
pub fn titled(link: &RecordLink) -> String {
    link.name.as_ref().map_or_else(|| link.title.clone(), |name| format!("{name}: {}", link.title))
}

/// At most `length` characters, ending at a word.
pub fn cut(text: &str, length: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(length) else { return text.to_owned() };
    let head = &text[..end];
    format!(
        "{}…",
        head.rsplit_once(' ').map_or(head, |(head, _)| head).trim_end_matches([',', ';', ':', '.'])
    )
}
