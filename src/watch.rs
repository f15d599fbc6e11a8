//! Follows a folder of records: waits for something to happen, looks at the world again, and hands over what
//! came of it. An event is a signal to look, never information about what happened.
//!
//! The first event is answered at once, with a few milliseconds for the others of the same save. What an
//! editor does in between (a file that is away for a moment, or empty) is waited for a little longer, so that
//! no page goes away because its file is being saved.

pub mod events;
pub mod sight;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::preview::{Changed, Hints, Preview, Snapshot};
use crate::priority::Claim;
use crate::site::Entry;
use crate::source::{DiscoverOptions, File, SourceText};
use events::{Wake, Watching};
use sight::Place;

/// One save makes several events: so long after the last of them it is over.
const QUIET: Duration = Duration::from_millis(4);

/// Events that never end (a checkout of thousands of files) are answered after so long all the same.
const LONGEST: Duration = Duration::from_millis(40);

/// A file that is away or empty may be in the middle of being saved: so long it is waited for.
const GRACE: Duration = Duration::from_millis(60);

/// Paths that may have changed; `None` where events were lost and it may be any.
type Dirty = Option<BTreeSet<PathBuf>>;

/// What the preview shows at one moment. Cheap to share.
#[derive(Clone)]
pub struct Live {
    /// Counts the rounds that changed anything, from 1.
    pub build: u64,
    /// The site.
    pub snapshot: Arc<Snapshot>,
    /// Why the site is not that of the files as they are now: it could not be read.
    pub failure: Option<Arc<Failure>>,
    /// Page of the record whose file changed last.
    pub edited: Option<String>,
    /// Output paths of copied files that ever changed, and the round of the last time: their names say
    /// nothing of their content, so a page that shows one has to be told.
    pub files: Arc<BTreeMap<String, u64>>,
}

/// What keeps the site from being made at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// In a sentence.
    pub message: String,
    /// What exactly, where it is known.
    pub diagnostics: Vec<Diagnostic>,
    /// The text that they speak of.
    pub text: Option<String>,
}

/// What one round did.
pub struct Round {
    /// What is shown from now on.
    pub live: Live,
    /// What was found; nothing where the site could not be read.
    pub changed: Changed,
    /// How long looking took, from the first event.
    pub took: Duration,
}

/// What the loop tells.
pub enum Told {
    /// Something changed.
    Round(Box<Round>),
    /// Files are looked at again and again from now on, for this reason.
    Polling(String),
}

/// Follows a root on the calling thread.
pub struct Follower {
    preview: Preview,
    place: Place,
    watching: Watching,
    woken: Receiver<Wake>,
    wake: Sender<Wake>,
    live: Live,
    fallback: Option<String>,
}

impl Follower {
    /// Reads the site and begins to watch; what happens from here on is seen. Fails where a build would, but not
    /// for a configuration or a theme that can be mended while it is followed.
    pub fn start(root: &Path, options: &DiscoverOptions, poll: bool) -> Result<Follower, Error> {
        let place = Place::new(root, options.output.as_deref());
        let (wake, woken) = channel();
        // Watched before it is read: a change in between is seen, at worst twice.
        let (watching, fallback) = Watching::start(&place, &place.sight(&[]), wake.clone(), poll);
        let (preview, error) = Preview::begin(root, options)?;
        let snapshot = preview.snapshot();
        let failure = error.map(|error| Arc::new(Failure::of(&error)));
        let live = Live { build: 1, snapshot, failure, edited: None, files: Arc::default() };
        Ok(Follower { preview, place, watching, woken, wake, live, fallback })
    }

    /// What is shown at the beginning.
    pub fn live(&self) -> Live {
        self.live.clone()
    }

    /// Why files are polled, where that was not asked for.
    pub fn fallback(&self) -> Option<&str> {
        self.fallback.as_deref()
    }

    /// Ends [`Follower::run`].
    pub fn stopper(&self) -> Sender<Wake> {
        self.wake.clone()
    }

    /// Follows until it is stopped.
    pub fn run(mut self, tell: &mut dyn FnMut(Told)) {
        while let Some((dirty, start, _first)) = self.wait() {
            let (hints, trouble) = self.hints(dirty);
            if let Some(trouble) = trouble {
                tell(Told::Polling(trouble));
            }
            if let Some(hints) = hints
                && let Some(round) = self.look(&hints, start)
            {
                tell(Told::Round(Box::new(round)));
            }
        }
    }

    /// Waits for a change and for the end of what belongs to it; from the first event on it goes first. `None`: stop.
    fn wait(&mut self) -> Option<(Dirty, Instant, Claim)> {
        let mut dirty = Some(BTreeSet::new());
        self.gather(&mut dirty, None)?;
        let start = Instant::now();
        let first = self.live.snapshot.priority().claim();
        while start.elapsed() < LONGEST && self.gather(&mut dirty, Some(QUIET))? {}
        while start.elapsed() < GRACE && self.is_unfinished(&dirty) {
            self.gather(&mut dirty, Some(GRACE.saturating_sub(start.elapsed())))?;
            // What ended the waiting has its own quiet time.
            self.gather(&mut dirty, Some(QUIET))?;
        }
        Some((dirty, start, first))
    }

    /// Takes the next wake-up that matters. Gives false where `wait` passed without one; `None`: stop.
    fn gather(&mut self, dirty: &mut Dirty, wait: Option<Duration>) -> Option<bool> {
        let exclude = self.exclude();
        let end = wait.map(|wait| Instant::now() + wait);
        loop {
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            match self.watching.next(&self.place, &exclude, &self.woken, left) {
                None => return Some(false),
                Some(Wake::Stop) => return None,
                Some(Wake::Lost) => {
                    *dirty = None;
                    return Some(true);
                }
                Some(Wake::Dirty(paths)) => {
                    let sight = self.place.sight(&exclude);
                    let paths: Vec<PathBuf> = paths.into_iter().filter(|path| sight.matters(path)).collect();
                    if !paths.is_empty() {
                        dirty.iter_mut().for_each(|dirty| dirty.extend(paths.iter().cloned()));
                        return Some(true);
                    }
                }
            }
        }
    }

    /// True where a file that had something in it is away or empty: editors leave it so for a moment.
    fn is_unfinished(&self, dirty: &Dirty) -> bool {
        let inputs = self.live.snapshot.inputs();
        let had = |path: &Path| {
            let Ok(inside) = path.strip_prefix(&self.place.root) else { return false };
            let inside = inside.to_string_lossy().replace('\\', "/");
            let theme = inside.strip_prefix("theme/");
            match inputs.files.get(&inside) {
                Some(File::Text(text)) => !text.text.is_empty(),
                Some(File::Asset { len }) => *len > 0,
                None => {
                    theme.is_some_and(|path| inputs.theme.get(path).is_some_and(|bytes| !bytes.is_empty()))
                }
            }
        };
        let is_away = |path: &Path| fs::metadata(path).map_or(true, |meta| meta.is_file() && meta.len() == 0);
        dirty.iter().flatten().any(|path| had(path) && is_away(path))
    }

    /// Where to look; `None` where nothing is left to look at.
    fn hints(&mut self, dirty: Dirty) -> (Option<Hints>, Option<String>) {
        let exclude = self.exclude();
        let sight = self.place.sight(&exclude);
        let (unseen, trouble) = self.watching.follow(&self.place, &sight, dirty.as_ref());
        let Some(mut dirty) = dirty else { return (Some(Hints::Everywhere), trouble) };
        dirty.extend(unseen);
        // Rules decide about files far from where they stand.
        let is_rule = |path: &PathBuf| {
            path.file_name().is_some_and(|name| name == ".gitignore" || name == crate::source::CONFIG)
        };
        if dirty.iter().any(is_rule) {
            let (_, more) = self.watching.follow(&self.place, &sight, None);
            return (Some(Hints::Everywhere), trouble.or(more));
        }
        if dirty.is_empty() { (None, trouble) } else { (Some(Hints::At(dirty)), trouble) }
    }

    fn exclude(&self) -> Vec<String> {
        self.live.snapshot.inputs().config.site.exclude.clone()
    }

    fn look(&mut self, hints: &Hints, start: Instant) -> Option<Round> {
        let (changed, failure) = match self.preview.refresh(hints) {
            Ok(changed) => (changed, None),
            Err(error) => (self.preview.nothing(), Some(Arc::new(Failure::of(&error)))),
        };
        if changed.is_nothing() && failure == self.live.failure {
            return None;
        }
        let snapshot = self.preview.snapshot();
        // A record by its file; of several the one that stands last.
        let is_edited = |entry: &&Entry| entry.record.files().any(|file| changed.files.contains(file));
        let edited = snapshot.site().entries.iter().filter(is_edited);
        let edited = edited.max_by_key(|entry| &entry.record.source).map(|entry| entry.address.clone());
        let build = self.live.build + 1;
        let mut files = Arc::clone(&self.live.files);
        let copied = |(_, source): &(&String, &String)| changed.files.contains(*source);
        for (path, _) in snapshot.site().assets.iter().filter(copied) {
            Arc::make_mut(&mut files).insert(path.clone(), build);
        }
        let edited = edited.or(self.live.edited.take());
        self.live = Live { build, snapshot, failure, edited, files };
        Some(Round { live: self.live.clone(), changed, took: start.elapsed() })
    }
}

/// Page of the record whose file was written last.
pub fn newest(root: &Path, snapshot: &Snapshot) -> Option<String> {
    let written = |source: &str| fs::metadata(root.join(source)).and_then(|meta| meta.modified()).ok();
    let entries = snapshot.site().entries.iter();
    entries.max_by_key(|entry| written(&entry.record.source)).map(|entry| entry.address.clone())
}

impl Failure {
    fn of(error: &Error) -> Failure {
        match error {
            Error::Config { text, diagnostics } => Failure {
                message: error.to_string(),
                diagnostics: diagnostics.clone(),
                text: text.as_ref().map(|text| text.text.clone()),
            },
            _ => Failure { message: error.to_string(), diagnostics: Vec::new(), text: None },
        }
    }

    /// The text that its problems speak of.
    pub fn source(&self) -> Option<SourceText> {
        Some(SourceText::new(crate::source::CONFIG, self.text.as_ref()?.as_str()))
    }
}
