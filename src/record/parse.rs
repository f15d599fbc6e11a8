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

use super::entry::{Entry, Node, Value, means_nothing};
use super::field::{self, Field};
use super::outline::{self, Section};
use super::status::{self, Written};
use super::yaml::{self, Problem};
use super::{
    Dates, Origin, OriginKind, Record, RelationRef, Role, Sourced, State, Status, date, front_matter,
    history_text, inline, number, option, people, preamble, relation, title, web_link,
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
    entries.extend(sections.iter().filter_map(|section| section_entry(&text.text, section, rules)));

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
        reader.field(entry, field);
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

/// The status that one version of a file states, read as [`parse`] reads it but without anything else:
/// no markdown is parsed, and nothing after the status is looked at. `sidecar` says that `text` is a
/// record's YAML file. `None` where the version states nothing.
pub fn status_of(path: &str, text: &str, sidecar: bool, rules: &CollectionConfig) -> Option<Status> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let status = |entries: &[Entry]| {
        let of = |wanted: Field| {
            entries.iter().filter(|entry| field::of(&entry.key) == Some(wanted)).collect::<Vec<_>>()
        };
        let found = first_status(&of(Field::Status), &of(Field::Stage), rules)?;
        let from = Origin { kind: found.entry.container, line: None, key: found.entry.key.clone() };
        Some(Status {
            state: found.written.state,
            label: found.written.label,
            note: found.written.note,
            from,
            inferred: false,
        })
    };
    if sidecar {
        return status(&yaml::read(text, 0..text.len(), OriginKind::Sidecar).entries);
    }
    let split = front_matter::split(text);
    status(&flatten(split.read.entries))
        .or_else(|| status(&preamble::read(text, split.body_start).entries))
        .or_else(|| {
            let sections = outline::sections(text, split.body_start);
            let mut entries = sections.filter_map(|section| status_entry(text, &section));
            entries.find_map(|entry| status(&[entry]))
        })
        .or_else(|| {
            moved(text, split.body_start).map(|(label, _)| Status {
                state: State::Moved,
                label,
                note: None,
                from: Origin { kind: OriginKind::Text, line: None, key: path.to_owned() },
                inferred: true,
            })
        })
}

/// What the head of a file says of its being a record, for finding collections.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// It states a status that is more than a template's.
    pub status: bool,
    /// Keys that only a record has: dates, people, relations, discussions, numbers.
    pub telling: usize,
    /// It links the pull request or discussion it was merged by.
    pub discussion: bool,
    /// Letters before its number in the metadata or the first heading: `SE`.
    pub prefix: Option<String>,
    /// Its dates put the day (`true`) or the month first, where the calendar leaves no choice.
    pub day_first: Option<bool>,
    /// Metadata in front matter.
    pub front_matter: bool,
}

/// Looks at the head of a file.
pub fn evidence(text: &str, sidecar: Option<&str>) -> Evidence {
    let split = front_matter::split(text);
    let mut evidence = Evidence { front_matter: !split.read.entries.is_empty(), ..Evidence::default() };
    let mut entries = flatten(split.read.entries);
    if let Some(sidecar) = sidecar {
        entries.extend(yaml::read(sidecar, 0..sidecar.len(), OriginKind::Sidecar).entries);
    }
    entries.extend(preamble::read(text, split.body_start).entries);
    let rules = CollectionConfig::default();
    for section in outline::sections(text, split.body_start).take(24) {
        if evidence.prefix.is_none() {
            evidence.prefix = title_prefix(&inline::plain(section.heading));
        }
        entries.extend(section_entry(text, &section, &rules));
    }
    for entry in &entries {
        let Some(field) = field::of(&entry.key) else { continue };
        match field {
            Field::Status | Field::Stage => evidence.status |= !entry.node.is_empty(),
            Field::Number => {
                if let Some((Some(prefix), _)) = number::of_value(&entry.node.to_text()) {
                    evidence.prefix = Some(prefix);
                } else if number::is_series_word(&entry.key) && entry.key.len() <= 5 {
                    evidence.prefix = Some(entry.key.clone());
                }
                evidence.telling += 1;
            }
            Field::Discussion => {
                evidence.discussion = true;
                evidence.telling += 1;
                // "RFC PR", "HIP PR".
                let word =
                    entry.key.split([' ', '-', '_']).next().filter(|word| number::is_series_word(word));
                evidence.prefix = evidence
                    .prefix
                    .or_else(|| word.filter(|word| word.len() < entry.key.len()).map(str::to_owned));
            }
            Field::Created | Field::Updated => {
                evidence.telling += 1;
                evidence.day_first =
                    evidence.day_first.or_else(|| date::day_first(&inline::plain(&entry.node.to_text())));
            }
            _ if field::is_telling(field) => evidence.telling += 1,
            _ => {}
        }
    }
    evidence
}

/// `KEP-3015: …` → `KEP`.
fn title_prefix(title: &str) -> Option<String> {
    let letters = title.bytes().take_while(u8::is_ascii_alphabetic).count();
    let word = title.get(..letters).filter(|word| number::is_series_word(word))?;
    let rest = title.get(letters..)?.trim_start_matches(['-', ' ', '#']);
    rest.starts_with(|c: char| c.is_ascii_digit()).then(|| word.to_owned())
}

fn nowhere() -> Origin {
    Origin { kind: OriginKind::Convention, line: None, key: String::new() }
}

/// Containers whose keys are the record's own one level down: Hugo's `params`, `meta`, `extra`.
const NESTING: [&str; 5] = ["meta", "metadata", "params", "extra", "review"];

fn flatten(entries: Vec<Entry>) -> Vec<Entry> {
    let mut flat = Vec::with_capacity(entries.len());
    for entry in entries {
        let nests = NESTING.contains(&field::normalise(&entry.key).as_ref());
        match entry.node.value {
            Value::Map(pairs) if nests => flat.extend(pairs.into_iter().map(|(key, node)| Entry {
                key,
                key_span: entry.key_span.clone(),
                node,
                container: entry.container,
            })),
            _ => flat.push(entry),
        }
    }
    flat
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

/// A section that is metadata, as an entry whose value is the list of its lines.
fn section_entry(text: &str, section: &Section<'_>, rules: &CollectionConfig) -> Option<Entry> {
    let heading = inline::plain(section.heading);
    let heading = heading.trim_start_matches(|c: char| c.is_ascii_digit() || ".) ".contains(c));
    let field = field::of(heading)
        .or_else(|| relation::kind_of(heading, rules).map(|_| Field::Relation("relates-to")));
    let wanted = match field {
        Some(
            Field::Status
            | Field::Created
            | Field::Updated
            | Field::Decided
            | Field::CommentBy
            | Field::ReviewBy,
        ) => true,
        Some(Field::People(_) | Field::Revisit | Field::Facet("tags") | Field::Links) => true,
        Some(Field::Relation(kind)) => kind != "requires",
        _ => matches!(
            field::normalise(heading).as_ref(),
            "moreinformation" | "references" | "relateddocuments"
        ),
    };
    wanted.then(|| lines_entry(text, section, heading))
}

fn status_entry(text: &str, section: &Section<'_>) -> Option<Entry> {
    // Most headings are long; a status section's is one word.
    if section.heading.len() > 48 {
        return None;
    }
    let heading = inline::plain(section.heading);
    let heading = heading.trim_start_matches(|c: char| c.is_ascii_digit() || ".) ".contains(c));
    (field::of(heading) == Some(Field::Status)).then(|| lines_entry(text, section, heading))
}

/// Lines of a section that are read as values.
const MOST_LINES: usize = 64;

fn lines_entry(text: &str, section: &Section<'_>, heading: &str) -> Entry {
    let lines = outline::lines(text, section.body.clone())
        .filter(|line| !line.is_blank())
        .take(MOST_LINES)
        .map(|line| {
            let (words, start) = preamble::without_bullet(&line);
            let length = words.char_indices().nth(2048).map_or(words.len(), |(end, _)| end);
            Node::text(&words[..length], start..start + length)
        });
    let items = lines.collect::<Vec<_>>();
    Entry {
        key: heading.to_owned(),
        key_span: section.heading_span.clone(),
        node: Node { value: Value::List(items), span: section.body.clone() },
        container: OriginKind::Section,
    }
}

/// A status found, with the entry it was read from.
struct FoundStatus<'a> {
    written: Written,
    entry: &'a Entry,
    span: Range<usize>,
    /// Relations of a status section's link lines.
    relations: Vec<(String, String, Range<usize>)>,
}

/// The first entry that states a status; `stage` counts where there is no `status`.
fn first_status<'a>(
    statuses: &[&'a Entry],
    stages: &[&'a Entry],
    rules: &CollectionConfig,
) -> Option<FoundStatus<'a>> {
    statuses.iter().chain(stages).find_map(|entry| read_status(entry, rules))
}

fn read_status<'a>(entry: &'a Entry, rules: &CollectionConfig) -> Option<FoundStatus<'a>> {
    if entry.container != OriginKind::Section {
        let written = status::read(&entry.node.to_text(), rules)?;
        return Some(FoundStatus { written, entry, span: entry.node.span.clone(), relations: Vec::new() });
    }
    let mut found: Option<(Written, Range<usize>, bool)> = None;
    let mut relations = Vec::new();
    let mut superseded = None;
    for (line, span) in entry.node.scalars() {
        if let Some((kind, targets)) = relation::line(line, rules) {
            if kind == "superseded-by" {
                superseded = superseded.or_else(|| Some((status::read(line, rules)?, span.clone())));
            }
            for (target, at) in targets {
                relations.push((kind.clone(), target, span.start + at.start..span.start + at.end));
            }
            continue;
        }
        // `[ ] Proposed` is a choice not taken, `[x] Accepted` the one that was.
        let (line, dated) = match line.get(..3) {
            Some("[ ]") => continue,
            Some("[x]" | "[X]") => (&line[3..], true),
            _ => match date::read(line, rules.date_order) {
                Ok(date) if line.starts_with(|c: char| c.is_ascii_digit()) => {
                    (line.get(date.end..).unwrap_or_default(), true)
                }
                _ => (line, false),
            },
        };
        let line = match preamble::key_value(line) {
            Some((key, value)) if field::of(&line[key.clone()]) == Some(Field::Status) => &line[value],
            Some((key, _)) if field::of(&line[key.clone()]).is_some() => continue,
            _ => line,
        };
        // Of dated lines the last one counts, of others the first.
        if found.as_ref().is_none_or(|(_, _, was_dated)| dated && *was_dated)
            && let Some(written) = status::read(line, rules)
        {
            found = Some((written, span, dated));
        }
    }
    let (written, span) = match (superseded, found) {
        (Some((mut written, span)), _) => {
            written.superseded_by.clear();
            (written, span)
        }
        (None, Some((written, span, _))) => (written, span),
        (None, None) => return None,
    };
    Some(FoundStatus { written, entry, span, relations })
}

/// A body that is only a signpost: `Moved to [x](x.md)`, `This file was moved to …`. Returns its words.
fn moved(text: &str, body_start: usize) -> Option<(String, Range<usize>)> {
    let body = text.get(body_start..)?.trim();
    if body.is_empty() || body.len() > 600 {
        return None;
    }
    let line =
        outline::lines(text, body_start..text.len()).find(|line| line.level == 0 && !line.is_blank())?;
    let words = inline::plain(line.text);
    let lower = words.to_lowercase();
    let subject = [
        "this file ",
        "this document ",
        "this proposal ",
        "this rfc ",
        "this adr ",
        "this record ",
        "this page ",
    ];
    let verb = subject.iter().find_map(|subject| lower.strip_prefix(subject)).unwrap_or(&lower);
    let verb = ["was ", "has been ", "has ", "is "]
        .iter()
        .find_map(|auxiliary| verb.strip_prefix(auxiliary))
        .unwrap_or(verb);
    let moves = ["moved", "renamed", "relocated"].iter().any(|word| verb.starts_with(word));
    (moves && (!inline::links(text.get(body_start..)?).is_empty() || lower.contains(".md")))
        .then(|| ("Moved".to_owned(), line.text_span()))
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
                let slug = title::from_slug(name.slug);
                let value = if slug.is_empty() { number::name_of(&self.text.path).to_owned() } else { slug };
                if names.is_empty() {
                    self.record.diagnostics.push(diagnostic::missing_title(&self.text.path, &value));
                }
                let key = number::name_of(&self.text.path).to_owned();
                Sourced { value, from: Origin { kind: OriginKind::FileName, line: None, key } }
            }
        };
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
            for (target, inner) in &found.written.superseded_by {
                let span = self.within(found.entry, &found.span, source.trim(), inner.clone());
                self.relate("superseded-by".to_owned(), target.clone(), found.entry, span);
            }
            for (kind, target, span) in found.relations {
                self.relate(kind, target, found.entry, span);
            }
            self.disagreement("status", statuses, |entry, rules| {
                let found = read_status(entry, rules)
                    .filter(|found| found.written.known && !found.written.template)?;
                Some((found.written.state.name().to_owned(), found.written.label))
            });
            let mut from = self.origin(found.entry);
            from.line = Some(self.source(found.entry.container).line(found.span.start));
            let Written { state, label, note, template, .. } = found.written;
            let label = if template { String::new() } else { label };
            self.record.status =
                Status { state, label, note: note.filter(|_| !template), from, inferred: false };
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
            || self.record.relations.iter().any(|known| known.kind == kind && known.target == target)
        {
            return;
        }
        let mut from = self.origin(entry);
        from.line = Some(self.source(entry.container).line(span.start));
        self.record.relations.push(RelationRef { kind, target, from, span });
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
        if means_nothing(text) || is_section_prose(entry, text) {
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
                    date::Bad::NoSuchDay => {
                        diagnostic::bad_date(place, &entry.key, &shown, "no day of the calendar")
                    }
                    date::Bad::NoDay => {
                        diagnostic::bad_date(place, &entry.key, &shown, "no whole date: the day is missing")
                    }
                    date::Bad::NoDate if is_date_key && entry.container != OriginKind::Section => {
                        diagnostic::bad_date(place, &entry.key, &shown, "no date")
                    }
                    // `approved: yes` and `Since: the beginning` are no failed dates.
                    date::Bad::NoDate => {
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
            for (target, inner) in relation::targets(text) {
                let at = self.within(entry, &span, text, inner);
                self.relate(kind.to_owned(), target, entry, at);
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
            (None, Some(kind)) => (kind.to_owned(), relation::targets(line)),
            (None, None) => return,
        };
        for (target, inner) in targets {
            let external = target.contains("://") && !target.contains("/blob/") && !target.contains("/tree/");
            if !external && !target.contains(' ') && !target.starts_with('#') {
                let at = self.within(entry, &span, line, inner);
                self.relate(kind.clone(), target, entry, at);
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
            let is_status = section.heading.len() <= 48
                && field::of(&inline::plain(section.heading)) == Some(Field::Status);
            if is_status || history_text::is_history(section) {
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
        self.record.diagnostics.sort_by(|left, right| {
            let key = |found: &diagnostic::Diagnostic| {
                (found.place.file.clone(), found.place.span.start, found.code)
            };
            key(left).cmp(&key(right))
        });
        self.record
    }
}

/// A section `## Date` or `## Created` holds a date; longer text under such a heading is prose.
fn is_section_prose(entry: &Entry, text: &str) -> bool {
    entry.container == OriginKind::Section && text.len() > 60
}

/// Two states that do not contradict each other: a folder says less exactly than a record.
fn agree(folder: State, written: State) -> bool {
    folder == written || folder.phase() == written.phase()
}

/// The state that the folders between the collection and the record name, innermost first.
fn folder_state(path: &str, collection: &Collection) -> Option<(State, String)> {
    let below = path.strip_prefix(&collection.path)?.trim_start_matches('/');
    let (folders, _) = below.rsplit_once('/')?;
    folders
        .rsplit('/')
        .find_map(|folder| Some((status::of_folder(folder, &collection.config)?, folder.to_owned())))
}
