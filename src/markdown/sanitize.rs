//! The allow-list for raw HTML, and the marks by which our own markup passes it.
//!
//! Two characters that no text may contain (they are non-characters, for use within a program) mark what
//! is ours: [`OURS`] starts attribute values that raw HTML may not set, [`HELD`] encloses the number of a
//! part that is put in at the end. Input cannot forge them: [`unmarked`] and [`unmarked_html`] take them out
//! of everything that is written.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use super::url::SCHEMES;

/// Starts attribute values of our own.
pub const OURS: char = '\u{fdd0}';

/// Encloses the number of a held part.
pub const HELD: char = '\u{fdd1}';

/// Elements that change how the rest of a page is read; shown as text (GFM 6.11, "Disallowed Raw HTML").
const DISALLOWED: [&str; 9] =
    ["iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"];

/// Attributes that only our own markup may carry.
const OWN_ATTRIBUTES: [&str; 6] = ["class", "id", "tabindex", "role", "aria-label", "aria-hidden"];

/// Whether a tag of this name is shown as text.
pub fn is_disallowed(name: &str) -> bool {
    DISALLOWED.iter().any(|element| element.eq_ignore_ascii_case(name))
}

/// Keeps what records need (tables, details, images, anchors) and drops the rest.
pub fn clean(html: &str) -> String {
    ALLOWED.clean(html).to_string()
}

static ALLOWED: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::default();
    builder
        .add_tags(["section", "picture", "source"])
        .add_generic_attributes(OWN_ATTRIBUTES)
        .add_generic_attributes(["dir", "title", "lang"])
        .add_tag_attributes("a", ["rel"])
        .add_tag_attributes("details", ["open"])
        .add_tag_attributes("img", ["loading"])
        .add_tag_attributes("source", ["media", "srcset", "type"])
        .link_rel(None)
        .url_schemes(HashSet::from(SCHEMES))
        .attribute_filter(|_, name, value| {
            let ours = value.starts_with(OURS);
            (ours || !OWN_ATTRIBUTES.contains(&name)).then_some(Cow::Borrowed(value))
        });
    builder
});

/// Puts the held parts in and takes the marks out.
pub fn fill(html: &str, mut held: Vec<String>) -> String {
    let parts: usize = held.iter().map(String::len).sum();
    let mut filled = String::with_capacity(html.len() + parts);
    let mut rest = html;
    while let Some(at) = rest.find([OURS, HELD]) {
        filled.push_str(&rest[..at]);
        let marked = &rest[at..];
        rest = &marked[OURS.len_utf8()..];
        if marked.starts_with(HELD)
            && let Some((number, after)) = rest.split_once(HELD)
        {
            if let Some(part) = number.parse().ok().and_then(|index: usize| held.get_mut(index)) {
                filled.push_str(&std::mem::take(part));
            }
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

/// Text without our marks.
pub fn unmarked(text: &str) -> Cow<'_, str> {
    // Both marks start with this byte, which is rare enough to make the look cheap.
    if text.as_bytes().contains(&0xef) && text.contains([OURS, HELD]) {
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
    fn only_our_attributes_pass() {
        let html = format!(
            "<b class=x id=y tabindex=1 onclick=z style=a class=\"{OURS}z\">t</b><a id=\"{OURS}i\" name=n>"
        );
        assert_eq!(clean(&html), format!("<b>t</b><a id=\"{OURS}i\"></a>"));
    }
}
