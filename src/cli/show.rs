//! `annals show`.

use std::io;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::table::{Cell, bold, dim, phase, plain, table};
use super::{load, put, timeline::source_words, width};
use crate::error::Error;
use crate::json::{self, RecordJson};
use crate::record::{Origin, OriginKind, Person, Sourced, Status, WebLink};
use crate::site::address::normal_number;
use crate::site::{Entry, Site};
use crate::timeline::told;

/// Shows one record: its state, people, dates, relations and history; with --explain, where each value
/// was read.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    annals show rfc-12\n  \
    annals show 12 ../decisions --explain    where each value comes from\n  \
    annals show rfc/0012-use-quic.md --json")]
pub struct Show {
    /// Id (`rfc-12`), number (`12`, `RFC 12`), name, or path below ROOT
    id: String,
    /// Folder with the records, or the repository they are in
    #[arg(default_value = ".")]
    pub(super) root: PathBuf,
    /// Where each value was read
    #[arg(long)]
    explain: bool,
    /// In the format of records.json
    #[arg(long)]
    json: bool,
}

/// `annals show --json`.
#[derive(Debug, Serialize)]
struct ShowJson<'a> {
    version: u32,
    record: RecordJson<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Option<Vec<Explained>>,
}

/// A value and where it was read.
#[derive(Debug, Serialize)]
struct Explained {
    field: String,
    value: String,
    /// `None` for what is not written in a file.
    file: Option<String>,
    line: Option<u32>,
    kind: OriginKind,
    key: String,
    inferred: bool,
}

impl Show {
    /// Prints the record.
    pub fn run(self) -> Result<u8, Error> {
        let (_, site) = load(&self.root, true)?;
        let entry = find(&site, &self.id)?;
        if self.json {
            let explain = self.explain.then(|| explain(&site, entry));
            let data = ShowJson { version: json::VERSION, record: json::record(&site, entry), explain };
            return put(&json::to_bytes(&data)).map(|()| 0);
        }
        let columns = width(&io::stdout());
        let text = match self.explain {
            true => explanation(entry, &explain(&site, entry), columns),
            false => summary(&site, entry, columns),
        };
        put(text.as_bytes())?;
        Ok(0)
    }
}

/// The record that `wanted` names. Exact ids and paths go first, then numbers with and without their
/// prefix, then names.
fn find<'a>(site: &'a Site, wanted: &str) -> Result<&'a Entry, Error> {
    let folded = wanted.trim().to_lowercase();
    let path = folded.trim_start_matches("./");
    let same_number = |entry: &Entry, number: &str| {
        let own = entry.record.number.as_ref();
        own.is_some_and(|own| normal_number(&own.value).eq_ignore_ascii_case(&normal_number(number)))
    };
    let prefixed = |entry: &&Entry| {
        let collection = &site.collections[entry.collection];
        let prefixes = [Some(collection.key.as_str()), collection.prefix.as_deref()];
        prefixes.into_iter().flatten().any(|prefix| {
            let rest = folded.strip_prefix(&prefix.to_lowercase());
            rest.is_some_and(|rest| same_number(entry, rest.trim_start_matches(['-', ' ', '_', '#'])))
        })
    };
    let rules: [&dyn Fn(&&Entry) -> bool; 4] = [
        &|entry| entry.id.to_lowercase() == folded || entry.record.source.to_lowercase() == path,
        &prefixed,
        &|entry| same_number(entry, &folded),
        &|entry| entry.record.slug.to_lowercase() == folded,
    ];
    for rule in rules {
        let matching: Vec<&Entry> = site.entries.iter().filter(rule).collect();
        match matching.as_slice() {
            [] => {}
            [one] => return Ok(one),
            several => {
                let ids: Vec<&str> = several.iter().map(|entry| entry.id.as_str()).collect();
                return Err(Error::usage_help(
                    format!("`{wanted}` could be any of {} records", several.len()),
                    format!("say which: {}", ids.join(", ")),
                ));
            }
        }
    }
    let likeness = |entry: &&Entry| {
        strsim::jaro_winkler(&entry.id, &folded).max(strsim::jaro_winkler(&entry.record.slug, &folded))
    };
    let near = site.entries.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    Err(match near.filter(|entry| likeness(entry) > 0.8) {
        Some(entry) => Error::usage_help(
            format!("there is no record `{wanted}`"),
            format!("did you mean `{}`?", entry.id),
        ),
        None => Error::usage_help(format!("there is no record `{wanted}`"), "`annals list` lists them"),
    })
}

fn summary(site: &Site, entry: &Entry, columns: usize) -> String {
    let record = &entry.record;
    let status = &record.status;
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let mut row = |name: &str, value: Cell| rows.push(vec![dim(name), value]);

    let mut state = status.state.name().to_owned();
    if let Some(label) = label(status) {
        state.push_str(&format!(" (“{label}”)"));
    }
    if let Some(note) = &status.note {
        state.push_str(&format!(", {note}"));
    }
    if status.inferred {
        state.push_str(", inferred");
    }
    row("state", phase(state, status.state.phase()));
    for chain in &entry.superseded_by {
        let steps: Vec<&str> = chain.iter().map(|ix| site.entries[*ix].id.as_str()).collect();
        row("current", plain(steps.join(" → ")));
    }
    row("source", plain(&record.source));
    for (name, date) in dates(entry) {
        row(&name, plain(date.value.to_string()));
    }
    for (role, people) in &record.people {
        let people: Vec<String> = people.iter().filter_map(person).collect();
        row(role.field(), plain(people.join(", ")));
    }
    for (facet, tags) in &record.tags {
        row(facet, plain(tags.join(", ")));
    }
    for relation in entry.relations.iter() {
        let other = &site.entries[relation.target];
        let limit = match (&relation.scope, relation.pending) {
            (Some(scope), _) => format!(" ({scope})"),
            (None, true) => " (pending)".to_owned(),
            (None, false) => String::new(),
        };
        let value = format!("{}  {}{limit}", other.id, other.record.title.value);
        row(&relation.kind.replace('-', " "), plain(value));
    }
    for link in record.discussion.iter().chain(&record.tracking).chain(&record.implementation) {
        row(&link.key.to_lowercase(), plain(link.url.as_deref().unwrap_or(&link.label)));
    }
    let mut cited: Vec<&str> =
        entry.referenced_by.iter().map(|link| site.entries[link.from].id.as_str()).collect();
    cited.dedup();
    if !cited.is_empty() {
        row("cited by", plain(cited.join(", ")));
    }

    let mut out = table(&[vec![bold(&entry.id), bold(&record.title.value)]], columns);
    out.push('\n');
    out.push_str(&table(&rows, columns));
    if let Some(summary) = &record.summary {
        out.push('\n');
        out.push_str(&table(&[vec![plain(&summary.value)]], usize::MAX / 2));
    }
    let events = told(&entry.events);
    if !events.is_empty() {
        out.push('\n');
        let rows: Vec<Vec<Cell>> = events
            .iter()
            .map(|event| {
                let what = match event.to {
                    Some(state) => phase(state.name(), state.phase()),
                    None => plain(&event.label),
                };
                let mut from = source_words(event.source).to_owned();
                if event.is_approximate() {
                    from.insert_str(0, "approximate, ");
                }
                if let Some(commit) = &event.commit {
                    from.push_str(&format!(" {}", &commit.get(..8).unwrap_or(commit)));
                }
                if let Some(author) = &event.author {
                    from.push_str(&format!(" by {author}"));
                }
                vec![dim(event.date.to_string()), what, dim(from)]
            })
            .collect();
        out.push_str(&table(&rows, columns));
    }
    if !entry.diagnostics.is_empty() {
        out.push('\n');
        for diagnostic in &entry.diagnostics {
            let place = &diagnostic.place;
            out.push_str(&table(
                &[vec![plain(format!("{}:{}", place.file, place.line)), plain(&diagnostic.message)]],
                columns,
            ));
        }
    }
    out
}

/// What the author wrote, where it is another word than the state's name.
fn label(status: &Status) -> Option<&str> {
    let label = Some(status.label.as_str()).filter(|label| !label.is_empty());
    label.filter(|label| !label.eq_ignore_ascii_case(status.state.name()))
}

fn person(person: &Person) -> Option<String> {
    match (&person.name, &person.handle) {
        (Some(name), Some(handle)) => Some(format!("{name} (@{handle})")),
        (Some(name), None) => Some(name.clone()),
        (None, Some(handle)) => Some(format!("@{handle}")),
        (None, None) => None,
    }
}

fn dates(entry: &Entry) -> Vec<(String, &Sourced<jiff::civil::Date>)> {
    let dates = &entry.record.dates;
    let named = [
        ("created", &dates.created),
        ("updated", &dates.updated),
        ("decided", &dates.decided),
        ("comment by", &dates.comment_by),
        ("review by", &dates.review_by),
    ];
    let named = named.into_iter().filter_map(|(name, date)| Some((name.to_owned(), date.as_ref()?)));
    named.chain(dates.other.iter().map(|(name, date)| (name.clone(), date))).collect()
}

/// The values that are lists, by the name under which [`crate::record::Record::origins`] has them.
fn lists(entry: &Entry) -> Vec<(String, String)> {
    let record = &entry.record;
    let links = |name: &str, links: &[WebLink]| {
        let shown: Vec<&str> = links.iter().map(|link| link.url.as_deref().unwrap_or(&link.label)).collect();
        (name.to_owned(), shown.join(", "))
    };
    let people = record.people.iter().map(|(role, people)| {
        let people: Vec<String> = people.iter().filter_map(person).collect();
        (role.field().to_owned(), people.join(", "))
    });
    let tags = record.tags.iter().map(|(facet, tags)| (facet.clone(), tags.join(", ")));
    let options: Vec<&str> = record.options.iter().map(|option| option.name.as_str()).collect();
    people
        .chain(tags)
        .chain([
            links("discussion", &record.discussion),
            links("tracking", &record.tracking),
            links("implementation", &record.implementation),
            ("options".to_owned(), options.join(", ")),
            ("revisit".to_owned(), record.revisit.join(" ")),
        ])
        .chain(record.extra.clone())
        .collect()
}

/// Every value with its origin, in the order of a page.
fn explain(site: &Site, entry: &Entry) -> Vec<Explained> {
    let record = &entry.record;
    let mut all = Vec::new();
    let mut add = |field: &str, value: String, from: &Origin, inferred: bool| {
        let file = match from.kind {
            OriginKind::Sidecar => record.sidecar.clone(),
            OriginKind::Config => Some(crate::source::CONFIG.to_owned()),
            OriginKind::Git | OriginKind::OtherRecord | OriginKind::Convention => None,
            _ => Some(record.source.clone()),
        };
        all.push(Explained {
            field: field.to_owned(),
            value,
            file,
            line: from.line,
            kind: from.kind,
            key: from.key.clone(),
            inferred,
        });
    };
    if let Some(number) = &record.number {
        add("number", number.value.clone(), &number.from, false);
    }
    add(
        "title",
        record.title.value.clone(),
        &record.title.from,
        record.title.from.kind == OriginKind::FileName,
    );
    let status = &record.status;
    let written = match label(status) {
        Some(label) => format!("{} (“{label}”)", status.state),
        None => status.state.name().to_owned(),
    };
    add("state", written, &status.from, status.inferred);
    for (name, date) in dates(entry) {
        add(&name, date.value.to_string(), &date.from, is_inferred(date.from.kind));
    }
    for (field, value) in lists(entry) {
        for from in record.origins.get(&field).into_iter().flatten() {
            add(&field, value.clone(), from, false);
        }
    }
    for relation in &record.relations {
        add(&relation.kind.replace('-', " "), relation.target.clone(), &relation.from, false);
    }
    if let Some(summary) = &record.summary {
        add("summary", summary.value.clone(), &summary.from, false);
    }
    for relation in entry.relations.iter().filter(|relation| relation.derived) {
        let other = &site.entries[relation.target];
        all.push(Explained {
            field: relation.kind.replace('-', " "),
            value: other.id.clone(),
            file: Some(other.record.source.clone()),
            line: None,
            kind: OriginKind::OtherRecord,
            key: String::new(),
            inferred: true,
        });
    }
    for event in told(&entry.events).iter().filter(|event| event.commit.is_some()) {
        let what = event.to.map_or_else(|| event.label.clone(), |state| state.to_string());
        all.push(Explained {
            field: "event".to_owned(),
            value: format!("{} {what}", event.date),
            file: None,
            line: None,
            kind: OriginKind::Git,
            key: event.commit.clone().unwrap_or_default(),
            inferred: event.inferred.is_some(),
        });
    }
    all
}

fn is_inferred(kind: OriginKind) -> bool {
    matches!(
        kind,
        OriginKind::FileName
            | OriginKind::Folder
            | OriginKind::Config
            | OriginKind::Git
            | OriginKind::Convention
    )
}

fn explanation(entry: &Entry, all: &[Explained], columns: usize) -> String {
    let mut out = table(&[vec![bold(&entry.id), bold(&entry.record.title.value)]], columns);
    out.push('\n');
    let rows: Vec<Vec<Cell>> = all
        .iter()
        .map(|one| {
            // The summary is a paragraph: its start is enough to recognise it.
            let value: String = match one.value.char_indices().nth(60) {
                Some((at, _)) => format!("{}…", one.value[..at].trim_end()),
                None => one.value.clone(),
            };
            vec![dim(&one.field), plain(value), dim(place(one))]
        })
        .collect();
    out.push_str(&table(&rows, columns));
    out
}

/// `adr/0001.md:3, front matter, `status``.
fn place(one: &Explained) -> String {
    let kind = match one.kind {
        OriginKind::FrontMatter => "front matter",
        OriginKind::Sidecar => "file beside it",
        OriginKind::Bullet => "bullet",
        OriginKind::Line => "line",
        OriginKind::Table => "table",
        OriginKind::Section => "section",
        OriginKind::Heading => "heading",
        OriginKind::Text => "text",
        OriginKind::FileName => "its name",
        OriginKind::Folder => "its folder",
        OriginKind::Config => "configuration",
        OriginKind::Git => "commit",
        OriginKind::OtherRecord => "said by the other record",
        OriginKind::Convention => "by convention",
    };
    let file = match (&one.file, one.line) {
        (Some(file), Some(line)) => format!("{file}:{line}, "),
        (Some(file), None) => format!("{file}, "),
        (None, _) => String::new(),
    };
    let key = if one.key.is_empty() { String::new() } else { format!(" `{}`", one.key) };
    let inferred = if one.inferred { ", inferred" } else { "" };
    format!("{file}{kind}{key}{inferred}")
}
