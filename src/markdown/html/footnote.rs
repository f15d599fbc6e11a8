//! Footnotes: numbered in the order of their first reference, written as one section at the end.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Writer;
use crate::markdown::sanitize::OURS;

#[derive(Default)]
/// The notes of a body.
pub struct Footnotes {
    /// Names in the order of their first reference, with the number of references.
    order: Vec<(String, usize)>,
    /// Name → index in `order`.
    numbers: BTreeMap<String, usize>,
    /// Finished definitions.
    texts: BTreeMap<String, String>,
    /// Output set aside while a definition is written.
    outer: Vec<(String, String)>,
}

impl<'a> Writer<'a> {
    /// Writes a reference; the first one gives the note its number.
    pub fn footnote_reference(&mut self, name: &str) {
        let next = self.footnotes.order.len();
        let index = *self.footnotes.numbers.entry(name.to_owned()).or_insert(next);
        if index == next {
            self.footnotes.order.push((name.to_owned(), 0));
        }
        let Some((_, references)) = self.footnotes.order.get_mut(index) else { return };
        *references += 1;
        let (number, nth) = (index + 1, *references);
        let _ = write!(
            self.out,
            "<sup class=\"{OURS}footnote-ref\"><a id=\"{OURS}{}\" href=\"#{}\" role=\"{OURS}doc-noteref\" \
             aria-label=\"{OURS}Footnote {number}\">{number}</a></sup>",
            reference_id(number, nth),
            footnote_id(number),
        );
    }

    /// Sets the output aside while a definition is written.
    pub fn start_footnote(&mut self, name: String) {
        let outer = std::mem::take(&mut self.out);
        self.footnotes.outer.push((name, outer));
    }

    /// Keeps the definition, and goes on with the output.
    pub fn end_footnote(&mut self) {
        if let Some((name, outer)) = self.footnotes.outer.pop() {
            let text = std::mem::replace(&mut self.out, outer);
            self.footnotes.texts.entry(name).or_insert(text);
        }
    }

    /// Whether a definition is being written.
    pub fn in_footnote(&self) -> bool {
        !self.footnotes.outer.is_empty()
    }

    /// Writes the notes that are referred to, in the order of their numbers.
    pub fn footnotes_section(&mut self) {
        if self.footnotes.order.is_empty() {
            return;
        }
        self.fresh_line();
        let _ = write!(
            self.out,
            "<section class=\"{OURS}footnotes\" role=\"{OURS}doc-endnotes\" aria-label=\"{OURS}Footnotes\">\n<ol>\n"
        );
        let order = std::mem::take(&mut self.footnotes.order);
        for (index, (name, references)) in order.iter().enumerate() {
            let number = index + 1;
            let text = self.footnotes.texts.get(name).map(String::as_str).unwrap_or_default();
            // The way back stands on the last line of the note's text.
            let (text, end) = match text.trim_end().strip_suffix("</p>") {
                Some(text) => (text, "</p>"),
                None => (text.trim_end(), ""),
            };
            let _ = write!(self.out, "<li id=\"{OURS}{}\">{text}", footnote_id(number));
            for nth in 1..=*references {
                let _ = write!(
                    self.out,
                    " <a class=\"{OURS}footnote-back\" href=\"#{}\" role=\"{OURS}doc-backlink\" \
                     aria-label=\"{OURS}Back to reference {number}{}\">↩</a>",
                    reference_id(number, nth),
                    if nth > 1 { format!("-{nth}") } else { String::new() },
                );
            }
            let _ = writeln!(self.out, "{end}</li>");
        }
        self.out.push_str("</ol>\n</section>\n");
    }
}

/// Ids of footnotes: `fn:1`, with a colon, which no heading's id has.
fn footnote_id(number: usize) -> String {
    format!("fn:{number}")
}

pub fn reference_id(number: usize, nth: usize) -> String {
    if nth == 1 { format!("fnref:{number}") } else { format!("fnref:{number}-{nth}") }
}

/// Whether raw HTML that has this id would take it from a footnote.
pub fn is_footnote_id(id: &str) -> bool {
    id.starts_with("fn:") || id.starts_with("fnref:")
}
