//! Values of the metadata as written, where the rows beside a record's text do not show each of their words:
//! `Ada Lovelace (edited by Grace)`, a date with a remark, links with words round them. One check for all rows,
//! so that a row may show what is useful and nothing is lost.

use std::collections::HashSet;

use serde::Serialize;

use super::parts::{WebLinkView, title_case, web, without_mail};
use super::record::{ExtraRow, RecordView, href, title_headings};
use crate::catalog::Catalog;
use crate::markdown::{self, Definitions};
use crate::record::{self, Row, Written};
use crate::site::Entry;
use crate::source::SourceText;

/// A value as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quote {
    /// Its key.
    pub key: String,
    /// Its words, in pieces with and without a link.
    pub pieces: Vec<WebLinkView>,
}

type Words = HashSet<String>;

/// Words between the names of a list, for which the page starts a new item.
const JOINING: [&str; 5] = ["and", "und", "et", "y", "e"];

/// Adds to the rows of a page the values of which they lose a word. `text` is the record's file.
pub fn add(catalog: &Catalog, entry: &Entry, text: Option<&SourceText>, root: &str, view: &mut RecordView) {
    let is_reference = |written: &Written| written.text.contains("][");
    let definitions = match text.filter(|_| entry.record.written.iter().any(is_reference)) {
        Some(text) => markdown::destinations(text.text.get(entry.record.body_start..).unwrap_or_default()),
        None => Definitions::new(),
    };
    let quoting = Quoting { catalog, entry, definitions, root };
    for written in &entry.record.written {
        quoting.add(written, view);
    }
    let Some(text) = text else { return };
    let title = title_words(view);
    for heading in title_headings(&entry.record, text) {
        if loses(&heading.text, &title) {
            let pieces = vec![WebLinkView { label: heading.text.clone(), href: None }];
            view.written.push(Quote { key: "Title".to_owned(), pieces });
        }
    }
}

struct Quoting<'a> {
    catalog: &'a Catalog,
    entry: &'a Entry,
    definitions: Definitions,
    root: &'a str,
}

impl Quoting<'_> {
    fn add(&self, written: &Written, view: &mut RecordView) {
        let said = without_mail(self.catalog, &record::plain_value(&written.text, &self.definitions));
        if said.is_empty() || is_template(&said) {
            return;
        }
        let quote = || Quote { key: title_case(&written.key), pieces: self.pieces(&written.text) };
        // A key may stand in several containers, with a value in each.
        let is_own = |row: &&mut ExtraRow| row.key == written.key;
        if view.extra.iter().any(|row| row.key == written.key) {
            let shows = |row: &&mut ExtraRow| !loses(&said, &words_of([row.value.as_str()]));
            match view.extra.iter_mut().filter(is_own).find(shows) {
                Some(row) => {
                    let pieces = self.pieces(&written.text);
                    if row.href.is_none() && pieces.iter().any(|piece| piece.href.is_some()) {
                        row.written = pieces;
                    }
                }
                None => view.written.push(quote()),
            }
            return;
        }
        let place = match &written.row {
            Row::Status => {
                let mut known =
                    words_of([&*view.status.label, view.status.note.as_deref().unwrap_or_default()]);
                known.extend(
                    view.tags.iter().flat_map(|row| &row.tags).flat_map(|tag| record::words(&tag.name)),
                );
                let kept = view.status.note.is_none() && !loses(&said, &known);
                (!kept).then_some(&mut view.status.written)
            }
            Row::Title => loses(&said, &title_words(view)).then_some(&mut view.written),
            Row::Summary => {
                let shown = view.summary.as_deref().map(|summary| super::page::cut(summary, 300));
                loses(&said, &words_of(shown.as_deref())).then_some(&mut view.written)
            }
            Row::Date(key) => {
                let row = view.dates.iter_mut().find(|row| row.key == *key);
                let known = row.as_ref().map(|row| date_words(&row.date)).unwrap_or_default();
                loses(without_midnight(&said), &known)
                    .then(|| row.map_or(&mut view.written, |row| &mut row.written))
            }
            Row::People(role) => {
                let name = super::people::ROLES.iter().find(|known| known.0 == *role).map(|known| known.1);
                match view.people.iter_mut().find(|row| Some(row.role) == name) {
                    Some(row) => {
                        let mut known = words_of(row.people.iter().map(|person| person.name.as_str()));
                        known.extend(JOINING.map(str::to_owned));
                        if !loses(&said, &known) {
                            return;
                        }
                        known.extend(words_of(
                            row.people.iter().filter_map(|person| person.handle.as_deref()),
                        ));
                        row.handles |= !loses(&said, &known);
                        loses(&said, &known).then_some(&mut row.written)
                    }
                    None => Some(&mut view.written),
                }
            }
            Row::Tags(facet) => match view.tags.iter_mut().find(|row| row.facet == *facet) {
                Some(row) => {
                    let known = words_of(row.tags.iter().map(|tag| tag.name.as_str()));
                    loses(&said, &known).then_some(&mut row.written)
                }
                None => Some(&mut view.written),
            },
            Row::Links(kind) => match view.links.iter_mut().find(|row| row.kind == *kind) {
                Some(row) => {
                    let links = row.links.iter().flat_map(|link| [Some(&link.label), link.href.as_ref()]);
                    let known = words_of(links.flatten().map(String::as_str));
                    if loses(&said, &known) {
                        let quote = quote();
                        // Its links stand in it.
                        let all = quote.pieces.iter().map(|piece| piece.label.as_str()).collect::<String>();
                        row.links.retain(|link| match &link.href {
                            Some(_) => {
                                !all.contains(link.label.trim_end_matches('…'))
                                    || quote.pieces.iter().all(|piece| piece.href != link.href)
                            }
                            None => !all.contains(link.label.trim_end_matches('…')),
                        });
                        row.written.push(quote);
                    }
                    return;
                }
                None => Some(&mut view.written),
            },
            Row::Relations => {
                let mut known = Words::new();
                for group in &view.relations {
                    known.extend(record::words(&group.title));
                    for other in &group.records {
                        known.extend(words_of([&*other.link.title, &*other.link.path, &*other.link.id]));
                        known.extend(words_of(other.link.name.as_deref()));
                    }
                    for other in &group.elsewhere {
                        known.extend(words_of(
                            [Some(&*other.label), other.href.as_deref()].into_iter().flatten(),
                        ));
                    }
                }
                for relation in self.entry.relations.iter() {
                    let other = self.catalog.site.entries.get(relation.target);
                    known.extend(words_of(other.map(|other| other.record.source.as_str())));
                }
                loses(&said, &known).then_some(&mut view.written)
            }
            Row::Revisit => {
                let known = words_of(view.revisit.iter().map(String::as_str));
                loses(&said, &known).then_some(&mut view.written)
            }
            Row::Options => {
                let texts = view.options.iter().flat_map(|option| {
                    let arguments = option.good.iter().chain(&option.neutral).chain(&option.bad);
                    arguments.chain([&option.name])
                });
                let mut known = words_of(texts.map(String::as_str));
                known.extend(["true", "false", "yes", "no"].map(str::to_owned));
                loses(&said, &known).then_some(&mut view.written)
            }
            Row::Own => {
                let mut known = title_words(view);
                known.extend(record::words(&self.entry.record.source));
                known.extend(words_of(
                    view.people.iter().flat_map(|row| &row.people).map(|p| p.name.as_str()),
                ));
                loses(&said, &known).then_some(&mut view.written)
            }
        };
        if let Some(place) = place {
            place.push(quote());
        }
    }

    /// A value in pieces with and without a link. Addresses are checked as everywhere; those of mail are left
    /// out where the site does not publish them.
    fn pieces(&self, value: &str) -> Vec<WebLinkView> {
        let mut pieces: Vec<WebLinkView> = Vec::new();
        let mut push = |label: &str, href: Option<String>| match pieces.last_mut() {
            Some(last) if last.href.is_none() && href.is_none() => last.label.push_str(label),
            _ => pieces.push(WebLinkView { label: label.to_owned(), href }),
        };
        for run in markdown::runs(value, &self.definitions) {
            if let Some(destination) = run.destination {
                push(&run.text, self.href(&destination));
                continue;
            }
            let mut at = 0;
            for bare in record::bare_links(&run.text) {
                push(&run.text[at..bare.start], None);
                push(&run.text[bare.clone()], self.href(&run.text[bare.clone()]));
                at = bare.end;
            }
            push(&run.text[at..], None);
        }
        for piece in &mut pieces {
            piece.label = hide_mail(self.catalog, &piece.label);
        }
        if let Some(last) = pieces.last_mut() {
            last.label.truncate(last.label.trim_end().len());
        }
        pieces.retain(|piece| !piece.label.is_empty());
        pieces
    }

    fn href(&self, destination: &str) -> Option<String> {
        let record = &self.entry.record;
        let linked = record.scan.links.iter().find(|link| {
            link.destination == destination
                && record.left_out.iter().any(|left_out| left_out.contains(&link.span.start))
        });
        let target = linked.and_then(|link| self.entry.targets.get(&link.span.start));
        let mail = self.catalog.site.config.site.publish_mail || !destination.starts_with("mailto:");
        target
            .and_then(|target| href(self.catalog, self.root, target))
            .map(|href| href.url)
            .filter(|url| !url.is_empty())
            .or_else(|| web(destination))
            .filter(|_| mail)
    }
}

/// Mail addresses taken out, with the brackets round them.
fn hide_mail(catalog: &Catalog, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive([' ', '<', '>', '(', ')', ',', ';']) {
        let word = piece.trim_end_matches([' ', '<', '>', '(', ')', ',', ';']);
        match word.contains('@') && without_mail(catalog, word).is_empty() {
            true => out.push_str(&piece[word.len()..]),
            false => out.push_str(piece),
        }
    }
    out.replace("<>", "").replace("()", "").replace(" ,", ",").replace(" ;", ";")
}

fn words_of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Words {
    texts.into_iter().flat_map(record::words).map(bare).collect()
}

/// A number without leading zeros.
fn bare(word: String) -> String {
    let short = word.trim_start_matches('0');
    match short.len() < word.len() && short.starts_with(|c: char| c.is_ascii_digit()) {
        true => short.to_owned(),
        false => word,
    }
}

fn loses(said: &str, known: &Words) -> bool {
    record::words(said).any(|word| !known.contains(&bare(word)))
}

fn title_words(view: &RecordView) -> Words {
    let link = &view.link;
    words_of([
        &*link.title,
        link.name.as_deref().unwrap_or_default(),
        link.number.as_deref().unwrap_or_default(),
    ])
}

/// The words by which a day can be written.
fn date_words(day: &str) -> Words {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let mut known = words_of([day]);
    let parts = day.split('-').map(|part| part.parse::<usize>().unwrap_or_default()).collect::<Vec<_>>();
    let [year, month, day] = parts[..] else { return known };
    let name = MONTHS.get(month.saturating_sub(1)).copied().unwrap_or_default();
    known.extend(
        [name, name.get(..3).unwrap_or_default(), name.get(..4).unwrap_or_default()].map(str::to_owned),
    );
    known.extend(["st", "nd", "rd", "th"].map(|ending| format!("{day}{ending}")));
    known.extend([format!("{:02}", year % 100), format!("{year:04}{month:02}{day:02}"), "of".to_owned()]);
    known.extend([format!("{year}年{month}月{day}日"), format!("{year}年{month:02}月{day:02}日")]);
    known
}

/// A date without the time of day that a machine adds: `2024-03-01T00:00:00Z`.
fn without_midnight(date: &str) -> &str {
    let Some(at) = date.find(['T', ' ']).filter(|at| *at == 10) else { return date };
    let time = &date[at..];
    let digits = time.chars().any(|c| c == '0');
    let midnight = time.chars().all(|c| "T Z0:.+-".contains(c));
    if digits && midnight { &date[..at] } else { date }
}

/// What a template asks its reader to write: `{list everyone involved}`.
fn is_template(text: &str) -> bool {
    let brackets = [('{', '}'), ('<', '>'), ('[', ']')];
    let text = text.trim();
    let inside = brackets.iter().any(|(open, close)| {
        text.strip_prefix(*open)
            .and_then(|text| text.strip_suffix(*close))
            .is_some_and(|inside| !inside.contains([*open, *close]))
    });
    inside && text.split_whitespace().count() > 2 && !text.contains("://")
}
