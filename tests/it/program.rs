//! Runs the built program, with limits, and hands back everything that can be looked at.

use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The day that tests speak of: 24 November 2026.
pub const TODAY: &str = "1795478400";

/// What a run left behind.
#[derive(Debug)]
pub struct Ran {
    /// Exit status; `None` where it was killed, by a signal or for taking too long.
    pub status: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// Limits on a run. They are wide: a test must not fail on a slow machine, and what grows with the square of its
/// input or recurses on it breaks them all the same.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Seconds on the clock.
    pub seconds: u64,
    /// Address space in MiB, where the system can limit it.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { seconds: 120, memory: 3_000 }
    }
}

/// Runs `annals` in a folder.
pub fn annals<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(
    folder: &Path,
    arguments: I,
    limits: Limits,
) -> Ran {
    // A shell sets the limit, because doing it from here would need code that is not safe Rust.
    let mut command = if cfg!(target_os = "linux") {
        let mut shell = Command::new("sh");
        let limit = format!("ulimit -v {} && exec \"$@\"", limits.memory * 1024);
        shell.arg("-c").arg(limit).arg("sh").arg(env!("CARGO_BIN_EXE_annals"));
        shell
    } else {
        Command::new(env!("CARGO_BIN_EXE_annals"))
    };
    command.args(arguments).current_dir(folder);
    command.env("SOURCE_DATE_EPOCH", TODAY).env("NO_COLOR", "1").env_remove("CLICOLOR_FORCE");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (stdout, stderr) = (read(child.stdout.take().unwrap()), read(child.stderr.take().unwrap()));
    let end = Instant::now() + Duration::from_secs(limits.seconds);
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status.code(),
            None if Instant::now() > end => {
                child.kill().unwrap();
                child.wait().unwrap();
                break None;
            }
            None => thread::sleep(Duration::from_millis(5)),
        }
    };
    Ran { status, stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap() }
}

fn read(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Every file below a folder, relative and sorted.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| entry.path().strip_prefix(folder).unwrap().to_path_buf())
        .collect();
    files.sort();
    files
}

/// Writes a file, and the folders above it.
pub fn write(path: &Path, bytes: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Runs git in a folder, on one day, without the settings of this machine. What it says is of no interest, and
/// neither is whether it could.
pub fn git(folder: &Path, arguments: &[&str]) {
    let day = "2024-01-01T12:00:00+00:00";
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments);
    command.envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")]);
    command.envs([("GIT_AUTHOR_NAME", "Author"), ("GIT_AUTHOR_EMAIL", "author@example.org")]);
    command.envs([("GIT_COMMITTER_NAME", "Committer"), ("GIT_COMMITTER_EMAIL", "committer@example.org")]);
    command.envs([("GIT_AUTHOR_DATE", day), ("GIT_COMMITTER_DATE", day)]);
    let _ = command.output().unwrap();
}
