//! The README tells the truth: its files are written, its commands are run and what they print is compared, its
//! tables are those of the code. `UPDATE=1` puts into the README what is the case.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::program::{Limits, annals, write};

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn what_the_readme_shows_is_the_case() {
    let path = top().join("README.md");
    let written = fs::read_to_string(&path).unwrap();
    let is = replay(&written);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, is).unwrap();
    } else if written != is {
        let (line, (says, is)) = written
            .lines()
            .zip(is.lines())
            .enumerate()
            .find(|(_, (a, b))| a != b)
            .unwrap_or((0, ("", "one more line")));
        panic!(
            "README.md:{}\n  says: {says}\n  is:   {is}\n`UPDATE=1 cargo test --test it readme` mends it",
            line + 1
        );
    }
}

/// The README as it should be: the same text, with outputs and generated tables as they are now.
fn replay(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut tables: BTreeMap<&str, fn() -> String> = BTreeMap::new();
    tables.insert("commands", commands);
    tables.insert("config", config);
    tables.insert("diagnostics", diagnostics);
    let mut result = String::new();
    let mut lines = text.lines();
    let mut file = None;
    while let Some(line) = lines.next() {
        result.push_str(line);
        result.push('\n');
        if let Some(name) = between(line, "<!-- begin ", " -->") {
            let old: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("<!-- end ")).collect();
            let table = tables.get(name).map_or_else(|| old.join("\n"), |table| table());
            let _ = writeln!(result, "{}\n<!-- end {name} -->", table.trim_end());
        } else if let Some(path) = between(line, "<!-- file: ", " -->") {
            file = Some(folder.path().join(path));
        } else if let Some(language) = line.strip_prefix("```").filter(|language| !language.is_empty()) {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let text = match (language, file.take()) {
                ("console", _) => run(&block, folder.path()),
                (_, Some(path)) => {
                    write(&path, format!("{}\n", block.join("\n")));
                    block.join("\n")
                }
                _ => block.join("\n"),
            };
            let _ = writeln!(result, "{}\n```", text.trim_end());
        }
    }
    result
}

/// Runs each line that begins with `$ annals` and gives the block as it should stand. Where the block ends a
/// command's output with a line `…`, as many lines stand before it as stood there.
fn run(block: &[&str], folder: &Path) -> String {
    let mut result = String::new();
    for (at, command) in
        block.iter().enumerate().filter_map(|(at, line)| Some((at, line.strip_prefix("$ ")?)))
    {
        let mut words = command.split(' ');
        assert_eq!(words.next(), Some("annals"), "only `annals` is run: {command}");
        let ran = annals(folder, words, Limits::default());
        let output = [ran.stderr.trim_end(), ran.stdout.trim_end()].join("\n");
        let said = block[at + 1..].iter().take_while(|line| !line.starts_with("$ "));
        let kept = said.clone().position(|line| *line == "…");
        let _ = writeln!(result, "$ {command}");
        for line in output.trim().lines().take(kept.unwrap_or(usize::MAX)) {
            let _ = writeln!(result, "{}", steady(line).trim_end());
        }
        result.push_str(kept.map_or("", |_| "…\n"));
    }
    result
}

/// `in 12 ms: …` and `in 0.3 s: …` become `in 0.10 s: …`: how long it took is the one thing that may differ.
fn steady(line: &str) -> String {
    let took =
        line.split_once(" files in ").and_then(|(before, rest)| Some((before, rest.split_once(": ")?)));
    match took {
        Some((before, (_, after))) => format!("{before} files in 0.10 s: {after}"),
        None => line.to_owned(),
    }
}

/// The commands, from the program's own help.
fn commands() -> String {
    let ran = annals(top(), ["--help"], Limits::default());
    let mut table = String::from("| command | what it does |\n|---|---|\n");
    let listed = ran.stdout.lines().skip_while(|line| *line != "Commands:").skip(1);
    for line in listed.take_while(|line| !line.is_empty()) {
        if let Some((command, text)) = line.trim_start().split_once("  ")
            && command != "help"
        {
            let _ = writeln!(table, "| `annals {command}` | {} |", text.trim());
        }
    }
    table
}

/// The keys of `annals.toml`, from the documentation of the structs that it is read into.
fn config() -> String {
    let source = fs::read_to_string(top().join("src/config.rs")).unwrap();
    let mut table = String::from("| key | meaning |\n|---|---|\n");
    let mut section = None;
    let mut doc: Vec<&str> = Vec::new();
    for line in source.lines() {
        let line = line.trim();
        if let Some(text) = line.strip_prefix("/// ") {
            doc.push(text);
        } else if line.starts_with("pub struct ") {
            section = between(doc.first().copied().unwrap_or_default(), "`[", "]`");
            doc.clear();
        } else if line == "}" {
            section = None;
        } else if let (Some(section), Some((key, _))) =
            (section, line.strip_prefix("pub ").and_then(|rest| rest.split_once(':')))
        {
            let _ = writeln!(
                table,
                "| `{section}.{}` | {} |",
                key.replace('_', "-"),
                doc.join(" ").trim_end_matches('.')
            );
            doc.clear();
        } else if !line.starts_with('#') {
            doc.clear();
        }
    }
    table
}

/// Every code, from the constructors in the one file that knows them.
fn diagnostics() -> String {
    let mut table = String::from("| code | severity | when |\n|---|---|---|\n");
    for (code, severity, doc) in constructors() {
        let _ =
            writeln!(table, "| `{code}` | {severity} | {} |", doc.trim_end_matches('.').replace('|', "\\|"));
    }
    table
}

/// The codes of all diagnostics.
pub fn codes() -> Vec<String> {
    constructors().into_iter().map(|(code, _, _)| code).collect()
}

fn constructors() -> Vec<(String, &'static str, String)> {
    let source = fs::read_to_string(top().join("src/diagnostic.rs")).unwrap();
    let mut found = Vec::new();
    let mut doc = String::new();
    for line in source.lines() {
        if let Some(text) = line.strip_prefix("/// ") {
            doc = format!("{doc} {text}");
        } else if line == "}" {
            doc.clear();
        }
        // The call may be broken into lines: the code is the first string after it.
        for (severity, call) in [
            ("error", "Diagnostic::error("),
            ("warning", "Diagnostic::warning("),
            ("note", "Diagnostic::note("),
        ] {
            if let Some(at) = line.find(call) {
                let line_start = line.as_ptr() as usize - source.as_ptr() as usize;
                let rest = &source[line_start + at + call.len()..];
                if let Some(code) =
                    rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next())
                {
                    found.push((code.to_owned(), severity, doc.trim().to_owned()));
                }
            }
        }
    }
    found.sort();
    found.dedup_by(|a, b| a.0 == b.0);
    found
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.split_once(start)?.1.split_once(end).map(|(inside, _)| inside)
}

#[test]
fn the_two_commands_exist_and_ci_runs_the_second() {
    let readme = fs::read_to_string(top().join("README.md")).unwrap();
    assert!(readme.contains("cargo run --release -- build example-site -o site --open"));
    assert!(readme.contains("```sh\ntests/run\n```"));
    let ci = fs::read_to_string(top().join(".ci/run")).unwrap();
    assert!(ci.contains("exec tests/run\n"));
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site");
    let arguments = ["build".as_ref(), "example-site".as_ref(), "-o".as_ref(), site.as_os_str()];
    let ran = annals(top(), arguments, Limits::default());
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert!(site.join("index.html").is_file());
}

#[test]
fn every_file_the_documents_link_to_exists() {
    for document in ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"] {
        let text = fs::read_to_string(top().join(document)).unwrap();
        // Every second piece between fences is code.
        let prose: String = text.split("\n```").step_by(2).collect();
        for link in prose.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !link.starts_with("http") && !link.starts_with(['#', '…']) {
                assert!(top().join(link).exists(), "{document}: {link}");
            }
        }
    }
}
