//! Sites in memory, all the way to their pages.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use expect_test::{Expect, expect};
use jiff::civil::date;

use crate::Memory;
use crate::diagnostic::Diagnostic;
use crate::output::Content;
use crate::plan::{Page, plan};
use crate::render::render;
use crate::source::{File, Inputs, SourceText};
use crate::theme;

/// A rendered site.
struct Built {
    pages: BTreeMap<String, String>,
    diagnostics: Vec<Diagnostic>,
}

fn inputs(files: &[(&str, &str)]) -> Inputs {
    let text = |path: &str| files.iter().find(|(own, _)| *own == path).map(|(_, text)| *text);
    Inputs {
        files: files
            .iter()
            .filter(|(path, _)| !path.starts_with("theme/"))
            .map(|(path, text)| ((*path).to_owned(), File::Text(Arc::new(SourceText::new(*path, *text)))))
            .collect(),
        config: text("annals.toml").map(|text| toml::from_str(text).unwrap()).unwrap_or_default(),
        theme: files
            .iter()
            .filter_map(|(path, text)| {
                Some((path.strip_prefix("theme/")?.to_owned(), text.as_bytes().to_vec()))
            })
            .collect(),
        today: date(2024, 6, 1),
        aliases: BTreeMap::new(),
        drafts: false,
        root_name: "decisions".into(),
        diagnostics: Vec::new(),
    }
}

/// Where no git is.
fn nowhere() -> &'static Path {
    Path::new("/there is no such folder")
}

fn build(files: &[(&str, &str)]) -> Built {
    let (setting, mut diagnostics) =
        crate::prepare(nowhere(), &Arc::new(inputs(files)), &mut Memory::default());
    let mut pages = BTreeMap::new();
    for (path, page) in setting.plan.pages.iter() {
        let rendered = render(&setting, path).unwrap();
        diagnostics.extend(rendered.diagnostics);
        if let (Content::Bytes(bytes), false) = (rendered.content, matches!(page, Page::Theme(_))) {
            pages.insert(path.clone(), String::from_utf8(bytes).unwrap());
        }
    }
    Built { pages, diagnostics }
}

impl Built {
    fn page(&self, path: &str) -> &str {
        self.pages.get(path).unwrap_or_else(|| panic!("no {path} among {:#?}", self.pages.keys()))
    }

    fn codes(&self) -> Vec<&str> {
        self.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
    }
}

fn check(text: &str, expected: Expect) {
    expected.assert_eq(text);
}

const BASE: (&str, &str) =
    ("annals.toml", "[site]\ntitle = \"Log\"\nbase-url = \"https://example.org/log\"\n");
const OLD: (&str, &str) = (
    "docs/adr/0001-use-tcp.md",
    "---\nstatus: superseded\nsuperseded-by: 2\ndecided: 2023-01-10\ntags: [net]\nauthors: [Ada]\n---\n# Use TCP\n\nWe use TCP. See [the other](0002-use-quic.md#why).\n",
);
const NEW: (&str, &str) = (
    "docs/adr/0002-use-quic.md",
    "---\nstatus: accepted\ndecided: 2024-02-20\nsupersedes: 1\ntags: [Net, transport]\nauthors: [Ada, Bo]\n---\n# Use QUIC\n\nFaster than ADR 1.\n\n## Why\n\nIt is.\n",
);
const OPEN: (&str, &str) = (
    "docs/adr/0003-use-carrier-pigeons.md",
    "---\nstatus: proposed\ndate: 2024-05-30\ncomment-by: 2024-06-04\nsupersedes: 2\n---\n# Use carrier pigeons\n\nThey fly.\n",
);

#[test]
fn every_address_on_every_page_leads_somewhere() {
    let note = ("docs/adr/README.md", "# Index\n");
    let built = build(&[OLD, NEW, OPEN, note, ("docs/adr/0002-twice.md", "# Twice\n\nStatus: Accepted\n")]);
    let mut dead = BTreeSet::new();
    for (path, text) in built.pages.iter().filter(|(path, _)| path.ends_with(".html") && *path != "404.html")
    {
        for href in text
            .split(" href=\"")
            .chain(text.split(" src=\""))
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
        {
            if href.contains(':') || href.contains(['<', '>']) || href.starts_with('#') {
                continue;
            }
            let file = href.split('#').next().unwrap_or_default();
            let mut at: Vec<&str> = path.split('/').collect();
            at.pop();
            for part in file.split('/') {
                match part {
                    ".." => drop(at.pop()),
                    part => at.push(part),
                }
            }
            let target = at.join("/");
            if !built.pages.contains_key(&target) && !target.starts_with("static/") {
                dead.insert(format!("{path}: {href}"));
            }
        }
    }
    assert_eq!(dead, BTreeSet::new());
    // ADR 2 is there twice on purpose, so what names it cannot be placed.
    assert_eq!(
        built.codes(),
        [
            "one-sided-supersede",
            "ambiguous-relation",
            "duplicate-number",
            "duplicate-number",
            "ambiguous-relation",
            "no-base-url"
        ]
    );
}

#[test]
fn equal_inputs_give_equal_bytes() {
    let files = [OLD, NEW, OPEN];
    assert_eq!(build(&files).pages, build(&files).pages);
}

#[test]
fn the_markdown_of_a_record_says_first_where_it_stands() {
    let built = build(&[OLD, NEW, OPEN, BASE]);
    check(
        built.page("adr/0001.md"),
        expect![[r#"
        > Status: Superseded by [ADR 0002: Use QUIC](../adr/0002.md). Do not follow this record.  
        > Decided: 2023-01-10  
        > Source: `docs/adr/0001-use-tcp.md`  

        # Use TCP

        We use TCP. See [the other](../adr/0002.md#why).
    "#]],
    );
    check(
        built.page("adr/0002.md"),
        expect![[r#"
        > Status: Accepted (in force).  
        > Decided: 2024-02-20  
        > Supersedes: [ADR 0001: Use TCP](../adr/0001.md)  
        > Source: `docs/adr/0002-use-quic.md`  

        # Use QUIC

        Faster than ADR 1.

        ## Why

        It is.
    "#]],
    );
}

#[test]
fn agents_read_what_binds_first() {
    let built = build(&[OLD, NEW, OPEN, BASE]);
    check(
        built.page("llms.txt"),
        expect![[r#"
        # Log

        This is a log of decisions: 3 records as of 2024-06-01. The state of a record says whether it binds:

        - What is in force takes precedence over everything else here; of two records in force, the one that supersedes or amends the other.
        - A superseded record is never to be followed, however detailed it is. The record that stands in its place is named beside it.
        - What is open is not decided; what is closed was never in force.
        - Each link leads to the record as markdown, with its state resolved on top. The same with all relations and timelines: https://example.org/log/records.json (schema: https://example.org/log/records.schema.json).

        ## In force

        Follow these.

        - [ADR 0002: Use QUIC](https://example.org/log/adr/0002.md): accepted, 2024-02-20. Faster than ADR 1.

        ## Open

        Not decided yet. Do not rely on them.

        - [ADR 0003: Use carrier pigeons](https://example.org/log/adr/0003.md): proposed, 2024-05-30

        ## Retired

        No longer in force. Do not follow them; follow what stands in their place.

        - [ADR 0001: Use TCP](https://example.org/log/adr/0001.md): superseded, 2023-01-10; superseded by [ADR 0002: Use QUIC](https://example.org/log/adr/0002.md). We use TCP. See the other.
    "#]],
    );
}

#[test]
fn a_feed_entry_keeps_its_id_when_other_things_happen() {
    let ids = |built: &Built| -> BTreeSet<String> {
        let feed = built.page("feed.xml").split("<id>").skip(2);
        feed.filter_map(|rest| rest.split('<').next()).map(str::to_owned).collect()
    };
    let before = build(&[OLD, NEW, BASE]);
    let after = build(&[OLD, NEW, OPEN, BASE]);
    assert!(ids(&before).is_subset(&ids(&after)));
    assert!(!ids(&before).is_empty());
    check(
        before.page("adr/feed.xml"),
        expect![[r#"
        <?xml version="1.0" encoding="utf-8"?>
        <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
        <title>ADRs: status changes, Log</title>
        <id>tag:example.org,2026:/log/adr/feed.xml</id>
        <updated>2024-02-20T00:00:00Z</updated>
        <author><name>Log</name></author>
        <link rel="self" type="application/atom+xml" href="https://example.org/log/adr/feed.xml"/>
        <link rel="alternate" type="text/html" href="https://example.org/log/adr/index.html"/>
        <generator uri="https://crates.io/crates/annals">Annals 0.1.0</generator>
        <entry>
        <title>ADR 0002 accepted: Use QUIC</title>
        <id>tag:example.org,2024-02-20:/log/adr-2/accepted</id>
        <updated>2024-02-20T00:00:00Z</updated>
        <link rel="alternate" type="text/html" href="https://example.org/log/adr/0002.html"/>
        <category term="accepted"/>
        <summary>Faster than ADR 1.</summary>
        </entry>
        <entry>
        <title>ADR 0001 accepted: Use TCP</title>
        <id>tag:example.org,2023-01-10:/log/adr-1/accepted</id>
        <updated>2023-01-10T00:00:00Z</updated>
        <link rel="alternate" type="text/html" href="https://example.org/log/adr/0001.html"/>
        <category term="accepted"/>
        <summary>We use TCP. See the other.</summary>
        </entry>
        </feed>
    "#]],
    );
}

#[test]
fn nothing_an_author_writes_is_markup() {
    let built = build(&[(
        "docs/adr/0001-x.md",
        "---\ntitle: '<script>alert(1)</script>'\nstatus: 'accepted'\nauthors: ['<b>\" onclick=x']\ntags: ['<i>']\n\
         discussion: 'javascript:alert(1)'\nfoo: '<u>'\n---\ntext\n",
    )]);
    for (path, text) in
        built.pages.iter().filter(|(path, _)| path.ends_with(".html") || path.ends_with(".xml"))
    {
        for markup in ["<script>alert", "<b>", "<i>", "<u>", "\" onclick", "href=\"javascript:"] {
            assert!(!text.contains(markup), "{markup} in {path}");
        }
    }
    assert!(built.page("adr/0001.html").contains("onclick=x"));
}

#[test]
fn a_sitemap_needs_to_know_where_the_site_is() {
    let built = build(&[NEW, BASE]);
    assert!(built.page("sitemap.xml").contains("<loc>https://example.org/log/adr/0002.html</loc>"));
    assert!(!built.page("sitemap.xml").contains("404.html"));
    assert!(built.page("404.html").contains("href=\"/log/index.html\""));
    assert_eq!(built.codes(), ["unresolved-relation"]);
    let built = build(&[NEW]);
    assert!(!built.pages.contains_key("sitemap.xml"));
    assert_eq!(built.codes(), ["unresolved-relation", "no-base-url"]);
}

#[test]
fn long_lists_are_split_so_that_no_page_grows_with_the_site() {
    let files: Vec<(String, String)> = (1..=2001)
        .map(|n| {
            let text = format!(
                "---\nstatus: accepted\ndate: 20{:02}-01-01\ntags: [all]\nauthors: [Ada]\n---\n# Title {n}\n\nSee ADR {}.\n",
                n % 24,
                n % 50
            );
            (format!("docs/adr/{n:04}-title.md"), text)
        })
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let built = build(&files);
    for path in [
        "adr/page-3.html",
        "tags/tags/all.page-3.html",
        "states/accepted.page-3.html",
        "people/ada.page-3.html",
    ] {
        assert!(built.pages.contains_key(path), "{path}");
    }
    let longest =
        built.pages.iter().filter(|(path, _)| path.ends_with(".html")).max_by_key(|(_, text)| text.len());
    let (path, text) = longest.unwrap();
    assert!(text.len() < 700_000, "{path} has {} bytes", text.len());
}

#[test]
fn two_things_at_one_path_are_named() {
    let inputs = Arc::new(inputs(&[NEW, BASE]));
    let mut site = crate::resolve(nowhere(), &inputs, &mut Memory::default());
    site.assets.insert("adr/0002.html".into(), "docs/adr/page.html".into());
    let plan = plan(Arc::new(site), &theme::load(&inputs.theme).0, &mut crate::plan::Memory::default());
    assert!(matches!(plan.pages["adr/0002.html"], Page::Record(0)));
    let messages: Vec<&str> = plan.diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
    check(
        &messages.join("\n"),
        expect![
            "`adr/0002.html` is claimed by the record `docs/adr/0002-use-quic.md` and by the file `docs/adr/page.html`; the first one is published"
        ],
    );
}

#[test]
fn a_site_extends_the_default_theme() {
    let built = build(&[
        NEW,
        (
            "theme/templates/record.html",
            "{% extends \"default/record.html\" %}{% block banner %}<p>mine</p>{{ super() }}{% endblock %}",
        ),
        ("theme/static/style.css", "@import url(\"default/style.css\"); body { color: red }"),
    ]);
    assert!(built.page("adr/0002.html").contains("<p>mine</p>"));
    assert!(built.page("adr/0002.html").contains("class=\"banner\""));
}

#[test]
fn people_are_the_same_by_handle_or_by_the_name_that_goes_with_it() {
    let built = build(&[
        ("docs/adr/0001-a.md", "---\nstatus: accepted\nauthors: ['Ada Byron (@ada)']\n---\n# A\n"),
        ("docs/adr/0002-b.md", "---\nstatus: accepted\nauthors: ['ada byron']\n---\n# B\n"),
        ("docs/adr/0003-c.md", "---\nstatus: accepted\nauthors: ['@Ada']\n---\n# C\n"),
    ]);
    let people: Vec<&String> = built.pages.keys().filter(|path| path.starts_with("people/")).collect();
    assert_eq!(people, ["people/ada-byron.html", "people/index.html"]);
}
