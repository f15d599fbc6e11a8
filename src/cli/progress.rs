//! What a terminal shows of work that takes longer than one waits for: what is being done, how much of it, since when.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::width;
use crate::error::grouped;
use crate::progress::Progress;

/// What takes no longer shows nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// So often the line is written anew.
const PAUSE: Duration = Duration::from_millis(100);

/// Does the work, and shows how far it is on a line of its own that is gone in the end. Where stderr is no terminal, only
/// does the work.
pub fn with_progress<T>(progress: &Progress, work: impl FnOnce() -> T) -> T {
    if !io::stderr().is_terminal() {
        return work();
    }
    // A line that wraps could not be written over.
    let columns = width(&io::stderr()).saturating_sub(1);
    let (done, wait) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let start = Instant::now();
            let mut pause = PATIENCE;
            while wait.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                pause = PAUSE;
                // There is nobody to tell if that fails.
                let line: String = line(progress.now(), start.elapsed()).chars().take(columns).collect();
                let _ = write!(anstream::stderr(), "\r\x1b[K{line}");
            }
            if start.elapsed() >= PATIENCE {
                let _ = write!(anstream::stderr(), "\r\x1b[K");
            }
        });
        let worked = work();
        drop(done);
        worked
    })
}

fn line(now: Option<(&str, usize, usize)>, since: Duration) -> String {
    let since = since.as_secs_f64();
    match now {
        None => format!("looking for records … {since:.1} s"),
        Some((doing, _, 0)) => format!("{doing} … {since:.1} s"),
        Some((doing, done, steps)) => {
            let filled = WIDTH * done / steps;
            let bar = format!("{}{}", "█".repeat(filled), "░".repeat(WIDTH - filled));
            format!("{doing} {bar} {} of {} … {since:.1} s", grouped(done), grouped(steps))
        }
    }
}

/// Cells of the bar.
const WIDTH: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_how_much_and_since_when() {
        let line = |now| line(now, Duration::from_millis(1_250));
        assert_eq!(line(None), "looking for records … 1.2 s");
        assert_eq!(line(Some(("reading git's history", 0, 0))), "reading git's history … 1.2 s");
        let half = "reading records ██████████░░░░░░░░░░ 5,120 of 10,000 … 1.2 s";
        assert_eq!(line(Some(("reading records", 5_120, 10_000))), half);
        assert!(line(Some(("writing pages", 1, 1))).contains(&"█".repeat(WIDTH)));
    }
}
