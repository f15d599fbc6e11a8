//! The site of a root kept in memory, following its files. What is shown of it equals, byte for byte, what a
//! build of the same files writes, because both come from [`crate::prepare`] and [`render`]. Serves nothing
//! and watches nothing: it is told that something may have changed, and looks.

mod last_good;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::Memory;
use crate::diagnostic::{self, Diagnostic};
use crate::error::Error;
use crate::output::Content;
use crate::plan::Page;
use crate::priority::{Priority, aside};
use crate::render::{self, Rendered, Setting};
use crate::search::{self, index::Index};
use crate::site::{Entry, Ix, Site, Target};
use crate::source::{self, DiscoverOptions, Inputs};
use crate::theme::Theme;
use last_good::Kept;

/// The site of a root, kept up to date by whoever owns it.
pub struct Preview {
    root: PathBuf,
    options: DiscoverOptions,
    memory: Memory,
    snapshot: Arc<Snapshot>,
    /// The last refresh could not read everything, so that the next one looks everywhere.
    unsure: bool,
}

/// Where something may have changed. It is a reason to look, not information: what is there counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hints {
    /// Nobody knows where.
    Everywhere,
    /// At these paths or below them, absolute or relative to the root. A path in `.git` stands for git.
    At(BTreeSet<PathBuf>),
}

/// What a [`Preview::refresh`] found.
pub struct Changed {
    /// Files that are new, different or gone, by path relative to the root.
    pub files: BTreeSet<String>,
    /// What git knows has changed.
    pub git: bool,
    before: Arc<Snapshot>,
    now: Arc<Snapshot>,
}

/// Why a page may look different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It was not there before.
    New,
    /// It is not there any more.
    Gone,
    /// The file that it is made from, relative to the root, changed.
    File(String),
    /// It names a record, made from this file, of which something changed.
    Record(String),
    /// It is about many records, of which some changed.
    List,
    /// Something that all pages share changed: the configuration, the theme, git, which records there are.
    Site,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::New => f.write_str("it is new"),
            Reason::Gone => f.write_str("it is gone"),
            Reason::File(path) => write!(f, "`{path}` changed"),
            Reason::Record(path) => write!(f, "it names what is written in `{path}`"),
            Reason::List => f.write_str("it is about all records"),
            Reason::Site => f.write_str("what all pages share changed"),
        }
    }
}

impl Preview {
    /// Reads the root and prepares its pages; renders none. Fails where a build would.
    pub fn open(root: &Path, options: &DiscoverOptions) -> Result<Preview, Error> {
        let inputs = Arc::new(source::discover(root, options)?);
        let mut memory = Memory::new(&options.progress);
        let snapshot = Arc::new(Snapshot::of(root, &inputs, &mut memory));
        Ok(Preview { root: root.to_owned(), options: options.clone(), memory, snapshot, unsure: false })
    }

    /// As [`Preview::open`]; but where the configuration or the theme cannot be read, begins with a blank snapshot
    /// and says why. A refresh that can read them has the site.
    pub fn begin(root: &Path, options: &DiscoverOptions) -> Result<(Preview, Option<Error>), Error> {
        let error = match Preview::open(root, options) {
            Ok(preview) => return Ok((preview, None)),
            Err(error @ (Error::Config { .. } | Error::Machine { .. })) if root.read_dir().is_ok() => error,
            Err(error) => return Err(error),
        };
        let inputs = Arc::new(Inputs::blank(options)?);
        let snapshot = Snapshot { is_blank: true, ..Snapshot::of(root, &inputs, &mut Memory::default()) };
        let (root, options, memory) = (root.to_owned(), options.clone(), Memory::default());
        Ok((Preview { root, options, memory, snapshot: Arc::new(snapshot), unsure: true }, Some(error)))
    }

    /// Looks whether anything changed, and follows. Where the root or its configuration cannot be read, the
    /// snapshot stays what it was, and the next refresh tries again.
    pub fn refresh(&mut self, hints: &Hints) -> Result<Changed, Error> {
        let is_git = |path: &&PathBuf| path.components().any(|part| part.as_os_str() == ".git");
        let names = |path: &PathBuf| path.file_name().is_some_and(|name| name == ".mailmap");
        let (git, files) = match hints {
            Hints::Everywhere => (true, None),
            Hints::At(paths) => {
                let (git, files): (Vec<_>, BTreeSet<PathBuf>) = (
                    paths.iter().filter(|path| is_git(path) || names(path)).collect(),
                    paths.iter().filter(|path| !is_git(path)).cloned().collect(),
                );
                (!git.is_empty(), Some(files))
            }
        };
        let git = git && self.memory.look_at_git(&self.root);
        let files = files.filter(|_| !std::mem::replace(&mut self.unsure, true));
        let inputs =
            Arc::new(source::rediscover(self.snapshot.inputs(), &self.root, &self.options, files.as_ref())?);
        self.unsure = false;
        if !git && inputs == *self.snapshot.inputs() {
            return Ok(Changed { files: self.snapshot.copied(files.iter().flatten()), ..self.nothing() });
        }
        let mut now = Snapshot::of(&self.root, &inputs, &mut self.memory);
        now.keep(&self.snapshot);
        let now = Arc::new(now);
        let before = std::mem::replace(&mut self.snapshot, Arc::clone(&now));
        Ok(Changed { files: differing(before.inputs(), &inputs), git, before, now })
    }

    /// That the site is what it was.
    pub fn nothing(&self) -> Changed {
        let (before, now) = (self.snapshot(), self.snapshot());
        Changed { files: BTreeSet::new(), git: false, before, now }
    }

    /// The site as of the last refresh that could read it.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot)
    }
}

/// Files that are new, different or gone.
fn differing(before: &Inputs, now: &Inputs) -> BTreeSet<String> {
    let (was, is) = (&before.files, &now.files);
    if was.keys().eq(is.keys()) {
        let pairs = was.values().zip(is);
        return pairs.filter(|(before, (_, now))| before != now).map(|(_, (path, _))| path.clone()).collect();
    }
    let changed = is.iter().filter(|(path, file)| was.get(*path) != Some(*file));
    let gone = was.iter().filter(|(path, _)| !is.contains_key(*path));
    changed.chain(gone).map(|(path, _)| path.clone()).collect()
}

impl Changed {
    /// Nothing that the site is made from changed.
    pub fn is_nothing(&self) -> bool {
        self.files.is_empty() && !self.git && self.is_same_site()
    }

    fn is_same_site(&self) -> bool {
        Arc::ptr_eq(&self.before, &self.now)
    }

    /// Output paths whose bytes may differ from before, new and gone ones among them, and why; by what pages are made
    /// from, so it errs on the side of naming a page too many. Passes over all of them: no browser waits for that.
    pub fn pages(&self) -> BTreeMap<String, Reason> {
        let (before, now) = (&*self.before, &*self.now);
        let same_paths = Arc::ptr_eq(&before.setting.plan.pages, &now.setting.plan.pages);
        let gone = before.paths().filter(|path| !same_paths && !now.has(path));
        let gone: Vec<_> = gone.map(|path| (path.to_owned(), Reason::Gone)).collect();
        let site = now.site();
        let named: Option<Vec<Option<Ix>>> = now.has_same_frame(before).then(|| {
            let different = different(before.site(), site);
            (0..site.entries.len()).map(|ix| named(site, ix, &different)).collect()
        });
        let reason = |(path, page): (&String, &Page)| {
            let file = page.file(&now.setting.plan.catalog).filter(|path| self.files.contains(*path));
            let reason = match (page, &named) {
                _ if !same_paths && !before.has(path) => Reason::New,
                (Page::Record(_) | Page::Twin(_) | Page::Asset(_), _) if file.is_some() => {
                    Reason::File(file?.to_owned())
                }
                _ if self.is_same_site() => return None,
                (_, None) => Reason::Site,
                (Page::Record(ix) | Page::Twin(ix), Some(named)) => {
                    Reason::Record(site.entries[named[*ix]?].record.source.clone())
                }
                (Page::Asset(_) | Page::Theme(_) | Page::Schema, Some(_)) => return None,
                (_, Some(_)) => Reason::List,
            };
            Some((path.clone(), reason))
        };
        now.setting.plan.pages.iter().filter_map(reason).chain(gone).collect()
    }
}

/// Of each record whether something differs, its own text or what is known of it.
fn different(before: &Site, now: &Site) -> Vec<bool> {
    let same = |a: &Entry, b: &Entry| {
        Arc::ptr_eq(&a.record, &b.record)
            && (Arc::ptr_eq(&a.targets, &b.targets) || a.targets == b.targets)
            && (&a.relations, &a.elsewhere, &a.referenced_by, &a.cites)
                == (&b.relations, &b.elsewhere, &b.referenced_by, &b.cites)
            && (&a.superseded_by, &a.events, &a.in_force) == (&b.superseded_by, &b.events, &b.in_force)
            && (a.committed, &a.diagnostics) == (b.committed, &b.diagnostics)
    };
    before.entries.iter().zip(&now.entries).map(|(a, b)| !same(a, b)).collect()
}

/// The first of the different records that a record's page names, itself among them. Where it is not different itself,
/// it names those that it named before.
fn named(site: &Site, ix: Ix, different: &[bool]) -> Option<Ix> {
    let entry = &site.entries[ix];
    let neighbours = site.neighbours(ix);
    let linked = entry.cites.iter().copied();
    let linked = linked.chain(entry.relations.iter().map(|relation| relation.target));
    let linked = linked.chain(entry.referenced_by.iter().map(|backlink| backlink.from));
    let linked = linked.chain(entry.superseded_by.iter().flatten().copied());
    let targets = entry.targets.values().filter_map(|target| match target {
        Target::Record(other, _) => Some(*other),
        _ => None,
    });
    let mut all = [ix].into_iter().chain(linked).chain(targets).chain(neighbours.0).chain(neighbours.1);
    all.find(|other| different.get(*other) == Some(&true))
}

/// The site at one moment; never changes. Many threads may ask it at once.
pub struct Snapshot {
    setting: Setting,
    diagnostics: Vec<Diagnostic>,
    /// By output path: made when first asked for, then kept as long as the snapshot.
    rendered: Mutex<BTreeMap<String, Slot>>,
    index: OnceLock<io::Result<Index>>,
    /// Shared by all snapshots of a preview.
    aside: Arc<Aside>,
    search: OnceLock<search::Files>,
    /// By output path: last good pages of records that cannot be read.
    kept: BTreeMap<String, Kept>,
    /// The last theme that could be used before this one.
    good: Option<Arc<Theme>>,
    is_blank: bool,
}

/// What the search is made with, in the background.
struct Aside {
    /// Of pages over the search.
    priority: Priority,
    /// What the search need not do again.
    memory: Mutex<search::Memory>,
}

impl Default for Aside {
    fn default() -> Aside {
        let priority = Priority::default();
        Aside { memory: Mutex::new(search::Memory::giving_way_to(&priority)), priority }
    }
}

/// Where a page will be; whoever comes first makes it, everybody else waits.
type Slot = Arc<OnceLock<Option<Arc<Rendered>>>>;

impl Snapshot {
    fn of(root: &Path, inputs: &Arc<Inputs>, memory: &mut Memory) -> Snapshot {
        let (setting, mut diagnostics) = crate::prepare(root, inputs, memory);
        diagnostic::sort(&mut diagnostics);
        let (rendered, index, search) = (Mutex::default(), OnceLock::new(), OnceLock::new());
        let (aside, kept, good, is_blank) = (Arc::default(), BTreeMap::new(), None, false);
        Snapshot { setting, diagnostics, rendered, index, search, aside, kept, good, is_blank }
    }

    /// Takes over what is still good of the one before.
    fn keep(&mut self, before: &Arc<Snapshot>) {
        self.kept = last_good::kept(before, self);
        self.aside = Arc::clone(&before.aside);
        let (theme, now) = (&before.setting.theme, &self.setting.theme);
        let is_good = !Arc::ptr_eq(theme, now) && !theme.is_broken() && !before.is_blank;
        self.good = if is_good { Some(Arc::clone(theme)) } else { before.good.clone() };
    }

    /// True where nothing could be read yet: there is no site at all.
    pub fn is_blank(&self) -> bool {
        self.is_blank
    }

    /// True where nothing that any record's page may depend on differs but records themselves: which there are and
    /// where, whom and what they name, what all pages share.
    fn has_same_frame(&self, other: &Snapshot) -> bool {
        let (setting, before) = (&self.setting, &other.setting);
        let (catalog, old) = (&setting.plan.catalog, &before.plan.catalog);
        let (site, was) = (&catalog.site, &old.site);
        let same_place =
            |(a, b): (&Entry, &Entry)| (&a.address, &a.id, a.collection) == (&b.address, &b.id, b.collection);
        let same_places = || {
            site.entries.len() == was.entries.len() && site.entries.iter().zip(&was.entries).all(same_place)
        };
        setting.is_same_site(before)
            && Arc::ptr_eq(&setting.theme, &before.theme)
            && site.today == was.today
            && site.config == was.config
            && site.repository == was.repository
            && site.history_missing == was.history_missing
            && Arc::ptr_eq(&catalog.facets, &old.facets)
            && Arc::ptr_eq(&catalog.people, &old.people)
            && site.choosers == was.choosers
            && site.collections == was.collections
            && same_places()
    }

    /// Every output path, sorted, without the files of the search.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.setting.plan.pages.keys().map(String::as_str)
    }

    /// Of these files, absolute or relative to the root, those that are shown as they lie on the disk: their bytes are
    /// read when they are asked for, so that nobody but who names them knows of a change.
    fn copied<'a>(&self, files: impl Iterator<Item = &'a PathBuf>) -> BTreeSet<String> {
        let files: Vec<&PathBuf> = files.collect();
        let copied =
            self.setting.plan.pages.values().filter(|_| !files.is_empty()).filter_map(|page| match page {
                Page::Asset(source) if files.iter().any(|file| file.ends_with(source)) => {
                    Some(source.clone())
                }
                _ => None,
            });
        copied.collect()
    }

    /// True where the site has this output path.
    pub fn has(&self, path: &str) -> bool {
        self.setting.plan.pages.contains_key(path)
    }

    /// What stands at an output path, with the problems found in making it: bytes, or the file of the root that
    /// is copied there. `None` where the site has no such path.
    pub fn get(&self, path: &str) -> Option<Arc<Rendered>> {
        if !self.has(path) {
            let file = path.starts_with("search/").then(|| self.search().get(path))??;
            return Some(Arc::new(Rendered {
                content: Content::Bytes(file.to_vec()),
                diagnostics: Vec::new(),
            }));
        }
        let slot = {
            let mut rendered = self.rendered.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(rendered.entry(path.to_owned()).or_default())
        };
        slot.get_or_init(|| render::render(&self.setting, path).map(Arc::new)).clone()
    }

    /// What answers queries. It is made from all records at once, which takes its time in a large log: when
    /// somebody first asks. Fails only where tantivy does.
    pub fn index(&self) -> Result<&Index, &io::Error> {
        let make = |memory: &mut _| Index::new(&self.setting.plan.catalog, self.inputs(), memory);
        self.index.get_or_init(|| self.with_search_memory(make)).as_ref()
    }

    /// Whether the search is there already.
    pub fn is_searchable(&self) -> bool {
        self.search.get().is_some()
    }

    /// The files of the search by output path, made from the index when somebody first asks.
    pub fn search(&self) -> &search::Files {
        self.search.get_or_init(|| {
            let index = Some(()).filter(|()| search::is_wanted(self.site())).and_then(|()| self.index().ok());
            let make = |index| self.with_search_memory(|memory| search::files_of(index, memory)).ok();
            let mut files = index.and_then(make).unwrap_or_default();
            files.retain(|path, _| !self.has(path));
            files
        })
    }

    fn with_search_memory<T: Send>(&self, make: impl FnOnce(&mut search::Memory) -> T + Send) -> T {
        let memory = &mut *self.aside.memory.lock().unwrap_or_else(PoisonError::into_inner);
        aside(|| make(memory))
    }

    /// Who goes first: pages, or the index and the files of the search.
    pub fn priority(&self) -> &Priority {
        &self.aside.priority
    }

    /// What is wrong, by place, as far as it is known before pages are rendered.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The file that an output is made from, relative to the root.
    pub fn source(&self, path: &str) -> Option<&str> {
        self.setting.plan.pages.get(path)?.file(&self.setting.plan.catalog)
    }

    /// The record that is made from a file, its own or the one beside it; its `address` is its page.
    pub fn record(&self, file: &str) -> Option<&Entry> {
        self.site().entries.iter().find(|entry| entry.record.files().any(|own| own == file))
    }

    /// Everything that the pages are made from.
    pub fn site(&self) -> &Arc<Site> {
        &self.setting.plan.catalog.site
    }

    /// The files.
    pub fn inputs(&self) -> &Arc<Inputs> {
        &self.setting.inputs
    }
}
