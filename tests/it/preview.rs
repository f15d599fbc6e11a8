//! Whatever happened to the files, a preview that followed them shows what a build of them writes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};

use annals::output::Content;
use annals::preview::{Changed, Hints, Preview, Reason, Snapshot};
use annals::source::DiscoverOptions;
use jiff::civil::date;
use proptest::prelude::*;
use rayon::iter::{ParallelBridge, ParallelIterator};

use crate::acts::{Act, act, small};
use crate::program::{files, write};
use crate::server::FOR_EVER;

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
        let pages = changed.pages();
        for (path, text) in bytes(&before, self.root.path()) {
            let same = built.get(&path) == Some(&text);
            assert!(same || pages.contains_key(&path), "{done}: {path} is not among {pages:?}");
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
            assert!(touched.is_nothing() || is_copied, "{place}: {:?}", touched.pages());
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

#[test]
fn what_cannot_be_read_leaves_the_last_good_site() {
    let mut site = Followed::new(&small());
    let before = site.preview.snapshot();
    write(&site.path("annals.toml"), "[site\n");
    assert!(site.preview.refresh(&Hints::At(BTreeSet::from(["annals.toml".into()]))).is_err());
    assert!(site.preview.refresh(&Hints::Everywhere).is_err(), "it is said until it is mended");
    assert!(Arc::ptr_eq(&before, &site.preview.snapshot()));
    write(&site.path("annals.toml"), "[site]\ntitle = \"Mended\"\n");
    let changed = site.at("annals.toml", "mended");
    assert!(changed.pages().values().any(|reason| *reason == Reason::Site));
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
    assert!(pages.iter().all(|page| Arc::ptr_eq(page, &pages[0])), "it is made once");
    assert!(snapshot.get("adr/nothing.html").is_none());
    assert_eq!(snapshot.source("adr/0001.html"), Some("adr/0001-one.md"));
    assert_eq!(snapshot.record("adr/0002-two.md").unwrap().address, "adr/0002.html");
}

#[test]
fn an_index_is_made_without_the_threads_that_follow_saves() {
    let snapshot = Followed::new(&small()).preview.snapshot();
    let busy = Arc::new(Barrier::new(rayon::current_num_threads() + 1));
    let wait = Arc::clone(&busy);
    rayon::spawn_broadcast(move |_| {
        wait.wait();
        wait.wait();
    });
    // From here on all of them wait until the index is there.
    busy.wait();
    let (send, made) = channel();
    std::thread::spawn(move || send.send(snapshot.index().is_ok()));
    let made = made.recv_timeout(FOR_EVER);
    busy.wait();
    assert_eq!(made, Ok(true));
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
        Act::Commit.apply(site.root.path());
        site.follow(&Hints::Everywhere, "begun");
        let mut hints = BTreeSet::new();
        for (act, is_followed) in acts {
            hints.extend(act.apply(site.root.path()));
            done.push(format!("{act:?}"));
            // Several things may happen before anybody looks.
            if is_followed {
                site.follow(&Hints::At(std::mem::take(&mut hints)), &done.join(", "));
            }
        }
        site.follow(&Hints::At(hints), &done.join(", "));
    }
}
