//! What the preview tells the browser about a page: problems, where its source is, whether it is out of date.
//! Written into the page as data, so that page and problems are always of the same moment.

use rapidhash::v3::rapidhash_v3;
use serde::Serialize;

use super::editor::Editor;
use crate::diagnostic::{Diagnostic, Severity};
use crate::output::Content;
use crate::source::SourceText;
use crate::watch::{Failure, Live};

/// Of one page at one moment.
#[derive(Debug, Serialize)]
pub struct State<'a> {
    #[serde(flatten)]
    moment: Moment<'a>,
    #[serde(flatten)]
    page: Of<'a>,
}

/// What is the same for all pages. It passes with every round, so it makes no page another one: open pages hear of
/// it as events.
#[derive(Debug, Serialize)]
pub struct Moment<'a> {
    /// Which round of changes it is of.
    build: u64,
    /// Which run of the server.
    session: &'a str,
    /// What is wrong on the whole site.
    errors: usize,
    warnings: usize,
}

/// What is said of the page.
#[derive(Debug, Serialize)]
struct Of<'a> {
    /// Output path of the page.
    path: &'a str,
    /// The file that it is made from.
    source: Option<Spot>,
    /// What is wrong with the record on the page (on the page of problems: with all of them).
    problems: Vec<Problem>,
    /// Why it is not the page of the files as they are now: they cannot be read, or a template cannot be used.
    stale: Option<Stale>,
}

#[derive(Debug, Serialize)]
struct Stale {
    message: String,
    problems: Vec<Problem>,
    /// What it is where it is not the last good page, in a sentence.
    instead: Option<&'static str>,
}

/// A place that an editor can be sent to.
#[derive(Debug, Serialize)]
struct Spot {
    /// `adr/0001.md:3:9`.
    place: String,
    link: Option<String>,
}

#[derive(Debug, Serialize)]
struct Problem {
    severity: Severity,
    code: &'static str,
    message: String,
    help: Option<String>,
    #[serde(flatten)]
    spot: Spot,
    excerpt: Option<Excerpt>,
}

/// A line of the source, in three parts; the middle one is meant.
#[derive(Debug, Serialize)]
struct Excerpt {
    line: u32,
    parts: [String; 3],
}

/// What all states of a server share.
#[derive(Debug, Clone)]
pub struct Shared {
    /// The root, absolute.
    pub root: std::path::PathBuf,
    /// Which run of the server it is.
    pub session: String,
    /// What editors set in their terminals; see [`Editor::new`].
    pub terminal: [Option<String>; 3],
}

/// The state of an output, or of the page of all problems (`None`).
pub fn state<'a>(shared: &'a Shared, live: &'a Live, path: Option<&'a str>) -> State<'a> {
    let snapshot = &live.snapshot;
    let inputs = snapshot.inputs();
    let editor = Editor::new(
        inputs.config.preview.editor_url.as_deref(),
        shared.terminal.each_ref().map(Option::as_deref),
    );
    let told = Told { shared, editor, live };
    let moment = moment(&shared.session, live);
    let all = snapshot.diagnostics();
    if let Some((path, (source, why))) = path.and_then(|path| Some((path, snapshot.unreadable(path)?))) {
        let stale = told.unreadable(source, &why);
        let source = Some(told.spot(source, 1, 1));
        return State { moment, page: Of { path, source, problems: Vec::new(), stale: Some(stale) } };
    }
    let rendered = path.and_then(|path| snapshot.get(path));
    let of_page: &[Diagnostic] = rendered.as_ref().map_or(&[], |rendered| rendered.diagnostics.as_slice());
    let source = path.and_then(|path| snapshot.source(path));
    let problems: Vec<&Diagnostic> = match (path, source) {
        (None, _) => all.iter().collect(),
        (Some(_), Some(source)) => {
            let record = snapshot.record(source).map(|entry| &entry.record);
            let is_own = |of: &&Diagnostic| match record {
                Some(record) => record.files().any(|file| of.place.file == file),
                None => of.place.file == source,
            };
            all.iter().filter(is_own).chain(of_page).collect()
        }
        (Some(_), None) => of_page.iter().collect(),
    };
    let stale = match &live.failure {
        Some(failure) => Some(told.failure(failure)),
        None => {
            let broken = all.iter().chain(of_page).filter(|of| of.is_of_template());
            told.templates(broken.collect(), path)
        }
    };
    let problems = problems.into_iter().filter(|of| !of.is_of_template() || path.is_none());
    let page = Of {
        path: path.unwrap_or_default(),
        source: source.map(|file| told.spot(file, 1, 1)),
        problems: problems.map(|of| told.problem(of, None)).collect(),
        stale,
    };
    State { moment, page }
}

/// What all pages of this moment are told.
pub fn moment<'a>(session: &'a str, live: &Live) -> Moment<'a> {
    let all = live.snapshot.diagnostics();
    let count = |severity| all.iter().filter(|of| of.severity == severity).count();
    Moment { build: live.build, session, errors: count(Severity::Error), warnings: count(Severity::Warning) }
}

/// Where the blocks of a record's page stand in its source: for each how its text begins, and the link that
/// opens it. Empty for a page that is no record, and where no editor is known.
pub fn lines(shared: &Shared, live: &Live, path: &str) -> Vec<(String, String)> {
    let inputs = live.snapshot.inputs();
    let editor = Editor::new(
        inputs.config.preview.editor_url.as_deref(),
        shared.terminal.each_ref().map(Option::as_deref),
    );
    let Some(source) = live.snapshot.source(path) else { return Vec::new() };
    let (Some(entry), Some(text)) = (live.snapshot.record(source), inputs.text(source)) else {
        return Vec::new();
    };
    let blocks = crate::markdown::blocks(&text.text, entry.record.body_start..text.text.len());
    let link = |at| editor.link(&shared.root, source, text.line_column(at).0, 1);
    blocks.into_iter().filter_map(|(at, words)| Some((words, link(at)?))).collect()
}

struct Told<'a> {
    shared: &'a Shared,
    editor: Editor,
    live: &'a Live,
}

impl Told<'_> {
    fn failure(&self, failure: &Failure) -> Stale {
        let text = failure.source();
        let problems: Vec<Problem> =
            failure.diagnostics.iter().map(|of| self.problem(of, text.as_ref())).collect();
        let message = match problems.is_empty() {
            true => failure.message.clone(),
            false => "`annals.toml` cannot be used".to_owned(),
        };
        let is_blank = self.live.snapshot.is_blank();
        Stale { message, problems, instead: is_blank.then_some("The site shows as soon as this is mended.") }
    }

    fn unreadable(&self, source: &str, why: &[&Diagnostic]) -> Stale {
        let problems = why.iter().map(|of| self.problem(of, None)).collect();
        Stale { message: format!("`{source}` cannot be read"), problems, instead: None }
    }

    fn templates(&self, broken: Vec<&Diagnostic>, path: Option<&str>) -> Option<Stale> {
        let is_good = path.is_none_or(|path| self.live.snapshot.last_good(path).is_some());
        (!broken.is_empty()).then(|| Stale {
            message: "a template cannot be used".to_owned(),
            problems: broken.into_iter().map(|of| self.problem(of, None)).collect(),
            instead: (!is_good).then_some("What you see is made with the default theme."),
        })
    }

    fn problem(&self, of: &Diagnostic, text: Option<&SourceText>) -> Problem {
        let place = &of.place;
        let inputs = self.live.snapshot.inputs();
        // Templates are kept as bytes.
        let template = || {
            let bytes = inputs.theme.get(place.file.strip_prefix("theme/")?)?;
            Some(SourceText::new(place.file.as_str(), std::str::from_utf8(bytes).ok()?))
        };
        let excerpt = match text.or_else(|| inputs.text(&place.file)) {
            Some(text) => excerpt(of, text),
            None => template().and_then(|text| excerpt(of, &text)),
        };
        Problem {
            severity: of.severity,
            code: of.code,
            message: of.message.clone(),
            help: of.help.clone(),
            spot: self.spot(&place.file, place.line, place.column),
            excerpt,
        }
    }

    fn spot(&self, file: &str, line: u32, column: u32) -> Spot {
        let place = if line == 0 { file.to_owned() } else { format!("{file}:{line}:{column}") };
        Spot { place, link: self.editor.link(&self.shared.root, file, line, column) }
    }
}

/// The first line of a place. Longer lines are nothing to look at.
fn excerpt(of: &Diagnostic, text: &SourceText) -> Option<Excerpt> {
    let place = &of.place;
    if place.line == 0 {
        return None;
    }
    let line = text.line_span(place.line);
    if line.len() > 400 || line.is_empty() {
        return None;
    }
    let (_, column) = text.line_column(line.start);
    let start = place.span.start.clamp(line.start, line.end);
    // A template's error has line and column, and no span.
    let start = if place.span.is_empty() && place.column > column {
        let shown = text.text.get(line.clone())?;
        let ahead = shown.char_indices().nth(place.column as usize - 1).map_or(shown.len(), |(at, _)| at);
        line.start + ahead
    } else {
        start
    };
    let end = place.span.end.clamp(start, line.end);
    let part = |range| text.text.get(range).map(str::to_owned);
    Some(Excerpt {
        line: place.line,
        parts: [part(line.start..start)?, part(start..end)?, part(end..line.end)?],
    })
}

/// Script and state, put into a page, and a tag that is another one where the page or what is said of it is. What is
/// left when script and state are taken away is the page as built.
pub fn inject(html: &str, state: &State<'_>) -> (String, String) {
    let said = rapidhash_v3(&serde_json::to_vec(&state.page).unwrap_or_default());
    // The moment is no part of it, hence a weak one (RFC 9110, section 8.8.1).
    let tag = format!("W/\"{:016x}{said:016x}\"", rapidhash_v3(html.as_bytes()));
    let told = Tagged { tag: &tag, state };
    let json = serde_json::to_string(&told).unwrap_or_default();
    // In a script element only `<` can end it.
    let data = format!("{DATA_START}{}{DATA_END}", json.replace('<', "\\u003c"));
    let script = find(html, "<head>").map_or(0, |at| at + "<head>".len());
    let end = html.rfind("</body>").filter(|at| *at >= script).unwrap_or(html.len());
    ([&html[..script], SCRIPT, &html[script..end], &data, &html[end..]].concat(), tag)
}

#[derive(Serialize)]
struct Tagged<'a> {
    tag: &'a str,
    #[serde(flatten)]
    state: &'a State<'a>,
}

fn find(html: &str, tag: &str) -> Option<usize> {
    // A head stands near the top; a record's text, further down, may speak of heads.
    let mut end = html.len().min(2_000);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    html[..end].find(tag)
}

/// The whole of the preview that a page loads.
pub const SCRIPT: &str = "<script src=\"/@annals/client.js\" defer></script>";
const DATA_START: &str = "<script type=\"application/json\" id=\"annals-preview\">";
const DATA_END: &str = "</script>";

/// The bytes of an output: those that were made, or of the file that is copied.
pub fn bytes(content: &Content, root: &std::path::Path) -> std::io::Result<Vec<u8>> {
    match content {
        Content::Bytes(bytes) => Ok(bytes.clone()),
        Content::Copy(source) => std::fs::read(root.join(source)),
    }
}
