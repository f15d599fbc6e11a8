//! Links out of the metadata: discussions, tracking issues, implementations.

use super::entry::{Entry, means_nothing};
use super::{WebLink, inline};

/// The links of a value; text without a link is kept as a label (`#123`). `source` is the whole text, for
/// reference definitions.
pub fn read(entry: &Entry, source: &str) -> Vec<WebLink> {
    let mut found = Vec::new();
    for (text, _) in entry.node.scalars() {
        let links = inline::links(text);
        if links.is_empty() {
            let label = inline::plain(text);
            if !means_nothing(&label) {
                found.push(WebLink { label: shorten(&label), url: None, key: entry.key.clone() });
            }
            continue;
        }
        for link in links {
            let url = match link.url.starts_with('[') {
                true => inline::definition(source, &link.url).map(str::to_owned),
                false => Some(link.url),
            };
            let url = url.filter(|url| url.starts_with("http://") || url.starts_with("https://"));
            found.push(WebLink { label: shorten(&link.label), url, key: entry.key.clone() });
        }
    }
    found
}

fn shorten(label: &str) -> String {
    match label.char_indices().nth(160) {
        Some((end, _)) => format!("{}…", &label[..end]),
        None => label.to_owned(),
    }
}
