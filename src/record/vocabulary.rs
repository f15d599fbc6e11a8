//! Words for a state. English is read by its stems and their order ([`english`]); other languages by their words.

use std::ops::Range;

use super::State;
use State::*;

/// Verbs and adjectives by their stem, each with its regular forms ([`ENDINGS`]): `accept` is `accepted`, `accepting`.
#[rustfmt::skip]
const STEMS: &[(&str, State)] = &[
    ("draft", Draft), ("predraft", Draft), ("ideat", Draft), ("speculativ", Draft),
    ("propos", Proposed), ("review", Proposed), ("discuss", Proposed), ("submit", Proposed), ("submitt", Proposed), ("vot", Proposed),
    ("explor", Proposed), ("preview", Proposed), ("demonstrat", Proposed), ("plann", Proposed), ("request", Proposed),
    ("accept", Accepted), ("approv", Accepted), ("decid", Accepted), ("agre", Accepted), ("merg", Accepted), ("committ", Accepted),
    ("implement", Implemented), ("finaliz", Implemented), ("finalis", Implemented), ("recommend", Implemented), ("activat", Implemented),
    ("shipp", Implemented), ("releas", Implemented), ("complet", Implemented), ("deliver", Implemented), ("deploy", Implemented),
    ("land", Implemented), ("finish", Implemented),
    ("publish", Active), ("adopt", Active), ("ratif", Active), ("ratifi", Active), ("liv", Active),
    ("defer", Deferred), ("deferr", Deferred), ("stall", Deferred), ("expir", Deferred), ("postpon", Deferred), ("paus", Deferred),
    ("park", Deferred), ("block", Deferred), ("suspend", Deferred), ("shelv", Deferred),
    ("reject", Rejected), ("declin", Rejected), ("deni", Rejected), ("refus", Rejected),
    ("abandon", Withdrawn), ("cancel", Withdrawn), ("cancell", Withdrawn), ("clos", Withdrawn), ("dropp", Withdrawn), ("retract", Withdrawn),
    ("replac", Superseded), ("obsolet", Superseded),
    ("deprecat", Deprecated), ("depreciat", Deprecated), ("depricat", Deprecated), ("discontinu", Deprecated), ("retir", Deprecated),
    ("remov", Deprecated), ("revert", Deprecated), ("rescind", Deprecated), ("archiv", Deprecated), ("outdat", Deprecated),
    ("mov", Moved), ("relocat", Moved), ("renam", Moved),
];

/// Endings of a stem's regular forms. What is still going on (`drafting`, `voting`) is the same state, but for
/// `implementing`, which has its own row in [`WORDS`].
const ENDINGS: [&str; 6] = ["ed", "d", "en", "e", "ing", ""];

/// Words with one form, and forms that are not regular. The first row that fits counts.
#[rustfmt::skip]
const WORDS: &[(&str, State)] = &[
    ("raw", Draft), ("prediscussion", Draft), ("idea", Draft), ("ideation", Draft), ("new", Draft), ("incomplete", Draft), ("wip", Draft),
    ("strawman", Draft), ("strawperson", Draft), ("0", Draft),
    ("proposal", Proposed), ("provisional", Proposed), ("fcp", Proposed), ("open", Proposed), ("discussion", Proposed),
    ("pending", Proposed), ("awaiting", Proposed), ("tentative", Proposed), ("candidate", Proposed), ("1", Proposed),
    ("implementable", Accepted), ("implementing", Accepted), ("2", Accepted),
    ("final", Implemented), ("finalization", Implemented), ("finalisation", Implemented), ("stable", Implemented), ("done", Implemented),
    ("3", Implemented), ("4", Implemented),
    ("active", Active), ("effective", Active), ("current", Active), ("standard", Active), ("permanent", Active), ("live", Active),
    ("informational", Active),
    ("stagnant", Deferred), ("stale", Deferred), ("idle", Deferred), ("inactive", Deferred), ("dormant", Deferred),
    ("wontfix", Rejected), ("withdrawn", Withdrawn), ("x", Withdrawn),
    ("obsolete", Deprecated), ("defunct", Deprecated), ("historic", Deprecated), ("historical", Deprecated), ("sunset", Deprecated),
    ("unknown", Unknown), ("experimental", Unknown),
];

/// Phrases whose words mean something else one by one.
#[rustfmt::skip]
const PHRASES: &[(&str, State)] = &[
    ("draft accepted", Draft), ("pre draft", Draft), ("work in progress", Draft), ("last call", Proposed), ("final comment period", Proposed),
    ("request for comments", Proposed), ("final call", Proposed), ("activation in progress", Implemented),
    ("implementation in progress", Accepted), ("being implemented", Accepted), ("returned for revision", Deferred),
    ("on hold", Deferred), ("won't do", Rejected), ("in progress", Unknown), ("work started", Accepted),
];

/// What leads to a state when a word for waiting or taking part stands before it: `under review`, `ready for release`.
#[rustfmt::skip]
const STAGES: &[(&str, State)] = &[
    ("draft", Draft), ("implementation", Accepted), ("development", Accepted), ("release", Accepted), ("construction", Accepted),
    ("force", Active), ("effect", Active), ("use", Active), ("production", Implemented), ("preview", Proposed), ("hold", Deferred),
    ("review", Proposed), ("discussion", Proposed), ("comment", Proposed), ("comments", Proposed), ("feedback", Proposed),
    ("approval", Proposed), ("decision", Proposed), ("vote", Proposed), ("voting", Proposed), ("consideration", Proposed),
    ("evaluation", Proposed), ("investigation", Proposed), ("fcp", Proposed), ("consultation", Proposed), ("debate", Proposed),
];

/// Words that an activity is named by: whatever stands before them, it is going on.
const ACTIVITIES: [&str; 8] =
    ["review", "discussion", "vote", "voting", "consultation", "call", "feedback", "approval"];

/// Words before a state that leave it what it is.
const MANNERS: [&str; 22] = [
    "fully",
    "partially",
    "partly",
    "partialy",
    "conditionally",
    "currently",
    "now",
    "formally",
    "officially",
    "finally",
    "unanimously",
    "mostly",
    "largely",
    "already",
    "still",
    "provisionally",
    "completely",
    "entirely",
    "being",
    "implicitly",
    "tacitly",
    "temporarily",
];

/// The state that English words begin with, and how many bytes say so. `text` begins with a letter or digit.
pub fn english(text: &str) -> Option<(usize, State)> {
    let words = words(text);
    let lower: Vec<String> = words.iter().map(|word| text[word.clone()].to_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    let (count, state) = state(&lower)?;
    let end = words.get(count.checked_sub(1)?)?.end;
    // `new-ish` is another word than `new`, and `1 week` no stage.
    let rest = &text[end..];
    let whole = !(rest.starts_with('-') && rest[1..].starts_with(char::is_alphanumeric));
    let alone = lower[0].len() > 1 || rest.is_empty();
    (whole && alone).then_some((end, state))
}

/// The words of the first phrase, up to punctuation; hyphens part them, too.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), '.')]) {
        if c.is_alphanumeric() || c == '\'' || c == '’' {
            start.get_or_insert(at);
            continue;
        }
        if let Some(start) = start.take() {
            found.push(start..at);
        }
        if found.len() == 8 || !matches!(c, ' ' | '-' | '_' | '\u{a0}' | '\u{2011}') {
            break;
        }
    }
    found
}

/// The state that a phrase begins with, and how many of its words say so.
fn state(words: &[&str]) -> Option<(usize, State)> {
    let phrase = PHRASES
        .iter()
        .find(|(phrase, _)| phrase.split(' ').eq(words.iter().copied().take(phrase.split(' ').count())));
    if let Some((phrase, state)) = phrase {
        return Some((phrase.split(' ').count(), *state));
    }
    match words {
        ["not" | "isn't", "yet", rest @ ..] => {
            let (count, later) = state(rest)?;
            Some((count + 2, if later.phase() == super::Phase::InForce { Proposed } else { later }))
        }
        ["not", rest @ ..] => {
            let (count, refused) = state(rest)?;
            let refused = if matches!(refused, Accepted | Active) { Rejected } else { Unknown };
            Some((count + 1, refused))
        }
        ["no", "longer", rest @ ..] => Some((rest.len().min(2) + 2, Deprecated)).filter(|_| !rest.is_empty()),
        ["awaiting" | "pending", rest @ ..] => Some(match rest {
            ["implementation" | "release" | "deployment", ..] => (2, Accepted),
            [] => (1, Proposed),
            [next, ..] if ["final", "council", "team", "committee"].contains(next) && rest.len() > 1 => {
                (3, Proposed)
            }
            _ => (2, Proposed),
        }),
        [manner, rest @ ..] if MANNERS.contains(manner) => {
            let (count, meant) = state(rest)?;
            // What is superseded in part is in force.
            let partly =
                matches!(*manner, "partially" | "partly" | "partialy" | "mostly" | "largely" | "temporarily");
            Some((
                count + 1,
                if partly && matches!(meant, Superseded | Deprecated) { Accepted } else { meant },
            ))
        }
        [
            "in" | "under" | "on" | "open" | "up" | "out" | "ready" | "scheduled" | "waiting" | "seeking"
            | "needs" | "requesting" | "for" | "undergoing",
            ..,
        ] => {
            let stage = |word: &&str| STAGES.iter().find(|(stage, _)| stage == word).map(|(_, state)| *state);
            let at = words.iter().take(4).skip(1).position(|word| stage(word).is_some());
            match at {
                Some(at) => Some((at + 2, stage(&words[at + 1])?)),
                None if words[0] == "open" => Some((1, Proposed)),
                None => None,
            }
        }
        _ => {
            // `Council review`, `active review`: an activity of at most three words.
            let activity = words.iter().take(3).position(|word| ACTIVITIES.contains(word));
            let is_name = |at: usize| at > 0 && words[..at].iter().all(|word| !JOINING.contains(word));
            if let Some(at) =
                activity.filter(|at| is_name(*at) && words.get(at + 1).is_none_or(|next| next.len() < 12))
            {
                let decided = word(words[0])
                    .is_some_and(|state| !matches!(state, Proposed | Active | Draft | Implemented));
                if !decided {
                    return Some((at + 1, Proposed));
                }
            }
            let meant = word(words.first()?)?;
            match words {
                [_, "in", "part" | "parts", ..] if meant == Superseded => Some((3, Accepted)),
                [_, "partially" | "partly", ..] if meant == Superseded => Some((2, Accepted)),
                _ => Some((1, meant)),
            }
        }
    }
}

const JOINING: [&str; 12] =
    ["after", "by", "following", "with", "in", "for", "on", "the", "of", "to", "from", "pending"];

fn word(word: &str) -> Option<State> {
    if let Some((_, state)) = WORDS.iter().find(|(own, _)| *own == word) {
        return Some(*state);
    }
    if super::statement::is_superseded(word) {
        return Some(Superseded);
    }
    let stem = |(stem, state): &(&str, State)| {
        let rest = word.strip_prefix(stem)?;
        ENDINGS.contains(&rest).then_some((stem.len(), *state))
    };
    STEMS.iter().filter_map(stem).max_by_key(|(length, _)| *length).map(|(_, state)| state)
}

/// Words to suggest for a misspelled one.
pub fn suggestions() -> impl Iterator<Item = String> {
    let regular = [
        "draft",
        "propose",
        "discusse",
        "accept",
        "approve",
        "decide",
        "merge",
        "implement",
        "finalize",
        "recommend",
        "activate",
        "release",
        "complete",
        "deploy",
        "publishe",
        "adopt",
        "deferre",
        "postpone",
        "reject",
        "decline",
        "abandon",
        "cancel",
        "replace",
        "deprecate",
        "retire",
        "remove",
        "revert",
        "archive",
        "superseded",
    ];
    let past = regular.into_iter().map(|word| match word {
        "draft" => word.to_owned(),
        _ if word.ends_with("ed") => word.to_owned(),
        _ if word.ends_with('e') => format!("{word}d"),
        _ => format!("{word}ed"),
    });
    past.chain(WORDS.iter().filter(|(word, _)| word.len() > 3).map(|(word, _)| (*word).to_owned()))
}

/// The state that a text is, none of its words left over and no verb in its bare form: `Final`, `not-accepted`.
pub fn whole(text: &str) -> Option<State> {
    let is_form = |word: &str| {
        let word = word.to_lowercase();
        word == "draft"
            || word == "archive"
            || word.ends_with("ed")
            || WORDS.iter().any(|(own, _)| *own == word)
    };
    // `deploy` and `release` are folders of other things.
    let (length, state) = english(text).filter(|_| text.contains([' ', '-']) || is_form(text))?;
    (length == text.len()).then_some(state)
}

/// The words of other languages, in the genders that a decision, a record or a proposal has.
#[rustfmt::skip]
pub const OTHER: &[(&str, State)] = &[
    ("brouillon", Draft), ("entwurf", Draft), ("草稿", Draft), ("borrador", Draft), ("черновик", Draft), ("esboço", Draft),
    ("rascunho", Draft), ("bozza", Draft), ("szkic", Draft), ("下書き", Draft), ("초안", Draft),
    ("proposé", Proposed), ("vorgeschlagen", Proposed), ("propuesto", Proposed), ("提议", Proposed), ("建议", Proposed),
    ("предложено", Proposed), ("提案", Proposed), ("proposta", Proposed), ("proposée", Proposed), ("en discussion", Proposed),
    ("propuesta", Proposed), ("proposto", Proposed), ("em discussão", Proposed), ("en discusión", Proposed),
    ("pendiente", Proposed), ("in diskussion", Proposed), ("in prüfung", Proposed), ("voorgesteld", Proposed),
    ("zaproponowany", Proposed), ("zaproponowana", Proposed), ("предложен", Proposed), ("제안", Proposed), ("제안됨", Proposed),
    ("검토 중", Proposed), ("提案中", Proposed), ("검토", Proposed), ("レビュー中", Proposed), ("讨论中", Proposed), ("評審中", Proposed),
    ("accepté", Accepted), ("acceptée", Accepted), ("angenommen", Accepted), ("akzeptiert", Accepted), ("aceptado", Accepted),
    ("aceptada", Accepted), ("aceito", Accepted), ("accettato", Accepted), ("接受", Accepted), ("已接受", Accepted), ("通过", Accepted),
    ("已通过", Accepted), ("принято", Accepted), ("採用", Accepted), ("承認", Accepted), ("geaccepteerd", Accepted), ("validé", Accepted),
    ("validée", Accepted), ("beschlossen", Accepted), ("genehmigt", Accepted), ("entschieden", Accepted), ("aprobado", Accepted),
    ("aprobada", Accepted), ("aceita", Accepted), ("aprovado", Accepted), ("aprovada", Accepted), ("accettata", Accepted),
    ("approvato", Accepted), ("approvata", Accepted), ("goedgekeurd", Accepted), ("przyjęty", Accepted), ("przyjęta", Accepted),
    ("zaakceptowany", Accepted), ("zaakceptowana", Accepted), ("принят", Accepted), ("принята", Accepted), ("采纳", Accepted),
    ("已采纳", Accepted), ("批准", Accepted), ("已批准", Accepted), ("已采用", Accepted), ("決定", Accepted), ("승인", Accepted),
    ("승인됨", Accepted), ("채택됨", Accepted), ("承認済み", Accepted), ("採用済み", Accepted), ("決定済み", Accepted), ("채택", Accepted),
    ("수락", Accepted),
    ("完成", Implemented), ("已完成", Implemented), ("implémenté", Implemented), ("umgesetzt", Implemented),
    ("implementiert", Implemented), ("implémentée", Implemented), ("implementado", Implemented), ("implementada", Implemented),
    ("已实施", Implemented), ("已实现", Implemented), ("実装済み", Implemented),
    ("adopté", Active), ("adoptée", Active),
    ("zurückgestellt", Deferred), ("推迟", Deferred), ("보류", Deferred), ("adiado", Deferred), ("aplazado", Deferred),
    ("reporté", Deferred),
    ("rejeté", Rejected), ("refusé", Rejected), ("abgelehnt", Rejected), ("rechazado", Rejected), ("rejeitado", Rejected),
    ("拒绝", Rejected), ("已拒绝", Rejected), ("отклонено", Rejected), ("却下", Rejected), ("rejetée", Rejected), ("refusée", Rejected),
    ("verworfen", Rejected), ("rechazada", Rejected), ("rejeitada", Rejected), ("recusado", Rejected), ("rifiutato", Rejected),
    ("rifiutata", Rejected), ("respinto", Rejected), ("afgewezen", Rejected), ("odrzucony", Rejected), ("odrzucona", Rejected),
    ("отклонен", Rejected), ("отклонён", Rejected), ("거부", Rejected), ("거부됨", Rejected), ("기각", Rejected), ("否决", Rejected),
    ("zurückgezogen", Withdrawn), ("撤回", Withdrawn), ("abandonné", Withdrawn), ("abandonnée", Withdrawn),
    ("ersetzt", Superseded), ("remplacé", Superseded), ("取代", Superseded), ("已取代", Superseded), ("已被取代", Superseded),
    ("被取代", Superseded), ("заменено", Superseded), ("reemplazado", Superseded), ("remplacée", Superseded), ("abgelöst", Superseded),
    ("überholt", Superseded), ("reemplazada", Superseded), ("sustituido", Superseded), ("sustituida", Superseded),
    ("substituído", Superseded), ("substituída", Superseded), ("sostituito", Superseded), ("sostituita", Superseded),
    ("vervangen", Superseded), ("zastąpiony", Superseded), ("zastąpiona", Superseded), ("заменен", Superseded),
    ("заменён", Superseded), ("대체", Superseded), ("대체됨", Superseded), ("置き換え済み", Superseded), ("置き換え", Superseded),
    ("置換", Superseded), ("已替代", Superseded), ("被替代", Superseded), ("已被替代", Superseded),
    ("obsolète", Deprecated), ("veraltet", Deprecated), ("obsoleto", Deprecated), ("弃用", Deprecated), ("已弃用", Deprecated),
    ("废弃", Deprecated), ("已废弃", Deprecated), ("устарело", Deprecated), ("非推奨", Deprecated), ("dépréciée", Deprecated),
    ("déprécié", Deprecated), ("obsoleta", Deprecated), ("depreciado", Deprecated), ("depreciada", Deprecated),
    ("descontinuado", Deprecated), ("descontinuada", Deprecated), ("deprecato", Deprecated), ("deprecata", Deprecated),
    ("vervallen", Deprecated), ("verouderd", Deprecated), ("nieaktualny", Deprecated), ("nieaktualna", Deprecated),
    ("устарел", Deprecated), ("устарела", Deprecated), ("廃止", Deprecated), ("폐기", Deprecated), ("폐기됨", Deprecated),
    ("已过时", Deprecated),
];
