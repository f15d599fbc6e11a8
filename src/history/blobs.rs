//! Reads the versions of files that the walk asks for, and what status each states, while the walk goes
//! on. Memory holds a few batches of blobs at a time, however long the history.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::num::NonZero;
use std::ops::Range;
use std::path::Path;
use std::process::{ChildStdin, ChildStdout, Stdio};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Arc, Mutex};
use std::thread::{self, Scope, ScopedJoinHandle};

use super::git::{self, Running};
use super::{StatusReader, Version};
use crate::record::{self, OriginKind, State};

/// Bytes of a version that are looked at: no status stands further down, and a huge file with a long
/// history must not be read a hundred times over.
const HEAD: u64 = 256 * 1024;

/// Front matter longer than this is not looked for by itself.
const FRONT_MATTER: usize = 16 * 1024;

/// A batch is handed on at this many bytes.
const BATCH: usize = 256 * 1024;

/// What a version states: state and label.
pub type Answer = Option<Said>;

/// The status of a version. Of a record and its sidecar the one with the lower rank counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// See [`record::rank`].
    pub rank: u8,
    /// Its state.
    pub state: State,
    /// Its label.
    pub label: String,
}

/// Which version is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Index into the members.
    pub member: usize,
    /// Path at that time, relative to the root where it lies below it.
    pub path: String,
    /// It is the sidecar.
    pub sidecar: bool,
}

/// A running reader of blobs. Versions are numbered from 0 in the order in which they are asked for.
pub struct Blobs<'scope> {
    requests: BufWriter<ChildStdin>,
    wanted: Sender<Wanted>,
    count: usize,
    git: Running,
    reader: ScopedJoinHandle<'scope, io::Result<()>>,
    workers: Vec<ScopedJoinHandle<'scope, Vec<(usize, Answer)>>>,
}

/// Some versions, their bytes end to end.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    versions: Vec<(usize, Wanted, Range<usize>)>,
}

impl<'scope> Blobs<'scope> {
    /// Starts git and the threads that read from it.
    pub fn start<'env>(
        scope: &'scope Scope<'scope, 'env>,
        root: &Path,
        status_of: StatusReader<'env>,
    ) -> io::Result<Blobs<'scope>> {
        let mut command = git::command(root, ["cat-file", "--batch", "--buffer"]);
        let mut git = Running::start({
            command.stdin(Stdio::piped());
            command
        })?;
        let (Some(stdin), Some(stdout)) = (git.0.stdin.take(), git.0.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let (wanted, keys) = mpsc::channel();
        // Own threads, not rayon's: the caller may stand in that pool and wait for us. Each worker may have
        // one batch waiting.
        let count = thread::available_parallelism().map_or(1, NonZero::get).min(4);
        let (filled, batches) = mpsc::sync_channel(count);
        let batches = Arc::new(Mutex::new(batches));
        let workers = (0..count)
            .map(|_| {
                let batches = Arc::clone(&batches);
                scope.spawn(move || work(&batches, status_of))
            })
            .collect();
        let reader = scope.spawn(move || fill(stdout, &keys, &filled));
        Ok(Blobs { requests: BufWriter::new(stdin), wanted, count: 0, git, reader, workers })
    }

    /// Asks for a version by its full object id; its number.
    pub fn want(&mut self, oid: &str, wanted: Wanted) -> io::Result<usize> {
        self.wanted.send(wanted).map_err(|_| io::ErrorKind::BrokenPipe)?;
        writeln!(self.requests, "{oid}")?;
        self.count += 1;
        Ok(self.count - 1)
    }

    /// What each version states, by its number; `None` where its blob is not in this clone.
    pub fn finish(self) -> Vec<Option<Answer>> {
        let Blobs { mut requests, wanted, count, git, reader, workers } = self;
        let _ = requests.flush();
        drop((requests, wanted));
        let mut answers = vec![None; count];
        let _ = reader.join();
        for (at, answer) in workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()) {
            if let Some(slot) = answers.get_mut(at) {
                *slot = Some(answer);
            }
        }
        drop(git);
        answers
    }
}

/// Cuts git's output into batches.
fn fill(stdout: ChildStdout, keys: &Receiver<Wanted>, filled: &SyncSender<Batch>) -> io::Result<()> {
    let mut blobs = BufReader::with_capacity(64 * 1024, stdout);
    let mut batch = Batch::default();
    let mut header = String::new();
    for (at, wanted) in keys.iter().enumerate() {
        header.clear();
        if blobs.read_line(&mut header)? == 0 {
            break;
        }
        // `<id> blob <size>`, or `<id> missing`.
        let Some(size) = header.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok())
        else {
            continue;
        };
        let start = batch.bytes.len();
        let head = size.min(HEAD);
        (&mut blobs).take(head).read_to_end(&mut batch.bytes)?;
        // What was left of the blob, and the newline after it.
        io::copy(&mut (&mut blobs).take(size - head + 1), &mut io::sink())?;
        batch.versions.push((at, wanted, start..batch.bytes.len()));
        if batch.bytes.len() >= BATCH && filled.send(std::mem::take(&mut batch)).is_err() {
            break;
        }
    }
    let _ = filled.send(batch);
    Ok(())
}

/// Reads the statuses of batches until there are no more.
fn work(batches: &Mutex<Receiver<Batch>>, status_of: StatusReader<'_>) -> Vec<(usize, Answer)> {
    let mut answers = Vec::new();
    let mut latest = Latest::new();
    loop {
        let next = batches.lock().ok().and_then(|batches| batches.recv().ok());
        let Some(batch) = next else { return answers };
        for (at, wanted, range) in &batch.versions {
            let bytes = batch.bytes.get(range.clone()).unwrap_or_default();
            answers.push((*at, answer(wanted, bytes, status_of, &mut latest)));
        }
    }
}

/// By member: the front matter that was read last, and what it states.
type Latest = HashMap<usize, (Vec<u8>, Said)>;

/// What a version states. A status in front matter goes before all others, so the front matter is read first and alone;
/// and as most commits change only the body, it is mostly the one that was read last.
fn answer(wanted: &Wanted, bytes: &[u8], status_of: StatusReader<'_>, latest: &mut Latest) -> Answer {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let read = |bytes: &[u8]| {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(bytes),
        };
        let status = status_of(Version {
            member: wanted.member,
            path: &wanted.path,
            text: &text,
            sidecar: wanted.sidecar,
        })?;
        // What is only inferred from a version's words is not a status that its author gave it.
        let is_written = !status.inferred || status.from.kind == OriginKind::Folder;
        is_written.then(|| Said { rank: record::rank(&status), state: status.state, label: status.label })
    };
    if let Some(head) = front_matter(bytes).filter(|_| !wanted.sidecar) {
        match latest.get(&wanted.member) {
            Some((known, status)) if known == head => return Some(status.clone()),
            _ => {}
        }
        if let Some(status) = read(head).filter(|status| status.rank == 0) {
            latest.insert(wanted.member, (head.to_vec(), status.clone()));
            return Some(status);
        }
    }
    read(bytes)
}

/// A text up to and with the line that closes its front matter.
fn front_matter(bytes: &[u8]) -> Option<&[u8]> {
    let mut lines = bytes.get(..FRONT_MATTER.min(bytes.len()))?.split_inclusive(|byte| *byte == b'\n');
    let fence = lines.next()?;
    let mut length = fence.len();
    if fence.trim_ascii_end() != b"---" {
        return None;
    }
    for line in lines {
        length += line.len();
        if line.trim_ascii_end() == b"---" {
            return bytes.get(..length);
        }
    }
    None
}
