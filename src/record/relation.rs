//! Kinds of relations between records, their inverses and the words people write for them. Finds
//! targets as written; looking them up is [`crate::site`]'s.

use std::ops::Range;

use crate::config::CollectionConfig;

use super::inline;

/// A kind and its inverse, each with the words that mean it, in [normal form](super::field::normalise).
struct Kind {
    name: &'static str,
    inverse: &'static str,
    words: &'static [&'static str],
}

/// Every kind; symmetric ones are their own inverse.
#[rustfmt::skip]
const KINDS: &[Kind] = &[
    Kind {
        name: "supersedes",
        inverse: "superseded-by",
        words: &["supersedes", "supercedes", "replaces", "obsoletes", "supersede", "supercede", "replace", "remplace",
            "ersetzt", "取代", "替代", "löstab", "reemplazaa", "sustituyea", "substitui", "sostituisce", "vervangt", "zastępuje"],
    },
    Kind {
        name: "superseded-by",
        inverse: "supersedes",
        words: &["supersededby", "supercededby", "replacedby", "obsoletedby", "supersedingproposal", "superscededby", "superceededby", "superseededby", "remplacépar", "remplacéepar",
            "ersetztdurch", "abgelöstdurch", "überholtdurch", "reemplazadopor", "reemplazadapor", "sustituidopor", "sustituidapor",
            "substituídopor", "substituídapor", "sostituitoda", "sostituitada", "vervangendoor", "zastąpionyprzez", "zastąpionaprzez",
            "被取代", "replacement"],
    },
    Kind { name: "amends", inverse: "amended-by", words: &["amends", "amend", "updates", "modifies", "clarifies"] },
    Kind {
        name: "amended-by",
        inverse: "amends",
        words: &["amendedby", "updatedby", "modifiedby", "clarifiedby"],
    },
    Kind { name: "extends", inverse: "extended-by", words: &["extends", "extend", "buildson"] },
    Kind { name: "extended-by", inverse: "extends", words: &["extendedby"] },
    Kind {
        name: "requires",
        inverse: "required-by",
        words: &["requires", "require", "dependson", "depends", "dependency", "dependencies", "requiredproposals"],
    },
    Kind { name: "required-by", inverse: "requires", words: &["requiredby", "dependedonby"] },
    Kind { name: "refines", inverse: "refined-by", words: &["refines", "refine"] },
    Kind { name: "refined-by", inverse: "refines", words: &["refinedby"] },
    Kind { name: "implements", inverse: "implemented-by", words: &["implements"] },
    Kind { name: "implemented-by", inverse: "implements", words: &["implementedby"] },
    Kind {
        name: "solves",
        inverse: "solved-by",
        words: &["solutionto", "solves"],
    },
    Kind { name: "solved-by", inverse: "solves", words: &["proposedsolutions", "proposedsolution", "solvedby"] },
    Kind { name: "conflicts-with", inverse: "conflicts-with", words: &["conflictswith", "conflicts"] },
    Kind {
        name: "relates-to",
        inverse: "relates-to",
        words: &["relatesto", "relatedto", "related", "seealso", "relatedproposals", "relatedproposal", "relatedrfcs",
            "relatedrfc", "relatedadrs", "relatedadr", "relateddecisions", "relateddecision", "otherdocs", "relates", "relation", "previousproposal", "previousproposals",
            "previousrelatedproposal"],
    },
];

/// The kind that a key in normal form names: `supersededby` → `superseded-by`.
pub fn of_key(normal: &str) -> Option<&'static str> {
    KINDS.iter().find(|kind| kind.words.contains(&normal)).map(|kind| kind.name)
}

/// The inverse of a kind: the collection's own kinds first. `None` for kinds nobody declared.
pub fn inverse<'a>(kind: &str, config: &'a CollectionConfig) -> Option<&'a str> {
    if let Some(inverse) = config.relations.get(kind) {
        return Some(inverse);
    }
    if let Some((own, _)) = config.relations.iter().find(|(_, inverse)| inverse.as_str() == kind) {
        return Some(own);
    }
    KINDS.iter().find(|known| known.name == kind).map(|known| known.inverse)
}

/// The kind that a word or phrase names: the collection's own kinds, then the table.
pub fn kind_of(words: &str, config: &CollectionConfig) -> Option<String> {
    let normal = super::field::normalise(words);
    let own = config
        .relations
        .iter()
        .flat_map(|(kind, inverse)| [kind, inverse])
        .find(|kind| super::field::normalise(kind) == normal);
    own.cloned().or_else(|| of_key(&normal).map(str::to_owned))
}

/// A record that a text points at, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// `0003-use-riak.md`, `ADR-0012`, `12`; `[ref]` for a reference link.
    pub text: String,
    /// Byte range of it, or of the whole link, in the text it was read from.
    pub span: Range<usize>,
}

impl Target {
    /// The same target in a text that this one's stands in from byte `by` on.
    pub fn shifted(self, by: usize) -> Target {
        Target { span: self.span.start + by..self.span.end + by, ..self }
    }
}

/// A line that relates this record to others: `Superseded by [3. Use Riak](0003-use-riak.md)`,
/// `- Refined by ADR-0012`, `superseded by: use-riak`. Returns the kind and the targets as written.
/// A line of prose that merely starts with such a word has no target and is none.
pub fn line(text: &str, config: &CollectionConfig) -> Option<(String, Vec<Target>)> {
    let (kind, at) = leading_kind(text, config)?;
    let rest = text.get(at..)?;
    let skipped = rest.len() - rest.trim_start_matches([':', ' ', '*', '_', '`', '"', '\'', '：']).len();
    let targets = targets_in_words(rest.get(skipped..)?);
    let targets = targets.into_iter().map(|target| target.shifted(at + skipped)).collect::<Vec<_>>();
    (!targets.is_empty()).then_some((kind, targets))
}

/// The relation that the first one to three words name, and the byte offset after them.
pub fn leading_kind(text: &str, config: &CollectionConfig) -> Option<(String, usize)> {
    let start = text.len() - text.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
    let mut best = None;
    let mut words = 0;
    let mut in_word = false;
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at < start).chain([(text.len(), ' ')]) {
        if c.is_alphanumeric() {
            in_word = true;
            continue;
        }
        if in_word {
            in_word = false;
            words += 1;
            if let Some(kind) = text.get(start..at).and_then(|phrase| kind_of(phrase, config)) {
                best = Some((kind, at));
            }
        }
        if words == 3 || "[(<:：".contains(c) {
            break;
        }
    }
    best
}

/// Targets of a metadata value: every link, else every item of a comma list.
pub fn targets(text: &str) -> Vec<Target> {
    let links = inline::links(text);
    if !links.is_empty() {
        return links.into_iter().map(|link| Target { text: link.url, span: link.span }).collect();
    }
    let mut found = Vec::new();
    let mut at = 0;
    for part in text.split([',', ';', '\n']) {
        let trimmed = part.trim_matches(|c: char| c.is_whitespace() || "`*_\"'[](){}.".contains(c));
        if !super::entry::means_nothing(trimmed) {
            let start = at + part.find(trimmed).unwrap_or_default();
            found.push(Target { text: trimmed.to_owned(), span: start..start + trimmed.len() });
        }
        at += part.len() + 1;
    }
    found
}

/// Targets after a relation word in running text: links, else leading words that look like a record's
/// number, id or file name (they hold a digit or a hyphen).
pub fn targets_in_words(text: &str) -> Vec<Target> {
    let links = inline::links(text);
    if !links.is_empty() {
        return links.into_iter().map(|link| Target { text: link.url, span: link.span }).collect();
    }
    let mut found: Vec<Target> = Vec::new();
    let mut at = 0;
    for word in text.split(' ') {
        let bare = word.trim_matches(|c: char| "`*_\"'[](){}.,;:#".contains(c));
        let start = at + word.find(bare).unwrap_or_default();
        at += word.len() + 1;
        if bare.chars().any(|c| c.is_ascii_digit()) || bare.contains('-') && bare.len() > 3 {
            // `RFC 12` is one target in two words.
            let prefix =
                text.get(..start).and_then(|before| before.trim_end().rsplit(' ').next()).unwrap_or_default();
            let joined = bare.bytes().all(|byte| byte.is_ascii_digit())
                && (2..=6).contains(&prefix.len())
                && prefix.bytes().all(|byte| byte.is_ascii_alphabetic());
            let text = if joined { format!("{prefix}-{bare}") } else { bare.to_owned() };
            found.push(Target { text, span: start..start + bare.len() });
            continue;
        }
        let joins = matches!(bare.to_ascii_lowercase().as_str(), "" | "and" | "&");
        let is_prefix = bare.len() <= 6 && bare.bytes().all(|byte| byte.is_ascii_uppercase());
        if !joins && !is_prefix && !super::number::is_series_word(bare) {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_an_inverse_that_leads_back() {
        let config = CollectionConfig::default();
        for kind in KINDS {
            let inverse = inverse(kind.name, &config).unwrap_or_default();
            assert_eq!(super::inverse(inverse, &config), Some(kind.name), "{}", kind.name);
        }
    }

    #[test]
    fn lines_that_relate() {
        let check = |text: &str, expected: Option<(&str, &[&str])>| {
            let found = line(text, &CollectionConfig::default());
            let found = found.as_ref().map(|(kind, targets)| {
                (kind.as_str(), targets.iter().map(|target| target.text.as_str()).collect::<Vec<_>>())
            });
            assert_eq!(found, expected.map(|(kind, targets)| (kind, targets.to_vec())), "{text}");
        };
        check(
            "Superceded by [3. Use Riak](0003-use-riak.md)",
            Some(("superseded-by", &["0003-use-riak.md"])),
        );
        check("- Amends [1. X](0001-x.md)", Some(("amends", &["0001-x.md"])));
        check("superseded by: use-riak-instead", Some(("superseded-by", &["use-riak-instead"])));
        check("Superseded by ADR-0012 and ADR-0013.", Some(("superseded-by", &["ADR-0012", "ADR-0013"])));
        check("Superseded by RFC 12", Some(("superseded-by", &["RFC-12"])));
        check("Replaces the whole of the old design", None);
        check("Accepted", None);
    }
}
