//! The folders of `tests/cases`: `site/` goes in, what stands in `expected/` must come out. `UPDATE=1` rewrites
//! it; to have another page of a case compared, put an empty file of its name there first.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::build;
use crate::program::{Limits, annals, files, write};

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

fn read(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let path = |path: &Path| path.to_string_lossy().replace('\\', "/");
    files(folder).into_iter().map(|file| (path(&file), fs::read(folder.join(&file)).unwrap())).collect()
}

#[test]
fn each_case_gives_what_is_expected() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for case in cases() {
        let (name, expected) =
            (case.file_name().unwrap().to_string_lossy().into_owned(), case.join("expected"));
        let built = build(&read(&case.join("site")));
        // Whatever stands in `expected` is compared; a file there that no build makes is a failure, never a leftover.
        for (path, text) in read(&expected) {
            let now = if path == "diagnostics.txt" { built.diagnostics() } else { built.shown(&path) };
            if now.as_bytes() != text {
                if update {
                    write(&expected.join(&path), &now);
                } else {
                    wrong.push(format!(
                        "{name}/expected/{path}:\n{}",
                        difference(&String::from_utf8_lossy(&text), &now)
                    ));
                }
            }
            if path != "diagnostics.txt" && !built.files.contains_key(&path) {
                wrong.push(format!(
                    "{name}/expected/{path}: the site has no such file; it has {:?}",
                    built.files.keys()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n`UPDATE=1 cargo test --test it cases` rewrites them", wrong.join("\n"));
}

/// The first lines that differ.
fn difference(expected: &str, now: &str) -> String {
    let same = expected.lines().zip(now.lines()).take_while(|(a, b)| a == b).count();
    let lines = |text: &str, mark: char| -> String {
        text.lines().skip(same).take(4).map(|line| format!("  {mark} {line}\n")).collect()
    };
    format!("  line {}\n{}{}", same + 1, lines(expected, '-'), lines(now, '+'))
}

/// Every case is built twice from nothing, and once by way of an empty root, half of its files, all of them but
/// the last: the folders must be equal, byte for byte.
#[test]
fn however_a_site_came_about_its_bytes_are_the_same() {
    for case in cases() {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let all = read(&case.join("site"));
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("acme");
        let build = |files: &[(&String, &Vec<u8>)], site: &str| {
            let _ = fs::remove_dir_all(&root);
            fs::create_dir(&root).unwrap();
            for (path, bytes) in files {
                write(&root.join(path), bytes);
            }
            let ran = annals(folder.path(), ["build", "acme", "-o", site], Limits::default());
            assert!(matches!(ran.status, Some(0 | 1)), "{name}: {ran:?}");
            read(&folder.path().join(site)).into_iter().filter(|(path, _)| !path.starts_with('.')).collect()
        };
        let files: Vec<(&String, &Vec<u8>)> = all.iter().collect();
        let once: BTreeMap<String, Vec<u8>> = build(&files, "once");
        let twice: BTreeMap<String, Vec<u8>> = build(&files, "twice");
        assert_eq!(names_of_different(&once, &twice), Vec::<String>::new(), "{name}: two builds");
        let mut grown = BTreeMap::new();
        for step in [0, files.len() / 2, files.len() - 1, files.len()] {
            grown = build(&files[..step], "grown");
        }
        assert_eq!(names_of_different(&once, &grown), Vec::<String>::new(), "{name}: built step by step");
    }
}

fn names_of_different(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let names = one.keys().chain(other.keys());
    let mut different: Vec<String> =
        names.filter(|name| one.get(*name) != other.get(*name)).cloned().collect();
    different.dedup();
    different
}

/// This project's own log is the first thing that people see of it.
#[test]
fn the_log_of_this_project_has_no_problems() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("example-site");
    let built = build(&read(&example));
    let problems: Vec<String> = built
        .diagnostics()
        .lines()
        .filter(|line| !line.contains(": note[") && !line.starts_with("  help"))
        .map(str::to_owned)
        .collect();
    assert_eq!(problems, Vec::<String>::new());
    let pages = built.files.keys().filter(|path| path.starts_with("adr/0") && path.ends_with(".html"));
    assert!(pages.count() >= 26);
}
