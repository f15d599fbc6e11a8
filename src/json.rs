//! `records.json`: what other programs may build on. These structs are the contract, and so is the JSON
//! Schema derived from them; a field may be added, none may change its meaning without a new
//! [`VERSION`]. `annals list`, `show` and `timeline --json` speak the same language.
//!
//! Paths are relative to the root, URLs relative to the site, dates `YYYY-MM-DD`, unknown is `null`.
//! Nothing of the machine that built the site is in here, and no mail address unless the site asks for it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Severity};
use crate::record::{
    Choice, Event, EventSource, OriginKind, Person, Phase, Role, Sourced, State, Status, WebLink,
};
use crate::site::{Entry, Site, forge};
use crate::timeline::Interval;

/// Raised when a field changes its meaning.
pub const VERSION: u32 = 1;

/// A calendar day, `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy)]
pub struct Day(pub Date);

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl JsonSchema for Day {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }
}

/// All records of a site.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "records.json")]
pub struct RecordsJson<'a> {
    /// Version of this format.
    pub version: u32,
    /// The site as a whole.
    pub site: SiteJson<'a>,
    /// Every published record, by collection, then by number.
    pub records: Vec<RecordJson<'a>>,
}

/// The site as a whole.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Site")]
pub struct SiteJson<'a> {
    /// Its title.
    pub title: Option<&'a str>,
    /// One sentence about it.
    pub description: Option<&'a str>,
    /// Its absolute address, with a `/` at the end; what every `url` is relative to.
    pub base_url: Option<&'a str>,
    /// Web address of the repository.
    pub repository: Option<&'a str>,
    /// The day the site speaks of.
    pub date: Day,
    /// Name and version of what wrote this.
    pub generator: &'static str,
    /// The series of records.
    pub collections: Vec<CollectionJson<'a>>,
}

/// A series of records with its own numbering.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Collection")]
pub struct CollectionJson<'a> {
    /// `collection` of its records: `rfc`.
    pub key: &'a str,
    /// `RFCs`.
    pub title: &'a str,
    /// What people write before a number: `RFC`.
    pub prefix: Option<&'a str>,
    /// Folder, relative to the root; empty for the root itself.
    pub path: &'a str,
    /// How many records it has.
    pub records: usize,
}

/// A decision record.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Record")]
pub struct RecordJson<'a> {
    /// Unique in the site: `rfc-12`.
    pub id: &'a str,
    /// Key of its collection.
    pub collection: &'a str,
    /// As the source writes it: `0012`, `046-01`.
    pub number: Option<&'a str>,
    /// Plain text.
    pub title: &'a str,
    /// Its page, relative to the site, percent-encoded.
    pub url: String,
    /// Its markdown file, relative to the root.
    pub source: &'a str,
    /// Where the decision stands.
    pub status: StatusJson<'a>,
    /// What the record says about when.
    pub dates: DatesJson<'a>,
    /// Days of the first and the last commit.
    pub committed: Option<CommittedJson>,
    /// Who wrote it.
    pub authors: Vec<PersonJson<'a>>,
    /// Who decides.
    pub deciders: Vec<PersonJson<'a>>,
    /// Who reviews or approves.
    pub reviewers: Vec<PersonJson<'a>>,
    /// Who was asked.
    pub consulted: Vec<PersonJson<'a>>,
    /// Who was told.
    pub informed: Vec<PersonJson<'a>>,
    /// All words to find it by, of every facet.
    pub tags: Vec<&'a str>,
    /// The same words by facet: `tags`, `area`, `type`.
    pub facets: &'a BTreeMap<String, Vec<String>>,
    /// Relations to other records, both ways.
    pub relations: Vec<RelationJson<'a>>,
    /// Ids of what is in force in its place: the ends of the chain of records that supersede it.
    pub superseded_by_now: Vec<&'a str>,
    /// Which records cite it.
    pub referenced_by: Vec<BacklinkJson<'a>>,
    /// What happened to it, oldest first.
    pub events: Vec<EventJson<'a>>,
    /// When it was in force.
    pub in_force: Vec<IntervalJson>,
    /// One paragraph of plain text.
    pub summary: Option<&'a str>,
    /// Where it was talked about.
    pub discussion: Vec<LinkJson<'a>>,
    /// Issues that follow the work.
    pub tracking: Vec<LinkJson<'a>>,
    /// Where it was carried out.
    pub implementation: Vec<LinkJson<'a>>,
    /// The options that were compared.
    pub options: Vec<OptionJson<'a>>,
    /// What should force another look.
    pub revisit: &'a [String],
    /// What is wrong with it.
    pub diagnostics: Vec<RecordDiagnosticJson<'a>>,
}

/// Where a decision stands.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Status")]
pub struct StatusJson<'a> {
    /// One of twelve words.
    pub state: State,
    /// What the author wrote; empty where nothing was.
    pub label: &'a str,
    /// The phase of the state.
    pub phase: Phase,
    /// What follows the word: a version, a date, a reason.
    pub note: Option<&'a str>,
    /// Where it was read.
    pub from: FromJson<'a>,
    /// No status is written: the state comes from a folder, the configuration or a convention.
    pub inferred: bool,
}

/// Where a value was read.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "From")]
pub struct FromJson<'a> {
    /// Kind of place.
    pub kind: OriginKind,
    /// Line in the record's file, or its sidecar, from 1.
    pub line: Option<u32>,
    /// The key or heading it stood under.
    pub key: &'a str,
}

/// What a record says about when.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Dates")]
pub struct DatesJson<'a> {
    /// Written or proposed.
    pub created: Option<Day>,
    /// Last changed.
    pub updated: Option<Day>,
    /// Decided.
    pub decided: Option<Day>,
    /// The review window closes.
    pub comment_by: Option<Day>,
    /// Due for another look.
    pub review_by: Option<Day>,
    /// Any other milestone by the author's name for it.
    pub other: BTreeMap<&'a str, Day>,
}

/// Days of the first and the last commit.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Committed")]
pub struct CommittedJson {
    /// The commit that added it.
    pub first: Day,
    /// The last one that touched it.
    pub last: Day,
}

/// A person; at least one field is not null.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Person")]
pub struct PersonJson<'a> {
    /// `Grace Hopper`.
    pub name: Option<&'a str>,
    /// Account name without `@`.
    pub handle: Option<&'a str>,
    /// A home page.
    pub url: Option<&'a str>,
    /// Only where the site publishes mail addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<&'a str>,
}

/// A relation to another record.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Relation")]
pub struct RelationJson<'a> {
    /// `supersedes`, `superseded-by`, `amends`, `amended-by`, `requires`, `required-by`, `extends`,
    /// `extended-by`, `relates-to`, or a kind of the collection's own.
    pub kind: &'a str,
    /// Id of the other record.
    pub target: &'a str,
    /// Only the other end says so.
    pub derived: bool,
    /// What the relation is limited to, in the author's words; `null` where it is the whole record.
    pub scope: Option<&'a str>,
    /// It takes effect later, if at all ("to be superseded by … once accepted").
    pub pending: bool,
}

/// A citation.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Backlink")]
pub struct BacklinkJson<'a> {
    /// Id of the citing record.
    pub id: &'a str,
    /// The citing sentence, plain text.
    pub sentence: &'a str,
    /// Id of the heading it stands under.
    pub anchor: Option<&'a str>,
}

/// Something that happened to a record.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Event")]
pub struct EventJson<'a> {
    /// The day.
    pub date: Day,
    /// State before.
    pub from: Option<State>,
    /// State after; null for a milestone that changes no state.
    pub to: Option<State>,
    /// The status as written then, or the milestone's name.
    pub label: &'a str,
    /// What tells us.
    pub source: EventSource,
    /// Line in the record's file.
    pub line: Option<u32>,
    /// Full commit id.
    pub commit: Option<&'a str>,
    /// Name of the commit's author.
    pub author: Option<&'a str>,
    /// The day is approximate: a commit shows that the status held by then, not since when.
    pub inferred: bool,
}

/// Days from `from` up to, but not including, `to`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Interval")]
pub struct IntervalJson {
    /// First day.
    pub from: Day,
    /// First day on which it no longer was; null while it still is.
    pub to: Option<Day>,
    /// On `to` the record moved elsewhere; it did not end.
    pub moved: bool,
    /// A day of it is approximate: nothing says when the decision was made, or when it ended.
    pub inferred: bool,
}

/// A link.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Link")]
pub struct LinkJson<'a> {
    /// What the author called it.
    pub label: &'a str,
    /// `http` or `https`.
    pub url: Option<&'a str>,
}

/// An option that was compared.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Option")]
pub struct OptionJson<'a> {
    /// Its name.
    pub name: &'a str,
    /// It is the one that was chosen.
    pub chosen: bool,
    /// Arguments for it.
    pub good: &'a [String],
    /// Arguments that weigh neither way.
    pub neutral: &'a [String],
    /// Arguments against it.
    pub bad: &'a [String],
}

/// A problem of a record.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "RecordDiagnostic")]
pub struct RecordDiagnosticJson<'a> {
    /// Stable name: `unknown-status`.
    pub code: &'a str,
    /// How bad it is.
    pub severity: Severity,
    /// Line in the record's file, from 1; 0 for the file as a whole.
    pub line: u32,
    /// One sentence.
    pub message: &'a str,
}

/// A problem with its place, as `--format json` writes it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Diagnostic")]
pub struct DiagnosticJson<'a> {
    /// Stable name: `unknown-status`.
    pub code: &'a str,
    /// How bad it is.
    pub severity: Severity,
    /// Path relative to the root.
    pub file: &'a str,
    /// From 1; 0 for the file as a whole.
    pub line: u32,
    /// In characters, from 1; 0 for the file as a whole.
    pub column: u32,
    /// One sentence.
    pub message: &'a str,
    /// How to mend it.
    pub help: Option<&'a str>,
}

/// The content of `records.json`, with a line end.
pub fn records(site: &Site) -> Vec<u8> {
    to_bytes(&RecordsJson {
        version: VERSION,
        site: site_json(site),
        records: site.entries.iter().map(|entry| record(site, entry)).collect(),
    })
}

/// The content of `records.schema.json`: JSON Schema 2020-12 of [`records`].
pub fn schema() -> Vec<u8> {
    to_bytes(&schemars::schema_for!(RecordsJson<'static>))
}

/// Any of this module's values as indented JSON with a line end.
pub fn to_bytes(value: &impl Serialize) -> Vec<u8> {
    // Structs of strings and numbers always serialise.
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// The site without its records.
pub fn site_json(site: &Site) -> SiteJson<'_> {
    let collections = site.collections.iter().enumerate().map(|(index, collection)| CollectionJson {
        key: &collection.key,
        title: &collection.title,
        prefix: collection.prefix.as_deref(),
        path: &collection.path,
        records: site.entries.iter().filter(|entry| entry.collection == index).count(),
    });
    let config = &site.config.site;
    SiteJson {
        title: config.title.as_deref(),
        description: config.description.as_deref(),
        base_url: config.base_url.as_deref(),
        repository: config.repository.as_deref(),
        date: Day(site.today),
        generator: concat!("annals ", env!("CARGO_PKG_VERSION")),
        collections: collections.collect(),
    }
}

/// One record.
pub fn record<'a>(site: &'a Site, entry: &'a Entry) -> RecordJson<'a> {
    let record = &entry.record;
    let id = |ix: usize| site.entries[ix].id.as_str();
    let people = |role| people(&site.config, record.people.get(&role));
    let mut tags: Vec<&str> = record.tags.values().flatten().map(String::as_str).collect();
    tags.sort_unstable();
    tags.dedup();
    let mut heads: Vec<&str> =
        entry.superseded_by.iter().filter_map(|chain| chain.last()).map(|head| id(*head)).collect();
    heads.sort_unstable();
    heads.dedup();
    RecordJson {
        id: &entry.id,
        collection: &record.collection,
        number: record.number.as_ref().map(|number| number.value.as_str()),
        title: &record.title.value,
        url: forge::encode_path(&entry.address),
        source: &record.source,
        status: status(&record.status),
        dates: dates(&record.dates),
        committed: entry.committed.map(|(first, last)| CommittedJson { first: Day(first), last: Day(last) }),
        authors: people(Role::Author),
        deciders: people(Role::Decider),
        reviewers: people(Role::Reviewer),
        consulted: people(Role::Consulted),
        informed: people(Role::Informed),
        tags,
        facets: &record.tags,
        relations: entry
            .relations
            .iter()
            .map(|relation| RelationJson {
                kind: &relation.kind,
                target: id(relation.target),
                derived: relation.derived,
                scope: relation.scope.as_deref(),
                pending: relation.pending,
            })
            .collect(),
        superseded_by_now: heads,
        referenced_by: entry
            .referenced_by
            .iter()
            .map(|link| BacklinkJson {
                id: id(link.from),
                sentence: &link.sentence,
                anchor: link.anchor.as_deref(),
            })
            .collect(),
        events: entry.events.iter().map(event).collect(),
        in_force: entry
            .in_force
            .iter()
            .map(|Interval { from, to, moved, inferred }| IntervalJson {
                from: Day(*from),
                to: to.map(Day),
                moved: *moved,
                inferred: *inferred,
            })
            .collect(),
        summary: record.summary.as_ref().map(|summary| summary.value.as_str()),
        discussion: links(&record.discussion),
        tracking: links(&record.tracking),
        implementation: links(&record.implementation),
        options: record.options.iter().map(option).collect(),
        revisit: &record.revisit,
        diagnostics: entry
            .diagnostics
            .iter()
            .map(|diagnostic| RecordDiagnosticJson {
                code: diagnostic.code,
                severity: diagnostic.severity,
                line: diagnostic.place.line,
                message: &diagnostic.message,
            })
            .collect(),
    }
}

/// One event.
pub fn event(event: &Event) -> EventJson<'_> {
    EventJson {
        date: Day(event.date),
        from: event.from,
        to: event.to,
        label: &event.label,
        source: event.source,
        line: event.line,
        commit: event.commit.as_deref(),
        author: event.author.as_deref(),
        inferred: event.inferred.is_some(),
    }
}

/// One problem with its place.
pub fn diagnostic(diagnostic: &Diagnostic) -> DiagnosticJson<'_> {
    DiagnosticJson {
        code: diagnostic.code,
        severity: diagnostic.severity,
        file: &diagnostic.place.file,
        line: diagnostic.place.line,
        column: diagnostic.place.column,
        message: &diagnostic.message,
        help: diagnostic.help.as_deref(),
    }
}

fn status(status: &Status) -> StatusJson<'_> {
    StatusJson {
        state: status.state,
        label: &status.label,
        phase: status.state.phase(),
        note: status.note.as_deref(),
        from: FromJson { kind: status.from.kind, line: status.from.line, key: &status.from.key },
        inferred: status.inferred,
    }
}

fn dates(dates: &crate::record::Dates) -> DatesJson<'_> {
    let day = |date: &Option<Sourced<Date>>| date.as_ref().map(|date| Day(date.value));
    DatesJson {
        created: day(&dates.created),
        updated: day(&dates.updated),
        decided: day(&dates.decided),
        comment_by: day(&dates.comment_by),
        review_by: day(&dates.review_by),
        other: dates.other.iter().map(|(name, date)| (name.as_str(), Day(date.value))).collect(),
    }
}

fn people<'a>(config: &Config, people: Option<&'a Vec<Person>>) -> Vec<PersonJson<'a>> {
    let shown = people.into_iter().flatten().map(|person| PersonJson {
        name: person.name.as_deref().or_else(|| person.mailbox()),
        handle: person.handle.as_deref(),
        url: person.url.as_deref(),
        mail: person.mail.as_deref().filter(|_| config.site.publish_mail),
    });
    shown
        .filter(|person| (person.name, person.handle, person.url, person.mail) != (None, None, None, None))
        .collect()
}

fn links(links: &[WebLink]) -> Vec<LinkJson<'_>> {
    links.iter().map(|link| LinkJson { label: &link.label, url: link.url.as_deref() }).collect()
}

fn option(choice: &Choice) -> OptionJson<'_> {
    OptionJson {
        name: &choice.name,
        chosen: choice.chosen,
        good: &choice.good,
        neutral: &choice.neutral,
        bad: &choice.bad,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_names_every_field_and_is_stable() {
        let schema: serde_json::Value = serde_json::from_slice(&schema()).unwrap_or_default();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["required"], serde_json::json!(["version", "site", "records"]));
        assert_eq!(schema["properties"]["records"]["items"]["$ref"], "#/$defs/Record");
        assert_eq!(schema["$defs"]["Dates"]["properties"]["created"]["format"], "date");
    }
}
