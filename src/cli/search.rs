//! `annals search`.

use std::fmt::Write as _;
use std::io::{self, BufRead};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::table::{bold, dim, link, marked, phase, plain};
use super::{before, load, put, tell, width};
use crate::catalog::{Memory, catalog};
use crate::error::{Error, plural};
use crate::json;
use crate::record::{Phase, State};
use crate::search::answer::{Answer, Found};
use crate::search::index::Index;
use crate::search::token::tokens;
use crate::site::forge::encode_path;

/// Finds records by their words, as the search of the built site does.
///
/// Words may be misspelt, and the last one may be the beginning of a longer one. `"in quotes"` is a phrase, `-word`
/// leaves records out. Filters: status: tag: author: collection: before: after: year: supersedes: references: and
/// is: open, in-force, retired, closed or draft.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    annals search \"retry budget\"\n  \
    annals search 'quic is:in-force -tag:draft' ../decisions --limit 3\n  \
    annals search 'author:grace after:2024' --json | jq -r '.results[].source'\n  \
    annals search - --json < queries.txt          one answer a line")]
pub struct Search {
    /// What to look for; `-` reads queries from stdin, one a line
    query: String,
    /// Folder with the records, or the repository they are in
    #[arg(default_value = ".")]
    pub(super) root: PathBuf,
    /// Records to show
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: usize,
    /// Include records that say `draft: true`
    #[arg(long)]
    drafts: bool,
    /// Print the tokens of each line of stdin, for tests of other tokenizers
    #[arg(long, hide = true)]
    tokens: bool,
    /// As JSON, with all that was found out
    #[arg(long)]
    json: bool,
}

impl Search {
    /// Prints what was found.
    pub fn run(self) -> Result<u8, Error> {
        if self.tokens {
            return print_tokens().map(|()| 0);
        }
        let (inputs, site) = load(&self.root, self.drafts)?;
        let base_url = site.config.site.base_url.clone();
        let catalog = catalog(Arc::new(site), &mut Memory::default());
        let failed = |source| Error::Machine { doing: "search the records".into(), source };
        let index = Index::new(&catalog, &inputs, &mut Default::default()).map_err(failed)?;
        let print = Print { before: before(&self.root), base_url, width: width(&io::stdout()) };
        if self.query != "-" {
            let answer = index.search(&self.query, self.limit).map_err(failed)?;
            if self.json {
                return put(&json::to_bytes(&answer)).map(|()| 0);
            }
            print.answer(&answer)?;
            return Ok(0);
        }
        for line in io::stdin().lock().lines() {
            let query = line.map_err(|source| Error::Machine { doing: "read stdin".into(), source })?;
            let answer = index.search(&query, self.limit).map_err(failed)?;
            if self.json {
                let line = serde_json::to_string(&answer).map_err(|error| failed(error.into()))?;
                put(format!("{line}\n").as_bytes())?;
            } else {
                print.answer(&answer)?;
            }
        }
        Ok(0)
    }
}

/// Each line's tokens as JSON: text, position, whether it is a whole.
fn print_tokens() -> Result<(), Error> {
    for line in io::stdin().lock().lines() {
        let line = line.map_err(|source| Error::Machine { doing: "read stdin".into(), source })?;
        let tokens = tokens(&line);
        let tokens: Vec<_> = tokens.iter().map(|token| (token.text, token.position, token.whole)).collect();
        put(format!("{}\n", serde_json::json!(tokens)).as_bytes())?;
    }
    Ok(())
}

struct Print {
    /// Stands before paths below the root.
    before: String,
    base_url: Option<String>,
    width: usize,
}

impl Print {
    fn answer(&self, answer: &Answer) -> Result<(), Error> {
        for message in &answer.messages {
            tell(format_args!("{message}"));
        }
        if let Some(meant) = &answer.did_you_mean {
            tell(format_args!("Did you mean `{meant}`?"));
        }
        let mut out = String::new();
        for found in &answer.results {
            self.found(found, &mut out);
        }
        put(out.as_bytes())?;
        let mut counts = Vec::new();
        if answer.with_all_words < answer.total {
            counts.push(format!("{} with all words", some(answer.with_all_words)));
        }
        if answer.results.len() < answer.total {
            counts.push(format!("{} not shown (`--limit`)", answer.total - answer.results.len()));
        }
        match counts.as_slice() {
            _ if answer.total == 0 => tell(format_args!("no record matches")),
            [] => {}
            counts => tell(format_args!("{} in all, {}", plural(answer.total, "record"), counts.join(", "))),
        }
        Ok(())
    }

    fn found(&self, found: &Found, out: &mut String) {
        let of = State::from_name(found.status.state).map_or(Phase::Unknown, State::phase);
        let state = phase(found.status.state, of);
        let _ = write!(out, "{}  {}  {state}", bold(&found.id), plain(&found.title));
        if let Some(date) = &found.date {
            let _ = write!(out, "  {}", dim(date));
        }
        out.push('\n');
        if let Some(head) = &found.head {
            let _ = writeln!(out, "  now {}  {}", bold(&head.id), plain(&head.title));
        }
        for line in wrap(&found.excerpt.text, &found.excerpt.marks, self.width.clamp(40, 100) - 2) {
            let _ = writeln!(out, "  {}", marked(&line.0, &line.1));
        }
        let anchor = match found.anchor.as_str() {
            "" => String::new(),
            anchor => format!("#{}", encode_path(anchor)),
        };
        let shown = format!("{}{}{anchor}", self.before, found.source);
        let href = self.base_url.as_ref().map(|base| format!("{base}{}{anchor}", found.url));
        let _ = writeln!(out, "  {}\n", link(dim(shown), href.as_deref()));
    }
}

fn some(count: usize) -> String {
    if count == 0 { "none".to_owned() } else { count.to_string() }
}

/// Text with marks, as in [`crate::search::answer::Shown`].
type Marked = (String, Vec<(usize, usize)>);

/// Breaks text at spaces into lines of at most `width` characters; marks that cross a break are broken too.
fn wrap(text: &str, marks: &[(usize, usize)], width: usize) -> Vec<Marked> {
    let chars: Vec<char> = text.chars().collect();
    let mut lines = Vec::new();
    let mut start = 0;
    while start < chars.len() {
        let most = (start + width).min(chars.len());
        let end = match most == chars.len() {
            true => most,
            false => (start + 1..=most).rev().find(|at| chars[*at] == ' ').unwrap_or(most),
        };
        let own = marks.iter().filter_map(|(at, length)| {
            let (from, to) = (start.max(*at), end.min(at + length));
            (from < to).then(|| (from - start, to - from))
        });
        lines.push((chars[start..end].iter().collect(), own.collect()));
        start = end + usize::from(chars.get(end) == Some(&' '));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_keep_their_marks() {
        let lines = wrap("use quic between all regions", &[(4, 12), (21, 7)], 16);
        assert_eq!(
            lines,
            [("use quic between".to_owned(), vec![(4, 12)]), ("all regions".to_owned(), vec![(4, 7)])]
        );
    }
}
