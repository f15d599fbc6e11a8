//! What a request asks for: request target and `Host` → [`Asked`]. Pure; looks nothing up, so no path it
//! could give leads anywhere but into the list of the site's own outputs.

use std::net::IpAddr;

use percent_encoding::percent_decode_str;

/// Where the preview's own addresses begin; no output path can, as `@` begins no address of a site.
pub const OWN: &str = "/@annals/";

/// Where the search answers as `annals search --json` does, unless the site has a file of that name.
pub const SEARCH: &str = "search.json";

/// Results of a search where the query does not say how many, as in the terminal.
const LIMIT: usize = 10;

/// What a request target names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Perhaps an output of the site, by its path.
    Output(String),
    /// Something of the preview itself, by its name, with the value of the query's `path`.
    Own(String, Option<String>),
    /// What is looked for, and how many results are wanted; or what is wrong with the query, as a sentence.
    Search(Result<(String, usize), &'static str>),
    /// Nothing that could ever be there.
    Nothing,
}

/// Reads a request target (RFC 9112, section 3.2). It is decoded once; what then looks like a path of a file
/// system (`..`, `\`, a drive) is refused rather than resolved.
pub fn asked(target: &str) -> Asked {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let Some(rest) = path.strip_prefix('/') else { return Asked::Nothing };
    if let Some(name) = path.strip_prefix(OWN) {
        let value = query.split('&').find_map(|pair| pair.strip_prefix("path="));
        return Asked::Own(name.to_owned(), value.and_then(decoded));
    }
    if rest == SEARCH {
        return Asked::Search(search(query));
    }
    match decoded(rest) {
        Some(path) if path.is_empty() || path.ends_with('/') => Asked::Output(format!("{path}index.html")),
        Some(path) => Asked::Output(path),
        None => Asked::Nothing,
    }
}

/// Reads `q=QUERY&limit=N`, written as forms write it (<https://url.spec.whatwg.org/#urlencoded-parsing>).
fn search(query: &str) -> Result<(String, usize), &'static str> {
    let value = |name: &str| form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name);
    let (_, text) = value("q").ok_or("Say what to look for: `search.json?q=QUERY`.")?;
    let limit = match value("limit") {
        Some((_, limit)) => limit.parse().map_err(|_| "`limit` is a number of results: `limit=10`.")?,
        None => LIMIT,
    };
    Ok((text.into_owned(), limit))
}

/// A path below the site, or `None` where it is none.
fn decoded(path: &str) -> Option<String> {
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let is_drive =
        path.as_bytes().get(1) == Some(&b':') && path.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_hostile = is_drive
        || path.contains(['\\', '\0'])
        || path.starts_with('/')
        || path.split('/').any(|part| part == ".." || part == ".")
        || path.contains("//");
    (!is_hostile).then(|| path.into_owned())
}

/// True for a `Host` under which nobody else can point at this machine: an address, `localhost`, or the name
/// that the user gave. Any other name could be anybody's, made to resolve to this machine (DNS rebinding).
pub fn is_known_host(host: &str, given: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, port)) if is_port(port) => return address.parse::<IpAddr>().is_ok(),
            _ => return false,
        },
        None => match host.split_once(':') {
            Some((name, port)) if is_port(&format!(":{port}")) => name,
            Some(_) => return false,
            None => host,
        },
    };
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix('.').unwrap_or(&name);
    name.parse::<IpAddr>().is_ok()
        || name == "localhost"
        || name.ends_with(".localhost")
        || !given.is_empty() && name == given.to_ascii_lowercase()
}

fn is_port(text: &str) -> bool {
    text.is_empty() || text.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok())
}

/// The media type of an output, by its ending, as a host that takes care would send it.
pub fn media_type(path: &str) -> &'static str {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    TYPES.iter().find(|(known, _)| *known == ending).map_or("application/octet-stream", |(_, kind)| kind)
}

const TYPES: [(&str, &str); 32] = [
    ("html", "text/html; charset=utf-8"),
    ("htm", "text/html; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("wasm", "application/wasm"),
    ("xml", "application/xml"),
    ("md", "text/markdown; charset=utf-8"),
    ("txt", "text/plain; charset=utf-8"),
    ("csv", "text/csv; charset=utf-8"),
    ("yaml", "text/plain; charset=utf-8"),
    ("yml", "text/plain; charset=utf-8"),
    ("toml", "text/plain; charset=utf-8"),
    ("ics", "text/calendar; charset=utf-8"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("avif", "image/avif"),
    ("ico", "image/x-icon"),
    ("bmp", "image/bmp"),
    ("woff2", "font/woff2"),
    ("woff", "font/woff"),
    ("ttf", "font/ttf"),
    ("otf", "font/otf"),
    ("pdf", "application/pdf"),
    ("mp4", "video/mp4"),
    ("webm", "video/webm"),
    ("zip", "application/zip"),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_target_is_decoded_once() {
        let output = |path: &str| Asked::Output(path.to_owned());
        assert_eq!(asked("/"), output("index.html"));
        assert_eq!(asked("/adr/"), output("adr/index.html"));
        assert_eq!(asked("/adr/0001.html?q=1"), output("adr/0001.html"));
        assert_eq!(asked("/adr/gr%C3%B6%C3%9Fe.html"), output("adr/größe.html"));
        assert_eq!(asked("/adr/a%20b.html"), output("adr/a b.html"));
        // Not what a second decoding would make of it.
        assert_eq!(asked("/%252e%252e/annals.toml"), output("%2e%2e/annals.toml"));
        assert_eq!(
            asked("/@annals/lines?path=adr/0001.html"),
            Asked::Own("lines".into(), Some("adr/0001.html".into()))
        );
    }

    #[test]
    fn a_search_is_written_as_forms_write_it() {
        let search = |query: &str, limit| Asked::Search(Ok((query.to_owned(), limit)));
        assert_eq!(asked("/search.json?q=retry+budget"), search("retry budget", LIMIT));
        assert_eq!(asked("/search.json?limit=3&q=%22a%20b%22+tag%3Ac%2B%2B"), search("\"a b\" tag:c++", 3));
        assert_eq!(asked("/search.json?q="), search("", LIMIT));
        for wrong in
            ["/search.json", "/search.json?Q=a", "/search.json?q=a&limit=-1", "/search.json?q=a&limit="]
        {
            assert!(matches!(asked(wrong), Asked::Search(Err(_))), "{wrong}");
        }
    }

    #[test]
    fn paths_of_file_systems_are_none_of_the_site() {
        for target in [
            "/../annals.toml",
            "/%2e%2e/annals.toml",
            "/a/%2E%2E%2f..%2fetc/passwd",
            "//etc/passwd",
            "/%2fetc/passwd",
            "/..%5c..%5cannals.toml",
            "/C:/Windows/win.ini",
            "/c%3a%5cwin.ini",
            "/a/./b",
            "/a%00.html",
            "/%ff.html",
            "annals.toml",
            "http://example.org/",
            "*",
        ] {
            assert_eq!(asked(target), Asked::Nothing, "{target}");
        }
    }

    #[test]
    fn only_names_that_cannot_be_pointed_here_are_hosts() {
        for host in [
            "127.0.0.1:4000",
            "localhost:4000",
            "LOCALHOST",
            "[::1]:4000",
            "192.168.1.7:80",
            "a.localhost",
            "box.lan:1",
        ] {
            assert!(is_known_host(host, "box.lan"), "{host}");
        }
        for host in [
            "example.org",
            "localhost.example.org",
            "127.0.0.1.example.org:4000",
            "",
            "[::1",
            "localhost:x",
            "127.0.0.1:4000:1",
        ] {
            assert!(!is_known_host(host, "box.lan"), "{host}");
        }
    }

    proptest! {
        /// Whatever is asked, what comes out names no folder above and no root of any file system.
        #[test]
        fn no_target_leads_out(target in "(/|%2[fF]|\\.|%2[eE]|\\\\|%5[cC]|%25|%00|[a-c]|:|@annals/|\\?path=|%[0-9a-fA-F]{2}){0,24}") {
            for target in [target.clone(), format!("/{target}")] {
                let path = match asked(&target) {
                    Asked::Output(path) => path,
                    Asked::Own(_, Some(path)) => path,
                    _ => continue,
                };
                prop_assert!(!path.starts_with('/'));
                prop_assert!(!path.contains(['\\', '\0']));
                let of_a_drive = path.get(1..2) == Some(":") && path.starts_with(|c: char| c.is_ascii_alphabetic());
                prop_assert!(!of_a_drive);
                prop_assert!(!path.split('/').any(|part| part == ".." || part == "."));
            }
        }
    }
}
