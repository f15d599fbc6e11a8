//! `annals timeline`.

use std::io;
use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;
use serde::Serialize;

use super::table::{bold, dim, phase, plain, table};
use super::{load, put, width};
use crate::error::{Error, plural};
use crate::json::{self, Day, EventJson, RecordJson};
use crate::record::EventSource;
use crate::site::forge;
use crate::timeline;

/// Shows what happened to the records, by date; or, with --as-of, which decisions were in force on a day.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    annals timeline\n  \
    annals timeline --as-of 2024-03-01    what was in force that day\n  \
    annals timeline --json | jq '.events[] | select(.to == \"accepted\")'")]
pub struct Timeline {
    /// Folder with the records, or the repository they are in
    #[arg(default_value = ".")]
    pub(super) root: PathBuf,
    /// Which decisions were in force on this day
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<Date>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// `annals timeline --json`.
#[derive(Debug, Serialize)]
struct EventsJson<'a> {
    version: u32,
    events: Vec<RecordEventJson<'a>>,
}

/// An event and whose it is.
#[derive(Debug, Serialize)]
struct RecordEventJson<'a> {
    id: &'a str,
    title: &'a str,
    url: String,
    #[serde(flatten)]
    event: EventJson<'a>,
}

/// `annals timeline --as-of DATE --json`.
#[derive(Debug, Serialize)]
struct AsOfJson<'a> {
    version: u32,
    as_of: Day,
    records: Vec<RecordJson<'a>>,
    /// Ids of records that are in force now, but nobody knows since when.
    undated: Vec<&'a str>,
}

impl Timeline {
    /// Prints events, or what was in force.
    pub fn run(self) -> Result<u8, Error> {
        let (_, site) = load(&self.root, false)?;
        if let Some(missing) = site.history_missing {
            super::tell(format_args!("{}", missing.sentence()));
        }
        let entry = |ix: usize| &site.entries[ix];
        if let Some(day) = self.as_of {
            let in_force = timeline::as_of(&site, day);
            let undated = timeline::undated(&site);
            if self.json {
                let records = in_force.iter().map(|ix| json::record(&site, entry(*ix))).collect();
                let undated = undated.iter().map(|ix| entry(*ix).id.as_str()).collect();
                let data = AsOfJson { version: json::VERSION, as_of: Day(day), records, undated };
                return put(&json::to_bytes(&data)).map(|()| 0);
            }
            let mut rows = vec![vec![bold("ID"), bold("SINCE"), bold("TITLE")]];
            rows.extend(in_force.iter().map(|ix| {
                let entry = entry(*ix);
                let interval = entry.in_force.iter().find(|interval| interval.contains(day));
                let since = interval.map_or_else(String::new, |own| {
                    let mark = if own.inferred { " ?" } else { "" };
                    format!("{}{mark}", own.from)
                });
                vec![plain(&entry.id), dim(since), plain(&entry.record.title.value)]
            }));
            if in_force.is_empty() {
                super::tell(format_args!("no decision is known to have been in force on {day}"));
            } else {
                put(table(&rows, width(&io::stdout())).as_bytes())?;
            }
            let inferred =
                |ix: &&usize| entry(**ix).in_force.iter().any(|own| own.inferred && own.contains(day));
            let inferred = in_force.iter().filter(inferred).count();
            if inferred > 0 {
                super::tell(format_args!(
                    "{} marked `?`: the day is approximate, because nothing says when it was decided",
                    plural(inferred, "decision")
                ));
            }
            if !undated.is_empty() {
                super::tell(format_args!(
                    "{} in force today cannot be placed: nothing says since when",
                    plural(undated.len(), "decision")
                ));
            }
            return Ok(0);
        }
        let by_year = timeline::by_year(&site);
        if self.json {
            let events = by_year.values().flatten().map(|(ix, event)| RecordEventJson {
                id: &entry(*ix).id,
                title: &entry(*ix).record.title.value,
                url: forge::encode_path(&entry(*ix).address),
                event: json::event(event),
            });
            let data = EventsJson { version: json::VERSION, events: events.collect() };
            return put(&json::to_bytes(&data)).map(|()| 0);
        }
        let mut rows = vec![vec![bold("DATE"), bold("ID"), bold("EVENT"), bold("TITLE")]];
        rows.extend(by_year.values().flatten().map(|(ix, event)| {
            let what = match (event.from, event.to) {
                (Some(from), Some(to)) if from != to => phase(format!("{from} → {to}"), to.phase()),
                (_, Some(to)) => phase(to.name(), to.phase()),
                (_, None) => plain(&event.label),
            };
            vec![
                dim(format!("{}{}", event.date, if event.is_approximate() { " ?" } else { "" })),
                plain(&entry(*ix).id),
                what,
                plain(&entry(*ix).record.title.value),
            ]
        }));
        if rows.len() == 1 {
            super::tell(format_args!("nothing has a date"));
            return Ok(0);
        }
        put(table(&rows, width(&io::stdout())).as_bytes())?;
        Ok(0)
    }
}

/// Where an event is known from, for people.
pub fn source_words(source: EventSource) -> &'static str {
    match source {
        EventSource::Git => "commit",
        EventSource::FrontMatter => "metadata",
        EventSource::Text => "text",
    }
}
