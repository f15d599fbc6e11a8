//! How far a long step has come, for whoever shows it to a person. Nothing that is made depends on it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Written by the one who works, read by the one who shows; a clone is the same progress.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    /// What is being done, and in how many steps; none where nobody knows.
    doing: Mutex<Option<(&'static str, usize)>>,
    done: AtomicUsize,
}

impl Progress {
    /// Something else is done from here on.
    pub fn begin(&self, doing: &'static str, steps: usize) {
        let mut now = self.0.doing.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.done.store(0, Ordering::Relaxed);
        *now = Some((doing, steps));
    }

    /// One step is done.
    pub fn step(&self) {
        self.0.done.fetch_add(1, Ordering::Relaxed);
    }

    /// What is being done, how many steps are done and how many there are. Nothing before it has begun.
    pub fn now(&self) -> Option<(&'static str, usize, usize)> {
        let now = self.0.doing.lock().unwrap_or_else(PoisonError::into_inner);
        now.map(|(doing, steps)| (doing, self.0.done.load(Ordering::Relaxed).min(steps), steps))
    }
}
