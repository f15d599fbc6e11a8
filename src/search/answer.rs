//! A query's answer: which records, in which order, and what a list of them shows. The JSON of
//! `annals search --json` and of the preview's `search.json` is [`Answer`] as it stands here.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io;

use schemars::JsonSchema;
use serde::Serialize;

use super::document::FIELDS;
use super::excerpt::{self, Forms, has_phrase};
use super::expand::{Unit, Wanted, expand};
use super::filter::Filters;
use super::index::Index;
use super::query::{Ask, Item, Kind, Query, parse};
use super::rank::{Hit, LIMITS, iso, score};
use super::token::tokens;

/// Values of a facet that are listed, the most frequent first.
const MOST_VALUES: usize = 100;

/// What a search found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Answer {
    /// The query as it was typed.
    pub query: String,
    /// How many records match; `results` may be fewer.
    pub total: usize,
    /// How many of them have every word of the query; the others have some.
    pub with_all_words: usize,
    /// What was not understood, not found or not done, as sentences.
    pub messages: Vec<String>,
    /// The query with the words that were most likely meant, where nobody has written one of it.
    pub did_you_mean: Option<String>,
    /// Values of the matching records, and of those that another value would bring.
    pub facets: Facets,
    /// The best first.
    pub results: Vec<Found>,
}

/// Values of all matching records, by what they say, the most frequent first, years the latest first. Each facet also
/// counts the records that nothing but its own filter keeps out, so that it says what another value would bring.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Facets {
    /// By canonical state.
    pub state: Vec<FacetValue>,
    /// By collection.
    pub collection: Vec<FacetValue>,
    /// By tag, of all facets.
    pub tag: Vec<FacetValue>,
    /// By author, else decider.
    pub author: Vec<FacetValue>,
    /// By year of the day that lists show.
    pub year: Vec<FacetValue>,
}

/// A value, and how many records have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FacetValue {
    /// What a filter takes.
    pub value: String,
    /// What people read.
    pub label: String,
    /// Records that have it.
    pub count: usize,
}

/// A record that was found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Found {
    /// `rfc-12`.
    pub id: String,
    /// Path relative to the root.
    pub source: String,
    /// Its page, relative to the site.
    pub url: String,
    /// Plain text.
    pub title: String,
    /// The number as the source writes it.
    pub number: Option<String>,
    /// How people call it: `RFC 12`.
    pub name: Option<String>,
    /// Key of its collection.
    pub collection: String,
    /// Where it stands.
    pub status: FoundStatus,
    /// The record that stands in its place today.
    pub head: Option<Head>,
    /// The day that lists show.
    pub date: Option<String>,
    /// How well it matches; 0 where nothing but filters was asked for, or the query is its name.
    pub score: f32,
    /// Id of the heading that the excerpt stands under; empty before the first one.
    pub anchor: String,
    /// The heading.
    pub heading: String,
    /// Where it matches.
    pub excerpt: Shown,
}

/// A state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FoundStatus {
    /// Canonical: `accepted`.
    pub state: &'static str,
    /// In the author's words.
    pub label: String,
}

/// A record in a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Head {
    /// `rfc-31`.
    pub id: String,
    /// Its page, relative to the site.
    pub url: String,
    /// Plain text.
    pub title: String,
}

/// Text with marks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Shown {
    /// Plain text on one line.
    pub text: String,
    /// Start and length of each hit, in characters (Unicode scalar values).
    pub marks: Vec<(usize, usize)>,
}

/// A query with everything looked up.
#[derive(Debug, Default)]
struct Plan {
    units: Vec<Unit>,
    phrases: Vec<Vec<String>>,
    without: Vec<Vec<String>>,
    without_phrases: Vec<Vec<String>>,
    filters: Filters,
    pinned: Vec<u32>,
    messages: Vec<String>,
}

impl Plan {
    /// How many words a record may match.
    fn words(&self) -> u32 {
        self.units.iter().filter(|unit| unit.required).count() as u32
    }
}

/// The records that match, the best first; and those that one kind of filter alone keeps out.
struct Matches {
    hits: Vec<Hit>,
    beside: Vec<(Hit, Kind)>,
}

impl Matches {
    /// Keeps the records that `is` holds of.
    fn retain(&mut self, is: impl Fn(u32) -> bool) {
        self.hits.retain(|hit| is(hit.record));
        self.beside.retain(|(hit, _)| is(hit.record));
    }
}

impl Index {
    /// The records that match a query, the best `limit` of them in full. Total: any text has an answer. Fails only
    /// where tantivy cannot read its own index.
    pub fn search(&self, text: &str, limit: usize) -> io::Result<Answer> {
        let query = parse(text);
        let mut plan = self.plan(&query);
        let matches = self.matches(&mut plan)?;
        let hits = &matches.hits;
        self.explain_nothing(&mut plan, hits.is_empty())?;
        let forms = Forms::new(&self.dictionary, &plan.units);
        let words = plan.words();
        let results = hits.iter().take(limit).filter_map(|hit| self.found(hit, &forms)).collect();
        Ok(Answer {
            query: text.to_owned(),
            total: hits.len(),
            with_all_words: hits.iter().filter(|hit| hit.matched == words).count(),
            did_you_mean: did_you_mean(&query, &plan.units),
            messages: plan.messages,
            facets: self.facets(&matches),
            results,
        })
    }

    /// The numbers and scores of all records that match, the best first: what clients are compared with.
    pub fn ranked(&self, text: &str) -> io::Result<Vec<Hit>> {
        Ok(self.matches(&mut self.plan(&parse(text)))?.hits)
    }

    fn plan(&self, query: &Query) -> Plan {
        let mut plan = Plan { messages: query.messages.clone(), ..Plan::default() };
        let mut words: Vec<Wanted> = Vec::new();
        let mut bare: Vec<&str> = Vec::new();
        let last = query.items.len().saturating_sub(1);
        for (at, Item { ask, negated, .. }) in query.items.iter().enumerate() {
            let unknown = match ask {
                Ask::Filter(kind, value) => plan.filters.add(&self.facts, *kind, value, *negated).err(),
                _ => None,
            };
            let text = match ask {
                Ask::Word(text) | Ask::Phrase(text) => text,
                Ask::Filter(_, value) if unknown.is_some() => value,
                Ask::Filter(..) => continue,
            };
            plan.messages.extend(unknown);
            let phrase = matches!(ask, Ask::Phrase(_));
            let own = tokens(text);
            let parts: Vec<String> =
                own.iter().filter(|token| !token.whole).map(|token| token.text.to_owned()).collect();
            if parts.is_empty() {
                continue;
            }
            match (negated, phrase) {
                (true, true) => plan.without_phrases.push(parts),
                (true, false) => plan.without.push(parts),
                (false, phrase) => {
                    if phrase {
                        plan.phrases.push(parts.clone());
                    } else {
                        bare.push(text);
                    }
                    words.extend(own.iter().filter(|token| !(phrase && token.whole)).map(|token| Wanted {
                        text: token.text.to_owned(),
                        whole: token.whole,
                        exact: phrase,
                        alone: parts.len() == 1 && !phrase,
                        typing: false,
                    }));
                    if let Some(word) = words.last_mut().filter(|_| query.typing && at == last) {
                        word.typing = true;
                    }
                }
            }
        }
        if words.len() > LIMITS.words {
            words.truncate(LIMITS.words);
            plan.messages.push(format!("Only the first {} words were searched.", LIMITS.words));
        }
        if plan.phrases.is_empty() && may_be_name(&bare) {
            plan.pinned = self.facts.named(&bare.join(" ")).into_iter().map(|number| number as u32).collect();
        }
        plan.units = expand(&self.dictionary, &words);
        let unknown = plan.units.iter().filter(|unit| unit.required && unit.families.is_empty());
        plan.messages.extend(unknown.map(|unit| format!("No record has the word `{}`.", unit.word)));
        plan
    }

    fn matches(&self, plan: &mut Plan) -> io::Result<Matches> {
        let mut hits = match plan.units.is_empty() {
            false => score(self, &plan.units)?,
            true if plan.phrases.is_empty() && self.asks(plan) => {
                (0..self.len() as u32).map(|record| Hit { record, matched: 0, score: 0.0 }).collect()
            }
            true => Vec::new(),
        };
        let there: HashSet<u32> = hits.iter().map(|hit| hit.record).collect();
        let named = plan.pinned.iter().filter(|record| !there.contains(record));
        hits.extend(named.map(|record| Hit { record: *record, matched: 0, score: 0.0 }));
        // What the words name has all of them.
        let words = plan.words();
        hits.iter_mut().filter(|hit| plan.pinned.contains(&hit.record)).for_each(|hit| hit.matched = words);
        let mut beside = Vec::new();
        hits.retain(|hit| {
            let at = hit.record as usize;
            let against = self.facts.records.get(at).map(|fact| plan.filters.against(at, fact));
            if let Some([Some(kind)]) = against.as_deref() {
                beside.push((*hit, *kind));
            }
            against.is_some_and(|against| against.is_empty())
        });
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(b.record.cmp(&a.record)));
        // Stable: named records come first, and stay in their order.
        let place = |hit: &Hit| plan.pinned.iter().position(|record| *record == hit.record);
        hits.sort_by_key(|hit| place(hit).unwrap_or(usize::MAX));
        let mut matches = Matches { hits, beside };
        for words in &plan.without {
            let without = self.with_all(words)?;
            matches.retain(|record| !without.contains(&record));
        }
        self.check_phrases(plan, &mut matches)?;
        Ok(matches)
    }

    /// Whether a query without words asks for anything.
    fn asks(&self, plan: &Plan) -> bool {
        !plan.filters.is_empty() || !plan.without.is_empty() || !plan.without_phrases.is_empty()
    }

    /// Leaves the records that have the phrases that are wanted, and not those that are not.
    fn check_phrases(&self, plan: &mut Plan, matches: &mut Matches) -> io::Result<()> {
        let mut unwanted = Vec::new();
        for words in &plan.without_phrases {
            unwanted.push((words, self.with_all(words)?));
        }
        for words in &plan.phrases {
            let with_all = self.with_all(words)?;
            matches.retain(|record| with_all.contains(&record));
        }
        if plan.phrases.is_empty() && unwanted.is_empty() {
            return Ok(());
        }
        let mut checked = 0;
        let mut left = 0;
        matches.hits.retain(|hit| {
            let unwanted: Vec<_> =
                unwanted.iter().filter(|(_, records)| records.contains(&hit.record)).collect();
            if plan.phrases.is_empty() && unwanted.is_empty() {
                return true;
            }
            if checked >= LIMITS.phrase {
                left += 1;
                return false;
            }
            checked += 1;
            let at = hit.record as usize;
            let title = self.facts.records.get(at).map_or("", |fact| fact.title.as_str());
            let sections = self.sections(at);
            plan.phrases.iter().all(|words| has_phrase(title, sections, words))
                && !unwanted.iter().any(|(words, _)| has_phrase(title, sections, words))
        });
        if left > 0 {
            plan.messages.push(format!(
                "The phrase was looked up in the best {} records that have its words; {left} more have them.",
                LIMITS.phrase
            ));
        }
        Ok(())
    }

    /// The records that have each of these words, in any field.
    fn with_all(&self, words: &[String]) -> io::Result<BTreeSet<u32>> {
        let mut all: Option<BTreeSet<u32>> = None;
        for word in words {
            let mut with = BTreeSet::new();
            let families = self.dictionary.find(word).map(|at| &self.dictionary.words[at].families);
            for family in families.into_iter().flatten() {
                for field in 0..FIELDS.len() {
                    self.postings(*family, field, |record, _| {
                        with.insert(record);
                    })?;
                }
            }
            all = Some(match all {
                Some(all) => all.intersection(&with).copied().collect(),
                None => with,
            });
        }
        Ok(all.unwrap_or_default())
    }

    /// Says what the filters keep back.
    fn explain_nothing(&self, plan: &mut Plan, nothing: bool) -> io::Result<()> {
        if nothing && !plan.filters.is_empty() && !plan.units.is_empty() {
            let filters = std::mem::take(&mut plan.filters);
            let without = self.matches(plan)?.hits.len();
            plan.filters = filters;
            if without > 0 {
                let (verb, records) = if without == 1 { ("matches", "record") } else { ("match", "records") };
                plan.messages.push(format!("Without the filters {without} {records} {verb}."));
            }
        }
        Ok(())
    }

    fn found(&self, hit: &Hit, forms: &Forms) -> Option<Found> {
        let at = hit.record as usize;
        let fact = self.facts.records.get(at)?;
        let (state, label) = self.facts.statuses.get(fact.status)?;
        let sections = self.sections(at);
        let excerpt = excerpt::excerpt(sections, forms, hit.matched as usize);
        let head = fact.heads.first().and_then(|head| self.facts.records.get(*head));
        Some(Found {
            id: fact.id.clone(),
            source: fact.source.clone(),
            url: fact.url.clone(),
            title: fact.title.clone(),
            number: fact.number.clone(),
            name: fact.name.clone(),
            collection: self.facts.collections.get(fact.collection)?.key.clone(),
            status: FoundStatus { state: state.name(), label: label.clone() },
            head: head.map(|head| Head {
                id: head.id.clone(),
                url: head.url.clone(),
                title: head.title.clone(),
            }),
            date: iso(fact.date),
            score: hit.score,
            anchor: excerpt.anchor,
            heading: excerpt.heading,
            excerpt: Shown { text: excerpt.text, marks: excerpt.marks },
        })
    }

    fn facets(&self, matches: &Matches) -> Facets {
        const FILTERS: [Kind; 5] = [Kind::Status, Kind::Collection, Kind::Tag, Kind::Author, Kind::Year];
        let facts = &self.facts;
        let hits = matches.hits.iter().map(|hit| (hit, None));
        let all = hits.chain(matches.beside.iter().map(|(hit, kind)| (hit, Some(*kind))));
        let mut counts: [BTreeMap<(String, String), usize>; 5] = Default::default();
        for (hit, only) in all {
            let Some(fact) = facts.records.get(hit.record as usize) else { continue };
            let mut count = |facet: usize, value: &str, label: &str| {
                if only.is_some_and(|kind| kind != FILTERS[facet]) {
                    return;
                }
                *counts[facet].entry((value.to_owned(), label.to_owned())).or_default() += 1;
            };
            if let Some((state, _)) = facts.statuses.get(fact.status) {
                count(0, state.name(), state.name());
            }
            if let Some(home) = facts.collections.get(fact.collection) {
                count(1, &home.key, &home.title);
            }
            fact.tags.iter().filter_map(|tag| facts.tags.get(*tag)).for_each(|tag| count(2, tag, tag));
            for (name, handle) in fact.authors.iter().filter_map(|author| facts.authors.get(*author)) {
                count(3, if handle.is_empty() { name } else { handle }, name);
            }
            if fact.date > 0 {
                let year = format!("{:04}", fact.date / 10_000);
                count(4, &year, &year);
            }
        }
        let [state, collection, tag, author, year] = counts.map(|counts| {
            let mut values: Vec<FacetValue> = counts
                .into_iter()
                .map(|((value, label), count)| FacetValue { value, label, count })
                .collect();
            values.sort_by_key(|value| Reverse(value.count));
            values.truncate(MOST_VALUES);
            values
        });
        let mut year = year;
        year.sort_by(|a, b| b.value.cmp(&a.value));
        Facets { state, collection, tag, author, year }
    }
}

/// Whether words may be the name of a record: they have a digit, or are one with a hyphen.
fn may_be_name(words: &[&str]) -> bool {
    let digit = words.iter().any(|word| word.contains(|c: char| c.is_ascii_digit()));
    digit || matches!(words, [only] if only.contains(['-', '_']))
}

/// The query with what was most likely meant in place of words that nobody has written.
fn did_you_mean(query: &Query, units: &[Unit]) -> Option<String> {
    let meant = |text: &str| {
        let tokens = tokens(text);
        let mut parts = tokens.iter().filter(|token| !token.whole);
        let only = parts.next().filter(|_| parts.next().is_none())?;
        units.iter().find(|unit| unit.word == only.text)?.meant.clone()
    };
    let mut any = false;
    let words = query.items.iter().map(|item| match &item.ask {
        Ask::Word(word) if !item.negated => match meant(word) {
            Some(meant) => {
                any = true;
                meant
            }
            None => item.raw.clone(),
        },
        _ => item.raw.clone(),
    });
    let words = words.collect::<Vec<_>>().join(" ");
    any.then_some(words)
}
