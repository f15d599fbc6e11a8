//! Small sites as values, for what is told by a few records and is awkward to keep as a folder.

use expect_test::expect;

use crate::harness::check;

#[test]
fn a_status_stays_as_written_when_only_the_successor_speaks() {
    check(
        "-- adr/0001-use-tcp.md --\n---\nstatus: accepted\ndate: 2024-01-02\n---\n# Use TCP\n\nWe use TCP.\n\
         -- adr/0002-use-quic.md --\n---\nstatus: accepted\ndate: 2024-02-03\nsupersedes: 1\n---\n# Use QUIC\n\nWe use QUIC.\n",
        &["adr/0001.md"],
        expect![[r#"
            adr/0001-use-tcp.md:2:1: warning[one-sided-supersede]: `ADR 0002` supersedes this record, which says `accepted`
              help: write it here too: `superseded-by: 0002`
            annals.toml:0:0: note[no-base-url]: no base URL is set: `sitemap.xml` is left out and feeds use `tag:` and relative addresses
              help: set `base-url` under `[site]` in `annals.toml`, or pass `--base-url`
            -- adr/0001.md --
            > Status: Accepted, but superseded by [ADR 0002: Use QUIC](../adr/0002.md), which says so. Do not follow this record.  
            > Created: 2024-01-02  
            > Source: `adr/0001-use-tcp.md`  

            # Use TCP

            We use TCP.
        "#]],
    );
}

#[test]
fn a_word_nobody_knows_is_kept_and_reported_where_it_stands() {
    check(
        "-- adr/0001-a.md --\r\n---\r\nstatus: acepted\r\n---\r\n# Ä\r\n\r\nText.\r\n",
        &[],
        expect![[r#"
            adr/0001-a.md:2:9: warning[unknown-status]: status `acepted` is not known
              help: did you mean `accepted`?
            annals.toml:0:0: note[no-base-url]: no base URL is set: `sitemap.xml` is left out and feeds use `tag:` and relative addresses
              help: set `base-url` under `[site]` in `annals.toml`, or pass `--base-url`
        "#]],
    );
}

#[test]
fn a_broken_link_is_reported_by_line_and_column_behind_wide_characters() {
    check(
        "-- adr/0001-a.md --\n# Größe\n\n日本語 [weg](0009-b.md) und [da](#grösse), ADR 1 und RFC 2119.\n",
        &[],
        expect![[r#"
            adr/0001-a.md:0:0: note[missing-status]: no status is stated
              help: add `status: draft` to the front matter, or set `default-state` of the collection in `annals.toml`
            adr/0001-a.md:3:5: warning[broken-link]: nothing is at `0009-b.md`
            adr/0001-a.md:3:26: warning[broken-anchor]: this record has no heading or id `#grösse`
            annals.toml:0:0: note[no-base-url]: no base URL is set: `sitemap.xml` is left out and feeds use `tag:` and relative addresses
              help: set `base-url` under `[site]` in `annals.toml`, or pass `--base-url`
        "#]],
    );
}

#[test]
fn a_decision_that_builds_on_one_that_is_over_is_told_what_stands_today() {
    check(
        "\
-- adr/0001-riak.md --
---
status: superseded by 0002
decided: 2020-01-01
---
# Riak
-- adr/0002-postgres.md --
---
status: accepted
decided: 2022-01-01
supersedes: 0001
---
# Postgres

Unlike ADR 1.
-- adr/0003-early.md --
---
status: accepted
decided: 2021-01-01
---
# Early

Stored as [Riak](0001-riak.md) wants it.
-- adr/0004-late.md --
---
status: accepted
decided: 2023-01-01
---
# Late

Stored as ADR 1 and [Riak](0001-riak.md) want it.
-- adr/0005-open.md --
---
status: proposed
---
# Open

As in ADR-0001.
",
        &[],
        expect![[r#"
            adr/0004-late.md:7:11: note[cites-superseded]: `ADR 0001`, cited here, is superseded
              help: cite `ADR 0002`, which stands in its place today
            adr/0005-open.md:6:7: note[cites-superseded]: `ADR 0001`, cited here, is superseded
              help: cite `ADR 0002`, which stands in its place today
            annals.toml:0:0: note[no-base-url]: no base URL is set: `sitemap.xml` is left out and feeds use `tag:` and relative addresses
              help: set `base-url` under `[site]` in `annals.toml`, or pass `--base-url`
        "#]],
    );
}

#[test]
fn files_that_differ_only_in_case_are_told() {
    check(
        "\
-- adr/0001-x.md --
---
status: accepted
---
# X

![a](img/plan.png) ![b](img/Plan.png)
-- adr/img/plan.png --
a
-- adr/img/Plan.png --
b
",
        &[],
        expect![[r#"
            adr/img/plan.png:0:0: warning[case-collision]: `assets/adr/img/plan.png` and `assets/adr/img/Plan.png` differ only in case: where that does not count, one hides the other
              help: rename one of the files
            annals.toml:0:0: note[no-base-url]: no base URL is set: `sitemap.xml` is left out and feeds use `tag:` and relative addresses
              help: set `base-url` under `[site]` in `annals.toml`, or pass `--base-url`
        "#]],
    );
}

#[test]
fn the_copy_of_a_record_leads_where_its_page_does() {
    check(
        "
-- adr/0001-a.md --
# A

Status: Accepted

[summary]: #summary
[//]: # (a remark)

See [b], [it][b], [nothing][gone], [inline](./0002-b.md#why), ![p][] and [here][top].

[b]: <0002-b.md> \"B\"
[gone]: 0009-gone.md
[p]: picture.png
[top]: #summary
[web]: https://example.org/
-- adr/0002-b.md --
# B

Status: Accepted

## Why

Text.
-- adr/picture.png --
x
",
        &["adr/0001.md"],
        expect![[r#"
            adr/0001-a.md:8:19: warning[broken-link]: nothing is at `0009-gone.md`
            adr/0001-a.md:8:74: warning[broken-anchor]: this record has no heading or id `#summary`
            annals.toml:0:0: note[no-base-url]: no base URL is set: `sitemap.xml` is left out and feeds use `tag:` and relative addresses
              help: set `base-url` under `[site]` in `annals.toml`, or pass `--base-url`
            -- adr/0001.md --
            > Status: Accepted (in force).  
            > Source: `adr/0001-a.md`  

            # A

            Status: Accepted


            See [b], [it][b], [nothing][gone], [inline](../adr/0002.md#why), ![p][] and [here][top].

            [b]: <../adr/0002.md> "B"
            [p]: ../assets/adr/picture.png
        "#]],
    );
}
