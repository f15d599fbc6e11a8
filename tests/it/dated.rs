//! Timelines of whole repositories: what git, the records and the pages say of one decision has to agree.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use annals::record::Phase;
use annals::site::Site;
use annals::source::{DiscoverOptions, discover};
use annals::timeline;
use jiff::civil::{Date, date};
use tempfile::TempDir;

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
