//! Block quotes, and those among them that are alerts.

use std::fmt::Write;
use std::ops::Range;

use pulldown_cmark::BlockQuoteKind;

use super::Writer;
use crate::markdown::plain;
use crate::markdown::sanitize::OURS;

/// Alert kinds: the word in the source, the class, the title shown. The first five are GitHub's.
const ALERTS: [(&str, &str, &str); 12] = [
    ("note", "note", "Note"),
    ("tip", "tip", "Tip"),
    ("important", "important", "Important"),
    ("warning", "warning", "Warning"),
    ("caution", "caution", "Caution"),
    ("info", "note", "Info"),
    ("hint", "tip", "Hint"),
    ("success", "tip", "Success"),
    ("question", "important", "Question"),
    ("attention", "warning", "Attention"),
    ("danger", "caution", "Danger"),
    ("error", "caution", "Error"),
];

impl<'a> Writer<'a> {
    pub fn start_quote(&mut self, kind: Option<BlockQuoteKind>, range: &Range<usize>) -> &'static str {
        let plain_kind = match kind {
            Some(BlockQuoteKind::Note) => "note",
            Some(BlockQuoteKind::Tip) => "tip",
            Some(BlockQuoteKind::Important) => "important",
            Some(BlockQuoteKind::Warning) => "warning",
            Some(BlockQuoteKind::Caution) => "caution",
            None => "",
        };
        let (class, title) = if plain_kind.is_empty() {
            let Some((class, title, line)) = self.titled_alert(range) else {
                return self.block("<blockquote>\n", "</blockquote>\n");
            };
            self.left_out = line;
            (class, title)
        } else {
            let title =
                ALERTS.iter().find(|(word, ..)| *word == plain_kind).map_or("", |(_, _, title)| title);
            (plain_kind, title.to_owned())
        };
        self.fresh_line();
        let _ =
            write!(self.out, "<div class=\"{OURS}alert alert-{class}\">\n<p class=\"{OURS}alert-title\">");
        self.text(&title);
        self.out.push_str("</p>\n");
        "</div>\n"
    }

    /// `> [!WARNING] Mind the gap`: class, title and the line it stands on.
    fn titled_alert(&self, range: &Range<usize>) -> Option<(&'static str, String, Range<usize>)> {
        let quote = self.source.text.get(range.clone())?;
        let line = quote.lines().next()?;
        let marker = line.trim_start().strip_prefix('>')?.trim_start();
        let (word, title) = marker.strip_prefix("[!")?.split_once(']')?;
        let (_, class, default) =
            ALERTS.iter().find(|(known, ..)| known.eq_ignore_ascii_case(word.trim()))?;
        let title = plain(title.trim_start_matches(['+', '-']));
        let start = range.start + (line.len() - marker.len());
        let title = if title.is_empty() { (*default).to_owned() } else { title };
        Some((class, title, start..range.start + line.len() + 1))
    }
}
