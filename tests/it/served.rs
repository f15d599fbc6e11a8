//! What `annals watch` answers over HTTP, to browsers and to strangers.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::program::{Limits, annals, write};
use crate::server::{Preview, log, record};

#[test]
fn pages_come_as_a_strict_host_would_send_them() {
    let preview = log();
    let page = preview.get("/adr/0001.html");
    for header in [
        "content-type: text/html; charset=utf-8",
        "x-content-type-options: nosniff",
        "x-frame-options: deny",
        "cross-origin-resource-policy: same-origin",
        "referrer-policy: no-referrer",
        "cache-control: no-cache",
        "frame-ancestors 'none'",
    ] {
        assert!(page.head.contains(header), "{header}: {}", page.head);
    }
    assert!(!page.head.contains("access-control"));
    let tag = page.tag();
    let host = &preview.address;
    let again =
        preview.ask(&format!("GET /adr/0001.html HTTP/1.0\r\nHost: {host}\r\nIf-None-Match: {tag}\r\n\r\n"));
    assert_eq!((again.status, again.body.len()), (304, 0));
    let head = preview.ask(&format!("HEAD /adr/0001.html HTTP/1.0\r\nHost: {host}\r\n\r\n"));
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert!(head.head.contains(&format!("content-length: {}", page.body.len())));
    let post = preview.ask(&format!("POST / HTTP/1.0\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n"));
    assert_eq!(post.status, 405);
    let folder = preview.get("/adr?x=1");
    assert_eq!(folder.status, 302);
    assert!(folder.head.contains("location: /adr/?x=1"));
    let missing = preview.get("/adr/0815.html");
    assert_eq!(missing.status, 404);
    assert!(missing.text().contains("data-page=\"not-found\""));
    for (path, kind) in [
        ("/records.json", "application/json"),
        ("/feed.xml", "application/xml"),
        ("/adr/0001.md", "text/markdown"),
    ] {
        assert!(preview.get(path).head.contains(&format!("content-type: {kind}")), "{path}");
    }
}

#[test]
fn a_page_that_others_edits_leave_alone_is_not_sent_again() {
    let mut preview = log();
    let again = |preview: &Preview, tag: &str| {
        let host = &preview.address;
        preview.ask(&format!(
            "GET /timeline/index.html HTTP/1.0\r\nHost: {host}\r\nIf-None-Match: {tag}\r\n\r\n"
        ))
    };
    let before = preview.get("/timeline/index.html").tag();
    assert_eq!(preview.state("/timeline/index.html")["tag"], before.as_str());
    // Not even for a problem that the whole site has now.
    write(&preview.path("adr/0001-queue.md"), record("Queue", "See [nothing](0009-gone.md)."));
    preview.until("/adr/0001.html", "See");
    assert_eq!(again(&preview, &before).status, 304);
    write(&preview.path("annals.toml"), "[site]\ntitle = \"Another\"\n");
    preview.until("/timeline/index.html", "Another");
    assert_eq!(again(&preview, &before).status, 200);
}

#[test]
fn a_search_answers_as_the_terminal_does() {
    let mut preview = Preview::of(&[
        ("adr/0001-queue.md", &record("Queue", "A broker between the regions: größer, C++.")),
        (
            "adr/0002-cache.md",
            &record("Cache", "After [the queue](0001-queue.md).\n\n## Eviction\n\nThe oldest."),
        ),
        ("adr/0003-draft.md", "---\ndraft: true\n---\n# A queue of drafts\n\nNot yet.\n"),
    ]);
    let queries = [
        ("queue", "queue"),
        ("queu", "queu"),
        ("evicton+oldest", "evicton oldest"),
        ("%22the%20queue%22", "\"the queue\""),
        ("gr%C3%B6%C3%9Fer+C%2B%2B", "größer C++"),
        ("queue+-broker&limit=1", "queue -broker"),
        ("status:accepted&limit=1", "status:accepted"),
        ("is%3Adraft", "is:draft"),
        ("ADR+2&limit=0", "ADR 2"),
        ("nothing+of+the+kind", "nothing of the kind"),
        ("", ""),
    ];
    let agrees = |preview: &Preview, asked: &str, query: &str| {
        let reply = preview.get(&format!("/search.json?q={asked}"));
        assert_eq!(reply.status, 200, "{query}");
        for header in ["content-type: application/json", "cache-control: no-store"] {
            assert!(reply.head.contains(header), "{header}: {}", reply.head);
        }
        let limit = asked.split_once("&limit=").map_or("10", |(_, limit)| limit);
        let arguments = ["search", "--json", "--drafts", "--limit", limit, "--", query, "log"];
        let said = annals(preview.folder.path(), arguments, Limits::default()).stdout;
        assert!(said.contains("\"total\""), "{query}: {said}");
        assert_eq!(reply.text(), said, "{query}");
        serde_json::from_str::<serde_json::Value>(&said).unwrap()["total"].as_u64().unwrap()
    };
    let totals = queries.map(|(asked, query)| agrees(&preview, asked, query));
    assert!(totals.iter().filter(|total| **total > 0).count() > 6, "{totals:?}");

    // What is saved is found.
    write(&preview.path("adr/0002-cache.md"), record("Cache", "Behind a lighthouse."));
    preview.until("/adr/0002.html", "lighthouse");
    assert_eq!(agrees(&preview, "lighthouse", "lighthouse"), 1);

    let ask = |line: &str, host: &str| preview.ask(&format!("{line} HTTP/1.0\r\nHost: {host}\r\n\r\n"));
    let head = ask("HEAD /search.json?q=queue", "localhost");
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(ask("GET /search.json?q=queue", "example.org").status, 403);
    assert_eq!(ask("POST /search.json?q=queue", "localhost").status, 405);
    for wrong in ["/search.json", "/search.json?q=queue&limit=some"] {
        let reply = preview.get(wrong);
        assert_eq!(reply.status, 400, "{wrong}");
        let said: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        assert!(said["message"].is_string(), "{said}");
    }

    // A file of that name is the site's.
    write(&preview.path("search.json"), "{\"of\": \"the log\"}");
    write(&preview.path("adr/0002-cache.md"), record("Cache", "As [measured](../search.json)."));
    preview.until("/adr/0002.html", "measured");
    preview.is_as_built();
}

#[test]
fn only_its_own_names_are_answered() {
    let preview = log();
    let ask = |host: &str| preview.ask(&format!("GET /adr/0001.html HTTP/1.0\r\n{host}\r\n\r\n")).status;
    for host in ["Host: localhost", "Host: 127.0.0.1:1", "Host: [::1]:4000"] {
        assert_eq!(ask(host), 200, "{host}");
    }
    for host in
        ["Host: example.org", "Host: 127.0.0.1.example.org:4000", "X-Forwarded-Host: localhost", "Host:"]
    {
        assert_eq!(ask(host), 403, "{host}");
    }
}

#[test]
fn no_path_leads_to_a_file_of_the_root() {
    let secret = "not for the eyes of browsers";
    let preview = Preview::of(&[
        ("adr/0001-queue.md", &record("Queue", "The first text.")),
        ("adr/secret.txt", secret),
        ("annals.toml", &format!("# {secret}\n")),
    ]);
    let secrets = ["annals.toml", "adr/secret.txt", "adr/0001-queue.md", "etc/passwd"];
    let ways = [
        "/",
        "//",
        "/../",
        "/..%2f",
        "/%2e%2e/",
        "/%252e%252e/",
        "/..%5c",
        "/..\\",
        "/./",
        "/adr/../",
        "/@annals/",
        "/@annals/../",
        "/file:///",
        "/C:/",
        "/%00/",
    ];
    let root = preview.root().to_string_lossy().into_owned();
    let check = |target: &str| {
        let reply = preview.get(target);
        assert!(!reply.text().contains(secret) && !reply.text().contains("root:x:"), "{target} gave it away");
        assert!([200, 302, 400, 403, 404].contains(&reply.status), "{target}: {}", reply.status);
    };
    for way in ways {
        for path in secrets {
            check(&format!("{way}{path}"));
            check(&format!("{way}{}", path.replace('/', "%2f")));
            check(&format!("{way}{root}/{path}"));
        }
    }
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let target = "(/|%2[fF]|\\.\\.?|%2[eE]|\\\\|%5[cC]|%25|annals\\.toml|adr|secret\\.txt|@annals|\\?path=|[!-~]){0,12}";
    runner
        .run(&target, |target| {
            check(&format!("/{}", target.replace(' ', "")));
            Ok(())
        })
        .unwrap();
}

#[test]
fn who_does_not_read_and_who_says_nothing_hold_up_nobody() {
    let mut preview = log();
    let mut silent = Vec::new();
    // As many as this machine lets a process have, up to a thousand.
    while silent.len() < 1000
        && let Ok(stream) = TcpStream::connect(&preview.address)
    {
        silent.push(stream);
    }
    let mut deaf = Vec::new();
    for _ in 0..20 {
        let Ok(mut stream) = TcpStream::connect(&preview.address) else { break };
        stream.set_write_timeout(Some(Duration::from_millis(200))).unwrap();
        // More answers than any buffer takes; none is ever read.
        for _ in 0..200 {
            let ask = format!(
                "GET /records.json HTTP/1.1\r\nHost: {}\r\n\r\nGET /@annals/client.js HTTP/1.1\r\nHost: x\r\n\r\n",
                preview.address
            );
            if stream.write_all(ask.as_bytes()).is_err() {
                break;
            }
        }
        let mut events = TcpStream::connect(&preview.address).unwrap();
        write!(events, "GET /@annals/events HTTP/1.1\r\nHost: {}\r\n\r\n", preview.address).unwrap();
        deaf.push((stream, events));
    }
    drop(silent.split_off(silent.len().saturating_sub(100)));
    for n in 0..20 {
        write(&preview.path("adr/0001-queue.md"), record("Queue", &format!("Edit {n}.")));
        preview.until("/adr/0001.html", &format!("Edit {n}."));
    }
    assert!(silent.len() > 100 && deaf.len() > 10);
}
