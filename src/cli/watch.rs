//! `annals watch`.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use clap::Args;

use super::progress::with_progress;
use super::{OUTPUT, before, tell, width};
use crate::diagnostic::print::{self, Format, Printing};
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::{Error, plural};
use crate::preview::Snapshot;
use crate::serve::state::Shared;
use crate::serve::{self, Setting};
use crate::source::{DiscoverOptions, SourceText};
use crate::watch::events::Wake;
use crate::watch::{self, Failure, Follower, Live, Round, Told};

/// Shows the site of the records below ROOT in a browser, and follows every save.
///
/// Nothing is written. Drafts are shown, and marked. Problems of the record on the page are shown beside it,
/// and those of the whole site at `/@annals/problems`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    annals watch --open                the current folder, at the record changed last\n  \
    annals watch ../decisions --addr 127.0.0.1:8000\n  \
    annals watch --poll                where files change on another machine, or outside of a container")]
pub struct Watch {
    /// Folder with the records, or the repository they are in
    #[arg(default_value = ".")]
    pub(super) root: PathBuf,
    /// Where to serve; other machines see it only with an address that they can reach
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:4000")]
    addr: String,
    /// Open the record changed last in the browser
    #[arg(long)]
    open: bool,
    /// Leave out records that say `draft: true`, as a build does
    #[arg(long)]
    no_drafts: bool,
    /// Look at the files again and again instead of waiting for file events
    #[arg(long)]
    poll: bool,
    /// Say why each page was made again
    #[arg(short, long)]
    verbose: bool,
}

impl Watch {
    /// Serves until Ctrl-C.
    pub fn run(self) -> Result<u8, Error> {
        let listener = serve::bind(&self.addresses()?)?;
        let address =
            listener.local_addr().map_err(|source| Error::Machine { doing: "listen".into(), source })?;
        let options = DiscoverOptions {
            output: Some(self.root.join(OUTPUT)),
            base_url: None,
            drafts: !self.no_drafts,
            ..DiscoverOptions::default()
        };
        let start = Instant::now();
        let progress = options.progress.clone();
        let follower = with_progress(&progress, || Follower::start(&self.root, &options, self.poll))?;
        let live = follower.live();
        let mut terminal = Terminal::new(&self.root, self.verbose);
        terminal.started(&live, start.elapsed(), &url(address));
        if let Some(reason) = follower.fallback() {
            polling(reason);
        }
        if self.open {
            let page = watch::newest(&self.root, &live.snapshot).unwrap_or_default();
            let page = format!("{}{}", url(address), crate::view::parts::url_path(&page));
            super::open(&page);
        }
        let (send, receive) = tokio::sync::watch::channel(live);
        let stop = follower.stopper();
        let following = thread::spawn(move || {
            follower.run(&mut |told| match told {
                Told::Round(round) => {
                    // The browser first.
                    send.send_replace(round.live.clone());
                    terminal.round(&round);
                }
                Told::Polling(reason) => polling(&reason),
            });
        });
        let served = serve::serve(listener, receive, self.setting());
        let _ = stop.send(Wake::Stop);
        let _ = following.join();
        served.map(|()| 0)
    }

    fn addresses(&self) -> Result<Vec<SocketAddr>, Error> {
        let addresses = self.addr.to_socket_addrs().map_err(|error| {
            Error::usage_help(
                format!("`--addr {}` is no address to listen on: {error}", self.addr),
                "write it as `127.0.0.1:4000`",
            )
        })?;
        Ok(addresses.collect())
    }

    fn setting(&self) -> Setting {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let shared = Shared {
            root: std::fs::canonicalize(&self.root).unwrap_or_else(|_| self.root.clone()),
            session: format!("{:x}", now.as_nanos()),
            terminal: ["ZED_TERM", "TERMINAL_EMULATOR", "TERM_PROGRAM"].map(|name| std::env::var(name).ok()),
        };
        Setting { shared, host: self.addr.rsplit_once(':').map_or("", |(host, _)| host).to_owned() }
    }
}

/// Where a browser finds it.
fn url(address: SocketAddr) -> String {
    let host = match address.ip() {
        ip if ip.is_unspecified() => "localhost".to_owned(),
        std::net::IpAddr::V6(ip) => format!("[{ip}]"),
        ip => ip.to_string(),
    };
    format!("http://{host}:{}/", address.port())
}

fn polling(reason: &str) {
    tell(format_args!("note: {reason}; until then files are looked at again and again, as with `--poll`"));
}

/// What the terminal has said already.
struct Terminal {
    before: String,
    verbose: bool,
    problems: BTreeSet<String>,
    failure: Option<Failure>,
}

impl Terminal {
    fn new(root: &Path, verbose: bool) -> Terminal {
        Terminal { before: before(root), verbose, problems: BTreeSet::new(), failure: None }
    }

    fn started(&mut self, live: &Live, took: Duration, url: &str) {
        let snapshot = &live.snapshot;
        match &live.failure {
            Some(failure) => self.say_failure(failure, "the site shows as soon as this is mended"),
            None => {
                self.say_new(snapshot);
                let records = plural(snapshot.site().entries.len(), "record");
                tell(format_args!("{records}{} ({})", counted(snapshot), human(took)));
            }
        }
        tell(format_args!("preview: {url} (Ctrl-C ends it)"));
    }

    fn round(&mut self, round: &Round) {
        let snapshot = &round.live.snapshot;
        if let Some(failure) = &round.live.failure {
            self.say_failure(failure, "the preview stays as it was until this is mended");
            return;
        }
        let mended = self.failure.take().is_some();
        let what = what(round);
        let changed = round.changed.pages();
        let pages = changed.keys().filter(|path| path.ends_with(".html")).count();
        tell(format_args!(
            "{}{what}: {}, {}{}",
            if mended { "mended: " } else { "" },
            plural(pages, "page"),
            human(round.took),
            counted(snapshot)
        ));
        if self.verbose {
            let mut reasons: BTreeMap<String, Vec<&str>> = BTreeMap::new();
            for (path, reason) in &changed {
                reasons.entry(reason.to_string()).or_default().push(path);
            }
            for (reason, paths) in reasons {
                let shown = paths.iter().take(SHOWN).map(|path| print::visible(path)).collect::<Vec<_>>();
                let more = paths.len().saturating_sub(SHOWN);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                tell(format_args!("  {}{more}: {}", shown.join(", "), print::visible(&reason)));
            }
        }
        self.say_new(snapshot);
    }

    /// Problems that were not there a moment ago. A line that was put in above one does not make it new.
    fn say_new(&mut self, snapshot: &Snapshot) {
        let key = |of: &Diagnostic| format!("{}\0{}\0{}", of.place.file, of.code, of.message);
        let serious = || snapshot.diagnostics().iter().filter(|of| of.severity != Severity::Note);
        let new: Vec<&Diagnostic> = serious().filter(|of| !self.problems.contains(&key(of))).collect();
        let theme = snapshot.inputs().theme_texts();
        let text = |path: &str| snapshot.inputs().text(path).or_else(|| theme.get(path));
        put(&new, &self.before, &text);
        self.problems = serious().map(key).collect();
    }

    fn say_failure(&mut self, failure: &Failure, until: &str) {
        if self.failure.as_ref() == Some(failure) {
            return;
        }
        let source = failure.source();
        if failure.diagnostics.is_empty() {
            tell(format_args!("error: {}", failure.message));
        }
        put(&failure.diagnostics.iter().collect::<Vec<_>>(), &self.before, &|_| source.as_ref());
        tell(format_args!("{until}"));
        self.failure = Some(failure.clone());
    }
}

fn put<'a>(diagnostics: &[&Diagnostic], before: &'a str, text: &'a dyn Fn(&str) -> Option<&'a SourceText>) {
    let printing = Printing { format: Format::Full, before, all: false, width: width(&io::stderr()), text };
    // There is nobody to tell if that fails.
    let _ = print::print(&mut anstream::stderr().lock(), diagnostics, &printing);
}

/// So many pages are named for one reason.
const SHOWN: usize = 8;

/// What a round was about.
fn what(round: &Round) -> String {
    let mut files = round.changed.files.iter().map(|path| print::visible(path));
    let named = match (files.next(), files.next(), files.next()) {
        (None, ..) => String::new(),
        (Some(one), None, _) => one,
        (Some(one), Some(two), None) => format!("{one}, {two}"),
        (Some(one), ..) => format!("{one} and {} more", round.changed.files.len() - 1),
    };
    match (named.is_empty(), round.changed.git) {
        (true, true) => "git".to_owned(),
        (true, false) => "settings".to_owned(),
        (false, true) => format!("{named}, git"),
        (false, false) => named,
    }
}

/// `, 1 error, 2 warnings`; notes are nothing to mend.
fn counted(snapshot: &Snapshot) -> String {
    let serious = snapshot.diagnostics().iter().filter(|of| of.severity != Severity::Note);
    match print::count(&serious.collect::<Vec<_>>()) {
        count if count.is_empty() => count,
        count => format!(", {count}"),
    }
}

fn human(took: Duration) -> String {
    match took.as_millis() {
        0..1000 => format!("{} ms", took.as_millis().max(1)),
        _ => format!("{:.1} s", took.as_secs_f64()),
    }
}
