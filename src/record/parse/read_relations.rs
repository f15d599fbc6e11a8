//! A record's relations: fields, lists of typed links and the lines of link sections.

use std::ops::Range;

use super::Reader;
use crate::record::RelationRef;
use crate::record::entry::{Entry, Node, Value, means_nothing};
use crate::record::field::Field;
use crate::record::inline;
use crate::record::relation::{self, Target};

/// Relations kept of one record.
const MOST_RELATIONS: usize = 1000;

impl Reader<'_> {
    pub(super) fn relate(&mut self, kind: String, target: String, entry: &Entry, span: Range<usize>) {
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

    pub(super) fn relations(&mut self, entry: &Entry, kind: &str) {
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
    pub(super) fn link_lines(&mut self, entry: &Entry, field: Option<Field>) {
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
    pub(super) fn link_line(&mut self, entry: &Entry, line: &str, span: Range<usize>, default: Option<&str>) {
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
}
