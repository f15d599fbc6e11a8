//! `annals watch` as a process over a folder of real files, and what it serves over HTTP. Nothing waits for a time to
//! pass, only for the server's events.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use annals::serve::state::SCRIPT;

use crate::program::{Limits, TODAY, annals, files, write};

/// Far more than anything here takes: whoever waits so long waits for ever.
pub const FOR_EVER: Duration = Duration::from_secs(30);

/// A running preview of a folder.
pub struct Preview {
    pub child: Child,
    pub folder: tempfile::TempDir,
    pub address: String,
    events: BufReader<TcpStream>,
    /// What it wrote to its standard error.
    pub said: Arc<Mutex<String>>,
}

/// What came back for a request.
pub struct Reply {
    pub status: u16,
    /// Status line and headers, lower case.
    pub head: String,
    pub body: Vec<u8>,
}

impl Preview {
    /// Writes the files and starts a preview of them.
    pub fn of(log: &[(&str, &str)]) -> Preview {
        Preview::with(log, &[])
    }

    pub fn with(log: &[(&str, &str)], options: &[&str]) -> Preview {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in log {
            write(&folder.path().join("log").join(path), text);
        }
        Preview::start(folder, options)
    }

    /// Of what is already in `log` below a folder.
    pub fn start(folder: tempfile::TempDir, options: &[&str]) -> Preview {
        let mut command = Command::new(env!("CARGO_BIN_EXE_annals"));
        command.args(["watch", "log", "--addr", "127.0.0.1:0"]).args(options);
        Preview::run(folder, command).unwrap()
    }

    /// By a command of one's own; fails where that cannot be started.
    pub fn run(folder: tempfile::TempDir, mut command: Command) -> std::io::Result<Preview> {
        command.current_dir(folder.path()).env("SOURCE_DATE_EPOCH", TODAY).env("NO_COLOR", "1");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let said = Arc::new(Mutex::new(String::new()));
        let mut address = None;
        for line in lines.by_ref().map(Result::unwrap) {
            said.lock().unwrap().push_str(&format!("{line}\n"));
            if let Some((_, url)) = line.split_once("preview: http://") {
                address = url.split('/').next().map(str::to_owned);
                break;
            }
        }
        let address = address.unwrap_or_else(|| panic!("it did not start: {}", said.lock().unwrap()));
        let more = Arc::clone(&said);
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                more.lock().unwrap().push_str(&format!("{line}\n"));
            }
        });
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.set_read_timeout(Some(FOR_EVER)).unwrap();
        write!(stream, "GET /@annals/events HTTP/1.0\r\nHost: {address}\r\n\r\n").unwrap();
        let mut preview = Preview { child, folder, address, events: BufReader::new(stream), said };
        assert_eq!(preview.round(), 1, "the state at the beginning is the first event");
        Ok(preview)
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// Waits for the next round and gives its number.
    pub fn round(&mut self) -> u64 {
        let end = Instant::now() + FOR_EVER;
        loop {
            let mut line = String::new();
            let read = self.events.read_line(&mut line);
            // The server says now and then that it is still there.
            let came = matches!(read, Ok(1..)) && Instant::now() < end;
            assert!(came, "no event came: {read:?}\n{}", self.said.lock().unwrap());
            if let Some(number) = line.strip_prefix("id: ") {
                return number.trim().parse().unwrap();
            }
        }
    }

    pub fn get(&self, path: &str) -> Reply {
        self.ask(&format!("GET {path} HTTP/1.0\r\nHost: {}\r\n\r\n", self.address))
    }

    pub fn ask(&self, request: &str) -> Reply {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(FOR_EVER)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(bytes.len());
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Reply { status, head, body: bytes.split_off((end + 4).min(bytes.len())) }
    }

    /// Waits until a page shows something; at every step on the way the page is there.
    pub fn until(&mut self, path: &str, shows: &str) {
        loop {
            let reply = self.get(path);
            assert_eq!(reply.status, 200, "{path} went blank while waiting for {shows:?}");
            if reply.text().contains(shows) {
                return;
            }
            self.round();
        }
    }

    pub fn until_status(&mut self, path: &str, status: u16) {
        while self.get(path).status != status {
            self.round();
        }
    }

    /// Does something that must not matter, and then something that does: there is one round, about the latter.
    pub fn nothing_comes_of(&mut self, what: &str, act: impl FnOnce(&Path)) {
        let before = self.state("/adr/0001.html")["build"].as_u64().unwrap();
        act(&self.root());
        write(&self.path("adr/9999-sentinel.md"), record("Sentinel", what));
        self.until_status("/adr/9999.html", 200);
        let after = self.state("/adr/0001.html")["build"].as_u64().unwrap();
        assert_eq!(after, before + 1, "{what}: it caused a round\n{}", self.said.lock().unwrap());
        fs::remove_file(self.path("adr/9999-sentinel.md")).unwrap();
        self.until_status("/adr/9999.html", 404);
    }

    /// What a page says of itself.
    pub fn state(&self, path: &str) -> serde_json::Value {
        self.get(path).state().unwrap()
    }

    /// Waits until what it has said to the terminal is enough, and gives it.
    pub fn until_says(&self, enough: impl Fn(&str) -> bool) -> String {
        let end = Instant::now() + FOR_EVER;
        loop {
            let said = self.said.lock().unwrap().clone();
            if enough(&said) {
                return said;
            }
            assert!(Instant::now() < end, "it never said it: {said}");
            thread::yield_now();
        }
    }

    /// Waits until everything that was done so far is served. The first time, a look that had already begun may have
    /// come across the sentinel after it passed by something else; the second time everything was there before.
    pub fn settle(&mut self, word: &str) {
        for time in ["once", "twice"] {
            let word = format!("{word} ({time})");
            write(&self.path("adr/9999-sentinel.md"), record("Sentinel", &word));
            while !self.get("/adr/9999.html").text().contains(&word) {
                self.round();
            }
        }
    }

    /// Every output is, byte for byte, what a build of the same files writes.
    pub fn is_as_built(&self) {
        let (_, stale) = self.compare();
        assert!(stale.is_empty(), "out of date: {stale:?}");
    }

    /// Compares every output with that of a build of the same files, but for pages that say that they are out of date.
    /// All paths of the build, and those.
    pub fn compare(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let out = self.folder.path().join("built");
        let ran = annals(self.folder.path(), ["build", "log", "--drafts", "-o", "built"], Limits::default());
        assert!(matches!(ran.status, Some(0 | 1)), "{ran:?}");
        let paths = files(&out).into_iter().map(|path| path.to_string_lossy().replace('\\', "/"));
        let paths: BTreeSet<String> = paths.filter(|path| !path.starts_with('.')).collect();
        let mut stale = BTreeSet::new();
        for path in &paths {
            let reply = self.get(&address(path));
            assert_eq!(reply.status, 200, "{path} is not served");
            if reply.state().is_some_and(|state| !state["stale"].is_null()) {
                stale.insert(path.clone());
            } else {
                assert!(
                    reply.plain() == fs::read(out.join(path)).unwrap(),
                    "{path} differs from the build's"
                );
            }
        }
        fs::remove_dir_all(out).unwrap();
        (paths, stale)
    }
}

/// Where an output is asked for.
pub fn address(path: &str) -> String {
    format!("/{}", path.replace(' ', "%20"))
}

const DATA: &str = "<script type=\"application/json\" id=\"annals-preview\">";

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Its name for this version.
    pub fn tag(&self) -> String {
        let tag = self.head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap();
        tag.replace("w/", "W/")
    }

    /// What the server has added to a page.
    pub fn state(&self) -> Option<serde_json::Value> {
        let text = self.text();
        let (_, rest) = text.rsplit_once(DATA)?;
        Some(serde_json::from_str(rest.split_once("</script>")?.0).unwrap())
    }

    /// Without what the server has added.
    pub fn plain(&self) -> Vec<u8> {
        let Ok(text) = std::str::from_utf8(&self.body) else { return self.body.clone() };
        let Some((before, after)) = text.rsplit_once(DATA) else { return self.body.clone() };
        let (_, after) = after.split_once("</script>").unwrap();
        [before.replacen(SCRIPT, "", 1).as_str(), after].concat().into_bytes()
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn record(title: &str, text: &str) -> String {
    format!("---\nstatus: accepted\ndate: 2026-11-01\n---\n# {title}\n\n{text}\n")
}

pub fn log() -> Preview {
    Preview::of(&[
        ("adr/0001-queue.md", &record("Queue", "The first text.")),
        ("adr/0002-cache.md", &record("Cache", "After [the queue](0001-queue.md).")),
        (".gitignore", "*.log\n/ignored/\n"),
    ])
}
