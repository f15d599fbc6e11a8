//! What a preview shows in the place of pages that cannot be made any more: the last good ones. A build has
//! nothing of the kind, so [`Snapshot::get`] knows nothing of it; who shows these says that they are out of date.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::Snapshot;
use crate::diagnostic::Diagnostic;
use crate::output::Content;
use crate::plan::Page;
use crate::record::Record;
use crate::render::{self, Rendered};
use crate::source::Inputs;

/// The page of a record that cannot be read any more.
#[derive(Clone)]
pub(super) struct Kept {
    /// When it could be read last.
    from: Arc<Snapshot>,
    /// As it was then.
    record: Arc<Record>,
}

/// By output path: the pages of records that could be read before and cannot now. A record that is gone keeps none.
pub(super) fn kept(before: &Arc<Snapshot>, now: &Snapshot) -> BTreeMap<String, Kept> {
    let lost = unreadable(now.inputs());
    if lost.is_empty() {
        return BTreeMap::new();
    }
    let was_lost = unreadable(before.inputs());
    let fresh = before.site().entries.iter().filter(|entry| {
        let record = &entry.record;
        is_lost(record, &lost)
            && !is_lost(record, &was_lost)
            && before.source(&entry.address) == Some(record.source.as_str())
    });
    let fresh = fresh.map(|entry| {
        let kept = Kept { from: Arc::clone(before), record: Arc::clone(&entry.record) };
        (entry.address.clone(), kept)
    });
    let still = before.kept.iter().filter(|(_, kept)| is_lost(&kept.record, &lost));
    let kept = still.map(|(path, kept)| (path.clone(), kept.clone())).chain(fresh);
    // Another record may have the address by now.
    kept.filter(|(path, kept)| now.source(path).is_none_or(|source| source == kept.record.source)).collect()
}

/// Files, and folders that cannot be listed.
fn unreadable(inputs: &Inputs) -> BTreeSet<&str> {
    reasons(inputs).map(|of| of.place.file.as_str()).collect()
}

/// Why they cannot be read. A file that is UTF-16 is no good for a build, but it is whole.
fn reasons(inputs: &Inputs) -> impl Iterator<Item = &Diagnostic> {
    let is_garbled =
        |path: &str| inputs.text(path).is_some_and(|text| text.text.contains(char::REPLACEMENT_CHARACTER));
    inputs.diagnostics.iter().filter(move |of| match of.code {
        "unreadable-file" => true,
        "not-utf8" => is_garbled(&of.place.file),
        _ => false,
    })
}

/// True where its file, or the one beside it that it is read from too, is among what is lost.
fn is_lost(record: &Record, lost: &BTreeSet<&str>) -> bool {
    record.files().any(|file| covers(lost, file))
}

fn covers(lost: &BTreeSet<&str>, file: &str) -> bool {
    Path::new(file).ancestors().filter_map(Path::to_str).any(|path| lost.contains(path))
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

    /// The file that cannot be read, so that the last good page is kept at this path, and why.
    pub fn unreadable(&self, path: &str) -> Option<(&str, Vec<&Diagnostic>)> {
        let Kept { record, .. } = self.kept.get(path)?;
        let lost = unreadable(self.inputs());
        let file = record.files().find(|file| covers(&lost, file))?;
        Some((file, reasons(self.inputs()).filter(|of| of.is_about(file)).collect()))
    }

    /// A picture or a style sheet that an older page may show.
    fn copied_file(&self, path: &str) -> Option<Arc<Rendered>> {
        let page = self.setting.plan.pages.get(path)?;
        matches!(page, Page::Asset(_) | Page::Theme(_)).then(|| self.get(path))?
    }
}
