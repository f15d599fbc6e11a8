//! Records that go together: which files of a folder are a series, which letters stand before its numbers,
//! and which folders are one series.

use std::collections::{BTreeMap, BTreeSet};

use crate::record::Evidence;
use crate::record::number::{self, Name};

use super::Skipped;
use super::candidate::{Candidate, ancestors, split};
use super::name::{self, Strength};

/// Heads of files that are read to judge a folder; a series shows in a sample of it.
const SAMPLE: usize = 48;

/// Records of one folder that go together.
#[derive(Debug)]
pub struct Series<'a> {
    /// The folder they lie in.
    pub folder: &'a str,
    /// The records.
    pub members: Vec<Candidate<'a>>,
    /// What an even sample of the folder says.
    pub sample: Vec<Evidence>,
    /// Letters before the numbers, upper case.
    pub prefix: Option<String>,
    /// The records are of several families told by a letter that belongs to the number (`A6`, `L12`).
    pub lettered: bool,
}

impl Series<'_> {
    fn numbers(&self) -> BTreeSet<&str> {
        self.members
            .iter()
            .filter_map(|member| member.name.number)
            .map(|number| number.trim_start_matches('0'))
            .collect()
    }
}

/// The part of a sample for which something holds.
pub fn share(sample: &[Evidence], holds: impl Fn(&Evidence) -> bool) -> f64 {
    match sample.len() {
        0 => 0.0,
        count => sample.iter().filter(|evidence| holds(evidence)).count() as f64 / count as f64,
    }
}

/// The heads of an even sample of candidates.
fn sample(candidates: &[Candidate<'_>]) -> Vec<Evidence> {
    let step = candidates.len().div_ceil(SAMPLE).max(1);
    let evidence = |candidate: &Candidate<'_>| {
        let mut evidence = candidate.evidence();
        // Capitals before the number that the file's name has, too, are the series'.
        let own = |(_, number): &(String, String)| {
            candidate.name.number.is_some_and(|own| number::same(own, number))
        };
        evidence.label = evidence.label.filter(own);
        let letters = evidence.label.as_ref().map(|(letters, _)| letters.clone());
        evidence.prefix = evidence.prefix.or(letters);
        evidence
    };
    candidates.iter().step_by(step).map(evidence).collect()
}

/// The series of one folder. Numbers with different words of a series before them (`adr-001`, `rfc-001`)
/// are counted apart; what has no such word stays with the largest series.
pub fn families(candidates: Vec<Candidate<'_>>) -> Vec<Vec<Candidate<'_>>> {
    let word = |candidate: &Candidate<'_>| {
        let prefix = candidate.name.number.and(candidate.name.prefix)?;
        (number::is_series_word(prefix) && !name::is_vague(prefix)).then(|| prefix.to_ascii_uppercase())
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for word in candidates.iter().filter_map(word) {
        *counts.entry(word).or_default() += 1;
    }
    if counts.len() < 2 {
        return vec![candidates];
    }
    let largest =
        counts.into_iter().max_by_key(|(_, count)| *count).map(|(word, _)| word).unwrap_or_default();
    let mut families: BTreeMap<String, Vec<Candidate<'_>>> = BTreeMap::new();
    for candidate in candidates {
        families.entry(word(&candidate).unwrap_or_else(|| largest.clone())).or_default().push(candidate);
    }
    families.into_values().collect()
}

/// Gives the numbers of a folder their letters where several letters tell families of them (`A6`, `L12`).
/// A letter that only one file has (`S3-buckets`) is part of its name.
fn with_letters(candidates: &mut [Candidate<'_>]) -> bool {
    let lettered =
        candidates.iter().filter_map(|candidate| number::lettered(number::name_of(candidate.path)));
    let numbers = lettered.filter_map(|name| name.number).collect::<Vec<_>>();
    let letters = numbers.iter().filter_map(|number| number.chars().next()).collect::<BTreeSet<_>>();
    if letters.len() < 2 || numbers.len() * 3 < candidates.len() * 2 || numbers.len() < letters.len() * 2 {
        return false;
    }
    for candidate in candidates {
        if let Some(name) = number::lettered(number::name_of(candidate.path)) {
            candidate.name = name;
        }
    }
    true
}

/// Letters that most of the numbers of a folder have before them: a shared word is the series' own, a
/// word of one file (`http2`) is part of its name.
fn common_prefix(candidates: &[Candidate<'_>]) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for candidate in candidates {
        let Some(prefix) = candidate.name.prefix.filter(|_| candidate.name.number.is_some()) else {
            continue;
        };
        let ends = prefix.match_indices(['-', '_', ' ']).map(|(at, _)| at).chain([prefix.len()]);
        for end in ends {
            *counts.entry(prefix[..end].to_ascii_uppercase()).or_default() += 1;
        }
    }
    let (prefix, count) = counts.into_iter().max_by_key(|(prefix, count)| (*count, prefix.len()))?;
    let enough = count * 2 > candidates.len() && count >= 2 || number::is_series_word(&prefix);
    enough.then_some(prefix)
}

/// Letters before a number that the record's own metadata has as its key: `ics-018-x` with `ics: 18`.
fn declared_prefix(candidates: &[Candidate<'_>]) -> Option<String> {
    let prefixed = candidates.iter().filter_map(|candidate| Some((candidate, candidate.name.prefix?)));
    let mut declared =
        prefixed.take(4).filter(|(candidate, prefix)| candidate.evidence().is_numbered_by(prefix));
    declared.next().map(|(_, prefix)| prefix.to_ascii_uppercase())
}

/// Sorts the candidates of one folder into the members of a series and the rest. `sure` says that the
/// configuration names the folder.
pub fn judge<'a>(
    folder: &'a str,
    mut candidates: Vec<Candidate<'a>>,
    sure: bool,
    strength: Strength,
    skipped: &mut Vec<Skipped>,
) -> Option<Series<'a>> {
    let lettered = with_letters(&mut candidates);
    let own_prefix = common_prefix(&candidates).or_else(|| declared_prefix(&candidates));
    for candidate in &mut candidates {
        if !number::belongs(candidate.name.prefix, own_prefix.as_deref()) {
            candidate.name = Name { slug: number::name_of(candidate.path), ..Name::default() };
        }
    }
    let in_series = |candidate: &Candidate<'_>| {
        candidate.name.number.is_some() || candidate.name.date.is_some() || candidate.name.placeholder
    };
    let numbered = candidates
        .iter()
        .filter(|candidate| candidate.name.number.is_some() || candidate.name.placeholder)
        .count();
    let dated = candidates.iter().filter(|candidate| candidate.name.date.is_some()).count();
    let all = candidates.len();
    let sample = sample(&candidates);
    let status = share(&sample, |evidence| evidence.status);
    let discussion = share(&sample, |evidence| evidence.discussion);
    let telling = share(&sample, |evidence| evidence.telling > 0 || evidence.status);
    let labelled = share(&sample, |evidence| evidence.label.is_some());
    let strong = strength == Strength::Sure;
    let series = numbered + dated;
    let accepted = sure
        || if series * 2 >= all && series > 0 {
            // Chapters of a book and posts of a blog go by number or date, too: records say more.
            strong
                || own_prefix.as_deref().is_some_and(number::is_series_word) && telling >= 0.3
                || status >= 0.3
                || numbered * 2 >= all
                    && (discussion >= 0.3
                        || strength == Strength::Some && (telling >= 0.5 || labelled >= 0.5))
        } else {
            status >= 0.5 && (all > 1 || strength > Strength::None) || strong && (telling >= 0.3 || all > 1)
        };
    if !accepted {
        for candidate in candidates {
            skipped.push(Skipped {
                path: candidate.path.to_owned(),
                reason: "not in a series of records, and states no status".to_owned(),
            });
        }
        return None;
    }
    // In a series that goes by number or date, a name without one is a page about the series.
    let strict = series * 5 >= all * 4 && series >= 2;
    let mut members = Vec::with_capacity(all);
    for candidate in candidates {
        let reason = if in_series(&candidate) || series == 0 && (strong || sure) {
            None
        } else if strict {
            let what = if dated > numbered { "date" } else { "number" };
            Some(format!("its name has no {what}, as those of the records beside it have"))
        } else {
            let evidence = candidate.evidence();
            let is_record = evidence.status || evidence.telling > 1;
            (!is_record).then(|| "it states no status, and its name has no number".to_owned())
        };
        let is_named = candidate.name.date.is_some()
            || candidate
                .name
                .number
                .is_some_and(|number| number.contains(|c: char| ('1'..='9').contains(&c)));
        let is_template = || {
            let evidence = candidate.evidence();
            evidence.template || evidence.open && candidate.name.number.is_some()
        };
        let reason =
            reason.or_else(|| (!is_named && is_template()).then(|| "a template, by its text".to_owned()));
        match reason {
            Some(reason) => skipped.push(Skipped { path: candidate.path.to_owned(), reason }),
            None => members.push(candidate),
        }
    }
    let prefix = own_prefix.or_else(|| written_prefix(&sample));
    (!members.is_empty()).then_some(Series { folder, members, sample, prefix, lettered })
}

/// The letters that the metadata or headings of a sample put before numbers.
fn written_prefix(sample: &[Evidence]) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for prefix in sample.iter().filter_map(|evidence| evidence.prefix.as_ref()) {
        *counts.entry(prefix.to_ascii_uppercase()).or_default() += 1;
    }
    let (prefix, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    (count * 3 >= sample.len()).then_some(prefix)
}

/// Joins folders that are one series: sub-folders that sort, areas below one folder of records. Series
/// whose numbers or prefixes collide stay apart. Returns each with the folder that it is known by.
pub fn merge<'a>(series: Vec<Series<'a>>) -> Vec<(&'a str, Vec<Series<'a>>)> {
    let folders = series.iter().map(|series| series.folder).collect::<BTreeSet<_>>();
    let mut merged: Vec<(&'a str, Vec<Series<'a>>)> = Vec::new();
    // Outer folders first, so that inner ones find them.
    for one in series {
        let home = [base(one.folder, &folders), one.folder].into_iter().find_map(|folder| {
            let fits = |(path, group): &(&str, Vec<Series<'_>>)| {
                *path == folder && group.iter().all(|other| compatible(&one, other))
            };
            match merged.iter().position(fits) {
                Some(at) => Some((at, folder)),
                None => merged.iter().all(|(path, _)| *path != folder).then_some((merged.len(), folder)),
            }
        });
        match home.and_then(|(at, _)| merged.get_mut(at)) {
            Some((_, group)) => group.push(one),
            None => merged.push((home.map_or(one.folder, |(_, folder)| folder), vec![one])),
        }
    }
    interleaved(merged)
}

/// Joins folders beside each other whose names say nothing and whose numbers interleave: `concepts/0003-x` and
/// `features/0002-y` are counted together.
fn interleaved<'a>(groups: Vec<(&'a str, Vec<Series<'a>>)>) -> Vec<(&'a str, Vec<Series<'a>>)> {
    let mut joined: Vec<(&'a str, Vec<Series<'a>>)> = Vec::new();
    for (path, group) in groups {
        let together = |(home, others): &(&str, Vec<Series<'_>>)| {
            let beside = !path.is_empty() && (*home == split(path).0 || split(home).0 == split(path).0);
            let unnamed = |folder: &str| name::strength(folder) == Strength::None;
            beside
                && unnamed(path)
                && others.iter().all(|one| unnamed(one.folder))
                && takes_turns(&group, others)
        };
        match joined.iter_mut().find(|other| together(other)) {
            Some((home, others)) => {
                *home = split(path).0;
                others.extend(group);
            }
            None => joined.push((path, group)),
        }
    }
    joined
}

/// True for numbers of which none is in both, while neither all come before the others nor after them.
fn takes_turns(left: &[Series<'_>], right: &[Series<'_>]) -> bool {
    let numbers = |group: &[Series<'_>]| {
        let all = group.iter().flat_map(Series::numbers);
        all.filter_map(|number| number.parse::<u32>().ok()).collect::<BTreeSet<_>>()
    };
    let prefixes = left.iter().chain(right).filter_map(|one| one.prefix.as_deref()).collect::<BTreeSet<_>>();
    let (left, right) = (numbers(left), numbers(right));
    let turns = || {
        let all = left.union(&right).map(|number| left.contains(number)).collect::<Vec<_>>();
        all.windows(2).filter(|pair| pair[0] != pair[1]).count()
    };
    prefixes.len() <= 1 && left.is_disjoint(&right) && left.len().min(right.len()) >= 5 && turns() >= 5
}

/// The folder whose series a folder belongs to: above folders that sort, then the nearest folder above
/// that holds records itself or says so by its name.
fn base<'a>(folder: &'a str, folders: &BTreeSet<&str>) -> &'a str {
    let own =
        ancestors(folder).find(|folder| folder.is_empty() || !name::is_sorting(folder)).unwrap_or_default();
    if own.is_empty() || name::strength(own) == Strength::Sure {
        return own;
    }
    let above = || ancestors(own).skip(1);
    above()
        .find(|above| folders.contains(above))
        .or_else(|| above().find(|above| name::strength(above) > Strength::None))
        .unwrap_or(own)
}

fn compatible(one: &Series<'_>, other: &Series<'_>) -> bool {
    let prefixes = match (&one.prefix, &other.prefix) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    };
    let (left, right) = (one.numbers(), other.numbers());
    let shared = left.intersection(&right).count();
    prefixes && shared * 3 <= left.len().min(right.len())
}
