//! Who stands in the place of a superseded record today: the chains from it to the records that nothing
//! supersedes. Safe on circles, which it reports, and linear on long chains.

use std::collections::{BTreeSet, HashSet};

use super::relation::SUPERSEDED_BY;
use super::{Entry, Ix, Relation};
use crate::record::{Phase, State};

/// A record that was split again and again has at most this many chains shown.
const MOST_CHAINS: usize = 8;

/// A chain longer than this is cut in the middle: its beginning and its head stay.
const LONGEST_CHAIN: usize = 32;

/// The chains of every entry, and every circle once, each as the records in order.
pub fn chains(entries: &[Entry]) -> (Vec<Vec<Vec<Ix>>>, Vec<Vec<Ix>>) {
    let successors: Vec<Vec<Ix>> = (0..entries.len()).map(|ix| successors(entries, ix)).collect();
    let heads = heads(&successors);
    let chains = (0..entries.len()).map(|ix| chains_of(ix, &successors, &heads)).collect();
    (chains, circles(&successors))
}

/// Records that supersede this one in effect. Only a whole supersession by a decided record retires another one, or
/// the word of the record itself: where its own status is "superseded", what it names stands in its place.
fn successors(entries: &[Entry], ix: Ix) -> Vec<Ix> {
    let own = &entries[ix];
    let retired = own.record.status.state == State::Superseded;
    let in_effect = |relation: &&Relation| match entries[relation.target].record.status.state.phase() {
        _ if relation.kind != SUPERSEDED_BY || !relation.is_whole() => false,
        Phase::InForce | Phase::Retired => true,
        Phase::Open | Phase::Closed => !relation.derived && retired,
        // Whether it is decided is not known here.
        Phase::Unknown | Phase::Elsewhere => !relation.derived,
    };
    own.relations.iter().filter(in_effect).map(|relation| relation.target).collect()
}

fn chains_of(start: Ix, successors: &[Vec<Ix>], heads: &[Ix]) -> Vec<Vec<Ix>> {
    let mut done: Vec<Vec<Ix>> = Vec::new();
    let mut open: Vec<Vec<Ix>> = successors[start].iter().rev().map(|next| vec![*next]).collect();
    while let Some(chain) = open.pop() {
        if done.len() == MOST_CHAINS {
            break;
        }
        let last = chain.last().copied().unwrap_or(start);
        let mut next =
            successors[last].iter().filter(|next| **next != start && !chain.contains(next)).peekable();
        if next.peek().is_none() {
            done.push(chain);
        } else if chain.len() + 1 >= LONGEST_CHAIN {
            let mut chain = chain;
            chain.push(heads[last]);
            done.push(chain);
        } else {
            let longer: Vec<Vec<Ix>> =
                next.map(|next| chain.iter().copied().chain([*next]).collect()).collect();
            open.extend(longer.into_iter().rev());
            // Splits of splits could be too many even to hold.
            if open.len() > MOST_CHAINS * 4 {
                open.drain(..open.len() - MOST_CHAINS * 4);
            }
        }
    }
    done
}

/// Where following the first successor ends, for every record; in a circle, somewhere in it.
fn heads(successors: &[Vec<Ix>]) -> Vec<Ix> {
    let mut heads: Vec<Option<Ix>> = vec![None; successors.len()];
    for start in 0..successors.len() {
        // Most are superseded by nothing.
        if successors[start].is_empty() {
            continue;
        }
        let mut path = Vec::new();
        let mut seen = HashSet::new();
        let mut at = start;
        let head = loop {
            if let Some(known) = heads[at] {
                break known;
            }
            if !seen.insert(at) {
                break at;
            }
            path.push(at);
            match successors[at].first() {
                Some(next) => at = *next,
                None => break at,
            }
        };
        for ix in path {
            heads[ix] = Some(head);
        }
    }
    heads.into_iter().enumerate().map(|(ix, head)| head.unwrap_or(ix)).collect()
}

/// Every circle that a walk along the successors closes, once, beginning with its first record.
fn circles(successors: &[Vec<Ix>]) -> Vec<Vec<Ix>> {
    let mut found: BTreeSet<Vec<Ix>> = BTreeSet::new();
    // 0: not seen, 1: on the path, 2: done.
    let mut colour = vec![0u8; successors.len()];
    for start in 0..successors.len() {
        if colour[start] != 0 || successors[start].is_empty() {
            continue;
        }
        let mut path: Vec<(Ix, usize)> = vec![(start, 0)];
        colour[start] = 1;
        while let Some((at, edge)) = path.last_mut() {
            match successors[*at].get(*edge) {
                None => {
                    colour[*at] = 2;
                    path.pop();
                }
                Some(&next) => {
                    *edge += 1;
                    match colour[next] {
                        0 => {
                            colour[next] = 1;
                            path.push((next, 0));
                        }
                        1 => {
                            let circle = path.iter().map(|(ix, _)| *ix).skip_while(|ix| *ix != next);
                            let mut circle: Vec<Ix> = circle.collect();
                            let first =
                                circle.iter().enumerate().min_by_key(|(_, ix)| **ix).map_or(0, |(at, _)| at);
                            circle.rotate_left(first);
                            found.insert(circle);
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(successors: &[&[Ix]], chains: &[&[&[Ix]]], expected_circles: &[&[Ix]]) {
        let successors: Vec<Vec<Ix>> = successors.iter().map(|next| next.to_vec()).collect();
        let heads = heads(&successors);
        let found: Vec<Vec<Vec<Ix>>> =
            (0..successors.len()).map(|ix| chains_of(ix, &successors, &heads)).collect();
        assert_eq!(found, chains);
        assert_eq!(circles(&successors), expected_circles);
    }

    #[test]
    fn a_chain_names_the_way_to_its_head() {
        check(&[&[1], &[2], &[]], &[&[&[1, 2]], &[&[2]], &[]], &[]);
    }

    #[test]
    fn a_split_has_two_heads() {
        check(&[&[1, 2], &[], &[3], &[]], &[&[&[1], &[2, 3]], &[], &[&[3]], &[]], &[]);
    }

    #[test]
    fn a_circle_ends() {
        check(&[&[1], &[0], &[0]], &[&[&[1]], &[&[0]], &[&[0, 1]]], &[&[0, 1]]);
        check(&[&[1], &[2], &[1]], &[&[&[1, 2]], &[&[2]], &[&[1]]], &[&[1, 2]]);
    }

    #[test]
    fn long_chains_and_many_splits_stay_small() {
        let n = 20_000;
        let successors: Vec<Vec<Ix>> =
            (0..n).map(|ix| if ix + 1 < n { vec![ix + 1] } else { vec![] }).collect();
        let heads = heads(&successors);
        let chains = chains_of(0, &successors, &heads);
        assert_eq!(chains[0].last(), Some(&(n - 1)));
        assert!(chains[0].len() <= LONGEST_CHAIN);

        // Forty times split in two and joined again: 2^40 ways.
        let diamonds: Vec<Vec<Ix>> = (0..120)
            .map(|ix| match ix % 3 {
                0 => vec![ix + 1, ix + 2],
                1 => vec![ix + 2],
                _ => vec![ix + 1],
            })
            .map(|next: Vec<Ix>| next.into_iter().filter(|ix| *ix < 120).collect())
            .collect();
        assert!(chains_of(0, &diamonds, &super::heads(&diamonds)).len() <= MOST_CHAINS);
    }
}
