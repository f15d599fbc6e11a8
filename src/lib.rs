//! Annals publishes the decisions of a team: a folder of markdown RFCs and ADRs becomes a linked static
//! site with timelines.
//!
//! # Architecture
//!
//! A straight pipeline of values. Each step is a function from the value before it; only the first and the
//! last touch the disk.
//!
//! ```text
//! discover ──► find ──► parse ──► resolve ──► plan ──► render ──► write
//!  Inputs      Found    Records    Site       Plan     bytes      disk
//!                         └ history ┘
//! ```
//!
//! | step | module | knows nothing of |
//! |---|---|---|
//! | discover: read the root once | [`source`], [`config`] | records |
//! | find: which files are records | [`collection`] | what is in them |
//! | parse: what one file says | [`record`], [`markdown::scan`] | every other file |
//! | history: what git says | [`history`] | what a status is |
//! | resolve: what they say of each other | [`site`], [`timeline`] | pages |
//! | plan, render: pages from the site | [`plan`], [`view`], [`theme`], [`markdown::to_html`] | the disk |
//! | write: only what changed, safely | [`output`] | pages |
//!
//! What may change the site is in [`source::Inputs`] or in git: no step after the first looks at the clock,
//! the environment or the order of threads, so equal inputs give byte-identical sites. A problem is a
//! [`diagnostic::Diagnostic`], a value with a place, and stops nothing; only what stops the whole command is
//! an [`error::Error`].

pub mod catalog;
pub mod cli;
pub mod collection;
pub mod config;
pub mod diagnostic;
pub mod error;
pub mod fingerprint;
pub mod history;
pub mod json;
pub mod machine;
pub mod markdown;
pub mod output;
pub mod plan;
pub mod record;
pub mod render;
pub mod site;
pub mod source;
pub mod theme;
pub mod timeline;
pub mod twin;
pub mod view;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use collection::{Collection, Member, Skipped};
use diagnostic::{Diagnostic, Severity};
use error::Error;
use history::Version;
use output::Written;
use record::Record;
use site::Site;
use source::{DiscoverOptions, Inputs};

/// What the caller asks of a build.
#[derive(Debug, Clone)]
pub struct BuildOptions {
    /// Folder for the site.
    pub output: PathBuf,
    /// Instead of `site.base-url`.
    pub base_url: Option<String>,
    /// Publish records that say `draft: true`.
    pub drafts: bool,
    /// Write nothing where there is any error.
    pub strict: bool,
}

/// What came of a build.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Title of each collection and how many records it has.
    pub collections: Vec<(String, usize)>,
    /// Markdown files that are no records: path and reason.
    pub skipped: Vec<(String, String)>,
    /// Why there is no git history, or not all of it, as a sentence.
    pub history: Option<String>,
    /// What is wrong, by place.
    pub diagnostics: Vec<Diagnostic>,
    /// `None` where [`BuildOptions::strict`] kept it from writing.
    pub written: Option<Written>,
}

/// Builds the site of `root`. Fails only where nothing could be built at all.
pub fn build(root: &Path, options: &BuildOptions) -> Result<(Inputs, Outcome), Error> {
    let target = output::open(&options.output, root)?;
    let BuildOptions { output, base_url, drafts, strict } = options.clone();
    let inputs =
        source::discover(root, &DiscoverOptions { output: Some(output), base_url, drafts, today: None })?;
    let fingerprint = fingerprint::of(&inputs, root);
    if let Some((said, written)) = target.unchanged(root, &fingerprint)
        && let Some(outcome) = Outcome::from_json(said, written, strict)
    {
        return Ok((inputs, outcome));
    }

    let site = resolve(root, &inputs);
    let (theme, theme_problems) = theme::load(&inputs.theme);
    let plan = plan::plan(&site, &theme);
    let setting = render::setting(&plan, &inputs, &theme);
    let mut outcome = Outcome::of(&site);
    outcome.diagnostics.extend(theme_problems.into_iter().chain(plan.diagnostics.clone()));

    // Pages find the last problems: a template that fails, a diagram that cannot be drawn.
    let problems = Mutex::new(Vec::new());
    let make = |path: &str| {
        let rendered = render::render(&setting, path)?;
        problems.lock().unwrap_or_else(PoisonError::into_inner).extend(rendered.diagnostics);
        Some(rendered.content)
    };
    let take_problems = || std::mem::take(&mut *problems.lock().unwrap_or_else(PoisonError::into_inner));
    if strict {
        plan.pages.par_iter().for_each(|(path, _)| drop(make(path)));
        outcome.diagnostics.extend(take_problems());
        if outcome.errors() > 0 {
            outcome.sort();
            return Ok((inputs, outcome));
        }
    }
    let files = plan.pages.iter().map(|(path, page)| (path.clone(), page.stage())).collect();
    let mut finish = || {
        // A strict build has seen them all already.
        outcome.diagnostics.extend(take_problems().into_iter().filter(|_| !strict));
        outcome.sort();
        outcome.to_json()
    };
    let written = output::write(target, root, &files, &fingerprint, &mut finish, &make)?;
    outcome.written = Some(written);
    Ok((inputs, outcome))
}

/// Everything between reading and rendering: which files are records, what they and git say, and what that
/// means for each other.
pub fn resolve(root: &Path, inputs: &Inputs) -> Site {
    let mut found = collection::find(inputs);
    let members: Vec<(&Collection, &Member)> =
        found.collections.iter().flat_map(|of| of.members.iter().map(move |member| (of, member))).collect();
    let (records, history) = rayon::join(|| parse(inputs, &members), || read_history(root, &members));
    let (records, drafts) =
        records.into_iter().partition::<Vec<_>, _>(|record| inputs.drafts || !record.draft);

    let drafts = drafts.into_iter().map(|record| Skipped {
        path: record.source,
        reason: "it says `draft: true`, and `--drafts` was not given".to_owned(),
    });
    let aliases =
        inputs.aliases.iter().filter(|(path, _)| source::is_markdown(path)).map(|(path, target)| Skipped {
            path: path.clone(),
            reason: format!("a symbolic link to `{target}`, which is read under its own name"),
        });
    found.skipped.extend(drafts.chain(aliases).collect::<Vec<_>>());
    found.skipped.sort();

    let records_of: std::collections::BTreeSet<String> =
        records.iter().map(|record| record.source.clone()).collect();
    let mut site = site::resolve(inputs, found, records, history);
    site.diagnostics
        .extend(inputs.diagnostics.iter().filter(|of| !records_of.contains(&of.place.file)).cloned());
    site
}

fn parse(inputs: &Inputs, members: &[(&Collection, &Member)]) -> Vec<Record> {
    let mut unreadable: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in &inputs.diagnostics {
        unreadable.entry(&diagnostic.place.file).or_default().push(diagnostic);
    }
    let parse = |(collection, member): &(&Collection, &Member)| {
        let sidecar = member.sidecar.as_deref().and_then(|path| inputs.text(path));
        let mut record = record::parse(inputs.text(&member.path)?, sidecar, collection);
        let own = unreadable.get(member.path.as_str());
        record.diagnostics.extend(own.into_iter().flatten().map(|diagnostic| (*diagnostic).clone()));
        Some(record)
    };
    members.par_iter().filter_map(parse).collect()
}

fn read_history(root: &Path, members: &[(&Collection, &Member)]) -> history::History {
    let paths: Vec<_> =
        members.iter().map(|(_, member)| (member.path.as_str(), member.sidecar.as_deref())).collect();
    history::read(root, &paths, &|Version { member, path, text, sidecar }| {
        let (collection, _) = members.get(member)?;
        record::status_of(path, text, sidecar, &collection.config)
    })
}

impl Outcome {
    fn of(site: &Site) -> Outcome {
        let count = |index| site.entries.iter().filter(|entry| entry.collection == index).count();
        let collections = site.collections.iter().enumerate();
        Outcome {
            collections: collections
                .map(|(index, collection)| (collection.title.clone(), count(index)))
                .collect(),
            skipped: site.skipped.iter().map(|of| (of.path.clone(), of.reason.clone())).collect(),
            history: site.history_missing.map(|missing| missing.sentence().to_owned()),
            diagnostics: site.all_diagnostics().cloned().collect(),
            written: None,
        }
    }

    /// How many errors there are.
    pub fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
    }

    /// The same order whatever thread was first.
    fn sort(&mut self) {
        let key = |of: &Diagnostic| {
            (of.place.file.clone(), of.place.line, of.place.column, of.code, of.message.clone())
        };
        self.diagnostics.sort_by_cached_key(key);
    }

    /// For the manifest, so that a build with nothing to do can say the same again.
    fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "collections": self.collections,
            "skipped": self.skipped,
            "history": self.history,
            "diagnostics": self.diagnostics,
        })
    }

    fn from_json(said: &serde_json::Value, written: Written, strict: bool) -> Option<Outcome> {
        let part = |name: &str| said.get(name).cloned();
        let outcome = Outcome {
            collections: serde_json::from_value(part("collections")?).ok()?,
            skipped: serde_json::from_value(part("skipped")?).ok()?,
            history: serde_json::from_value(part("history")?).ok()?,
            diagnostics: serde_json::from_value(part("diagnostics")?).ok()?,
            written: None,
        };
        let written = Some(written).filter(|_| !strict || outcome.errors() == 0);
        Some(Outcome { written, ..outcome })
    }
}
