//! A record's page: everything the site knows of one decision.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;
use serde::Serialize;

use super::parts::*;
use super::people::ROLES;
use super::quote::{self, Quote};
use super::*;
use crate::catalog::Catalog;
use crate::diagnostic::Diagnostic;
use crate::markdown::{self, Heading, Href, HrefKind, HtmlOptions};
use crate::record::{Event, OriginKind, Phase, Record, Sourced, number, statement};
use crate::site::{Entry, Ix, Target};
use crate::source::SourceText;
use crate::timeline;

/// A record's page.
#[derive(Debug, Clone, Serialize)]
pub struct RecordView {
    /// The record itself; its fields stand directly here: `record.title`, `record.state`.
    #[serde(flatten)]
    pub link: RecordLink,
    /// Its collection.
    pub collection: CollectionLink,
    /// One paragraph of plain text.
    pub summary: Option<String>,
    /// Id of the heading that the title was read from, for the page's `h1`: links in the text lead to it.
    pub title_id: Option<String>,
    /// Where it stands.
    pub status: StatusView,
    /// Front matter `draft: true`.
    pub draft: bool,
    /// Chains to the records that stand in its place today; empty where nothing supersedes it.
    pub superseded: Vec<Succession>,
    /// Records that supersede it in part, or will once they are decided.
    pub limits: Vec<LimitView>,
    /// Where a record that has moved is kept now: the link of its status, else the first one of its text.
    pub moved_to: Option<WebLinkView>,
    /// Its review window, while it is open.
    pub window: Option<Due>,
    /// When it is due for another look, while it is in force.
    pub review: Option<Due>,
    /// What should force another look.
    pub revisit: Vec<String>,
    /// People by their part.
    pub people: Vec<PeopleRow>,
    /// Dates, in the order of a decision's life.
    pub dates: Vec<DateRow>,
    /// Tags by facet.
    pub tags: Vec<FacetRow>,
    /// Discussion, tracking and implementation links.
    pub links: Vec<LinkRow>,
    /// Metadata that nothing else here holds.
    pub extra: Vec<ExtraRow>,
    /// Values of which no row shows every word, as written.
    pub written: Vec<Quote>,
    /// Headings of the body.
    pub toc: Vec<TocEntry>,
    /// The body: sanitised HTML, write it with `{{ record.body | safe }}`. Its headings start at `h2`.
    pub body: String,
    /// The options compared.
    pub options: Vec<OptionView>,
    /// Relations by kind, both ways.
    pub relations: Vec<RelationGroup>,
    /// Records that cite this one.
    pub referenced_by: Vec<ReferenceView>,
    /// Its timeline, oldest first.
    pub events: Vec<EventView>,
    /// The record before it in the collection.
    pub previous: Option<RecordLink>,
    /// The record after it.
    pub next: Option<RecordLink>,
    /// Where it is kept.
    pub source: SourceView,
    /// The same as markdown with its resolved status on top.
    pub markdown: String,
    /// What is wrong with it.
    pub diagnostics: Vec<DiagnosticView>,
    /// How many more there are: a list of thousands helps nobody.
    pub diagnostics_more: usize,
    /// Words of prose.
    pub words: usize,
    /// Minutes to read it, at least 1.
    pub minutes: usize,
}

/// Where a decision stands.
#[derive(Debug, Clone, Serialize)]
pub struct StatusView {
    /// Canonical state: `accepted`.
    pub state: &'static str,
    /// Its phase: `in-force`.
    pub phase: &'static str,
    /// In the author's words; the state's name where nothing was written.
    pub label: String,
    /// What followed the word: a version, date or reason.
    pub note: Option<String>,
    /// True where it is not written but inferred.
    pub inferred: bool,
    /// Where it was read: `front matter, line 3`; for an inferred one, from what.
    pub origin: String,
    /// Since when it is in this state, where the timeline knows.
    pub since: Option<String>,
    /// The same with what is known of that day.
    pub since_day: Option<StatusDay>,
    /// Since when it is in force, where `since` is unknown, or approximate and later.
    pub in_force_since: Option<StatusDay>,
    /// For a record that is retired, closed or moved: the day on which it came to that.
    pub ended: Option<StatusDay>,
    /// The page of all records in this state.
    pub path: String,
    /// Values of which this does not show every word, as written.
    pub written: Vec<Quote>,
}

/// A day in a record's status.
#[derive(Debug, Clone, Serialize)]
pub struct StatusDay {
    /// The day.
    pub date: String,
    /// It is approximate.
    pub approximate: bool,
    /// The commit that recorded the status, where the day is approximate.
    pub commit: Option<WebLinkView>,
}

/// What stands in the place of a superseded record.
#[derive(Debug, Clone, Serialize)]
pub struct Succession {
    /// The record at the end of the chain: nothing supersedes it.
    pub head: RecordLink,
    /// The records between, in order, neither end included.
    pub through: Vec<RecordLink>,
    /// True where only the successor says so and this record does not name it.
    pub one_sided: bool,
}

/// A supersession that has not retired the record.
#[derive(Debug, Clone, Serialize)]
pub struct LimitView {
    /// The other record.
    pub link: RecordLink,
    /// What it supersedes, in the author's words; `None` where it is the whole record.
    pub scope: Option<String>,
    /// It takes effect later, if at all.
    pub pending: bool,
}

/// The people with one part in the decision.
#[derive(Debug, Clone, Serialize)]
pub struct PeopleRow {
    /// `author`, `decider`, `reviewer`, `consulted`, `informed`.
    pub role: &'static str,
    /// `Author`, `Authors`.
    pub title: String,
    /// Who.
    pub people: Vec<PersonLink>,
    /// True where the record gives their account names, too.
    pub handles: bool,
    /// Values of which the people do not show every word, as written.
    pub written: Vec<Quote>,
}

/// A date.
#[derive(Debug, Clone, Serialize)]
pub struct DateRow {
    /// `created`, `updated`, `decided`, `comment-by`, `review-by`, `committed`, or the author's own name for it.
    pub key: String,
    /// `Created`.
    pub title: String,
    /// The day.
    pub date: String,
    /// Where it was read.
    pub origin: String,
    /// The value as written, where it says more than the day.
    pub written: Vec<Quote>,
}

/// The tags of one facet.
#[derive(Debug, Clone, Serialize)]
pub struct FacetRow {
    /// `tags`, `area`, `category`.
    pub facet: String,
    /// `Tags`.
    pub title: String,
    /// Its tags.
    pub tags: Vec<TagLink>,
    /// Values of which the tags do not show every word, as written.
    pub written: Vec<Quote>,
}

/// Links of one kind.
#[derive(Debug, Clone, Serialize)]
pub struct LinkRow {
    /// `discussion`, `tracking`, `implementation`.
    pub kind: &'static str,
    /// `Discussion`.
    pub title: &'static str,
    /// The links.
    pub links: Vec<WebLinkView>,
    /// Values that say more than their links, as written; their links stand in them.
    pub written: Vec<Quote>,
}

/// A line of metadata without a field of its own.
#[derive(Debug, Clone, Serialize)]
pub struct ExtraRow {
    /// As written.
    pub key: String,
    /// As written; without mail addresses where the site does not publish them.
    pub value: String,
    /// Where it leads, when the whole value is a web address.
    pub href: Option<String>,
    /// The value with its links; empty where `value` is all there is.
    pub written: Vec<WebLinkView>,
}

/// A heading in the table of contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TocEntry {
    /// Plain text.
    pub title: String,
    /// Id of the heading: link to `#{{ entry.id }}`.
    pub id: String,
    /// Headings one level below; deeper ones are left out.
    pub children: Vec<TocEntry>,
}

/// One of the options compared.
#[derive(Debug, Clone, Serialize)]
pub struct OptionView {
    /// Its name.
    pub name: String,
    /// The one chosen.
    pub chosen: bool,
    /// Arguments for it.
    pub good: Vec<String>,
    /// Arguments that weigh neither way.
    pub neutral: Vec<String>,
    /// Arguments against it.
    pub bad: Vec<String>,
}

/// Relations of one kind.
#[derive(Debug, Clone, Serialize)]
pub struct RelationGroup {
    /// `supersedes`.
    pub kind: String,
    /// `Supersedes`.
    pub title: String,
    /// The other ends.
    pub records: Vec<RelationRow>,
    /// Other ends that are no records of this site.
    pub elsewhere: Vec<WebLinkView>,
}

/// The other end of a relation.
#[derive(Debug, Clone, Serialize)]
pub struct RelationRow {
    /// The record; its fields stand directly here.
    #[serde(flatten)]
    pub link: RecordLink,
    /// True where only the other end says so.
    pub derived: bool,
    /// What the relation is limited to, in the author's words.
    pub scope: Option<String>,
    /// It takes effect later, if at all.
    pub pending: bool,
}

/// A record that cites this one.
#[derive(Debug, Clone, Serialize)]
pub struct ReferenceView {
    /// The citing record; its fields stand directly here.
    #[serde(flatten)]
    pub link: RecordLink,
    /// The citing sentences, plain text.
    pub sentences: Vec<String>,
    /// Id of the heading it stands under, in the citing record.
    pub anchor: Option<String>,
}

/// Where a record is kept.
#[derive(Debug, Clone, Serialize)]
pub struct SourceView {
    /// Path in the repository folder that was built.
    pub file: String,
    /// Its source on the web.
    pub source: Option<String>,
    /// Where to edit it.
    pub edit: Option<String>,
    /// Its history on the web.
    pub history: Option<String>,
}

/// Words a minute, for technical prose.
const READING_SPEED: usize = 200;

/// Problems that a record's page lists.
const PROBLEMS: usize = 50;

/// Relations that are shown first, in this order; the others follow by name.
const FIRST_RELATIONS: [&str; 4] = ["superseded-by", "supersedes", "amended-by", "amends"];

/// A record's page with its body, and what could not be drawn in it. `text` is the record's file.
pub fn record(catalog: &Catalog, ix: Ix, text: Option<&SourceText>) -> (RecordView, Vec<Diagnostic>) {
    let site = &catalog.site;
    let entry = &site.entries[ix];
    let record = &entry.record;
    let root = root_of(&entry.address);
    let body = text.map(|text| body(catalog, entry, text, &root)).unwrap_or_default();
    let events = timeline::told(&entry.events);
    let since = events
        .iter()
        .rev()
        .take_while(|event| event.to.is_none_or(|state| state == record.status.state))
        .filter(|event| event.to.is_some())
        .last();
    let phase = record.status.state.phase();
    let dates = &record.dates;
    let due_in = |wanted: Phase, date: &Option<Sourced<jiff::civil::Date>>| {
        date.as_ref().filter(|_| phase == wanted).map(|date| due(catalog, date.value))
    };
    let (previous, next) = site.neighbours(ix);
    let diagnostics = entry.diagnostics.iter().chain(&body.diagnostics);

    let mut view = RecordView {
        link: record_link(catalog, ix),
        collection: collection_link(catalog, entry.collection),
        summary: record.summary.as_ref().map(|summary| summary.value.clone()),
        title_id: text.and_then(|text| title_headings(record, text).last()).map(|heading| heading.id.clone()),
        status: StatusView {
            state: record.status.state.name(),
            phase: phase.name(),
            label: label(&record.status),
            note: record.status.note.clone(),
            inferred: record.status.inferred,
            origin: origin_words(&record.status.from),
            since: since.map(|event| event.date.to_string()),
            since_day: since.map(|event| day_of_event(catalog, event)),
            in_force_since: in_force_since(catalog, entry, since),
            ended: ended(catalog, entry, &events, since),
            path: state_path(record.status.state),
            written: Vec::new(),
        },
        draft: record.draft,
        superseded: entry
            .superseded_by
            .iter()
            .filter_map(|chain| succession(catalog, entry, chain))
            .collect(),
        limits: limits(catalog, entry),
        moved_to: text
            .filter(|_| phase == Phase::Elsewhere)
            .and_then(|text| moved_to(catalog, entry, text, &root)),
        window: due_in(Phase::Open, &dates.comment_by),
        review: due_in(Phase::InForce, &dates.review_by),
        revisit: record.revisit.clone(),
        people: people_rows(catalog, record),
        dates: date_rows(entry),
        tags: record
            .tags
            .iter()
            .map(|(facet, tags)| FacetRow {
                facet: facet.clone(),
                title: title_case(facet),
                tags: tag_links(catalog, facet, tags),
                written: Vec::new(),
            })
            .filter(|row| !row.tags.is_empty())
            .collect(),
        links: link_rows(record),
        extra: record
            .extra
            .iter()
            .map(|(key, value)| (key, without_mail(catalog, value)))
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| ExtraRow { key: key.clone(), href: web(&value), value, written: Vec::new() })
            .collect(),
        written: Vec::new(),
        toc: toc(&body.toc),
        body: body.html,
        options: record
            .options
            .iter()
            .map(|choice| OptionView {
                name: choice.name.clone(),
                chosen: choice.chosen,
                good: choice.good.clone(),
                neutral: choice.neutral.clone(),
                bad: choice.bad.clone(),
            })
            .collect(),
        relations: relation_groups(catalog, entry),
        referenced_by: references(catalog, entry),
        events: events.iter().map(|event| event_view(catalog, event)).collect(),
        previous: previous.map(|ix| record_link(catalog, ix)),
        next: next.map(|ix| record_link(catalog, ix)),
        source: source(catalog, &record.source),
        markdown: url_path(&twin_path(&entry.address)),
        diagnostics_more: diagnostics.clone().count().saturating_sub(PROBLEMS),
        diagnostics: diagnostics.take(PROBLEMS).map(diagnostic_view).collect(),
        words: record.scan.words,
        minutes: record.scan.words.div_ceil(READING_SPEED).max(1),
    };
    quote::add(catalog, entry, text, &root, &mut view);
    (view, body.diagnostics)
}

fn day_of_event(catalog: &Catalog, event: &Event) -> StatusDay {
    let commit = event.commit.as_deref().filter(|_| event.inferred.is_some());
    StatusDay {
        date: event.date.to_string(),
        approximate: event.inferred.is_some(),
        commit: commit.map(|commit| WebLinkView {
            label: commit.get(..8).unwrap_or(commit).to_owned(),
            href: catalog.site.web_commit(commit),
        }),
    }
}

fn in_force_since(catalog: &Catalog, entry: &Entry, since: Option<&Event>) -> Option<StatusDay> {
    let own = entry.in_force.last().filter(|own| own.to.is_none() && own.from <= catalog.site.today)?;
    let commit = match since {
        None => None,
        Some(event) if event.inferred.is_some() && own.from < event.date => {
            day_of_event(catalog, event).commit
        }
        Some(_) => return None,
    };
    Some(StatusDay { date: own.from.to_string(), approximate: own.inferred, commit })
}

/// When a record that no longer holds, or never did, came to that. For one that was in force it is the end of its
/// last interval, as on the timeline; a superseded one without a date of its own ended when the other one began.
fn ended(catalog: &Catalog, entry: &Entry, told: &[Event], since: Option<&Event>) -> Option<StatusDay> {
    let phase = entry.record.status.state.phase();
    let by = entry.superseded_by.iter().filter_map(|chain| chain.first());
    let by = by.filter_map(|by| catalog.site.entries[*by].in_force.first());
    let by = by.min_by_key(|own| (own.from, own.inferred));
    let day = |date: Date, approximate: bool| StatusDay { date: date.to_string(), approximate, commit: None };
    let written = since.map(|event| day_of_event(catalog, event));
    let last = entry.in_force.last().and_then(|own| {
        let to = own.to?;
        let event = told
            .iter()
            .find(|event| event.date == to && event.to.is_some_and(|state| state.phase() != Phase::InForce));
        Some(match (event, by) {
            (Some(event), _) => day_of_event(catalog, event),
            (None, Some(by)) if by.from == to => day(to, by.inferred),
            _ => day(to, own.inferred),
        })
    });
    let by = by.map(|own| day(own.from, own.inferred));
    match phase {
        Phase::Closed => written,
        Phase::Retired | Phase::Elsewhere => last.or(written).or(by),
        Phase::InForce | Phase::Open | Phase::Unknown => last.or(by),
    }
}

/// Where a record that has moved is kept now, by the first link that leads out of it: of the status, else of the
/// text below the metadata.
fn moved_to(catalog: &Catalog, entry: &Entry, text: &SourceText, root: &str) -> Option<WebLinkView> {
    let record = &entry.record;
    let status = &record.status;
    let written = [Some(&status.label), status.note.as_ref()].into_iter().flatten();
    let mut words = written.flat_map(|words| words.split_whitespace());
    if let Some(href) = words.find_map(|word| web(word.trim_matches(['<', '>', '(', ')', ',', '.']))) {
        return Some(WebLinkView { label: href.clone(), href: Some(href) });
    }
    let links = record.scan.links.iter().filter(|link| !link.image);
    let links = links.map(|link| (link.span.start, link.text.as_str()));
    let mentions =
        record.scan.mentions.iter().map(|mention| {
            (mention.span.start, text.text.get(mention.span.clone()).unwrap_or(&mention.target))
        });
    let mut places: Vec<(usize, &str)> = links.chain(mentions).collect();
    let is_metadata = |at: usize| record.preamble.as_ref().is_some_and(|span| span.contains(&at));
    let in_body = status.from.kind != OriginKind::FrontMatter && status.from.kind != OriginKind::Sidecar;
    let of_status = |at: usize| in_body && status.from.line == Some(text.line(at));
    places.retain(|(at, _)| of_status(*at) || !is_metadata(*at));
    places.sort_by_key(|(at, _)| (!of_status(*at), *at));
    places.into_iter().find_map(|(at, label)| {
        let target = entry.targets.get(&at).filter(|target| !matches!(target, Target::Anchor(_)))?;
        let href = href(catalog, root, target).filter(|href| href.kind != HrefKind::Broken)?;
        let label = if label.is_empty() { href.url.clone() } else { label.to_owned() };
        Some(WebLinkView { label, href: Some(href.url) })
    })
}

/// Address of a record's markdown: `rfc/0012.html` → `rfc/0012.md`.
pub fn twin_path(address: &str) -> String {
    format!("{}.md", address.strip_suffix(".html").unwrap_or(address))
}

/// The relative way from a page to the site's root: `../` for each folder it lies in.
pub fn root_of(path: &str) -> String {
    "../".repeat(path.matches('/').count())
}

/// Where a file of the repository is on the web.
pub fn source(catalog: &Catalog, file: &str) -> SourceView {
    let site = &catalog.site;
    SourceView {
        source: site.web_source(file),
        edit: site.web_edit(file),
        history: site.web_history(file),
        file: file.to_owned(),
    }
}

/// The address of a link's target, seen from a page whose way to the root is `root`.
pub fn href(catalog: &Catalog, root: &str, target: &Target) -> Option<Href> {
    let plain = |kind, url: String| Some(Href { url, kind, title: None });
    let dead = |why: String| Some(Href { url: String::new(), kind: HrefKind::Broken, title: Some(why) });
    match target {
        Target::Record(ix, anchor) => {
            let link = record_link(catalog, *ix);
            let anchor = anchor.as_deref().map(|anchor| format!("#{anchor}")).unwrap_or_default();
            Some(Href {
                url: format!("{root}{}{anchor}", link.path),
                kind: HrefKind::Record(catalog.site.entries[*ix].record.status.state),
                title: Some(format!("{} ({})", page::titled(&link), link.label)),
            })
        }
        Target::Anchor(anchor) => plain(HrefKind::Site, format!("#{anchor}")),
        Target::Asset(path) | Target::Page(path) => {
            plain(HrefKind::Site, format!("{root}{}", url_path(path)))
        }
        Target::Web(url) => plain(HrefKind::External, url.clone()),
        Target::Unpublished(path) => dead(format!("{path} is not part of this site")),
        Target::Broken => dead("Nothing is at this address".to_owned()),
    }
}

fn body(catalog: &Catalog, entry: &Entry, text: &SourceText, root: &str) -> markdown::Body {
    let record = &entry.record;
    let leave_out = left_out(record, text);
    let target = |at: usize| entry.targets.get(&at).and_then(|target| href(catalog, root, target));
    let options = HtmlOptions {
        leave_out: &leave_out,
        trusted_html: catalog.site.config.site.trusted_html,
        top_level: Some(2),
    };
    markdown::to_html(text, record.body_start, &record.scan, &target, options)
}

/// What a record's page shows above its body instead of in it: the title and the metadata.
pub fn left_out(record: &Record, text: &SourceText) -> Vec<Range<usize>> {
    let title = title_headings(record, text).iter().map(|heading| heading.span.clone());
    title.chain(record.left_out.iter().cloned()).collect()
}

/// The headings that the page shows as its title: a first one that the title was read from, with the number
/// above it, or, where the title comes from the metadata, one that only repeats it. Below other headings it is
/// a part of the text.
pub(super) fn title_headings<'a>(record: &'a Record, text: &SourceText) -> &'a [Heading] {
    let headings = &record.scan.headings;
    let Some(first) = headings.first() else { return &[] };
    let is_title = match record.title.from.kind {
        OriginKind::Heading => {
            let own = |heading: &Heading| record.title.from.line == Some(text.line(heading.span.start));
            if let [number, title, ..] = headings.as_slice()
                && number::stands_alone(&number.text)
                && own(title)
            {
                return &headings[..2];
            }
            own(first)
        }
        _ => {
            let plain = |text: &str| {
                text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>()
            };
            first.level == 1 && plain(&first.text).ends_with(&plain(&record.title.value))
        }
    };
    &headings[..usize::from(is_title)]
}

fn toc(entries: &[markdown::TocEntry]) -> Vec<TocEntry> {
    // A body under one top heading of its own has its sections one level down.
    if let [only] = entries
        && !only.children.is_empty()
    {
        return toc(&only.children);
    }
    let leaf = |entry: &markdown::TocEntry, children| TocEntry {
        title: entry.text.clone(),
        id: entry.id.clone(),
        children,
    };
    entries
        .iter()
        .map(|entry| leaf(entry, entry.children.iter().map(|child| leaf(child, Vec::new())).collect()))
        .collect()
}

fn succession(catalog: &Catalog, entry: &Entry, chain: &[Ix]) -> Option<Succession> {
    let (head, through) = chain.split_last()?;
    let first = chain.first()?;
    let names_it = |relation: &crate::site::Relation| {
        relation.kind == "superseded-by" && relation.target == *first && !relation.derived
    };
    Some(Succession {
        head: record_link(catalog, *head),
        through: through.iter().map(|ix| record_link(catalog, *ix)).collect(),
        one_sided: !entry.relations.iter().any(names_it),
    })
}

/// Partial and pending supersessions of a record that is not retired.
fn limits(catalog: &Catalog, entry: &Entry) -> Vec<LimitView> {
    if matches!(entry.record.status.state.phase(), Phase::Retired | Phase::Closed) {
        return Vec::new();
    }
    let limit = |relation: &crate::site::Relation| {
        let phase = catalog.site.entries[relation.target].record.status.state.phase();
        let pending = relation.pending || phase == Phase::Open;
        let tells = relation.kind == "superseded-by"
            && (pending || relation.scope.is_some())
            && phase != Phase::Closed;
        tells.then(|| LimitView {
            link: record_link(catalog, relation.target),
            scope: relation.scope.clone().filter(|scope| !statement::is_vague(scope)),
            pending,
        })
    };
    let limits = entry.relations.iter().filter_map(limit);
    limits
        .filter(|limit| {
            !entry.superseded_by.iter().flatten().any(|ix| record_link(catalog, *ix).path == limit.link.path)
        })
        .collect()
}

fn people_rows(catalog: &Catalog, record: &Record) -> Vec<PeopleRow> {
    let rows = ROLES.iter().filter_map(|(role, name, _, [one, many])| {
        let mut people: Vec<PersonLink> = Vec::new();
        for person in record.people.get(role)? {
            let Some(somebody) = catalog.person(person) else { continue };
            let mut link = person_link(catalog, somebody);
            // Under the name that this record uses.
            if let Some(name) = person.name.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
                link.name = name.to_owned();
            }
            link.handle.clone_from(&person.handle);
            if !people.contains(&link) {
                people.push(link);
            }
        }
        let title = if people.len() == 1 { one } else { many };
        (!people.is_empty()).then(|| PeopleRow {
            role: name,
            title: (*title).to_owned(),
            people,
            handles: false,
            written: Vec::new(),
        })
    });
    rows.collect()
}

fn date_rows(entry: &Entry) -> Vec<DateRow> {
    let dates = &entry.record.dates;
    let named = [
        ("created", &dates.created),
        ("decided", &dates.decided),
        ("updated", &dates.updated),
        ("comment-by", &dates.comment_by),
        ("review-by", &dates.review_by),
    ];
    let named = named.into_iter().filter_map(|(key, date)| Some((key, date.as_ref()?)));
    let other = dates.other.iter().map(|(key, date)| (key.as_str(), date));
    let mut rows: Vec<DateRow> = named
        .chain(other)
        .map(|(key, date)| DateRow {
            key: key.to_owned(),
            title: title_case(key),
            date: date.value.to_string(),
            origin: origin_words(&date.from),
            written: Vec::new(),
        })
        .collect();
    if let (true, Some((first, _))) = (rows.is_empty(), entry.committed) {
        rows.push(DateRow {
            key: "committed".to_owned(),
            title: "First commit".to_owned(),
            date: first.to_string(),
            origin: "git history".to_owned(),
            written: Vec::new(),
        });
    }
    rows
}

fn link_rows(record: &Record) -> Vec<LinkRow> {
    let kinds = [
        ("discussion", "Discussion", &record.discussion),
        ("tracking", "Tracking", &record.tracking),
        ("implementation", "Implementation", &record.implementation),
    ];
    kinds
        .into_iter()
        .filter(|(_, _, links)| !links.is_empty())
        .map(|(kind, title, links)| LinkRow {
            kind,
            title,
            links: links
                .iter()
                .map(|link| WebLinkView {
                    label: link.label.clone(),
                    href: link.url.as_deref().and_then(web),
                })
                .collect(),
            written: Vec::new(),
        })
        .collect()
}

fn relation_groups(catalog: &Catalog, entry: &Entry) -> Vec<RelationGroup> {
    let mut groups: BTreeMap<(usize, &str), RelationGroup> = BTreeMap::new();
    let key = |kind| {
        let rank = FIRST_RELATIONS.iter().position(|first| *first == kind);
        (rank.unwrap_or(FIRST_RELATIONS.len()), kind)
    };
    let group = |kind: &str| RelationGroup {
        kind: kind.to_owned(),
        title: title_case(kind),
        records: Vec::new(),
        elsewhere: Vec::new(),
    };
    for relation in entry.relations.iter() {
        let kind = relation.kind.as_str();
        let row = RelationRow {
            link: record_link(catalog, relation.target),
            derived: relation.derived,
            scope: relation.scope.clone(),
            pending: relation.pending,
        };
        groups.entry(key(kind)).or_insert_with(|| group(kind)).records.push(row);
    }
    for relation in &entry.elsewhere {
        let kind = relation.kind.as_str();
        let link = WebLinkView { label: relation.label.clone(), href: relation.url.as_deref().and_then(web) };
        groups.entry(key(kind)).or_insert_with(|| group(kind)).elsewhere.push(link);
    }
    groups.into_values().collect()
}

/// One entry for each citing record; a sentence that cites twice stands once.
fn references(catalog: &Catalog, entry: &Entry) -> Vec<ReferenceView> {
    let mut citing: BTreeMap<Ix, (Vec<String>, Option<String>)> = BTreeMap::new();
    for backlink in entry.referenced_by.iter() {
        let (sentences, anchor) = citing.entry(backlink.from).or_default();
        if anchor.is_none() {
            anchor.clone_from(&backlink.anchor);
        }
        if !backlink.sentence.is_empty() && !sentences.contains(&backlink.sentence) {
            sentences.push(backlink.sentence.clone());
        }
    }
    citing
        .into_iter()
        .map(|(ix, (sentences, anchor))| ReferenceView { link: record_link(catalog, ix), sentences, anchor })
        .collect()
}
