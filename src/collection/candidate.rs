//! Every markdown file that may be a record, by the folder of its series, and why the others are none:
//! their names, the record they are part of, the original they translate. What a folder's files say
//! together is [`super::series`]'s.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::record::number::{self, Name};
use crate::record::{self, Evidence, State};
use crate::source::{self, File, Inputs, Kind, SourceText};

use super::name::{self, Strength};
use super::{Member, Skipped};

/// The markdown and YAML files of the root.
pub struct Tree<'a> {
    pub markdown: BTreeMap<&'a str, &'a SourceText>,
    /// YAML files by folder.
    yaml: BTreeMap<&'a str, Vec<(&'a str, &'a SourceText)>>,
}

impl<'a> Tree<'a> {
    /// Sorts the files out.
    pub fn new(inputs: &'a Inputs) -> Tree<'a> {
        let mut tree = Tree { markdown: BTreeMap::new(), yaml: BTreeMap::new() };
        for (path, file) in &inputs.files {
            let File::Text(text) = file else { continue };
            match source::kind(path) {
                Kind::Markdown | Kind::Plain => {
                    tree.markdown.insert(path, text);
                }
                Kind::Metadata => {
                    let (folder, file) = split(path);
                    tree.yaml.entry(folder).or_default().push((file, text));
                }
                _ => {}
            }
        }
        tree
    }

    /// The record with a number or date beside a folder of the same name, or beside one above it:
    /// `3392-council.md` for `3392-council/`, which holds what belongs to it.
    fn record_beside(&self, folder: &str) -> Option<String> {
        ancestors(folder).filter(|folder| !folder.is_empty()).find_map(|folder| {
            let Name { number, date, month, .. } = number::read(split(folder).1);
            let owner = format!("{folder}.md");
            let is_named = number.is_some() || date.is_some() || month;
            (is_named && self.markdown.contains_key(owner.as_str())).then_some(owner)
        })
    }

    /// True where below a folder lie records of their own: in a folder that says so by its name, which a folder
    /// of a series (`is_series`) may have for drafts; below a folder that goes by name (`by_name`), also
    /// numbered files that state a status.
    fn holds_records(&self, folder: &str, is_series: bool, by_name: bool) -> bool {
        let below = format!("{folder}/");
        let files = self.markdown.range(below.as_str()..).take_while(|(path, _)| path.starts_with(&below));
        let mut files = files.filter(|(path, _)| name::not_a_record(path).is_none());
        files.any(|(path, text)| {
            let (inner, file) = split(path);
            let is_numbered = || {
                let name = number::read(stem(file));
                name.number.is_some() || name.date.is_some()
            };
            let sure = || inner != folder && name::strength(inner) == Strength::Sure;
            !is_series && sure() && is_numbered()
                || by_name && is_numbered() && record::evidence(&text.text, None).status
        })
    }

    /// The YAML file that holds a record's metadata: of the same stem, or, for a record that is a folder,
    /// the one in it that states a status or a title.
    fn sidecar(&self, path: &str, is_folder: bool) -> Option<&'a SourceText> {
        let (folder, file) = split(path);
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let beside = self.yaml.get(folder)?;
        let same_stem =
            beside.iter().find(|(name, _)| name.rsplit_once('.').is_some_and(|(own, _)| own == stem));
        let evidence = |text: &SourceText| record::evidence("", Some(&text.text));
        // In a folder may lie other YAML files that have a status; beside a file one of its name is its own.
        let is_own = |text: &SourceText| evidence(text).status || evidence(text).telling > 1;
        let holds_metadata = |text: &SourceText| evidence(text).status && evidence(text).telling > 0;
        let of_folder = || beside.iter().filter(|_| is_folder).find(|(_, text)| holds_metadata(text));
        same_stem.filter(|(_, text)| is_own(text)).or_else(of_folder).map(|(_, text)| *text)
    }
}

/// Folder and file of a path.
pub fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// A markdown file that may be a record.
#[derive(Debug)]
pub struct Candidate<'a> {
    /// Relative to the root.
    pub path: &'a str,
    text: &'a SourceText,
    sidecar: Option<&'a SourceText>,
    /// The file's stem, or the folder's name where the record is a folder.
    pub own_name: &'a str,
    /// What [`own_name`](Self::own_name) says.
    pub name: Name<'a>,
    evidence: OnceLock<Evidence>,
}

impl<'a> Candidate<'a> {
    fn new(path: &'a str, text: &'a SourceText, sidecar: Option<&'a SourceText>, own_name: &'a str) -> Self {
        Candidate { path, text, sidecar, own_name, name: number::read(own_name), evidence: OnceLock::new() }
    }

    /// What its head says of its being a record; read when it is first needed.
    pub fn evidence(&self) -> &Evidence {
        let sidecar = self.sidecar.map(|sidecar| sidecar.text.as_str());
        self.evidence.get_or_init(|| record::evidence(&self.text.text, sidecar))
    }

    /// Its files.
    pub fn member(&self) -> Member {
        Member { path: self.path.to_owned(), sidecar: self.sidecar.map(|sidecar| sidecar.path.clone()) }
    }

    /// True where its name begins with a number, a date or a month, or has a place for a number.
    pub fn is_in_series(&self) -> bool {
        let Name { number, date, month, placeholder, .. } = self.name;
        number.is_some() || date.is_some() || month || placeholder
    }

    /// True where its metadata gives the letters and the number of its name.
    pub fn states_its_name(&self) -> bool {
        let Some((prefix, number)) = self.name.prefix.zip(self.name.number) else { return false };
        let evidence = self.evidence();
        let by_number = evidence.number.as_ref().is_some_and(|own| number::same(own, number));
        let by_label = evidence
            .label
            .as_ref()
            .is_some_and(|(letters, own)| letters.eq_ignore_ascii_case(prefix) && number::same(own, number));
        by_number || by_label || evidence.is_numbered_by(prefix)
    }
}

/// Every candidate by the folder of its series; what is none by its name goes to `skipped`.
pub fn candidates<'a>(
    tree: &Tree<'a>,
    states: &StateFolders<'a>,
    root_name: &str,
    skipped: &mut Vec<Skipped>,
) -> BTreeMap<&'a str, Vec<Candidate<'a>>> {
    let mut skip = |path: &str, reason: String| skipped.push(Skipped::new(path, reason));
    let mut record_folders: BTreeMap<&str, &str> = BTreeMap::new();
    let mut found: BTreeMap<&str, Vec<Candidate<'_>>> = BTreeMap::new();
    for page in pages_of_folders(tree, states, root_name) {
        let (folder, _) = split(page.path);
        record_folders.insert(folder, page.path);
        found.entry(split(folder).0).or_default().push(page);
    }
    for (path, text) in &tree.markdown {
        let (folder, file) = split(path);
        if record_folders.get(folder).is_some_and(|page| page == path) {
            continue;
        }
        let stem = self::stem(file);
        if let Some(base) = name::translation_of(stem) {
            let original =
                if folder.is_empty() { format!("{base}.md") } else { format!("{folder}/{base}.md") };
            if tree.markdown.contains_key(original.as_str()) {
                skip(path, format!("a translation of `{original}`"));
                continue;
            }
        }
        if let Some(page) = ancestors(folder).find_map(|folder| record_folders.get(folder)) {
            skip(path, format!("part of the record `{page}`"));
            continue;
        }
        if let Some(reason) = name::not_a_record(path) {
            skip(path, reason.to_owned());
            continue;
        }
        let in_markdown = path.rsplit_once('.').map(|(path, _)| format!("{path}.md"));
        let in_markdown = in_markdown.filter(|_| !source::is_markdown(path));
        if let Some(other) = in_markdown.filter(|other| tree.markdown.contains_key(other.as_str())) {
            skip(path, format!("the same as `{other}` in another format"));
            continue;
        }
        let candidate = Candidate::new(path, text, tree.sidecar(path, false), stem);
        // A number that is padded as the owner's, and a status: a record that lies where it should not.
        let is_alike = |owner: &str| {
            let digits = |name: &str| number::read(name).number.map(str::len);
            let owner = digits(self::stem(split(owner).1));
            owner.is_some() && owner == digits(stem) && candidate.evidence().status
        };
        if let Some(owner) = tree.record_beside(folder).filter(|owner| !is_alike(owner)) {
            skip(path, format!("part of the record `{owner}`"));
            continue;
        }
        let is_template = || name::is_numbered_template(stem) && !candidate.evidence().decided;
        let is_index = || candidate.name.number.is_some() && name::is_index(candidate.name.slug);
        if is_template() {
            skip(path, "a template, by its name".to_owned());
        } else if is_index() && !candidate.evidence().status {
            skip(path, "an index, by its name".to_owned());
        } else {
            found.entry(folder).or_default().push(candidate);
        }
    }
    found
}

/// A file's name without its ending.
fn stem(file: &str) -> &str {
    file.rsplit_once('.').map_or(file, |(stem, _)| stem)
}

/// A folder that may be one record.
struct Page<'a> {
    candidate: Candidate<'a>,
    folder: &'a str,
    /// It has a README or an index.
    has_index: bool,
    is_record: bool,
}

/// Folders that are one record, by their README or index, or by the only file whose name has no number. The
/// folder's name has a number or date, and there is metadata or a place where records are expected; or there
/// is a sidecar; or a status where nothing but records is expected. Letters before the number
/// (`ics-004-channels`) are a series where the metadata has them, too, or several folders. What lies
/// inside such a folder is part of the record, so that it holds no second one; a folder with a series of
/// records in it is none.
fn pages_of_folders<'a>(tree: &Tree<'a>, states: &StateFolders<'a>, root_name: &str) -> Vec<Candidate<'a>> {
    let mut folders: BTreeMap<&'a str, Vec<(&'a str, &'a SourceText)>> = BTreeMap::new();
    for (path, text) in &tree.markdown {
        folders.entry(split(path).0).or_default().push((path, text));
    }
    let mut pages: Vec<Page<'a>> = Vec::new();
    let mut series: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut stating: BTreeMap<&str, usize> = BTreeMap::new();
    for (folder, files) in folders {
        if folder.is_empty() || name::not_a_record(&format!("{folder}/x.md")).is_some() {
            continue;
        }
        let (parent, own_name) = split(folder);
        let by_name = files.iter().find(|(path, _)| number::is_page_of_folder(path));
        let only_page = || only_page(folder, &files).filter(|_| tree.record_beside(folder).is_none());
        let Some((path, text)) = by_name.copied().or_else(only_page) else { continue };
        let has_index = ["readme", "index"].contains(&stem(split(path).1).to_ascii_lowercase().as_str());
        let candidate = Candidate::new(path, text, tree.sidecar(path, true), own_name);
        let Name { prefix, number, date, month, .. } = candidate.name;
        let sorted = states.holds(parent);
        let expected = name::effective_strength(parent, root_name);
        let has_name = number.is_some() || date.is_some() || month;
        if !has_name && candidate.sidecar.is_none() && expected < Strength::Sure && !sorted {
            continue;
        }
        let evidence = candidate.evidence();
        if name::is_sorting(folder) && !evidence.status && candidate.sidecar.is_none() {
            continue;
        }
        let says_so = evidence.status || evidence.telling > 0;
        if let Some((prefix, number)) = prefix.zip(number).filter(|_| says_so) {
            series.entry(prefix.to_ascii_uppercase()).or_default().insert(number);
        }
        let own = prefix.is_some_and(|prefix| evidence.is_numbered_by(prefix))
            || evidence.status && candidate.states_its_name();
        let belongs = has_name && (number::belongs(prefix, None) || own);
        if belongs && says_so {
            *stating.entry(parent).or_default() += 1;
        }
        // `adr/use-quic/index.md` has neither number nor date, but a status.
        let by_name = !belongs && (sorted || evidence.status && expected == Strength::Sure);
        let is_record =
            belongs && (says_so || expected > Strength::None) || by_name || !has_name && evidence.status;
        let is_series = belongs && (prefix.is_some() || expected > Strength::None);
        if candidate.sidecar.is_none() && tree.holds_records(folder, is_series, !belongs) {
            continue;
        }
        pages.push(Page { candidate, folder, has_index, is_record });
    }
    // A folder without metadata is a record where it is numbered as two others with metadata.
    let among_records = |page: &Page<'_>| {
        let name = &page.candidate.name;
        !page.has_index
            && name.number.is_some()
            && number::belongs(name.prefix, None)
            && stating.get(split(page.folder).0).is_some_and(|count| *count >= 2)
    };
    pages.retain(|page| {
        let prefix = page.candidate.name.prefix;
        let of_series = || prefix.and_then(|prefix| series.get(&prefix.to_ascii_uppercase()));
        page.is_record
            || page.candidate.sidecar.is_some()
            || among_records(page)
            || of_series().is_some_and(|numbers| numbers.len() > 1)
    });
    let folders: BTreeSet<&str> = pages.iter().map(|page| page.folder).collect();
    pages.retain(|page| {
        !ancestors(split(page.folder).0).any(|above| !above.is_empty() && folders.contains(above))
    });
    pages.into_iter().map(|page| page.candidate).collect()
}

/// The file that a folder with a number and a name is about, where it has no README: the one of the folder's
/// name or number, else the only one whose name has no number.
fn only_page<'a>(folder: &str, files: &[(&'a str, &'a SourceText)]) -> Option<(&'a str, &'a SourceText)> {
    let own_name = split(folder).1;
    let name = number::read(own_name);
    if name.number.is_none() || name.slug == own_name || name::is_sorting(folder) {
        return None;
    }
    let stem = |path: &str| stem(split(path).1).to_owned();
    let is_same = |own: &str| name.number.is_some_and(|number| number::same(number, own));
    let of_folder = |(path, _): &&(&str, &SourceText)| {
        let stem = stem(path);
        stem.eq_ignore_ascii_case(own_name) || number::read(&stem).number.is_some_and(is_same)
    };
    if let Some(page) = files.iter().find(of_folder) {
        return Some(*page);
    }
    let is_page = |(path, _): &&(&str, &SourceText)| {
        let stem = stem(path);
        name::not_a_record(path).is_none()
            && name::translation_of(&stem).is_none()
            && number::read(&stem).number.is_none()
    };
    let mut all = files.iter().filter(is_page);
    all.next().filter(|_| all.next().is_none()).copied()
}

/// Folders whose names are states of the records in them: one that lies where records are expected, or one of
/// several that sort decisions (`accepted` beside `rejected`).
pub struct StateFolders<'a>(BTreeSet<&'a str>);

impl<'a> StateFolders<'a> {
    /// Of all folders with markdown files.
    pub fn new(tree: &Tree<'a>, root_name: &str) -> StateFolders<'a> {
        let folders: BTreeSet<&'a str> = tree.markdown.keys().map(|path| split(path).0).collect();
        let folders: BTreeSet<&'a str> = folders.into_iter().flat_map(ancestors).collect();
        let mut beside: BTreeMap<&'a str, Vec<(&'a str, State)>> = BTreeMap::new();
        for folder in folders {
            if let Some(state) = name::state(folder) {
                beside.entry(split(folder).0).or_default().push((folder, state));
            }
        }
        let sorts = |(parent, folders): &(&str, Vec<(&str, State)>)| {
            let decided: BTreeSet<State> =
                folders.iter().map(|(_, state)| *state).filter(|state| *state != State::Draft).collect();
            decided.len() > 1
                && decided.iter().any(|state| *state == State::Accepted || *state == State::Rejected)
                || name::effective_strength(parent, root_name) > Strength::None
        };
        let sorting = beside.into_iter().filter(sorts);
        StateFolders(sorting.flat_map(|(_, folders)| folders).map(|(folder, _)| folder).collect())
    }

    /// True for such a folder, and for the years below one.
    pub fn holds(&self, folder: &str) -> bool {
        name::state_above_years(folder).is_some_and(|(folder, _)| self.0.contains(folder))
    }
}

/// A folder and the folders it lies in, innermost first, the root (empty) last.
pub fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| (!folder.is_empty()).then(|| split(folder).0))
}
