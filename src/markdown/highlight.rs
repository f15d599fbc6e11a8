//! The only user of syntaxmate: code as HTML with a few short classes, whose colours are the theme's.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{LazyLock, Mutex, PoisonError};

use pulldown_cmark_escape::escape_html_body_text;
use syntaxmate::{
    Catalog, HighlightSession, Highlighter, HighlighterOptions, Style, Theme, ThemeRule, TokenizerOptions,
};

/// Longer blocks stay plain: nobody reads colours in a quarter megabyte, and it bounds the time.
const LONGEST: usize = 256 * 1024;

/// Bytes of longer lines stay plain. What is open is looked through for each character, so time grows with the square
/// of a line that opens something with each.
const LONGEST_LINE: usize = 1024;

/// Where so many brackets, strings and blocks are open at the end of a line, the rest stays plain, for the same reason.
const DEEPEST: usize = 256;

/// What authors write for a language that the grammars know by another name; an empty name is plain text.
const ALIASES: &[(&str, &str)] = &[
    ("assembly", "asm"),
    ("compile_fail", "rust"),
    ("csl-json", "json"),
    ("dlang", "d"),
    ("golang", "go"),
    ("ignore", "rust"),
    ("no_run", "rust"),
    ("none", ""),
    ("patch", "diff"),
    ("plain", ""),
    ("plaintext", ""),
    ("shell-session", "console"),
    ("should_panic", "rust"),
    ("terminal", "console"),
    ("text", ""),
    ("txt", ""),
    ("x86", "asm"),
];

/// Scopes of TextMate grammars and their class; the longest that the innermost scope is, or starts with, wins.
/// An empty class is plain text on purpose: it ends the search, where an unlisted scope leaves it to the scope
/// round it.
const SCOPES: &[(&str, &str)] = &[
    ("comment", "c"),
    ("constant", "l"),
    ("constant.character.escape", "e"),
    ("constant.numeric", "n"),
    ("constant.other.color", "n"),
    ("entity.name.class", "t"),
    ("entity.name.function", "f"),
    ("entity.name.function.macro", "m"),
    ("entity.name.namespace", "t"),
    ("entity.name.section", "h"),
    ("entity.name.tag", "g"),
    ("entity.name.type", "t"),
    ("entity.other.attribute-name", "a"),
    ("entity.other.inherited-class", "t"),
    ("invalid", ""),
    ("keyword", "k"),
    ("keyword.operator", "o"),
    ("keyword.operator.expression", "k"),
    ("keyword.operator.new", "k"),
    ("keyword.operator.word", "k"),
    ("keyword.other.unit", "n"),
    ("markup.changed", "o"),
    ("markup.deleted", "d"),
    ("markup.heading", "h"),
    ("markup.inline.raw", "s"),
    ("markup.inserted", "i"),
    ("markup.raw", "s"),
    ("meta.attribute", "m"),
    ("meta.diff.header", "h"),
    ("meta.diff.range", "h"),
    ("meta.embedded", ""),
    ("meta.interpolation", ""),
    ("meta.output", "c"),
    ("meta.prompt", "c"),
    ("meta.property-name", "a"),
    ("meta.template.expression", ""),
    ("punctuation.separator.continuation", "o"),
    ("storage", "k"),
    ("storage.type.primitive", "t"),
    ("string", "s"),
    ("string.regexp", "e"),
    ("string.unquoted.plain.out", ""),
    ("support.class", "t"),
    ("support.constant", "l"),
    ("support.function", "f"),
    ("support.type", "t"),
    ("support.type.property-name", "a"),
    ("variable", ""),
    ("variable.language", "l"),
    ("variable.other.property", ""),
    ("variable.parameter", "p"),
];

static CATALOG: LazyLock<Catalog> = LazyLock::new(Catalog::bundled);

static HIGHLIGHTER: LazyLock<Highlighter> = LazyLock::new(|| {
    // Every language of a site stays ready.
    let default = HighlighterOptions::default();
    let tokenizer = TokenizerOptions { max_line_bytes: LONGEST_LINE, ..default.tokenizer };
    let options = HighlighterOptions { prepared_languages: 64, tokenizer, ..default };
    Highlighter::with_catalog_options(&CATALOG, options)
});

/// The rows of [`SCOPES`] as rules of a theme, each with its number for a colour. `None` if that were no theme.
static THEME: LazyLock<Option<Theme>> = LazyLock::new(|| {
    let rule = |(row, (scope, _)): (usize, &(&str, &str))| ThemeRule {
        scope: (*scope).to_owned(),
        foreground: Some(format!("#{row:06x}")),
        ..ThemeRule::default()
    };
    Theme::from_rules(&SCOPES.iter().enumerate().map(rule).collect::<Vec<_>>()).ok()
});

/// Sessions that nobody uses just now, by language: what they have learned of it serves the next block.
static IDLE: Mutex<BTreeMap<&str, Vec<HighlightSession>>> = Mutex::new(BTreeMap::new());

/// The language of a fenced block from its info string: `.rs`, `Rust,ignore` and `{rust}` → `rust`; empty
/// for plain text.
pub fn language(info: &str) -> String {
    let word = info
        .split([',', ' ', '{', '}', '\t', ':', ';', '='])
        .find(|word| !word.is_empty())
        .unwrap_or_default();
    let lower = word.trim_start_matches('.').to_lowercase();
    match ALIASES.binary_search_by(|(alias, _)| (*alias).cmp(&lower)) {
        Ok(index) => ALIASES.get(index).map_or(lower, |(_, language)| (*language).to_owned()),
        Err(_) => lower,
    }
}

/// Appends `code` as HTML to `html`; a language that nobody knows gives plain text.
pub fn highlight(language: &str, code: &str, html: &mut String) {
    let known = match language {
        "" | "mermaid" | "math" => None,
        _ if code.len() > LONGEST => None,
        _ => CATALOG.canonical_language(language),
    };
    let idle = || IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    let session = known.and_then(|language| {
        let idle = idle().get_mut(language).and_then(Vec::pop);
        Some((language, idle.or_else(|| HIGHLIGHTER.session_with_theme(language, THEME.as_ref()?).ok())?))
    });
    let Some((language, mut session)) = session else {
        let _ = escape_html_body_text(html, code);
        return;
    };
    let mut spans = Spans { code, html, written: 0, class: "" };
    let mut end = 0;
    for line in code.split_inclusive('\n') {
        let start = end;
        let mut at = start;
        // What no token covers is plain, the whole line where it cannot be read.
        let _ = session.highlight_line_with(line.strip_suffix('\n').unwrap_or(line), |token| {
            let range = start + token.range().start..start + token.range().end;
            spans.pass(at..range.start, "");
            at = range.end;
            spans.pass(range, class(token.style()));
        });
        end += line.len();
        spans.pass(at..end, "");
        if session.state().depth() > DEEPEST {
            break;
        }
    }
    spans.pass(end..code.len(), "");
    spans.finish();
    session.reset();
    idle().entry(language).or_default().push(session);
}

/// The class of a token, from the colour of its innermost scope that has one.
fn class(style: Style) -> &'static str {
    let row = style.foreground.and_then(|colour| SCOPES.get(usize::from(colour.blue)));
    row.map_or("", |(_, class)| class)
}

/// Writes code in spans. What is of one class is escaped as a whole.
struct Spans<'a> {
    code: &'a str,
    html: &'a mut String,
    /// How much of the code stands in the HTML.
    written: usize,
    /// Of the code behind that, as far as it has been passed.
    class: &'static str,
}

impl Spans<'_> {
    /// Goes on over a piece of code. White space stays in whatever class is open, so that runs of one class share a
    /// span.
    fn pass(&mut self, piece: Range<usize>, class: &'static str) {
        let start = piece.start;
        let is_blank = |piece: Range<usize>| self.code.get(piece).unwrap_or_default().trim_ascii().is_empty();
        if class == self.class || is_blank(piece) {
            return;
        }
        self.write(start);
        self.class = class;
        if !class.is_empty() {
            self.html.push_str("<span class=\"");
            self.html.push_str(class);
            self.html.push_str("\">");
        }
    }

    /// Writes what comes before a byte, and ends its span.
    fn write(&mut self, end: usize) {
        let _ = escape_html_body_text(&mut *self.html, self.code.get(self.written..end).unwrap_or_default());
        self.written = end;
        if !self.class.is_empty() {
            self.html.push_str("</span>");
        }
    }

    fn finish(mut self) {
        self.write(self.code.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(language: &str, code: &str, expect: Expect) {
        let mut html = String::new();
        highlight(language, code, &mut html);
        expect.assert_eq(&html);
    }

    #[test]
    fn tables_are_sorted() {
        assert!(ALIASES.is_sorted() && SCOPES.is_sorted());
    }

    #[test]
    fn every_row_has_a_colour() {
        assert!(THEME.is_some() && SCOPES.len() <= usize::from(u8::MAX));
    }

    #[test]
    fn classes() {
        check(
            "rust",
            "#[derive(Debug)]\nfn f<'a>(x: &'a str) -> Vec<u8> { println!(\"a\\n{x}\"); self.y + 0x1f } // c\n",
            expect![[r#"
                <span class="m">#[derive(</span><span class="t">Debug</span><span class="m">)]
                </span><span class="k">fn </span><span class="f">f</span>&lt;'<span class="t">a</span>&gt;(x<span class="o">: &amp;</span>'<span class="t">a str</span>) <span class="o">-&gt; </span><span class="t">Vec</span>&lt;<span class="t">u8</span>&gt; { <span class="m">println!</span>(<span class="s">"a</span><span class="e">\n</span>{x}<span class="s">"</span>); <span class="l">self</span><span class="o">.</span>y <span class="o">+ </span><span class="n">0x1f </span>} <span class="c">// c
                </span>"#]],
        );
        check(
            "js",
            "const x = `a${b + 1}c`; // <b>\nclass A extends B { m(p) { return /r/g } }\n",
            expect![[r#"
                <span class="k">const </span>x <span class="o">= </span><span class="s">`a</span>${b <span class="o">+ </span><span class="n">1</span>}<span class="s">c`</span>; <span class="c">// &lt;b&gt;
                </span><span class="k">class </span><span class="t">A </span><span class="k">extends </span><span class="t">B </span>{ <span class="f">m</span>(<span class="p">p</span>) { <span class="k">return </span><span class="e">/r/</span><span class="k">g </span>} }
            "#]],
        );
        check(
            "diff",
            "@@ -1 +1 @@\n-a\n+b\n",
            expect![[r#"
            <span class="h">@@ -1 +1 @@
            </span><span class="d">-a
            </span><span class="i">+b
            </span>"#]],
        );
        check(
            "yaml",
            "key: value # c\nlist: [1, true, \"x\"]\n",
            expect![[r#"
            <span class="g">key</span>: value <span class="c"># c
            </span><span class="g">list</span>: [<span class="n">1</span>, <span class="l">true</span>, <span class="s">"x"</span>]
        "#]],
        );
        check(
            "console",
            "$ ls -la | grep x\nout\n",
            expect![[r#"
            $ ls -la | grep x
            <span class="c">out
            </span>"#]],
        );
        check(
            "html",
            "<a href=\"x\">y</a>\n",
            expect![[r#"
            &lt;<span class="g">a </span><span class="a">href</span><span class="m">=</span><span class="s">"x"</span>&gt;y&lt;/<span class="g">a</span>&gt;
        "#]],
        );
        check(
            "toml",
            "[a]\nb = 1\n",
            expect![[r#"
            [<span class="h">a</span>]
            b = <span class="n">1
            </span>"#]],
        );
        check(
            "json",
            "{\"a\": [1, null]}\n",
            expect![[r#"
            {<span class="a">"a"</span>: [<span class="n">1</span>, <span class="l">null</span>]}
        "#]],
        );
        check(
            "python",
            "@d\ndef f(a, b=1):\n    return f\"{a}\"\n",
            expect![[r#"
            <span class="f">@d
            </span><span class="k">def </span><span class="f">f</span>(<span class="p">a</span>, <span class="p">b</span><span class="o">=</span><span class="n">1</span>):
                <span class="k">return f</span><span class="s">"</span><span class="l">{</span>a<span class="l">}</span><span class="s">"
            </span>"#]],
        );
    }

    #[test]
    fn unknown_languages_are_plain() {
        check("klingon", "a < b\n", expect!["a &lt; b\n"]);
        check("", "a\r\nb", expect!["a\r\nb"]);
    }

    #[test]
    fn the_text_is_never_changed() {
        for code in ["fn\r\nmain\r\n", "\"unclosed\n\n// x", "\u{feff}é\u{2028}x\n\tb", "a\rb\u{85}c\n", ""]
        {
            for language in ["rust", "js", "console", "markdown", "yaml"] {
                written(language, code);
            }
        }
    }

    /// The HTML of code, whose text is the code.
    fn written(language: &str, code: &str) -> String {
        let mut html = String::new();
        highlight(language, code, &mut html);
        let mut text = String::new();
        for piece in html.split('<') {
            text.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
        }
        let text =
            text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        assert_eq!(text, code, "{language}");
        html
    }

    #[test]
    fn info_strings() {
        for (info, name) in [
            ("rust,ignore", "rust"),
            (".rs", "rs"),
            ("Rust", "rust"),
            ("{.toml #x}", "toml"),
            ("js {1,2}", "js"),
            ("terminal", "console"),
            ("text", ""),
            ("Should_Panic", "rust"),
        ] {
            assert_eq!(language(info), name);
        }
    }

    #[test]
    fn what_opens_without_end_is_plain_sooner_or_later() {
        let plain = |language: &str, code: &str| {
            written(language, code).ends_with(code.lines().last().unwrap_or_default())
        };
        let opens = [("cpp", "("), ("js", "{"), ("json", "["), ("yaml", "["), ("bash", "${"), ("rust", "/*")];
        for (language, open) in opens {
            let lines = format!("{}\n", open.repeat(50)).repeat(200_000 / 50 / open.len());
            assert!(plain(language, &format!("{lines}return 1")), "{language} in lines");
            assert!(plain(language, &open.repeat(200_000)), "{language} in one line");
        }
        assert!(!plain("js", "{\n{\nreturn 1"));
    }
}
