//! The only writer. Puts a site's files into the output folder so that whoever looks at it, at any moment
//! and after any interruption, sees whole files, and so that nothing is ever touched that an earlier build
//! did not write. Knows paths and bytes; nothing of pages.
//!
//! The order of a build is what makes it safe to kill:
//!
//! 1. the manifest names every old and every new file, so that none can become ownerless;
//! 2. files are written stage by stage (what pages need, then records, then the pages that list them), each
//!    beside its place and then renamed into it, and only where its bytes differ; where there was no site, all
//!    are written to a folder aside, whose files and folders are then renamed into their places;
//! 3. files that are no longer part of the site go;
//! 4. the manifest names the new files alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::ops::Bound;
use std::path::{Component, Path, PathBuf};

use rapidhash::v3::rapidhash_v3;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::source;

/// Lists what a build has written; its presence makes a folder ours.
pub const MANIFEST: &str = ".annals-manifest.json";

/// How often, and how far apart, a lock that is held is tried: half a second in all.
const LOCK_TRIES: u32 = 25;
const LOCK_PAUSE: std::time::Duration = std::time::Duration::from_millis(20);

/// Start of the names of files that are being written.
const TEMPORARY: &str = ".annals-tmp-";

/// Folder in the output in which the first site is made.
const STAGE: &str = ".annals-tmp-site";

/// What a file is made of.
#[derive(Debug)]
pub enum Content {
    /// These bytes.
    Bytes(Vec<u8>),
    /// A copy of the file at this path relative to the root.
    Copy(String),
}

/// When a file is written: a page comes after everything it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Style sheets, scripts, images, data: what pages load.
    Support,
    /// Pages of records.
    Record,
    /// Pages that lead to records, and feeds.
    Index,
}

/// What a build did to the output folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that are new or whose bytes changed.
    pub written: usize,
    /// Files that had these bytes already.
    pub unchanged: usize,
    /// Files of an earlier build that are gone.
    pub removed: usize,
}

/// An output folder that may be written to.
#[derive(Debug)]
pub struct Target {
    /// Without symbolic links where it exists.
    dir: PathBuf,
    /// The files of the last build; empty for a new folder.
    manifest: Manifest,
    /// Held while the folder exists; the system lets go of it with the process.
    lock: Option<File>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Manifest {
    version: u32,
    /// Of everything the build depended on; `None` while a build is under way.
    fingerprint: Option<String>,
    /// What the build said, to be said again by a build that has nothing to do.
    said: serde_json::Value,
    /// Files that were copied: path → path relative to the root.
    copies: BTreeMap<String, String>,
    /// Path → length and hash, unknown while a build is under way.
    files: BTreeMap<String, Option<Stamp>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp(u64, u64);

/// Takes the output folder and the root; makes nothing yet. Refuses a folder that holds anything but an
/// earlier build's files, one that contains the root, and one that another build is writing to.
pub fn open(dir: &Path, root: &Path) -> Result<Target, Error> {
    let shown = dir.display();
    let dir = absolute(dir)?;
    let root = source::open_root(root)?;
    if root.starts_with(&dir) {
        return Err(Error::usage_help(
            format!("`{shown}` holds the records: the site cannot be written over them"),
            "name another folder with `-o`, such as `-o site`",
        ));
    }
    if dir.components().any(|part| part.as_os_str() == ".git") {
        return Err(Error::usage(format!("`{shown}` is inside `.git`")));
    }
    match fs::metadata(&dir) {
        Ok(meta) if meta.is_dir() => {}
        Ok(_) => return Err(Error::usage(format!("`{shown}` is a file, not a folder"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Target { dir, manifest: Manifest::default(), lock: None });
        }
        Err(error) => return Err(Error::machine("read", &dir)(error)),
    }
    let lock = lock(&dir)?;
    let manifest = read_manifest(&dir)?;
    Ok(Target { dir, manifest, lock })
}

impl Target {
    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What the last build said, where it depended on the same inputs and each of its files still has the
    /// bytes it wrote (and each copy those of what it was copied from): then there is nothing to do.
    pub fn unchanged(&self, root: &Path, fingerprint: &str) -> Option<(&serde_json::Value, Written)> {
        if self.manifest.fingerprint.as_deref() != Some(fingerprint) {
            return None;
        }
        let files: Vec<_> = self.manifest.files.iter().collect();
        let has = |path: &Path, stamp: Stamp| stamp_of(path).is_ok_and(|now| now == stamp);
        let whole = files.par_iter().all(|(path, stamp)| {
            let Some(stamp) = stamp.filter(|_| is_safe(path)) else { return false };
            let copied = self.manifest.copies.get(*path);
            has(&self.dir.join(path), stamp) && copied.is_none_or(|from| has(&root.join(from), stamp))
        });
        whole.then(|| (&self.manifest.said, Written { unchanged: files.len(), ..Written::default() }))
    }
}

/// Writes a site.
///
/// `files` names all of it; `make` gives the content of one (`None` for one that cannot be made, which is not
/// written), is called once for each, from several threads,
/// and its result is dropped before the next: the site is never in memory as a whole. `root` is where
/// [`Content::Copy`] copies from. `fingerprint` and what `said` gives in the end are kept for [`Target::unchanged`].
pub fn write(
    target: Target,
    root: &Path,
    files: &BTreeMap<String, Stage>,
    fingerprint: &str,
    said: &mut dyn FnMut() -> serde_json::Value,
    make: &(dyn Fn(&str) -> Option<Content> + Sync),
) -> Result<Written, Error> {
    if let Some(path) = files.keys().find(|path| !is_safe(path)) {
        // Addresses are made safe where they are made; this is the last gate, not the place to mend them.
        let source = io::Error::new(io::ErrorKind::InvalidInput, "the path would leave the output folder");
        return Err(Error::Machine { doing: format!("write `{}`", path.escape_default()), source });
    }
    let Target { dir, manifest: old, lock: held } = target;
    fs::create_dir_all(&dir).map_err(Error::machine("create", &dir))?;
    let (old, _held) = match held {
        Some(held) => (old, Some(held)),
        // The folder was not there before; somebody may have been faster.
        None => (read_manifest(&dir)?, lock(&dir)?),
    };
    let fresh = old.files.is_empty();

    refuse_foreign(&dir, files, &old)?;
    let union = old.files.keys().chain(files.keys()).map(|path| (path.clone(), None)).collect();
    write_manifest(&dir, &Manifest { version: 1, files: union, ..Manifest::default() })?;
    if old.fingerprint.is_none() {
        remove_temporaries(&dir, old.files.keys());
    }
    let mut removed = clear_the_way(&dir, files, &old)?;
    // A rename for each of ten thousand new files is a tenth of what a build costs.
    let into = if fresh { stage(&dir)? } else { dir.clone() };
    create_folders(&into, files)?;

    let (mut stamps, mut copies) = (BTreeMap::new(), BTreeMap::new());
    let mut written = Written::default();
    for stage in [Stage::Support, Stage::Record, Stage::Index] {
        let paths: Vec<&String> =
            files.iter().filter(|(_, of)| **of == stage).map(|(path, _)| path).collect();
        let done = paths.into_par_iter().filter_map(|path| {
            let (done, from) = match make(path)? {
                Content::Bytes(bytes) => (put_bytes(&into, path, &bytes, fresh), None),
                Content::Copy(from) => (put_copy(&into, path, &root.join(&from), fresh), Some(from)),
            };
            Some(done.map(|done| (path, done, from)).map_err(Error::machine("write", &dir.join(path))))
        });
        for (path, (stamp, changed), from) in done.collect::<Result<Vec<_>, Error>>()? {
            written.written += usize::from(changed);
            written.unchanged += usize::from(!changed);
            stamps.insert(path.clone(), Some(stamp));
            copies.extend(from.map(|from| (path.clone(), from)));
        }
    }
    if fresh {
        unstage(&dir, &into, files)?;
    }
    let gone = old.files.keys().filter(|path| !stamps.contains_key(*path) && !removed.contains(*path));
    let gone: Vec<String> = gone.filter(|path| is_safe(path)).cloned().collect();
    remove(&dir, gone.iter())?;
    removed.extend(gone);
    written.removed = removed.len();
    let manifest = Manifest {
        version: 1,
        fingerprint: Some(fingerprint.to_owned()),
        said: said(),
        copies,
        files: stamps,
    };
    write_manifest(&dir, &manifest)?;
    Ok(written)
}

/// An empty folder to make a first site in.
fn stage(dir: &Path) -> Result<PathBuf, Error> {
    let stage = dir.join(STAGE);
    fs::create_dir(&stage).map_err(Error::machine("create", &stage))?;
    Ok(stage)
}

/// Puts what was made aside into its place: what pages need first, what leads to them last.
fn unstage(dir: &Path, stage: &Path, files: &BTreeMap<String, Stage>) -> Result<(), Error> {
    let mut tops: BTreeMap<&str, Stage> = BTreeMap::new();
    for (path, of) in files {
        let top = path.split('/').next().unwrap_or(path);
        tops.entry(top).and_modify(|first| *first = *of.min(first)).or_insert(*of);
    }
    let mut tops: Vec<(&str, Stage)> = tops.into_iter().collect();
    tops.sort_by_key(|(_, of)| *of);
    for (top, _) in tops {
        match fs::rename(stage.join(top), dir.join(top)) {
            // A page that cannot be made is not written.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            done => done.map_err(Error::machine("write", &dir.join(top)))?,
        }
    }
    fs::remove_dir(stage).map_err(Error::machine("remove", stage))
}

/// The path without `.`, `..` and symbolic links, of a folder that need not exist.
fn absolute(dir: &Path) -> Result<PathBuf, Error> {
    let whole = std::path::absolute(dir).map_err(Error::machine("find", dir))?;
    let mut existing = whole.as_path();
    while fs::symlink_metadata(existing).is_err() {
        let Some(parent) = existing.parent() else { break };
        existing = parent;
    }
    let mut path = fs::canonicalize(existing).map_err(Error::machine("find", existing))?;
    for part in whole.strip_prefix(existing).unwrap_or(Path::new("")).components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            part => path.push(part),
        }
    }
    Ok(path)
}

/// Locks a folder against other builds. Systems on which a folder cannot be locked go without.
///
/// A lock lives on for a moment in a program that this process is just starting (between fork and exec), so
/// one that is held is tried again before it is believed.
fn lock(dir: &Path) -> Result<Option<File>, Error> {
    let Ok(file) = File::open(dir) else { return Ok(None) };
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(fs::TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            Err(fs::TryLockError::Error(_)) => return Ok(None),
        }
    }
    let source = io::Error::new(io::ErrorKind::WouldBlock, "another build is writing there");
    Err(Error::machine("write", dir)(source))
}

fn read_manifest(dir: &Path) -> Result<Manifest, Error> {
    let shown = dir.display();
    let path = dir.join(MANIFEST);
    match fs::read(&path) {
        Ok(bytes) => match serde_json::from_slice::<Manifest>(&bytes) {
            Ok(manifest) if manifest.version <= 1 => Ok(manifest),
            Ok(_) => Err(Error::usage_help(
                format!("`{shown}` was written by a newer version"),
                "delete the folder, or build with that version",
            )),
            Err(_) => Err(Error::usage_help(
                format!("`{MANIFEST}` in `{shown}` is damaged, so nobody knows which files are the site's"),
                "delete the folder, or name another one",
            )),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let empty = fs::read_dir(dir).map_err(Error::machine("read", dir))?.next().is_none();
            if empty {
                return Ok(Manifest::default());
            }
            Err(Error::usage_help(
                format!("`{shown}` has files that no build has written"),
                "name a new or empty folder; only folders with a manifest of ours are written to",
            ))
        }
        Err(error) => Err(Error::machine("read", &path)(error)),
    }
}

fn write_manifest(dir: &Path, manifest: &Manifest) -> Result<(), Error> {
    let path = dir.join(MANIFEST);
    let bytes = serde_json::to_vec(manifest).map_err(|error| Error::machine("write", &path)(error.into()))?;
    replace(dir, MANIFEST, |file| file.write_all(&bytes)).map_err(Error::machine("write", &path))
}

/// True for a path whose file can only be inside the output folder, and is none of our own.
fn is_safe(path: &str) -> bool {
    let odd = |part: &str| {
        part.is_empty()
            || part == "."
            || part == ".."
            || part == MANIFEST
            || part.starts_with(TEMPORARY)
            || part.contains(['\\', '\0'])
            || (cfg!(windows) && part.contains(':'))
    };
    !path.split('/').any(odd)
}

/// A file that somebody else put where the site wants one is not ours to overwrite.
fn refuse_foreign(dir: &Path, files: &BTreeMap<String, Stage>, old: &Manifest) -> Result<(), Error> {
    if old.files.is_empty() {
        return Ok(());
    }
    let mut new = files.keys().filter(|path| !old.files.contains_key(*path));
    match new.find(|path| fs::symlink_metadata(dir.join(path)).is_ok_and(|meta| !meta.is_dir())) {
        Some(path) => Err(Error::usage_help(
            format!(
                "`{}` was not written by an earlier build, and the site needs its place",
                dir.join(path).display()
            ),
            "move it away, or delete the folder",
        )),
        None => Ok(()),
    }
}

/// Removes old files that lie where a folder has to be, or in a folder that has to become a file.
fn clear_the_way(
    dir: &Path,
    files: &BTreeMap<String, Stage>,
    old: &Manifest,
) -> Result<BTreeSet<String>, Error> {
    let mut in_the_way = BTreeSet::new();
    for path in files.keys() {
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        in_the_way.extend(folders.filter(|folder| old.files.contains_key(*folder)).map(str::to_owned));
        let inside = format!("{path}/");
        let below = (Bound::Included(inside.clone()), Bound::Unbounded);
        let below = old.files.range::<String, _>(below).map(|(path, _)| path);
        in_the_way.extend(below.take_while(|path| path.starts_with(&inside)).cloned());
    }
    in_the_way.retain(|path| is_safe(path));
    remove(dir, in_the_way.iter())?;
    Ok(in_the_way)
}

/// Makes every folder, once, and makes sure that each is one: a symbolic link in its place would lead out.
fn create_folders(dir: &Path, files: &BTreeMap<String, Stage>) -> Result<(), Error> {
    let all = files.keys().flat_map(|path| path.match_indices('/').map(|(at, _)| &path[..at]));
    for folder in all.collect::<BTreeSet<&str>>() {
        let path = dir.join(folder);
        match fs::symlink_metadata(&path) {
            Ok(meta) if meta.is_dir() => {}
            Ok(_) => {
                return Err(Error::usage_help(
                    format!("`{}` is not a folder", path.display()),
                    "move it away, or delete the output folder",
                ));
            }
            Err(_) => fs::create_dir(&path).map_err(Error::machine("create", &path))?,
        }
    }
    Ok(())
}

fn put_bytes(dir: &Path, path: &str, bytes: &[u8], fresh: bool) -> io::Result<(Stamp, bool)> {
    let len = bytes.len() as u64;
    let stamp = Stamp(len, if len < PART { rapidhash_v3(bytes) } else { hash_of(bytes, len)? });
    if !fresh && holds(&dir.join(path), stamp.0, bytes) {
        return Ok((stamp, false));
    }
    put(dir, path, fresh, |file| file.write_all(bytes))?;
    Ok((stamp, true))
}

fn put_copy(dir: &Path, path: &str, from: &Path, fresh: bool) -> io::Result<(Stamp, bool)> {
    let stamp = stamp_of(from)?;
    if !fresh && holds(&dir.join(path), stamp.0, File::open(from)?) {
        return Ok((stamp, false));
    }
    let mut from = File::open(from)?;
    put(dir, path, fresh, |file| io::copy(&mut from, file).map(drop))?;
    Ok((stamp, true))
}

/// Writes a file: straight to its place in a fresh folder, which nobody looks into.
fn put(
    dir: &Path,
    path: &str,
    fresh: bool,
    fill: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    match fresh {
        true => fill(&mut File::create_new(dir.join(path))?),
        false => replace(dir, path, fill),
    }
}

/// True where `path` is a plain file with exactly this content.
fn holds(path: &Path, len: u64, mut content: impl Read) -> bool {
    let mut same = || -> io::Result<bool> {
        let meta = fs::symlink_metadata(path)?;
        if !meta.is_file() || meta.len() != len {
            return Ok(false);
        }
        let mut file = File::open(path)?;
        let (mut here, mut there) = ([0; 1 << 14], [0; 1 << 14]);
        loop {
            let read = content.read(&mut there)?;
            if read == 0 {
                return Ok(file.read(&mut here)? == 0);
            }
            if file.read_exact(&mut here[..read]).is_err() || here[..read] != there[..read] {
                return Ok(false);
            }
        }
    };
    same().unwrap_or(false)
}

/// Length and hash of a plain file.
fn stamp_of(path: &Path) -> io::Result<Stamp> {
    let file = File::open(path)?;
    let meta = file.metadata()?;
    if !meta.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    Ok(Stamp(meta.len(), hash_of(file, meta.len())?))
}

/// Hash of a file's content.
pub fn hash_of_file(path: &Path) -> io::Result<u64> {
    stamp_of(path).map(|Stamp(_, hash)| hash)
}

/// More than this is hashed in parts of this length, to be gentle to memory.
const PART: u64 = 4 << 20;

/// Hash of a stream; `len` is a guess at its length in bytes.
fn hash_of(mut from: impl Read, len: u64) -> io::Result<u64> {
    let mut bytes = Vec::with_capacity(len.min(PART) as usize + 1);
    (&mut from).take(PART).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < PART {
        return Ok(rapidhash_v3(&bytes));
    }
    let mut hashes = rapidhash_v3(&bytes).to_le_bytes().to_vec();
    loop {
        bytes.clear();
        (&mut from).take(PART).read_to_end(&mut bytes)?;
        if bytes.is_empty() {
            return Ok(rapidhash_v3(&hashes));
        }
        hashes.extend(rapidhash_v3(&bytes).to_le_bytes());
    }
}

/// Puts a whole file in the place of what was there, if anything.
fn replace(dir: &Path, path: &str, fill: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let to = dir.join(path);
    let temporary = temporary(dir, path);
    let create = || File::options().write(true).create_new(true).open(&temporary);
    let mut file = create().or_else(|error| match error.kind() {
        // A build was killed here.
        io::ErrorKind::AlreadyExists => fs::remove_file(&temporary).and_then(|()| create()),
        _ => Err(error),
    })?;
    let done = fill(&mut file).and_then(|()| {
        drop(file);
        fs::rename(&temporary, &to)
    });
    done.inspect_err(|_| drop(fs::remove_file(&temporary)))
}

/// Where the file for `path` is written before it is renamed: in the same folder, under a name that is
/// always the same, so that a killed build's remains can be found.
fn temporary(dir: &Path, path: &str) -> PathBuf {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    dir.join(folder).join(format!("{TEMPORARY}{:016x}", rapidhash_v3(path.as_bytes())))
}

fn remove_temporaries<'a>(dir: &Path, paths: impl Iterator<Item = &'a String>) {
    let _ = fs::remove_dir_all(dir.join(STAGE));
    for path in paths.filter(|path| is_safe(path)) {
        // Nearly none is there, and one that stays does no harm.
        let _ = fs::remove_file(temporary(dir, path));
    }
}

/// Removes files, and the folders that become empty.
fn remove<'a>(dir: &Path, paths: impl Iterator<Item = &'a String>) -> Result<(), Error> {
    let mut folders = BTreeSet::new();
    for path in paths {
        let folder = path.rsplit_once('/').map(|(folder, _)| folder);
        // A folder that became a symbolic link leads to files that are not ours.
        if folder.is_some_and(|folder| leads_elsewhere(dir, folder)) {
            continue;
        }
        match fs::remove_file(dir.join(path)) {
            Ok(()) => {}
            // Gone already, or a folder by now: not the file that was written.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::IsADirectory) => {}
            Err(error) => return Err(Error::machine("remove", &dir.join(path))(error)),
        }
        folders.extend(path.match_indices('/').map(|(at, _)| path[..at].to_owned()));
    }
    // Deepest first. One that is not empty stays.
    for folder in folders.iter().rev() {
        let _ = fs::remove_dir(dir.join(folder));
    }
    Ok(())
}

fn leads_elsewhere(dir: &Path, folder: &str) -> bool {
    let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
    ends.map(|end| dir.join(&folder[..end]))
        .any(|path| fs::symlink_metadata(path).is_ok_and(|meta| meta.is_symlink()))
}
