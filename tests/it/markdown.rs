//! Every markdown file of the real repositories is scanned and written: safely, completely and fast.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use annals::markdown::{self, HtmlOptions};
use annals::source::SourceText;

use crate::truth_timeline::shared;

#[test]
fn every_real_file_is_written() {
    let Some(shared) = shared() else { return };
    let mut corpora: Vec<PathBuf> =
        std::fs::read_dir(shared.join("corpora")).unwrap().map(|entry| entry.unwrap().path()).collect();
    corpora.retain(|path| path.is_dir());
    corpora.sort();
    for corpus in corpora {
        let mut files = Vec::new();
        markdown_files(&corpus, &mut files);
        let (mut bytes, mut html, mut anchors, mut found) = (0, 0, 0, 0);
        let (mut scanning, mut writing) = (Duration::ZERO, Duration::ZERO);
        for source in &files {
            let start = Instant::now();
            let scan = markdown::scan(source, 0);
            scanning += start.elapsed();
            let start = Instant::now();
            let options = HtmlOptions { top_level: Some(2), ..HtmlOptions::default() };
            let body = markdown::to_html(source, 0, &scan, &|_| None, options);
            writing += start.elapsed();
            bytes += source.text.len();
            html += body.html.len();
            for link in scan.links.iter().filter(|link| link.destination.starts_with('#')) {
                anchors += 1;
                let id = &link.destination[1..];
                let known = scan.headings.iter().any(|heading| heading.id == id)
                    || scan.anchors.iter().any(|anchor| anchor == id);
                found += usize::from(known);
            }
            for bad in
                ["<script", "javascript:", " style=\"", " onclick=", " onerror=", "\u{fdd0}", "\u{fdd1}"]
            {
                let inside_tag = body.html.match_indices(bad).any(|(at, _)| {
                    bad.starts_with('<')
                        || body.html[..at].rfind('<').is_some_and(|open| !body.html[open..at].contains('>'))
                });
                assert!(!inside_tag, "{bad} in {}", source.path);
            }
            assert!(scan.headings.iter().all(|heading| {
                body.html.matches(&format!(" id=\"{}\"", heading.id.replace('&', "&amp;"))).count() <= 1
            }));
        }
        println!(
            "{}: {} files, {bytes} bytes -> {html}; scan {scanning:?}, html {writing:?}; in-page links {found} of {anchors}",
            corpus.file_name().unwrap_or_default().display(),
            files.len(),
        );
    }
}

#[test]
fn problems_of_markup_are_reported() {
    for (text, code, line, column) in [
        ("A\nVec<T>\n", "unknown-html-tag", 2, 4),
        ("A\n\n<!-- b\n", "unclosed-comment", 3, 1),
        ("A\n\n[^a]: b\n", "unused-footnote", 3, 1),
        ("A\n\n```mermaid\nnonsense\n```\n", "bad-diagram", 3, 1),
        ("é $\\nosuchcommand$\n", "bad-formula", 1, 3),
    ] {
        let source = SourceText::new("a.md", text);
        let scan = markdown::scan(&source, 0);
        let body = markdown::to_html(&source, 0, &scan, &|_| None, HtmlOptions::default());
        // What takes drawing to find out is known of a page alone, the rest of the record.
        assert_eq!(body.diagnostics.is_empty(), !code.starts_with("bad-"), "{text}");
        let found: Vec<_> = scan
            .diagnostics
            .iter()
            .chain(&body.diagnostics)
            .map(|found| (found.code, found.place.line, found.place.column))
            .collect();
        assert_eq!(found, [(code, line, column)], "{text}");
    }
}

#[test]
fn time_and_stack_are_bounded() {
    let many = |piece: &str, count: usize| piece.repeat(count);
    let table = format!("|a|b|\n|-|-|\n{}", many("|c|ADR 12|\n", 300_000));
    for (name, text) in [
        ("quotes", many(">", 5_000) + " x"),
        ("lists", (0..2_000).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect()),
        ("list markers", many("- ", 5_000)),
        ("brackets", many("[", 50_000)),
        ("links", many("[a](", 50_000)),
        ("images", many("![", 50_000) + "x" + &many("](y)", 50_000)),
        ("emphasis", many("*a **b ", 20_000)),
        ("nested emphasis", many("*", 20_000) + "a" + &many("*", 20_000)),
        ("wiki links", many("[[a", 50_000)),
        ("addresses", many("http://a.b/(((;;;&x", 20_000)),
        ("www", many("www._a.", 50_000)),
        ("mail", many("a.b@", 50_000)),
        ("numbers", many("ADR1", 50_000)),
        ("table", table),
        ("columns", format!("{}\n{}\n", many("|a", 3_000), many("|-", 3_000))),
        ("elements", many("<div>\n\n", 20_000)),
        ("inline elements", many("<b>", 50_000)),
        ("type parameters", many("Vec<T>, Option<B> ", 20_000)),
        ("open tags", "x ".to_owned() + &many("<a b", 50_000)),
        ("block tags", "<div>\n".to_owned() + &many("<a b=\"", 50_000)),
        ("comments", many("<!--", 50_000)),
        ("footnotes", (0..5_000).map(|n| format!("[^{n}]\n\n[^{n}]: x\n\n")).collect()),
        ("one footnote", many("[^1] ", 20_000) + "\n\n[^1]: x\n"),
        ("headings", many("# a\n", 20_000)),
        ("anchors", many("<a id=x></a>\n\n# b\n\n", 3_000)),
        ("code", format!("```js\n{}\n```\n", many("/*`${(", 30_000))),
        ("lines of code", format!("```rust\n{}```\n", many("let x = \"a\n", 20_000))),
        ("dollars", many("$a ", 50_000)),
        ("entities", many("&#x", 50_000)),
        ("toc", many("<!-- toc -->\n\n", 5_000)),
    ] {
        let start = Instant::now();
        let source = SourceText::new("a.md", text);
        let options = HtmlOptions { top_level: Some(2), ..HtmlOptions::default() };
        let scan = markdown::scan(&source, 0);
        let scanned = start.elapsed();
        markdown::to_html(&source, 0, &scan, &|_| None, options);
        let taken = start.elapsed();
        println!("{name}: {} bytes, scanned in {scanned:?}, written by {taken:?}", source.text.len());
        assert!(taken < Duration::from_secs(30), "{name} took {taken:?}");
    }
}

fn markdown_files(folder: &Path, files: &mut Vec<SourceText>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            markdown_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "md")
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            files.push(SourceText::new(path.display().to_string(), text));
        }
    }
}
