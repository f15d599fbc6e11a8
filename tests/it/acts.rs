//! What may happen to a log while somebody follows it, one thing at a time, for tests that let it happen at random.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use crate::program::write;

/// A log to begin with.
pub fn small() -> BTreeMap<String, Vec<u8>> {
    crate::harness::files(
        "-- adr/0001-one.md --\n---\nstatus: accepted\n---\n# One\n\nSee [two](0002-two.md).\n\
         -- adr/0002-two.md --\n---\nstatus: proposed\n---\n# Two\n\nText.\n\
         -- annals.toml --\n[site]\ntitle = \"Log\"\n",
    )
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
    ["", "{% extends \"default/record.html\" %}{% block banner %}mine{% endblock %}", BROKEN];

/// A template that cannot be used.
pub const BROKEN: &str = "{% if %}";

/// What may happen to a log.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "each says it")]
pub enum Act {
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
    pub fn apply(&self, root: &Path) -> Vec<PathBuf> {
        let git = |arguments: &[&str]| crate::program::git(root, arguments);
        let at = |path: &str| root.join(path);
        let optional = |path: &str, text: &str| {
            match text {
                "" => drop(fs::remove_file(at(path))),
                text => write(&at(path), text),
            }
            vec![at(path)]
        };
        match self {
            Act::Write(path, text) => {
                write(&at(PATHS[*path]), TEXTS[*text]);
                vec![at(PATHS[*path])]
            }
            Act::Remove(path) => {
                let _ = fs::remove_file(at(PATHS[*path]));
                vec![at(PATHS[*path])]
            }
            Act::Rename(from, to) => {
                let (from, to) = (at(PATHS[*from]), at(PATHS[*to]));
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                let _ = fs::rename(&from, &to);
                vec![from, to]
            }
            Act::RenameFolder => {
                let (one, other) = (at("rfc"), at("proposals"));
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
                vec![at(".git/HEAD")]
            }
            Act::CheckoutBefore => {
                git(&["checkout", "--quiet", "--force", "HEAD~1"]);
                vec![at(".git/HEAD"), root.to_owned()]
            }
            Act::CheckoutMain => {
                git(&["checkout", "--quiet", "--force", "trunk"]);
                vec![at(".git/HEAD"), root.to_owned()]
            }
            Act::Rebase => {
                git(&["reset", "--quiet", "--soft", "HEAD~1"]);
                git(&["commit", "--quiet", "--allow-empty", "-m", "Rewritten"]);
                vec![at(".git/refs/heads/trunk")]
            }
        }
    }
}

/// Any of them; mostly somebody writes.
pub fn act() -> impl Strategy<Value = Act> {
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
