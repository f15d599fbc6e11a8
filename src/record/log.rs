//! One file that holds many records, an entry under each heading (`DECISIONS.md`). Its entries are not read; what the
//! first of them states is not the file's.

use super::field::{self, Field};
use super::outline::Section;
use super::{date, inline, number, preamble, section};

/// How many entries a file holds; `None` where it is no such file. An entry is a heading with a number or date below the
/// title, and at least two of them state a status of their own.
pub fn entries(text: &str, sections: &[Section<'_>]) -> Option<usize> {
    (2..=3).find_map(|level| {
        let is_entry = |at: &usize| sections[*at].level == level && is_numbered(&sections[*at].title);
        let entries = (0..sections.len()).filter(is_entry).collect::<Vec<_>>();
        let with_status = entries.iter().filter(|at| states_status(text, sections, **at)).take(2).count();
        (with_status >= 2).then_some(entries.len())
    })
}

/// `ADR-001: …`, `12. …`, `2026-01-02 …`.
fn is_numbered(title: &str) -> bool {
    let letters = title.bytes().take_while(u8::is_ascii_alphabetic).count();
    let rest = title[letters..].trim_start_matches(['-', ' ', '#']);
    let begins = rest.starts_with(|c: char| c.is_ascii_digit());
    begins && (letters == 0 || number::is_series_word(&title[..letters]))
        || date::find_iso(inline::head_of(title, 10)).is_some()
}

fn states_status(text: &str, sections: &[Section<'_>], at: usize) -> bool {
    let own = &sections[at];
    let Some(before) = text.get(..own.body.end) else { return false };
    let is_status = |key: &str| field::of(key) == Some(Field::Status);
    let below = sections[at + 1..].iter().take_while(|below| below.level > own.level);
    preamble::read(before, own.body.start).entries.iter().any(|entry| is_status(&entry.key))
        || below.into_iter().any(section::is_status)
}
