//! [`Entry`]: one `key: value` of a record's metadata, whatever container it was written in. The
//! readers of containers produce entries; [`super::parse()`] turns them into fields. Knows no keys.

use std::ops::Range;

use super::{OriginKind, field};

/// One key with its value, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key as written, markup removed: `Superseded-By`.
    pub key: String,
    /// Byte range of the key in its file.
    pub key_span: Range<usize>,
    /// The value.
    pub node: Node,
    /// The container it stood in.
    pub container: OriginKind,
}

/// A value and its byte range in its file (empty where the container cannot tell).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it stands.
    pub span: Range<usize>,
}

/// What a value can be. Scalars stay text: `0012` and `1.10` must not become numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing, or YAML's null.
    Empty,
    /// A scalar, markdown still in it.
    Text(String),
    /// A sequence, or a bullet with bullets below it.
    List(Vec<Node>),
    /// A mapping, in source order.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// A scalar with its place; blank text is [`Value::Empty`].
    pub fn text(text: impl Into<String>, span: Range<usize>) -> Node {
        let text = text.into();
        let value = if text.trim().is_empty() { Value::Empty } else { Value::Text(text) };
        Node { value, span }
    }

    /// The value as one line of text. A flow map of bare words is the braces of a template that were
    /// left on (`status: {accepted}`), so its keys are the text; lists are joined by commas.
    pub fn to_text(&self) -> String {
        match &self.value {
            Value::Empty => String::new(),
            Value::Text(text) => text.clone(),
            Value::List(items) => {
                items.iter().map(Node::to_text).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
            }
            Value::Map(pairs) => pairs
                .iter()
                .map(|(key, node)| match node.to_text() {
                    text if text.is_empty() => key.clone(),
                    text => format!("{key}: {text}"),
                })
                .collect::<Vec<_>>()
                .join(", "),
        }
    }

    /// The scalars below this value, each with its place: the items of a list, the values of a map
    /// (or its keys, where they are bare), the value itself.
    pub fn scalars(&self) -> Vec<(&str, Range<usize>)> {
        let mut found = Vec::new();
        self.collect_scalars(&mut found);
        found
    }

    fn collect_scalars<'a>(&'a self, found: &mut Vec<(&'a str, Range<usize>)>) {
        match &self.value {
            Value::Empty => {}
            Value::Text(text) => found.push((text, self.span.clone())),
            Value::List(items) => items.iter().for_each(|item| item.collect_scalars(found)),
            Value::Map(pairs) => {
                for (key, node) in pairs {
                    match node.value {
                        Value::Empty => found.push((key, self.span.clone())),
                        _ => node.collect_scalars(found),
                    }
                }
            }
        }
    }

    /// True where nothing was said: an empty value, or one of the words people leave in its place
    /// (`N/A`, `none`, `TBD`, `-`, `(leave this empty)`).
    pub fn is_empty(&self) -> bool {
        match &self.value {
            Value::Empty => true,
            Value::Text(text) => means_nothing(text),
            Value::List(items) => items.iter().all(Node::is_empty),
            Value::Map(pairs) => pairs.is_empty(),
        }
    }
}

/// Keys whose maps hold the record's own keys: Hugo's `params`, `meta`, `extra`.
const NESTING: [&str; 5] = ["meta", "metadata", "params", "extra", "review"];

/// Entries with the keys of such maps in place of the maps.
pub fn flatten(entries: Vec<Entry>) -> Vec<Entry> {
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

/// Words that stand for no value, lower case, after quotes and brackets are taken off.
#[rustfmt::skip]
const NOTHING: [&str; 22] = [
    "", "-", "--", "---", "~", "null", "nil", "n/a", "na", "none", "not applicable", "tbd", "todo", "tba", "unknown",
    "leave this empty", "leave blank", "yyyy-mm-dd", "<!-- -->", "none yet", "empty", "?",
];

/// True where the text stands for no value.
pub fn means_nothing(text: &str) -> bool {
    let bare = text.trim_matches(|c: char| c.is_whitespace() || "\"'`()[]{}<>*_.".contains(c));
    let start = bare.char_indices().nth(64).map_or(bare, |(end, _)| &bare[..end]);
    let start = start.to_lowercase();
    let bare = start.as_str();
    NOTHING.contains(&bare)
        || bare.starts_with("put \"n/a\"")
        || bare.starts_with("leave this")
        || bare.starts_with("fill me in")
        || bare.starts_with("fill in ")
        || bare.starts_with("this should be empty")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_stand_for_nothing() {
        for text in [
            "",
            " ",
            "N/A",
            "\"N/A\"",
            "None",
            "[]",
            "[[]]",
            "{}",
            "(leave this empty)",
            "TBD",
            "`N/A`",
            "--",
        ] {
            assert!(means_nothing(text), "{text:?}");
        }
        for text in ["12", "none of them", "accepted", "NAT"] {
            assert!(!means_nothing(text), "{text:?}");
        }
    }
}
