//! Other generators on the same records: the site each of them needs, and the command that builds it.
//!
//! Each gets the same content to make: title, date and status, table of contents, body with highlighted code,
//! and one list of all records. What they must not be tripped by is changed in the copies: their template
//! marks inside the text, and header fields that mean something else to them. Relative links are left alone,
//! which is less work than Annals does.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A generator that may be installed.
pub struct Peer {
    /// The program.
    pub program: &'static str,
    /// Writes a site made of the records at `source` into the folder.
    pub adapt: fn(source: &Path, site: &Path) -> io::Result<()>,
    /// Arguments that build the site in the current folder, up to the folder to build it into.
    pub arguments: &'static [&'static str],
}

/// The peers, in the order they are printed.
pub const PEERS: [Peer; 3] = [
    Peer { program: "zola", adapt: zola, arguments: &["build", "--force", "--output-dir"] },
    Peer { program: "hugo", adapt: hugo, arguments: &["--quiet", "--destination"] },
    Peer { program: "mdbook", adapt: mdbook, arguments: &["build", "--dest-dir"] },
];

/// Whether the program can be started.
pub fn installed(peer: &Peer) -> bool {
    let version = if peer.program == "hugo" { "version" } else { "--version" };
    Command::new(peer.program).arg(version).output().is_ok_and(|output| output.status.success())
}

fn hugo(source: &Path, site: &Path) -> io::Result<()> {
    write(
        &site.join("hugo.toml"),
        "title = 'Log'\nbaseURL = 'https://example.org/'\ndisableKinds = ['taxonomy', 'term', 'RSS', 'sitemap', '404']\n\
         [markup.highlight]\nnoClasses = false\n[markup.goldmark.renderer]\nunsafe = true\n",
    )?;
    let page = "<!doctype html><html lang=en><meta charset=utf-8><title>{{ .Title }}</title><body><main><h1>{{ .Title }}</h1><p>{{ .Params.state }} {{ .Params.day }}</p>{{ .TableOfContents }}{{ .Content }}</main>";
    write(&site.join("layouts/_default/single.html"), page)?;
    let list = "<!doctype html><html lang=en><meta charset=utf-8><title>Log</title><body><ul>{{ range site.RegularPages }}<li><a href=\"{{ .RelPermalink }}\">{{ .Title }}</a> {{ .Params.state }} {{ .Params.day }}{{ end }}</ul>";
    write(&site.join("layouts/index.html"), list)?;
    write(&site.join("layouts/_default/list.html"), list)?;
    copy(source, &site.join("content"), |record| {
        format!(
            "---\ntitle: {}\nstate: {}\nday: {}\n---\n{}",
            quoted(&record.title),
            quoted(&record.status),
            quoted(&record.date),
            record.body.replace("{{", "{ {")
        )
    })
}

fn zola(source: &Path, site: &Path) -> io::Result<()> {
    write(
        &site.join("config.toml"),
        "title = 'Log'\nbase_url = 'https://example.org'\ncompile_sass = false\nbuild_search_index = false\n\
         [markdown.highlighting]\nlight_theme = 'github-light'\ndark_theme = 'github-dark'\nstyle = 'class'\n",
    )?;
    let toc =
        "<ul>{% for h in page.toc %}<li><a href=\"{{ h.permalink }}\">{{ h.title }}</a>{% endfor %}</ul>";
    write(
        &site.join("templates/page.html"),
        &format!(
            "<!doctype html><html lang=en><meta charset=utf-8><title>{{{{ page.title }}}}</title><body><main><h1>{{{{ page.title }}}}</h1><p>{{{{ page.extra.state }}}} {{{{ page.extra.day }}}}</p>{toc}{{{{ page.content | safe }}}}</main>"
        ),
    )?;
    let list = "<!doctype html><html lang=en><meta charset=utf-8><title>Log</title><body><ul>{% for page in section.pages %}<li><a href=\"{{ page.permalink }}\">{{ page.title }}</a> {{ page.extra.state }} {{ page.extra.day }}{% endfor %}</ul>";
    write(&site.join("templates/index.html"), list)?;
    write(&site.join("templates/section.html"), list)?;
    write(&site.join("content/_index.md"), "+++\n+++\n")?;
    copy(source, &site.join("content"), |record| {
        let body = record.body.replace("{{", "{ {").replace("{%", "{ %").replace("{#", "{ #");
        format!(
            "+++\ntitle = {}\n[extra]\nstate = {}\nday = {}\n+++\n{body}",
            quoted(&record.title),
            quoted(&record.status),
            quoted(&record.date)
        )
    })
}

fn mdbook(source: &Path, site: &Path) -> io::Result<()> {
    write(&site.join("book.toml"), "[book]\ntitle = \"Log\"\n[output.html.search]\nenable = false\n")?;
    let content = site.join("src");
    copy(source, &content, |record| {
        format!("# {}\n\n{} {}\n\n{}", record.title, record.status, record.date, record.body)
    })?;
    let mut summary = String::from("# Summary\n\n");
    for path in markdown(&content) {
        let relative = path.strip_prefix(&content).unwrap_or(&path).display().to_string();
        summary += &format!("- [{}](<{relative}>)\n", path.file_stem().unwrap_or_default().to_string_lossy());
    }
    write(&content.join("SUMMARY.md"), &summary)
}

/// A record as every generator can be given it.
struct Plain {
    title: String,
    status: String,
    date: String,
    body: String,
}

fn copy(source: &Path, target: &Path, adapt: fn(&Plain) -> String) -> io::Result<()> {
    for path in markdown(source) {
        let text = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
        let (head, body) =
            text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).unwrap_or(("", &text));
        let field = |key: &str| {
            let line = head.lines().find_map(|line| line.strip_prefix(key));
            line.map_or("", |value| value.trim().trim_matches('"')).to_owned()
        };
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let title = Some(field("title:")).filter(|title| !title.is_empty()).unwrap_or(stem);
        let record = Plain { title, status: field("status:"), date: field("date:"), body: body.to_owned() };
        write(&target.join(path.strip_prefix(source).unwrap_or(&path)), &adapt(&record))?;
    }
    Ok(())
}

fn markdown(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    files.sort();
    files
}

/// A string that means the same in TOML and in YAML.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, text)
}
