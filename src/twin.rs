//! A record as markdown for whoever reads the source rather than the page, above all coding agents: what
//! the site knows of its status stands on top, since an old record alone does not know that it is
//! superseded; then the author's text.

use crate::catalog::Catalog;
use crate::machine::{markdown as escape, markdown_link};
use crate::record::{Phase, State};
use crate::site::{Ix, Target};
use crate::view::page::titled;
use crate::view::parts::{label, origin_words, record_link, title_case, url_path};
use crate::view::record::{root_of, source, twin_path};

/// The markdown of a record: a block quote with its resolved status, its title, and its text without
/// front matter. Links to other records lead to their markdown.
pub fn markdown(catalog: &Catalog<'_>, ix: Ix, text: &str) -> String {
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
    for relation in entry.relations.iter().filter(|relation| relation.kind != "superseded-by") {
        lines.push(format!("{}: {}", title_case(&escape(&relation.kind)), link_to(relation.target)));
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
fn status_line(catalog: &Catalog<'_>, ix: Ix, link_to: &dyn Fn(Ix) -> String) -> String {
    let entry = &catalog.site.entries[ix];
    let status = &entry.record.status;
    let word = title_case(&escape(&label(status)));
    let heads: Vec<String> =
        entry.superseded_by.iter().filter_map(|chain| chain.last()).map(|ix| link_to(*ix)).collect();
    let heads = heads.join(" and ");
    let phase = status.state.phase();
    match (phase, heads.is_empty()) {
        (Phase::InForce, true) => format!("{word} (in force)."),
        (Phase::InForce | Phase::Open | Phase::Unknown, false) => {
            format!("{word}, but superseded by {heads}, which says so. Do not follow this record.")
        }
        (Phase::Open, true) => format!("{word} (not decided yet). Do not rely on this record."),
        (Phase::Closed, _) => format!("{word} (never in force). Do not follow this record."),
        (Phase::Retired, false) => format!("{word}; superseded by {heads}. Do not follow this record."),
        (Phase::Retired, true) if status.state == State::Moved => {
            format!("{word}: the record lives elsewhere.")
        }
        (Phase::Retired, true) => format!("{word} (no longer in force). Do not follow this record."),
        (Phase::Unknown, true) => format!("{word}: nothing says whether this record is in force."),
    }
}

/// The body with the destinations of inline links to records, assets and the web replaced, since the
/// author's relative paths lead nowhere from here; `None` where there is nothing to replace.
fn relink(catalog: &Catalog<'_>, ix: Ix, text: &str, root: &str) -> Option<String> {
    let entry = &catalog.site.entries[ix];
    let record = &entry.record;
    let mut out = String::with_capacity(text.len());
    let mut done = record.body_start;
    for link in &record.scan.links {
        let url = match entry.targets.get(&link.span.start) {
            Some(Target::Record(target, anchor)) => {
                let anchor = anchor.as_deref().map(|anchor| format!("#{anchor}")).unwrap_or_default();
                format!("{root}{}{anchor}", url_path(&twin_path(&catalog.site.entries[*target].address)))
            }
            Some(Target::Asset(path)) => format!("{root}{}", url_path(path)),
            _ => continue,
        };
        // Only `](destination` can be replaced in place; a reference's definition serves several links.
        let Some(written) = text.get(link.span.clone()).filter(|_| link.span.start >= done) else { continue };
        let opening = format!("]({}", link.destination);
        let Some(at) = written.rfind(&opening) else { continue };
        let start = link.span.start + at + "](".len();
        out.push_str(text.get(done..start)?);
        out.push_str(&url);
        done = start + link.destination.len();
    }
    (!out.is_empty()).then(|| out + text.get(done..).unwrap_or_default())
}
