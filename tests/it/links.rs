//! Links, references, relations and addresses of small made-up sites: each test shows every place that is
//! linked, where it leads, and what is said of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use annals::config::Config;
use annals::history::History;
use annals::site::{Site, Target};
use annals::source::{DiscoverOptions, File, Inputs, SourceText, discover};
use annals::{collection, record, site};
use expect_test::{Expect, expect};
use proptest::prelude::*;
use rayon::prelude::*;

/// Finds, parses and resolves what lies in a folder. Every test speaks of the first day of 2026.
pub fn resolved(root: &Path, history: History) -> Site {
    let today = Some(jiff::civil::date(2026, 1, 1));
    let inputs = discover(root, &DiscoverOptions { today, ..DiscoverOptions::default() }).unwrap();
    resolve(&inputs, history)
}

/// Finds, parses and resolves what was discovered.
pub fn resolve(inputs: &Inputs, history: History) -> Site {
    let found = Arc::new(collection::find(inputs));
    let members: Vec<_> = found
        .collections
        .iter()
        .flat_map(|home| home.members.iter().map(move |member| (home, member)))
        .collect();
    let records = members
        .par_iter()
        .map(|(home, member)| {
            let sidecar = member.sidecar.as_deref().and_then(|path| inputs.text(path));
            Arc::new(record::parse(inputs.text(&member.path).unwrap(), sidecar, home))
        })
        .collect();
    let memory = &mut site::Memory::default();
    site::resolve(&Arc::new(inputs.clone()), &found, records, &Arc::new(history), memory)
}

/// A site as one string: `-- path --` starts a file. Without text between two markers a file is an asset.
pub fn inputs(files: &str) -> Inputs {
    let mut all = BTreeMap::new();
    let mut config = Config::default();
    for part in files.split("\n-- ").map(|part| part.trim_start_matches("-- ")) {
        let Some((path, text)) = part.trim_start().split_once(" --") else { continue };
        let text = text.trim_start_matches('\n');
        if path == "annals.toml" {
            config = toml::from_str(text).unwrap();
        }
        let file = match text.trim().is_empty() {
            true => File::Asset { len: 0 },
            false => File::Text(Arc::new(SourceText::new(path, format!("{text}\n")))),
        };
        all.insert(path.to_owned(), file);
    }
    Inputs {
        files: all,
        config,
        theme: BTreeMap::new(),
        today: jiff::civil::date(2026, 1, 1),
        aliases: BTreeMap::new(),
        drafts: false,
        root_name: "decisions".to_owned(),
        diagnostics: Vec::new(),
    }
}

fn check(files: &str, expect: Expect) {
    check_with(files, History::default(), expect);
}

/// What every record links: `source:line text → where`, and what is said of it.
fn check_with(files: &str, history: History, expect: Expect) {
    let inputs = inputs(files);
    let site = resolve(&inputs, history);
    let mut shown = String::new();
    for entry in &site.entries {
        let source = &entry.record.source;
        let text = inputs.text(source).unwrap();
        writeln!(shown, "{} {} {source}", entry.id, entry.address).unwrap();
        for (start, target) in entry.targets.iter() {
            let links = entry.record.scan.links.iter().map(|link| &link.span);
            let spans = links.chain(entry.record.scan.mentions.iter().map(|mention| &mention.span));
            let span = spans.into_iter().find(|span| span.start == *start).unwrap();
            let target = match target {
                Target::Record(ix, None) => site.entries[*ix].id.clone(),
                Target::Record(ix, Some(anchor)) => format!("{}#{anchor}", site.entries[*ix].id),
                Target::Anchor(anchor) => format!("#{anchor}"),
                Target::Asset(path) => format!("asset {path}"),
                Target::Page(path) => format!("page {path}"),
                Target::Web(url) => format!("web {url}"),
                Target::Unpublished(path) => format!("unpublished {path}"),
                Target::Broken => "nowhere".to_owned(),
            };
            writeln!(shown, "  {} → {target}", &text.text[span.clone()]).unwrap();
        }
        for relation in entry.relations.iter() {
            let derived = if relation.derived { " (derived)" } else { "" };
            writeln!(shown, "  {} {}{derived}", relation.kind, site.entries[relation.target].id).unwrap();
        }
        for elsewhere in &entry.elsewhere {
            writeln!(shown, "  {} elsewhere {:?} {:?}", elsewhere.kind, elsewhere.label, elsewhere.url)
                .unwrap();
        }
        for chain in &entry.superseded_by {
            let ids: Vec<&str> = chain.iter().map(|ix| site.entries[*ix].id.as_str()).collect();
            writeln!(shown, "  now {}", ids.join(" → ")).unwrap();
        }
        for backlink in entry.referenced_by.iter() {
            let anchor = backlink.anchor.as_deref().map(|anchor| format!("#{anchor}")).unwrap_or_default();
            writeln!(shown, "  from {}{anchor}: {}", site.entries[backlink.from].id, backlink.sentence)
                .unwrap();
        }
        for said in entry.diagnostics.iter().filter(|said| ABOUT.contains(&said.code)) {
            let help = said.help.as_deref().map(|help| format!(" ({help})")).unwrap_or_default();
            let place = &said.place;
            writeln!(shown, "  {}:{} {}: {}{help}", place.line, place.column, said.code, said.message)
                .unwrap();
        }
    }
    for said in site.diagnostics.iter().filter(|said| ABOUT.contains(&said.code)) {
        writeln!(shown, "{}: {}", said.code, said.message).unwrap();
    }
    for chooser in &site.choosers {
        writeln!(shown, "chooser {}", chooser.address).unwrap();
    }
    expect.assert_eq(&shown);
}

/// The codes that these tests are about; what the reader of records says is tested there.
const ABOUT: [&str; 13] = [
    "ambiguous-relation",
    "broken-anchor",
    "broken-image",
    "broken-link",
    "duplicate-number",
    "inferred-repository",
    "one-sided-supersede",
    "self-relation",
    "supersede-cycle",
    "superseded-by-not-in-force",
    "superseded-without-successor",
    "unresolved-relation",
    "unsafe-link",
];

const TWO: &str = "
-- docs/adr/0001-use-rust.md --
# 1. Use Rust

## Status

Accepted

## Why not C

Because.
-- docs/adr/0002-use-tera.md --
# 2. Use Tera

## Status

Accepted

## Context

";

#[test]
fn relative_links_in_every_spelling() {
    check(
        &format!(
            "{TWO}
See [one](0001-use-rust.md), [two](./0001-use-rust.md#why-not-c), [three](../adr/0001-use-rust.md),
[four](/docs/adr/0001-use-rust.md), [five](0001%2Duse%2Drust.md) and [six][ref].

[ref]: 0001-use-rust.md?plain=1#why-not-c \"title\"
"
        ),
        expect![[r#"
            adr-1 adr/0001.html docs/adr/0001-use-rust.md
              from adr-2#context: See one, two, three, four, five and six.
            adr-2 adr/0002.html docs/adr/0002-use-tera.md
              [one](0001-use-rust.md) → adr-1
              [two](./0001-use-rust.md#why-not-c) → adr-1#why-not-c
              [three](../adr/0001-use-rust.md) → adr-1
              [four](/docs/adr/0001-use-rust.md) → adr-1
              [five](0001%2Duse%2Drust.md) → adr-1
              [six][ref] → adr-1#why-not-c
        "#]],
    );
}

#[test]
fn what_is_broken_is_said_and_what_is_meant_is_linked() {
    check(
        &format!(
            "{TWO}
[No extension](0001-use-rust), [case](0001-Use-Rust.md), [from the root](docs/adr/0001-use-rust.md),
[typo](0001-use-rusk.md), [gone](0009-gone.md), [no scheme](www.example.org/x), [brackets]((https://example.org)),
[heading](#contexts), [case](#Context), [other](0001-use-rust.md#why-c), [out](../../../x.md), [nothing](),
[bad](javascript:alert(1)), ![image](missing.png).
"
        ),
        expect![[r#"
            adr-1 adr/0001.html docs/adr/0001-use-rust.md
              from adr-2#context: No extension, case, from the root, typo, gone, no scheme, brackets, heading, case, other, out, nothing, bad, .
            adr-2 adr/0002.html docs/adr/0002-use-tera.md
              [No extension](0001-use-rust) → adr-1
              [case](0001-Use-Rust.md) → adr-1
              [from the root](docs/adr/0001-use-rust.md) → adr-1
              [typo](0001-use-rusk.md) → nowhere
              [gone](0009-gone.md) → nowhere
              [no scheme](www.example.org/x) → nowhere
              [brackets]((https://example.org)) → nowhere
              [heading](#contexts) → nowhere
              [case](#Context) → #context
              [other](0001-use-rust.md#why-c) → adr-1
              [out](../../../x.md) → nowhere
              [nothing]() → nowhere
              [bad](javascript:alert(1)) → nowhere
              ![image](missing.png) → nowhere
              10:1 broken-link: nothing is at `0001-use-rust` (write `0001-use-rust.md`: the page leads there already)
              10:32 broken-link: nothing is at `0001-Use-Rust.md` (write `0001-use-rust.md`: the page leads there already)
              10:58 broken-link: nothing is at `docs/adr/0001-use-rust.md` (write `0001-use-rust.md`: the page leads there already)
              11:1 broken-link: nothing is at `0001-use-rusk.md` (did you mean `0001-use-rust.md`?)
              11:27 broken-link: nothing is at `0009-gone.md`
              11:49 broken-link: nothing is at `www.example.org/x` (write `https://www.example.org/x`)
              11:81 broken-link: nothing is at `(https://example.org)` (write `https://example.org`, without the brackets)
              12:1 broken-anchor: this record has no heading or id `#contexts` (did you mean `#context`?)
              12:41 broken-anchor: `docs/adr/0001-use-rust.md` has no heading or id `#why-c`
              12:74 broken-link: nothing is at `../../../x.md` (it leads out of the folder that the site is built from: build from the top of the repository)
              12:96 broken-link: the link has no destination (give it a destination, or make it plain text)
              13:1 unsafe-link: links with `javascript:` are not published (link to an address on the web, or to a file beside the record)
              13:29 broken-image: there is no image at `missing.png`
        "#]],
    );
}

#[test]
fn files_beside_the_records() {
    check(
        &format!(
            "{TWO}
![a](img/a%20b.png) [pdf](spec.pdf) [code](../../src/main.rs) [page](demo.html) [readme](README.md) [folder](../adr)
[src](../../src)
-- docs/adr/img/a b.png --
-- docs/adr/spec.pdf --
-- docs/adr/demo.html --
-- docs/adr/README.md --
# Decisions

Read them.
-- src/main.rs --
"
        ),
        expect![[r#"
            adr-1 adr/0001.html docs/adr/0001-use-rust.md
            adr-2 adr/0002.html docs/adr/0002-use-tera.md
              ![a](img/a%20b.png) → asset assets/docs/adr/img/a b.png
              [pdf](spec.pdf) → asset assets/docs/adr/spec.pdf
              [code](../../src/main.rs) → asset assets/src/main.rs
              [page](demo.html) → unpublished docs/adr/demo.html
              [readme](README.md) → page adr/index.html
              [folder](../adr) → page adr/index.html
              [src](../../src) → unpublished src
        "#]],
    );
}

#[test]
fn addresses_of_the_same_repository() {
    let history = || History {
        remote: Some("git@github.com:acme/decisions.git".to_owned()),
        branch: Some("main".to_owned()),
        ..History::default()
    };
    check_with(
        &format!(
            "{TWO}
[a](https://github.com/acme/decisions/blob/main/docs/adr/0001-use-rust.md#why-not-c)
[b](https://github.com/ACME/Decisions/blob/feature/x/docs/adr/0001-use-rust.md)
[c](https://github.com/oldacme/decisions/blob/main/docs/adr/0001-use-rust.md)
[d](https://github.com/fork/decisions/blob/patch-1/docs/adr/0001-use-rust.md)
[e](https://github.com/acme/decisions/blob/0123456789abcdef0123456789abcdef01234567/docs/adr/0002-use-tera.md)
[f](https://github.com/acme/decisions/blob/main/docs/adr/0001-use-rust.md#L3)
[g](https://github.com/acme/decisions/issues/12)
[h](../../src/lib.rs)
![i](https://raw.githubusercontent.com/acme/decisions/main/docs/adr/a.png)
-- docs/adr/a.png --
-- src/lib.rs --
"
        ),
        history(),
        expect![[r#"
            adr-1 adr/0001.html docs/adr/0001-use-rust.md
              from adr-2#context: a b c d e f g h
            adr-2 adr/0002.html docs/adr/0002-use-tera.md
              [a](https://github.com/acme/decisions/blob/main/docs/adr/0001-use-rust.md#why-not-c) → adr-1#why-not-c
              [b](https://github.com/ACME/Decisions/blob/feature/x/docs/adr/0001-use-rust.md) → adr-1
              [c](https://github.com/oldacme/decisions/blob/main/docs/adr/0001-use-rust.md) → adr-1
              [d](https://github.com/fork/decisions/blob/patch-1/docs/adr/0001-use-rust.md) → web https://github.com/fork/decisions/blob/patch-1/docs/adr/0001-use-rust.md
              [e](https://github.com/acme/decisions/blob/0123456789abcdef0123456789abcdef01234567/docs/adr/0002-use-tera.md) → web https://github.com/acme/decisions/blob/0123456789abcdef0123456789abcdef01234567/docs/adr/0002-use-tera.md
              [f](https://github.com/acme/decisions/blob/main/docs/adr/0001-use-rust.md#L3) → web https://github.com/acme/decisions/blob/main/docs/adr/0001-use-rust.md#L3
              [g](https://github.com/acme/decisions/issues/12) → web https://github.com/acme/decisions/issues/12
              [h](../../src/lib.rs) → web https://github.com/acme/decisions/blob/main/src/lib.rs
              ![i](https://raw.githubusercontent.com/acme/decisions/main/docs/adr/a.png) → asset assets/docs/adr/a.png
        "#]],
    );
}

#[test]
fn without_a_remote_the_links_tell_the_repository() {
    check(
        &format!(
            "{TWO}
[a](https://gitlab.example.org/team/log/-/blob/trunk/docs/adr/0001-use-rust.md)
[b](https://github.com/somebody/else/blob/main/docs/adr/0007-other.md)
[c](../../src/lib.rs)
-- src/lib.rs --
"
        ),
        expect![[r#"
            adr-1 adr/0001.html docs/adr/0001-use-rust.md
              from adr-2#context: a b c
            adr-2 adr/0002.html docs/adr/0002-use-tera.md
              [a](https://gitlab.example.org/team/log/-/blob/trunk/docs/adr/0001-use-rust.md) → adr-1
              [b](https://github.com/somebody/else/blob/main/docs/adr/0007-other.md) → web https://github.com/somebody/else/blob/main/docs/adr/0007-other.md
              [c](../../src/lib.rs) → web https://gitlab.example.org/team/log/-/blob/trunk/src/lib.rs
            inferred-repository: the records' own links say that they live in `https://gitlab.example.org/team/log`
        "#]],
    );
}

#[test]
fn plain_references() {
    check(
        &format!(
            "{TWO}
ADR 1, ADR-0001 and adr 1; not ADR 7, RFC 2119, ADR 2 or `ADR 1`. See [[1]], [[use-rust]], [[ADR-1#why-not-c]],
[[0001-use-rust|the choice]], [[9]] and [[something else]].
"
        ),
        expect![[r#"
            adr-1 adr/0001.html docs/adr/0001-use-rust.md
              from adr-2#context: ADR 1, ADR-0001 and adr 1; not ADR 7, RFC 2119, ADR 2 or ADR 1.
              from adr-2#context: See [[1]], [[use-rust]], [[ADR-1#why-not-c]], [[0001-use-rust|the choice]], [[9]] and [[something else]].
            adr-2 adr/0002.html docs/adr/0002-use-tera.md
              ADR 1 → adr-1
              ADR-0001 → adr-1
              adr 1 → adr-1
              [[1]] → adr-1
              [[use-rust]] → adr-1
              [[ADR-1#why-not-c]] → adr-1#why-not-c
              [[0001-use-rust|the choice]] → adr-1
              [[9]] → nowhere
              [[something else]] → nowhere
              11:31 broken-link: nothing is at `9`
              11:41 broken-link: nothing is at `something else`
        "#]],
    );
}

#[test]
fn a_number_used_twice_has_a_chooser() {
    check(
        "
-- rfc/0001-a.md --
# A

Status: Accepted

See RFC 2 and RFC 3.
-- rfc/0002-b.md --
# B

Status: Accepted
-- rfc/2-B.md --
# Another B

Status: Accepted
-- rfc/0003-c.md --
# C

Status: Accepted
",
        expect![[r#"
            rfc-1 rfc/0001.html rfc/0001-a.md
              RFC 2 → page rfc/0002.html
              RFC 3 → rfc-3
            rfc-2-b rfc/0002-b.html rfc/0002-b.md
              0:0 duplicate-number: number `0002` is also that of `rfc/2-B.md` (give one of them the next free number; until then each is addressed by its file name)
            rfc-2-b-2 rfc/2-B.html rfc/2-B.md
              0:0 duplicate-number: number `0002` is also that of `rfc/0002-b.md` (give one of them the next free number; until then each is addressed by its file name)
            rfc-3 rfc/0003.html rfc/0003-c.md
              from rfc-1: See RFC 2 and RFC 3.
            chooser rfc/0002.html
        "#]],
    );
}

#[test]
fn supersession_from_either_end() {
    check(
        "
-- adr/0001-a.md --
---
status: superseded
superseded-by: 2
---
# A
-- adr/0002-b.md --
---
status: accepted
---
# B
-- adr/0003-c.md --
---
status: accepted
supersedes: [ADR-0002]
---
# C
-- adr/0004-d.md --
---
status: proposed
supersedes: 3
---
# D
-- adr/0005-e.md --
---
status: superseded
---
# E
-- adr/0006-f.md --
---
status: accepted
supersedes: [6, 99, 0003-d.md]
requires: [https://example.org/x]
---
# F
",
        expect![[r#"
            adr-1 adr/0001.html adr/0001-a.md
              superseded-by adr-2
              now adr-2 → adr-3
            adr-2 adr/0002.html adr/0002-b.md
              superseded-by adr-3 (derived)
              supersedes adr-1 (derived)
              now adr-3
              0:0 one-sided-supersede: `ADR 0001` says that this record supersedes it, and this record does not (write it here too: `supersedes: 0001`)
              2:1 one-sided-supersede: `ADR 0003` supersedes this record, which says `accepted` (write it here too: `superseded-by: 0003`)
            adr-3 adr/0003.html adr/0003-c.md
              superseded-by adr-4 (derived)
              supersedes adr-2
            adr-4 adr/0004.html adr/0004-d.md
              supersedes adr-3
            adr-5 adr/0005.html adr/0005-e.md
              2:1 superseded-without-successor: superseded, but nothing says by which record (name its successor under `superseded-by`)
            adr-6 adr/0006.html adr/0006-f.md
              supersedes elsewhere "99" None
              supersedes elsewhere "0003-d.md" None
              requires elsewhere "https://example.org/x" Some("https://example.org/x")
              3:14 self-relation: `supersedes` names this very record (name the other record, or remove the line)
              3:17 unresolved-relation: `supersedes` names `99`, and no record has that name
              3:21 unresolved-relation: `supersedes` names `0003-d.md`, and no record has that name (did you mean `adr/0003-c.md`?)
        "#]],
    );
}

const THREE: &str = "
-- docs/adr/0001-a.md --
# A

Status: Accepted
-- docs/adr/0002-b.md --
# B

Status: Accepted
-- docs/notes/stores.md --
Numbers.
-- src/store.rs --
";

#[test]
fn relations_by_every_spelling_of_a_path() {
    for target in [
        "./0001-a.md",
        "0001-a.md",
        "./0001-a",
        "0001-a",
        "../adr/0001-a.md",
        "docs/adr/0001-a.md",
        "/docs/adr/0001-a.md",
        "<./0001-a.md>",
        "/decisions/0001-a/",
        "../decisions/0001-a/",
        "../decisions/0001-a.html",
        "/docs/decisions/0001-A/#context",
        "[[0001-a]]",
        "[[0001-a|the store]]",
        "[[0001-a#Context]]",
        "[0001](https://github.com/acme/log/pull/102)",
        "[ADR 1: A](https://gitlab.com/acme/log/-/merge_requests/7)",
        "ADR 1",
        "1",
    ] {
        let files = format!("{THREE}\n-- docs/adr/0003-c.md --\n---\nrequires: \"{target}\"\n---\n# C\n");
        let site = resolve(&inputs(&files), History::default());
        let relations = &site.entries[2].relations;
        assert!(matches!(&**relations, [only] if only.target == 0), "{target}: {relations:?}");
    }
}

#[test]
fn only_what_looks_like_a_record_of_the_log_is_missing() {
    let is_reported = |target: &str| {
        let files = format!("{THREE}\n-- docs/adr/0003-c.md --\n---\nrelated: ['{target}']\n---\n# C\n");
        let site = resolve(&inputs(&files), History::default());
        let entry = &site.entries[2];
        assert!(entry.relations.is_empty(), "{target}");
        entry.diagnostics.iter().any(|said| said.code == "unresolved-relation")
    };
    for target in [
        "7",
        "0007",
        "ADR-7",
        "ADR 0007",
        "0007-g.md",
        "./0007-g.md",
        "0007-g",
        "0001-b.md",
        "docs/adr/0007-g.md",
        "/docs/adr/g.md",
        "../adr/0007-g/",
        "[[anything]]",
        "[ADR 7](0007-g.md)",
    ] {
        assert!(is_reported(target), "{target}");
    }
    for target in [
        "../notes/stores.md",
        "docs/notes/stores.md",
        "../notes/",
        "/src/store.rs",
        "src/missing.rs",
        "charts/values.yaml",
        "../notes/missing.md",
        "2019",
        "#7",
        "PR #7",
        "5-agent",
        "PROJ-7",
        "RFC 2119",
        "v0.6.0",
        "81c4108",
        "{number}",
        "<adr-7>",
        "0007-*",
        "because slow",
        "https://example.org/0007-g.md",
        "[RFC 1](https://example.org/rfc1)",
    ] {
        assert!(!is_reported(target), "{target}");
    }
}

#[test]
fn prose_in_a_list_of_related_things_names_no_records() {
    check(
        "
-- docs/adr/0001-a.md --
# A

## Status

Accepted

## Related

- 2019: the first attempt, 592,000 rows
- 5-step review, PR #3, v0.6.0, §1.4
- `docs/store.md`, charts/{base,prod}/values.yaml
- ADR-0002/0003
- [nothing](0009-x.md)
- 0008-h: gone
-- docs/adr/0002-b.md --
# B

Status: Accepted
-- docs/adr/0003-c.md --
# C

Status: Accepted
",
        expect![[r#"
            adr-1 adr/0001.html docs/adr/0001-a.md
              ADR-0002 → adr-2
              [nothing](0009-x.md) → nowhere
              relates-to adr-2
              relates-to adr-3
              relates-to elsewhere "0009-x.md" None
              relates-to elsewhere "0008-h" None
              13:3 broken-link: nothing is at `0009-x.md`
              13:3 unresolved-relation: `relates-to` names `0009-x.md`, and no record has that name
              14:3 unresolved-relation: `relates-to` names `0008-h`, and no record has that name
            adr-2 adr/0002.html docs/adr/0002-b.md
              relates-to adr-1 (derived)
              from adr-1#related: ADR-0002/0003
            adr-3 adr/0003.html docs/adr/0003-c.md
              relates-to adr-1 (derived)
        "#]],
    );
}

#[test]
fn wiki_links_of_a_vault() {
    check(
        "
-- vault/adr/0001-a.md --
---
status: accepted
aliases: [Store, The store]
---
# A

![[picture.png]] ![[picture.png|300]] ![[lost.png]] ![[0002-b#Why not C]] ![[0007-x]]

[[0002-b#Why not C]], [[0002-b#Why|why]], [[0002-b#^a1b2]], [[#Local part]], [[#Nowhere]], [[notes]], [[missing note]],
[[ -f x ]]

## Local part
-- vault/adr/0002-b.md --
---
status: accepted
---
# B

## Why not C?

[[Store]], [[the store]], [[Shop]]
-- vault/adr/0003-c.md --
---
status: accepted
---
# C

No link at all: [[anything]], if [[ $x ]], a[[1, 2]]
-- vault/attachments/picture.png --
-- vault/notes.md --
Text.
",
        expect![[r#"
            adr-1 adr/0001.html vault/adr/0001-a.md
              ![[picture.png]] → asset assets/vault/attachments/picture.png
              ![[picture.png|300]] → asset assets/vault/attachments/picture.png
              ![[lost.png]] → nowhere
              ![[0002-b#Why not C]] → adr-2#why-not-c
              ![[0007-x]] → nowhere
              [[0002-b#Why not C]] → adr-2#why-not-c
              [[0002-b#Why|why]] → adr-2
              [[0002-b#^a1b2]] → adr-2
              [[#Local part]] → #local-part
              [[#Nowhere]] → nowhere
              [[notes]] → unpublished vault/notes.md
              [[missing note]] → nowhere
              from adr-2#why-not-c: [[Store]], [[the store]], [[Shop]]
              7:39 broken-image: there is no image at `lost.png`
              7:75 broken-link: nothing is at `0007-x`
              9:23 broken-anchor: `vault/adr/0002-b.md` has no heading or id `#Why`
              9:78 broken-anchor: this record has no heading or id `#Nowhere`
              9:103 broken-link: nothing is at `missing note`
            adr-2 adr/0002.html vault/adr/0002-b.md
              [[Store]] → adr-1
              [[the store]] → adr-1
              [[Shop]] → nowhere
              from adr-1: ![[picture.png]] ![[picture.png|300]] ![[lost.png]] ![[0002-b#Why not C]] ![[0007-x]]
              from adr-1: [[0002-b#Why not C]], [[0002-b#Why|why]], [[0002-b#^a1b2]], [[#Local part]], [[#Nowhere]], [[notes]], [[missing note]], [[ -f x ]]
              8:27 broken-link: nothing is at `Shop`
            adr-3 adr/0003.html vault/adr/0003-c.md
        "#]],
    );
}

#[test]
fn days_are_ids() {
    check(
        "
-- adr/2026-01-02-a.md --
# A

Status: Accepted
-- adr/2026-01-02-2-b.md --
# B

Status: Accepted
-- adr/2026-01-03-12-month-plan.md --
# C

Status: Accepted
-- adr/2026-01-04-d.md --
---
status: accepted
requires: [ADR-2026-01-02-2, ADR-2026-01-09, 2026-01-03]
---
# D

ADR-2026-01-02, ADR-2026-01-02-2-b and ADR-2026-01-03; not ADR-2026-01-09.
",
        expect![[r#"
            adr-2-b adr/2026-01-02-2-b.html adr/2026-01-02-2-b.md
              required-by adr-d (derived)
              from adr-d: ADR-2026-01-02, ADR-2026-01-02-2-b and ADR-2026-01-03; not ADR-2026-01-09.
            adr-a adr/2026-01-02-a.html adr/2026-01-02-a.md
              from adr-d: ADR-2026-01-02, ADR-2026-01-02-2-b and ADR-2026-01-03; not ADR-2026-01-09.
            adr-12-month-plan adr/2026-01-03-12-month-plan.html adr/2026-01-03-12-month-plan.md
              required-by adr-d (derived)
              from adr-d: ADR-2026-01-02, ADR-2026-01-02-2-b and ADR-2026-01-03; not ADR-2026-01-09.
            adr-d adr/2026-01-04-d.html adr/2026-01-04-d.md
              ADR-2026-01-02 → adr-a
              ADR-2026-01-02-2-b → adr-2-b
              ADR-2026-01-03 → adr-12-month-plan
              requires adr-2-b
              requires adr-12-month-plan
              requires elsewhere "ADR-2026-01-09" None
              3:30 unresolved-relation: `requires` names `ADR-2026-01-09`, and no record has that name
        "#]],
    );
}

#[test]
fn a_second_successor_is_not_the_only_one() {
    check(
        "
-- adr/0001-a.md --
---
status: superseded
superseded-by: 2
---
# A
-- adr/0002-b.md --
---
status: accepted
supersedes: 1
---
# B
-- adr/0003-c.md --
---
status: accepted
supersedes: 1
---
# C
",
        expect![[r#"
            adr-1 adr/0001.html adr/0001-a.md
              superseded-by adr-2
              superseded-by adr-3 (derived)
              now adr-2
              now adr-3
              2:1 one-sided-supersede: `ADR 0003` also supersedes this record, which does not name it (write it here too: `superseded-by: 0003`)
            adr-2 adr/0002.html adr/0002-b.md
              supersedes adr-1
            adr-3 adr/0003.html adr/0003-c.md
              supersedes adr-1
        "#]],
    );
}

#[test]
fn a_circle_is_said_once_in_each_record() {
    check(
        "
-- adr/0001-a.md --
---
status: superseded
superseded-by: 2
---
# A
-- adr/0002-b.md --
---
status: superseded
superseded-by: 1
---
# B
",
        expect![[r#"
            adr-1 adr/0001.html adr/0001-a.md
              superseded-by adr-2
              supersedes adr-2 (derived)
              now adr-2
              3:16 supersede-cycle: these records supersede each other in a circle: `ADR 0001` → `ADR 0002` (remove one of the relations: no decision stands where each is superseded)
            adr-2 adr/0002.html adr/0002-b.md
              superseded-by adr-1
              supersedes adr-1 (derived)
              now adr-1
              3:16 supersede-cycle: these records supersede each other in a circle: `ADR 0001` → `ADR 0002` (remove one of the relations: no decision stands where each is superseded)
        "#]],
    );
}

#[test]
fn records_without_numbers_go_by_name() {
    check(
        "
-- annals.toml --
[collections.adr]
path = \"adr\"
-- adr/use-#-signs.md --
# Use # signs

- Status: accepted

See [[adr-108-e2e-abci++]] and [it](adr-108-e2e-abci%2B%2B.md).
-- adr/adr-108-e2e-abci++.md --
# E2E

- Status: accepted
-- adr/index-of-things.md --
# Index of things

- Status: accepted

See [signs](use-%23-signs.md) and [broken](use-#-signs.md).
",
        expect![[r#"
            adr-108 adr/108.html adr/adr-108-e2e-abci++.md
              from adr-use-signs: See [[adr-108-e2e-abci++]] and it.
            adr-index-of-things adr/index-of-things.html adr/index-of-things.md
              [signs](use-%23-signs.md) → adr-use-signs
              [broken](use-#-signs.md) → nowhere
              5:35 broken-link: nothing is at `use-#-signs.md`
            adr-use-signs adr/use-signs.html adr/use-#-signs.md
              [[adr-108-e2e-abci++]] → adr-108
              [it](adr-108-e2e-abci%2B%2B.md) → adr-108
              from adr-index-of-things: See signs and broken.
        "#]],
    );
}

#[test]
fn drafts_that_are_not_published_are_known_all_the_same() {
    check(
        "
-- rfc/0001-a.md --
---
status: accepted
requires: 2
relates-to: [0002-b.md, use-x]
---
# A

See [b](0002-b.md), RFC 2 and [[2]].
-- rfc/0002-b.md --
---
status: draft
draft: true
---
# B
",
        expect![[r#"
            rfc-1 rfc/0001.html rfc/0001-a.md
              [b](0002-b.md) → unpublished rfc/0002-b.md
              requires elsewhere "2" None
              relates-to elsewhere "0002-b.md" None
              relates-to elsewhere "use-x" None
        "#]],
    );
}

#[test]
fn a_series_means_its_own_numbers_first() {
    check(
        "
-- docs/adr/0001-a.md --
# A

- Status: accepted

ADR 1, ADR 2 and ADR 3.
-- docs/adr/0002-b.md --
# B

- Status: accepted
-- packages/core/docs/adr/0001-c.md --
# C

- Status: accepted

ADR 2 and ADR 3; [b](../../../../docs/adr/0002-b.md) and [[0001-a]].
-- packages/core/docs/adr/0003-d.md --
# D

- Status: accepted
",
        expect![[r#"
            adr-1 adr/0001.html docs/adr/0001-a.md
              ADR 2 → adr-2
              ADR 3 → core-adr-3
              from core-adr-1: ADR 2 and ADR 3; b and [[0001-a]].
            adr-2 adr/0002.html docs/adr/0002-b.md
              from adr-1: ADR 1, ADR 2 and ADR 3.
              from core-adr-1: ADR 2 and ADR 3; b and [[0001-a]].
            core-adr-1 core-adr/0001.html packages/core/docs/adr/0001-c.md
              ADR 2 → adr-2
              ADR 3 → core-adr-3
              [b](../../../../docs/adr/0002-b.md) → adr-2
              [[0001-a]] → adr-1
            core-adr-3 core-adr/0003.html packages/core/docs/adr/0003-d.md
              from adr-1: ADR 1, ADR 2 and ADR 3.
              from core-adr-1: ADR 2 and ADR 3; b and [[0001-a]].
        "#]],
    );
}

#[test]
fn a_root_below_the_top_of_its_repository() {
    let history = History {
        remote: Some("https://gitlab.com/team/sub/log".to_owned()),
        prefix: "docs".to_owned(),
        ..History::default()
    };
    check_with(
        "
-- adr/0001-a.md --
# A

- Status: accepted

[a](/docs/adr/0002-b.md) [b](/adr/0002-b.md) [c](https://gitlab.com/team/sub/log/-/blob/main/docs/adr/0002-b.md)
[d](../../src/main.rs) [e](/src/main.rs) [f](../../../else) [g](0002-c.md)
-- adr/0002-b.md --
# B

- Status: accepted
",
        history,
        expect![[r#"
            adr-1 adr/0001.html adr/0001-a.md
              [a](/docs/adr/0002-b.md) → adr-2
              [b](/adr/0002-b.md) → adr-2
              [c](https://gitlab.com/team/sub/log/-/blob/main/docs/adr/0002-b.md) → adr-2
              [d](../../src/main.rs) → web https://gitlab.com/team/sub/log/-/blob/main/src/main.rs
              [e](/src/main.rs) → web https://gitlab.com/team/sub/log/-/blob/main/src/main.rs
              [f](../../../else) → nowhere
              [g](0002-c.md) → nowhere
              6:42 broken-link: nothing is at `../../../else` (it leads out of the folder that the site is built from: build from the top of the repository)
              6:61 broken-link: nothing is at `0002-c.md` (did you mean `0002-b.md`?)
            adr-2 adr/0002.html adr/0002-b.md
              from adr-1: a b c d e f g
        "#]],
    );
}

#[test]
fn folders_with_sidecars_are_named_by_path() {
    check(
        "
-- keps/sig-net/12-dual/README.md --
# KEP-12: Dual

Because.
-- keps/sig-net/12-dual/kep.yaml --
title: Dual
kep-number: 12
status: implemented
see-also:
  - \"/keps/sig-net/13-other\"
  - /keps/sig-net/13-other/kep.yaml
  - https://example.org/x
replaces:
  - n/a
-- keps/sig-net/13-other/README.md --
# KEP-13: Other

See [dual](../12-dual), [dual](../12-dual/) and [dual](/keps/sig-net/12-dual/README.md).
-- keps/sig-net/13-other/kep.yaml --
title: Other
kep-number: 13
status: implemented
",
        expect![[r#"
            kep-12 kep/12.html keps/sig-net/12-dual/README.md
              relates-to kep-13
              relates-to elsewhere "https://example.org/x" Some("https://example.org/x")
              from kep-13: See dual, dual and dual.
            kep-13 kep/13.html keps/sig-net/13-other/README.md
              [dual](../12-dual) → kep-12
              [dual](../12-dual/) → kep-12
              [dual](/keps/sig-net/12-dual/README.md) → kep-12
              relates-to kep-12 (derived)
        "#]],
    );
}

/// Destinations put together from what makes destinations difficult.
fn destinations() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "../",
        "./",
        "/",
        "docs/adr/",
        "0001-use-rust",
        ".md",
        "#",
        "why-not-c",
        "?raw=1",
        "%2e%2e%2f",
        "%00",
        "%",
        "é",
        "https://github.com/",
        "acme/log/",
        "blob/",
        "main/",
        "raw/",
        "-/blob/",
        "javascript:",
        "C:",
        "//",
        ":",
        "a b",
        "img.png",
        "README",
        "\\",
        "#L1",
        "0123456789abcdef0123456789abcdef01234567/",
        "x.html",
    ]);
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is linked: nothing panics, what is copied is there and stays below `assets/`, and what is
    /// linked on the site exists.
    #[test]
    fn no_destination_leads_astray(all in prop::collection::vec(destinations(), 1..20), prefix in "(docs)?") {
        let mut files = TWO.to_owned();
        for destination in &all {
            writeln!(files, "[x](<{destination}>) ![x](<{destination}>) [[{destination}]]").unwrap();
        }
        files.push_str("-- docs/adr/img.png --\n-- docs/adr/x.html --\n-- docs/README.md --\n# All\n");
        let inputs = inputs(&files);
        let remote = Some("https://github.com/acme/log".to_owned());
        let site = resolve(&inputs, History { remote, prefix, ..History::default() });
        for (output, source) in &site.assets {
            prop_assert!(inputs.files.contains_key(source), "{source}");
            prop_assert!(output.starts_with("assets/") && !output.split('/').any(|part| part == ".." || part.is_empty()));
            prop_assert!(!output.ends_with(".html"), "{output}");
        }
        for entry in &site.entries {
            for target in entry.targets.values() {
                match target {
                    Target::Record(ix, anchor) => {
                        let scan = &site.entries[*ix].record.scan;
                        let known = |id: &String| scan.headings.iter().any(|heading| heading.id == *id);
                        prop_assert!(anchor.as_ref().is_none_or(known));
                    }
                    Target::Asset(path) => prop_assert!(site.assets.contains_key(path)),
                    Target::Web(url) => prop_assert!(!url.to_lowercase().starts_with("javascript"), "{url}"),
                    _ => {}
                }
            }
        }
    }
}
