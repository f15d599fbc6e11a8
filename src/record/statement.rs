//! The grammar of relations in running text: the words of a status, the value of a field, a line of a section.
//!
//! ```text
//! clause    = [subject] [pending] verb [link] targets [remark]
//! verb      = "supersedes" | "superseded" ["in part"] | "amended" | "replaces" | …
//! link      = ("by" | "with" | "in favour of" | ":" | "→" | "on" date | …)*
//! targets   = target (("," | "and" | "&") target)*
//! remark    = "in part" | "— serving mode only" | "once accepted" | "(PR #3)" | …
//! ```
//!
//! A clause ends at the end of a sentence, at `;` and at a line's end, unless its targets are still to come. The
//! **subject** ("the serving mode is superseded by …") and the **remark** limit a relation to a part of the record;
//! "will be", "proposed to be" and "once accepted" make it pending. Numbers, dates and links in a remark are no
//! targets: `ADR-1 (PR #3)`, `ADR-1, 3 May 2026`, `ADR-1 §3`.

use std::ops::Range;

use crate::config::CollectionConfig;

use super::relation::{self, Target};
use super::{date, inline, number};

/// A relation that a text states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// `superseded-by`, `amends`, …
    pub kind: String,
    /// The other records as written; never empty.
    pub targets: Vec<Target>,
    /// What the relation is limited to, in the author's words; `None` where it is the whole record.
    pub scope: Option<String>,
    /// It takes effect later, if at all.
    pub pending: bool,
    /// Byte range of verb, targets and remark.
    pub span: Range<usize>,
    /// Byte where the clause begins: its subject, or its verb.
    pub begin: usize,
    /// The verb is a state of its own ("rejected in favour of …"), which the relation does not change.
    pub is_state: bool,
}

/// The relations of a text whose clauses begin with their verb: a status, a line of a section.
pub fn clauses(text: &str, rules: &CollectionConfig) -> Vec<Clause> {
    let text = inline::head(text);
    clauses_of(text, &tokens(text), rules)
}

fn clauses_of(text: &str, tokens: &[Token], rules: &CollectionConfig) -> Vec<Clause> {
    let mut found = Vec::new();
    let (mut at, mut start) = (0, 0);
    while at < tokens.len() {
        if tokens[at].is_end() || matches!(tokens[at].kind, Kind::Sign(',' | '—' | '(' | ')')) {
            start = at + 1;
            at += 1;
            continue;
        }
        if let Some(verb) = verb(tokens, at, rules)
            && let Some((mut stated, next)) = clause(text, tokens, start, at, &verb, rules)
        {
            found.append(&mut stated);
            (at, start) = (next, next);
            continue;
        }
        at += 1;
    }
    found
}

/// The relation of a value whose kind is known from its key: `supersedes: ADR-22 — serving mode only`. Its targets
/// are every link and every name in it.
pub fn value(text: &str, kind: &str, rules: &CollectionConfig) -> Vec<Clause> {
    of_kind(text, kind, rules, Wanted::Value)
}

/// The relation of a line in a section whose heading names its kind. Its targets are links, and words that look like the
/// name or number of a record.
pub fn line(text: &str, kind: &str, rules: &CollectionConfig) -> Vec<Clause> {
    of_kind(text, kind, rules, Wanted::Named)
}

fn of_kind(text: &str, kind: &str, rules: &CollectionConfig, wanted: Wanted) -> Vec<Clause> {
    let text = inline::head(text);
    let all = tokens(text);
    // The value may repeat its key's verb: `Superseded by: partially superseded by ADR-3`.
    let repeated = clauses_of(text, &all, rules);
    let is_repeated =
        |first: &Clause| first.kind == kind && !text[..first.begin].contains(char::is_alphanumeric);
    if repeated.first().is_some_and(is_repeated) {
        return repeated.into_iter().filter(|clause| clause.kind == kind).collect();
    }
    let start = verb(&all, 0, rules).filter(|verb| verb.kind == kind).map_or(0, |verb| verb.next);
    let start = start + all.iter().skip(start).take_while(|token| token.kind == Kind::Sign('(')).count();
    let targets = targets(text, &all, start, all.len(), wanted);
    let verb = Verb { kind: kind.to_owned(), next: start, by: false, part: None, is_state: false };
    let is_phrase = |target: &Target| target.text.contains(' ');
    if is_limiting_kind(kind) && targets.found.first().is_none_or(is_phrase) {
        // `the engine choice of ADR-85`
        if let Some((clauses, _)) = clause(text, &all, start, start, &verb, rules) {
            return clauses;
        }
    }
    with_remarks(text, &all, &verb, 0, targets, wanted, rules).0
}

/// The clauses of one verb: its targets up to a remark, and where the list goes on behind the remark, those that follow
/// ("ADR-1 for the cache, ADR-2 (in part)"). Returns them with the token after them; `from` is the byte where they begin.
fn with_remarks(
    text: &str,
    tokens: &[Token],
    verb: &Verb,
    from: usize,
    first: Targets,
    wanted: Wanted,
    rules: &CollectionConfig,
) -> (Vec<Clause>, usize) {
    let mut clauses = Vec::new();
    let mut list = first;
    let mut from = from;
    loop {
        let next = list.next;
        if list.found.is_empty() {
            return (clauses, next);
        }
        let remark = remark(text, tokens, next, &verb.kind, rules);
        let end = tokens.get(remark.next.saturating_sub(1)).map_or(text.len(), |token| token.span.end);
        clauses.push(Clause {
            kind: verb.kind.clone(),
            targets: list.found,
            scope: remark.scope,
            pending: remark.pending,
            span: from..end.max(from),
            begin: from,
            is_state: verb.is_state,
        });
        let goes_on =
            tokens.get(remark.next).is_some_and(|token| token.is_sign(&[',']) || token.is(&["and"]));
        if !goes_on {
            return (clauses, remark.next);
        }
        list = targets(text, tokens, remark.next + 1, tokens.len(), wanted);
        from = tokens.get(remark.next + 1).map_or(end, |token| token.span.start);
    }
}

impl Clause {
    /// The same clause of a text that this one's stands in from byte `by` on.
    pub fn shifted(self, by: usize) -> Clause {
        Clause {
            span: self.span.start + by..self.span.end + by,
            begin: self.begin + by,
            targets: self.targets.into_iter().map(|target| target.shifted(by)).collect(),
            ..self
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// A word, without punctuation around it.
    Word,
    /// A link and where it leads.
    Link(String),
    /// Punctuation: `.`, `;`, `,`, `:`, `(`, `)`, `|`, `—` for any dash, `→` for any arrow, `\n`.
    Sign(char),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    kind: Kind,
    /// Lower case.
    text: String,
    span: Range<usize>,
}

impl Token {
    fn is_end(&self) -> bool {
        matches!(self.kind, Kind::Sign('.' | ';' | '|' | '\n' | '→'))
    }

    fn is(&self, words: &[&str]) -> bool {
        self.kind == Kind::Word && words.contains(&self.text.as_str())
    }

    fn is_sign(&self, signs: &[char]) -> bool {
        matches!(self.kind, Kind::Sign(sign) if signs.contains(&sign))
    }
}

/// Words and punctuation of inline markdown. Emphasis, code ticks, quotes, emoji, comments, footnote marks and what is
/// struck through are passed over.
fn tokens(text: &str) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = &text[at..];
        let mut sign = |sign: char, length: usize| {
            found.push(Token { kind: Kind::Sign(sign), text: sign.to_string(), span: at..at + length });
            length
        };
        at += match c {
            '\n' => sign('\n', 1),
            ',' | ';' | ':' | '(' | ')' | '|' => sign(c, 1),
            '，' | '、' => sign(',', c.len_utf8()),
            '：' => sign(':', c.len_utf8()),
            '。' => sign('.', c.len_utf8()),
            '.' if !rest.starts_with("./") && !rest.starts_with("../") && !rest.starts_with(".md") => {
                sign('.', 1)
            }
            '—' | '–' => sign('—', c.len_utf8()),
            '→' | '➜' | '⇒' | '➡' => sign('→', c.len_utf8()),
            '-' | '=' if rest[1..].starts_with('>') => sign('→', 2),
            '-' if rest[1..].starts_with([' ', '-']) || rest.len() == 1 => sign('—', 1),
            '&' | '+' if rest[1..].starts_with(' ') => {
                found.push(Token { kind: Kind::Word, text: "and".to_owned(), span: at..at + 1 });
                1
            }
            '<' if rest.starts_with("<!--") => rest.find("-->").map_or(rest.len(), |end| end + 3),
            '<' if rest.starts_with("<br") => sign('\n', rest.find('>').map_or(1, |end| end + 1)),
            '<' => match struck(rest, &[("<del>", "</del>"), ("<s>", "</s>")]) {
                Some(length) => length,
                None => match rest.find('>') {
                    Some(end)
                        if !rest[1..end].contains(char::is_whitespace)
                            && rest[1..end].contains(['.', ':']) =>
                    {
                        let url = rest[1..end].to_owned();
                        found.push(Token {
                            kind: Kind::Link(url.clone()),
                            text: url,
                            span: at..at + end + 1,
                        });
                        end + 1
                    }
                    Some(end) if rest[1..end].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') => {
                        end + 1
                    }
                    _ => 1,
                },
            },
            '~' => struck(rest, &[("~~", "~~")]).unwrap_or(1),
            '!' if rest.starts_with("![") => inline::link_at(&rest[1..]).map_or(2, |(.., length)| length + 1),
            '[' if rest.starts_with("[^") => rest.find(']').map_or(1, |end| end + 1),
            '[' if rest.starts_with("[[") && rest.contains("]]") => {
                let end = rest.find("]]").unwrap_or_default() + 2;
                let url = rest[..end].to_owned();
                found.push(Token { kind: Kind::Link(url.clone()), text: url, span: at..at + end });
                end
            }
            '[' => match inline::link_at(rest) {
                Some((label, url, length)) => {
                    let text = inline::plain(&label).to_lowercase();
                    found.push(Token { kind: Kind::Link(url), text, span: at..at + length });
                    length
                }
                None => sign('(', 1),
            },
            ']' => sign(')', 1),
            _ if c.is_alphanumeric() || "#§@/.".contains(c) => word(rest, at, &mut found),
            _ => c.len_utf8(),
        };
    }
    found
}

fn struck(rest: &str, marks: &[(&str, &str)]) -> Option<usize> {
    marks.iter().find_map(|(open, close)| {
        let inside = rest.strip_prefix(open)?;
        Some(open.len() + inside.find(close)? + close.len())
    })
}

/// Adds the word at the start of `rest` and returns its length.
fn word(rest: &str, at: usize, found: &mut Vec<Token>) -> usize {
    if rest.starts_with("http://") || rest.starts_with("https://") {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let url = inline::links(&rest[..end]).into_iter().next().map(|link| link.url).unwrap_or_default();
        let length = url.len().max(1);
        found.push(Token { kind: Kind::Link(url.clone()), text: url, span: at..at + length });
        return length;
    }
    let ends = |c: char| c.is_whitespace() || ",;()[]|`*\"<>“”—–→，、：。".contains(c);
    let whole = &rest[..rest.find(ends).unwrap_or(rest.len())];
    let bare = whole.trim_end_matches(['.', ':', '!', '?', '_', '\'', '~']);
    let bare = if bare.is_empty() { whole } else { bare };
    let mut push = |span: Range<usize>| {
        let text = rest[span.clone()].to_lowercase();
        found.push(Token { kind: Kind::Word, text, span: at + span.start..at + span.end });
    };
    // `superseded-in-part-by` and `to-be-superseded` are words joined by hyphens; `use-quic` is a name.
    let parts = bare.split('-').collect::<Vec<_>>();
    let joined = parts.len() > 1
        && !bare.contains(|c: char| c.is_ascii_digit() || c == '/')
        && parts
            .iter()
            .any(|part| participle(&part.to_lowercase()).is_some() || is_active(&part.to_lowercase()))
        && parts.iter().all(|part| {
            let part = part.to_lowercase();
            participle(&part).is_some()
                || is_active(&part)
                || ["in", "part", "by", "to", "be", "with"].contains(&part.as_str())
                || PARTLY.contains(&part.as_str())
        });
    match joined {
        true => {
            let mut start = 0;
            for part in parts {
                push(start..start + part.len());
                start += part.len() + 1;
            }
        }
        false => push(0..bare.len()),
    }
    bare.len().max(1)
}

/// A verb and what belongs to it.
struct Verb {
    kind: String,
    /// The token after it.
    next: usize,
    /// "by", or a language's word for it, is part of it.
    by: bool,
    /// "in part", "partially", as written.
    part: Option<Range<usize>>,
    is_state: bool,
}

const PARTLY: [&str; 7] =
    ["partially", "partly", "partial", "mostly", "largely", "substantially", "temporarily"];
const WHOLLY: [&str; 7] = ["entirely", "fully", "completely", "wholly", "formally", "now", "effectively"];

/// States that name the record that came instead: "reverted by ADR-7", "rejected in favour of ADR-7".
const ENDED: [&str; 11] = [
    "retired",
    "reverted",
    "deprecated",
    "removed",
    "rejected",
    "withdrawn",
    "dropped",
    "abandoned",
    "declined",
    "closed",
    "obsolete",
];

/// The relation of a past participle: `superseded`, however it is spelled, `replaced`, `amended`.
fn participle(word: &str) -> Option<&'static str> {
    Some(match word {
        "replaced" | "obsoleted" => "superseded-by",
        "amended" | "updated" | "modified" | "clarified" | "revised" => "amended-by",
        "extended" => "extended-by",
        "refined" => "refined-by",
        _ if supersedes(word).is_some_and(|ending| ending == "ed") => "superseded-by",
        _ => return None,
    })
}

/// The ending of a word that is a form of "supersede": its spellings are many (supercede, supersceed, superseed).
fn supersedes(word: &str) -> Option<&str> {
    if !word.starts_with("super") || word.len() > 14 {
        return None;
    }
    let (stem, ending) =
        ["ed", "es", "ing", "e"].iter().find_map(|ending| Some((word.strip_suffix(ending)?, *ending)))?;
    (strsim::osa_distance(stem, "supersed") <= 2 && stem.ends_with('d')).then_some(ending)
}

/// True for any spelling of "superseded".
pub fn is_superseded(word: &str) -> bool {
    supersedes(word).is_some_and(|ending| ending == "ed")
}

/// True for any spelling of "supersedes".
pub fn is_superseding(word: &str) -> bool {
    supersedes(word).is_some_and(|ending| ending == "es")
}

fn is_active(word: &str) -> bool {
    supersedes(word).is_some_and(|ending| ending != "ed")
}

/// The verb at a token.
fn verb(tokens: &[Token], at: usize, rules: &CollectionConfig) -> Option<Verb> {
    let first = tokens.get(at).filter(|token| token.kind == Kind::Word)?;
    if let Some(kind) = participle(&first.text) {
        let mut verb = Verb { kind: kind.to_owned(), next: at + 1, by: false, part: None, is_state: false };
        // "updated 2024-01-02" and "extended support" say nothing of another record.
        passive(tokens, &mut verb);
        return (kind == "superseded-by" || verb.by).then_some(verb);
    }
    if ENDED.contains(&first.text.as_str()) {
        let mut verb =
            Verb { kind: "superseded-by".to_owned(), next: at + 1, by: false, part: None, is_state: true };
        passive(tokens, &mut verb);
        return verb.by.then_some(verb);
    }
    if is_active(&first.text) {
        let next = at + 1 + usize::from(tokens.get(at + 1).is_some_and(|token| token.is(&["by"])));
        let kind = if next > at + 1 { "superseded-by" } else { "supersedes" };
        return Some(Verb { kind: kind.to_owned(), next, by: next > at + 1, part: None, is_state: false });
    }
    // Words of other languages and of the collection's own kinds have up to three words.
    let words = tokens[at..].iter().take(3).take_while(|token| token.kind == Kind::Word).collect::<Vec<_>>();
    (1..=words.len()).rev().find_map(|count| {
        let phrase = words[..count].iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ");
        let kind = relation::kind_of(&phrase, rules)?;
        let by = kind.ends_with("-by");
        Some(Verb { kind, next: at + count, by, part: None, is_state: false })
    })
}

/// Goes over what may stand between a participle and its targets.
fn passive(tokens: &[Token], verb: &mut Verb) {
    let word = |at: usize, words: &[&str]| tokens.get(at).is_some_and(|token| token.is(words));
    loop {
        let at = verb.next;
        let Some(token) = tokens.get(at) else { return };
        if word(at, &["in"]) && word(at + 1, &["part", "parts"]) {
            verb.part = Some(token.span.start..tokens[at + 1].span.end);
            verb.next += 2;
        } else if word(at, &["in"]) && word(at + 1, &["favour", "favor"]) && word(at + 2, &["of"]) {
            verb.by = true;
            verb.next += 3;
        } else if token.is(&PARTLY) {
            verb.part = Some(token.span.clone());
            verb.next += 1;
        } else if token.is(&["by", "with", "through", "via"]) {
            verb.by = true;
            verb.next += 1;
        } else if token.is(&WHOLLY) || token.is(&["see", "also", "on", "since", "as", "of"]) {
            verb.next += 1;
        } else if let Some(next) = skip_date(tokens, at) {
            verb.next = next;
        } else if token.is_sign(&[':', '\n']) && verb.by
            || token.is_sign(&[':', '—', '→', ',', '(']) && !verb.by
            || token.is_sign(&['\n']) && word(at + 1, &["by"])
        {
            verb.next += 1;
        } else {
            return;
        }
    }
}

/// The token after a date at `at`: `2026-02-02`, `3 May 2026`, `May 3, 2026`.
fn skip_date(tokens: &[Token], at: usize) -> Option<usize> {
    let token = tokens.get(at)?;
    if token.kind != Kind::Word
        || token.text.contains('/') && !token.text.starts_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let digits = token.text.bytes().filter(u8::is_ascii_digit).count();
    if digits == 8 && date::find_iso(&token.text).is_some_and(|(_, span)| span == (0..token.text.len())) {
        return Some(at + 1);
    }
    let mut text = String::new();
    let mut end = None;
    for (taken, token) in tokens[at..].iter().take(5).enumerate() {
        match token.kind {
            Kind::Word => text.push_str(&token.text),
            Kind::Sign(',' | '.') if taken > 0 => {}
            _ => break,
        }
        text.push(' ');
        let has_year = token.text.len() == 4 && token.text.bytes().all(|byte| byte.is_ascii_digit());
        if token.kind == Kind::Word
            && taken > 0
            && has_year
            && date::read(&text, None).is_ok_and(|found| found.end + 1 >= text.len())
        {
            end = Some(at + taken + 1);
        }
    }
    end
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.parse::<u16>().is_ok_and(|year| (1970..2100).contains(&year))
}

/// Which names count as targets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// The value of a field: everything between commas.
    Value,
    /// Behind a relation's verb and "by": links, and words that look like a record's name or number.
    Named,
    /// The same, but a number alone is none.
    Certain,
}

struct Targets {
    found: Vec<Target>,
    next: usize,
}

/// Words before a number that is not a record's.
const COUNTED: [&str; 22] = [
    "pr",
    "prs",
    "pull",
    "request",
    "issue",
    "issues",
    "ticket",
    "discussion",
    "discussions",
    "decision",
    "decisions",
    "section",
    "sections",
    "point",
    "points",
    "item",
    "version",
    "chapter",
    "step",
    "mr",
    "commit",
    "rule",
];

/// What may stand before a target: articles, and what records are called.
const FILLERS: [&str; 22] = [
    "the",
    "this",
    "that",
    "our",
    "a",
    "an",
    "new",
    "newer",
    "later",
    "record",
    "records",
    "decision",
    "decisions",
    "proposal",
    "document",
    "file",
    "see",
    "also",
    "by",
    "with",
    "of",
    "both",
];

/// The targets from token `at` on, and the token after them.
fn targets(text: &str, tokens: &[Token], mut at: usize, limit: usize, wanted: Wanted) -> Targets {
    let mut found: Vec<Target> = Vec::new();
    let (start, mut next) = (at, at);
    while at < limit {
        let Some(token) = tokens.get(at) else { break };
        if let Some(after) = skip_date(tokens, at).filter(|_| !found.is_empty() || wanted != Wanted::Value) {
            // A date belongs to the remark.
            if !found.is_empty() {
                break;
            }
            at = after;
            continue;
        }
        match &token.kind {
            Kind::Link(url) => {
                let external = relation::is_external(url);
                let labelled = external.then(|| id_in(&token.text)).flatten();
                if external && wanted == Wanted::Certain {
                    break;
                }
                // `[0027](https://…/pull/102)`: the text names the record that the address does not.
                let target = match labelled {
                    Some(id) => id,
                    None => url.clone(),
                };
                found.push(Target { text: target, span: token.span.clone() });
                at += 1;
                next = at;
            }
            Kind::Sign(',') => at += 1,
            Kind::Sign('\n') if found.is_empty() || wanted == Wanted::Value => at += 1,
            Kind::Sign(';') if wanted == Wanted::Value => at += 1,
            Kind::Sign('(') if found.is_empty() => at += 1,
            Kind::Sign(')') if !found.is_empty() => {
                at += 1;
                next = at;
            }
            Kind::Sign(':') if found.is_empty() && at == start => at += 1,
            Kind::Sign(_) => break,
            Kind::Word if token.is(&["and", "or", "und", "et", "y"]) => at += 1,
            Kind::Word => match name(text, tokens, at, wanted) {
                Some((target, after)) => {
                    found.push(target);
                    at = after;
                    next = at;
                }
                None if found.is_empty() && token.is(&FILLERS) => at += 1,
                None => break,
            },
        }
    }
    Targets { found, next }
}

/// The id in a link's label, where the label is nothing else: `0027`, `ADR-12`.
fn id_in(label: &str) -> Option<String> {
    let label = label.trim().trim_start_matches('#');
    let (_, number) = number::of_value(label)?;
    let is_padded = number.starts_with('0') || label.len() > number.len();
    is_padded.then(|| label.to_owned())
}

/// A record's name in words: `12`, `ADR-12`, `RFC 12`, `0012-use-quic.md`, `./x.md`, `use-quic`.
fn name(text: &str, tokens: &[Token], at: usize, wanted: Wanted) -> Option<(Target, usize)> {
    let token = &tokens[at];
    let written = text.get(token.span.clone())?;
    let bare = written.trim_matches(['\'', '_', '~']);
    let has_digit = bare.contains(|c: char| c.is_ascii_digit());
    let all_digits = has_digit && bare.bytes().all(|byte| byte.is_ascii_digit());
    let before = at.checked_sub(1).map(|at| &tokens[at]);
    let counted = |word: Option<&Token>| word.is_some_and(|word| word.is(&COUNTED));
    let make = |text: String, span: Range<usize>, next: usize| Some((Target { text, span }, next));
    if bare.starts_with('§') || is_version(bare) || bare.starts_with('@') {
        return None;
    }
    let following = tokens.get(at + 1).filter(|next| next.kind == Kind::Word);
    // `RFC 12`, `ADR #12`: one name in two words.
    let is_prefix = bare.len() <= 12
        && bare.bytes().all(|byte| byte.is_ascii_alphabetic())
        && (bare.len() <= 6 && bare.bytes().all(|byte| byte.is_ascii_uppercase())
            || number::is_series_word(bare));
    if is_prefix && !token.is(&COUNTED) {
        let number = following.map(|next| next.text.trim_start_matches('#'));
        return match number
            .filter(|number| number.starts_with(|c: char| c.is_ascii_digit()) && !is_year(number))
        {
            Some(number) => {
                make(format!("{bare}-{number}"), token.span.start..tokens[at + 1].span.end, at + 2)
            }
            None => None,
        };
    }
    let is_page = [".md", ".markdown", ".html"].iter().any(|ending| token.text.contains(ending));
    let is_path = bare.contains('/') && bare.len() > 2 && !bare.starts_with("//");
    // In running text, `app/gateway` is a path to something else.
    let path_like = is_page || is_path && (wanted == Wanted::Value || has_digit || bare.starts_with('.'));
    if path_like {
        return make(bare.to_owned(), token.span.clone(), at + 1);
    }
    if is_path {
        return None;
    }
    if let Some(number) = bare.strip_prefix('#') {
        // `#3` is a pull request's number, unless nothing else is named.
        let alone = wanted != Wanted::Certain
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && !number.is_empty();
        return (alone && !counted(before))
            .then(|| make(bare.to_owned(), token.span.clone(), at + 1))
            .flatten();
    }
    if all_digits {
        let goes_on = following.is_some_and(|next| {
            !next.is(&[
                "and",
                "or",
                "in",
                "for",
                "once",
                "if",
                "when",
                "on",
                "by",
                "as",
                "except",
                "only",
                "partially",
                "partly",
            ])
        });
        let wanted = match wanted {
            Wanted::Value => true,
            Wanted::Named => !goes_on && !is_year(bare),
            Wanted::Certain => bare.starts_with('0') && bare.len() >= 3,
        };
        return (wanted && !counted(before))
            .then(|| make(bare.to_owned(), token.span.clone(), at + 1))
            .flatten();
    }
    let prefixed = has_digit
        && bare.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !(counted(before) && bare.starts_with(|c: char| c.is_ascii_digit()))
        && !bare.contains(['=', '%', '$']);
    // `use-queues`, but not the first word of "a regex-taking variant".
    let goes_on =
        following.is_some_and(|next| !next.is(&["and", "or", "in", "for", "once", "if", "when", "on"]));
    let hyphenated = bare.contains('-')
        && bare.len() > 3
        && wanted != Wanted::Certain
        && (wanted == Wanted::Value || !goes_on);
    if prefixed || hyphenated {
        return make(bare.to_owned(), token.span.clone(), at + 1);
    }
    // A slug of one word, or one that is a phrase: only a field holds names.
    let is_separated = before.is_none_or(|token| {
        token.is_sign(&[',', ';', '\n', ':', '(']) || token.is(&["and", "or"]) || token.is(&FILLERS)
    });
    if wanted == Wanted::Value && is_separated {
        let mut end = at + 1;
        while tokens.get(end).is_some_and(|token| token.kind == Kind::Word && !token.is(&["and"])) {
            end += 1;
        }
        let span = token.span.start..tokens[end - 1].span.end;
        return make(text.get(span.clone())?.to_owned(), span, end);
    }
    None
}

/// `v2`, `2.3.0`.
fn is_version(text: &str) -> bool {
    let digits = text.trim_start_matches(['v', 'V']);
    let dotted =
        digits.contains('.') && digits.split('.').all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    digits.len() < text.len() && digits.starts_with(|c: char| c.is_ascii_digit())
        || dotted && !digits.is_empty()
}

/// Words of a subject, or between a verb and its target, that speak of the record as a whole.
const WHOLE: [&str; 62] = [
    "this",
    "that",
    "it",
    "is",
    "was",
    "has",
    "been",
    "have",
    "be",
    "being",
    "now",
    "later",
    "since",
    "then",
    "and",
    "but",
    "also",
    "which",
    "the",
    "a",
    "an",
    "our",
    "adr",
    "rfc",
    "record",
    "decision",
    "document",
    "proposal",
    "file",
    "status",
    "already",
    "currently",
    "whole",
    "entire",
    "all",
    "of",
    "in",
    "previous",
    "earlier",
    "old",
    "older",
    "former",
    "original",
    "approach",
    "solution",
    "design",
    "plan",
    "made",
    "taken",
    "recorded",
    "described",
    "text",
    "version",
    "both",
    "page",
    "these",
    "those",
    "superseded",
    "proposed",
    "from",
    "by",
    "currently,",
];

fn is_limiting_kind(kind: &str) -> bool {
    matches!(kind, "supersedes" | "amends" | "extends")
}

/// Reads the clause whose verb stands at `at`; `start` is the clause's first token. Returns it with the token after it.
fn clause(
    text: &str,
    tokens: &[Token],
    start: usize,
    at: usize,
    verb: &Verb,
    rules: &CollectionConfig,
) -> Option<(Vec<Clause>, usize)> {
    let before = &tokens[start.min(at)..at];
    let subject = subject(before, rules);
    // "Serving mode superseded by …" limits the relation; "deprecated clients of …" is about something else.
    let limits = verb.kind == "superseded-by" && !verb.is_state;
    if subject == Subject::Negated || subject == Subject::Other && !limits {
        return None;
    }
    let wanted = match () {
        () if verb.is_state => Wanted::Certain,
        () if verb.by || verb.kind != "superseded-by" => Wanted::Named,
        // `Superseded 19` could be anything.
        () => Wanted::Certain,
    };
    let limit = tokens.len();
    let mut list = targets(text, tokens, verb.next, limit, wanted);
    let mut scope = verb.part.clone().and_then(|span| text.get(span)).map(str::to_owned);
    if list.found.is_empty() {
        // "supersedes the engine choice in ADR-100": what stands between is what the relation is limited to.
        let passive = verb.kind.ends_with("-by");
        let words = tokens[verb.next..].iter().take(9).take_while(|token| token.kind == Kind::Word);
        let mut middle = words.count();
        let named = |from: usize| targets(text, tokens, from, limit, Wanted::Certain);
        let from = verb.next;
        let first = (1..=middle).find(|skipped| {
            let found = named(from + skipped);
            let direct = tokens.get(from + skipped).is_some_and(|token| token.kind != Kind::Sign(','));
            direct
                && !found.found.is_empty()
                && tokens.get(from + skipped).is_some_and(|token| !token.is(&FILLERS))
        })?;
        middle = first;
        let between = &tokens[from..from + middle];
        if !passive && between.iter().any(|token| token.is(&["with", "by", "than", "without", "when", "if"]))
        {
            return None;
        }
        list = named(from + middle);
        let telling = between.iter().filter(|token| !token.is(&WHOLE));
        if !passive && telling.count() > 0 {
            let mut words = between;
            while let [rest @ .., last] = words
                && last.is(&["in", "of", "from", "within", "for", "to", "the", "by", "made"])
            {
                words = rest;
            }
            let span = words.first().zip(words.last()).map(|(first, last)| first.span.start..last.span.end);
            scope = scope.or_else(|| span.and_then(|span| text.get(span)).map(str::to_owned));
        }
    }
    if list.found.is_empty() {
        return None;
    }
    let partly = before.iter().find(|token| token.is(&PARTLY)).map(|token| token.span.clone());
    let of_subject = match subject {
        Subject::Other if verb.kind == "superseded-by" => {
            before.first().zip(before.last()).map(|(first, last)| first.span.start..last.span.end)
        }
        _ => None,
    };
    let words = |span: Range<usize>| text.get(span).map(|words| inline::plain(words.trim()));
    let scope = scope.or(partly.and_then(words)).or(of_subject.and_then(words));
    let (mut clauses, next) = with_remarks(text, tokens, verb, tokens[at].span.start, list, wanted, rules);
    if let Some((first, token)) = clauses.first_mut().zip(before.first()) {
        first.begin = token.span.start;
    }
    for clause in &mut clauses {
        clause.scope = clause.scope.take().or_else(|| scope.clone());
        clause.pending |= subject == Subject::Pending;
    }
    Some((clauses, next.max(at + 1)))
}

/// Words before a verb that name the record, call attention to the clause, or belong to its verb: `[!NOTE]`, `This
/// decision has been …`, `Partially …`.
#[rustfmt::skip]
const PREFACE: [&str; 25] = [
    "note", "important", "warning", "caution", "tip", "attention", "status", "update", "this", "record", "adr", "rfc", "decision",
    "document", "proposal", "is", "was", "has", "been", "partially", "partly", "now", "to", "be", "will",
];

/// True where nothing but such words stands before a clause, so that its text begins with it.
pub fn is_preface(before: &str) -> bool {
    let words = before.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.into_iter().all(|word| PREFACE.contains(&word.to_lowercase().as_str()))
}

/// True for a scope that does not name the part: "in part", "partially".
pub fn is_vague(scope: &str) -> bool {
    let words = scope.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.into_iter().all(|word| {
        let word = word.to_lowercase();
        PARTLY.contains(&word.as_str()) || matches!(word.as_str(), "in" | "part" | "parts")
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    /// Nothing, or words for the record as a whole.
    Whole,
    /// "will be", "proposed to be".
    Pending,
    /// "not", "never".
    Negated,
    /// Words for something else: a part of the record.
    Other,
}

fn subject(before: &[Token], rules: &CollectionConfig) -> Subject {
    let has = |words: &[&str]| before.iter().any(|token| token.is(words));
    if has(&["not", "never", "isn't", "wasn't", "nor", "no"]) {
        return Subject::Negated;
    }
    let pair = |first: &[&str], second: &[&str]| {
        before.windows(2).any(|pair| pair[0].is(first) && pair[1].is(second))
    };
    if pair(
        &["to", "will", "would", "may", "might", "could", "should", "shall"],
        &["be", "become", "likely", "probably", "soon"],
    ) || pair(&["be", "get"], &["partially", "partly", "fully"])
        || has(&[
            "pending", "planned", "expected", "intended", "soon", "probably", "likely", "will", "would",
            "may", "might",
        ])
    {
        return Subject::Pending;
    }
    let state = before.first().is_some_and(|token| super::status::is_known(&token.text, rules));
    let other = before.iter().any(|token| {
        token.kind == Kind::Word && !token.is(&WHOLE) && !token.is(&PARTLY) && !token.is(&WHOLLY)
    });
    if other && !state { Subject::Other } else { Subject::Whole }
}

fn begins(tokens: &[Token], at: usize, first: &Token, rules: &CollectionConfig) -> bool {
    verb(tokens, at, rules).is_some()
        || matches!(first.kind, Kind::Sign(_))
        || super::status::is_known(&first.text, rules)
}

fn is_target(text: &str, tokens: &[Token], at: usize) -> bool {
    let targets = targets(text, tokens, at, (at + 2).min(tokens.len()), Wanted::Certain);
    targets.found.len() == 1 && skip_date(tokens, at).is_none()
}

struct Remark {
    scope: Option<String>,
    pending: bool,
    next: usize,
}

/// What stands behind the targets, up to the end of the clause.
fn remark(text: &str, tokens: &[Token], from: usize, kind: &str, rules: &CollectionConfig) -> Remark {
    let mut next = from;
    let mut depth = 0;
    while let Some(token) = tokens.get(next) {
        match token.kind {
            Kind::Sign('(') => depth += 1,
            Kind::Sign(')') => depth -= 1,
            Kind::Sign(';' | '|' | '→') => break,
            Kind::Sign('.') if depth <= 0 => break,
            // A line that begins with a state or a relation is a statement of its own.
            Kind::Sign('\n')
                if tokens.get(next + 1).is_none_or(|first| begins(tokens, next + 1, first, rules)) =>
            {
                break;
            }
            Kind::Sign(',' | '—') if verb(tokens, next + 1, rules).is_some() => break,
            // Another target.
            Kind::Sign(',') if depth <= 0 && is_target(text, tokens, next + 1) => break,
            Kind::Word if token.text == "and" && depth <= 0 && is_target(text, tokens, next + 1) => break,
            _ => {}
        }
        next += 1;
    }
    let words = &tokens[from.min(next)..next];
    let has = |list: &[&str]| words.iter().any(|token| token.is(list));
    let decided = [
        "accept",
        "approv",
        "land",
        "pass",
        "merge",
        "ratif",
        "adopt",
        "implement",
        "ship",
        "decid",
        "releas",
        "finish",
        "done",
    ];
    let awaited = words.iter().any(|token| decided.iter().any(|stem| token.text.starts_with(stem)));
    let pending = has(&["once", "when", "if", "after", "until", "pending", "provided", "should"]) && awaited
        || has(&["pending"]);
    let begins = words.iter().find(|token| token.kind == Kind::Word);
    let limiting = [
        "for",
        "regarding",
        "concerning",
        "respecting",
        "where",
        "except",
        "excluding",
        "insofar",
        "but",
        "only",
        "just",
        "apart",
    ];
    let begins_limiting = begins.is_some_and(|token| token.is(&limiting)) && !pending;
    let limits = has(&[
        "only",
        "partially",
        "partly",
        "partial",
        "portion",
        "portions",
        "parts",
        "except",
        "excluding",
        "part",
    ]);
    // `supersedes ADR-1 §3` replaces a part of ADR-1; `superseded by ADR-1 §3` is about all of this one.
    let located = is_limiting_kind(kind)
        && words.iter().any(|token| token.is(&COUNTED[8..13]) || token.text.starts_with('§'))
        && words.iter().any(|token| token.text.contains(|c: char| c.is_ascii_digit()));
    let scope = (begins_limiting || limits || located).then(|| {
        let trimmed = words
            .iter()
            .position(|token| token.kind == Kind::Word || matches!(token.kind, Kind::Link(_)))
            .map_or(&words[..0], |first| &words[first..]);
        let last =
            trimmed.iter().rposition(|token| !matches!(token.kind, Kind::Sign(_))).map_or(0, |last| last + 1);
        let span = trimmed[..last].first().zip(trimmed[..last].last()).map(|(a, b)| a.span.start..b.span.end);
        inline::plain(span.and_then(|span| text.get(span)).unwrap_or_default())
    });
    Remark { scope: scope.filter(|scope| !scope.is_empty()), pending, next }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A clause as `kind [pending] [(scope)] targets`.
    fn shown(clause: &Clause) -> String {
        let targets =
            clause.targets.iter().map(|target| target.text.as_str()).collect::<Vec<_>>().join(" + ");
        let scope = clause.scope.as_ref().map(|scope| format!("({scope}) ")).unwrap_or_default();
        let pending = if clause.pending { "pending " } else { "" };
        format!("{} {pending}{scope}{targets}", clause.kind)
    }

    fn check(text: &str, expected: &[&str]) {
        let found = clauses(text, &CollectionConfig::default());
        assert_eq!(found.iter().map(shown).collect::<Vec<_>>(), expected, "{text}");
        for clause in &found {
            assert!(text.get(clause.span.clone()).is_some(), "{text}");
            assert!(clause.targets.iter().all(|target| text.get(target.span.clone()).is_some()), "{text}");
        }
    }

    #[test]
    fn whole_supersessions() {
        for text in [
            "Superseded by ADR-12",
            "superseded by ADR-12.",
            "Superseded by\nADR-12",
            "**Superseded** by `ADR-12`",
            "Superseded-by: ADR-12",
            "Superseded: ADR-12",
            "Superseded - ADR-12",
            "Superseded (ADR-12)",
            "Superseded, see ADR-12",
            "Superseded → ADR-12",
            "⌛ Superseded by ADR-12",
            "Superseded in favour of ADR-12",
            "Superseded on 2026-02-02 by ADR-12",
            "Superseded by ADR-12 on 2026-02-02",
            "Superceded entirely by ADR-12",
            "Supersceded by the new ADR-12",
            "Superseeded by ADR-12 (PR #3)",
            "Superseded by ADR-12 (#3)",
            "Superseded by ADR-12, 3 May 2026",
            "Superseded by ADR-12 (2026-01-03)",
            "Superseded by ADR-12 v2",
            "Superseded by ADR-12 §3",
            "Superseded by ADR-12 decision #3",
            "Replaced with ADR-12",
            "Replaced by ADR-12: Use something else for the queue",
            "Retired by ADR-12",
            "Reverted by ADR-12",
            "Rejected in favor of ADR-12",
            "Accepted. It has since been superseded by ADR-12.",
            "Accepted (superseded by ADR-12)",
            "Accepted on 2020-01-02, superseded by ADR-12",
            "This record was superseded by ADR-12",
        ] {
            check(text, &["superseded-by ADR-12"]);
        }
        check("Superseded by [19](0019-x.md)", &["superseded-by 0019-x.md"]);
        check("Superseded [19](0019-x.md)", &["superseded-by 0019-x.md"]);
        check("Superseded by RFC 12", &["superseded-by RFC-12"]);
        check("Superseded by 12", &["superseded-by 12"]);
        check("superseded by: use-queues-instead", &["superseded-by use-queues-instead"]);
        check("Superseded by ADR-12 and ADR-13.", &["superseded-by ADR-12 + ADR-13"]);
        check("Superseded by [A](a.md), ADR-13 & 14", &["superseded-by a.md + ADR-13 + 14"]);
        check("Superseded by [[0012-x|the other]]", &["superseded-by [[0012-x|the other]]"]);
    }

    #[test]
    fn partial_supersessions() {
        check("Partially superseded by [2](2.md)", &["superseded-by (Partially) 2.md"]);
        check("Accepted. Superseded in part by ADR-2", &["superseded-by (in part) ADR-2"]);
        check("Superseded-in-part by [0210](0210.md)", &["superseded-by (in-part) 0210.md"]);
        check("Superseded by ADR-2 (partially)", &["superseded-by (partially) ADR-2"]);
        check("Superseded by ADR-2 for new services", &["superseded-by (for new services) ADR-2"]);
        check("Supersedes ADR-22 — serving mode only", &["supersedes (serving mode only) ADR-22"]);
        check(
            "Supersedes the engine choice in [ADR-100](100.md)",
            &["supersedes (the engine choice) 100.md"],
        );
        check("Supersedes ADR-85 decision #3", &["supersedes (decision #3) ADR-85"]);
        check("Serving mode superseded by ADR-2", &["superseded-by (Serving mode) ADR-2"]);
        check("amended-in-part by ADR-2", &["amended-by (in-part) ADR-2"]);
        check("Supersedes the whole of ADR-2", &["supersedes ADR-2"]);
        check("Supersedes our earlier decision ADR-2", &["supersedes ADR-2"]);
        check("Superseded by the new engine choice in ADR-2", &["superseded-by ADR-2"]);
        check("Superseded by ADR-2 — see the discussion there", &["superseded-by ADR-2"]);
    }

    #[test]
    fn pending_supersessions() {
        for text in [
            "Accepted — proposed to be superseded by ADR-42",
            "Accepted (to be superseded by ADR-42 once accepted)",
            "Accepted; will be superseded by ADR-42 if that passes",
            "Superseded by ADR-42 once that is approved",
            "May be superseded by ADR-42",
        ] {
            check(text, &["superseded-by pending ADR-42"]);
        }
    }

    #[test]
    fn other_relations_and_none() {
        check("Accepted (supersedes ADR-24, ADR-25)", &["supersedes ADR-24 + ADR-25"]);
        check("Proposed. Supersedes ADR-36.", &["supersedes ADR-36"]);
        check(
            "Supersedes: ADR-19 (the first one), ADR-27 (its removal)",
            &["supersedes ADR-19", "supersedes ADR-27"],
        );
        check(
            "Superseded by ADR-1 for the cache, ADR-2 (in part) and ADR-3.",
            &["superseded-by (for the cache) ADR-1", "superseded-by (in part) ADR-2", "superseded-by ADR-3"],
        );
        check("[ADR-3](3.md) (superseded),\n[ADR-4](4.md)", &[]);
        check("Accepted. Amended by [x](x.md)", &["amended-by x.md"]);
        check("Superseded by ADR-3, amends ADR-4", &["superseded-by ADR-3", "amends ADR-4"]);
        check("- Refined by ADR-0012", &["refined-by ADR-0012"]);
        for text in [
            "Accepted",
            "Replaces the whole of the old design",
            "Replaces a regex-taking variant of it",
            "This replaces the way we have worked since 2015",
            "Not superseded by ADR-3",
            "Superseded by 3 later decisions",
            "Rejected by 12 votes",
            "Updated 2024-01-02",
            "Reverted by [discussion #1](https://e.org)",
            "Deprecated clients of ADR-3 keep working",
            "what it was is superseded for the cache layer only",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn values_of_fields() {
        let check = |text: &str, kind: &str, expected: &str| {
            let found = value(text, kind, &CollectionConfig::default());
            assert_eq!(found.iter().map(shown).collect::<Vec<_>>().join("; "), expected, "{text}");
        };
        check("ADR-22 — serving mode only", "supersedes", "supersedes (serving mode only) ADR-22");
        check("[RFC-3](3.md), RFC-14", "supersedes", "supersedes 3.md + RFC-14");
        check("2718, 2930", "requires", "requires 2718 + 2930");
        check("use quic", "supersedes", "supersedes use quic");
        check("12, 2024", "supersedes", "supersedes 12 + 2024");
        check("ADR-1 (PR #3)", "superseded-by", "superseded-by ADR-1");
        check("ADR-1 in part", "supersedes", "supersedes (in part) ADR-1");
        check("ADR-1, use quic and ADR-2", "supersedes", "supersedes ADR-1 + use quic + ADR-2");
        check("[0027](https://example.org/pull/102)", "requires", "requires 0027");
        check("Superseded by ADR-1", "superseded-by", "superseded-by ADR-1");
        check("Superseded in part by [1](1.md)", "superseded-by", "superseded-by (in part) 1.md");
        check("/keps/sig-net/123-x", "supersedes", "supersedes /keps/sig-net/123-x");
        check("the engine choice of [ADR-85](85.md)", "supersedes", "supersedes (the engine choice) 85.md");
    }
}
