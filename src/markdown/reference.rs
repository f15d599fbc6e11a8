//! What plain text refers to without markup: bare addresses (GFM 6.9, "Autolinks (extension)") and
//! mentions of records (`ADR 12`, `RFC-0012`, `[[12]]`). Looks at text only; that it stands outside
//! code and links is the caller's business, and whether a mention means anything is the site's.

use std::ops::Range;

/// A reference found in a text; ranges are bytes of that text.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    /// The whole reference.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind,
}

/// The kinds of references in plain text.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    /// A bare address; the prefix makes it a URL: `http://` for `www.`, `mailto:` for mail.
    Address {
        /// Goes before the text of the reference.
        scheme: &'static str,
    },
    /// May name a record.
    Mention {
        /// The word before the number; empty for wiki links.
        prefix: Range<usize>,
        /// The number, or what stands between the brackets of a wiki link.
        target: Range<usize>,
        /// The text to show where a wiki link gives its own: `[[12|QUIC]]`.
        shown: Option<Range<usize>>,
    },
}

/// Lower-case words that name records even with a space before the number: the two genres themselves.
const PLAIN_WORDS: [&str; 2] = ["adr", "rfc"];

/// Every reference of `text`, in order, none overlapping.
pub fn find(text: &str) -> Vec<Found> {
    let bytes = text.as_bytes();
    let mut all: Vec<Found> = Vec::new();
    let mut at = 0;
    // Everything before `floor` belongs to a reference that was found already.
    let mut floor = 0;
    while let Some(step) = bytes.get(at..).and_then(next) {
        at += step;
        let found = match bytes[at] {
            b':' => web_address(text, at, floor),
            b'.' => www_address(text, at, floor),
            b'@' => mail_address(text, at, floor),
            b'[' => wiki_link(text, at, floor),
            _ => numbered(text, at, floor),
        };
        match found {
            Some(found) => {
                at = found.range.end.max(at + 1);
                floor = at;
                all.push(found);
            }
            None if bytes[at].is_ascii_digit() => {
                // The rest of a number cannot start a reference of its own.
                at += bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            }
            None => at += 1,
        }
    }
    all
}

/// Where the next byte is at which a reference can be recognised. Prose has few of them: blocks without any are
/// passed over, sixteen bytes at once, which the compiler can do as long as no byte has a branch of its own.
fn next(bytes: &[u8]) -> Option<usize> {
    let is_trigger = |byte: &u8| {
        byte.is_ascii_digit() | (*byte == b'.') | (*byte == b':') | (*byte == b'@') | (*byte == b'[')
    };
    let (blocks, _) = bytes.as_chunks::<16>();
    let is_quiet = |block: &&[u8; 16]| !block.iter().fold(false, |any, byte| any | is_trigger(byte));
    let passed = 16 * blocks.iter().take_while(is_quiet).count();
    Some(passed + bytes[passed..].iter().position(is_trigger)?)
}

fn before(text: &str, at: usize) -> Option<char> {
    text.get(..at).and_then(|text| text.chars().next_back())
}

fn after(text: &str, at: usize) -> Option<char> {
    text.get(at..).and_then(|text| text.chars().next())
}

fn web_address(text: &str, colon: usize, floor: usize) -> Option<Found> {
    if !text[colon..].starts_with("://") {
        return None;
    }
    let start = ["https", "http", "ftp"].iter().find_map(|scheme| {
        let start = colon.checked_sub(scheme.len())?;
        text.get(start..colon)?.eq_ignore_ascii_case(scheme).then_some(start)
    })?;
    let bounded = !before(text, start).is_some_and(char::is_alphanumeric);
    if start < floor || !bounded {
        return None;
    }
    let end = address_end(text, colon + 3, 0)?;
    Some(Found { range: start..end, kind: Kind::Address { scheme: "" } })
}

fn www_address(text: &str, dot: usize, floor: usize) -> Option<Found> {
    let start = dot.checked_sub(3)?;
    let bounded = before(text, start).is_none_or(|char| char.is_whitespace() || "*_~(\"'".contains(char));
    if start < floor || text.get(start..dot) != Some("www") || !bounded {
        return None;
    }
    let end = address_end(text, start, 1)?;
    Some(Found { range: start..end, kind: Kind::Address { scheme: "http://" } })
}

/// End of the address whose host starts at `host`, or `None` if that is no valid domain with at least
/// `dots` periods.
fn address_end(text: &str, host: usize, dots: usize) -> Option<usize> {
    let rest = text.get(host..)?;
    // A domain has at most 253 bytes; looking no further keeps hostile text linear.
    let domain_len = rest
        .char_indices()
        .take(254)
        .find(|(_, char)| !(char.is_alphanumeric() || matches!(char, '-' | '_' | '.')))
        .map_or_else(|| rest.chars().take(254).map(char::len_utf8).sum(), |(at, _)| at);
    let domain = &rest[..domain_len];
    let mut segments = domain.trim_end_matches('.').rsplit('.');
    let last_two_clean =
        segments.by_ref().take(2).all(|segment| !segment.contains('_') && !segment.is_empty());
    let valid = last_two_clean && domain.trim_end_matches('.').matches('.').count() >= dots;
    if !valid || !domain.starts_with(char::is_alphanumeric) {
        return None;
    }
    let end = rest.find(|char: char| char.is_whitespace() || char == '<').unwrap_or(rest.len());
    Some(host + trailing(&rest[..end], domain_len.min(end)))
}

/// Length of an address without the punctuation at its end that belongs to the sentence.
fn trailing(address: &str, at_least: usize) -> usize {
    let mut end = address.len();
    // Counted once and carried along, so that a million brackets cost one pass.
    let mut open = address.matches('(').count();
    let mut closed = address.matches(')').count();
    while end > 0 {
        let shorter = match address.as_bytes()[end - 1] {
            b'?' | b'!' | b'.' | b',' | b':' | b'*' | b'_' | b'~' | b'\'' | b'"' => end - 1,
            b')' if closed > open => {
                closed -= 1;
                end - 1
            }
            b';' => {
                // Something that looks like an entity is not part of the address.
                let name = address[..end - 1].bytes().rev().take_while(u8::is_ascii_alphanumeric).count();
                let entity = name > 0 && address[..end - 1 - name].ends_with('&');
                if entity { end - 2 - name } else { end - 1 }
            }
            b']' | b'}' => end - 1,
            _ => break,
        };
        open -= address[shorter..end].matches('(').count().min(open);
        end = shorter;
    }
    end.max(address[..at_least].trim_end_matches(['.', '_', '-']).len())
}

fn mail_address(text: &str, at: usize, floor: usize) -> Option<Found> {
    let bytes = text.as_bytes();
    let local = bytes[floor..at]
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+'))
        .count();
    let start = at - local;
    let bounded =
        before(text, start).is_none_or(|char| !char.is_alphanumeric() && char != '/' && char != '@');
    if local == 0 || !bounded {
        return None;
    }
    let domain_len = bytes[at + 1..]
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
        .count();
    let domain = text[at + 1..at + 1 + domain_len].trim_end_matches('.');
    let valid = domain.contains('.')
        && domain.starts_with(|char: char| char.is_ascii_alphanumeric())
        && !domain.contains("..")
        && !domain.ends_with(['-', '_']);
    let followed =
        after(text, at + 1 + domain_len).is_some_and(|char| char == '@' || char == '/' || char == ':');
    (valid && !followed)
        .then(|| Found { range: start..at + 1 + domain.len(), kind: Kind::Address { scheme: "mailto:" } })
}

/// `[[target]]`, `[[target|shown]]` or `![[target]]`, on one line.
fn wiki_link(text: &str, at: usize, floor: usize) -> Option<Found> {
    let inner = text.get(at..)?.strip_prefix("[[")?;
    // A name is short; without the bound, many unclosed brackets would cost a pass each.
    let limit = inner.len().min(200);
    let close = inner.as_bytes()[..limit].iter().position(|byte| matches!(byte, b']' | b'[' | b'\n'))?;
    if !inner[close..].starts_with("]]") {
        return None;
    }
    let (target, shown) = match inner[..close].split_once('|') {
        Some((target, shown)) => (target, Some(shown)),
        None => (&inner[..close], None),
    };
    let within = |part: &str| {
        let trimmed = part.trim();
        let start = trimmed.as_ptr() as usize - text.as_ptr() as usize;
        start..start + trimmed.len()
    };
    let target = within(target);
    let start = at - usize::from(at > floor && text.as_bytes()[at - 1] == b'!');
    (!target.is_empty()).then(|| Found {
        range: start..at + 2 + close + 2,
        kind: Kind::Mention {
            prefix: at..at,
            target,
            shown: shown.map(within).filter(|shown| !shown.is_empty()),
        },
    })
}

/// `ADR 12`, `ADR-0012`, `RFC #12`, `RFC1234`, `adr-0012`, `ADRs 12`; `digit` is the first digit.
fn numbered(text: &str, digit: usize, floor: usize) -> Option<Found> {
    let bytes = text.as_bytes();
    let head = &bytes[floor..digit];
    let hash = usize::from(head.ends_with(b"#"));
    let head = &head[..head.len() - hash];
    let joint = match head.last()? {
        b' ' | b'\n' | b'-' => 1,
        _ => 0,
    };
    let dashed = head.ends_with(b"-");
    let word_end = floor + head.len() - joint;
    let letters =
        bytes[floor..word_end].iter().rev().take(21).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let start = word_end - letters;
    let mut word = text.get(start..word_end)?;
    let bounded =
        before(text, start).is_none_or(|char| !char.is_alphanumeric() && !"_-./\\#@=$%&".contains(char));
    if !(2..=20).contains(&letters) || !bounded || (dashed && hash > 0) {
        return None;
    }
    // The plural of an acronym: `ADRs 12 and 13`.
    if let Some(singular) = word.strip_suffix('s').filter(|_| joint == 1 && !dashed)
        && singular.len() >= 2
        && (is_upper(singular) || PLAIN_WORDS.contains(&singular))
    {
        word = singular;
    }
    let digits = bytes[digit..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = digit + digits;
    let plausible = match joint {
        0 => hash == 0 && is_upper(word) && word.len() >= 3 && digits >= 2,
        _ if dashed => true,
        _ => is_upper(word) || PLAIN_WORDS.iter().any(|plain| plain.eq_ignore_ascii_case(word)),
    };
    if !plausible || digits > 8 {
        return None;
    }
    // A day stands for a number in some logs: `ADR-2026-01-02`, with a count or the rest of the file's name.
    if dashed && digits == 4 && is_day(&bytes[end..]) {
        end += "-01-02".len();
        let is_joint =
            |at: usize| bytes[at] == b'-' && bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
        while bytes.get(end).is_some_and(u8::is_ascii_alphanumeric) || end < bytes.len() && is_joint(end) {
            end += 1;
        }
    }
    // Numbers as `040a` and `046-01` exist.
    else if bytes.get(end).is_some_and(u8::is_ascii_lowercase) {
        end += 1;
    } else if let Some(tail) = bytes.get(end..).and_then(|tail| tail.strip_prefix(b"-")) {
        let more = tail.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if (1..=3).contains(&more) {
            end += 1 + more;
        }
    }
    let continues = match after(text, end) {
        Some('.') => bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric),
        Some('-') => bytes.get(end + 1).is_some_and(u8::is_ascii_digit),
        Some(char) => char.is_alphanumeric() || "_@\\=%".contains(char),
        None => false,
    };
    (!continues).then(|| Found {
        range: start..end,
        kind: Kind::Mention { prefix: start..start + word.len(), target: digit..end, shown: None },
    })
}

/// True for `-01-02` and what may follow it.
fn is_day(bytes: &[u8]) -> bool {
    let pattern = [b'-', b'0', b'0', b'-', b'0', b'0'];
    let fits =
        |(byte, wanted): (&u8, &u8)| if *wanted == b'-' { byte == wanted } else { byte.is_ascii_digit() };
    bytes.len() >= pattern.len()
        && bytes.iter().zip(&pattern).all(fits)
        && !bytes.get(pattern.len()).is_some_and(u8::is_ascii_alphanumeric)
}

fn is_upper(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(text: &str, expect: Expect) {
        let lines: Vec<String> = find(text)
            .into_iter()
            .map(|found| match found.kind {
                Kind::Address { scheme } => format!("<{scheme}{}>", &text[found.range]),
                Kind::Mention { prefix, target, shown } => format!(
                    "{} -> {}:{}{}",
                    &text[found.range],
                    &text[prefix],
                    &text[target],
                    shown.map(|shown| format!(" as {}", &text[shown])).unwrap_or_default()
                ),
            })
            .collect();
        expect.assert_eq(&lines.join("\n"));
    }

    #[test]
    fn addresses_end_where_gfm_says() {
        check(
            "See https://example.org/a_(b)_c?q=1&hl=en, and (http://example.org/x).",
            expect![[r#"
            <https://example.org/a_(b)_c?q=1&hl=en>
            <http://example.org/x>"#]],
        );
        check(
            "www.example.org/a&copy; or www.example.org/a;b WWW.x.y awww.x.y",
            expect![[r#"
            <http://www.example.org/a>
            <http://www.example.org/a;b>"#]],
        );
        check(
            "http://localhost:8080/x, http://, http://-x http://a_b.c http://_a.b.c/",
            expect!["<http://localhost:8080/x>"],
        );
        check(
            "\"https://example.org/\" xhttp://example.org ftp://example.org",
            expect![[r#"
            <https://example.org/>
            <ftp://example.org>"#]],
        );
        check("mail a.b+c@example.org. not a@b, a@b.c- nor a@b_c.", expect!["<mailto:a.b+c@example.org>"]);
    }

    #[test]
    fn mentions_of_every_spelling() {
        check(
            "ADR 12, ADR-0012; RFC #12 and RFC1234, adr-7, adr 7, Adr 7.",
            expect![[r#"
            ADR 12 -> ADR:12
            ADR-0012 -> ADR:0012
            RFC #12 -> RFC:12
            RFC1234 -> RFC:1234
            adr-7 -> adr:7
            adr 7 -> adr:7
            Adr 7 -> Adr:7"#]],
        );
        check(
            "ADRs 12 and 13; ADR 040a; RFC 046-01; (EIP-20)",
            expect![[r#"
            ADRs 12 -> ADR:12
            ADR 040a -> ADR:040a
            RFC 046-01 -> RFC:046-01
            EIP-20 -> EIP:20"#]],
        );
        check(
            "[[12]] ![[a.png|300]]! [[use-quic|QUIC]] [[ a b ]] [[]] [[x] [[a\nb]]",
            expect![[r#"
                [[12]] -> :12
                ![[a.png|300]] -> :a.png as 300
                [[use-quic|QUIC]] -> :use-quic as QUIC
                [[ a b ]] -> :a b"#]],
        );
    }

    #[test]
    fn mentions_by_date() {
        check(
            "ADR-2026-01-02, ADR-2026-01-02-2; (ADR-2026-01-02-2-retries) and ADR-2026-01-02-: ADR-2026-01-023 ADR-2026-1-2",
            expect![[r#"
                ADR-2026-01-02 -> ADR:2026-01-02
                ADR-2026-01-02-2 -> ADR:2026-01-02-2
                ADR-2026-01-02-2-retries -> ADR:2026-01-02-2-retries
                ADR-2026-01-02 -> ADR:2026-01-02"#]],
        );
    }

    #[test]
    fn not_mentions() {
        check(
            "in 2015, step 3, docs/ADR-12, ADR 1.2, UTF8, v1.2, ADR 2024-01-02, #12, pre-RFC 12",
            expect![""],
        );
    }
}
