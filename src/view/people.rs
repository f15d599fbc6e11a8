//! People, and what each has a part in.

use std::collections::BTreeSet;

use super::home::latest_first;
use super::parts::*;
use super::*;
use crate::catalog::Catalog;
use crate::record::Role;

/// Roles with their name, the heading on a person's page, and the words for one and for several people.
pub const ROLES: [(Role, &str, &str, [&str; 2]); 5] = [
    (Role::Author, "author", "Author of", ["Author", "Authors"]),
    (Role::Decider, "decider", "Decider of", ["Decider", "Deciders"]),
    (Role::Reviewer, "reviewer", "Reviewer of", ["Reviewer", "Reviewers"]),
    (Role::Consulted, "consulted", "Consulted on", ["Consulted", "Consulted"]),
    (Role::Informed, "informed", "Informed of", ["Informed", "Informed"]),
];

/// Everybody.
pub fn people(catalog: &Catalog<'_>) -> PeopleView {
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

/// One person, by the position in [`Catalog::people`].
pub fn person(catalog: &Catalog<'_>, at: usize) -> PersonView {
    let person = &catalog.people[at];
    let roles = ROLES.iter().filter_map(|(role, name, title, _)| {
        let mut records = person.roles.get(role)?.clone();
        latest_first(catalog, &mut records);
        Some(PersonRole { role: name, title, rows: record_rows(catalog, &records) })
    });
    PersonView {
        link: person_link(catalog, person),
        home: person.url.as_deref().and_then(web),
        roles: roles.collect(),
    }
}
