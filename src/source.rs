//! Discover: walks the root once and brings everything the build needs into [`Inputs`]. The only
//! reader of files. Knows nothing of records.

mod plain;
mod rules;
mod worktree;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ignore::WalkBuilder;
use ignore::overrides::OverrideBuilder;
use jiff::civil::Date;
use rayon::prelude::*;

use crate::config::{self, Config};
use crate::diagnostic::{self, Diagnostic, Place};
use crate::error::Error;
use crate::output;
use crate::progress::Progress;

pub use plain::to_markdown;
pub use rules::{Rules, is_litter};

/// The configuration's name, at the top of the root.
pub const CONFIG: &str = "annals.toml";

/// What a file is by the ending of its name: the one place that decides what is read as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Markdown: may be a record.
    Markdown,
    /// Another markup language: may be a record, whose text is shown as it is written.
    Plain,
    /// YAML: may be the metadata of a record beside it.
    Metadata,
    /// A picture that records may show and that is cleaned before.
    Svg,
    /// Anything else.
    Asset,
}

/// The kind of the file at a path.
pub fn kind(path: &str) -> Kind {
    match extension(split(path).1).as_str() {
        "md" | "markdown" | "mdown" | "mkd" => Kind::Markdown,
        "yaml" | "yml" => Kind::Metadata,
        "svg" => Kind::Svg,
        _ if plain::is_plain(path) => Kind::Plain,
        _ => Kind::Asset,
    }
}

/// Longest text that is read, in bytes. The longest record in eleven large decision logs has 0.3 MiB.
const TEXT_LIMIT: u64 = 8 << 20;

/// Longest metadata file beside a record, in bytes: a lock file is no metadata.
const SIDECAR_LIMIT: u64 = 256 << 10;

/// Longest SVG picture that is read, in bytes.
const SVG_LIMIT: u64 = 4 << 20;

/// What the caller asks of a walk.
#[derive(Debug, Clone, Default)]
pub struct DiscoverOptions {
    /// The output folder: not part of the site where it lies inside the root.
    pub output: Option<PathBuf>,
    /// Instead of `site.base-url`.
    pub base_url: Option<String>,
    /// Publish records that say `draft: true`.
    pub drafts: bool,
    /// Instead of `SOURCE_DATE_EPOCH` or the clock.
    pub today: Option<Date>,
    /// How far it is, it and what is made of it.
    pub progress: Progress,
}

/// Everything a build may depend on. Two equal `Inputs` give byte-identical sites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inputs {
    /// Every file under the root that is not ignored, by path relative to it, `/`-separated.
    pub files: BTreeMap<String, File>,
    /// `annals.toml`, or the defaults.
    pub config: Config,
    /// The site's own `theme/` folder: path below it → bytes.
    pub theme: BTreeMap<String, Vec<u8>>,
    /// The day the build speaks of (`SOURCE_DATE_EPOCH` or today): decides what is overdue.
    pub today: Date,
    /// Symbolic links inside the root: the link's path → what it leads to, both relative to the root. What a
    /// link leads to is in `files` under its own path only, so that no record is there twice.
    pub aliases: BTreeMap<String, String>,
    /// Records that say `draft: true` are published.
    pub drafts: bool,
    /// Name of the root folder, for a title where nothing else gives one.
    pub root_name: String,
    /// What went wrong while reading.
    pub diagnostics: Vec<Diagnostic>,
}

/// One file of the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum File {
    /// Markdown, or metadata beside it, decoded.
    Text(Arc<SourceText>),
    /// Anything else; read only when a page shows it.
    Asset {
        /// Length in bytes.
        len: u64,
    },
}

/// A decoded text file that can tell lines and columns.
#[derive(Debug, Clone)]
pub struct SourceText {
    /// Path relative to the root.
    pub path: String,
    /// The text, line ends as they are, without a byte order mark.
    pub text: String,
    line_starts: Vec<u32>,
    /// Characters before each byte that is a multiple of [`STRIDE`]; made when a long line first needs it.
    characters: OnceLock<Box<[u32]>>,
}

/// Within a line that is longer than this, columns are counted from the nearest mark: a line of megabytes
/// may have a problem every few bytes.
const STRIDE: usize = 1024;

impl PartialEq for SourceText {
    fn eq(&self, other: &SourceText) -> bool {
        (&self.path, &self.text) == (&other.path, &other.text)
    }
}

impl Eq for SourceText {}

impl SourceText {
    /// Takes a path relative to the root and decoded text; a leading byte order mark is dropped.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> SourceText {
        let mut text = text.into();
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        let ends = memchr::memchr_iter(b'\n', text.as_bytes());
        let line_starts = std::iter::once(0).chain(ends.map(|at| at as u32 + 1)).collect();
        SourceText { path: path.into(), text, line_starts, characters: OnceLock::new() }
    }

    /// 1-based line of a byte offset.
    pub fn line(&self, offset: usize) -> u32 {
        self.line_starts.partition_point(|start| *start as usize <= offset) as u32
    }

    /// 1-based line and column (in characters) of a byte offset.
    pub fn line_column(&self, offset: usize) -> (u32, u32) {
        let offset = offset.min(self.text.len());
        let line = self.line(offset);
        let start = self.line_starts[line as usize - 1] as usize;
        let characters = match offset - start > STRIDE {
            true => self.characters_before(offset) - self.characters_before(start),
            false => characters(&self.text.as_bytes()[start..offset]),
        };
        (line, characters + 1)
    }

    fn characters_before(&self, offset: usize) -> u32 {
        let marks = self.characters.get_or_init(|| {
            let mut marks = vec![0];
            for piece in self.text.as_bytes().chunks(STRIDE) {
                marks.push(marks.last().copied().unwrap_or_default() + characters(piece));
            }
            marks.into_boxed_slice()
        });
        let mark = offset / STRIDE;
        let before = marks.get(mark).copied().unwrap_or_default();
        before + characters(&self.text.as_bytes()[mark * STRIDE..offset])
    }

    /// Byte range of a 1-based line, without its line end.
    pub fn line_span(&self, line: u32) -> Range<usize> {
        let index = (line.max(1) as usize - 1).min(self.line_starts.len() - 1);
        let start = self.line_starts[index] as usize;
        let end = self.line_starts.get(index + 1).map_or(self.text.len(), |next| *next as usize);
        start..start + self.text[start..end].trim_end_matches(['\n', '\r']).len()
    }
}

/// Characters that begin in a piece of UTF-8.
fn characters(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count() as u32
}

/// Reads everything under `root` that a site may be made from.
///
/// `.gitignore` files count with or without git; hidden folders are read, since `.decisions/` is one; `.git`,
/// `node_modules`, other working trees of the repository and the output folder are not. Fails only where the root or its `annals.toml` cannot be used.
pub fn discover(root: &Path, options: &DiscoverOptions) -> Result<Inputs, Error> {
    discover_but(&Known::default(), root, options)
}

fn discover_but(known: &Known<'_>, root: &Path, options: &DiscoverOptions) -> Result<Inputs, Error> {
    let root = open_root(root)?;
    let mut config = read_config(&root)?;
    if let Some(url) = &options.base_url {
        config.site.base_url = Some(config::check_base_url(url).map_err(Error::usage)?);
    }
    let today = today(options)?;
    let (found, mut diagnostics) = walk(&root, &config, options.output.as_deref())?;
    let theme = read_theme(&root)?;
    let (files, unread) = read_files(&root, found.files, known);
    diagnostics.extend(unread);
    sort(&mut diagnostics);
    Ok(Inputs {
        files,
        config,
        theme,
        today,
        aliases: found.aliases,
        drafts: options.drafts,
        root_name: root.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
        diagnostics,
    })
}

/// What [`discover`] would give after something happened at these paths below the root. Texts that are still the
/// same stay where they are in memory. Only what can have changed is read. Where it is more than files that were
/// there and are files still, or are gone, the whole root is walked again to know what there is.
pub fn rediscover(
    before: &Inputs,
    root: &Path,
    options: &DiscoverOptions,
    paths: Option<&BTreeSet<PathBuf>>,
) -> Result<Inputs, Error> {
    let mut inputs = Inputs { today: today(options)?, ..before.clone() };
    let canonical = open_root(root)?;
    let below = |path: &PathBuf| {
        let inside =
            if path.starts_with(root) { path.strip_prefix(root) } else { path.strip_prefix(&canonical) };
        relative(Path::new(""), inside.unwrap_or(path)).ok()
    };
    let paths: Option<BTreeSet<String>> = paths.and_then(|paths| paths.iter().map(below).collect());
    if paths.iter().flatten().all(|path| inputs.reread(&canonical, path)) && paths.is_some() {
        sort(&mut inputs.diagnostics);
        return Ok(inputs);
    }
    let known = Known { last: paths.map(|dirty| (before, dirty)) };
    let mut inputs = discover_but(&known, root, options)?;
    for (path, file) in &mut inputs.files {
        if let Some(before) = before.files.get(path).filter(|before| *before == file) {
            file.clone_from(before);
        }
    }
    Ok(inputs)
}

fn today(options: &DiscoverOptions) -> Result<Date, Error> {
    match options.today {
        Some(today) => Ok(today),
        None => today_from(std::env::var("SOURCE_DATE_EPOCH").ok().as_deref()),
    }
}

fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by(|a, b| (&a.place.file, a.place.line).cmp(&(&b.place.file, b.place.line)));
}

impl Inputs {
    /// Of an empty folder without a name.
    pub fn blank(options: &DiscoverOptions) -> Result<Inputs, Error> {
        Ok(Inputs {
            files: BTreeMap::new(),
            config: Config::default(),
            theme: BTreeMap::new(),
            today: today(options)?,
            aliases: BTreeMap::new(),
            drafts: options.drafts,
            root_name: String::new(),
            diagnostics: Vec::new(),
        })
    }

    /// Reads one file again; false where the whole root has to be walked to know what became of it.
    fn reread(&mut self, root: &Path, path: &str) -> bool {
        let (folder, name) = split(path);
        // Links lead to it, the walk looks at it, or how other files are read depends on it.
        let reaches_others = !self.aliases.is_empty() || path == CONFIG || name.starts_with('.');
        let Some(File::Text(before)) = self.files.get(path).filter(|_| !reaches_others) else {
            return matches!(self.files.get(path), Some(File::Asset { .. })) && !reaches_others && {
                self.measure(root, path)
            };
        };
        let from = root.join(path);
        match fs::symlink_metadata(&from).map(|found| found.is_file()) {
            Ok(true) => {}
            // A markdown file makes metadata of what lies beside it.
            Err(error) if error.kind() == io::ErrorKind::NotFound && !self.has_metadata(folder) => {
                // A folder that is gone, or is none any more, says more than its file.
                if !root.join(folder).is_dir() {
                    return false;
                }
                self.forget(path);
                return true;
            }
            _ => return false,
        }
        let Ok((File::Text(mut now), problems)) = read_file(&from, path, limit(path, true)) else {
            return false;
        };
        if now.text == before.text {
            now = Arc::clone(before);
        }
        self.forget(path);
        self.files.insert(path.to_owned(), File::Text(now));
        self.diagnostics.extend(problems);
        true
    }

    fn has_metadata(&self, folder: &str) -> bool {
        let below = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let files = self.files.range(below.clone()..).take_while(|(path, _)| path.starts_with(&below));
        let mut beside = files.filter(|(path, _)| split(path).0 == folder);
        beside.any(|(path, _)| kind(path) == Kind::Metadata)
    }

    fn measure(&mut self, root: &Path, path: &str) -> bool {
        let found = fs::symlink_metadata(root.join(path)).ok().filter(fs::Metadata::is_file);
        let slot = self.files.get_mut(path);
        match (found, slot) {
            (Some(found), Some(File::Asset { len })) if kind(path) == Kind::Asset => {
                *len = found.len();
                true
            }
            _ => false,
        }
    }

    fn forget(&mut self, path: &str) {
        self.files.remove(path);
        self.diagnostics.retain(|of| of.place.file != path);
    }

    /// The texts of the site's own theme, by their paths relative to the root.
    pub fn theme_texts(&self) -> BTreeMap<String, SourceText> {
        let texts = self.theme.iter().filter_map(|(path, bytes)| {
            let path = format!("theme/{path}");
            Some((path.clone(), SourceText::new(path, std::str::from_utf8(bytes).ok()?)))
        });
        texts.collect()
    }

    /// The text at a path relative to the root.
    pub fn text(&self, path: &str) -> Option<&SourceText> {
        match self.files.get(path)? {
            File::Text(text) => Some(text),
            File::Asset { .. } => None,
        }
    }

    /// The path under which `files` has what `path` leads to: itself, or what the symbolic links in it
    /// lead to.
    pub fn real_path<'a>(&'a self, path: &'a str) -> Option<String> {
        let mut path = path.to_owned();
        // Links may lead to links; a chain longer than this is the system's `ELOOP` too.
        for _ in 0..40 {
            if self.files.contains_key(&path) {
                return Some(path);
            }
            let (alias, target) = self.aliases.iter().find(|(alias, _)| {
                path.strip_prefix(alias.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })?;
            path = format!("{target}{}", &path[alias.len()..]).trim_start_matches('/').to_owned();
        }
        None
    }
}

/// The root's canonical path. Fails, with what to do instead, where it is no folder.
pub fn open_root(root: &Path) -> Result<PathBuf, Error> {
    let shown = root.display();
    let canonical = match fs::canonicalize(root) {
        Ok(path) => path,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Error::usage_help(
                format!("`{shown}` is not there"),
                "name the folder that holds the records, or the repository they are in",
            ));
        }
        Err(error) => return Err(Error::machine("read", root)(error)),
    };
    if canonical.is_dir() {
        return Ok(canonical);
    }
    let parent = root.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Err(Error::usage_help(
        format!("`{shown}` is a file, not a folder"),
        format!("name its folder: `{}`", parent.display()),
    ))
}

fn read_config(root: &Path) -> Result<Config, Error> {
    let path = root.join(CONFIG);
    match fs::read(&path) {
        Ok(bytes) => config::parse(&decode(CONFIG, bytes, None).0)
            .map_err(|(text, diagnostics)| Error::Config { text: Some(Box::new(text)), diagnostics }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Config::default()),
        Err(error) => Err(Error::machine("read", &path)(error)),
    }
}

/// The day to speak of: of `SOURCE_DATE_EPOCH` (seconds, <https://reproducible-builds.org/specs/source-date-epoch/>)
/// where it is set, else of the clock, both in UTC, so that a build does not depend on where it runs.
fn today_from(epoch: Option<&str>) -> Result<Date, Error> {
    let now = match epoch {
        Some(seconds) => seconds
            .trim()
            .parse()
            .ok()
            .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
            .ok_or_else(|| {
                Error::usage(format!("`SOURCE_DATE_EPOCH` is not a number of seconds: `{seconds}`"))
            })?,
        None => jiff::Timestamp::now(),
    };
    Ok(now.to_zoned(jiff::tz::TimeZone::UTC).date())
}

/// What need not be read again.
#[derive(Default)]
struct Known<'a> {
    /// What was read last, and the paths where something may have happened since, on them or below them.
    last: Option<(&'a Inputs, BTreeSet<String>)>,
}

impl Known<'_> {
    /// A file as it was read, and what went wrong then; `limit` is what it would be read by now.
    fn file(&self, path: &str, limit: Option<u64>) -> Option<(File, Vec<Diagnostic>)> {
        let (before, dirty) = self.last.as_ref()?;
        let file = before.files.get(path)?;
        // What lies beside it may decide whether it is read as text.
        let is_alike = matches!(file, File::Text(_)) == limit.is_some();
        let is_dirty =
            || Path::new(path).ancestors().filter_map(Path::to_str).any(|path| dirty.contains(path));
        if !is_alike || is_dirty() {
            return None;
        }
        let first = before.diagnostics.partition_point(|of| of.place.file.as_str() < path);
        let problems = before.diagnostics.iter().skip(first).take_while(|of| of.place.file == path);
        Some((file.clone(), problems.cloned().collect()))
    }
}

#[derive(Default)]
struct Found {
    /// Paths relative to the root, sorted.
    files: BTreeSet<String>,
    aliases: BTreeMap<String, String>,
}

fn walk(root: &Path, config: &Config, output: Option<&Path>) -> Result<(Found, Vec<Diagnostic>), Error> {
    let mut excluded = OverrideBuilder::new(root);
    for glob in &config.site.exclude {
        // `config::parse` has refused bad globs already.
        let _ = excluded.add(&format!("!{glob}"));
    }
    let excluded = excluded.build().unwrap_or_else(|_| ignore::overrides::Override::empty());
    let output = output.and_then(|output| fs::canonicalize(output).ok());
    let theme = has_theme(root).then(|| root.join("theme"));
    // Rules of the folders above count up to the top of the repository; above it, or without one, they are
    // somebody else's (a home folder may well ignore everything).
    let in_repository = root.ancestors().any(|folder| folder.join(".git").exists());
    let worktrees = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&worktrees);
    let repository = root.ancestors().find_map(worktree::repository_of);
    let walk = WalkBuilder::new(root)
        .hidden(false)
        .ignore(false)
        .git_global(false)
        .git_exclude(false)
        .require_git(false)
        .parents(in_repository)
        .overrides(excluded)
        .filter_entry(move |entry| {
            let (name, path) = (entry.file_name(), entry.path());
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            // The site of an earlier build, with a markdown twin of every record, wherever it was put.
            let is_site = || is_folder && path.join(output::MANIFEST).exists();
            let is_worktree =
                is_folder && entry.depth() > 0 && worktree::is_one_of(path, repository.as_deref());
            if is_worktree {
                seen.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_owned());
            }
            name != ".git"
                && name != "node_modules"
                && Some(path) != output.as_deref()
                && Some(path) != theme.as_deref()
                && (is_folder || !is_litter(&name.to_string_lossy()))
                && !is_site()
                && !is_worktree
        })
        .build();

    let mut found = Found::default();
    let mut diagnostics = Vec::new();
    for entry in walk {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                diagnostics.push(walk_error(root, error)?);
                continue;
            }
        };
        let Some(kind) = entry.file_type() else { continue };
        if !kind.is_file() && !kind.is_symlink() {
            continue;
        }
        let path = match relative(root, entry.path()) {
            Ok(path) => path,
            Err(shown) => {
                diagnostics.push(diagnostic::file_name_not_utf8(&shown));
                continue;
            }
        };
        if kind.is_file() {
            found.files.insert(path);
            continue;
        }
        match follow(root, entry.path()) {
            Ok(target) => drop(found.aliases.insert(path, target)),
            Err(Unfollowed::Broken) => diagnostics.push(diagnostic::symlink_broken(&path)),
            Err(Unfollowed::Loop) => diagnostics.push(diagnostic::symlink_loop(&path)),
            Err(Unfollowed::Outside) => diagnostics.push(diagnostic::symlink_outside(&path)),
        }
    }
    let worktrees = std::mem::take(&mut *worktrees.lock().unwrap_or_else(PoisonError::into_inner));
    let shown = worktrees.iter().map(|path| relative(root, path).unwrap_or_else(|shown| shown));
    diagnostics.extend(shown.map(|path| diagnostic::worktree(&path)));
    Ok((found, diagnostics))
}

/// A folder that cannot be listed is a problem of that folder, unless it is the root itself.
fn walk_error(root: &Path, error: ignore::Error) -> Result<Diagnostic, Error> {
    let mut inner = &error;
    let mut place = None;
    loop {
        match inner {
            ignore::Error::WithPath { path, err } => {
                place = Some(path.as_path());
                inner = err;
            }
            ignore::Error::WithLineNumber { err, .. } | ignore::Error::WithDepth { err, .. } => inner = err,
            _ => break,
        }
    }
    let path = place.and_then(|path| relative(root, path).ok()).unwrap_or_default();
    let reason = inner.to_string();
    if path.is_empty() {
        let source = error.into_io_error().unwrap_or_else(|| io::Error::other(reason));
        return Err(Error::machine("read", root)(source));
    }
    Ok(diagnostic::unreadable_file(&path, &reason))
}

enum Unfollowed {
    Broken,
    Loop,
    Outside,
}

/// Where a symbolic link leads, relative to the root.
fn follow(root: &Path, link: &Path) -> Result<String, Unfollowed> {
    let target = fs::canonicalize(link).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Unfollowed::Broken,
        _ => Unfollowed::Loop,
    })?;
    if link.starts_with(&target) {
        return Err(Unfollowed::Loop);
    }
    // `.git` is inside the root, and still nothing to publish.
    if !target.starts_with(root) || target.components().any(|part| part.as_os_str() == ".git") {
        return Err(Unfollowed::Outside);
    }
    relative(root, &target).map_err(|_| Unfollowed::Broken)
}

/// The path below the root, `/`-separated; where it is not UTF-8, its closest reading as the error.
fn relative(root: &Path, path: &Path) -> Result<String, String> {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts = below.components().filter(|part| matches!(part, Component::Normal(_)));
    let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
    parts.map(|parts| parts.join("/")).ok_or_else(|| below.to_string_lossy().into_owned())
}

fn read_files(
    root: &Path,
    paths: BTreeSet<String>,
    known: &Known<'_>,
) -> (BTreeMap<String, File>, Vec<Diagnostic>) {
    let beside_records: BTreeSet<String> =
        paths.iter().filter(|path| is_markdown(path)).map(|path| metadata_of(path)).collect();
    let read = |path: &String| -> (String, Option<File>, Vec<Diagnostic>) {
        let (folder, file) = split(path);
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let is_beside = |name: &str| beside_records.contains(&format!("{folder}/{name}"));
        let limit = limit(path, is_beside("") || is_beside(stem));
        match known.file(path, limit).map_or_else(|| read_file(&root.join(path), path, limit), Ok) {
            Ok((file, diagnostics)) => (path.clone(), Some(file), diagnostics),
            // Gone between the walk and the reading: as if it had never been there.
            Err(error) if error.kind() == io::ErrorKind::NotFound => (path.clone(), None, Vec::new()),
            Err(error) => (path.clone(), None, vec![diagnostic::unreadable_file(path, &error.to_string())]),
        }
    };
    let all: Vec<_> = paths.par_iter().map(read).collect();
    let mut diagnostics = Vec::new();
    let mut files = BTreeMap::new();
    for (path, file, problems) in all {
        diagnostics.extend(problems);
        files.extend(file.map(|file| (path, file)));
    }
    (files, diagnostics)
}

/// Where the metadata of a markdown file may be: the folder of an index, with a slash behind it, else the path of
/// the file without its ending.
fn metadata_of(path: &str) -> String {
    let (folder, file) = split(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    if is_index(stem) { format!("{folder}/") } else { format!("{folder}/{stem}") }
}

/// How much of a file is read as text; `None` where none of it is.
fn limit(path: &str, beside_record: bool) -> Option<u64> {
    match kind(path) {
        Kind::Markdown | Kind::Plain => Some(TEXT_LIMIT),
        Kind::Svg => Some(SVG_LIMIT),
        Kind::Metadata if beside_record => Some(SIDECAR_LIMIT),
        _ if path == CONFIG => Some(TEXT_LIMIT),
        _ => None,
    }
}

fn read_file(from: &Path, path: &str, limit: Option<u64>) -> io::Result<(File, Vec<Diagnostic>)> {
    let Some(limit) = limit else {
        return Ok((File::Asset { len: fs::metadata(from)?.len() }, Vec::new()));
    };
    let file = fs::File::open(from)?;
    let len = file.metadata()?.len();
    if len > limit && limit < TEXT_LIMIT {
        return Ok((File::Asset { len }, Vec::new()));
    }
    let mut bytes = Vec::with_capacity(len.min(limit) as usize + 1);
    file.take(limit).read_to_end(&mut bytes)?;
    let (mut text, diagnostics) = decode(path, bytes, (len > limit).then_some(len));
    if let Some(markdown) = plain::to_markdown(path, &text.text) {
        text = SourceText::new(path, markdown);
    }
    if is_svg(path) && !diagnostics.is_empty() {
        // Most pictures of a repository are shown by no record; one that is will be reported then.
        return Ok((File::Asset { len }, Vec::new()));
    }
    Ok((File::Text(Arc::new(text)), diagnostics))
}

/// Bytes → text. `whole` is the file's length where `bytes` are only its beginning: then the text ends with
/// the last whole line.
fn decode(path: &str, mut bytes: Vec<u8>, whole: Option<u64>) -> (SourceText, Vec<Diagnostic>) {
    if whole.is_some() {
        let end = bytes.iter().rposition(|byte| *byte == b'\n').map(|at| at + 1);
        // One endless line: cut before a character that may be incomplete.
        let end =
            end.or_else(|| bytes.iter().rposition(|byte| !matches!(byte, 0x80..=0xff)).map(|at| at + 1));
        bytes.truncate(end.unwrap_or(bytes.len()));
    }
    let limit = bytes.len() as u64;
    let utf16 = match bytes.get(..2) {
        Some([0xff, 0xfe]) => Some(u16::from_le_bytes as fn([u8; 2]) -> u16),
        Some([0xfe, 0xff]) => Some(u16::from_be_bytes as fn([u8; 2]) -> u16),
        _ => None,
    };
    let mut bad = None;
    let mut text = if let Some(unit) = utf16 {
        let units = bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        let text =
            char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        bad = Some((0, "the file is UTF-16"));
        text
    } else {
        String::from_utf8(bytes).unwrap_or_else(|error| {
            bad = Some((error.utf8_error().valid_up_to(), "bytes that are not UTF-8"));
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        })
    };
    let nul = memchr::memchr(0, text.as_bytes());
    if nul.is_some() {
        // CommonMark 2.3, "Insecure characters".
        text = text.replace('\0', "\u{fffd}");
    }
    let mark = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let text = SourceText::new(path, text);
    // Both are shown at one replacement character, which has three bytes.
    let place = |at: usize| {
        let at = at.saturating_sub(mark);
        Place::span(&text, at..(at + 3).min(text.text.len()).max(at))
    };
    let mut diagnostics = Vec::new();
    diagnostics.extend(bad.map(|(at, what)| diagnostic::not_utf8(place(at), what)));
    diagnostics.extend(nul.filter(|_| utf16.is_none()).map(|at| diagnostic::nul_character(place(at))));
    diagnostics.extend(whole.map(|len| {
        let last = text.line_span(text.line(text.text.trim_end().len()));
        diagnostic::file_too_large(Place::span(&text, last), len, limit.max(TEXT_LIMIT))
    }));
    (text, diagnostics)
}

/// A folder named `theme` is the site's theme where it has a theme's folders; any other stays part of the
/// root (mdBook keeps one of that name too).
fn has_theme(root: &Path) -> bool {
    ["templates", "static"].iter().any(|folder| root.join("theme").join(folder).is_dir())
}

fn read_theme(root: &Path) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let top = root.join("theme");
    let mut theme = BTreeMap::new();
    if !has_theme(root) {
        return Ok(theme);
    }
    for entry in walkdir::WalkDir::new(&top).sort_by_file_name() {
        let entry = entry.map_err(|error| Error::machine("read", &top)(error.into()))?;
        if entry.file_type().is_file()
            && let Ok(path) = relative(&top, entry.path())
        {
            theme.insert(path, fs::read(entry.path()).map_err(Error::machine("read", entry.path()))?);
        }
    }
    Ok(theme)
}

/// True for a path that names a markdown file.
pub fn is_markdown(path: &str) -> bool {
    kind(path) == Kind::Markdown
}

/// True for a path that names a file that may be a record.
pub fn may_be_record(path: &str) -> bool {
    matches!(kind(path), Kind::Markdown | Kind::Plain)
}

/// True for a path that names an SVG picture.
pub fn is_svg(path: &str) -> bool {
    kind(path) == Kind::Svg
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

fn extension(name: &str) -> String {
    name.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_ascii_lowercase())
}

fn is_index(stem: &str) -> bool {
    stem.eq_ignore_ascii_case("readme") || stem.eq_ignore_ascii_case("index")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_characters_however_long_the_line() {
        let text = SourceText::new("a.md", format!("é\n{}", "aé€😀".repeat(2_000)));
        for (offset, char) in text.text.char_indices().filter(|(offset, _)| *offset > 3) {
            let column = text.text[3..offset].chars().count() as u32 + 1;
            assert_eq!(text.line_column(offset), (2, column), "at {char}");
        }
        let last = SourceText::new("a.md", "x".repeat(2 * STRIDE));
        assert_eq!(last.line_column(2 * STRIDE), (1, 2 * STRIDE as u32 + 1));
    }

    /// Counted from the start of the line, this would be a million million characters.
    #[test]
    fn a_line_of_megabytes_may_be_full_of_problems() {
        const LINE: usize = 8_000_000;
        let text = SourceText::new("a.md", "x".repeat(LINE));
        let all = (0..LINE).step_by(31).all(|offset| text.line_column(offset) == (1, offset as u32 + 1));
        assert!(all);
    }

    #[test]
    fn what_cannot_be_read_is_said_and_what_went_meanwhile_is_not() {
        // A folder where the walk saw a file: nobody can read that, not even root.
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let (files, problems) =
            read_files(root, ["src/cli.md", "src"].map(str::to_owned).into(), &Known::default());
        assert_eq!(files.len(), 1, "a folder has a length");
        assert_eq!(problems, []);
        let read = |bytes: &str| read_file(&root.join("src"), bytes, Some(TEXT_LIMIT)).map(drop);
        assert!(read("src.md").is_err());
    }
}
