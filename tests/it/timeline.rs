//! What was in force when, over a whole site whose records disagree about each other.

use std::fmt::Write as _;

use annals::history::History;
use annals::site::Site;
use annals::timeline;
use expect_test::{Expect, expect};

use crate::harness;
use crate::links::{inputs, resolve};

const SITE: &str = "
-- rfc/0001-polling.md --
---
title: Polling
status: accepted
decided: 2024-01-10
---
Ask every minute.
-- rfc/0002-webhooks.md --
---
title: Webhooks
status: accepted
decided: 2024-03-01
supersedes: 1
---
Be told instead. The other end does not say so.
-- rfc/0003-streams.md --
---
title: Streams
status: proposed
created: 2024-04-01
supersedes: 2
---
Only a proposal, so nothing ends.
-- rfc/0004-retries.md --
---
title: Retries
status: accepted
---
Nobody knows since when.
-- rfc/0005-no-retries.md --
---
title: No retries
status: accepted
decided: 2023-12-04
superseded-by: 4
---
Ended, nobody knows when.
-- rfc/0006-secrets.md --
---
title: Secrets
status: rejected
created: 2024-02-26
decided: 2024-03-03
---
Not in the repository.
-- rfc/0007-next-year.md --
---
title: Next year
status: accepted
decided: 2027-01-01
---
A day that has not come.
";

fn titles(site: &Site, records: &[usize]) -> String {
    records.iter().map(|ix| site.entries[*ix].record.title.value.as_str()).collect::<Vec<_>>().join(", ")
}

#[test]
fn in_force_day_by_day() {
    let site = resolve(&inputs(SITE), History::default());
    let mut told = String::new();
    for day in ["2024-01-09", "2024-01-10", "2024-02-29", "2024-03-01", "2026-01-01"] {
        let in_force = timeline::as_of(&site, day.parse().unwrap());
        writeln!(told, "{day}: {}", titles(&site, &in_force)).unwrap();
    }
    writeln!(told, "since nobody knows when: {}", titles(&site, &timeline::undated(&site))).unwrap();
    expect![[r#"
        2024-01-09: 
        2024-01-10: Polling
        2024-02-29: Polling
        2024-03-01: Webhooks
        2026-01-01: Webhooks
        since nobody knows when: Retries
    "#]]
    .assert_eq(&told);
}

#[test]
fn weeks_and_years() {
    let site = resolve(&inputs(SITE), History::default());
    let mut told = String::new();
    for week in timeline::changes(&site) {
        writeln!(told, "week of {}", week.monday).unwrap();
        for (ix, event) in &week.changes {
            let state = event.to.map_or("-", |state| state.name());
            writeln!(told, "  {} {state} {}", event.date, titles(&site, &[*ix])).unwrap();
        }
    }
    for (year, events) in timeline::by_year(&site) {
        let events = events.iter().map(|(ix, event)| format!("{} {}", event.label, titles(&site, &[*ix])));
        writeln!(told, "{year}: {}", events.collect::<Vec<_>>().join(", ")).unwrap();
    }
    expect![[r#"
        week of 2024-02-26
          2024-03-03 rejected Secrets
          2024-03-01 accepted Webhooks
        week of 2024-01-08
          2024-01-10 accepted Polling
        week of 2023-12-04
          2023-12-04 accepted No retries
        2023: decided No retries
        2024: decided Polling, created Secrets, decided Webhooks, decided Secrets, created Streams
    "#]]
    .assert_eq(&told);
}

#[test]
fn of_one_day_the_last_record_comes_first() {
    let record = |title: &str| format!("---\ntitle: {title}\nstatus: accepted\ndecided: 2024-03-01\n---\n");
    let site = format!("-- rfc/0001-a.md --\n{}-- rfc/0002-b.md --\n{}", record("First"), record("Second"));
    let site = resolve(&inputs(&site), History::default());
    let records: Vec<usize> =
        timeline::changes(&site).iter().flat_map(|week| &week.changes).map(|(ix, _)| *ix).collect();
    assert_eq!(titles(&site, &records), "Second, First");
}

/// The first paragraph of each record's banner, by its page.
fn banners(site: &str, expected: Expect) {
    let built = harness::build(&harness::files(site));
    let mut told = String::new();
    for path in built.files.keys().filter(|path| path.starts_with("adr/00") && path.ends_with(".html")) {
        let page = built.shown(path);
        let (_, rest) = page.split_once("<p class=\"verdict\">").unwrap();
        let (verdict, _) = rest.split_once("</p>").unwrap();
        writeln!(told, "{path}: {}", verdict.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap();
    }
    expected.assert_eq(&told);
}

#[test]
fn a_moved_record_names_where_it_is_kept() {
    let moved = |number: u32, status: &str, body: &str| {
        format!("-- adr/000{number}-a.md --\n---\nstatus: {status}\n---\n# Title {number}\n\n{body}\n")
    };
    let site = [
        moved(1, "moved", "This file is at https://example.org/other/0001.md now."),
        moved(
            2,
            "moved",
            "![A map](map.png) See [above](#title-2), or [its new place](https://example.org/2).",
        ),
        moved(3, "moved to https://example.org/3", "An [older link](https://example.org/old)."),
        moved(4, "moved", "Nothing is here."),
        moved(5, "moved", "It is a part of ADR 6 now."),
        moved(6, "accepted", "A [link](https://example.org/6)."),
    ];
    banners(
        &site.concat(),
        expect![[r#"
        adr/0001.html: <strong>Moved.</strong> Read it there: <a href="https://example.org/other/0001.md">https://example.org/other/0001.md</a>
        adr/0002.html: <strong>Moved.</strong> Read it there: <a href="https://example.org/2">its new place</a>
        adr/0003.html: <strong>Moved.</strong> Read it there: <a href="https://example.org/3">https://example.org/3</a>
        adr/0004.html: <strong>Moved.</strong> The record is kept elsewhere now.
        adr/0005.html: <strong>Moved.</strong> Read it there: <a href="../adr/0006.html">ADR 6</a>
        adr/0006.html: <strong>In force.</strong> Accepted.
    "#]],
    );
}

#[test]
fn a_moved_record_is_neither_in_force_nor_retired() {
    let site = "-- adr/0001-a.md --\n---\nstatus: moved\n---\n# A\n\nText.\n";
    let built = harness::build(&harness::files(site));
    let states = built.shown("states/index.html");
    assert!(states.contains("Elsewhere") && !states.contains("Retired"), "{states}");
    let record: serde_json::Value = serde_json::from_slice(&built.files["records.json"]).unwrap();
    assert_eq!(record["records"][0]["status"]["phase"], "elsewhere");
}

/// The sections of the home page that list decisions: heading, records with what stands at their end, links.
fn home(site: &str, expected: Expect) {
    let built = harness::build(&harness::files(site));
    let page = built.shown("index.html");
    let mut told = String::new();
    for section in page.split("<section").skip(1) {
        let plain = plain(section);
        let lines = plain.lines().filter(|line| !line.trim().is_empty());
        let heading = plain.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        if ["Open for comment", "Awaiting a decision", "Recently decided"].contains(&heading) {
            lines.for_each(|line| writeln!(told, "{line}").unwrap());
        }
    }
    expected.assert_eq(&told);
}

/// The text of HTML, one line for each of its lines.
fn plain(html: &str) -> String {
    let html = html.split_once('>').map_or("", |(_, rest)| rest);
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, text)| text));
    }
    text
}

#[test]
fn the_home_page_keeps_apart_what_is_open_waiting_and_decided() {
    // The day of the build is 24 November 2026.
    let records = [
        "status: proposed\ncomment-by: 2026-12-24",
        "status: proposed\ncomment-by: 2026-11-24",
        "status: proposed\ncomment-by: 2026-11-23",
        "status: proposed",
        "status: draft\ncomment-by: 2026-12-24",
        "status: draft",
        "status: deferred\ndecided: 2026-10-01",
        "status: rejected\ndecided: 2026-10-02",
        "status: withdrawn\ndecided: 2026-10-03",
        "status: accepted\ndecided: 2026-10-04\ncomment-by: 2026-09-01",
        "status: moved\ndecided: 2026-10-05",
    ];
    let file = |(at, metadata): (usize, &&str)| {
        format!(
            "-- adr/{:04}-a.md --\n---\ntitle: {}\n{metadata}\n---\n",
            at + 1,
            metadata.replace('\n', ", ").replace(':', "")
        )
    };
    home(
        &records.iter().enumerate().map(file).collect::<String>(),
        expect![[r#"
        Open for comment
        ProposedADR 0002 status proposed, comment-by 2026-11-24until 24 Nov 2026
        ProposedADR 0001 status proposed, comment-by 2026-12-24until 24 Dec 2026
        ProposedADR 0004 status proposed
        Awaiting a decision
        ProposedADR 0003 status proposed, comment-by 2026-11-23closed 23 Nov 2026
        Recently decided
        All changes
        AcceptedADR 0010 status accepted, decided 2026-10-04, comment-by 2026-09-014 Oct 2026
        WithdrawnADR 0009 status withdrawn, decided 2026-10-033 Oct 2026
        RejectedADR 0008 status rejected, decided 2026-10-022 Oct 2026
    "#]],
    );
}

#[test]
fn a_link_with_a_number_leads_to_so_many_records() {
    let record = |collection: &str, number: usize, status: &str| {
        format!("-- {collection}/{number:04}-a.md --\n---\ntitle: Title\nstatus: {status}\n---\n")
    };
    let mut site: String = (1..=30).map(|number| record("adr", number, "proposed")).collect();
    site.extend((31..=40).map(|number| record("adr", number, "accepted")));
    site.extend((1..=3).map(|number| record("rfc", number, "proposed")));
    let built = harness::build(&harness::files(&site));
    assert!(built.shown("index.html").contains(">All 33 proposed records</a>"));
    assert!(built.shown("states/proposed.html").contains("33 records."));
    // The page of a state lists every collection: that of one collection links only what is all of it.
    let list = built.shown("adr/index.html");
    assert!(list.contains("states/accepted.html") && !list.contains("states/proposed.html"), "{list}");
}

#[test]
fn the_banner_of_an_ended_record_shows_when_it_ended() {
    let records = [
        // It names its successor, which has a date.
        "status: superseded\nsuperseded-by: 2\ndecided: 2024-01-10",
        "status: accepted\ndecided: 2024-03-01",
        // Nothing is dated but the successor, and that only by when it was written.
        "status: superseded\nsuperseded-by: 4",
        "status: accepted\ncreated: 2024-05-01",
        // Only the other end says so.
        "status: accepted\ndecided: 2024-06-01",
        "status: accepted\ndecided: 2024-07-01\nsupersedes: 5",
        "status: deprecated\ndecided: 2024-06-01\nupdated: 2024-08-01",
        "status: deprecated\ndeprecated-on: 2024-08-02\ndecided: 2024-06-01",
        "status: rejected\ndecided: 2024-08-03",
        "status: withdrawn\nwithdrawn: 2024-08-04",
        "status: deferred\ndecided: 2024-08-05",
        "status: superseded",
        "status: rejected",
        "status: moved\nmoved-on: 2024-08-06",
    ];
    let file = |(at, metadata): (usize, &&str)| {
        format!("-- adr/{:04}-a.md --\n---\n{metadata}\n---\n# Title {}\n\nText.\n", at + 1, at + 1)
    };
    banners(
        &records.iter().enumerate().map(file).collect::<String>(),
        expect![[r#"
            adr/0001.html: <strong>Superseded</strong> on <time datetime="2024-03-01">1 March 2024</time>. In force instead: <a href="../adr/0002.html"><span class="number">ADR 0002</span> Title 2</a>
            adr/0002.html: <strong>In force.</strong> Accepted since <time datetime="2024-03-01">1 March 2024</time>.
            adr/0003.html: <strong>Superseded</strong> approximately on <time datetime="2024-05-01">1 May 2024</time>. In force instead: <a href="../adr/0004.html"><span class="number">ADR 0004</span> Title 4</a>
            adr/0004.html: <strong>In force</strong> since approximately <time datetime="2024-05-01">1 May 2024</time>. Accepted.
            adr/0005.html: <strong>Superseded</strong> on <time datetime="2024-07-01">1 July 2024</time>, says <a href="../adr/0006.html"><span class="number">ADR 0006</span> Title 6</a>; this record itself still says “accepted”.
            adr/0006.html: <strong>In force.</strong> Accepted since <time datetime="2024-07-01">1 July 2024</time>.
            adr/0007.html: <strong>Deprecated</strong> since approximately <time datetime="2024-08-01">1 August 2024</time>. No longer recommended.
            adr/0008.html: <strong>Deprecated</strong> since <time datetime="2024-08-02">2 August 2024</time>. No longer recommended.
            adr/0009.html: <strong>Rejected</strong> on <time datetime="2024-08-03">3 August 2024</time>. Never in force; kept for its reasons.
            adr/0010.html: <strong>Withdrawn</strong>. Never decided.
            adr/0011.html: <strong>Put off</strong> since <time datetime="2024-08-05">5 August 2024</time>. Not decided, for or against.
            adr/0012.html: <strong>Superseded.</strong> No record of this site says by what.
            adr/0013.html: <strong>Rejected</strong>. Never in force; kept for its reasons.
            adr/0014.html: <strong>Moved.</strong> The record is kept elsewhere now.
        "#]],
    );
}
