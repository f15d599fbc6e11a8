//! Conventions of the tools people come from, and of the repositories that have none: what is read out of
//! each. One record per case, in memory.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use annals::collection::Collection;
use annals::config::{CollectionConfig, DateOrder};
use annals::record::{self, OriginKind, Record, State};
use annals::source::SourceText;
use expect_test::{Expect, expect};
use proptest::prelude::*;

fn collection(prefix: Option<&str>, config: CollectionConfig) -> Collection {
    Collection {
        key: "adr".to_owned(),
        title: "ADRs".to_owned(),
        prefix: prefix.map(str::to_owned),
        lettered: false,
        path: "adr".to_owned(),
        default_state: None,
        config,
        found: true,
        named_by_folder: BTreeSet::new(),
        members: Vec::new(),
    }
}

fn parse(path: &str, text: &str) -> Record {
    record::parse(&SourceText::new(path, text), None, &collection(Some("ADR"), CollectionConfig::default()))
}

/// What was read, one fact per line.
fn shown(record: &Record) -> String {
    let mut out = String::new();
    let number = record.number.as_ref().map_or("–", |number| number.value.as_str());
    let _ = writeln!(out, "{number} {:?} ({:?})", record.title.value, record.title.from.kind);
    let status = &record.status;
    let note = status.note.as_deref().map_or(String::new(), |note| format!(" | {note}"));
    let inferred = if status.inferred { ", inferred" } else { "" };
    let _ = writeln!(out, "{} {:?}{note} ({:?}{inferred})", status.state, status.label, status.from.kind);
    let dates = &record.dates;
    let named = [
        ("created", &dates.created),
        ("updated", &dates.updated),
        ("decided", &dates.decided),
        ("comment by", &dates.comment_by),
        ("review by", &dates.review_by),
    ];
    for (name, date) in named {
        if let Some(date) = date {
            let _ = writeln!(out, "{name} {} ({:?} {:?})", date.value, date.from.kind, date.from.line);
        }
    }
    for (name, date) in &dates.other {
        let _ = writeln!(out, "{name} {}", date.value);
    }
    for (role, people) in &record.people {
        let people = people.iter().map(|person| {
            let parts =
                [&person.name, &person.handle.as_ref().map(|handle| format!("@{handle}")), &person.mail];
            parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(" ")
        });
        let _ = writeln!(out, "{role:?}: {}", people.collect::<Vec<_>>().join("; "));
    }
    for (facet, words) in &record.tags {
        let _ = writeln!(out, "{facet}: {}", words.join(", "));
    }
    for relation in &record.relations {
        let _ = writeln!(out, "{} {}", relation.kind, relation.target);
    }
    for (name, links) in [
        ("discussion", &record.discussion),
        ("tracking", &record.tracking),
        ("implementation", &record.implementation),
    ] {
        for link in links {
            let _ = writeln!(out, "{name} {} {}", link.label, link.url.as_deref().unwrap_or("–"));
        }
    }
    for event in &record.events {
        let _ = writeln!(out, "event {} {:?} {}", event.date, event.to.map(State::name), event.label);
    }
    for choice in &record.options {
        let _ = writeln!(
            out,
            "option {:?} chosen {} {:?} {:?}",
            choice.name, choice.chosen, choice.good, choice.bad
        );
    }
    for trigger in &record.revisit {
        let _ = writeln!(out, "revisit {trigger}");
    }
    for (key, value) in &record.extra {
        let _ = writeln!(out, "extra {key} = {value}");
    }
    for found in &record.diagnostics {
        let _ =
            writeln!(out, "{}:{} {}: {}", found.place.line, found.place.column, found.code, found.message);
    }
    out
}

fn check(path: &str, text: &str, expected: Expect) {
    let read = shown(&parse(path, text));
    expected.assert_eq(&read);
    // The same with Windows line ends and a byte order mark says the same, at the same places.
    assert_eq!(shown(&parse(path, &format!("\u{feff}{}", text.replace('\n', "\r\n")))), read);
}

#[test]
fn adr_tools() {
    check(
        "doc/adr/0012-use-postgresql.md",
        "# 12. Use PostgreSQL\n\nDate: 12/02/2016\n\n## Status\n\nSuperceded by [31. Use Riak](0031-use-riak.md)\n\nAmends [3. X](0003-x.md)\n\n## Context\n\nProse.\n",
        expect![[r#"
            0012 "Use PostgreSQL" (Heading)
            superseded "Superceded" | by 31. Use Riak (Section)
            created 2016-02-12 (Line Some(3))
            superseded-by 0031-use-riak.md
            amends 0003-x.md
            3:7 ambiguous-date: `12/02/2016` is read as 2016-02-12, but day and month could be swapped
        "#]],
    );
}

#[test]
fn adrs_next_generation() {
    check(
        "doc/adr/0002-use-rust.md",
        "---\nnumber: 2\ntitle: Use Rust\ndate: 2024-01-15\nstatus: accepted\nlinks:\n  - target: 1\n    kind: supersedes\n  - target: 3\n    kind: relatesto\n    description: x\ndecision-makers:\n  - Ada\ntags: [lang]\n---\n\n# Use Rust\n",
        expect![[r#"
            0002 "Use Rust" (FrontMatter)
            accepted "accepted" (FrontMatter)
            created 2024-01-15 (FrontMatter Some(4))
            Decider: Ada
            tags: lang
            supersedes 1
            relates-to 3
        "#]],
    );
}

#[test]
fn log4brains() {
    check(
        "docs/adr/20201028-use-lunr.md",
        "# Use Lunr\n\n- Status: superseded by [20201029-x](20201029-x.md)\n- Deciders: Ada, Grace\n- Date: 2020-10-26\n- Tags: dev, frontend\n\nTechnical Story: #12\n\n## Links\n\n- Supersedes [20200101-first](20200101-first.md)\n- Refined by [xxx](20201030-x.md)\n- [Elsewhere](https://example.org)\n",
        expect![[r#"
            – "Use Lunr" (Heading)
            superseded "superseded" | by 20201029-x (Bullet)
            created 2020-10-26 (Bullet Some(5))
            Decider: Ada; Grace
            tags: dev, frontend
            superseded-by 20201029-x.md
            supersedes 20200101-first.md
            refined-by 20201030-x.md
            tracking #12 –
        "#]],
    );
}

#[test]
fn madr_2() {
    check(
        "docs/adr/0001-use-madr.md",
        "# Use MADR\n\n* Status: accepted\n* Deciders: Ada, Grace\n* Date: 2019-01-02\n\nTechnical Story: [#1](https://example.org/1)\n\n## Considered Options\n\n* MADR\n* Formless\n\n## Decision Outcome\n\nChosen option: \"MADR\", because it is lean.\n\n## Pros and Cons of the Options\n\n### MADR\n\n* Good, because lean\n* Bad, because new\n",
        expect![[r#"
            0001 "Use MADR" (Heading)
            accepted "accepted" (Bullet)
            created 2019-01-02 (Bullet Some(5))
            Decider: Ada; Grace
            tracking #1 https://example.org/1
            option "MADR" chosen true ["lean"] ["new"]
            option "Formless" chosen false [] []
        "#]],
    );
}

#[test]
fn madr_4() {
    check(
        "docs/decisions/0005-use-dashes.md",
        "---\nstatus: \"superseded by ADR-0123\"\ndate: 2024-05-06\ndecision-makers: Ada, Grace\nconsulted:\ninformed: N/A\n---\n<!-- markdownlint-disable -->\n# Use Dashes\n",
        expect![[r#"
            0005 "Use Dashes" (Heading)
            superseded "superseded" | by ADR-0123 (FrontMatter)
            created 2024-05-06 (FrontMatter Some(3))
            Decider: Ada; Grace
            superseded-by ADR-0123
        "#]],
    );
    check(
        "docs/decisions/0006-x.md",
        "---\nstatus: {proposed | rejected | accepted | deprecated | superseded by [ADR-0005](0005-example.md)}\ndate: {YYYY-MM-DD when the decision was last updated}\ndeciders: {list everyone involved in the decision}\n---\n# {short title of solved problem and solution}\n",
        expect![[r#"
            0006 "{short title of solved problem and solution}" (Heading)
            unknown "" (FrontMatter)
            2:9 template-text-left: `{proposed | rejected | accepted | deprecated | superseded by [ADR-0005](0005-exa` is the template's text
            2:70 invalid-front-matter: front matter is not valid: while parsing a flow mapping, did not find expected ',' or '}'
            3:7 template-text-left: `{YYYY-MM-DD when the decision was last updated}` is the template's text
            6:3 template-text-left: `{short title of solved problem and solution}` is the template's text
        "#]],
    );
    check(
        "docs/decisions/0007-x.md",
        "---\nstatus: {accepted}\ndate: { 2023-11-21 }\n---\n# X\n",
        expect![[r#"
        0007 "X" (Heading)
        accepted "accepted" (FrontMatter)
        created 2023-11-21 (FrontMatter Some(3))
    "#]],
    );
}

#[test]
fn eip() {
    check(
        "EIPS/eip-1234.md",
        "---\neip: 1234\ntitle: A thing\ndescription: It does a thing\nauthor: Ada L (@ada), Grace H <grace@example.org>\ndiscussions-to: https://example.org/t/1\nstatus: Last Call\nlast-call-deadline: 2021-03-04\ntype: Standards Track\ncategory: Core\ncreated: 2020-01-02\nrequires: 20, 2718\n---\n\n## Abstract\n",
        expect![[r#"
            1234 "A thing" (FrontMatter)
            proposed "Last Call" (FrontMatter)
            created 2020-01-02 (FrontMatter Some(11))
            comment by 2021-03-04 (FrontMatter Some(8))
            Author: Ada L @ada; Grace H grace@example.org
            category: Core
            type: Standards Track
            requires 20
            requires 2718
            discussion https://example.org/t/1 https://example.org/t/1
        "#]],
    );
    check(
        "EIPS/eip-1046.md",
        "---\neip: 1046\ncategory: ERC\nstatus: Moved\n---\n\nThis file was moved to https://example.org/erc-1046.md\n",
        expect![[r#"
            1046 "EIP-1046" (FileName)
            moved "Moved" (FrontMatter)
            category: ERC
        "#]],
    );
}

#[test]
fn rust_rfc() {
    check(
        "text/1201-naked-fns.md",
        "- Feature Name: `naked_fns`\n- Start Date: (2015-07-10)\n- RFC PR #: [rust-lang/rfcs#1201](https://example.org/1201)\n- Rust Issue #: N/A\n\n## Summary\n\nAdd it.\n",
        expect![[r#"
            1201 "naked fns" (FileName)
            unknown "" (Convention)
            created 2015-07-10 (Bullet Some(2))
            discussion rust-lang/rfcs#1201 https://example.org/1201
            extra Feature Name = naked_fns
            0:0 missing-status: no status is stated
        "#]],
    );
    check(
        "text/2071-alias.md",
        "Moved to [2071-other.md](2071-other.md).\n",
        expect![[r#"
        2071 "alias" (FileName)
        moved "Moved" (Text, inferred)
    "#]],
    );
}

#[test]
fn swift_evolution() {
    check(
        "proposals/0413-typed-throws.md",
        "# Typed `throws`\n\n* Proposal: [SE-0413](0413-typed-throws.md)\n* Authors: [Ada](https://github.com/ada), [Grace](https://github.com/grace)\n* Review Manager: TBD\n* Status: **Implemented (Swift 6.0)**\n* Superseded by: [SE-0420](0420-x.md)\n* Implementation: [a#1](https://example.org/1),\n  [a#2](https://example.org/2)\n\n## Introduction\n",
        expect![[r#"
            0413 "Typed throws" (Heading)
            implemented "Implemented" | Swift 6.0 (Bullet)
            Author: Ada @ada; Grace @grace
            superseded-by 0420-x.md
            implementation a#1 https://example.org/1
            implementation a#2 https://example.org/2
        "#]],
    );
    check(
        "proposals/0420-x.md",
        "# X\n\n* Proposal: [SE-0420](0420-x.md)\n* Status: **Active review (July 17 - July 31, 2026)**\n* Decision Notes:\n  [one](https://example.org/1),\n  [two](https://example.org/2)\n",
        expect![[r#"
            0420 "X" (Heading)
            proposed "Active review" | July 17 - July 31, 2026 (Bullet)
            extra Decision Notes = one, two
        "#]],
    );
}

#[test]
fn oxide_rfd() {
    check(
        "rfd/0123/README.md",
        "---\nauthors: Ada <ada@example.org>; Grace\nstate: discussion\ndiscussion: https://example.org/1\nlabels: a, b\n---\n\n# RFD 123 A title\n",
        expect![[r#"
            0123 "A title" (Heading)
            proposed "discussion" (FrontMatter)
            Author: Ada ada@example.org; Grace
            tags: a, b
            discussion https://example.org/1 https://example.org/1
        "#]],
    );
    check(
        "rfd/0124/README.md",
        ":state: ideation\n:authors: Ada\n\n# RFD 124 B title\n",
        expect![[r#"
        0124 "B title" (Heading)
        draft "ideation" (Line)
        Author: Ada
    "#]],
    );
}

#[test]
fn pyadr_and_phodal() {
    check(
        "docs/adr/XXXX-title-here.md",
        "# Title here\n\n* Status: proposed\n* Date: 2020-01-02\n",
        expect![[r#"
            – "Title here" (Heading)
            proposed "proposed" (Bullet)
            created 2020-01-02 (Bullet Some(4))
        "#]],
    );
    check(
        "docs/adr/0003-biaoti.md",
        "# 3. 标题\n\n日期: 2017/11/22\n\n## 状态\n\n2017-11-22 提议\n2017-12-01 已通过\n\n## 背景\n",
        expect![[r#"
            0003 "标题" (Heading)
            accepted "已通过" (Section)
            created 2017-11-22 (Line Some(3))
            event 2017-11-22 Some("proposed") 提议
            event 2017-12-01 Some("accepted") 已通过
        "#]],
    );
}

#[test]
fn adrkit() {
    check(
        "docs/adr/0042-x.md",
        "---\nid: \"0042\"\ntitle: X\nstatus: superseded\ndate: 2026-01-02\nsupersedes: [\"0003\"]\nsupersededBy: \"0050\"\nrelatesTo: [7]\nconflictsWith: []\ndeciders: [\"@ada\", \"team:core\", \"g@example.org\"]\nreviewBy: 2027-08-09\nscope: api\n---\n",
        expect![[r#"
            0042 "X" (FrontMatter)
            superseded "superseded" (FrontMatter)
            created 2026-01-02 (FrontMatter Some(5))
            review by 2027-08-09 (FrontMatter Some(11))
            Decider: @ada; team:core; g@example.org
            area: api
            supersedes 0003
            superseded-by 0050
            relates-to 7
        "#]],
    );
}

#[test]
fn headers_with_a_heading_of_their_own() {
    check(
        "text/0016-use-mail.md",
        "# Meta\n[meta]: #meta\n- Name: Use mail more\n- Start Date: 2022-03-04\n- Author(s): [ada](https://github.com/ada)\n- Status: Approved\n- RFC Pull Request: https://example.org/1\n- Supersedes: (put \"N/A\" unless this replaces an existing RFC, then link to that RFC)\n\n# Summary\n\nProse. Owner: nobody.\n",
        expect![[r#"
            0016 "Use mail more" (Bullet)
            accepted "Approved" (Bullet)
            created 2022-03-04 (Bullet Some(4))
            Author: ada @ada
            discussion https://example.org/1 https://example.org/1
            extra Name = Use mail more
        "#]],
    );
    check(
        "text/0017-x.md",
        "# A title\n\nA sentence of introduction.\n\n## Preamble\n\n| Field | Value |\n|---|---|\n| Number | 17 |\n| Author | Ada |\n| Status | Draft |\n\n## Abstract\n\n| Status | x |\n|--|--|\n| a | b |\n",
        expect![[r#"
            0017 "A title" (Heading)
            draft "Draft" (Table)
            Author: Ada
        "#]],
    );
    check(
        "text/0018-x.md",
        "# ADR-0018: A title\n\n## Preamble\n\n```text\nADR:18\nTitle: Another title\nAuthors: Ada, Grace\nStatus: Final\nCreated: 2020-07-06\n```\n\n## Summary\n",
        expect![[r#"
            0018 "Another title" (Line)
            implemented "Final" (Line)
            created 2020-07-06 (Line Some(10))
            Author: Ada; Grace
        "#]],
    );
}

#[test]
fn underlined_titles() {
    check(
        "0007-retries.md",
        "ADR 7: Client retries\n----\n* Author(s): Ada\n* Status: {Draft, In Review, Ready for Implementation, Implemented}\n* Last updated: 2017-09-11\n\nTable of Contents\n-----------------\n\n* [Abstract](#abstract)\n\nAbstract\n--------\n\nProse.\n",
        expect![[r#"
            0007 "Client retries" (Heading)
            unknown "" (Bullet)
            updated 2017-09-11 (Bullet Some(5))
            Author: Ada
            4:11 template-text-left: `{Draft, In Review, Ready for Implementation, Implemented}` is the template's text
        "#]],
    );
}

#[test]
fn a_letter_that_belongs_to_the_number() {
    let grpc = Collection { lettered: true, ..collection(None, CollectionConfig::default()) };
    let text = "A6: Client retries\n----\n* Author(s): Ada\n* Status: Final\n\nAbstract\n--------\n";
    expect![[r#"
        A6 "Client retries" (Heading)
        implemented "Final" (Bullet)
        Author: Ada
    "#]]
    .assert_eq(&shown(&record::parse(&SourceText::new("A6-retries.md", text), None, &grpc)));
}

#[test]
fn fences_around_bullets() {
    check(
        "adr/0001-x.md",
        "---\n- Status: accepted\n- Date: 2020-01-02\n- Deciders: Ada\n---\n# X\n",
        expect![[r#"
            0001 "X" (Heading)
            accepted "accepted" (Bullet)
            created 2020-01-02 (Bullet Some(3))
            Decider: Ada
        "#]],
    );
    check(
        "adr/0002-x.md",
        "---\n* **Status:** rejected\n* **Date:** 2020-01-02\n---\n# X\n",
        expect![[r#"
            0002 "X" (Heading)
            rejected "rejected" (Bullet)
            created 2020-01-02 (Bullet Some(3))
        "#]],
    );
    check(
        "adr/0003-x.md",
        "# X\n\n---\n\n- Status: accepted\n- Date: 2020-01-02\n\n---\n\nProse.\n",
        expect![[r#"
            0003 "X" (Heading)
            accepted "accepted" (Bullet)
            created 2020-01-02 (Bullet Some(6))
        "#]],
    );
}

#[test]
fn a_generators_date_is_not_the_records() {
    check(
        "adr/0001-x.md",
        "---\nlayout: page\ntitle: X\ndate: 2024-05-06\nnav_order: 3\n---\n# X\n\n- Status: accepted\n- Date: 2019-01-02\n",
        expect![[r#"
            0001 "X" (FrontMatter)
            accepted "accepted" (Bullet)
            created 2019-01-02 (Bullet Some(10))
            extra layout = page
            extra nav_order = 3
        "#]],
    );
    check(
        "adr/0002-x.md",
        "---\ntitle: X\nstatus: accepted\ndate: 2019-01-02\n---\n# X\n\nDate: 2024-05-06\n",
        expect![[r#"
            0002 "X" (FrontMatter)
            accepted "accepted" (FrontMatter)
            created 2019-01-02 (FrontMatter Some(4))
        "#]],
    );
}

#[test]
fn dates_that_cannot_be_in_this_order() {
    check(
        "adr/0001-x.md",
        "---\nstatus: accepted\ncreated: 2024-03-02\nupdated: 2024-02-02\ndecided: 2024-01-02\nreview-by: 2023-01-01\n---\n# X\n",
        expect![[r#"
            0001 "X" (Heading)
            accepted "accepted" (FrontMatter)
            created 2024-03-02 (FrontMatter Some(3))
            updated 2024-02-02 (FrontMatter Some(4))
            decided 2024-01-02 (FrontMatter Some(5))
            review by 2023-01-01 (FrontMatter Some(6))
            4:10 date-order: `updated` is 2024-02-02, before `created`, which is 2024-03-02
            5:10 date-order: `decided` is 2024-01-02, before `created`, which is 2024-03-02
            6:12 date-order: `review-by` is 2023-01-01, before `created`, which is 2024-03-02
        "#]],
    );
    check(
        "adr/0002-x.md",
        "# X\n\n* Status: accepted\n* Date: 2024-03-02\n* Last updated: 2024-03-02\n* Review by: 2025-03-02\n",
        expect![[r#"
            0002 "X" (Heading)
            accepted "accepted" (Bullet)
            created 2024-03-02 (Bullet Some(4))
            updated 2024-03-02 (Bullet Some(5))
            review by 2025-03-02 (Bullet Some(6))
        "#]],
    );
}

#[test]
fn what_is_struck_through_is_not_said() {
    check(
        "adr/0001-x.md",
        "# X\n\n## Status\n\n~~Proposed~~\n\n~~Amends [1](0001-a.md)~~\n\n~~Accepted~~ Superseded by [2](0002-y.md)\n",
        expect![[r#"
            0001 "X" (Heading)
            superseded "Superseded" | by 2 (Section)
            superseded-by 0002-y.md
        "#]],
    );
    check(
        "adr/0002-x.md",
        "# X\n\n* Status: ~~Proposed~~ **Accepted**\n* Date: 2024-01-02\n",
        expect![[r#"
            0002 "X" (Heading)
            accepted "Accepted" (Bullet)
            created 2024-01-02 (Bullet Some(4))
        "#]],
    );
}

#[test]
fn a_status_that_says_when() {
    check(
        "adr/0001-x.md",
        "# X\n\n* Status: Accepted on 2024-01-02\n* Date: 2024-01-01\n",
        expect![[r#"
        0001 "X" (Heading)
        accepted "Accepted" | on 2024-01-02 (Bullet)
        created 2024-01-01 (Bullet Some(4))
        decided 2024-01-02 (Bullet Some(3))
    "#]],
    );
    check(
        "adr/0002-x.md",
        "# X\n\n## Status\n\nRejected (2 January 2024)\n",
        expect![[r#"
        0002 "X" (Heading)
        rejected "Rejected" | 2 January 2024 (Section)
        decided 2024-01-02 (Section Some(5))
    "#]],
    );
    check(
        "adr/0003-x.md",
        "# X\n\n## Status\n\nAccepted (2024-01-02 with changes)\n",
        expect![[r#"
        0003 "X" (Heading)
        accepted "Accepted" | 2024-01-02 with changes (Section)
        event 2024-01-02 None with changes
    "#]],
    );
}

#[test]
fn slips_of_the_pen() {
    check(
        "adr/0001-x.md",
        "---\nstatsu: accepted\nauhtor: Ada\ndate: 2024-01-02\nupdate: 12\nupdated: 2024-01-03\nnote: x\n---\n# X\n",
        expect![[r#"
            0001 "X" (Heading)
            unknown "" (Convention)
            created 2024-01-02 (FrontMatter Some(4))
            updated 2024-01-03 (FrontMatter Some(6))
            extra statsu = accepted
            extra auhtor = Ada
            extra update = 12
            extra note = x
            0:0 missing-status: no status is stated
            2:1 unknown-key: `statsu` is not a known key
            3:1 unknown-key: `auhtor` is not a known key
        "#]],
    );
    check(
        "adr/0002-x.md",
        "# X\n\n- Status: accepted\n- Supersedees: 1\n- Authority: board\n\n## History\n\n- 2024-02-30: proposed\n- 2024-03-05: Accepted, with changes\n",
        expect![[r#"
            0002 "X" (Heading)
            accepted "accepted" (Bullet)
            event 2024-03-05 Some("accepted") Accepted, with changes
            extra Supersedees = 1
            extra Authority = board
            4:3 unknown-key: `Supersedees` is not a known key
            9:3 bad-date: `2024-02-30` under `history` is no day of the calendar
        "#]],
    );
}

#[test]
fn tables_and_bold_lines() {
    check(
        "adr/ADR-012-x.md",
        "# ADR-012: Use X\n\n| Field | Value |\n|---|---|\n| **Status** | ✅ Accepted |\n| Date | 10 October 2023 |\n| Owner | Ada |\n| Superseded-By | N/A |\n",
        expect![[r#"
            012 "Use X" (Heading)
            accepted "Accepted" (Table)
            created 2023-10-10 (Table Some(6))
            Author: Ada
        "#]],
    );
    check(
        "adr/0013-x.md",
        "# X\n\n| Status | Created (yyyy-mm-dd) | Author |\n|--|--|--|\n| Rejected (In favor of 12) | 2020-01-02 | Ada |\n",
        expect![[r#"
            0013 "X" (Heading)
            rejected "Rejected" | In favor of 12 (Table)
            created 2020-01-02 (Table Some(3))
            Author: Ada
        "#]],
    );
    check(
        "adr/0014-x.md",
        "# X\n\n**Status:** Accepted | **Date:** 2024-01-02 | **Author(s):** Ada & Grace\n",
        expect![[r#"
        0014 "X" (Heading)
        accepted "Accepted" (Line)
        created 2024-01-02 (Line Some(3))
        Author: Ada; Grace
    "#]],
    );
    check(
        "adr/0015-x.md",
        "# X\n\n**Status**: In Review  \n**Last update**: 2024-01-03  \n\nProse.\n",
        expect![[r#"
        0015 "X" (Heading)
        proposed "In Review" (Line)
        updated 2024-01-03 (Line Some(4))
    "#]],
    );
}

#[test]
fn headers_in_html_and_badges() {
    check(
        "adr/0016-x.md",
        "# ADR 16 - Use X\n\n<table>\n<tr><td> Status </td><td> Accepted </td>\n<tr><td> Author(s) </td><td> Ada &lt;ada@example.org&gt;<br>Grace</td></tr>\n<tr><td> Created </td><td> April 30, 2024</td></tr>\n</table>\n\n## Abstract\n",
        expect![[r#"
            0016 "Use X" (Heading)
            accepted "Accepted" (Table)
            created 2024-04-30 (Table Some(6))
            Author: Ada ada@example.org; Grace
        "#]],
    );
    check(
        "adr/0017-x.md",
        "# Use X\n\n## In every region\n\n![status: stable](stable.svg)\n",
        expect![[r#"
            0017 "Use X" (Heading)
            implemented "stable" (Line)
        "#]],
    );
    check(
        "adr/0018-x.md",
        "# Use X\n\n[![CI](https://example.org/ci.svg)](https://example.org) ![](https://img.shields.io/badge/Status-In_Review-blue)\n",
        expect![[r#"
            0018 "Use X" (Heading)
            proposed "In Review" (Line)
        "#]],
    );
}

#[test]
fn keys_on_a_line_of_their_own() {
    check(
        "adr/0019-x.md",
        "# Use X\n\n**Status**\n\nAccepted\n\n**Deciders**\n- Ada\n- Grace\n\n**Context**\n\nIt is slow.\n",
        expect![[r#"
            0019 "Use X" (Heading)
            accepted "Accepted" (Line)
            Decider: Ada; Grace
        "#]],
    );
}

#[test]
fn titles_in_two_lines() {
    check(
        "adr/0020-x.md",
        "ADR-0020\n========\n\nUse X\n-----\n\nStatus: accepted\n\n## Context\n",
        expect![[r#"
            0020 "Use X" (Heading)
            accepted "accepted" (Line)
        "#]],
    );
    check(
        "adr/0021-x.md",
        "# ADR-0021\n\n## Context\n\nStatus: no\n",
        expect![[r#"
        0021 "ADR-0021" (Heading)
        unknown "" (Convention)
        0:0 missing-status: no status is stated
    "#]],
    );
}

#[test]
fn statuses_in_titles() {
    check(
        "adr/0022-x.md",
        "# RFC 22: Use X (superseded by [RFC 25](0025-y.md))\n\n* Author: Ada\n\n## Abstract\n",
        expect![[r#"
            0022 "Use X (superseded by RFC 25)" (Heading)
            superseded "superseded" | by RFC 25 (Heading)
            Author: Ada
            superseded-by 0025-y.md
        "#]],
    );
    check(
        "adr/0023-x.md",
        "# DEPRECATED: Use X\n\n## Context\n",
        expect![[r#"
        0023 "DEPRECATED: Use X" (Heading)
        deprecated "DEPRECATED" (Heading)
    "#]],
    );
    check(
        "adr/0024-x.md",
        "# Use X (accepted by everyone)\n\n## Context\n",
        expect![[r#"
        0024 "Use X (accepted by everyone)" (Heading)
        unknown "" (Convention)
        0:0 missing-status: no status is stated
    "#]],
    );
}

#[test]
fn people_below_each_other() {
    check(
        "adr/bip-0025.md",
        "```\nBIP: 25\nAuthors: Ada <ada@example.org>\n         Grace Hopper\nStatus: Draft\nAssigned: 2024-01-02\n```\n# X\n",
        expect![[r#"
            0025 "X" (Heading)
            draft "Draft" (Line)
            Assigned 2024-01-02
            Author: Ada ada@example.org; Grace Hopper
        "#]],
    );
    check(
        "adr/0026-x.md",
        "# X\n\n- RFC Approver: Ada <ada@example.org> Grace <g@example.org>\n",
        expect![[r#"
            0026 "X" (Heading)
            unknown "" (Convention)
            Decider: Ada ada@example.org; Grace g@example.org
            0:0 missing-status: no status is stated
        "#]],
    );
}

#[test]
fn people_in_lists_sections_and_broken_yaml() {
    check(
        "adr/0040-x.md",
        "# X\n\n* **Owners:**\n  * Ada Lovelace (@ada)\n  * grace@example.org\n* **Related:** nothing\n",
        expect![[r#"
            0040 "X" (Heading)
            unknown "" (Convention)
            Author: Ada Lovelace @ada; grace@example.org
            relates-to nothing
            0:0 missing-status: no status is stated
        "#]],
    );
    check(
        "adr/0040-x.md",
        "# X\n\n* **Owners:**\n  * Ada Lovelace (@ada)\n  * @grace\n* **Related:** nothing\n",
        expect![[r#"
            0040 "X" (Heading)
            unknown "" (Convention)
            Author: Ada Lovelace @ada; @grace
            relates-to nothing
            0:0 missing-status: no status is stated
        "#]],
    );
    check(
        "adr/0040-x.md",
        "# X\n\n* **Drivers:**\n  * low cost\n  * it must be fast\n",
        expect![[r#"
        0040 "X" (Heading)
        unknown "" (Convention)
        0:0 missing-status: no status is stated
    "#]],
    );
    check(
        "adr/0040-x.md",
        "# X\n\n## Submitters\n\n- Ada Lovelace <ada@example.org>\n- Grace Hopper\n",
        expect![[r#"
            0040 "X" (Heading)
            unknown "" (Convention)
            Author: Ada Lovelace ada@example.org; Grace Hopper
            0:0 missing-status: no status is stated
        "#]],
    );
    check(
        "adr/0040-x.md",
        "# X\n\n## Submitters\n\nThey hand a record in, and then they wait.\n",
        expect![[r#"
            0040 "X" (Heading)
            unknown "" (Convention)
            0:0 missing-status: no status is stated
        "#]],
    );
    check(
        "adr/0040-x.md",
        "---\nstatus: accepted\nauthors:\n  - name: Ada Lovelace\n    email: ada@example.org\n  - Grace\nbad: [a\n---\n# X\n",
        expect![[r#"
            0040 "X" (Heading)
            accepted "accepted" (FrontMatter)
            Author: Ada Lovelace ada@example.org; Grace
            extra bad = [a
            7:6 invalid-front-matter: front matter is not valid: unclosed bracket '['
        "#]],
    );
    check(
        "adr/0040-x.md",
        "---\nstatus: accepted\nauthors:\n- name: Ada\n- name: Grace\nnote: x: y\n---\n# X\n",
        expect![[r#"
            0040 "X" (Heading)
            accepted "accepted" (FrontMatter)
            Author: Ada; Grace
            extra note = x: y
            6:8 invalid-front-matter: front matter is not valid: mapping values are not allowed in this context
        "#]],
    );
    check(
        "adr/0040-x.md",
        "---\nstatus: accepted\nauthor: ada@example.org\n---\n# X\n",
        expect![[r#"
        0040 "X" (Heading)
        accepted "accepted" (FrontMatter)
        Author: ada@example.org
    "#]],
    );
}

#[test]
fn words_of_other_languages() {
    check(
        "adr/0028-x.md",
        "---\nstatut: remplacée par [ADR-0005](0005-x.md)\ndate: 2024-01-02\ndécisionnaires: Ada, Grace\nconsultés: Alan\n---\n# X\n",
        expect![[r#"
            0028 "X" (Heading)
            superseded "remplacée" | par ADR-0005 (FrontMatter)
            created 2024-01-02 (FrontMatter Some(3))
            Decider: Ada; Grace
            Consulted: Alan
            superseded-by 0005-x.md
        "#]],
    );
    check(
        "adr/0029-x.md",
        "# X\n\n- Estado: Aceptada\n- Fecha: 02/01/2024\n- Autores: Ada y Grace\n- Decisores: Alan\n",
        expect![[r#"
            0029 "X" (Heading)
            accepted "Aceptada" (Bullet)
            created 2024-01-02 (Bullet Some(4))
            Author: Ada; Grace
            Decider: Alan
            4:10 ambiguous-date: `02/01/2024` is read as 2024-01-02, but day and month could be swapped
        "#]],
    );
    check(
        "adr/0030-x.md",
        "# X\n\n**Data:** 2024-01-02\n**Decisor(es):** Ada\n\n## Status\n\nSubstituída por [31](0031-x.md)\n",
        expect![[r#"
            0030 "X" (Heading)
            superseded "Substituída" | por 31 (Section)
            created 2024-01-02 (Line Some(3))
            Decider: Ada
            superseded-by 0031-x.md
        "#]],
    );
    check(
        "adr/0031-x.md",
        "# X\n\n## Status\n\nAbgelöst durch [32. Y](0032-y.md)\n\n## Entscheider\n\nAda\n",
        expect![[r#"
            0031 "X" (Heading)
            superseded "Abgelöst" | durch 32. Y (Section)
            Decider: Ada
            superseded-by 0032-y.md
        "#]],
    );
    check(
        "adr/0032-x.md",
        "# X\n\n## 2. ステータス\n\n承認済み\n\n## 決定者\n\nAda\n",
        expect![[r#"
        0032 "X" (Heading)
        accepted "承認済み" (Section)
        Decider: Ada
    "#]],
    );
    check(
        "adr/0033-x.md",
        "# X\n\n상태: 승인됨\n날짜: 2024-01-02\n작성자: Ada\n",
        expect![[r#"
        0033 "X" (Heading)
        accepted "승인됨" (Line)
        created 2024-01-02 (Line Some(4))
        Author: Ada
    "#]],
    );
    check(
        "adr/0034-x.md",
        "# X\n\n## Status:\n\nprzyjęty\n",
        expect![[r#"
        0034 "X" (Heading)
        accepted "przyjęty" (Section)
    "#]],
    );
}

#[test]
fn broken_front_matter_still_counts() {
    check(
        "adr/0016-x.md",
        "---\ntitle: A: B\nstatus: accepted\nauthor: @ada, @grace\n---\n# X\n",
        expect![[r#"
        0016 "A: B" (FrontMatter)
        accepted "accepted" (FrontMatter)
        Author: @ada; @grace
        2:9 invalid-front-matter: front matter is not valid: mapping values are not allowed in this context
    "#]],
    );
    check(
        "adr/0017-x.md",
        "---\nstatus: Aprroved\ncreated: 2022-09-39\n\n# Ünï\n\nProse.\n",
        expect![[r#"
        0017 "Ünï" (Heading)
        unknown "Aprroved" (FrontMatter)
        1:1 unclosed-front-matter: front matter opened with `---` is not closed
        2:9 unknown-status: status `Aprroved` is not known
        3:10 bad-date: `2022-09-39` under `created` is no day of the calendar
    "#]],
    );
    check(
        "adr/0018-x.md",
        "---\njust words\n---\n# X\n\nStatus: draft\n",
        expect![[r#"
        0018 "X" (Heading)
        draft "draft" (Line)
        2:1 front-matter-not-a-map: front matter holds no `key: value` lines
    "#]],
    );
    check(
        "adr/0019-x.md",
        "---\nstatus: accepted\nstatus: draft\n---\n# X\n\n## Status\n\nRejected\n",
        expect![[r#"
        0019 "X" (Heading)
        accepted "accepted" (FrontMatter)
        3:1 duplicate-key: `status` stands twice; the first one counts
        7:4 metadata-disagrees: status is `Rejected` here and `accepted` before; the first one counts
    "#]],
    );
    check(
        "adr/0020-x.md",
        "<!-- a note -->\n---\nid: 0021\nstatus: draft\n---\n# X\n",
        expect![[r#"
        0021 "X" (Heading)
        draft "draft" (FrontMatter)
        3:5 number-mismatch: the number is `0021` here and `0020` in the file's name
    "#]],
    );
}

#[test]
fn other_languages_of_front_matter() {
    check(
        "adr/0021-x.md",
        "+++\ntitle = \"X\"\nstatus = \"accepted\"\ndate = 2024-01-02\nauthors = [\"Ada\"]\n+++\n",
        expect![[r#"
        0021 "X" (FrontMatter)
        accepted "accepted" (FrontMatter)
        created 2024-01-02 (FrontMatter Some(4))
        Author: Ada
    "#]],
    );
    check(
        "adr/0022-x.md",
        "{\n  \"title\": \"X\",\n  \"status\": \"accepted\",\n  \"requires\": [3, 4]\n}\n\nProse.\n",
        expect![[r#"
        0022 "X" (FrontMatter)
        accepted "accepted" (FrontMatter)
        requires 3
        requires 4
    "#]],
    );
}

#[test]
fn pages_of_a_seed() {
    check(
        "notes/a-page.md",
        "---\ntitle: A page\nmenu_title: Page\ndescription: What it is\ndraft: true\nslug: ../../etc/A Page!\ntags: [one, two]\nkeywords: three, four\n---\n\nProse.\n",
        expect![[r#"
            – "A page" (FrontMatter)
            draft "draft" (FrontMatter)
            tags: one, two, three, four
            extra menu_title = Page
        "#]],
    );
}

#[test]
fn status_sections() {
    check(
        "adr/0023-x.md",
        "# X\n\n## Status\n\n- [ ] Proposed\n- [x] Accepted\n- [ ] Rejected\n\n## Revisit when\n\n- traffic doubles\n",
        expect![[r#"
        0023 "X" (Heading)
        accepted "Accepted" (Section)
        revisit traffic doubles
    "#]],
    );
    check(
        "adr/0024-x.md",
        "# X\n\n## 1. Status\n\n**Accepted** on 2024-01-02\n\n## Deciders\n\n- Ada\n- Grace\n\n## History\n\n- 2024-01-01: proposed\n- 2024-01-02: accepted by the board\n  in a meeting\n",
        expect![[r#"
            0024 "X" (Heading)
            accepted "Accepted" | on 2024-01-02 (Section)
            decided 2024-01-02 (Section Some(5))
            Decider: Ada; Grace
            event 2024-01-01 Some("proposed") proposed
            event 2024-01-02 Some("accepted") accepted by the board in a meeting
        "#]],
    );
    check(
        "adr/0025-x.md",
        "# X\n\n## Status\n\nWe think that this is fine.\n",
        expect![[r#"
        0025 "X" (Heading)
        unknown "We think that this is fine" (Section)
        5:1 unknown-status: status `We think that this is fine` is not known
    "#]],
    );
    check(
        "adr/0026-x.md",
        "# X\n\n## Status\n\nAccepted\n\nSuperseded by ADR-0031\n",
        expect![[r#"
        0026 "X" (Heading)
        superseded "Superseded" | by ADR-0031 (Section)
        superseded-by ADR-0031
    "#]],
    );
    check(
        "adr/0027-x.md",
        "# X\n\n## Decision\n\nWe do it.\n",
        expect![[r#"
        0027 "X" (Heading)
        unknown "" (Convention)
        0:0 missing-status: no status is stated
    "#]],
    );
}

#[test]
fn sections_of_names_hold_no_sentences() {
    check(
        "adr/0028-x.md",
        "# X\n\n## Status\n\nAccepted\n\n## Deciders\n\nSammy Davis Jr.\n\n## Tags\n\nasync, await\n",
        expect![[r#"
            0028 "X" (Heading)
            accepted "Accepted" (Section)
            Decider: Sammy Davis Jr.
            tags: async, await
        "#]],
    );
    check(
        "adr/0029-x.md",
        "# X\n\n## Status\n\nAccepted\n\n## Keywords\n\nBoth `async` and `await` become keywords, gated on an edition.\n",
        expect![[r#"
            0029 "X" (Heading)
            accepted "Accepted" (Section)
        "#]],
    );
}

#[test]
fn own_words_and_orders() {
    let config = CollectionConfig {
        statuses: [("Parked".to_owned(), State::Deferred)].into(),
        relations: [("inspires".to_owned(), "inspired-by".to_owned())].into(),
        date_order: Some(DateOrder::Mdy),
        ..CollectionConfig::default()
    };
    let text = SourceText::new(
        "adr/final/0001-x.md",
        "---\nstatus: parked\ncreated: 03/04/2024\ninspires: [2]\ninspired by: 3\n---\n# X\n",
    );
    let record = record::parse(&text, None, &collection(Some("ADR"), config));
    expect![[r#"
        0001 "X" (Heading)
        deferred "parked" (FrontMatter)
        created 2024-03-04 (FrontMatter Some(3))
        inspires 2
        inspired-by 3
        2:9 status-not-folder: the status is `parked`, but the record lies in `final`; the status counts
    "#]]
    .assert_eq(&shown(&record));
    let text = SourceText::new("adr/Final/0002-x.md", "# X\n\nCreated: 03/04/2024\n");
    let record = record::parse(&text, None, &collection(Some("ADR"), CollectionConfig::default()));
    expect![[r#"
        0002 "X" (Heading)
        implemented "" (Folder, inferred)
        created 2024-04-03 (Line Some(3))
        3:10 ambiguous-date: `03/04/2024` is read as 2024-04-03, but day and month could be swapped
    "#]]
    .assert_eq(&shown(&record));
}

/// Pieces that metadata is made of, so that random texts look like records.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("---\n"),
        Just("+++\n"),
        Just("{\n"),
        Just("}\n"),
        Just("# 12. T\n"),
        Just("## Status\n"),
        Just("## Links\n"),
        Just("Status: "),
        Just("* **Status**: "),
        Just("- Date: "),
        Just("| Status | "),
        Just("|---|---|\n"),
        Just("superseded by ["),
        Just("](0012-x.md)"),
        Just("accepted"),
        Just("2024-01-02"),
        Just("2024-99-99"),
        Just("\r\n"),
        Just("\n\n"),
        Just("é…日本"),
        Just("`"),
        Just("**"),
        Just("<!-- "),
        Just(" -->"),
        Just("```\n"),
        Just("["),
        Just("("),
        Just(": "),
        Just("- "),
        Just("  "),
        Just("\u{feff}"),
        Just("&amp;"),
        Just("<a@b>"),
        Just("\\"),
        Just("@ada, "),
        Just("title: "),
        Just("stage: alpha\n"),
        Just("stage: final\n"),
        Just("- Stage: draft\n"),
        Just("Superseded in part by [1](1.md)"),
        Just("> Superseded by ADR-3\n\n"),
        Just("\n## Change log\n\n- accepted (2024-01-02)\n"),
        Just("\n## Status: Draft\n\n"),
        Just("supersedes: [1, "),
        Just("]\n"),
        Just("{x}"),
        Just("Chosen option: \"X\"\n"),
    ];
    prop_oneof![
        8 => proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat()),
        2 => any::<String>(),
        2 => "[ -~\n\r]{0,300}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any text gives a record with a title, and every place that it names is in the text.
    #[test]
    fn any_text_is_a_record(text in pieces(), sidecar in proptest::option::of(pieces())) {
        let text = SourceText::new("adr/0012-x.md", text);
        let sidecar = sidecar.map(|sidecar| SourceText::new("adr/0012-x.yaml", sidecar));
        let collection = collection(Some("ADR"), CollectionConfig::default());
        let record = record::parse(&text, sidecar.as_ref(), &collection);
        prop_assert!(!record.title.value.is_empty() && !record.slug.is_empty());
        prop_assert!(text.text.is_char_boundary(record.body_start));
        for found in &record.diagnostics {
            let source = if found.place.file == text.path { &text } else { sidecar.as_ref().unwrap() };
            prop_assert!(source.text.get(found.place.span.clone()).is_some(), "{found:?}");
        }
        for relation in &record.relations {
            let source = if relation.from.kind == OriginKind::Sidecar { sidecar.as_ref().unwrap() } else { &text };
            prop_assert!(source.text.get(relation.span.clone()).is_some(), "{relation:?}");
        }
        if let Some(preamble) = &record.preamble {
            prop_assert!(text.text.get(preamble.clone()).is_some());
        }
        record::evidence(&text.text, sidecar.as_ref().map(|sidecar| sidecar.text.as_str()));
        // A record equals its newest version in git, of which file and sidecar are read apart.
        let own = record::status_of(&text.path, &text.text, false, &collection.config);
        let beside = sidecar.as_ref().and_then(|sidecar| record::status_of(&sidecar.path, &sidecar.text, true, &collection.config));
        let newest = [own, beside].into_iter().flatten().min_by_key(record::rank);
        if !record.draft && let Some(newest) = newest {
            prop_assert_eq!((newest.state, newest.label), (record.status.state, record.status.label));
        }
    }
}

/// The title of a record, and what is said of it.
fn check_title(path: &str, text: &str, title: &str) {
    let record = parse(path, text);
    assert_eq!(record.title.value, title, "{text}");
}

#[test]
fn titles_where_people_write_them() {
    // A first heading of level two beside its sections.
    check_title("adr/0012-use-quic.md", "## 12. Use QUIC now\n\n## Status\n\nAccepted\n", "Use QUIC now");
    check_title("adr/0012-use-quic.md", "## Why QUIC\n\nStatus: Accepted\n\n## More\n\nText.\n", "Why QUIC");
    check_title(
        "adr/0012-use-quic.md",
        "## The switch\n\n## Status\n\nAccepted\n\n## Context\n",
        "The switch",
    );
    check_title("adr/0012-use-quic.md", "Text.\n\n## The switch\n\n## Status\n\nAccepted\n", "use quic");
    check_title(
        "adr/0012-use-quic.md",
        "## The state today\n\nText.\n\n## The switch\n\nText.\n",
        "use quic",
    );
    check_title("adr/0012-use-quic.md", "## Consequências\n\nTexto.\n\n## Status\n\nAccepted\n", "use quic");
    check_title("adr/0012-use-quic.md", "# Contexto\n\nTexto.\n\n# Decisão\n\nTexto.\n", "use quic");
    // The title of the template, left above the author's.
    check_title("adr/0012-use-quic.md", "# ADR Template\n\n# 12. Use QUIC\n\nStatus: Accepted\n", "Use QUIC");
    check_title(
        "adr/0012-x.md",
        "# [short title of the problem]\n\n## Use QUIC\n\n## Status\n\nAccepted\n",
        "Use QUIC",
    );
    check_title("adr/0012-x.md", "# ADR Template\n\n## Context\n\nText.\n", "ADR Template");
    check_title("adr/0012-x.md", "# One template for all\n\n# Rollout\n\nText.\n", "One template for all");
    // What the punctuation behind a number leaves.
    check_title("adr/0012-x.md", "# 12. .NET 8 everywhere\n", ".NET 8 everywhere");
    check_title("adr/0012-x.md", "# ADR-12: /healthz is public\n", "/healthz is public");
    // A line instead of a heading.
    check_title("adr/0012-x.md", "ADR: Use QUIC\n\nStatus: Accepted\n\nText.\n", "Use QUIC");
    check_title("adr/0012-x.md", "ADR 12 is about QUIC.\n\nStatus: Accepted\n", "x");
    // A short title is not the title.
    check_title(
        "adr/0012-x.md",
        "---\nshort_title: QUIC\n---\n# Use QUIC for the edge\n",
        "Use QUIC for the edge",
    );
    check_title(
        "adr/0012-x.md",
        "# Use QUIC for the edge\n\n- Short title: QUIC\n- Status: accepted\n",
        "Use QUIC for the edge",
    );
}

#[test]
fn windows_for_comments() {
    for (line, day) in [
        ("Comment window: 2026-01-02 → 2026-01-16", Some("2026-01-16")),
        ("Deadline for decision: 16 January 2026", Some("2026-01-16")),
        ("FCP until: 2026-01-16", Some("2026-01-16")),
        ("last-call-deadline: 2026-01-16", Some("2026-01-16")),
        ("Comment window: two weeks", None),
        ("Deadline: 2026-01-16", None),
    ] {
        let record = parse("adr/0012-x.md", &format!("# X\n\nStatus: Draft\n{line}\n"));
        let found = record.dates.comment_by.map(|date| date.value.to_string());
        assert_eq!(found.as_deref(), day, "{line}");
    }
}

#[test]
fn dates_that_are_none() {
    check(
        "adr/0012-x.md",
        "---\nstatus: draft\ndate: January 2026\nupdated: <mm/dd/yyyy>\n---\n# X\n",
        expect![[r#"
            0012 "X" (Heading)
            draft "draft" (FrontMatter)
            extra date = January 2026
            3:7 bad-date: `January 2026` under `date` is no whole date: the day is missing
            4:10 template-text-left: `<mm/dd/yyyy>` is the template's text
        "#]],
    );
}
