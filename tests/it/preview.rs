//! Whatever happened to the files, a preview that followed them shows what a build of them writes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use annals::output::Content;
use annals::preview::{Changed, Hints, Preview, Reason, Snapshot};
use annals::source::DiscoverOptions;
use jiff::civil::date;
use proptest::prelude::*;
use rayon::iter::{ParallelBridge, ParallelIterator};

use crate::program::{files, write};

/// A root, and a preview that follows it.
struct Followed {
    root: tempfile::TempDir,
    preview: Preview,
}

impl Followed {
    fn new(files: &BTreeMap<String, Vec<u8>>) -> Followed {
        let root = tempfile::tempdir().unwrap();
        for (path, bytes) in files {
            write(&root.path().join(path), bytes);
        }
        let preview = Preview::open(root.path(), &options()).unwrap();
        Followed { root, preview }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    /// Follows, and compares everything with a preview that has seen nothing else.
    fn follow(&mut self, hints: &Hints, done: &str) -> Changed {
        let before = self.preview.snapshot();
        let changed = self.preview.refresh(hints).unwrap();
        let (now, clean) = (self.preview.snapshot(), Preview::open(self.root.path(), &options()).unwrap());
        let (shown, built) = (bytes(&now, self.root.path()), bytes(&clean.snapshot(), self.root.path()));
        assert!(shown.keys().eq(built.keys()), "{done}: {:?} and {:?}", shown.keys(), built.keys());
        for (path, text) in &built {
            let shown = String::from_utf8_lossy(&shown[path]);
            assert_eq!(shown, String::from_utf8_lossy(text), "{done}: {path}");
        }
        assert_eq!(now.diagnostics(), clean.snapshot().diagnostics(), "{done}");
        // Whatever looks different was said to.
        for (path, text) in bytes(&before, self.root.path()) {
            let same = built.get(&path) == Some(&text);
            assert!(same || changed.pages.contains_key(&path), "{done}: {path} is not among {changed:?}");
        }
        changed
    }

    fn at(&mut self, path: &str, done: &str) -> Changed {
        let done = format!("{done} `{path}`");
        self.follow(&Hints::At(BTreeSet::from([path.into()])), &done)
    }
}

fn options() -> DiscoverOptions {
    DiscoverOptions { today: Some(date(2026, 11, 24)), ..DiscoverOptions::default() }
}

fn bytes(snapshot: &Snapshot, root: &Path) -> BTreeMap<String, Vec<u8>> {
    let bytes = |path: &str| match &snapshot.get(path).unwrap().content {
        Content::Bytes(bytes) => bytes.clone(),
        Content::Copy(source) => fs::read(root.join(source)).unwrap_or_default(),
    };
    snapshot.paths().map(|path| (path.to_owned(), bytes(path))).collect()
}

fn read(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let path = |path: &Path| path.to_string_lossy().replace('\\', "/");
    files(folder).into_iter().map(|file| (path(&file), fs::read(folder.join(&file)).unwrap())).collect()
}

#[test]
fn each_file_of_each_case_is_touched_changed_deleted_and_restored() {
    let cases = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")).unwrap();
    cases.map(|case| case.unwrap().path()).par_bridge().for_each(|case| {
        let all = read(&case.join("site"));
        let mut site = Followed::new(&all);
        // A broken configuration is not what is tried here.
        for (path, text) in all.iter().filter(|(path, _)| *path != "annals.toml") {
            let place = format!("{}/{path}", case.display());
            write(&site.path(path), text);
            let touched = site.preview.refresh(&Hints::At(BTreeSet::from([path.into()]))).unwrap();
            // Of a file that is copied nobody has read what it was.
            let is_copied = touched.files.iter().eq([path]) && !path.ends_with(".md");
            assert!(touched.is_nothing() || is_copied, "{place}: {touched:?}");
            write(&site.path(path), [text, &b"\n\nOne more [line](0001.md), see ADR 1.\n"[..]].concat());
            site.at(path, &format!("{place}: changed"));
            fs::remove_file(site.path(path)).unwrap();
            site.at(path, &format!("{place}: deleted"));
            write(&site.path(path), text);
            site.preview.refresh(&Hints::At(BTreeSet::from([path.into()]))).unwrap();
        }
        site.follow(&Hints::Everywhere, &format!("{}: restored", case.display()));
    });
}

fn small() -> BTreeMap<String, Vec<u8>> {
    crate::harness::files(
        "-- adr/0001-one.md --\n---\nstatus: accepted\n---\n# One\n\nSee [two](0002-two.md).\n\
         -- adr/0002-two.md --\n---\nstatus: proposed\n---\n# Two\n\nText.\n\
         -- annals.toml --\n[site]\ntitle = \"Log\"\n",
    )
}

#[test]
fn what_cannot_be_read_leaves_the_last_good_site() {
    let mut site = Followed::new(&small());
    let before = site.preview.snapshot();
    write(&site.path("annals.toml"), "[site\n");
    assert!(site.preview.refresh(&Hints::At(BTreeSet::from(["annals.toml".into()]))).is_err());
    assert!(site.preview.refresh(&Hints::Everywhere).is_err(), "it is said until it is mended");
    assert!(std::sync::Arc::ptr_eq(&before, &site.preview.snapshot()));
    write(&site.path("annals.toml"), "[site]\ntitle = \"Mended\"\n");
    let changed = site.at("annals.toml", "mended");
    assert!(changed.pages.values().any(|reason| *reason == Reason::Site));
}

#[test]
fn a_snapshot_can_be_asked_from_many_threads() {
    fn sent<T: Send + Sync>(_: &T) {}
    let site = Followed::new(&small());
    let snapshot = site.preview.snapshot();
    sent(&snapshot);
    let pages: Vec<_> = std::thread::scope(|scope| {
        let ask = || snapshot.get("adr/0001.html").unwrap();
        let asked: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
        asked.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(pages.iter().all(|page| std::sync::Arc::ptr_eq(page, &pages[0])), "it is made once");
    assert!(snapshot.get("adr/nothing.html").is_none());
    assert_eq!(snapshot.source("adr/0001.html"), Some("adr/0001-one.md"));
    assert_eq!(snapshot.record("adr/0002-two.md").unwrap().address, "adr/0002.html");
}

/// What can be written where.
const PATHS: [&str; 9] = [
    "adr/0001-one.md",
    "adr/0002-two.md",
    "adr/0003-three.md",
    "adr/deep/0004-four.md",
    "rfc/0001-first.md",
    "rfc/0002-second.md",
    "rfc/README.md",
    "notes.md",
    "adr/picture.png",
];

const TEXTS: [&str; 12] = [
    "---\nstatus: accepted\n---\n# One thing\n\n## Why\n\nSee [two](0002-two.md#why) and ADR 3. ![p](picture.png)\n",
    "---\nstatus: accepted\n---\n# One thing\n\n## Why\n\nSee [two](0002-two.md#why) and ADR 3, rewritten.\n",
    "---\nstatus: superseded\nsuperseded-by: 2\nauthors: [Ada Byron, '@grace']\ntags: [net, store]\n---\n# Old\n\nIt was.\n",
    "---\nstatus: accepted\nsupersedes: [1]\ndecided: 2024-03-01\ntags: [net]\n---\n# New\n\n## Why\n\nSee RFC 1, [[one]].\n",
    "---\nstatus: proposed\nsupersedes: 3\ncomment-by: 2026-12-01\n---\n# Perhaps\n\nSee [x](../rfc/0001-first.md#Why).\n",
    "---\nstatus: rejected\ndraft: true\n---\n# Draft\n\nNothing.\n",
    "---\nstatus: [\n---\n# Broken\n\nSee [gone](0009-gone.md), [here](#nowhere) and [here](#why).\n",
    "# No metadata\n\n* Status: Accepted\n* Date: 2024-05-06\n\n## Context\n\nSee [p](deep/0004-four.md) and [f](../rfc/).\n",
    "",
    "\u{feff}---\r\nstatus: deprecated\r\n---\r\n# Windows\r\n\r\nSee [one](/adr/0001-one.md).\r\n",
    "---\nstatus: accepted\nextends: adr/0001-one.md\nrelates-to: [rfc-2, nothing]\n---\n# Ties\n\n## Why\n\nSee <https://example.org/acme/log/blob/main/adr/0001-one.md#L3>.\n",
    "\u{0}\u{1}\u{2}",
];

const CONFIGS: [&str; 4] = [
    "",
    "[site]\ntitle = \"Other\"\nbase-url = \"https://example.org/log/\"\n",
    "[collections.adr]\npath = \"adr\"\ntitle = \"Choices\"\n[collections.adr.statuses]\n\"accepted\" = \"implemented\"\n",
    "[site]\nexclude = [\"rfc/**\"]\nrepository = \"https://example.org/acme/log\"\n",
];

const TEMPLATES: [&str; 3] =
    ["", "{% extends \"default/record.html\" %}{% block banner %}mine{% endblock %}", "{% if %}"];

#[derive(Debug, Clone)]
enum Act {
    Write(usize, usize),
    Remove(usize),
    Rename(usize, usize),
    RenameFolder,
    Config(usize),
    Template(usize),
    Style(usize),
    Ignore(bool),
    Commit,
    CheckoutBefore,
    CheckoutMain,
    Rebase,
}

impl Act {
    /// Does it; the paths that a watcher would name.
    fn apply(&self, site: &Followed) -> Vec<PathBuf> {
        let git = |arguments: &[&str]| crate::program::git(site.root.path(), arguments);
        let optional = |path: &str, text: &str| {
            match text {
                "" => drop(fs::remove_file(site.path(path))),
                text => write(&site.path(path), text),
            }
            vec![site.path(path)]
        };
        match self {
            Act::Write(path, text) => {
                write(&site.path(PATHS[*path]), TEXTS[*text]);
                vec![site.path(PATHS[*path])]
            }
            Act::Remove(path) => {
                let _ = fs::remove_file(site.path(PATHS[*path]));
                vec![site.path(PATHS[*path])]
            }
            Act::Rename(from, to) => {
                let (from, to) = (site.path(PATHS[*from]), site.path(PATHS[*to]));
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                let _ = fs::rename(&from, &to);
                vec![from, to]
            }
            Act::RenameFolder => {
                let (one, other) = (site.path("rfc"), site.path("proposals"));
                let (from, to) = if one.is_dir() { (&one, &other) } else { (&other, &one) };
                let _ = fs::rename(from, to);
                vec![one, other]
            }
            Act::Config(text) => optional("annals.toml", CONFIGS[*text]),
            Act::Template(text) => optional("theme/templates/record.html", TEMPLATES[*text]),
            Act::Style(text) => optional("theme/static/own.css", ["", "a{}", "b{}"][*text]),
            Act::Ignore(on) => optional(".gitignore", if *on { "rfc/0002*\n" } else { "" }),
            Act::Commit => {
                git(&["add", "--all"]);
                git(&["commit", "--quiet", "--allow-empty", "-m", "A step"]);
                vec![site.path(".git/HEAD")]
            }
            Act::CheckoutBefore => {
                git(&["checkout", "--quiet", "--force", "HEAD~1"]);
                vec![site.path(".git/HEAD"), site.root.path().to_owned()]
            }
            Act::CheckoutMain => {
                git(&["checkout", "--quiet", "--force", "trunk"]);
                vec![site.path(".git/HEAD"), site.root.path().to_owned()]
            }
            Act::Rebase => {
                git(&["reset", "--quiet", "--soft", "HEAD~1"]);
                git(&["commit", "--quiet", "--allow-empty", "-m", "Rewritten"]);
                vec![site.path(".git/refs/heads/trunk")]
            }
        }
    }
}

fn act() -> impl Strategy<Value = Act> {
    let path = || 0..PATHS.len();
    prop_oneof![
        8 => (path(), 0..TEXTS.len()).prop_map(|(path, text)| Act::Write(path, text)),
        2 => path().prop_map(Act::Remove),
        2 => (path(), path()).prop_map(|(from, to)| Act::Rename(from, to)),
        1 => Just(Act::RenameFolder),
        1 => (0..CONFIGS.len()).prop_map(Act::Config),
        1 => (0..TEMPLATES.len()).prop_map(Act::Template),
        1 => (0..3_usize).prop_map(Act::Style),
        1 => any::<bool>().prop_map(Act::Ignore),
        2 => Just(Act::Commit),
        1 => Just(Act::CheckoutBefore),
        1 => Just(Act::CheckoutMain),
        1 => Just(Act::Rebase),
    ]
}

proptest! {
    // `PROPTEST_CASES` in the environment does not count here: a case is some twenty builds.
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_it_shows_what_a_build_writes(
        acts in prop::collection::vec((act(), any::<bool>()), 1..24),
    ) {
        let mut site = Followed::new(&small());
        crate::program::git(site.root.path(), &["init", "--quiet", "--initial-branch=trunk", "."]);
        let mut done = vec![format!("{:?}", Act::Commit)];
        Act::Commit.apply(&site);
        site.follow(&Hints::Everywhere, "begun");
        let mut hints = BTreeSet::new();
        for (act, is_followed) in acts {
            hints.extend(act.apply(&site));
            done.push(format!("{act:?}"));
            // Several things may happen before anybody looks.
            if is_followed {
                site.follow(&Hints::At(std::mem::take(&mut hints)), &done.join(", "));
            }
        }
        site.follow(&Hints::At(hints), &done.join(", "));
    }
}
