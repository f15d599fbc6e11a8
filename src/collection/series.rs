//! Records that go together: which files of a folder are a series, which letters stand before its numbers,
//! and which folders are one series.

use std::cell::OnceCell;
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
    /// What else lies in the folder, and why it is no record.
    pub rest: Vec<Skipped>,
    /// What an even sample of the folder says.
    pub sample: Vec<Evidence>,
    /// Letters before the numbers, upper case.
    pub prefix: Option<String>,
    /// The records are of several families told by a letter that belongs to the number (`A6`, `L12`).
    pub lettered: bool,
    /// How plainly the names of the folders say that these are records.
    pub strength: Strength,
}

impl Series<'_> {
    /// Skips all of it, for one reason.
    pub fn skip(&self, reason: &str, skipped: &mut Vec<Skipped>) {
        let paths =
            self.members.iter().map(|member| member.path).chain(self.rest.iter().map(|of| of.path.as_str()));
        skipped.extend(paths.map(|path| Skipped::new(path, reason)));
    }

    /// True where more than half of the records have a number.
    pub fn is_numbered(&self) -> bool {
        // `qwen3-4b` and `qwen3-8b` are names with the same number, and no series.
        self.has_numbers() && self.numbers().len() * 2 > self.members.len()
    }

    fn has_numbers(&self) -> bool {
        self.members.iter().filter(|member| member.name.number.is_some()).count() * 2 > self.members.len()
    }

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
        let mut evidence = candidate.evidence().clone();
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

/// The series of one folder. Numbers with different words of a series before them (`adr-001`, `rfc-001`), or
/// with letters that their metadata has, too, are counted apart; what has no such word stays with the largest
/// series, unless that is the smaller part of the folder.
pub fn families(candidates: Vec<Candidate<'_>>) -> Vec<Vec<Candidate<'_>>> {
    let mut same: BTreeMap<String, usize> = BTreeMap::new();
    let letters = |candidate: &Candidate<'_>| {
        let prefix = candidate.name.number.and(candidate.name.prefix)?;
        (!name::is_vague(prefix)).then(|| prefix.to_ascii_uppercase())
    };
    for word in candidates.iter().filter_map(letters) {
        *same.entry(word).or_default() += 1;
    }
    // Letters that most of the folder has need no proof, and whether one record has them is not asked of all.
    let word = |candidate: &Candidate<'_>| {
        let word = letters(candidate)?;
        let is_series = number::is_series_word(&word) || same.len() > 1 && candidate.states_its_name();
        is_series.then_some(word)
    };
    let words = candidates.iter().map(word).collect::<Vec<_>>();
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    for word in words.iter().flatten() {
        *counts.entry(word).or_default() += 1;
    }
    let Some((largest, count)) = counts.iter().max_by_key(|(_, count)| **count) else {
        return vec![candidates];
    };
    let is_minority = *count >= 2 && counts.values().sum::<usize>() * 2 < candidates.len();
    if counts.len() < 2 && !is_minority {
        return vec![candidates];
    }
    let rest = if is_minority { String::new() } else { (*largest).clone() };
    let mut families: BTreeMap<String, Vec<Candidate<'_>>> = BTreeMap::new();
    for (candidate, word) in candidates.into_iter().zip(words) {
        families.entry(word.unwrap_or_else(|| rest.clone())).or_default().push(candidate);
    }
    families.into_values().collect()
}

/// Gives the numbers of a folder their letters where several letters tell families of them (`A6`, `L12`).
/// A letter that only one file has (`S3-buckets`) is part of its name.
fn with_letters(candidates: &mut [Candidate<'_>]) -> bool {
    let lettered = candidates.iter().filter_map(|candidate| number::lettered(candidate.own_name));
    let numbers = lettered.filter_map(|name| name.number).collect::<Vec<_>>();
    let letters = numbers.iter().filter_map(|number| number.chars().next()).collect::<BTreeSet<_>>();
    if letters.len() < 2 || numbers.len() * 3 < candidates.len() * 2 || numbers.len() < letters.len() * 2 {
        return false;
    }
    for candidate in candidates {
        if let Some(name) = number::lettered(candidate.own_name) {
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
    let enough = count * 2 > candidates.len() && count >= 2 || number::names_a_series(&prefix);
    enough.then_some(prefix)
}

/// Letters before a number that the record's own metadata has as its key (`ics-018-x` with `ics: 18`) or in its
/// number or title.
fn declared_prefix(candidates: &[Candidate<'_>]) -> Option<String> {
    let prefixed = candidates.iter().filter_map(|candidate| Some((candidate, candidate.name.prefix?)));
    let mut declared =
        prefixed.take(4).filter(|(candidate, prefix)| !name::is_vague(prefix) && candidate.states_its_name());
    declared.next().map(|(_, prefix)| prefix.to_ascii_uppercase())
}

/// What the place of a folder says of the files in it.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// What the folder's name says of its holding records.
    pub strength: Strength,
    /// The configuration names it.
    pub sure: bool,
    /// Its name is the state of the records in it.
    pub is_state: bool,
}

/// Sorts the candidates of one folder into the members of a series and the rest. Gives all of them back where they are no series.
pub fn judge<'a>(
    folder: &'a str,
    mut candidates: Vec<Candidate<'a>>,
    place: Place,
) -> Result<Series<'a>, Vec<Candidate<'a>>> {
    let Place { strength, sure, is_state } = place;
    let lettered = with_letters(&mut candidates);
    let own_prefix = common_prefix(&candidates).or_else(|| declared_prefix(&candidates));
    let numbered = |candidate: &&Candidate<'_>| {
        let Name { prefix, number, placeholder, .. } = candidate.name;
        number.is_some() && number::belongs(prefix, own_prefix.as_deref()) || placeholder
    };
    let numbered = candidates.iter().filter(numbered).count();
    let dated = candidates.iter().filter(|of| of.name.date.is_some() || of.name.month).count();
    let all = candidates.len();
    let sample = sample(&candidates);
    let status = if is_state { 1.0 } else { share(&sample, |evidence| evidence.status) };
    let discussion = share(&sample, |evidence| evidence.discussion);
    let telling = share(&sample, |evidence| evidence.telling > 0 || evidence.status);
    let labelled = share(&sample, |evidence| evidence.label.is_some());
    let shaped = share(&sample, |evidence| evidence.telling > 1);
    let padded = are_padded(&candidates);
    let strong = strength == Strength::Sure;
    let series = numbered + dated;
    let is_other = strength == Strength::None && !is_state && is_documentation(folder, &candidates, &sample);
    let accepted = sure
        || !is_other
            && if series * 2 >= all && series > 0 {
                // Chapters of a book go by number, too: records say more.
                strong
                    || own_prefix.as_deref().is_some_and(number::is_series_word) && telling >= 0.3
                    || status >= 0.3
                    || numbered * 2 >= all
                        && (discussion >= 0.3
                            || strength == Strength::Some && (telling >= 0.5 || labelled >= 0.5))
                    // `proposals/0012-use-quic.md` needs no metadata where all names are so.
                    || strength == Strength::Some
                        && !name::holds_plans(folder)
                        && series * 5 >= all * 4
                        && padded
            } else {
                status >= 0.5 && (all > 1 || strength > Strength::None || is_state)
                    || strength == Strength::Some
                        && all > 1
                        && (shaped >= 0.75 || shaped >= 0.5 && status >= 0.2)
                    || strong && (telling >= 0.3 || all > 1)
            };
    if !accepted {
        return Err(candidates);
    }
    // In a series that goes by number or date, a name without one is a page about the series.
    let strict = series * 5 >= all * 4 && series >= 2;
    let what = if dated > numbered { "date" } else { "number" };
    let mut members = Vec::with_capacity(all);
    let mut rest = Vec::new();
    for mut candidate in candidates {
        let foreign =
            candidate.name.prefix.filter(|prefix| !number::belongs(Some(*prefix), own_prefix.as_deref()));
        if foreign.is_some() {
            candidate.name = Name { slug: candidate.own_name, ..Name::default() };
        }
        let reason = if candidate.is_in_series() || series == 0 && (strong || sure) {
            None
        } else if strict {
            Some(match foreign {
                Some(letters) => {
                    format!(
                        "`{letters}` in its name is not what stands before the numbers of the records beside it"
                    )
                }
                None => format!("its name has no {what}, as those of the records beside it have"),
            })
        } else {
            let evidence = candidate.evidence();
            let is_record = evidence.status || evidence.telling > 1 || is_state;
            (!is_record).then(|| "it states no status, and its name has no number".to_owned())
        };
        match reason.or_else(|| template(&candidate)) {
            Some(reason) => rest.push(Skipped::new(candidate.path, reason)),
            None => members.push(candidate),
        }
    }
    let prefix = own_prefix.or_else(|| written_prefix(&sample));
    Ok(Series { folder, members, rest, sample, prefix, lettered, strength })
}

/// True where most numbers have three digits or more, as those of records: `0012`, but not `12`.
fn are_padded(candidates: &[Candidate<'_>]) -> bool {
    let numbers = candidates.iter().filter_map(|candidate| candidate.name.number).collect::<Vec<_>>();
    let padded = numbers.iter().filter(|number| digits(number) >= 3).count();
    padded > 1 && padded * 2 >= numbers.len()
}

/// True for pages of a documentation site, which may have a number and a status, and for posts of a blog, which
/// have a date.
fn is_documentation(folder: &str, candidates: &[Candidate<'_>], sample: &[Evidence]) -> bool {
    let navigates = |evidence: &Evidence| name::NAVIGATION.iter().any(|key| evidence.keys.contains(*key));
    let dated = candidates.iter().filter(|candidate| candidate.name.date.is_some()).count();
    share(sample, navigates) >= 0.5 && !are_padded(candidates)
        || dated * 2 > candidates.len() && name::is_blog(folder)
}

/// Why a candidate is a template, where its name has neither a date nor a number other than zero.
fn template(candidate: &Candidate<'_>) -> Option<String> {
    let Name { number, date, month, .. } = candidate.name;
    let not_zero = |number: &str| number.contains(|c: char| ('1'..='9').contains(&c));
    let is_named = date.is_some() || month || number.is_some_and(not_zero);
    let is_template = || {
        let evidence = candidate.evidence();
        evidence.template || evidence.open && number.is_some()
    };
    (!is_named && is_template()).then(|| "a template, by its text".to_owned())
}

/// The records in a folder that is no series by itself, as it lies below or beside others: areas of a log with a
/// record each, folders without statuses among folders with them. `home` is what those are.
pub fn judge_with<'a>(
    folder: &'a str,
    candidates: Vec<Candidate<'a>>,
    home: &Home<'_>,
) -> (Option<Series<'a>>, Vec<Candidate<'a>>) {
    if !home.named && is_documentation(folder, &candidates, &sample(&candidates)) {
        return (None, candidates);
    }
    let in_series = candidates.iter().filter(|candidate| candidate.is_in_series()).count();
    let is_numbered = in_series * 2 >= candidates.len();
    let is_record = |candidate: &Candidate<'_>| {
        let Name { prefix, number, date, month, .. } = candidate.name;
        let has_keys = || home.has_keys_of(candidate.evidence());
        let states = || {
            let evidence = candidate.evidence();
            evidence.status || has_keys() || home.named && evidence.telling > 0
        };
        let number = number.filter(|_| number::belongs(prefix, home.prefix.as_deref()));
        match number {
            Some(number) if home.by_number => {
                let alike = || (home.named || home.beside) && is_numbered && home.pads_as(number);
                prefix.is_some() || alike() || states()
            }
            None if date.is_some() || month => home.by_date && (is_numbered && home.sure || states()),
            None if home.by_number || home.by_date => false,
            _ => {
                let evidence = candidate.evidence();
                home.named && (evidence.status || evidence.telling > 1)
                    || has_keys() && (evidence.status || evidence.telling > 0)
            }
        }
    };
    let (mut members, rest): (Vec<_>, Vec<_>) =
        candidates.into_iter().partition(|candidate| is_record(candidate) && template(candidate).is_none());
    if members.is_empty() {
        return (None, rest);
    }
    let prefix = common_prefix(&members).or_else(|| home.prefix.clone().filter(|_| home.by_number));
    for member in &mut members {
        if !number::belongs(member.name.prefix, prefix.as_deref()) {
            member.name = Name { slug: member.own_name, ..Name::default() };
        }
    }
    let sample = sample(&members);
    let strength = Strength::Some;
    (Some(Series { folder, members, rest: Vec::new(), sample, prefix, lettered: false, strength }), rest)
}

/// What the series around a folder have in common.
#[derive(Debug)]
pub struct Home<'a> {
    /// The folder that holds them all says so by its name.
    sure: bool,
    /// It may say so.
    named: bool,
    /// There are several folders of records beside each other in it, whose names say nothing.
    beside: bool,
    prefix: Option<String>,
    by_number: bool,
    by_date: bool,
    /// Lengths of the numbers.
    digits: BTreeSet<usize>,
    /// Keys that at least half of the records have.
    keys: BTreeSet<&'a str>,
}

impl<'a> Home<'a> {
    /// What is around a folder: the series in or below the nearest folder above it that holds records by its
    /// name, or itself, or in several folders beside the one in question.
    pub fn of(folder: &str, series: &'a [Series<'_>], root_name: &str) -> Option<Home<'a>> {
        ancestors(folder).skip(1).find_map(|above| {
            let below = |one: &&Series<'_>| ancestors(one.folder).any(|folder| folder == above);
            let around = series.iter().filter(below).collect::<Vec<_>>();
            let is_area = |one: &&&Series<'_>| {
                !one.folder.is_empty() && split(one.folder).0 == above && one.strength == Strength::None
            };
            let areas = around.iter().filter(is_area).map(|one| one.folder).collect::<BTreeSet<_>>();
            let strength = name::effective_strength(above, root_name);
            let beside = split(folder).0 == above && areas.len() >= 2;
            let holds = || around.iter().any(|one| one.folder == above);
            Home::new(&around, strength, beside).filter(|home| home.named || beside || holds())
        })
    }

    fn new(series: &[&'a Series<'_>], strength: Strength, beside: bool) -> Option<Home<'a>> {
        let largest = series.iter().max_by_key(|one| one.members.len())?;
        let members = || series.iter().flat_map(|one| &one.members);
        let all = members().count();
        let numbers = members().filter_map(|member| member.name.number).collect::<Vec<_>>();
        let dated = members().filter(|member| member.name.date.is_some() || member.name.month).count();
        let sample = series.iter().flat_map(|one| &one.sample).collect::<Vec<_>>();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for key in sample.iter().flat_map(|evidence| &evidence.keys) {
            *counts.entry(key).or_default() += 1;
        }
        Some(Home {
            sure: strength == Strength::Sure,
            named: strength > Strength::None,
            beside,
            prefix: largest.prefix.clone(),
            by_number: numbers.len() * 2 > all,
            by_date: dated * 2 > all,
            digits: numbers.iter().map(|number| digits(number)).collect(),
            keys: counts
                .into_iter()
                .filter(|(_, count)| count * 2 >= sample.len())
                .map(|(key, _)| key)
                .collect(),
        })
    }

    fn pads_as(&self, number: &str) -> bool {
        self.digits.contains(&digits(number))
    }

    /// True for a record that has at least half of the keys of these, and no fewer than three.
    fn has_keys_of(&self, evidence: &Evidence) -> bool {
        let has = self.keys.iter().filter(|key| evidence.keys.contains(**key)).count();
        has >= 3 && has * 2 >= self.keys.len()
    }
}

fn digits(number: &str) -> usize {
    number.bytes().take_while(u8::is_ascii_digit).count()
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

/// The series that a series is a copy of, as a worktree of the repository or the documentation of an earlier
/// version holds one: the other lies in the same folder but for folders above it, and of the files that both
/// have most say the same.
pub fn original_of<'s, 'a>(one: &Series<'_>, all: &'s [Series<'a>]) -> Option<&'s Series<'a>> {
    fn files<'b>(series: &Series<'b>) -> impl Fn(&Candidate<'b>) -> &'b str {
        let folder = series.folder.len();
        move |member| member.path[folder..].trim_start_matches('/')
    }
    let own = OnceCell::new();
    all.iter().filter(|other| is_inserted(one.folder, other.folder)).find(|other| {
        let name = files(one);
        let own: &BTreeMap<&str, &Candidate<'_>> =
            own.get_or_init(|| one.members.iter().map(|member| (name(member), member)).collect());
        let name = files(other);
        let twins = other.members.iter().filter_map(|member| Some((*own.get(name(member))?, member)));
        let twins = twins.collect::<Vec<_>>();
        let enough = twins.len() >= 2 && twins.len() * 4 >= own.len().min(other.members.len()) * 3;
        let same = || twins.iter().filter(|(own, other)| own.evidence() == other.evidence()).count();
        enough && same() * 2 >= twins.len()
    })
}

/// True where folders put into the path `short` give the path `long`.
fn is_inserted(long: &str, short: &str) -> bool {
    fn parts(path: &str) -> Vec<&str> {
        path.split('/').filter(|part| !part.is_empty()).collect()
    }
    let (long, short) = (parts(long), parts(short));
    let first = long.iter().zip(&short).take_while(|(long, short)| long == short).count();
    let last = long.iter().rev().zip(short.iter().rev()).take_while(|(long, short)| long == short).count();
    long.len() > short.len() && first + last >= short.len()
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
