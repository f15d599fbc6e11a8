//! `annals build`.

use std::io;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::progress::with_progress;
use super::{OUTPUT, before, tell, width};
use crate::collection::Skipped;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::print::{self, Format, Printing};
use crate::error::{Error, plural};
use crate::progress::Progress;
use crate::source::Inputs;
use crate::{BuildOptions, Outcome};

/// Builds a static site from the records below ROOT: any folder or repository with markdown RFCs or ADRs.
///
/// Collections are found without configuration; `annals.toml` in ROOT refines them. Whatever can be
/// published is published; the exit status is 1 when records have errors.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    annals build                                  the current folder, into site/\n  \
    annals build ../decisions -o public --strict  write nothing if there is any error\n  \
    annals build --base-url https://example.org/decisions/\n  \
    annals build --format github                  problems beside the lines of a pull request")]
pub struct Build {
    /// Folder with the records, or the repository they are in
    #[arg(default_value = ".")]
    pub(super) root: PathBuf,
    /// Folder for the site: new, empty, or written by an earlier build
    #[arg(short, long, value_name = "DIR", default_value = OUTPUT)]
    output: PathBuf,
    /// Address the site will have, for feeds and the sitemap
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Publish records that say `draft: true` too
    #[arg(long)]
    drafts: bool,
    /// Write nothing when there is any error
    #[arg(long)]
    strict: bool,
    /// Open the site in a browser
    #[arg(long)]
    open: bool,
    /// How problems are printed; all but `full` go to stdout
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Print every problem, notes too
    #[arg(long)]
    all: bool,
    /// List the markdown files that are no records
    #[arg(short, long)]
    verbose: bool,
}

impl Build {
    /// Builds, says what was done and what is wrong.
    pub fn run(self) -> Result<u8, Error> {
        let start = Instant::now();
        let options = BuildOptions {
            output: self.output.clone(),
            base_url: self.base_url.clone(),
            drafts: self.drafts,
            strict: self.strict,
            progress: Progress::default(),
        };
        let build = || crate::build(&self.root, &options);
        let (inputs, outcome) = with_progress(&options.progress, build)?;
        self.problems(&outcome, &inputs)?;
        let error = self.summary(&outcome, start);
        if let Some(error) = error {
            return Err(error);
        }
        if self.open {
            super::open(&self.output.join("index.html").to_string_lossy());
        }
        Ok(u8::from(outcome.errors() > 0))
    }

    fn problems(&self, outcome: &Outcome, inputs: &Inputs) -> Result<(), Error> {
        let diagnostics: Vec<&Diagnostic> = outcome.diagnostics.iter().collect();
        let before = before(&self.root);
        let theme = inputs.theme_texts();
        let printing = Printing {
            format: self.format,
            before: &before,
            all: self.all,
            width: width(&io::stderr()),
            text: &|path| inputs.text(path).or_else(|| theme.get(path)),
        };
        let mut printed = Vec::new();
        // Writing to memory does not fail.
        let _ = print::print(&mut printed, &diagnostics, &printing);
        match self.format {
            Format::Full => {
                let _ = io::Write::write_all(&mut anstream::stderr().lock(), &printed);
                Ok(())
            }
            _ => super::put(&printed),
        }
    }

    fn summary(&self, outcome: &Outcome, start: Instant) -> Option<Error> {
        let collections: Vec<String> = outcome
            .collections
            .iter()
            .map(|(title, count)| format!("{} {}", plural(*count, "record"), format_args!("in {title}")))
            .collect();
        match collections.as_slice() {
            [] => tell(format_args!("no records were found in `{}`", self.root.display())),
            some => tell(format_args!("{}", some.join(", "))),
        }
        super::tell_formats(&outcome.formats);
        if !outcome.skipped.is_empty() {
            tell(format_args!(
                "{} left out{}",
                plural(outcome.skipped.len(), "markdown file"),
                if self.verbose { ":" } else { "; `--verbose` says which and why" }
            ));
            let before = before(&self.root);
            if self.verbose {
                for Skipped { path, reason, .. } in &outcome.skipped {
                    tell(format_args!(
                        "  {}{}: {}",
                        print::visible(&before),
                        print::visible(path),
                        print::visible(reason)
                    ));
                }
            } else {
                super::tell_skipped(&outcome.skipped, &before);
            }
        }
        if outcome.drafts > 0 {
            tell(format_args!("{} left out; `--drafts` publishes them", plural(outcome.drafts, "draft")));
        }
        if let Some(note) = &outcome.history {
            tell(format_args!("{note}"));
        }
        let diagnostics: Vec<&Diagnostic> = outcome.diagnostics.iter().collect();
        let count = print::count(&diagnostics);
        if !count.is_empty() {
            tell(format_args!("{count}"));
        }
        let time = start.elapsed().as_secs_f64();
        let Some(written) = outcome.written else {
            return Some(Error::Strict { errors: outcome.errors() });
        };
        let index = self.output.join("index.html");
        match (written.written, written.removed) {
            (0, 0) => tell(format_args!(
                "nothing changed ({}, {time:.2} s): {}",
                plural(written.unchanged, "file"),
                index.display()
            )),
            (some, gone) => {
                let gone = if gone > 0 { format!(", {gone} removed") } else { String::new() };
                let same = if written.unchanged > 0 {
                    format!(", {} unchanged", written.unchanged)
                } else {
                    String::new()
                };
                tell(format_args!(
                    "wrote {}{same}{gone} in {time:.2} s: open {}",
                    plural(some, "file"),
                    index.display()
                ));
            }
        }
        None
    }
}
