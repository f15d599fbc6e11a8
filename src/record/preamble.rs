//! Metadata between the title and the first section: bullets, bold bullets, plain and bold
//! `Key: value` lines, tables with two columns or one row; and the same under a heading that says it is
//! the header (`# Meta`, `## Preamble`). A header in a code block is [`header`]'s. A block counts as
//! metadata when its keys say so ([`field::is_telling`]); prose with a colon does not.

use std::ops::Range;

use super::OriginKind;
use super::badge;
use super::entry::{Entry, Node, Value};
use super::field;
use super::header;
use super::inline;
use super::outline::{self, Line};
use super::stated;
use super::status;
use super::table::{self, is_row};
use crate::config::CollectionConfig;

/// What stands before the first section.
#[derive(Debug, Default)]
pub struct Preamble {
    /// Its keys in order.
    pub entries: Vec<Entry>,
    /// Byte range of the first run of metadata blocks.
    pub span: Option<Range<usize>>,
    /// The parts of that run: whole blocks, and the items of a list.
    pub parts: Vec<Part>,
    /// A heading over the run that says that the header follows.
    pub heading: Option<Range<usize>>,
}

/// Lines that are nothing but metadata, if anything.
#[derive(Debug)]
pub struct Part {
    /// Byte range of its lines.
    pub span: Range<usize>,
    /// Its entries, by their index in [`Preamble::entries`].
    pub entries: Range<usize>,
}

/// How much of a body is looked through.
const LONGEST: usize = 64 * 1024;
/// Longest value that is kept; more is prose that happens to follow a colon.
const LONGEST_VALUE: usize = 4 * 1024;

/// Longest line that is the value of a key on a line of its own.
const LONGEST_BELOW: usize = 80;

/// Reads the metadata between `from` and the second heading of the text (the first one is its title).
pub fn read(text: &str, from: usize) -> Preamble {
    let mut end = text.len().min(from + LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut preamble = Preamble::default();
    if let Some((span, entries)) = header::in_code(text, from) {
        preamble.parts.push(Part { span: span.clone(), entries: 0..entries.len() });
        preamble.entries = entries;
        preamble.span = Some(span);
    }
    let mut open = true;
    let (headed, blocks) = blocks(text, from..end);
    for block in blocks {
        let entries = read_block(text, &block);
        match (entries.is_empty(), &mut preamble.span, block.first().zip(block.last())) {
            (false, None, Some((first, last))) => {
                // A heading over nothing but metadata goes with it.
                let heading = headed.clone().filter(|heading| {
                    text.get(heading.end..first.span.start).is_some_and(|between| between.trim().is_empty())
                });
                let start = heading.map_or(first.span.start, |heading| heading.start);
                preamble.span = Some(start..last.span.end);
                preamble.heading.clone_from(&headed);
            }
            (false, Some(span), Some((_, last))) if open => span.end = last.span.end,
            (true, Some(_), _) => open = false,
            _ => {}
        }
        if open && !entries.is_empty() {
            preamble.parts.extend(parts(&block, preamble.entries.len(), entries.len()));
        }
        preamble.entries.extend(entries);
    }
    preamble
}

/// The parts of a block of metadata, whose `count` entries are numbered from `first`.
fn parts(block: &[Line<'_>], first: usize, count: usize) -> Vec<Part> {
    let Some((start, end)) = block.first().zip(block.last()) else { return Vec::new() };
    let whole = || vec![Part { span: start.span.start..end.span.end, entries: first..first + count }];
    let items = items(block).collect::<Vec<_>>();
    if items.len() != count {
        return whole();
    }
    let ends = items.iter().skip(1).copied().chain([block.len()]);
    let part = |(index, (from, to)): (usize, (&usize, usize))| {
        let (start, end) = block.get(*from).zip(block.get(to.checked_sub(1)?))?;
        Some(Part { span: start.span.start..end.span.end, entries: first + index..first + index + 1 })
    };
    items.iter().zip(ends).enumerate().filter_map(part).collect()
}

/// The lines of a list that start one of its items, by index; none where the block is no list.
fn items<'a>(block: &'a [Line<'_>]) -> impl Iterator<Item = usize> + use<'a> {
    let outer = block.first().and_then(|line| bullet(line.text)).map(|(_, indent)| indent);
    block.iter().enumerate().filter_map(move |(at, line)| {
        let (_, indent) = bullet(line.text)?;
        (indent <= outer? + 1).then_some(at)
    })
}

/// Runs of lines between blank ones, up to the second heading; a list's items stay together, and so do
/// the lines of a table. A heading that says that the header follows does not count, and is returned: what
/// it heads ends with the next one.
fn blocks(text: &str, range: Range<usize>) -> (Option<Range<usize>>, Vec<Vec<Line<'_>>>) {
    let mut blocks: Vec<Vec<Line<'_>>> = Vec::new();
    let mut headings = 0;
    let mut blank = true;
    let mut prose = false;
    let mut headed = None;
    let mut in_html = false;
    for line in outline::lines(text, range) {
        if in_html && let Some(block) = blocks.last_mut() {
            in_html = !table::ends_html(line.text);
            block.push(line);
            continue;
        }
        if line.level > 0 {
            if headed.is_some() {
                break;
            }
            if header::is_name(line.text) {
                headed = Some(line.span.clone());
                blank = true;
                continue;
            }
            headings += 1;
            // The first heading may be the title, also in two lines; the first section ends the preamble.
            let section = prose || super::title::is_section_name(line.text);
            if headings > 2 || section && (headings > 1 || line.level > 1) {
                break;
            }
            blank = true;
            continue;
        }
        // Definitions of links (`[meta]: #meta`) are shown nowhere.
        if line.is_blank() || is_rule(line.text) || line.text.starts_with('[') && line.text.contains("]: ") {
            blank = true;
            continue;
        }
        in_html = table::is_html(line.text) && !table::ends_html(line.text);
        let list = bullet(line.text).is_some();
        let after_key = line.text.len() <= LONGEST_BELOW
            && blocks.last().and_then(|block| block.last()).is_some_and(|line| bold_key(line.text).is_some());
        let after_item =
            blocks.last().and_then(|block| block.last()).is_some_and(|line| bullet(line.text).is_some());
        let joins = match blocks.last().and_then(|block| block.first()) {
            None => false,
            Some(first) if table::is_html(first.text) || table::is_html(line.text) => false,
            Some(first) if bullet(first.text).is_some() => !blank || list || line.text.starts_with("  "),
            Some(_) if after_key => true,
            Some(first) => !blank && (!list || after_item) && is_row(first.text) == is_row(line.text),
        };
        match blocks.last_mut().filter(|_| joins) {
            Some(block) => block.push(line),
            None => blocks.push(vec![line]),
        }
        prose = true;
        blank = false;
    }
    (headed, blocks)
}

fn is_rule(text: &str) -> bool {
    let text = text.trim();
    text.len() >= 3
        && (text.bytes().all(|byte| byte == b'-')
            || text.bytes().all(|byte| byte == b'*')
            || text.bytes().all(|byte| byte == b'_'))
}

fn read_block(text: &str, block: &[Line<'_>]) -> Vec<Entry> {
    let Some((first, last)) = block.first().zip(block.last()) else { return Vec::new() };
    if bullet(first.text).is_some() {
        return accept(bullets(block), true);
    }
    if table::is_html(first.text) {
        return table::entries(&table::html_rows(text, first.start..last.span.end));
    }
    if table::is_markdown(block) {
        return table::entries(&table::rows(block));
    }
    accept(paragraph(block), false)
}

/// Keeps a block's entries where they are metadata: one telling key, and for lists at least half of the
/// items known or a status in words that are.
pub(super) fn accept(entries: Vec<Entry>, list: bool) -> Vec<Entry> {
    let fields = entries.iter().map(|entry| field::of(&entry.key)).collect::<Vec<_>>();
    let known = fields.iter().flatten().count();
    // `Implementation: Done`
    let rules = CollectionConfig::default();
    let is_stage = |(entry, field): (&Entry, &Option<field::Field>)| stated::is_stage(entry, *field, &rules);
    let stage = entries.iter().zip(&fields).any(is_stage);
    let telling = fields.iter().flatten().any(|field| field::is_telling(*field)) || stage;
    let states = || {
        let mut values =
            entries.iter().zip(&fields).filter(|(_, field)| **field == Some(field::Field::Status));
        stage
            || values
                .any(|(entry, _)| status::read(&entry.node.to_text(), &rules).is_some_and(|read| read.known))
    };
    let enough = !list || known * 2 >= entries.len() || states();
    // `Owner` may begin a sentence, but hardly one that is a link or a list of names.
    let is_steward = |(entry, field): (&Entry, &Option<field::Field>)| {
        let text = entry.node.to_text();
        let listed = matches!(&entry.node.value, Value::List(items) if items.iter().all(is_name));
        *field == Some(field::Field::Steward)
            && (listed || entries.len() == 1 && text.starts_with(['[', '@']))
    };
    let steward = || entries.iter().zip(&fields).any(is_steward) && known * 2 >= entries.len();
    if telling && enough || known >= 2 && known == entries.len() || steward() { entries } else { Vec::new() }
}

/// A name, a handle or a link: no word of it is one of a sentence.
fn is_name(item: &Node) -> bool {
    let text = item.to_text();
    let mut words = text.split_whitespace();
    words.clone().count() <= 5
        && words.all(|word| word.starts_with(|c: char| c.is_uppercase() || "@[(<`".contains(c)))
}

/// The marker's length with the space after it, and its indent: `- `, `* `, `+ `, `1. `.
fn bullet(text: &str) -> Option<(usize, usize)> {
    let body = text.trim_start();
    let indent = text.len() - body.len();
    let marker = match body.as_bytes().first()? {
        b'-' | b'*' | b'+' | 0xe2 => body.chars().next().filter(|c| "-*+•".contains(*c))?.len_utf8(),
        b'0'..=b'9' => {
            let digits = body.bytes().take_while(u8::is_ascii_digit).count();
            (digits < 4 && body[digits..].starts_with(['.', ')'])).then_some(digits + 1)?
        }
        _ => return None,
    };
    let rest = &body[marker..];
    let space = rest.len() - rest.trim_start().len();
    (space > 0 && !rest.trim().is_empty()).then_some((indent + marker + space, indent))
}

/// The text of a line without its bullet, and where it starts.
pub fn without_bullet<'a>(line: &Line<'a>) -> (&'a str, usize) {
    let at = bullet(line.text).map_or(line.text.len() - line.text.trim_start().len(), |(at, _)| at);
    (line.text[at..].trim_end(), line.start + at)
}

fn bullets(block: &[Line<'_>]) -> Vec<Entry> {
    let outer = block.first().and_then(|line| bullet(line.text)).map_or(0, |(_, indent)| indent);
    let mut entries: Vec<Entry> = Vec::new();
    for line in block {
        let (text, start) = without_bullet(line);
        match bullet(line.text) {
            Some((_, indent)) if indent <= outer + 1 => match key_value(text).or_else(|| bold_item(text)) {
                Some((key, value)) => entries.push(entry(text, start, key, value, OriginKind::Bullet)),
                // An item without a key counts as unknown.
                None => entries.push(Entry {
                    key: String::new(),
                    key_span: start..start + text.len(),
                    node: Node::text(text, start..start + text.len()),
                    container: OriginKind::Bullet,
                }),
            },
            nested => {
                let Some(last) = entries.last_mut() else { continue };
                extend(&mut last.node, text, start, nested.is_some());
            }
        }
    }
    entries
}

/// An item that is a known key in bold and nothing else, over a list of its values: `* **Owners**`.
fn bold_item(text: &str) -> Option<(Range<usize>, Range<usize>)> {
    let inner = text.trim_end().strip_prefix("**")?.strip_suffix("**")?;
    let known =
        field::of(inner).is_some_and(|field| field::is_telling(field) || field == field::Field::Steward);
    known.then(|| (2..2 + inner.len(), text.len()..text.len()))
}

/// Adds a nested bullet as an item, or a continuation line to the text.
pub(super) fn extend(node: &mut Node, text: &str, start: usize, item: bool) {
    let added = Node::text(text, start..start + text.len());
    match &mut node.value {
        Value::Empty if !item => *node = added,
        Value::Empty => *node = Node { span: added.span.clone(), value: Value::List(vec![added]) },
        Value::List(items) if item => items.push(added),
        Value::List(items) => {
            if let Some(last) = items.last_mut() {
                extend(last, text, start, false);
            }
        }
        Value::Text(own) if !item && own.len() < LONGEST_VALUE => {
            own.push(' ');
            own.push_str(text);
        }
        Value::Text(_) if item => {
            let first = node.clone();
            *node = Node { span: first.span.clone(), value: Value::List(vec![first, added]) };
        }
        _ => {}
    }
}

fn paragraph(block: &[Line<'_>]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in block {
        let text = line.text.trim();
        let start = line.start + line.text.find(text).unwrap_or_default();
        let text = text.trim_end_matches(['\\']).trim_end();
        let pairs = pairs(text);
        match pairs.first().filter(|(at, _)| *at == 0) {
            Some(_) if entries.is_empty() && is_remark(text) => return Vec::new(),
            Some(_) => {
                for (at, piece) in pairs {
                    if let Some((key, value)) = key_value(piece) {
                        entries.push(entry(piece, start + at, key, value, OriginKind::Line));
                    }
                }
            }
            None if bold_key(text).is_some() || bold_start(text).is_some() => {
                let key = bold_key(text).or_else(|| bold_start(text)).unwrap_or_default();
                let value = (key.end + 2).min(text.len())..text.len();
                entries.push(entry(text, start, key, value, OriginKind::Line));
            }
            None if entries.is_empty() => {
                return [badge::entries(text, start), badge::words(text, start)].concat();
            }
            None if bullet(line.text).is_some() => {
                let (item, start) = without_bullet(line);
                if let Some(last) = entries.last_mut() {
                    extend(&mut last.node, item, start, true);
                }
            }
            None => {
                let indented = line.text.starts_with("  ") || line.text.starts_with('\t');
                // `Superseded by` goes on in the next line, and so do a list after its comma and an open bracket.
                let goes_on = |value: &str| {
                    let value = value.trim_end_matches(['*', '_', ' ']);
                    let open = value.matches('(').count() > value.matches(')').count();
                    open || value.ends_with(',') || value.to_lowercase().ends_with(" by")
                };
                if let Some(last) = entries.last_mut()
                    && (indented || last.node.value == Value::Empty || goes_on(&last.node.to_text()))
                {
                    extend(&mut last.node, text, start, false);
                }
            }
        }
    }
    entries
}

/// `Note: some of it is old.`: a sentence after a word that is no known key, without marks.
fn is_remark(text: &str) -> bool {
    let Some((key, value)) = key_value(text) else { return false };
    let value = text.get(value).unwrap_or_default().trim();
    let sentence = value.ends_with('.') && value.split_whitespace().nth(2).is_some() || value.contains(". ");
    key.start == 0 && sentence && field::of(&text[key]).is_none()
}

/// The key of a line that is one in bold and nothing else (`**Status**`), so that what is below is its value.
fn bold_key(text: &str) -> Option<Range<usize>> {
    let text = text.trim_end();
    let inner = text.strip_prefix("**")?.strip_suffix("**")?;
    let known = field::of(inner).is_some_and(field::is_telling);
    (known && inner.len() <= 40).then(|| 2..2 + inner.len())
}

/// The key of a line that begins with one in bold and goes on with a name, a link or a number: `**Author** Ada`.
fn bold_start(text: &str) -> Option<Range<usize>> {
    let (key, value) = text.strip_prefix("**")?.split_once("**")?;
    let value = value.trim_start();
    let named = value.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || "[@".contains(c));
    let known =
        field::of(key).is_some_and(|field| field::is_telling(field) || field == field::Field::Steward);
    (known && named && key.len() <= 40 && value.len() <= 400 && !value.contains(". "))
        .then(|| 2..2 + key.len())
}

/// The `Key: value` pieces of a line: usually one, or several bold ones (`**A:** x | **B:** y`) or
/// several set apart by bars, each with its byte offset.
fn pairs(text: &str) -> Vec<(usize, &str)> {
    if key_value(text).is_none() {
        return Vec::new();
    }
    let bars = text.split(" | ").collect::<Vec<_>>();
    let bold = text.match_indices("**").map(|(at, _)| at).collect::<Vec<_>>();
    let mut cuts = vec![0];
    if bars.len() > 1 && bars.iter().all(|piece| key_value(piece.trim()).is_some()) {
        let mut at = 0;
        for piece in &bars {
            at += piece.len() + 3;
            cuts.push(at);
        }
        cuts.pop();
    } else if text.starts_with("**") {
        for pair in bold.chunks(2).skip(1) {
            let [open, close] = pair else { break };
            let inside = &text[open + 2..*close];
            if inside.ends_with(':') || text[close + 2..].starts_with(':') {
                cuts.push(*open);
            }
        }
    }
    if cuts.len() == 1 {
        return vec![(0, text)];
    }
    cuts.push(text.len());
    cuts.windows(2)
        .filter_map(|pair| {
            let piece = text.get(pair[0]..pair[1])?;
            Some((pair[0], piece.trim_end_matches(|c: char| c.is_whitespace() || "|,;·•".contains(c))))
        })
        .collect()
}

pub(super) fn entry(
    text: &str,
    start: usize,
    key: Range<usize>,
    value: Range<usize>,
    container: OriginKind,
) -> Entry {
    let key_text = &text[key.clone()];
    let mut end = value.end.min(value.start + LONGEST_VALUE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let raw = &text[value.start..end];
    let trimmed = raw.trim();
    let at = start + value.start + raw.find(trimmed).unwrap_or_default();
    Entry {
        key: inline::plain(key_text).trim_matches([':', ' ']).to_owned(),
        key_span: start + key.start..start + key.end,
        node: Node::text(
            trimmed.trim_end_matches("<br>").trim_end_matches("<br/>").trim_end(),
            at..at + trimmed.len(),
        ),
        container,
    }
}

/// Splits `Key: value`, `**Key:** value`, `**Key**: value`, `` `key`: value ``, `:key: value` into byte
/// ranges of key (without markup at its ends) and value. A key is short, starts with a letter and holds
/// no sentence.
pub fn key_value(text: &str) -> Option<(Range<usize>, Range<usize>)> {
    let open = text.len() - text.trim_start_matches(['*', '_', '`', ':']).len();
    let head = text.get(open..)?;
    if !head.starts_with(char::is_alphabetic) {
        return None;
    }
    let marked = open > 0;
    // Code that goes on after the colon is all of the line, or code in a sentence.
    let code = text[..open].trim_start_matches([':', '*', '_']);
    if code.starts_with('`')
        && let Some(end) = head.find(code)
        && head[..end].contains([':', '：'])
        && !head[end + code.len()..].trim_matches(['*', '_', ' ']).is_empty()
    {
        return None;
    }
    let colon = head
        .char_indices()
        .take(72)
        .find(|(_, c)| matches!(c, ':' | '：' | '\n'))
        .map(|(at, c)| (at, c.len_utf8()));
    let (colon, width) = colon?;
    let key = head[..colon].trim_end_matches(|c: char| "*_`".contains(c) || c.is_whitespace());
    if key.is_empty()
        || key.chars().count() > 60
        || key.split_whitespace().count() > 7
        || key.contains(". ")
        || key.contains(['[', '<', '|', '"', '{'])
        || head[colon + width..].starts_with("//")
        || !marked && key.contains(['*', '`'])
    {
        return None;
    }
    let rest = &head[colon + width..];
    // A word with a colon inside (`std::vec`, `12:30`) is no key.
    if width == 1
        && !marked
        && !(rest.is_empty() || rest.starts_with([' ', '\t', '*', '_', '[', '<']) || !head.is_ascii())
    {
        return None;
    }
    let skipped = if marked { rest.len() - rest.trim_start_matches(['*', '_', '`']).len() } else { 0 };
    // `**Key:** **Value**` keeps the value's own marks.
    let skipped = skipped.min(open);
    let value = open + colon + width + skipped;
    Some((open..open + key.len(), value..text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let preamble = read(text, 0);
        let found = preamble
            .entries
            .iter()
            .map(|entry| (entry.key.as_str(), entry.node.to_text()))
            .collect::<Vec<_>>();
        let expected = expected.iter().map(|(key, value)| (*key, (*value).to_owned())).collect::<Vec<_>>();
        assert_eq!(found, expected, "{text:?}");
        for entry in &preamble.entries {
            assert!(
                text.get(entry.node.span.clone()).is_some() && text.get(entry.key_span.clone()).is_some(),
                "{text:?}"
            );
        }
    }

    #[test]
    fn bullets_of_every_kind() {
        check(
            "# T\n\n- Status: accepted\n- Date: 2020-10-26\n\n## Status: no\n",
            &[("Status", "accepted"), ("Date", "2020-10-26")],
        );
        check("* **Status**: a\n* **Date:** b\n", &[("Status", "a"), ("Date", "b")]);
        check(
            "* Author: Ada,\n  Grace\n* Status: **Final**",
            &[("Author", "Ada, Grace"), ("Status", "**Final**")],
        );
        check("* Authors:\n  * Ada\n  * Grace\n* Status: x", &[("Authors", "Ada, Grace"), ("Status", "x")]);
        check(
            "- Start Date: 2014-03-11\n- RFC PR: (leave this empty)\n\n## Summary\n",
            &[("Start Date", "2014-03-11"), ("RFC PR", "(leave this empty)")],
        );
        check("- first: a thing\n- second: another\n- Status: quo\n- more\n", &[]);
        check("- just\n- a list\n", &[]);
        check("1. Status: x\n2. Date: y", &[("Status", "x"), ("Date", "y")]);
    }

    #[test]
    fn lines_of_every_kind() {
        check("# 12. T\n\nDate: 2016-02-12\n\n## Status\n", &[("Date", "2016-02-12")]);
        check(
            "# T\n**Status:** Accepted\n**Date**: 2024-01-02\n",
            &[("Status", "Accepted"), ("Date", "2024-01-02")],
        );
        check(
            "**Status:** Accepted | **Date:** 2024-01-02",
            &[("Status", "Accepted"), ("Date", "2024-01-02")],
        );
        check("Status: a | Date: b", &[("Status", "a"), ("Date", "b")]);
        check("日期: 2017/11/22\n", &[("日期", "2017/11/22")]);
        check("状态：已接受\n", &[("状态", "已接受")]);
        check("state: published\nauthors: Ada\n# RFD 1 T\n", &[("state", "published"), ("authors", "Ada")]);
        check(":state: discussion\n:authors: Ada", &[("state", "discussion"), ("authors", "Ada")]);
        check("> Status: draft\n", &[("Status", "draft")]);
        check("Note: this is prose.\nIt goes on.\n", &[]);
        check("We see https://example.org: fine. Status: no\n", &[]);
        check("# T\n\n**Status**\n\nAccepted\n\n**Context**\n\nIt is slow.\n", &[("Status", "Accepted")]);
        check(
            "**Status**\nAccepted\n**Date**\n2024-01-02\n",
            &[("Status", "Accepted"), ("Date", "2024-01-02")],
        );
        check("**Deciders**\n- Ada\n- Grace\n", &[("Deciders", "Ada, Grace")]);
        check("# T\n\n![status: stable](s.svg)\n", &[("status", "stable")]);
        check(
            "# T\n\n**Author** [Ada](https://e.org) | Grace\n",
            &[("Author", "[Ada](https://e.org) | Grace")],
        );
        check("# T\n\n**Owner** [Ada](https://e.org)\n", &[("Owner", "[Ada](https://e.org)")]);
        check("# T\n\n**Owner** Nobody can tell\n", &[]);
        check("# T\n\n**Status** of the whole is unclear\n", &[]);
        check("# T\n\n`draft` `optional`\n\nText\n", &[("status", "draft"), ("tags", "optional")]);
        check("# T\n\n`draft` is a word\n", &[]);
        check("# T\n\n`cargo` `build`\n", &[]);
        check("Author: Ada,\n        Grace\nStatus: x\n", &[("Author", "Ada, Grace"), ("Status", "x")]);
    }

    #[test]
    fn tables_and_code_headers() {
        check("| Status | Accepted |\n|---|---|\n| Date | x |\n", &[("Status", "Accepted"), ("Date", "x")]);
        check("| | |\n|-|-|\n| **Status** | a |\n| Owner | b |\n", &[("Status", "a"), ("Owner", "b")]);
        check(
            "| Status | Date | Author |\n|--|--|--|\n| a | b | c |",
            &[("Status", "a"), ("Date", "b"), ("Author", "c")],
        );
        check("| Field | Value |\n|--|--|\n| Status | a |\n| Date | b |", &[("Status", "a"), ("Date", "b")]);
        check("| a | b |\n|--|--|\n| c | d |", &[]);
        check(
            "```\n  BIP: 1\n  Author: Ada\n          Grace\n  Status: Final\n```\n# T",
            &[("BIP", "1"), ("Author", "Ada\nGrace"), ("Status", "Final")],
        );
        check(
            "<table>\n<tr><td> Status </td><td> <b>Final</b> </td>\n\n<TR><TH>Author(s)\n<TD>Ada<br>Grace\n</table>\n",
            &[("Status", "<b>Final</b>"), ("Author(s)", "Ada, Grace")],
        );
        check("<table><tr><td>a</td><td>b</td></tr></table>\n", &[]);
        check("<table>\n<tr><td>Status</td>", &[]);
        check("```\nlet x: u8 = 1;\n```\n", &[]);
    }
}
