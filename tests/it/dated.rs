//! Timelines of whole repositories: what git, the records and the pages say of one decision has to agree.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use annals::catalog;
use annals::history::History;
use annals::record::Phase;
use annals::site::Site;
use annals::source::{DiscoverOptions, discover};
use annals::{json, timeline, view};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::truth_timeline::shared;

/// What one commit does, and its day.
#[derive(Debug, Clone)]
pub struct Commit {
    pub day: Date,
    /// Path and text.
    pub written: Vec<(String, String)>,
    /// Path before and after.
    pub renamed: Vec<(String, String)>,
}

/// A repository with these commits, by one run of `git fast-import`.
pub fn repository(commits: &[Commit]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.arg("-C").arg(folder.path()).args(arguments);
        command.envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")]);
        command
    };
    assert!(git(&["init", "--quiet", "--initial-branch=main"]).status().unwrap().success());
    let mut stream = String::new();
    for Commit { day, written, renamed } in commits {
        let seconds = day.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_second();
        let who = format!("Ada <ada@example.org> {seconds} +0000");
        let _ = write!(stream, "commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata 4\nStep\n");
        for (from, to) in renamed {
            let _ = writeln!(stream, "R {from} {to}");
        }
        for (path, text) in written {
            let _ = writeln!(stream, "M 644 inline {path}\ndata {}\n{text}", text.len());
        }
    }
    let mut import = git(&["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn().unwrap();
    import.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
    assert!(import.wait().unwrap().success(), "{stream}");
    assert!(git(&["reset", "--quiet", "--hard"]).status().unwrap().success());
    folder
}

/// The site of a folder on 1 December 2026, with its history.
pub fn site(root: &Path) -> Site {
    let today = Some(date(2026, 12, 1));
    let inputs = discover(root, &DiscoverOptions { today, ..DiscoverOptions::default() }).unwrap();
    annals::resolve(root, &Arc::new(inputs), &mut annals::Memory::default())
}

/// A record long enough that a changed status leaves it similar to itself.
pub fn record(number: usize, metadata: &str) -> String {
    let body: String = (1..20).map(|line| format!("Reason {line} for decision {number}.\n")).collect();
    format!("---\n{metadata}---\n# Decision {number}\n\n{body}")
}

fn commit(day: &str, written: Vec<(String, String)>) -> Commit {
    Commit { day: day.parse().unwrap(), written, renamed: Vec::new() }
}

fn path(number: usize) -> String {
    format!("adr/{number:04}-decision.md")
}

fn titles(site: &Site, day: &str) -> String {
    let records = timeline::as_of(site, day.parse().unwrap());
    records.iter().map(|ix| site.entries[*ix].record.title.value.as_str()).collect::<Vec<_>>().join(", ")
}

fn notes(site: &Site) -> Vec<&str> {
    let all = site.all_diagnostics().filter(|diagnostic| diagnostic.code == "bulk-status-commit");
    all.map(|diagnostic| diagnostic.message.as_str()).collect()
}

#[test]
fn an_import_in_one_commit_dates_no_decision() {
    let folder = repository(&[commit(
        "2026-03-01",
        vec![
            (path(1), record(1, "status: accepted\ncreated: 2019-05-06\n")),
            (path(2), record(2, "status: accepted\ncreated: 2021-02-03\n")),
            (path(3), record(3, "status: proposed\ncreated: 2021-02-03\n")),
        ],
    )]);
    let site = site(folder.path());
    assert_eq!(titles(&site, "2024-03-01"), "Decision 1, Decision 2");
    assert_eq!(titles(&site, "2020-01-01"), "Decision 1");
    assert!(site.entries[0].in_force.iter().all(|own| own.inferred));
    assert!(notes(&site).is_empty(), "three records are no bulk: {:?}", notes(&site));
}

#[test]
fn a_script_that_adds_a_status_to_every_record_dates_no_decision() {
    // Records of 2016 to 2020; in 2021 one commit gives `many` of them a status, another the rest.
    let check = |records: usize, many: usize, expected: usize, reported: usize| {
        let written = |numbers: std::ops::RangeInclusive<usize>, status: &str| -> Vec<(String, String)> {
            numbers.map(|number| (path(number), record(number, status))).collect()
        };
        let mut commits = vec![commit("2016-01-01", written(1..=records, "area: cli\n"))];
        commits.push(commit("2021-05-01", written(1..=many, "area: cli\nstatus: accepted\n")));
        let folder = repository(&commits);
        let site = site(folder.path());
        assert_eq!(timeline::as_of(&site, date(2018, 1, 1)).len(), expected, "{records} {many}");
        assert_eq!(notes(&site).len(), reported, "{records} {many}: {:?}", notes(&site));
        let in_force =
            site.entries.iter().filter(|entry| entry.record.status.state.phase() == Phase::InForce);
        for entry in in_force {
            assert!(entry.in_force.iter().all(|own| own.inferred), "{:?}", entry.in_force);
        }
    };
    check(30, 30, 30, 1);
    check(15, 5, 5, 1);
    check(16, 5, 0, 0);
    check(6, 4, 0, 0);
    check(70, 21, 21, 1);
    check(70, 20, 0, 0);
}

#[test]
fn a_bulk_commit_is_reported_once_and_only_where_it_leaves_dates_approximate() {
    let import = |metadata: &dyn Fn(usize) -> String| {
        let written = (1..=25).map(|number| (path(number), record(number, &metadata(number)))).collect();
        repository(&[commit("2026-03-01", written)])
    };
    let dated = import(&|number| format!("status: accepted\ndecided: 2019-05-{number:02}\n"));
    assert!(notes(&site(dated.path())).is_empty());
    let undated = import(&|_| "status: accepted\n".to_owned());
    let site = site(undated.path());
    let [note] = notes(&site)[..] else { panic!("{:?}", notes(&site)) };
    assert!(note.contains("of 2026-03-01 gives 25 records a status at once"), "{note}");
}

/// Says where the year table, the intervals, `--as-of`, `records.json` and the events of a site disagree.
fn disagreements(site: &Arc<Site>) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut expect = |what: &str, right: bool| {
        if !right {
            wrong.push(what.to_owned());
        }
    };
    let today = site.today;
    let catalog = catalog::catalog(Arc::clone(site), &mut catalog::Memory::default());
    let intervals = || site.entries.iter().flat_map(|entry| entry.in_force.iter());
    let mut before = 0;
    for row in view::timeline::timeline(&catalog, None).years {
        let year = row.year;
        let in_year = |day: Date| day.year() == year && day <= today;
        let last = Date::new(year, 12, 31).unwrap().min(today);
        let ends =
            |moved: bool| intervals().filter(|own| own.to.is_some_and(in_year) && own.moved == moved).count();
        expect(&format!("{year}: began"), row.decided == intervals().filter(|own| in_year(own.from)).count());
        expect(&format!("{year}: ended"), row.ended == ends(false));
        expect(&format!("{year}: moved"), row.moved == ends(true));
        expect(&format!("{year}: in force"), row.in_force == timeline::as_of(site, last).len());
        expect(&format!("{year}: sum"), before + row.decided == row.in_force + row.ended + row.moved);
        before = row.in_force;

        let page = view::timeline::timeline(&catalog, Some(year));
        let lanes: usize = page.lanes.iter().map(|group| group.lanes.len()).sum();
        let edges = |entry: &annals::site::Entry| {
            entry.in_force.iter().any(|own| in_year(own.from) || own.to.is_some_and(in_year))
        };
        let edged = site.entries.iter().filter(|entry| edges(entry)).count();
        expect(&format!("{year}: lanes"), !page.complete && edged > 300 || lanes == edged);
        let spans = page.lanes.iter().flat_map(|group| &group.lanes).flat_map(|lane| &lane.spans);
        let end_of_bars = 1000 * (i64::from(last.day_of_year()) + 1) / 365;
        expect(
            &format!("{year}: bars"),
            spans.into_iter().all(|span| i64::from(span.x + span.width) <= end_of_bars),
        );
        let stayed = site.entries.iter().filter(|entry| {
            entry.in_force.iter().any(|own| own.from.year() < year && own.to.is_none_or(|to| to > last))
        });
        expect(&format!("{year}: throughout"), page.throughout_count == stayed.count());
    }
    expect("in force today", before == timeline::as_of(site, today).len());

    let undated = timeline::undated(site);
    for (ix, entry) in site.entries.iter().enumerate() {
        let told = timeline::told(&entry.events);
        let (phase, own) = (entry.record.status.state.phase(), &entry.in_force);
        let mut expect = |what: &str, right: bool| {
            expect(&format!("{}: {what}: {own:?} {told:?}", entry.record.source), right);
        };
        expect(
            "intervals in order",
            own.windows(2).all(|pair| pair[0].to.is_some_and(|to| to <= pair[1].from)),
        );
        expect("no empty interval", own.iter().all(|own| own.to.is_none_or(|to| own.from < to)));
        let open = own.iter().any(|own| own.to.is_none());
        match phase {
            Phase::InForce if entry.superseded_by.is_empty() => {
                expect("in force since a day, or undated", open != undated.contains(&ix));
            }
            Phase::InForce | Phase::Unknown => {}
            _ => expect("not in force", !open),
        }
        let page = view::record::record(&catalog, ix, None).0.status;
        let shown = |day: Option<view::StatusDay>| day.map(|day| day.date);
        if let (Some(to), Phase::Retired | Phase::Elsewhere) = (own.last().and_then(|own| own.to), phase) {
            expect("the banner's end", shown(page.ended) == Some(to.to_string()));
        }
        if let Some(since) = shown(page.in_force_since) {
            expect("the banner's beginning", own.last().is_some_and(|own| own.from.to_string() == since));
        }
        let began = |own: &timeline::Interval| {
            let event = told.iter().find(|event| {
                event.date == own.from && event.to.map(|state| state.phase()) == Some(Phase::InForce)
            });
            event.map_or(own.inferred, |event| own.inferred || event.inferred.is_none())
        };
        expect("an interval begins with an event, or is inferred", own.iter().all(began));
        let json = serde_json::to_value(json::record(site, entry)).unwrap();
        let told = |own: &timeline::Interval| {
            serde_json::json!({
                "from": own.from.to_string(),
                "to": own.to.map(|to| to.to_string()),
                "moved": own.moved,
                "inferred": own.inferred,
            })
        };
        expect("records.json", json["in_force"] == own.iter().map(told).collect::<serde_json::Value>());
        let inferred = json["events"].as_array().unwrap().iter().map(|event| event["inferred"].as_bool());
        expect(
            "inferred events",
            inferred.eq(entry.events.iter().map(|event| Some(event.inferred.is_some()))),
        );
    }
    wrong
}

/// One commit of a generated history.
#[derive(Debug, Clone)]
enum Step {
    /// Adds new records with these statuses.
    Import(Vec<Metadata>),
    /// Gives one record another status.
    Change(usize, usize),
    /// Gives every record a status.
    Bulk(usize),
    /// Undoes what the last commit wrote.
    Revert,
    /// Renames a record.
    Rename(usize),
}

/// Index of a status, and whether the record gives a date of its own, and which.
type Metadata = (usize, Option<(bool, i32)>);

const STATUSES: [&str; 9] =
    ["", "draft", "proposed", "accepted", "implemented", "rejected", "deprecated", "superseded", "moved"];

fn metadata((status, date): Metadata) -> String {
    let status = match STATUSES[status % STATUSES.len()] {
        "" => String::new(),
        status => format!("status: {status}\n"),
    };
    let date = date.map(|(decided, days)| {
        let key = if decided { "decided" } else { "created" };
        format!("{key}: {}\n", date_after(days))
    });
    format!("area: cli\n{status}{}", date.unwrap_or_default())
}

fn date_after(days: i32) -> Date {
    date(2015, 1, 1).saturating_add(jiff::Span::new().days(days))
}

fn history(steps: &[(u16, Step)]) -> Vec<Commit> {
    let mut day = 0;
    // Path, metadata, and the number of the record.
    let mut records: Vec<(String, Metadata)> = Vec::new();
    let mut undo: Vec<(usize, Metadata)> = Vec::new();
    let mut commits = Vec::new();
    for (days, step) in steps {
        day += i32::from(*days);
        let mut commit = Commit { day: date_after(1500 + day), written: Vec::new(), renamed: Vec::new() };
        let mut changed: Vec<(usize, Metadata)> = Vec::new();
        match step {
            Step::Import(new) => {
                for metadata in new {
                    records.push((path(records.len() + 1), *metadata));
                    changed.push((records.len() - 1, *metadata));
                }
            }
            Step::Revert => changed.append(&mut undo),
            _ if records.is_empty() => {}
            Step::Change(at, status) => {
                let at = at % records.len();
                changed.push((at, (*status, records[at].1.1)));
            }
            Step::Bulk(status) => {
                changed.extend(records.iter().enumerate().map(|(at, (_, old))| (at, (*status, old.1))));
            }
            Step::Rename(at) => {
                let at = at % records.len();
                let new = records[at].0.replace(".md", "-b.md");
                commit.renamed.push((std::mem::replace(&mut records[at].0, new.clone()), new));
            }
        }
        undo.clear();
        for (at, new) in changed {
            undo.push((at, std::mem::replace(&mut records[at].1, new)));
            commit.written.push((records[at].0.clone(), record(at + 1, &metadata(new))));
        }
        commits.push(commit);
    }
    commits
}

fn any_metadata() -> impl Strategy<Value = Metadata> {
    (0..STATUSES.len(), prop::option::of((any::<bool>(), 0..4000_i32)))
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => prop::collection::vec(any_metadata(), 1..8).prop_map(Step::Import),
        4 => (any::<usize>(), 0..STATUSES.len()).prop_map(|(at, status)| Step::Change(at, status)),
        2 => (0..STATUSES.len()).prop_map(Step::Bulk),
        1 => Just(Step::Revert),
        1 => any::<usize>().prop_map(Step::Rename),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn generated_histories_agree(
        first in prop::collection::vec(any_metadata(), 3..9),
        steps in prop::collection::vec((1..400_u16, step()), 1..12),
    ) {
        let steps = [vec![(1, Step::Import(first))], steps].concat();
        let folder = repository(&history(&steps));
        let site = Arc::new(site(folder.path()));
        let wrong = disagreements(&site);
        prop_assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn an_import_loses_no_answer(records in prop::collection::vec(any_metadata(), 1..30)) {
        let folder = repository(&history(&[(1, Step::Import(records))]));
        let with_git = site(folder.path());
        std::fs::remove_dir_all(folder.path().join(".git")).unwrap();
        let without = site(folder.path());
        for day in (0..4000).step_by(30).map(date_after) {
            let (with_git, without) = (timeline::as_of(&with_git, day), timeline::as_of(&without, day));
            let lost: Vec<_> = without.iter().filter(|ix| !with_git.contains(ix)).collect();
            prop_assert!(lost.is_empty(), "{day}: {lost:?}");
        }
    }
}

#[test]
fn the_given_logs_agree() {
    let Some(shared) = shared() else {
        eprintln!("skipped: the real repositories are not here (ANNALS_SHARED, or ../shared)");
        return;
    };
    let entries = std::fs::read_dir(shared.join("corpora")).unwrap().map(|entry| entry.unwrap().path());
    let mut wrong = Vec::new();
    for place in entries {
        let clone = tempfile::tempdir().unwrap();
        let site = match place.is_dir() {
            true => crate::links::resolved(&place, History::default()),
            false => {
                let mut git = Command::new("git");
                git.args(["-c", "init.defaultBranch=main", "clone", "--quiet"]).arg(&place).arg(clone.path());
                assert!(git.status().unwrap().success());
                site(clone.path())
            }
        };
        let name = place.file_name().unwrap().to_string_lossy().into_owned();
        assert!(!site.entries.is_empty(), "{name} has no records");
        wrong.extend(disagreements(&Arc::new(site)).into_iter().map(|what| format!("{name}: {what}")));
    }
    assert!(wrong.is_empty(), "{} disagree: {:#?}", wrong.len(), &wrong[..wrong.len().min(20)]);
}
