//! The command line: arguments → command → output → exit status. One file for each command; no logic of
//! decisions here. Data goes to stdout, everything else to stderr.

mod build;
mod list;
mod progress;
mod search;
mod show;
mod table;
mod timeline;
mod watch;

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Parser, Subcommand};

use crate::Memory;
use crate::collection::Skipped;
use crate::diagnostic::print::{self, Format, Printing};
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::{Error, plural};
use crate::site::Site;
use crate::source::{DiscoverOptions, Inputs};

/// Where the site goes unless `-o` says otherwise.
const OUTPUT: &str = "site";

#[derive(Debug, Parser)]
#[command(
    name = "annals",
    version,
    about = "Publishes the decisions of a team: a folder of markdown RFCs and ADRs becomes a linked static site",
    after_help = "Exit status: 0 fine, 1 the records or annals.toml have errors, 2 usage, 3 the machine failed.\n\
                  Data goes to stdout, everything else to stderr. NO_COLOR is honoured."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build the site
    Build(build::Build),
    /// List records
    List(list::List),
    /// Show one record
    Show(show::Show),
    /// Find records by their words
    Search(search::Search),
    /// Show what happened when, or what was in force on a day
    Timeline(timeline::Timeline),
    /// Show the site while it is written
    #[command(visible_alias = "serve")]
    Watch(watch::Watch),
}

/// Runs the process's command and gives its exit status.
pub fn run() -> u8 {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        // Help and version are data (0), the rest is usage (2); clap knows which is which.
        Err(error) => {
            let _ = error.print();
            return error.exit_code().try_into().unwrap_or(2);
        }
    };
    let before = before(arguments.command.root());
    let done = match arguments.command {
        Command::Build(build) => build.run(),
        Command::List(list) => list.run(),
        Command::Show(show) => show.run(),
        Command::Search(search) => search.run(),
        Command::Timeline(timeline) => timeline.run(),
        Command::Watch(watch) => watch.run(),
    };
    match done {
        Ok(status) => status,
        Err(error) => {
            report(&error, &before);
            error.exit_code()
        }
    }
}

/// Reads and resolves a root for a command that only asks.
fn load(root: &Path, drafts: bool) -> Result<(Arc<Inputs>, Site), Error> {
    let options = DiscoverOptions { drafts, ..DiscoverOptions::default() };
    let inputs = Arc::new(crate::source::discover(root, &options)?);
    let site = crate::resolve(root, &inputs, &mut Memory::default());
    let errors = site.all_diagnostics().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    if errors > 0 {
        let verb = if errors == 1 { "is" } else { "are" };
        tell(format_args!(
            "note: there {verb} {} in the records; `annals build` says where",
            plural(errors, "error")
        ));
    }
    Ok((inputs, site))
}

/// Writes data to stdout. A reader that has seen enough (`| head`) is no error.
fn put(data: &[u8]) -> Result<(), Error> {
    let mut out = anstream::stdout().lock();
    match out.write_all(data).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::Machine { doing: "write to stdout".into(), source: error })
        }
        _ => Ok(()),
    }
}

/// Writes a line to stderr; there is nobody to tell if that fails.
fn tell(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

/// Says how many records are in other formats than markdown.
fn tell_formats(formats: &BTreeMap<String, usize>) {
    for (ending, count) in formats {
        let (are, their) = if *count == 1 { ("is", "its") } else { ("are", "their") };
        let records = plural(*count, "record");
        tell(format_args!("{records} {are} in `{ending}`: {their} text is shown as it is written"));
    }
}

/// Names of skipped files on one line.
const NAMES: usize = 8;

/// Lists the skipped files that have something of a record, a line for those of one folder and one reason.
fn tell_skipped(skipped: &[Skipped], before: &str) {
    let mut groups: BTreeMap<(&str, &str, &str), Vec<&str>> = BTreeMap::new();
    for of in skipped {
        let Some(has) = &of.has else { continue };
        let (folder, file) = of.path.rsplit_once('/').unwrap_or(("", &of.path));
        groups.entry((folder, has, &of.reason)).or_default().push(file);
    }
    let count: usize = groups.values().map(Vec::len).sum();
    if count == 0 {
        return;
    }
    let (have, they) = if count == 1 { ("has", "is") } else { ("have", "are") };
    tell(format_args!("{} {have} something of a record and {they} skipped:", plural(count, "file")));
    for ((folder, has, reason), files) in groups {
        let slash = if folder.is_empty() { "" } else { "/" };
        let names = files.iter().take(NAMES).copied().collect::<Vec<_>>().join(", ");
        let more = match files.len().saturating_sub(NAMES) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let line = format!("{before}{folder}{slash}{names}{more} ({has}): {reason}");
        tell(format_args!("  {}", print::visible(&line)));
    }
}

/// Shows an address or a file in the browser of the system; where there is none, says what to open.
fn open(page: &str) {
    if let Err(error) = open::that_detached(page) {
        tell(format_args!("no browser could be opened ({error}): open {page}"));
    }
}

impl Command {
    fn root(&self) -> &Path {
        match self {
            Command::Build(build) => &build.root,
            Command::List(list) => &list.root,
            Command::Show(show) => &show.root,
            Command::Search(search) => &search.root,
            Command::Timeline(timeline) => &timeline.root,
            Command::Watch(watch) => &watch.root,
        }
    }
}

/// Says why a command failed; `before` stands before paths below the root.
fn report(error: &Error, before: &str) {
    match error {
        Error::Config { text, diagnostics } => {
            let lookup = |path: &str| text.as_deref().filter(|text| text.path == path);
            let printing = Printing {
                format: Format::Full,
                before,
                all: true,
                width: width(&io::stderr()),
                text: &lookup,
            };
            let diagnostics: Vec<&Diagnostic> = diagnostics.iter().collect();
            let _ = print::print(&mut anstream::stderr().lock(), &diagnostics, &printing);
        }
        Error::Usage { help: Some(help), .. } | Error::Port { help: Some(help), .. } => {
            tell(format_args!("error: {error}\n\nhelp: {help}"))
        }
        _ => tell(format_args!("error: {error}")),
    }
}

/// Columns of a terminal; what is no terminal has room for everything.
fn width(stream: &impl IsTerminal) -> usize {
    if !stream.is_terminal() {
        return usize::MAX / 2;
    }
    let size = terminal_size::terminal_size_of(io::stdout())
        .or_else(|| terminal_size::terminal_size_of(io::stderr()));
    size.map_or(100, |(terminal_size::Width(columns), _)| usize::from(columns))
}

/// The root as the user named it, to stand before paths: empty for the current folder.
fn before(root: &Path) -> String {
    let root: PathBuf = root.components().filter(|part| *part != std::path::Component::CurDir).collect();
    match root.to_string_lossy() {
        path if path.is_empty() => String::new(),
        path => format!("{}/", path.trim_end_matches('/')),
    }
}
