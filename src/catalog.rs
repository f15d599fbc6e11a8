//! Site → [`Catalog`]: the records by every other order that pages need (state, tag, person, year,
//! week), and the addresses of those pages. Computed once, linear in the records; holds no page.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use crate::memo::Memo;
use crate::record::{Event, Person, Role, State};
use crate::site::address::{folder, safe};
use crate::site::{Entry, Ix, Site};
use crate::timeline::{self, Week};
use crate::view::parts::{SharedRow, web};

/// Records of a list page; longer lists are split, so that no page grows with the site.
pub const PAGE_LENGTH: usize = 1000;

/// The site's records in the orders that pages need.
pub struct Catalog {
    /// The site.
    pub site: Arc<Site>,
    /// Records by collection, in the order of [`Site::collections`]; within one in the site's order.
    pub members: Vec<Vec<Ix>>,
    /// Records by state.
    pub states: BTreeMap<State, Vec<Ix>>,
    /// Facets by name, each with its tags.
    pub facets: Arc<Vec<Facet>>,
    /// Everybody whom a record names, by name.
    pub people: Arc<Vec<Somebody>>,
    /// What happened, by year, as readers want it told; within a year oldest first.
    pub years: Arc<Years>,
    /// Status changes by week, newest first.
    pub weeks: Arc<Vec<Week>>,
    /// The records' rows in tables, as far as a page has needed them.
    pub rows: Vec<OnceLock<SharedRow>>,
    tag_at: Arc<TagIndex>,
    person_at: Arc<PersonIndex>,
}

/// A facet of tags: `tags`, `area`.
pub struct Facet {
    /// Its name.
    pub name: String,
    /// Its tags, by name.
    pub tags: Vec<Tag>,
}

/// A tag.
pub struct Tag {
    /// As most records write it.
    pub name: String,
    /// Address without its extension: `tags/area/networking`.
    pub stem: String,
    /// Records that have it, in the site's order.
    pub records: Vec<Ix>,
}

/// A person.
pub struct Somebody {
    /// Name, or `@handle`.
    pub name: String,
    /// Account name.
    pub handle: Option<String>,
    /// Home page.
    pub url: Option<String>,
    /// Mail address; publishing it is the site's choice.
    pub mail: Option<String>,
    /// Page: `people/grace-hopper.html`.
    pub path: String,
    /// Records by part, in the site's order.
    pub roles: BTreeMap<Role, Vec<Ix>>,
}

/// What [`catalog`] keeps for the next time.
#[derive(Default)]
pub struct Memory {
    tags: OfSite<(Arc<Vec<Facet>>, Arc<TagIndex>)>,
    people: OfSite<(Arc<Vec<Somebody>>, Arc<PersonIndex>)>,
    years: OfSite<Arc<Years>>,
    weeks: OfSite<Arc<Vec<Week>>>,
}

/// A value that is made from a site, and what of it counts.
type OfSite<T> = Memo<Arc<Site>, T>;

/// What happened, by year.
pub type Years = BTreeMap<i16, Vec<(Ix, Event)>>;

type PersonIndex = HashMap<Key, usize>;

/// True where both sites have as many records, and `same` holds for each pair of them.
fn alike(before: &Site, now: &Site, same: impl Fn(&Entry, &Entry) -> bool) -> bool {
    before.entries.len() == now.entries.len()
        && before.entries.iter().zip(&now.entries).all(|(a, b)| same(a, b))
}

/// Puts the records in every order.
pub fn catalog(site: Arc<Site>, memory: &mut Memory) -> Catalog {
    let mut members = vec![Vec::new(); site.collections.len()];
    let mut states: BTreeMap<State, Vec<Ix>> = BTreeMap::new();
    for (ix, entry) in site.entries.iter().enumerate() {
        if let Some(members) = members.get_mut(entry.collection) {
            members.push(ix);
        }
        states.entry(entry.record.status.state).or_default().push(ix);
    }
    let is_one = |a: &Entry, b: &Entry| Arc::ptr_eq(&a.record, &b.record);
    let same_tags = |a: &Entry, b: &Entry| is_one(a, b) || a.record.tags == b.record.tags;
    let same_people = |a: &Entry, b: &Entry| is_one(a, b) || a.record.people == b.record.people;
    let same_events = |a: &Site, b: &Site| a.today == b.today && alike(a, b, |a, b| a.events == b.events);
    let (facets, tag_at) = memory.tags.get(
        Arc::clone(&site),
        |a, b| alike(a, b, same_tags),
        |site| {
            let (facets, index) = facets(site);
            (Arc::new(facets), Arc::new(index))
        },
    );
    let (people, person_at) = memory.people.get(
        Arc::clone(&site),
        |a, b| alike(a, b, same_people),
        |site| {
            let (people, index) = people(site);
            (Arc::new(people), Arc::new(index))
        },
    );
    let years = memory.years.get(
        Arc::clone(&site),
        |a, b| same_events(a, b),
        |site| Arc::new(timeline::by_year(site)),
    );
    let weeks = memory.weeks.get(
        Arc::clone(&site),
        |a, b| same_events(a, b),
        |site| Arc::new(timeline::changes(site)),
    );
    let rows = vec![OnceLock::new(); site.entries.len()];
    Catalog { members, states, facets, people, years, weeks, rows, tag_at, person_at, site }
}

impl Catalog {
    /// The tag that a record writes as `tag` under `facet`.
    pub fn tag(&self, facet: &str, tag: &str) -> Option<&Tag> {
        let (facet, tag) = self.tag_at.get(&(facet.to_owned(), fold(tag)))?;
        self.facets.get(*facet)?.tags.get(*tag)
    }

    /// The person whom a record names so.
    pub fn person(&self, person: &Person) -> Option<&Somebody> {
        self.people.get(*self.person_at.get(&Key::of(person)?)?)
    }

    /// The site's absolute address with a slash at the end, where it is known.
    pub fn base_url(&self) -> Option<String> {
        let url = web(self.site.config.site.base_url.as_deref()?)?;
        url.starts_with("http").then(|| format!("{}/", url.trim_end_matches('/')))
    }

    /// Folder of a collection's pages: `rfc`.
    pub fn folder(&self, collection: usize) -> String {
        self.site.collections.get(collection).map(|collection| folder(&collection.key)).unwrap_or_default()
    }
}

/// How many pages a list of this length takes; an empty one takes one.
pub fn pages_of(length: usize) -> usize {
    length.div_ceil(PAGE_LENGTH).max(1)
}

/// The items of one page (1-based).
pub fn page_of<T>(items: &[T], page: usize) -> &[T] {
    let start = page.saturating_sub(1).saturating_mul(PAGE_LENGTH).min(items.len());
    &items[start..items.len().min(start + PAGE_LENGTH)]
}

type TagIndex = HashMap<(String, String), (usize, usize)>;

fn facets(site: &Site) -> (Vec<Facet>, TagIndex) {
    #[derive(Default)]
    struct Seen {
        spellings: BTreeMap<String, usize>,
        records: Vec<Ix>,
    }
    let mut seen: BTreeMap<&str, BTreeMap<String, Seen>> = BTreeMap::new();
    for (ix, entry) in site.entries.iter().enumerate() {
        for (facet, tags) in &entry.record.tags {
            let facet = seen.entry(facet).or_default();
            for tag in tags {
                let tag_seen = facet.entry(fold(tag)).or_default();
                *tag_seen.spellings.entry(tag.trim().to_owned()).or_default() += 1;
                if tag_seen.records.last() != Some(&ix) {
                    tag_seen.records.push(ix);
                }
            }
        }
    }
    let mut names = Names::default();
    let mut index = HashMap::new();
    let mut facets = Vec::with_capacity(seen.len());
    for (at, (facet, tags)) in seen.into_iter().enumerate() {
        let folder = names.take("tags", facet);
        let mut within = Names::default();
        let mut list = Vec::with_capacity(tags.len());
        for (folded, tag) in tags {
            index.insert((facet.to_owned(), folded), (at, list.len()));
            let name = most_used(tag.spellings);
            list.push(Tag { stem: within.take(&folder, &name), name, records: tag.records });
        }
        facets.push(Facet { name: facet.to_owned(), tags: list });
    }
    (facets, index)
}

/// What makes two mentions the same person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Key {
    Handle(String),
    Name(String),
    Mail(String),
}

impl Key {
    fn of(person: &Person) -> Option<Key> {
        let some = |text: &Option<String>| text.as_deref().map(fold).filter(|text| !text.is_empty());
        None.or_else(|| some(&person.handle).map(Key::Handle))
            .or_else(|| some(&person.name).map(Key::Name))
            .or_else(|| some(&person.mail).map(Key::Mail))
    }
}

/// Everybody, once. A name without a handle is the person with that name and a handle, where records
/// agree on one; where two handles share a name, it stays a person of its own: better two pages than
/// somebody else's decisions.
fn people(site: &Site) -> (Vec<Somebody>, HashMap<Key, usize>) {
    let named = || site.entries.iter().flat_map(|entry| entry.record.people.values().flatten());
    let mut handles: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for person in named() {
        if let (Some(name), Some(handle)) = (&person.name, &person.handle) {
            handles.entry(fold(name)).or_default().insert(fold(handle));
        }
    }
    let same = |key: Key| match &key {
        Key::Name(name) => match handles.get(name) {
            Some(handles) if handles.len() == 1 => handles.first().cloned().map_or(key, Key::Handle),
            _ => key,
        },
        _ => key,
    };

    #[derive(Default)]
    struct Seen {
        names: BTreeMap<String, usize>,
        handle: Option<String>,
        url: Option<String>,
        mail: Option<String>,
        roles: BTreeMap<Role, Vec<Ix>>,
    }
    let mut seen: BTreeMap<Key, Seen> = BTreeMap::new();
    for (ix, entry) in site.entries.iter().enumerate() {
        for (role, people) in &entry.record.people {
            for person in people {
                let Some(key) = Key::of(person).map(same) else { continue };
                let somebody = seen.entry(key).or_default();
                if let Some(name) = &person.name {
                    *somebody.names.entry(name.trim().to_owned()).or_default() += 1;
                }
                somebody.handle = somebody.handle.take().or_else(|| person.handle.clone());
                somebody.url = somebody.url.take().or_else(|| person.url.clone());
                somebody.mail = somebody.mail.take().or_else(|| person.mail.clone());
                let records = somebody.roles.entry(*role).or_default();
                if records.last() != Some(&ix) {
                    records.push(ix);
                }
            }
        }
    }

    let mut all: Vec<(Key, Somebody)> = seen
        .into_iter()
        .map(|(key, Seen { names, handle, url, mail, roles })| {
            let name = match (names.is_empty(), &handle, &mail) {
                (false, ..) => most_used(names),
                (true, Some(handle), _) => format!("@{handle}"),
                // What stands before the `@` tells people apart without giving their address away.
                (true, None, mail) => {
                    mail.as_deref().and_then(|mail| mail.split('@').next()).unwrap_or("?").to_owned()
                }
            };
            (key, Somebody { name, handle, url, mail, path: String::new(), roles })
        })
        .collect();
    all.sort_by_cached_key(|(key, person)| (fold(person.name.trim_start_matches('@')), key.clone()));
    let mut names = Names::default();
    let mut index = HashMap::new();
    let mut list = Vec::with_capacity(all.len());
    for (key, mut person) in all {
        person.path = format!("{}.html", names.take("people", person.name.trim_start_matches('@')));
        index.insert(key, list.len());
        list.push(person);
    }
    for (name, handles) in &handles {
        if let Some(at) = handles.first().and_then(|handle| index.get(&Key::Handle(handle.clone())).copied())
            && handles.len() == 1
        {
            index.insert(Key::Name(name.clone()), at);
        }
    }
    (list, index)
}

/// Letter case and space do not make another tag or person.
fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The most frequent spelling; of equals the first in the alphabet.
fn most_used(spellings: BTreeMap<String, usize>) -> String {
    let best = spellings.into_iter().max_by(|(a, m), (b, n)| m.cmp(n).then_with(|| b.cmp(a)));
    best.map(|(spelling, _)| spelling).unwrap_or_default()
}

/// Gives out addresses below a folder: lower case, each once.
#[derive(Default)]
struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    fn take(&mut self, folder: &str, text: &str) -> String {
        let wanted = safe(text).to_lowercase();
        let wanted = if wanted == "index" { "index-".to_owned() } else { wanted };
        let mut name = wanted.clone();
        let mut next = 2;
        while !self.taken.insert(name.clone()) {
            name = format!("{wanted}-{next}");
            next += 1;
        }
        format!("{folder}/{name}")
    }
}
