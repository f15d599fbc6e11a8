//! One file (and its sidecar) → [`Record`]. Every container gives [`Entry`]s, one loop turns them into
//! fields: what is said first counts, in the order front matter, sidecar, preamble, sections. Total:
//! whatever the text is, a record comes out, and what is wrong with it is a diagnostic.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;

use crate::collection::Collection;
use crate::config::CollectionConfig;
use crate::diagnostic::{self, Place};
use crate::markdown;
use crate::source::SourceText;

use super::entry::{Entry, Node, Value, flatten, means_nothing};
use super::field::{self, Field};
use super::outline::{self, Section};
use super::relation::{self, Target};
use super::stated::{agree, first_status, folder_state, moved, read_status};
use super::status;
use super::yaml::{self, Problem};
use super::{
    Dates, Origin, OriginKind, Record, RelationRef, Role, Sourced, State, Status, date, front_matter,
    history_text, inline, number, option, people, preamble, section, title, web_link,
};

/// Reads one record. `collection` gives its prefix, date order, own words and default state.
pub fn parse(text: &SourceText, sidecar: Option<&SourceText>, collection: &Collection) -> Record {
    let rules = &collection.config;
    let split = front_matter::split(&text.text);
    let body_start = split.body_start;
    let preamble = preamble::read(&text.text, body_start);
    let sections = outline::sections(&text.text, body_start).collect::<Vec<_>>();
    let scan = markdown::scan(text, body_start);

    let name = number::read(number::name_of(&text.path));
    let record = Record {
        source: text.path.clone(),
        sidecar: sidecar.map(|sidecar| sidecar.path.clone()),
        collection: collection.key.clone(),
        number: None,
        slug: clean_slug(name.slug).unwrap_or_else(|| "record".to_owned()),
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
        scan,
        diagnostics: Vec::new(),
    };
    let mut reader = Reader { record, text, sidecar, rules, roles: BTreeMap::new() };

    reader.problems(split.read.problems, OriginKind::FrontMatter);
    let mut entries = flatten(split.read.entries);
    if let Some(sidecar) = sidecar {
        let read = yaml::read(&sidecar.text, 0..sidecar.text.len(), OriginKind::Sidecar);
        reader.problems(read.problems, OriginKind::Sidecar);
        entries.extend(flatten(read.entries));
    }
    entries.extend(preamble.entries);
    entries.extend(sections.iter().filter_map(|section| section::entry(&text.text, section, rules)));

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
    reader.title(&of(Field::Title), &of(Field::Name), &sections, &name, collection.prefix.as_deref());
    reader.status(&of(Field::Status), &of(Field::Stage), collection);
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
    }
    if reader.record.dates.created.is_none()
        && let Some(day) = name.date
    {
        let from =
            Origin { kind: OriginKind::FileName, line: None, key: number::name_of(&text.path).to_owned() };
        reader.record.dates.created = Some(Sourced { value: day, from });
    }
    reader.body(&sections);
    reader.finish()
}

fn nowhere() -> Origin {
    Origin { kind: OriginKind::Convention, line: None, key: String::new() }
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

/// Relations kept of one record.
const MOST_RELATIONS: usize = 1000;

/// The record in the making, with the texts its diagnostics point into.
struct Reader<'a> {
    record: Record,
    text: &'a SourceText,
    sidecar: Option<&'a SourceText>,
    rules: &'a CollectionConfig,
    /// The container that named the people of a role.
    roles: BTreeMap<Role, OriginKind>,
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
        Origin { kind: entry.container, line, key }
    }

    /// The place of a slice of a value: exact where the value stands in the source as it was read.
    fn within(&self, entry: &Entry, span: &Range<usize>, text: &str, inner: Range<usize>) -> Range<usize> {
        let source = &self.source(entry.container).text;
        match source.get(span.clone()).and_then(|written| written.find(text)) {
            Some(at) => span.start + at + inner.start..span.start + at + inner.end,
            None => span.clone(),
        }
    }

    fn problems(&mut self, problems: Vec<Problem>, container: OriginKind) {
        for problem in problems {
            let found = match problem {
                Problem::Invalid(words, span) => {
                    diagnostic::invalid_front_matter(self.place(container, span), &words)
                }
                Problem::NotAMap(span) => diagnostic::front_matter_not_a_map(self.place(container, span)),
                Problem::DuplicateKey(key, span) => {
                    diagnostic::duplicate_key(self.place(container, span), &key)
                }
                Problem::Unclosed(span) => {
                    let delimiter = self.text.text.get(span.clone()).unwrap_or("---").to_owned();
                    diagnostic::unclosed_front_matter(self.place(container, span), &delimiter)
                }
            };
            self.record.diagnostics.push(found);
        }
    }

    /// The number: metadata, then the file's name (whose spelling is kept where both agree), then the
    /// first heading.
    fn number(&mut self, entries: &[&Entry], name: &number::Name<'_>, prefix: Option<&str>) {
        let in_name = name.number.filter(|_| number::belongs(name.prefix, prefix));
        let written =
            entries.iter().find_map(|entry| Some((*entry, number::of_value(&entry.node.to_text())?.1)));
        self.record.number = match (written, in_name) {
            (Some((entry, written)), in_name) => {
                let agrees = in_name.is_none_or(|in_name| number::same(in_name, &written));
                if let Some(in_name) = in_name.filter(|_| !agrees) {
                    let place = self.place(entry.container, entry.node.span.clone());
                    self.record.diagnostics.push(diagnostic::number_mismatch(place, &written, in_name));
                }
                let value = in_name.filter(|_| agrees).map_or(written, str::to_owned);
                Some(Sourced { value, from: self.origin(entry) })
            }
            (None, Some(in_name)) => {
                let key = number::name_of(&self.text.path).to_owned();
                Some(Sourced {
                    value: in_name.to_owned(),
                    from: Origin { kind: OriginKind::FileName, line: None, key },
                })
            }
            (None, None) => None,
        };
    }

    /// The title: metadata, first heading, a name that reads as one, the file's name.
    fn title(
        &mut self,
        titles: &[&Entry],
        names: &[&Entry],
        sections: &[Section<'_>],
        name: &number::Name<'_>,
        prefix: Option<&str>,
    ) {
        let heading = sections
            .iter()
            .find(|section| section.level == 1)
            .or_else(|| sections.first().filter(|section| self.is_title_of(section, &sections[1..])))
            .filter(|section| !title::is_section_name(&inline::plain(section.heading)));
        if self.record.number.is_none()
            && name.date.is_none()
            && let Some(section) = heading
        {
            let plain = self.heading_text(section);
            let stripped = title::without_number(&plain, None, prefix);
            let before = plain.strip_suffix(stripped).unwrap_or_default();
            let number = before.trim_matches(|c: char| !c.is_alphanumeric());
            if let Some((_, value)) = number::of_value(number) {
                let line = Some(self.text.line(section.heading_span.start));
                let from = Origin { kind: OriginKind::Heading, line, key: plain.clone() };
                self.record.number = Some(Sourced { value, from });
            }
        }
        let own = self.record.number.as_ref().map(|number| number.value.clone());
        let own = own.as_deref();
        let entry = titles.iter().find(|entry| !entry.node.is_empty());
        let named = names.iter().find(|entry| {
            !entry.node.is_empty() && title::reads_as_title(&inline::plain(&entry.node.to_text()))
        });
        let (value, from, span) = if let Some(entry) = entry {
            (
                inline::plain(&entry.node.to_text()),
                self.origin(entry),
                Some((entry.container, entry.node.span.clone())),
            )
        } else if let Some(section) = heading {
            let line = Some(self.text.line(section.heading_span.start));
            let from = Origin { kind: OriginKind::Heading, line, key: "#".repeat(section.level.into()) };
            (self.heading_text(section), from, Some((OriginKind::Heading, section.heading_span.clone())))
        } else if let Some(entry) = named {
            (inline::plain(&entry.node.to_text()), self.origin(entry), None)
        } else {
            (String::new(), nowhere(), None)
        };
        let value = title::without_number(&value, own, prefix).trim().to_owned();
        if let Some((container, span)) = span.filter(|_| title::is_template(&value)) {
            let place = self.place(container, span);
            self.record.diagnostics.push(diagnostic::template_text_left(place, &value));
        }
        self.record.title = match value.is_empty() {
            false => Sourced { value, from },
            true => {
                // `eip-1046` has no words: its name is `EIP-1046`.
                let bare =
                    name.prefix.zip(name.number).filter(|_| name.slug == number::name_of(&self.text.path));
                let slug = match bare {
                    Some((letters, number)) => format!("{}-{number}", letters.to_uppercase()),
                    None => title::from_slug(name.slug),
                };
                let value = if slug.is_empty() { number::name_of(&self.text.path).to_owned() } else { slug };
                if names.is_empty() && !self.is_signpost() {
                    self.record.diagnostics.push(diagnostic::missing_title(&self.text.path, &value));
                }
                let key = number::name_of(&self.text.path).to_owned();
                Sourced { value, from: Origin { kind: OriginKind::FileName, line: None, key } }
            }
        };
    }

    /// A body too short to be a record of its own: "This file was moved to …".
    fn is_signpost(&self) -> bool {
        moved(&self.text.text, self.record.body_start).is_some()
    }

    /// A heading of level two is the title where nothing but comments stands before it, and it is set
    /// apart from the sections: they are deeper, or it alone is underlined.
    fn is_title_of(&self, heading: &Section<'_>, others: &[Section<'_>]) -> bool {
        let start = heading.heading_span.start;
        let underlined = |section: &Section<'_>| {
            let line = self.text.line_span(self.text.line(section.heading_span.start));
            !self.text.text.get(line).is_some_and(|line| line.trim_start().starts_with('#'))
        };
        let apart = others.iter().all(|other| other.level > heading.level)
            || underlined(heading) && !others.iter().any(underlined);
        let first = outline::lines(&self.text.text, self.record.body_start..start)
            .all(|line| line.is_blank() || line.level > 0);
        heading.level == 2 && apart && first
    }

    /// A heading's plain text, as the markdown parser reads it.
    fn heading_text(&self, section: &Section<'_>) -> String {
        let headings = &self.record.scan.headings;
        let index = headings.partition_point(|heading| heading.span.end <= section.heading_span.start);
        match headings.get(index).filter(|heading| heading.span.start <= section.heading_span.start) {
            Some(heading) => heading.text.clone(),
            None => inline::plain(section.heading),
        }
    }

    fn status(&mut self, statuses: &[&Entry], stages: &[&Entry], collection: &Collection) {
        let folder = folder_state(&self.text.path, collection);
        if let Some(found) = first_status(statuses, stages, self.rules) {
            let place = self.place(found.entry.container, found.span.clone());
            if found.written.template {
                let text = found.entry.node.to_text();
                let text = text.chars().take(80).collect::<String>();
                self.record.diagnostics.push(diagnostic::template_text_left(place, &text));
            } else if !found.written.known {
                let suggestion = status::suggestion(&found.written.label, self.rules);
                let problem = diagnostic::unknown_status(place, &found.written.label, suggestion.as_deref());
                self.record.diagnostics.push(problem);
            } else if let Some((state, folder)) =
                folder.filter(|(state, _)| !agree(*state, found.written.state))
            {
                let _ = state;
                self.record.diagnostics.push(diagnostic::status_not_folder(
                    place,
                    &found.written.label,
                    &folder,
                ));
            }
            let source = found.entry.node.to_text();
            for target in &found.written.superseded_by {
                let span = self.within(found.entry, &found.span, source.trim(), target.span.clone());
                self.relate("superseded-by".to_owned(), target.text.clone(), found.entry, span);
            }
            for (kind, target) in found.relations {
                self.relate(kind, target.text, found.entry, target.span);
            }
            self.disagreement("status", statuses, |entry, rules| {
                let found = read_status(entry, rules)
                    .filter(|found| found.written.known && !found.written.template)?;
                Some((found.written.state.name().to_owned(), found.written.label))
            });
            let mut from = self.origin(found.entry);
            from.line = Some(self.source(found.entry.container).line(found.span.start));
            self.record.status = found.written.into_status(from);
            return;
        }
        let moved = moved(&self.text.text, self.record.body_start);
        self.record.status = if let Some((label, span)) = moved {
            let from = Origin {
                kind: OriginKind::Text,
                line: Some(self.text.line(span.start)),
                key: "moved".to_owned(),
            };
            Status { state: State::Moved, label, note: None, from, inferred: true }
        } else if let Some((state, folder)) = folder {
            let from = Origin { kind: OriginKind::Folder, line: None, key: folder };
            Status { state, label: String::new(), note: None, from, inferred: true }
        } else if let Some((state, from)) = collection.default_state.clone() {
            Status { state, label: String::new(), note: None, from, inferred: true }
        } else {
            self.record.diagnostics.push(diagnostic::missing_status(&self.text.path));
            return;
        };
    }

    /// Reports the later of two entries of one field that say different things; `read` gives what is
    /// compared and what is shown.
    fn disagreement(
        &mut self,
        field: &str,
        entries: &[&Entry],
        read: impl Fn(&Entry, &CollectionConfig) -> Option<(String, String)>,
    ) {
        let mut first: Option<(String, String)> = None;
        for entry in entries {
            let Some((compared, shown)) = read(entry, self.rules) else { continue };
            match &first {
                None => first = Some((compared, shown)),
                Some((other, before)) if *other != compared => {
                    let place = self.place(entry.container, entry.key_span.clone());
                    let problem = diagnostic::metadata_disagrees(place, field, &shown, before);
                    self.record.diagnostics.push(problem);
                }
                Some(_) => {}
            }
        }
    }

    fn relate(&mut self, kind: String, target: String, entry: &Entry, span: Range<usize>) {
        let target = match target.starts_with('[') && target.ends_with(']') {
            true => inline::definition(&self.text.text, &target).unwrap_or(&target).to_owned(),
            false => target,
        };
        if means_nothing(&target)
            || self.record.relations.len() == MOST_RELATIONS
            || self.record.relations.iter().any(|known| known.kind == kind && known.target == target)
        {
            return;
        }
        let mut from = self.origin(entry);
        from.line = Some(self.source(entry.container).line(span.start));
        self.record.relations.push(RelationRef { kind, target, from, span });
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

    fn date(&mut self, entry: &Entry, field: Option<Field>) {
        let scalars = entry.node.scalars();
        let Some((text, span)) = scalars.first().cloned() else { return };
        if means_nothing(text) {
            return;
        }
        let plain = text.trim();
        let shown = inline::plain(plain).chars().take(60).collect::<String>();
        let found = match date::read(&inline::plain(plain), self.rules.date_order) {
            Ok(found) => found,
            Err(bad) => {
                let template =
                    plain.to_lowercase().contains("yyyy") || plain.starts_with('{') && plain.contains(' ');
                let is_date_key = matches!(field, Some(Field::Created | Field::Updated));
                let place = self.place(entry.container, span);
                let problem = match bad {
                    _ if template => diagnostic::template_text_left(place, &shown),
                    date::Bad::OffCalendar => {
                        diagnostic::bad_date(place, &entry.key, &shown, "no day of the calendar")
                    }
                    date::Bad::Incomplete => {
                        diagnostic::bad_date(place, &entry.key, &shown, "no whole date: the day is missing")
                    }
                    date::Bad::Nothing if is_date_key => {
                        diagnostic::bad_date(place, &entry.key, &shown, "no date")
                    }
                    // `approved: yes` and `Since: the beginning` are no failed dates.
                    date::Bad::Nothing => {
                        self.record.extra.push((entry.key.clone(), shown));
                        return;
                    }
                };
                self.record.diagnostics.push(problem);
                return;
            }
        };
        if found.ambiguous {
            let place = self.place(entry.container, span);
            let problem = diagnostic::ambiguous_date(place, &shown, &found.date.to_string());
            self.record.diagnostics.push(problem);
        }
        let from = self.origin(entry);
        let rest = inline::plain(plain).get(found.end..).unwrap_or_default().to_lowercase();
        let sourced = |value: Date| Sourced { value, from: from.clone() };
        let dates = &mut self.record.dates;
        let slot = match field {
            Some(Field::Updated) => &mut dates.updated,
            Some(Field::Decided) => &mut dates.decided,
            Some(Field::CommentBy) => &mut dates.comment_by,
            Some(Field::ReviewBy) => &mut dates.review_by,
            Some(Field::Created) => &mut dates.created,
            _ => {
                dates.other.entry(entry.key.clone()).or_insert_with(|| sourced(found.date));
                return;
            }
        };
        slot.get_or_insert_with(|| sourced(found.date));
        // "2019-05-13, updated 2023-02-05".
        if field == Some(Field::Created)
            && (rest.contains("updated") || rest.contains("revised") || rest.contains("modified"))
            && let Some((updated, _)) = date::find_iso(&rest)
        {
            dates.updated.get_or_insert_with(|| sourced(updated));
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

    fn relations(&mut self, entry: &Entry, kind: &str) {
        for (text, span) in entry.node.scalars() {
            if means_nothing(text) {
                continue;
            }
            for target in relation::targets(text) {
                let at = self.within(entry, &span, text, target.span);
                self.relate(kind.to_owned(), target.text, entry, at);
            }
        }
    }

    /// `links: [{target: 2, kind: supersedes}]`, `relations: ["supersedes 12"]`, `relations: {supersedes: [12]}`.
    fn links(&mut self, entry: &Entry) {
        match &entry.node.value {
            Value::List(items) => {
                for item in items {
                    match &item.value {
                        Value::Map(pairs) => {
                            let field = |names: &[&str]| {
                                pairs
                                    .iter()
                                    .find(|(key, _)| names.contains(&key.as_str()))
                                    .map(|(_, node)| node)
                            };
                            let kind = field(&["kind", "type", "rel", "relation"])
                                .map(Node::to_text)
                                .unwrap_or_default();
                            let kind = relation::kind_of(&kind, self.rules)
                                .unwrap_or_else(|| "relates-to".to_owned());
                            if let Some(target) = field(&["target", "to", "id", "ref", "href", "url"]) {
                                self.relate(kind, target.to_text(), entry, target.span.clone());
                            }
                        }
                        _ => self.link_line(entry, &item.to_text(), item.span.clone(), Some("relates-to")),
                    }
                }
            }
            Value::Map(pairs) => {
                for (key, node) in pairs {
                    let kind = relation::kind_of(key, self.rules).unwrap_or_else(|| "relates-to".to_owned());
                    let inner = Entry { node: node.clone(), ..entry.clone() };
                    self.relations(&inner, &kind);
                }
            }
            _ => self.relations(entry, "relates-to"),
        }
    }

    /// The lines of a `## Links` or `## Superseded by` section.
    fn link_lines(&mut self, entry: &Entry, field: Option<Field>) {
        let kind = match field {
            Some(Field::Relation(_)) => relation::kind_of(&entry.key, self.rules),
            _ => None,
        };
        for (line, span) in entry.node.scalars() {
            self.link_line(entry, line, span, kind.as_deref());
        }
    }

    /// A line that names its relation, or one whose container does (`default`): then only links to files
    /// and records count, not the web pages such sections also list.
    fn link_line(&mut self, entry: &Entry, line: &str, span: Range<usize>, default: Option<&str>) {
        let (kind, targets) = match (relation::line(line, self.rules), default) {
            (Some(found), _) => found,
            (None, Some(kind)) => (kind.to_owned(), relation::targets_in_words(line)),
            (None, None) => return,
        };
        for Target { text, span: inner } in targets {
            let external = text.contains("://") && !text.contains("/blob/") && !text.contains("/tree/");
            if !external && !text.contains(' ') && !text.starts_with('#') {
                let at = self.within(entry, &span, line, inner);
                self.relate(kind.clone(), text, entry, at);
            }
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

    /// What the body says: histories, triggers to look again, the first paragraph.
    fn body(&mut self, sections: &[Section<'_>]) {
        for section in sections {
            if section::is_status(section) || history_text::is_history(section) {
                let events = history_text::read(self.text, section.body.clone(), self.rules);
                self.record.events.extend(events);
            }
        }
        if self.record.summary.is_none()
            && let Some(summary) = self.record.scan.summary.clone().filter(|summary| !summary.is_empty())
        {
            let from = Origin { kind: OriginKind::Text, line: None, key: "first paragraph".to_owned() };
            self.record.summary = Some(Sourced { value: summary, from });
        }
        if self.record.draft && self.record.status.label.is_empty() {
            let from = Origin { kind: OriginKind::FrontMatter, line: None, key: "draft".to_owned() };
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
