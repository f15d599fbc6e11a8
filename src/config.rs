//! `annals.toml` → [`Config`]. Everything in it is optional: without it the tool finds the
//! collections itself.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::record::State;

/// The whole of `annals.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Config {
    /// The site as a whole.
    pub site: SiteConfig,
    /// The collections, by key; empty means: find them.
    pub collections: BTreeMap<String, CollectionConfig>,
}

/// `[site]`.
#[derive(Debug, Clone, Default, Deserialize)]
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
    /// Publish mail addresses of people.
    pub publish_mail: bool,
    /// Raw HTML in records is trusted, not sanitised.
    pub trusted_html: bool,
    /// Paths (globs) that are not part of the site.
    pub exclude: Vec<String>,
}

/// `[collections.KEY]`.
#[derive(Debug, Clone, Default, Deserialize)]
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
