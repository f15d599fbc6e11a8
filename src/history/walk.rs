//! Walks the main line from today backwards and finds the versions of each record's files under the
//! names that they had at the time. Knows names and object ids; what is inside the files it leaves to
//! [`super::blobs`].

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use jiff::civil::Date;

use super::git::{self, Running};

/// Pathspecs that git is given at most; above that, folders give way to their parents. Each one costs a
/// comparison for every entry of every tree.
const MOST_PATHSPECS: usize = 64;

/// Files of the whole repository for each file of a record, up to which it is cheaper to look at all.
const SMALL_REPOSITORY: usize = 8;

/// How often the walk starts anew because a record came from a folder that it had not looked into.
const MOST_ROUNDS: usize = 4;

/// Deleted and added files in one commit between which git compares contents to find a rename. Exact
/// renames are always found; git's own default changes between versions.
const RENAME_LIMIT: &str = "-l1000";

/// Which file of which record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Part {
    /// Index into the members.
    pub member: usize,
    /// The sidecar, not the record.
    pub sidecar: bool,
}

/// A commit that touched a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Full id.
    pub id: String,
    /// Day on which its author made it, never after the day on which it was committed.
    pub authored: Date,
    /// Day on which it was committed.
    pub committed: Date,
    /// Author by name.
    pub author: String,
}

/// What a commit did to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// Index into [`Walked::commits`].
    pub commit: usize,
    /// It is the sidecar that was touched.
    pub sidecar: bool,
    /// What became of it.
    pub what: What,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A new version, by its number among the blobs asked for; this commit is where the file began.
    Born(usize),
    /// A new version.
    Version(usize),
    /// It was deleted; an older version may be the same file before it was added again.
    Gone,
}

/// Asks for a version by its object id and path; its number.
pub type Want<'a> = &'a mut dyn FnMut(&str, &[u8], Part) -> io::Result<usize>;

/// Takes in a commit's header and changes.
type Take<'a> = &'a mut dyn FnMut(&[u8], &[Change]) -> io::Result<()>;

/// What the walk found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walked {
    /// Commits that touched a record, newest first.
    pub commits: Vec<Commit>,
    /// By member: what its files went through, newest first.
    pub touches: Vec<Vec<Touch>>,
    /// By member: former names of the record's file, newest first, relative to the top.
    pub former: Vec<Vec<String>>,
    /// Git ended early (an object is missing).
    pub broken: bool,
    /// Where it looked, and which names it came across.
    pub seen: Seen,
}

/// What a walk has looked at, to tell what another one would find.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Every name that a commit of the main line touched below `cover`.
    names: HashSet<Vec<u8>>,
    /// Folders; empty means everything.
    cover: BTreeSet<Vec<u8>>,
    /// The repository was small enough to look at everything.
    is_small: bool,
}

impl Seen {
    /// True where no commit that a walk looks at has ever touched this path: the walk is the same with it and without it.
    pub fn is_new(&self, path: &[u8]) -> bool {
        let is_end = |at: &usize| path.get(*at) == Some(&b'/');
        let mut folders = (0..path.len()).filter(is_end).filter_map(|at| path.get(..at));
        !self.names.contains(path)
            && (self.cover.is_empty() || folders.any(|folder| self.cover.contains(folder)))
    }

    /// True where a walk for so many files would begin with the same folders.
    pub fn begins_alike(&self, top: &Path, files: usize) -> bool {
        git::is_small(top, most(files)) == self.is_small
    }
}

/// Files of a repository up to which all of it is looked at, for so many files of records.
fn most(files: usize) -> usize {
    files.saturating_mul(SMALL_REPOSITORY).saturating_add(100)
}

/// Walks from `head`. `top` is the top folder of the repository (git takes paths from where it runs) and
/// `files` are the records' paths relative to it; `want` is told the object id and path of every version and answers with its number.
pub fn walk(
    top: &Path,
    head: &str,
    files: &BTreeMap<Vec<u8>, Part>,
    members: usize,
    want: Want<'_>,
) -> io::Result<Walked> {
    if files.is_empty() {
        return Ok(Walked::default());
    }
    let is_small = git::is_small(top, most(files.len()));
    let mut cover = if is_small { BTreeSet::new() } else { cover(files.keys()) };
    let mut wanted: HashMap<(String, Vec<u8>, Part), usize> = HashMap::new();
    let mut want = |oid: &str, path: &[u8], part: Part| {
        let key = (oid.to_owned(), path.to_vec(), part);
        if let Some(at) = wanted.get(&key) {
            return Ok(*at);
        }
        let at = want(oid, path, part)?;
        wanted.insert(key, at);
        Ok(at)
    };
    let mut renames = Renames::Similar;
    let mut round = 0;
    loop {
        round += 1;
        let mut line = Line::new(files.clone(), members, renames);
        let ended_well = line.follow(top, Commits::From(head), &cover, &mut want)?;
        if !ended_well && renames == Renames::Similar {
            // To compare contents git needs them, and a partial clone has them not.
            renames = Renames::Exact;
            continue;
        }
        line.walked.broken = !ended_well || renames == Renames::Exact;
        line.walked.seen.cover.clone_from(&cover);
        line.walked.seen.is_small = is_small;
        if renames == Renames::Exact || cover.is_empty() || round == MOST_ROUNDS {
            return Ok(line.walked);
        }
        // Looking into some folders only, a file that came from elsewhere looks new. Its first commit, seen
        // whole, tells the difference.
        let sources = sources(top, &line.births)?;
        let known = cover.len();
        cover.extend(sources.iter().map(|path| folder(path).to_vec()));
        cover = reduce(cover);
        if sources.is_empty() || cover.len() == known && round > 1 {
            return Ok(line.walked);
        }
    }
}

/// Which renames git is to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Renames {
    /// Files at least half of which stayed the same.
    Similar,
    /// Files that stayed the same: needs no contents.
    Exact,
}

/// Which commits git is to show.
enum Commits<'a> {
    /// The main line from here back.
    From(&'a str),
    /// These.
    Only(Vec<&'a str>),
}

/// One walk under way.
struct Line {
    /// Who has which name at this point of the walk.
    names: BTreeMap<Vec<u8>, Part>,
    renames: Renames,
    walked: Walked,
    /// Commits and names under which files were added without being a rename of another.
    births: BTreeMap<String, BTreeSet<Vec<u8>>>,
}

/// A line of `--raw` output.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    /// `A`, `D`, `M`, `R`, `T`.
    kind: u8,
    /// The new version is a plain file, not a link or a submodule.
    is_file: bool,
    /// Object id of the new version.
    oid: String,
    /// Former name of a renamed file, otherwise its name.
    old: Vec<u8>,
    /// Its name.
    new: Vec<u8>,
}

impl Line {
    fn new(names: BTreeMap<Vec<u8>, Part>, members: usize, renames: Renames) -> Line {
        let walked = Walked {
            touches: vec![Vec::new(); members],
            former: vec![Vec::new(); members],
            ..Walked::default()
        };
        Line { names, renames, walked, births: BTreeMap::new() }
    }

    /// Runs git and takes in every commit; true where git ended well.
    fn follow(
        &mut self,
        top: &Path,
        commits: Commits<'_>,
        cover: &BTreeSet<Vec<u8>>,
        want: Want<'_>,
    ) -> io::Result<bool> {
        each_commit(top, commits, cover, self.renames, &mut |header, changes| {
            self.take(header, changes, want)
        })
    }

    /// Takes in one commit, older than all before it.
    fn take(&mut self, header: &[u8], changes: &[Change], want: Want<'_>) -> io::Result<()> {
        for name in changes.iter().flat_map(|change| [&change.old, &change.new]) {
            if !self.walked.seen.names.contains(name) {
                self.walked.seen.names.insert(name.clone());
            }
        }
        let owned: Vec<(Part, &Change)> =
            changes.iter().filter_map(|change| Some((*self.names.get(&change.new)?, change))).collect();
        if owned.is_empty() {
            return Ok(());
        }
        let Some(commit) = commit(header) else { return Ok(()) };
        let (at, id) = (self.walked.commits.len(), commit.id.clone());
        self.walked.commits.push(commit);
        let rewritten = rewritten(changes, &self.names);
        let unsure = self.renames == Renames::Exact && changes.iter().any(|change| change.kind == b'D');
        let mut renamed: Vec<(Part, &[u8], &[u8])> = Vec::new();
        for (part, change) in &owned {
            let version = |want: Want<'_>| want(&change.oid, &change.new, *part);
            let what = match change.kind {
                b'D' => What::Gone,
                _ if !change.is_file => What::Gone,
                b'A' => match rewritten.get(change.new.as_slice()) {
                    Some(old) => {
                        renamed.push((*part, &change.new, old));
                        What::Version(version(want)?)
                    }
                    // Some deleted file may be this one's former name.
                    None if unsure => What::Version(version(want)?),
                    None => {
                        self.births.entry(id.clone()).or_default().insert(change.new.clone());
                        What::Born(version(want)?)
                    }
                },
                b'R' => {
                    renamed.push((*part, &change.new, &change.old));
                    What::Version(version(want)?)
                }
                _ => What::Version(version(want)?),
            };
            if let Some(touches) = self.walked.touches.get_mut(part.member) {
                touches.push(Touch { commit: at, sidecar: part.sidecar, what });
            }
        }
        // All names are given up before any is taken: files can swap names in one commit.
        for (_, new, _) in &renamed {
            self.names.remove(*new);
        }
        for (part, _, old) in renamed {
            self.names.insert(old.to_vec(), part);
            if let Some(former) = self.walked.former.get_mut(part.member).filter(|_| !part.sidecar) {
                former.push(String::from_utf8_lossy(old).into_owned());
            }
        }
        Ok(())
    }
}

/// The former names of files that were moved and rewritten in one commit, too different for git to see it,
/// by their new names: the one file deleted in the same commit that had the same name in another folder (for
/// a `README.md`, in a folder of the same name).
fn rewritten<'a>(changes: &'a [Change], names: &BTreeMap<Vec<u8>, Part>) -> HashMap<&'a [u8], &'a [u8]> {
    let mut pairs: HashMap<&[u8], (Vec<&Change>, Vec<&Change>)> = HashMap::new();
    let deleted = |change: &&Change| change.kind == b'D' && !names.contains_key(&change.new);
    for change in changes.iter().filter(deleted) {
        pairs.entry(telling_name(&change.new)).or_default().0.push(change);
    }
    if pairs.is_empty() {
        return HashMap::new();
    }
    for change in changes.iter().filter(|change| change.kind == b'A') {
        if let Some((_, added)) = pairs.get_mut(telling_name(&change.new)) {
            added.push(change);
        }
    }
    let only = |(deleted, added): (Vec<&'a Change>, Vec<&'a Change>)| match (&deleted[..], &added[..]) {
        ([old], [new]) => Some((new.new.as_slice(), old.new.as_slice())),
        _ => None,
    };
    pairs.into_values().filter_map(only).collect()
}

/// The part of a path that names the record: the file's name, with the folder's where the file's says nothing.
fn telling_name(path: &[u8]) -> &[u8] {
    let name_at = |end: usize| path.get(..end).and_then(|path| path.iter().rposition(|byte| *byte == b'/'));
    let Some(slash) = name_at(path.len()) else { return path };
    let name = path.get(slash + 1..).unwrap_or_default();
    let stem = name.split(|byte| *byte == b'.').next().unwrap_or_default();
    if [&b"readme"[..], b"index", b"kep", b"metadata"].iter().any(|common| stem.eq_ignore_ascii_case(common))
    {
        return path.get(name_at(slash).map_or(0, |slash| slash + 1)..).unwrap_or_default();
    }
    name
}

/// Runs `git diff-tree` over commits and calls `take` with each header and its changes, in git's order.
///
/// `diff-tree` rather than `log`: with paths given, `log` compares every tree twice, once to drop the
/// commit and once to show it.
fn each_commit(
    top: &Path,
    commits: Commits<'_>,
    cover: &BTreeSet<Vec<u8>>,
    renames: Renames,
    take: Take<'_>,
) -> io::Result<bool> {
    let mut tree = git::command(top, ["diff-tree", "--stdin", "-r", "-z", "--raw", "--no-abbrev", "--root"]);
    let renames = match renames {
        Renames::Similar => "-M50%",
        Renames::Exact => "-M100%",
    };
    tree.args([
        "--diff-merges=first-parent",
        renames,
        RENAME_LIMIT,
        "--no-ext-diff",
        "--no-textconv",
        "--no-color",
    ]);
    // \x02 cannot start a line of `--raw`; the author, who could write \x1f, comes last.
    tree.args(["--format=%x02%H%x1f%as%x1f%cs%x1f%aN", "--"]).args(cover.iter().map(|path| os_path(path)));
    let mut list = match commits {
        Commits::From(head) => {
            let mut list = Running::start(git::command(top, ["rev-list", "--first-parent", head, "--"]))?;
            tree.stdin(list.0.stdout.take().map_or_else(Stdio::null, Stdio::from));
            Some(list)
        }
        Commits::Only(_) => {
            tree.stdin(Stdio::piped());
            None
        }
    };
    let mut tree = Running::start(tree)?;
    if let (Commits::Only(ids), Some(stdin)) = (&commits, tree.0.stdin.take()) {
        let text: String = ids.iter().flat_map(|id| [*id, "\n"]).collect();
        // On its own thread, since git answers while it is asked; it ends when git has read all or has ended.
        std::thread::spawn(move || io::Write::write_all(&mut { stdin }, text.as_bytes()));
    }
    let Some(stdout) = tree.0.stdout.take() else { return Ok(false) };
    let mut tokens = BufReader::with_capacity(64 * 1024, stdout);
    let (mut header, mut changes, mut token) = (Vec::new(), Vec::new(), Vec::new());
    while next(&mut tokens, &mut token)? {
        let text = token.strip_prefix(b"\n").unwrap_or(&token);
        if let Some(found) = text.strip_prefix(b"\x02") {
            if !changes.is_empty() {
                take(&header, &changes)?;
            }
            header = found.to_vec();
            changes.clear();
        } else if let Some(mut change) = text.strip_prefix(b":").and_then(change) {
            let mut name = Vec::new();
            next(&mut tokens, &mut name)?;
            change.new = name;
            if matches!(change.kind, b'R' | b'C') {
                std::mem::swap(&mut change.old, &mut change.new);
                let mut name = Vec::new();
                next(&mut tokens, &mut name)?;
                change.new = name;
            }
            changes.push(change);
        }
    }
    if !changes.is_empty() {
        take(&header, &changes)?;
    }
    let listed = list.take().is_none_or(Running::ended_well);
    Ok(tree.ended_well() && listed)
}

/// Reads up to the next NUL byte; false at the end.
fn next(tokens: &mut impl BufRead, token: &mut Vec<u8>) -> io::Result<bool> {
    token.clear();
    let read = tokens.read_until(0, token)?;
    if token.last() == Some(&0) {
        token.pop();
    }
    Ok(read > 0)
}

/// `100644 100644 <old id> <new id> M`, without its paths.
fn change(text: &[u8]) -> Option<Change> {
    let mut fields = std::str::from_utf8(text).ok()?.split(' ');
    let (_, mode, _, oid, kind) =
        (fields.next()?, fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    Some(Change {
        kind: *kind.as_bytes().first()?,
        is_file: mode.starts_with("100"),
        oid: oid.to_owned(),
        old: Vec::new(),
        new: Vec::new(),
    })
}

/// `<id> <author's day> <committer's day> <author>`, separated by \x1f. A commit whose days cannot be read
/// is passed over.
fn commit(header: &[u8]) -> Option<Commit> {
    let header = String::from_utf8_lossy(header);
    let mut fields = header.splitn(4, '\u{1f}');
    let id = fields.next()?.to_owned();
    let authored: Option<Date> = fields.next()?.parse().ok();
    let committed: Option<Date> = fields.next()?.parse().ok();
    let committed = committed.or(authored)?;
    let author = name(fields.next().unwrap_or_default());
    Some(Commit { id, authored: authored.map_or(committed, |day| day.min(committed)), committed, author })
}

/// A person's name that is safe to print: no control characters, none that reorder text, single spaces.
fn name(text: &str) -> String {
    let harmless = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let text: String =
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(harmless).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Names, in the commits where they were first seen, that were renames after all: what they were before.
fn sources(top: &Path, births: &BTreeMap<String, BTreeSet<Vec<u8>>>) -> io::Result<BTreeSet<Vec<u8>>> {
    let mut sources = BTreeSet::new();
    if births.is_empty() {
        return Ok(sources);
    }
    let commits = Commits::Only(births.keys().map(String::as_str).collect());
    each_commit(top, commits, &BTreeSet::new(), Renames::Similar, &mut |header, changes| {
        let id = header.split(|byte| *byte == 0x1f).next().and_then(|id| std::str::from_utf8(id).ok());
        let born = id.and_then(|id| births.get(id));
        let renames = changes.iter().filter(|change| change.kind == b'R');
        sources.extend(
            renames
                .filter(|change| born.is_some_and(|born| born.contains(&change.new)))
                .map(|change| change.old.clone()),
        );
        Ok(())
    })?;
    Ok(sources)
}

/// The folders that hold these files; a file at the top stands for itself.
fn cover<'a>(files: impl Iterator<Item = &'a Vec<u8>>) -> BTreeSet<Vec<u8>> {
    reduce(files.map(|path| folder(path).to_vec()).collect())
}

/// A path's folder, or the path itself at the top.
fn folder(path: &[u8]) -> &[u8] {
    path.iter().rposition(|byte| *byte == b'/').and_then(|slash| path.get(..slash)).unwrap_or(path)
}

/// Drops what lies below another entry; while there are too many, folders give way to their parents.
/// Empty means: everything.
fn reduce(mut cover: BTreeSet<Vec<u8>>) -> BTreeSet<Vec<u8>> {
    loop {
        let mut kept: BTreeSet<Vec<u8>> = BTreeSet::new();
        for path in &cover {
            let slashes = path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
            let below = slashes.filter_map(|at| path.get(..at)).any(|parent| cover.contains(parent));
            if !below {
                kept.insert(path.clone());
            }
        }
        if kept.len() <= MOST_PATHSPECS {
            return kept;
        }
        let depth = |path: &[u8]| path.iter().filter(|byte| **byte == b'/').count();
        let deepest = kept.iter().map(|path| depth(path)).max().unwrap_or(0);
        if deepest == 0 {
            return BTreeSet::new();
        }
        let up = |path: Vec<u8>| if depth(&path) == deepest { folder(&path).to_vec() } else { path };
        cover = kept.into_iter().map(up).collect();
    }
}

#[cfg(unix)]
fn os_path(path: &[u8]) -> &std::ffi::OsStr {
    std::os::unix::ffi::OsStrExt::from_bytes(path)
}

#[cfg(not(unix))]
fn os_path(path: &[u8]) -> String {
    String::from_utf8_lossy(path).into_owned()
}
