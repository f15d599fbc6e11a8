//! What a body contains and how it is written, checked on small texts.

use expect_test::{Expect, expect};

use super::*;

fn check_scan(markdown: &str, expect: Expect) {
    let source = SourceText::new("a.md", markdown);
    let scan = scan(&source, 0);
    let mut lines = Vec::new();
    for heading in &scan.headings {
        lines.push(format!(
            "h{} {:?} #{} {:?}",
            heading.level,
            heading.text,
            heading.id,
            &source.text[heading.span.clone()]
        ));
    }
    for link in &scan.links {
        let kind = if link.image { "image" } else { "link" };
        let span = &source.text[link.span.clone()];
        lines.push(format!("{kind} {} {:?} in {:?} at {span:?}", link.destination, link.text, link.sentence));
    }
    for mention in &scan.mentions {
        let span = &source.text[mention.span.clone()];
        lines.push(format!(
            "mention {}:{} in {:?} at {span:?}",
            mention.prefix, mention.target, mention.sentence
        ));
    }
    if !scan.anchors.is_empty() {
        lines.push(format!("anchors {:?}", scan.anchors));
    }
    if let Some(summary) = &scan.summary {
        lines.push(format!("summary {summary:?}"));
    }
    for problem in &scan.diagnostics {
        lines.push(format!("{}:{} {}", problem.place.line, problem.place.column, problem.message));
    }
    expect.assert_eq(&lines.join("\n"));
}

#[test]
fn scan_headings() {
    check_scan(
        "# 1. Use `QUIC` & *TLS*\n\nSetext <!-- optional -->\n---\n\n## Own {#own-id}\n## Own id\n### <T>\n",
        expect![[r####"
            h1 "1. Use QUIC & TLS" #1-use-quic--tls "# 1. Use `QUIC` & *TLS*\n"
            h2 "Setext" #setext- "Setext <!-- optional -->\n---\n"
            h2 "Own" #own-id "## Own {#own-id}\n"
            h2 "Own id" #own-id-1 "## Own id\n"
            h3 "<T>" #section "### <T>\n"
            8:5 `<T>` is not an HTML element and is shown as text"####]],
    );
}

#[test]
fn scan_links() {
    check_scan(
        "One. See [the *other* `one`](0002-b.md#x \"t\") and ![alt](a.png). More.\n\n\
         > [![badge](b.svg)](c.md)\n\n- [ref][r] <https://e.org> <a@e.org>\n\n[r]: <d%20e.md>\n",
        expect![[r#"
            link 0002-b.md#x "the other one" in "See the other one and ." at "[the *other* `one`](0002-b.md#x \"t\")"
            image a.png "alt" in "See the other one and ." at "![alt](a.png)"
            link c.md "badge" in "" at "[![badge](b.svg)](c.md)"
            image b.svg "badge" in "" at "![badge](b.svg)"
            link d%20e.md "ref" in "ref https://e.org a@e.org" at "[ref][r]"
            link https://e.org "https://e.org" in "ref https://e.org a@e.org" at "<https://e.org>"
            link mailto:a@e.org "a@e.org" in "ref https://e.org a@e.org" at "<a@e.org>"
            summary "One. See the other one and . More.""#]],
    );
    check_scan(
        "Bare https://e.org/a_b_c?x=1&amp;y=2. And www.e.org/*x*\n\n`https://no` [https://no](yes)\n",
        expect![[r#"
            link https://e.org/a_b_c?x=1&y=2 "https://e.org/a_b_c?x=1&y=2" in "Bare https://e.org/a_b_c?x=1&y=2." at "https://e.org/a_b_c?x=1&amp;y=2"
            link http://www.e.org/ "www.e.org/" in "And www.e.org/x" at "www.e.org/"
            link yes "https://no" in "https://no https://no" at "[https://no](yes)""#]],
    );
    check_scan(
        "A <a href=\"b.md\">raw `x` ADR 1</a> one.\r\n\r\n> <p align=center>\r\n> <a\r\n> href='c.md?a&amp;b' id=\"x\"><img src=d.png alt=D></a>\r\n> </p>\r\n\r\n<a name=\"y\"></a>\n",
        expect![[r#"
            link b.md "raw x ADR 1" in "A raw x ADR 1 one." at "<a href=\"b.md\">raw `x` ADR 1</a>"
            link c.md?a&b "D" in "" at "<a\r\n> href='c.md?a&amp;b' id=\"x\"><img src=d.png alt=D></a>"
            image d.png "D" in "" at "<img src=d.png alt=D>"
            anchors ["x", "y"]
            summary "A raw x ADR 1 one.""#]],
    );
}

#[test]
fn scan_mentions() {
    check_scan(
        "# ADR 1 again\n\nFirst. Since **ADR 12** and RFC\\#3 or RFC\n#4, not `ADR 5`, [ADR 6](x) nor <code>ADR 7</code>. Last [[8]].\n\n| a | b |\n|---|---|\n| ADR-9 | [[x\\|y]] |\n",
        expect![[r##"
            h1 "ADR 1 again" #adr-1-again "# ADR 1 again\n"
            link x "ADR 6" in "Since ADR 12 and RFC#3 or RFC #4, not ADR 5, ADR 6 nor ADR 7." at "[ADR 6](x)"
            mention ADR:1 in "ADR 1 again" at "ADR 1"
            mention ADR:12 in "Since ADR 12 and RFC#3 or RFC #4, not ADR 5, ADR 6 nor ADR 7." at "ADR 12"
            mention RFC:4 in "Since ADR 12 and RFC#3 or RFC #4, not ADR 5, ADR 6 nor ADR 7." at "RFC\n#4"
            mention :8 in "Last [[8]]." at "[[8]]"
            mention ADR:9 in "ADR-9" at "ADR-9"
            mention :x in "[[x|y]]" at "[[x\\|y]]"
            summary "First. Since ADR 12 and RFC#3 or RFC #4, not ADR 5, ADR 6 nor ADR 7. Last [[8]].""##]],
    );
}

#[test]
fn scan_summary() {
    check_scan(
        "---\n\n# T\n\n* x\n\nStatus: accepted\nDate: 2020-01-01\n\n## Status\n\nAccepted by all of us.\n\n## Context\n\nWe *need* it\nnow.\n\n## Summary\n\nThe [best](x) of them.\n",
        expect![[r###"
            h1 "T" #t "# T\n"
            h2 "Status" #status "## Status\n"
            h2 "Context" #context "## Context\n"
            h2 "Summary" #summary "## Summary\n"
            link x "best" in "The best of them." at "[best](x)"
            summary "The best of them.""###]],
    );
    check_scan(
        "A long enough first paragraph.\n\nA second one is here.\n",
        expect![[r#"summary "A long enough first paragraph.""#]],
    );
}

#[test]
fn scan_unknown_tags() {
    check_scan(
        "A Vec<T> of `Vec<U>` and <br> öö <Foo::Bar>.\n\n<T>\n",
        expect![[r#"
            summary "A Vec<T> of Vec<U> and öö <Foo::Bar>."
            1:6 `<T>` is not an HTML element and is shown as text
            3:1 `<T>` is not an HTML element and is shown as text"#]],
    );
}

#[test]
fn scan_from_the_body_and_beyond_the_end() {
    let source = SourceText::new("a.md", "---\nö: 1\n---\n\n# T\n");
    assert_eq!(scan(&source, 14).headings[0].span, 15..19);
    assert_eq!(scan(&source, 5), Scan::default());
    assert_eq!(scan(&source, 5000), Scan::default());
}

#[test]
fn plain_text() {
    for (markdown, text) in [
        ("Use `x` in [*y*](z) &amp; **w**", "Use x in y & w"),
        ("1. Not a list", "Not a list"),
        ("Vec<T> <!-- c --> a<br>b", "Vec<T> ab"),
    ] {
        assert_eq!(plain(markdown), text);
    }
}
