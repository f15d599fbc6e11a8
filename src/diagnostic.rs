//! What is wrong, where, and how to mend it: one constructor for each code, so that this file alone
//! knows the wording..

use std::ops::Range;

use serde::Serialize;

use crate::source::SourceText;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable name, kebab-case: `unknown-status`.
    pub code: &'static str,
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
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// Two things want the same output path; the first one has it.
pub fn page_collision(file: &str, path: &str, winner: &str, loser: &str) -> Diagnostic {
    Diagnostic {
        code: "page-collision",
        severity: Severity::Error,
        message: format!("`{path}` is claimed by {winner} and by {loser}; the first one is published"),
        help: Some("rename one of them, or move it to another folder".into()),
        place: Place::file(file),
    }
}

/// The sitemap needs absolute addresses, and the site does not know its own.
pub fn no_base_url() -> Diagnostic {
    Diagnostic {
        code: "no-base-url",
        severity: Severity::Note,
        message: "no base URL is set: `sitemap.xml` is left out and feeds use `tag:` and relative addresses"
            .into(),
        help: Some("set `base-url` under `[site]` in `annals.toml`, or pass `--base-url`".into()),
        place: Place::file("annals.toml"),
    }
}

/// A template of the theme does not parse or fails on a page; the default theme's serves instead.
pub fn template_error(file: &str, line: u32, column: u32, span: Range<usize>, message: &str) -> Diagnostic {
    Diagnostic {
        code: "template-error",
        severity: Severity::Error,
        message: message.to_owned(),
        help: None,
        place: Place { file: file.to_owned(), line, column, span },
    }
}

/// A template that is no text.
pub fn template_not_utf8(file: &str) -> Diagnostic {
    Diagnostic {
        code: "template-not-utf8",
        severity: Severity::Error,
        message: format!("`{file}` is not UTF-8 text"),
        help: Some("save it as UTF-8".into()),
        place: Place::file(file),
    }
}

/// A file of the site's theme folder that nothing looks at.
pub fn theme_file_unused(file: &str) -> Diagnostic {
    Diagnostic {
        code: "theme-file-unused",
        severity: Severity::Warning,
        message: format!("`{file}` is not used"),
        help: Some("templates belong in `theme/templates/`, everything else in `theme/static/`".into()),
        place: Place::file(file),
    }
}

/// A tag that is no HTML element stands in prose, most likely a type: `Vec<T>`.
pub fn unknown_html_tag(text: &SourceText, span: Range<usize>, name: &str) -> Diagnostic {
    Diagnostic {
        code: "unknown-html-tag",
        severity: Severity::Note,
        message: format!("`<{name}>` is not an HTML element and is shown as text"),
        help: Some("write it in backticks, or with `\\<`".to_owned()),
        place: Place::span(text, span),
    }
}
