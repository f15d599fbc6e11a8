//! What a preview shows in the place of pages that cannot be made any more: the last good ones. A build has
//! nothing of the kind, so [`Snapshot::get`] knows nothing of it; who shows these says that they are out of date.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::Snapshot;
use crate::diagnostic::Diagnostic;
use crate::output::Content;
use crate::plan::Page;
use crate::render::{self, Rendered};
use crate::source::Inputs;

/// The page of a record that cannot be read any more.
#[derive(Clone)]
pub(super) struct Kept {
    /// When it could be read last.
    from: Arc<Snapshot>,
    /// Its file, relative to the root.
    source: String,
}

/// By output path: the pages of records that could be read before and cannot now. A record that is gone keeps none.
pub(super) fn kept(before: &Arc<Snapshot>, now: &Snapshot) -> BTreeMap<String, Kept> {
    let lost = unreadable(now.inputs());
    if lost.is_empty() {
        return BTreeMap::new();
    }
    let was_lost = unreadable(before.inputs());
    let fresh = before.site().entries.iter().filter(|entry| {
        let source = &entry.record.source;
        covers(&lost, source)
            && !covers(&was_lost, source)
            && before.source(&entry.address) == Some(source.as_str())
    });
    let fresh = fresh.map(|entry| {
        let kept = Kept { from: Arc::clone(before), source: entry.record.source.clone() };
        (entry.address.clone(), kept)
    });
    let still = before.kept.iter().filter(|(_, kept)| covers(&lost, &kept.source));
    let kept = still.map(|(path, kept)| (path.clone(), kept.clone())).chain(fresh);
    // Another record may have the address by now.
    kept.filter(|(path, kept)| now.source(path).is_none_or(|source| source == kept.source)).collect()
}

/// Files, and folders that cannot be listed. A file that is UTF-16 is no good for a build, but it is whole.
fn unreadable(inputs: &Inputs) -> BTreeSet<&str> {
    let is_garbled =
        |path: &str| inputs.text(path).is_some_and(|text| text.text.contains(char::REPLACEMENT_CHARACTER));
    let is_lost = |of: &&Diagnostic| match of.code {
        "unreadable-file" => true,
        "not-utf8" => is_garbled(&of.place.file),
        _ => false,
    };
    inputs.diagnostics.iter().filter(is_lost).map(|of| of.place.file.as_str()).collect()
}

fn covers(lost: &BTreeSet<&str>, source: &str) -> bool {
    Path::new(source).ancestors().filter_map(Path::to_str).any(|path| lost.contains(path))
}

impl Snapshot {
    /// What a person is shown at an output path: the last good page where there is no good one, else what a build
    /// writes there.
    pub fn shown(&self, path: &str) -> Option<Arc<Rendered>> {
        let copied = || self.kept.values().find_map(|kept| kept.from.copied_file(path));
        self.last_good(path).or_else(|| self.get(path)).or_else(copied)
    }

    /// The last good page where the record at this path cannot be read, or its template cannot be used; `None` where
    /// neither is so, and where there never was a good one.
    pub fn last_good(&self, path: &str) -> Option<Arc<Rendered>> {
        if let Some(Kept { from, .. }) = self.kept.get(path) {
            return from.last_good(path).or_else(|| from.get(path));
        }
        let theme = self.good.as_ref().filter(|_| path.ends_with(".html"))?;
        let is_bad = |of: &[Diagnostic]| of.iter().any(Diagnostic::is_of_template);
        if !is_bad(&self.diagnostics) && !is_bad(&self.get(path)?.diagnostics) {
            return None;
        }
        let rendered = render::render_with(&self.setting, theme, path)?;
        let is_good = !is_bad(&rendered.diagnostics) && matches!(rendered.content, Content::Bytes(_));
        is_good.then(|| Arc::new(rendered))
    }

    /// The record whose last good page is kept at this path, by its file, and why that cannot be read.
    pub fn unreadable(&self, path: &str) -> Option<(&str, Vec<&Diagnostic>)> {
        let Kept { source, .. } = self.kept.get(path)?;
        let why = self.diagnostics.iter().filter(|of| of.is_about(source));
        Some((source, why.collect()))
    }

    /// A picture or a style sheet that an older page may show.
    fn copied_file(&self, path: &str) -> Option<Arc<Rendered>> {
        let page = self.setting.plan.pages.get(path)?;
        matches!(page, Page::Asset(_) | Page::Theme(_)).then(|| self.get(path))?
    }
}
