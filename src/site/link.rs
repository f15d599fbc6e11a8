//! Where each link of a record leads: to a record, an anchor, a copied file, the web, or nowhere. What
//! leads nowhere is said; what is repaired (a missing `.md`, another case) is said too. Reads no file and
//! reaches no network: a web address is taken as it is.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::address::{self, Placed};
use super::asset::{self, is_active, is_copied};
use super::destination::{UNSAFE_SCHEMES, decode, is_domain, scheme, with_fragment};
use super::forge::{Location, Repository, is_commit};
use super::names::{Named, Names};
use super::suggest::{self, Suggestions};
use super::tree::{Tree, below, join, normalise, parent, relative};
use super::{Backlink, Chooser, Entry, Ix, Target};
use crate::collection::Found;
use crate::diagnostic::{self, Diagnostic, Place};
use crate::markdown::{Link, Mention};
use crate::record::Record;
use crate::source::Inputs;

/// What looking up a record's links takes.
pub struct Resolver<'a> {
    inputs: &'a Inputs,
    tree: &'a Tree<'a>,
    found: &'a Found,
    entries: &'a [Entry],
    choosers: HashMap<(usize, String), &'a Chooser>,
    repository: Option<&'a Repository>,
    /// Path of the root inside its repository.
    prefix: &'a str,
    names: &'a Names,
    pages: &'a HashMap<String, Ix>,
    drafts: HashSet<&'a str>,
    /// Folder of a collection → its index.
    homes: HashMap<&'a str, usize>,
    /// Ids of headings and anchors, gathered for a record when a link first names one of it.
    anchors: Vec<OnceLock<HashSet<&'a str>>>,
    suggestions: &'a OnceLock<Suggestions>,
}

/// What one record's links came to.
#[derive(Default)]
pub struct Resolved {
    /// By the byte offset where the link or mention starts.
    pub targets: Arc<BTreeMap<usize, Target>>,
    /// Cited records.
    pub cited: Arc<BTreeSet<Ix>>,
    /// The same, with the citations.
    pub cites: Vec<(Ix, Backlink)>,
    /// Output path → path relative to the root.
    pub assets: BTreeMap<String, String>,
    /// Links that lead nowhere.
    pub diagnostics: Vec<Diagnostic>,
}

/// Where a link leads, and what is wrong with it all the same.
struct Led {
    target: Target,
    problem: Option<Diagnostic>,
}

impl Led {
    fn to(target: Target) -> Led {
        Led { target, problem: None }
    }

    fn nowhere(problem: Diagnostic) -> Led {
        Led { target: Target::Broken, problem: Some(problem) }
    }
}

/// What a relation's text names.
pub enum Referent {
    /// These records.
    Records(Vec<Ix>),
    /// Something elsewhere on the web.
    Web(String),
    /// Several records under one name.
    Ambiguous(Vec<Ix>),
    /// A draft that is not published.
    Draft,
    /// A file or folder that is no record; with its address on the web, where that is known.
    File(Option<String>),
    /// Nothing that is here; with the path of what it may mean.
    Unknown(Option<String>),
}

/// True where a link or mention of the record may name an anchor, so that where it leads depends on the headings
/// of records.
pub fn names_anchors(record: &Record) -> bool {
    let links = record.scan.links.iter().map(|link| &link.destination);
    links.chain(record.scan.mentions.iter().map(|mention| &mention.target)).any(|text| text.contains('#'))
}

/// True where both records have the same anchors.
pub fn has_same_anchors(before: &Record, now: &Record) -> bool {
    let ids = |record: &Record| -> Vec<String> {
        record.scan.headings.iter().map(|heading| heading.id.clone()).collect()
    };
    before.scan.anchors == now.scan.anchors && ids(before) == ids(now)
}

/// Everything that a link can lead to.
pub struct World<'a> {
    /// The files.
    pub inputs: &'a Inputs,
    /// The same, as links see them.
    pub tree: &'a Tree<'a>,
    /// The collections, and what is not a record.
    pub found: &'a Found,
    /// What people call the records.
    pub names: &'a Names,
    /// What to suggest where nothing is; put together when the first link misses.
    pub suggestions: &'a OnceLock<Suggestions>,
    /// The records in their places.
    pub entries: &'a [Entry],
    /// Where they stand.
    pub placed: &'a Placed,
    /// Drafts that are not published.
    pub drafts: &'a [Arc<Record>],
    /// Where it all lives on the web.
    pub repository: Option<&'a Repository>,
    /// Path of the root inside its repository.
    pub prefix: &'a str,
}

impl<'a> Resolver<'a> {
    /// Indexes everything once.
    pub fn new(world: World<'a>) -> Resolver<'a> {
        let World { inputs, tree, found, names, suggestions, entries, placed, drafts, repository, prefix } =
            world;
        Resolver {
            inputs,
            tree,
            found,
            entries,
            choosers: placed
                .choosers
                .iter()
                .map(|chooser| ((chooser.collection, address::normal_number(&chooser.number)), chooser))
                .collect(),
            repository,
            prefix,
            names,
            pages: &placed.by_source,
            drafts: drafts.iter().map(|draft| draft.source.as_str()).collect(),
            homes: found.collections.iter().enumerate().map(|(at, home)| (home.path.as_str(), at)).collect(),
            anchors: entries.iter().map(|_| OnceLock::new()).collect(),
            suggestions,
        }
    }

    fn suggestions(&self) -> &'a Suggestions {
        self.suggestions.get_or_init(|| Suggestions::new(self.inputs, self.entries))
    }

    /// Looks up every link and mention of a record.
    pub fn resolve(&self, ix: Ix) -> Resolved {
        let (mut resolved, mut targets) = (Resolved::default(), BTreeMap::new());
        let record = &self.entries[ix].record;
        for link in &record.scan.links {
            let led = self.link(ix, link, &mut resolved.assets);
            self.cite(ix, &led.target, &link.sentence, &link.span, &mut resolved);
            resolved.diagnostics.extend(led.problem);
            targets.insert(link.span.start, led.target);
        }
        for mention in &record.scan.mentions {
            let Some(led) = self.mention(ix, mention, &mut resolved.assets) else { continue };
            self.cite(ix, &led.target, &mention.sentence, &mention.span, &mut resolved);
            resolved.diagnostics.extend(led.problem);
            targets.insert(mention.span.start, led.target);
        }
        resolved.targets = Arc::new(targets);
        resolved.cited = Arc::new(resolved.cites.iter().map(|(cited, _)| *cited).collect());
        resolved
    }

    fn cite(&self, ix: Ix, target: &Target, sentence: &str, span: &Range<usize>, resolved: &mut Resolved) {
        let Target::Record(cited, _) = target else { return };
        let record = &self.entries[ix].record;
        // What the metadata says is shown as metadata and relations.
        let in_metadata = record.left_out.iter().any(|left_out| left_out.contains(&span.start));
        if *cited == ix || in_metadata {
            return;
        }
        let headings = &record.scan.headings;
        let before = headings.partition_point(|heading| heading.span.start <= span.start);
        // The first heading of level one is the title, and the title is the page.
        let under = headings[..before].last().filter(|heading| !(before == 1 && heading.level == 1));
        resolved.cites.push((
            *cited,
            Backlink {
                from: ix,
                sentence: sentence.to_owned(),
                anchor: under.map(|heading| heading.id.clone()),
            },
        ));
    }

    fn link(&self, ix: Ix, link: &Link, assets: &mut BTreeMap<String, String>) -> Led {
        let destination = link.destination.trim();
        if destination.is_empty() {
            return Led::nowhere(self.broken(
                ix,
                link,
                "give it a destination, or make it plain text".into(),
            ));
        }
        if destination.starts_with("//") {
            return self.web(ix, link, format!("https:{destination}"), assets);
        }
        match scheme(destination) {
            Some("http" | "https") => self.web(ix, link, destination.to_owned(), assets),
            Some(scheme) if UNSAFE_SCHEMES.contains(&scheme.to_lowercase().as_str()) => {
                Led::nowhere(diagnostic::unsafe_link(self.place(ix, &link.span), scheme))
            }
            Some(scheme)
                if scheme.len() > 1 && self.tree.file(&join(self.folder(ix), destination)).is_none() =>
            {
                Led::to(Target::Web(destination.to_owned()))
            }
            _ => self.path(ix, link, destination, assets),
        }
    }

    /// A link relative to the record, or to the top of the repository where it starts with `/`.
    fn path(&self, ix: Ix, link: &Link, destination: &str, assets: &mut BTreeMap<String, String>) -> Led {
        let (path, fragment) = match destination.split_once('#') {
            Some((path, fragment)) => (path, Some(fragment)),
            None => (destination, None),
        };
        let path = path.split('?').next().unwrap_or(path);
        if path.is_empty() {
            return self.anchor(ix, link, fragment.unwrap_or(destination));
        }
        let written = decode(path);
        let rooted = written.starts_with('/');
        let folder = self.folder(ix);
        let lost = |help: Option<String>| {
            let place = self.place(ix, &link.span);
            Led::nowhere(match link.image {
                true => diagnostic::broken_image(place, destination, help),
                false => diagnostic::broken_link(place, destination, help),
            })
        };
        let candidates =
            [self.rooted(&written).filter(|_| rooted), normalise(folder, &written).filter(|_| !rooted)];
        let Some(path) = candidates.into_iter().flatten().next() else {
            return match self.outside(folder, &written) {
                Some(web) => Led::to(Target::Web(with_fragment(web, fragment))),
                None => lost(Some(
                    "it leads out of the folder that the site is built from: build from the top of the repository"
                        .to_owned(),
                )),
            };
        };
        if let Some(led) = self.at(ix, link, &path, fragment, assets) {
            return led;
        }
        // Nothing is at the path as written. What is meant all the same without a doubt is linked, and said.
        let repaired = self.repair(self.entries[ix].collection, folder, &path, &written, rooted);
        if let Some(file) = repaired
            && let Some(mut led) = self.at(ix, link, file, fragment, assets)
        {
            let better = with_fragment(relative(folder, file), fragment);
            let help = format!("write `{better}`: the page leads there already");
            led.problem = Some(match link.image {
                true => diagnostic::broken_image(self.place(ix, &link.span), destination, Some(help)),
                false => diagnostic::broken_link(self.place(ix, &link.span), destination, Some(help)),
            });
            return led;
        }
        lost(self.hint(folder, &path, destination))
    }

    /// Whatever lies at a path below the root.
    fn at(
        &self,
        ix: Ix,
        link: &Link,
        path: &str,
        fragment: Option<&str>,
        assets: &mut BTreeMap<String, String>,
    ) -> Option<Led> {
        if let Some(file) = self.tree.file(path) {
            return Some(self.file(ix, link, file, fragment, assets));
        }
        if !self.tree.is_folder(path) {
            return None;
        }
        if let Some(file) = self.tree.folder_page(path)
            && self.pages.contains_key(file)
        {
            return Some(self.file(ix, link, file, fragment, assets));
        }
        Some(Led::to(match self.homes.get(path) {
            Some(home) => Target::Page(address::collection(&self.found.collections[*home].key)),
            None => match self.repository.and_then(|repository| repository.folder(path)) {
                Some(web) => Target::Web(with_fragment(web, fragment)),
                None => Target::Unpublished(path.to_owned()),
            },
        }))
    }

    fn file(
        &self,
        ix: Ix,
        link: &Link,
        file: &str,
        fragment: Option<&str>,
        assets: &mut BTreeMap<String, String>,
    ) -> Led {
        if let Some(&page) = self.pages.get(file) {
            let Some(fragment) = fragment.filter(|fragment| !fragment.is_empty()) else {
                return Led::to(Target::Record(page, None));
            };
            let (id, problem) = self.id(ix, link, page, fragment);
            return Led { target: Target::Record(page, id), problem };
        }
        if self.drafts.contains(file) {
            return Led::to(Target::Unpublished(file.to_owned()));
        }
        // A collection's own index page does the work of the list that stands in the README.
        if let Some(home) = self.homes.get(parent(file))
            && !file.is_empty()
            && is_index(file)
        {
            return Led::to(Target::Page(address::collection(&self.found.collections[*home].key)));
        }
        let web = self.repository.and_then(|repository| repository.source(file));
        let copied = is_copied(file) || (web.is_none() && !is_active(file));
        Led::to(match web {
            _ if copied => {
                let output = asset::output(file);
                assets.insert(output.clone(), file.to_owned());
                Target::Asset(output)
            }
            Some(web) => Target::Web(with_fragment(web, fragment)),
            None => Target::Unpublished(file.to_owned()),
        })
    }

    /// A link to a heading of the same page.
    fn anchor(&self, ix: Ix, link: &Link, fragment: &str) -> Led {
        // HTML, "scroll to the fragment": the empty one and `top` are the top of every page.
        if fragment.is_empty() || fragment.eq_ignore_ascii_case("top") {
            return Led::to(Target::Anchor("top".to_owned()));
        }
        let (id, problem) = self.id(ix, link, ix, fragment);
        Led { target: id.map_or(Target::Broken, Target::Anchor), problem }
    }

    fn ids(&self, page: Ix) -> &HashSet<&'a str> {
        self.anchors[page].get_or_init(|| {
            let scan = &self.entries[page].record.scan;
            let ids = scan.headings.iter().map(|heading| heading.id.as_str());
            ids.chain(scan.anchors.iter().map(String::as_str)).collect()
        })
    }

    /// The id on `page` that a fragment means, and what is wrong with it.
    fn id(&self, ix: Ix, link: &Link, page: Ix, fragment: &str) -> (Option<String>, Option<Diagnostic>) {
        let ids = self.ids(page);
        let decoded = decode(fragment);
        let plain = decoded.strip_prefix("user-content-").unwrap_or(&decoded);
        // Ids of headings are lower case, and forges do not mind how a link to one is written.
        for id in [&decoded, fragment, plain, &plain.to_lowercase()] {
            if ids.contains(id) {
                return (Some(id.to_owned()), None);
            }
        }
        let record = &self.entries[page].record;
        let all = || {
            let headings = record.scan.headings.iter().map(|heading| heading.id.as_str());
            headings.chain(record.scan.anchors.iter().map(String::as_str))
        };
        let squeezed = suggest::squeeze(plain);
        let mut same = all().filter(|id| !squeezed.is_empty() && suggest::squeeze(id) == squeezed);
        let repaired = same.next().filter(|first| same.all(|other| other == *first)).map(str::to_owned);
        let help = match &repaired {
            Some(id) => Some(format!("write `#{id}`: the page leads there already")),
            None => suggest::anchor(all(), &decoded).map(|id| format!("did you mean `#{id}`?")),
        };
        let elsewhere = (page != ix).then_some(record.source.as_str());
        let problem = diagnostic::broken_anchor(self.place(ix, &link.span), &decoded, elsewhere, help);
        (repaired, Some(problem))
    }

    /// A web address; one of this very repository leads to what lies here.
    fn web(&self, ix: Ix, link: &Link, url: String, assets: &mut BTreeMap<String, String>) -> Led {
        match self.here(&url, ix, link) {
            Some((page, id, problem)) => Led { target: Target::Record(page, id), problem },
            None => Led::to(match self.shown_here(&url, link) {
                Some(Shown::Image(file)) => {
                    let output = asset::output(file);
                    assets.insert(output.clone(), file.to_owned());
                    Target::Asset(output)
                }
                Some(Shown::Collection(key)) => Target::Page(address::collection(key)),
                None => Target::Web(url),
            }),
        }
    }

    /// The record that an address of this repository names.
    fn here(&self, url: &str, ix: Ix, link: &Link) -> Option<(Ix, Option<String>, Option<Diagnostic>)> {
        let location = self.own(url)?;
        let (reference, page) = self.located(&location)?;
        let pinned = is_commit(reference);
        // An earlier version of the same text is what such a link is about.
        if pinned && page == ix {
            return None;
        }
        match location.fragment {
            None | Some("") => Some((page, None, None)),
            Some(fragment) => {
                let (id, problem) = self.id(ix, link, page, fragment);
                // Lines of the source (`#L12`), and headings of another version, are on the web alone.
                let lines = fragment
                    .strip_prefix('L')
                    .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
                match id {
                    None if pinned || lines => None,
                    id => Some((page, id, problem)),
                }
            }
        }
    }

    /// An image or a collection that an address of this repository names.
    fn shown_here(&self, url: &str, link: &Link) -> Option<Shown<'a>> {
        let location = self.own(url)?;
        location.splits().find_map(|(reference, path)| {
            let path = below(self.prefix, &path)?;
            match link.image {
                true => self.tree.file(path).filter(|file| is_copied(file)).map(Shown::Image),
                false if is_commit(reference) || path.is_empty() => None,
                false => {
                    let home = self.homes.get(path)?;
                    Some(Shown::Collection(&self.found.collections[*home].key))
                }
            }
        })
    }

    fn own<'u>(&self, url: &'u str) -> Option<Location<'u>> {
        let repository = self.repository?;
        let location = Location::parse(url)?;
        let known = std::iter::once(&repository.slug).chain(&repository.aliases);
        known.into_iter().any(|slug| slug.is(&location.slug)).then_some(location)
    }

    fn located<'u>(&self, location: &Location<'u>) -> Option<(&'u str, Ix)> {
        location.splits().find_map(|(reference, path)| {
            let path = below(self.prefix, &path)?;
            let path = normalise("", path)?;
            let file = self.tree.file(&path).or_else(|| self.tree.folder_page(&path))?;
            Some((reference, *self.pages.get(file)?))
        })
    }

    /// `ADR 12`, `[[use-quic]]`. `None` where it is only text.
    fn mention(&self, ix: Ix, mention: &Mention, assets: &mut BTreeMap<String, String>) -> Option<Led> {
        let own = self.entries[ix].collection;
        if mention.prefix.is_empty() {
            return self.wiki_link(ix, mention, assets);
        }
        match self.names.prefixed(own, &mention.prefix, &mention.target) {
            Named::One(page) if page == ix => None,
            Named::One(page) => Some(Led::to(Target::Record(page, None))),
            Named::Several(pages) => self.chooser(&pages),
            Named::Draft | Named::Nothing => None,
        }
    }

    /// The page of a number that all of these records share.
    fn chooser(&self, pages: &[Ix]) -> Option<Led> {
        let first = &self.entries[*pages.first()?];
        let number = address::normal_number(&first.record.number.as_ref()?.value);
        let chooser = self.choosers.get(&(first.collection, number))?;
        let is_shared = pages.iter().all(|page| chooser.entries.contains(page));
        is_shared.then(|| Led::to(Target::Page(chooser.address.clone())))
    }

    /// `[[use-quic]]`, `[[use-quic#Why]]`, `[[#Why]]`, `![[picture.png]]`.
    fn wiki_link(&self, ix: Ix, mention: &Mention, assets: &mut BTreeMap<String, String>) -> Option<Led> {
        let own = self.entries[ix].collection;
        let (name, fragment) = match mention.target.split_once('#') {
            Some((name, fragment)) => (name.trim(), Some(fragment)),
            None => (mention.target.as_str(), None),
        };
        let named = match name.is_empty() {
            true => Named::One(ix),
            false => self.names.named(own, name),
        };
        match named {
            Named::One(page) if page == ix && fragment.is_none() => None,
            Named::One(page) => {
                // A block (`#^a1b2c3`) has no place on a page.
                let heading = fragment.filter(|fragment| !fragment.starts_with('^'));
                let id = heading.and_then(|heading| self.heading(page, heading));
                let lost = heading.filter(|_| id.is_none());
                let problem = lost.map(|heading| {
                    let source = (page != ix).then_some(self.entries[page].record.source.as_str());
                    diagnostic::broken_anchor(self.place(ix, &mention.span), heading, source, None)
                });
                let target = match id {
                    Some(id) if page == ix => Target::Anchor(id),
                    id if page == ix => id.map_or(Target::Broken, Target::Anchor),
                    id => Target::Record(page, id),
                };
                Some(Led { target, problem })
            }
            Named::Several(pages) => self.chooser(&pages),
            Named::Draft => None,
            Named::Nothing => match self.note(ix, name) {
                Some(file) => Some(Led::to(self.published(file, assets))),
                None => self.missing_note(ix, mention, name),
            },
        }
    }

    /// The id of a heading by its text, or by the last of several (`Why#Cost`).
    fn heading(&self, page: Ix, heading: &str) -> Option<String> {
        /// Headings beyond these are found by their ids alone.
        const MOST: usize = 1000;
        let ids = self.ids(page);
        let decoded = decode(heading);
        if ids.contains(decoded.as_str()) {
            return Some(decoded);
        }
        let wanted = suggest::squeeze(decoded.rsplit('#').next().unwrap_or_default());
        let headings = &self.entries[page].record.scan.headings;
        let found = headings
            .iter()
            .take(MOST)
            .find(|known| !wanted.is_empty() && suggest::squeeze(&known.text) == wanted);
        found.map(|heading| heading.id.clone())
    }

    /// The file that a wiki link names: beside the record, from the root, or the only one of its name.
    fn note(&self, ix: Ix, name: &str) -> Option<&'a str> {
        let beside = normalise(self.folder(ix), name);
        let places = [beside, normalise("", name)];
        let found = places
            .iter()
            .flatten()
            .find_map(|path| self.tree.file(path).or_else(|| self.tree.file(&format!("{path}.md"))));
        found.or_else(|| self.suggestions().named(name))
    }

    /// Where a file that is no record stands on the site.
    fn published(&self, file: &str, assets: &mut BTreeMap<String, String>) -> Target {
        let web = self.repository.and_then(|repository| repository.source(file));
        if is_copied(file) {
            let output = asset::output(file);
            assets.insert(output.clone(), file.to_owned());
            return Target::Asset(output);
        }
        web.map_or_else(|| Target::Unpublished(file.to_owned()), Target::Web)
    }

    /// Double brackets stand for other things too. What is embedded was meant as a link, and so was a number of
    /// the series, what is nearly a name, and any note in a record whose other wiki links lead somewhere.
    fn missing_note(&self, ix: Ix, mention: &Mention, name: &str) -> Option<Led> {
        /// So many wiki links of a record show whether it has any.
        const ENOUGH: usize = 50;
        let own = self.entries[ix].collection;
        let own_number = super::names::split_prefix(name)
            .map_or(name.bytes().all(|byte| byte.is_ascii_digit()), |(prefix, _)| {
                self.names.collections(own, prefix).contains(&own)
            });
        let near = self.suggestions().path(name);
        let is_note = || {
            let scan = &self.entries[ix].record.scan;
            let mut wiki = scan.mentions.iter().filter(|mention| mention.prefix.is_empty()).take(ENOUGH);
            let is_name = name.starts_with(char::is_alphanumeric) && !name.contains(['"', '=', '$', '`']);
            is_name && wiki.any(|other| is_record(self.names, own, &other.target))
        };
        if !(own_number || mention.is_embed || near.is_some() || is_note()) {
            return None;
        }
        let place = self.place(ix, &mention.span);
        let help = near.map(|path| format!("did you mean `[[{}]]`?", address::stem(path)));
        Some(Led::nowhere(match mention.is_embed && is_copied(name) {
            true => diagnostic::broken_image(place, &mention.target, None),
            false => diagnostic::broken_link(place, &mention.target, help),
        }))
    }

    /// What the text of a relation in record `ix` names: a number, an id, a slug, a path, an address.
    pub fn referent(&self, ix: Ix, text: &str) -> Referent {
        let text = text.trim().trim_matches(['<', '>', '"', '\'', '`']).trim();
        if matches!(scheme(text), Some("http" | "https")) {
            let found = self.own(text).and_then(|location| self.located(&location));
            return match found {
                Some((_, page)) => Referent::Records(vec![page]),
                None => Referent::Web(text.to_owned()),
            };
        }
        // `0012-use-quic|the new one`, as wiki links have it.
        let text = text.split_once('|').map_or(text, |(name, _)| name.trim_end_matches('\\'));
        let path = decode(text.split(['#', '?']).next().unwrap_or(text));
        let is_path = path.contains('/') || path.ends_with(".md");
        let candidates = if is_path { self.candidates(ix, &path) } else { Vec::new() };
        for candidate in &candidates {
            let file = self.tree.file(candidate).or_else(|| self.tree.folder_page(candidate));
            let file = file.or_else(|| self.tree.file(&format!("{candidate}.md")));
            // A sidecar stands for its record.
            let page = file.and_then(|file| {
                self.pages.get(file).or_else(|| self.pages.get(self.tree.folder_page(parent(file))?))
            });
            if let Some(page) = page {
                return Referent::Records(vec![*page]);
            }
            if file.is_some_and(|file| self.drafts.contains(file)) {
                return Referent::Draft;
            }
        }
        let own = self.entries[ix].collection;
        match self.names.named(own, &path) {
            Named::One(page) => return Referent::Records(vec![page]),
            Named::Several(pages) => return Referent::Ambiguous(pages),
            Named::Draft => return Referent::Draft,
            Named::Nothing => {}
        }
        if let Some(found) = candidates.iter().find_map(|candidate| self.other_file(candidate)) {
            return found;
        }
        match self.page_elsewhere(own, &path) {
            Some(page) => Referent::Records(vec![page]),
            None => Referent::Unknown(self.suggestions().path(&path).map(str::to_owned)),
        }
    }

    /// Where a path of a relation may lead: from the record's folder, then from the root.
    fn candidates(&self, ix: Ix, path: &str) -> Vec<String> {
        let candidates = match path.starts_with('/') {
            true => [self.rooted(path), None],
            false => [normalise(self.folder(ix), path), normalise("", path)],
        };
        candidates.into_iter().flatten().collect()
    }

    fn other_file(&self, path: &str) -> Option<Referent> {
        let web = |repository: &Repository| match self.tree.file(path) {
            Some(file) => repository.source(file),
            None => repository.folder(path),
        };
        let is_here = !path.is_empty() && (self.tree.file(path).is_some() || self.tree.is_folder(path));
        is_here.then(|| Referent::File(self.repository.and_then(web)))
    }

    /// The record whose page another generator has at a path: `/decisions/0012-use-quic/`, `../rfc/use-quic.html`.
    /// Only the last part of such a path is of the record.
    fn page_elsewhere(&self, own: usize, path: &str) -> Option<Ix> {
        let (_, last) = path.trim_end_matches('/').rsplit_once('/')?;
        let name = last.strip_suffix(".html").or_else(|| last.strip_suffix(".md")).unwrap_or(last);
        let has_extension = name.contains('.');
        match self.names.named(own, name) {
            Named::One(page) if name.contains('-') && !has_extension => Some(page),
            _ => None,
        }
    }

    /// True where a text that names nothing was meant as the name of a record of this log: a number that its
    /// series could have, or a path that looks like those of its records. In running text, only a name that
    /// cannot be a word or the name of something else.
    pub fn looks_like_record(&self, ix: Ix, text: &str, near: Option<&str>, in_prose: bool) -> bool {
        let own = self.entries[ix].collection;
        let text = text.split(['#', '?', '|']).next().unwrap_or(text).trim();
        // What a pattern (`0004-*`) or a template (`{number}`) leaves is no name.
        if text.is_empty() || text.ends_with('-') || text.contains(['{', '}', '<', '>', '*', '$']) {
            return false;
        }
        if self.names.is_id(own, text) {
            return !in_prose || !text.bytes().all(|byte| byte.is_ascii_digit()) || text.starts_with('0');
        }
        if text.contains(' ') {
            return false;
        }
        let name = address::stem(text.trim_end_matches('/'));
        let extension =
            text.rsplit('/').next().and_then(|file| file.rsplit_once('.')).map(|(_, ending)| ending);
        if extension.is_some_and(|ending| !matches!(ending, "md" | "markdown" | "html")) {
            return false;
        }
        let is_path = text.contains('/');
        let is_near = near.is_some_and(|near| self.pages.contains_key(near));
        if is_path {
            let home = self.found.collections.get(own).map_or("", |home| home.path.as_str());
            let is_numbered = self.names.is_numbered_name(own, name);
            return is_near
                || self.candidates(ix, text).iter().any(|path| {
                    let is_within = !home.is_empty() && below(home, path).is_some();
                    let is_beside = || self.names.is_folder_of(own, parent(path));
                    is_numbered && (is_within || is_beside()) || extension.is_some() && is_beside()
                });
        }
        match in_prose {
            true => self.names.is_padded_name(own, name),
            false => {
                let is_slug = extension.is_some() || name.contains('-');
                is_near
                    || self.names.is_numbered_name(own, name)
                    || is_slug && self.names.has_plain_names(own)
            }
        }
    }

    /// Everything that was discovered.
    pub fn inputs(&self) -> &'a Inputs {
        self.inputs
    }

    fn place(&self, ix: Ix, span: &Range<usize>) -> Place {
        let source = &self.entries[ix].record.source;
        self.inputs.text(source).map_or_else(|| Place::file(source), |text| Place::span(text, span.clone()))
    }

    fn broken(&self, ix: Ix, link: &Link, help: String) -> Diagnostic {
        diagnostic::broken_link(self.place(ix, &link.span), &link.destination, Some(help))
    }

    fn folder(&self, ix: Ix) -> &'a str {
        parent(&self.entries[ix].record.source)
    }

    /// A path that starts with `/`: below the top of the repository, or, where the root is not its top and
    /// the author did not know, below the root.
    fn rooted(&self, path: &str) -> Option<String> {
        let path = normalise("", path)?;
        let inside = below(self.prefix, &path).map(str::to_owned);
        match inside {
            Some(inside) => Some(inside),
            None if self.tree.file(&path).is_some() || self.tree.is_folder(&path) => Some(path),
            None => None,
        }
    }

    /// The web address of a path that leaves the root but not its repository.
    fn outside(&self, folder: &str, path: &str) -> Option<String> {
        let repository = self.repository.filter(|_| !self.prefix.is_empty())?;
        let from_top = match path.starts_with('/') {
            true => normalise("", path)?,
            false => normalise(&join(self.prefix, folder), path)?,
        };
        Repository { prefix: String::new(), ..repository.clone() }.source(&from_top)
    }

    /// The file that a path means without a doubt, although nothing is there: the extension or the way
    /// from the root left out, another case, the address of another generator's page.
    fn repair(&self, own: usize, folder: &str, path: &str, written: &str, rooted: bool) -> Option<&'a str> {
        let bare = path.strip_suffix(".html").unwrap_or(path);
        let with_extension = self.tree.file(&format!("{bare}.md"));
        let from_root = || {
            let path = self.rooted(&format!("/{written}")).filter(|_| !rooted && !folder.is_empty())?;
            self.tree.file(&path).or_else(|| self.tree.folder_page(&path))
        };
        with_extension
            .or_else(from_root)
            .or_else(|| self.suggestions().folded(path))
            .or_else(|| self.suggestions().folded(&format!("{bare}.md")))
            .or_else(|| {
                let page = self.page_elsewhere(own, path)?;
                Some(self.entries[page].record.source.as_str())
            })
    }

    /// What the author may have meant, in words.
    fn hint(&self, folder: &str, path: &str, destination: &str) -> Option<String> {
        let unwrapped = destination.trim_matches(['(', ')', '[', ']', '<', '>']);
        if unwrapped != destination && scheme(unwrapped).is_some() {
            return Some(format!("write `{unwrapped}`, without the brackets"));
        }
        if is_domain(destination) {
            return Some(format!("write `https://{destination}`"));
        }
        let near = self.suggestions().path(path)?;
        Some(format!("did you mean `{}`?", relative(folder, near)))
    }
}

fn is_record(names: &Names, own: usize, wiki: &str) -> bool {
    let name = wiki.split('#').next().unwrap_or(wiki);
    matches!(names.named(own, name), Named::One(_))
}

/// What an address of this repository shows besides records.
enum Shown<'a> {
    Image(&'a str),
    Collection(&'a str),
}

fn is_index(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file).to_lowercase();
    name == "readme.md" || name == "index.md"
}
