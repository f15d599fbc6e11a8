//! `annals watch` where something cannot be read: what was good last stays, on pages that are loaded anew too, and says
//! that it is out of date.

use std::fs;

use crate::program::write;
use crate::server::{Preview, log, record};

/// Waits until a page says that it is out of date, and gives what it says of that. It is there all the time.
fn until_stale(preview: &mut Preview, path: &str) -> serde_json::Value {
    loop {
        let reply = preview.get(path);
        assert_eq!(reply.status, 200, "{path} went away");
        match reply.state().unwrap()["stale"].take() {
            serde_json::Value::Null => drop(preview.round()),
            stale => return stale,
        }
    }
}

#[test]
fn a_record_that_is_no_text_keeps_its_page_until_it_is_mended() {
    let picture = record("Queue", "The first text. ![Plan](plan.png)");
    let mut preview = Preview::of(&[
        ("adr/0001-queue.md", &picture),
        ("adr/0002-cache.md", &record("Cache", "After [the queue](0001-queue.md).")),
        ("adr/plan.png", "the bytes of a picture"),
    ]);
    let page = preview.get("/adr/0001.html").text();
    let (before, _) = page.split_once("plan.png\"").unwrap();
    let (_, folder) = before.rsplit_once("src=\"").unwrap();
    let address = format!("/adr/{folder}plan.png").replace("/adr/../", "/");
    for bytes in
        [&b"---\nstatus: accepted\n---\n# Queue\n\nCaf\xe9.\n"[..], b"\xff\xd8\xff\xe0 a picture by mistake"]
    {
        write(&preview.path("adr/0001-queue.md"), bytes);
        let stale = until_stale(&mut preview, "/adr/0001.html");
        assert_eq!(stale["message"], "`adr/0001-queue.md` cannot be read");
        assert_eq!(stale["problems"][0]["code"], "not-utf8");
        assert!(stale["instead"].is_null());
        assert!(preview.get("/adr/0001.html").text().contains("The first text."));
        assert_eq!(preview.get(&address).text(), "the bytes of a picture", "its pictures stay with it");
        let (_, others) = preview.compare();
        assert_eq!(others.into_iter().collect::<Vec<_>>(), ["adr/0001.html"], "all others are as built");
    }
    write(&preview.path("adr/0001-queue.md"), record("Queue", "The second text."));
    preview.until("/adr/0001.html", "The second text.");
    preview.is_as_built();
    // What was never good has nothing to keep, and what is deleted is gone at once.
    write(&preview.path("adr/0003-new.md"), b"# New\n\nCaf\xe9.\n");
    preview.until_status("/adr/0003.html", 200);
    preview.is_as_built();
    write(&preview.path("adr/0001-queue.md"), b"\xfd\xfe");
    until_stale(&mut preview, "/adr/0001.html");
    fs::remove_file(preview.path("adr/0001-queue.md")).unwrap();
    preview.until_status("/adr/0001.html", 404);
    preview.is_as_built();
}

#[test]
fn a_record_whose_metadata_beside_it_cannot_be_read_keeps_its_page() {
    let metadata = "title: Queue\nnumber: 12\nstatus: accepted\nauthors: [Grace]\n";
    let mut preview = Preview::of(&[
        ("proposals/0012-queue/README.md", "# Queue\n\nThe first text.\n"),
        ("proposals/0012-queue/meta.yaml", metadata),
        ("proposals/0013-cache/README.md", "# Cache\n\nThe other text.\n"),
        ("proposals/0013-cache/meta.yaml", "title: Cache\nnumber: 13\nstatus: proposed\n"),
    ]);
    let path = "/proposals/0012.html";
    let beside = preview.path("proposals/0012-queue/meta.yaml");
    write(&beside, b"title: Queue\nnumber: 12\nstatus: rej\xe9cted\n");
    let stale = until_stale(&mut preview, path);
    assert_eq!(stale["message"], "`proposals/0012-queue/meta.yaml` cannot be read");
    assert_eq!(stale["problems"][0]["code"], "not-utf8");
    let page = preview.get(path).text();
    assert!(page.contains("Grace") && page.contains("The first text."));
    let (_, others) = preview.compare();
    assert_eq!(others.into_iter().collect::<Vec<_>>(), ["proposals/0012.html"], "all others are as built");
    write(&beside, metadata.replace("Grace", "Ada"));
    preview.until(path, "Ada");
    preview.is_as_built();
    // What is wrong in it is a problem of the record.
    write(&beside, metadata.replace("accepted", "acepted"));
    let problem = loop {
        match preview.state(path)["problems"].get(0).cloned() {
            None => drop(preview.round()),
            Some(problem) => break problem,
        }
    };
    assert_eq!(problem["place"], "proposals/0012-queue/meta.yaml:3:9");
}

/// As somebody else where this runs as the user who may read everything.
#[test]
#[cfg(unix)]
fn a_record_that_may_not_be_read_keeps_its_page() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let folder = tempfile::tempdir().unwrap();
    let may =
        |path: &std::path::Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let path = folder.path().join("log/adr/0001-queue.md");
    write(&path, record("Queue", "The first text."));
    write(&folder.path().join("log/rfc/0001-cache.md"), record("Cache", "The other text."));
    may(folder.path(), 0o755);
    may(&path, 0o000);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_annals"));
    command.args(["watch", "log", "--addr", "127.0.0.1:0"]);
    if fs::read(&path).is_ok() {
        command.uid(65534).gid(65534);
    }
    may(&path, 0o644);
    let mut preview = match Preview::run(folder, command) {
        Ok(preview) => preview,
        Err(error) => return eprintln!("skipped: nobody else may run the program: {error}"),
    };
    assert!(preview.get("/adr/0001.html").text().contains("The first text."));
    may(&path, 0o000);
    let stale = until_stale(&mut preview, "/adr/0001.html");
    assert_eq!(stale["problems"][0]["code"], "unreadable-file");
    assert!(preview.get("/adr/0001.html").text().contains("The first text."));
    assert_eq!(preview.get("/adr/0001.md").status, 404, "what cannot say that it is out of date is not kept");
    // A folder that cannot be listed takes its records along.
    let folder = preview.path("rfc");
    may(&folder, 0o000);
    let stale = until_stale(&mut preview, "/rfc/0001.html");
    assert!(stale.to_string().contains("unreadable-file"), "{stale}");
    assert!(preview.get("/rfc/0001.html").text().contains("The other text."));
    may(&folder, 0o755);
    may(&path, 0o644);
    for page in ["/adr/0001.html", "/rfc/0001.html"] {
        while !preview.state(page)["stale"].is_null() {
            preview.round();
        }
    }
    preview.is_as_built();
}

#[test]
fn a_template_that_cannot_be_used_leaves_pages_with_the_last_good_one() {
    let mut preview = log();
    let template = |text: &str| {
        format!("{{% extends \"default/record.html\" %}}\n{{% block foot %}}{text}{{% endblock foot %}}\n")
    };
    let path = preview.path("theme/templates/record.html");
    write(&path, template("<p>Ours</p>"));
    preview.until("/adr/0001.html", "<p>Ours</p>");
    preview.is_as_built();
    // One that does not parse, and one that fails on a page.
    for broken in [template("{% if %}"), template("{{ record.nothing.at.all }}")] {
        write(&path, &broken);
        let stale = until_stale(&mut preview, "/adr/0001.html");
        assert_eq!(stale["problems"][0]["code"], "template-error");
        assert!(stale["instead"].is_null(), "{stale}");
        assert!(preview.get("/adr/0001.html").text().contains("<p>Ours</p>"));
        // Records are followed all the same.
        let text = format!("Written under {} bytes.", broken.len());
        write(&preview.path("adr/0001-queue.md"), record("Queue", &text));
        preview.until("/adr/0001.html", &text);
        let page = preview.get("/adr/0001.html").text();
        assert!(page.contains("<p>Ours</p>") && page.contains("template-error"));
    }
    write(&path, template("<p>Still ours</p>"));
    preview.until("/adr/0001.html", "<p>Still ours</p>");
    preview.is_as_built();
}

#[test]
fn while_the_configuration_cannot_be_read_the_last_good_site_is_served() {
    let mut preview = log();
    write(&preview.path("annals.toml"), "[site\n");
    while preview.state("/adr/0001.html")["stale"].is_null() {
        preview.round();
    }
    let state = preview.state("/adr/0001.html");
    assert_eq!(state["stale"]["problems"][0]["place"], "annals.toml:1:6");
    assert!(preview.get("/adr/0001.html").text().contains("The first text."));
    write(&preview.path("annals.toml"), "[site]\ntitle = \"Whole again\"\n");
    preview.until("/adr/0001.html", "Whole again");
    assert!(preview.state("/adr/0001.html")["stale"].is_null());
    fs::remove_file(preview.path("annals.toml")).unwrap();
    while preview.get("/").text().contains("Whole again") {
        preview.round();
    }
    preview.is_as_built();
}

#[test]
fn a_preview_of_a_broken_configuration_waits_for_it_to_be_mended() {
    let mut preview = Preview::of(&[
        ("annals.toml", "[site]\ntitle = \"Log\n"),
        ("adr/0001-queue.md", &record("Queue", "The first text.")),
    ]);
    for path in ["/", "/adr/0001.html", "/records.json", "/search.json?q=queue"] {
        assert_eq!(preview.get(path).status, 503, "{path}");
    }
    let stale = preview.state("/adr/0001.html")["stale"].take();
    assert_eq!(stale["problems"][0]["place"], "annals.toml:2:13", "{stale}");
    assert!(stale["problems"][0]["excerpt"].to_string().contains("Log"), "{stale}");
    assert!(stale["instead"].is_string());
    assert!(preview.said.lock().unwrap().contains("annals.toml:2:13"));
    write(&preview.path("annals.toml"), "[site]\ntitle = 3\n");
    while !preview.state("/")["stale"].to_string().contains("expected a string") {
        preview.round();
    }
    write(&preview.path("annals.toml"), "[site]\ntitle = \"Log\"\n");
    preview.until_status("/adr/0001.html", 200);
    assert!(preview.state("/adr/0001.html")["stale"].is_null());
    preview.is_as_built();
}
