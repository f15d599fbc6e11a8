//! Reads lists of people: `Name <mail>`, `Name (@handle)`, `[Name](url)`, `@handle`, `Name, mail`,
//! separated by commas, semicolons, `&`, "and" or lines.

use super::entry::{Node, Value, means_nothing};
use super::{Person, inline};

/// The people a value names, in order.
pub fn read(node: &Node) -> Vec<Person> {
    let mut people = Vec::new();
    collect(node, &mut people);
    people
}

fn collect(node: &Node, people: &mut Vec<Person>) {
    match &node.value {
        Value::Empty => {}
        Value::Text(text) => people_of(text, people),
        Value::List(items) => items.iter().for_each(|item| collect(item, people)),
        // `authors: [{name: …, email: …}]`
        Value::Map(pairs) => {
            let field = |names: &[&str]| {
                let found = pairs.iter().find(|(key, _)| names.contains(&key.to_lowercase().as_str()));
                found.map(|(_, node)| node.to_text().trim().to_owned()).filter(|text| !text.is_empty())
            };
            let person = Person {
                name: field(&["name", "title", "fullname"]),
                handle: field(&["github", "handle", "login", "username"])
                    .map(|text| text.trim_start_matches('@').to_owned()),
                mail: field(&["email", "mail"]),
                url: field(&["url", "link", "website"]),
            };
            match person == Person::default() {
                true => people_of(&node.to_text(), people),
                false => people.push(person),
            }
        }
    }
}

fn people_of(text: &str, people: &mut Vec<Person>) {
    let first = people.len();
    for part in split(text) {
        let Some(person) = person(part) else { continue };
        // "Ada, ada@example.org": an address alone belongs to the name before it.
        let only_mail = person.name.is_none() && person.handle.is_none() && person.mail.is_some();
        if only_mail
            && let Some(last) = people.get_mut(first..).and_then(<[Person]>::last_mut)
            && last.mail.is_none()
            && last.name.is_some()
        {
            last.mail = person.mail;
            continue;
        }
        people.push(person);
    }
}

/// Splits at separators outside brackets.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut depth = 0i32;
    let mut start = 0;
    let mut skip_to = 0;
    for (at, c) in text.char_indices() {
        if at < skip_to {
            continue;
        }
        let rest = &text[at..];
        match c {
            '(' | '[' | '<' | '{' => depth += 1,
            ')' | ']' | '>' | '}' => {
                depth = (depth - 1).max(0);
                // "Ada <ada@example.org> Grace <…>": an address ends a person.
                let after = rest[1..].trim_start();
                let another = after.len() + 1 < rest.len() && after.starts_with(char::is_uppercase);
                if c == '>' && depth == 0 && another && after.contains('<') {
                    parts.push(&text[start..=at]);
                    start = at + 1;
                }
            }
            _ if depth > 0 => {}
            ',' | ';' | '\n' | '、' | '，' | '·' | '|' => {
                parts.push(&text[start..at]);
                start = at + c.len_utf8();
            }
            ' ' => {
                let separator = [" and ", " & ", " und ", " et ", " y ", " + ", " / "]
                    .iter()
                    .find(|word| rest.starts_with(*word));
                if let Some(word) = separator.filter(|_| !rest.to_ascii_lowercase().starts_with(" et al")) {
                    parts.push(&text[start..at]);
                    start = at + word.len();
                    skip_to = start;
                }
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn person(text: &str) -> Option<Person> {
    let text = text.trim().trim_start_matches("and ").trim();
    if means_nothing(text)
        || text.eq_ignore_ascii_case("et al")
        || text.eq_ignore_ascii_case("et al.")
        || is_placeholder(text)
    {
        return None;
    }
    let mut person = Person::default();
    let mut name = String::new();
    let links = inline::links(text);
    if let Some(link) = links.first() {
        set_url(&mut person, &link.url);
    }
    // Brackets after the name hold a handle, an address or a remark; a link's label is the name.
    let shown = strip_destinations(text);
    let mut rest = shown.as_str();
    while let Some(open) = rest.find(['(', '<']) {
        name.push_str(&rest[..open]);
        let close = if rest.as_bytes()[open] == b'(' { ')' } else { '>' };
        let Some(end) = rest[open..].find(close) else {
            rest = &rest[open + 1..];
            break;
        };
        take(&mut person, rest[open + 1..open + end].trim());
        name.push(' ');
        rest = &rest[open + end + 1..];
    }
    name.push_str(rest);
    let mut words = Vec::new();
    for word in inline::plain(&name).split_whitespace() {
        match word {
            _ if word.starts_with('@') || word.contains('@') || word.contains("://") => {
                take(&mut person, word)
            }
            "-" | "–" | "—" => {}
            _ => words.push(word.to_owned()),
        }
    }
    let name = words.join(" ");
    let name = name.trim_matches(|c: char| {
        c.is_whitespace() || ",;:\"'".contains(c) || (c == '.' && !name.contains(' '))
    });
    if !name.is_empty() && !means_nothing(name) {
        person.name = Some(name.to_owned());
    }
    (person != Person::default()).then_some(person)
}

/// Template text: `<a list of …>`, `{list everyone involved}`, `[names]`.
fn is_placeholder(text: &str) -> bool {
    let bracketed = [('{', '}'), ('<', '>'), ('[', ']')]
        .iter()
        .any(|(open, close)| text.starts_with(*open) && text.ends_with(*close));
    bracketed && !text.contains('@') && !text.contains("://") && text.split_whitespace().count() > 2
}

fn take(person: &mut Person, text: &str) {
    let text = text.trim_matches(|c: char| c.is_whitespace() || ",;\"'".contains(c));
    if let Some(handle) = text.strip_prefix('@') {
        person.handle.get_or_insert_with(|| handle.trim_end_matches(['.', ':']).to_owned());
    } else if text.contains("://") {
        set_url(person, text);
    } else if text.contains('@') && !text.contains(' ') {
        person.mail.get_or_insert_with(|| text.trim_start_matches("mailto:").to_owned());
    }
}

/// A profile on a forge gives a handle as well: the only segment of its path.
fn set_url(person: &mut Person, url: &str) {
    if let Some(mail) = url.strip_prefix("mailto:") {
        person.mail.get_or_insert_with(|| mail.to_owned());
        return;
    }
    if !url.contains("://") {
        return;
    }
    person.url.get_or_insert_with(|| url.to_owned());
    let host_and_path = url.split("://").nth(1).unwrap_or_default().trim_end_matches('/');
    if let Some((host, path)) = host_and_path.split_once('/')
        && (host.starts_with("github.")
            || host.starts_with("www.github.")
            || host.starts_with("gitlab.")
            || host.starts_with("codeberg."))
        && !path.contains(['/', '?', '#'])
        && !path.is_empty()
    {
        person.handle.get_or_insert_with(|| path.trim_start_matches('@').to_owned());
    }
}

/// `[Name](url)` → `Name`, `[@gh](url)` → `@gh`; other brackets stay.
fn strip_destinations(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for link in inline::links(text) {
        if link.span.start < at {
            continue;
        }
        out.push_str(text.get(at..link.span.start).unwrap_or_default());
        if link.label != link.url {
            out.push_str(&link.label);
        }
        at = link.span.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        let check = |text: &str, expected: &[[&str; 3]]| {
            let people = read(&Node::text(text, 0..text.len()));
            let found = people
                .iter()
                .map(|person| {
                    [&person.name, &person.handle, &person.mail].map(|field| field.as_deref().unwrap_or(""))
                })
                .collect::<Vec<_>>();
            assert_eq!(found, expected, "{text}");
        };
        check(
            "Ada L (@ada), Grace H <g@example.org>",
            &[["Ada L", "ada", ""], ["Grace H", "", "g@example.org"]],
        );
        check("Ada L <@ada>", &[["Ada L", "ada", ""]]);
        check(
            "[Ada L](https://github.com/ada), [Grace](https://example.org)",
            &[["Ada L", "ada", ""], ["Grace", "", ""]],
        );
        check("@ada and @grace", &[["", "ada", ""], ["", "grace", ""]]);
        check("[@ada](https://github.com/ada)", &[["", "ada", ""]]);
        check("Ada L, ada@example.org; Grace", &[["Ada L", "", "ada@example.org"], ["Grace", "", ""]]);
        check("Ada & Grace, et al.", &[["Ada", "", ""], ["Grace", "", ""]]);
        check("Ada L (Acme, Inc.), Grace", &[["Ada L", "", ""], ["Grace", "", ""]]);
        check("Ada (https://github.com/ada)", &[["Ada", "ada", ""]]);
        check("N/A", &[]);
        check("{list everyone involved in the decision}", &[]);
        check("**Ada Lovelace Jr.**", &[["Ada Lovelace Jr.", "", ""]]);
    }
}
