//! The destination of a link as text: its scheme, whether it is a domain, its fragment. Knows no site.

use percent_encoding::percent_decode_str;

/// Schemes that run something or open the reader's own files.
pub const UNSAFE_SCHEMES: [&str; 6] = ["blob", "data", "file", "filesystem", "javascript", "vbscript"];

/// The scheme of an address, `http` and `https` in lower case; `None` for paths.
pub fn scheme(destination: &str) -> Option<&str> {
    // RFC 3986, section 3.1.
    let (scheme, _) = destination.split_once(':')?;
    let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    valid.then_some(match scheme {
        "HTTP" | "Http" => "http",
        "HTTPS" | "Https" => "https",
        scheme => scheme,
    })
}

/// True for `www.example.org/x`: an address on the web whose scheme was forgotten.
pub fn is_domain(destination: &str) -> bool {
    const ENDS: [&str; 10] = ["app", "com", "dev", "edu", "gov", "io", "k8s", "net", "org", "uk"];
    let host = destination.split(['/', '#', '?']).next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    let plain = labels
        .iter()
        .all(|label| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    labels.len() > 1 && plain && (labels[0] == "www" || labels.last().is_some_and(|end| ENDS.contains(end)))
}

/// An address with its `#fragment`, where there is one.
pub fn with_fragment(address: String, fragment: Option<&str>) -> String {
    match fragment {
        Some(fragment) if !fragment.is_empty() => format!("{address}#{fragment}"),
        _ => address,
    }
}

/// A path or fragment as it is called, percent-encoding undone.
pub fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_destinations_are() {
        let check = |text: &str, expected: Option<&str>, domain: bool| {
            assert_eq!((scheme(text), is_domain(text)), (expected, domain), "{text}");
        };
        check("HTTPS://example.org", Some("https"), false);
        check("mailto:a@example.org", Some("mailto"), false);
        check("www.example.org/x", None, true);
        check("0012-use-quic.md", None, false);
        check("a b:c", None, false);
    }
}
