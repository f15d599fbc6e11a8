//! The CommonMark specification's examples render as pulldown-cmark renders them, apart from what is
//! added or changed on purpose, which is listed here.
//!
//! The examples are read from the sources of pulldown-cmark, where cargo has them; none are copied.

use annals::markdown::{self, HtmlOptions};
use annals::source::SourceText;

/// Examples that differ on purpose, by number, and why.
const DIFFERENT: [(usize, &str); 5] = [
    (602, "a bare address becomes a link (GFM 6.9)"),
    (606, "a bare address becomes a link (GFM 6.9)"),
    (608, "a bare address becomes a link (GFM 6.9)"),
    (611, "a bare address becomes a link (GFM 6.9)"),
    (612, "a bare address becomes a link (GFM 6.9)"),
];

#[test]
fn the_specification_renders_as_by_pulldown_cmark() {
    let examples = examples().expect("cargo knows where the sources of pulldown-cmark are");
    assert!(examples.len() > 600, "only {} examples found", examples.len());
    let mut failures = Vec::new();
    for (index, example) in examples.iter().enumerate() {
        let number = index + 1;
        let expected = normalise(&reference(example));
        let ours = normalise(&ours(example));
        let listed = DIFFERENT.iter().any(|(listed, _)| *listed == number);
        if (ours == expected) == listed {
            failures.push(format!("example {number}\n{example}--- expected\n{expected}--- ours\n{ours}"));
        }
    }
    assert!(failures.is_empty(), "{} examples\n\n{}", failures.len(), failures.join("\n"));
}

fn ours(example: &str) -> String {
    let text = SourceText::new("example.md", example);
    let scan = markdown::scan(&text, 0);
    let options = HtmlOptions { trusted_html: true, ..HtmlOptions::default() };
    markdown::to_html(&text, 0, &scan, &|_| None, options).html
}

fn reference(example: &str) -> String {
    use pulldown_cmark::{Options, Parser, html};
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM;
    let mut out = String::new();
    html::push_html(&mut out, Parser::new_ext(example, options));
    out
}

/// Takes out what we add: ids and anchors of headings, `rel`, the focus of code blocks, their language and
/// highlighting.
fn normalise(html: &str) -> String {
    let mut html = html.replace(" rel=\"noopener\"", "").replace("<pre tabindex=\"0\">", "<pre>");
    for level in 1..=6 {
        html = without(&html, &format!("<h{level}"), " id=\"", "\"");
    }
    html = without(&html, "", "<a class=\"anchor\"", "</a>");
    html = without(&html, "<code", " class=\"language-", "\"");
    // One-letter classes are highlighting.
    for class in 'a'..='z' {
        html = html.replace(&format!("<span class=\"{class}\">"), "");
    }
    html = html.replace("</span>", "");
    html.trim_end().to_owned() + "\n"
}

/// Removes every `start…end` that follows `context`.
fn without(html: &str, context: &str, start: &str, end: &str) -> String {
    let opening = format!("{context}{start}");
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = rest.find(&opening) {
        let body = &rest[at + opening.len()..];
        out.push_str(&rest[..at + context.len()]);
        rest = body.find(end).map_or("", |found| &body[found + end.len()..]);
    }
    out + rest
}

/// The examples' markdown, in order, from pulldown-cmark's own test suite.
fn examples() -> Option<Vec<String>> {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .ok()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).ok()?;
    let manifest = metadata["packages"]
        .as_array()?
        .iter()
        .find(|package| package["name"] == "pulldown-cmark")?["manifest_path"]
        .as_str()?
        .to_owned();
    let suite = std::path::Path::new(&manifest).parent()?.join("tests/suite/spec.rs");
    let suite = std::fs::read_to_string(suite).ok()?;
    let examples = suite
        .split("let original = r##\"")
        .skip(1)
        .filter_map(|rest| rest.split_once("\"##;").map(|(example, _)| example.to_owned()))
        .collect();
    Some(examples)
}
