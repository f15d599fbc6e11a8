//! A record's relations: fields, lists of typed links and the lines of link sections.

use std::ops::Range;

use super::Reader;
use crate::record::RelationRef;
use crate::record::entry::{Entry, Node, Value, means_nothing};
use crate::record::field::Field;
use crate::record::inline;
use crate::record::relation::{self, Target};
use crate::record::statement::{self, Clause};

/// Relations kept of one record.
const MOST_RELATIONS: usize = 1000;

impl Reader<'_> {
    fn relate(&mut self, relation: RelationRef) {
        let known = &self.record.relations;
        let is_known = |known: &RelationRef| known.kind == relation.kind && known.target == relation.target;
        if !means_nothing(&relation.target) && known.len() < MOST_RELATIONS && !known.iter().any(is_known) {
            self.record.relations.push(relation);
        }
    }

    /// Adds a relation for each target of a clause. The clause's places are those of the file, or of the `text` that
    /// was read from a span of it.
    pub(super) fn relate_all(&mut self, clause: Clause, entry: &Entry, text: Option<(&str, &Range<usize>)>) {
        for Target { text: target, span } in clause.targets {
            let span = text.map_or(span.clone(), |(text, of)| self.within(entry, of, text, span));
            let target = match target.starts_with('[') && target.ends_with(']') {
                true => inline::definition(&self.text.text, &target).unwrap_or(&target).to_owned(),
                false => target,
            };
            let mut from = self.origin(entry);
            from.line = Some(self.source(entry.container).line(span.start));
            let (kind, scope) = (clause.kind.clone(), clause.scope.clone());
            self.relate(RelationRef { kind, target, scope, pending: clause.pending, from, span });
        }
    }

    /// The relations that the text of a value states.
    pub(super) fn clauses(&mut self, entry: &Entry) {
        for (text, span) in entry.node.scalars() {
            for clause in statement::clauses(text, self.rules) {
                self.relate_all(clause, entry, Some((text, &span)));
            }
        }
    }

    /// The targets of a field that is named for its relation.
    pub(super) fn relations(&mut self, entry: &Entry, kind: &str) {
        self.targets(entry, &entry.node, kind);
    }

    fn targets(&mut self, entry: &Entry, node: &Node, kind: &str) {
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| self.targets(entry, item, kind)),
            Value::Map(pairs) => {
                // `supersedes: [{id: ADR-1, reason: …}]`
                let named = |names: &[&str]| {
                    pairs.iter().find(|(key, _)| names.contains(&key.to_lowercase().as_str()))
                };
                match named(&TARGETS) {
                    Some((_, target)) => {
                        let scope = named(&["scope", "part"]).map(|(_, scope)| scope.to_text());
                        for clause in statement::value(&target.to_text(), kind, self.rules) {
                            let clause = Clause { scope: scope.clone().or(clause.scope), ..clause };
                            self.relate_all(clause, entry, Some((&target.to_text(), &target.span)));
                        }
                    }
                    None => {
                        for (text, span) in node.scalars() {
                            self.value(entry, text, &span, kind);
                        }
                    }
                }
            }
            Value::Empty => {}
            Value::Text(text) => self.value(entry, text, &node.span, kind),
        }
    }

    fn value(&mut self, entry: &Entry, text: &str, span: &Range<usize>, kind: &str) {
        let text = if means_nothing(text) { "" } else { text };
        for clause in statement::value(text, kind, self.rules) {
            self.relate_all(clause, entry, Some((text, span)));
        }
    }

    /// `links: [{target: 2, kind: supersedes}]`, `relations: ["supersedes 12"]`, `relations: {supersedes: [12]}`.
    pub(super) fn links(&mut self, entry: &Entry) {
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
                            self.targets(entry, item, &kind);
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
    pub(super) fn link_lines(&mut self, entry: &Entry, field: Option<Field>) {
        let kind = match field {
            Some(Field::Relation(_)) => relation::kind_of(&entry.key, self.rules),
            _ => None,
        };
        for (paragraph, span) in entry.node.scalars() {
            self.link_line(entry, paragraph, span, kind.as_deref());
        }
    }

    /// A paragraph that states relations, or one whose heading names its kind (`default`): then only links to files
    /// and records count, not the web pages that such sections also list.
    pub(super) fn link_line(&mut self, entry: &Entry, text: &str, span: Range<usize>, default: Option<&str>) {
        let mut clauses = statement::clauses(text, self.rules);
        if clauses.is_empty()
            && let Some(kind) = default
        {
            clauses.extend(text.lines().flat_map(|line| {
                let at = line.as_ptr() as usize - text.as_ptr() as usize;
                statement::line(line, kind, self.rules).into_iter().map(move |clause| clause.shifted(at))
            }));
        }
        for mut clause in clauses {
            clause.targets.retain(|Target { text, .. }| {
                !relation::is_external(text) && !text.contains(' ') && !text.starts_with('#')
            });
            self.relate_all(clause, entry, Some((text, &span)));
        }
    }
}

/// Keys of a map that name the other record.
const TARGETS: [&str; 12] =
    ["target", "to", "id", "number", "record", "adr", "rfc", "ref", "path", "link", "href", "url"];
