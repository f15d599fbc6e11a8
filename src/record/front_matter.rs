//! Front matter: splits the block at the top of a record off (YAML, TOML or JSON) and reads its keys.
//! gray_matter knows the delimiters; its YAML engine is not used, because it loses positions, leading
//! zeros and the order of keys.

use std::ops::Range;

use gray_matter::engine::Engine;
use gray_matter::{Matter, ParsedEntity, Pod};

use super::OriginKind;
use super::entry::{Entry, Node, Value};
use super::preamble;
use super::yaml::{self, Problem, Read};

/// A record's text, split.
#[derive(Debug, Default)]
pub struct Split {
    /// Its keys and problems.
    pub read: Read,
    /// Byte offset where the body starts; 0 without front matter.
    pub body_start: usize,
}

/// Languages of front matter.
#[derive(Debug, Clone, Copy)]
enum Language {
    Yaml,
    Toml,
    Json,
}

/// Opening and closing delimiters. `---toml` and `---json` are gray-matter's own convention, `;;;` is
/// JSON's by the same; `...` may close YAML.
const DELIMITERS: &[(&str, &[&str], Language)] = &[
    ("---", &["---", "..."], Language::Yaml),
    ("---yaml", &["---"], Language::Yaml),
    ("---yml", &["---"], Language::Yaml),
    ("+++", &["+++"], Language::Toml),
    ("---toml", &["---"], Language::Toml),
    (";;;", &[";;;"], Language::Json),
    ("---json", &["---"], Language::Json),
];

/// How far the closing delimiter is looked for.
const LONGEST: usize = 256 * 1024;

/// Splits and reads the front matter of a text without byte order mark. Blank lines and one HTML
/// comment may stand before it.
pub fn split(text: &str) -> Split {
    let open = skip_comment(text);
    let rest = text.get(open..).unwrap_or_default();
    let first_line = rest.lines().next().unwrap_or_default();
    let Some((delimiter, closings, language)) =
        DELIMITERS.iter().find(|(open, ..)| *open == first_line.trim_end())
    else {
        return json_object(text, open);
    };
    let matter_start = open + rest.find('\n').map_or(rest.len(), |at| at + 1);
    let Some((matter_end, body_start, closing)) = closing_line(text, matter_start, closings) else {
        // Without a closing line a rule at the top of a page looks the same: only keys make it front matter.
        let block = matter_start..blank_line(text, matter_start);
        let entries = yaml::lines(text, block.clone(), OriginKind::FrontMatter);
        // A line of prose among the keys would be on no page.
        let prose = text.get(block.clone()).unwrap_or_default().lines().any(|line| !yaml::is_line(line));
        if prose || !entries.iter().any(|entry| super::field::of(&entry.key).is_some()) {
            return Split::default();
        }
        let problems = vec![Problem::Unclosed(open..open + first_line.trim_end().len())];
        return Split { read: Read { entries, problems }, body_start: block.end };
    };
    if !has_matter(text.get(open..body_start).unwrap_or_default(), delimiter, closing) {
        return Split { read: Read::default(), body_start };
    }
    let range = matter_start..matter_end;
    // Bullets and bold lines between the fences are the header that others write below them.
    let block = text.get(range.clone()).unwrap_or_default().trim_start();
    if matches!(language, Language::Yaml)
        && ["- ", "* ", "+ ", "**"].iter().any(|mark| block.starts_with(mark))
    {
        let header = preamble::read(text.get(..matter_end).unwrap_or_default(), matter_start);
        if !header.entries.is_empty() {
            return Split { read: Read { entries: header.entries, problems: Vec::new() }, body_start };
        }
    }
    let read = match language {
        Language::Yaml => yaml::read(text, range, OriginKind::FrontMatter),
        Language::Toml => read_toml(text, range),
        Language::Json => read_json(text, range),
    };
    // Two rules with prose between them are not front matter.
    if read.entries.is_empty()
        && read.problems.iter().any(|problem| !matches!(problem, Problem::Invalid(..)))
        && text
            .get(matter_start..matter_end)
            .is_some_and(|block| block.lines().next().is_some_and(|line| line.trim().is_empty()))
    {
        return Split::default();
    }
    Split { read, body_start }
}

/// An engine that keeps gray_matter to splitting.
struct NoEngine;

impl Engine for NoEngine {
    fn parse(_: &str) -> gray_matter::Result<Pod> {
        Ok(Pod::Null)
    }
}

/// True where gray_matter finds anything between the delimiters of this block.
fn has_matter(block: &str, delimiter: &str, closing: &str) -> bool {
    let mut matter = Matter::<NoEngine>::new();
    matter.delimiter = delimiter.to_owned();
    matter.close_delimiter = Some(closing.to_owned());
    let parsed: gray_matter::Result<ParsedEntity<Pod>> = matter.parse(block);
    parsed.is_ok_and(|parsed| !parsed.matter.is_empty())
}

/// Offset of the first line that is neither blank nor part of a leading HTML comment.
fn skip_comment(text: &str) -> usize {
    let blank = |text: &str| text.len() - text.trim_start_matches(['\n', '\r', ' ', '\t']).len();
    let start = blank(text);
    let rest = &text[start..];
    match rest.strip_prefix("<!--").and_then(|comment| comment.find("-->")) {
        Some(end) => {
            let after = start + 4 + end + 3;
            after + blank(&text[after..])
        }
        None => start,
    }
}

/// The first line equal to one of `closings`: where it starts, where the next one starts, which it is.
fn closing_line<'a>(text: &str, from: usize, closings: &[&'a str]) -> Option<(usize, usize, &'a str)> {
    let mut at = from;
    for line in text.get(from..)?.split_inclusive('\n') {
        if let Some(closing) = closings.iter().find(|closing| **closing == line.trim_end()) {
            return Some((at, at + line.len(), closing));
        }
        at += line.len();
        if at - from > LONGEST {
            return None;
        }
    }
    None
}

/// End of the lines that an unclosed block may hold: up to a blank line or a heading.
fn blank_line(text: &str, from: usize) -> usize {
    let mut at = from;
    for line in text.get(from..).unwrap_or_default().split_inclusive('\n') {
        if line.trim().is_empty() || line.starts_with('#') && at > from || at - from > LONGEST {
            break;
        }
        at += line.len();
    }
    at
}

fn read_toml(text: &str, range: Range<usize>) -> Read {
    let source = text.get(range.clone()).unwrap_or_default();
    let table = match toml::de::DeTable::parse(source) {
        Ok(table) => table,
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            let problem = Problem::Invalid(
                error.message().to_owned(),
                range.start + span.start..range.start + span.end,
            );
            return Read { entries: Vec::new(), problems: vec![problem] };
        }
    };
    let mut entries = table
        .get_ref()
        .iter()
        .map(|(key, value)| Entry {
            key: key.get_ref().to_string(),
            key_span: range.start + key.span().start..range.start + key.span().end,
            node: toml_node(value, range.start, source),
            container: OriginKind::FrontMatter,
        })
        .collect::<Vec<_>>();
    entries.sort_by_key(|entry| entry.key_span.start);
    Read { entries, problems: Vec::new() }
}

fn toml_node(value: &toml::Spanned<toml::de::DeValue<'_>>, base: usize, source: &str) -> Node {
    use toml::de::DeValue;
    let span = base + value.span().start..base + value.span().end;
    let value = match value.get_ref() {
        DeValue::String(text) => return Node::text(text.to_string(), span),
        DeValue::Array(items) => {
            Value::List(items.iter().map(|item| toml_node(item, base, source)).collect())
        }
        DeValue::Table(table) => Value::Map(
            table
                .iter()
                .map(|(key, value)| (key.get_ref().to_string(), toml_node(value, base, source)))
                .collect(),
        ),
        _ => return Node::text(source.get(value.span()).unwrap_or_default(), span),
    };
    Node { value, span }
}

/// A JSON object at the very top, closed by a `}` that starts its line.
fn json_object(text: &str, open: usize) -> Split {
    if !text[open..].starts_with("{\n") && !text[open..].starts_with("{\r\n") {
        return Split::default();
    }
    match closing_line(text, open, &["}"]) {
        Some((end, body_start, _)) => {
            let read = read_json(text, open..end + 1);
            match read.entries.is_empty() {
                true => Split::default(),
                false => Split { read, body_start },
            }
        }
        None => Split::default(),
    }
}

fn read_json(text: &str, range: Range<usize>) -> Read {
    let source = text.get(range.clone()).unwrap_or_default();
    match serde_json::from_str::<serde_json::Value>(source) {
        Ok(serde_json::Value::Object(object)) => {
            // serde_json has no positions; a key's place is where its name first stands in quotes.
            let place = |key: &str| {
                let at = source.find(&format!("\"{key}\"")).map_or(0, |at| at + 1);
                range.start + at..range.start + at + key.len()
            };
            let entry = |(key, value): (&String, &serde_json::Value)| Entry {
                key: key.clone(),
                key_span: place(key),
                node: json_node(value, &place(key)),
                container: OriginKind::FrontMatter,
            };
            Read { entries: object.iter().map(entry).collect(), problems: Vec::new() }
        }
        Ok(_) => Read { entries: Vec::new(), problems: vec![Problem::NotAMap(range)] },
        Err(error) => {
            let line =
                source.match_indices('\n').nth(error.line().saturating_sub(2)).map_or(0, |(at, _)| at + 1);
            let line = if error.line() <= 1 { 0 } else { line };
            let at = (range.start + line + error.column().saturating_sub(1)).min(range.end);
            let at = (range.start..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(range.start);
            let words = error.to_string();
            let words = words.split(" at line ").next().unwrap_or_default().to_owned();
            Read { entries: Vec::new(), problems: vec![Problem::Invalid(words, at..at)] }
        }
    }
}

fn json_node(value: &serde_json::Value, span: &Range<usize>) -> Node {
    let value = match value {
        serde_json::Value::Null => Value::Empty,
        serde_json::Value::String(text) => return Node::text(text.clone(), span.clone()),
        serde_json::Value::Array(items) => {
            Value::List(items.iter().map(|item| json_node(item, span)).collect())
        }
        serde_json::Value::Object(pairs) => {
            Value::Map(pairs.iter().map(|(key, value)| (key.clone(), json_node(value, span))).collect())
        }
        scalar => return Node::text(scalar.to_string(), span.clone()),
    };
    Node { value, span: span.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str)], body: &str) {
        let split = split(text);
        let found = split
            .read
            .entries
            .iter()
            .map(|entry| (entry.key.as_str(), entry.node.to_text()))
            .collect::<Vec<_>>();
        let expected = expected.iter().map(|(key, value)| (*key, (*value).to_owned())).collect::<Vec<_>>();
        assert_eq!(found, expected, "{text:?}: {:?}", split.read.problems);
        assert_eq!(&text[split.body_start..], body, "{text:?}");
    }

    #[test]
    fn languages_and_delimiters() {
        check("---\nstatus: draft\n---\n# T\n", &[("status", "draft")], "# T\n");
        check("---\r\nstatus: draft\r\n---\r\n# T\r\n", &[("status", "draft")], "# T\r\n");
        check("---  \nstatus: draft\n...\n# T\n", &[("status", "draft")], "# T\n");
        check(
            "+++\nstatus = \"draft\"\nn = 0.10\nd = 2024-01-02\n+++\nx",
            &[("status", "draft"), ("n", "0.10"), ("d", "2024-01-02")],
            "x",
        );
        check(";;;\n{\"status\": \"draft\"}\n;;;\nx", &[("status", "draft")], "x");
        check("---json\n{\"status\": \"draft\"}\n---\nx", &[("status", "draft")], "x");
        check("{\n\"status\": \"draft\"\n}\nx", &[("status", "draft")], "x");
        check("<!-- note -->\n\n---\nstatus: draft\n---\nx", &[("status", "draft")], "x");
        check("\n---\nstatus: draft\n---\nx", &[("status", "draft")], "x");
        check("---\n---\nx", &[], "x");
        check("# T\n\n---\n\na: b\n", &[], "# T\n\n---\n\na: b\n");
        check("---\n\nprose\n\n---\n", &[], "---\n\nprose\n\n---\n");
        check("", &[], "");
    }

    #[test]
    fn an_unclosed_block_is_reported_and_its_keys_count() {
        let text = "---\nstatus: draft\nid: 3\n\n# T\n";
        check(text, &[("status", "draft"), ("id", "3")], "\n# T\n");
        assert_eq!(split(text).read.problems, [Problem::Unclosed(0..3)]);
        check("---\n\n# T\n", &[], "---\n\n# T\n");
    }

    #[test]
    fn a_string_is_no_map() {
        let text = "---\njust words\n---\nx";
        assert_eq!(split(text).read.problems, [Problem::NotAMap(4..15)]);
    }
}
