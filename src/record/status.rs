//! The vocabulary of states and the rule that reads a written status: its **leading** words decide,
//! after emoji, markdown, quotes and brackets are dropped; whatever follows is its note. Words that
//! nobody has mapped stay as written.

use std::borrow::Cow;

use crate::config::CollectionConfig;

use super::statement::{self, Clause};
use super::vocabulary::{self, OTHER};
use super::{Origin, State, Status, inline, number};

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
    /// Relations that the same text states, with byte ranges in it.
    pub relations: Vec<Clause>,
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
    let all = leading(&plain);
    if all.is_empty() {
        return None;
    }
    if is_template(text, all) {
        return Some(Written {
            state: Unknown,
            label: shorten(all).0.to_owned(),
            note: None,
            relations: Vec::new(),
            template: true,
            known: false,
        });
    }
    let words = after_arrow(all, rules).unwrap_or(all);
    let found = matched(words, rules);
    let end = match found {
        Some((length, _)) => length,
        None => {
            let ends =
                [". ", "; ", " (", ", ", " - ", " – ", " — "].iter().filter_map(|end| words.find(end)).min();
            shorten(&words[..ends.unwrap_or(words.trim_end_matches('.').len())]).0.len()
        }
    };
    let (label, rest) = words.split_at(end);
    let relations = statement::clauses(text, rules);
    let state = found.map_or(Unknown, |(_, state)| state);
    Some(Written {
        state: state_with(state, text, &relations),
        label: label.trim().to_owned(),
        // A change of state is kept as it was written.
        note: if words.len() < all.len() { Some(all.to_owned()) } else { note(rest) },
        known: found.is_some() || relations.iter().any(leads(text)),
        relations,
        template: false,
    })
}

/// The state in the light of what else the text states. Only a whole supersession that has taken place retires a record:
/// "Accepted, superseded by [12](12.md)" is superseded, "Superseded in part by 12" is in force. "Implemented. Superseded
/// by …" was carried out, and its first word still says so.
fn state_with(state: State, text: &str, relations: &[Clause]) -> State {
    let mut successions =
        relations.iter().filter(|clause| clause.kind == SUPERSEDED_BY && !clause.is_state).peekable();
    if successions.peek().is_none() {
        return state;
    }
    let whole = |clause: &&Clause| clause.scope.is_none() && !clause.pending;
    match successions.clone().find(whole) {
        Some(clause) if leads(text)(clause) => Superseded,
        Some(_) if matches!(state, Accepted | Proposed | Active | Deprecated) => Superseded,
        Some(_) => state,
        // In part, or not yet: it is in force, unless another state is written.
        None if state == Superseded || state == Unknown && successions.any(leads(text)) => Accepted,
        None => state,
    }
}

const SUPERSEDED_BY: &str = "superseded-by";

/// True for a relation that its text begins with.
fn leads(text: &str) -> impl Fn(&Clause) -> bool {
    |clause| statement::is_preface(&text[..clause.span.start])
}

/// What stands behind the last arrow of a text that goes from state to state: `Proposed → Accepted`.
fn after_arrow<'t>(text: &'t str, rules: &CollectionConfig) -> Option<&'t str> {
    let (at, arrow) =
        ["→", "->", "=>", "➜", "⇒"].iter().filter_map(|arrow| Some((text.rfind(arrow)?, arrow))).max()?;
    let last = leading(&text[at + arrow.len()..]);
    (matched(last, rules).is_some() && matched(text, rules).is_some()).then_some(last)
}

/// True for a text that is a state and nothing else.
pub fn is_state(text: &str, rules: &CollectionConfig) -> bool {
    let plain = inline::plain(text);
    let words = leading(&plain);
    matched(words, rules).is_some_and(|(length, _)| !words[length..].contains(|c: char| c.is_alphanumeric()))
}

/// True for a word that is a state.
pub fn is_known(word: &str, rules: &CollectionConfig) -> bool {
    matched(word, rules).is_some()
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
    if label.split_whitespace().next().is_some_and(|word| ["not", "no", "never"].contains(&word)) {
        return None;
    }
    let own = rules.statuses.keys().cloned();
    let english = own.chain(vocabulary::suggestions());
    let furthest = 1 + label.chars().count() / 5;
    // The words of other languages are like English ones that mean something else.
    let known =
        english.map(|word| (word, furthest)).chain(OTHER.iter().map(|(word, _)| ((*word).to_owned(), 1)));
    let near = known.filter_map(|(word, furthest)| {
        let distance = strsim::osa_distance(&label, &word.to_lowercase());
        (distance <= furthest).then_some((distance, word))
    });
    near.min().map(|(_, word)| word)
}

/// The state of a folder whose name is a status (`Final/`, `rejected/`), by the collection's own rules
/// and the vocabulary. Numbers and everyday words are not states in a folder's name.
pub fn of_folder(name: &str, rules: &CollectionConfig) -> Option<State> {
    if let Some((_, state)) = rules.folder_states.iter().find(|(folder, _)| folder.eq_ignore_ascii_case(name))
    {
        return Some(*state);
    }
    let spaced = name.replace(['_', '-'], " ").to_lowercase();
    // `01-accepted`, `proposals-done`, `rejected-rfcs`: a number may come first, and the series on either side.
    let is_series = |word: &str| {
        let word = word.strip_suffix('s').unwrap_or(word);
        number::is_series_word(word) || ["enhancement", "design"].contains(&word)
    };
    let words = match spaced.split_once(' ') {
        Some((first, rest)) if first.bytes().all(|byte| byte.is_ascii_digit()) || is_series(first) => rest,
        Some((first, last)) if is_series(last) => first,
        _ => spaced.as_str(),
    };
    const EVERYDAY: [&str; 19] = [
        "0",
        "1",
        "2",
        "3",
        "4",
        "x",
        "new",
        "standard",
        "review",
        "open",
        "release",
        "discussion",
        "discussions",
        "idea",
        "live",
        "current",
        "request",
        "proposal",
        "preview",
    ];
    if EVERYDAY.contains(&words) {
        return None;
    }
    let other = OTHER.iter().find(|(word, _)| *word == words).map(|(_, state)| *state);
    vocabulary::whole(words).or(other).filter(|state| *state != Unknown)
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

/// The longest of the collection's own words and of the vocabulary that the text starts with.
fn matched(words: &str, rules: &CollectionConfig) -> Option<(usize, State)> {
    let phrase =
        |(phrase, state): (&str, State), rank: u8| Some((starts_with_words(words, phrase)?, rank, state));
    let own = rules.statuses.iter().filter_map(|(word, state)| phrase((word, *state), 1));
    let english = vocabulary::english(words).map(|(length, state)| (length, 0, state));
    // The table is long, and in lower case.
    let initial = words.chars().next()?.to_lowercase().next();
    let other = OTHER.iter().filter(|(word, _)| word.chars().next() == initial);
    let other = other.filter_map(|(word, state)| phrase((word, *state), 0));
    own.chain(english)
        .chain(other)
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
    (rest.chars().any(char::is_alphanumeric)).then(|| rest.to_owned())
}

/// Longest label, in characters: it stands in every list.
const LONGEST_LABEL: usize = 80;

/// A text cut behind a word, and what was cut off.
fn shorten(text: &str) -> (&str, &str) {
    let Some((end, _)) = text.char_indices().nth(LONGEST_LABEL) else { return (text, "") };
    text.split_at(text[..end].rfind(' ').unwrap_or(end))
}

/// Alternatives in one value, none of them chosen: three between bars or slashes, two between bars or inside the
/// braces of a template. Commas are as good as bars only inside braces.
fn is_template(text: &str, words: &str) -> bool {
    let braced = text.starts_with(['{', '<', '[']) && !text.contains("](");
    let between: &[char] = if braced { &['|', '/', ','] } else { &['|', '/'] };
    if !words.contains(between) {
        return false;
    }
    let rules = CollectionConfig::default();
    let alternatives =
        words.split(between).filter(|part| matched(leading(part), &rules).is_some()).take(3).count();
    alternatives >= 3 || alternatives == 2 && (braced || words.contains('|'))
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
        check("Experimental in 1.2", Unknown, "Experimental", Some("in 1.2"));
        check("Newish", Unknown, "Newish", None);
        check("~~Proposed~~ **Accepted**", Accepted, "Accepted", None);
        check("~~Draft~~ ~~Proposed~~ Accepted ~~soon~~", Accepted, "Accepted", None);
        check("<del>Accepted</del> Superseded by [12](12.md)", Superseded, "Superseded", Some("by 12"));
        check("Accepted ~~(for now)~~", Accepted, "Accepted", None);
        check("Prototype available in 2.4.0", Unknown, "Prototype available in 2.4.0", None);
    }

    #[test]
    fn stems_and_their_order() {
        let mut wrong = Vec::new();
        let mut check = |state: State, texts: &[&str]| {
            for text in texts {
                let read = read(text, &CollectionConfig::default()).map(|read| (read.state, read.known));
                if read != Some((state, true)) {
                    wrong.push(format!("{text}: {read:?}, not {state}"));
                }
            }
        };
        check(Draft, &["Draft", "drafting", "Pre-draft", "in draft", "Work in progress", "WIP"]);
        check(
            Proposed,
            &[
                "Proposed",
                "Council Review",
                "Implementation review",
                "Design review",
                "In Review",
                "Ready for review",
                "under discussion",
                "Discussing",
                "In discussion",
                "Awaiting decision",
                "Awaiting final approval",
                "FCP",
                "Final comment period",
                "In FCP",
                "Tentative",
                "Planned",
                "Demonstrated",
                "Reviewed",
                "Not yet accepted",
                "Not yet decided",
                "Open for comments",
                "Pending",
                "pending approval",
                "Voting",
                "up for vote",
            ],
        );
        check(
            Accepted,
            &[
                "Accepted",
                "Accepted after review",
                "Conditionally accepted",
                "Tacitly approved",
                "Accepted with changes",
                "Proposed → Accepted",
                "Draft -> Proposed -> Accepted (2026-01-02)",
                "Accepted (was: proposed)",
                "Partially superseded",
                "Superseded in part",
                "Mostly superseded by ADR-2",
                "implementation in progress",
                "Accepted, Jan 2026, Ada, Grace",
                "ready-for-release",
                "Implementable",
                "Accepted/Approved",
                "Agreed",
            ],
        );
        check(
            Implemented,
            &[
                "Fully implemented",
                "Partially implemented",
                "Partially stable",
                "partially shipped",
                "Finalized",
                "Shipped",
                "Stable in 2.3.0",
                "Done",
                "Completed",
            ],
        );
        check(
            Active,
            &["Active", "Live", "Informational", "Living", "In force", "Published", "Currently active"],
        );
        check(Deferred, &["Deferred", "On hold", "Stalled", "Expired", "Postponed", "Parked"]);
        check(Rejected, &["Rejected", "Not accepted", "not approved", "Declined", "Won't do"]);
        check(Withdrawn, &["Withdrawn", "Abandoned", "Closed", "Cancelled", "Dropped"]);
        check(
            Superseded,
            &["Superseded", "Superceeded", "Superceded", "Supersceded", "Replaced", "Obsoleted by ADR-3"],
        );
        check(
            Deprecated,
            &["Deprecated", "Outdated", "No longer in force", "Obsolete", "Retired", "Removed", "Archived"],
        );
        check(Moved, &["Moved", "Moved to ADR-3", "Renamed"]);
        // Words that are known, and say nothing of a decision.
        check(Unknown, &["Unknown", "Experimental", "In progress", "Not implemented"]);
        for text in [
            "Newish",
            "Superset",
            "Supervised",
            "Prototype available",
            "Drafty",
            "Finalist",
            "1 week",
            "Acceptance tests",
        ] {
            assert!(read(text, &CollectionConfig::default()).is_some_and(|read| !read.known), "{text}");
        }
        assert_eq!(wrong, Vec::<String>::new());
    }

    #[test]
    fn folders_that_are_states() {
        let check = |name: &str, state: Option<State>| {
            assert_eq!(of_folder(name, &CollectionConfig::default()), state, "{name}");
        };
        check("Final", Some(Implemented));
        check("01-accepted", Some(Accepted));
        check("proposals-done", Some(Implemented));
        check("not-accepted", Some(Rejected));
        check("drafts", None);
        for folder in ["deploy", "release", "new", "review", "live", "discussions", "block", "adr", "2024"] {
            check(folder, None);
        }
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
