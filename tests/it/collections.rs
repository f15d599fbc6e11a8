//! Collections found without configuration: small trees in memory, each with the shape of a kind of
//! repository, and what every file of it is taken for.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use annals::collection;
use annals::config::{CollectionConfig, Config};
use annals::history::History;
use annals::record::State;
use annals::source::{self, File, Inputs, SourceText};
use expect_test::{Expect, expect};
use jiff::civil::date;
use proptest::prelude::*;

/// A tree of files; a name that ends in `!` states a status, one with `?` has no metadata.
fn inputs(root_name: &str, files: &[(&str, &str)], config: Config) -> Inputs {
    let text = |path: &str, text: &str| {
        let text = source::to_markdown(path, text).unwrap_or_else(|| text.to_owned());
        File::Text(Arc::new(SourceText::new(path, text)))
    };
    let file = |(path, own): &(&str, &str)| ((*path).to_owned(), text(path, own));
    Inputs {
        files: files.iter().map(file).collect(),
        config,
        theme: BTreeMap::new(),
        today: date(2026, 11, 21),
        aliases: BTreeMap::new(),
        drafts: false,
        root_name: root_name.to_owned(),
        diagnostics: Vec::new(),
    }
}

fn shown(inputs: &Inputs) -> String {
    let found = collection::find(inputs);
    let mut out = String::new();
    for collection in &found.collections {
        let prefix = collection.prefix.as_deref().unwrap_or("–");
        let _ = write!(out, "{} `{}` {:?} {prefix}", collection.key, collection.path, collection.title);
        if let Some((state, origin)) = &collection.default_state {
            let _ = write!(out, ", {state} ({:?})", origin.kind);
        }
        if let Some(order) = collection.config.date_order {
            let _ = write!(out, ", {order:?}");
        }
        out.push('\n');
        for member in &collection.members {
            let sidecar = member.sidecar.as_ref().map_or(String::new(), |sidecar| format!(" + {sidecar}"));
            let _ = writeln!(out, "  {}{sidecar}", member.path);
        }
    }
    for skipped in &found.skipped {
        let has = skipped.has.as_ref().map_or(String::new(), |has| format!(" ({has})"));
        let _ = writeln!(out, "– {}{has}: {}", skipped.path, skipped.reason);
    }
    for diagnostic in &found.diagnostics {
        let _ = writeln!(out, "! {}: {}", diagnostic.code, diagnostic.message);
    }
    out
}

fn check(files: &[(&str, &str)], expected: Expect) {
    expected.assert_eq(&shown(&inputs("acme", files, Config::default())));
}

const STATED: &str = "---\nstatus: accepted\ndate: 2024-01-02\n---\n# X\n";
const BULLETS: &str = "# X\n\n* Status: accepted\n* Author: Ada\n";
const MERGED: &str = "- Start Date: 2015-01-02\n- RFC PR: [#1](https://example.org/1)\n\n## Summary\n";
const PROSE: &str = "# X\n\nProse.\n";

#[test]
fn decisions_of_a_code_repository() {
    check(
        &[
            ("README.md", PROSE),
            ("CONTRIBUTING.md", PROSE),
            ("docs/guide/01-install.md", PROSE),
            ("docs/guide/02-use.md", PROSE),
            ("docs/adr/0001-record-decisions.md", STATED),
            ("docs/adr/0002-use-quic.md", PROSE),
            ("docs/adr/README.md", PROSE),
            ("docs/adr/template.md", STATED),
            ("docs/adr/notes-about-adrs.md", PROSE),
            ("docs/adr/0002-use-quic/benchmark.md", PROSE),
        ],
        expect![[r#"
            adr `docs/adr` "ADRs" ADR
              docs/adr/0001-record-decisions.md
              docs/adr/0002-use-quic.md
            – CONTRIBUTING.md: a notice of the repository, by its name
            – README.md: an index, by its name
            – docs/adr/0002-use-quic/benchmark.md: part of the record `docs/adr/0002-use-quic.md`
            – docs/adr/README.md: an index, by its name
            – docs/adr/notes-about-adrs.md: it states no status, and its name has no number
            – docs/adr/template.md: a template, by its name
            – docs/guide/01-install.md: not in a series of records, and states no status
            – docs/guide/02-use.md: not in a series of records, and states no status
        "#]],
    );
}

#[test]
fn packages_of_a_monorepo() {
    check(
        &[
            ("docs/adr/20200101-first.md", STATED),
            ("docs/adr/20200102-second.md", PROSE),
            ("packages/core/docs/adr/20200101-first.md", STATED),
            ("packages/web/docs/adr/20200103-third.md", STATED),
            ("packages/web/docs/adr/a-page.md", STATED),
            ("blog/2020-01-01-hello.md", "---\ntitle: Hello\ndate: 2020-01-01\nauthor: Ada\n---\n"),
        ],
        expect![[r#"
            adr `docs/adr` "ADRs" ADR
              docs/adr/20200101-first.md
              docs/adr/20200102-second.md
            core-adr `packages/core/docs/adr` "ADRs of core" ADR
              packages/core/docs/adr/20200101-first.md
            web-adr `packages/web/docs/adr` "ADRs of web" ADR
              packages/web/docs/adr/20200103-third.md
              packages/web/docs/adr/a-page.md
            – blog/2020-01-01-hello.md: not in a series of records, and states no status
        "#]],
    );
}

#[test]
fn one_folder_per_record() {
    let sidecar =
        "title: X\nkep-number: 12\nstatus: implemented\ncreation-date: 2020-01-02\nauthors: [\"@ada\"]\n";
    check(
        &[
            ("keps/README.md", PROSE),
            ("keps/NNNN-kep-template/README.md", PROSE),
            ("keps/NNNN-kep-template/kep.yaml", sidecar),
            ("keps/sig-a/12-x/README.md", PROSE),
            ("keps/sig-a/12-x/kep.yaml", sidecar),
            ("keps/sig-a/12-x/design.md", PROSE),
            ("keps/sig-b/13-y/README.md", PROSE),
            ("keps/sig-b/13-y/kep.yaml", sidecar),
            ("keps/sig-b/without-number/README.md", PROSE),
            ("keps/sig-b/without-number/kep.yaml", sidecar),
            ("keps/sig-b/OWNERS.yaml", "approvers: [ada]\n"),
        ],
        expect![[r#"
            kep `keps` "KEPs" KEP
              keps/sig-a/12-x/README.md + keps/sig-a/12-x/kep.yaml
              keps/sig-b/13-y/README.md + keps/sig-b/13-y/kep.yaml
              keps/sig-b/without-number/README.md + keps/sig-b/without-number/kep.yaml
            – keps/NNNN-kep-template/README.md: in a folder of templates
            – keps/README.md: an index, by its name
            – keps/sig-a/12-x/design.md: part of the record `keps/sig-a/12-x/README.md`
        "#]],
    );
}

#[test]
fn two_series_in_nested_folders() {
    let series =
        |prefix: &str| format!("# X\n\n* Proposal: [{prefix}-0001](0001-x.md)\n* Status: **Accepted**\n");
    let (outer, inner) = (series("SE"), series("ST"));
    check(
        &[
            ("proposals/0001-x.md", &outer),
            ("proposals/0002-y.md", &outer),
            ("proposals/testing/0001-x.md", &inner),
            ("proposals/testing/0002-y.md", &inner),
            ("visions/macros.md", PROSE),
            ("proposal-templates/0000-x.md", &outer),
        ],
        expect![[r#"
            se `proposals` "SE proposals" SE
              proposals/0001-x.md
              proposals/0002-y.md
            st `proposals/testing` "ST proposals" ST
              proposals/testing/0001-x.md
              proposals/testing/0002-y.md
            – proposal-templates/0000-x.md: in a folder of templates
            – visions/macros.md: not in a series of records, and states no status
        "#]],
    );
}

#[test]
fn folders_that_are_states() {
    check(
        &[
            ("Final/RFC0001-X.md", "---\nRFC: RFC0001\nAuthor: Ada\nStatus: Final\n---\n# X\n"),
            ("Rejected/RFC0002-Y.md", "---\nRFC: RFC0002\nAuthor: Ada\n---\n# Y\n"),
            ("Archive/Draft/RFC0003-Z.md", "---\nRFC: RFC0003\nAuthor: Ada\n---\n# Z\n"),
            ("README.md", PROSE),
        ],
        expect![[r#"
            rfc `` "RFCs" RFC
              Archive/Draft/RFC0003-Z.md
              Final/RFC0001-X.md
              Rejected/RFC0002-Y.md
            – README.md: an index, by its name
        "#]],
    );
}

#[test]
fn records_that_go_by_name() {
    check(
        &[
            ("enhancements/network/ipv6.md", "---\ntitle: ipv6\nstatus: implementable\n---\n"),
            ("enhancements/network/dns.md", "---\ntitle: dns\nstatus: implemented\n---\n"),
            ("enhancements/storage/csi.md", "---\ntitle: csi\nstatus: provisional\n---\n"),
            ("enhancements/storage/notes.md", PROSE),
            ("guidelines/how.md", PROSE),
        ],
        expect![[r#"
            enhancements `enhancements` "Enhancements" –
              enhancements/network/dns.md
              enhancements/network/ipv6.md
              enhancements/storage/csi.md
            – enhancements/storage/notes.md: it states no status, and its name has no number
            – guidelines/how.md: not in a series of records, and states no status
        "#]],
    );
}

#[test]
fn merged_is_accepted() {
    let files = ["0001-a", "0002-b", "0003-c", "0004-d", "0005-e"].map(|name| format!("text/{name}.md"));
    let files = files
        .iter()
        .map(|path| (path.as_str(), MERGED))
        .chain([("0000-template.md", MERGED)])
        .collect::<Vec<_>>();
    check(
        &files,
        expect![[r#"
        rfc `text` "RFCs" RFC, accepted (Convention)
          text/0001-a.md
          text/0002-b.md
          text/0003-c.md
          text/0004-d.md
          text/0005-e.md
        – 0000-template.md: a template, by its name
        ! inferred-state: records of `text` state no status and count as `accepted`: records link the pull request they were merged by
    "#]],
    );
}

#[test]
fn prefixes_in_file_names() {
    check(
        &[
            ("EIPS/eip-1.md", STATED),
            ("EIPS/eip-20.md", STATED),
            ("EIPS/eip-20.zh.md", STATED),
            ("assets/eip-20/notes.md", PROSE),
            ("eip-template.md", STATED),
        ],
        expect![[r#"
            eip `EIPS` "EIPs" EIP
              EIPS/eip-1.md
              EIPS/eip-20.md
            – EIPS/eip-20.zh.md: a translation of `EIPS/eip-20.md`
            – assets/eip-20/notes.md: in a folder of assets
            – eip-template.md: a template, by its name
        "#]],
    );
    check(
        &[
            ("CIP-0001/README.md", STATED),
            ("CIP-0002/README.md", STATED),
            ("CIP-0002/annex.md", PROSE),
            ("README.md", PROSE),
        ],
        expect![[r#"
        cip `` "CIPs" CIP
          CIP-0001/README.md
          CIP-0002/README.md
        – CIP-0002/annex.md: part of the record `CIP-0002/README.md`
        – README.md: an index, by its name
    "#]],
    );
    check(
        &[("rfcs/id12-x.md", BULLETS), ("rfcs/id13-y.md", BULLETS), ("rfcs/http2.md", BULLETS)],
        expect![[r#"
            rfc `rfcs` "RFCs" RFC
              rfcs/http2.md
              rfcs/id12-x.md
              rfcs/id13-y.md
        "#]],
    );
}

#[test]
fn a_bare_folder() {
    let files = [("0001-x.md", STATED), ("0002-y.md", PROSE), ("0003-z.md", STATED), ("XXXX-new.md", PROSE)];
    expect![[r#"
        adr `` "ADRs" ADR
          0001-x.md
          0002-y.md
          0003-z.md
          XXXX-new.md
    "#]]
    .assert_eq(&shown(&inputs("decisions", &files, Config::default())));
    let files = [
        ("a-page.md", "---\ntitle: A\n---\n"),
        ("b/other.md", "---\ntitle: B\ndraft: true\n---\n"),
        ("README.md", PROSE),
    ];
    expect![[r#"
        records `` "Records" –
          a-page.md
          b/other.md
        – README.md: an index, by its name
    "#]]
    .assert_eq(&shown(&inputs("notes", &files, Config::default())));
    expect![[r#"
        – README.md: an index, by its name
    "#]]
    .assert_eq(&shown(&inputs("empty", &[("README.md", PROSE)], Config::default())));
}

#[test]
fn configured() {
    let collection = |path: &str, state: Option<State>| CollectionConfig {
        path: path.to_owned(),
        default_state: state,
        ..CollectionConfig::default()
    };
    let config = Config {
        collections: [
            ("rfc".to_owned(), collection("text", Some(State::Accepted))),
            ("gone".to_owned(), collection("nowhere", None)),
        ]
        .into(),
        ..Config::default()
    };
    let files = [
        ("text/0001-a.md", PROSE),
        ("text/a-name.md", PROSE),
        ("text/README.md", PROSE),
        ("docs/adr/0001-x.md", STATED),
    ];
    expect![[r#"
        gone `nowhere` "Gone" –
        rfc `text` "RFCs" RFC, accepted (Config)
          text/0001-a.md
        – docs/adr/0001-x.md (a status): outside the collections that `annals.toml` names
        – text/README.md: an index, by its name
        – text/a-name.md: it states no status, and its name has no number
        ! collection-without-records: collection `gone` has no record: nothing in `nowhere` is one
    "#]]
    .assert_eq(&shown(&inputs("acme", &files, config)));
}

#[test]
fn date_orders_by_evidence() {
    check(
        &[
            ("adr/0001-x.md", "# X\n\nDate: 03/04/2024\nStatus: accepted\n"),
            ("adr/0002-y.md", "# Y\n\nDate: 12/31/2024\nStatus: accepted\n"),
        ],
        expect![[r#"
            adr `adr` "ADRs" ADR, Mdy
              adr/0001-x.md
              adr/0002-y.md
        "#]],
    );
}

#[test]
fn two_series_in_one_folder() {
    check(
        &[
            ("docs/adr-001-quic.md", STATED),
            ("docs/adr-002-postgres.md", STATED),
            ("docs/rfc-001-queues.md", BULLETS),
            ("docs/rfc-002-topics.md", BULLETS),
            ("docs/glossary-of-terms.md", PROSE),
        ],
        expect![[r#"
            adr `docs` "ADRs" ADR
              docs/adr-001-quic.md
              docs/adr-002-postgres.md
            rfc `docs` "RFCs" RFC
              docs/rfc-001-queues.md
              docs/rfc-002-topics.md
            – docs/glossary-of-terms.md: it states no status, and its name has no number
        "#]],
    );
}

#[test]
fn families_told_by_a_letter() {
    check(
        &[
            ("A6-retries.md", BULLETS),
            ("A8-logging.md", BULLETS),
            ("L5-interceptors.md", BULLETS),
            ("L12-api.md", BULLETS),
            ("README.md", PROSE),
        ],
        expect![[r#"
            records `` "Records" –
              A6-retries.md
              A8-logging.md
              L12-api.md
              L5-interceptors.md
            – README.md: an index, by its name
        "#]],
    );
    // A letter that one file has is part of its name.
    check(
        &[
            ("adr/S3-buckets.md", STATED),
            ("adr/K8-ingress.md", STATED),
            ("adr/use-quic.md", STATED),
            ("adr/go.md", STATED),
        ],
        expect![[r#"
            adr `adr` "ADRs" ADR
              adr/K8-ingress.md
              adr/S3-buckets.md
              adr/go.md
              adr/use-quic.md
        "#]],
    );
}

#[test]
fn folders_with_letters_before_their_number() {
    const ICS: &str = "---\nics: 4\ntitle: X\nstage: draft\nauthor: Ada\n---\n";
    check(
        &[
            ("spec/core/ics-003-connections/README.md", ICS),
            ("spec/core/ics-004-channels/README.md", ICS),
            ("spec/core/ics-004-channels/UPGRADES.md", PROSE),
            ("spec/relayer/ics-018-relayer/README.md", "---\nics: 18\nstage: draft\n---\n"),
            ("spec/core/README.md", PROSE),
            ("docs/module-1/README.md", PROSE),
            ("docs/module-2/README.md", PROSE),
        ],
        expect![[r#"
            ics `spec` "ICS spec" ICS
              spec/core/ics-003-connections/README.md
              spec/core/ics-004-channels/README.md
              spec/relayer/ics-018-relayer/README.md
            – docs/module-1/README.md: an index, by its name
            – docs/module-2/README.md: an index, by its name
            – spec/core/README.md: an index, by its name
            – spec/core/ics-004-channels/UPGRADES.md: part of the record `spec/core/ics-004-channels/README.md`
        "#]],
    );
}

#[test]
fn a_record_in_a_records_folder_is_part_of_it() {
    check(
        &[
            ("CIP-0088/README.md", STATED),
            ("CIP-0088/CIPs/0025/README.md", STATED),
            ("CIP-0089/README.md", STATED),
        ],
        expect![[r#"
            cip `` "CIPs" CIP
              CIP-0088/README.md
              CIP-0089/README.md
            – CIP-0088/CIPs/0025/README.md (a status): part of the record `CIP-0088/README.md`
        "#]],
    );
}

#[test]
fn chapters_with_numbers_hold_no_records_back() {
    check(
        &[
            ("01-intro/README.md", PROSE),
            ("02-storage/README.md", PROSE),
            ("02-storage/adr/0001-use-postgres.md", STATED),
            ("02-storage/adr/0002-use-redis.md", STATED),
        ],
        expect![[r#"
            adr `02-storage/adr` "ADRs" ADR
              02-storage/adr/0001-use-postgres.md
              02-storage/adr/0002-use-redis.md
            – 01-intro/README.md: an index, by its name
            – 02-storage/README.md: an index, by its name
        "#]],
    );
}

#[test]
fn a_folder_for_each_name() {
    check(
        &[
            ("docs/adr/use-quic/index.md", STATED),
            ("docs/adr/use-quic/benchmark.md", PROSE),
            ("docs/adr/use-postgres/index.md", BULLETS),
            ("docs/adr/index.md", PROSE),
        ],
        expect![[r#"
            adr `docs/adr` "ADRs" ADR
              docs/adr/use-postgres/index.md
              docs/adr/use-quic/index.md
            – docs/adr/index.md: an index, by its name
            – docs/adr/use-quic/benchmark.md: part of the record `docs/adr/use-quic/index.md`
        "#]],
    );
}

#[test]
fn templates_by_their_text() {
    check(
        &[
            ("ceps/0000-x.md", "# CEP 0 - A short title\n\nStatus: Draft | Proposed | Accepted\n"),
            ("ceps/0001-x.md", "# CEP 1 - X\n\nStatus: Draft | Proposed | Accepted\n"),
        ],
        expect![[r#"
            cep `ceps` "CEPs" CEP
              ceps/0001-x.md
            – ceps/0000-x.md: a template, by its text
        "#]],
    );
    check(
        &[
            ("docs/adr/0000-blank.md", "# NUMBER. TITLE\n\nDate: DATE\n\n## Status\n\nProposed\n"),
            ("docs/adr/0001-use-quic.md", STATED),
            ("docs/adr/0002-use-templates.md", "# Use an ADR template\n\n## Status\n\nAccepted\n"),
            ("docs/adr/XXXX-short.md", "---\nstatus: {proposed | accepted}\n---\n# {title}\n"),
            ("docs/adr/0000-rfc.md", "# RFC Template\n\n- Status: [Draft | Final]\n"),
            ("docs/adr/0000-use-adrs.md", "# Use ADRs\n\n## Status\n\nAccepted\n"),
        ],
        expect![[r#"
            adr `docs/adr` "ADRs" ADR
              docs/adr/0000-use-adrs.md
              docs/adr/0001-use-quic.md
              docs/adr/0002-use-templates.md
            – docs/adr/0000-blank.md: a template, by its text
            – docs/adr/0000-rfc.md: a template, by its text
            – docs/adr/XXXX-short.md: a template, by its text
        "#]],
    );
}

#[test]
fn folders_that_count_together() {
    let record = "# X\n\n- Status: accepted\n";
    let paths = (1..=12).map(|number| {
        let folder = if number % 2 == 0 { "concepts" } else { "features" };
        format!("{folder}/{number:04}-x.md")
    });
    let paths = paths.collect::<Vec<_>>();
    let files = paths.iter().map(|path| (path.as_str(), record)).collect::<Vec<_>>();
    check(
        &files,
        expect![[r#"
        records `` "Records" –
          concepts/0002-x.md
          concepts/0004-x.md
          concepts/0006-x.md
          concepts/0008-x.md
          concepts/0010-x.md
          concepts/0012-x.md
          features/0001-x.md
          features/0003-x.md
          features/0005-x.md
          features/0007-x.md
          features/0009-x.md
          features/0011-x.md
    "#]],
    );
}

#[test]
fn what_else_states_a_status() {
    let record = "# X\n\nStatus: accepted\n";
    let merged = "- Start Date: 2020-01-02\n- RFC PR: 7\n\n# Summary\n\nProse.\n";
    let plan = "# X\n\n- Created: 2020-01-02\n- Owner: Ada\n\n## Requirements\n\nProse.\n";
    check(
        &[
            ("docs/adr/0001-x.md", record),
            ("docs/adr/0002-x.md", record),
            ("docs/adr/0003-x.md", record),
            ("docs/journal/2024-01-02-monday.md", record),
            ("docs/journal/2024-01-03-tuesday.md", record),
            ("docs/proposals/use-quic.md", record),
            ("text/0007-merged-is-accepted.md", merged),
            ("text/0008-merged-too.md", merged),
            ("docs/specs/0007-login.md", plan),
            ("docs/specs/0008-logout.md", plan),
            (".claude/commands/adr/0001-write.md", record),
        ],
        expect![[r#"
            adr `docs/adr` "ADRs" ADR
              docs/adr/0001-x.md
              docs/adr/0002-x.md
              docs/adr/0003-x.md
            proposals `docs/proposals` "Proposals" –
              docs/proposals/use-quic.md
            rfc `text` "RFCs" RFC
              text/0007-merged-is-accepted.md
              text/0008-merged-too.md
            – .claude/commands/adr/0001-write.md (a status): in a tool's own folder
            – docs/journal/2024-01-02-monday.md (a status): the records are in `docs/adr`; a collection in `annals.toml` adds this folder
            – docs/journal/2024-01-03-tuesday.md (a status): the records are in `docs/adr`; a collection in `annals.toml` adds this folder
            – docs/specs/0007-login.md: the records are in `docs/adr`; a collection in `annals.toml` adds this folder
            – docs/specs/0008-logout.md: the records are in `docs/adr`; a collection in `annals.toml` adds this folder
        "#]],
    );
}

#[test]
fn capitals_that_the_titles_have() {
    let text = |number: u32| format!("# MSC{number}: Use X\n\nProse.\n");
    let texts = [1219, 1300, 2001].map(|number| (format!("proposals/{number}-x.md"), text(number)));
    let files = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>();
    check(
        &files,
        expect![[r#"
        msc `proposals` "MSC proposals" MSC
          proposals/1219-x.md
          proposals/1300-x.md
          proposals/2001-x.md
    "#]],
    );
}

#[test]
fn a_paragraph_under_status_is_no_status() {
    check(
        &[
            (
                "spec/verification_001.md",
                "# V\n\n## Status\n\nThis document is thoroughly reviewed, and the protocol is formalized.\n",
            ),
            (
                "spec/verification_002.md",
                "# W\n\n## Status\n\nThe state of a node is what its mempool holds.\n",
            ),
            ("docs/adr/0001-x.md", STATED),
        ],
        expect![[r#"
            adr `docs/adr` "ADRs" ADR
              docs/adr/0001-x.md
            – spec/verification_001.md: not in a series of records, and states no status
            – spec/verification_002.md: not in a series of records, and states no status
        "#]],
    );
}

#[test]
fn a_page_beside_a_folder_of_its_name() {
    // A page with a number has its material in the folder; one without is about something else.
    check(
        &[
            ("docs/architecture.md", PROSE),
            ("docs/architecture/decisions/0001-use-quic.md", STATED),
            ("docs/architecture/decisions/0002-use-postgres.md", PROSE),
            ("docs/architecture/decisions/0002-use-postgres/benchmark.md", PROSE),
            ("docs/architecture/decisions/0002-use-postgres/01-plan.md", PROSE),
            ("docs/architecture/decisions/0002-use-postgres/0003-which-version.md", STATED),
        ],
        expect![[r#"
            adr `docs/architecture/decisions` "ADRs" ADR
              docs/architecture/decisions/0001-use-quic.md
              docs/architecture/decisions/0002-use-postgres.md
              docs/architecture/decisions/0002-use-postgres/0003-which-version.md
            – docs/architecture.md: not in a series of records, and states no status
            – docs/architecture/decisions/0002-use-postgres/01-plan.md (a number): part of the record `docs/architecture/decisions/0002-use-postgres.md`
            – docs/architecture/decisions/0002-use-postgres/benchmark.md: part of the record `docs/architecture/decisions/0002-use-postgres.md`
        "#]],
    );
    check(
        &[("adr/use-quic.md", STATED), ("adr/use-quic/benchmark.md", PROSE), ("adr/use-postgres.md", STATED)],
        expect![[r#"
            adr `adr` "ADRs" ADR
              adr/use-postgres.md
              adr/use-quic.md
            – adr/use-quic/benchmark.md: part of the record `adr/use-quic.md`
        "#]],
    );
}

#[test]
fn a_readme_with_a_status_above_records() {
    check(
        &[
            ("02-storage/README.md", "# Storage\n\nStatus: active\n"),
            ("02-storage/adr/0001-use-postgres.md", STATED),
            ("02-storage/adr/0002-use-redis.md", STATED),
            ("decisions/platform/README.md", "# Platform\n\nStatus: active\n"),
            ("decisions/platform/0001-use-kafka.md", STATED),
            ("decisions/platform/0002-use-nats.md", STATED),
            ("decisions/use-quic/README.md", STATED),
            ("decisions/use-quic/benchmark.md", PROSE),
            ("decisions/use-quic/01-setup.md", PROSE),
        ],
        expect![[r#"
            02-storage-adr `02-storage/adr` "ADRs of 02-storage" ADR
              02-storage/adr/0001-use-postgres.md
              02-storage/adr/0002-use-redis.md
            adr `decisions` "ADRs" ADR
              decisions/platform/0001-use-kafka.md
              decisions/platform/0002-use-nats.md
              decisions/use-quic/README.md
            – 02-storage/README.md (a status): an index, by its name
            – decisions/platform/README.md (a status): an index, by its name
            – decisions/use-quic/01-setup.md (a number): part of the record `decisions/use-quic/README.md`
            – decisions/use-quic/benchmark.md: part of the record `decisions/use-quic/README.md`
        "#]],
    );
}

#[test]
fn folders_below_a_folder_of_records() {
    // Areas with one record each, one of them without a status; a guide is no area.
    check(
        &[
            ("docs/adr/network/0001-use-quic.md", STATED),
            ("docs/adr/storage/0002-use-postgres.md", STATED),
            ("docs/adr/compute/0003-use-vms.md", PROSE),
            ("docs/adr/guide/01-write.md", PROSE),
            ("docs/adr/guide/02-review.md", PROSE),
            ("docs/adr/minutes/monday.md", PROSE),
        ],
        expect![[r#"
            adr `docs/adr` "ADRs" ADR
              docs/adr/compute/0003-use-vms.md
              docs/adr/network/0001-use-quic.md
              docs/adr/storage/0002-use-postgres.md
            – docs/adr/guide/01-write.md (a number): not in a series of records, and states no status
            – docs/adr/guide/02-review.md (a number): not in a series of records, and states no status
            – docs/adr/minutes/monday.md: not in a series of records, and states no status
        "#]],
    );
    // A series by its prefix.
    check(
        &[
            ("docs/rfc/rfc-001-queues.md", BULLETS),
            ("docs/rfc/core/rfc-002-topics.md", PROSE),
            ("docs/rfc/core/rfc-003-streams.md", PROSE),
            ("docs/rfc/core/http2.md", PROSE),
            ("docs/guide/rfc-2119-words.md", PROSE),
        ],
        expect![[r#"
            rfc `docs/rfc` "RFCs" RFC
              docs/rfc/core/rfc-002-topics.md
              docs/rfc/core/rfc-003-streams.md
              docs/rfc/rfc-001-queues.md
            – docs/guide/rfc-2119-words.md (a number after `rfc`): not in a series of records, and states no status
            – docs/rfc/core/http2.md: not in a series of records, and states no status
        "#]],
    );
    // Folders beside each other whose names say nothing.
    check(
        &[
            ("network/0001-use-quic.md", STATED),
            ("storage/0002-use-postgres.md", STATED),
            ("compute/0003-use-vms.md", PROSE),
            ("guide/01-install.md", PROSE),
        ],
        expect![[r#"
            compute `compute` "Compute" –
              compute/0003-use-vms.md
            network `network` "Network" –
              network/0001-use-quic.md
            storage `storage` "Storage" –
              storage/0002-use-postgres.md
            – guide/01-install.md: not in a series of records, and states no status
        "#]],
    );
}

#[test]
fn prefixes_with_an_area() {
    check(
        &[
            ("records/net/ORG-ADR-0001-use-quic.md", STATED),
            ("records/store/ORG-ADR-ST-0001-use-postgres.md", STATED),
            ("records/store/use-adr-2.md", PROSE),
        ],
        expect![[r#"
            org-adr `records/net` "ORG-ADR records" ORG-ADR
              records/net/ORG-ADR-0001-use-quic.md
            org-adr-st `records/store` "ORG-ADR-ST records" ORG-ADR-ST
              records/store/ORG-ADR-ST-0001-use-postgres.md
            – records/store/use-adr-2.md: it states no status, and its name has no number
        "#]],
    );
}

#[test]
fn a_folder_for_each_record_with_a_file_of_another_name() {
    const MATTER: &str = "---\ntitle: X\nauthors: [Ada]\nstatus: draft\n---\n";
    check(
        &[
            ("29-process/process.md", MATTER),
            ("62-cell-ids/cell-ids.md", MATTER),
            ("97-new-schema/add-a-schema.md", PROSE),
            ("98-kernels/0098-kernels.md", PROSE),
            ("99-two-pages/one.md", PROSE),
            ("99-two-pages/two.md", PROSE),
            ("guidelines/guidelines.md", PROSE),
        ],
        expect![[r#"
            records `` "Records" –
              29-process/process.md
              62-cell-ids/cell-ids.md
              97-new-schema/add-a-schema.md
              98-kernels/0098-kernels.md
            – 99-two-pages/one.md: not in a series of records, and states no status
            – 99-two-pages/two.md: not in a series of records, and states no status
            – guidelines/guidelines.md: not in a series of records, and states no status
        "#]],
    );
    check(
        &[
            ("rfcs/0031-header/0031-header.md", STATED),
            ("rfcs/0031-header/1-at-the-end.md", PROSE),
            ("rfcs/0031-header/2-in-a-table.md", PROSE),
            ("rfcs/0032-body/0032-body.md", STATED),
            ("rfcs/0032-body/0032-body.zh.md", STATED),
        ],
        expect![[r#"
            rfc `rfcs` "RFCs" RFC
              rfcs/0031-header/0031-header.md
              rfcs/0032-body/0032-body.md
            – rfcs/0031-header/1-at-the-end.md (a number): part of the record `rfcs/0031-header/0031-header.md`
            – rfcs/0031-header/2-in-a-table.md (a number): part of the record `rfcs/0031-header/0031-header.md`
            – rfcs/0032-body/0032-body.zh.md: a translation of `rfcs/0032-body/0032-body.md`
        "#]],
    );
    // Chapters of a book.
    check(
        &[
            ("docs/01-intro/hello.md", PROSE),
            ("docs/02-storage/disks.md", PROSE),
            ("docs/03-network/wires.md", PROSE),
            ("adr/0001-x.md", STATED),
        ],
        expect![[r#"
            adr `adr` "ADRs" ADR
              adr/0001-x.md
            – docs/01-intro/hello.md: not in a series of records, and states no status
            – docs/02-storage/disks.md: not in a series of records, and states no status
            – docs/03-network/wires.md: not in a series of records, and states no status
        "#]],
    );
}

/// What records are called: source, id, number, slug and state.
fn named(files: &[(&str, &str)], expected: Expect) {
    let site = crate::links::resolve(&inputs("acme", files, Config::default()), History::default());
    let shown = site.entries.iter().map(|entry| {
        let record = &entry.record;
        let number = record.number.as_ref().map_or("–", |number| &number.value);
        format!("{}: {} {number} {} {}\n", record.source, entry.id, record.slug, record.status.state)
    });
    expected.assert_eq(&shown.collect::<String>());
}

#[test]
fn what_records_are_called() {
    named(
        &[
            ("adr/0012-new-schema/add-a-schema.md", STATED),
            ("adr/0013-use-quic/0013-use-quic.md", STATED),
            ("adr/0014-use-kafka.md", STATED),
            ("adr/0015-use-nats.md", PROSE),
            ("adr/0014-use-kafka.yaml", "broker: a\n"),
            ("adr/0015-use-nats.yaml", "status: rejected\n"),
        ],
        expect![[r#"
            adr/0012-new-schema/add-a-schema.md: adr-12 0012 new-schema accepted
            adr/0013-use-quic/0013-use-quic.md: adr-13 0013 use-quic accepted
            adr/0014-use-kafka.md: adr-14 0014 use-kafka accepted
            adr/0015-use-nats.md: adr-15 0015 use-nats rejected
        "#]],
    );
    named(
        &[
            ("proposals-accepted/202012-deletions.md", BULLETS),
            ("proposals-done/202101-endpoints.md", PROSE),
            ("proposals-rejected/config-v2.md", BULLETS),
            ("proposals-rejected/store-2020-01-02.md", BULLETS),
        ],
        expect![[r#"
            proposals-rejected/config-v2.md: proposals-config-v2 – config-v2 accepted
            proposals-accepted/202012-deletions.md: proposals-deletions – deletions accepted
            proposals-done/202101-endpoints.md: proposals-endpoints – endpoints implemented
            proposals-rejected/store-2020-01-02.md: proposals-store-2020-01-02 – store-2020-01-02 accepted
        "#]],
    );
}

#[test]
fn two_series_of_folders() {
    let record =
        |key: &str, number: u32| format!("---\n{key}: {number}\ntitle: X\nstatus: Draft\n---\n# X\n");
    let texts = [("AIP", 1), ("AIP", 2), ("APS", 3), ("APS", 4)];
    let texts =
        texts.map(|(word, number)| (format!("{word}-{number:04}/README.md"), record("number", number)));
    let mut files = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>();
    files.extend([("HTTP-2/README.md", PROSE), ("HTTP-3/README.md", PROSE), ("README.md", PROSE)]);
    check(
        &files,
        expect![[r#"
        aip `` "AIPs" AIP
          AIP-0001/README.md
          AIP-0002/README.md
        aps `` "APS records" APS
          APS-0003/README.md
          APS-0004/README.md
        – HTTP-2/README.md: an index, by its name
        – HTTP-3/README.md: an index, by its name
        – README.md: an index, by its name
    "#]],
    );
    check(
        &[
            ("spec/AIP-0001.md", &record("number", 1)),
            ("spec/AIP-0002.md", &record("number", 2)),
            ("spec/APS-0003.md", &record("number", 3)),
            ("spec/HTTP-2.md", STATED),
        ],
        expect![[r#"
            aip `spec` "AIPs" AIP
              spec/AIP-0001.md
              spec/AIP-0002.md
              spec/HTTP-2.md
            aps `spec` "APS spec" APS
              spec/APS-0003.md
        "#]],
    );
}

#[test]
fn records_that_share_their_keys() {
    let shape = "---\ntitle: X\nauthors: [Ada]\nreviewers: [Grace]\ncreation-date: 2024-01-02\n---\n# X\n";
    let stated = shape.replace("title: X\n", "title: X\nstatus: implementable\n");
    check(
        &[
            ("enhancements/network/dns.md", &stated),
            ("enhancements/network/ipv6.md", shape),
            ("enhancements/network/howto.md", "---\ntitle: How\n---\n"),
            ("enhancements/storage/csi.md", &stated),
            ("enhancements/storage/s3.md", &stated),
            ("enhancements/machine/reboot-2.md", shape),
            ("enhancements/machine/update.md", shape),
            ("enhancements/machine/notes.md", PROSE),
            ("docs/news/2024-01-02-hello.md", "---\ntitle: X\ndate: 2024-01-02\nauthor: Ada\n---\n"),
        ],
        expect![[r#"
            enhancements `enhancements` "Enhancements" –
              enhancements/machine/reboot-2.md
              enhancements/machine/update.md
              enhancements/network/dns.md
              enhancements/network/ipv6.md
              enhancements/storage/csi.md
              enhancements/storage/s3.md
            – docs/news/2024-01-02-hello.md: not in a series of records, and states no status
            – enhancements/machine/notes.md: not in a series of records, and states no status
            – enhancements/network/howto.md: not in a series of records, and states no status
        "#]],
    );
}

#[test]
fn areas_of_records_that_go_by_name() {
    // Of folders beside each other one has no statuses, but the keys; pages of other kinds have none.
    let stated = "---\ntitle: X\nstatus: accepted\nauthors: [Ada]\ndate: 2024-01-02\ntags: [a]\n---\n# X\n";
    let other = "---\ntitle: X\nauthors: [Ada]\ndate: 2024-01-02\n---\n# X\n";
    let page = "---\ntitle: X\nauthor: Ada\n---\n# X\n";
    check(
        &[
            ("network/dns.md", stated),
            ("network/ipv6.md", stated),
            ("storage/csi.md", stated),
            ("storage/s3.md", stated),
            ("machine/reboot.md", other),
            ("machine/howto.md", page),
            ("machine/deep/boot.md", other),
            ("guides/start.md", page),
        ],
        expect![[r#"
            machine `machine` "Machine" –
              machine/reboot.md
            network `network` "Network" –
              network/dns.md
              network/ipv6.md
            storage `storage` "Storage" –
              storage/csi.md
              storage/s3.md
            – guides/start.md: not in a series of records, and states no status
            – machine/deep/boot.md (the keys of the records): not in a series of records, and states no status
            – machine/howto.md: not in a series of records, and states no status
        "#]],
    );
}

#[test]
fn states_as_folders_without_a_word_for_records() {
    check(
        &[
            ("accepted/2020/wasm.md", PROSE),
            ("accepted/2021/utf8/README.md", PROSE),
            ("accepted/2021/utf8/table.md", PROSE),
            ("accepted/2021/README.md", PROSE),
            ("proposed/spans.md", PROSE),
            ("meetings/monday.md", PROSE),
            ("LICENSE.md", PROSE),
        ],
        expect![[r#"
            records `` "Records" –
              accepted/2020/wasm.md
              accepted/2021/utf8/README.md
              proposed/spans.md
            – LICENSE.md: a notice of the repository, by its name
            – accepted/2021/README.md: an index, by its name
            – accepted/2021/utf8/table.md: part of the record `accepted/2021/utf8/README.md`
            – meetings/monday.md: not in a series of records, and states no status
        "#]],
    );
    // Drafts of pages are no decisions.
    check(
        &[("docs/drafts/a.md", PROSE), ("docs/published/b.md", PROSE), ("adr/0001-x.md", STATED)],
        expect![[r#"
            adr `adr` "ADRs" ADR
              adr/0001-x.md
            – docs/drafts/a.md: not in a series of records, and states no status
            – docs/published/b.md: not in a series of records, and states no status
        "#]],
    );
}

#[test]
fn copies_of_records() {
    let adr = |folder: &str| {
        [("0001-use-quic", STATED), ("0002-use-postgres", BULLETS), ("README", PROSE)]
            .map(|(name, text)| (format!("{folder}{name}.md"), text))
    };
    let copies = ["docs/adr/", "wt/docs/adr/", "docs/v1.0/adr/", "versioned_docs/version-1/adr/"].map(adr);
    let mut files: Vec<(&str, &str)> =
        copies.iter().flatten().map(|(path, text)| (path.as_str(), *text)).collect();
    // Of a package with its own records.
    files.extend([
        ("wt/docs/adr/0003-not-yet-merged.md", STATED),
        ("core/docs/adr/0001-use-quic.md", STATED),
        ("core/docs/adr/0002-use-threads.md", STATED),
    ]);
    check(
        &files,
        expect![[r#"
        adr `docs/adr` "ADRs" ADR
          docs/adr/0001-use-quic.md
          docs/adr/0002-use-postgres.md
        core-adr `core/docs/adr` "ADRs of core" ADR
          core/docs/adr/0001-use-quic.md
          core/docs/adr/0002-use-threads.md
        – docs/adr/README.md: an index, by its name
        – docs/v1.0/adr/0001-use-quic.md (a status): in a copy of `docs/adr`
        – docs/v1.0/adr/0002-use-postgres.md (a status): in a copy of `docs/adr`
        – docs/v1.0/adr/README.md: an index, by its name
        – versioned_docs/version-1/adr/0001-use-quic.md: in a folder of earlier versions
        – versioned_docs/version-1/adr/0002-use-postgres.md: in a folder of earlier versions
        – versioned_docs/version-1/adr/README.md: in a folder of earlier versions
        – wt/docs/adr/0001-use-quic.md: in a copy of `docs/adr`
        – wt/docs/adr/0002-use-postgres.md: in a copy of `docs/adr`
        – wt/docs/adr/0003-not-yet-merged.md: in a copy of `docs/adr`
        – wt/docs/adr/README.md: an index, by its name
    "#]],
    );
}

#[test]
fn pages_that_are_no_records() {
    check(
        &[
            ("rfcs/0001-use-quic.md", STATED),
            ("rfcs/0002-use-postgres.md", STATED),
            ("rfcs/000 - Index.md", PROSE),
            ("rfcs/0009-index.md", PROSE),
            ("rfcs/0010-index.md", STATED),
            ("rfcs/001-proposal-template.md", "# Proposal\n\nStatus: Draft\n"),
            ("rfcs/0011-rfc-template.md", STATED),
            ("rfcs/CODE-OF-CONDUCT-de.md", STATED),
            ("rfcs/0012-code-of-conduct.md", STATED),
        ],
        expect![[r#"
            rfc `rfcs` "RFCs" RFC
              rfcs/0001-use-quic.md
              rfcs/0002-use-postgres.md
              rfcs/0010-index.md
              rfcs/0011-rfc-template.md
              rfcs/0012-code-of-conduct.md
            – rfcs/000 - Index.md: an index, by its name
            – rfcs/0009-index.md (a number): an index, by its name
            – rfcs/001-proposal-template.md (a number and a status): a template, by its name
            – rfcs/CODE-OF-CONDUCT-de.md (a status): a notice of the repository, by its name
        "#]],
    );
}

#[test]
fn documentation_without_decisions() {
    let page = "---\ntitle: X\nsidebar_position: 1\nstatus: stable\n---\n# X\n";
    check(
        &[
            ("package.json", "{}"),
            ("docs/intro.md", "---\ntitle: X\n---\n"),
            ("docs/guides/use.md", "---\ntitle: X\n---\n"),
            ("docs/01-first/run.md", PROSE),
        ],
        expect![[r#"
            – docs/01-first/run.md: not in a series of records, and states no status
            – docs/guides/use.md: not in a series of records, and states no status
            – docs/intro.md: not in a series of records, and states no status
        "#]],
    );
    check(
        &[("docs/a.md", page), ("docs/b.md", page), ("docs/c.md", page)],
        expect![[r#"
        – docs/a.md: it states a status, but is not in a series of records
        – docs/b.md: it states a status, but is not in a series of records
        – docs/c.md: it states a status, but is not in a series of records
    "#]],
    );
    // Chapters and posts that have a status.
    check(
        &[
            ("docs/01-a.md", page),
            ("docs/02-b.md", page),
            ("arch/0001-a.md", page),
            ("arch/0002-b.md", page),
            ("blog/2024-01-02-a.md", STATED),
            ("blog/2024-01-03-b.md", STATED),
            ("journal/2024-01-02-a.md", STATED),
        ],
        expect![[r#"
            arch `arch` "Arch" –
              arch/0001-a.md
              arch/0002-b.md
            journal `journal` "Journal" –
              journal/2024-01-02-a.md
            – blog/2024-01-02-a.md (a status): it states a status, but is not in a series of records
            – blog/2024-01-03-b.md (a status): it states a status, but is not in a series of records
            – docs/01-a.md (a status and the keys of the records): it states a status, but is not in a series of records
            – docs/02-b.md (a status and the keys of the records): it states a status, but is not in a series of records
        "#]],
    );
    check(
        &[("adr/a.md", page), ("adr/b.md", page), ("adr/c.md", page)],
        expect![[r#"
        adr `adr` "ADRs" ADR
          adr/a.md
          adr/b.md
          adr/c.md
    "#]],
    );
}

#[test]
fn names_without_a_number() {
    check(
        &[
            ("proposals/202012-deletions.md", STATED),
            ("proposals/202101-endpoints.md", STATED),
            ("proposals/202101-endpoints-v2.md", STATED),
            ("adr/ADR-0001-x.md", STATED),
            ("adr/adr-process-v2.md", PROSE),
            ("adr/adr-review-2026-05-12.md", PROSE),
        ],
        expect![[r#"
            adr `adr` "ADRs" ADR
              adr/ADR-0001-x.md
            proposals `proposals` "Proposals" –
              proposals/202012-deletions.md
              proposals/202101-endpoints-v2.md
              proposals/202101-endpoints.md
            – adr/adr-process-v2.md: it states no status, and its name has no number
            – adr/adr-review-2026-05-12.md: it states no status, and its name has no number
        "#]],
    );
}

#[test]
fn numbered_files_in_a_folder_of_proposals() {
    // Without any metadata, by the names alone; two digits are chapters.
    check(
        &[
            ("proposals/0001-a.md", PROSE),
            ("proposals/0002-b.md", PROSE),
            ("text/01-intro.md", PROSE),
            ("text/02-end.md", PROSE),
            ("specs/0001-login.md", PROSE),
            ("specs/0002-logout.md", PROSE),
        ],
        expect![[r#"
            proposals `proposals` "Proposals" –
              proposals/0001-a.md
              proposals/0002-b.md
            – specs/0001-login.md: not in a series of records, and states no status
            – specs/0002-logout.md: not in a series of records, and states no status
            – text/01-intro.md: not in a series of records, and states no status
            – text/02-end.md: not in a series of records, and states no status
        "#]],
    );
}

#[test]
fn records_among_other_pages() {
    check(
        &[
            ("docs/adr-001-quic.md", STATED),
            ("docs/adr-002-postgres.md", STATED),
            ("docs/install.md", PROSE),
            ("docs/upgrade.md", PROSE),
            ("docs/configure.md", PROSE),
            ("docs/http2.md", PROSE),
        ],
        expect![[r#"
            adr `docs` "ADRs" ADR
              docs/adr-001-quic.md
              docs/adr-002-postgres.md
            – docs/configure.md: not in a series of records, and states no status
            – docs/http2.md: not in a series of records, and states no status
            – docs/install.md: not in a series of records, and states no status
            – docs/upgrade.md: not in a series of records, and states no status
        "#]],
    );
}

#[test]
fn records_in_other_formats() {
    let pep = "RFC: 3\nTitle: Use trees\nStatus: Final\nAuthor: Ada\n\nText.\n";
    let section = "RFC 004: Use queues\n===================\n\nStatus\n------\n\nAccepted\n";
    check(
        &[
            ("docs/rfc/rfc-001-quic.md", BULLETS),
            ("docs/rfc/rfc-002-topics.md", BULLETS),
            ("docs/rfc/rfc-002-topics.rst", pep),
            ("docs/rfc/rfc-003-trees.rst", pep),
            ("docs/rfc/rfc-004-queues.rst", section),
            ("docs/rfc/README.rst", "RFCs\n====\n"),
            ("docs/rfc/notes.org", "#+TITLE: Notes\n#+STATUS: Draft\n"),
            ("docs/guide/use.rst", "Use\n===\n"),
            ("docs/guide/index.adoc", "= Index\n"),
        ],
        expect![[r#"
            rfc `docs/rfc` "RFCs" RFC
              docs/rfc/rfc-001-quic.md
              docs/rfc/rfc-002-topics.md
              docs/rfc/rfc-003-trees.rst
              docs/rfc/rfc-004-queues.rst
            – docs/rfc/notes.org (a status): its name has no number, as those of the records beside it have
            – docs/rfc/rfc-002-topics.rst (a number after `rfc`, a status and the keys of the records): the same as `docs/rfc/rfc-002-topics.md` in another format
        "#]],
    );
    named(
        &[
            ("docs/rfc/rfc-003-trees.rst", pep),
            ("docs/rfc/rfc-004-queues.rst", section),
            ("bips/bip-0007.mediawiki", "<pre>\n  BIP: 7\n  Title: X\n  Status: Draft\n</pre>\n==A==\n"),
            ("bips/bip-0008.mediawiki", "<pre>\n  BIP: 8\n  Title: Y\n  Status: Final\n</pre>\n==A==\n"),
        ],
        expect![[r#"
            bips/bip-0007.mediawiki: bip-7 0007 bip-0007 draft
            bips/bip-0008.mediawiki: bip-8 0008 bip-0008 implemented
            docs/rfc/rfc-003-trees.rst: rfc-3 003 trees implemented
            docs/rfc/rfc-004-queues.rst: rfc-4 004 queues accepted
        "#]],
    );
    // Documentation in another format is no bare folder of pages.
    check(&[("docs/a.rst", "A\n===\n"), ("docs/b.adoc", "= B\n")], expect![[r#""#]]);
}

#[test]
fn the_text_of_other_formats_is_shown_as_it_is_written() {
    let rst = "Use trees\n=========\n\n:Status: Accepted\n\n.. note:: ``a`` & <b>\n\n```\n";
    let built = crate::harness::build(&BTreeMap::from([("adr/0001-x.rst".to_owned(), rst.into())]));
    let page = built.shown("adr/0001.html");
    for part in ["Use trees</h1>", "Accepted", "<pre", ".. note:: ``a`` &amp; &lt;b&gt;", "```"] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert!(!page.contains(":Status:"), "{page}");
}

proptest! {
    /// Every file is a record or is skipped, once; no collection is empty, and each has its own key.
    #[test]
    fn nothing_disappears(
        files in prop::collection::btree_map(
            "((docs|adr|rfcs|accepted|2021|0012-use-quic|AIP-0001|v2|[a-c])/){0,3}\
             (README|index|template|000 - Index|0012-use-quic|rfc-002-a|APS-3|2024-01-02-a|202012-a|é-1|a-v2|[a-c])\
             \\.(md|mdown)",
            prop::sample::select(vec![STATED, BULLETS, MERGED, PROSE, ""]),
            0..24,
        ),
    ) {
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        let found = collection::find(&inputs("acme", &files, Config::default()));
        let members = found.collections.iter().flat_map(|of| &of.members).map(|member| &member.path);
        let mut all: Vec<&String> = members.chain(found.skipped.iter().map(|of| &of.path)).collect();
        all.sort();
        prop_assert_eq!(all, files.iter().map(|(path, _)| *path).collect::<Vec<_>>());
        for collection in &found.collections {
            prop_assert!(!collection.members.is_empty());
            let keys = found.collections.iter().filter(|other| other.key == collection.key);
            prop_assert_eq!(keys.count(), 1);
        }
    }
}
