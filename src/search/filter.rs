//! Filters: which records have a value. Values are compared folded, as people write them; what is not there is
//! said, with the nearest that is.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{Fact, Facts, same};
use super::query::{Kind, nearest};
use crate::record::{Phase, State};

/// The filters of a query, looked up.
#[derive(Debug, Default)]
pub struct Filters {
    /// A record must pass one of each kind.
    wanted: BTreeMap<Kind, Vec<Test>>,
    /// And none of these.
    unwanted: Vec<Test>,
}

/// Which records have the value of one filter.
#[derive(Debug)]
enum Test {
    Statuses(BTreeSet<usize>),
    Tags(BTreeSet<usize>),
    Authors(BTreeSet<usize>),
    Collections(BTreeSet<usize>),
    /// From the first day to the last, as `yyyymmdd`.
    Days(u32, u32),
    Records(BTreeSet<usize>),
}

impl Test {
    fn passes(&self, number: usize, fact: &Fact) -> bool {
        match self {
            Test::Statuses(statuses) => statuses.contains(&fact.status),
            Test::Tags(tags) => fact.tags.iter().any(|tag| tags.contains(tag)),
            Test::Authors(authors) => fact.authors.iter().any(|author| authors.contains(author)),
            Test::Collections(collections) => collections.contains(&fact.collection),
            Test::Days(first, last) => fact.date > 0 && (*first..=*last).contains(&fact.date),
            Test::Records(records) => records.contains(&number),
        }
    }
}

impl Filters {
    /// Adds a filter. Where the value is not known, says so, and the caller searches it as text.
    pub fn add(&mut self, facts: &Facts, kind: Kind, value: &str, negated: bool) -> Result<(), String> {
        let test = test(facts, kind, value)?;
        match negated {
            true => self.unwanted.push(test),
            false => self.wanted.entry(kind).or_default().push(test),
        }
        Ok(())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty() && self.unwanted.is_empty()
    }

    /// What keeps a record out: the kinds of which it passes no filter, and nothing for each filter that is turned
    /// round and that it passes.
    pub fn against(&self, number: usize, fact: &Fact) -> Vec<Option<Kind>> {
        let passes = |test: &Test| test.passes(number, fact);
        let wanted =
            self.wanted.iter().filter(|(_, any)| !any.iter().any(passes)).map(|(kind, _)| Some(*kind));
        wanted.chain(self.unwanted.iter().filter(|test| passes(test)).map(|_| None)).collect()
    }
}

fn test(facts: &Facts, kind: Kind, value: &str) -> Result<Test, String> {
    let wanted = same(value);
    let unknown = |what: &str, known: &mut dyn Iterator<Item = &str>| {
        let near = nearest(value, known).map_or(String::new(), |near| format!(" Did you mean `{near}`?"));
        Err(format!("There is no {what} `{value}`; it was searched as text.{near}"))
    };
    match kind {
        Kind::Status => {
            let matches = |(state, label): &(State, String)| state.name() == wanted || same(label) == wanted;
            let found = places(&facts.statuses, matches);
            let state = State::ALL.iter().any(|state| state.name() == wanted);
            if found.is_empty() && !state {
                let mut known = facts.statuses.iter().flat_map(|(state, label)| [state.name(), label]);
                return unknown("status", &mut known);
            }
            Ok(Test::Statuses(found))
        }
        Kind::Tag => {
            let found = places(&facts.tags, |tag| same(tag) == wanted);
            if found.is_empty() {
                return unknown("tag", &mut facts.tags.iter().map(String::as_str));
            }
            Ok(Test::Tags(found))
        }
        Kind::Author => {
            let found = places(&facts.authors, |(name, handle)| {
                same(name) == wanted || !handle.is_empty() && same(handle) == wanted
            });
            if found.is_empty() {
                let known = facts.authors.iter().flat_map(|(name, handle)| [name.as_str(), handle]);
                return unknown("author", &mut known.filter(|known| !known.is_empty()));
            }
            Ok(Test::Authors(found))
        }
        Kind::Collection => {
            let found =
                places(&facts.collections, |home| same(&home.key) == wanted || same(&home.title) == wanted);
            if found.is_empty() {
                let mut known = facts.collections.iter().flat_map(|home| [home.key.as_str(), &home.title]);
                return unknown("collection", &mut known);
            }
            Ok(Test::Collections(found))
        }
        Kind::Before | Kind::After | Kind::Year => {
            let Some((first, last)) = days(value) else {
                return Err(format!(
                    "`{value}` is no year, month or day such as 2024, 2024-03 or 2024-03-31; it was searched as text."
                ));
            };
            Ok(match kind {
                Kind::Before => Test::Days(0, first.saturating_sub(1)),
                Kind::After => Test::Days(last + 1, u32::MAX),
                _ => Test::Days(first, last),
            })
        }
        Kind::Is => {
            let phase = match wanted.as_str() {
                "open" => Some(Phase::Open),
                "in-force" | "in force" => Some(Phase::InForce),
                "closed" => Some(Phase::Closed),
                "retired" => Some(Phase::Retired),
                "elsewhere" => Some(Phase::Elsewhere),
                "draft" => None,
                _ => {
                    let mut known =
                        ["open", "in-force", "closed", "retired", "elsewhere", "draft"].into_iter();
                    return unknown("phase", &mut known);
                }
            };
            let is = |(state, _): &(State, String)| match phase {
                Some(phase) => state.phase() == phase,
                None => *state == State::Draft,
            };
            Ok(Test::Statuses(places(&facts.statuses, is)))
        }
        Kind::Supersedes | Kind::References => {
            let targets = facts.named(value);
            if targets.is_empty() {
                return Err(format!("There is no record `{value}`; it was searched as text."));
            }
            let to = |fact: &Fact| {
                let to = if kind == Kind::Supersedes { &fact.supersedes } else { &fact.cites };
                to.iter().any(|target| targets.contains(target))
            };
            Ok(Test::Records(places(&facts.records, to)))
        }
    }
}

fn places<T>(values: &[T], is: impl Fn(&T) -> bool) -> BTreeSet<usize> {
    values.iter().enumerate().filter(|(_, value)| is(value)).map(|(at, _)| at).collect()
}

/// The first and last day of a year, month or day, as `yyyymmdd`. Months have 31 days here: a day that no calendar
/// has lies between two that are there.
fn days(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().split('-');
    let number = |part: Option<&str>, length: usize| match part {
        Some(part) if part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()) => {
            part.parse().ok()
        }
        _ => None,
    };
    let year: u32 = number(parts.next(), 4)?;
    let Some(month) = parts.next() else { return Some((year * 10_000 + 101, year * 10_000 + 1231)) };
    let month: u32 = number(Some(month), 2).filter(|month| (1..=12).contains(month))?;
    let start = year * 10_000 + month * 100;
    let Some(day) = parts.next() else { return Some((start + 1, start + 31)) };
    let day: u32 = number(Some(day), 2).filter(|day| (1..=31).contains(day))?;
    parts.next().is_none().then_some((start + day, start + day))
}

#[cfg(test)]
mod tests {
    use super::days;

    #[test]
    fn years_months_and_days_are_told_apart() {
        for (text, expected) in [
            ("2024", Some((20240101, 20241231))),
            ("2024-02", Some((20240201, 20240231))),
            ("2024-02-29", Some((20240229, 20240229))),
            ("2024-13", None),
            ("24", None),
            ("2024-1", None),
            ("2024-01-01-01", None),
            ("", None),
        ] {
            assert_eq!(days(text), expected, "{text}");
        }
    }
}
