//! Search natively: what queries find, in which order, and what they say.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use annals::catalog::{Memory, catalog};
use annals::search::answer::{Answer, Found};
use annals::search::index::Index;
use annals::search::{self, rank};
use expect_test::{Expect, expect};
use proptest::prelude::*;

use crate::harness;

/// Searches the files that `-- path --` lines separate in `site`, and compares what is found and said with what is
/// expected: a record a line, the hits of its excerpt between `[` and `]`.
fn check(site: &str, queries: &[&str], expected: Expect) {
    let index = index(&harness::files(site));
    let mut text = String::new();
    for query in queries {
        let answer = index.search(query, 10).unwrap();
        let _ = writeln!(text, "{query}: {}", answer.total);
        answer.messages.iter().for_each(|message| text.push_str(&format!("  ({message})\n")));
        answer.did_you_mean.iter().for_each(|meant| text.push_str(&format!("  (did you mean `{meant}`?)\n")));
        answer.results.iter().for_each(|found| text.push_str(&shown(found)));
    }
    expected.assert_eq(&text);
}

fn shown(found: &Found) -> String {
    let chars: Vec<char> = found.excerpt.text.chars().collect();
    let mut text = String::new();
    let mut at = 0;
    for (start, length) in &found.excerpt.marks {
        text.extend(&chars[at..*start]);
        text.push('[');
        text.extend(&chars[*start..start + length]);
        text.push(']');
        at = start + length;
    }
    text.extend(&chars[at..]);
    let head = found.head.as_ref().map(|head| format!(", now {}", head.id)).unwrap_or_default();
    format!("  {} ({}{head}) #{} {text}\n", found.id, found.status.state, found.anchor)
}

fn index(files: &BTreeMap<String, Vec<u8>>) -> Index {
    let inputs = Arc::new(harness::inputs(files).0);
    let site =
        annals::resolve(Path::new("/there is no such folder"), &inputs, &mut annals::Memory::default());
    Index::new(&catalog(Arc::new(site), &mut Memory::default()), &inputs, &mut Default::default()).unwrap()
}

const LOG: &str = "\
-- adr/0001-own-database.md --
---
status: superseded by ADR-0003
date: 2022-01-10
author: Grace Hopper
tags: [storage]
---
# Run our own database

We run `HTTPServer` and a sub-type of database_pool ourselves.

## Consequences

Backups are ours. Borrowing them is free.
-- adr/0002-quic.md --
---
status: proposed
date: 2023-05-06
author: Alan Turing
tags: [networking, type system]
---
# Use QUIC between regions

Packets get lost. Größe zählt, 決定記録 too.

## Errors

Error handling is explicit; the handling of an error is not.
-- adr/0003-managed.md --
---
status: accepted
date: 2024-02-01
supersedes: ADR-0001
tags: [storage]
---
# Use a managed database

Backups are theirs, as [ADR-0001](0001-own-database.md) had wished: less pager duty. Error handling too.
";

#[test]
fn words_are_found_in_the_forms_and_parts_that_people_use() {
    check(
        LOG,
        &[
            "backup",
            "subtype",
            "http server",
            "database_pool",
            "grosse",
            "zahlen",
            "定記",
            "regio",
            "pager duty",
        ],
        expect![[r#"
            backup: 2
              adr-3 (accepted) # [Backups] are theirs, as ADR-0001 had wished: less pager duty. Error handling too.
              adr-1 (superseded, now adr-3) #consequences [Backups] are ours. Borrowing them is free.
            subtype: 1
              adr-1 (superseded, now adr-3) # We run HTTPServer and a [sub-type] of database_pool ourselves.
            http server: 1
              adr-1 (superseded, now adr-3) # We run [HTTPServer] and a sub-type of database_pool ourselves.
            database_pool: 2
              adr-1 (superseded, now adr-3) # …Server and a sub-type of [database]_[pool] ourselves.
              adr-3 (accepted) # Backups are theirs, as ADR-0001 had wished: less pager duty. Error handling too.
            grosse: 1
              adr-2 (proposed) # Packets get lost. [Größe] zählt, 決定記録 too.
            zahlen: 1
              adr-2 (proposed) # Packets get lost. Größe [zählt], 決定記録 too.
            定記: 1
              adr-2 (proposed) # Packets get lost. Größe zählt, 決[定記]録 too.
            regio: 1
              adr-2 (proposed) # Packets get lost. Größe zählt, 決定記録 too.
            pager duty: 2
              adr-3 (accepted) # …as ADR-0001 had wished: less [pager] [duty]. Error handling too.
              adr-1 (superseded, now adr-3) # We run HTTPServer and a sub-type of database_pool ourselves.
        "#]],
    );
}

#[test]
fn slips_are_forgiven_and_said() {
    check(
        LOG,
        &["databse", "managd backups", "qiuc", "zzz", "errors of handling"],
        expect![[r#"
        databse: 2
          (did you mean `database`?)
          adr-1 (superseded, now adr-3) # …Server and a sub-type of [database]_pool ourselves.
          adr-3 (accepted) # Backups are theirs, as ADR-0001 had wished: less pager duty. Error handling too.
        managd backups: 2
          (did you mean `managed backups`?)
          adr-3 (accepted) # [Backups] are theirs, as ADR-0001 had wished: less pager duty. Error handling too.
          adr-1 (superseded, now adr-3) #consequences [Backups] are ours. Borrowing them is free.
        qiuc: 1
          (did you mean `quic`?)
          adr-2 (proposed) # Packets get lost. Größe zählt, 決定記録 too.
        zzz: 0
          (No record has the word `zzz`.)
        errors of handling: 2
          adr-3 (accepted) # …0001 had wished: less pager duty. [Error] [handling] too.
          adr-2 (proposed) #errors [Error] [handling] is explicit; the [handling] of an [error] is not.
    "#]],
    );
}

#[test]
fn function_words_beside_others_count_nothing() {
    let index = index(&harness::files(LOG));
    let ranked = |query: &str| index.ranked(query).unwrap();
    assert_eq!(ranked("how to run a database"), ranked("run database"));
    assert!(!ranked("is not").is_empty());
}

#[test]
fn an_id_comes_first_and_only_ones_own() {
    check(
        LOG,
        &["2", "#2", "ADR 2", "adr-0002", "ADR2", "RFC 2", "2 database"],
        expect![[r#"
        2: 1
          adr-2 (proposed) # Packets get lost. Größe zählt, 決定記録 too.
        #2: 1
          adr-2 (proposed) # Packets get lost. Größe zählt, 決定記録 too.
        ADR 2: 3
          adr-2 (proposed) # Packets get lost. Größe zählt, 決定記録 too.
          adr-3 (accepted) # Backups are theirs, as [ADR]-0001 had wished: less pager duty. Error handling too.
          adr-1 (superseded, now adr-3) # We run HTTPServer and a sub-type of database_pool ourselves.
        adr-0002: 3
          adr-2 (proposed) # Packets get lost. Größe zählt, 決定記録 too.
          adr-3 (accepted) # Backups are theirs, as [ADR]-0001 had wished: less pager duty. Error handling too.
          adr-1 (superseded, now adr-3) # We run HTTPServer and a sub-type of database_pool ourselves.
        ADR2: 3
          adr-2 (proposed) # Packets get lost. Größe zählt, 決定記録 too.
          adr-3 (accepted) # Backups are theirs, as [ADR]-0001 had wished: less pager duty. Error handling too.
          adr-1 (superseded, now adr-3) # We run HTTPServer and a sub-type of database_pool ourselves.
        RFC 2: 1
          (No record has the word `rfc`.)
          adr-2 (proposed) # Packets get lost. Größe zählt, 決定記録 too.
        2 database: 3
          adr-2 (proposed) # Packets get lost. Größe zählt, 決定記録 too.
          adr-1 (superseded, now adr-3) # …Server and a sub-type of [database_pool] ourselves.
          adr-3 (accepted) # Backups are theirs, as ADR-0001 had wished: less pager duty. Error handling too.
    "#]],
    );
}

#[test]
fn phrases_are_verified_on_the_text() {
    check(
        LOG,
        &[
            "\"error handling\"",
            "\"handling error\"",
            "-\"error handling\" error",
            "\"backups are\" -pager",
            "error -explicit",
        ],
        expect![[r#"
            "error handling": 2
              adr-3 (accepted) # …0001 had wished: less pager duty. [Error] [handling] too.
              adr-2 (proposed) #errors [Error] [handling] is explicit; the [handling] of an [error] is not.
            "handling error": 0
            -"error handling" error: 0
            "backups are" -pager: 0
            error -explicit: 1
              adr-3 (accepted) # …0001 had wished: less pager duty. [Error] handling too.
        "#]],
    );
}

#[test]
fn filters_are_the_same_as_values() {
    check(
        LOG,
        &[
            "status:accepted",
            "status:Proposed status:accepted",
            "tag:storage -is:retired",
            "tag:\"type system\" quic",
            "author:\"grace hopper\"",
            "in:adr after:2022 before:2024-02",
            "year:2023",
            "supersedes:1",
            "references:ADR-1",
            "is:open database",
        ],
        expect![[r#"
            status:accepted: 1
              adr-3 (accepted) # Backups are theirs, as ADR-0001 had wished: less pager duty. Error handling too.
            status:Proposed status:accepted: 2
              adr-3 (accepted) # Backups are theirs, as ADR-0001 had wished: less pager duty. Error handling too.
              adr-2 (proposed) # Packets get lost. Größe zählt, 決定記録 too.
            tag:storage -is:retired: 1
              adr-3 (accepted) # Backups are theirs, as ADR-0001 had wished: less pager duty. Error handling too.
            tag:"type system" quic: 1
              adr-2 (proposed) # Packets get lost. Größe zählt, 決定記録 too.
            author:"grace hopper": 1
              adr-1 (superseded, now adr-3) # We run HTTPServer and a sub-type of database_pool ourselves.
            in:adr after:2022 before:2024-02: 1
              adr-2 (proposed) # Packets get lost. Größe zählt, 決定記録 too.
            year:2023: 1
              adr-2 (proposed) # Packets get lost. Größe zählt, 決定記録 too.
            supersedes:1: 1
              adr-3 (accepted) # Backups are theirs, as ADR-0001 had wished: less pager duty. Error handling too.
            references:ADR-1: 1
              adr-3 (accepted) # Backups are theirs, as ADR-0001 had wished: less pager duty. Error handling too.
            is:open database: 0
              (Without the filters 2 records match.)
        "#]],
    );
}

#[test]
fn what_is_not_known_is_said() {
    check(
        LOG,
        &["status:acepted", "athor:grace", "after:soon", "references:99", "std::io", ""],
        expect![[r#"
            status:acepted: 0
              (There is no status `acepted`; it was searched as text. Did you mean `accepted`?)
              (No record has the word `acepted`.)
            athor:grace: 1
              (There is no filter `athor:`; it was searched as text. Did you mean `author:`?)
              (No record has the word `athor`.)
              adr-1 (superseded, now adr-3) # We run HTTPServer and a sub-type of database_pool ourselves.
            after:soon: 0
              (`soon` is no year, month or day such as 2024, 2024-03 or 2024-03-31; it was searched as text.)
              (No record has the word `soon`.)
            references:99: 0
              (There is no record `99`; it was searched as text.)
              (No record has the word `99`.)
            std::io: 0
              (No record has the word `std`.)
              (No record has the word `io`.)
            : 0
        "#]],
    );
}

#[test]
fn an_answer_says_how_many_have_all_words() {
    let index = index(&harness::files(LOG));
    let counts = |query: &str| {
        let Answer { total, with_all_words, .. } = index.search(query, 1).unwrap();
        format!("{query}: {with_all_words} of {total}")
    };
    let queries = [
        "database",
        "database error",
        "managed zzz",
        "\"error handling\" theirs",
        "ADR 2",
        "RFC 2",
        "is:open",
    ];
    expect![[r#"
        database: 2 of 2
        database error: 1 of 3
        managed zzz: 0 of 1
        "error handling" theirs: 1 of 2
        ADR 2: 1 of 3
        RFC 2: 0 of 1
        is:open: 1 of 1"#]]
    .assert_eq(&queries.map(counts).join("\n"));
}

#[test]
fn facets_count_the_whole_result() {
    let index = index(&harness::files(LOG));
    let Answer { facets, results, total, .. } = index.search("database backups error", 1).unwrap();
    let count = |of: &[annals::search::answer::FacetValue]| {
        of.iter().map(|value| format!("{}={}", value.label, value.count)).collect::<Vec<_>>().join(" ")
    };
    assert_eq!((results.len(), total), (1, 3));
    let all =
        [&facets.state, &facets.collection, &facets.tag, &facets.author, &facets.year].map(|of| count(of));
    expect![[r#"
        accepted=1 proposed=1 superseded=1
        ADRs=3
        storage=2 networking=1 type system=1
        Alan Turing=1 Grace Hopper=1
        2024=1 2023=1 2022=1"#]]
    .assert_eq(&all.join("\n"));
}

#[test]
fn each_collection_has_its_language() {
    let site = "\
-- annals.toml --
[collections.adr]
path = \"adr\"
language = \"de\"
[collections.rfc]
path = \"rfc\"
-- adr/0001-x.md --
# Häuser

Entscheidungen über Häuser und Information.
-- rfc/0001-y.md --
# Houses

Decisions of houses and information.
";
    check(
        site,
        &["haus", "Entscheidung", "house", "informations", "decision"],
        expect![[r#"
        haus: 1
          adr-1 (unknown) # Entscheidungen über [Häuser] und Information.
        Entscheidung: 1
          adr-1 (unknown) # [Entscheidungen] über Häuser und Information.
        house: 1
          rfc-1 (unknown) # Decisions of [houses] and information.
        informations: 2
          rfc-1 (unknown) # Decisions of houses and [information].
          adr-1 (unknown) # Entscheidungen über Häuser und [Information].
        decision: 1
          rfc-1 (unknown) # [Decisions] of houses and information.
    "#]],
    );
}

#[test]
fn a_query_is_cut_with_a_word() {
    let index = index(&harness::files(LOG));
    let long = index.search(&"database ".repeat(40), 1).unwrap();
    assert_eq!(long.messages, [format!("Only the first {} words were searched.", rank::LIMITS.words)]);
    let longer = index.search(&"x".repeat(5000), 1).unwrap();
    assert!(
        longer.messages[0].starts_with("The query was cut after 1000 characters"),
        "{:?}",
        longer.messages
    );
}

#[test]
fn equal_sites_have_equal_files_and_other_names_for_other_content() {
    let files = |site: &str| {
        let inputs = Arc::new(harness::inputs(&harness::files(site)).0);
        let site =
            annals::resolve(Path::new("/there is no such folder"), &inputs, &mut annals::Memory::default());
        search::files(&catalog(Arc::new(site), &mut Memory::default()), &inputs).unwrap()
    };
    let before = files(LOG);
    assert_eq!(before, files(LOG));
    let after = files(&LOG.replace("pager duty", "pager calls"));
    for (path, bytes) in &after {
        let fixed = ["search/root.bin", "search/inline.js"].contains(&path.as_str());
        assert!(fixed || before.get(path).is_none_or(|other| other == bytes), "{path}");
    }
    let none = files(&format!("-- annals.toml --\n[site]\nsearch = false\n{LOG}"));
    assert!(none.is_empty());
    assert!(files("-- empty.txt --\n").contains_key("search/root.bin"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_record_and_any_query_have_an_answer(
        title in any::<String>(),
        body in any::<String>(),
        query in prop_oneof![any::<String>(), "([a-z]{1,9}:?[\"-]? ?){1,6}", "(status|tag|is|year|references):\"?[a-zA-Z0-9]{0,5}\"?"],
    ) {
        let files = BTreeMap::from([
            ("adr/0001-x.md".to_owned(), format!("# {title}\n\n{body}\n").into_bytes()),
            ("adr/0002-y.md".to_owned(), format!("# Two\n\n{query} ADR-1\n").into_bytes()),
        ]);
        let index = index(&files);
        let answer = index.search(&query, 10).unwrap();
        prop_assert!(answer.results.len() <= answer.total);
        for found in &answer.results {
            let length = found.excerpt.text.chars().count();
            prop_assert!(length <= 402);
            let mut last = 0;
            for (start, marked) in &found.excerpt.marks {
                prop_assert!(*start >= last && start + marked <= length);
                last = start + marked;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn what_is_made_from_what_is_remembered_is_what_is_made_anew(
        saves in prop::collection::vec(
            prop::collection::vec((1..30_u8, prop::option::of("(café |Häuser |cited |ADR 7 |ADR 12 |tests? |[a-c]{3} |\n## ){0,8}")), 1..4),
            1..12,
        ),
    ) {
        let path = |number: u8| format!("adr/{number:04}-x.md");
        let text = |body: &str| format!("# Choose\n\nStatus: accepted\n\n{body}\n").into_bytes();
        let mut log: BTreeMap<String, Vec<u8>> = (1..24).map(|number| (path(number), text("Tested houses."))).collect();
        log.insert("annals.toml".to_owned(), b"[[collection]]\npath = \"adr\"\nlanguage = \"de\"\n".to_vec());
        let (mut records, mut search) = (annals::Memory::default(), search::Memory::default());
        // A base of everything, then saves of a few records each.
        for save in std::iter::once(&Vec::new()).chain(&saves) {
            for (number, body) in save {
                match body {
                    Some(body) => drop(log.insert(path(*number), text(body))),
                    None => drop(log.remove(&path(*number))),
                }
            }
            let inputs = Arc::new(harness::inputs(&log).0);
            let root = Path::new("/there is no such folder");
            let made = |records: &mut annals::Memory, memory: &mut search::Memory| {
                let site = annals::resolve(root, &inputs, records);
                let index = Index::new(&catalog(Arc::new(site), &mut Memory::default()), &inputs, memory).unwrap();
                let ranked = ["test", "haus cited", "caf", "\"tested houses\"", "-test adr"].map(|query| index.ranked(query).unwrap());
                (ranked, search::files_of(&index, memory).unwrap())
            };
            let remembered = made(&mut records, &mut search);
            let anew = made(&mut annals::Memory::default(), &mut search::Memory::default());
            prop_assert!(remembered == anew, "{save:?}");
        }
    }
}

#[test]
fn a_language_without_stems_is_said() {
    let built = harness::build(&harness::files(
        "-- annals.toml --\n[site]\nlanguage = \"tlh\"\nbase-url = \"https://x.org\"\n-- adr/0001-x.md --\n# One\n\nStatus: accepted\n",
    ));
    expect![[r#"
        annals.toml:0:0: note[no-stemmer]: the search knows no stems of the language `tlh`: it finds words as they are written
          help: there are stems for ar, da, de, el, en, es, fi, fr, hu, it, nl, no, pt, ro, ru, sv, ta, tr
    "#]].assert_eq(&built.diagnostics());
}
