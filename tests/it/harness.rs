//! A site as a value: files in memory in, diagnostics and pages out. No disk, no process, no clock.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use annals::config::{self, Config};
use annals::diagnostic::{Diagnostic, Severity};
use annals::output::Content;
use annals::render;
use annals::source::{self, CONFIG, File, Inputs, Kind, SourceText};
use expect_test::Expect;
use jiff::civil::date;

/// Builds the files that `-- path --` lines separate in `site`, and compares every diagnostic, and the pages of
/// `shown`, with what is expected: of an HTML page its `<main>`, of any other file all of it.
pub fn check(site: &str, shown: &[&str], expected: Expect) {
    let built = build(&files(site));
    let mut text = built.diagnostics();
    for path in shown {
        let _ = write!(text, "-- {path} --\n{}", built.shown(path));
    }
    expected.assert_eq(&text);
}

/// Files by path, from one text in which `-- path --` lines separate them (the txtar convention).
pub fn files(text: &str) -> BTreeMap<String, Vec<u8>> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut current = None;
    for line in text.split_inclusive('\n') {
        let name = line.trim_end().strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --"));
        match (name, &current) {
            (Some(name), _) => {
                files.insert(name.to_owned(), Vec::new());
                current = Some(name.to_owned());
            }
            (None, Some(path)) => {
                files.entry(path.clone()).or_default().extend_from_slice(line.as_bytes());
            }
            (None, None) => assert!(line.trim().is_empty(), "text before the first `-- path --`: {line}"),
        }
    }
    files
}

/// What a build gives.
pub struct Built {
    diagnostics: Vec<Diagnostic>,
    /// Every file of the site by path.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Built {
    /// One line for each diagnostic, and one for its help.
    pub fn diagnostics(&self) -> String {
        let mut text = String::new();
        for Diagnostic { code, severity, message, help, place } in &self.diagnostics {
            let severity = match severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            };
            let _ = writeln!(
                text,
                "{}:{}:{}: {severity}[{code}]: {message}",
                place.file, place.line, place.column
            );
            if let Some(help) = help {
                let _ = writeln!(text, "  help: {help}");
            }
        }
        text
    }

    /// The part of a file that a test is about: of a page its `<main>`, so that a change of the frame around it
    /// does not touch every expectation.
    pub fn shown(&self, path: &str) -> String {
        let Some(bytes) = self.files.get(path) else {
            return format!("(the site has no `{path}`)\n");
        };
        let text = String::from_utf8_lossy(bytes);
        let main = path.ends_with(".html").then(|| text.find("<main").zip(text.find("</main>"))).flatten();
        match main {
            Some((start, end)) => format!("{}</main>\n", &text[start..end]),
            None => text.into_owned(),
        }
    }
}

/// Builds files in memory, on 24 November 2026, without git.
pub fn build(files: &BTreeMap<String, Vec<u8>>) -> Built {
    let (inputs, mut diagnostics) = inputs(files);
    let inputs = Arc::new(inputs);
    let memory = &mut annals::Memory::default();
    let (mut setting, problems) = annals::prepare(Path::new("/there is no such folder"), &inputs, memory);
    diagnostics.extend(problems);
    let index = annals::search::files(&setting.plan.catalog, &inputs).unwrap();
    diagnostics.extend(setting.plan.add_search(index));
    let mut made = BTreeMap::new();
    for path in setting.plan.pages.keys() {
        let rendered = render::render(&setting, path).unwrap();
        diagnostics.extend(rendered.diagnostics);
        let bytes = match rendered.content {
            Content::Bytes(bytes) => bytes,
            Content::Copy(source) => files.get(&source).cloned().unwrap_or_default(),
        };
        made.insert(path.clone(), bytes);
    }
    let place = |of: &Diagnostic| (of.place.file.clone(), of.place.span.start, of.code, of.message.clone());
    diagnostics.sort_by_key(place);
    diagnostics.dedup();
    Built { diagnostics, files: made }
}

pub fn inputs(files: &BTreeMap<String, Vec<u8>>) -> (Inputs, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut config = Config::default();
    if let Some(bytes) = files.get(CONFIG) {
        match config::parse(&SourceText::new(CONFIG, String::from_utf8_lossy(bytes))) {
            Ok(read) => config = read,
            Err((_, problems)) => diagnostics.extend(problems),
        }
    }
    let theme = files
        .iter()
        .filter_map(|(path, bytes)| Some((path.strip_prefix("theme/")?.to_owned(), bytes.clone())));
    let texts = files.iter().filter(|(path, _)| !path.starts_with("theme/")).map(|(path, bytes)| {
        let is_text = [".md", ".svg", ".yaml", ".yml"].iter().any(|ending| path.ends_with(ending));
        let file = match std::str::from_utf8(bytes) {
            Ok(text) if source::kind(path) == Kind::Plain => {
                let markdown = source::to_markdown(path, text).unwrap_or_default();
                File::Text(Arc::new(SourceText::new(path, markdown)))
            }
            Ok(text) if is_text => File::Text(Arc::new(SourceText::new(path, text))),
            _ => File::Asset { len: bytes.len() as u64 },
        };
        (path.clone(), file)
    });
    let inputs = Inputs {
        files: texts.collect(),
        config,
        theme: theme.collect(),
        today: date(2026, 11, 24),
        aliases: BTreeMap::new(),
        drafts: false,
        root_name: "acme".to_owned(),
        diagnostics: Vec::new(),
    };
    (inputs, diagnostics)
}
