//! The program as its users meet it: exit statuses, what goes to which stream, what the commands print.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use expect_test::{Expect, expect};
use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Limits, Ran, annals, write};

/// A small log: one decision replaced by another, one open, one with two errors.
fn log() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let docs = folder.path().join("docs");
    let record = |name: &str, text: &str| write(&docs.join("adr").join(name), text);
    record(
        "0001-run-our-own-database.md",
        "---\ntitle: Run our own database\nstatus: superseded by ADR 3\ndate: 2024-01-10\nauthors: [Grace Hopper <grace@example.org>]\ntags: [storage]\n---\n\nWe know how.\n",
    );
    record(
        "0002-use-quic.md",
        "# Use QUIC between regions\n\n- Status: proposed\n- Date: 2026-10-01\n\nTCP needs three round trips. See ADR 1.\n",
    );
    record(
        "0003-use-a-managed-database.md",
        "# Use a managed database\n\n- Status: accepted\n- Date: 2025-06-30\n- Supersedes: ADR 1\n\nNobody wants to be woken up by a disk.\n",
    );
    write(&docs.join("adr/template.md"), "# Title\n\n- Status: proposed\n");
    folder
}

fn run<'a>(folder: &Path, arguments: impl IntoIterator<Item = &'a str>) -> Ran {
    let ran = annals(folder, arguments, Limits::default());
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    ran
}

#[track_caller]
fn check(folder: &Path, arguments: &str, status: i32, stdout: Expect, stderr: Expect) {
    let ran = run(folder, arguments.split_whitespace());
    stdout.assert_eq(&ran.stdout);
    stderr.assert_eq(&ran.stderr);
    assert_eq!(ran.status, Some(status), "{arguments}");
}

#[test]
fn a_template_that_fails_on_every_page_is_named_once() {
    let log = log();
    write(&log.path().join("docs/theme/templates/record.html"), "{% if recrod.title %}x{% endif %}");
    let ran = run(log.path(), ["build", "docs", "-o", "site"]);
    assert_eq!(ran.status, Some(1));
    let place = "docs/theme/templates/record.html:1:7";
    assert_eq!(ran.stderr.matches(place).count(), 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("1 error, "), "{}", ran.stderr);
}

/// The last line: what cannot be opened is no reason for a build to fail.
#[test]
fn a_machine_without_a_browser_is_told_what_to_open() {
    let log = log();
    fs::remove_file(log.path().join("docs/adr/0001-run-our-own-database.md")).unwrap();
    let ran = Command::new(env!("CARGO_BIN_EXE_annals"))
        .args(["build", "docs", "--open"])
        .current_dir(log.path())
        .env("PATH", log.path())
        .output()
        .unwrap();
    let said = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(0), "{said}");
    if cfg!(target_os = "linux") {
        let last = said.lines().last().unwrap_or_default();
        assert!(
            last.starts_with("no browser could be opened (") && last.ends_with("site/index.html"),
            "{said}"
        );
    }
}

#[test]
fn list_show_and_timeline_print_tables() {
    let log = log();
    check(
        log.path(),
        "list docs",
        0,
        expect![[r#"
        ID     STATE       DATE        TITLE
        adr-1  superseded  2024-01-10  Run our own database
        adr-2  proposed    2026-10-01  Use QUIC between regions
        adr-3  accepted    2025-06-30  Use a managed database
    "#]],
        expect![""],
    );
    check(
        log.path(),
        "list docs --state proposed",
        0,
        expect![[r#"
        ID     STATE     DATE        TITLE
        adr-2  proposed  2026-10-01  Use QUIC between regions
    "#]],
        expect![""],
    );
    check(
        log.path(),
        "list docs --tag storage --state accepted",
        0,
        expect![""],
        expect![[r#"
        no record matches
    "#]],
    );
    check(
        log.path(),
        "show 1 docs",
        0,
        expect![[r#"
            adr-1  Run our own database

            state          superseded, by ADR 3
            current        adr-3
            source         adr/0001-run-our-own-database.md
            created        2024-01-10
            authors        Grace Hopper
            tags           storage
            superseded by  adr-3  Use a managed database
            cited by       adr-2

            We know how.

            2024-01-10  created  metadata
        "#]],
        expect![""],
    );
    check(
        log.path(),
        "show ADR-0001 docs --explain",
        0,
        expect![[r#"
            adr-1  Run our own database

            number         0001                  adr/0001-run-our-own-database.md, its name `0001-run-our-own-database`
            title          Run our own database  adr/0001-run-our-own-database.md:2, front matter `title`
            state          superseded            adr/0001-run-our-own-database.md:3, front matter `status`
            created        2024-01-10            adr/0001-run-our-own-database.md:4, front matter `date`
            authors        Grace Hopper          adr/0001-run-our-own-database.md:5, front matter `authors`
            tags           storage               adr/0001-run-our-own-database.md:6, front matter `tags`
            superseded by  ADR-3                 adr/0001-run-our-own-database.md:3, front matter `status`
            summary        We know how.          adr/0001-run-our-own-database.md, text `first paragraph`
        "#]],
        expect![""],
    );
    check(
        log.path(),
        "timeline docs",
        0,
        expect![[r#"
        DATE        ID     EVENT    TITLE
        2024-01-10  adr-1  created  Run our own database
        2025-06-30  adr-3  created  Use a managed database
        2026-10-01  adr-2  created  Use QUIC between regions
    "#]],
        expect![[r#"
            no git history here: dates are those that the records give
        "#]],
    );
    check(
        log.path(),
        "timeline docs --as-of 2024-03-01",
        0,
        expect![""],
        expect![[r#"
            no git history here: dates are those that the records give
            no decision is known to have been in force on 2024-03-01
        "#]],
    );
    check(
        log.path(),
        "timeline docs --as-of 2020-01-01",
        0,
        expect![""],
        expect![[r#"
            no git history here: dates are those that the records give
            no decision is known to have been in force on 2020-01-01
        "#]],
    );
}

#[test]
fn skipped_files_that_have_something_of_a_record_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let record = "# X\n\n- Status: accepted\n- Date: 2024-01-02\n- Deciders: Ada\n";
    for path in ["adr/0001-a.md", "adr/0002-b.md", "adr/0003-c.md", "adr/on-tests.md", "adr/0003-c/1-plan.md"]
    {
        write(&folder.path().join(path), record);
    }
    write(&folder.path().join("adr/0003-c/2-benchmark.md"), "# X\n\nFast.\n");
    write(&folder.path().join("adr/template.md"), record);
    write(&folder.path().join("docs/guide.md"), "# X\n\nText.\n");
    check(
        folder.path(),
        "list",
        0,
        expect![[r#"
        ID            STATE     DATE        TITLE
        adr-1         accepted  2024-01-02  X
        adr-2         accepted  2024-01-02  X
        adr-3         accepted  2024-01-02  X
        adr-on-tests  accepted  2024-01-02  X
    "#]],
        expect![[r#"
        2 files have something of a record and are skipped:
          adr/0003-c/2-benchmark.md (a number): part of the record `adr/0003-c.md`
          adr/0003-c/1-plan.md (a number, a status and the keys of the records): part of the record `adr/0003-c.md`
    "#]],
    );
}

#[test]
fn usage_that_cannot_be_answered_exits_2_and_says_what_would_do() {
    let log = log();
    write(&log.path().join("one.md"), "# One\n");
    check(
        log.path(),
        "list nowhere",
        2,
        expect![""],
        expect![[r#"
        error: `nowhere` is not there

        help: name the folder that holds the records, or the repository they are in
    "#]],
    );
    check(
        log.path(),
        "build nowhere",
        2,
        expect![""],
        expect![[r#"
        error: `nowhere` is not there

        help: name the folder that holds the records, or the repository they are in
    "#]],
    );
    check(
        log.path(),
        "build one.md -o site",
        2,
        expect![""],
        expect![[r#"
        error: `one.md` is a file, not a folder

        help: name its folder: `.`
    "#]],
    );
    check(
        log.path(),
        "show adr-33 docs",
        2,
        expect![""],
        expect![[r#"
        error: there is no record `adr-33`

        help: did you mean `adr-3`?
    "#]],
    );
    check(
        log.path(),
        "list docs --collection rfc",
        2,
        expect![""],
        expect![[r#"
        error: there is no collection `rfc`

        help: there are: adr
    "#]],
    );
    check(
        log.path(),
        "build docs --base-url example.org",
        2,
        expect![""],
        expect![[r#"
        error: `example.org` is not a web address like `https://example.org/decisions/`
    "#]],
    );
    for wrong in ["", "bild", "list --state acepted", "timeline --as-of yesterday"] {
        let ran = run(log.path(), wrong.split_whitespace());
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), ""), "{wrong}");
    }
}

#[test]
fn a_configuration_with_an_error_is_shown_where_it_stands() {
    let log = log();
    write(&log.path().join("docs/annals.toml"), "[site]\ntitel = \"Decisions\"\n");
    check(
        log.path(),
        "build docs -o site",
        1,
        expect![""],
        expect![[r#"
            error[bad-config]: unknown field `titel`
             --> docs/annals.toml:2:1
              |
            2 | titel = "Decisions"
              | ^^^^^
              |
              = help: did you mean `title`?

        "#]],
    );
    assert!(!log.path().join("site").exists());
}

#[test]
fn help_and_version_are_data() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        "--help",
        "--version",
        "build --help",
        "list --help",
        "show --help",
        "search --help",
        "timeline --help",
    ] {
        let ran = run(folder.path(), arguments.split_whitespace());
        assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{arguments}");
        assert!(
            arguments == "--help" || arguments == "--version" || ran.stdout.contains("Examples:"),
            "{arguments}"
        );
    }
}

#[test]
fn a_build_puts_nothing_on_stdout_unless_a_program_asked() {
    let log = log();
    write(&log.path().join("docs/adr/0004-broken.md"), b"# Caf\xe9\n\n- Status: accepted\n");
    let ran = run(log.path(), ["build", "docs", "-o", "site"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("--> docs/adr/0004-broken.md:1:6"), "{}", ran.stderr);
    let json = run(log.path(), ["build", "docs", "-o", "site", "--format", "json"]);
    let problems: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(problems[0]["code"], "not-utf8");
    assert_eq!(problems[0]["file"], "adr/0004-broken.md");
    let github = run(log.path(), ["build", "docs", "-o", "site", "--format", "github"]);
    assert!(github.stdout.starts_with("::error file=docs/adr/0004-broken.md,line=1,col=6,title=not-utf8::"));
    let short = run(log.path(), ["build", "docs", "-o", "site", "--format", "short"]);
    assert!(short.stdout.starts_with("docs/adr/0004-broken.md:1:6: error[not-utf8]: "), "{}", short.stdout);
}

#[test]
fn json_is_the_same_language_everywhere_and_keeps_mail_at_home() {
    let log = log();
    let json = |arguments: &str| -> Value {
        let ran = run(log.path(), arguments.split_whitespace());
        assert!(!ran.stdout.contains("grace@"), "{}", ran.stdout);
        serde_json::from_str(&ran.stdout).unwrap()
    };
    assert_eq!(run(log.path(), ["build", "docs", "-o", "site"]).status, Some(0));
    let published: Value =
        serde_json::from_slice(&fs::read(log.path().join("site/records.json")).unwrap()).unwrap();
    assert_eq!(json("list docs --json"), published);
    assert_eq!(json("show adr-0001 docs --json")["record"], published["records"][0]);
    assert_eq!(json("timeline docs --as-of 2025-07-01 --json")["records"][0], published["records"][2]);
    assert_eq!(json("timeline docs --json")["events"][0]["id"], "adr-1");
    let first = &published["records"][0];
    assert_eq!(first["status"]["state"], "superseded");
    assert_eq!(first["superseded_by_now"], serde_json::json!(["adr-3"]));
    assert_eq!(first["source"], "adr/0001-run-our-own-database.md");
    let text = fs::read_to_string(log.path().join("site/records.json")).unwrap();
    assert!(!text.contains(log.path().to_str().unwrap()));
}

#[test]
fn every_record_answers_to_its_names() {
    let log = log();
    for name in ["adr-0002", "ADR-2", "adr 2", "2", "0002", "use-quic", "adr/0002-use-quic.md", "ADR#2"] {
        let ran = run(log.path(), ["show", name, "docs", "--json"]);
        assert_eq!(ran.status, Some(0), "{name}: {}", ran.stderr);
        let shown: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(shown["record"]["source"], "adr/0002-use-quic.md", "{name}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    for number in 1..=400 {
        write(
            &folder.path().join(format!("adr/{number:04}-x.md")),
            format!("# {}\n\nStatus: accepted\n", "long ".repeat(60)),
        );
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_annals"))
        .args(["list", "."])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut start = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut start).unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(!said.contains("rror") && !said.contains("panic"), "{said}");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn colour_is_for_terminals_alone() {
    let log = log();
    let out = |variable: (&str, &str)| {
        let output = Command::new(env!("CARGO_BIN_EXE_annals"))
            .args(["list", "docs"])
            .current_dir(log.path())
            .env_remove("NO_COLOR")
            .env(variable.0, variable.1)
            .output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    assert!(!out(("X", "1")).contains('\u{1b}'));
    assert!(out(("CLICOLOR_FORCE", "1")).contains("\u{1b}["));
    assert!(!out(("NO_COLOR", "1")).contains('\u{1b}'));
}

#[test]
fn bad_surroundings_are_told_apart() {
    let log = log();
    let output = Command::new(env!("CARGO_BIN_EXE_annals"))
        .args(["list", "docs"])
        .current_dir(log.path())
        .env("SOURCE_DATE_EPOCH", "tomorrow")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    // A folder that cannot be made is the machine's fault.
    write(&log.path().join("file"), "");
    let ran = run(log.path(), ["build", "docs", "-o", "file/site"]);
    assert_eq!(ran.status, Some(3), "{}", ran.stderr);
}
