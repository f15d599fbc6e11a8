//! Which addresses may stand in a page. The one place that decides it, for markdown and raw HTML alike.

/// Schemes that cannot run anything in the page.
pub const SCHEMES: [&str; 8] = ["http", "https", "mailto", "tel", "ftp", "xmpp", "irc", "ircs"];

/// Whether an address may be written into a page: relative, or with one of the [`SCHEMES`]. White space and
/// control characters, which browsers ignore before and within a scheme, do not hide one.
pub fn is_safe(url: &str) -> bool {
    scheme(url).is_none_or(|scheme| SCHEMES.contains(&scheme.as_str()))
}

/// The scheme in lower case; `None` for a relative address.
pub fn scheme(url: &str) -> Option<String> {
    let mut scheme = String::new();
    for char in url.chars().filter(|char| !char.is_whitespace() && !char.is_control()) {
        match char {
            ':' if !scheme.is_empty() => return Some(scheme),
            'a'..='z' | 'A'..='Z' => scheme.push(char.to_ascii_lowercase()),
            '0'..='9' | '+' | '-' | '.' if !scheme.is_empty() => scheme.push(char),
            // Nothing else can stand in a scheme (RFC 3986, 3.1): a colon that follows is part of a path.
            _ => return None,
        }
        if scheme.len() > 64 {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_schemes() {
        for url in [
            "a.md",
            "/a:b",
            "#a:b",
            "?a:b",
            "https://e.org",
            "MAILTO:a@e.org",
            "//e.org/x",
            ":x",
            "[a]:b",
            "",
        ] {
            assert!(is_safe(url), "{url:?}");
        }
        for url in [
            "javascript:alert(1)",
            " JavaScript:x",
            "\tjava\nscript\u{1}:x",
            "data:text/html,x",
            "vbscript:x",
            "Foo::Bar",
            "c:\\x",
        ] {
            assert!(!is_safe(url), "{url:?}");
        }
        assert!(!is_safe(&format!("{}:x", "a".repeat(60))));
    }
}
