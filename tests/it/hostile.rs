//! Input that was made to hurt. Whatever stands in one file: the program ends in bounded time and memory, does
//! not panic, says what is wrong, publishes the healthy record beside it, and writes nothing outside its folder.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::program::{Limits, annals, files, write};

const HEALTHY: &str =
    "---\ntitle: A healthy record\nstatus: accepted\ndate: 2024-03-01\n---\n# A healthy record\n\nProse.\n";

/// A built site of the hostile files and a healthy record, `docs/adr/0001-healthy.md`.
struct Built {
    folder: TempDir,
    stderr: String,
}

impl Built {
    /// Text of a file of the site.
    fn page(&self, path: &str) -> String {
        fs::read_to_string(self.folder.path().join("site").join(path)).unwrap()
    }

    /// The diagnostics mention this text.
    fn says(&self, text: &str) {
        assert!(self.stderr.contains(text), "`{text}` is not in:\n{}", head(&self.stderr));
    }

    /// Every published file that has text in it, with its path.
    fn published(&self) -> Vec<(String, String)> {
        let site = self.folder.path().join("site");
        let texts = files(&site).into_iter().filter_map(|path| {
            let text = String::from_utf8(fs::read(site.join(&path)).unwrap()).ok()?;
            Some((path.to_string_lossy().into_owned(), text))
        });
        texts.collect()
    }
}

fn check(hostile: &[(&str, &[u8])]) -> Built {
    build(|docs| {
        for (path, bytes) in hostile {
            write(&docs.join(path), bytes);
        }
    })
}

/// Builds what `make` writes below `docs/`, and checks what must hold whatever it was.
fn build(make: impl FnOnce(&Path)) -> Built {
    let folder = tempfile::tempdir().unwrap();
    let docs = folder.path().join("docs");
    write(&docs.join("adr/0001-healthy.md"), HEALTHY);
    make(&docs);
    let ran = annals(folder.path(), ["build", "docs", "-o", "site"], Limits::default());
    assert!(matches!(ran.status, Some(0 | 1)), "exit status {:?}:\n{}", ran.status, head(&ran.stderr));
    assert!(!ran.stderr.contains("panicked"), "{}", head(&ran.stderr));
    let beside: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(beside.iter().all(|name| name == "docs" || name == "site"), "written outside: {beside:?}");
    let built = Built { folder, stderr: ran.stderr };
    assert!(built.page("adr/0001.html").contains("A healthy record"));
    built
}

fn head(text: &str) -> String {
    text.chars().take(3_000).collect()
}

#[test]
fn neither_names_of_drafts_nor_mail_is_published() {
    let built = check(&[
        ("adr/0002-buy-acme.md", b"---\ntitle: Buy Acme\ndraft: true\n---\n# Buy Acme\n"),
        ("adr/0003-c.md", b"---\nstatus: accepted\nwikis: Pat <pat@secret.example>, Team @core\nlists: sam@secret.example,kim@secret.example\n---\n# C\n\nSee [it](0002-buy-acme.md).\n"),
    ]);
    built.says("1 draft left out");
    for (path, text) in built.published() {
        assert!(!text.contains("Buy Acme") && !text.contains("@secret.example"), "{path}: {text}");
        let is_link = path.starts_with("adr/0003") || path.starts_with("search");
        assert!(is_link || !text.contains("buy-acme"), "{path}: {text}");
    }
    assert!(built.page("adr/0003.html").contains("Pat Team @core"));
    assert!(built.page("about.html").contains("1 record is a draft"));
}

#[test]
fn bytes_that_are_not_utf8() {
    let built = check(&[("adr/0002-latin.md", b"# Caf\xe9 \xff\xfe\n\nStatus: accepted\n")]);
    built.says("0002-latin.md");
    built.says("not-utf8");
}

#[test]
fn bytes_of_zero() {
    let text = b"---\ntitle: \"a\0b\"\nstatus: acc\0epted\n---\n# a\0b\n\ntext \0 text\n";
    check(&[("adr/0002-zero.md", text)]).says("nul-character");
}

#[test]
fn a_file_of_fifty_megabytes() {
    let line = "Words, words, words, and [a link](0001-healthy.md) in a long and very dull document.\n\n";
    let text = format!("# Long\n\n{}", line.repeat(50_000_000 / line.len()));
    check(&[("adr/0002-long.md", text.as_bytes())]).says("file-too-large");
}

#[test]
fn a_line_of_five_megabytes() {
    check(&[("adr/0002-line.md", format!("# Line\n\nStatus: {}\n", "accepted ".repeat(600_000)).as_bytes())]);
}

#[test]
fn five_thousand_levels_of_nesting() {
    const DEEP: usize = 5_000;
    let list: String = (0..DEEP).map(|level| format!("{}- x\n", " ".repeat(2 * level.min(1_000)))).collect();
    let html = format!("{}deep{}", "<div>".repeat(DEEP), "</div>".repeat(DEEP));
    let details = format!("{}deep", "<details><summary>x</summary>\n\n".repeat(DEEP));
    let yaml = format!("---\ntitle: x\ntags: {}{}\n---\n# x\n", "[".repeat(DEEP), "]".repeat(DEEP));
    let math = format!("$${}x{}$$", "{\\frac{1}".repeat(DEEP), "}".repeat(DEEP));
    let mermaid =
        format!("```mermaid\nflowchart TD\n{}{}```\n", "subgraph a\n".repeat(DEEP), "end\n".repeat(DEEP));
    check(&[
        ("adr/0002-quotes.md", format!("# Quotes\n\n{}deep\n", "> ".repeat(DEEP)).as_bytes()),
        ("adr/0003-list.md", format!("# List\n\n{list}").as_bytes()),
        (
            "adr/0004-brackets.md",
            format!("# Brackets\n\n{}a{}\n", "[".repeat(DEEP), "](x)".repeat(DEEP)).as_bytes(),
        ),
        (
            "adr/0005-emphasis.md",
            format!("# Emphasis\n\n{}a{}\n", "*_".repeat(DEEP), "_*".repeat(DEEP)).as_bytes(),
        ),
        ("adr/0006-html.md", format!("# HTML\n\n{html}\n").as_bytes()),
        ("adr/0007-details.md", format!("# Details\n\n{details}\n").as_bytes()),
        ("adr/0008-yaml.md", yaml.as_bytes()),
        ("adr/0009-math.md", format!("# Math\n\n{math}\n").as_bytes()),
        ("adr/0010-mermaid.md", format!("# Mermaid\n\n{mermaid}\n").as_bytes()),
        (
            "adr/0011-toml.md",
            format!("+++\ntitle = \"x\"\na = {}{}\n+++\n# x\n", "[".repeat(DEEP), "]".repeat(DEEP))
                .as_bytes(),
        ),
        (
            "adr/0012-json.md",
            format!(";;;\n{{\"a\": {}{}}}\n;;;\n# x\n", "[".repeat(DEEP), "]".repeat(DEEP)).as_bytes(),
        ),
    ]);
}

#[test]
fn a_table_of_a_million_lines() {
    // Six bytes a line: short of the limit for files, so that the table is really made.
    let text = format!("# Table\n\n|a|b|\n|-|-|\n{}", "|1|2|\n".repeat(1_000_000));
    check(&[("adr/0002-table.md", text.as_bytes())]);
}

#[test]
fn fifty_thousand_headings_links_and_footnotes() {
    let mut text = String::from("# Many\n\n");
    for number in 0..50_000 {
        text.push_str("## Same\n\n");
        text.push_str(&format!(
            "See ADR 1 and [it](0001-healthy.md#same) and [^{number}].\n\n[^{number}]: Note.\n\n"
        ));
    }
    check(&[("adr/0002-many.md", text.as_bytes())]);
}

#[test]
fn a_line_of_a_hundred_thousand_dead_links() {
    let built =
        check(&[("adr/0002-links.md", format!("# Links\n\n{}\n", "[a](b) ".repeat(100_000)).as_bytes())]);
    built.says("broken-link");
    let page = built.page("adr/0002.html");
    assert!(page.contains("99951 more problems"), "all are counted");
    assert!(page.matches("nothing is at").count() < 100, "not all are listed");
}

#[test]
fn markup_that_is_never_closed() {
    let opened = [
        "[",
        "![",
        "[[",
        "`",
        "``` ",
        "<!--",
        "<a ",
        "$",
        "$$",
        "**",
        "~~",
        "|",
        "[^",
        "](",
        "&",
        "\\",
        "<?",
        "<![CDATA[",
    ];
    let records: Vec<(String, String)> = opened
        .iter()
        .enumerate()
        .map(|(at, mark)| {
            (format!("adr/{:04}-open.md", at + 2), format!("# Open\n\n{}\n", mark.repeat(50_000)))
        })
        .collect();
    let records: Vec<(&str, &[u8])> =
        records.iter().map(|(path, text)| (path.as_str(), text.as_bytes())).collect();
    check(&records);
}

#[test]
fn yaml_that_multiplies() {
    let mut bomb = String::from("---\na: &a [x, x, x, x, x, x, x, x, x, x]\n");
    for (this, last) in "bcdefghi".chars().zip("abcdefgh".chars()) {
        bomb += &format!("{this}: &{this} [{}]\n", vec![format!("*{last}"); 10].join(", "));
    }
    let long = format!("---\ntitle: x\ntags: [{}]\n---\n# x\n", "tag, ".repeat(200_000));
    let built = check(&[
        ("adr/0002-bomb.md", format!("{bomb}title: Bomb\nstatus: accepted\n---\n# Bomb\n").as_bytes()),
        ("adr/0003-list.md", long.as_bytes()),
    ]);
    built.says("0002-bomb.md");
}

#[test]
fn diagrams_that_are_too_large() {
    let nodes: String =
        (0..20_000).map(|node| format!("  n{node} --> n{}\n", node * 7919 % 20_000)).collect();
    check(&[("adr/0002-graph.md", format!("# Graph\n\n```mermaid\nflowchart TD\n{nodes}```\n").as_bytes())]);
}

#[test]
fn chains_and_circles_of_records() {
    build(|docs| {
        // A circle of 500, a chain of 2,000, and 40 layers of two records that each supersede both records of the
        // layer below: 2^40 ways from the first to the last.
        for number in 0..500 {
            let text = format!(
                "---\ntitle: Circle\nstatus: accepted\nsupersedes: {}\n---\n# x\n",
                (number + 1) % 500
            );
            write(&docs.join(format!("circle/{number:04}-circle.md")), text);
        }
        for number in 0..2_000 {
            let text = format!("---\ntitle: Chain\nstatus: accepted\nsupersedes: {number}\n---\n# x\n");
            write(&docs.join(format!("chain/{:04}-chain.md", number + 1)), text);
        }
        for number in 0..80 {
            let below = (number / 2) * 2;
            let supersedes =
                if below == 0 { String::new() } else { format!("supersedes: [{}, {}]\n", below - 1, below) };
            let text = format!("---\ntitle: Layer\nstatus: accepted\n{supersedes}---\n# x\n");
            write(&docs.join(format!("layers/{:04}-layer.md", number + 1)), text);
        }
    });
}

#[test]
fn one_number_a_thousand_times() {
    build(|docs| {
        for copy in 0..1_000 {
            write(&docs.join(format!("adr/0007-copy-{copy}.md")), HEALTHY);
        }
    })
    .says("duplicate-number");
}

#[test]
fn pictures_that_would_run() {
    let picture = |inside: &str| format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{inside}</svg>");
    let script = picture("<script>alert(1)</script><circle onclick=\"alert(1)\" r=\"4\"/>");
    let entity = format!("<!DOCTYPE svg [<!ENTITY x \"<script>alert(1)</script>\">]>{}", picture("&x;"));
    let page = b"# Pictures\n\n![a](a.svg) ![b](b.svg) ![c](c.svg) ![d](d.svg)\n";
    let built = check(&[
        ("adr/0002-pictures.md", page),
        ("adr/a.svg", script.as_bytes()),
        ("adr/b.svg", entity.as_bytes()),
        ("adr/c.svg", b"<svg><script>alert(1)"),
        ("adr/d.svg", picture(&"<g>".repeat(100_000)).as_bytes()),
    ]);
    built.says("unsafe-svg");
    built.says("unreadable-svg");
    assert_eq!(built.page("assets/adr/a.svg"), picture("<circle  r=\"4\"/>"));
    for (path, text) in built.published().iter().filter(|(path, _)| path.ends_with(".svg")) {
        assert!(!text.contains("<script") && !text.contains("ENTITY"), "{path}: {text:.200}");
    }
}

/// What would run if it reached a page as it is. The mark tells which field let it through.
fn attacks(mark: &str) -> [String; 3] {
    [
        format!("\\\"><script>alert('{mark}')</script>"),
        format!("'><img src=x onerror=alert(`{mark}`)>"),
        format!("</title></textarea></template><svg/onload=alert(`{mark}`)>"),
    ]
}

#[test]
fn scripts_in_every_value_name_and_link() {
    let fields = [
        "title",
        "status",
        "date",
        "author",
        "authors",
        "deciders",
        "reviewers",
        "tags",
        "category",
        "type",
        "area",
        "description",
        "summary",
        "supersedes",
        "superseded-by",
        "requires",
        "discussions-to",
        "rfc-pr",
        "tracking-issue",
        "number",
        "slug",
        "menu_title",
        "comment-by",
        "review-by",
        "revisit",
        "language",
        "unheard-of",
    ];
    let mut records: Vec<(String, String)> = Vec::new();
    for (at, field) in fields.iter().enumerate() {
        for (variant, attack) in attacks(field).iter().enumerate() {
            let number = 2 + at * 3 + variant;
            let title = if *field == "title" { "" } else { "title: Attack\n" };
            let head = format!("---\n{title}{field}: \"{attack}\"\n---\n");
            records.push((
                format!("adr/{number:04}-field.md"),
                format!("{head}\n# Attack {attack}\n\n{attack}\n"),
            ));
        }
    }
    let body = "# Body\n\n- Status: <script>alert('bullet')</script>\n- <img src=x onerror=alert(1)>: yes\n\n\
        [a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](\tjavascript:alert(1)) [d](java&#10;script:alert(1)) \
        ![e](javascript:alert(1)) <javascript:alert(1)> [f](data:text/html,<script>alert(1)</script>) [g](vbscript:x)\n\n\
        <a href=\"javascript:alert(1)\" onclick=\"alert(1)\">h</a> <iframe src=\"javascript:alert(1)\"></iframe>\n\
        <style>body{background:url(javascript:alert(1))}</style><base href=\"https://evil.example/\">\n\
        <form action=\"javascript:alert(1)\"><button formaction=\"javascript:alert(1)\">i</button></form>\n\
        <math><mi><img src=x onerror=alert(1)></mi></math><svg><script>alert(1)</script></svg>\n\
        <noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>\n\n\
        $\\operatorname{<img src=x onerror=alert(1)>}$ $\\text{<svg/onload=alert(1)>}$\n\n\
        ```\"><script>alert('info')</script>\ncode\n```\n\n\
        ```mermaid\nflowchart TD\n  A[\"<script>alert(1)</script>\"] --> B[\"<img src=x onerror=alert(1)>\"]\n  click A \"javascript:alert(1)\"\n```\n\n\
        [^1]\n\n[^1]: <script>alert('note')</script>\n\n## <script>alert('heading')</script>\n\n| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |\n\n\
        > [!NOTE]\n> <script>alert('alert')</script>\n";
    records.push(("adr/0900-body.md".into(), body.into()));
    if cfg!(unix) {
        records.push(("adr/0901-\"><script>alert(1)</script>.md".replace("</", "<_"), HEALTHY.into()));
        records.push(("adr/0902-'onmouseover=alert(1) x='.md".into(), HEALTHY.into()));
        records.push(("ad&lt;r/0001-<b>folder.md".into(), HEALTHY.into()));
    }
    let records: Vec<(&str, &[u8])> =
        records.iter().map(|(path, text)| (path.as_str(), text.as_bytes())).collect();
    let built = check(&records);
    for (path, text) in built.published() {
        if path.ends_with(".html") {
            harmless(&path, &text);
        } else if path.ends_with(".xml") {
            assert!(!text.contains("<script"), "{path}: a script");
        } else if path.ends_with(".json") {
            serde_json::from_str::<serde_json::Value>(&text)
                .unwrap_or_else(|error| panic!("{path}: {error}"));
        }
    }
}

/// No start tag that a browser would make of the page has a handler, a script of its own, or a link that runs.
fn harmless(path: &str, page: &str) {
    // Tags are found as the HTML standard's tokeniser finds them: `<` and a letter, up to a `>` outside quotes.
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if !rest.starts_with(|first: char| first.is_ascii_alphabetic()) {
            continue;
        }
        let mut quote = None;
        let end = rest
            .char_indices()
            .find(|(_, letter)| match (quote, letter) {
                (None, '>') => true,
                (None, '"' | '\'') => {
                    quote = Some(*letter);
                    false
                }
                (Some(open), letter) if open == *letter => {
                    quote = None;
                    false
                }
                _ => false,
            })
            .map_or(rest.len(), |(at, _)| at);
        let tag = rest[..end].to_ascii_lowercase();
        rest = &rest[end..];
        let name = tag.split(|end: char| end.is_whitespace() || end == '/').next().unwrap_or_default();
        // The theme's own search box; no record can have a form.
        let own = name == "form" && tag.contains(" role=\"search\" ") && tag.ends_with("search.html\"");
        assert!(
            own || !["iframe", "object", "embed", "base", "form", "textarea"].contains(&name),
            "{path}: <{tag}>"
        );
        assert!(name != "script" || tag.contains(" src=\""), "{path}: <{tag}>");
        for (at, _) in tag.match_indices(" on") {
            let attribute: String = tag[at + 3..].chars().take_while(char::is_ascii_alphabetic).collect();
            let outside = tag[..at].matches('"').count().is_multiple_of(2);
            assert!(
                !outside || attribute.is_empty() || !tag[at + 3 + attribute.len()..].starts_with('='),
                "{path}: <{tag}>"
            );
        }
        for link in ["href=\"", "src=\"", "action=\""] {
            for (at, _) in tag.match_indices(link) {
                let target: String = tag[at + link.len()..]
                    .chars()
                    .filter(|letter| !letter.is_whitespace() && !letter.is_control())
                    .collect();
                for scheme in ["javascript:", "vbscript:", "data:text/html"] {
                    assert!(!target.starts_with(scheme), "{path}: <{tag}>");
                }
            }
        }
    }
}

#[test]
fn slugs_and_paths_that_lead_outside() {
    let slugs = [
        "../../escape",
        "/etc/escape",
        "..\\\\..\\\\escape",
        "a/../../../escape",
        "C:\\\\escape",
        ".",
        "..",
        "",
        "a\\0b",
        "index",
        "con",
    ];
    let mut records: Vec<(String, String)> = slugs
        .iter()
        .enumerate()
        .map(|(at, slug)| {
            let text = format!(
                "---\ntitle: Escape\nslug: \"{slug}\"\nnumber: \"../{at}\"\nstatus: accepted\n---\n# Escape\n"
            );
            (format!("notes/escape-{at}.md"), text)
        })
        .collect();
    let long = format!("---\ntitle: Long\nslug: {}\n---\n# Long\n", "long-".repeat(2_000));
    records.push(("notes/long.md".into(), long));
    let body = "# Assets\n\n![a](../../../../../../etc/passwd) ![b](/etc/passwd) ![c](file:///etc/passwd) \
        [d](../../outside.png) ![e](..%2f..%2f..%2fetc%2fpasswd) ![f](.git/config)\n";
    records.push(("adr/0002-assets.md".into(), body.into()));
    let records: Vec<(&str, &[u8])> =
        records.iter().map(|(path, text)| (path.as_str(), text.as_bytes())).collect();
    let built = check(&records);
    for (path, text) in built.published() {
        assert!(!text.contains("root:x:0:0"), "{path} has the system's accounts in it");
    }
}

#[cfg(unix)]
#[test]
fn symbolic_links_out_of_the_root_and_in_circles() {
    use std::os::unix::fs::symlink;
    let built = build(|docs| {
        write(&docs.parent().unwrap().join("docs/../docs/adr/0002-real.md"), HEALTHY);
        let secret = tempfile::tempdir().unwrap().keep();
        write(&secret.join("0003-secret.md"), "# The secret of the neighbour\n");
        symlink(secret.join("0003-secret.md"), docs.join("adr/0003-secret.md")).unwrap();
        symlink(&secret, docs.join("adr/folder")).unwrap();
        symlink(docs, docs.join("adr/circle")).unwrap();
        symlink("itself.md", docs.join("adr/itself.md")).unwrap();
        symlink("nowhere.md", docs.join("adr/0004-nowhere.md")).unwrap();
    });
    for (path, text) in built.published() {
        assert!(!text.contains("secret of the neighbour"), "{path}");
    }
    for link in ["0003-secret.md", "adr/folder", "adr/circle", "itself.md", "0004-nowhere.md"] {
        built.says(link);
    }
    for code in ["symlink-outside", "symlink-loop", "symlink-broken"] {
        built.says(code);
    }
}

#[test]
fn a_foreign_folder_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("docs/adr/0001-healthy.md"), HEALTHY);
    write(&folder.path().join("site/precious.txt"), "mine");
    let ran = annals(folder.path(), ["build", "docs", "-o", "site"], Limits::default());
    assert!(matches!(ran.status, Some(2 | 3)), "{ran:?}");
    assert_eq!(files(&folder.path().join("site")), [Path::new("precious.txt")]);
}

#[test]
fn a_configuration_that_cannot_be_read() {
    for text in [
        "[site",
        "[site]\ntitle = 3",
        "[site]\ntytle = \"x\"",
        "\u{feff}[site]\r\ntitle = \"x\"",
        &"[".repeat(5_000),
    ] {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("docs/adr/0001-healthy.md"), HEALTHY);
        write(&folder.path().join("docs/annals.toml"), text);
        let ran = annals(folder.path(), ["build", "docs", "-o", "site"], Limits::default());
        assert!(matches!(ran.status, Some(0..=2)), "{text:.40}: {ran:?}");
        assert!(ran.status == Some(0) || ran.stderr.contains("annals.toml"), "{text:.40}: {ran:?}");
    }
}
