//! The only user of pulldown-latex: formulas as MathML, which browsers typeset without help.
//!
//! The library copies some TeX into its output unescaped, so what goes in has no angle brackets and what
//! comes out passes an allow-list of MathML of its own.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Event, Parser, Storage, push_mathml};

/// Longest formula, in bytes.
const LONGEST: usize = 16 * 1024;

/// Most commands, braces and scripts in a formula. Each may nest, and the library follows them by
/// recursion: this is far beyond what anyone writes and well within a thread's stack.
const MOST_PARTS: usize = 1000;

/// Typesets a formula, on a line of its own where `display`, or says what is wrong with it.
pub fn to_mathml(tex: &str, display: bool) -> Result<String, String> {
    if tex.len() > LONGEST || parts(tex) > MOST_PARTS {
        return Err("it is too large".to_owned());
    }
    // An underscore escaped for markdown: in TeX, a line break with a subscript would be nonsense.
    let tex = tex.replace('<', "\\lt ").replace('>', "\\gt ").replace("\\\\_", "\\_");
    typeset(&tex, display).or_else(|problem| {
        // What GitHub shows all the same: a brace escaped for markdown, lines outside an environment.
        let unescaped = tex.replace("\\\\{", "\\{").replace("\\\\}", "\\}").replace("\\mod ", "\\bmod ");
        let lines = format!("\\begin{{gathered}}{unescaped}\\end{{gathered}}");
        typeset(&unescaped, display).or_else(|_| typeset(&lines, display)).map_err(|_| problem)
    })
}

fn typeset(tex: &str, display: bool) -> Result<String, String> {
    let storage = Storage::new();
    let events: Vec<Event<'_>> = Parser::new(tex, &storage)
        .collect::<Result<_, _>>()
        .map_err(|error| first_line(&error.to_string()))?;
    let config = RenderConfig {
        display_mode: if display { DisplayMode::Block } else { DisplayMode::Inline },
        ..RenderConfig::default()
    };
    let mut mathml = String::new();
    push_mathml(&mut mathml, events.into_iter().map(Ok::<_, std::fmt::Error>), config)
        .map_err(|error| first_line(&error.to_string()))?;
    if mathml.contains("<merror") {
        return Err("it is not understood".to_owned());
    }
    Ok(ALLOWED.clean(&mathml).to_string())
}

fn parts(tex: &str) -> usize {
    tex.bytes().filter(|byte| matches!(byte, b'\\' | b'{' | b'^' | b'_' | b'\'')).count()
}

/// The library's messages go on with a drawing of the place, which our own diagnostics have.
fn first_line(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    line.trim_start_matches("parsing error: ").trim_end_matches('.').to_owned()
}

static ALLOWED: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let tags = [
        "math",
        "menclose",
        "mfrac",
        "mi",
        "mmultiscripts",
        "mn",
        "mo",
        "mover",
        "mpadded",
        "mphantom",
        "mprescripts",
        "mroot",
        "mrow",
        "ms",
        "mspace",
        "msqrt",
        "mstyle",
        "msub",
        "msubsup",
        "msup",
        "mtable",
        "mtd",
        "mtext",
        "mtr",
        "munder",
        "munderover",
        "none",
    ];
    let attributes = [
        "class",
        "columnspan",
        "depth",
        "display",
        "displaystyle",
        "fence",
        "form",
        "height",
        "largeop",
        "linethickness",
        "lspace",
        "mathvariant",
        "maxsize",
        "minsize",
        "movablelimits",
        "notation",
        "rspace",
        "scriptlevel",
        "separator",
        "stretchy",
        "symmetric",
        "voffset",
        "width",
    ];
    let mut builder = ammonia::Builder::empty();
    builder
        .tags(HashSet::from(tags))
        .generic_attributes(HashSet::from(attributes))
        .tag_attributes(HashMap::new());
    builder
});

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn formulas() {
        expect![[r#"<math display="inline"><msup><mi>a</mi><mn>2</mn></msup><mo>+</mo><mfrac><mrow><mn>1</mn></mrow><mrow><mi>x</mi></mrow></mfrac><mo>≤</mo><msqrt><mrow><mi>y</mi></mrow></msqrt></math>"#]].assert_eq(&to_mathml("a^2 + \\frac{1}{x} \\le \\sqrt{y}", false).unwrap_or_else(|e| e));
        expect![[r#"<math display="block"><mrow><mo stretchy="true">{</mo><mtable class="menv-cells-left menv-cases"><mtr><mtd><mi>a</mi></mtd><mtd><mi>x</mi><mo>&lt;</mo><mn>1</mn></mtd></mtr><mtr><mtd><mtext>b</mtext></mtd><mtd></mtd></mtr></mtable></mrow></math>"#]].assert_eq(&to_mathml("\\begin{cases} a & x < 1 \\\\ \\text{b} & \\end{cases}", true).unwrap_or_else(|e| e));
    }

    #[test]
    fn what_github_shows_all_the_same() {
        for (tex, wanted) in [
            ("\\\\{0,1\\\\}", ">{</mo>"),
            ("\\mathsf{max\\\\_size}", "_"),
            ("a \\\\ b", "<mtable"),
            ("a \\mod n", "mod"),
        ] {
            let mathml = to_mathml(tex, true).expect(tex);
            assert!(mathml.contains(wanted), "{mathml}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        for (tex, expect) in [
            ("\\frac{1", expect!["unbalanced group found, expected it to be closed with `}`"]),
            ("\\nosuchcommand", expect!["unknown primitive command found"]),
            ("a}", expect!["unbalanced group found, unexpected group closing found"]),
            (
                "{{{{{".repeat(100).as_str(),
                expect!["unbalanced group found, expected it to be closed with `}`"],
            ),
        ] {
            expect.assert_eq(&to_mathml(tex, false).expect_err("it is a mistake"));
        }
    }

    #[test]
    fn nothing_runs() {
        for tex in [
            "\\operatorname{<img src=x onerror=alert(1)>}",
            "\\operatorname*{<svg/onload=alert(1)>}",
            "\\text{</mtext></math><img src=x onerror=alert(1)>}",
            "\\operatorname{&lt;script&gt;}",
            "\\href{javascript:alert(1)}{x}",
            "\\color{red\"onclick=\"x}{y}",
        ] {
            let mathml = to_mathml(tex, true).unwrap_or_default();
            assert!(
                !mathml.contains("<img") && !mathml.contains("<svg") && !mathml.contains("<script"),
                "{mathml}"
            );
            assert!(!mathml.contains("onclick=") && !mathml.contains("href"), "{mathml}");
        }
    }

    #[test]
    fn anything_is_bounded() {
        for piece in [
            "^",
            "\\sqrt",
            "\\left(",
            "\\begin{matrix}",
            "{",
            "\\frac",
            "_a^",
            "\\hat",
            "\\not",
            "'",
            "\\begin{array}{c}",
        ] {
            for count in [3000, MOST_PARTS / parts(piece)] {
                let _ = to_mathml(&piece.repeat(count), false);
            }
        }
    }
}
