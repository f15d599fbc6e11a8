//! One file (and its sidecar) → [`Record`]. Every container gives [`Entry`]s, one loop turns them into
//! fields: what is said first counts, in the order front matter, sidecar, preamble, sections. Total:
//! whatever the text is, a record comes out, and what is wrong with it is a diagnostic.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::collection::Collection;
use crate::config::CollectionConfig;
use crate::diagnostic::{self, Place};
use crate::markdown;
use crate::source::SourceText;

use super::entry::{Entry, Node, Value, means_nothing};
use super::field::{self, Field};
use super::outline::Section;
use super::relation;
use super::yaml::Problem;
use super::{
    Dates, Origin, OriginKind, Record, Role, Sourced, Spans, State, Status, container, history_text, inline,
    number, option, people, section, stated, web_link, written,
};

mod read_dates;
mod read_relations;
mod read_status;
mod read_title;

use read_dates::Dated;

/// Reads one record. `collection` gives its prefix, date order, own words and default state.
pub fn parse(text: &SourceText, sidecar: Option<&SourceText>, collection: &Collection) -> Record {
    let rules = &collection.config;
    let read = container::Reader::new(&text.text, sidecar.map(|sidecar| sidecar.text.as_str()), rules).all();
    let changelog = stated::in_history(&read, &text.text, rules);
    let container::Reader { mut entries, problems, body_start, preamble, sections, .. } = read;
    let left_out = written::left_out(&text.text, body_start, &preamble);
    let mut scan = markdown::scan(text, body_start);
    if let Some(from) = written::prose_after(&text.text, &preamble, &left_out) {
        scan.summary = markdown::summary(text, from);
    }

    let own_name = collection.name_of(&text.path);
    let lettered = number::lettered(own_name).filter(|_| collection.lettered);
    let name = lettered.unwrap_or_else(|| number::read(own_name));
    let name = match number::belongs(name.prefix, collection.prefix.as_deref()) {
        true => name,
        false => number::Name { slug: own_name, ..number::Name::default() },
    };
    let slug = without_prefix(&name, collection.prefix.as_deref());
    let record = Record {
        source: text.path.clone(),
        sidecar: sidecar.map(|sidecar| sidecar.path.clone()),
        collection: collection.key.clone(),
        number: None,
        slug: clean_slug(slug).unwrap_or_else(|| "record".to_owned()),
        title: Sourced { value: String::new(), from: nowhere() },
        summary: None,
        status: Status {
            state: State::Unknown,
            label: String::new(),
            note: None,
            from: nowhere(),
            inferred: false,
        },
        dates: Dates::default(),
        people: BTreeMap::new(),
        tags: BTreeMap::new(),
        relations: Vec::new(),
        discussion: Vec::new(),
        tracking: Vec::new(),
        implementation: Vec::new(),
        options: option::read(&text.text, &sections),
        revisit: Vec::new(),
        events: Vec::new(),
        draft: false,
        extra: Vec::new(),
        origins: BTreeMap::new(),
        body_start,
        preamble: preamble.span.clone(),
        left_out,
        written: Vec::new(),
        scan,
        diagnostics: Vec::new(),
    };
    let mut reader = Reader { record, text, sidecar, rules, roles: BTreeMap::new(), dated: Vec::new() };

    if problems.iter().any(|(container, _)| *container == OriginKind::FrontMatter) {
        let is_matter = |entry: &&Entry| entry.container == OriginKind::FrontMatter;
        let matter = entries.iter().filter(is_matter);
        reader.record.written.extend(written::unread(&text.text, body_start, matter));
    }
    reader.problems(problems);
    own_dates_first(&mut entries);
    let fields = entries.iter().map(|entry| field_of(entry, collection)).collect::<Vec<_>>();
    let of = |wanted: Field| -> Vec<&Entry> {
        entries
            .iter()
            .zip(&fields)
            .filter(|(_, field)| **field == Some(wanted))
            .map(|(entry, _)| entry)
            .collect()
    };
    reader.number(&of(Field::Number), &name, collection.prefix.as_deref());
    let is_stage = |(entry, field): &(&Entry, &Option<Field>)| stated::is_stage(entry, **field, rules);
    let stages: Vec<&Entry> = entries.iter().zip(&fields).filter(is_stage).map(|(entry, _)| entry).collect();
    reader.status(&of(Field::Status), &stages, changelog, collection);
    reader.title(&of(Field::Title), &of(Field::Name), &sections, &name, collection.prefix.as_deref());
    let has_author = !of(Field::People(Role::Author)).is_empty();
    for (entry, field) in entries.iter().zip(&fields) {
        let field = match field {
            Some(Field::Steward) if !has_author => Some(Field::People(Role::Author)),
            field => *field,
        };
        let (_, before) = reader.held(entry, field);
        reader.field(entry, field);
        let (name, after) = reader.held(entry, field);
        if after > before {
            let origin = reader.origin(entry);
            reader.record.origins.entry(name).or_default().push(origin);
        }
        reader.written(entry, field);
    }
    if reader.record.dates.created.is_none()
        && let Some(day) = name.date
    {
        let from = Origin::rule(OriginKind::FileName, number::name_of(&text.path));
        reader.record.dates.created = Some(Sourced { value: day, from });
    }
    reader.decided_in_status();
    reader.dates_in_order();
    reader.mistyped(&entries, collection);
    reader.body(&sections);
    reader.finish()
}

fn nowhere() -> Origin {
    Origin::rule(OriginKind::Convention, "")
}

/// The field of an entry. A key that is the collection's prefix (`eip: 1`) is its number; keys of the
/// collection's own relation kinds are relations.
fn field_of(entry: &Entry, collection: &Collection) -> Option<Field> {
    let field = field::of(&entry.key);
    let is_prefix = |prefix: &String| field::normalise(&entry.key) == field::normalise(prefix);
    if field.is_none() && collection.prefix.as_ref().is_some_and(is_prefix) {
        return Some(Field::Number);
    }
    if field.is_none()
        && entry.container != OriginKind::Section
        && number::of_value(&entry.node.to_text()).is_some()
        && number::is_series_word(&entry.key)
    {
        return Some(Field::Number);
    }
    field
}

/// Front matter without a word on the decision is the site generator's: its `date` is that of a page. Where
/// the record's own header has a date, too, that one counts.
fn own_dates_first(entries: &mut [Entry]) {
    let field = |entry: &Entry| field::of(&entry.key);
    let is_date = |entry: &Entry| matches!(field(entry), Some(Field::Created | Field::Updated));
    let is_matter = |entry: &Entry| entry.container == OriginKind::FrontMatter;
    let of_record = entries.iter().any(|entry| {
        is_matter(entry)
            && !is_date(entry)
            && !entry.node.is_empty()
            && field(entry).is_some_and(field::is_telling)
    });
    let header = entries.iter().any(|entry| !is_matter(entry) && field(entry) == Some(Field::Status));
    if !of_record && header {
        entries.sort_by_key(|entry| is_matter(entry) && is_date(entry));
    }
}

/// `rfc-use-quic`, which nobody has numbered, among RFCs.
fn without_prefix<'a>(name: &number::Name<'a>, prefix: Option<&str>) -> &'a str {
    let slug = name.slug;
    let rest = prefix.filter(|_| name.number.is_none()).and_then(|prefix| {
        let (start, rest) = slug.split_at_checked(prefix.len())?;
        rest.strip_prefix(['-', '_', ' ']).filter(|_| start.eq_ignore_ascii_case(prefix))
    });
    rest.filter(|rest| rest.starts_with(char::is_alphabetic)).unwrap_or(slug)
}

/// Lower-case letters and digits joined by `-`; letters of any script stay. `None` where nothing is left.
fn clean_slug(slug: &str) -> Option<String> {
    let mut clean = String::with_capacity(slug.len());
    for c in slug.chars().take(120) {
        match c.is_alphanumeric() {
            true => clean.extend(c.to_lowercase()),
            false if clean.ends_with('-') || clean.is_empty() => {}
            false => clean.push('-'),
        }
    }
    let clean = clean.trim_end_matches('-');
    (!clean.is_empty()).then(|| clean.to_owned())
}

/// The record in the making, with the texts its diagnostics point into.
struct Reader<'a> {
    record: Record,
    text: &'a SourceText,
    sidecar: Option<&'a SourceText>,
    rules: &'a CollectionConfig,
    /// The container that named the people of a role.
    roles: BTreeMap<Role, OriginKind>,
    /// Where each date that counts was written, and under which key, by field.
    dated: Vec<Dated>,
}

impl Reader<'_> {
    fn source(&self, container: OriginKind) -> &SourceText {
        match (container, self.sidecar) {
            (OriginKind::Sidecar, Some(sidecar)) => sidecar,
            _ => self.text,
        }
    }

    fn place(&self, container: OriginKind, span: Range<usize>) -> Place {
        Place::span(self.source(container), span)
    }

    fn origin(&self, entry: &Entry) -> Origin {
        let line = Some(self.source(entry.container).line(entry.key_span.start));
        let key = if entry.container == OriginKind::Section {
            format!("## {}", entry.key)
        } else {
            entry.key.clone()
        };
        let spans = Some(Spans { key: entry.key_span.clone(), value: entry.node.span.clone() });
        Origin { kind: entry.container, line, key, spans }
    }

    /// The place of a slice of a value: exact where the value stands in the source as it was read.
    fn within(&self, entry: &Entry, span: &Range<usize>, text: &str, inner: Range<usize>) -> Range<usize> {
        let source = &self.source(entry.container).text;
        match source.get(span.clone()).and_then(|written| written.find(text)) {
            Some(at) => span.start + at + inner.start..span.start + at + inner.end,
            None => span.clone(),
        }
    }

    fn problems(&mut self, problems: Vec<(OriginKind, Problem)>) {
        for (container, problem) in problems {
            let found = match problem {
                Problem::Invalid(words, span) => {
                    diagnostic::invalid_front_matter(self.place(container, span), &words)
                }
                Problem::NotAMap(span) => diagnostic::front_matter_not_a_map(self.place(container, span)),
                Problem::DuplicateKey(key, span) => {
                    diagnostic::duplicate_key(self.place(container, span), &key)
                }
                Problem::SeveralRecords(count, span) => {
                    diagnostic::several_records(self.place(container, span), count)
                }
                Problem::Unclosed(span) => {
                    let delimiter = self.text.text.get(span.clone()).unwrap_or("---").to_owned();
                    diagnostic::unclosed_front_matter(self.place(container, span), &delimiter)
                }
            };
            self.record.diagnostics.push(found);
        }
    }

    /// The record's list that a field adds to, and its length: what makes it longer is its origin.
    fn held(&self, entry: &Entry, field: Option<Field>) -> (String, usize) {
        let record = &self.record;
        let (name, length) = match field {
            Some(Field::People(role)) => (role.field(), record.people.get(&role).map_or(0, Vec::len)),
            Some(Field::Facet(facet)) => (facet, record.tags.get(facet).map_or(0, Vec::len)),
            Some(Field::Stage) => ("stage", record.tags.get("stage").map_or(0, Vec::len)),
            Some(Field::Discussion) => ("discussion", record.discussion.len()),
            Some(Field::Tracking) => ("tracking", record.tracking.len()),
            Some(Field::Implementation) => ("implementation", record.implementation.len()),
            Some(Field::Options) => ("options", record.options.len()),
            Some(Field::Revisit) => ("revisit", record.revisit.len()),
            _ => (entry.key.as_str(), record.extra.len()),
        };
        (name.to_owned(), length)
    }

    fn field(&mut self, entry: &Entry, field: Option<Field>) {
        let is_section = entry.container == OriginKind::Section;
        let own_kind = relation::kind_of(&entry.key, self.rules);
        match field {
            _ if is_section && matches!(field, None | Some(Field::Links | Field::Relation(_))) => {
                self.link_lines(entry, field)
            }
            Some(
                Field::Created
                | Field::Updated
                | Field::Decided
                | Field::CommentBy
                | Field::ReviewBy
                | Field::Milestone,
            ) => {
                self.date(entry, field);
            }
            Some(Field::People(role)) => self.people(entry, role),
            Some(Field::Relation(kind)) => self.relations(entry, kind),
            Some(Field::Links) => self.links(entry),
            Some(Field::Summary) if !entry.node.is_empty() && self.record.summary.is_none() => {
                let value = inline::plain(&entry.node.to_text());
                self.record.summary = Some(Sourced { value, from: self.origin(entry) });
            }
            Some(Field::Slug) => {
                if let Some(slug) = clean_slug(&entry.node.to_text()) {
                    self.record.slug = slug;
                }
            }
            Some(Field::Draft) => {
                self.record.draft |= matches!(entry.node.to_text().trim(), "true" | "yes" | "True")
            }
            Some(Field::Discussion) => {
                let links = web_link::read(entry, &self.text.text);
                self.record.discussion.extend(links);
            }
            Some(Field::Tracking) => {
                let links = web_link::read(entry, &self.text.text);
                self.record.tracking.extend(links);
            }
            Some(Field::Implementation) => {
                let links = web_link::read(entry, &self.text.text);
                self.record.implementation.extend(links);
            }
            Some(Field::Facet(facet)) => self.facet(facet, entry),
            Some(Field::Revisit) => {
                let lines = entry
                    .node
                    .scalars()
                    .into_iter()
                    .map(|(text, _)| inline::plain(text))
                    .filter(|text| !means_nothing(text));
                self.record.revisit.extend(lines);
            }
            Some(Field::Options) => self.options(entry),
            Some(Field::Stage) if self.record.status.from.key != entry.key => self.facet("stage", entry),
            Some(Field::Status | Field::Stage | Field::Title | Field::Number | Field::Summary) => {}
            None if own_kind.is_some() => self.relations(entry, own_kind.as_deref().unwrap_or_default()),
            Some(Field::Name | Field::StatusNote | Field::Steward | Field::Extra) | None => {
                // `withdrawal-reason: superseded by 12`
                if field == Some(Field::StatusNote) {
                    self.clauses(entry);
                }
                let value = inline::plain(&entry.node.to_text());
                if !is_section
                    && !entry.key.is_empty()
                    && !entry.node.is_empty()
                    && self.record.extra.len() < 100
                {
                    self.record.extra.push((entry.key.clone(), value));
                }
            }
        }
    }

    /// Keeps the value of an entry that is not a part of the body.
    fn written(&mut self, entry: &Entry, field: Option<Field>) {
        let left_out = &self.record.left_out;
        let is_left_out = || left_out.iter().any(|range| range.contains(&entry.key_span.start));
        if written::is_outside(entry) || entry.container != OriginKind::Section && is_left_out() {
            let is_relation = relation::kind_of(&entry.key, self.rules).is_some();
            self.record.written.extend(written::written(entry, field, is_relation));
        }
    }

    fn people(&mut self, entry: &Entry, role: Role) {
        let found = people::read(&entry.node);
        // A section of prose ("## Authors' note") names nobody.
        if entry.container == OriginKind::Section
            && found.iter().any(|person| person.name.as_ref().is_some_and(|name| name.len() > 60))
        {
            return;
        }
        // A second container says the same people again, in its own spelling.
        if *self.roles.entry(role).or_insert(entry.container) != entry.container {
            return;
        }
        let known = self.record.people.entry(role).or_default();
        for person in found {
            if !known.contains(&person) && known.len() < 500 {
                known.push(person);
            }
        }
        if known.is_empty() {
            self.record.people.remove(&role);
        }
    }

    fn facet(&mut self, facet: &str, entry: &Entry) {
        let mut words = Vec::new();
        for (text, _) in entry.node.scalars() {
            for word in inline::plain(text).split([',', ';']) {
                let word =
                    word.trim().trim_start_matches('#').trim_matches(['"', '\'', '[', ']', '{', '}']).trim();
                if !means_nothing(word) && word.chars().count() <= 80 {
                    words.push(word.to_owned());
                }
            }
        }
        let known = self.record.tags.entry(facet.to_owned()).or_default();
        for word in words {
            if !known.contains(&word) && known.len() < 100 {
                known.push(word);
            }
        }
        if known.is_empty() {
            self.record.tags.remove(facet);
        }
    }

    /// `options: [{name: …, chosen: true, good: […], bad: […]}]`, or a list of names.
    fn options(&mut self, entry: &Entry) {
        let Value::List(items) = &entry.node.value else { return };
        let texts = |node: Option<&Node>| -> Vec<String> {
            let scalars = node.map(Node::scalars).unwrap_or_default();
            scalars.into_iter().map(|(text, _)| inline::plain(text)).collect()
        };
        let read = items.iter().filter_map(|item| match &item.value {
            Value::Map(pairs) => {
                let field = |names: &[&str]| {
                    pairs.iter().find(|(key, _)| names.contains(&key.as_str())).map(|(_, node)| node)
                };
                Some(super::Choice {
                    name: inline::plain(&field(&["name", "title", "option"])?.to_text()),
                    chosen: field(&["chosen", "selected"])
                        .is_some_and(|node| matches!(node.to_text().as_str(), "true" | "yes")),
                    good: texts(field(&["good", "pros", "for"])),
                    neutral: texts(field(&["neutral"])),
                    bad: texts(field(&["bad", "cons", "against"])),
                })
            }
            Value::Text(text) => {
                Some(super::Choice { name: inline::plain(text), ..super::Choice::default() })
            }
            _ => None,
        });
        let read = read.take(64).collect::<Vec<_>>();
        if !read.is_empty() {
            self.record.options = read;
        }
    }

    /// Reports keys of the metadata that are a letter away from one that means something.
    fn mistyped(&mut self, entries: &[Entry], collection: &Collection) {
        for entry in entries.iter().filter(|entry| entry.container != OriginKind::Section) {
            let known = field_of(entry, collection).is_some()
                || relation::kind_of(&entry.key, self.rules).is_some()
                || entry.node.is_empty();
            let said = |meant: &&str| entries.iter().any(|other| field::of(&other.key) == field::of(meant));
            if let Some(meant) = field::suggestion(&entry.key).filter(|meant| !known && !said(meant)) {
                let place = self.place(entry.container, entry.key_span.clone());
                self.record.diagnostics.push(diagnostic::unknown_key(place, &entry.key, meant));
            }
        }
    }

    /// What the body says: histories, triggers to look again, the first paragraph.
    fn body(&mut self, sections: &[Section<'_>]) {
        for section in sections {
            if section::is_status(section) || history_text::is_history(section) {
                let history = history_text::read(self.text, section.body.clone(), self.rules);
                self.record.events.extend(history.events);
                self.record.diagnostics.extend(history.diagnostics);
            }
        }
        if self.record.summary.is_none()
            && let Some(summary) = self.record.scan.summary.clone().filter(|summary| !summary.is_empty())
        {
            let from = Origin::rule(OriginKind::Text, "first paragraph");
            self.record.summary = Some(Sourced { value: summary, from });
        }
        if self.record.draft && self.record.status.label.is_empty() {
            let from = Origin::rule(OriginKind::FrontMatter, "draft");
            self.record.status =
                Status { state: State::Draft, label: "draft".to_owned(), note: None, from, inferred: false };
            self.record.diagnostics.retain(|diagnostic| diagnostic.code != "missing-status");
        }
    }

    fn finish(mut self) -> Record {
        self.record.diagnostics.extend(self.record.scan.diagnostics.iter().cloned());
        self.record.diagnostics.sort_by(|left, right| {
            let key = |found: &diagnostic::Diagnostic| {
                (found.place.file.clone(), found.place.span.start, found.code)
            };
            key(left).cmp(&key(right))
        });
        self.record
    }
}
