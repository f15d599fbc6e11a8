//! Relations between records: looks up what each names, derives the other end, and reports what only one
//! end says. Never changes a status: what an author wrote stands.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::link::{Referent, Resolver};
use super::{Elsewhere, Entry, Ix, Relation};
use crate::collection::Collection;
use crate::diagnostic::{self, Diagnostic, Place};
use crate::record::relation::inverse;
use crate::record::{OriginKind, Phase, Record, RelationRef, State, statement};
use crate::source::Inputs;

/// This record stands in the other's place.
pub const SUPERSEDES: &str = "supersedes";
/// The other record stands in this one's place.
pub const SUPERSEDED_BY: &str = "superseded-by";

/// What the relations that one record writes come to.
#[derive(Default)]
pub struct Written {
    /// Records related to, by kind, with where it was read.
    pub relations: Vec<Relation>,
    /// Relations to what is not a record of this site.
    pub elsewhere: Vec<Elsewhere>,
    /// Relations that name nothing.
    pub diagnostics: Vec<Diagnostic>,
}

/// Looks up the relations of one record.
pub fn written(resolver: &Resolver<'_>, entries: &[Entry], ix: Ix) -> Written {
    let mut written = Written::default();
    let record = &entries[ix].record;
    for relation in &record.relations {
        let place = || place(resolver.inputs(), record, relation);
        let in_prose = matches!(relation.from.kind, OriginKind::Section | OriginKind::Text);
        let (is_wiki_link, shown) = as_written(resolver.inputs(), record, relation);
        for name in names(&relation.target) {
            match name.look_up(resolver, ix, shown) {
                Referent::Records(pages) => {
                    for page in pages {
                        match page == ix {
                            true => {
                                written.diagnostics.push(diagnostic::self_relation(place(), &relation.kind))
                            }
                            false => written.relations.push(Relation {
                                kind: relation.kind.clone(),
                                target: page,
                                derived: false,
                                scope: relation.scope.clone(),
                                pending: relation.pending,
                                from: relation.from.kind,
                            }),
                        }
                    }
                }
                Referent::Web(url) => written.elsewhere.push(elsewhere(relation, name.text, Some(url))),
                Referent::Ambiguous(pages) => {
                    let sources: Vec<&str> =
                        pages.iter().map(|page| entries[*page].record.source.as_str()).collect();
                    written.diagnostics.push(diagnostic::ambiguous_relation(place(), name.text, &sources));
                    written.elsewhere.push(elsewhere(relation, name.text, None));
                }
                Referent::Draft => written.elsewhere.push(elsewhere(relation, name.text, None)),
                Referent::File(url) => written.elsewhere.push(elsewhere(relation, name.text, url)),
                Referent::Unknown(near)
                    if !is_wiki_link && !name.is_meant(resolver, ix, near.as_deref(), in_prose) =>
                {
                    // What a list in running text also holds is in the text.
                    if !(in_prose && relation.kind == "relates-to") {
                        written.elsewhere.push(elsewhere(relation, name.text, None));
                    }
                }
                Referent::Unknown(near) => {
                    let help = near.map(|path| format!("did you mean `{path}`?"));
                    written.diagnostics.push(diagnostic::unresolved_relation(
                        place(),
                        &relation.kind,
                        name.text,
                        help,
                    ));
                    written.elsewhere.push(elsewhere(relation, name.text, None));
                }
            }
        }
    }
    written
}

/// Where a relation was read.
pub fn place(inputs: &Inputs, record: &Record, relation: &RelationRef) -> Place {
    let file = file_of(record, relation.from.kind);
    inputs.text(file).map_or_else(|| Place::file(file), |text| Place::span(text, relation.span.clone()))
}

/// The file that holds what was read from a kind of place.
fn file_of(record: &Record, kind: OriginKind) -> &str {
    match (kind, &record.sidecar) {
        (OriginKind::Sidecar, Some(sidecar)) => sidecar,
        _ => &record.source,
    }
}

/// Whether a relation stands between double brackets, and the text of the link that it is.
fn as_written<'i>(inputs: &'i Inputs, record: &Record, relation: &RelationRef) -> (bool, Option<&'i str>) {
    let Some(text) = inputs.text(file_of(record, relation.from.kind)).map(|text| text.text.as_str()) else {
        return (false, None);
    };
    let before = text.get(..relation.span.start).unwrap_or_default();
    let written = text.get(relation.span.clone()).unwrap_or_default();
    let shown = match first_link(written) {
        Some((0, link, end)) if end == written.len() => Some(link.text),
        _ => None,
    };
    (before.ends_with("[[") || written.starts_with("[["), shown)
}

/// True for the address of a pull or merge request, by which a record is cited before it has a file.
fn is_proposed_change(url: &str) -> bool {
    ["/pull/", "/merge_requests/", "/pull-requests/"].iter().any(|part| url.contains(part))
}

fn elsewhere(relation: &RelationRef, label: &str, url: Option<String>) -> Elsewhere {
    Elsewhere { kind: relation.kind.clone(), label: label.to_owned(), url }
}

/// One name in the text of a relation: what it is called, and where the author linked it.
#[derive(Debug, PartialEq, Eq)]
struct Name<'t> {
    text: &'t str,
    link: Option<&'t str>,
}

impl Name<'_> {
    /// True where it was meant as a record of this log, although it names none.
    fn is_meant(&self, resolver: &Resolver<'_>, ix: Ix, near: Option<&str>, in_prose: bool) -> bool {
        let looks_like = |text| resolver.looks_like_record(ix, text, near, in_prose);
        match self.link {
            Some(link) => !link.starts_with('#') && looks_like(link),
            None => looks_like(self.text) || !in_prose && looks_like(leading_name(self.text)),
        }
    }

    /// `shown` is the text of the link that stands for the whole relation.
    fn look_up(&self, resolver: &Resolver<'_>, ix: Ix, shown: Option<&str>) -> Referent {
        let (linked, text) = match self.link {
            Some(link) => (Some(resolver.referent(ix, link)), self.text),
            None => match shown.filter(|_| is_proposed_change(self.text)) {
                Some(shown) => (Some(resolver.referent(ix, self.text)), shown),
                None => (None, self.text),
            },
        };
        match linked {
            Some(Referent::Records(pages)) => return Referent::Records(pages),
            // The text of such a link may be about anything: `[RFC 2119](https://…)`.
            Some(Referent::Web(url)) if !is_proposed_change(&url) => return Referent::Web(url),
            // A link may be stale while its text still names the record.
            Some(other) => {
                return match resolver.referent(ix, leading_name(text)) {
                    Referent::Records(pages) => Referent::Records(pages),
                    _ => other,
                };
            }
            None => {}
        }
        match resolver.referent(ix, self.text) {
            Referent::Unknown(near) => match leading_name(self.text) {
                name if name == self.text => Referent::Unknown(near),
                name => match resolver.referent(ix, name) {
                    Referent::Unknown(_) => Referent::Unknown(near),
                    found => found,
                },
            },
            found => found,
        }
    }
}

/// The names in a relation's text: markdown links, or parts between commas, semicolons, `and` and `&`.
fn names(text: &str) -> Vec<Name<'_>> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((start, name, end)) = first_link(rest) {
        names.extend(
            parts(&rest[..start]).filter(|text| is_a_name(text)).map(|text| Name { text, link: None }),
        );
        names.push(name);
        rest = &rest[end..];
    }
    let linked = !names.is_empty();
    // Behind links stands what is said of them, not another name, unless it has a number.
    let tail = parts(rest).filter(|text| !linked || is_a_name(text));
    names.extend(tail.map(|text| Name { text, link: None }));
    names
}

/// Byte range and parts of the first `[text](destination)`.
fn first_link(text: &str) -> Option<(usize, Name<'_>, usize)> {
    let middle = text.find("](")?;
    let start = text[..middle].rfind('[')?;
    let end = text[middle..].find(')')? + middle;
    let link = text[middle + 2..end].split_whitespace().next().unwrap_or_default();
    Some((start, Name { text: &text[start + 1..middle], link: Some(link) }, end + 1))
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    const NOTHING: [&str; 8] = ["-", "n/a", "na", "nil", "none", "null", "tbd", "—"];
    text.split([',', ';', '&', '\n'])
        .flat_map(|part| part.split(" and "))
        .flat_map(numbers_with_slashes)
        .map(|part| {
            part.trim()
                .trim_matches(['*', '_', '"', '\'', '`', '(', ')', '[', ']'])
                .trim()
                .trim_end_matches('.')
        })
        .filter(|part| {
            part.chars().any(char::is_alphanumeric) && !NOTHING.contains(&part.to_lowercase().as_str())
        })
}

/// `ADR-0071/0072` → `ADR-0071` and `0072`; a path stays whole.
fn numbers_with_slashes(text: &str) -> impl Iterator<Item = &str> {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = text.trim().split('/');
    let first = parts.next().is_some_and(|first| first.ends_with(|c: char| c.is_ascii_digit()));
    let several = first && parts.clone().next().is_some() && parts.all(is_number);
    text.split(move |c| several && c == '/')
}

fn is_a_name(text: &str) -> bool {
    leading_name(text).chars().any(|c| c.is_ascii_digit())
}

/// The number or id that a longer text starts with: `ADR-12 (in part)` → `ADR-12`, `RFC 12: Use QUIC` →
/// `RFC 12`, `3. Use QUIC` → `3`.
fn leading_name(text: &str) -> &str {
    let text = text.trim();
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default();
    let clean = |word: &str| word.trim_end_matches([':', '.', ',', ')', ']']).len();
    if first.chars().any(|c| c.is_ascii_digit()) {
        return &text[..clean(first)];
    }
    match words.next() {
        Some(second) if second.trim_start_matches('#').starts_with(|c: char| c.is_ascii_digit()) => {
            let start = second.as_ptr() as usize - text.as_ptr() as usize;
            &text[..start + clean(second)]
        }
        _ => text,
    }
}

/// Both ends of every relation, by record, sorted, the written end winning over the derived one.
pub fn connect<'a>(
    entries: &[Entry],
    collections: &[Collection],
    written: impl Iterator<Item = &'a Written>,
) -> Vec<Arc<[Relation]>> {
    let mut all: Vec<BTreeMap<(String, Ix), Relation>> = vec![BTreeMap::new(); entries.len()];
    for (from, written) in written.enumerate() {
        for relation in &written.relations {
            // An unknown kind is, seen from the other end, only a relation.
            let config = &collections[entries[from].collection].config;
            let back = inverse(&relation.kind, config).unwrap_or("relates-to").to_owned();
            enter(&mut all[from], relation.clone());
            let derived = Relation {
                kind: back,
                target: from,
                derived: true,
                from: OriginKind::OtherRecord,
                ..relation.clone()
            };
            enter(&mut all[relation.target], derived);
        }
    }
    all.into_iter().map(|relations| relations.into_values().collect()).collect()
}

/// Adds one end of a relation. What the record itself writes goes before what the other one does; of two statements by
/// the same end the narrower one counts, because a whole supersession retires a record.
fn enter(relations: &mut BTreeMap<(String, Ix), Relation>, new: Relation) {
    let key = (new.kind.clone(), new.target);
    // "In part" is less than what the other end says of it: "events only".
    if let Some(known) = relations.get_mut(&key)
        && let Some(scope) = &new.scope
        && known.scope.as_deref().is_some_and(statement::is_vague)
    {
        known.scope = Some(scope.clone());
    }
    let wins = |known: &Relation| match (known.derived, new.derived) {
        (known, new) if known != new => known,
        _ => known.is_whole() && !new.is_whole(),
    };
    if relations.get(&key).is_none_or(wins) {
        relations.insert(key, new);
    }
}

/// What the two ends of a supersession leave out, or say against each other.
pub fn check_supersession(
    inputs: &Inputs,
    entries: &[Entry],
    collections: &[Collection],
    ix: Ix,
) -> Vec<Diagnostic> {
    let entry = &entries[ix];
    let status = &entry.record.status;
    let status_place = || {
        let file = file_of(&entry.record, status.from.kind);
        match (inputs.text(file), status.from.line) {
            (Some(text), Some(line)) => Place::span(text, text.line_span(line)),
            _ => Place::file(file),
        }
    };
    let elsewhere = entry.elsewhere.iter().any(|relation| relation.kind == SUPERSEDED_BY);
    let written = |relation: &Relation| relation.kind == SUPERSEDED_BY && !relation.derived;
    let names_successor = elsewhere || entry.relations.iter().any(written);
    let mut diagnostics = Vec::new();
    let mut named = BTreeSet::new();
    for relation in entry.relations.iter() {
        let other = &entries[relation.target];
        let name = || super::name(other, collections);
        let state = other.record.status.state;
        match relation.kind.as_str() {
            SUPERSEDED_BY if !relation.is_whole() => {
                named.insert(relation.target);
                if relation.pending && !relation.derived && state.phase() == Phase::InForce {
                    diagnostics.push(diagnostic::stale_succession(status_place(), &name(), state));
                }
            }
            SUPERSEDED_BY => {
                named.insert(relation.target);
                let holds = matches!(state.phase(), Phase::InForce | Phase::Retired | Phase::Elsewhere);
                if relation.derived && holds {
                    diagnostics.push(diagnostic::one_sided_supersede(
                        status_place(),
                        match status.state {
                            State::Superseded if names_successor => {
                                format!("`{}` also supersedes this record, which does not name it", name())
                            }
                            State::Superseded => format!("superseded, but only `{}` says by what", name()),
                            state => format!("`{}` supersedes this record, which says `{state}`", name()),
                        },
                        format!("write it here too: `superseded-by: {}`", reference(other)),
                    ));
                }
                // That a proposal would take over is no news; that a rejected one has is.
                if !relation.derived && state.phase() == Phase::Closed {
                    diagnostics.push(diagnostic::superseded_by_not_in_force(status_place(), &name(), state));
                }
            }
            // In a circle, which is reported as such, both give way. What was rejected in favour of this record was never
            // in force.
            SUPERSEDES
                if relation.derived
                    && relation.is_whole()
                    && state.phase() != Phase::Closed
                    && !gives_way(entry, relation.target) =>
            {
                diagnostics.push(diagnostic::one_sided_supersede(
                    Place::file(&entry.record.source),
                    format!("`{}` says that this record supersedes it, and this record does not", name()),
                    format!("write it here too: `supersedes: {}`", reference(other)),
                ))
            }
            _ => {}
        }
    }
    if status.state == State::Superseded && named.is_empty() && !elsewhere {
        diagnostics.push(diagnostic::superseded_without_successor(status_place()));
    }
    diagnostics
}

fn gives_way(entry: &Entry, to: Ix) -> bool {
    entry.relations.iter().any(|relation| relation.kind == SUPERSEDED_BY && relation.target == to)
}

/// How front matter of the same collection would name a record.
fn reference(entry: &Entry) -> String {
    let record = &entry.record;
    record.number.as_ref().map_or_else(|| record.slug.clone(), |number| number.value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, Option<&str>)]) {
        let found: Vec<(&str, Option<&str>)> =
            names(text).into_iter().map(|name| (name.text, name.link)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn the_names_in_a_relation() {
        check("2718, 2930", &[("2718", None), ("2930", None)]);
        check("ADR-0012 and ADR-0013", &[("ADR-0012", None), ("ADR-0013", None)]);
        check("[3. Use QUIC](0003-use-quic.md)", &[("3. Use QUIC", Some("0003-use-quic.md"))]);
        check(
            "[ADR-5](0005-a.md), [6](0006-b.md) in part",
            &[("ADR-5", Some("0005-a.md")), ("6", Some("0006-b.md"))],
        );
        check("n/a", &[]);
        check("none.", &[]);
        check("", &[]);
        check("/keps/sig-net/123-dual-stack", &[("/keps/sig-net/123-dual-stack", None)]);
        check("0012-use-quic.md", &[("0012-use-quic.md", None)]);
    }

    #[test]
    fn the_name_a_text_starts_with() {
        for (text, name) in [
            ("ADR-12 (in part)", "ADR-12"),
            ("RFC 12: Use QUIC", "RFC 12"),
            ("RFC #12", "RFC #12"),
            ("3. Use QUIC", "3"),
            ("use-quic", "use-quic"),
        ] {
            assert_eq!(leading_name(text), name);
        }
    }
}
