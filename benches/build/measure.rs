//! Runs a program and says what it cost: wall clock, CPU seconds, peak memory.
//!
//! On Linux the figures come from `/proc`: the CPU time is read after the program has ended and before it is
//! reaped, the peak of its memory is read until then, every two milliseconds. Elsewhere only the wall clock is known.

use std::fs;
use std::io;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Who takes longer than that is stopped: one of the others does not end with 10,000 records.
const LONGEST: Duration = Duration::from_secs(180);

/// What one run cost.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// Seconds on the clock.
    pub wall: f64,
    /// CPU seconds of the program and its own children.
    pub cpu: f64,
    /// Peak resident memory in MiB.
    pub memory: f64,
}

/// Runs the command to its end, or for [`LONGEST`]; its output goes nowhere. A failure to start or an exit status above 1
/// is an error: status 1 means that the records have problems, and the site has been built.
pub fn run(command: &mut Command) -> io::Result<Cost> {
    let start = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    // The messages are read aside, so that a full pipe cannot stop the program.
    let mut stderr = child.stderr.take();
    let messages = std::thread::spawn(move || {
        let mut text = Vec::new();
        if let Some(stderr) = stderr.as_mut() {
            let _ = io::Read::read_to_end(stderr, &mut text);
        }
        String::from_utf8_lossy(&text).into_owned()
    });
    let mut cost = Cost::default();
    let (status, wall) = if cfg!(target_os = "linux") {
        let process = format!("/proc/{}", child.id());
        let wall = loop {
            let Some(stat) = read_stat(&process) else { break start.elapsed() };
            cost.cpu = stat.cpu;
            if stat.ended {
                break start.elapsed();
            }
            if let Some(peak) = read_peak(&process) {
                cost.memory = peak;
            }
            if start.elapsed() > LONGEST {
                child.kill()?;
                child.wait()?;
                return Err(io::Error::other(format!("stopped after {} s", LONGEST.as_secs())));
            }
            sleep(Duration::from_millis(2));
        };
        (child.wait()?, wall)
    } else {
        let status = child.wait()?;
        (status, start.elapsed())
    };
    cost.wall = wall.as_secs_f64();
    let messages = messages.join().unwrap_or_default();
    match status.code() {
        Some(0 | 1) => Ok(cost),
        _ => Err(io::Error::other(format!("{status}: {}", messages.lines().last().unwrap_or_default()))),
    }
}

/// The median of several runs, each figure by itself.
pub fn median(runs: &[Cost]) -> Cost {
    let middle = |figure: fn(&Cost) -> f64| {
        let mut figures: Vec<f64> = runs.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures.get(figures.len() / 2).copied().unwrap_or_default()
    };
    Cost { wall: middle(|cost| cost.wall), cpu: middle(|cost| cost.cpu), memory: middle(|cost| cost.memory) }
}

struct Stat {
    ended: bool,
    cpu: f64,
}

/// Fields 3 and 14 to 17 of `/proc/PID/stat` (proc(5)): the state and the clock ticks, 100 a second.
fn read_stat(process: &str) -> Option<Stat> {
    let text = fs::read_to_string(format!("{process}/stat")).ok()?;
    // The second field is the program's name in parentheses, which may itself contain anything.
    let fields: Vec<&str> = text.get(text.rfind(')')? + 2..)?.split(' ').collect();
    let ticks: f64 = fields.get(11..15)?.iter().filter_map(|field| field.parse::<f64>().ok()).sum();
    Some(Stat { ended: fields.first() == Some(&"Z"), cpu: ticks / 100.0 })
}

/// `VmHWM` of `/proc/PID/status`, in MiB.
fn read_peak(process: &str) -> Option<f64> {
    let text = fs::read_to_string(format!("{process}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<f64>().ok().map(|kib| kib / 1024.0)
}
