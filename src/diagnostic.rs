//! What is wrong, where, and how to mend it: one constructor for each code, so that this file alone
//! knows the wording. Printing is [`mod@print`]'s.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize};

use crate::record::State;
use crate::source::SourceText;

pub mod print;

/// How bad it is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The record says something that cannot be: the build exits 1.
    Error,
    /// Probably not what the author meant.
    Warning,
    /// Worth knowing; nothing to mend.
    Note,
}

/// One problem. `code` is stable and reads well after "allow".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Stable name, kebab-case: `unknown-status`.
    #[serde(deserialize_with = "known")]
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence, lower case, no full stop, values in backticks.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
    /// Where.
    pub place: Place,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Path relative to the root.
    pub file: String,
    /// 1-based line; 0 where the whole file is meant.
    pub line: u32,
    /// 1-based column in characters (Unicode scalar values); 0 where the whole file is meant.
    pub column: u32,
    /// Byte range in the text (after a byte order mark); empty where the whole file is meant.
    pub span: Range<usize>,
}

/// A diagnostic's stable name.
pub type Code = &'static str;

/// A code that an earlier build kept. Every one has a constructor below, so there are a few dozen of them
/// at most, and each is given its place in memory once.
fn known<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Code, D::Error> {
    static KNOWN: Mutex<BTreeSet<Code>> = Mutex::new(BTreeSet::new());
    let code = String::deserialize(deserializer)?;
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(code) = known.get(code.as_str()) {
        return Ok(code);
    }
    let code: Code = Box::leak(code.into_boxed_str());
    known.insert(code);
    Ok(code)
}

/// By place, so that the order is the same whatever thread was first; what several pages found alike (a broken
/// template fails on each) is said once.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    fn key(of: &Diagnostic) -> (&str, u32, u32, Code, &str) {
        (&of.place.file, of.place.line, of.place.column, of.code, &of.message)
    }
    diagnostics.sort_by(|a, b| key(a).cmp(&key(b)));
    diagnostics.dedup();
}

impl Place {
    /// The whole file.
    pub fn file(path: &str) -> Place {
        Place { file: path.to_owned(), line: 0, column: 0, span: 0..0 }
    }

    /// A byte range of a text.
    pub fn span(text: &SourceText, span: Range<usize>) -> Place {
        let (line, column) = text.line_column(span.start);
        Place { file: text.path.clone(), line, column, span }
    }
}

impl Diagnostic {
    fn new(severity: Severity, code: &'static str, place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic { code, severity, message: message.into(), help: None, place }
    }

    fn error(code: &'static str, place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Error, code, place, message)
    }

    fn warning(code: &'static str, place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Warning, code, place, message)
    }

    fn note(code: &'static str, place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(Severity::Note, code, place, message)
    }

    fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// True where it is about this file, or about a folder that the file lies in.
    pub fn is_about(&self, path: &str) -> bool {
        !self.place.file.is_empty() && std::path::Path::new(path).starts_with(&self.place.file)
    }

    /// True where it says that a template cannot be used.
    pub fn is_of_template(&self) -> bool {
        matches!(self.code, "template-error" | "template-not-utf8")
    }
}

// The constructors, alphabetical by code. Each is the one place that knows its wording.

/// Day and month could be swapped, and no setting says which comes first.
pub fn ambiguous_date(place: Place, written: &str, read_as: &str) -> Diagnostic {
    Diagnostic::warning(
        "ambiguous-date",
        place,
        format!("`{written}` is read as {read_as}, but day and month could be swapped"),
    )
    .help("write it as `YYYY-MM-DD`, or set `date-order` of the collection in `annals.toml`")
}

/// A relation's target is the name of several records.
pub fn ambiguous_relation(place: Place, target: &str, holders: &[&str]) -> Diagnostic {
    Diagnostic::warning("ambiguous-relation", place, format!("`{target}` is the name of several records"))
        .help(format!("write the file name: `{}`", holders.join("` or `")))
}

/// `annals.toml` does not parse, or says something that cannot be; `message` is the parser's.
pub fn bad_config(place: Place, message: impl Into<String>, help: Option<String>) -> Diagnostic {
    Diagnostic { help, ..Diagnostic::error("bad-config", place, message) }
}

/// A value that should be a date and is none.
pub fn bad_date(place: Place, key: &str, written: &str, reason: &str) -> Diagnostic {
    Diagnostic::warning("bad-date", place, format!("`{written}` under `{key}` is {reason}"))
        .help("write dates as `YYYY-MM-DD`")
}

/// A mermaid block that cannot be drawn.
pub fn bad_diagram(text: &SourceText, span: Range<usize>, problem: &str) -> Diagnostic {
    let message = format!("this diagram cannot be drawn: {problem}");
    Diagnostic::warning("bad-diagram", Place::span(text, span), message).help("its source is shown instead")
}

/// A formula that cannot be typeset.
pub fn bad_formula(text: &SourceText, span: Range<usize>, problem: &str) -> Diagnostic {
    let message = format!("this formula cannot be typeset: {problem}");
    Diagnostic::warning("bad-formula", Place::span(text, span), message).help("its source is shown instead")
}

/// A link's `#anchor` is no heading or id; `page` is the file it would be in, `None` for the same one.
pub fn broken_anchor(place: Place, anchor: &str, page: Option<&str>, help: Option<String>) -> Diagnostic {
    let page = page.map_or_else(|| "this record".to_owned(), |page| format!("`{page}`"));
    Diagnostic {
        help,
        ..Diagnostic::warning("broken-anchor", place, format!("{page} has no heading or id `#{anchor}`"))
    }
}

/// An image is not there.
pub fn broken_image(place: Place, destination: &str, help: Option<String>) -> Diagnostic {
    Diagnostic {
        help,
        ..Diagnostic::warning("broken-image", place, format!("there is no image at `{destination}`"))
    }
}

/// A link leads nowhere, or only after a repair that `help` tells.
pub fn broken_link(place: Place, destination: &str, help: Option<String>) -> Diagnostic {
    let message = match destination.trim().is_empty() {
        true => "the link has no destination".to_owned(),
        false => format!("nothing is at `{destination}`"),
    };
    Diagnostic { help, ..Diagnostic::warning("broken-link", place, message) }
}

/// One commit gives many records a status, so that its day is not that of their decisions.
pub fn bulk_status_commit(place: Place, commit: &str, day: Option<Date>, records: usize) -> Diagnostic {
    let commit = commit.get(..8).unwrap_or(commit);
    let of = day.map(|day| format!(" of {day}")).unwrap_or_default();
    Diagnostic::note(
        "bulk-status-commit",
        place,
        format!(
            "commit `{commit}`{of} gives {records} records a status at once: those dates are approximate"
        ),
    )
    .help("a date in a record, such as `decided: YYYY-MM-DD`, goes before that of a commit")
}

/// Two output paths that are one on a file system that ignores case.
pub fn case_collision(file: &str, path: &str, first: &str) -> Diagnostic {
    Diagnostic::warning(
        "case-collision",
        Place::file(file),
        format!("`{path}` and `{first}` differ only in case: where that does not count, one hides the other"),
    )
    .help("rename one of the files")
}

/// A record that holds, or is being written, builds on one that no longer stands; `heads` are those that do.
pub fn cites_superseded(place: Place, cited: &str, heads: &[String]) -> Diagnostic {
    let heads = heads.join("`, `");
    Diagnostic::note("cites-superseded", place, format!("`{cited}`, cited here, is superseded"))
        .help(format!("cite `{heads}`, which stands in its place today"))
}

/// A configured collection whose folder is not there or holds no record.
pub fn collection_without_records(key: &str, path: &str) -> Diagnostic {
    Diagnostic::error(
        "collection-without-records",
        Place::file("annals.toml"),
        format!("collection `{key}` has no record: nothing in `{path}` is one"),
    )
    .help("correct `path` of the collection in `annals.toml`, relative to the root")
}

/// Two dates of a record that cannot be in this order: key and day of the one that should be later, and of
/// the other.
pub fn date_order(place: Place, later: (&str, Date), earlier: (&str, Date)) -> Diagnostic {
    let ((key, day), (other, before)) = (later, earlier);
    Diagnostic::warning("date-order", place, format!("`{key}` is {day}, before `{other}`, which is {before}"))
        .help("correct one of them")
}

/// A key that stands twice in one front matter.
pub fn duplicate_key(place: Place, key: &str) -> Diagnostic {
    Diagnostic::error("duplicate-key", place, format!("`{key}` stands twice; the first one counts"))
        .help("remove one of them")
}

/// Records of one collection share a number; `others` are the files of the others.
pub fn duplicate_number(file: &str, number: &str, others: &[&str]) -> Diagnostic {
    Diagnostic::warning(
        "duplicate-number",
        Place::file(file),
        format!("number `{number}` is also that of `{}`", others.join("`, `")),
    )
    .help("give one of them the next free number; until then each is addressed by its file name")
}

/// Two collections whose records people would cite in the same words.
pub fn duplicate_prefix(prefix: &str, first: &str, second: &str) -> Diagnostic {
    Diagnostic::note(
        "duplicate-prefix",
        Place::file("annals.toml"),
        format!("`{first}` and `{second}` both go by `{prefix}`"),
    )
    .help("set a `prefix` for one of them in `annals.toml` if plain references should be links")
}

/// A file name that is not UTF-8; `shown` is its closest reading.
pub fn file_name_not_utf8(shown: &str) -> Diagnostic {
    Diagnostic::error(
        "file-name-not-utf8",
        Place::file(shown),
        "the file's name is not UTF-8: it was left out",
    )
    .help("rename the file")
}

/// A file over the size limit, of which only the beginning was read. Sizes in bytes.
pub fn file_too_large(place: Place, len: u64, limit: u64) -> Diagnostic {
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    let message = format!("{:.1} MiB is more than a record can have: what follows here was cut", mib(len));
    Diagnostic::error("file-too-large", place, message)
        .help(format!("keep the file under {:.0} MiB; move data into files beside it", mib(limit)))
}

/// Front matter that is a string or a list.
pub fn front_matter_not_a_map(place: Place) -> Diagnostic {
    Diagnostic::error("front-matter-not-a-map", place, "front matter holds no `key: value` lines")
        .help("write one `key: value` per line between the `---` lines")
}

/// No configuration and no remote names the repository; the records' own links do.
pub fn inferred_repository(repository: &str) -> Diagnostic {
    Diagnostic::note(
        "inferred-repository",
        Place::file("annals.toml"),
        format!("the records' own links say that they live in `{repository}`"),
    )
    .help("set `repository` under `[site]` in `annals.toml` to be sure")
}

/// State of a whole collection that no record states, and the rule it comes from.
pub fn inferred_state(path: &str, state: &str, reason: &str) -> Diagnostic {
    Diagnostic::note(
        "inferred-state",
        Place::file(path),
        format!("records of `{path}` state no status and count as `{state}`: {reason}"),
    )
    .help("set `default-state` of the collection in `annals.toml` to say so, or to say otherwise")
}

/// Front matter that its parser refuses.
pub fn invalid_front_matter(place: Place, words: &str) -> Diagnostic {
    Diagnostic::error("invalid-front-matter", place, format!("front matter is not valid: {words}"))
    .help("put values with `: `, a leading `@`, `[` or `{` in quotes; keys that can be read line by line still count")
}

/// The same thing said twice in one record, differently.
pub fn metadata_disagrees(place: Place, field: &str, here: &str, first: &str) -> Diagnostic {
    Diagnostic::warning(
        "metadata-disagrees",
        place,
        format!("{field} is `{here}` here and `{first}` before; the first one counts"),
    )
    .help("say it once")
}

/// A record that says nowhere where it stands.
pub fn missing_status(file: &str) -> Diagnostic {
    Diagnostic::note("missing-status", Place::file(file), "no status is stated").help(
        "add `status: draft` to the front matter, or set `default-state` of the collection in `annals.toml`",
    )
}

/// A record without a title.
pub fn missing_title(file: &str, shown: &str) -> Diagnostic {
    Diagnostic::note(
        "missing-title",
        Place::file(file),
        format!("no title is given; `{shown}` is taken from the file name"),
    )
    .help("add `title:` to the front matter, or a first heading")
}

/// The sitemap needs absolute addresses, and the site does not know its own.
pub fn no_base_url() -> Diagnostic {
    Diagnostic::note(
        "no-base-url",
        Place::file("annals.toml"),
        "no base URL is set: `sitemap.xml` is left out and feeds use `tag:` and relative addresses",
    )
    .help("set `base-url` under `[site]` in `annals.toml`, or pass `--base-url`")
}

/// A language whose words the search cannot bring to their stems.
pub fn no_stemmer(language: &str, known: &str) -> Diagnostic {
    Diagnostic::note(
        "no-stemmer",
        Place::file("annals.toml"),
        format!("the search knows no stems of the language `{language}`: it finds words as they are written"),
    )
    .help(format!("there are stems for {known}"))
}

/// Bytes that are not UTF-8, from `place` on; `what` says what they seem to be.
pub fn not_utf8(place: Place, what: &str) -> Diagnostic {
    Diagnostic::error("not-utf8", place, format!("{what}: what could not be read is shown as `\u{fffd}`"))
        .help("save the file as UTF-8")
}

/// A NUL character in a text.
pub fn nul_character(place: Place) -> Diagnostic {
    Diagnostic::error("nul-character", place, "a NUL character: it is shown as `\u{fffd}`")
        .help("save the file as UTF-8 text")
}

/// The metadata's number is not the file name's.
pub fn number_mismatch(place: Place, here: &str, name: &str) -> Diagnostic {
    Diagnostic::warning(
        "number-mismatch",
        place,
        format!("the number is `{here}` here and `{name}` in the file's name"),
    )
    .help("make them agree")
}

/// One record supersedes another, and only one of them says so. `place` is where the other should.
pub fn one_sided_supersede(place: Place, message: String, help: String) -> Diagnostic {
    Diagnostic::warning("one-sided-supersede", place, message).help(help)
}

/// Two things want the same output path; the first one has it.
pub fn page_collision(file: &str, path: &str, winner: &str, loser: &str) -> Diagnostic {
    Diagnostic::error(
        "page-collision",
        Place::file(file),
        format!("`{path}` is claimed by {winner} and by {loser}; the first one is published"),
    )
    .help("rename one of them, or move it to another folder")
}

/// A record relates to itself.
pub fn self_relation(place: Place, kind: &str) -> Diagnostic {
    Diagnostic::warning("self-relation", place, format!("`{kind}` names this very record"))
        .help("name the other record, or remove the line")
}

/// The record's own status and that of the folder it lies in differ.
pub fn status_not_folder(place: Place, status: &str, folder: &str) -> Diagnostic {
    Diagnostic::warning(
        "status-not-folder",
        place,
        format!("the status is `{status}`, but the record lies in `{folder}`; the status counts"),
    )
    .help("correct the status, or move the file")
}

/// Records supersede each other in a circle; `path` names them in order.
pub fn supersede_cycle(place: Place, path: &[String]) -> Diagnostic {
    Diagnostic::error(
        "supersede-cycle",
        place,
        format!("these records supersede each other in a circle: `{}`", path.join("` → `")),
    )
    .help("remove one of the relations: no decision stands where each is superseded")
}

/// A record gives way to one that does not hold.
pub fn superseded_by_not_in_force(place: Place, successor: &str, state: State) -> Diagnostic {
    Diagnostic::warning(
        "superseded-by-not-in-force",
        place,
        format!("superseded by `{successor}`, which is `{state}`: no decision stands here"),
    )
    .help("name the record that holds today, or give this one its former status back")
}

/// One file holds many records, each under a heading of its own.
pub fn several_records(place: Place, count: usize) -> Diagnostic {
    Diagnostic::warning(
        "several-records",
        place,
        format!("this file holds {count} records; they are published as one page without a status"),
    )
    .help("give each record a file of its own")
}

/// A succession that was to come is still announced though the successor has been decided.
pub fn stale_succession(place: Place, successor: &str, state: State) -> Diagnostic {
    Diagnostic::warning(
        "stale-succession",
        place,
        format!("to be superseded by `{successor}`, which is `{state}` by now"),
    )
    .help("change the status to `superseded`, or remove the announcement")
}

/// A record says that it is superseded, and nothing says by what.
pub fn superseded_without_successor(place: Place) -> Diagnostic {
    Diagnostic::warning("superseded-without-successor", place, "superseded, but nothing says by which record")
        .help("name its successor under `superseded-by`")
}

/// Another working tree of the same repository in a folder below the root.
pub fn worktree(path: &str) -> Diagnostic {
    Diagnostic::note(
        "worktree",
        Place::file(path),
        "another working tree of this repository: it is skipped, as its records are those of the root",
    )
}

/// A symbolic link whose target is missing.
pub fn symlink_broken(path: &str) -> Diagnostic {
    Diagnostic::warning(
        "symlink-broken",
        Place::file(path),
        "the symbolic link leads nowhere: it was left out",
    )
}

/// A symbolic link that leads to itself or to a folder it lies in.
pub fn symlink_loop(path: &str) -> Diagnostic {
    Diagnostic::warning(
        "symlink-loop",
        Place::file(path),
        "the symbolic link makes a loop: it was not followed",
    )
}

/// A symbolic link whose target is not under the root. The target is not named: it is outside.
pub fn symlink_outside(path: &str) -> Diagnostic {
    Diagnostic::error(
        "symlink-outside",
        Place::file(path),
        "the symbolic link leaves the root: it was not followed",
    )
    .help("copy the file into the repository")
}

/// A template of the theme does not parse or fails on a page; the default theme's serves instead.
pub fn template_error(file: &str, line: u32, column: u32, span: Range<usize>, message: &str) -> Diagnostic {
    Diagnostic::error(
        "template-error",
        Place { file: file.to_owned(), line, column, span },
        message.to_owned(),
    )
}

/// A template that is no text.
pub fn template_not_utf8(file: &str) -> Diagnostic {
    Diagnostic::error("template-not-utf8", Place::file(file), format!("`{file}` is not UTF-8 text"))
        .help("save it as UTF-8")
}

/// Text of the template that nobody replaced.
pub fn template_text_left(place: Place, text: &str) -> Diagnostic {
    Diagnostic::warning("template-text-left", place, format!("`{text}` is the template's text"))
        .help("replace or remove it")
}

/// A file of the site's theme folder that nothing looks at.
pub fn theme_file_unused(file: &str) -> Diagnostic {
    Diagnostic::warning("theme-file-unused", Place::file(file), format!("`{file}` is not used"))
        .help("templates belong in `theme/templates/`, everything else in `theme/static/`")
}

/// A comment without an end hides the rest of the record.
pub fn unclosed_comment(text: &SourceText, span: Range<usize>) -> Diagnostic {
    let message = "this comment has no end and hides the rest of the record";
    Diagnostic::warning("unclosed-comment", Place::span(text, span), message).help("close it with `-->`")
}

/// Front matter whose closing delimiter is missing.
pub fn unclosed_front_matter(place: Place, delimiter: &str) -> Diagnostic {
    Diagnostic::error(
        "unclosed-front-matter",
        place,
        format!("front matter opened with `{delimiter}` is not closed"),
    )
    .help(format!("add a line with `{delimiter}` after the last key"))
}

/// A tag that is no HTML element stands in prose, most likely a type: `Vec<T>`.
pub fn unknown_html_tag(text: &SourceText, span: Range<usize>, name: &str) -> Diagnostic {
    Diagnostic::note(
        "unknown-html-tag",
        Place::span(text, span),
        format!("`<{name}>` is not an HTML element and is shown as text"),
    )
    .help("write it in backticks, or with `\\<`")
}

/// A key of the metadata that means nothing, and is a slip away from one that does.
pub fn unknown_key(place: Place, key: &str, meant: &str) -> Diagnostic {
    Diagnostic::warning("unknown-key", place, format!("`{key}` is not a known key"))
        .help(format!("did you mean `{meant}`?"))
}

/// The code of [`unknown_status`].
pub const UNKNOWN_STATUS: &str = "unknown-status";

/// Files that the help of one problem lists.
const MOST_FILES: usize = 3;

/// Adds to the help which other files have the same problem.
pub fn used_elsewhere(problem: &mut Diagnostic, files: &[String]) {
    let listed: Vec<String> = files.iter().take(MOST_FILES).map(|file| format!("`{file}`")).collect();
    let more = match files.len().saturating_sub(MOST_FILES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let also = format!("also in {}{more}", listed.join(", "));
    problem.help = Some(match problem.help.take() {
        Some(help) => format!("{help}; {also}"),
        None => also,
    });
}

/// A status in words that no state has.
pub fn unknown_status(place: Place, label: &str, suggestion: Option<&str>) -> Diagnostic {
    Diagnostic::warning(UNKNOWN_STATUS, place, format!("status `{label}` is not known"))
    .help(match suggestion {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("add `\"{label}\" = \"draft\"` (or another state) under `statuses` of the collection in `annals.toml`"),
        })
}

/// A file that the system would not read; `reason` is the system's.
pub fn unreadable_file(path: &str, reason: &str) -> Diagnostic {
    Diagnostic::error("unreadable-file", Place::file(path), format!("cannot be read: {reason}"))
}

/// An SVG picture that cannot be read, so that nobody knows what it would run; `reason` is the parser's.
pub fn unreadable_svg(file: &str, reason: &str) -> Diagnostic {
    Diagnostic::warning(
        "unreadable-svg",
        Place::file(file),
        format!("this picture is not published: {reason}"),
    )
    .help("a note stands in its place")
}

/// A relation names a record that is not there.
pub fn unresolved_relation(place: Place, kind: &str, target: &str, help: Option<String>) -> Diagnostic {
    Diagnostic {
        help,
        ..Diagnostic::warning(
            "unresolved-relation",
            place,
            format!("`{kind}` names `{target}`, and no record has that name"),
        )
    }
}

/// A link that would run something, or open the reader's own files.
pub fn unsafe_link(place: Place, scheme: &str) -> Diagnostic {
    Diagnostic::warning("unsafe-link", place, format!("links with `{scheme}:` are not published"))
        .help("link to an address on the web, or to a file beside the record")
}

/// An SVG picture that would run something where it is opened by itself; `what` was cut out of the copy.
pub fn unsafe_svg(text: &SourceText, span: Range<usize>, what: &str) -> Diagnostic {
    Diagnostic::warning("unsafe-svg", Place::span(text, span), format!("`{what}` could run a script"))
        .help("the published picture goes without it")
}

/// A footnote that nothing refers to is not shown.
pub fn unused_footnote(text: &SourceText, span: Range<usize>, name: &str) -> Diagnostic {
    let message = format!("nothing refers to the footnote `{name}`, so it is not shown");
    Diagnostic::note("unused-footnote", Place::span(text, span), message)
        .help(format!("refer to it with `[^{name}]`"))
}
