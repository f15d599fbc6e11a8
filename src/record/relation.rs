//! Kinds of relations between records, their inverses and the words people write for them. Texts that state a
//! relation are read by [`super::statement`]; targets are looked up by [`crate::site`].

use std::ops::Range;

use crate::config::CollectionConfig;

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
        words: &["requires", "require", "required", "dependson", "depends", "dependency", "dependencies", "requiredproposals"],
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

/// True for an address on the web that is no file of a repository.
pub fn is_external(target: &str) -> bool {
    target.contains("://") && !target.contains("/blob/") && !target.contains("/tree/")
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
}
