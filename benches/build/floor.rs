//! The physical floor: what any generator must at least do. Walk, read, split the front matter, render with
//! pulldown-cmark, write one page per file. No ids, no links, no templates, no highlighting.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pulldown_cmark::{Options, Parser, html};
use rayon::prelude::*;

/// Renders every `.md` below `input` into `output`; gives the number of pages.
pub fn run(input: &Path, output: &Path) -> io::Result<usize> {
    let files: Vec<PathBuf> = walkdir::WalkDir::new(input)
        .into_iter()
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    fs::create_dir_all(output)?;
    let rows = files.par_iter().map(|path| page(path, input, output)).collect::<io::Result<Vec<String>>>()?;
    fs::write(output.join("index.html"), format!("<!doctype html><ul>\n{}</ul>", rows.concat()))?;
    Ok(rows.len())
}

fn page(path: &Path, input: &Path, output: &Path) -> io::Result<String> {
    let source = fs::read(path)?;
    let source = String::from_utf8_lossy(&source);
    let (head, body) =
        source.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).unwrap_or(("", &source));
    let title = head.lines().find_map(|line| line.strip_prefix("title:")).map_or("", str::trim);
    let mut rendered = String::with_capacity(source.len() * 2);
    html::push_html(&mut rendered, Parser::new_ext(body, Options::all()));
    let page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title><body><main><h1>{title}</h1>{rendered}</main>"
    );
    let relative = path.strip_prefix(input).unwrap_or(path).with_extension("html");
    let target = output.join(&relative);
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(target, page)?;
    Ok(format!("<li><a href=\"{}\">{title}</a></li>\n", relative.display()))
}
