//! The theme: the embedded default layered with the site's own `theme/` folder. The only user of
//! `include_dir`, and with [`crate::render`] of tera. Knows nothing of records or pages.
//!
//! Layout, in both layers: `templates/` (tera) and `static/` (copied, with the content's hash in the
//! name). A site's file stands in for the default one of the same name, and can still build on it:
//! the default template `record.html` is also called `default/record.html`, so an override may start with
//! `{% extends "default/record.html" %}`; a style sheet that overrides `style.css` may
//! `@import url("default/style.css")`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use include_dir::{Dir, include_dir};
use jiff::civil::Date;
use serde::Serialize;
use tera::{ErrorKind, Kwargs, State, Tera, Value};

use crate::diagnostic::{self, Diagnostic};

static DEFAULT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// What tera looks in when the site has no template of that name.
const PREFIX: &str = "default/";

/// What templates read, converted once for all the pages that it stands on.
pub type Shared = Value;

/// Converts a view's part for templates.
pub fn shared(part: &impl Serialize) -> Shared {
    Value::from_serializable(part)
}

/// A theme, ready to render.
pub struct Theme {
    /// The site's templates over the default ones.
    tera: Tera,
    /// The default ones alone, for pages that a site's template fails on; `None` where the site has none.
    fallback: Option<Tera>,
    /// The site's own templates, to tell whose fault an error is.
    own: BTreeSet<String>,
    /// A template could not be used, in loading it or on a page.
    broken: AtomicBool,
    /// Files to publish: output path → bytes.
    pub files: BTreeMap<String, Cow<'static, [u8]>>,
    /// Name below `static/` → output path: `style.css` → `static/style.1a2b3c4d.css`.
    pub names: BTreeMap<String, String>,
}

/// Layers the site's `theme/` folder (path below it → bytes) over the default theme. A template that
/// does not parse is reported and left out, so that the default one serves instead.
pub fn load(overrides: &BTreeMap<String, Vec<u8>>) -> (Theme, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let base = default_templates();

    let mut own = BTreeMap::new();
    for (path, bytes) in overrides {
        match (path.strip_prefix("templates/"), std::str::from_utf8(bytes)) {
            (Some(name), Ok(text)) => drop(own.insert(name.to_owned(), text)),
            (Some(_), Err(_)) => diagnostics.push(diagnostic::template_not_utf8(&format!("theme/{path}"))),
            (None, _) if path.starts_with("static/") => {}
            (None, _) => diagnostics.push(diagnostic::theme_file_unused(&format!("theme/{path}"))),
        }
    }

    // Tera checks all templates together, so one bad template would take the good ones with it: leave
    // out whichever is blamed until the rest stands.
    let mut tera = base.clone();
    while let Err(error) = tera.add_raw_templates(own.iter()) {
        let problem = Problem::of(&error);
        match problem.template.as_ref().filter(|name| own.contains_key(*name)).cloned() {
            Some(name) => {
                diagnostics.push(problem.diagnostic(&own));
                own.remove(&name);
            }
            None => {
                diagnostics.push(problem.diagnostic(&own));
                own.clear();
                break;
            }
        }
        tera = base.clone();
    }
    let fallback = (!own.is_empty()).then_some(base);
    let own = own.into_keys().collect();

    let (files, names) = publish(statics(overrides));
    let broken = AtomicBool::new(diagnostics.iter().any(Diagnostic::is_of_template));
    (Theme { tera, fallback, own, broken, files, names }, diagnostics)
}

impl Theme {
    /// Renders a template (by its file name). Where a site's own template fails, the default theme
    /// renders the page instead and the failure is the second value. Where the default theme fails
    /// there is no page, only the failure.
    pub fn render(&self, template: &str, context: &tera::Context) -> (Option<String>, Option<Diagnostic>) {
        let problem = match self.tera.render(template, context) {
            Ok(text) => return (Some(text), None),
            Err(error) => Problem::of(&error),
        };
        self.broken.store(true, Ordering::Relaxed);
        let own = self.own.iter().map(|name| (name.clone(), "")).collect();
        let text = self.fallback.as_ref().and_then(|tera| tera.render(template, context).ok());
        (text, Some(problem.diagnostic(&own)))
    }

    /// True where a template could not be used, as far as that is known from the pages that were rendered.
    pub fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    /// True where the theme has a template of this name.
    pub fn has(&self, template: &str) -> bool {
        self.tera.contains_template(template)
    }
}

/// A tera with the embedded templates and the filters of the theme contract.
fn default_templates() -> Tera {
    let mut tera = Tera::new();
    tera.register_filter("capital", |text: &str, _: Kwargs, _: &State| capital(text));
    tera.register_filter("date", date);
    tera.register_filter("month", month);
    tera.register_filter("ticks", ticks);
    let templates = files_of("templates").into_iter().filter_map(|(name, bytes)| {
        let text = std::str::from_utf8(bytes).ok()?;
        Some((format!("{PREFIX}{name}"), text))
    });
    // Both can only fail on the embedded theme itself, which the tests below compile.
    let loaded = tera.set_fallback_prefixes([PREFIX]).and_then(|()| tera.add_raw_templates(templates));
    debug_assert!(
        loaded.is_ok(),
        "the default theme: {}",
        loaded.err().map(|e| e.to_string()).unwrap_or_default()
    );
    tera
}

/// Embedded files below a folder of the default theme, by their path below that folder.
fn files_of(folder: &str) -> BTreeMap<String, &'static [u8]> {
    fn walk(dir: &Dir<'static>, root: &str, into: &mut BTreeMap<String, &'static [u8]>) {
        for file in dir.files() {
            let path = file.path().to_string_lossy().replace('\\', "/");
            if let Some(name) = path.strip_prefix(root).and_then(|path| path.strip_prefix('/')) {
                into.insert(name.to_owned(), file.contents());
            }
        }
        dir.dirs().for_each(|dir| walk(dir, root, into));
    }
    let mut files = BTreeMap::new();
    DEFAULT.dirs().for_each(|dir| walk(dir, folder, &mut files));
    files
}

// ---------------------------------------------------------------------------------------------------
// Static files.

/// The static files of both layers by name. A default file that is overridden stays under `default/`
/// where it is a style sheet, so that the override can import it.
fn statics(overrides: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Cow<'static, [u8]>> {
    let mut files: BTreeMap<String, Cow<'static, [u8]>> =
        files_of("static").into_iter().map(|(name, bytes)| (name, Cow::Borrowed(bytes))).collect();
    for (path, bytes) in overrides {
        let Some(name) = path.strip_prefix("static/") else { continue };
        let replaced = files.insert(name.to_owned(), Cow::Owned(bytes.clone()));
        if let Some(original) = replaced.filter(|_| name.ends_with(".css")) {
            files.insert(format!("{PREFIX}{name}"), original);
        }
    }
    files
}

type Published = (BTreeMap<String, Cow<'static, [u8]>>, BTreeMap<String, String>);

/// Gives every file a name with the hash of its content, so that hosts may cache it for ever, and
/// rewrites the `url(…)` of style sheets to those names. A style sheet's own hash is taken after that,
/// hence imported ones (`default/`) go first.
fn publish(statics: BTreeMap<String, Cow<'static, [u8]>>) -> Published {
    let mut files = BTreeMap::new();
    let mut names = BTreeMap::new();
    let order = |name: &str| (name.ends_with(".css"), !name.starts_with(PREFIX));
    let mut sorted: Vec<_> = statics.into_iter().collect();
    sorted.sort_by(|(a, _), (b, _)| (order(a), a).cmp(&(order(b), b)));
    for (name, mut bytes) in sorted {
        if let (true, Ok(text)) = (name.ends_with(".css"), std::str::from_utf8(&bytes)) {
            bytes = Cow::Owned(link_urls(text, &name, &names).into_bytes());
        }
        let path = format!("static/{}", hashed(&name, &bytes));
        names.insert(name, path.clone());
        files.insert(path, bytes);
    }
    (files, names)
}

/// `fonts/inter.woff2` → `fonts/inter.1a2b3c4d.woff2`; text files (licences) keep their name.
fn hashed(name: &str, bytes: &[u8]) -> String {
    let stem_end = name.rfind('.').filter(|at| !name[*at..].contains('/')).unwrap_or(name.len());
    let (stem, extension) = name.split_at(stem_end);
    if extension == ".txt" {
        return name.to_owned();
    }
    format!("{stem}.{:08x}{extension}", rapidhash::v3::rapidhash_v3(bytes) as u32)
}

/// A style sheet with every relative `url(…)` that names a published file rewritten to that file's
/// hashed name, relative to where the style sheet is published.
fn link_urls(css: &str, sheet: &str, names: &BTreeMap<String, String>) -> String {
    let folder = sheet.rfind('/').map_or("", |at| &sheet[..=at]);
    let mut out = String::with_capacity(css.len() + 64);
    let mut rest = css;
    while let Some(at) = rest.find("url(") {
        let (before, after) = rest.split_at(at + "url(".len());
        out.push_str(before);
        let end = after.find(')').unwrap_or(after.len());
        let written = after[..end].trim();
        let url = written.trim_matches(['"', '\'']);
        let (file, suffix) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
        // An overridden sheet has moved to `default/`; what it names has stayed where it was.
        let former = || names.get(&normalise(&format!("{}{file}", folder.strip_prefix(PREFIX)?)));
        match names.get(&normalise(&format!("{folder}{file}"))).or_else(former) {
            Some(path) => {
                let up = "../".repeat(folder.matches('/').count());
                let path = path.strip_prefix("static/").unwrap_or(path);
                out.push_str(&format!("\"{up}{path}{suffix}\""));
            }
            None => out.push_str(&after[..end]),
        }
        rest = &after[end..];
    }
    out.push_str(rest);
    out
}

/// Takes `.` and `..` out of a path.
fn normalise(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

// ---------------------------------------------------------------------------------------------------
// Errors of tera as diagnostics.

/// What tera says of a failure, taken apart.
struct Problem {
    template: Option<String>,
    line: u32,
    column: u32,
    span: Range<usize>,
    message: String,
}

impl Problem {
    fn of(error: &tera::Error) -> Problem {
        match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                let span = report.span();
                Problem {
                    template: Some(report.filename().to_owned()),
                    line: span.start_line as u32,
                    column: span.start_col as u32 + 1,
                    span: span.range.clone(),
                    message: report.message().to_owned(),
                }
            }
            ErrorKind::MissingParent { current, parent } => {
                Problem::whole(current, format!("extends `{parent}`, which does not exist"))
            }
            ErrorKind::CircularExtend { tpl, .. } => Problem::whole(tpl, "extends itself in a circle".into()),
            ErrorKind::CircularInclude { tpl, .. } => {
                Problem::whole(tpl, "includes itself in a circle".into())
            }
            other => Problem::from_text(&other.to_string()),
        }
    }

    fn whole(template: &str, message: String) -> Problem {
        Problem { template: Some(template.to_owned()), line: 0, column: 0, span: 0..0, message }
    }

    /// Tera reports unknown filters, functions, tests, components and includes as a finished text whose first lines are
    /// `error: MESSAGE` and `--> FILE:LINE:COLUMN`; a message that names two templates blames the first.
    fn from_text(text: &str) -> Problem {
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default();
        let message = first.strip_prefix("error: ").unwrap_or(first).to_owned();
        let locus = lines.next().and_then(|line| line.trim_start().strip_prefix("--> ")).unwrap_or_default();
        let mut parts = locus.rsplitn(3, ':');
        let column = parts.next().and_then(|part| part.parse().ok()).unwrap_or(0);
        let line = parts.next().and_then(|part| part.parse().ok()).unwrap_or(0);
        let template = parts.next().map(str::to_owned);
        Problem { template, line, column, span: 0..0, message }
    }

    /// The bytes that it is about; where tera tells a line and a column alone, the word there.
    fn span_in(&self, text: &str) -> Range<usize> {
        let Some(line) = (self.line as usize).checked_sub(1).filter(|_| self.span.is_empty()) else {
            return self.span.clone();
        };
        let start = text.split_inclusive('\n').take(line).map(str::len).sum::<usize>();
        let start = start + (self.column as usize).saturating_sub(1);
        let word = text.get(start..).unwrap_or_default();
        start..start + word.find(|char: char| !(char.is_alphanumeric() || char == '_')).unwrap_or(word.len())
    }

    fn diagnostic(&self, own: &BTreeMap<String, &str>) -> Diagnostic {
        let file = match &self.template {
            Some(name) if own.contains_key(name) => format!("theme/templates/{name}"),
            Some(name) => format!("themes/default/templates/{}", name.strip_prefix(PREFIX).unwrap_or(name)),
            None => "theme/templates".to_owned(),
        };
        // Tera's sentences begin with a capital, ours do not.
        let mut chars = self.message.chars();
        let message = chars.next().map(|first| first.to_lowercase().chain(chars).collect::<String>());
        let text = self.template.as_ref().and_then(|name| own.get(name)).copied();
        diagnostic::template_error(
            &file,
            self.line,
            self.column,
            text.map_or(self.span.clone(), |text| self.span_in(text)),
            &message.unwrap_or_default(),
        )
    }
}

// ---------------------------------------------------------------------------------------------------
// Filters of the theme contract.

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn month_name(month: i8) -> &'static str {
    MONTHS.get((month - 1).max(0) as usize).copied().unwrap_or_default()
}

/// `{{ "2024-03-01" | date }}` → `1 March 2024`; with `short=true` `1 Mar 2024`. What is no date stays as it is.
fn date(day: &str, options: Kwargs, _: &State) -> tera::TeraResult<String> {
    let short = options.get::<bool>("short")?.unwrap_or(false);
    Ok(day.parse::<Date>().map_or_else(
        |_| day.to_owned(),
        |date| {
            let month = month_name(date.month());
            let month = if short { &month[..3] } else { month };
            format!("{} {month} {}", date.day(), date.year())
        },
    ))
}

/// `{{ "2024-03-01" | month }}` → `March 2024`.
fn month(day: &str, _: Kwargs, _: &State) -> String {
    day.parse::<Date>()
        .map_or_else(|_| day.to_owned(), |date| format!("{} {}", month_name(date.month()), date.year()))
}

/// Text with a capital: `{{ "in review" | capital }}` → `In review`. No other letter changes.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Escapes a message and writes its `` `values` `` as `<code>`.
fn ticks(message: &str, _: Kwargs, _: &State) -> Value {
    let mut html = Vec::with_capacity(message.len() + 32);
    let parts: Vec<&str> = message.split('`').collect();
    for (index, part) in parts.iter().enumerate() {
        // A backtick without a partner stays what it is.
        let code = index % 2 == 1 && index + 1 < parts.len();
        let opening: &[u8] = if code {
            b"<code>"
        } else if index % 2 == 1 {
            b"`"
        } else {
            b""
        };
        html.extend_from_slice(opening);
        // Writing to a `Vec` cannot fail.
        drop(tera::escape_html(part, &mut html));
        if code {
            html.extend_from_slice(b"</code>");
        }
    }
    Value::safe_string(&String::from_utf8_lossy(&html))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme(files: &[(&str, &str)]) -> (Theme, Vec<String>) {
        let overrides = files.iter().map(|(path, text)| ((*path).into(), text.as_bytes().to_vec())).collect();
        let (theme, diagnostics) = load(&overrides);
        let lines = diagnostics
            .iter()
            .map(|d| format!("{}:{}:{} {} {}", d.place.file, d.place.line, d.place.column, d.code, d.message))
            .collect();
        (theme, lines)
    }

    #[test]
    fn default_templates_compile() {
        let (theme, problems) = theme(&[]);
        assert_eq!(problems, Vec::<String>::new());
        assert!(theme.has("record.html") && theme.has("default/record.html"));
    }

    #[test]
    fn an_override_extends_the_original_and_serves_pages_that_extend_it() {
        let (theme, problems) = theme(&[
            ("templates/frame.html", "<b>{% block x %}{% endblock %}</b>"),
            ("templates/leaf.html", r#"{% extends "frame.html" %}{% block x %}{{ d | date }}{% endblock %}"#),
        ]);
        assert_eq!(problems, Vec::<String>::new());
        let context = tera::context! { d => "2024-03-01" };
        assert_eq!(theme.render("leaf.html", &context).0.as_deref(), Some("<b>1 March 2024</b>"));
    }

    #[test]
    fn a_broken_template_is_named_with_its_place_and_leaves_the_others_standing() {
        let (theme, problems) = theme(&[
            ("templates/bad.html", "line one\n{{ x | nosuch }}"),
            ("templates/worse.html", "{% if %}"),
            ("templates/orphan.html", r#"{% extends "nowhere.html" %}"#),
            ("templates/good.html", "fine"),
            ("stylesheet.css", ""),
        ]);
        expect_test::expect![[r#"
            theme/stylesheet.css:0:0 theme-file-unused `theme/stylesheet.css` is not used
            theme/templates/worse.html:1:7 template-error found `%}` but expected one of: integer, float, string, bool, ident, `-`, `not`, `<`, `{`, `[` or `(`
            theme/templates/orphan.html:0:0 template-error extends `nowhere.html`, which does not exist
            theme/templates/bad.html:2:8 template-error unknown filter `nosuch`"#]]
        .assert_eq(&problems.join("\n"));
        assert!(!theme.has("bad.html"));
        assert!(theme.has("good.html"));
    }

    #[test]
    fn a_template_that_fails_on_a_page_gives_way_to_the_default_one() {
        for text in ["{{ page.titel.x }}", "{{ pgae }}", "{% if pgae.title %}x{% endif %}"] {
            let (theme, _) = theme(&[("templates/record.html", text)]);
            let (_, problem) = theme.render("record.html", &tera::context! { page => "p" });
            let place = problem.map(|problem| (problem.code, problem.place.line));
            assert_eq!(place, Some(("template-error", 1)), "{text}");
        }
    }

    #[test]
    fn style_sheets_refer_to_hashed_names() {
        let (theme, _) = theme(&[
            ("static/a.css", "a{src:url(img/x.svg#i)} b{src:url('data:,')} c{src:url( \"../a.css\" )}"),
            ("static/img/x.svg", "<svg/>"),
        ]);
        let svg = theme.names["img/x.svg"].strip_prefix("static/").unwrap().to_owned();
        let css = std::str::from_utf8(&theme.files[&theme.names["a.css"]]).unwrap();
        assert_eq!(
            css,
            format!("a{{src:url(\"{svg}#i\")}} b{{src:url('data:,')}} c{{src:url( \"../a.css\" )}}")
        );
        assert!(theme.names["a.css"].starts_with("static/a.") && theme.names["a.css"].ends_with(".css"));
    }

    #[test]
    fn an_overridden_style_sheet_still_finds_what_it_names() {
        let (theme, _) = theme(&[("static/style.css", "@import url(\"default/style.css\");")]);
        let original = std::str::from_utf8(&theme.files[&theme.names["default/style.css"]]).unwrap();
        let font = theme.names["fonts/inter.woff2"].strip_prefix("static/").unwrap();
        assert!(original.contains(&format!("url(\"../{font}\")")));
    }

    #[test]
    fn the_first_letter_becomes_a_capital_and_nothing_else_changes() {
        let tera = default_templates();
        let out = tera.render_str(
            "{{ m | capital }}{{ '' | capital }}",
            &tera::context! { m => "ß & in RFC" },
            true,
        );
        assert_eq!(out.unwrap(), "SS &amp; in RFC");
    }

    #[test]
    fn ticks_become_code_and_nothing_else_does() {
        let tera = default_templates();
        let out = tera.render_str("{{ m | ticks }}", &tera::context! { m => "`<a>` & `b" }, true);
        assert_eq!(out.unwrap(), "<code>&lt;a&gt;</code> &amp; `b");
    }
}
