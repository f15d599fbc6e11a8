//! The parts that many pages share: links to records, rows, events, due dates, pagers.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::catalog::{Catalog, Somebody};
use crate::record::{self, Event, EventSource, Inferred, Origin, OriginKind, Phase, State};
use crate::site::forge::encode_path;
use crate::site::{Entry, Ix};
use crate::theme::{self, capital};

/// A record as it is named everywhere: in lists, relations, banners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordLink {
    /// Unique in the site: `rfc-12`.
    pub id: String,
    /// Its page.
    pub path: String,
    /// The number as the source writes it: `0012`.
    pub number: Option<String>,
    /// How people call it: `RFC 12`; `none` where it goes by its title alone.
    pub name: Option<String>,
    /// Plain text.
    pub title: String,
    /// Canonical state, also a CSS class: `accepted`.
    pub state: &'static str,
    /// Phase of the state, also a CSS class: `open`, `in-force`, `closed`, `retired`, `unknown`.
    pub phase: &'static str,
    /// The status in the author's words; the state's name where nothing was written.
    pub label: String,
    /// True where the state is not written but inferred.
    pub inferred: bool,
}

/// A [`RecordRow`], made once for all the tables that the record stands in: its collection's, its state's, one for
/// each of its tags and people.
pub type SharedRow = theme::Shared;

/// A record in a table.
#[derive(Debug, Clone, Serialize)]
pub struct RecordRow {
    /// The link's fields stand directly in the row: `row.title`, `row.state`.
    #[serde(flatten)]
    pub link: RecordLink,
    /// One paragraph of plain text.
    pub summary: Option<String>,
    /// The day that says most: decided, else created, else updated, else its first commit.
    pub date: Option<String>,
    /// Which day that is: `decided`, `created`, `updated`, `committed`.
    pub date_kind: Option<&'static str>,
    /// Title of its collection.
    pub collection: String,
    /// Authors, else deciders.
    pub people: Vec<PersonLink>,
    /// All tags of all facets.
    pub tags: Vec<TagLink>,
}

/// A person, by the name the records use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PersonLink {
    /// Name, or `@handle` where there is no name.
    pub name: String,
    /// Account name without `@`.
    pub handle: Option<String>,
    /// The person's page.
    pub path: String,
    /// Mail address as `mailto:`, where the site publishes mail.
    pub href: Option<String>,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagLink {
    /// As the author wrote it.
    pub name: String,
    /// The tag's page.
    pub path: String,
}

/// How many records are in a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StateCount {
    /// Canonical state.
    pub state: &'static str,
    /// Its phase.
    pub phase: &'static str,
    /// Number of records.
    pub count: usize,
    /// Page of these records; `none` where the state's page lists those of other collections too.
    pub path: Option<String>,
}

/// A collection, in links.
#[derive(Debug, Clone, Serialize)]
pub struct CollectionLink {
    /// `rfc`.
    pub key: String,
    /// `RFCs`.
    pub title: String,
    /// Its page.
    pub path: String,
    /// What people write before a number: `RFC`.
    pub prefix: Option<String>,
    /// Number of records.
    pub records: usize,
}

/// A status change or milestone of one record, in lists over many records.
#[derive(Debug, Clone, Serialize)]
pub struct ChangeView {
    /// What happened.
    #[serde(flatten)]
    pub event: EventView,
    /// To which record. Its state is today's, not that of the event.
    pub record: RecordLink,
}

/// Something that happened on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EventView {
    /// The day.
    pub date: String,
    /// The day is approximate: the record's own date, or that of a commit that changed many records.
    pub approximate: bool,
    /// Canonical state before; `none` for the first one and for milestones.
    pub from: Option<&'static str>,
    /// Canonical state after; `none` for a milestone.
    pub to: Option<&'static str>,
    /// Phase of `to`, as a CSS class.
    pub phase: Option<&'static str>,
    /// The words: the status as written that day, or the milestone's name.
    pub label: String,
    /// What tells us: `git`, `front-matter`, `text`.
    pub source: &'static str,
    /// The same in words: `commit 1a2b3c4d`, `metadata, line 4`, `text, line 120`,
    /// `approximate; metadata, line 4; recorded by commit 1a2b3c4d`.
    pub origin: String,
    /// The commit on the web, where the repository's address is known.
    pub href: Option<String>,
    /// Author of the commit.
    pub author: Option<String>,
}

/// A date that something is due by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The day.
    pub date: String,
    /// Days from `site.today`; negative when past.
    pub days: i64,
    /// True when the day is past.
    pub overdue: bool,
    /// `today`, `tomorrow`, `in 5 days`, `12 days ago`.
    pub words: String,
}

/// A link out of the metadata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WebLinkView {
    /// Words to show.
    pub label: String,
    /// Where it leads; `none` where only words were written.
    pub href: Option<String>,
}

/// A problem.
#[derive(Debug, Clone, Serialize)]
pub struct DiagnosticView {
    /// Stable name: `broken-link`.
    pub code: &'static str,
    /// `error`, `warning`, `note`.
    pub severity: &'static str,
    /// One sentence without a full stop; backticks round values.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
    /// File it is in.
    pub file: String,
    /// 1-based line; `none` where the whole file is meant.
    pub line: Option<u32>,
}

/// A page of a long list.
#[derive(Debug, Clone, Serialize)]
pub struct Pager {
    /// 1-based.
    pub page: usize,
    /// All pages, in order; nothing to show where `pages | length` is 1.
    pub pages: Vec<PagerEntry>,
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

/// A link to one page of a list.
#[derive(Debug, Clone, Serialize)]
pub struct PagerEntry {
    /// What it shows: `1`, `2024`.
    pub title: String,
    /// Where it is.
    pub path: String,
    /// This very page.
    pub current: bool,
}

/// An output path as a URL path.
pub fn url_path(path: &str) -> String {
    encode_path(path)
}

/// A URL from a record's metadata, where a page may link to it: `http`, `https` and `mailto` only.
pub fn web(url: &str) -> Option<String> {
    let url = url.trim();
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase())?;
    let known = matches!(scheme.as_str(), "http" | "https" | "mailto");
    (known && !url.contains(|c: char| c.is_whitespace() || c.is_control())).then(|| url.to_owned())
}

/// A record in a link.
pub fn record_link(catalog: &Catalog, ix: Ix) -> RecordLink {
    let entry = &catalog.site.entries[ix];
    let record = &entry.record;
    let state = record.status.state;
    RecordLink {
        id: entry.id.clone(),
        path: url_path(&entry.address),
        number: record.number.as_ref().map(|number| number.value.clone()),
        name: name(catalog, entry),
        title: record.title.value.clone(),
        state: state.name(),
        phase: state.phase().name(),
        label: label(&record.status),
        inferred: record.status.inferred,
    }
}

/// How people call a record: `RFC 0012`, or its number alone where the collection has no prefix.
pub fn name(catalog: &Catalog, entry: &Entry) -> Option<String> {
    let number = &entry.record.number.as_ref()?.value;
    let prefix = catalog.site.collections.get(entry.collection).and_then(|c| c.prefix.as_deref());
    Some(prefix.map_or_else(|| number.clone(), |prefix| format!("{prefix} {number}")))
}

/// A status in the author's words; the state's name where nothing was written.
pub fn label(status: &record::Status) -> String {
    match status.label.is_empty() {
        true => status.state.name().to_owned(),
        false => status.label.clone(),
    }
}

/// A record in a table.
pub fn record_row(catalog: &Catalog, ix: Ix) -> RecordRow {
    let entry = &catalog.site.entries[ix];
    let record = &entry.record;
    let (date_kind, date) = date_of(entry).unzip();
    RecordRow {
        link: record_link(catalog, ix),
        summary: record.summary.as_ref().map(|summary| summary.value.clone()),
        date: date.map(|date: Date| date.to_string()),
        date_kind,
        collection: catalog
            .site
            .collections
            .get(entry.collection)
            .map(|c| c.title.clone())
            .unwrap_or_default(),
        people: people_of(catalog, entry).map(|person| person_link(catalog, person)).collect(),
        tags: record.tags.iter().flat_map(|(facet, tags)| tag_links(catalog, facet, tags)).collect(),
    }
}

/// Rows of several records.
pub fn record_rows(catalog: &Catalog, records: &[Ix]) -> Vec<SharedRow> {
    let make = |ix| theme::shared(&record_row(catalog, ix));
    records.iter().map(|ix| catalog.rows[*ix].get_or_init(|| make(*ix)).clone()).collect()
}

/// The records at the ends of an entry's supersession chains: those that stand in its place, and those
/// that only would (a proposal, or one that came to nothing).
pub fn heads(catalog: &Catalog, entry: &Entry) -> (Vec<Ix>, Vec<Ix>) {
    let heads = entry.superseded_by.iter().filter_map(|chain| chain.last()).copied();
    heads.partition(|ix| {
        let phase = catalog.site.entries[*ix].record.status.state.phase();
        !matches!(phase, Phase::Open | Phase::Closed)
    })
}

/// The day that says most about a record, and which one it is.
pub fn date_of(entry: &Entry) -> Option<(&'static str, Date)> {
    let dates = &entry.record.dates;
    let written = [("decided", &dates.decided), ("created", &dates.created), ("updated", &dates.updated)];
    let written = written.into_iter().find_map(|(kind, date)| Some((kind, date.as_ref()?.value)));
    written.or_else(|| Some(("committed", entry.committed?.0)))
}

/// The people who say most about a record: who wrote it, or else who decided.
pub fn people_of<'a>(catalog: &'a Catalog, entry: &'a Entry) -> impl Iterator<Item = &'a Somebody> {
    let people = &entry.record.people;
    let named = [record::Role::Author, record::Role::Decider].iter().find_map(|role| people.get(role));
    named.into_iter().flatten().filter_map(|person| catalog.person(person))
}

/// A person in a link.
pub fn person_link(catalog: &Catalog, person: &Somebody) -> PersonLink {
    let mail = person.mail.as_ref().filter(|_| catalog.site.config.site.publish_mail);
    PersonLink {
        name: person.name.clone(),
        handle: person.handle.clone(),
        path: url_path(&person.path),
        href: mail.and_then(|mail| web(&format!("mailto:{mail}"))),
    }
}

/// A value of the metadata that nobody knows the meaning of, without the mail addresses in it where the site does not
/// publish them.
pub fn without_mail(catalog: &Catalog, value: &str) -> String {
    if catalog.site.config.site.publish_mail {
        return value.to_owned();
    }
    let is_mail = |word: &str| {
        let word = word.trim_matches(|char: char| !char.is_alphanumeric());
        let host =
            |text: &str| text.contains('.') && text.chars().all(|c| c.is_alphanumeric() || ".-".contains(c));
        word.split_once('@').is_some_and(|(name, at)| !name.is_empty() && !name.contains('/') && host(at))
    };
    let has_mail = |word: &&str| word.split([',', ';']).any(is_mail);
    let kept: String = value.split_inclusive(char::is_whitespace).filter(|word| !has_mail(word)).collect();
    kept.trim_end().to_owned()
}

/// The tags of one facet of a record, each once.
pub fn tag_links(catalog: &Catalog, facet: &str, tags: &[String]) -> Vec<TagLink> {
    let mut links: Vec<TagLink> = Vec::with_capacity(tags.len());
    for tag in tags.iter().filter_map(|tag| catalog.tag(facet, tag)) {
        let link = TagLink { name: tag.name.clone(), path: url_path(&format!("{}.html", tag.stem)) };
        if !links.contains(&link) {
            links.push(link);
        }
    }
    links
}

/// Address of a state's page.
pub fn state_path(state: State) -> String {
    format!("states/{}.html", state.name())
}

/// Counts by state, in the order of a decision's life, zeros left out.
pub fn state_counts(catalog: &Catalog, records: impl IntoIterator<Item = Ix>) -> Vec<StateCount> {
    let mut counts: BTreeMap<State, usize> = BTreeMap::new();
    for ix in records {
        *counts.entry(catalog.site.entries[ix].record.status.state).or_default() += 1;
    }
    counts.into_iter().map(|(state, count)| state_count(catalog, state, count)).collect()
}

/// A state with its number of records.
pub fn state_count(catalog: &Catalog, state: State, count: usize) -> StateCount {
    let all = catalog.states.get(&state).map_or(0, Vec::len);
    StateCount {
        state: state.name(),
        phase: state.phase().name(),
        count,
        path: (count == all).then(|| state_path(state)),
    }
}

/// A collection in a link.
pub fn collection_link(catalog: &Catalog, collection: usize) -> CollectionLink {
    let found = &catalog.site.collections[collection];
    CollectionLink {
        key: found.key.clone(),
        title: found.title.clone(),
        path: url_path(&list_path(&catalog.folder(collection), 1)),
        prefix: found.prefix.clone(),
        records: catalog.members[collection].len(),
    }
}

/// The name of a facet as a heading: `area` → `Area`.
pub fn title_case(key: &str) -> String {
    capital(&key.replace(['-', '_'], " "))
}

/// An event of a record.
pub fn event_view(catalog: &Catalog, event: &Event) -> EventView {
    let commit = event.commit.as_deref();
    let short = |commit: &str| commit.get(..8).unwrap_or(commit).to_owned();
    let place =
        |what: &str| event.line.map_or_else(|| what.to_owned(), |line| format!("{what}, line {line}"));
    let by = if event.inferred.is_some() { "recorded by commit" } else { "commit" };
    let written = match event.source {
        EventSource::Git if event.inferred == Some(Inferred::OwnDate) => Some("file added".to_owned()),
        EventSource::Git => None,
        EventSource::FrontMatter => Some(place("metadata")),
        EventSource::Text => Some(place("text")),
    };
    let parts = [
        event.is_approximate().then(|| "approximate".to_owned()),
        written,
        commit.map(|commit| format!("{by} {}", short(commit))),
    ];
    let origin = parts.into_iter().flatten().collect::<Vec<_>>().join("; ");
    EventView {
        date: event.date.to_string(),
        approximate: event.is_approximate(),
        from: event.from.map(State::name),
        to: event.to.map(State::name),
        phase: event.to.map(|state| state.phase().name()),
        label: event_label(event).to_owned(),
        source: match event.source {
            EventSource::Git => "git",
            EventSource::FrontMatter => "front-matter",
            EventSource::Text => "text",
        },
        origin,
        href: commit.and_then(|commit| catalog.site.web_commit(commit)),
        author: event.author.clone(),
    }
}

/// The words for an event. A dated field is no status word (`decided` may have been against it): the
/// state that it brought says more.
pub fn event_label(event: &Event) -> &str {
    match (event.source, event.to) {
        (EventSource::FrontMatter, Some(state)) => state.name(),
        (_, Some(state)) if event.label.is_empty() => state.name(),
        _ => &event.label,
    }
}

/// An event of some record, in a list.
pub fn change_view(catalog: &Catalog, ix: Ix, event: &Event) -> ChangeView {
    ChangeView { event: event_view(catalog, event), record: record_link(catalog, ix) }
}

/// Where a value was read, in words.
pub fn origin_words(origin: &Origin) -> String {
    let key = origin.key.as_str();
    let what = match origin.kind {
        OriginKind::FrontMatter => "front matter".to_owned(),
        OriginKind::Sidecar => "the file beside it".to_owned(),
        OriginKind::Bullet => "the list at the top".to_owned(),
        OriginKind::Line => "the lines at the top".to_owned(),
        OriginKind::Table => "the table at the top".to_owned(),
        OriginKind::Section => format!("the section “{}”", key.trim_start_matches(['#', ' '])),
        OriginKind::Heading => "the heading".to_owned(),
        OriginKind::Text => "the text".to_owned(),
        OriginKind::FileName => "the file name".to_owned(),
        OriginKind::Folder => format!("the folder “{key}”"),
        OriginKind::Config => "annals.toml".to_owned(),
        OriginKind::Git => "git history".to_owned(),
        OriginKind::OtherRecord => "another record".to_owned(),
        OriginKind::Convention => key.to_owned(),
    };
    origin.line.map_or(what.clone(), |line| format!("{what}, line {line}"))
}

/// A date that something is due by.
pub fn due(catalog: &Catalog, date: Date) -> Due {
    let days = i64::from((date - catalog.site.today).get_days());
    let words = match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        days if days > 0 => format!("in {days} days"),
        days => format!("{} days ago", -days),
    };
    Due { date: date.to_string(), days, overdue: days < 0, words }
}

/// Address of a page of a list: `rfc/index.html`, `rfc/page-2.html`.
pub fn list_path(folder: &str, page: usize) -> String {
    match page {
        0 | 1 => format!("{folder}/index.html"),
        page => format!("{folder}/page-{page}.html"),
    }
}

/// Address of a page of a list that is not a folder: `tags/area/x.html`, `tags/area/x.page-2.html`.
pub fn leaf_path(stem: &str, page: usize) -> String {
    match page {
        0 | 1 => format!("{stem}.html"),
        page => format!("{stem}.page-{page}.html"),
    }
}

/// The pager of page `page` (1-based) of `titles.len()` pages.
pub fn pager(page: usize, titles: &[String], path: impl Fn(usize) -> String) -> Pager {
    let path = |page: usize| url_path(&path(page));
    Pager {
        page,
        pages: titles
            .iter()
            .enumerate()
            .map(|(at, title)| PagerEntry {
                title: title.clone(),
                path: path(at + 1),
                current: at + 1 == page,
            })
            .collect(),
        previous: (page > 1).then(|| path(page - 1)),
        next: (page < titles.len()).then(|| path(page + 1)),
    }
}

/// A pager whose pages are called by their numbers.
pub fn numbered_pager(page: usize, pages: usize, path: impl Fn(usize) -> String) -> Pager {
    let titles: Vec<String> = (1..=pages).map(|page| page.to_string()).collect();
    pager(page, &titles, path)
}

/// A problem.
pub fn diagnostic_view(diagnostic: &crate::diagnostic::Diagnostic) -> DiagnosticView {
    DiagnosticView {
        code: diagnostic.code,
        severity: severity(diagnostic.severity),
        message: diagnostic.message.clone(),
        help: diagnostic.help.clone(),
        file: diagnostic.place.file.clone(),
        line: (diagnostic.place.line > 0).then_some(diagnostic.place.line),
    }
}

/// The name of a severity.
pub fn severity(severity: crate::diagnostic::Severity) -> &'static str {
    match severity {
        crate::diagnostic::Severity::Error => "error",
        crate::diagnostic::Severity::Warning => "warning",
        crate::diagnostic::Severity::Note => "note",
    }
}
