//! YAML text → entries with byte spans. The only user of serde-saphyr. Scalars keep their spelling
//! (`0012`, `1.10`); a text that is not YAML is read line by line, so that its good keys still count.

use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{DuplicateKeyPolicy, Location, Options, Spanned};

use super::OriginKind;
use super::entry::{Entry, Node, Value};

/// What a YAML text holds.
#[derive(Debug, Default)]
pub struct Read {
    /// Its top-level keys in order.
    pub entries: Vec<Entry>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// What can be wrong with metadata as a whole, with its place in the file.
#[derive(Debug, PartialEq, Eq)]
pub enum Problem {
    /// The text is not what its delimiters promise; the words are the parser's.
    Invalid(String, Range<usize>),
    /// A string or a list where keys were expected.
    NotAMap(Range<usize>),
    /// A key that stands twice; the first one counts.
    DuplicateKey(String, Range<usize>),
    /// The opening delimiter has no closing one.
    Unclosed(Range<usize>),
    /// The file holds this many records.
    SeveralRecords(usize, Range<usize>),
}

/// Longest YAML text that is parsed; metadata is short, and a bomb is not worth the memory.
const LONGEST: usize = 256 * 1024;

/// Reads `text[range]`, spans relative to `text`.
pub fn read(text: &str, range: Range<usize>, container: OriginKind) -> Read {
    let Some(yaml) = text.get(range.clone()) else { return Read::default() };
    if yaml.len() > LONGEST {
        let problem = Problem::Invalid(format!("longer than {LONGEST} bytes"), range.start..range.start);
        return Read { entries: Vec::new(), problems: vec![problem] };
    }
    let base = range.start;
    let mut problems = Vec::new();
    let mut parsed = parse(yaml, DuplicateKeyPolicy::Error);
    if parsed.as_ref().is_err_and(is_duplicate) {
        parsed = parse(yaml, DuplicateKeyPolicy::FirstWins);
    }
    let node = match parsed {
        Ok(node) => node,
        Err(error) => {
            let at = error.location().map_or(base, |location| base + offset(yaml, location));
            let words = error.to_string();
            problems.push(Problem::Invalid(first_sentence(&words), at..line_end(text, at)));
            let entries = lines(text, range, container);
            return Read { entries, problems };
        }
    };
    let entries = match node {
        Tree { value: TreeValue::Map(pairs), .. } => pairs
            .into_iter()
            .map(|(key, tree)| {
                let key_span = key.span(yaml, base);
                Entry { key: key.text(yaml), key_span, node: tree.node(yaml, base), container }
            })
            .collect(),
        Tree { value: TreeValue::Null, .. } => Vec::new(),
        // A whole front matter that is one string is often `key: value` lines that YAML folds.
        _ => {
            let entries = lines(text, range.clone(), container);
            if entries.is_empty() || !yaml.contains(": ") {
                problems.push(Problem::NotAMap(range));
            }
            entries
        }
    };
    let mut seen: Vec<&str> = Vec::with_capacity(entries.len());
    for (key, span) in top_keys(text, base, yaml) {
        match seen.contains(&key) {
            true => problems.push(Problem::DuplicateKey(key.to_owned(), span)),
            false => seen.push(key),
        }
    }
    Read { entries, problems }
}

fn parse(yaml: &str, duplicates: DuplicateKeyPolicy) -> Result<Tree, serde_saphyr::Error> {
    let mut options = Options::default();
    options.duplicate_keys = duplicates;
    options.with_snippet = false;
    serde_saphyr::from_str_with_options(yaml, options)
}

fn is_duplicate(error: &serde_saphyr::Error) -> bool {
    error.to_string().contains("duplicate")
}

fn first_sentence(words: &str) -> String {
    let line = words.lines().next().unwrap_or_default();
    let line = line.split(" at line ").next().unwrap_or(line);
    line.trim_start_matches("error: ").to_owned()
}

/// Byte offset of a location: its own, or counted from line and column (in characters).
fn offset(yaml: &str, location: Location) -> usize {
    if let Some(offset) = location.span().byte_offset() {
        return (offset as usize).min(yaml.len());
    }
    let line_start = match location.line() {
        0 | 1 => 0,
        line => yaml.match_indices('\n').nth(line as usize - 2).map_or(yaml.len(), |(at, _)| at + 1),
    };
    let column = (location.column() as usize).saturating_sub(1);
    let line = yaml[line_start..].lines().next().unwrap_or_default();
    line_start + line.char_indices().nth(column).map_or(line.len(), |(at, _)| at)
}

fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).map_or(at, |rest| at + rest.lines().next().unwrap_or_default().len())
}

/// `key:` at the start of lines, for duplicates that the parser has dropped.
fn top_keys<'a>(text: &'a str, base: usize, yaml: &'a str) -> Vec<(&'a str, Range<usize>)> {
    let mut keys = Vec::new();
    let mut at = base;
    for line in yaml.split_inclusive('\n') {
        if let Some((key, rest)) = line.split_once(':')
            && key.starts_with(|c: char| c.is_alphanumeric() || c == '_')
            && rest.starts_with([' ', '\n', '\r'])
            && !key.contains(['"', '\'', '#', '{', '['])
        {
            keys.push((text.get(at..at + key.len()).unwrap_or_default(), at..at + key.len()));
        }
        at += line.len();
    }
    keys
}

/// Keys that the line-wise reading keeps.
const MOST_ENTRIES: usize = 500;

/// The line-wise reading of a text that is not YAML: `key: value` at the start of a line, indented or
/// dashed lines below it belong to it.
pub fn lines(text: &str, range: Range<usize>, container: OriginKind) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut at = range.start;
    for line in text.get(range).unwrap_or_default().split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_end();
        let body = line.trim_start();
        if body.is_empty() || body.starts_with('#') || body.starts_with("<!--") {
            continue;
        }
        let indented = line.len() > body.len() || body.starts_with("- ");
        let key = body.split_once(':').filter(|(key, rest)| {
            !indented
                && key.len() <= 64
                && (rest.is_empty() || rest.starts_with(' ') || rest.starts_with('\t'))
        });
        let (value, offset) = match key {
            Some((key, rest)) => (rest, start + key.len() + 1),
            None => (body.trim_start_matches("- "), start + line.len() - body.trim_start_matches("- ").len()),
        };
        let value = value.split(" #").next().unwrap_or_default();
        let trimmed = value.trim();
        let value_start = offset + value.find(trimmed).unwrap_or_default();
        let bare = trimmed.trim_matches(['"', '\'']);
        let inset = usize::from(trimmed.len() > bare.len() && !trimmed.starts_with(bare));
        let node = Node::text(bare, value_start + inset..value_start + inset + bare.len());
        if key.is_some() && entries.len() == MOST_ENTRIES {
            break;
        }
        // `- name: Ada`, `email: …` below it: the keys of a map.
        let item = body.strip_prefix("- ").map(str::trim_start);
        let pair = item.unwrap_or(body).split_once(':').filter(|(key, rest)| {
            let word = key.len() <= 32 && key.chars().all(|c| c.is_alphanumeric() || "-_".contains(c));
            indented && word && !key.is_empty() && (rest.is_empty() || rest.starts_with([' ', '\t']))
        });
        let node = match pair {
            Some((key, _)) => {
                let place = node.span.start + bare.len()
                    - bare.split_once(':').map_or(0, |(_, rest)| rest.trim_start().len());
                let value =
                    bare.split_once(':').map_or("", |(_, rest)| rest).trim().trim_matches(['"', '\'']);
                let value = Node::text(value, place..place + value.len());
                Node { span: node.span, value: Value::Map(vec![(key.to_owned(), value)]) }
            }
            None => node,
        };
        match (key, entries.last_mut()) {
            (Some((key, _)), _) => {
                let key = key.trim_matches(['"', '\'']).trim().to_owned();
                entries.push(Entry { key_span: start..start + key.len(), key, node, container });
            }
            (None, Some(last)) if indented => add(&mut last.node, node, item.is_some()),
            _ => {}
        }
    }
    entries
}

/// True for a line that the line-wise reading takes: a key, what is indented below it, a comment.
pub fn is_line(line: &str) -> bool {
    let body = line.trim();
    let key = body
        .split_once(':')
        .is_some_and(|(key, rest)| key.len() <= 64 && (rest.is_empty() || rest.starts_with([' ', '\t'])));
    body.is_empty()
        || key
        || line.starts_with([' ', '\t'])
        || body.starts_with(['#', '-'])
        || body.starts_with("<!--")
}

/// Adds a line below a key to its value: an item of its list, or a key of the map that is open.
fn add(value: &mut Node, node: Node, is_item: bool) {
    if let (false, Value::Map(pairs)) = (is_item, &node.value) {
        let open = match &mut value.value {
            Value::Map(open) => Some(open),
            Value::List(items) => match items.last_mut().map(|last| &mut last.value) {
                Some(Value::Map(open)) => Some(open),
                _ => None,
            },
            _ => None,
        };
        if let Some(open) = open {
            return open.extend(pairs.iter().cloned());
        }
        if value.value == Value::Empty {
            *value = node;
            return;
        }
    }
    match &mut value.value {
        Value::Empty => *value = Node { span: node.span.clone(), value: Value::List(vec![node]) },
        Value::List(items) => items.push(node),
        _ => {
            let first = value.clone();
            *value = Node { span: first.span.clone(), value: Value::List(vec![first, node]) };
        }
    }
}

/// A YAML node as the deserializer hands it out.
#[derive(Debug)]
struct Tree {
    value: TreeValue,
    at: Location,
}

#[derive(Debug)]
enum TreeValue {
    Null,
    /// Typed by the parser; its spelling is in the source.
    Typed,
    Text(String),
    List(Vec<Tree>),
    Map(Vec<(Tree, Tree)>),
}

impl Tree {
    fn span(&self, yaml: &str, base: usize) -> Range<usize> {
        let start = offset(yaml, self.at);
        let len = self.at.span().byte_len().unwrap_or_default() as usize;
        base + start..base + (start + len).min(yaml.len())
    }

    fn text(&self, yaml: &str) -> String {
        match &self.value {
            TreeValue::Text(text) => text.clone(),
            _ => yaml.get(self.span(yaml, 0)).unwrap_or_default().trim().to_owned(),
        }
    }

    fn node(self, yaml: &str, base: usize) -> Node {
        let span = self.span(yaml, base);
        let value = match self.value {
            TreeValue::Null => Value::Empty,
            TreeValue::Typed | TreeValue::Text(_) => return Node::text(self.text(yaml), span),
            TreeValue::List(items) => {
                Value::List(items.into_iter().map(|item| item.node(yaml, base)).collect())
            }
            TreeValue::Map(pairs) => Value::Map(
                pairs.into_iter().map(|(key, tree)| (key.text(yaml), tree.node(yaml, base))).collect(),
            ),
        };
        Node { value, span }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Tree, D::Error> {
        let spanned = Spanned::<TreeValue>::deserialize(deserializer)?;
        Ok(Tree { value: spanned.value, at: spanned.referenced })
    }
}

impl<'de> Deserialize<'de> for TreeValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<TreeValue, D::Error> {
        struct AnyValue;
        impl<'de> Visitor<'de> for AnyValue {
            type Value = TreeValue;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
            }
            fn visit_unit<E>(self) -> Result<TreeValue, E> {
                Ok(TreeValue::Null)
            }
            fn visit_none<E>(self) -> Result<TreeValue, E> {
                Ok(TreeValue::Null)
            }
            fn visit_bool<E>(self, _: bool) -> Result<TreeValue, E> {
                Ok(TreeValue::Typed)
            }
            fn visit_i64<E>(self, _: i64) -> Result<TreeValue, E> {
                Ok(TreeValue::Typed)
            }
            fn visit_u64<E>(self, _: u64) -> Result<TreeValue, E> {
                Ok(TreeValue::Typed)
            }
            fn visit_i128<E>(self, _: i128) -> Result<TreeValue, E> {
                Ok(TreeValue::Typed)
            }
            fn visit_u128<E>(self, _: u128) -> Result<TreeValue, E> {
                Ok(TreeValue::Typed)
            }
            fn visit_f64<E>(self, _: f64) -> Result<TreeValue, E> {
                Ok(TreeValue::Typed)
            }
            fn visit_str<E>(self, text: &str) -> Result<TreeValue, E> {
                Ok(TreeValue::Text(text.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<TreeValue, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(TreeValue::List(list))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<TreeValue, A::Error> {
                let mut map = Vec::new();
                while let Some(pair) = pairs.next_entry()? {
                    map.push(pair);
                }
                Ok(TreeValue::Map(map))
            }
        }
        deserializer.deserialize_any(AnyValue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(yaml: &str) -> Vec<(String, String, String)> {
        let read = read(yaml, 0..yaml.len(), OriginKind::FrontMatter);
        let shown = |entry: &Entry| {
            (
                entry.key.clone(),
                entry.node.to_text(),
                yaml.get(entry.node.span.clone()).unwrap_or("?").to_owned(),
            )
        };
        read.entries.iter().map(shown).collect()
    }

    #[test]
    fn scalars_keep_their_spelling_and_place() {
        let check = |yaml: &str, key: &str, text: &str, source: &str| {
            assert_eq!(shown(yaml), [(key.to_owned(), text.to_owned(), source.to_owned())], "{yaml}");
        };
        check("id: 0012\n", "id", "0012", "0012");
        check("v: 1.10", "v", "1.10", "1.10");
        check("ok: yes", "ok", "yes", "yes");
        check("ok: true # why", "ok", "true", "true");
        check("d: 2023-09-20", "d", "2023-09-20", "2023-09-20");
        check("t: 'a: b'", "t", "a: b", "'a: b'");
        check("é: ünï\r\n", "é", "ünï", "ünï");
        check("12: x", "12", "x", "x");
        check("s: {accepted}", "s", "accepted", "{");
        check("s:\n  - a\n  - b", "s", "a, b", "");
    }

    #[test]
    fn a_broken_text_still_gives_its_good_keys() {
        let yaml = "title: A: B\nstatus: accepted\nauthors:\n  - ada\n  - @grace\n";
        let read = read(yaml, 0..yaml.len(), OriginKind::FrontMatter);
        assert!(matches!(&read.problems[..], [Problem::Invalid(..)]), "{:?}", read.problems);
        let shown =
            read.entries.iter().map(|entry| (entry.key.as_str(), entry.node.to_text())).collect::<Vec<_>>();
        assert_eq!(
            shown,
            [
                ("title", "A: B".to_owned()),
                ("status", "accepted".to_owned()),
                ("authors", "ada, @grace".to_owned())
            ]
        );
    }

    #[test]
    fn duplicate_keys_are_reported_and_the_first_counts() {
        let yaml = "status: accepted\nid: 1\nstatus: draft\n";
        let read = read(yaml, 0..yaml.len(), OriginKind::FrontMatter);
        assert_eq!(read.problems, [Problem::DuplicateKey("status".to_owned(), 23..29)]);
        assert_eq!(read.entries[0].node.to_text(), "accepted");
    }

    #[test]
    fn a_bomb_is_refused_in_bounded_time() {
        let mut yaml = "a: &a [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
        for (from, to) in
            ["ab", "bc", "cd", "de", "ef", "fg", "gh"].iter().filter_map(|pair| pair.split_at_checked(1))
        {
            yaml.push_str(&format!("{to}: &{to} [*{from},*{from},*{from},*{from},*{from},*{from},*{from},*{from},*{from},*{from}]\n"));
        }
        let read = read(&yaml, 0..yaml.len(), OriginKind::FrontMatter);
        assert!(matches!(&read.problems[..], [Problem::Invalid(..)]), "{:?}", read.problems);
    }
}
