//! Rules of the house that the compiler does not know. Each says what to do instead.

use std::fs;
use std::path::Path;

use crate::program::files;

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file of `src` with its text up to its unit tests.
fn sources() -> Vec<(String, String)> {
    let src = top().join("src");
    let is_code = |path: &Path| {
        path.extension().is_some_and(|ending| ending == "rs")
            && !path.ends_with("tests.rs")
            && !path.ends_with("properties.rs")
    };
    let rust = files(&src).into_iter().filter(|path| is_code(path));
    rust.map(|path| {
        let text = fs::read_to_string(src.join(&path)).unwrap();
        let code = text.split("\n#[cfg(test)]").next().unwrap_or_default().to_owned();
        (path.to_string_lossy().replace('\\', "/"), code)
    })
    .collect()
}

fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// A library has one user, so that it can be replaced in one place.
#[test]
fn each_library_is_used_in_one_place() {
    let owners: [(&str, &[&str]); 12] = [
        ("pulldown_cmark", &["markdown"]),
        ("syntaxmate", &["markdown"]),
        ("merman", &["markdown"]),
        ("pulldown_latex", &["markdown"]),
        ("ammonia", &["markdown"]),
        ("tera", &["theme.rs", "render.rs"]),
        ("include_dir", &["theme.rs"]),
        ("gray_matter", &["record/front_matter"]),
        ("ignore", &["source", "config.rs"]),
        ("notify", &["watch/events.rs"]),
        ("hyper", &["serve.rs"]),
        ("toml", &["config.rs", "record/front_matter"]),
    ];
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        for (number, line) in code(&text) {
            for (library, owners) in owners {
                let used = line.match_indices(&format!("{library}::")).any(|(at, _)| {
                    !line[..at]
                        .ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == ':')
                });
                if used && !owners.iter().any(|owner| path.starts_with(owner)) {
                    wrong.push(format!("src/{path}:{number}: `{library}` belongs to {owners:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// All reading before the pipeline, all writing after it; nothing in between knows the day, the machine or git.
#[test]
fn only_the_ends_of_the_pipeline_touch_the_world() {
    // The fingerprint of a build counts the program itself in; who goes first makes nothing.
    let doors = [
        "source.rs",
        "history",
        "output.rs",
        "cli",
        "main.rs",
        "error.rs",
        "fingerprint.rs",
        "priority.rs",
        "watch",
        "serve",
        "source/worktree.rs",
    ];
    let world = [
        "std::fs",
        "fs::read",
        "fs::write",
        "std::process",
        "std::env",
        "SystemTime",
        "Instant::now",
        "Zoned::now",
    ];
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        if doors.iter().any(|door| path.starts_with(door)) {
            continue;
        }
        for (number, line) in code(&text) {
            for word in world.iter().filter(|word| line.contains(**word)) {
                wrong.push(format!("src/{path}:{number}: `{word}`: what it gives belongs into `Inputs`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A rule that names a repository is a rule that the next repository breaks.
#[test]
fn no_repository_is_known_by_name() {
    let names = [
        "rust-lang",
        "ethereum",
        "kubernetes",
        "swiftlang",
        "swift-evolution",
        "emberjs",
        "alphagov",
        "govuk",
        "semantic-kernel",
        "log4brains",
        "home-assistant",
    ];
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        for (number, line) in code(&text) {
            for name in names.iter().filter(|name| line.to_lowercase().contains(**name)) {
                wrong.push(format!("src/{path}:{number}: `{name}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<String> =
        sources().into_iter().filter(|(_, text)| !text.starts_with("//!")).map(|(path, _)| path).collect();
    assert!(silent.is_empty(), "without a text at the top: {silent:?}");
}

#[test]
fn every_dependency_says_what_it_is_for() {
    let manifest = fs::read_to_string(top().join("Cargo.toml")).unwrap();
    let mut section = "";
    let mut before = "";
    let mut wrong = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.ends_with("dependencies]") && line.contains(" = ") && !before.starts_with('#') {
            wrong.push(line);
        }
        before = line;
    }
    assert!(wrong.is_empty(), "no reason stands above: {wrong:#?}");
}

/// A diagnostic that nothing ever causes in a test is a message that nobody has read.
#[test]
fn every_diagnostic_is_caused_by_some_test() {
    let mut tests = String::new();
    for folder in ["tests/it", "tests/cases", "src"] {
        let folder = top().join(folder);
        for path in files(&folder) {
            if path.ends_with("tidy.rs") {
                continue;
            }
            let text = fs::read(folder.join(&path)).unwrap();
            let text = String::from_utf8_lossy(&text).into_owned();
            let inside =
                if folder.ends_with("src") { text.split("#[cfg(test)]").skip(1).collect() } else { text };
            tests.push_str(&inside);
        }
    }
    // A file name that is no text and a file that may not be read: not every system can make them. Two things that want
    // one path: the planner knows no way left to get there, and says so if there is one.
    let exempt = ["file-name-not-utf8", "page-collision", "unreadable-file"];
    let codes = crate::readme::codes().into_iter().filter(|code| !exempt.contains(&code.as_str()));
    let missing: Vec<String> = codes.filter(|code| !tests.contains(code.as_str())).collect();
    assert!(missing.is_empty(), "no test causes: {missing:?}");
}
