//! SVG pictures that records show. Within a page a picture runs nothing, but opened by itself it is a document
//! of the site, and records come by pull request: whatever could run is cut out, and the rest stays
//! byte for byte as its author drew it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use roxmltree::{Attribute, Document, Node, ParsingOptions};

use crate::markdown::is_safe_url;

/// Larger pictures are not parsed, and so not published.
const MOST_NODES: u32 = 1_000_000;

const SVG: &str = "http://www.w3.org/2000/svg";
const HTML: &str = "http://www.w3.org/1999/xhtml";

/// Elements of SVG that run nothing and load no document (SVG 2, "Element index").
static DRAWN: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "a animate animateMotion animateTransform circle clipPath color-profile defs desc ellipse feBlend \
    feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight \
    feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology \
    feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence filter flowPara flowRegion flowRoot font \
    font-face font-face-name font-face-src foreignObject g glyph hkern image line linearGradient marker mask metadata \
    missing-glyph mpath path pattern polygon polyline radialGradient rect set solidcolor stop style svg switch symbol \
    text textPath title tref tspan use view vkern"
        .split_whitespace()
        .collect()
});

/// Elements of HTML that labels within a picture are made of.
static LABELS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "a b blockquote body br code div em font h1 h2 h3 h4 h5 h6 hr i img li ol p pre s small span strike strong sub sup \
    table tbody td th thead tr u ul"
        .split_whitespace()
        .collect()
});

/// A picture that may be published.
#[derive(Debug, PartialEq, Eq)]
pub struct Clean<'a> {
    /// The picture without what could run.
    pub text: Cow<'a, str>,
    /// What was cut out because it could run, each with where it stood.
    pub removed: Vec<(String, Range<usize>)>,
}

/// Cuts out of a picture what could run. Fails with the reason where that cannot be told: it is no XML, no
/// SVG, or declares entities of its own.
pub fn clean(text: &str) -> Result<Clean<'_>, String> {
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| error.to_string())?;
    let root = document.root_element();
    if root.tag_name().name() != "svg" {
        return Err(format!("its first element is `{}`", root.tag_name().name()));
    }
    let mut cuts = prolog(text, root.range().start)?;
    cuts.extend(document.descendants().filter(Node::is_pi).map(|node| node.range()));

    let mut removed = Vec::new();
    let mut waiting = vec![root];
    while let Some(node) = waiting.pop() {
        if !may_stand(&node) {
            removed.push((format!("<{}>", node.tag_name().name()), node.range()));
            continue;
        }
        let attributes = node.attributes().filter(|attribute| !is_harmless(attribute));
        removed.extend(attributes.map(|own| (own.name().to_owned(), own.range())));
        waiting.extend(node.children().filter(Node::is_element));
    }
    removed.sort_by_key(|(_, range)| range.start);
    cuts.extend(removed.iter().map(|(_, range)| range.clone()));
    Ok(Clean { text: cut(text, cuts), removed })
}

/// A picture in the place of one that is not published.
pub fn placeholder() -> &'static str {
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 420 40\" width=\"420\" height=\"40\"><title>not published</title>\
     <text x=\"8\" y=\"25\" font-family=\"sans-serif\" font-size=\"14\" fill=\"#888\">This picture could not be read as SVG.</text></svg>\n"
}

/// What goes of the text before the root: a declaration of the encoding, which is UTF-8 by now, and a
/// document type, unless it declares entities.
fn prolog(text: &str, root: usize) -> Result<Vec<Range<usize>>, String> {
    let before = &text[..root];
    let mut cuts = Vec::new();
    if before.starts_with("<?xml") {
        cuts.extend(before.find("?>").map(|end| 0..end + "?>".len()));
    }
    if let Some(start) = before.find("<!DOCTYPE") {
        let end = before[start..].find('>').map_or(root, |end| start + end + 1);
        if before[start..end].contains('[') {
            return Err("it declares entities".to_owned());
        }
        cuts.push(start..end);
    }
    Ok(cuts)
}

fn may_stand(node: &Node<'_, '_>) -> bool {
    let name = node.tag_name();
    let moves_a_link = || {
        let moved = node.attribute("attributeName").unwrap_or_default().to_ascii_lowercase();
        moved.rsplit(':').next().is_some_and(|moved| moved == "href" || moved.starts_with("on"))
    };
    match name.namespace() {
        Some(SVG) => DRAWN.contains(name.name()) && !moves_a_link(),
        Some(HTML) => LABELS.contains(name.name()),
        // Notes of drawing programs, which mean nothing to a browser.
        _ => true,
    }
}

fn is_harmless(attribute: &Attribute<'_, '_>) -> bool {
    let name = attribute.name().to_ascii_lowercase();
    let value = attribute.value();
    match name.as_str() {
        "href" | "src" | "action" | "formaction" | "srcset" => {
            is_safe_url(value) || PICTURES.iter().any(|start| value.trim_start().starts_with(start))
        }
        "srcdoc" => false,
        _ => !name.starts_with("on"),
    }
}

/// Pictures within a picture, of kinds that are no documents.
const PICTURES: [&str; 4] = ["data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp"];

/// The text without the ranges.
fn cut(text: &str, mut cuts: Vec<Range<usize>>) -> Cow<'_, str> {
    if cuts.is_empty() {
        return Cow::Borrowed(text);
    }
    cuts.sort_by_key(|range| range.start);
    let mut rest = String::with_capacity(text.len());
    let mut at = 0;
    for range in cuts {
        rest.push_str(text.get(at..range.start).unwrap_or_default());
        at = at.max(range.end);
    }
    rest.push_str(text.get(at..).unwrap_or_default());
    Cow::Owned(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, clean_body: &str, removed: &[&str]) {
        let whole = |body: &str| {
            format!(
                "<svg xmlns=\"{SVG}\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" xmlns:h=\"{HTML}\">{body}</svg>"
            )
        };
        let text = whole(body);
        let found = clean(&text).expect("it is a picture");
        assert_eq!(found.text, whole(clean_body));
        assert_eq!(found.removed.iter().map(|(what, _)| what.as_str()).collect::<Vec<_>>(), removed);
        assert_eq!(clean(&found.text).expect("it still is").removed, [], "nothing is left");
    }

    #[test]
    fn what_could_run_is_cut_out_and_the_rest_stays() {
        check(
            "<g id='a'  class=\"b\"><path d=\"M0,0\"/></g>",
            "<g id='a'  class=\"b\"><path d=\"M0,0\"/></g>",
            &[],
        );
        check("a<script>x</script>b<script/>", "ab", &["<script>", "<script>"]);
        check("<g onload=\"x()\" id=\"y\" ONclick='z'/>", "<g  id=\"y\" />", &["onload", "ONclick"]);
        check(
            "<a xlink:href=\"javascript:x\"><text>t</text></a><a href=\"#y\"/><use href=\"java&#10;script:x\"/>",
            "<a ><text>t</text></a><a href=\"#y\"/><use />",
            &["href", "href"],
        );
        check(
            "<a><set attributeName=\"xlink:href\" to=\"javascript:x\"/><animate attributeName=\"x\"/></a>",
            "<a><animate attributeName=\"x\"/></a>",
            &["<set>"],
        );
        check(
            "<foreignObject><h:div style=\"color:red\">t<h:iframe src=\"x\"/><h:b onclick=\"x\">u</h:b></h:div></foreignObject>",
            "<foreignObject><h:div style=\"color:red\">t<h:b >u</h:b></h:div></foreignObject>",
            &["<iframe>", "onclick"],
        );
        check(
            "<image href=\"data:image/png;base64,x\"/><image href=\"data:image/svg+xml,x\"/>",
            "<image href=\"data:image/png;base64,x\"/><image />",
            &["href"],
        );
        check(
            "<x:note xmlns:x=\"urn:x\"><script/></x:note>",
            "<x:note xmlns:x=\"urn:x\"></x:note>",
            &["<script>"],
        );
    }

    #[test]
    fn the_prolog_goes() {
        let text = "<?xml version=\"1.0\" encoding=\"ISO-2022-JP\"?>\n<?xml-stylesheet href=\"x.xsl\"?><!DOCTYPE svg PUBLIC \"a\" \"b\">\
            <svg xmlns=\"http://www.w3.org/2000/svg\"/>";
        let found = clean(text).expect("it is a picture");
        assert_eq!(found.text, "\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
        assert_eq!(found.removed, []);
    }

    #[test]
    fn what_cannot_be_judged_is_refused() {
        for text in [
            "",
            "x",
            "<svg",
            "<html xmlns=\"http://www.w3.org/1999/xhtml\"/>",
            "<svg>&x;</svg>",
            "<!DOCTYPE svg [<!ENTITY x \"<script/>\">]><svg xmlns=\"http://www.w3.org/2000/svg\">&x;</svg>",
        ] {
            assert!(clean(text).is_err(), "{text}");
        }
        assert_eq!(clean(placeholder()).expect("it is a picture").text, placeholder());
    }
}
