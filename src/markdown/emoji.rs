//! Emoji by GitHub's names: `:tada:`. The names are those of the `emojis` crate.

use std::borrow::Cow;

/// The longest name is shorter than this.
const LONGEST: usize = 64;

/// Text with `:name:` as the emoji, where a name is one of GitHub's and stands apart from words: `a:b:c` and
/// `10:30:45` stay.
pub fn shown(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b':', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::new();
    let (mut written, mut at) = (0, 0);
    while let Some(step) = memchr::memchr(b':', &text.as_bytes()[at..]) {
        let start = at + step;
        let Some((emoji, end)) = named(text, start, written) else {
            at = start + 1;
            continue;
        };
        shown.push_str(&text[written..start]);
        shown.push_str(emoji);
        (written, at) = (end, end);
    }
    if written == 0 {
        return Cow::Borrowed(text);
    }
    shown.push_str(&text[written..]);
    Cow::Owned(shown)
}

/// The emoji whose name starts with the colon at `start`, and where the name ends. Up to `written`, the text is
/// emoji already.
fn named(text: &str, start: usize, written: usize) -> Option<(&'static str, usize)> {
    let is_word = |c: char| c.is_alphanumeric() || c == ':' || c == '_';
    let rest = &text[start + 1..];
    let name = rest
        .bytes()
        .take(LONGEST)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+'))
        .count();
    let end = start + 1 + name + 1;
    let apart = written == start && start > 0 || !text[..start].ends_with(is_word);
    let followed = text.get(end..)?;
    // `:a::b:` are two.
    let next = followed.starts_with(':')
        && followed[1..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '+');
    let is_closed = rest[name..].starts_with(':') && (next || !followed.starts_with(is_word));
    let emoji = emojis::get_by_shortcode(&rest[..name]).filter(|_| name > 0 && apart && is_closed)?;
    Some((emoji.as_str(), end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn text_without_names_stays(words in prop::collection::vec("[a-z:+_ é🎉-]{0,6}|:tada:|:+1:", 0..12)) {
            let text = words.concat();
            let shown = shown(&text);
            // What is not the name of an emoji is kept, in order.
            let mut rest = &*text;
            for c in shown.chars().filter(|c| c.is_ascii() || *c == 'é') {
                let at = rest.find(c);
                prop_assert!(at.is_some(), "{text:?} became {shown:?}");
                rest = &rest[at.unwrap_or_default() + c.len_utf8()..];
            }
            prop_assert_eq!(super::shown(&shown).into_owned(), shown.into_owned());
        }
    }

    #[test]
    fn names_of_emoji() {
        for (text, expected) in [
            (":tada: done", "🎉 done"),
            ("(:+1:), :-1:.", "(👍), 👎."),
            (":tada::rocket:", "🎉🚀"),
            ("Größe :white_check_mark:", "Größe ✅"),
            (":no_such_emoji:", ":no_such_emoji:"),
            ("10:30:45 a:b:c std::b::c", "10:30:45 a:b:c std::b::c"),
            ("x:100:y and :100:", "x:100:y and 💯"),
            ("::tada:: :tada", "::tada:: :tada"),
            (":", ":"),
            ("::", "::"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
