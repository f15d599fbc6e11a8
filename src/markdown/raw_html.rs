//! Tags in raw HTML, with byte ranges, so that links and ids in it can be read and rewritten. Not a
//! parser: no tree, and no judgement on safety, which is the sanitiser's.

use std::borrow::Cow;
use std::ops::Range;

/// One tag. Ranges are bytes of the text it was found in.
#[derive(Debug, PartialEq, Eq)]
pub struct RawTag {
    /// From `<` to `>`.
    pub range: Range<usize>,
    /// The name as written.
    pub name: Range<usize>,
    /// `</name>`.
    pub closing: bool,
    /// Attributes as written.
    pub attributes: Vec<RawAttribute>,
}

/// One attribute of a tag.
#[derive(Debug, PartialEq, Eq)]
pub struct RawAttribute {
    /// The name as written.
    pub name: Range<usize>,
    /// The value without quotes; empty where there is none.
    pub value: Range<usize>,
    /// Name and value with the quotes.
    pub range: Range<usize>,
}

/// The tags of `html` in order; comments, declarations and processing instructions are passed over.
pub fn tags(html: &str) -> Vec<RawTag> {
    let bytes = html.as_bytes();
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(step) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'<')) {
        let start = at + step;
        at = match bytes.get(start + 1) {
            Some(b'!') if html[start..].starts_with("<!--") => match html[start + 4..].find("-->") {
                Some(end) => start + 4 + end + 3,
                None => bytes.len(),
            },
            Some(b'!' | b'?') => match html[start..].find('>') {
                Some(end) => start + end + 1,
                None => bytes.len(),
            },
            Some(byte) if byte.is_ascii_alphabetic() || *byte == b'/' => match tag(bytes, start) {
                Some(tag) => {
                    let end = tag.range.end;
                    tags.push(tag);
                    end
                }
                None => start + 1,
            },
            _ => start + 1,
        };
    }
    tags
}

fn tag(bytes: &[u8], start: usize) -> Option<RawTag> {
    let run = |from: usize, inside: fn(u8) -> bool| {
        from + bytes[from..].iter().take_while(|byte| inside(**byte)).count()
    };
    let space = |byte: u8| byte.is_ascii_whitespace();
    let closing = bytes.get(start + 1) == Some(&b'/');
    let name_start = start + 1 + usize::from(closing);
    let name_end = run(name_start, |byte| !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'>' | b'<'));
    if !bytes.get(name_start)?.is_ascii_alphabetic() {
        return None;
    }
    let mut attributes = Vec::new();
    let mut at = name_end;
    loop {
        at = run(at, |byte| byte.is_ascii_whitespace() || byte == b'/');
        match bytes.get(at)? {
            b'>' => {
                let range = start..at + 1;
                return Some(RawTag { range, name: name_start..name_end, closing, attributes });
            }
            b'<' => return None,
            _ => {
                let name_start = at;
                // A leading `=` is part of the name, as HTML has it.
                let name_end = run(at + 1, |byte| {
                    !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'>' | b'=' | b'<')
                });
                let equals = run(name_end, space);
                at = name_end;
                let mut value = name_end..name_end;
                if bytes.get(equals) == Some(&b'=') {
                    let quote_at = run(equals + 1, space);
                    match bytes.get(quote_at)? {
                        quote @ (b'"' | b'\'') => {
                            let len = bytes[quote_at + 1..].iter().position(|byte| byte == quote)?;
                            value = quote_at + 1..quote_at + 1 + len;
                            at = value.end + 1;
                        }
                        _ => {
                            value =
                                quote_at..run(quote_at, |byte| !byte.is_ascii_whitespace() && byte != b'>');
                            at = value.end;
                        }
                    }
                }
                attributes.push(RawAttribute { name: name_start..name_end, value, range: name_start..at });
            }
        }
    }
}

impl RawTag {
    /// Whether the tag has this name, given in lower case.
    pub fn is(&self, html: &str, name: &str) -> bool {
        html.get(self.name.clone()).is_some_and(|written| written.eq_ignore_ascii_case(name))
    }

    /// The attribute of this name, given in lower case.
    pub fn attribute(&self, html: &str, name: &str) -> Option<&RawAttribute> {
        self.attributes.iter().find(|attribute| {
            html.get(attribute.name.clone()).is_some_and(|written| written.eq_ignore_ascii_case(name))
        })
    }

    /// Whether its `srcset` names pictures to choose from.
    pub fn chooses(&self, html: &str) -> bool {
        self.is(html, "img") || self.is(html, "source")
    }

    /// The value of an attribute with entities decoded.
    pub fn value<'a>(&self, html: &'a str, name: &str) -> Option<Cow<'a, str>> {
        self.attribute(html, name).and_then(|attribute| html.get(attribute.value.clone())).map(decode)
    }
}

/// The open elements of raw HTML in which plain references mean nothing: links, code and keys.
#[derive(Debug, Default)]
pub struct Quiet {
    /// Whether each open `<a>` leads somewhere.
    links: Vec<bool>,
    linked: usize,
    code: usize,
}

impl Quiet {
    /// Whether plain references mean nothing here.
    pub fn is_quiet(&self) -> bool {
        self.linked > 0 || self.code > 0
    }

    /// Goes past a tag, and tells whether it belongs to a bookmark: an `<a>` that leads nowhere. Authors
    /// often leave those open, and mean the place where it starts.
    pub fn pass(&mut self, html: &str, tag: &RawTag) -> bool {
        if tag.is(html, "a") {
            let leads = match tag.closing {
                true => self.links.pop().unwrap_or(true),
                false => tag.attribute(html, "href").is_some(),
            };
            if tag.closing {
                self.linked = self.linked.saturating_sub(usize::from(leads));
            } else {
                self.links.push(leads);
                self.linked += usize::from(leads);
            }
            return !leads;
        }
        if tag.is(html, "code") || tag.is(html, "kbd") {
            self.code = if tag.closing { self.code.saturating_sub(1) } else { self.code + 1 };
        }
        false
    }

    /// Nothing stays open at the end of a block.
    pub fn clear(&mut self) {
        self.links.clear();
        (self.linked, self.code) = (0, 0);
    }
}

/// The addresses in the value of a `srcset`, where they stand in it, each with what says when it is meant: `2x`, `640w`
/// (HTML, "Parsing a srcset attribute").
pub fn candidates(srcset: &str) -> Vec<(Range<usize>, &str)> {
    let is_between = |char: char| char.is_ascii_whitespace() || char == ',';
    let mut candidates = Vec::new();
    let mut at = 0;
    while let Some(step) = srcset[at..].find(|char| !is_between(char)) {
        let start = at + step;
        let end = srcset[start..]
            .find(|char: char| char.is_ascii_whitespace())
            .map_or(srcset.len(), |len| start + len);
        let address = srcset[start..end].trim_end_matches(',');
        let comma = srcset[end..].find(',').map_or(srcset.len(), |len| end + len);
        // A comma right behind the address leaves no room for more.
        at = if address.len() < end - start { end } else { comma };
        candidates.push((start..start + address.len(), srcset[end..at].trim()));
    }
    candidates
}

/// Replaces the entities that occur in addresses and names: numeric ones and the five of XML.
pub fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(and) = rest.find('&') {
        decoded.push_str(&rest[..and]);
        rest = &rest[and..];
        match entity(rest) {
            Some((char, len)) => {
                decoded.push(char);
                rest = &rest[len..];
            }
            None => {
                decoded.push('&');
                rest = &rest[1..];
            }
        }
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

fn entity(text: &str) -> Option<(char, usize)> {
    const NAMED: [(&str, char); 6] = [
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
        ("&apos;", '\''),
        ("&nbsp;", '\u{a0}'),
    ];
    if let Some((name, char)) = NAMED.iter().find(|(name, _)| text.starts_with(name)) {
        return Some((*char, name.len()));
    }
    let digits = text.strip_prefix("&#")?;
    let (digits, radix) = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16),
        None => (digits, 10),
    };
    let len = digits.bytes().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let value = u32::from_str_radix(digits.get(..len)?, radix).ok();
    let char = value.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
    let end = text.len() - digits.len() + len;
    (len > 0).then(|| (char, end + usize::from(text[end..].starts_with(';'))))
}

/// Whether a piece of raw HTML is a comment, a declaration or a tag of HTML: not `<T>`.
pub fn is_markup(html: &str) -> bool {
    tags(html).iter().all(|tag| html.get(tag.name.clone()).is_some_and(is_element))
}

/// Whether a tag is prose and is shown as text: it is no element of HTML, or a type parameter that happens
/// to look like one (`Vec<U>`: one capital, no attributes, never closed). `rest` is the source behind it.
pub fn is_prose(html: &str, tag: &RawTag, rest: &str) -> bool {
    let Some(name) = html.get(tag.name.clone()) else { return false };
    if !is_element(name) {
        return true;
    }
    let parameter = name.len() == 1 && name.starts_with(|char: char| char.is_ascii_uppercase());
    parameter && !tag.closing && tag.attributes.is_empty() && {
        // The end of an element stands near; looking no further keeps hostile text linear.
        let near = (0..=rest.len().min(500)).rev().find_map(|end| rest.get(..end)).unwrap_or_default();
        let paragraph = near.split("\n\n").next().unwrap_or_default();
        !tags(paragraph).iter().any(|other| other.closing && other.is(paragraph, &name.to_ascii_lowercase()))
    }
}

/// Whether this is the name of an HTML element, obsolete ones, SVG and MathML roots included. Anything
/// else between angle brackets is most likely prose: `Vec<T>`.
fn is_element(name: &str) -> bool {
    let mut lower = [0_u8; 12];
    let Some(lower) = lower.get_mut(..name.len()) else { return false };
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    ELEMENTS.binary_search_by(|element| element.as_bytes().cmp(lower)).is_ok()
}

/// Whether an element of this name stays open until it is closed: not `<br>`, not `<p>` or `<li>`.
pub fn nests(name: &str) -> bool {
    const ALONE: [&str; 24] = [
        "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta",
        "option", "p", "param", "rp", "rt", "source", "td", "th", "tr", "track", "wbr",
    ];
    !ALONE.iter().any(|element| element.eq_ignore_ascii_case(name))
}

/// HTML Living Standard, elements and obsolete elements; sorted.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "applet",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "base",
    "basefont",
    "bdi",
    "bdo",
    "bgsound",
    "big",
    "blink",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "datalist",
    "dd",
    "del",
    "details",
    "dfn",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "i",
    "iframe",
    "image",
    "img",
    "input",
    "ins",
    "kbd",
    "keygen",
    "label",
    "legend",
    "li",
    "link",
    "listing",
    "main",
    "map",
    "mark",
    "marquee",
    "math",
    "menu",
    "menuitem",
    "meta",
    "meter",
    "nav",
    "nobr",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "param",
    "picture",
    "plaintext",
    "pre",
    "progress",
    "q",
    "rb",
    "rp",
    "rt",
    "rtc",
    "ruby",
    "s",
    "samp",
    "script",
    "search",
    "section",
    "select",
    "slot",
    "small",
    "source",
    "spacer",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "track",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
    "xmp",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_sorted() {
        assert!(ELEMENTS.is_sorted());
        assert!(is_element("DETAILS") && is_element("h1") && !is_element("T") && !is_element("my-element"));
    }

    #[test]
    fn addresses_of_a_srcset() {
        let check = |srcset: &str, expected: &[(&str, &str)]| {
            let found: Vec<_> =
                candidates(srcset).into_iter().map(|(place, when)| (&srcset[place], when)).collect();
            assert_eq!(found, expected, "{srcset:?}");
        };
        check("a.png", &[("a.png", "")]);
        check(" a,b.png 1x,\n c.png  2x ", &[("a,b.png", "1x"), ("c.png", "2x")]);
        check("a.png, b.png,, c.png 100w", &[("a.png", ""), ("b.png", ""), ("c.png", "100w")]);
        check(" , ", &[]);
        check("é ü", &[("é", "ü")]);
    }

    #[test]
    fn tags_and_their_attributes() {
        let html =
            "<!-- <a href=no> --><A HREF='x?a&amp;b'  id=y title = \"1 > 0\" hidden>t</a ><br/><T> < b <i";
        let found: Vec<String> = tags(html)
            .iter()
            .map(|tag| {
                let attributes: Vec<String> = tag
                    .attributes
                    .iter()
                    .map(|attribute| {
                        format!("{}={}", &html[attribute.name.clone()], &html[attribute.value.clone()])
                    })
                    .collect();
                let slash = if tag.closing { "/" } else { "" };
                format!("{slash}{}({})", &html[tag.name.clone()], attributes.join(","))
            })
            .collect();
        assert_eq!(found, ["A(HREF=x?a&amp;b,id=y,title=1 > 0,hidden=)", "/a()", "br()", "T()"]);
        assert_eq!(tags(html)[0].value(html, "href").as_deref(), Some("x?a&b"));
    }

    #[test]
    fn entities() {
        assert_eq!(decode("&#106;&#x61;v&#97&amp;&bogus;&#xfffffff;"), "java&&bogus;\u{fffd}");
    }
}
