//! Files in other markup languages, as markdown: what their usual header gives becomes front matter, and the rest a
//! block of code, so that the text is shown as it is written. No markup is parsed.
//!
//! | language | header |
//! |---|---|
//! | reStructuredText | `Key: value` lines at the top, as PEPs have them; `:Key: value` fields; the first underlined heading |
//! | MediaWiki | `Key: value` lines in the first `<pre>`, as BIPs have them; the first `= heading =` |
//! | AsciiDoc | `:key: value` attributes; `= Title` |
//! | Org | `#+KEY: value` |
//!
//! In each of them the line below a heading `Status` is the status.

use std::fmt::Write as _;

/// Lines that are looked at for fields.
const HEAD: usize = 100;

/// A markup language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Markup {
    Rst,
    MediaWiki,
    AsciiDoc,
    Org,
}

fn markup(path: &str) -> Option<Markup> {
    Some(match path.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
        "rst" => Markup::Rst,
        "mediawiki" | "wiki" => Markup::MediaWiki,
        "adoc" | "asciidoc" => Markup::AsciiDoc,
        "org" => Markup::Org,
        _ => return None,
    })
}

/// True for the path of a file in a language that is shown as it is.
pub fn is_plain(path: &str) -> bool {
    markup(path).is_some()
}

/// Such a file as markdown; `None` for any other.
pub fn to_markdown(path: &str, text: &str) -> Option<String> {
    let markup = markup(path)?;
    let lines: Vec<&str> = text.lines().collect();
    let mut header = Header::default();
    match markup {
        Markup::Rst => {
            header.block(&lines, 0);
            header.fields(&lines, |line| line.strip_prefix(':')?.split_once(": "));
        }
        Markup::MediaWiki => {
            let open = lines.iter().take(HEAD).position(|line| line.trim() == "<pre>");
            header.block(&lines, open.map_or(0, |open| open + 1));
        }
        Markup::AsciiDoc => header.fields(&lines, |line| line.strip_prefix(':')?.split_once(": ")),
        Markup::Org => header.fields(&lines, |line| line.strip_prefix("#+")?.split_once(": ")),
    }
    for (at, title) in headings(markup, &lines) {
        header.add("title", title);
        if title.eq_ignore_ascii_case("status") {
            let below = lines.iter().skip(at).map(|line| line.trim()).find(|line| !line.is_empty());
            header.add("status", below.unwrap_or_default());
            break;
        }
    }

    let mut markdown = String::from("---\n");
    for (key, value) in &header.entries {
        // A string in JSON is one in YAML.
        let quoted = |text: &str| serde_json::Value::from(text.trim()).to_string();
        let _ = writeln!(markdown, "{}: {}", quoted(key), quoted(value));
    }
    markdown.push_str("---\n\n");
    // A line that the header holds in part (a key without a value) stays in the text.
    let held = markdown.to_lowercase();
    let is_held = |line: &str| {
        let words = line.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
        !line.trim_end().ends_with(':') || words.into_iter().all(|word| held.contains(&word))
    };
    header.taken.retain(|at| lines.get(*at).is_some_and(|line| is_held(line)));
    let rest = lines.iter().enumerate().filter(|(at, _)| !header.taken.contains(at)).map(|(_, line)| *line);
    let rest = rest.collect::<Vec<_>>().join("\n");
    let fence = "`".repeat(longest_run(&rest, '`').max(2) + 1);
    let _ = write!(markdown, "{fence}\n{}\n{fence}\n", rest.trim_matches('\n'));
    Some(markdown)
}

/// Keys and values, and the lines that they are on.
#[derive(Default)]
struct Header {
    entries: Vec<(String, String)>,
    taken: Vec<usize>,
}

impl Header {
    /// Adds a value where the key has none yet.
    fn add(&mut self, key: &str, value: &str) {
        if !value.is_empty() && !self.entries.iter().any(|(own, _)| own.eq_ignore_ascii_case(key)) {
            self.entries.push((key.to_owned(), value.to_owned()));
        }
    }

    /// `Key: value` lines from a line on, up to the first that is none. A value goes on in indented lines.
    fn block(&mut self, lines: &[&str], start: usize) {
        let indent = |line: &str| line.len() - line.trim_start().len();
        let first = lines.get(start).map_or(0, |line| indent(line));
        for (at, line) in lines.iter().enumerate().skip(start).take(HEAD) {
            let entry = line.split_once(':').filter(|(key, _)| is_key(key.trim()));
            match (entry, self.entries.last_mut()) {
                _ if line.trim().is_empty() => break,
                // Keys are right-aligned in some logs: a value that goes on is indented further.
                (Some((key, value)), _) if indent(line) <= first.max(8) => {
                    self.entries.push((key.trim().to_owned(), value.trim().to_owned()));
                }
                (_, Some((key, value))) if indent(line) > first => {
                    let is_list = key.to_ascii_lowercase().starts_with("author") && !value.ends_with(',');
                    value.push_str(if is_list { ", " } else { " " });
                    value.push_str(line.trim());
                }
                _ => break,
            }
            self.taken.push(at);
        }
        // One line with a colon is a sentence.
        if self.entries.len() < 2 {
            *self = Header::default();
        }
    }

    /// Lines of the head that are fields, wherever they stand.
    fn fields<'a>(&mut self, lines: &[&'a str], field: impl Fn(&'a str) -> Option<(&'a str, &'a str)>) {
        for (at, line) in lines.iter().enumerate().take(HEAD) {
            if let Some((key, value)) = field(line).filter(|(key, _)| is_key(key)) {
                self.add(&key.to_lowercase(), value.trim());
                self.taken.push(at);
            }
        }
    }
}

fn is_key(key: &str) -> bool {
    key.starts_with(|c: char| c.is_alphabetic())
        && key.len() <= 40
        && key.split([' ', '-', '_']).count() <= 4
        && key.chars().all(|c| c.is_alphanumeric() || " -_".contains(c))
}

/// Headings, each with the line behind it.
fn headings<'a>(markup: Markup, lines: &'a [&'a str]) -> impl Iterator<Item = (usize, &'a str)> {
    lines.iter().enumerate().filter_map(move |(at, line)| {
        let marked = |mark: char| {
            let rest = line.trim_start_matches(mark);
            (rest.len() < line.len() && rest.starts_with(' ')).then(|| (at + 1, rest.trim()))
        };
        match markup {
            Markup::Rst => {
                let under = lines.get(at + 1).map(|under| under.trim_end()).unwrap_or_default();
                let title = line.trim();
                let is_title = is_rule(under) && !title.is_empty() && !is_rule(title);
                (is_title && under.chars().count() >= title.chars().count()).then_some((at + 2, title))
            }
            Markup::MediaWiki => {
                let title = line.trim().strip_prefix('=')?.strip_suffix('=')?.trim_matches('=').trim();
                (!title.is_empty()).then_some((at + 1, title))
            }
            Markup::AsciiDoc => marked('='),
            Markup::Org => marked('*'),
        }
    })
}

/// A line of one punctuation mark, as under a heading in reStructuredText.
fn is_rule(line: &str) -> bool {
    let first = line.chars().next().unwrap_or(' ');
    line.len() >= 3 && first.is_ascii_punctuation() && line.chars().all(|c| c == first)
}

fn longest_run(text: &str, wanted: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(path: &str, text: &str, expected: &str) {
        assert_eq!(to_markdown(path, text).as_deref(), Some(expected), "{path}");
    }

    #[test]
    fn headers() {
        check(
            "a.rst",
            "PEP: 7\nTitle: Use\n  tabs\nAuthor: Ada <ada@example.org>\n        Grace\n\nWhy: so.\n",
            "---\n\"PEP\": \"7\"\n\"Title\": \"Use tabs\"\n\"Author\": \"Ada <ada@example.org>, Grace\"\n---\n\n\
             ```\nWhy: so.\n```\n",
        );
        check(
            "a.rst",
            "=====\nTitle\n=====\n\n:Status: Draft\n:Not a field\n\nUse ``x``.\n",
            "---\n\"status\": \"Draft\"\n\"title\": \"Title\"\n---\n\n\
             ```\n=====\nTitle\n=====\n\n:Not a field\n\nUse ``x``.\n```\n",
        );
        check(
            "a.mediawiki",
            "<pre>\n  BIP: 7\n  Title: Use it\n  Status: Final\n</pre>\n\n==Abstract==\n",
            "---\n\"BIP\": \"7\"\n\"Title\": \"Use it\"\n\"Status\": \"Final\"\n---\n\n\
             ```\n<pre>\n</pre>\n\n==Abstract==\n```\n",
        );
        check(
            "a.adoc",
            "= Use it\n:status: Accepted\n:toc:\n\n== Why\n\n```\nx\n```\n",
            "---\n\"status\": \"Accepted\"\n\"title\": \"Use it\"\n---\n\n\
             ````\n= Use it\n:toc:\n\n== Why\n\n```\nx\n```\n````\n",
        );
        check(
            "a.org",
            "#+TITLE: Use it\n\n* Status\nAccepted\n* Why\n",
            "---\n\"title\": \"Use it\"\n\"status\": \"Accepted\"\n---\n\n```\n* Status\nAccepted\n* Why\n```\n",
        );
        check("a.rst", "Note: text.\n\nMore.\n", "---\n---\n\n```\nNote: text.\n\nMore.\n```\n");
        assert_eq!(to_markdown("a.md", "# A\n"), None);
    }

    proptest! {
        #[test]
        fn every_line_is_in_the_header_or_in_the_text(text in "([=:#+*` a-c]{0,6}\n){0,12}") {
            for path in ["a.rst", "a.wiki", "a.adoc", "a.org"] {
                let markdown = to_markdown(path, &text).unwrap_or_default();
                for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
                    prop_assert!(markdown.contains(word), "{word} of {text:?} is not in {markdown:?}");
                }
            }
        }
    }
}
