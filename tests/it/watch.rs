//! `annals watch` and real files: what editors, git and file systems do to a folder.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Instant;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::acts::{Act, BROKEN, act, small};
use crate::program::{Limits, annals, files, write};
use crate::server::{FOR_EVER, Preview, address, log, record};

// What editors do when they save. Each takes a file and its new text.

type Save = fn(&Path, &str);

fn in_place(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
}

/// VS Code empties the file and then writes it.
fn vs_code(path: &Path, text: &str) {
    let mut file = fs::File::create(path).unwrap();
    file.sync_all().unwrap();
    thread::yield_now();
    file.write_all(text.as_bytes()).unwrap();
}

/// vim with a backup: it tries whether it may write, moves the file away, and writes a new one.
fn vim(path: &Path, text: &str) {
    let beside = |name: &str| path.with_file_name(name);
    let name = path.file_name().unwrap().to_str().unwrap();
    let swap = beside(&format!(".{name}.swp"));
    fs::write(&swap, "b0VIM").unwrap();
    fs::write(beside("4913"), "").unwrap();
    fs::remove_file(beside("4913")).unwrap();
    fs::rename(path, beside(&format!("{name}~"))).unwrap();
    fs::write(path, text).unwrap();
    fs::remove_file(beside(&format!("{name}~"))).unwrap();
    fs::remove_file(swap).unwrap();
}

/// JetBrains writes beside the file and swaps the two.
fn jetbrains(path: &Path, text: &str) {
    let name = path.file_name().unwrap().to_str().unwrap();
    let (new, old) = (
        path.with_file_name(format!("{name}___jb_tmp___")),
        path.with_file_name(format!("{name}___jb_old___")),
    );
    fs::write(&new, text).unwrap();
    fs::rename(path, &old).unwrap();
    fs::rename(new, path).unwrap();
    fs::remove_file(old).unwrap();
}

/// emacs keeps a lock that is a symbolic link to nowhere, and a copy of what is not saved yet.
fn emacs(path: &Path, text: &str) {
    let name = path.file_name().unwrap().to_str().unwrap();
    let (lock, unsaved) =
        (path.with_file_name(format!(".#{name}")), path.with_file_name(format!("#{name}#")));
    #[cfg(unix)]
    std::os::unix::fs::symlink("me@here.4242:1", &lock).unwrap();
    fs::write(&unsaved, text).unwrap();
    fs::rename(path, path.with_file_name(format!("{name}~"))).unwrap();
    fs::write(path, text).unwrap();
    fs::remove_file(unsaved).unwrap();
    let _ = fs::remove_file(lock);
    fs::remove_file(path.with_file_name(format!("{name}~"))).unwrap();
}

/// sed -i, and every program that writes a new file and renames it over the old one.
fn renamed_over(path: &Path, text: &str) {
    let new = path.with_file_name("sedXq12Zt");
    fs::write(&new, text).unwrap();
    fs::rename(new, path).unwrap();
}

/// A program that takes its time.
fn in_two_halves(path: &Path, text: &str) {
    let mut file = fs::File::create(path).unwrap();
    let (first, second) = text.as_bytes().split_at(text.len() / 2);
    file.write_all(first).unwrap();
    file.sync_all().unwrap();
    file.write_all(second).unwrap();
}

#[test]
fn a_save_shows_whatever_the_editor_does_and_the_page_is_never_away() {
    let mut preview = log();
    let ways: [(&str, Save); 7] = [
        ("in place", in_place),
        ("VS Code", vs_code),
        ("vim", vim),
        ("JetBrains", jetbrains),
        ("emacs", emacs),
        ("sed -i", renamed_over),
        ("in two halves", in_two_halves),
    ];
    for round in 0..3 {
        for (name, save) in ways {
            let text = format!("Saved by {name} for the {round}th time.");
            save(&preview.path("adr/0001-queue.md"), &record("Queue", &text));
            preview.until("/adr/0001.html", &text);
        }
    }
    preview.is_as_built();
}

#[test]
fn what_nobody_meant_causes_no_round() {
    let mut preview = log();
    preview.nothing_comes_of("litter", |root| {
        for name in [
            ".0001-queue.md.swp",
            "4913",
            "0001-queue.md~",
            "#0001-queue.md#",
            ".DS_Store",
            "._0001-queue.md",
        ] {
            fs::write(root.join("adr").join(name), "litter").unwrap();
        }
    });
    preview.nothing_comes_of("ignored files", |root| {
        fs::write(root.join("debug.log"), "ignored").unwrap();
        fs::create_dir_all(root.join("ignored/deep")).unwrap();
        fs::write(root.join("ignored/deep/0003-x.md"), record("Ignored", "")).unwrap();
    });
    preview.nothing_comes_of("node_modules", |root| {
        fs::create_dir_all(root.join("node_modules/x")).unwrap();
        fs::write(root.join("node_modules/x/README.md"), "# X").unwrap();
    });
    preview.nothing_comes_of("reading", |root| {
        for path in files(root) {
            fs::read(root.join(path)).unwrap();
        }
    });
    preview.nothing_comes_of("the same bytes again", |root| {
        let path = root.join("adr/0001-queue.md");
        fs::write(&path, fs::read(&path).unwrap()).unwrap();
    });
}

#[test]
fn an_output_folder_inside_the_root_never_loops() {
    let mut preview = log();
    preview.nothing_comes_of("a build", |root| {
        let ran = annals(root, ["build", ".", "-o", "site"], Limits::default());
        assert_eq!(ran.status, Some(0), "{ran:?}");
    });
    preview.nothing_comes_of("a build to another folder", |root| {
        let ran = annals(root, ["build", ".", "-o", "public"], Limits::default());
        assert_eq!(ran.status, Some(0), "{ran:?}");
    });
}

#[test]
fn files_and_folders_come_go_and_move() {
    let mut preview = log();
    // Folders that are made together with what is in them.
    write(&preview.path("docs/rfc/0001-a.md"), record("Deep", "At once."));
    write(&preview.path("docs/rfc/0002-b.md"), record("Deep too", ""));
    preview.until_status("/rfc/0001.html", 200);
    preview.until("/rfc/0001.html", "At once.");
    preview.is_as_built();
    // A folder that moves takes its records along, and is still followed.
    fs::rename(preview.path("docs"), preview.path("notes")).unwrap();
    write(&preview.path("notes/rfc/0001-a.md"), record("Deep", "After the move."));
    preview.until("/rfc/0001.html", "After the move.");
    preview.is_as_built();
    // A record under another number: gone here, there there, and what led to it says so.
    fs::rename(preview.path("adr/0001-queue.md"), preview.path("adr/0003-queue.md")).unwrap();
    preview.until_status("/adr/0001.html", 404);
    preview.until_status("/adr/0003.html", 200);
    assert!(preview.state("/adr/0002.html")["problems"].to_string().contains("broken-link"));
    fs::remove_dir_all(preview.path("notes")).unwrap();
    preview.until_status("/rfc/0001.html", 404);
    assert!(!preview.get("/").text().contains("Deep"));
    preview.is_as_built();
    // There and away within a millisecond.
    for n in 0..50 {
        let path = preview.path(&format!("adr/{:04}-mayfly.md", 100 + n));
        fs::write(&path, record("Mayfly", "")).unwrap();
        fs::remove_file(&path).unwrap();
    }
    fs::write(preview.path("adr/0004-last.md"), record("Last", "The end.")).unwrap();
    preview.until_status("/adr/0004.html", 200);
    while preview.get("/adr/index.html").text().contains("Mayfly") {
        preview.round();
    }
    preview.is_as_built();
}

fn git(root: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.arg("-C").arg(root).args([
        "-c",
        "user.name=A",
        "-c",
        "user.email=a@example.org",
        "-c",
        "commit.gpgsign=false",
    ]);
    let ran = command.args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap();
    assert!(ran.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn a_checkout_of_a_thousand_files_a_commit_and_a_rebase() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("log");
    let all = |text: &str| {
        for n in 1..=1000 {
            write(&root.join(format!("adr/{n:04}-x.md")), record(&format!("Choice {n}"), text));
        }
    };
    all("On the main branch.");
    git(&root, &["init", "--quiet", "--initial-branch=main"]);
    git(&root, &["add", "."]);
    git(&root, &["commit", "--quiet", "--message=All"]);
    git(&root, &["switch", "--quiet", "--create=other"]);
    all("On the other branch.");
    git(&root, &["commit", "--quiet", "--all", "--message=Other"]);
    let mut preview = Preview::start(folder, &[]);
    git(&root, &["switch", "--quiet", "main"]);
    for page in ["/adr/0001.html", "/adr/0500.html", "/adr/1000.html"] {
        preview.until(page, "On the main branch.");
    }
    // A commit changes no file, but what git says of one.
    write(&root.join("adr/0001-x.md"), record("Choice 1", "Changed.").replace("accepted", "rejected"));
    preview.until("/adr/0001.html", "Changed.");
    git(&root, &["commit", "--quiet", "--all", "--message=Reject it"]);
    preview.round();
    preview.is_as_built();
    git(&root, &["switch", "--quiet", "other"]);
    preview.until("/adr/0500.html", "On the other branch.");
    git(&root, &["-c", "merge.conflictStyle=merge", "rebase", "--quiet", "--strategy-option=theirs", "main"]);
    preview.until("/adr/0001.html", "On the other branch.");
}

/// What the system, the watcher and the server make of it together; `preview.rs` tries many more by themselves.
#[test]
fn whatever_happens_it_serves_what_a_build_writes() {
    let config = ProptestConfig {
        cases: 3,
        max_shrink_iters: 0,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let acts = prop::collection::vec((act(), prop::bool::weighted(0.4)), 4..20);
    let followed = |acts: Vec<(Act, bool)>| {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("log");
        for (path, bytes) in small() {
            write(&root.join(path), bytes);
        }
        crate::program::git(&root, &["init", "--quiet", "--initial-branch=trunk", "."]);
        Act::Commit.apply(&root);
        let mut preview = Preview::start(folder, &[]);
        let mut ever = BTreeSet::new();
        for (step, (act, is_looked_at)) in acts.iter().enumerate() {
            act.apply(&root);
            if !is_looked_at && step + 1 < acts.len() {
                continue;
            }
            preview.settle(&format!("After step {step}."));
            let (paths, stale) = preview.compare();
            let is_broken = fs::read_to_string(preview.path("theme/templates/record.html"))
                .is_ok_and(|text| text == BROKEN);
            assert_eq!(is_broken, !stale.is_empty(), "{stale:?}");
            for gone in ever.difference(&paths) {
                assert_eq!(preview.get(&address(gone)).status, 404, "{gone} is still there");
            }
            ever.extend(paths);
        }
        Ok(())
    };
    TestRunner::new(config).run(&acts, followed).unwrap();
}

#[test]
fn polling_sees_the_same() {
    let mut preview =
        Preview::with(&[("adr/0001-queue.md", &record("Queue", "The first text."))], &["--poll"]);
    write(&preview.path("adr/0001-queue.md"), record("Queue", "Another text."));
    preview.until("/adr/0001.html", "Another text.");
    write(&preview.path("adr/0002-x.md"), record("New", ""));
    preview.until_status("/adr/0002.html", 200);
    fs::remove_file(preview.path("adr/0002-x.md")).unwrap();
    preview.until_status("/adr/0002.html", 404);
    preview.is_as_built();
}

/// In a user namespace, which has limits of its own, where the system lets us have one.
#[test]
#[cfg(target_os = "linux")]
fn where_the_systems_limit_is_reached_it_says_how_to_raise_it_and_polls() {
    let limited = |limit: &str, then: &str| {
        let mut command = Command::new("unshare");
        let shell = format!("echo {limit} && exec \"$@\"");
        command.args(["--user", "--map-root-user", "sh", "-c", &shell, "sh"]).args(then.split(' '));
        command
    };
    let follow = |limit: &str, raises: &str, first: bool| {
        if !limited(limit, "true").output().is_ok_and(|ran| ran.status.success()) {
            return eprintln!("skipped: no user namespaces here");
        }
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("log/adr/0001-queue.md"), record("Queue", "The first text."));
        let mut command = limited(limit, env!("CARGO_BIN_EXE_annals"));
        command.args(["watch", "log", "--addr", "127.0.0.1:0"]);
        let mut preview = Preview::run(folder, command).unwrap();
        if first {
            preview.until_says(|said| said.contains(raises));
        }
        for n in 1..6 {
            write(
                &preview.path(&format!("part{n}/adr/0001-deep.md")),
                record("Deep", "In a folder of its own."),
            );
        }
        write(&preview.path("adr/0001-queue.md"), record("Queue", "Another text."));
        preview.until("/adr/0001.html", "Another text.");
        preview.until_says(|said| said.contains(raises));
        write(&preview.path("part5/adr/0001-deep.md"), record("Deeper", "Changed afterwards."));
        while !preview.get("/records.json").text().contains("Deeper") {
            preview.round();
        }
        preview.is_as_built();
    };
    let watches = "sudo sysctl fs.inotify.max_user_watches=";
    follow("0 > /proc/sys/user/max_inotify_watches", watches, true);
    follow("3 > /proc/sys/user/max_inotify_watches", watches, false);
    follow("0 > /proc/sys/user/max_inotify_instances", "sudo sysctl fs.inotify.max_user_instances=", true);
}

#[test]
fn drafts_are_shown_and_marked_unless_they_are_not_wanted() {
    let draft = "---\nstatus: proposed\ndraft: true\n---\n# Secret plan\n";
    let log = [("adr/0001-queue.md", record("Queue", "")), ("adr/0002-plan.md", draft.to_owned())];
    let log = log.each_ref().map(|(path, text)| (*path, text.as_str()));
    let preview = Preview::of(&log);
    assert!(preview.get("/adr/0002.html").text().to_lowercase().contains("draft"));
    assert_eq!(Preview::with(&log, &["--no-drafts"]).get("/adr/0002.html").status, 404);
}

#[test]
fn a_picture_that_changed_is_named_so_that_pages_fetch_it_again() {
    let text = record("Queue", "![Plan](plan.svg)");
    let mut preview = Preview::of(&[("adr/0001-queue.md", &text), ("adr/plan.svg", "<svg/>")]);
    let page = preview.get("/adr/0001.html").text();
    let (before, _) = page.split_once("plan.svg\"").unwrap();
    let (_, folder) = before.rsplit_once("src=\"").unwrap();
    let address = format!("/adr/{folder}plan.svg").replace("/adr/../", "/");
    assert_eq!(preview.get(&address).text(), "<svg/>");
    write(&preview.path("adr/plan.svg"), "<svg><g/></svg>");
    preview.round();
    assert_eq!(preview.get(&address).text(), "<svg><g/></svg>");
    assert!(preview.get(&address).head.contains("sandbox"), "a picture opened by itself runs nothing");
}

#[test]
fn a_taken_port_names_the_next_free_one() {
    let preview = log();
    let ran = annals(preview.folder.path(), ["watch", "log", "--addr", &preview.address], Limits::default());
    assert_eq!(ran.status, Some(3));
    assert!(ran.stderr.contains(&format!("cannot listen on `{}`", preview.address)), "{}", ran.stderr);
    let (_, free) = ran.stderr.split_once("--addr 127.0.0.1:").unwrap();
    let port: u16 = free.trim().trim_end_matches('`').parse().unwrap();
    assert_ne!(preview.address, format!("127.0.0.1:{port}"));
}

#[test]
#[cfg(unix)]
fn it_ends_when_it_is_asked_to() {
    let mut preview = log();
    let id = preview.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let end = Instant::now() + FOR_EVER;
    let status = loop {
        match preview.child.try_wait().unwrap() {
            Some(status) => break status,
            None => assert!(Instant::now() < end, "it does not end"),
        }
        thread::yield_now();
    };
    assert_eq!(status.code(), Some(0));
    let said = preview.said.lock().unwrap().clone();
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn the_terminal_says_each_problem_once() {
    let mut preview = log();
    let broken = |text: &str| record("Queue", &format!("{text} [Nowhere](0009-gone.md)."));
    for text in ["One.", "Two.", "Three."] {
        write(&preview.path("adr/0001-queue.md"), broken(text));
        preview.until("/adr/0001.html", text);
    }
    write(&preview.path("adr/0001-queue.md"), record("Queue", "Mended."));
    preview.until("/adr/0001.html", "Mended.");
    write(&preview.path("adr/0001-queue.md"), broken("Again."));
    preview.until("/adr/0001.html", "Again.");
    // The browser is told first.
    let said = preview.until_says(|said| said.matches("broken-link").count() == 2);
    assert_eq!(said.matches("warning[broken-link]").count(), 2, "{said}");
    assert_eq!(said.lines().filter(|line| line.starts_with("adr/0001-queue.md: ")).count(), 5, "{said}");
}
