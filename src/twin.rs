//! A record as markdown for whoever reads the source rather than the page, above all coding agents: what
//! the site knows of its status stands on top, since an old record alone does not know that it is
//! superseded; then the author's text.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::catalog::Catalog;
use crate::machine::{markdown as escape, markdown_link};
use crate::record::{Phase, State};
use crate::site::{Ix, Relation, Target};
use crate::theme::capital;
use crate::view::page::titled;
use crate::view::parts::{heads, label, origin_words, record_link, title_case, url_path, web};
use crate::view::record::{root_of, source, twin_path};

/// The markdown of a record: a block quote with its resolved status, its title, and its text without
/// front matter. Links to other records lead to their markdown.
pub fn markdown(catalog: &Catalog, ix: Ix, text: &str) -> String {
    let entry = &catalog.site.entries[ix];
    let record = &entry.record;
    let root = root_of(&entry.address);
    let link_to = |ix: Ix| {
        markdown_link(
            &record_link(catalog, ix),
            &format!("{root}{}", url_path(&twin_path(&catalog.site.entries[ix].address))),
        )
    };

    let mut lines = vec![format!("Status: {}", status_line(catalog, ix, &link_to))];
    if record.status.inferred {
        lines.push(format!(
            "The status is not written in the record; it is inferred from {}.",
            escape(&origin_words(&record.status.from))
        ));
    }
    let dates = &record.dates;
    for (name, date) in [
        ("Created", &dates.created),
        ("Decided", &dates.decided),
        ("Comment by", &dates.comment_by),
        ("Review by", &dates.review_by),
    ] {
        lines.extend(date.as_ref().map(|date| format!("{name}: {}", date.value)));
    }
    let shown_above = |relation: &&Relation| relation.kind == "superseded-by" && relation.is_whole();
    for relation in entry.relations.iter().filter(|relation| !shown_above(relation)) {
        let scope = relation.scope.as_ref().map(|scope| format!(" ({})", escape(scope))).unwrap_or_default();
        let pending = if relation.pending { " (pending)" } else { "" };
        let kind = title_case(&escape(&relation.kind));
        lines.push(format!("{kind}: {}{scope}{pending}", link_to(relation.target)));
    }
    for relation in &entry.elsewhere {
        let kind = capital(&escape(&relation.kind.replace('-', " ")));
        lines.push(match relation.url.as_deref().and_then(web) {
            Some(url) => format!("{kind}: [{}](<{url}>)", escape(&relation.label)),
            None => format!("{kind}: {}", escape(&relation.label)),
        });
    }
    let place = source(catalog, &record.source);
    lines.push(format!(
        "Source: {}",
        place
            .source
            .map_or_else(|| format!("`{}`", record.source.replace('`', "")), |url| format!("<{url}>"))
    ));

    let mut out = String::with_capacity(text.len() + 512);
    for line in lines {
        out.push_str(&format!("> {line}  \n"));
    }
    out.push('\n');
    let body = text.get(record.body_start..).unwrap_or_default();
    let has_title = record.scan.headings.first().is_some_and(|heading| heading.level == 1);
    if !has_title {
        out.push_str(&format!("# {}\n\n", escape(&titled(&record_link(catalog, ix)))));
    }
    out.push_str(
        relink(catalog, ix, text, &root).as_deref().unwrap_or(body).trim_start_matches(['\n', '\r']),
    );
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

/// `Superseded by [RFC 31](0031.md). Do not follow this record.`
fn status_line(catalog: &Catalog, ix: Ix, link_to: &dyn Fn(Ix) -> String) -> String {
    let entry = &catalog.site.entries[ix];
    let status = &entry.record.status;
    let word = capital(&escape(&label(status)));
    let named = |records: Vec<Ix>| records.into_iter().map(link_to).collect::<Vec<_>>().join(" and ");
    let (mut standing, mut pending) = heads(catalog, entry);
    if status.state == State::Superseded {
        // It is superseded by its own word, whatever became of the one it names.
        standing.append(&mut pending);
    }
    let pending = match pending.is_empty() {
        true => String::new(),
        false => format!(" {} would supersede it but is not in force.", named(pending)),
    };
    let phase = status.state.phase();
    if !standing.is_empty() {
        let standing = named(standing);
        return match phase {
            _ if status.state == State::Superseded => {
                format!("Superseded by {standing}. Do not follow this record.")
            }
            Phase::Retired | Phase::Elsewhere | Phase::Closed => {
                format!("{word}; superseded by {standing}. Do not follow this record.")
            }
            _ => format!("{word}, but superseded by {standing}, which says so. Do not follow this record."),
        };
    }
    let verdict = match (phase, status.state) {
        (Phase::InForce, _) => " (in force).",
        (Phase::Open, _) => " (not decided yet). Do not rely on this record.",
        (Phase::Closed, _) => " (never in force). Do not follow this record.",
        (Phase::Retired, _) => " (no longer in force). Do not follow this record.",
        (Phase::Elsewhere, _) => " (kept elsewhere). Read the record where it is kept now.",
        (Phase::Unknown, _) => ": nothing says whether this record is in force.",
    };
    format!("{word}{verdict}{pending}")
}

/// The body with the destinations of links to records, assets and the web replaced, since the author's relative
/// paths lead nowhere from here, and without reference definitions that are of no use; `None` where there is
/// nothing to replace.
fn relink(catalog: &Catalog, ix: Ix, text: &str, root: &str) -> Option<String> {
    let entry = &catalog.site.entries[ix];
    let record = &entry.record;
    text.get(record.body_start..)?;
    let url_of = |target: &Target| match target {
        Target::Record(target, anchor) => {
            let anchor = anchor.as_deref().map(|anchor| format!("#{anchor}")).unwrap_or_default();
            Some(format!("{root}{}{anchor}", url_path(&twin_path(&catalog.site.entries[*target].address))))
        }
        Target::Asset(path) => Some(format!("{root}{}", url_path(path))),
        Target::Web(url) => Some(url.clone()),
        _ => None,
    };
    // Links by where they lead as written: what one of a definition's links came to, all of them did.
    let mut targets: BTreeMap<&str, &Target> = BTreeMap::new();
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for link in &record.scan.links {
        let Some(target) = entry.targets.get(&link.span.start) else { continue };
        targets.insert(&link.destination, target);
        let Some(url) = url_of(target).filter(|url| *url != link.destination) else { continue };
        let Some(written) = text.get(link.span.clone()) else { continue };
        let Some(at) = written.rfind(&format!("]({}", link.destination)) else { continue };
        let start = link.span.start + at + "](".len();
        edits.push((start..start + link.destination.len(), url));
    }
    for (destination, span) in &record.scan.definitions {
        let span = span.clone();
        match targets.get(destination.as_str()) {
            // Nothing refers to it, or it leads nowhere.
            None | Some(Target::Broken) => {
                let is_line = text[span.end..].starts_with('\n');
                edits.push((span.start..span.end + usize::from(is_line), String::new()));
            }
            Some(target) => {
                let Some(url) = url_of(target).filter(|url| url != destination) else { continue };
                let Some(at) = text[span.clone()].find("]:") else { continue };
                let from = span.start + at;
                let Some(at) = text[from..span.end].find(destination.as_str()) else { continue };
                edits.push((from + at..from + at + destination.len(), url));
            }
        }
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(text.len());
    let mut done = record.body_start;
    for (range, new) in edits {
        if range.start >= done {
            out.push_str(text.get(done..range.start)?);
            out.push_str(&new);
            done = range.end;
        }
    }
    (done > record.body_start).then(|| out + text.get(done..).unwrap_or_default())
}
