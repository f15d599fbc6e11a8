//! Tables that hold metadata, in markdown or HTML: two columns of key and value, or one row below a row of
//! keys.

use std::ops::Range;

use super::OriginKind;
use super::entry::{Entry, Node};
use super::field;
use super::inline;
use super::outline::Line;
use super::preamble::accept;

/// A cell's text, trimmed, and its byte offset.
type Cell<'a> = (&'a str, usize);

/// True for lines that are a markdown table.
pub fn is_markdown(block: &[Line<'_>]) -> bool {
    block.first().is_some_and(|line| is_row(line.text)) || block.get(1).is_some_and(|line| is_rule(line.text))
}

/// True for a line of a markdown table.
pub fn is_row(text: &str) -> bool {
    text.trim_start().starts_with('|')
}

fn is_rule(text: &str) -> bool {
    text.contains('-') && text.contains('|') && text.chars().all(|c| "|-: \t".contains(c))
}

/// True for a line that opens an HTML table.
pub fn is_html(text: &str) -> bool {
    let text = text.trim_start().as_bytes();
    text.get(..6).is_some_and(|start| start.eq_ignore_ascii_case(b"<table"))
}

/// True for a line that closes one.
pub fn ends_html(text: &str) -> bool {
    text.to_ascii_lowercase().contains("</table")
}

/// The metadata of a table; nothing where it holds something else.
pub fn entries(rows: &[Vec<Cell<'_>>]) -> Vec<Entry> {
    let [header, body @ ..] = rows else { return Vec::new() };
    let text = |cell: &Cell<'_>| inline::plain(cell.0);
    let known = header.iter().filter(|cell| field::of(&text(cell)).is_some()).count();
    let make = |key: &Cell<'_>, value: &Cell<'_>| Entry {
        key: text(key).trim_matches([':', ' ']).to_owned(),
        key_span: key.1..key.1 + key.0.len(),
        node: Node::text(written(value.0), value.1..value.1 + value.0.len()),
        container: OriginKind::Table,
    };
    let keys_below = header.len() == 2
        && body.iter().any(|row| row.first().is_some_and(|cell| field::of(&text(cell)).is_some()));
    if header.len() >= 2 && known >= 2 && known * 2 >= header.len() && body.len() == 1 && !keys_below {
        return accept(header.iter().zip(&body[0]).map(|(key, value)| make(key, value)).collect(), false);
    }
    // A first row of `Field | Value` names the columns.
    let names_columns = header.first().is_none_or(|cell| field::of(&text(cell)).is_none());
    let two_columns = rows.iter().skip(usize::from(names_columns)).filter_map(|row| match row.as_slice() {
        [key, value, ..] if !key.0.is_empty() => Some(make(key, value)),
        _ => None,
    });
    accept(two_columns.take(64).collect(), true)
}

/// The cells of the row that names the columns of a table, `Field | Value`; `None` where the first row is one
/// of keys or values.
pub fn column_names(table: &str) -> Option<Vec<String>> {
    let (first, rest) = table.trim_start().split_once('\n')?;
    let rule = rest.lines().next().is_some_and(is_rule);
    let names = first.trim_matches(|c: char| c == '|' || c.is_whitespace()).split('|').map(inline::plain);
    let names = names.collect::<Vec<_>>();
    let short = names.iter().all(|name| name.split_whitespace().count() <= 3 && field::of(name).is_none());
    (rule && is_row(first) && names.len() == 2 && short).then_some(names)
}

/// A cell's value as other containers would write it: commas for line breaks, `<` for `&lt;`.
fn written(cell: &str) -> String {
    const HTML: [(&str, &str); 5] =
        [("<br>", ", "), ("<br/>", ", "), ("<br />", ", "), ("&lt;", "<"), ("&gt;", ">")];
    HTML.iter().fold(cell.to_owned(), |text, (html, plain)| text.replace(html, plain))
}

/// The rows of a markdown table.
pub fn rows<'a>(block: &[Line<'a>]) -> Vec<Vec<Cell<'a>>> {
    block.iter().filter(|line| !is_rule(line.text)).map(cells).collect()
}

/// The cells of one row, trimmed.
pub fn cells_of(row: &str) -> Vec<&str> {
    let line = Line { text: row, start: 0, level: 0, span: 0..row.len() };
    cells(&line).into_iter().map(|(cell, _)| cell).collect()
}

fn cells<'a>(line: &Line<'a>) -> Vec<Cell<'a>> {
    let mut found = Vec::new();
    let body = line.text.trim();
    let mut start =
        line.start + line.text.find(body).unwrap_or_default() + usize::from(body.starts_with('|'));
    let body = body.strip_prefix('|').unwrap_or(body);
    let body = body.strip_suffix('|').unwrap_or(body);
    let mut cell_start = 0;
    let mut escaped = false;
    for (at, c) in body.char_indices().chain([(body.len(), '|')]) {
        if c == '|' && !escaped {
            let cell = &body[cell_start..at];
            let trimmed = cell.trim();
            found.push((trimmed, start + cell.find(trimmed).unwrap_or_default()));
            start += cell.len() + 1;
            cell_start = (at + 1).min(body.len());
        }
        escaped = c == '\\';
    }
    found
}

/// The rows of the HTML table in `text[range]`. A row or cell ends where the next one begins, since people
/// leave out closing tags.
pub fn html_rows(text: &str, range: Range<usize>) -> Vec<Vec<Cell<'_>>> {
    let mut rows: Vec<Vec<Cell<'_>>> = Vec::new();
    let mut open: Option<usize> = None;
    let mut at = range.start;
    while let Some(step) = text.get(at..range.end).and_then(|rest| rest.find('<')) {
        let tag = at + step;
        let rest = &text[tag + 1..range.end];
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'/').count();
        at = tag + 1 + length;
        let name = rest[..length].to_ascii_lowercase();
        if !matches!(name.trim_start_matches('/'), "td" | "th" | "tr" | "table" | "tbody" | "thead") {
            continue;
        }
        at = tag + 1 + rest.find('>').map_or(rest.len(), |end| end + 1);
        if let Some((start, row)) = open.take().zip(rows.last_mut()) {
            let cell = &text[start..tag];
            let trimmed = cell.trim();
            row.push((trimmed, start + cell.find(trimmed).unwrap_or_default()));
        }
        match name.as_str() {
            "tr" => rows.push(Vec::new()),
            "td" | "th" => {
                if rows.is_empty() {
                    rows.push(Vec::new());
                }
                open = Some(at);
            }
            _ => {}
        }
    }
    rows.retain(|row| !row.is_empty());
    rows
}
