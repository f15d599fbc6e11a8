//! What skipped files have of a record, where they lie below or beside a collection: those are worth a second
//! look. Decides nothing.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::error::list;
use crate::record::{self, number};

use super::candidate::{Tree, split};
use super::{Collection, Skipped, name};

/// Heads of records that are read to learn their keys.
const SAMPLE: usize = 16;

/// Sets [`Skipped::has`] of each file.
pub fn compare(skipped: &mut [Skipped], collections: &[Collection], tree: &Tree<'_>) {
    let series: Vec<Kind<'_>> = collections.iter().map(|collection| Kind::new(collection, tree)).collect();
    skipped.par_iter_mut().for_each(|of| {
        // What a translation or a file with the name of a template is, is beyond doubt.
        let file = split(&of.path).1;
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let is_template =
            (name::is_plain_template(stem) || of.reason == name::IN_TEMPLATES) && !is_numbered(stem);
        if !of.reason.starts_with("a translation") && !is_template {
            of.has = series.iter().find_map(|kind| kind.has(&of.path, tree));
        }
    });
}

/// True for a name with a number other than zero.
fn is_numbered(stem: &str) -> bool {
    number::read(stem).number.is_some_and(is_number)
}

fn is_number(number: &str) -> bool {
    number.contains(|c: char| ('1'..='9').contains(&c))
}

/// What the records of a collection have in common.
struct Kind<'a> {
    path: &'a str,
    prefix: Option<&'a str>,
    /// Keys that at least half of them have.
    keys: Vec<String>,
}

impl<'a> Kind<'a> {
    fn new(collection: &'a Collection, tree: &Tree<'_>) -> Kind<'a> {
        let step = collection.members.len().div_ceil(SAMPLE).max(1);
        let members = collection.members.iter().step_by(step);
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let mut all = 0;
        for text in members.filter_map(|member| tree.markdown.get(member.path.as_str())) {
            all += 1;
            for key in record::evidence(&text.text, None).keys {
                *counts.entry(key).or_default() += 1;
            }
        }
        Kind {
            path: &collection.path,
            prefix: collection.prefix.as_deref(),
            keys: counts.into_iter().filter(|(_, count)| count * 2 >= all).map(|(key, _)| key).collect(),
        }
    }

    /// What a file has of these records, as a list in words. Beside the collection a number alone says nothing.
    fn has(&self, path: &str, tree: &Tree<'_>) -> Option<String> {
        let (folder, file) = split(path);
        let lies_in = |above: &str| {
            above.is_empty()
                || folder.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let below = lies_in(self.path);
        if !below && !lies_in(split(self.path).0) {
            return None;
        }
        let evidence = record::evidence(&tree.markdown.get(path)?.text, None);
        let name = number::read(file.rsplit_once('.').map_or(file, |(stem, _)| stem));
        let number = name.number.filter(|number| is_number(number));
        let own = |prefix: &&str| number::is_of(prefix, self.prefix);
        let prefix = name.prefix.filter(|_| number.is_some()).filter(own);
        // `arc42` and `use-adr-2` are names.
        let is_plain = name.prefix.is_none_or(|prefix| {
            number::names_a_series(prefix) && file[prefix.len()..].starts_with(['-', '_', ' '])
        });
        let keys = self.keys.iter().filter(|key| evidence.keys.contains(*key)).count();
        let parts = [
            prefix.map(|prefix| format!("a number after `{prefix}`")),
            number.filter(|_| below && prefix.is_none() && is_plain).map(|_| "a number".to_owned()),
            (evidence.status && !evidence.open && !evidence.template).then(|| "a status".to_owned()),
            (keys >= 3 && keys * 2 >= self.keys.len()).then(|| "the keys of the records".to_owned()),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| list(&parts))
    }
}
