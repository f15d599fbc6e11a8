//! Where wake-ups come from: the system's file events, or looking again and again where there are none. The
//! only user of notify. Says which paths are dirty, never what happened to them; kinds of events differ
//! between systems and editors, and what is on the disk counts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant, SystemTime};

use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::sight::{Place, Sight};

/// What wakes the loop up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wake {
    /// Something may have happened to these paths.
    Dirty(Vec<PathBuf>),
    /// Events were lost: something may have happened anywhere.
    Lost,
    /// Nobody wants to know any more.
    Stop,
}

/// Watches folders, in one way or the other.
pub enum Watching {
    /// The system tells.
    Events(Events),
    /// We look.
    Polling(Polling),
}

/// Folders that the system tells about.
pub struct Events {
    watcher: RecommendedWatcher,
    folders: BTreeSet<PathBuf>,
}

/// Files as they were when we looked last.
#[derive(Default)]
pub struct Polling {
    files: BTreeMap<PathBuf, Stamp>,
    /// How long looking took.
    took: Duration,
}

/// Two equal stamps, one file (as far as the system says).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    len: u64,
    /// A file that was put in the place of another one may be as old and as long.
    inode: u64,
}

impl Stamp {
    fn of(meta: &fs::Metadata) -> Stamp {
        #[cfg(unix)]
        let inode = std::os::unix::fs::MetadataExt::ino(meta);
        #[cfg(not(unix))]
        let inode = 0;
        Stamp { modified: meta.modified().ok(), len: if meta.is_dir() { 0 } else { meta.len() }, inode }
    }
}

impl Watching {
    /// Asks the system to tell about every folder that matters. Where it cannot, polls, and says why.
    pub fn start(
        place: &Place,
        sight: &Sight<'_>,
        wake: Sender<Wake>,
        poll: bool,
    ) -> (Watching, Option<String>) {
        if poll {
            return (Watching::Polling(Polling::start(place, sight)), None);
        }
        let failed = match unheard(&place.root) {
            Some(kind) => format!("`{}` is on {kind}, which sends no file events", place.root.display()),
            None => match Events::start(place, sight, wake) {
                Ok(events) => return (Watching::Events(events), None),
                Err(error) => advice(&error),
            },
        };
        (Watching::Polling(Polling::start(place, sight)), Some(failed))
    }

    /// The next wake-up; `None` where `wait` passed without one.
    pub fn next(
        &mut self,
        place: &Place,
        exclude: &[String],
        woken: &Receiver<Wake>,
        wait: Option<Duration>,
    ) -> Option<Wake> {
        match self {
            Watching::Events(_) => receive(woken, wait),
            Watching::Polling(polling) => polling.next(place, exclude, woken, wait),
        }
    }

    /// Follows folders that came and went among the dirty paths. Gives back those whose contents nobody was
    /// told about, and the reason where the system cannot watch any more: then it polls from now on.
    pub fn follow(
        &mut self,
        place: &Place,
        sight: &Sight<'_>,
        dirty: Option<&BTreeSet<PathBuf>>,
    ) -> (Vec<PathBuf>, Option<String>) {
        let Watching::Events(events) = self else { return (Vec::new(), None) };
        match events.follow(place, sight, dirty) {
            Ok(new) => (new, None),
            Err(error) => {
                *self = Watching::Polling(Polling::start(place, sight));
                (vec![place.root.clone()], Some(advice(&error)))
            }
        }
    }
}

fn receive(woken: &Receiver<Wake>, wait: Option<Duration>) -> Option<Wake> {
    match wait {
        None => Some(woken.recv().unwrap_or(Wake::Stop)),
        Some(wait) => match woken.recv_timeout(wait) {
            Ok(wake) => Some(wake),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Wake::Stop),
        },
    }
}

impl Events {
    fn start(place: &Place, sight: &Sight<'_>, wake: Sender<Wake>) -> notify::Result<Events> {
        let tell = move |event: notify::Result<notify::Event>| {
            let wake_up = match event {
                Ok(event) if event.need_rescan() => Wake::Lost,
                // Reading is no change (we do it ourselves), but the end of writing is worth a look.
                Ok(event) => match event.kind {
                    EventKind::Access(AccessKind::Close(AccessMode::Write)) => Wake::Dirty(event.paths),
                    EventKind::Access(_) => return,
                    _ => Wake::Dirty(event.paths),
                },
                Err(_) => Wake::Lost,
            };
            // Nobody listens: the preview is ending.
            let _ = wake.send(wake_up);
        };
        let watcher = RecommendedWatcher::new(tell, notify::Config::default().with_follow_symlinks(false))?;
        let mut events = Events { watcher, folders: BTreeSet::new() };
        if WHOLE_TREES {
            events.watcher.watch(&place.root, RecursiveMode::Recursive)?;
        }
        events.add(place.folders(sight), place)?;
        Ok(events)
    }

    fn add(&mut self, folders: Vec<PathBuf>, place: &Place) -> notify::Result<()> {
        let wanted = folders.into_iter().filter(|folder| !WHOLE_TREES || !folder.starts_with(&place.root));
        for folder in wanted {
            if self.folders.contains(&folder) {
                continue;
            }
            match self.watcher.watch(&folder, RecursiveMode::NonRecursive) {
                Ok(()) => drop(self.folders.insert(folder)),
                // Gone already.
                Err(_) if !folder.is_dir() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn follow(
        &mut self,
        place: &Place,
        sight: &Sight<'_>,
        dirty: Option<&BTreeSet<PathBuf>>,
    ) -> notify::Result<Vec<PathBuf>> {
        let touched: Vec<PathBuf> = match dirty {
            // A watched folder that was touched itself may have moved: its watch would move with it.
            Some(dirty) => {
                dirty.iter().filter(|path| self.folders.contains(*path) || path.is_dir()).cloned().collect()
            }
            None => vec![place.root.clone()],
        };
        if touched.is_empty() {
            return Ok(touched);
        }
        let stale: Vec<PathBuf> = self
            .folders
            .iter()
            .filter(|folder| touched.iter().any(|path| folder.starts_with(path)))
            .cloned()
            .collect();
        for folder in stale {
            let _ = self.watcher.unwatch(&folder);
            self.folders.remove(&folder);
        }
        self.add(place.folders(sight), place)?;
        Ok(touched)
    }
}

/// Linux watches one folder at a time, so that only those that matter are watched; elsewhere one watch has the
/// whole tree below it, and a watch for each folder would be slow.
const WHOLE_TREES: bool = cfg!(not(any(target_os = "linux", target_os = "android")));

impl Polling {
    fn start(place: &Place, sight: &Sight<'_>) -> Polling {
        let mut polling = Polling::default();
        polling.look(place, sight);
        polling
    }

    /// Looks every now and then, so that it takes no more than a twentieth of one processor.
    fn next(
        &mut self,
        place: &Place,
        exclude: &[String],
        woken: &Receiver<Wake>,
        wait: Option<Duration>,
    ) -> Option<Wake> {
        let start = Instant::now();
        loop {
            let pause = (self.took * 20).clamp(Duration::from_millis(250), Duration::from_secs(5));
            let pause = wait.map_or(pause, |wait| wait.saturating_sub(start.elapsed()).min(pause));
            // Nothing is sent but the request to stop.
            if let Some(wake) = receive(woken, Some(pause)) {
                return Some(wake);
            }
            let dirty = self.look(place, &place.sight(exclude));
            if !dirty.is_empty() {
                return Some(Wake::Dirty(dirty));
            }
            if wait.is_some_and(|wait| start.elapsed() >= wait) {
                return None;
            }
        }
    }

    /// What is new, different or gone. notify's own poller counts in whole seconds, in which a person saves
    /// twice.
    fn look(&mut self, place: &Place, sight: &Sight<'_>) -> Vec<PathBuf> {
        let start = Instant::now();
        let stamp = |path: PathBuf| {
            let stamp = Stamp::of(&fs::symlink_metadata(&path).ok()?);
            Some((path, stamp))
        };
        let files: BTreeMap<PathBuf, Stamp> = place.files(sight).into_iter().filter_map(stamp).collect();
        let changed = files.iter().filter(|(path, stamp)| self.files.get(*path) != Some(*stamp));
        let gone = self.files.keys().filter(|path| !files.contains_key(*path));
        let dirty = changed.map(|(path, _)| path).chain(gone).cloned().collect();
        (self.files, self.took) = (files, start.elapsed());
        dirty
    }
}

/// Why the system cannot tell, and what to do about it.
fn advice(error: &notify::Error) -> String {
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => "the system's limit of watched folders is reached; \
            `sudo sysctl fs.inotify.max_user_watches=524288` raises it"
            .to_owned(),
        // EMFILE of inotify_init1(2).
        notify::ErrorKind::Io(problem) if problem.raw_os_error() == Some(24) => {
            "the system's limit of watchers is \
            reached; `sudo sysctl fs.inotify.max_user_instances=512` raises it"
                .to_owned()
        }
        _ => format!("the system sends no file events: {error}"),
    }
}

/// The kind of file system, where it is one whose events do not arrive: another machine, or the host of a
/// container or virtual machine, changes the files.
fn unheard(root: &Path) -> Option<String> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    kind_of(&mounts, root).filter(|kind| UNHEARD.contains(&kind.as_str()))
}

const UNHEARD: [&str; 14] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "vboxsf",
    "prl_fs",
    "virtiofs",
    "fuse.sshfs",
    "fuse.vmhgfs-fuse",
    "fuse.grpcfuse",
    "fakeowner",
    "afs",
];

/// proc_pid_mountinfo(5): the fifth field is where it is mounted, the first after ` - ` its kind.
fn kind_of(mounts: &str, path: &Path) -> Option<String> {
    let mount = |line: &str| {
        let (left, right) = line.split_once(" - ")?;
        // Spaces are written as `\040`.
        let point = PathBuf::from(left.split(' ').nth(4)?.replace("\\040", " "));
        Some((point, right.split(' ').next()?.to_owned()))
    };
    let above = mounts.lines().filter_map(mount).filter(|(point, _)| path.starts_with(point));
    // Of two at one point, the later one covers the earlier one.
    above.max_by_key(|(point, _)| point.components().count()).map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_mount_decides() {
        let mounts = "22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n\
                      40 22 0:50 / /mnt/my\\040log rw - 9p host rw\n";
        assert_eq!(kind_of(mounts, Path::new("/home/me")).as_deref(), Some("ext4"));
        assert_eq!(kind_of(mounts, Path::new("/mnt/my log/adr")).as_deref(), Some("9p"));
    }

    #[test]
    fn a_full_system_is_told_with_the_command_that_helps() {
        let full = notify::Error::new(notify::ErrorKind::MaxFilesWatch);
        assert!(advice(&full).contains("sysctl fs.inotify.max_user_watches="));
        let full = notify::Error::io(std::io::Error::from_raw_os_error(24));
        assert!(advice(&full).contains("sysctl fs.inotify.max_user_instances="));
    }
}
