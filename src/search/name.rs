//! The record that a query names: `12`, `#12`, `RFC 12`, `adr-0012`, an id, a slug. Only records of the site's own
//! collections have names; `RFC 2119` in a log of ADRs is text.

use super::document::Facts;
use crate::site::address::normal_number;

impl Facts {
    /// Numbers of the records that `text` names, ascending; several where collections share a number.
    ///
    /// Without regard to case: a collection's key, `-` and a number without leading zeros or a slug, which is an id; a number behind the prefix or key of a collection, with spaces or `-_#:` between
    /// them or nothing; a number alone or behind `#`, of any collection; a slug. Clients know as much: it is
    /// in the columns `names` and `collection`.
    pub fn named(&self, text: &str) -> Vec<usize> {
        let text = text.trim().to_lowercase();
        let split = text.find(|c: char| c.is_ascii_digit()).map(|digit| text.split_at(digit));
        let numbered = split.filter(|(_, number)| is_number(number)).map(|(prefix, number)| {
            let prefix = prefix.trim_end_matches(|c: char| c.is_whitespace() || "-_#:".contains(c));
            (prefix.to_owned(), normal_number(number))
        });
        let is = |fact: &super::document::Fact| {
            let Some(home) = self.collections.get(fact.collection) else { return false };
            let key = home.key.to_lowercase();
            let by_number = numbered.as_ref().is_some_and(|(prefix, number)| {
                let own = || home.prefix.as_ref().is_some_and(|own| own.to_lowercase() == *prefix);
                fact.key == *number && (prefix.is_empty() || *prefix == key || own())
            });
            let by_id = || text.strip_prefix(&key).and_then(|rest| rest.strip_prefix('-')) == Some(&fact.key);
            by_number || fact.key == text || by_id()
        };
        self.records.iter().enumerate().filter(|(_, fact)| is(fact)).map(|(at, _)| at).collect()
    }
}

/// `12`, `046-01`, `40a`.
fn is_number(text: &str) -> bool {
    text.len() <= 16 && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
}
