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
//! | search: an index of the site, its files, its answers | [`search`] | pages |
//! | write: only what changed, safely | [`output`] | pages |
//!
//! [`preview`] keeps the same values in memory, [`watch`] tells it when to look again, and [`serve`] shows what it
//! has to browsers. How far a long step has come goes by the side, in [`progress`], and so does what must wait for a
//! page, in [`priority`]; neither makes anything.
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
pub mod memo;
pub mod output;
pub mod plan;
pub mod preview;
pub mod priority;
pub mod progress;
pub mod record;
pub mod render;
pub mod search;
pub mod serve;
pub mod site;
pub mod source;
pub mod svg;
pub mod theme;
pub mod timeline;
pub mod twin;
pub mod view;
pub mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use collection::{Collection, Found, Member, Skipped};
use diagnostic::{Diagnostic, Severity};
use error::Error;
use history::{History, Version};
use memo::{Memo, Memos};
use output::Written;
use progress::Progress;
use record::Record;
use render::Setting;
use site::Site;
use source::{DiscoverOptions, File, Inputs, SourceText};
use theme::Theme;

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
    /// How far it is.
    pub progress: Progress,
}

/// What came of a build.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Title of each collection and how many records it has.
    pub collections: Vec<(String, usize)>,
    /// Markdown files that are no records, and why.
    pub skipped: Vec<Skipped>,
    /// How many records are drafts that are not published.
    pub drafts: usize,
    /// Records in other formats than markdown, by the endings of their names.
    pub formats: BTreeMap<String, usize>,
    /// Why there is no git history, or not all of it, as a sentence.
    pub history: Option<String>,
    /// What is wrong, by place.
    pub diagnostics: Vec<Diagnostic>,
    /// `None` where [`BuildOptions::strict`] kept it from writing.
    pub written: Option<Written>,
}

/// Builds the site of `root`. Fails only where nothing could be built at all.
pub fn build(root: &Path, options: &BuildOptions) -> Result<(Arc<Inputs>, Outcome), Error> {
    source::open_root(root)?;
    let target = output::open(&options.output, root)?;
    let BuildOptions { output, base_url, drafts, strict, progress } = options.clone();
    let options =
        DiscoverOptions { output: Some(output), base_url, drafts, progress, ..DiscoverOptions::default() };
    let inputs = Arc::new(source::discover(root, &options)?);
    let fingerprint = fingerprint::of(&inputs, root);
    if let Some((said, written)) = target.unchanged(root, &fingerprint)
        && let Some(outcome) = Outcome::from_json(said, written, strict)
    {
        return Ok((inputs, outcome));
    }

    let (mut setting, mut diagnostics) = prepare(root, &inputs, &mut Memory::new(&options.progress));
    options.progress.begin("making the search index", 0);
    let index = search::files(&setting.plan.catalog, &inputs);
    let index = index.map_err(|source| Error::Machine { doing: "index the records".into(), source })?;
    diagnostics.extend(setting.plan.add_search(index));
    let plan = &setting.plan;
    let mut outcome = Outcome::of(&plan.catalog.site, diagnostics);

    // Pages find the last problems: a template that fails, a diagram that cannot be drawn.
    let problems = Mutex::new(Vec::new());
    options.progress.begin("making pages", plan.pages.len() * if strict { 2 } else { 1 });
    let make = |path: &str| {
        let rendered = render::render(&setting, path)?;
        options.progress.step();
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
    // Nobody has to wait until the site is out of memory.
    rayon::spawn(move || drop(setting));
    Ok((inputs, outcome))
}

/// Everything between reading and rendering, and all that is wrong as far as it is known before pages are
/// rendered, in no order. [`build`] writes every page of it, [`preview`] shows those that somebody looks at;
/// what `memory` has of an earlier time is not made again.
pub fn prepare(root: &Path, inputs: &Arc<Inputs>, memory: &mut Memory) -> (Setting, Vec<Diagnostic>) {
    let site = Arc::new(resolve(root, inputs, memory));
    let same = |before: &Arc<Inputs>, now: &Arc<Inputs>| before.theme == now.theme;
    let (theme, mut diagnostics) = memory.theme.get(Arc::clone(inputs), same, |inputs| {
        let (theme, diagnostics) = theme::load(&inputs.theme);
        (Arc::new(theme), diagnostics)
    });
    let plan = plan::plan(Arc::clone(&site), &theme, &mut memory.plan);
    diagnostics.extend(site.all_diagnostics().chain(&plan.diagnostics).cloned());
    diagnostics.extend(search::problems(&site));
    (render::setting(plan, Arc::clone(inputs), theme), diagnostics)
}

/// What the steps up to rendering keep for the next time; nothing at first.
#[derive(Default)]
pub struct Memory {
    found: Memo<Arc<Inputs>, Arc<Found>>,
    /// The rules by which the records were read.
    rules: Vec<Collection>,
    records: Memos<Read, Option<Arc<Record>>>,
    git: Option<String>,
    history: Memo<(String, Arc<Found>), Arc<History>>,
    site: site::Memory,
    plan: plan::Memory,
    theme: Memo<Arc<Inputs>, (Arc<Theme>, Vec<Diagnostic>)>,
    progress: Progress,
}

impl Memory {
    /// Nothing yet; says how far the steps are.
    pub fn new(progress: &Progress) -> Memory {
        Memory { progress: progress.clone(), ..Memory::default() }
    }

    /// Asks git again; true where what it knows has changed.
    pub fn look_at_git(&mut self, root: &Path) -> bool {
        let now = Some(history::stamp(root));
        std::mem::replace(&mut self.git, now.clone()) != now
    }
}

/// What a record is read from: its file and its sidecar, what went wrong in reading them, its collection.
type Read = (Option<Arc<SourceText>>, Option<Arc<SourceText>>, Vec<Diagnostic>, usize);

/// Everything that the records alone decide: which files are records, what they and git say, and what that
/// means for each other.
pub fn resolve(root: &Path, inputs: &Arc<Inputs>, memory: &mut Memory) -> Site {
    let found = memory
        .found
        .get(Arc::clone(inputs), collection::is_same, |inputs| Arc::new(collection::find(inputs)));
    let members: Vec<Of<'_>> = found
        .collections
        .iter()
        .enumerate()
        .flat_map(|(at, of)| of.members.iter().map(move |member| (at, of, member)))
        .collect();
    let Memory { rules, records, git, history, site: memory_of_site, progress, .. } = memory;
    progress.begin("reading records", members.len());
    let (records, history) = rayon::join(
        || parse(inputs, &found, &members, rules, records, progress),
        || read_history(root, &found, &members, git, history),
    );
    progress.begin("linking records", 0);
    let unpublished = |record: &Record| record.draft && !inputs.drafts;
    let drafts = records.iter().filter(|record| unpublished(record)).count();
    let aliases =
        inputs.aliases.iter().filter(|(path, _)| source::is_markdown(path)).map(|(path, target)| {
            let reason = format!("a symbolic link to `{target}`, which is read under its own name");
            Skipped::new(path.as_str(), reason)
        });
    let aliases: Vec<Skipped> = aliases.collect();

    let records_of: std::collections::HashSet<String> = match inputs.diagnostics.is_empty() {
        true => std::collections::HashSet::new(),
        false => {
            let published = records.iter().filter(|record| !unpublished(record));
            published.map(|record| record.source.clone()).collect()
        }
    };
    let mut site = site::resolve(inputs, &found, records, &history, memory_of_site);
    site.skipped.extend(aliases);
    site.skipped.sort();
    site.drafts = drafts;
    site.diagnostics
        .extend(inputs.diagnostics.iter().filter(|of| !records_of.contains(&of.place.file)).cloned());
    site
}

/// The index of a collection, it, and one of its members.
type Of<'a> = (usize, &'a Collection, &'a Member);

fn parse(
    inputs: &Inputs,
    found: &Found,
    members: &[Of<'_>],
    rules: &mut Vec<Collection>,
    memory: &mut Memos<Read, Option<Arc<Record>>>,
    progress: &Progress,
) -> Vec<Arc<Record>> {
    let now = self::rules(&found.collections);
    if *rules != now {
        memory.clear();
        *rules = now;
    }
    let mut unreadable: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in &inputs.diagnostics {
        unreadable.entry(&diagnostic.place.file).or_default().push(diagnostic);
    }
    let text = |path: &str| match inputs.files.get(path) {
        Some(File::Text(text)) => Some(Arc::clone(text)),
        _ => None,
    };
    let read = |(at, _, member): &Of<'_>| -> Read {
        let own = unreadable.get(member.path.as_str()).into_iter().flatten();
        let sidecar = member.sidecar.as_deref().and_then(text);
        (text(&member.path), sidecar, own.map(|diagnostic| (*diagnostic).clone()).collect(), *at)
    };
    let records = memory.all(
        members,
        |(_, _, member)| member.path.as_str(),
        |before, of| *before == read(of),
        read,
        |(_, collection, _), (text, sidecar, own, _)| {
            progress.step();
            let mut record = record::parse(text.as_deref()?, sidecar.as_deref(), collection);
            record.diagnostics.extend(own.iter().cloned());
            Some(Arc::new(record))
        },
    );
    progress.begin("reading git's history", 0);
    records.into_iter().flatten().collect()
}

/// Collections without what is in them.
fn rules(collections: &[Collection]) -> Vec<Collection> {
    collections.iter().map(|of| Collection { members: Vec::new(), ..of.clone() }).collect()
}

/// The files of all records, each with its sidecar.
fn files(collections: &[Collection]) -> BTreeSet<(&str, Option<&str>)> {
    let members = collections.iter().flat_map(|of| &of.members);
    members.map(|member| (member.path.as_str(), member.sidecar.as_deref())).collect()
}

fn read_history(
    root: &Path,
    found: &Arc<Found>,
    members: &[Of<'_>],
    git: &mut Option<String>,
    memory: &mut Memo<(String, Arc<Found>), Arc<History>>,
) -> Arc<History> {
    let stamp = git.get_or_insert_with(|| history::stamp(root)).clone();
    let same = |a: &(String, Arc<Found>), b: &(String, Arc<Found>), history: &Arc<History>| {
        let (was, is) = (&a.1.collections, &b.1.collections);
        a.0 == b.0
            && (Arc::ptr_eq(&a.1, &b.1)
                || was == is
                || rules(was) == rules(is) && history.is_same_for(root, &files(was), &files(is)))
    };
    memory.get_by((stamp, Arc::clone(found)), same, |_| {
        let paths: Vec<_> =
            members.iter().map(|(_, _, member)| (member.path.as_str(), member.sidecar.as_deref())).collect();
        Arc::new(history::read(root, &paths, &|Version { member, path, text, sidecar }| {
            let (_, collection, _) = members.get(member)?;
            let markdown = source::to_markdown(path, text);
            record::status_of(path, markdown.as_deref().unwrap_or(text), sidecar, &collection.config)
        }))
    })
}

/// How many records are in which other format than markdown.
pub(crate) fn formats(site: &Site) -> BTreeMap<String, usize> {
    let mut formats = BTreeMap::new();
    for entry in site.entries.iter().filter(|entry| !source::is_markdown(&entry.record.source)) {
        let ending = entry.record.source.rsplit_once('.').map_or("", |(_, ending)| ending);
        *formats.entry(format!(".{ending}")).or_default() += 1;
    }
    formats
}

impl Outcome {
    fn of(site: &Site, diagnostics: Vec<Diagnostic>) -> Outcome {
        let count = |index| site.entries.iter().filter(|entry| entry.collection == index).count();
        let collections = site.collections.iter().enumerate();
        Outcome {
            collections: collections
                .map(|(index, collection)| (collection.title.clone(), count(index)))
                .collect(),
            skipped: site.skipped.clone(),
            drafts: site.drafts,
            formats: formats(site),
            history: site.history_missing.map(|missing| missing.sentence().to_owned()),
            diagnostics,
            written: None,
        }
    }

    /// How many errors there are.
    pub fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
    }

    /// The same order whatever thread was first.
    fn sort(&mut self) {
        diagnostic::sort(&mut self.diagnostics);
    }

    /// For the manifest, so that a build with nothing to do can say the same again.
    fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "collections": self.collections,
            "skipped": self.skipped,
            "drafts": self.drafts,
            "formats": self.formats,
            "history": self.history,
            "diagnostics": self.diagnostics,
        })
    }

    fn from_json(said: &serde_json::Value, written: Written, strict: bool) -> Option<Outcome> {
        let part = |name: &str| said.get(name).cloned();
        let outcome = Outcome {
            collections: serde_json::from_value(part("collections")?).ok()?,
            skipped: serde_json::from_value(part("skipped")?).ok()?,
            drafts: serde_json::from_value(part("drafts")?).ok()?,
            formats: serde_json::from_value(part("formats")?).ok()?,
            history: serde_json::from_value(part("history")?).ok()?,
            diagnostics: serde_json::from_value(part("diagnostics")?).ok()?,
            written: None,
        };
        let written = Some(written).filter(|_| !strict || outcome.errors() == 0);
        Some(Outcome { written, ..outcome })
    }
}
