//! What stands in the output folder after a build, after two, and after one that was killed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use annals::output::{self, Content, MANIFEST, Stage};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::program::{Limits, TODAY, annals, files, write};

/// Path → bytes of a folder, symbolic links not followed.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    files(folder).into_iter().map(|path| (path.clone(), fs::read(folder.join(path)).unwrap())).collect()
}

/// A log of `count` records; `word` is in each of them.
fn log(folder: &Path, count: usize, word: &str) {
    for number in 1..=count {
        let text = format!(
            "---\ntitle: Decision {number}\nstatus: accepted\ndate: 2024-03-01\ntags: [{word}]\n---\n# Decision {number}\n\n{}\n",
            format!("A sentence about {word} and ADR {}. ", number % count + 1).repeat(40)
        );
        write(&folder.join(format!("docs/adr/{number:04}-decision.md")), text);
    }
}

fn build(folder: &Path) -> String {
    let ran = annals(folder, ["build", "docs", "-o", "site"], Limits::default());
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    ran.stderr
}

#[test]
fn a_second_build_writes_nothing_and_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    log(folder.path(), 12, "storage");
    write(
        &folder.path().join("docs/adr/0013-broken.md"),
        "---\ntitle: A\nstatus: acepted\n---\n# A\n\n[x](gone.md)\n",
    );
    let site = folder.path().join("site");
    let times = || -> Vec<_> {
        files(&site).iter().map(|path| fs::metadata(site.join(path)).unwrap().modified().unwrap()).collect()
    };
    let run = || annals(folder.path(), ["build", "docs", "-o", "site"], Limits::default());
    let first = run();
    let (before, after_first) = (times(), snapshot(&site));
    thread::sleep(Duration::from_millis(20));
    let second = run();
    assert_eq!(times(), before);
    assert_eq!(snapshot(&site), after_first);
    assert!(second.stderr.contains("nothing changed"), "{}", second.stderr);
    let problems = |text: &str| {
        text.lines()
            .filter(|line| line.starts_with(['w', 'e']))
            .filter(|line| !line.starts_with("wrote"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(problems(&first.stderr), problems(&second.stderr));
    assert_eq!(first.status, second.status);
}

#[test]
fn what_was_changed_in_the_site_is_mended() {
    let folder = tempfile::tempdir().unwrap();
    log(folder.path(), 3, "storage");
    write(&folder.path().join("docs/adr/plan.png"), "one");
    write(
        &folder.path().join("docs/adr/0004-image.md"),
        "# Image\n\nStatus: accepted\n\n![plan](plan.png)\n",
    );
    build(folder.path());
    let site = folder.path().join("site");
    let whole = snapshot(&site);
    fs::write(site.join("index.html"), "tampered with").unwrap();
    fs::remove_file(site.join("records.json")).unwrap();
    build(folder.path());
    assert_eq!(snapshot(&site), whole);
    // An asset of the same length is another asset all the same.
    fs::write(folder.path().join("docs/adr/plan.png"), "two").unwrap();
    build(folder.path());
    let images: Vec<_> = snapshot(&site)
        .into_iter()
        .filter(|(path, _)| path.extension().is_some_and(|e| e == "png"))
        .collect();
    assert!(!images.is_empty() && images.iter().all(|(_, bytes)| bytes == b"two"), "{images:?}");
}

#[test]
fn two_builds_are_byte_identical_and_what_is_gone_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    log(folder.path(), 6, "storage");
    build(folder.path());
    let site = folder.path().join("site");
    let first = snapshot(&site);
    fs::rename(&site, folder.path().join("elsewhere")).unwrap();
    build(folder.path());
    assert_eq!(snapshot(&site), first);

    write(&site.join("CNAME"), "example.org");
    fs::remove_file(folder.path().join("docs/adr/0006-decision.md")).unwrap();
    build(folder.path());
    let now = snapshot(&site);
    assert!(!now.keys().any(|path| path.to_string_lossy().contains("0006")), "{:?}", now.keys());
    assert_eq!(now[Path::new("CNAME")], b"example.org");
}

#[test]
fn strict_writes_nothing_where_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    log(folder.path(), 2, "storage");
    build(folder.path());
    let before = snapshot(&folder.path().join("site"));
    write(&folder.path().join("docs/adr/0003-bad.md"), b"---\ntitle: \xff\n---\n# Bad\n");
    let strict = annals(folder.path(), ["build", "docs", "-o", "site", "--strict"], Limits::default());
    assert_eq!(strict.status, Some(1), "{}", strict.stderr);
    assert!(strict.stderr.contains("nothing was written"), "{}", strict.stderr);
    assert_eq!(snapshot(&folder.path().join("site")), before);
    let new = annals(folder.path(), ["build", "docs", "-o", "new", "--strict"], Limits::default());
    assert_eq!(new.status, Some(1));
    assert!(!folder.path().join("new").exists());
    // Without it, the rest is published, and said again by a build that has nothing to do.
    for _ in 0..2 {
        let lenient = annals(folder.path(), ["build", "docs", "-o", "site"], Limits::default());
        assert_eq!(lenient.status, Some(1));
        assert!(lenient.stderr.contains("not-utf8"), "{}", lenient.stderr);
    }
    let strict = annals(folder.path(), ["build", "docs", "-o", "site", "--strict"], Limits::default());
    assert_eq!(strict.status, Some(1), "{}", strict.stderr);
}

#[test]
fn folders_that_are_not_ours_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    log(folder.path(), 1, "storage");
    write(&folder.path().join("full/notes.txt"), "mine");
    write(&folder.path().join("file"), "mine");
    write(&folder.path().join("docs/.git/HEAD"), "ref: refs/heads/main\n");
    for (output, words) in [
        ("full", "has files that no build has written"),
        ("file", "is a file, not a folder"),
        ("docs", "holds the records"),
        (".", "holds the records"),
        ("docs/adr/..", "holds the records"),
        ("docs/.git/site", "inside `.git`"),
    ] {
        let before = snapshot(folder.path());
        let ran = annals(folder.path(), ["build", "docs", "-o", output], Limits::default());
        assert_eq!(ran.status, Some(2), "{output}: {}", ran.stderr);
        assert!(ran.stderr.contains(words), "{output}: {}", ran.stderr);
        assert_eq!(snapshot(folder.path()), before, "{output}");
    }
}

#[cfg(unix)]
#[test]
fn links_in_the_site_lead_nobody_out_of_it() {
    let folder = tempfile::tempdir().unwrap();
    log(folder.path(), 2, "storage");
    build(folder.path());
    let site = folder.path().join("site");
    // A file that became a link is replaced by a file, and what it led to stays.
    write(&folder.path().join("outside/page.html"), "mine");
    fs::remove_file(site.join("index.html")).unwrap();
    std::os::unix::fs::symlink("../outside/page.html", site.join("index.html")).unwrap();
    build(folder.path());
    assert!(fs::symlink_metadata(site.join("index.html")).unwrap().is_file());
    // A folder that became a link is refused.
    let records = fs::read_dir(&site)
        .unwrap()
        .map(|entry| entry.unwrap())
        .find(|entry| entry.file_type().unwrap().is_dir() && entry.path().join("0001.html").exists());
    let records = records.unwrap().path();
    fs::rename(&records, folder.path().join("outside/moved")).unwrap();
    std::os::unix::fs::symlink("../outside/moved", &records).unwrap();
    let before = snapshot(&folder.path().join("outside"));
    write(&folder.path().join("docs/adr/0003-new.md"), "# New\n\nStatus: accepted\n");
    let ran = annals(folder.path(), ["build", "docs", "-o", "site"], Limits::default());
    assert_eq!(ran.status, Some(2), "{}", ran.stderr);
    assert_eq!(snapshot(&folder.path().join("outside")), before);
}

#[test]
fn killed_at_any_moment_every_file_is_old_or_new_and_the_next_build_mends_all() {
    let (folder, whole, new) = built_in_time();
    let site = folder.path().join("site");
    fs::remove_dir_all(folder.path().join("docs")).unwrap();
    log(folder.path(), 70, "old");
    build(folder.path());
    let old = snapshot(&site);

    let mut caught = BTreeSet::new();
    for step in 0..12u32 {
        // Back to the old site, then a build of the new one that does not get to its end.
        for number in 1..=70 {
            let _ = fs::remove_file(folder.path().join(format!("docs/adr/{number:04}-decision.md")));
        }
        log(folder.path(), 70, "old");
        build(folder.path());
        assert_eq!(snapshot(&site), old);
        fs::remove_dir_all(folder.path().join("docs")).unwrap();
        log(folder.path(), 60, "new");
        build_for(folder.path(), whole * step / 10);

        let now = snapshot(&site);
        let mut seen = (0, 0);
        for (path, bytes) in &now {
            let name = path.file_name().unwrap().to_string_lossy();
            if name == MANIFEST || name.starts_with(".annals-tmp-") {
                continue;
            }
            let (is_old, is_new) = (old.get(path) == Some(bytes), new.get(path) == Some(bytes));
            assert!(is_old || is_new, "{} is neither old nor new after {step}/10 of a build", path.display());
            seen.0 += usize::from(is_old && !is_new);
            seen.1 += usize::from(is_new && !is_old);
        }
        assert!(now.contains_key(Path::new("index.html")));
        caught.insert((seen.0 > 0, seen.1 > 0));
        build(folder.path());
        assert_eq!(snapshot(&site), new, "after a kill at {step}/10 of a build");
    }
    eprintln!("old and new seen: {caught:?}");
}

#[test]
fn a_first_build_killed_at_any_moment_leaves_whole_files_and_the_next_one_mends_all() {
    let (folder, whole, new) = built_in_time();
    let site = folder.path().join("site");
    for step in 0..12u32 {
        fs::remove_dir_all(&site).unwrap();
        build_for(folder.path(), whole * step / 10);
        let now = if site.exists() { snapshot(&site) } else { BTreeMap::new() };
        for (path, bytes) in now.iter().filter(|(path, _)| !path.starts_with(".annals-tmp-site")) {
            let is_list = path == Path::new(MANIFEST) || path.to_string_lossy().starts_with(".annals-tmp-");
            assert!(is_list || new.get(path) == Some(bytes), "{} is not whole at {step}/10", path.display());
        }
        build(folder.path());
        assert_eq!(snapshot(&site), new, "after a kill at {step}/10 of a build");
    }
}

/// A log that is built, how long that took, and the site.
fn built_in_time() -> (TempDir, Duration, BTreeMap<PathBuf, Vec<u8>>) {
    let folder = tempfile::tempdir().unwrap();
    log(folder.path(), 60, "new");
    let start = Instant::now();
    build(folder.path());
    let whole = start.elapsed();
    let site = snapshot(&folder.path().join("site"));
    (folder, whole, site)
}

/// Starts a build of `docs` into `site`, and kills it after some time.
fn build_for(folder: &Path, time: Duration) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_annals"))
        .args(["build", "docs", "-o", "site"])
        .current_dir(folder)
        .env("SOURCE_DATE_EPOCH", TODAY)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    thread::sleep(time);
    let _ = child.kill();
    child.wait().unwrap();
}

/// A step of a sequence of builds into one folder.
fn sites() -> impl Strategy<Value = Vec<BTreeMap<String, u8>>> {
    let path = prop::sample::select(vec![
        "index.html",
        "a",
        "a/b.html",
        "a/c/d.html",
        "e/f.html",
        "e",
        "g.css",
        "a/c",
    ]);
    // A path cannot be both a file and a folder of one site.
    let site =
        prop::collection::btree_map(path.prop_map(str::to_owned), any::<u8>(), 1..6).prop_map(|mut site| {
            let all: Vec<String> = site.keys().cloned().collect();
            site.retain(|path, _| !all.iter().any(|other| other.starts_with(&format!("{path}/"))));
            site
        });
    prop::collection::vec(site, 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn only_files_of_earlier_builds_ever_go(sites in sites(), foreign in prop::collection::btree_set(
        prop::sample::select(vec!["CNAME", "a/mine.txt", "e/mine.txt", "mine/deep/x", ".nojekyll"]), 0..4
    )) {
        let folder = TempDir::new().unwrap();
        let (root, dir) = (folder.path().join("root"), folder.path().join("out"));
        fs::create_dir(&root).unwrap();
        let mut put = BTreeSet::new();
        for (step, site) in sites.iter().enumerate() {
            let plan: BTreeMap<String, Stage> = site.keys().map(|path| (path.clone(), Stage::Index)).collect();
            let make = |path: &str| Some(Content::Bytes(vec![site[path]; 10]));
            let target = output::open(&dir, &root).unwrap();
            let wrote = output::write(target, &root, &plan, &step.to_string(), &mut || serde_json::Value::Null, &make);
            if wrote.is_err() {
                // A folder with foreign files in it cannot become a page; nothing foreign goes for that.
                for path in &put {
                    prop_assert_eq!(fs::read(dir.join(path)).unwrap(), b"foreign");
                }
                return Ok(());
            }
            let expected: BTreeSet<PathBuf> = site.keys().map(PathBuf::from)
                .chain(put.iter().map(PathBuf::from)).chain([PathBuf::from(MANIFEST)]).collect();
            prop_assert_eq!(files(&dir).into_iter().collect::<BTreeSet<_>>(), expected);
            for (path, byte) in site {
                prop_assert_eq!(fs::read(dir.join(path)).unwrap(), vec![*byte; 10]);
            }
            // Somebody adds files of their own after the first build, where there is room for them.
            for path in &foreign {
                let free = !site.keys().any(|of| path.starts_with(&format!("{of}/")));
                if step == 0 && free {
                    write(&dir.join(path), b"foreign");
                    put.insert(*path);
                }
            }
        }
    }

    #[test]
    fn no_path_leads_out(path in "[a./\\\\]{1,8}") {
        let folder = TempDir::new().unwrap();
        let (root, dir) = (folder.path().join("root"), folder.path().join("deep/out"));
        fs::create_dir(&root).unwrap();
        let plan = BTreeMap::from([(path.clone(), Stage::Index)]);
        let target = output::open(&dir, &root).unwrap();
        let make = |_: &str| Some(Content::Bytes(b"x".to_vec()));
        let _ = output::write(target, &root, &plan, "", &mut || serde_json::Value::Null, &make);
        let outside: Vec<_> = files(folder.path()).into_iter().filter(|path| !path.starts_with("deep/out")).collect();
        prop_assert!(outside.is_empty(), "{path}: {outside:?}");
    }
}
