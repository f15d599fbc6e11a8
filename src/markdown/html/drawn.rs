//! What is drawn rather than written: code in colours, diagrams, formulas.

use std::fmt::Write;
use std::ops::Range;

use pulldown_cmark::CodeBlockKind;
use pulldown_cmark_escape::escape_html;

use super::Writer;
use crate::diagnostic;
use crate::markdown::sanitize::OURS;
use crate::markdown::{diagram, highlight, math};

impl<'a> Writer<'a> {
    /// Writes a code block: drawn where its language can be, else in colours.
    pub fn end_code_block(&mut self, range: &Range<usize>) {
        let Some((kind, code)) = self.code.take() else { return };
        self.fresh_line();
        let info = match &kind {
            CodeBlockKind::Fenced(info) => info.as_ref(),
            CodeBlockKind::Indented => "",
        };
        let language = highlight::language(info);
        let drawn = match language.as_str() {
            "mermaid" => self.diagram(&code, range),
            "math" => self.display_math(&code, range),
            _ => false,
        };
        if !drawn {
            let _ = write!(self.out, "<pre tabindex=\"{OURS}0\">");
            let mut html = String::with_capacity(code.len() * 2 + 64);
            html.push_str("<code");
            if !language.is_empty() {
                html.push_str(" class=\"language-");
                let _ = escape_html(&mut html, &language);
                html.push('"');
            }
            html.push('>');
            highlight::highlight(&language, &code, &mut html);
            html.push_str("</code>");
            self.hold(html);
            self.out.push_str("</pre>\n");
        }
    }

    fn diagram(&mut self, code: &str, range: &Range<usize>) -> bool {
        match diagram::to_svg(code, self.diagrams + 1) {
            Ok(svg) => {
                self.diagrams += 1;
                let _ = write!(self.out, "<figure class=\"{OURS}diagram\" tabindex=\"{OURS}0\">");
                self.hold(svg);
                let _ = write!(
                    self.out,
                    "<details class=\"{OURS}diagram-source\"><summary>Source of the diagram</summary>\
                     <pre tabindex=\"{OURS}0\"><code>"
                );
                self.text(code);
                self.out.push_str("</code></pre></details></figure>\n");
                true
            }
            Err(problem) => {
                self.diagnostics.push(diagnostic::bad_diagram(self.source, range.clone(), &problem));
                false
            }
        }
    }

    fn display_math(&mut self, tex: &str, range: &Range<usize>) -> bool {
        match math::to_mathml(tex, true) {
            Ok(mathml) => {
                self.has_math = true;
                let _ = write!(self.out, "<div class=\"{OURS}math-display\">");
                self.hold(mathml);
                self.out.push_str("</div>\n");
                true
            }
            Err(problem) => {
                self.diagnostics.push(diagnostic::bad_formula(self.source, range.clone(), &problem));
                false
            }
        }
    }

    /// Writes a formula, or its source where it is none.
    pub fn math(&mut self, tex: &str, range: Range<usize>, display: bool) {
        let source = self.source.text.get(range.clone()).unwrap_or_default();
        // GitHub's other spelling: $`a`$.
        let tex = tex.strip_prefix('`').and_then(|tex| tex.strip_suffix('`')).unwrap_or(tex);
        match math::to_mathml(tex, display) {
            Ok(mathml) => {
                self.has_math = true;
                let _ = write!(
                    self.out,
                    "<span class=\"{OURS}{}\">",
                    if display { "math-display" } else { "math" }
                );
                self.hold(mathml);
                self.out.push_str("</span>");
            }
            Err(problem) => {
                self.diagnostics.push(diagnostic::bad_formula(self.source, range, &problem));
                self.out.push_str("<code>");
                self.text(source);
                self.out.push_str("</code>");
            }
        }
    }
}
