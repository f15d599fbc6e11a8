//! Badges as metadata: words in code type, or a line of images of which one says a status, in its text (`![status: stable](…)`) or
//! in the address that draws it (`![…](https://img.shields.io/badge/status-accepted-green)`).

use std::ops::Range;

use super::OriginKind;
use super::entry::{Entry, Node};
use super::field::{self, Field};
use super::status;
use crate::config::CollectionConfig;

/// The statuses of a line that holds nothing but images; `start` is its byte offset.
pub fn entries(line: &str, start: usize) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(open) = line.get(rest..).and_then(|text| text.find("![")).map(|at| rest + at) {
        let between = &line[rest..open];
        if between.chars().any(char::is_alphanumeric) && !between.starts_with("](") {
            return Vec::new();
        }
        let Some(close) = line[open..].find("](").map(|at| open + at) else { return Vec::new() };
        let Some(end) = line[close..].find(')').map(|at| close + at) else { return Vec::new() };
        let said = of_text(line, open + 2..close).or_else(|| of_address(line, close + 2..end));
        if let Some((key, value, span)) = said.filter(|(key, ..)| field::of(key) == Some(Field::Status)) {
            let key_span = start + open..start + end + 1;
            let node = Node::text(value, start + span.start..start + span.end);
            found.push(Entry { key, key_span, node, container: OriginKind::Line });
        }
        rest = end + 1;
    }
    let after = line.get(rest..).unwrap_or_default();
    let only_images = after.starts_with("](") || !after.chars().any(char::is_alphanumeric);
    if only_images { found } else { Vec::new() }
}

/// A line of nothing but words in code type, of which the first is a state: `` `draft` `optional` ``.
pub fn words(line: &str, start: usize) -> Vec<Entry> {
    let ticks = line.match_indices('`').map(|(at, _)| at).collect::<Vec<_>>();
    let words = ticks.chunks_exact(2).map(|pair| pair[0] + 1..pair[1]).collect::<Vec<_>>();
    let mut end = 0;
    for word in &words {
        if !line[end..word.start - 1].trim().is_empty() {
            return Vec::new();
        }
        end = word.end + 1;
    }
    let first =
        words.first().and_then(|word| status::read(&line[word.clone()], &CollectionConfig::default()));
    let is_state = first.is_some_and(|read| read.known && read.note.is_none());
    if !is_state || !line[end..].trim().is_empty() {
        return Vec::new();
    }
    let keys = std::iter::once("status").chain(std::iter::repeat("tags"));
    let entry = |(key, word): (&str, Range<usize>)| {
        let span = start + word.start..start + word.end;
        let node = Node::text(&line[word], span.clone());
        Entry { key: key.to_owned(), key_span: span, node, container: OriginKind::Line }
    };
    keys.zip(words).map(entry).collect()
}

type Said = (String, String, Range<usize>);

/// `status: stable`, the text shown in place of the image.
fn of_text(line: &str, text: Range<usize>) -> Option<Said> {
    let (key, value) = line[text.clone()].split_once(':')?;
    Some((key.trim().to_owned(), value.trim().to_owned(), text.start + key.len() + 1..text.end))
}

/// `…/badge/status-accepted-green`, where two dashes stand for one, which is as good as a space here, and so do `_` and `%20`.
fn of_address(line: &str, address: Range<usize>) -> Option<Said> {
    const PATH: &str = "/badge/";
    let at = address.start + line[address.clone()].find(PATH)? + PATH.len();
    let end = line[at..address.end].find(['?', '#', ' ']).map_or(address.end, |length| at + length);
    let path = line[at..end].replace("--", "\0");
    let mut parts = path.split('-');
    let (key, value) = parts.next().zip(parts.next())?;
    let words = |part: &str| part.replace(['_', '\0'], " ").replace("%20", " ");
    Some((words(key), words(value), at..end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_in_images() {
        let check = |line: &str, expected: &[&str]| {
            let found = entries(line, 0);
            assert!(found.iter().all(|entry| line.get(entry.node.span.clone()).is_some()), "{line}");
            assert_eq!(
                found.iter().map(|entry| entry.node.to_text()).collect::<Vec<_>>(),
                expected,
                "{line}"
            );
        };
        check("![status: stable](theme/stable.svg)", &["stable"]);
        check("![](https://img.shields.io/badge/status-accepted-green)", &["accepted"]);
        check("![Status](https://img.shields.io/badge/Status-In_Review-blue?style=flat)", &["In Review"]);
        check(
            "![CI](https://e.org/ci.svg) [![x](https://e.org/badge/status-last%20call-1.svg)](https://e.org/x)",
            &["last call"],
        );
        check("![status: stable](x.svg) is what a badge looks like", &[]);
        check("![figure: a tree](tree.svg)", &[]);
        check("![status: open", &[]);
    }
}
