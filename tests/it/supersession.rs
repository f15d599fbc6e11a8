//! The second law: only a whole supersession by a decided record, or a record's own word, retires it. Generated sites
//! of two records, in every container that a relation can be written in.

use std::collections::BTreeMap;

use annals::history::History;
use annals::record::{Phase, State};
use annals::site::Site;
use proptest::prelude::*;

/// A text after "superseded by ADR-2", and whether it limits the relation or puts it off.
#[derive(Debug, Clone, Copy)]
enum Limit {
    Whole(&'static str),
    Part(&'static str),
    Pending(&'static str),
}

const REMARKS: &[Limit] = &[
    Limit::Whole(""),
    Limit::Whole(" (PR #3)"),
    Limit::Whole(" on 2026-01-17"),
    Limit::Whole(", 3 May 2026"),
    Limit::Whole(" v2"),
    Limit::Part(" in part"),
    Limit::Part(" — serving mode only"),
    Limit::Part(" (partially)"),
    Limit::Part(" for new services"),
    Limit::Part(" except for the queue"),
    Limit::Pending(" once accepted"),
    Limit::Pending(" if that is approved"),
];

const VERBS: &[Limit] = &[
    Limit::Whole("Superseded by"),
    Limit::Whole("superceded by"),
    Limit::Whole("Replaced by"),
    Limit::Whole("Superseded in favour of"),
    Limit::Part("Partially superseded by"),
    Limit::Part("Superseded in part by"),
    Limit::Part("Superseded-in-part by"),
    Limit::Pending("To be superseded by"),
    Limit::Pending("Will be superseded by"),
];

const TARGETS: &[&str] = &["ADR-2", "[2](0002-b.md)", "ADR 2", "[[0002-b]]", "0002-b.md"];

/// The state of the other record, and whether it is decided.
const STATES: &[&str] =
    &["accepted", "implemented", "proposed", "draft", "rejected", "withdrawn", "deprecated"];

/// The container that is no status.
const NOTICE: usize = 5;

/// A record with a statement in one of the containers.
fn record(container: usize, statement: &str) -> String {
    let body = "\n\n## Context\n\nText.\n";
    match container {
        0 => format!("---\nstatus: \"accepted. {statement}\"\n---\n# 1. A{body}"),
        1 => format!("# 1. A\n\n- Status: Accepted. {statement}{body}"),
        2 => format!("# 1. A\n\n**Status:** Accepted ({statement}){body}"),
        3 => format!("# 1. A\n\n| Field | Value |\n|---|---|\n| Status | Accepted. {statement} |{body}"),
        4 => format!("# 1. A\n\n## Status\n\nAccepted\n\n{statement}{body}"),
        _ => format!("---\nstatus: accepted\n---\n# 1. A\n\n> {statement}{body}"),
    }
}

fn site(first: String, state: &str) -> Site {
    let second = format!("---\nstatus: {state}\n---\n# 2. B\n\nText.\n");
    let files = BTreeMap::from([
        ("adr/0001-a.md".to_owned(), first.into_bytes()),
        ("adr/0002-b.md".to_owned(), second.into_bytes()),
    ]);
    crate::links::resolve(&crate::harness::inputs(&files).0, History::default())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn only_a_whole_and_decided_supersession_retires(
        container in 0..6usize,
        verb in 0..VERBS.len(),
        target in 0..TARGETS.len(),
        remark in 0..REMARKS.len(),
        state in 0..STATES.len(),
    ) {
        let words = |limit: Limit| match limit { Limit::Whole(it) | Limit::Part(it) | Limit::Pending(it) => it };
        let (verb, remark, target, state) = (VERBS[verb], REMARKS[remark], TARGETS[target], STATES[state]);
        let statement = format!("{} {target}{}", words(verb), words(remark));
        let site = site(record(container, &statement), state);
        let entry = &site.entries[0];
        let own = entry.relations.iter().find(|relation| relation.kind == "superseded-by");
        prop_assert!(own.is_some(), "{statement}");
        let own = own.unwrap();
        let limits = [verb, remark];
        let partial = limits.iter().any(|limit| matches!(limit, Limit::Part(_)));
        let pending = limits.iter().any(|limit| matches!(limit, Limit::Pending(_)));
        prop_assert_eq!(own.scope.is_some(), partial, "{}: {:?}", statement, own);
        prop_assert_eq!(own.pending, pending, "{}: {:?}", statement, own);
        prop_assert_eq!(own.target, 1);

        let status = &entry.record.status;
        let retired = !entry.superseded_by.is_empty() || status.state.phase() == Phase::Retired;
        if partial || pending {
            prop_assert!(!retired, "{statement}: {status:?} {:?}", entry.superseded_by);
            prop_assert_eq!(status.state, State::Accepted);
        } else {
            // The status is the record's own word; a notice beside another status waits for the decision.
            let other = site.entries[1].record.status.state.phase();
            let decided = matches!(other, Phase::InForce | Phase::Retired);
            prop_assert_eq!(retired, decided || container != NOTICE, "{}: {:?}", statement, status);
        }
    }

    /// The same said by the other record: the first one is retired where the second is decided.
    #[test]
    fn a_proposal_retires_nothing(remark in 0..REMARKS.len(), state in 0..STATES.len(), section in any::<bool>()) {
        let (words, whole) = match REMARKS[remark] {
            Limit::Whole(words) => (words, true),
            Limit::Part(words) | Limit::Pending(words) => (words, false),
        };
        let state = STATES[state];
        let first = "---\nstatus: accepted\n---\n# 1. A\n\nText.\n";
        let second = match section {
            true => format!("# 2. B\n\n## Status\n\n{state}\n\nSupersedes ADR-1{words}\n\n## Context\n\nText.\n"),
            false => format!("# 2. B\n\n- Status: {state}\n- Supersedes: ADR-1{words}\n\nText.\n"),
        };
        let files = BTreeMap::from([
            ("adr/0001-a.md".to_owned(), first.as_bytes().to_vec()),
            ("adr/0002-b.md".to_owned(), second.clone().into_bytes()),
        ]);
        let site = crate::links::resolve(&crate::harness::inputs(&files).0, History::default());
        let decided = matches!(site.entries[1].record.status.state.phase(), Phase::InForce | Phase::Retired);
        prop_assert_eq!(!site.entries[0].superseded_by.is_empty(), whole && decided, "{}", second);
    }
}
