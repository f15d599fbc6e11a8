//! What holds for any text at all: nothing panics, offsets are places in the text, nothing runs in a
//! page.

use proptest::prelude::*;

use super::*;
use crate::source::SourceText;

/// Pieces that mean something to one of the readers, to be strung together in any order.
const PIECES: &[&str] = &[
    "# ",
    "## a {#b}\n",
    "\n",
    "\n\n",
    "    ",
    "> ",
    "- ",
    "1. ",
    "- [x] ",
    "```rust\n",
    "```mermaid\nflowchart TD\nA-->B\n",
    "```\n",
    "~~~",
    "|a|b|\n|-|:-:|\n|c|",
    "|",
    "[",
    "](",
    ")",
    "![",
    "](a.md)",
    "[^1]",
    "[^1]: ",
    "<",
    ">",
    "</",
    "<b>",
    "</b>",
    "<div>",
    "</div>",
    "<a href=\"",
    "<a name=x>",
    "</a>",
    "<img src=x onerror=alert(1)>",
    "<picture>",
    "<source srcset=\"a.png 1x, javascript:alert(1) 2x\">",
    "<source srcset='",
    "<script>",
    "</script>",
    "<style>",
    "<svg onload=alert(1)>",
    "<math><mtext>",
    "<table><tr><td>",
    "</table>",
    "<p style=\"text-align: right\" id=x>",
    "<textarea>",
    "<plaintext>",
    "<!--",
    "-->",
    "<!-- toc -->",
    "<!-- /toc -->",
    "<![CDATA[",
    "]]>",
    "<?",
    "javascript:alert(1)",
    "\tjavascript:",
    "data:text/html,x",
    "https://e.org/x?y",
    "www.e.org",
    "a@e.org",
    "ADR 12",
    "RFC-0012",
    "[[12]]",
    "[[a|b]]",
    "$x$",
    "$$",
    "\\",
    "`",
    "``",
    "*",
    "**",
    "_",
    "~~",
    "&",
    "&amp;",
    "&#x3c;",
    "&#xfdd1;0&#xfdd1;",
    "\u{fdd0}",
    "\u{fdd1}0\u{fdd1}",
    "\"",
    "'",
    "=",
    " onclick=alert(1) ",
    "é",
    "日本",
    "\u{1f600}",
    "\u{301}",
    "\r\n",
    "\t",
    "\0",
    "{",
    "}",
    "word",
    " ",
    "> [!NOTE]\n",
    "> [!warning] t\n",
    "---\n",
    "===\n",
    "[a]: b\n",
    "x:\n",
];

fn text() -> impl Strategy<Value = String> {
    let pieces =
        prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat());
    prop_oneof![4 => pieces, 1 => any::<String>()]
}

fn written(source: &SourceText, from: usize, options: HtmlOptions<'_>) -> (Scan, Body) {
    let scan = scan(source, from);
    let known = |start: usize| {
        assert!(
            scan.links.iter().any(|link| link.span.start == start)
                || scan.mentions.iter().any(|mention| mention.span.start == start),
            "the scan does not know what starts at {start} of {:?}",
            source.text
        );
        None
    };
    let body = to_html(source, from, &scan, &known, options);
    (scan, body)
}

/// Everything in the tags of a page that could run, load or style something.
fn dangers(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for tag in raw_html::tags(html) {
        let name = html[tag.name.clone()].to_ascii_lowercase();
        if matches!(
            name.as_str(),
            "script" | "style" | "iframe" | "object" | "embed" | "form" | "meta" | "link" | "base"
        ) {
            found.push(html[tag.range.clone()].to_owned());
        }
        for attribute in &tag.attributes {
            let key = html[attribute.name.clone()].to_ascii_lowercase();
            let value = raw_html::decode(&html[attribute.value.clone()]);
            let address = matches!(key.as_str(), "href" | "src" | "action" | "xlink:href");
            let choices = raw_html::candidates(&value).into_iter().map(|(place, _)| &value[place]);
            let unsafe_choice = key == "srcset" && !choices.into_iter().all(url::is_safe);
            if key.starts_with("on") || key == "style" || (address && !url::is_safe(&value)) || unsafe_choice
            {
                found.push(html[tag.range.clone()].to_owned());
            }
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_a_safe_page(text in text(), from in 0..20_usize, top in prop::option::of(1..4_u8)) {
        let source = SourceText::new("a.md", text);
        let options = HtmlOptions { top_level: top, ..HtmlOptions::default() };
        let (scan, body) = written(&source, from, options);
        for span in scan.links.iter().map(|link| &link.span).chain(scan.mentions.iter().map(|found| &found.span)) {
            prop_assert!(source.text.get(span.clone()).is_some_and(|text| !text.is_empty()), "{span:?}");
        }
        for heading in &scan.headings {
            prop_assert!(source.text.get(heading.span.clone()).is_some());
        }
        prop_assert_eq!(dangers(&body.html), Vec::<String>::new(), "{}", body.html);
        prop_assert!(!body.html.contains([sanitize::OURS, sanitize::HELD]));
        let mut ids: Vec<&str> = scan.headings.iter().map(|heading| heading.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(ids.len(), scan.headings.len());
        let _ = summary(&source, from);
        let _ = plain(&source.text);
    }

    #[test]
    fn leaving_out_never_panics(text in text(), start in 0..60_usize, len in 0..60_usize) {
        let source = SourceText::new("a.md", text);
        let leave_out: Vec<_> = std::iter::once(start..start + len).collect();
        let options = HtmlOptions { leave_out: &leave_out, trusted_html: len % 2 == 0, ..HtmlOptions::default() };
        // What stood round the part that is left out may read differently now: any start may be asked for.
        to_html(&source, 0, &scan(&source, 0), &|_| None, options);
    }
}
