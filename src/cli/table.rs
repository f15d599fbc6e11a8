//! Text in aligned columns, for terminals. Widths are those of the terminal, not of bytes or characters.

use clap::builder::styling::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::diagnostic::print::visible;
use crate::record::Phase;

/// A piece of text with its style.
#[derive(Debug, Clone)]
pub struct Cell {
    text: String,
    style: Style,
}

/// Text without a style, made safe for a terminal.
pub fn plain(text: impl AsRef<str>) -> Cell {
    Cell { text: visible(text.as_ref()), style: Style::new() }
}

/// Text of less weight.
pub fn dim(text: impl AsRef<str>) -> Cell {
    Cell { style: Style::new().dimmed(), ..plain(text) }
}

/// Text of more weight.
pub fn bold(text: impl AsRef<str>) -> Cell {
    Cell { style: Style::new().bold(), ..plain(text) }
}

/// A state's name in the colour of its phase. The name says it all without the colour.
pub fn phase(text: impl AsRef<str>, phase: Phase) -> Cell {
    let style = match phase {
        Phase::InForce => AnsiColor::Green.on_default(),
        Phase::Open => AnsiColor::Cyan.on_default(),
        Phase::Closed => AnsiColor::Red.on_default(),
        Phase::Retired => AnsiColor::Yellow.on_default(),
        Phase::Elsewhere => AnsiColor::Magenta.on_default(),
        Phase::Unknown => Style::new().dimmed(),
    };
    Cell { style, ..plain(text) }
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Cell { text, style } = self;
        write!(f, "{style}{text}{style:#}")
    }
}

/// Text with the characters of each mark (start and length) standing out.
pub fn marked(text: &str, marks: &[(usize, usize)]) -> String {
    let style = AnsiColor::Yellow.on_default().bold();
    let mut out = String::new();
    let mut chars = text.chars();
    let mut at = 0;
    for (start, length) in marks {
        let before: String = chars.by_ref().take(start.saturating_sub(at)).collect();
        let marked: String = chars.by_ref().take(*length).collect();
        out.push_str(&format!("{}{style}{}{style:#}", visible(&before), visible(&marked)));
        at = start + length;
    }
    out.push_str(&visible(chars.as_str()));
    out
}

/// Text that leads somewhere, in terminals that can follow links (OSC 8).
pub fn link(cell: Cell, href: Option<&str>) -> String {
    match href {
        Some(href) => format!("\u{1b}]8;;{href}\u{1b}\\{cell}\u{1b}]8;;\u{1b}\\"),
        None => cell.to_string(),
    }
}

/// Lines of aligned columns. The last column gets what is left of `width` and ends with `…` where that is
/// not enough; there are two spaces between columns and none at the end of a line.
pub fn table(rows: &[Vec<Cell>], width: usize) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let mut widths = vec![0; columns];
    for row in rows {
        for (cell, width) in row.iter().zip(&mut widths) {
            *width = cell.text.width().max(*width);
        }
    }
    let mut out = String::new();
    for row in rows {
        let mut at = 0;
        for (index, cell) in row.iter().enumerate() {
            let last = index + 1 == row.len();
            let text =
                if last { cut(&cell.text, width.saturating_sub(at).max(20)) } else { cell.text.clone() };
            out.push_str(&Cell { text: text.clone(), style: cell.style }.to_string());
            if !last {
                let fill = widths[index] - text.width() + 2;
                out.push_str(&" ".repeat(fill));
                at += widths[index] + 2;
            }
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
    }
    out
}

fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut room = width.saturating_sub(1);
    let fits = text.chars().take_while(|c| {
        let needs = c.width().unwrap_or_default();
        let fits = needs <= room;
        room = room.saturating_sub(needs);
        fits
    });
    let mut text: String = fits.collect();
    text.truncate(text.trim_end().len());
    text.push('…');
    text
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn columns_line_up_whatever_the_script() {
        let rows = [
            vec![plain("rfc-1"), plain("決定"), plain("Use QUIC between regions, and nothing else")],
            vec![plain("rfc-1000"), plain("draft"), plain("Größe \u{1b}[31m")],
        ];
        expect![[r#"
            rfc-1     決定   Use QUIC between regio…
            rfc-1000  draft  Größe �[31m
        "#]]
        .assert_eq(&anstream::adapter::strip_str(&table(&rows, 40)).to_string());
    }
}
