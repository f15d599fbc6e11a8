//! The allow-list for raw HTML, and the marks by which our own markup passes it.
//!
//! Two characters that no text may contain (they are non-characters, for use within a program) mark what
//! is ours: [`OURS`] starts attribute values that raw HTML may not set, [`HELD`] encloses the number of a
//! part that is put in at the end. Input cannot forge them: [`unmarked`] and [`unmarked_html`] take them out
//! of everything that is written.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::nesting;
use super::url::SCHEMES;

/// Starts attribute values of our own.
pub const OURS: char = '\u{fdd0}';

/// Encloses the number of a held part.
pub const HELD: char = '\u{fdd1}';

/// Elements that change how the rest of a page is read; shown as text (GFM 6.11, "Disallowed Raw HTML").
const DISALLOWED: [&str; 9] =
    ["iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"];

/// Elements that records may have, with their attributes. Those of HTML 4 are written by today's names.
const ELEMENTS: [(&str, &str); 10] = [
    (
        "abbr acronym b bdi br caption center cite code dd dfn div dl dt em figcaption figure hr i kbd li mark picture",
        "",
    ),
    ("h1 h2 h3 h4 h5 h6 p pre rp rt ruby s samp section small span strike strong sub summary sup", ""),
    ("table tbody tfoot thead tr tt u ul var wbr", ""),
    ("a", "href rel"),
    ("blockquote del ins q", "cite"),
    ("details", "open"),
    ("img", "alt height loading sizes src srcset width"),
    ("ol", "start"),
    ("source", "height media sizes srcset type width"),
    ("td th", "colspan rowspan scope"),
];

/// Attributes that only our own markup may carry; what raw HTML wrote there, we have read first.
const OWN_ATTRIBUTES: [&str; 7] = ["class", "id", "tabindex", "role", "aria-label", "aria-hidden", "srcset"];

/// Whether a tag of this name is shown as text.
pub fn is_disallowed(name: &str) -> bool {
    DISALLOWED.iter().any(|element| element.eq_ignore_ascii_case(name))
}

/// Keeps what records need (tables, details, images, anchors) and drops the rest.
pub fn clean(html: &str) -> String {
    nesting::mend(&ALLOWED.clean(html).to_string())
}

static ALLOWED: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let elements = ELEMENTS.iter().flat_map(|(names, attributes)| {
        names.split(' ').map(|name| (name, attributes.split_whitespace().collect::<HashSet<_>>()))
    });
    let elements: HashMap<&str, HashSet<&str>> = elements.collect();
    let mut builder = ammonia::Builder::default();
    builder
        .tags(elements.keys().copied().collect())
        .tag_attributes(elements)
        .generic_attributes(OWN_ATTRIBUTES.into_iter().chain(["dir", "title", "lang"]).collect())
        .link_rel(None)
        .url_schemes(HashSet::from(SCHEMES))
        .attribute_filter(|_, name, value| {
            let passes =
                value.starts_with(OURS) || (!OWN_ATTRIBUTES.contains(&name) && is_valid(name, value));
            passes.then_some(Cow::Borrowed(value))
        });
    builder
});

/// Whether an attribute may have this value.
pub fn is_valid(attribute: &str, value: &str) -> bool {
    match attribute {
        "colspan" | "rowspan" | "span" => value.parse().is_ok_and(|number: u16| (1..=1000).contains(&number)),
        // A share of the width is no longer in the standard; browsers and GitHub show it all the same.
        "width" => value.strip_suffix('%').unwrap_or(value).parse::<u32>().is_ok(),
        "height" => value.parse::<u32>().is_ok(),
        "start" => value.parse::<i32>().is_ok(),
        "dir" => ["auto", "ltr", "rtl"].contains(&value),
        "scope" => ["col", "colgroup", "row", "rowgroup"].contains(&value),
        "loading" => ["eager", "lazy"].contains(&value),
        "open" => value.is_empty(),
        "lang" => value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'),
        _ => true,
    }
}

/// Puts the held parts in and takes the marks out.
pub fn fill(html: &str, mut held: Vec<String>) -> String {
    let parts: usize = held.iter().map(String::len).sum();
    let mut filled = String::with_capacity(html.len() + parts);
    // Numbers stand between marks, so every other piece is one.
    for (index, piece) in html.split(HELD).enumerate() {
        if index % 2 == 0 {
            filled.extend(piece.split(OURS));
        } else if let Some(part) = piece.parse().ok().and_then(|number: usize| held.get_mut(number)) {
            filled.push_str(&std::mem::take(part));
        }
    }
    filled
}

/// Text without our marks.
pub fn unmarked(text: &str) -> Cow<'_, str> {
    // Both marks start with this byte, which is rare enough to make the look cheap.
    if memchr::memchr(0xef, text.as_bytes()).is_some() && text.contains([OURS, HELD]) {
        Cow::Owned(text.replace([OURS, HELD], "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// HTML source without our marks, numeric references to them included.
pub fn unmarked_html(html: &str) -> Cow<'_, str> {
    let text = unmarked(html);
    if !text.contains("&#") {
        return text;
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(at) = rest.find("&#") {
        clean.push_str(&rest[..at]);
        rest = &rest[at..];
        let digits = &rest[2..];
        let (digits, radix) = match digits.strip_prefix(['x', 'X']) {
            Some(hex) => (hex, 16),
            None => (digits, 10),
        };
        let len = digits.bytes().take_while(|byte| char::from(*byte).is_digit(radix)).count();
        let char = digits.get(..len).and_then(|digits| u32::from_str_radix(digits, radix).ok());
        if char.and_then(char::from_u32).is_some_and(|char| char == OURS || char == HELD) {
            clean.push('\u{fffd}');
            rest = &digits[len..];
        } else {
            clean.push_str("&#");
            rest = &rest[2..];
        }
    }
    clean.push_str(rest);
    Cow::Owned(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_cannot_be_forged() {
        for html in ["\u{fdd1}0\u{fdd1}", "&#xFDD1;0&#xfdd1;", "&#64977;0&#0064977 ", "&#x0000fdd1x"] {
            assert!(!clean(&unmarked_html(html)).contains(HELD), "{html:?}");
        }
        assert_eq!(unmarked_html("a&#38;b &#x"), "a&#38;b &#x");
        // An overflowing number is no character to HTML either.
        assert!(!clean(&unmarked_html("&#99999999999964977;")).contains(HELD));
    }

    #[test]
    fn parts_are_put_in_once() {
        let html = format!("<p class=\"{OURS}x\">{HELD}1{HELD} {HELD}0{HELD} {HELD}1{HELD}</p>{HELD}");
        assert_eq!(fill(&html, vec!["a".to_owned(), "b".to_owned()]), "<p class=\"x\">b a </p>");
    }

    #[test]
    fn widths() {
        for (width, passes) in [("40%", true), ("600", true), ("40px", false), ("%", false), ("4%0", false)] {
            let html = clean(&format!("<img width=\"{width}\" height=\"40%\">"));
            assert_eq!(html.contains(&format!("width=\"{width}\"")), passes, "{html}");
            assert!(!html.contains("height"), "{html}");
        }
    }

    #[test]
    fn only_our_attributes_pass() {
        let html = format!(
            "<b class=x id=y tabindex=1 onclick=z style=a class=\"{OURS}z\">t</b><a id=\"{OURS}i\" name=n>"
        );
        assert_eq!(clean(&html), format!("<b>t</b><a id=\"{OURS}i\"></a>"));
    }
}
