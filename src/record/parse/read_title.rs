//! A record's number and title: metadata, headings, the file's name.

use std::ops::Range;

use super::{Reader, nowhere, without_prefix};
use crate::diagnostic;
use crate::record::entry::Entry;
use crate::record::outline::{self, Section};
use crate::record::stated::moved;
use crate::record::{Origin, OriginKind, Sourced, Spans, field, header, inline, number, title};

impl Reader<'_> {
    /// The number: metadata, then the file's name (whose spelling is kept where both agree), then the
    /// first heading.
    pub(super) fn number(&mut self, entries: &[&Entry], name: &number::Name<'_>, prefix: Option<&str>) {
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
                let from = Origin::rule(OriginKind::FileName, number::name_of(&self.text.path));
                Some(Sourced { value: in_name.to_owned(), from })
            }
            (None, None) => None,
        };
    }

    /// The title: metadata, first heading, a name that reads as one, the file's name.
    pub(super) fn title(
        &mut self,
        titles: &[&Entry],
        names: &[&Entry],
        sections: &[Section<'_>],
        name: &number::Name<'_>,
        prefix: Option<&str>,
    ) {
        let heading = sections
            .iter()
            .find(|section| {
                section.level == 1
                    && !header::is_name(section.heading)
                    && !title::names_the_series(&section.title)
                    && !self.is_status(section)
            })
            .or_else(|| {
                sections.first().filter(|section| {
                    self.is_title_of(section, &sections[1..], !names.is_empty())
                        || names.is_empty() && self.is_named_title(section, &sections[1..], name)
                })
            })
            .filter(|section| !title::is_section_name(&section.title))
            .map(|section| self.below_number(section, sections).unwrap_or(section))
            .map(|section| self.below_template(section, sections).unwrap_or(section));
        if self.record.number.is_none()
            && name.date.is_none()
            && let Some(section) = heading
        {
            let plain = self.heading_text(section);
            let stripped = title::without_number(&plain, None, prefix);
            let before = plain.strip_suffix(stripped).unwrap_or_default();
            let number = before.trim_matches(|c: char| !c.is_alphanumeric());
            if let Some((_, value)) = number::of_value(number) {
                let from = self.heading_origin(section, plain.clone());
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
            let from = self.heading_origin(section, "#".repeat(section.level.into()));
            (self.heading_text(section), from, Some((OriginKind::Heading, section.heading_span.clone())))
        } else if let Some(entry) = named {
            (inline::plain(&entry.node.to_text()), self.origin(entry), None)
        } else if let Some((value, line)) = self.first_line(own, prefix) {
            (value, Origin { line: Some(line), ..Origin::rule(OriginKind::Text, "") }, None)
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
                    None => title::from_slug(without_prefix(name, prefix)),
                };
                let value = if slug.is_empty() { number::name_of(&self.text.path).to_owned() } else { slug };
                if names.is_empty() && !self.is_signpost() {
                    self.record.diagnostics.push(diagnostic::missing_title(&self.text.path, &value));
                }
                let from = Origin::rule(OriginKind::FileName, number::name_of(&self.text.path));
                Sourced { value, from }
            }
        };
    }

    /// A heading that is the record's status: `# Status: accepted`, `# Superseded!`.
    fn is_status(&self, heading: &Section<'_>) -> bool {
        let own = &self.record.status.from;
        let spans = own.spans.as_ref().filter(|_| own.kind == OriginKind::Heading);
        let whole = |span: &Range<usize>| {
            let written = &self.text.text[heading.heading_span.clone()];
            heading.heading_span.start <= span.start
                && span.end <= heading.heading_span.end
                && (span.len() + 2 >= written.len()
                    || field::of(written.split(':').next().unwrap_or_default()) == Some(field::Field::Status))
        };
        spans.is_some_and(|spans| whole(&spans.value))
    }

    fn heading_origin(&self, section: &Section<'_>, key: String) -> Origin {
        let span = section.heading_span.clone();
        let line = Some(self.text.line(span.start));
        let spans = Some(Spans { key: span.start..span.start, value: span });
        Origin { kind: OriginKind::Heading, line, key, spans }
    }

    /// The heading right below one that is nothing but the number: the title in two lines.
    fn below_number<'s>(&self, heading: &Section<'_>, all: &'s [Section<'s>]) -> Option<&'s Section<'s>> {
        let next = all.iter().find(|section| section.heading_span.start > heading.heading_span.start)?;
        let is_title = self.text.text.get(heading.body.clone())?.trim().is_empty()
            && number::stands_alone(heading.heading)
            && !title::is_section_name(&next.title);
        is_title.then_some(next)
    }

    /// The heading that an author wrote below the title of the template, which was left.
    fn below_template<'s>(&self, heading: &Section<'_>, all: &'s [Section<'s>]) -> Option<&'s Section<'s>> {
        let is_template = |section: &Section<'_>| {
            let plain = self.heading_text(section);
            let title = title::without_number(&plain, None, None);
            title::is_template(title) || title::names_a_template(&plain)
        };
        let next = all.iter().find(|section| section.heading_span.start > heading.heading_span.start)?;
        let is_right_below = self.text.text.get(heading.body.clone())?.trim().is_empty();
        let is_title = next.level == 1 || next.level == 2 && is_right_below;
        (is_title && is_template(heading) && !is_template(next) && !title::is_section_name(&next.title))
            .then_some(next)
    }

    /// A first line that has the form of a title, in a text without headings: `ADR: Use QUIC`.
    fn first_line(&self, own: Option<&str>, prefix: Option<&str>) -> Option<(String, u32)> {
        let first = outline::lines(&self.text.text, self.record.body_start..self.text.text.len())
            .find(|line| !line.is_blank())
            .filter(|line| line.level == 0)?;
        let plain = inline::plain(first.text);
        let title = title::of_line(plain.trim(), own, prefix)?;
        Some((title.to_owned(), self.text.line(first.start)))
    }

    /// A first heading of level two, beside sections of the same level, that has the record's number, is
    /// what the file is called, or has the status next to it.
    fn is_named_title(&self, heading: &Section<'_>, others: &[Section<'_>], name: &number::Name<'_>) -> bool {
        let plain = self.heading_text(heading);
        let own = self.record.number.as_ref().map(|number| number.value.as_str());
        let is_numbered = title::without_number(&plain, own, None).len() < plain.len();
        let is_called = name.slug != plain && title::is_slug(&plain, name.slug);
        let is_over_status = others
            .first()
            .is_some_and(|next| next.level == 2 && field::of(&next.title) == Some(field::Field::Status));
        heading.level == 2 && self.is_first(heading) && (is_numbered || is_called || is_over_status)
    }

    /// True where nothing but comments stands before a heading.
    fn is_first(&self, heading: &Section<'_>) -> bool {
        outline::lines(&self.text.text, self.record.body_start..heading.heading_span.start)
            .all(|line| line.is_blank() || line.level > 0)
    }

    /// A body too short to be a record of its own: "This file was moved to …".
    pub(super) fn is_signpost(&self) -> bool {
        moved(&self.text.text, self.record.body_start).is_some()
    }

    /// A heading of level two is the title where nothing but comments stands before it, and it is set
    /// apart from the sections: they are deeper, it alone is underlined, or the header follows it (which
    /// counts less than a name in the header, `named`, unless it is underlined).
    pub(super) fn is_title_of(&self, heading: &Section<'_>, others: &[Section<'_>], named: bool) -> bool {
        let underlined = |section: &Section<'_>| {
            let line = self.text.line_span(self.text.line(section.heading_span.start));
            !self.text.text.get(line).is_some_and(|line| line.trim_start().starts_with('#'))
        };
        let over_header = self.record.preamble.as_ref().is_some_and(|preamble| {
            let between = self.text.text.get(heading.body.start..preamble.start);
            between.is_some_and(|between| between.trim().is_empty())
        });
        let apart = others.iter().all(|other| other.level > heading.level)
            || underlined(heading) && !others.iter().any(underlined)
            || over_header && (underlined(heading) || !named);
        heading.level == 2 && apart && self.is_first(heading)
    }

    /// A heading's plain text, as the markdown parser reads it.
    pub(super) fn heading_text(&self, section: &Section<'_>) -> String {
        let headings = &self.record.scan.headings;
        let index = headings.partition_point(|heading| heading.span.end <= section.heading_span.start);
        match headings.get(index).filter(|heading| heading.span.start <= section.heading_span.start) {
            Some(heading) => heading.text.clone(),
            None => section.title.clone(),
        }
    }
}
