//! The vocabulary of states and the rule that reads a written status: its **leading** words decide,
//! after emoji, markdown, quotes and brackets are dropped; whatever follows is its note. Words that
//! nobody has mapped stay as written.

use std::borrow::Cow;

use crate::config::CollectionConfig;

use super::relation::{self, Target};
use super::vocabulary::{ENGLISH, OTHER};
use super::{Origin, State, Status, inline};

use State::*;

/// A written status, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Canonical state; [`State::Unknown`] for words nobody has mapped.
    pub state: State,
    /// The leading words as written: `Active review`.
    pub label: String,
    /// What follows them, brackets taken off.
    pub note: Option<String>,
    /// Records that supersede this one, as the same text names them, with byte ranges in it.
    pub superseded_by: Vec<Target>,
    /// Alternatives of a template that nobody filled in.
    pub template: bool,
    /// The words are in the vocabulary (`Unknown` can be written, too).
    pub known: bool,
}

impl Written {
    /// The record's status. A template's alternatives state nothing.
    pub fn into_status(self, from: Origin) -> Status {
        let Written { state, label, note, template, .. } = self;
        let label = if template { String::new() } else { label };
        Status { state, label, note: note.filter(|_| !template), from, inferred: false }
    }
}

/// Reads a status as written in any container. `None` where the text says nothing.
///
/// What is struck through was said once and is not said any more: `~~Proposed~~ **Accepted**`.
pub fn read(text: &str, rules: &CollectionConfig) -> Option<Written> {
    let text = inline::head(text.trim());
    let standing = without_struck(text);
    let text = standing.as_ref();
    if super::entry::means_nothing(text) && !text.eq_ignore_ascii_case("unknown") {
        return None;
    }
    let plain = inline::plain(text);
    let words = leading(&plain);
    if words.is_empty() {
        return None;
    }
    let mut written = match matched(words, rules) {
        Some((length, state)) => Written {
            state,
            label: words.get(..length).unwrap_or_default().to_owned(),
            note: note(words.get(length..).unwrap_or_default()),
            superseded_by: Vec::new(),
            template: is_template(text, words),
            known: true,
        },
        None => {
            let ends = [". ", "; ", " (", ", ", " - ", " – "].iter().filter_map(|end| words.find(end)).min();
            let end = ends.unwrap_or(words.trim_end_matches('.').len());
            Written {
                state: Unknown,
                label: shorten(words.get(..end).unwrap_or_default()),
                note: note(words.get(end..).unwrap_or_default()),
                superseded_by: Vec::new(),
                template: is_template(text, words),
                known: false,
            }
        }
    };
    if written.template {
        written.state = Unknown;
        return Some(written);
    }
    if let Some((at, targets)) = superseded_by(text, rules) {
        // "Accepted, superseded by [12](12.md)" is superseded; "Implemented. Superseded by …" was
        // carried out, and its first word still says so.
        if at == 0 || matches!(written.state, Accepted | Proposed | Active | Deprecated) {
            written.state = Superseded;
        }
        written.superseded_by = targets;
    }
    Some(written)
}

/// The text with spaces in place of what is struck through, so that byte offsets stay.
pub fn without_struck(text: &str) -> Cow<'_, str> {
    const MARKS: [(&str, &str); 3] = [("~~", "~~"), ("<del>", "</del>"), ("<s>", "</s>")];
    let mut standing = Cow::Borrowed(text);
    for (open, close) in MARKS {
        while let Some(start) = standing.find(open) {
            let inside = start + open.len();
            let Some(length) = standing[inside..].find(close) else { break };
            let end = inside + length + close.len();
            standing.to_mut().replace_range(start..end, &" ".repeat(end - start));
        }
    }
    standing
}

/// The states that a closest-spelling search may suggest: the vocabulary's word nearest to `label`.
pub fn suggestion(label: &str, rules: &CollectionConfig) -> Option<String> {
    let label = label.to_lowercase();
    if label.chars().count() < 4 || label.chars().count() > 24 {
        return None;
    }
    let own = rules.statuses.keys().map(String::as_str);
    let english = own.chain(ENGLISH.iter().map(|(word, _)| *word));
    let furthest = 1 + label.chars().count() / 5;
    // The words of other languages are like English ones that mean something else.
    let known = english.map(|word| (word, furthest)).chain(OTHER.iter().map(|(word, _)| (*word, 1)));
    let near = known.filter_map(|(word, furthest)| {
        let distance = strsim::osa_distance(&label, &word.to_lowercase());
        (distance <= furthest).then_some((distance, word))
    });
    near.min().map(|(_, word)| word.to_owned())
}

/// The state of a folder whose name is a status (`Final/`, `rejected/`), by the collection's own rules
/// and the vocabulary. Numbers and everyday words are not states in a folder's name.
pub fn of_folder(name: &str, rules: &CollectionConfig) -> Option<State> {
    if let Some((_, state)) = rules.folder_states.iter().find(|(folder, _)| folder.eq_ignore_ascii_case(name))
    {
        return Some(*state);
    }
    let spaced = name.replace(['_', '-'], " ").to_lowercase();
    let spaced = spaced
        .split_once(' ')
        .filter(|(first, _)| first.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(spaced.as_str(), |(_, rest)| rest);
    const EVERYDAY: [&str; 9] = ["0", "1", "2", "3", "4", "x", "new", "standard", "review"];
    let found = vocabulary()
        .find(|(word, _)| (*word == spaced || *word == name.to_lowercase()) && !EVERYDAY.contains(word));
    found.map(|(_, state)| *state).filter(|state| *state != Unknown)
}

/// Drops what stands before the first word: emoji, brackets, quotes, dashes, ticks of a checklist, and
/// the key written a second time (`Status: accepted`).
fn leading(plain: &str) -> &str {
    let start = plain.find(|c: char| c.is_alphanumeric()).unwrap_or(plain.len());
    let rest = &plain[start..];
    // `:white_check_mark: Accepted`
    if plain[..start].ends_with(':')
        && let Some((name, after)) = rest.split_once(':')
        && !name.contains(' ')
    {
        return leading(after);
    }
    match rest.get(..7) {
        Some(key) if key.eq_ignore_ascii_case("status:") => leading(&rest[7..]),
        _ => rest,
    }
}

fn vocabulary() -> impl Iterator<Item = &'static (&'static str, State)> {
    ENGLISH.iter().chain(OTHER)
}

/// The longest phrase of the collection's own words and of the vocabulary that the text starts with.
fn matched(words: &str, rules: &CollectionConfig) -> Option<(usize, State)> {
    let own = rules.statuses.iter().map(|(word, state)| (word.as_str(), *state, 1));
    // The vocabulary is long, and in lower case.
    let initial = words.chars().next()?.to_lowercase().next();
    let known = vocabulary().filter(|(word, _)| word.chars().next() == initial);
    let known = known.map(|(word, state)| (*word, *state, 0));
    own.chain(known)
        .filter_map(|(phrase, state, rank)| Some((starts_with_words(words, phrase)?, rank, state)))
        .max_by_key(|(length, rank, _)| (*length, *rank))
        .map(|(length, _, state)| (length, state))
}

/// Byte length of `phrase` at the start of `text`, where a word ends after it; case, `-`, `_` and spaces
/// count as equal.
fn starts_with_words(text: &str, phrase: &str) -> Option<usize> {
    let mut rest = text.char_indices();
    let mut end = 0;
    for expected in phrase.chars() {
        let (at, found) = rest.next()?;
        let equal = found.eq_ignore_ascii_case(&expected)
            || (!found.is_ascii() && found.to_lowercase().eq(expected.to_lowercase()))
            || matches!((found, expected), ('-' | '_' | ' ', '-' | '_' | ' '));
        if !equal {
            return None;
        }
        end = at + found.len_utf8();
    }
    let next = text[end..].chars().next();
    // "1" and "x" are stages of their own, but not the start of "1 week".
    if phrase.len() == 1 && next.is_some() {
        return None;
    }
    let wide = phrase.chars().next_back().is_some_and(|c| c as u32 >= 0x2e80);
    let goes_on =
        |c: char| c.is_alphanumeric() || c == '-' && text[end + 1..].starts_with(char::is_alphanumeric);
    let ends = wide || !next.is_some_and(goes_on);
    ends.then_some(end)
}

fn note(rest: &str) -> Option<String> {
    let rest =
        rest.trim().trim_start_matches(['.', ':', ',', ';', '-', '–', '—', ' ']).trim_end_matches(['.', ' ']);
    let inner = rest
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'))
        .filter(|inner| !inner.contains(['(', ')']));
    let rest = inner.unwrap_or(rest).trim();
    (rest.chars().any(char::is_alphanumeric)).then(|| shorten(rest))
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.trim().to_owned(),
    }
}

/// Three alternatives in one value, or two inside the braces of a template: nobody has chosen.
fn is_template(text: &str, words: &str) -> bool {
    const BETWEEN: [char; 3] = ['|', '/', ','];
    if !words.contains(BETWEEN) {
        return false;
    }
    let alternatives =
        words.split(BETWEEN).filter(|part| matched(leading(part), &CollectionConfig::default()).is_some());
    let alternatives = alternatives.take(3).count();
    let braced = text.starts_with(['{', '<', '[']) && !text.contains("](");
    alternatives >= 3 || alternatives == 2 && (braced || words.contains('|'))
}

/// `superseded by` and its targets anywhere in the text, with the byte offset where the phrase starts.
fn superseded_by(text: &str, rules: &CollectionConfig) -> Option<(usize, Vec<Target>)> {
    const STARTS: [&str; 12] = [
        "super",
        "replaced",
        "obsoleted",
        "remplac",
        "ersetzt",
        "abgel",
        "reemplaz",
        "sustitu",
        "substitu",
        "sostitu",
        "vervangen",
        "zast",
    ];
    // Lower-casing ASCII alone keeps byte offsets.
    let lower = text.to_ascii_lowercase();
    STARTS.iter().flat_map(|start| lower.match_indices(start)).find_map(|(at, _)| {
        let (kind, targets) = relation::line(text.get(at..)?, rules)?;
        let targets = targets.into_iter().map(|target| target.shifted(at)).collect();
        let before_is_markup = !text[..at].contains(char::is_alphanumeric);
        (kind == "superseded-by").then_some((if before_is_markup { 0 } else { at }, targets))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_plain(text: &str) -> Option<(State, String, Option<String>)> {
        read(text, &CollectionConfig::default()).map(|written| (written.state, written.label, written.note))
    }

    #[test]
    fn the_leading_words_decide() {
        let check = |text: &str, state: State, label: &str, note: Option<&str>| {
            assert_eq!(read_plain(text), Some((state, label.to_owned(), note.map(str::to_owned))), "{text}");
        };
        check("Accepted", Accepted, "Accepted", None);
        check("**Implemented (Swift 5.1)**", Implemented, "Implemented", Some("Swift 5.1"));
        check("Stable in 2.3.0", Implemented, "Stable", Some("in 2.3.0"));
        check("Activated ([Discussion](https://e.org))", Implemented, "Activated", Some("Discussion"));
        check(
            "Decided. We are open to new alternatives",
            Accepted,
            "Decided",
            Some("We are open to new alternatives"),
        );
        check("Rejected (In favor of CAP-0018)", Rejected, "Rejected", Some("In favor of CAP-0018"));
        check("Implemented. Superseded by [12](12.md)", Implemented, "Implemented", Some("Superseded by 12"));
        check("Accepted, superseded by [12](12.md)", Superseded, "Accepted", Some("superseded by 12"));
        check("Accepted, supersedes [12](12.md)", Accepted, "Accepted", Some("supersedes 12"));
        check("superseded by [ADR-0005](0005-example.md)", Superseded, "superseded", Some("by ADR-0005"));
        check(
            "Superceded by [3. Use Riak](0003-use-riak.md)",
            Superseded,
            "Superceded",
            Some("by 3. Use Riak"),
        );
        check(
            "Active Review (July 17 - July 31, 2026)",
            Proposed,
            "Active Review",
            Some("July 17 - July 31, 2026"),
        );
        check("Not accepted", Rejected, "Not accepted", None);
        check("ready-for-release", Accepted, "ready-for-release", None);
        check("on hold", Deferred, "on hold", None);
        check("✅ Accepted", Accepted, "Accepted", None);
        check(":white_check_mark: Accepted", Accepted, "Accepted", None);
        check("{accepted}", Accepted, "accepted", None);
        check("\"Accepted\"", Accepted, "Accepted", None);
        check("Status: Active Review", Proposed, "Active Review", None);
        check("Depreciated.", Deprecated, "Depreciated", None);
        check("Reverted by [discussion #1](https://e.org)", Deprecated, "Reverted", Some("by discussion #1"));
        check("已接受", Accepted, "已接受", None);
        check("proposé", Proposed, "proposé", None);
        check("in-progress", Unknown, "in-progress", None);
        check("Experimental in 1.2", Unknown, "Experimental in 1.2", None);
        check("Newish", Unknown, "Newish", None);
        check("~~Proposed~~ **Accepted**", Accepted, "Accepted", None);
        check("~~Draft~~ ~~Proposed~~ Accepted ~~soon~~", Accepted, "Accepted", None);
        check("<del>Accepted</del> Superseded by [12](12.md)", Superseded, "Superseded", Some("by 12"));
        check("Accepted ~~(for now)~~", Accepted, "Accepted", None);
        check("Prototype available in 2.4.0", Unknown, "Prototype available in 2.4.0", None);
    }

    #[test]
    fn nothing_and_templates() {
        for text in ["", "N/A", "-", "TBD", "{}", "~~Accepted~~"] {
            assert_eq!(read_plain(text), None, "{text}");
        }
        for text in [
            "{proposed | rejected | accepted | superseded by [ADR-0005](0005-example.md)}",
            "{Draft, In Review, Ratified}",
            "Draft/Final/Postponed",
            "[proposed | accepted]",
        ] {
            let written = read(text, &CollectionConfig::default());
            assert!(written.is_some_and(|written| written.template && written.state == Unknown), "{text}");
        }
    }

    #[test]
    fn own_words_come_first() {
        let rules = CollectionConfig {
            statuses: [("Parked".to_owned(), Rejected)].into(),
            ..CollectionConfig::default()
        };
        assert_eq!(read("parked until spring", &rules).map(|written| written.state), Some(Rejected));
    }

    #[test]
    fn misspellings_get_a_suggestion() {
        let check = |label: &str, expected: Option<&str>| {
            assert_eq!(suggestion(label, &CollectionConfig::default()).as_deref(), expected, "{label}");
        };
        check("Aprroved", Some("approved"));
        check("Finallize", Some("finalized"));
        check("Acepted", Some("accepted"));
        check("implementeable", Some("implementable"));
        check("planning", None);
    }
}
