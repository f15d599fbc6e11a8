//! Discover: walks the root once and brings everything the build needs into [`Inputs`]. The only
//! reader of files. Knows nothing of records.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;

use crate::config::Config;
use crate::diagnostic::Diagnostic;

/// Everything a build may depend on. Two equal `Inputs` give byte-identical sites.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// Every file under the root that is not ignored, by path relative to it, `/`-separated.
    pub files: BTreeMap<String, File>,
    /// `annals.toml`, or the defaults.
    pub config: Config,
    /// The site's own `theme/` folder: path below it → bytes.
    pub theme: BTreeMap<String, Vec<u8>>,
    /// The day the build speaks of (`SOURCE_DATE_EPOCH` or today): decides what is overdue.
    pub today: Date,
    /// What went wrong while reading.
    pub diagnostics: Vec<Diagnostic>,
}

/// One file of the root.
#[derive(Debug, Clone)]
pub enum File {
    /// Markdown, or metadata beside it, decoded.
    Text(SourceText),
    /// Anything else; read only when a page shows it.
    Asset {
        /// Length in bytes.
        len: u64,
    },
}

/// A decoded text file that can tell lines and columns.
#[derive(Debug, Clone)]
pub struct SourceText {
    /// Path relative to the root.
    pub path: String,
    /// The text, line ends as they are, without a byte order mark.
    pub text: String,
    line_starts: Vec<u32>,
}

impl SourceText {
    /// Takes a path relative to the root and decoded text; a leading byte order mark is dropped.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> SourceText {
        let mut text = text.into();
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        let line_starts = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at as u32 + 1))
            .collect();
        SourceText { path: path.into(), text, line_starts }
    }

    /// 1-based line of a byte offset.
    pub fn line(&self, offset: usize) -> u32 {
        self.line_starts.partition_point(|start| *start as usize <= offset) as u32
    }

    /// 1-based line and column (in characters) of a byte offset.
    pub fn line_column(&self, offset: usize) -> (u32, u32) {
        let offset = offset.min(self.text.len());
        let line = self.line(offset);
        let start = self.line_starts[line as usize - 1] as usize;
        let column = self.text.get(start..offset).map_or(1, |before| before.chars().count() as u32 + 1);
        (line, column)
    }

    /// Byte range of a 1-based line, without its line end.
    pub fn line_span(&self, line: u32) -> Range<usize> {
        let index = (line.max(1) as usize - 1).min(self.line_starts.len() - 1);
        let start = self.line_starts[index] as usize;
        let end = self.line_starts.get(index + 1).map_or(self.text.len(), |next| *next as usize);
        start..start + self.text[start..end].trim_end_matches(['\n', '\r']).len()
    }
}
