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
