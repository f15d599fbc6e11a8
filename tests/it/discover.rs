//! What a walk of the root brings home, and what it leaves.

use std::fs;
use std::path::Path;

use annals::source::{DiscoverOptions, File, Inputs, discover};
use expect_test::{Expect, expect};
use jiff::civil::date;
use tempfile::TempDir;

use crate::program::write;

fn options() -> DiscoverOptions {
    DiscoverOptions { today: Some(date(2026, 11, 24)), ..DiscoverOptions::default() }
}

fn inputs(root: &Path) -> Inputs {
    discover(root, &options()).unwrap()
}

fn made(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        write(&folder.path().join("root").join(path), bytes);
    }
    folder
}

/// Files (`text` or their length), links and problems.
#[track_caller]
fn check(folder: &TempDir, expected: Expect) {
    let inputs = inputs(&folder.path().join("root"));
    let mut shown = String::new();
    for (path, file) in &inputs.files {
        let kind = match file {
            File::Text(text) => format!("text of {} bytes", text.text.len()),
            File::Asset { len } => format!("{len} bytes"),
        };
        shown.push_str(&format!("{path}: {kind}\n"));
    }
    for (path, target) in &inputs.aliases {
        shown.push_str(&format!("{path} -> {target}\n"));
    }
    for problem in &inputs.diagnostics {
        let place = &problem.place;
        shown.push_str(&format!("{}:{}:{}: {}\n", place.file, place.line, place.column, problem.code));
    }
    expected.assert_eq(&shown);
}

#[test]
fn what_is_read_and_what_is_not() {
    let folder = made(&[
        (".gitignore", b"target\n*.log\n"),
        ("README.md", b"# Root\n"),
        ("annals.toml", b"[site]\nexclude = [\"drafts/**\", \"*.tmp.md\"]\n"),
        (".decisions/0001-a.MD", b"# A\n"),
        (".git/config.md", b"x"),
        ("node_modules/x/README.md", b"x"),
        ("target/doc/README.md", b"x"),
        ("docs/a.log", b"x"),
        ("docs/a.png", b"12345"),
        ("docs/b.markdown", b"# B\n"),
        ("docs/c.yaml", b"a: b\n"),
        ("drafts/d.md", b"x"),
        ("e.tmp.md", b"x"),
        ("keps/1/README.md", b"# K\n"),
        ("keps/1/kep.yaml", b"title: K\n"),
        ("theme/templates/record.html", b"x"),
        ("site/.annals-manifest.json", b"{}"),
        ("site/adr/0001.md", b"x"),
    ]);
    check(
        &folder,
        expect![[r#"
        .decisions/0001-a.MD: text of 4 bytes
        .gitignore: 13 bytes
        README.md: text of 7 bytes
        annals.toml: text of 43 bytes
        docs/a.png: 5 bytes
        docs/b.markdown: text of 4 bytes
        docs/c.yaml: 5 bytes
        keps/1/README.md: text of 4 bytes
        keps/1/kep.yaml: text of 9 bytes
    "#]],
    );
    let inputs = inputs(&folder.path().join("root"));
    assert_eq!(inputs.theme.keys().collect::<Vec<_>>(), ["templates/record.html"]);
}

#[test]
fn rules_above_the_root_count_up_to_the_top_of_the_repository() {
    let folder = made(&[("a.md", b"# A\n"), ("b.txt", b"x")]);
    write(&folder.path().join(".gitignore"), "*\n");
    check(
        &folder,
        expect![[r#"
        a.md: text of 4 bytes
        b.txt: 1 bytes
    "#]],
    );
    fs::create_dir(folder.path().join(".git")).unwrap();
    check(&folder, expect![""]);
}

#[test]
fn texts_by_the_endings_of_their_names() {
    let folder = made(&[
        ("adr/0001-a.mdown", b"# A\n"),
        ("adr/0002-b.mkd", b"# B\n"),
        ("adr/0003-c.md", b"# C\n"),
        ("adr/0003-c.yaml", b"status: accepted\n"),
        ("adr/0003-c.json", b"{}"),
        ("adr/0004-d.rst", b"D\n=\n"),
        ("adr/0004-d.yml", b"status: accepted\n"),
        ("adr/0005-e/index.mkd", b"# E\n"),
        ("adr/0005-e/any.yml", b"a: b\n"),
    ]);
    check(
        &folder,
        expect![[r#"
            adr/0001-a.mdown: text of 4 bytes
            adr/0002-b.mkd: text of 4 bytes
            adr/0003-c.json: 2 bytes
            adr/0003-c.md: text of 4 bytes
            adr/0003-c.yaml: text of 17 bytes
            adr/0004-d.rst: text of 21 bytes
            adr/0004-d.yml: 17 bytes
            adr/0005-e/any.yml: text of 5 bytes
            adr/0005-e/index.mkd: text of 4 bytes
        "#]],
    );
}

#[test]
fn other_working_trees_of_the_repository_are_no_part_of_it() {
    let git = |path: &str| format!("gitdir: {path}\n").into_bytes();
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    let other = folder.path().join("other/.git/worktrees/x");
    fs::create_dir_all(root.join(".git/worktrees/b")).unwrap();
    fs::create_dir_all(root.join(".git/modules/lib")).unwrap();
    fs::create_dir_all(&other).unwrap();
    let absolute = root.join(".git/worktrees/b");
    for (path, bytes) in [
        ("a.md", b"# A\n".to_vec()),
        ("absolute/.git", git(absolute.to_str().unwrap())),
        ("absolute/a.md", b"# A\n".to_vec()),
        (".trees/relative/.git", git("../../.git/worktrees/b")),
        (".trees/relative/docs/a.md", b"# A\n".to_vec()),
        ("gone/.git", git("/moved/away/.git/worktrees/gone")),
        ("gone/a.md", b"# A\n".to_vec()),
        ("of-another/.git", git(other.to_str().unwrap())),
        ("of-another/b.md", b"# B\n".to_vec()),
        ("submodule/.git", git("../.git/modules/lib")),
        ("submodule/c.md", b"# C\n".to_vec()),
        ("no-git/.git", b"something else".to_vec()),
        ("no-git/d.md", b"# D\n".to_vec()),
    ] {
        write(&root.join(path), bytes);
    }
    check(
        &folder,
        expect![[r#"
            a.md: text of 4 bytes
            no-git/d.md: text of 4 bytes
            of-another/b.md: text of 4 bytes
            submodule/c.md: text of 4 bytes
            .trees/relative:0:0: worktree
            absolute:0:0: worktree
            gone:0:0: worktree
        "#]],
    );
    // The other way round: the root is one of them.
    let inside = inputs(&root.join("absolute"));
    assert_eq!(inside.files.keys().collect::<Vec<_>>(), ["a.md"]);
}

#[test]
fn bytes_that_are_no_text_are_reported_where_they_stand() {
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend("# Größe\n".encode_utf16().flat_map(u16::to_le_bytes));
    let folder = made(&[
        ("bom.md", b"\xef\xbb\xbf# A\n\nCaf\xe9\n"),
        ("latin1.md", "# Gr\u{f6}\u{df}e\r\n\r\nx".chars().map(|c| c as u8).collect::<Vec<_>>().as_slice()),
        ("nul.md", b"# A\n\nb\0c\n"),
        ("utf16.md", &utf16),
    ]);
    check(
        &folder,
        expect![[r#"
        bom.md: text of 12 bytes
        latin1.md: text of 16 bytes
        nul.md: text of 11 bytes
        utf16.md: text of 10 bytes
        bom.md:3:4: not-utf8
        latin1.md:1:5: not-utf8
        nul.md:3:2: nul-character
        utf16.md:1:1: not-utf8
    "#]],
    );
    let inputs = inputs(&folder.path().join("root"));
    assert_eq!(inputs.text("utf16.md").unwrap().text, "# Größe\n");
    assert_eq!(inputs.text("nul.md").unwrap().text, "# A\n\nb\u{fffd}c\n");
}

#[test]
fn a_huge_file_is_cut_at_a_line() {
    let lines = "Ein größerer Satz.\n".repeat(600_000);
    let folder = made(&[("long.md", lines.as_bytes()), ("wide.md", "ö".repeat(5 << 20).as_bytes())]);
    let inputs = inputs(&folder.path().join("root"));
    let text = &inputs.text("long.md").unwrap().text;
    assert!(text.len() <= 8 << 20 && text.len() > 7 << 20 && text.ends_with("Satz.\n"));
    assert!(!inputs.text("wide.md").unwrap().text.contains('\u{fffd}'));
    assert_eq!(inputs.diagnostics.iter().map(|of| of.code).collect::<Vec<_>>(), ["file-too-large"; 2]);
}

#[cfg(unix)]
#[test]
fn links_inside_the_root_are_other_names_and_links_out_of_it_are_not_followed() {
    use std::os::unix::fs::symlink;
    let folder = made(&[("adr/0001-a.md", b"# A\n"), ("docs/x.md", b"# X\n")]);
    let root = folder.path().join("root");
    write(&folder.path().join("secret.md"), "secret");
    symlink("../adr", root.join("docs/decisions")).unwrap();
    symlink("adr/0001-a.md", root.join("latest.md")).unwrap();
    symlink("../secret.md", root.join("out.md")).unwrap();
    symlink("/etc", root.join("etc")).unwrap();
    symlink("..", root.join("docs/up")).unwrap();
    symlink("self.md", root.join("self.md")).unwrap();
    symlink("gone.md", root.join("broken.md")).unwrap();
    check(
        &folder,
        expect![[r#"
        adr/0001-a.md: text of 4 bytes
        docs/x.md: text of 4 bytes
        docs/decisions -> adr
        latest.md -> adr/0001-a.md
        broken.md:0:0: symlink-broken
        docs/up:0:0: symlink-loop
        etc:0:0: symlink-outside
        out.md:0:0: symlink-outside
        self.md:0:0: symlink-loop
    "#]],
    );
    let inputs = inputs(&root);
    assert_eq!(inputs.real_path("docs/decisions/0001-a.md").as_deref(), Some("adr/0001-a.md"));
    assert_eq!(inputs.real_path("latest.md").as_deref(), Some("adr/0001-a.md"));
    assert_eq!(inputs.real_path("out.md"), None);
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_text_is_said() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = made(&[("a.md", b"# A\n")]);
    fs::write(folder.path().join("root").join(OsStr::from_bytes(b"caf\xe9.md")), "x").unwrap();
    check(
        &folder,
        expect![[r#"
        a.md: text of 4 bytes
        caf�.md:0:0: file-name-not-utf8
    "#]],
    );
}
