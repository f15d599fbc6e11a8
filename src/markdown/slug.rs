//! Heading ids by GitHub's rules, so that the in-page links people wrote for GitHub keep working.
//! Does not know markdown: it takes the plain text of a heading.

use std::collections::BTreeMap;

use unicode_general_category::{GeneralCategory, get_general_category};

/// Hands out ids that are unique within one body.
#[derive(Debug, Default)]
pub struct Slugger {
    /// Id → the last number that was appended to it.
    taken: BTreeMap<String, usize>,
}

impl Slugger {
    /// The id of the next heading with this plain text. A repeated id gets `-1`, `-2`, …; a text of
    /// punctuation only gets `section`, because an empty id is no id.
    pub fn id(&mut self, text: &str) -> String {
        let slug = slug(text);
        let base = if slug.is_empty() { "section".to_owned() } else { slug };
        self.unique(base)
    }

    /// `base` itself if it is free, else `base` with the next free number.
    pub fn unique(&mut self, base: String) -> String {
        let Some(mut last) = self.taken.get(&base).copied() else {
            self.taken.insert(base.clone(), 0);
            return base;
        };
        loop {
            last += 1;
            let id = format!("{base}-{last}");
            if !self.taken.contains_key(&id) {
                self.taken.insert(base, last);
                self.taken.insert(id.clone(), 0);
                return id;
            }
        }
    }
}

/// Lower case; letters, marks, decimal digits, connector punctuation and hyphens stay, a space becomes
/// a hyphen, all else goes (the rule of GitHub's table of contents filter, as `github-slugger` has it).
fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            ' ' => slug.push('-'),
            '-' | '_' | 'a'..='z' | '0'..='9' => slug.push(char),
            'A'..='Z' => slug.push(char.to_ascii_lowercase()),
            _ if char.is_ascii() => {}
            _ if is_word(char) => slug.extend(char.to_lowercase()),
            _ => {}
        }
    }
    slug
}

fn is_word(char: char) -> bool {
    use GeneralCategory::{ConnectorPunctuation, DecimalNumber, EnclosingMark, NonspacingMark, SpacingMark};
    char.is_alphabetic()
        || matches!(
            get_general_category(char),
            NonspacingMark | SpacingMark | EnclosingMark | DecimalNumber | ConnectorPunctuation
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn github_rules() {
        for (text, id) in [
            ("Use QUIC between regions", "use-quic-between-regions"),
            ("What's new? (v1.2)", "whats-new-v12"),
            ("snake_case & kebab-case", "snake_case--kebab-case"),
            ("Drivers ", "drivers-"),
            ("Größe ÄÖÜ", "größe-äöü"),
            ("日本語 見出し", "日本語-見出し"),
            ("x² ½ ①", "x--"),
            ("⚠️ Careful", "\u{fe0f}-careful"),
            ("e\u{301}tude", "e\u{301}tude"),
            ("!?", "section"),
        ] {
            assert_eq!(Slugger::default().id(text), id, "{text:?}");
        }
    }

    #[test]
    fn repeated_headings_are_numbered_around_taken_ids() {
        let mut slugger = Slugger::default();
        let ids: Vec<String> =
            ["Foo", "Foo 1", "Foo", "Foo", "foo"].iter().map(|text| slugger.id(text)).collect();
        assert_eq!(ids, ["foo", "foo-1", "foo-2", "foo-3", "foo-4"]);
    }
}
