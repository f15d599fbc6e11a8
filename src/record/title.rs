//! Titles: which heading is one, and what of it is the record's number.

use super::number;

/// Headings that open a section, so that they are no title even as the first heading of a text, in
/// normal form: what templates have, and the same in other languages.
#[rustfmt::skip]
const SECTIONS: &[&str] = &[
    "summary", "motivation", "abstract", "introduction", "context", "contextandproblemstatement", "status", "overview",
    "background", "problem", "proposal", "problemstatement", "simplesummary", "tableofcontents", "metadata", "goals",
    "decision", "consequences", "authors", "description", "contents", "preamble", "rationale", "design", "detaileddesign",
    "contextproblemstatement", "executivesummary", "tldr", "history", "changelog", "scope", "purpose", "objective", "toc",
    "stakeholders", "date", "deciders", "decisiondrivers", "consideredoptions", "options", "alternatives", "references",
    // German
    "kontext", "entscheidung", "konsequenzen", "folgen", "auswirkungen", "zusammenfassung", "einleitung", "hintergrund",
    "problemstellung", "motivationundkontext", "begründung", "alternativen", "optionen", "ziele",
    // French
    "contexte", "décision", "conséquences", "résumé", "introductionetcontexte", "problème", "problématique", "statut",
    "justification", "objectifs",
    // Spanish
    "contexto", "decisión", "consecuencias", "resumen", "introducción", "problema", "estado", "alternativas", "opciones",
    "antecedentes", "motivación", "objetivos",
    // Portuguese
    "decisão", "consequências", "resumo", "introdução", "motivação", "opções", "justificativa",
    // Italian
    "contesto", "decisione", "conseguenze", "stato", "riepilogo", "sommario", "introduzione", "motivazione", "alternative",
    // Dutch
    "beslissing", "besluit", "gevolgen", "samenvatting", "inleiding", "achtergrond", "probleemstelling",
    // Polish, Swedish, Danish, Norwegian
    "kontekst", "decyzja", "konsekwencje", "podsumowanie", "beslut", "konsekvenser", "sammanfattning", "bakgrund",
    "beslutning", "sammendrag", "baggrunn", "inledning",
    // Russian, Ukrainian
    "контекст", "решение", "последствия", "введение", "проблема", "рішення", "наслідки", "вступ",
    // Chinese, Japanese, Korean
    "背景", "决策", "决定", "后果", "摘要", "概述", "状态", "決定", "決策", "結果", "影響", "概要", "状況", "배경", "결정", "결과", "개요",
];

/// True for a heading that names a section of a record, with or without a number (`1. Introduction`).
pub fn is_section_name(heading: &str) -> bool {
    let heading = heading.trim_start_matches(|c: char| c.is_ascii_digit() || ".) ".contains(c));
    let normal = super::field::normalise(heading);
    SECTIONS.contains(&normal.as_ref())
}

/// What is left behind a number, without the punctuation that sets it off: `. Use QUIC` → `Use QUIC`. A dot or
/// slash after a space belongs to the title: `: .NET 8`.
fn below_punctuation(after: &str) -> &str {
    let is_mark = |c: char| ":-–—|)：、".contains(c);
    let rest = after.trim_start_matches(|c: char| is_mark(c) || c == '.' || c == '/');
    rest.trim_start_matches(|c: char| is_mark(c) || c.is_whitespace())
}

/// The title in a line of text: `ADR: Use QUIC`, `RFC-12: Use QUIC`. The name of the series and a colon or dash
/// make it one.
pub fn of_line<'a>(line: &'a str, own: Option<&str>, prefix: Option<&str>) -> Option<&'a str> {
    let word = line.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let is_series =
        number::is_series_word(word) || prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(word));
    let title = without_number(line, own, prefix);
    let before = line.strip_suffix(title)?.trim_end();
    let is_set_off = before.ends_with([':', '-', '–', '—', '：']);
    (is_series && is_set_off && !title.ends_with('.') && title.chars().count() <= 160).then_some(title)
}

/// True where a heading has at least half of the words of the file's name.
pub fn is_slug(heading: &str, slug: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2);
        words.map(str::to_lowercase).collect()
    };
    let (said, named) = (words(heading), words(slug));
    let shared = named.iter().filter(|word| said.contains(word)).count();
    shared > 0 && shared * 2 >= named.len()
}

/// The title without the record's number in front: `12. Use QUIC`, `KEP-3015 Prefer`, `ADR 12: Use`, `[RFC-7] - X`.
/// A number alone in front stays unless punctuation sets it off or it is the record's own. The name of a series
/// (`Architecture Decision Record: Use QUIC`) or a project (`Acme RFC 12: Use QUIC`) goes with its number.
pub fn without_number<'a>(title: &'a str, own: Option<&str>, prefix: Option<&str>) -> &'a str {
    let title = without_series_name(title);
    let below = own.and_then(|own| below_project(title, own)).unwrap_or(title);
    match strip_number(below, own, prefix) {
        stripped if stripped.len() < below.len() => stripped,
        _ => title,
    }
}

/// Names of series, spelled out.
const SERIES_NAMES: [&str; 5] = [
    "architecture decision record",
    "architectural decision record",
    "architecture decision",
    "decision record",
    "request for comments",
];

/// True for a heading that names the kind of document and not the record: `Acme - Architecture Decision Record`, also
/// with "template" behind it.
pub fn names_the_series(title: &str) -> bool {
    let lower = title.to_lowercase();
    let bare = lower.trim_end_matches(|c: char| !c.is_alphanumeric());
    let bare = bare.strip_suffix("template").unwrap_or(bare).trim_end_matches(|c: char| !c.is_alphanumeric());
    SERIES_NAMES.iter().any(|name| {
        let before = bare.strip_suffix(name).map(str::trim_end);
        before.is_some_and(|before| before.ends_with(['-', ':', '–', '—', '|']))
    })
}

fn without_series_name(title: &str) -> &str {
    let name = SERIES_NAMES
        .iter()
        .find(|name| title.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)));
    let Some(rest) = name.and_then(|name| title.get(name.len()..)) else { return title };
    let stripped = rest.trim_start_matches(|c: char| c.is_whitespace() || ":-–—#".contains(c));
    let set_off = rest.trim_start().starts_with([':', '-', '–', '—', '#'])
        || rest.starts_with(' ') && stripped.starts_with(|c: char| c.is_ascii_digit());
    if set_off && !stripped.is_empty() { stripped } else { title }
}

/// The title from its second word on, where that is a series' and the record's own number follows.
fn below_project<'a>(title: &'a str, own: &str) -> Option<&'a str> {
    let (_, rest) = title.split_once(' ')?;
    let (word, number) = rest.split_once([' ', '-'])?;
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    (number::is_series_word(word) && digits > 0 && number::same(own, &number[..digits])).then_some(rest)
}

fn strip_number<'a>(title: &'a str, own: Option<&str>, prefix: Option<&str>) -> &'a str {
    let inner = title.trim_start_matches(['[', '(', '#']);
    // `A6: Retries`, where the letter is part of the number.
    if let Some(own) = own.filter(|own| own.starts_with(|c: char| c.is_ascii_alphabetic()))
        && inner.get(..own.len()).is_some_and(|start| start.eq_ignore_ascii_case(own))
    {
        let after = inner[own.len()..].trim_start_matches([']', ')', ' ']);
        let stripped = below_punctuation(after);
        return if stripped.len() < after.len() && !stripped.is_empty() { stripped } else { title };
    }
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
            set_off && (is_own || pointed) || is_own && spaced && digits >= 2
        }
        _ if series => set_off || is_own && (spaced || after.starts_with('/')),
        // `Spec 0012: Use it`, whatever the series is called.
        _ => is_own && set_off && digits >= 3,
    };
    if !accepted {
        return title;
    }
    let stripped = below_punctuation(after);
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

/// Titles that only a template has, in normal form.
#[rustfmt::skip]
const PLACEHOLDERS: [&str; 13] = [
    "title", "yourtitle", "yourtitlehere", "shorttitle", "shorttitlehere", "titleofadr", "adrtitle", "rfctitle",
    "proposaltitle", "decisiontitle", "recordtitle", "shorttitleofsolvedproblemandsolution", "featurename",
];

/// True for the text of a template: what follows the number is all in brackets (`{title}`, `<title>`,
/// `[short title]`), or is a placeholder that nobody has replaced.
pub fn is_template(title: &str) -> bool {
    let title = without_placeholder(title);
    // `[WIP]` or `<T>` alone could be a title; words, or the word itself, are not.
    let bracketed = [('{', '}'), ('[', ']'), ('<', '>')].iter().any(|(open, close)| {
        let inner = title.strip_prefix(*open).and_then(|rest| rest.strip_suffix(*close));
        inner.is_some_and(|inner| {
            let inner = inner.trim_matches(['{', '}', '%', ' ', '[', ']']);
            !inner.contains([*open, *close])
                && (inner.contains(' ') || PLACEHOLDERS.contains(&super::field::normalise(inner).as_ref()))
        })
    });
    bracketed || !title.contains('(') && PLACEHOLDERS.contains(&super::field::normalise(title).as_ref())
}

/// True for a title that calls the text a template: `RFC Template`, `Template for decision records`.
pub fn names_a_template(title: &str) -> bool {
    let words =
        title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>();
    let is = |word: Option<&&str>| word.is_some_and(|word| word.eq_ignore_ascii_case("template"));
    let numbered = words.first().is_some_and(|word| word.bytes().all(|byte| byte == b'0'));
    is(words.get(usize::from(numbered))) || is(words.last())
}

/// A title without the number that a template leaves open: `ADR-NNNN: {title}`, `RFC XXXX - <title>`,
/// `NUMBER. TITLE`.
fn without_placeholder(title: &str) -> &str {
    let words = title.split_inclusive([' ', ':', '-', '.', '–']).scan(0, |end, word| {
        *end += word.len();
        Some((word.trim_end_matches([' ', ':', '-', '.', '–']), *end))
    });
    let mut rest = title;
    for (word, end) in words.take(4) {
        let open = matches!(
            word.to_ascii_uppercase().as_str(),
            "NUMBER" | "{NUMBER}" | "<NUMBER>" | "[NUMBER]" | "#"
        ) || word.len() >= 3
            && (word.bytes().all(|byte| byte == b'X') || word.bytes().all(|byte| byte == b'N'));
        if open {
            rest =
                title.get(end..).unwrap_or_default().trim_start_matches([' ', ':', '-', '.', '–', ']', '}']);
        } else if !word.is_empty() && !number::is_series_word(word) {
            break;
        }
    }
    if rest.is_empty() { title } else { rest }
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
        check("28 Scan repositories", Some("028"), "Scan repositories");
        check("RFC-012/Use QUIC", Some("0012"), "Use QUIC");
        check("Spec 0012: Use QUIC", Some("0012"), "Use QUIC");
        check("Spec 0012: Use QUIC", Some("0013"), "Spec 0012: Use QUIC");
        check("Acme RFC 0012: Use QUIC", Some("0012"), "Use QUIC");
        check("Use RFC 2119: keywords", Some("12"), "Use RFC 2119: keywords");
        check("Architecture Decision Record: Use QUIC", Some("12"), "Use QUIC");
        check("Architectural Decision Record 12: Use QUIC", Some("12"), "Use QUIC");
        check("Architecture decision records", Some("12"), "Architecture decision records");
        check("12. .NET 8", Some("12"), ".NET 8");
        check("0012 .NET 8", Some("12"), ".NET 8");
        check("ADR-12: /healthz is public", Some("12"), "/healthz is public");
        check("ADR-12 - ./x", Some("12"), "./x");
        check("A6: .NET", Some("A6"), ".NET");
        check(".NET 8", Some("12"), ".NET 8");
    }

    #[test]
    fn titles_in_a_line() {
        for (line, title) in [
            ("ADR: Use QUIC", Some("Use QUIC")),
            ("ADR-12: Use QUIC", Some("Use QUIC")),
            ("RFC 12 - Use QUIC", Some("Use QUIC")),
            ("ADR 12 is about QUIC", None),
            ("ADR: we use QUIC.", None),
            ("Note: Use QUIC", None),
            ("Status: Accepted", None),
            ("12. Use QUIC", None),
        ] {
            assert_eq!(of_line(line, Some("12"), None), title, "{line}");
        }
    }

    #[test]
    fn headings_with_the_words_of_the_file_name() {
        assert!(
            is_slug("Use QUIC for the edge", "use-quic") && is_slug("Introducing logs", "structured-logs")
        );
        assert!(!is_slug("The current state", "use-quic") && !is_slug("Use", "use-quic-everywhere-now"));
    }

    #[test]
    fn titles_of_templates() {
        for title in [
            "{short title of solved problem and solution}",
            "[short title of solved problem and solution]",
            "{title}",
            "<title>",
            "{{title}}",
            "[Title]",
            "Title",
            "ADR-NNNN: <title>",
            "RFC XXXX - {Feature name}",
            "NUMBER. TITLE",
            "Your title here",
        ] {
            assert!(is_template(title), "{title}");
        }
        for title in [
            "Use <T> in [APIs]",
            "[WIP]",
            "[Deprecated] old [x]",
            "Vec<T>",
            "XXXX",
            "Title case in UI",
            "NaN",
        ] {
            assert!(!is_template(title), "{title}");
        }
        assert!(names_the_series("Acme - Architecture Decision Record"));
        assert!(names_the_series("Acme: Architecture Decision Record [template]"));
        assert!(!names_the_series("Use an Architecture Decision Record"));
        assert!(!names_the_series("Architecture Decision Record: Use QUIC"));
        assert!(names_a_template("0000-Template ADR"));
        assert!(names_a_template("ADR Template") && names_a_template("Template: RFC"));
        assert!(!names_a_template("Use templates") && !names_a_template("A template engine"));
    }

    #[test]
    fn section_names() {
        for name in [
            "Summary",
            "1. Introduction",
            "Context and Problem Statement",
            "## Status".trim_start_matches("## "),
            "Consequências",
            "2. Décision",
            "Последствия",
        ] {
            assert!(is_section_name(name), "{name}");
        }
        assert!(!is_section_name("Use QUIC") && !is_section_name("Consequências do uso"));
    }
}
