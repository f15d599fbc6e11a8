//! The theme contract: everything a template may see, as plain serde structs. A template sees nothing
//! of the domain but this; a field here is a promise to theme authors.
//!
//! Every page template gets these variables:
//!
//! | variable | type | holds |
//! |---|---|---|
//! | `site` | [`SiteView`] | the same on every page |
//! | `page` | [`PageView`] | this page: kind, title, breadcrumbs, feeds |
//! | `root` | string | relative way from this page to the site's root: empty, `../`, `../../` |
//! | one named after the page kind | e.g. [`RecordView`] as `record` | the page's own data ([`Data`]) |
//!
//! Conventions:
//! - A field called `path` is a URL path relative to the site's root, percent-encoded. Write
//!   `{{ root }}{{ x.path }}`; so the site works under any sub-path and from `file://`.
//! - A field called `href` is a complete URL (`http`, `https` or `mailto`), usable as it is.
//! - Dates are `YYYY-MM-DD` strings; `{{ d | date }}` writes `1 March 2024`, `{{ d | date(short=true) }}` `1 Mar 2024`.
//! - Absent values are `none`; lists are never absent, only empty.
//! - Only [`RecordView::body`] is HTML; everything else is text for autoescape to escape.
//!
//! This file holds no logic; the modules below fill the structs, each those of its own pages.

pub mod about;
pub mod home;
pub mod list;
pub mod page;
pub mod parts;
pub mod people;
pub mod record;
pub mod site;
#[cfg(test)]
mod tests;
pub mod timeline;

use std::collections::BTreeMap;

use serde::Serialize;

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

/// What every page has.
#[derive(Debug, Clone, Serialize)]
pub struct PageView {
    /// `home`, `collection`, `record`, `chooser`, `timeline`, `tags`, `tag`, `people`, `person`, `states`,
    /// `state`, `changes`, `about`, `not-found`.
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

/// A page's own data. The template sees the content under the variable named in each line.
#[derive(Debug, Clone)]
pub enum Data {
    /// `home`, in `home.html`.
    Home(HomeView),
    /// `collection`, in `collection.html`.
    Collection(CollectionView),
    /// `record`, in `record.html`.
    Record(Box<RecordView>),
    /// `chooser`, in `chooser.html`.
    Chooser(ChooserView),
    /// `timeline`, in `timeline.html`.
    Timeline(TimelineView),
    /// `tags`, in `tags.html`.
    Tags(TagsView),
    /// `tag`, in `tag.html`.
    Tag(TagView),
    /// `people`, in `people.html`.
    People(PeopleView),
    /// `person`, in `person.html`.
    Person(PersonView),
    /// `states`, in `states.html`.
    States(StatesView),
    /// `state`, in `state.html`.
    State(StateView),
    /// `changes`, in `changes.html`.
    Changes(ChangesView),
    /// `about`, in `about.html`.
    About(AboutView),
    /// `not_found`, in `not-found.html`.
    NotFound(NotFoundView),
}

// ---------------------------------------------------------------------------------------------------
// Parts that many pages share.

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
    /// The state's page.
    pub path: String,
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
    /// The same in words: `commit 1a2b3c4d`, `front matter, line 4`, `text, line 120`.
    pub origin: String,
    /// The commit on the web, where the repository's address is known.
    pub href: Option<String>,
    /// Author of the commit.
    pub author: Option<String>,
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

/// A bar of the activity chart. Heights are in thousandths of the tallest bar, for SVG attributes
/// (inline styles are forbidden by the content security policy).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bar {
    /// `2024`, `2024 Q1` or `2024-03`.
    pub title: String,
    /// Records that were opened (entered `draft` or `proposed`).
    pub opened: usize,
    /// Records that came into force.
    pub decided: usize,
    /// Records that were closed or retired.
    pub ended: usize,
    /// The sum.
    pub total: usize,
    /// `total` in thousandths of the largest total.
    pub height: usize,
}

// ---------------------------------------------------------------------------------------------------
// The pages.

/// The home page.
#[derive(Debug, Clone, Serialize)]
pub struct HomeView {
    /// Every collection with its counts.
    pub collections: Vec<CollectionSummary>,
    /// Open records whose review window is known, the one that closes first on top; overdue ones too.
    pub open: Vec<OpenRow>,
    /// Open records without a window, latest first, at most 12.
    pub proposed: Vec<RecordRow>,
    /// All open records that `open` and `proposed` do not show.
    pub proposed_more: usize,
    /// Page of all proposed records.
    pub proposed_path: Option<String>,
    /// Latest decisions, for or against, at most 12.
    pub decided: Vec<ChangeView>,
    /// In force with a `review_by` that is past or within 60 days, the most overdue first.
    pub review: Vec<ReviewRow>,
    /// Number of records by state, over all collections; zeros left out.
    pub states: Vec<StateCount>,
    /// Activity, oldest first; empty where no event is known.
    pub activity: Vec<Bar>,
    /// Page of all changes.
    pub changes_path: String,
    /// The timeline.
    pub timeline_path: String,
}

/// A collection on the home page.
#[derive(Debug, Clone, Serialize)]
pub struct CollectionSummary {
    /// The collection; its fields stand directly here.
    #[serde(flatten)]
    pub link: CollectionLink,
    /// Counts by state, zeros left out.
    pub states: Vec<StateCount>,
    /// Latest records by number or date, at most 5.
    pub latest: Vec<RecordRow>,
}

/// An open record with its review window.
#[derive(Debug, Clone, Serialize)]
pub struct OpenRow {
    /// The record; its fields stand directly here.
    #[serde(flatten)]
    pub row: RecordRow,
    /// The window.
    pub window: Due,
}

/// A record that is due for another look.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewRow {
    /// The record; its fields stand directly here.
    #[serde(flatten)]
    pub row: RecordRow,
    /// When the look is due.
    pub due: Due,
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

/// A collection's page (one of several where it is large).
#[derive(Debug, Clone, Serialize)]
pub struct CollectionView {
    /// The collection; its fields stand directly here.
    #[serde(flatten)]
    pub link: CollectionLink,
    /// Folder in the repository.
    pub folder: String,
    /// Counts by state over the whole collection, zeros left out.
    pub states: Vec<StateCount>,
    /// The rows of this page.
    pub rows: Vec<RecordRow>,
    /// True where any record has a number: show the column.
    pub numbered: bool,
    /// True where any row has a date, person or tag: show the column.
    pub dated: bool,
    /// See `dated`.
    pub peopled: bool,
    /// See `dated`.
    pub tagged: bool,
    /// The pages of the list.
    pub pager: Pager,
    /// Status changes of this collection.
    pub feed: FeedLink,
}

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
    /// Where it stands.
    pub status: StatusView,
    /// Front matter `draft: true`.
    pub draft: bool,
    /// Chains to the records that stand in its place today; empty where nothing supersedes it.
    pub superseded: Vec<Succession>,
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
    /// The page of all records in this state.
    pub path: String,
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

/// The people with one part in the decision.
#[derive(Debug, Clone, Serialize)]
pub struct PeopleRow {
    /// `author`, `decider`, `reviewer`, `consulted`, `informed`.
    pub role: &'static str,
    /// `Author`, `Authors`.
    pub title: String,
    /// Who.
    pub people: Vec<PersonLink>,
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
}

/// A link out of the metadata.
#[derive(Debug, Clone, Serialize)]
pub struct WebLinkView {
    /// Words to show.
    pub label: String,
    /// Where it leads; `none` where only words were written.
    pub href: Option<String>,
}

/// A line of metadata without a field of its own.
#[derive(Debug, Clone, Serialize)]
pub struct ExtraRow {
    /// As written.
    pub key: String,
    /// As written.
    pub value: String,
    /// Where it leads, when the whole value is a web address.
    pub href: Option<String>,
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

/// The page at an address that several records claim (a number used twice).
#[derive(Debug, Clone, Serialize)]
pub struct ChooserView {
    /// What they share: `RFC 12`.
    pub name: String,
    /// The records.
    pub rows: Vec<RecordRow>,
}

/// The timeline, or one year of it.
#[derive(Debug, Clone, Serialize)]
pub struct TimelineView {
    /// `none` on the overview.
    pub year: Option<i16>,
    /// First day of the axis.
    pub from: Option<String>,
    /// Last day of the axis.
    pub to: Option<String>,
    /// Marks of the axis, from left to right.
    pub ticks: Vec<Tick>,
    /// Decisions in force, oldest first, by collection. On the overview of a large site empty (see the years);
    /// on a year's page the decisions whose being in force began or ended that year.
    pub lanes: Vec<LaneGroup>,
    /// True where the lanes are those of every decision that ever was in force.
    pub complete: bool,
    /// Events: all those of the year on a year's page, latest first; the latest 30 on the overview.
    pub events: Vec<ChangeView>,
    /// Every year with its figures, oldest first.
    pub years: Vec<YearView>,
}

/// A mark on the axis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tick {
    /// `2024`, or `March`.
    pub title: String,
    /// Thousandths of the axis.
    pub x: u32,
}

/// The lanes of one collection.
#[derive(Debug, Clone, Serialize)]
pub struct LaneGroup {
    /// The collection's title.
    pub title: String,
    /// Its key.
    pub key: String,
    /// One lane each.
    pub lanes: Vec<Lane>,
}

/// A decision over time.
#[derive(Debug, Clone, Serialize)]
pub struct Lane {
    /// The record.
    pub record: RecordLink,
    /// When it was in force.
    pub spans: Vec<Span>,
}

/// A time in force. `x` and `width` are thousandths of the axis, cut to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// First day.
    pub from: String,
    /// First day on which it no longer was in force; `none` while it is.
    pub to: Option<String>,
    /// Left end.
    pub x: u32,
    /// Length, at least 1.
    pub width: u32,
}

/// A year in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct YearView {
    /// The year.
    pub year: i16,
    /// Its page.
    pub path: String,
    /// This very page.
    pub current: bool,
    /// Events in it.
    pub events: usize,
    /// Decisions that came into force.
    pub decided: usize,
    /// Decisions that ceased to be in force.
    pub ended: usize,
    /// Decisions in force on its last day (or today).
    pub in_force: usize,
    /// `in_force` in thousandths of the largest.
    pub height: usize,
}

/// The index of all tags.
#[derive(Debug, Clone, Serialize)]
pub struct TagsView {
    /// Facets with their tags.
    pub facets: Vec<FacetView>,
}

/// A facet in the index of tags.
#[derive(Debug, Clone, Serialize)]
pub struct FacetView {
    /// `tags`, `area`.
    pub facet: String,
    /// `Tags`.
    pub title: String,
    /// By name.
    pub tags: Vec<TagCount>,
}

/// A tag with its number of records.
#[derive(Debug, Clone, Serialize)]
pub struct TagCount {
    /// As most records write it.
    pub name: String,
    /// Its page.
    pub path: String,
    /// Number of records.
    pub count: usize,
}

/// The page of one tag.
#[derive(Debug, Clone, Serialize)]
pub struct TagView {
    /// As most records write it.
    pub name: String,
    /// `tags`, `area`.
    pub facet: String,
    /// `Tags`.
    pub facet_title: String,
    /// The records of this page, latest first.
    pub rows: Vec<RecordRow>,
    /// Number of records on all pages.
    pub count: usize,
    /// The pages of the list.
    pub pager: Pager,
    /// Status changes under this tag.
    pub feed: FeedLink,
}

/// The index of all people.
#[derive(Debug, Clone, Serialize)]
pub struct PeopleView {
    /// By name.
    pub people: Vec<PersonCount>,
}

/// A person with the number of records.
#[derive(Debug, Clone, Serialize)]
pub struct PersonCount {
    /// The person; fields stand directly here.
    #[serde(flatten)]
    pub link: PersonLink,
    /// Records by part: `author` → 3; zeros left out.
    pub roles: BTreeMap<&'static str, usize>,
    /// Number of different records.
    pub count: usize,
}

/// The page of one person.
#[derive(Debug, Clone, Serialize)]
pub struct PersonView {
    /// The person; fields stand directly here.
    #[serde(flatten)]
    pub link: PersonLink,
    /// Home page or profile, as a record gives it.
    pub home: Option<String>,
    /// Records by part.
    pub roles: Vec<PersonRole>,
}

/// The records in which a person has one part.
#[derive(Debug, Clone, Serialize)]
pub struct PersonRole {
    /// `author`.
    pub role: &'static str,
    /// `Author of`.
    pub title: &'static str,
    /// The records, latest first.
    pub rows: Vec<RecordRow>,
}

/// The index of states.
#[derive(Debug, Clone, Serialize)]
pub struct StatesView {
    /// The phases, each with its states.
    pub phases: Vec<PhaseView>,
}

/// A phase with its states.
#[derive(Debug, Clone, Serialize)]
pub struct PhaseView {
    /// `in-force`.
    pub phase: &'static str,
    /// `In force`.
    pub title: &'static str,
    /// What it means, one sentence.
    pub meaning: &'static str,
    /// Number of records.
    pub count: usize,
    /// Its states that any record is in.
    pub states: Vec<StateMeaning>,
}

/// A state with its meaning.
#[derive(Debug, Clone, Serialize)]
pub struct StateMeaning {
    /// The count; fields stand directly here.
    #[serde(flatten)]
    pub count: StateCount,
    /// What it means, one sentence.
    pub meaning: &'static str,
    /// The words that records use for it, most used first.
    pub labels: Vec<LabelCount>,
}

/// A status word as authors write it.
#[derive(Debug, Clone, Serialize)]
pub struct LabelCount {
    /// As written; empty where nothing was written and the state is inferred.
    pub label: String,
    /// Number of records.
    pub count: usize,
}

/// The page of one state.
#[derive(Debug, Clone, Serialize)]
pub struct StateView {
    /// `accepted`.
    pub state: &'static str,
    /// `in-force`.
    pub phase: &'static str,
    /// What it means, one sentence.
    pub meaning: &'static str,
    /// The records of this page, by collection, in its order.
    pub rows: Vec<RecordRow>,
    /// Number of records on all pages.
    pub count: usize,
    /// The pages of the list.
    pub pager: Pager,
}

/// Status changes by week.
#[derive(Debug, Clone, Serialize)]
pub struct ChangesView {
    /// The weeks of this page, latest first.
    pub weeks: Vec<WeekView>,
    /// One page per year; the first one shows the latest year.
    pub pager: Pager,
    /// The same as a feed.
    pub feed: FeedLink,
}

/// A week of changes.
#[derive(Debug, Clone, Serialize)]
pub struct WeekView {
    /// ISO 8601 week, also an anchor: `2024-W09`.
    pub week: String,
    /// Monday.
    pub from: String,
    /// Sunday.
    pub to: String,
    /// Latest first.
    pub changes: Vec<ChangeView>,
}

/// What the site was made of, and what was left out.
#[derive(Debug, Clone, Serialize)]
pub struct AboutView {
    /// Where each collection comes from.
    pub collections: Vec<SourceRow>,
    /// Markdown files that are not records, each with the reason.
    pub skipped: Vec<SkippedRow>,
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
/// base URL (`/decisions/`); where no base URL is set it is `/`.
#[derive(Debug, Clone, Serialize)]
pub struct NotFoundView {
    /// What the script looks addresses up in, one line for each record
    /// (`adr/0012.html`, tab, `ADR 0012 Draw diagrams at build time`).
    pub lookup: String,
    /// The collections, to go on without a script.
    pub collections: Vec<CollectionLink>,
}
