//! `annals list`.

use std::io;
use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::table::{bold, dim, phase, plain, table};
use super::{load, put, width};
use crate::error::Error;
use crate::json::{self, RecordsJson};
use crate::record::State;
use crate::site::Entry;

/// Lists records: id, state, date and title.
///
/// The date is that of the decision, else of the writing, else of the first commit.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    annals list --state proposed            what can still be influenced\n  \
    annals list ../decisions --tag storage\n  \
    annals list --json | jq -r '.records[].title'")]
pub struct List {
    /// Folder with the records, or the repository they are in
    #[arg(default_value = ".")]
    pub(super) root: PathBuf,
    /// Only records in this state; may be given more than once
    #[arg(long, value_parser = PossibleValuesParser::new(State::ALL.map(State::name)))]
    state: Vec<String>,
    /// Only records of this collection, by its key; may be given more than once
    #[arg(long, value_name = "KEY")]
    collection: Vec<String>,
    /// Only records with this tag, of any facet; may be given more than once, and then all must be there
    #[arg(long)]
    tag: Vec<String>,
    /// Include records that say `draft: true`
    #[arg(long)]
    drafts: bool,
    /// In the format of records.json
    #[arg(long)]
    json: bool,
}

impl List {
    /// Prints the records that match.
    pub fn run(self) -> Result<u8, Error> {
        let (_, site) = load(&self.root, self.drafts)?;
        super::tell_formats(&crate::formats(&site));
        super::tell_skipped(&site.skipped, &super::before(&self.root));
        if let Some(unknown) =
            self.collection.iter().find(|key| !site.collections.iter().any(|c| c.key == **key))
        {
            let keys: Vec<&str> = site.collections.iter().map(|collection| collection.key.as_str()).collect();
            return Err(Error::usage_help(
                format!("there is no collection `{unknown}`"),
                format!("there are: {}", keys.join(", ")),
            ));
        }
        let entries: Vec<&Entry> = site.entries.iter().filter(|entry| self.matches(entry)).collect();
        if self.json {
            let records = entries.iter().map(|entry| json::record(&site, entry)).collect();
            return put(&json::to_bytes(&RecordsJson {
                version: json::VERSION,
                site: json::site_json(&site),
                records,
            }))
            .map(|()| 0);
        }
        if entries.is_empty() {
            super::tell(format_args!("no record matches"));
            return Ok(0);
        }
        let mut rows = vec![vec![bold("ID"), bold("STATE"), bold("DATE"), bold("TITLE")]];
        rows.extend(entries.iter().map(|entry| {
            let state = entry.record.status.state;
            let date = date(entry).map_or_else(String::new, |date| date.to_string());
            vec![
                plain(&entry.id),
                phase(state.name(), state.phase()),
                dim(date),
                plain(&entry.record.title.value),
            ]
        }));
        put(table(&rows, width(&io::stdout())).as_bytes())?;
        Ok(0)
    }

    fn matches(&self, entry: &Entry) -> bool {
        let record = &entry.record;
        let has = |tag: &String| record.tags.values().flatten().any(|own| own.eq_ignore_ascii_case(tag));
        (self.state.is_empty() || self.state.iter().any(|state| state == record.status.state.name()))
            && (self.collection.is_empty() || self.collection.contains(&record.collection))
            && self.tag.iter().all(has)
    }
}

/// The day to list a record under.
fn date(entry: &Entry) -> Option<jiff::civil::Date> {
    let dates = &entry.record.dates;
    let written = dates.decided.as_ref().or(dates.created.as_ref()).or(dates.updated.as_ref());
    written.map(|date| date.value).or(entry.committed.map(|(first, _)| first))
}
