//! Outputs for machines that go through a template: Atom feeds, the sitemap, `llms.txt`. Their structs are
//! part of the theme contract as [`crate::view`] is. records.json is [`crate::json`]'s, the markdown of a
//! record [`crate::twin`]'s.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::catalog::Catalog;
use crate::plan::{Feed, Page, Plan};
use crate::record::{Event, Phase};
use crate::site::Ix;
use crate::view::RecordLink;
use crate::view::list::{collection_feed, tag_feed};
use crate::view::page::titled;
use crate::view::parts::{date_of, event_label, heads, record_link, url_path};
use crate::view::record::{root_of, twin_path};
use crate::view::site::{feed as site_feed, title};

/// Entries of a feed: readers keep what they have seen.
const ENTRIES: usize = 50;
/// URLs that one sitemap may have (sitemaps.org, "Sitemap file location").
const SITEMAP_URLS: usize = 50_000;

/// An Atom feed (RFC 4287), as `feed` in `atom.xml`. All `href`s are absolute where the site knows its
/// address, else relative to the feed.
#[derive(Debug, Clone, Serialize)]
pub struct FeedView {
    /// What it reports.
    pub title: String,
    /// Stable id.
    pub id: String,
    /// Of the latest entry, RFC 3339.
    pub updated: String,
    /// Author of the feed: the site.
    pub author: String,
    /// Its own address.
    pub href: String,
    /// The page of the same changes.
    pub page: String,
    /// Latest first.
    pub entries: Vec<FeedEntry>,
}

/// A status change.
#[derive(Debug, Clone, Serialize)]
pub struct FeedEntry {
    /// `RFC 12 accepted: Use QUIC`.
    pub title: String,
    /// Stable id (RFC 4151): the same whatever else happens.
    pub id: String,
    /// RFC 3339.
    pub updated: String,
    /// The record.
    pub href: String,
    /// Canonical state after the change.
    pub state: &'static str,
    /// What the record is about.
    pub summary: String,
}

/// The feed of the site, a collection or a tag.
pub fn feed(catalog: &Catalog, feed: Feed) -> FeedView {
    let (link, page, changes) = match feed {
        Feed::Site => (site_feed(catalog), "changes/index.html".to_owned(), changes(catalog, |_| true)),
        Feed::Collection(at) => {
            let page = url_path(&format!("{}/index.html", catalog.folder(at)));
            (
                collection_feed(catalog, at),
                page,
                changes(catalog, |ix| catalog.site.entries[ix].collection == at),
            )
        }
        Feed::Tag { facet, tag } => {
            let tag = &catalog.facets[facet].tags[tag];
            let page = url_path(&format!("{}.html", tag.stem));
            (tag_feed(tag), page, changes_of(catalog, &tag.records))
        }
    };
    let base = catalog.base_url().unwrap_or_else(|| root_of(&link.path));
    let mut entries: Vec<FeedEntry> =
        changes.into_iter().map(|(ix, event)| feed_entry(catalog, &base, ix, &event)).collect();
    // Back and forth on one day is one entry: ids are unique in a feed (RFC 4287, section 4.1.1).
    let mut seen = BTreeSet::new();
    entries.retain(|entry| seen.insert(entry.id.clone()));
    FeedView {
        title: text(&match feed {
            Feed::Site => link.title.clone(),
            _ => format!("{}, {}", link.title, title(catalog)),
        }),
        id: format!("{}/{}", tag_uri(catalog, "2026"), link.path),
        // A feed without entries has changed at no time; it must still say when.
        updated: entries.first().map_or_else(|| moment("1970-01-01"), |entry| entry.updated.clone()),
        author: text(&title(catalog)),
        href: format!("{base}{}", link.path),
        page: format!("{base}{page}"),
        entries,
    }
}

/// The latest changes of the records that `wanted` names, latest first.
fn changes(catalog: &Catalog, wanted: impl Fn(Ix) -> bool) -> Vec<(Ix, Event)> {
    let all = catalog.weeks.iter().flat_map(|week| &week.changes);
    all.filter(|(ix, _)| wanted(*ix)).take(ENTRIES).cloned().collect()
}

/// The same for a few records: a log has many tags, and each looks at its own records only.
fn changes_of(catalog: &Catalog, records: &[Ix]) -> Vec<(Ix, Event)> {
    let mut changes: Vec<(Ix, Event)> = records
        .iter()
        .flat_map(|ix| {
            crate::timeline::told(&catalog.site.entries[*ix].events).into_iter().map(|event| (*ix, event))
        })
        .filter(|(_, event)| event.to.is_some() && event.to != event.from && event.date <= catalog.site.today)
        .collect();
    changes.sort_by_key(|(ix, event)| (std::cmp::Reverse(event.date), *ix));
    changes.truncate(ENTRIES);
    changes
}

fn feed_entry(catalog: &Catalog, base: &str, ix: Ix, event: &Event) -> FeedEntry {
    let link = record_link(catalog, ix);
    let state = event.to.map_or("", |state| state.name());
    let label = event_label(event);
    let summary = catalog.site.entries[ix].record.summary.as_ref().map(|summary| summary.value.as_str());
    FeedEntry {
        title: text(&match &link.name {
            Some(name) => format!("{name} {label}: {}", link.title),
            None => format!("{} ({label})", link.title),
        }),
        id: format!("{}/{}/{state}", tag_uri(catalog, &event.date.to_string()), url_path(&link.id)),
        updated: moment(&event.date.to_string()),
        href: format!("{base}{}", link.path),
        state,
        summary: text(summary.unwrap_or_default()),
    }
}

/// A day as an RFC 3339 moment; the sources know no finer time.
fn moment(day: &str) -> String {
    format!("{day}T00:00:00Z")
}

/// Start of a `tag:` URI (RFC 4151) that belongs to this site: its own address, else its repository's,
/// else its title under a domain that nobody can own (RFC 2606).
fn tag_uri(catalog: &Catalog, date: &str) -> String {
    let address = catalog.base_url().or_else(|| catalog.site.config.site.repository.clone());
    let place = address.as_deref().and_then(|address| address.split_once("://")).map(|(_, rest)| rest);
    let (host, path) = match place {
        Some(place) => place.split_at(place.find('/').unwrap_or(place.len())),
        None => ("annals.invalid", ""),
    };
    let host = host.rsplit('@').next().unwrap_or(host).split(':').next().unwrap_or(host).to_lowercase();
    let path = if place.is_some() {
        path.trim_end_matches('/').to_owned()
    } else {
        format!("/{}", url_path(&title(catalog)))
    };
    format!("tag:{host},{date}:{path}")
}

/// XML 1.0 has no place for most control characters, not even escaped.
fn text(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') { ' ' } else { c })
        .collect()
}

/// A page in `sitemap.xml`, under `urls`; a part of it, under `parts`.
#[derive(Debug, Clone, Serialize)]
pub struct SitemapUrl {
    /// Absolute address.
    pub href: String,
    /// The day it last changed, for records.
    pub modified: Option<String>,
}

/// How many sitemaps that many pages take.
pub fn sitemap_parts(pages: usize) -> usize {
    pages.div_ceil(SITEMAP_URLS)
}

/// Where a part of a split sitemap stands, counted from 0.
pub fn sitemap_path(part: usize) -> String {
    format!("sitemap-{}.xml", part + 1)
}

/// Addresses of the parts of a sitemap.
pub fn sitemap_index(plan: &Plan, parts: usize) -> Vec<SitemapUrl> {
    let base = plan.catalog.base_url().unwrap_or_default();
    let parts = (0..parts).map(sitemap_path);
    parts.map(|path| SitemapUrl { href: format!("{base}{path}"), modified: None }).collect()
}

/// The pages of one sitemap that a search engine should know. Empty without a base URL.
pub fn sitemap(plan: &Plan, part: usize) -> Vec<SitemapUrl> {
    let Some(base) = plan.catalog.base_url() else { return Vec::new() };
    let pages = plan.pages.iter().filter(|(path, page)| page.is_for_search(path));
    pages
        .skip(part * SITEMAP_URLS)
        .take(SITEMAP_URLS)
        .map(|(path, page)| SitemapUrl {
            href: format!("{base}{}", url_path(path)),
            modified: match page {
                Page::Record(ix) => {
                    let entry = &plan.catalog.site.entries[*ix];
                    let written = entry.record.dates.updated.as_ref().map(|date| date.value);
                    let committed = entry.committed.map(|(_, last)| last);
                    written.max(committed).map(|date| date.to_string())
                }
                _ => None,
            },
        })
        .collect()
}

/// `llms.txt`, under `llms`. All text is escaped for markdown, all addresses are complete.
#[derive(Debug, Clone, Serialize)]
pub struct LlmsView {
    /// Groups of records; what binds comes first.
    pub sections: Vec<LlmsSection>,
    /// Start of every address: the base URL, or nothing where the file's own folder is meant.
    pub base: String,
}

/// Records that are to be read in the same way.
#[derive(Debug, Clone, Serialize)]
pub struct LlmsSection {
    /// `In force`.
    pub title: &'static str,
    /// How to read them.
    pub meaning: &'static str,
    /// The records, in the site's order.
    pub records: Vec<LlmsRecord>,
}

/// A record.
#[derive(Debug, Clone, Serialize)]
pub struct LlmsRecord {
    /// `RFC 12: Use QUIC`.
    pub title: String,
    /// Its markdown.
    pub href: String,
    /// Its status in the author's words.
    pub label: String,
    /// The day that says most.
    pub date: Option<String>,
    /// What it is about.
    pub summary: Option<String>,
    /// What stands in its place.
    pub heads: Vec<LlmsHead>,
}

/// A record that stands in another one's place.
#[derive(Debug, Clone, Serialize)]
pub struct LlmsHead {
    /// `RFC 31: Use HTTP/3`.
    pub title: String,
    /// Its markdown.
    pub href: String,
}

/// The index for agents.
pub fn llms(catalog: &Catalog) -> LlmsView {
    const SECTIONS: [(&str, &str); 7] = [
        ("In force", "Follow these."),
        (
            "Disputed",
            "They say that they are in force, but another record says that it supersedes them. Follow the other one.",
        ),
        ("Open", "Not decided yet. Do not rely on them."),
        ("Unknown", "They do not say where they stand. Ask before relying on them."),
        ("Retired", "No longer in force. Do not follow them; follow what stands in their place."),
        ("Moved", "Kept elsewhere. Read each one where it is kept now."),
        ("Closed", "Never in force. Do not follow them; read them for why not."),
    ];
    let base = catalog.base_url().unwrap_or_default();
    let mut sections = SECTIONS.map(|(title, meaning)| LlmsSection { title, meaning, records: Vec::new() });
    for (ix, entry) in catalog.site.entries.iter().enumerate() {
        let (mut heads, pending) = heads(catalog, entry);
        if entry.record.status.state.phase() == Phase::Retired {
            // It is retired by its own word, whatever became of the one it names.
            heads.extend(pending);
        }
        let at = match (entry.record.status.state.phase(), heads.is_empty()) {
            (Phase::InForce, true) => 0,
            (Phase::InForce, false) => 1,
            (Phase::Open, _) => 2,
            (Phase::Unknown, _) => 3,
            (Phase::Retired, _) => 4,
            (Phase::Elsewhere, _) => 5,
            (Phase::Closed, _) => 6,
        };
        let address = |ix: Ix| format!("{base}{}", url_path(&twin_path(&catalog.site.entries[ix].address)));
        sections[at].records.push(LlmsRecord {
            title: markdown(&titled(&record_link(catalog, ix))),
            href: address(ix),
            label: markdown(&crate::view::parts::label(&entry.record.status)),
            date: date_of(entry).map(|(_, date)| date.to_string()),
            summary: entry
                .record
                .summary
                .as_ref()
                .map(|summary| markdown(&crate::view::page::cut(&summary.value, 200))),
            heads: heads
                .iter()
                .map(|ix| LlmsHead {
                    title: markdown(&titled(&record_link(catalog, *ix))),
                    href: address(*ix),
                })
                .collect(),
        });
    }
    LlmsView { sections: sections.into_iter().filter(|section| !section.records.is_empty()).collect(), base }
}

/// Plain text as one line of markdown.
pub fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' => escaped.extend(['\\', c]),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A record's title as a markdown link.
pub fn markdown_link(link: &RecordLink, href: &str) -> String {
    format!("[{}]({href})", markdown(&titled(link)))
}
