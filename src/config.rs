//! `annals.toml` → [`Config`]. Everything in it is optional: without it the tool finds the
//! collections itself. Whether a folder it names exists is not known here.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::diagnostic::{self, Diagnostic, Place};
use crate::record::State;
use crate::source::SourceText;

/// The whole of `annals.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Config {
    /// The site as a whole.
    pub site: SiteConfig,
    /// The collections, by key; empty means: find them.
    pub collections: BTreeMap<String, CollectionConfig>,
    /// The preview of `annals watch`; nothing here changes the site.
    pub preview: PreviewConfig,
}

/// `[site]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct SiteConfig {
    /// Title of the site; the root folder's name where it is not set.
    pub title: Option<String>,
    /// One sentence under the title.
    pub description: Option<String>,
    /// Where the site will live, for feeds and the sitemap: `https://example.org/decisions/`.
    pub base_url: Option<String>,
    /// The repository's web address: `https://github.com/acme/decisions`.
    pub repository: Option<String>,
    /// Former web addresses of the same repository; links to them are links to records too.
    pub repository_aliases: Vec<String>,
    /// Link pattern to a record's source, with `{path}` and `{branch}`.
    pub source_url: Option<String>,
    /// Link pattern to edit a record.
    pub edit_url: Option<String>,
    /// Link pattern to a record's history.
    pub history_url: Option<String>,
    /// Link pattern to a commit, with `{commit}`.
    pub commit_url: Option<String>,
    /// Branch that the patterns name; `main` where it cannot be found out.
    pub branch: Option<String>,
    /// Language of the site, for `<html lang>`.
    pub language: Option<String>,
    /// Whether the site has a search; it has, unless this is `false`.
    pub search: Option<bool>,
    /// Publish mail addresses of people.
    pub publish_mail: bool,
    /// Raw HTML in records is trusted, not sanitised.
    pub trusted_html: bool,
    /// Paths (globs) that are not part of the site.
    pub exclude: Vec<String>,
}

/// `[preview]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct PreviewConfig {
    /// How an editor is asked to open a file: `vscode`, `idea`, `zed`, or a link pattern with `{path}`,
    /// `{line}` and `{column}`.
    pub editor_url: Option<String>,
}

/// `[collections.KEY]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct CollectionConfig {
    /// Folder of the records, relative to the root.
    pub path: String,
    /// Heading of the collection's page.
    pub title: Option<String>,
    /// What people write before a number: `RFC`.
    pub prefix: Option<String>,
    /// State of a record that states none.
    pub default_state: Option<State>,
    /// State by sub-folder: `{ "rejected" = "rejected" }`.
    pub folder_states: BTreeMap<String, State>,
    /// Order of day and month in dates like `03/04/2024`.
    pub date_order: Option<DateOrder>,
    /// Own status words: `{ "Parked" = "deferred" }`.
    pub statuses: BTreeMap<String, State>,
    /// Own relation kinds, each with its inverse: `{ "refines" = "refined-by" }`.
    pub relations: BTreeMap<String, String>,
    /// Language of the records, for `lang` and search.
    pub language: Option<String>,
}

/// Order of day, month and year in numeric dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    /// 31/12/2024.
    Dmy,
    /// 12/31/2024.
    Mdy,
}

/// Takes the text of `annals.toml`. Where it cannot be used, gives it back with what is wrong.
pub fn parse(text: &SourceText) -> Result<Config, (SourceText, Vec<Diagnostic>)> {
    let mut config: Config = toml::from_str(&text.text).map_err(|error| {
        let message = error.message().trim();
        let end = text.text.len();
        let span = error.span().map_or(end..end, |span| span.start.min(end)..span.end.min(end));
        let suggestion = suggestion(message);
        // The list of all that could have stood there is noise once the likely one is named.
        let end = suggestion.as_ref().and_then(|_| message.find(", expected")).or_else(|| message.find('\n'));
        let message = &message[..end.unwrap_or(message.len())];
        (text.clone(), vec![diagnostic::bad_config(Place::span(text, span), message, suggestion)])
    })?;
    let mut problems = Vec::new();
    let mut bad = |value: &str, message: String| {
        // Values are short and quoted: the first place where this one stands between quotes is it.
        let at = ['"', '\''].iter().find_map(|quote| text.text.find(&format!("{quote}{value}{quote}")));
        let span = at.map_or(0..0, |at| at + 1..at + 1 + value.len());
        problems.push(diagnostic::bad_config(Place::span(text, span), message, None));
    };
    for glob in &config.site.exclude {
        if let Err(error) = ignore::overrides::OverrideBuilder::new("").add(glob) {
            bad(glob, error.to_string());
        }
    }
    match config.site.base_url.as_deref().map(check_base_url) {
        Some(Ok(url)) => config.site.base_url = Some(url),
        Some(Err(message)) => bad(config.site.base_url.as_deref().unwrap_or_default(), message),
        None => {}
    }
    for collection in config.collections.values() {
        let path = &collection.path;
        if path.starts_with('/') || path.contains('\\') || path.split('/').any(|part| part == "..") {
            bad(path, format!("`{path}` is not a path below the root, written with `/`"));
        }
    }
    for collection in config.collections.values_mut() {
        let path = collection.path.trim_start_matches("./").trim_end_matches('/');
        collection.path = if path == "." { String::new() } else { path.to_owned() };
    }
    if problems.is_empty() { Ok(config) } else { Err((text.clone(), problems)) }
}

/// The address a site will have, with its last `/`; says what is wrong with any other text.
pub fn check_base_url(url: &str) -> Result<String, String> {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match host {
        Some(host)
            if !host.is_empty()
                && !host.starts_with('/')
                && !url.contains(['?', '#', '"', '<', '>'])
                && !url.contains(char::is_whitespace) =>
        {
            Ok(format!("{}/", url.trim_end_matches('/')))
        }
        _ => Err(format!("`{url}` is not a web address like `https://example.org/decisions/`")),
    }
}

/// What was meant by an unknown key or value. serde names the wrong word first and then all that could have
/// stood there, each between backticks.
fn suggestion(message: &str) -> Option<String> {
    let mut words = message.split('`').skip(1).step_by(2);
    let wrong = words.next()?;
    let (best, likeness) = words
        .map(|word| (word, strsim::jaro_winkler(&wrong.to_lowercase(), word)))
        .max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    (likeness > 0.75).then(|| format!("did you mean `{best}`?"))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(text: &str, expected: Expect) {
        let shown = match parse(&SourceText::new("annals.toml", text)) {
            Ok(_) => "fine".to_owned(),
            Err((_, problems)) => problems
                .iter()
                .map(|problem| {
                    let Place { line, column, .. } = problem.place;
                    let help = problem.help.as_deref().map_or(String::new(), |help| format!(" ({help})"));
                    format!("{line}:{column}: {}{help}", problem.message)
                })
                .collect::<Vec<_>>()
                .join("\n"),
        };
        expected.assert_eq(&shown);
    }

    #[test]
    fn unknown_keys_and_values_are_named_with_what_was_meant() {
        check("[site]\ntitel = \"x\"\n", expect!["2:1: unknown field `titel` (did you mean `title`?)"]);
        check(
            "[collections.rfc]\npath = \"rfc\"\ndefault-state = \"acepted\"\n",
            expect!["3:17: unknown variant `acepted` (did you mean `accepted`?)"],
        );
        check("[site\n", expect!["1:6: unclosed table, expected `]`"]);
        check("[site]\ntitle = 3\n", expect!["2:9: invalid type: integer `3`, expected a string"]);
    }

    #[test]
    fn values_are_checked_where_they_stand() {
        check(
            "[site]\nbase-url = 'example.org'\nexclude = [\"a\", \"b{\"]\n",
            expect![[r#"
            3:18: error parsing glob 'b{': unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)
            2:13: `example.org` is not a web address like `https://example.org/decisions/`"#]],
        );
        check(
            "[collections.rfc]\npath = \"../rfc\"\n",
            expect!["2:9: `../rfc` is not a path below the root, written with `/`"],
        );
        check("[site]\nbase-url = \"https://example.org/decisions\"\n", expect!["fine"]);
    }
}
