//! Titles: which heading is one, and what of it is the record's number.

use super::number;

/// Headings that open a section, so that they are no title even as the first heading of a text, in
/// normal form.
#[rustfmt::skip]
const SECTIONS: [&str; 34] = [
    "summary", "motivation", "abstract", "introduction", "context", "contextandproblemstatement", "status", "overview",
    "background", "problem", "proposal", "problemstatement", "simplesummary", "tableofcontents", "metadata", "goals",
    "decision", "consequences", "authors", "description", "contents", "preamble", "rationale", "design", "detaileddesign",
    "contextproblemstatement", "executivesummary", "tldr", "history", "changelog", "scope", "purpose", "objective", "toc",
];

/// True for a heading that names a section of a record, with or without a number (`1. Introduction`).
pub fn is_section_name(heading: &str) -> bool {
    let heading = heading.trim_start_matches(|c: char| c.is_ascii_digit() || ".) ".contains(c));
    let normal = super::field::normalise(heading);
    SECTIONS.contains(&normal.as_ref())
}

/// The title without the record's number in front: `12. Use QUIC`, `KEP-3015 Prefer`, `ADR 12: Use`, `[RFC-7] - X`.
/// A number alone in front stays unless punctuation sets it off or it is the record's own.
pub fn without_number<'a>(title: &'a str, own: Option<&str>, prefix: Option<&str>) -> &'a str {
    let inner = title.trim_start_matches(['[', '(', '#']);
    let letters = inner.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (word, mut rest) = inner.split_at(letters);
    let family =
        rest.strip_prefix('-').map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_uppercase).count());
    if family > 0 && rest[1 + family..].starts_with('-') {
        rest = &rest[1 + family..];
    }
    // `RFC: Use QUIC`
    if number::is_series_word(word)
        && let Some(rest) = rest.strip_prefix(": ")
        && !rest.trim_start().starts_with(|c: char| c.is_ascii_digit())
    {
        return rest.trim_start();
    }
    let rest = rest.trim_start_matches(['-', ' ', '_', '#', '\u{a0}', '№']);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 8 {
        return title;
    }
    let mut end = digits;
    if rest[end..].starts_with(|c: char| c.is_ascii_lowercase())
        && !rest[end + 1..].starts_with(char::is_alphanumeric)
    {
        end += 1;
    } else if rest[end..].starts_with('-')
        && rest[end + 1..].bytes().take_while(u8::is_ascii_digit).count() == 2
    {
        end += 3;
    }
    let is_own = own.is_some_and(|own| number::same(own, &rest[..end]));
    let after = rest[end..].trim_start_matches([']', ')']);
    let set_off = after.trim_start().starts_with([':', '.', '-', '–', '—', ')', '|', '：', '、'])
        && !after.starts_with(".")
        || after.starts_with(". ");
    let spaced = after.starts_with(' ');
    let series =
        number::is_series_word(word) || prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(word));
    let accepted = match letters {
        // "3 ways to fail" keeps its number; "0012 Use it" does not.
        0 => {
            let pointed = after.starts_with('.') || after.trim_start().starts_with([':', ')', '—', '–']);
            set_off && (is_own || pointed) || is_own && spaced && digits >= 3
        }
        _ => series && (set_off || spaced) && (is_own || set_off),
    };
    if !accepted {
        return title;
    }
    let stripped = after.trim_start_matches(|c: char| c.is_whitespace() || ":.-–—|)：、".contains(c));
    if stripped.is_empty() { title } else { stripped }
}

/// A slug as words: `use-quic_now` → `use quic now`.
pub fn from_slug(slug: &str) -> String {
    slug.replace(['-', '_'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// True where a name reads as a title: words, not an identifier.
pub fn reads_as_title(name: &str) -> bool {
    name.contains(' ') && !name.contains("::") && name.chars().count() <= 160
}

/// True for the text of a template: the whole title in brackets, or a placeholder in it.
pub fn is_template(title: &str) -> bool {
    let bracketed = [('{', '}'), ('[', ']'), ('<', '>')]
        .iter()
        .any(|(open, close)| title.starts_with(*open) && title.ends_with(*close));
    bracketed && title.contains(' ')
        || title.eq_ignore_ascii_case("title")
        || title.eq_ignore_ascii_case("short title of solved problem and solution")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_off() {
        let check = |title: &str, own: Option<&str>, expected: &str| {
            assert_eq!(without_number(title, own, None), expected, "{title}")
        };
        check("12. Use QUIC", Some("0012"), "Use QUIC");
        check("0012. Define it", Some("0012"), "Define it");
        check("29. Use X", Some("030"), "Use X");
        check("KEP-3015 PreferSameZone", Some("3015"), "PreferSameZone");
        check("KEP-3015: PreferSameZone", Some("3015"), "PreferSameZone");
        check("ADR 12 - Use it", Some("12"), "Use it");
        check("ADR-CE-001: Use it", Some("001"), "Use it");
        check("RFD 123 Title", Some("0123"), "Title");
        check("[RFC-7] - X", Some("7"), "X");
        check("3 ways to fail", None, "3 ways to fail");
        check("3 ways to fail", Some("3"), "3 ways to fail");
        check("3.0 release", Some("3"), "3.0 release");
        check("HTTP 2 support", Some("12"), "HTTP 2 support");
        check("Use QUIC", Some("1"), "Use QUIC");
        check("RFC: Use QUIC", None, "Use QUIC");
        check("ERC-20 tokens", Some("20"), "tokens");
        check("0012", Some("12"), "0012");
    }

    #[test]
    fn section_names() {
        for name in [
            "Summary",
            "1. Introduction",
            "Context and Problem Statement",
            "## Status".trim_start_matches("## "),
        ] {
            assert!(is_section_name(name), "{name}");
        }
        assert!(!is_section_name("Use QUIC"));
    }
}
