//! What a body contains and how it is written, checked on small texts.

use expect_test::{Expect, expect};

use super::*;
use crate::source::SourceText;

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
            1:6 `<T>` is not an HTML element and is shown as text"#]],
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

fn html_with(markdown: &str, target: &dyn Fn(&str) -> Option<Href>, options: HtmlOptions<'_>) -> Body {
    let source = SourceText::new("a.md", markdown);
    let scan = scan(&source, 0);
    let by_start = |start: usize| {
        let link =
            scan.links.iter().find(|link| link.span.start == start).map(|link| link.destination.as_str());
        let mention = scan.mentions.iter().find(|found| found.span.start == start);
        target(link.or(mention.map(|found| found.target.as_str())).expect("the scan knows every link"))
    };
    to_html(&source, 0, &scan, &by_start, options)
}

fn check_html(markdown: &str, expect: Expect) {
    let body = html_with(markdown, &|_| None, HtmlOptions { top_level: Some(2), ..HtmlOptions::default() });
    let problems: Vec<String> = body
        .diagnostics
        .iter()
        .map(|problem| format!("{}: {}\n", problem.place.line, problem.message))
        .collect();
    expect.assert_eq(&(body.html + &problems.concat()));
}

#[test]
fn headings_get_ids_anchors_and_an_outline() {
    check_html(
        "# A *b*\n\n#### Deep {#own}\n\n## A b\n\n> # <T>\n",
        expect![[r##"
        <h2 id="a-b">A <em>b</em><a class="anchor" aria-hidden="true" tabindex="-1" href="#a-b">#</a></h2>
        <h3 id="own">Deep<a class="anchor" aria-hidden="true" tabindex="-1" href="#own">#</a></h3>
        <h3 id="a-b-1">A b<a class="anchor" aria-hidden="true" tabindex="-1" href="#a-b-1">#</a></h3>
        <blockquote>
        <h2 id="section">&lt;T&gt;<a class="anchor" aria-hidden="true" tabindex="-1" href="#section">#</a></h2>
        </blockquote>
    "##]],
    );
    let body = html_with("# A\n\n### B\n\n## C\n\n# D\n", &|_| None, HtmlOptions::default());
    fn lines(entries: &[TocEntry], indent: usize) -> String {
        let line = |entry: &TocEntry| {
            format!(
                "{}{} {}\n{}",
                " ".repeat(indent),
                entry.level,
                entry.id,
                lines(&entry.children, indent + 1)
            )
        };
        entries.iter().map(line).collect()
    }
    expect![[r#"
        1 a
         3 b
         2 c
        1 d
    "#]]
    .assert_eq(&lines(&body.toc, 0));
}

#[test]
fn links_go_where_the_site_says() {
    let target = |destination: &str| {
        let (url, kind, title) = match destination {
            "b.md" => ("../b.html#x", HrefKind::Record(State::Superseded), Some("B: superseded")),
            "12" => ("12.html", HrefKind::Record(State::Accepted), None),
            "a.png" => ("a.1.png", HrefKind::Site, None),
            "gone.md" => ("", HrefKind::Broken, Some("`gone.md` does not exist")),
            _ => return None,
        };
        Some(Href { url: url.to_owned(), kind, title: title.map(str::to_owned) })
    };
    let markdown = "[b](b.md \"mine\") <https://e.org> [gone](gone.md) ![a *b*](a.png \"t\") ![gone](gone.md)\n\
        ADR 12, [[12|the \"one\"]], ADR 13; <a href=\"b.md\" onclick=x>raw</a> <img src=a.png alt=x> <a href=gone.md>g</a>\n\
        [x](javascript:alert(1)) [y](\tjava&#10;script:alert(1)) <javascript:x> https://e.org?a=1&b=2\n";
    let body = html_with(markdown, &target, HtmlOptions::default());
    expect![[r#"
        <p><a href="../b.html#x" class="record-link state-superseded" title="mine · B: superseded">b</a> <a href="https://e.org" rel="noopener">https://e.org</a> <span class="broken-link" title="`gone.md` does not exist">gone</span> <img src="a.1.png" alt="a b" title="t"> <span class="broken-link" title="`gone.md` does not exist">gone</span>
        <a href="12.html" class="record-link state-accepted">ADR 12</a>, <a href="12.html" class="record-link state-accepted">the "one"</a>, ADR 13; <a href="../b.html#x" title="B: superseded" class="record-link state-superseded">raw</a> <img src="a.1.png" alt="x"> <a title="`gone.md` does not exist" class="broken-link">g</a>
        <span class="broken-link" title="address not allowed">x</span> <span class="broken-link" title="address not allowed">y</span> &lt;javascript:x&gt; <a href="https://e.org?a=1&amp;b=2" rel="noopener">https://e.org?a=1&amp;b=2</a></p>
    "#]].assert_eq(&body.html);
}

#[test]
fn footnotes_stand_at_the_end() {
    check_html(
        "A[^n] b[^m] c[^n].\n\n[^n]: Note *n*.\n\n    More.\n[^m]: - item\n[^u]: unused\n\n<b>raw</b> end\n",
        expect![[r##"
            <p>A<sup class="footnote-ref"><a id="fnref:1" href="#fn:1" role="doc-noteref" aria-label="Footnote 1">1</a></sup> b<sup class="footnote-ref"><a id="fnref:2" href="#fn:2" role="doc-noteref" aria-label="Footnote 2">2</a></sup> c<sup class="footnote-ref"><a id="fnref:1-2" href="#fn:1" role="doc-noteref" aria-label="Footnote 1">1</a></sup>.</p>
            <p><b>raw</b> end</p>
            <section class="footnotes" role="doc-endnotes" aria-label="Footnotes">
            <ol>
            <li id="fn:1"><p>Note <em>n</em>.</p>
            <p>More. <a class="footnote-back" href="#fnref:1" role="doc-backlink" aria-label="Back to reference 1">↩</a> <a class="footnote-back" href="#fnref:1-2" role="doc-backlink" aria-label="Back to reference 1-2">↩</a></p></li>
            <li id="fn:2"><ul>
            <li>item</li>
            </ul> <a class="footnote-back" href="#fnref:2" role="doc-backlink" aria-label="Back to reference 2">↩</a></li>
            </ol>
            </section>
        "##]],
    );
}

#[test]
fn tables_scroll_and_align() {
    check_html(
        "| a | b | |\n|:--|--:|---|\n| 1 | `2` | x |\n| 1 |\n\n<p align=center style=\"color: red\">x</p>\n",
        expect![[r#"
            <div class="table-scroll" tabindex="0" role="region" aria-label="Table 1"><table><thead><tr><th class="align-left">a</th><th class="align-right">b</th><td></td></tr></thead><tbody>
            <tr><td class="align-left">1</td><td class="align-right"><code>2</code></td><td>x</td></tr>
            <tr><td class="align-left">1</td><td class="align-right"></td><td></td></tr>
            </tbody></table></div>
            <p class="align-center">x</p>
        "#]],
    );
}

#[test]
fn alerts_and_tasks() {
    check_html(
        "> [!NOTE]\n> Text.\n\n> [!warning] Mind *the* gap\n> Text.\n\n> [!danger]\n\n> [!other]\n",
        expect![[r#"
            <div class="alert alert-note">
            <p class="alert-title">Note</p>
            <p>Text.</p>
            </div>
            <div class="alert alert-warning">
            <p class="alert-title">Mind the gap</p>
            <p>Text.</p>
            </div>
            <div class="alert alert-caution">
            <p class="alert-title">Danger</p>
            </div>
            <blockquote>
            <p>[!other]</p>
            </blockquote>
        "#]],
    );
    check_html(
        "- [x] done\n- [ ] to do\n\n1. [ ] loose\n\n2. x\n",
        expect![[r#"
        <ul>
        <li><input type="checkbox" disabled="" checked="" aria-label="done" />
        done</li>
        <li><input type="checkbox" disabled="" aria-label="to do" />
        to do</li>
        </ul>
        <ol>
        <li>
        <p><input type="checkbox" disabled="" aria-label="to do" />
        loose</p>
        </li>
        <li>
        <p>x</p>
        </li>
        </ol>
    "#]],
    );
}

#[test]
fn tables_of_contents_are_left_to_ours() {
    check_html(
        "# T\n\n## Contents\n\n<!-- toc -->\n- [A](#a)\n  - [B](#b)\n<!-- /toc -->\n\n[[_TOC_]]\n\n## A\n\n[TOC] stays here\n\n<!-- a comment --> \n",
        expect![[r##"
            <h2 id="t">T<a class="anchor" aria-hidden="true" tabindex="-1" href="#t">#</a></h2>
            <h3 id="a">A<a class="anchor" aria-hidden="true" tabindex="-1" href="#a">#</a></h3>
            <p>[TOC] stays here</p>
        "##]],
    );
}

#[test]
fn raw_html_is_cleaned() {
    check_html(
        "A Vec<T> <b onclick=x>bold</b> <script>alert(1)</script> <U>.\n\n\
         <details open><summary>S</summary>\n\n`code` and ADR 1\n\n```js\nx < y\n```\n\n</details>\n\n\
         <a name=\"here\" class=x></a><h2 id=\"here\">H</h2>\n\n<iframe src=x></iframe><img src=x onerror=alert(1)>\n\n\
         <a href=\" java\nscript:alert(1)\">x</a> &#xfdd1;0&#xfdd1;\n\n# here\n",
        expect![[r##"
            <p>A Vec&lt;T&gt; <b>bold</b> &lt;script&gt;alert(1)&lt;/script&gt; &lt;U&gt;.</p>
            <details open=""><summary>S</summary>
            <p><code>code</code> and ADR 1</p>
            <pre tabindex="0"><code class="language-js">x <span class="o">&lt; </span>y
            </code></pre>
            </details>
            <h2>H</h2>
            &lt;iframe src=x&gt;&lt;/iframe&gt;<img src="x">
            <p><a>x</a> �0�</p>
            <h2 id="here">here<a class="anchor" aria-hidden="true" tabindex="-1" href="#here">#</a></h2>
        "##]],
    );
}

#[test]
fn liquid_is_text() {
    check_html(
        "{% include x.html %} and {{ page.title | upcase }}\n",
        expect![[r#"
        <p>{% include x.html %} and {{ page.title | upcase }}</p>
    "#]],
    );
}

#[test]
fn blocks_and_lines_can_be_left_out() {
    let markdown = "# T\n\nStatus: x\nDate: y\nProse *goes* on.\n\n- a: b\n- c: d\n\nEnd.\n";
    let end = markdown.find("Prose").expect("it is there");
    let list = markdown.find("- a").expect("it is there");
    let leave_out = [0..end, list..list + 6];
    let body =
        html_with(markdown, &|_| None, HtmlOptions { leave_out: &leave_out, ..HtmlOptions::default() });
    assert_eq!(body.html, "<p>Prose <em>goes</em> on.</p>\n<ul>\n<li>c: d</li>\n</ul>\n<p>End.</p>\n");
    assert!(body.toc.is_empty());
}

#[test]
fn pictures_to_choose_from() {
    let markdown = "<picture>\n<source media=\"(prefers-color-scheme: dark)\" srcset=\"dark.png, gone.png 2x\" sizes=1>\n\
        <source srcset=\"javascript:alert(1)\"><source srcset='a.png x\" onload=alert(1)'>\n\
        <img src=light.png alt=\"L\" srcset=\"a&amp;b.png 2x\">\n</picture>\n";
    check_scan(
        markdown,
        expect![[r#"
        image dark.png "" in "" at "dark.png"
        image gone.png "" in "" at "gone.png"
        image javascript:alert(1) "" in "" at "javascript:alert(1)"
        image a.png "" in "" at "a.png"
        image light.png "L" in "" at "<img src=light.png alt=\"L\" srcset=\"a&amp;b.png 2x\">"
        image a&b.png "" in "" at "a&amp;b.png""#]],
    );
    let target = |destination: &str| {
        let href = |url: &str, kind| Some(Href { url: url.to_owned(), kind, title: None });
        match destination {
            "dark.png" => href("../assets/dark one.png", HrefKind::Site),
            "gone.png" => href("", HrefKind::Broken),
            _ => None,
        }
    };
    let html = |trusted_html| {
        html_with(markdown, &target, HtmlOptions { trusted_html, ..HtmlOptions::default() }).html
    };
    expect![[r#"



        <picture><source media="(prefers-color-scheme: dark)" srcset="../assets/dark%20one.png" sizes="1"><img src="light.png" alt="L" srcset="a&amp;b.png 2x"></picture>

    "#]].assert_eq(&html(false));
    expect![[r#"
        <picture>
        <source media="(prefers-color-scheme: dark)" srcset="../assets/dark%20one.png" sizes=1>
        <source srcset="javascript:alert(1)"><source srcset='a.png x" onload=alert(1)'>
        <img src=light.png alt="L" srcset="a&amp;b.png 2x">
        </picture>
    "#]]
    .assert_eq(&html(true));
}

#[test]
fn trusted_html_is_not_touched() {
    let markdown = "<my-element onclick=\"x\">y</my-element> <!-- c -->\n\n<script>\nx\n</script>\n";
    let body = html_with(markdown, &|_| None, HtmlOptions { trusted_html: true, ..HtmlOptions::default() });
    assert_eq!(
        body.html,
        "<p><my-element onclick=\"x\">y</my-element> <!-- c --></p>\n<script>\nx\n</script>\n"
    );
}

#[cfg(feature = "math")]
#[test]
fn formulas_in_every_spelling() {
    check_html(
        "Inline $a^2$, GitHub's $`b`$, $5 and $6, $HOME/$USER, *$c$*.\n\n$$d$$\n\n```math\ne\n```\n\n$\\nosuch$\n\n<b>x</b>\n",
        expect![[r#"
            <p>Inline <span class="math"><math display="inline"><msup><mi>a</mi><mn>2</mn></msup></math></span>, GitHub's <span class="math"><math display="inline"><mi>b</mi></math></span>, $5 and $6, $HOME/$USER, <em><span class="math"><math display="inline"><mi>c</mi></math></span></em>.</p>
            <p><span class="math-display"><math display="block"><mi>d</mi></math></span></p>
            <div class="math-display"><math display="block"><mi>e</mi></math></div>
            <p><code>$\nosuch$</code></p>
            <p><b>x</b></p>
            9: this formula cannot be typeset: unknown primitive command found
        "#]],
    );
}

#[test]
fn raw_html_that_browsers_forgive_is_mended() {
    check_html(
        "<details>\n\nx\n\n</details>\n\n<img src=\"a.png\" alt=\"A\" width=\"80%\" height=\"20\">\n",
        expect![[r#"
            <details>
            <summary>Details</summary><p>x</p>
            </details>
            <img src="a.png" alt="A" width="80%" height="20">
        "#]],
    );
}

#[test]
fn dollars_that_are_no_formula_stay() {
    for text in ["${A}/${B}", "$HOME/$PATH", "US$5/US$6", "$A$B", "${A}-${B}/${C}"] {
        let source = SourceText::new("a.md", format!("# Set {text}\n\nSet {text} and go."));
        let scan = scan(&source, 0);
        let html = to_html(&source, 0, &scan, &|_| None, HtmlOptions::default()).html;
        assert_eq!(html.matches(text).count(), 2, "{html}");
        assert_eq!(scan.headings[0].text, format!("Set {text}"));
        assert_eq!(plain(&format!("Set {text}")), format!("Set {text}"));
        assert_eq!(scan.summary, Some(format!("Set {text} and go.")));
    }
    for text in ["$x$", "($x^2$)", "$x$, $y$", "{$x$}", "$`a+b`$"] {
        let source = SourceText::new("a.md", text);
        let html = to_html(&source, 0, &scan(&source, 0), &|_| None, HtmlOptions::default()).html;
        assert!(html.contains("<math") || !cfg!(feature = "math"), "{html}");
    }
}

#[test]
fn emoji_are_shown_but_not_in_code() {
    let source =
        SourceText::new("a.md", "# Go :rocket:\n\n:tada: *:+1:* `:tada:` <b>:tada:</b>\n\n    :tada:\n");
    let scan = scan(&source, 0);
    let html = to_html(&source, 0, &scan, &|_| None, HtmlOptions::default()).html;
    assert!(html.contains("<p>🎉 <em>👍</em> <code>:tada:</code> <b>🎉</b></p>"), "{html}");
    assert!(html.contains("Go 🚀") && html.contains("<code>:tada:\n"), "{html}");
    // As on GitHub, the id has the name.
    assert_eq!(scan.headings[0].id, "go-rocket");
}

#[test]
fn widths_of_pictures() {
    for (width, is_kept) in [("40%", true), ("600", true), ("40px", false), ("%", false)] {
        let source =
            SourceText::new("a.md", format!("A <img src=\"https://example.org/a.png\" width=\"{width}\">"));
        let html = to_html(&source, 0, &scan(&source, 0), &|_| None, HtmlOptions::default()).html;
        assert_eq!(html.contains(&format!(" width=\"{width}\"")), is_kept, "{html}");
    }
}
