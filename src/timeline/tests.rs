use expect_test::{Expect, expect};

use super::*;
use crate::history::DatedState;
use crate::record::{Origin, OriginKind};

fn day(text: &str) -> Date {
    text.parse().unwrap_or(Date::ZERO)
}

fn status(text: &str) -> Status {
    let state = State::from_name(text).unwrap_or(State::Unknown);
    let from = Origin { kind: OriginKind::FrontMatter, line: Some(2), key: "status".to_owned(), spans: None };
    Status { state, label: text.to_owned(), note: None, from, inferred: false }
}

/// `decided 2024-03-01, accepted_at 2024-03-02`.
fn dates(text: &str) -> Dates {
    let mut dates = Dates::default();
    for (name, date) in text.split(", ").filter_map(|field| field.split_once(' ')) {
        let from =
            Origin { kind: OriginKind::FrontMatter, line: Some(3), key: "date".to_owned(), spans: None };
        let date = Sourced { value: day(date), from };
        match name {
            "created" => dates.created = Some(date),
            "decided" => dates.decided = Some(date),
            "updated" => dates.updated = Some(date),
            "comment_by" => dates.comment_by = Some(date),
            _ => {
                dates.other.insert(name.to_owned(), date);
            }
        }
    }
    dates
}

fn bulk() -> BTreeSet<String> {
    BTreeSet::from(["bulk".to_owned()])
}

/// `2024-03-05 accepted, 2024-04-01 -`; a `!` before the label marks a bulk commit.
fn git(text: &str) -> FileHistory {
    let states = text.split(", ").filter_map(|state| state.split_once(' ')).enumerate();
    let states = states.map(|(at, (date, label))| DatedState {
        date: day(date),
        state: State::from_name(&label.trim_start_matches('!').to_lowercase()),
        label: label.trim_start_matches(['-', '!']).to_owned(),
        commit: if label.starts_with('!') { "bulk".to_owned() } else { format!("c{at}") },
        author: "Author".to_owned(),
    });
    FileHistory { states: states.collect(), ..FileHistory::default() }
}

/// `2024-03-05 accepted "in the text"`.
fn text(line: &str) -> Vec<Event> {
    let events = line.split(", ").filter_map(|event| event.split_once(' '));
    let event = |(date, label): (&str, &str)| Event {
        date: day(date),
        from: None,
        to: State::from_name(label),
        label: label.to_owned(),
        source: EventSource::Text,
        line: Some(9),
        commit: None,
        author: None,
        inferred: None,
    };
    events.map(event).collect()
}

fn print(events: &[Event]) -> String {
    let lines = events.iter().map(|event| {
        let state = |state: Option<State>| state.map_or("-", State::name);
        let line = event.line.map(|line| format!(" line {line}")).unwrap_or_default();
        let commit = event.commit.as_ref().map(|commit| format!(" {commit}")).unwrap_or_default();
        let inferred = event.inferred.map(|why| format!(" ({why:?})")).unwrap_or_default();
        let (from, to) = (state(event.from), state(event.to));
        format!("{} {from} → {to} `{}` {:?}{line}{commit}{inferred}\n", event.date, event.label, event.source)
    });
    lines.collect()
}

/// Both forms of a timeline, and when the record was in force. A commit `bulk` gives many records a status.
fn check(now: &str, written: &str, file: &FileHistory, lines: &str, expected: Expect) {
    let (status, dates) = (status(now), dates(written));
    let events = merge(&dates, &status, &text(lines), Some(file), &bulk());
    let told = told(&events);
    let intervals = in_force(&events, &status, &dates, &[], day("2025-01-01"));
    let intervals = intervals.iter().map(|own| {
        let guess = if own.inferred { ", inferred" } else { "" };
        let moved = if own.moved { ", moved" } else { "" };
        format!(
            "in force {} to {}{moved}{guess}\n",
            own.from,
            own.to.map_or("now".to_owned(), |to| to.to_string())
        )
    });
    let told = if told == events { String::new() } else { format!("told:\n{}", print(&told)) };
    expected.assert_eq(&format!("{}{told}{}", print(&events), intervals.collect::<String>()));
}

#[test]
fn a_written_day_and_its_commit_are_both_kept_and_told_once() {
    check(
        "accepted",
        "created 2024-02-01, decided 2024-03-01",
        &git("2024-02-03 proposed, 2024-03-05 accepted"),
        "",
        expect![[r#"
            2024-02-01 - → - `created` FrontMatter line 3
            2024-02-03 - → proposed `proposed` Git c0 (FirstStatus)
            2024-03-01 proposed → accepted `decided` FrontMatter line 3
            2024-03-05 accepted → accepted `accepted` Git c1
            told:
            2024-02-01 - → - `created` FrontMatter line 3
            2024-02-03 - → proposed `proposed` Git c0 (FirstStatus)
            2024-03-01 proposed → accepted `decided` FrontMatter line 3 c1
            in force 2024-03-01 to now
        "#]],
    );
}

#[test]
fn one_day_told_twice_is_one_event() {
    check(
        "accepted",
        "decided 2024-03-05",
        &git("2024-02-03 proposed, 2024-03-05 accepted"),
        "",
        expect![[r#"
            2024-02-03 - → proposed `proposed` Git c0 (FirstStatus)
            2024-03-05 proposed → accepted `accepted` Git line 3 c1
            in force 2024-03-05 to now
        "#]],
    );
}

#[test]
fn a_log_imported_late_keeps_its_written_days() {
    check(
        "superseded",
        "decided 2019-06-01",
        &git("2024-02-03 accepted, 2024-05-01 superseded"),
        "",
        expect![[r#"
            2019-06-01 - → accepted `decided` FrontMatter line 3
            2024-02-03 accepted → accepted `accepted` Git c0 (FirstStatus)
            2024-05-01 accepted → superseded `superseded` Git c1
            told:
            2019-06-01 - → accepted `decided` FrontMatter line 3 c0
            2024-05-01 accepted → superseded `superseded` Git c1
            in force 2019-06-01 to 2024-05-01
        "#]],
    );
}

#[test]
fn a_date_that_was_never_renewed_is_not_that_of_the_decision() {
    check(
        "accepted",
        "decided 2024-02-01",
        &git("2024-02-03 proposed, 2024-06-01 accepted"),
        "",
        expect![[r#"
            2024-02-01 - → - `date` FrontMatter line 3
            2024-02-03 - → proposed `proposed` Git c0 (FirstStatus)
            2024-06-01 proposed → accepted `accepted` Git c1
            in force 2024-06-01 to now
        "#]],
    );
}

#[test]
fn a_date_renewed_after_the_end_does_not_bring_a_decision_back() {
    check(
        "superseded",
        "decided 2024-06-02",
        &git("2024-02-03 accepted, 2024-06-01 superseded"),
        "",
        expect![[r#"
            2024-02-03 - → accepted `accepted` Git c0 (FirstStatus)
            2024-06-01 accepted → superseded `superseded` Git c1
            2024-06-02 - → - `date` FrontMatter line 3
            in force 2024-02-03 to 2024-06-01, inferred
        "#]],
    );
}

#[test]
fn an_open_record_has_no_decision() {
    check(
        "proposed",
        "decided 2024-02-01, comment_by 2024-03-01",
        &git("2024-02-03 proposed"),
        "",
        expect![[r#"
            2024-02-01 - → - `date` FrontMatter line 3
            2024-02-03 - → proposed `proposed` Git c0 (FirstStatus)
        "#]],
    );
}

#[test]
fn a_record_made_with_its_first_state_is_told_once() {
    check(
        "accepted",
        "created 2024-02-03",
        &git("2024-02-03 accepted"),
        "",
        expect![[r#"
            2024-02-03 - → - `created` FrontMatter line 3
            2024-02-03 - → accepted `accepted` Git c0
            told:
            2024-02-03 - → accepted `accepted` Git c0
            in force 2024-02-03 to now
        "#]],
    );
}

#[test]
fn capitals_alone_are_not_told() {
    check(
        "accepted",
        "",
        &git("2024-02-03 Accepted, 2024-06-01 accepted, 2024-07-01 implemented"),
        "",
        expect![[r#"
            2024-02-03 - → accepted `Accepted` Git c0 (FirstStatus)
            2024-06-01 accepted → accepted `accepted` Git c1
            2024-07-01 accepted → implemented `implemented` Git c2
            told:
            2024-02-03 - → accepted `Accepted` Git c0 (FirstStatus)
            2024-07-01 accepted → implemented `implemented` Git c2
            in force 2024-02-03 to now, inferred
        "#]],
    );
}

#[test]
fn a_status_that_is_lost_for_a_while_ends_nothing() {
    check(
        "accepted",
        "",
        &git("2024-01-01 -, 2024-02-03 accepted, 2024-06-01 -, 2024-06-02 accepted"),
        "",
        expect![[r#"
            2024-01-01 - → - `added` Git c0
            2024-02-03 - → accepted `accepted` Git c1 (FirstStatus)
            2024-06-01 - → - `status removed` Git c2
            2024-06-02 accepted → accepted `accepted` Git c3 (FirstStatus)
            in force 2024-02-03 to now, inferred
        "#]],
    );
}

#[test]
fn named_milestones_bring_states() {
    check(
        "implemented",
        "accepted_at 2024-02-01, implemented-on 2024-03-01, stable 2024-04-01",
        &git(""),
        "",
        expect![[r#"
            2024-02-01 - → accepted `accepted_at` FrontMatter line 3
            2024-03-01 accepted → implemented `implemented-on` FrontMatter line 3
            2024-04-01 - → - `stable` FrontMatter line 3
            in force 2024-02-01 to now
        "#]],
    );
}

#[test]
fn text_and_git_are_told_together() {
    check(
        "accepted",
        "",
        &git("2024-02-03 proposed, 2024-03-09 accepted"),
        "2024-01-20 proposed, 2024-03-01 accepted, 2024-04-01 Benchmarks run",
        expect![[r#"
            2024-01-20 - → proposed `proposed` Text line 9
            2024-02-03 proposed → proposed `proposed` Git c0 (FirstStatus)
            2024-03-01 proposed → accepted `accepted` Text line 9
            2024-03-09 accepted → accepted `accepted` Git c1
            2024-04-01 - → - `Benchmarks run` Text line 9
            told:
            2024-01-20 - → proposed `proposed` Text line 9 c0
            2024-03-01 proposed → accepted `accepted` Text line 9 c1
            2024-04-01 - → - `Benchmarks run` Text line 9
            in force 2024-03-01 to now
        "#]],
    );
}

#[test]
fn without_events_the_records_own_dates_tell_since_when() {
    check(
        "accepted",
        "created 2024-02-01",
        &git(""),
        "",
        expect![[r#"
            2024-02-01 - → - `created` FrontMatter line 3
            in force 2024-02-01 to now, inferred
        "#]],
    );
    check("active", "", &git(""), "", expect![[""]]);
}

#[test]
fn a_change_that_is_not_committed_yet_is_of_today() {
    check(
        "deprecated",
        "",
        &git("2024-02-03 accepted"),
        "",
        expect![[r#"
            2024-02-03 - → accepted `accepted` Git c0 (FirstStatus)
            in force 2024-02-03 to 2025-01-01, inferred
        "#]],
    );
}

#[test]
fn a_record_that_moved_has_left_and_not_ended() {
    check(
        "moved",
        "",
        &git("2024-02-03 proposed, 2024-03-01 accepted, 2024-06-01 moved"),
        "",
        expect![[r#"
            2024-02-03 - → proposed `proposed` Git c0 (FirstStatus)
            2024-03-01 proposed → accepted `accepted` Git c1
            2024-06-01 accepted → moved `moved` Git c2
            in force 2024-03-01 to 2024-06-01, moved
        "#]],
    );
}

#[test]
fn an_end_that_nothing_dates_leaves_no_span() {
    let git = FileHistory::default();
    check(
        "deprecated",
        "decided 2024-02-03",
        &git,
        "",
        expect![[r#"
        2024-02-03 - → accepted `decided` FrontMatter line 3
    "#]],
    );
    check(
        "deprecated",
        "decided 2024-02-03, updated 2024-05-01",
        &git,
        "",
        expect![[r#"
            2024-02-03 - → accepted `decided` FrontMatter line 3
            2024-05-01 - → - `updated` FrontMatter line 3
            in force 2024-02-03 to 2024-05-01, inferred
        "#]],
    );
}

#[test]
fn being_there_is_the_status_where_none_is_written() {
    let status = Status { inferred: true, ..status("accepted") };
    let events = merge(&Dates::default(), &status, &[], Some(&git("2024-02-03 -")), &bulk());
    expect![[r#"
        2024-02-03 - → accepted `accepted` Git c0
    "#]]
    .assert_eq(&print(&events));
}

#[test]
fn a_shallow_clone_knows_the_state_before_its_boundary() {
    let file = FileHistory { before: Some(State::Proposed), ..git("2024-02-03 accepted, 2024-03-01 -") };
    let events = merge(&Dates::default(), &status("accepted"), &[], Some(&file), &bulk());
    expect![[r#"
        2024-02-03 proposed → accepted `accepted` Git c0
        2024-03-01 - → - `status removed` Git c1
    "#]]
    .assert_eq(&print(&told(&events)));
}

#[test]
fn superseding_ends_a_decision_though_only_the_other_end_says_so() {
    let check = |own: &str, by: &str, expected: &str| {
        let interval = |text: &str| {
            let (from, to) = text.split_once("..").unwrap_or((text, ""));
            Interval { from: day(from), to: to.parse().ok(), moved: false, inferred: false }
        };
        let events = text(own);
        let by: Vec<Interval> = by.split_whitespace().map(interval).collect();
        let found = in_force(&events, &status("accepted"), &Dates::default(), &by, day("2025-01-01"));
        let found = found
            .iter()
            .map(|own| format!("{}..{}", own.from, own.to.map_or(String::new(), |to| to.to_string())));
        assert_eq!(found.collect::<Vec<_>>().join(" "), expected, "{own} by {by:?}");
    };
    check("2024-01-01 accepted", "", "2024-01-01..");
    check("2024-01-01 accepted", "2024-06-01..", "2024-01-01..2024-06-01");
    check("2024-01-01 accepted", "2024-06-01.. 2024-03-01..", "2024-01-01..2024-03-01");
    check("2024-01-01 accepted", "2024-06-01..2024-07-01", "2024-01-01..2024-06-01");
    check("2024-01-01 accepted", "2024-01-01..", "");
    check("2024-01-01 accepted", "2023-01-01..2023-06-01", "2024-01-01..");
    check(
        "2024-01-01 accepted, 2024-06-01 superseded, 2024-09-01 accepted",
        "2024-06-01..2024-08-01",
        "2024-01-01..2024-06-01 2024-09-01..",
    );
}

#[test]
fn weeks_begin_on_monday() {
    for (date, first) in
        [("2024-03-04", "2024-03-04"), ("2024-03-10", "2024-03-04"), ("2024-01-01", "2024-01-01")]
    {
        assert_eq!(monday(day(date)), day(first));
    }
}

#[test]
fn an_imported_decision_begins_on_its_own_date() {
    let written = ["created 2019-05-01", "decided 2019-05-01", "", "created 2024-02-04"];
    for (written, expected) in written.into_iter().zip([
        expect![[r#"
            2019-05-01 - → accepted `created` FrontMatter line 3 (OwnDate)
            2024-02-03 accepted → accepted `accepted` Git c0 (FirstStatus)
            told:
            2019-05-01 - → accepted `created` FrontMatter line 3 c0 (OwnDate)
            in force 2019-05-01 to now, inferred
        "#]],
        expect![[r#"
            2019-05-01 - → accepted `decided` FrontMatter line 3
            2024-02-03 accepted → accepted `accepted` Git c0 (FirstStatus)
            told:
            2019-05-01 - → accepted `decided` FrontMatter line 3 c0
            in force 2019-05-01 to now
        "#]],
        expect![[r#"
            2024-02-03 - → accepted `accepted` Git c0 (FirstStatus)
            in force 2024-02-03 to now, inferred
        "#]],
        expect![[r#"
            2024-02-03 - → accepted `accepted` Git c0 (FirstStatus)
            2024-02-04 - → - `created` FrontMatter line 3
            in force 2024-02-03 to now, inferred
        "#]],
    ]) {
        check("accepted", written, &git("2024-02-03 accepted"), "", expected);
    }
    // Where git saw it open, git tells.
    check(
        "accepted",
        "created 2019-05-01",
        &git("2024-02-03 proposed, 2024-03-01 accepted"),
        "",
        expect![[r#"
            2019-05-01 - → - `created` FrontMatter line 3
            2024-02-03 - → proposed `proposed` Git c0 (FirstStatus)
            2024-03-01 proposed → accepted `accepted` Git c1
            in force 2024-03-01 to now
        "#]],
    );
}

#[test]
fn a_status_that_appears_dates_nothing() {
    check(
        "accepted",
        "created 2019-05-01",
        &git("2019-05-03 -, 2024-02-03 accepted"),
        "",
        expect![[r#"
            2019-05-01 - → accepted `created` FrontMatter line 3 (OwnDate)
            2019-05-03 - → - `added` Git c0
            2024-02-03 accepted → accepted `accepted` Git c1 (FirstStatus)
            told:
            2019-05-01 - → accepted `created` FrontMatter line 3 c1 (OwnDate)
            2019-05-03 - → - `added` Git c0
            in force 2019-05-01 to now, inferred
        "#]],
    );
    check(
        "accepted",
        "",
        &git("2019-05-03 -, 2024-02-03 accepted"),
        "",
        expect![[r#"
        2019-05-03 - → - `added` Git c0
        2024-02-03 - → accepted `accepted` Git c1 (FirstStatus)
        in force 2024-02-03 to now, inferred
    "#]],
    );
    check(
        "superseded",
        "decided 2019-05-01",
        &git("2019-05-03 -, 2024-02-03 superseded"),
        "",
        expect![[r#"
        2019-05-01 - → accepted `decided` FrontMatter line 3
        2019-05-03 - → - `added` Git c0
        2024-02-03 accepted → superseded `superseded` Git c1 (FirstStatus)
        in force 2019-05-01 to 2024-02-03, inferred
    "#]],
    );
    check(
        "implemented",
        "created 2019-05-01",
        &git("2024-02-03 implemented"),
        "",
        expect![[r#"
            2019-05-01 - → accepted `created` FrontMatter line 3 (OwnDate)
            2024-02-03 accepted → implemented `implemented` Git c0 (FirstStatus)
            in force 2019-05-01 to now, inferred
        "#]],
    );
    check(
        "accepted",
        "created 2019-05-01",
        &git("2024-02-03 accepted"),
        "2020-01-01 draft",
        expect![[r#"
        2019-05-01 - → - `created` FrontMatter line 3
        2020-01-01 - → draft `draft` Text line 9
        2024-02-03 draft → accepted `accepted` Git c0 (FirstStatus)
        in force 2024-02-03 to now, inferred
    "#]],
    );
}

#[test]
fn a_bulk_commit_dates_nothing() {
    check(
        "accepted",
        "",
        &git("2019-05-03 -, 2024-02-03 !accepted"),
        "",
        expect![[r#"
        2019-05-03 - → accepted `accepted` Git c0 (OwnDate)
        2024-02-03 accepted → accepted `accepted` Git bulk (BulkCommit)
        in force 2019-05-03 to now, inferred
    "#]],
    );
    check(
        "accepted",
        "created 2019-05-01",
        &git("2019-05-03 proposed, 2024-02-03 !accepted"),
        "",
        expect![[r#"
            2019-05-01 - → - `created` FrontMatter line 3
            2019-05-03 - → proposed `proposed` Git c0 (FirstStatus)
            2024-02-03 proposed → accepted `accepted` Git bulk (BulkCommit)
            in force 2024-02-03 to now, inferred
        "#]],
    );
    check(
        "deprecated",
        "",
        &git("2019-05-03 proposed, 2019-06-01 accepted, 2024-02-03 !deprecated"),
        "",
        expect![[r#"
            2019-05-03 - → proposed `proposed` Git c0 (FirstStatus)
            2019-06-01 proposed → accepted `accepted` Git c1
            2024-02-03 accepted → deprecated `deprecated` Git bulk (BulkCommit)
            in force 2019-06-01 to 2024-02-03, inferred
        "#]],
    );
    check(
        "accepted",
        "",
        &git("2019-05-03 proposed, 2019-06-01 accepted, 2024-02-03 !Accepted"),
        "",
        expect![[r#"
            2019-05-03 - → proposed `proposed` Git c0 (FirstStatus)
            2019-06-01 proposed → accepted `accepted` Git c1
            2024-02-03 accepted → accepted `Accepted` Git bulk
            told:
            2019-05-03 - → proposed `proposed` Git c0 (FirstStatus)
            2019-06-01 proposed → accepted `accepted` Git c1
            in force 2019-06-01 to now
        "#]],
    );
}
