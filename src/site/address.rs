//! Ids and addresses: gives each record the place in the site that survives a retitle. Does not know
//! what stands on a page.
//!
//! A record is addressed by its number as the source pads it (`rfc/0012.html`), as PEPs, EIPs and
//! IETF RFCs are; by its file stem where it has none. Records that share a number keep their stems, and
//! a chooser stands at the number. Two addresses never differ in case alone, since a site may be served
//! from a file system that ignores it.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::civil::Date;

use super::names::aliases;
use super::{Chooser, Entry, Ix};
use crate::collection::Collection;
use crate::diagnostic;
use crate::history::History;
use crate::record::{Record, Sourced};

/// Where each record stands in the site.
pub struct Placed {
    /// In the order of [`super::Site::entries`].
    places: Vec<Place>,
    /// Pages of shared numbers.
    pub choosers: Vec<Chooser>,
    /// Which record is made from a file, by its path.
    pub by_source: HashMap<String, Ix>,
}

struct Place {
    /// Which of the records that were placed.
    record: usize,
    collection: usize,
    id: String,
    address: String,
}

/// True where [`place`] gives both records the same place, and they have the same names.
pub fn is_same(before: &Record, now: &Record) -> bool {
    fn seen(record: &Record) -> (&str, &str, &str, Option<&str>, Option<Date>, Option<Date>) {
        let day = |date: &Option<Sourced<Date>>| date.as_ref().map(|date| date.value);
        let number = record.number.as_ref().map(|number| number.value.as_str());
        let dates = &record.dates;
        (&record.source, &record.collection, &record.slug, number, day(&dates.created), day(&dates.decided))
    }
    seen(before) == seen(now) && aliases(before).eq(aliases(now))
}

/// Gives every record its place: by collection, number, date and slug.
pub fn place(collections: &[Collection], records: &[Arc<Record>], history: &History) -> Placed {
    let placed = sorted(collections, records, history);
    let order: Vec<usize> = placed.iter().map(|(_, at)| *at).collect();
    let placed: Vec<(usize, &Record)> = placed.into_iter().map(|(home, at)| (home, &*records[at])).collect();
    let homes: Vec<String> = collections.iter().map(|collection| folder(&collection.key)).collect();
    let groups = shared_numbers(&placed);
    let is_shared: HashSet<Ix> = groups.iter().flatten().copied().collect();

    // Numbers choose first, so that a record named `0012.md` never takes the address of number 12.
    let mut addresses = Names::default();
    let by_number: Vec<Option<String>> = placed
        .iter()
        .enumerate()
        .map(|(at, (home, record))| {
            let number = record.number.as_ref().filter(|_| !is_shared.contains(&at))?;
            Some(addresses.take(&format!("{}/{}", homes[*home], safe(&number.value))))
        })
        .collect();
    let choosers: Vec<Chooser> = groups
        .into_iter()
        .filter_map(|group| {
            let (home, record) = &placed[*group.first()?];
            let number = record.number.as_ref()?.value.clone();
            let path = addresses.take(&format!("{}/{}", homes[*home], safe(&number)));
            Some(Chooser { address: format!("{path}.html"), collection: *home, number, entries: group })
        })
        .collect();

    let mut ids = Names::default();
    let mut places = Vec::with_capacity(placed.len());
    for (at, ((collection, record), by_number)) in placed.into_iter().zip(by_number).enumerate() {
        let home = &homes[collection];
        let address = by_number.unwrap_or_else(|| by_name(&mut addresses, home, &record.source));
        let slug = safe(&record.slug).to_lowercase();
        let name = match record.number.as_ref().map(|number| normal_number(&number.value)) {
            Some(number) if is_shared.contains(&at) => format!("{number}-{slug}"),
            Some(number) => number,
            None => slug,
        };
        places.push(Place {
            record: order[at],
            collection,
            id: ids.take(&format!("{}-{}", home.to_lowercase(), safe(&name))),
            address: format!("{address}.html"),
        });
    }
    let sources = places.iter().map(|place| records[place.record].source.clone());
    let by_source = sources.enumerate().map(|(ix, source)| (source, ix)).collect();
    Placed { places, choosers, by_source }
}

/// The records in their places, with nothing known of each other yet but who shares a number. Takes them as
/// they were given to [`place`].
pub fn enter(placed: &Placed, records: &[Arc<Record>], history: &History) -> Vec<Entry> {
    let (cites, targets) = Default::default();
    let entry = |place: &Place| {
        let record = Arc::clone(&records[place.record]);
        let file = history.files.get(&record.source);
        Entry {
            diagnostics: record.diagnostics.clone(),
            record,
            id: place.id.clone(),
            address: place.address.clone(),
            collection: place.collection,
            relations: Arc::default(),
            elsewhere: Vec::new(),
            referenced_by: Arc::default(),
            cites: Arc::clone(&cites),
            targets: Arc::clone(&targets),
            superseded_by: Vec::new(),
            events: Arc::default(),
            in_force: Arc::default(),
            committed: file.and_then(|file| Some((file.first?, file.last?))),
        }
    };
    let mut entries: Vec<Entry> = placed.places.iter().map(entry).collect();
    for chooser in &placed.choosers {
        report(chooser, &mut entries);
    }
    entries
}

/// Index of the collection and of the record, in the order of [`super::Site::entries`].
fn sorted(collections: &[Collection], records: &[Arc<Record>], history: &History) -> Vec<(usize, usize)> {
    let keys: HashMap<&str, usize> =
        collections.iter().enumerate().map(|(at, collection)| (collection.key.as_str(), at)).collect();
    let mut order: Vec<(SortKey, usize)> = records
        .iter()
        .enumerate()
        .filter_map(|(at, record)| {
            Some((sort_key(*keys.get(record.collection.as_str())?, record, history), at))
        })
        .collect();
    order.sort();
    order.into_iter().map(|(key, at)| (key.collection, at)).collect()
}

/// The records that share a number with another one of their collection, by number. Equal numbers stand
/// together in the order of the entries.
fn shared_numbers(placed: &[(usize, &Record)]) -> Vec<Vec<Ix>> {
    let numbers: Vec<Option<(usize, String)>> = placed
        .iter()
        .map(|(home, record)| Some((*home, normal_number(&record.number.as_ref()?.value))))
        .collect();
    let mut at = 0;
    let mut groups = Vec::new();
    for run in numbers.chunk_by(|a, b| a.is_some() && a == b) {
        if run.len() > 1 {
            groups.push((at..at + run.len()).collect());
        }
        at += run.len();
    }
    groups
}

/// The address of a record without a number of its own.
fn by_name(addresses: &mut Names, home: &str, source: &str) -> String {
    let stem = unreserved(&safe(stem(source)));
    let plain = format!("{home}/{stem}");
    match addresses.is_free(&plain) {
        true => addresses.take(&plain),
        // Two folders of one collection may hold the same file name.
        false => addresses.take(&format!("{home}/{}-{stem}", safe(parent_name(source)))),
    }
}

fn report(chooser: &Chooser, entries: &mut [Entry]) {
    let sources: Vec<String> = chooser.entries.iter().map(|ix| entries[*ix].record.source.clone()).collect();
    for (at, ix) in chooser.entries.iter().enumerate() {
        let others: Vec<&str> = sources
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != at)
            .map(|(_, source)| source.as_str())
            .collect();
        let problem = diagnostic::duplicate_number(&sources[at], &chooser.number, &others);
        entries[*ix].diagnostics.push(problem);
    }
}

/// The folder of a collection's pages, from its key: `rfc`. Never one that the site uses itself.
pub fn folder(key: &str) -> String {
    const SITE: [&str; 14] = [
        "assets",
        "changes",
        "collections",
        "feeds",
        "graph",
        "people",
        "raw",
        "schema",
        "search",
        "states",
        "static",
        "tags",
        "theme",
        "timeline",
    ];
    let name = unreserved(&safe(key));
    match SITE.contains(&name.to_lowercase().as_str()) {
        true => format!("{name}-records"),
        false => name,
    }
}

/// The page of a collection, from its key: `rfc/index.html`.
pub fn collection(key: &str) -> String {
    format!("{}/index.html", folder(key))
}

/// A number as it is compared: no leading zeros in any run of digits, lower case. `0012` → `12`,
/// `046-01` → `46-1`, `040A` → `40a`.
pub fn normal_number(number: &str) -> String {
    let mut normal = String::with_capacity(number.len());
    let mut rest = number.trim();
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits > 0 {
            let significant = rest[..digits].trim_start_matches('0');
            normal.push_str(if significant.is_empty() { "0" } else { significant });
            rest = &rest[digits..];
        } else if let Some(letter) = rest.chars().next() {
            normal.extend(letter.to_lowercase());
            rest = &rest[letter.len_utf8()..];
        }
    }
    normal
}

/// Orders numbers as people do: `9` before `10`, `46-2` before `46-10`, `40` before `40a`.
pub fn compare_numbers(a: &str, b: &str) -> Ordering {
    natural(a).cmp(&natural(b))
}

/// The name of a record's file without its extension, or of its folder where the file is only called
/// `README.md` or `index.md`.
pub fn stem(source: &str) -> &str {
    let file = source.rsplit('/').next().unwrap_or(source);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    match stem.eq_ignore_ascii_case("readme") || stem.eq_ignore_ascii_case("index") {
        true if source.contains('/') => parent_name(source),
        _ => stem,
    }
}

/// Text as one segment of an address: letters and digits of any script, `-`, `_`, and dots inside;
/// everything else becomes one `-`. Never empty, at most 150 bytes.
pub fn safe(text: &str) -> String {
    const LONGEST: usize = 150;
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if safe.len() + c.len_utf8() > LONGEST {
            break;
        }
        match c {
            '_' => safe.push(c),
            '.' if !safe.is_empty() && !safe.ends_with(['.', '-']) => safe.push(c),
            c if c.is_alphanumeric() => safe.push(c),
            _ if !safe.is_empty() && !safe.ends_with('-') => safe.push('-'),
            _ => {}
        }
    }
    safe.truncate(safe.trim_end_matches(['.', '-']).len());
    match safe.is_empty() {
        true => "record".to_owned(),
        false => safe,
    }
}

/// Moves out of the way of pages that every collection has, and of names that Windows keeps for devices.
fn unreserved(segment: &str) -> String {
    const TAKEN: [&str; 11] =
        ["404", "aux", "changes", "con", "feed", "index", "nul", "page", "prn", "readme", "timeline"];
    let lower = segment.to_lowercase();
    let base = lower.split('.').next().unwrap_or_default();
    let device = |prefix: &str| {
        base.strip_prefix(prefix).is_some_and(|n| n.len() == 1 && n.as_bytes()[0].is_ascii_digit())
    };
    let paged = base.strip_prefix("page-").is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    match TAKEN.contains(&base) || device("com") || device("lpt") || paged {
        true => format!("{segment}-record"),
        false => segment.to_owned(),
    }
}

fn parent_name(source: &str) -> &str {
    source.rsplit('/').nth(1).unwrap_or("root")
}

/// Names given out so far, without regard to case.
#[derive(Default)]
struct Names {
    taken: HashSet<String>,
    next: HashMap<String, usize>,
}

impl Names {
    fn is_free(&self, name: &str) -> bool {
        !self.taken.contains(&name.to_lowercase())
    }

    /// The name itself, or with the first free `-2`, `-3`, … behind it.
    fn take(&mut self, name: &str) -> String {
        let lower = name.to_lowercase();
        if self.taken.insert(lower.clone()) {
            return name.to_owned();
        }
        let next = self.next.entry(lower.clone()).or_insert(2);
        loop {
            let at = *next;
            *next += 1;
            if self.taken.insert(format!("{lower}-{at}")) {
                return format!("{name}-{at}");
            }
        }
    }
}

/// Order of [`super::Site::entries`]; records without a number come after those that have one.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct SortKey {
    collection: usize,
    unnumbered: bool,
    number: Vec<Run>,
    undated: bool,
    date: Option<Date>,
    slug: String,
    source: String,
}

/// A run of a number, so that comparing runs compares numbers.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Run {
    /// Digits without leading zeros, shorter ones first.
    Digits(usize, String),
    Other(String),
}

fn natural(number: &str) -> Vec<Run> {
    let normal = normal_number(number);
    let mut runs = Vec::new();
    let mut rest = normal.as_str();
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let run = rest[..end].to_owned();
        runs.push(if digits { Run::Digits(run.len(), run) } else { Run::Other(run) });
        rest = &rest[end..];
    }
    runs
}

fn sort_key(collection: usize, record: &Record, history: &History) -> SortKey {
    let dates = &record.dates;
    let written = dates.created.as_ref().or(dates.decided.as_ref()).map(|date| date.value);
    let date = written.or_else(|| history.files.get(&record.source).and_then(|file| file.first));
    SortKey {
        collection,
        unnumbered: record.number.is_none(),
        number: record.number.as_ref().map_or_else(Vec::new, |number| natural(&number.value)),
        undated: date.is_none(),
        date,
        slug: record.slug.clone(),
        source: record.source.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_without_zeros() {
        for (number, normal) in
            [("0012", "12"), ("0000", "0"), ("046-01", "46-1"), ("040A", "40a"), ("7", "7")]
        {
            assert_eq!(normal_number(number), normal);
        }
        let mut numbers = ["10", "9", "040a", "40", "046-10", "046-02"];
        numbers.sort_by(|a, b| compare_numbers(a, b));
        assert_eq!(numbers, ["9", "10", "40", "040a", "046-02", "046-10"]);
    }

    #[test]
    fn segments_are_safe_on_every_file_system() {
        for (text, segment) in [
            ("0024-use-#-as-separator", "0024-use-as-separator"),
            ("adr-108-e2e-abci++", "adr-108-e2e-abci"),
            ("0076-introduce empty ranges", "0076-introduce-empty-ranges"),
            ("0004-日本語", "0004-日本語"),
            ("../../etc/passwd", "etc-passwd"),
            ("..", "record"),
            ("v1.2", "v1.2"),
        ] {
            assert_eq!(safe(text), segment);
        }
        assert_eq!(unreserved("index"), "index-record");
        assert_eq!(unreserved("COM1"), "COM1-record");
        assert_eq!(unreserved("page-12"), "page-12-record");
        assert_eq!(unreserved("pages"), "pages");
        assert_eq!(folder("tags"), "tags-records");
    }

    #[test]
    fn stem_of_a_folder_record_is_its_folder() {
        assert_eq!(stem("keps/sig-net/12-dual-stack/README.md"), "12-dual-stack");
        assert_eq!(stem("docs/adr/0001-use.md"), "0001-use");
        assert_eq!(stem("README.md"), "README");
    }
}
