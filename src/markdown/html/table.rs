//! Tables and their cells.

use std::fmt::Write;

use pulldown_cmark::Alignment;

use super::Writer;
use crate::markdown::sanitize::OURS;

#[derive(Default)]
/// The table being written.
pub struct Table {
    alignments: Vec<Alignment>,
    head: bool,
    column: usize,
    /// Where the current cell starts in the output, and its content.
    cell: usize,
    content: usize,
}

impl<'a> Writer<'a> {
    /// A table scrolls by itself, so that a wide one leaves the page its width.
    pub fn start_table(&mut self, alignments: Vec<Alignment>) -> &'static str {
        self.tables += 1;
        self.table = Table { alignments, ..Table::default() };
        let label = self.tables;
        self.markup(
            &format!(
                "<div class=\"{OURS}table-scroll\" tabindex=\"{OURS}0\" role=\"{OURS}region\" \
                 aria-label=\"{OURS}Table {label}\"><table>"
            ),
            "</tbody></table></div>\n",
        )
    }

    pub fn start_row(&mut self, head: bool) -> &'static str {
        (self.table.head, self.table.column) = (head, 0);
        if head {
            self.markup("<thead><tr>", "</tr></thead><tbody>\n")
        } else {
            self.markup("<tr>", "</tr>\n")
        }
    }

    pub fn start_cell(&mut self) -> &'static str {
        let align = match self.table.alignments.get(self.table.column) {
            Some(Alignment::Left) => "left",
            Some(Alignment::Center) => "center",
            Some(Alignment::Right) => "right",
            _ => "",
        };
        self.table.cell = self.out.len();
        self.out.push_str(if self.table.head { "<th" } else { "<td" });
        if !align.is_empty() {
            let _ = write!(self.out, " class=\"{OURS}align-{align}\"");
        }
        self.out.push('>');
        self.table.content = self.out.len();
        if self.table.head { "</th>" } else { "</td>" }
    }

    pub fn end_cell(&mut self, end: &str) {
        self.table.column += 1;
        if self.table.head && self.out.len() == self.table.content {
            // An empty heading is none.
            self.out.replace_range(self.table.cell..self.table.cell + "<th".len(), "<td");
            self.out.push_str("</td>");
        } else {
            self.out.push_str(end);
        }
    }
}
