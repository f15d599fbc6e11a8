//! Printers of diagnostics: with excerpts for people, one line each for editors, JSON for programs,
//! commands for GitHub's checks. Knows no codes.

use std::collections::BTreeMap;
use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{Diagnostic, Place, Severity};
use crate::error::plural;
use crate::json;
use crate::source::SourceText;

/// How diagnostics are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// With an excerpt and advice, for people.
    #[default]
    Full,
    /// `path:line:column: severity[code]: message`, for editors.
    Short,
    /// A JSON array, for programs.
    Json,
    /// Workflow commands, shown by GitHub beside the lines of a pull request.
    Github,
}

/// What a printer has to know.
pub struct Printing<'a> {
    /// How.
    pub format: Format,
    /// What stands before every path but in JSON, so that it can be opened from where the user is: empty,
    /// or with a `/` at its end.
    pub before: &'a str,
    /// Print every diagnostic in full, notes too.
    pub all: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// The texts by their path, for excerpts.
    pub text: &'a dyn Fn(&str) -> Option<&'a SourceText>,
}

/// So many of one code are printed in full; who has more of them knows by then.
const SHOWN_PER_CODE: usize = 5;

/// A line longer than this is not shown as an excerpt, in bytes.
const LONGEST_EXCERPT: usize = 2_000;

/// Prints diagnostics, worst first, then by place. Colour is written always; who writes to a file or a
/// terminal without it strips it (anstream does).
pub fn print(out: &mut dyn Write, diagnostics: &[&Diagnostic], printing: &Printing<'_>) -> io::Result<()> {
    let mut sorted = diagnostics.to_vec();
    sorted.sort_by_key(|diagnostic| {
        let Place { file, line, column, .. } = &diagnostic.place;
        (diagnostic.severity, file.as_str(), *line, *column, diagnostic.code, diagnostic.message.as_str())
    });
    match printing.format {
        Format::Full => full(out, &sorted, printing),
        Format::Short => sorted.iter().try_for_each(|diagnostic| short(out, diagnostic, printing)),
        Format::Json => {
            let all: Vec<_> = sorted.iter().map(|diagnostic| json::diagnostic(diagnostic)).collect();
            out.write_all(&json::to_bytes(&all))
        }
        Format::Github => sorted.iter().try_for_each(|diagnostic| github(out, diagnostic, printing)),
    }
}

/// `2 errors, 1 warning`; empty where there is nothing to say.
pub fn count(diagnostics: &[&Diagnostic]) -> String {
    let words = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
    let counts = words.map(|(severity, noun)| {
        (diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count(), noun)
    });
    let said: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, noun)| plural(*count, noun)).collect();
    said.join(", ")
}

/// Text of the user's files, safe to write to a terminal: control characters, and those that turn the
/// direction of text, are shown as `\u{fffd}`.
pub fn visible(text: &str) -> String {
    let hostile = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if hostile(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

fn full(out: &mut dyn Write, sorted: &[&Diagnostic], printing: &Printing<'_>) -> io::Result<()> {
    let renderer = Renderer::styled().term_width(printing.width);
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut left_out: BTreeMap<&str, usize> = BTreeMap::new();
    for diagnostic in sorted {
        let seen = seen.entry(diagnostic.code).or_default();
        *seen += 1;
        if !printing.all && (*seen > SHOWN_PER_CODE || diagnostic.severity == Severity::Note) {
            *left_out.entry(diagnostic.code).or_default() += 1;
            continue;
        }
        writeln!(out, "{}\n", renderer.render(&[group(diagnostic, printing)]))?;
    }
    let left_out: Vec<String> =
        left_out.into_iter().map(|(code, count)| format!("{count} `{code}`")).collect();
    if !left_out.is_empty() {
        writeln!(out, "… and {} (`--all` prints them)\n", left_out.join(", "))?;
    }
    Ok(())
}

fn group<'a>(diagnostic: &'a Diagnostic, printing: &'a Printing<'_>) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let place = &diagnostic.place;
    let path = format!("{}{}", printing.before, place.file);
    let group = Group::with_title(level.primary_title(&diagnostic.message).id(diagnostic.code));
    let group = match excerpt(place, (printing.text)(&place.file), printing.width) {
        Some((line, span)) => group.element(
            Snippet::source(line)
                .line_start(place.line as usize)
                .path(path)
                .annotation(AnnotationKind::Primary.span(span)),
        ),
        None if place.line == 0 => group.element(Origin::path(path)),
        None => group
            .element(Origin::path(path).line(place.line as usize).char_column(place.column.max(1) as usize)),
    };
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(help)),
        None => group,
    }
}

/// The first line of a place and what to underline in it. The renderer cuts a line to the terminal's width only
/// where the underlined part fits, so at most half of the width is underlined.
fn excerpt<'a>(
    place: &Place,
    text: Option<&'a SourceText>,
    width: usize,
) -> Option<(&'a str, std::ops::Range<usize>)> {
    let text = text.filter(|_| place.line > 0)?;
    let line = text.line_span(place.line);
    let shown = text.text.get(line.clone()).filter(|shown| shown.len() <= LONGEST_EXCERPT)?;
    let start = place.span.start.clamp(line.start, line.end) - line.start;
    let end = place.span.end.clamp(line.start, line.end) - line.start;
    let marked = shown.get(start..end)?;
    let most = marked.char_indices().nth(width / 2).map_or(marked.len(), |(at, _)| at);
    Some((shown, start..start + most))
}

fn short(out: &mut dyn Write, diagnostic: &Diagnostic, printing: &Printing<'_>) -> io::Result<()> {
    let Diagnostic { code, message, place, .. } = diagnostic;
    let severity = severity(diagnostic);
    let path = visible(&format!("{}{}", printing.before, place.file));
    // Editors jump to line 1 for a problem of the whole file.
    let (line, column) = (place.line.max(1), place.column.max(1));
    writeln!(out, "{path}:{line}:{column}: {severity}[{code}]: {}", visible(message))
}

/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>: `%`, CR and LF are
/// escaped everywhere, `:` and `,` in properties too.
fn github(out: &mut dyn Write, diagnostic: &Diagnostic, printing: &Printing<'_>) -> io::Result<()> {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let Diagnostic { code, message, help, place, .. } = diagnostic;
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let file = property(&format!("{}{}", printing.before, place.file));
    let at = match place.line {
        0 => String::new(),
        line => format!(",line={line},col={}", place.column.max(1)),
    };
    let help = help.as_deref().map_or(String::new(), |help| format!("\n{help}"));
    writeln!(
        out,
        "::{command} file={file}{at},title={}::{}",
        property(code),
        data(&format!("{message}{help}"))
    )
}

fn severity(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::diagnostic;

    fn check(format: Format, before: &str, diagnostics: &[Diagnostic], text: &SourceText, expected: Expect) {
        let mut out = Vec::new();
        let diagnostics: Vec<_> = diagnostics.iter().collect();
        let lookup = |path: &str| (path == text.path).then_some(text);
        let printing = Printing { format, before, all: false, width: 100, text: &lookup };
        assert!(print(&mut out, &diagnostics, &printing).is_ok());
        let plain = anstream::adapter::strip_bytes(&out).into_vec();
        expected.assert_eq(&String::from_utf8_lossy(&plain));
    }

    fn sample() -> (SourceText, Vec<Diagnostic>) {
        let text = SourceText::new("adr/1.md", "# Größe\r\n\r\nStatus: acepted\r\n");
        let at = text.text.find("acepted").unwrap_or_default();
        let place = Place::span(&text, at..at + 7);
        let config =
            diagnostic::bad_config(place, "unknown word `acepted`", Some("did you mean `accepted`?".into()));
        (text, vec![diagnostic::symlink_broken("adr/x,y.md"), config])
    }

    #[test]
    fn people_see_the_line_and_what_to_do() {
        let (text, diagnostics) = sample();
        check(
            Format::Full,
            "docs/",
            &diagnostics,
            &text,
            expect![[r#"
            error[bad-config]: unknown word `acepted`
             --> docs/adr/1.md:3:9
              |
            3 | Status: acepted
              |         ^^^^^^^
              |
              = help: did you mean `accepted`?

            warning[symlink-broken]: the symbolic link leads nowhere: it was left out
            --> docs/adr/x,y.md

        "#]],
        );
    }

    #[test]
    fn long_lines_are_cropped_around_the_caret() {
        for (before, marked, after) in
            [(0, 4, 900), (450, 4, 450), (900, 4, 0), (0, 900, 0), (100, 700, 100), (10, 9, 10)]
        {
            let line = format!("{}{}{}", "x ".repeat(before / 2), "b".repeat(marked), " y".repeat(after / 2));
            let text = SourceText::new("a.md", format!("one\n{line}\ntwo\n"));
            let at = text.text.find('b').unwrap_or_default();
            let place = Place::span(&text, at..at + marked);
            let problem = diagnostic::bad_config(place, "a problem", None);
            for width in [60, 80, 120] {
                let mut out = Vec::new();
                let lookup = |_: &str| Some(&text);
                let printing =
                    Printing { format: Format::Full, before: "", all: false, width, text: &lookup };
                assert!(print(&mut out, &[&problem], &printing).is_ok());
                let plain =
                    String::from_utf8_lossy(&anstream::adapter::strip_bytes(&out).into_vec()).into_owned();
                let longest = plain.lines().map(|line| line.chars().count()).max().unwrap_or_default();
                assert!(longest <= width + 4, "{longest} of {width}\n{plain}");
                assert!(plain.contains("^^^^") && plain.contains("bbbb"), "{plain}");
                assert!(plain.contains(&format!("a.md:2:{}", before + 1)), "{plain}");
            }
        }
    }

    #[test]
    fn editors_and_programs_get_one_line_each() {
        let (text, diagnostics) = sample();
        check(
            Format::Short,
            "docs/",
            &diagnostics,
            &text,
            expect![[r#"
            docs/adr/1.md:3:9: error[bad-config]: unknown word `acepted`
            docs/adr/x,y.md:1:1: warning[symlink-broken]: the symbolic link leads nowhere: it was left out
        "#]],
        );
        check(
            Format::Github,
            "docs/",
            &diagnostics,
            &text,
            expect![[r#"
            ::error file=docs/adr/1.md,line=3,col=9,title=bad-config::unknown word `acepted`%0Adid you mean `accepted`?
            ::warning file=docs/adr/x%2Cy.md,title=symlink-broken::the symbolic link leads nowhere: it was left out
        "#]],
        );
        check(
            Format::Json,
            "docs/",
            &diagnostics,
            &text,
            expect![[r#"
            [
              {
                "code": "bad-config",
                "severity": "error",
                "file": "adr/1.md",
                "line": 3,
                "column": 9,
                "message": "unknown word `acepted`",
                "help": "did you mean `accepted`?"
              },
              {
                "code": "symlink-broken",
                "severity": "warning",
                "file": "adr/x,y.md",
                "line": 0,
                "column": 0,
                "message": "the symbolic link leads nowhere: it was left out",
                "help": null
              }
            ]
        "#]],
        );
    }

    #[test]
    fn a_flood_of_one_code_does_not_bury_the_others() {
        let text = SourceText::new("a.md", "");
        let flood: Vec<_> = (0..30).map(|n| diagnostic::symlink_broken(&format!("{n:02}.md"))).collect();
        let mut out = Vec::new();
        let lookup = |path: &str| (path == text.path).then_some(&text);
        let printing = Printing { format: Format::Full, before: "", all: false, width: 80, text: &lookup };
        assert!(print(&mut out, &flood.iter().collect::<Vec<_>>(), &printing).is_ok());
        let shown = String::from_utf8_lossy(&out);
        assert_eq!(shown.matches("leads nowhere").count(), SHOWN_PER_CODE);
        assert!(shown.contains("… and 25 `symlink-broken`"));
    }
}
