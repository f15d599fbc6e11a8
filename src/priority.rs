//! Who goes first: long work in the background stands still while a person waits for a page, so that no page comes later
//! because of it, however few processors there are. Knows nothing of either.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// So long after a page was made the browser is taken to be busy with showing it.
const LINGER: Duration = Duration::from_millis(50);

/// So often those who stand still look whether they may go on.
const LOOK: Duration = Duration::from_millis(2);

/// What the two sides share; a clone is the same. Where nobody claims, nobody waits.
#[derive(Debug, Clone)]
pub struct Priority(Arc<State>);

#[derive(Debug)]
struct State {
    begun: Instant,
    claims: AtomicUsize,
    /// When the last claim will have ended, in milliseconds since the beginning.
    free: AtomicU64,
    hurries: AtomicUsize,
}

/// As long as it is kept, and a moment longer, the background stands still.
#[derive(Debug)]
#[must_use]
pub struct Claim(Priority);

/// As long as it is kept, the background goes on whatever is claimed: somebody waits for what it makes.
#[derive(Debug)]
#[must_use]
pub struct Hurry(Priority);

impl Default for Priority {
    fn default() -> Priority {
        let (claims, free, hurries) = (AtomicUsize::new(0), AtomicU64::new(0), AtomicUsize::new(0));
        Priority(Arc::new(State { begun: Instant::now(), claims, free, hurries }))
    }
}

impl Priority {
    /// A page is on its way. What makes it must not wait for the background.
    pub fn claim(&self) -> Claim {
        self.0.claims.fetch_add(1, Ordering::SeqCst);
        Claim(self.clone())
    }

    /// Somebody waits for the background.
    pub fn hurry(&self) -> Hurry {
        self.0.hurries.fetch_add(1, Ordering::SeqCst);
        Hurry(self.clone())
    }

    /// In the background, between two short steps: waits as long as something else goes first.
    pub fn give_way(&self) {
        while self.is_claimed(self.0.begun.elapsed()) {
            thread::sleep(LOOK);
        }
    }

    /// Whether something else goes first, so long after the beginning.
    fn is_claimed(&self, now: Duration) -> bool {
        let State { claims, free, hurries, .. } = &*self.0;
        let lingers = || u128::from(free.load(Ordering::SeqCst)) > now.as_millis();
        hurries.load(Ordering::SeqCst) == 0 && (claims.load(Ordering::SeqCst) > 0 || lingers())
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let State { begun, claims, free, .. } = &*self.0.0;
        let until = (begun.elapsed() + LINGER).as_millis();
        free.fetch_max(until.try_into().unwrap_or(u64::MAX), Ordering::SeqCst);
        claims.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Drop for Hurry {
    fn drop(&mut self) {
        self.0.0.hurries.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Makes something in the background, on threads of its own, half as many as there are. Where that can be said of a
/// thread alone, they also give way to those of other programs.
pub fn aside<T: Send>(make: impl FnOnce() -> T + Send) -> T {
    let threads = rayon::current_num_threads().div_ceil(2);
    let give_way = |_| {
        #[cfg(target_os = "linux")]
        let _ = rustix::process::nice(5);
    };
    match rayon::ThreadPoolBuilder::new().num_threads(threads).start_handler(give_way).build() {
        Ok(pool) => pool.install(make),
        Err(_) => make(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_goes_first_and_a_moment_longer() {
        let priority = Priority::default();
        assert!(!priority.is_claimed(Duration::ZERO));
        let (one, two) = (priority.claim(), priority.claim());
        assert!(priority.is_claimed(Duration::MAX));
        drop(one);
        assert!(priority.is_claimed(Duration::MAX), "the other is still there");
        drop(two);
        assert!(priority.is_claimed(LINGER - Duration::from_millis(1)));
        assert!(!priority.is_claimed(priority.0.begun.elapsed() + LINGER));
    }

    #[test]
    fn whoever_waits_for_the_background_ends_its_waiting() {
        let priority = Priority::default();
        let _page = priority.claim();
        let hurry = priority.hurry();
        priority.give_way();
        drop(hurry);
        assert!(priority.is_claimed(Duration::MAX));
    }
}
