//! What the head of a file says of its being a record, for [`crate::collection::find`].

use std::collections::BTreeSet;

use crate::config::CollectionConfig;

use super::container::Reader;
use super::entry;
use super::field::{self, Field};
use super::{OriginKind, State, date, inline, number, stated, title};

/// What the head of a file says of its being a record, for finding collections.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// It states a status that is more than a template's.
    pub status: bool,
    /// Keys that only a record has: dates, people, relations, discussions, numbers.
    pub telling: usize,
    /// It links the pull request or discussion it was merged by.
    pub discussion: bool,
    /// Letters before its number in the metadata or the first heading: `SE`.
    pub prefix: Option<String>,
    /// Its dates put the day (`true`) or the month first, where the calendar leaves no choice.
    pub day_first: Option<bool>,
    /// Metadata in front matter.
    pub front_matter: bool,
    /// A short key that nobody knows and that holds nothing but a number: `ics: 4`.
    pub number_key: Option<String>,
    /// Its number in the metadata, without letters: `0012`.
    pub number: Option<String>,
    /// Its keys, lower case, as far as they are not headings.
    pub keys: BTreeSet<String>,
    /// What its first heading begins with where that is capitals and a number: `MSC` and `1219`.
    pub label: Option<(String, String)>,
    /// Its status is the alternatives of a template, of which none is chosen.
    pub open: bool,
    /// Its status is that of a decision that was taken: no draft, no proposal.
    pub decided: bool,
    /// Its title is a template's placeholder, or calls it a template and no status is chosen.
    pub template: bool,
}

impl Evidence {
    /// True where the metadata has the letters before the number in the file's name as the number's key.
    pub fn is_numbered_by(&self, prefix: &str) -> bool {
        self.number_key.as_ref().is_some_and(|key| key.eq_ignore_ascii_case(prefix))
    }
}

/// Sections that are looked at.
const MOST_SECTIONS: usize = 24;

/// Looks at the head of a file.
pub fn evidence(text: &str, sidecar: Option<&str>) -> Evidence {
    let rules = CollectionConfig::default();
    let Reader { entries, sections, .. } =
        Reader::new(text, sidecar, &rules).with_sections(MOST_SECTIONS).all();
    let front_matter = entries.iter().any(|entry| entry.container == OriginKind::FrontMatter);
    let is_key = |entry: &&entry::Entry| {
        !matches!(entry.container, OriginKind::Section | OriginKind::Heading | OriginKind::Text)
    };
    let keys = entries.iter().filter(is_key).map(|entry| entry.key.trim().to_lowercase()).collect();
    let mut evidence = Evidence { front_matter, keys, ..Evidence::default() };
    let mut chosen = false;
    let mut title = None;
    for section in &sections {
        if evidence.prefix.is_none() {
            evidence.prefix = title_prefix(&section.title);
        }
        if title.is_none() {
            evidence.label = label(&section.title);
        }
        title = title.or(Some(section.title.clone()));
    }
    for entry in &entries {
        let Some(field) = field::of(&entry.key) else {
            if entry.container != OriginKind::Section
                && entry.key.len() <= 5
                && evidence.number_key.is_none()
                && matches!(number::of_value(&entry.node.to_text()), Some((None, _)))
            {
                if number::is_series_word(&entry.key) {
                    evidence.prefix = Some(entry.key.clone());
                }
                evidence.number_key = Some(entry.key.clone());
                evidence.number = number::of_value(&entry.node.to_text()).map(|(_, number)| number);
            }
            continue;
        };
        match field {
            Field::Status | Field::Stage => match stated::read_status(entry, &rules) {
                Some(found) => {
                    // A paragraph under "Status" is the state of something else.
                    let written = &found.written;
                    let short = written.label.split_whitespace().count() <= 4;
                    evidence.status |= written.known || written.template || short;
                    chosen |= written.known && !written.template;
                    evidence.decided |= chosen && !matches!(written.state, State::Draft | State::Proposed);
                    evidence.open |= written.template;
                }
                None => evidence.status |= !entry.node.is_empty(),
            },
            Field::Title if !entry.node.is_empty() => title = Some(inline::plain(&entry.node.to_text())),
            Field::Number => {
                let (prefix, number) = number::of_value(&entry.node.to_text()).unzip();
                evidence.number = evidence.number.or(number);
                if let Some(prefix) = prefix.flatten() {
                    evidence.prefix = Some(prefix);
                } else if number::is_series_word(&entry.key) && entry.key.len() <= 5 {
                    evidence.prefix = Some(entry.key.clone());
                }
                evidence.telling += 1;
            }
            Field::Discussion => {
                evidence.discussion = true;
                evidence.telling += 1;
                // "RFC PR", "HIP PR".
                let word =
                    entry.key.split([' ', '-', '_']).next().filter(|word| number::is_series_word(word));
                evidence.prefix = evidence
                    .prefix
                    .or_else(|| word.filter(|word| word.len() < entry.key.len()).map(str::to_owned));
            }
            Field::Created | Field::Updated => {
                evidence.telling += 1;
                evidence.day_first =
                    evidence.day_first.or_else(|| date::day_first(&inline::plain(&entry.node.to_text())));
            }
            _ if field::is_telling(field) => evidence.telling += 1,
            _ => {}
        }
    }
    evidence.open &= !chosen;
    evidence.template =
        title.is_some_and(|title| title::is_template(&title) || !chosen && title::names_a_template(&title));
    evidence
}

/// `KEP-3015: …` → `KEP`.
fn title_prefix(title: &str) -> Option<String> {
    let letters = title.bytes().take_while(u8::is_ascii_alphabetic).count();
    let word = title.get(..letters).filter(|word| number::is_series_word(word))?;
    let rest = title.get(letters..)?.trim_start_matches(['-', ' ', '#']);
    rest.starts_with(|c: char| c.is_ascii_digit()).then(|| word.to_owned())
}

/// Capitals that are no known word of a series, and the number behind them: `MSC1219: …` → `MSC`, `1219`.
fn label(title: &str) -> Option<(String, String)> {
    let letters = title.bytes().take_while(u8::is_ascii_uppercase).count();
    let rest = title.get(letters..)?.trim_start_matches(['-', ' ', '#']);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let ends = !rest[digits..].starts_with(char::is_alphanumeric);
    ((2..=5).contains(&letters) && digits > 0 && ends)
        .then(|| (title[..letters].to_owned(), rest[..digits].to_owned()))
}
