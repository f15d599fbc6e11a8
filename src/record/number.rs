//! What a file's name says of a record: series prefix, number, date, slug. A date is never a number,
//! `0000` is one, and a number keeps its spelling (`0012`, `040a`, `0046-01`).

use jiff::civil::Date;

/// A record's name, read. The parts are slices of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Name<'a> {
    /// Letters before the number: `eip`, `ADR-CE`.
    pub prefix: Option<&'a str>,
    /// Digits with a letter or sub-number behind them.
    pub number: Option<&'a str>,
    /// A date before the slug.
    pub date: Option<Date>,
    /// A year and a month before the slug, without a day: no number and no date.
    pub month: bool,
    /// The rest; the whole name where nothing else is in it.
    pub slug: &'a str,
    /// `XXXX-title`, `NNNN-title`: a number will be given later.
    pub placeholder: bool,
}

/// The part of a path that names the record: the file's stem, or the folder's name for the page of a folder.
pub fn name_of(path: &str) -> &str {
    let (folder, stem) = folder_and_stem(path);
    if is_page_of_folder(path) && !folder.is_empty() { folder } else { stem }
}

/// True for the file that a folder is about: `README.md`, `index.md`, and `use-quic.md` in `0012-use-quic`.
pub fn is_page_of_folder(path: &str) -> bool {
    let (folder, stem) = folder_and_stem(path);
    let is_named_so = || {
        let name = read(folder);
        name.number.is_some() && name.slug != folder && name.slug.eq_ignore_ascii_case(stem)
    };
    stem.eq_ignore_ascii_case("readme") || stem.eq_ignore_ascii_case("index") || is_named_so()
}

/// The innermost folder's name and the file's without its ending.
fn folder_and_stem(path: &str) -> (&str, &str) {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    (folders.rsplit('/').next().unwrap_or_default(), stem)
}

/// Reads a name: `0012-use-quic`, `eip-1559`, `RFC0012-Enable-X`, `20200101-first`, `2020-01-01-first`,
/// `ADR-CE-001-x`, `XXXX-title`, `use-quic`.
pub fn read(name: &str) -> Name<'_> {
    if let Some(dated) = dated(name, name) {
        return dated;
    }
    let plain = Name { slug: name, ..Name::default() };
    let start = match name.find(|c: char| c.is_ascii_digit()) {
        Some(start) => start,
        None => {
            let word = name.split(['-', '_', ' ']).next().unwrap_or_default();
            let placeholder = word.len() >= 3
                && (word.bytes().all(|byte| byte == b'X') || word.bytes().all(|byte| byte == b'N'));
            let slug =
                if placeholder { name[word.len()..].trim_start_matches(['-', '_', ' ']) } else { name };
            return Name { slug: if slug.is_empty() { name } else { slug }, placeholder, ..Name::default() };
        }
    };
    let prefix = name[..start].trim_end_matches(['-', '_', ' ', '.', '#']);
    let segments = prefix.split(['-', '_', ' ']).collect::<Vec<_>>();
    let letters = segments
        .iter()
        .all(|segment| segment.len() <= 12 && segment.chars().all(|c| c.is_ascii_alphabetic()));
    if !prefix.is_empty() && (segments.len() > 3 || !letters) {
        return plain;
    }
    // `adr-process-v2` is the second version of something.
    if segments.last().is_some_and(|word| segments.len() > 1 && is_version_word(word)) || prefix == "v" {
        return plain;
    }
    // `ADR-2026-05-12-use-quic` goes by date; in `adr-review-2026-05-12` the date is of something else.
    if !prefix.is_empty()
        && let Some(dated) = dated(name, &name[start..])
    {
        return if is_series_word(prefix) { dated } else { plain };
    }
    let digits = name[start..].bytes().take_while(u8::is_ascii_digit).count();
    if digits > 7 {
        return plain;
    }
    let mut end = start + digits;
    let rest = &name[end..];
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(['-', '_', ' ', '.', ':']);
    if rest.starts_with(|c: char| c.is_ascii_lowercase()) && ends(&rest[1..]) {
        end += 1;
    } else if !prefix.is_empty() && rest.starts_with('-') {
        // `CAP-0046-01`: two padded digits after a padded number are a part of the series.
        let sub = rest[1..].bytes().take_while(u8::is_ascii_digit).count();
        if sub == 2 && digits >= 3 && ends(&rest[3..]) {
            end += 3;
        }
    }
    if !ends(&name[end..]) {
        return plain;
    }
    let slug = name[end..].trim_start_matches(['-', '_', ' ', '.', ':']);
    Name {
        prefix: (!prefix.is_empty()).then_some(prefix),
        number: Some(&name[start..end]),
        slug: if slug.is_empty() { name } else { slug },
        ..Name::default()
    }
}

/// Reads a name whose number begins with a capital letter (`A6-retries`, `L12`), letter included.
pub fn lettered(name: &str) -> Option<Name<'_>> {
    let plain = read(name);
    let length = plain.prefix.filter(|prefix| prefix.len() == 1)?.len() + plain.number?.len();
    let number = name.get(..length).filter(|number| number.ends_with(plain.number.unwrap_or_default()))?;
    number.starts_with(|c: char| c.is_ascii_uppercase()).then_some(Name {
        prefix: None,
        number: Some(number),
        ..plain
    })
}

/// What `rest`, the end of `name`, says where it begins with a date, or with a year and a month.
fn dated<'a>(name: &'a str, rest: &'a str) -> Option<Name<'a>> {
    let date = leading_date(rest);
    let length = date.map(|(_, length)| length).or_else(|| leading_month(rest))?;
    let slug = rest[length..].trim_start_matches(['-', '_', ' ', '.']);
    let slug = if slug.is_empty() { name } else { slug };
    Some(Name { date: date.map(|(date, _)| date), month: date.is_none(), slug, ..Name::default() })
}

/// Words before a number that counts the versions or parts of one thing.
fn is_version_word(word: &str) -> bool {
    const WORDS: [&str; 9] = ["v", "ver", "version", "rev", "revision", "part", "phase", "draft", "release"];
    WORDS.iter().any(|version| word.eq_ignore_ascii_case(version))
}

/// The length of a year and a month at the start of a name: `202012`, `2020-12`, `2020_12`.
fn leading_month(name: &str) -> Option<usize> {
    let bytes = name.as_bytes();
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (month, length) = match digits {
        6 => (name.get(4..6)?, 6),
        4 if matches!(bytes.get(4)?, b'-' | b'_' | b'.') => (name.get(5..7)?, 7),
        _ => return None,
    };
    // Later years are numbers of a long log.
    let year = name.get(..4)?.parse::<u16>().ok().filter(|year| (1990..2050).contains(year));
    let month = month.parse::<u8>().ok().filter(|month| (1..=12).contains(month));
    let ended = name[length..].starts_with(['-', '_', ' ', '.']) || name.len() == length;
    (year.is_some() && month.is_some() && ended).then_some(length)
}

/// A date at the start of a name: `20200101`, `2020-01-01`, `2020_01_01`, with its length.
fn leading_date(name: &str) -> Option<(Date, usize)> {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    let (iso, length) = match digits {
        // With the time of day: `202406031626`, `20240603162604`.
        8 | 12 | 14 => (format!("{}-{}-{}", &name[..4], &name[4..6], &name[6..8]), digits),
        4 if name.len() >= 10 && name.is_char_boundary(10) => (name[..10].replace(['_', '.'], "-"), 10),
        _ => return None,
    };
    let year = iso.get(..4)?.parse::<u16>().ok().filter(|year| (1970..2100).contains(year));
    let ended = name[length..].chars().next().is_none_or(|c| !c.is_ascii_digit());
    year.filter(|_| ended).and_then(|_| iso.parse::<Date>().ok()).map(|date| (date, length))
}

/// Words that people put before the number of a decision record.
#[rustfmt::skip]
const SERIES: [&str; 22] = [
    "adr", "rfc", "rfd", "pep", "eip", "erc", "kep", "nep", "bip", "dr", "ad", "decision", "proposal", "id", "ddr", "madr",
    "simd", "arc", "acp", "record", "no", "tep",
];

/// True for a word that by itself says "a series of records": a known one, or an acronym that ends as
/// they do (…IP improvement proposal, …EP enhancement proposal, …DR decision record, …FC request).
pub fn is_series_word(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let is_english = || ENGLISH.contains(&word.as_str());
    SERIES.contains(&word.as_str())
        || (3..=5).contains(&word.len())
            && ["ip", "ep", "dr", "fc", "fd"].iter().any(|ending| word.ends_with(ending))
            && !is_english()
}

/// Words that end as such acronyms do.
#[rustfmt::skip]
const ENGLISH: [&str; 23] = [
    "step", "keep", "deep", "prep", "seep", "weep", "jeep", "sleep", "steep", "sheep", "sweep", "creep", "ship", "skip",
    "clip", "flip", "slip", "trip", "grip", "drip", "strip", "equip", "addr",
];

/// True where the letters before a number belong to the series: the collection's prefix, more words after
/// it, or a word that always does.
pub fn belongs(prefix: Option<&str>, series: Option<&str>) -> bool {
    let Some(prefix) = prefix else { return true };
    is_of(prefix, series) || names_a_series(prefix)
}

/// True for letters that are the collection's prefix, with more words after it or without.
pub fn is_of(prefix: &str, series: Option<&str>) -> bool {
    series.is_some_and(|series| {
        prefix.get(..series.len()).is_some_and(|start| start.eq_ignore_ascii_case(series))
            && !prefix[series.len()..].starts_with(|c: char| c.is_ascii_alphabetic())
    })
}

/// True for letters before a number of which the first, or another that is an acronym, is a word of a series:
/// `ADR`, `RFC-core`, `ORG-ADR-net`.
pub fn names_a_series(prefix: &str) -> bool {
    let mut words = prefix.split(['-', '_', ' ']);
    is_series_word(prefix)
        || words.next().is_some_and(is_series_word)
        || words.any(|word| word.bytes().all(|byte| byte.is_ascii_uppercase()) && is_series_word(word))
}

/// Reads a number as metadata gives it: `12`, `0012`, `ADR-0012`, `[SE-0001](0001-x.md)`, `046-01`. Returns
/// the letters before it and the number; `None` for anything that is more than that.
pub fn of_value(text: &str) -> Option<(Option<String>, String)> {
    let plain = super::inline::plain(text);
    let plain = plain.trim().trim_matches(['#', '"', '\'']).trim();
    let name = read(plain);
    let number = name.number?;
    let whole = name.slug == plain;
    (whole && plain.len() <= 24).then(|| (name.prefix.map(str::to_owned), number.to_owned()))
}

/// True for a heading that is nothing but a record's number: `ADR-0012`, `RFC 7`.
pub fn stands_alone(heading: &str) -> bool {
    of_value(heading).is_some_and(|(prefix, _)| prefix.is_some())
}

/// Two spellings of one number: `12` and `0012`.
pub fn same(left: &str, right: &str) -> bool {
    let bare = |number: &str| {
        let stripped = number.trim_start_matches('0');
        if stripped.starts_with(|c: char| c.is_ascii_digit()) {
            stripped.to_owned()
        } else {
            format!("0{stripped}")
        }
    };
    bare(left) == bare(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let check = |name: &str, prefix: Option<&str>, number: Option<&str>, slug: &str| {
            let read = read(name);
            assert_eq!((read.prefix, read.number, read.slug), (prefix, number, slug), "{name}");
        };
        check("0012-use-quic", None, Some("0012"), "use-quic");
        check("0000-use-adrs", None, Some("0000"), "use-adrs");
        check("eip-1559", Some("eip"), Some("1559"), "eip-1559");
        check("RFC0012-Enable-X", Some("RFC"), Some("0012"), "Enable-X");
        check("ADR-CE-001-x", Some("ADR-CE"), Some("001"), "x");
        check("CAP-0046-01", Some("CAP"), Some("0046-01"), "CAP-0046-01");
        check("040a-lettered", None, Some("040a"), "lettered");
        check("0001-RFCs proposal", None, Some("0001"), "RFCs proposal");
        check("0024-use-#-as-x", None, Some("0024"), "use-#-as-x");
        check("3-tier", None, Some("3"), "tier");
        check("20200101-first", None, None, "first");
        check("2020-01-01-first", None, None, "first");
        check("20200101123456-first", None, None, "first");
        check("20209901-first", None, None, "20209901-first");
        check("2071-impl-trait", None, Some("2071"), "impl-trait");
        check("use-quic", None, None, "use-quic");
        check("XXXX-title", None, None, "title");
        check("adr_with_name", None, None, "adr_with_name");
        check("202012-month", None, None, "month");
        check("2020-12-month", None, None, "month");
        check("202013-no-month", None, Some("202013"), "no-month");
        check("2040-12-angry-men", None, None, "angry-men");
        check("2071-12-angry-men", None, Some("2071"), "12-angry-men");
        check("2020-120-x", None, Some("2020"), "120-x");
        check("adr-process-v2", None, None, "adr-process-v2");
        check("v2", None, None, "v2");
        check("adr-v2", None, None, "adr-v2");
        check("adr-2-v2", Some("adr"), Some("2"), "v2");
        check("V2-lettered", Some("V"), Some("2"), "lettered");
        check("adr-review-2026-05-12", None, None, "adr-review-2026-05-12");
        check("ADR-2026-05-12-x", None, None, "x");
        check("ADR-2026-x", Some("ADR"), Some("2026"), "x");
        check("rfc-202012-x", None, None, "x");
        check("0012-2fa", None, Some("0012"), "2fa");
        check("2fa-login", None, None, "2fa-login");
        check("日本語", None, None, "日本語");
        check("0004-日本語", None, Some("0004"), "日本語");
    }

    #[test]
    fn words_of_series() {
        for word in ["ADR", "eip", "HIP", "chip", "OEP", "pdr", "tep"] {
            assert!(is_series_word(word), "{word}");
        }
        for word in ["step", "Deep", "trip", "addr", "http", "ip", "worship"] {
            assert!(!is_series_word(word), "{word}");
        }
    }

    #[test]
    fn names_of_paths() {
        let check = |path: &str, expected: &str| assert_eq!(name_of(path), expected, "{path}");
        check("rfcs/0012-use-quic/README.md", "0012-use-quic");
        check("rfcs/0012-use-quic/use-quic.md", "0012-use-quic");
        check("rfcs/0012-use-quic/more.md", "more");
        check("rfcs/0012-use-quic/0012-use-quic.md", "0012-use-quic");
        check("README.md", "README");
        check("docs/adr/adr.md", "adr");
    }

    #[test]
    fn numbers_in_metadata() {
        let check = |text: &str, expected: Option<(Option<&str>, &str)>| {
            let found = of_value(text);
            let found = found.as_ref().map(|(prefix, number)| (prefix.as_deref(), number.as_str()));
            assert_eq!(found, expected, "{text}");
        };
        check("12", Some((None, "12")));
        check("0012", Some((None, "0012")));
        check("[SE-0001](0001-x.md)", Some((Some("SE"), "0001")));
        check("ADR-0012", Some((Some("ADR"), "0012")));
        check("01J8Z3Q4", None);
        check("The 3rd of them", None);
        check("2020-01-01", None);
    }

    #[test]
    fn numbers_of_lettered_families() {
        let check = |name: &str, number: Option<&str>| {
            assert_eq!(lettered(name).and_then(|name| name.number), number, "{name}");
        };
        check("A6-retries", Some("A6"));
        check("L12", Some("L12"));
        check("A-6-retries", None);
        check("a6-retries", None);
        check("ADR6-retries", None);
        check("0006-retries", None);
    }

    #[test]
    fn padding_does_not_count() {
        assert!(same("12", "0012") && same("0", "0000") && same("040a", "40a"));
        assert!(!same("12", "120"));
    }
}
