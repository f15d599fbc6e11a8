//! People, and what each has a part in.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::home::latest_first;
use super::parts::*;
use crate::catalog::{Catalog, Somebody, page_of, pages_of};
use crate::record::Role;
use crate::site::Ix;

/// The index of all people.
#[derive(Debug, Clone, Serialize)]
pub struct PeopleView {
    /// By name.
    pub people: Vec<PersonCount>,
}

/// A person with the number of records.
#[derive(Debug, Clone, Serialize)]
pub struct PersonCount {
    /// The person; fields stand directly here.
    #[serde(flatten)]
    pub link: PersonLink,
    /// Records by part: `author` → 3; zeros left out.
    pub roles: BTreeMap<&'static str, usize>,
    /// Number of different records.
    pub count: usize,
}

/// The page of one person.
#[derive(Debug, Clone, Serialize)]
pub struct PersonView {
    /// The person; fields stand directly here.
    #[serde(flatten)]
    pub link: PersonLink,
    /// Home page or profile, as a record gives it.
    pub home: Option<String>,
    /// Records by part, those of this page.
    pub roles: Vec<PersonRole>,
    /// The pages of the list.
    pub pager: Pager,
}

/// The records in which a person has one part.
#[derive(Debug, Clone, Serialize)]
pub struct PersonRole {
    /// `author`.
    pub role: &'static str,
    /// `Author of`.
    pub title: &'static str,
    /// The records, latest first.
    pub rows: Vec<SharedRow>,
}

/// Roles with their name, the heading on a person's page, and the words for one and for several people.
pub const ROLES: [(Role, &str, &str, [&str; 2]); 5] = [
    (Role::Author, "author", "Author of", ["Author", "Authors"]),
    (Role::Decider, "decider", "Decider of", ["Decider", "Deciders"]),
    (Role::Reviewer, "reviewer", "Reviewer of", ["Reviewer", "Reviewers"]),
    (Role::Consulted, "consulted", "Consulted on", ["Consulted", "Consulted"]),
    (Role::Informed, "informed", "Informed of", ["Informed", "Informed"]),
];

/// Everybody.
pub fn people(catalog: &Catalog) -> PeopleView {
    let people = catalog.people.iter().map(|person| PersonCount {
        link: person_link(catalog, person),
        roles: ROLES
            .iter()
            .filter_map(|(role, name, ..)| Some((*name, person.roles.get(role)?.len())))
            .collect(),
        count: person.roles.values().flatten().collect::<BTreeSet<_>>().len(),
    });
    PeopleView { people: people.collect() }
}

/// How many pages a person's records take.
pub fn pages(person: &Somebody) -> usize {
    pages_of(person.roles.values().map(Vec::len).sum())
}

/// Address of one of a person's pages.
pub fn path(person: &Somebody, page: usize) -> String {
    leaf_path(person.path.strip_suffix(".html").unwrap_or(&person.path), page)
}

/// A page of one person, by the position in [`Catalog::people`].
pub fn person(catalog: &Catalog, at: usize, page: usize) -> PersonView {
    let person = &catalog.people[at];
    let all = ROLES.iter().flat_map(|role| {
        let mut records = person.roles.get(&role.0).cloned().unwrap_or_default();
        latest_first(catalog, &mut records);
        records.into_iter().map(move |ix| (role, ix))
    });
    let all: Vec<_> = all.collect();
    let roles = page_of(&all, page).chunk_by(|(one, _), (other, _)| one.0 == other.0).map(|part| {
        let records: Vec<Ix> = part.iter().map(|(_, ix)| *ix).collect();
        let (_, role, title, _) = part[0].0;
        PersonRole { role, title, rows: record_rows(catalog, &records) }
    });
    PersonView {
        link: person_link(catalog, person),
        home: person.url.as_deref().and_then(web),
        roles: roles.collect(),
        pager: numbered_pager(page, pages(person), |page| path(person, page)),
    }
}
