//! Every word that a CommonMark renderer shows for a record is on its page: in the body, or in the metadata
//! beside it. Prints the share of records that keep every word for each log beside this repository, and names
//! each lost word with its line.
//!
//! What may differ is listed here, and nowhere else:
//! - keys of the metadata, words that stand for no value (`N/A`, `{list of authors}`), and those that join names;
//! - dates of the metadata, which the page writes in one form without a midnight, and leading zeros of numbers;
//! - mail addresses, and paths of files in the metadata, for which the page has the record's name;
//! - formulas and diagrams, which are drawn, and shortcodes of emoji (`:tada:`), which are shown as emoji;
//! - elements that the allow-list for raw HTML drops with their content;
//! - a table of contents, in whose place the page has its own;
//! - footnotes that nothing refers to, and second ones of a name.
//!
//! A value that several containers repeat is on the page once.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use annals::output::Content;
use annals::plan::Page;
use annals::record::Record;
use annals::source::{self, DiscoverOptions, Inputs, SourceText};
use annals::view::record::left_out;
use jiff::civil::date;
use proptest::prelude::*;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use rayon::prelude::*;

use crate::harness;

/// Words of the metadata that stand for no value or join the names of a list.
#[rustfmt::skip]
const NOTHING: [&str; 23] = [
    "and", "n", "a", "na", "none", "tbd", "tba", "todo", "null", "nil", "unknown", "yet", "not", "applicable", "leave",
    "this", "empty", "blank", "yyyy", "mm", "dd", "true", "false",
];

/// Elements whose content no renderer shows.
const HIDDEN: [&str; 7] = ["script", "style", "iframe", "title", "template", "noscript", "object"];

/// Elements that do not end a word.
#[rustfmt::skip]
const INLINE: [&str; 22] = [
    "a", "abbr", "b", "bdi", "cite", "code", "del", "em", "i", "ins", "kbd", "mark", "q", "s", "samp", "small",
    "span", "strike", "strong", "tt", "u", "var",
];

/// The words that HTML shows, without tags and comments, with the texts of images.
fn words_of_html(html: &str) -> Vec<String> {
    let mut text = String::new();
    let mut rest = html;
    let mut hidden: Option<String> = None;
    while let Some(open) = rest.find('<') {
        let (before, tag) = rest.split_at(open);
        if hidden.is_none() {
            text.push_str(before);
        }
        if let Some(comment) = tag.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let name = tag[1..].trim_start_matches('/');
        let length = name.bytes().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let name = name[..length].to_lowercase();
        if name.is_empty() {
            text.push('<');
            rest = &tag[1..];
            continue;
        }
        let end = tag.find('>').map_or(tag.len(), |end| end + 1);
        let inside = &tag[..end];
        rest = &tag[end..];
        let closes = inside.starts_with("</");
        match &hidden {
            Some(element) if closes && *element == name => hidden = None,
            Some(_) => continue,
            None if !closes && HIDDEN.contains(&name.as_str()) => hidden = Some(name.clone()),
            None => {}
        }
        if !INLINE.contains(&name.as_str()) {
            text.push(' ');
        }
        if let Some(alt) = attribute(inside, "alt") {
            let _ = write!(text, " {alt} ");
        }
    }
    if hidden.is_none() {
        text.push_str(rest);
    }
    words(&decode(&text))
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    tag[start..].split('"').next()
}

/// Entities of HTML undone, as the renderer itself reads them.
fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let end = rest[at..].char_indices().take(32).find(|(_, c)| *c == ';').map(|(end, _)| at + end + 1);
        let entity = end.and_then(|end| rest.get(at..end));
        match entity {
            Some(entity) if entity.len() > 2 => {
                for event in Parser::new(entity) {
                    if let Event::Text(text) = event {
                        out.push_str(&text);
                    }
                }
                rest = &rest[at + entity.len()..];
            }
            _ => {
                out.push('&');
                rest = &rest[at + 1..];
            }
        }
    }
    out + rest
}

/// The text with a space for each shortcode of an emoji.
fn without_emoji(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(':') {
        out.push_str(before);
        let name = after.split(':').next().unwrap_or_default();
        let is_emoji =
            name.len() < after.len() && name.len() < 64 && emojis::get_by_shortcode(name).is_some();
        out.push(if is_emoji { ' ' } else { ':' });
        rest = if is_emoji { &after[name.len() + 1..] } else { after };
    }
    out + rest
}

/// Lower case, mail addresses left out, without leading zeros.
fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let text = without_emoji(&text.replace("T00:00", " 00:00"));
    for piece in text.split(|c: char| c.is_whitespace() || "<>(),;\"'|[]".contains(c)) {
        let address = piece.trim_matches(|c: char| !c.is_alphanumeric());
        let address = address.strip_prefix("mailto:").unwrap_or(address);
        if address.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
            && !address.contains('/')
        {
            continue;
        }
        let pieces = piece.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        found.extend(pieces.map(|word| {
            let word = word.to_lowercase();
            let short = word.trim_start_matches('0');
            if short.is_empty() || !short.starts_with(|c: char| c.is_ascii_digit()) {
                word
            } else {
                short.to_owned()
            }
        }));
    }
    found
}

/// A word of the source that its page has to show, and where it stands.
struct Wanted {
    word: String,
    at: usize,
    metadata: bool,
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// What a CommonMark renderer shows for a record, in pieces: the text of a block as HTML, and its place.
fn rendered(text: &str, from: usize) -> Vec<(String, Range<usize>)> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
        | Options::ENABLE_MATH;
    let body = &text[from..];
    let events = || Parser::new_ext(body, options).into_offset_iter();
    let referred: HashSet<String> = events()
        .filter_map(|(event, _)| match event {
            Event::FootnoteReference(name) => Some(name.to_string()),
            _ => None,
        })
        .collect();
    let mut pieces: Vec<(String, Range<usize>)> = Vec::new();
    let (mut unused, mut drawn) = (0usize, false);
    let mut footnotes: Vec<bool> = Vec::new();
    let mut defined = HashSet::new();
    for (event, range) in events() {
        let range = range.start + from..range.end + from;
        let mut push = |html: &str| {
            if unused == 0 && !drawn {
                pieces.push((html.to_owned(), range.clone()));
            }
        };
        match event {
            Event::Start(Tag::FootnoteDefinition(name)) => {
                let shown = referred.contains(&*name) && defined.insert(name);
                footnotes.push(!shown);
                unused += usize::from(!shown);
            }
            Event::End(TagEnd::FootnoteDefinition) => {
                unused -= usize::from(footnotes.pop().unwrap_or_default());
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(kind))) => {
                push(" ");
                drawn = matches!(kind.split_whitespace().next(), Some("mermaid" | "math"));
            }
            Event::End(TagEnd::CodeBlock) => {
                drawn = false;
                pieces.push((" ".to_owned(), range));
            }
            Event::Text(text) => push(&escaped(&text)),
            Event::Code(code) => push(&escaped(&code)),
            Event::Html(html) | Event::InlineHtml(html) => push(&html),
            Event::SoftBreak | Event::HardBreak => push(" "),
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. })
            | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::TaskListMarker(_) => {}
            Event::FootnoteReference(_) | Event::Start(_) | Event::End(_) | Event::Rule => push(" "),
        }
    }
    pieces
}

/// The places of a table of contents: paragraphs and comments that generators know, and a list of links to
/// headings below a heading that announces it.
fn contents(text: &str, from: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let lower = text.to_lowercase();
    for (start, end) in [
        ("<!-- toc", "<!-- /toc"),
        ("<!-- start doctoc", "<!-- end doctoc"),
        ("<!-- toc start", "<!-- toc end"),
        ("<!-- toc", "<!-- tocstop"),
        ("<!--toc", "<!--/toc"),
    ] {
        for (at, _) in lower.match_indices(start).filter(|(at, _)| *at >= from) {
            found.extend(lower[at..].find(end).map(|length| at..at + length));
        }
    }
    for marker in ["[toc]", "[[toc]]", "[[_toc_]]", "{{toc}}", "${toc}", "{:toc}"] {
        found.extend(lower.match_indices(marker).map(|(at, _)| at..at + marker.len()));
    }
    let mut announced: Option<usize> = None;
    let mut at = from;
    for line in text[from..].split_inclusive('\n') {
        let trimmed = line.trim();
        if found.iter().any(|toc| toc.contains(&at)) {
            found.extend(announced.take().map(|start| start..at));
        }
        let title = trimmed.trim_matches(['#', '*', ' ', ':']).to_lowercase();
        if ["contents", "table of contents", "toc"].contains(&title.as_str()) {
            announced = Some(at);
        } else if let Some(start) = announced
            && !trimmed.is_empty()
        {
            let item = trimmed.trim_start_matches(|c: char| c.is_ascii_digit() || "-*+. ".contains(c));
            if item.starts_with('[') && item.contains("](#") {
                found.push(start..at + line.len());
            } else {
                announced = None;
            }
        }
        at += line.len();
    }
    found
}

/// The part of a line of metadata that is its key: up to a colon, the first cell of a row, words in bold.
fn key_length(line: &str, is_header: bool) -> usize {
    let body = line
        .trim_start_matches(|c: char| c.is_whitespace() || c.is_ascii_digit() || ">-*+•_`:|.)".contains(c));
    let marks = line.len() - body.len();
    let bold = line[..marks].ends_with("**");
    let is_template = ["(fill me in", "(leave this"].iter().any(|template| line.contains(template));
    if is_header || is_template {
        return line.len();
    }
    if line.trim_start().trim_start_matches('>').trim_start().starts_with('|') {
        return marks + body.find('|').unwrap_or(body.len());
    }
    if let Some(cell) = body.strip_prefix("<t").and_then(|cell| cell.find("</t")) {
        return marks + "<t".len() + cell;
    }
    let colon = body.char_indices().take(72).find(|(_, c)| matches!(c, ':' | '：'));
    match colon {
        Some((at, c)) => marks + at + c.len_utf8(),
        None if bold => marks + body.find("**").unwrap_or_default(),
        None => 0,
    }
}

fn wanted(record: &Record, source: &SourceText) -> Vec<Wanted> {
    let text = source.text.as_str();
    let cuts = left_out(record, source);
    let in_cut = |at: usize| cuts.iter().any(|cut| cut.contains(&at));
    let is_title = |at: usize| !record.left_out.iter().any(|range| range.contains(&at));
    let contents = contents(text, record.body_start);
    let mut keys: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    let lines = text.split_inclusive('\n').collect::<Vec<_>>();
    for (index, line) in lines.iter().enumerate() {
        let is_rule = |line: &&&str| line.contains("--") && line.contains('|');
        let is_header =
            line.trim_start().starts_with('|') && lines.get(index + 1).as_ref().is_some_and(is_rule);
        if in_cut(at) && !is_title(at) {
            keys.push(at..at + key_length(line, is_header));
            // Several keys on one line.
            if !line.trim_start().starts_with('|') {
                let bars = line.match_indices(" | ").map(|(bar, _)| bar + 3);
                let bold = line.match_indices(" **").map(|(bold, _)| bold + 1);
                let bold = bold.filter(|at| line[*at..].contains(":**") || line[*at..].contains("**:"));
                keys.extend(
                    bars.chain(bold).map(|piece| at + piece..at + piece + key_length(&line[piece..], false)),
                );
            }
        }
        at += line.len();
    }
    let mut wanted = Vec::new();
    // Words can go on over the pieces of a block (`a*b*`), so that runs of one kind are read together.
    let mut run: (String, usize, bool) = (String::new(), 0, false);
    let mut finish = |run: &mut (String, usize, bool)| {
        let html = std::mem::take(&mut run.0);
        wanted.extend(words_of_html(&html).into_iter().map(|word| Wanted {
            word,
            at: run.1,
            metadata: run.2,
        }));
    };
    for (html, range) in rendered(text, record.body_start) {
        if contents.iter().any(|toc| toc.contains(&range.start)) {
            continue;
        }
        let metadata = in_cut(range.start);
        if metadata != run.2 || html == " " {
            finish(&mut run);
        }
        let within = |key: &&Range<usize>| metadata && key.start < range.end && range.start < key.end;
        let mut html = html;
        if keys.iter().filter(within).any(|key| key.start <= range.start && range.end <= key.end) {
            continue;
        }
        let written = text.get(range.clone()).unwrap_or_default();
        if escaped(written) == html || written == html {
            let is_key = |at: usize| keys.iter().filter(within).any(|key| key.contains(&(range.start + at)));
            let masked =
                written.char_indices().map(|(at, c)| if is_key(at) { ' ' } else { c }).collect::<String>();
            html = if written == html { masked } else { escaped(&masked) };
        }
        if run.0.is_empty() {
            run.1 = range.start;
        }
        run.2 = metadata;
        run.0.push_str(&html);
    }
    finish(&mut run);
    wanted.extend(front_matter(text, record.body_start));
    wanted
}

/// The words of the values of front matter.
fn front_matter(text: &str, end: usize) -> Vec<Wanted> {
    let mut found = Vec::new();
    let mut in_comment = false;
    let mut at = 0;
    let definitions =
        text.lines().filter(|line| line.starts_with('[') && !line.starts_with("[^") && line.contains("]: "));
    let definitions = definitions.collect::<Vec<_>>().join("\n");
    for line in text[..end].split_inclusive('\n') {
        let value = line.trim_start_matches([' ', '-', '\t', '[', '{']);
        let value = if value.starts_with('#') { "" } else { value };
        let value = match value.split_once([':', '=']) {
            Some((key, value)) if key.split_whitespace().count() <= 7 && !key.contains("//") => value,
            _ => value,
        };
        let value = value.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']);
        let value = value.split("T00:00:00").next().unwrap_or_default();
        if value.starts_with('{') && value.ends_with('}') {
            at += line.len();
            continue;
        }
        in_comment |= value.starts_with("<!--") || line.starts_with("<!--");
        let hidden = in_comment;
        in_comment &= !line.contains("-->");
        if hidden || value.ends_with(".md") && value.contains('/') && !value.contains(' ') {
            at += line.len();
            continue;
        }
        let html = rendered(&format!("{value}\n\n{definitions}"), 0)
            .into_iter()
            .map(|(html, _)| html)
            .collect::<String>();
        found.extend(words_of_html(&html).into_iter().map(|word| Wanted { word, at, metadata: true }));
        at += line.len();
    }
    found
}

/// The forms in which a page's dates may be written.
fn dates(main: &str) -> HashSet<String> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let mut found = HashSet::new();
    for (at, _) in main.match_indices("datetime=\"") {
        let Some(date) = main.get(at + 10..at + 20) else { continue };
        let parts = date.split('-').filter_map(|part| part.parse::<usize>().ok()).collect::<Vec<_>>();
        let [year, month, day] = parts[..] else { continue };
        let name = MONTHS[(month - 1).min(11)];
        found.extend([year.to_string(), (year % 100).to_string(), month.to_string(), day.to_string()]);
        found.extend([name.to_owned(), name[..3].to_owned(), name[..4.min(name.len())].to_owned()]);
        found.extend(["st", "nd", "rd", "th"].map(|ending| format!("{day}{ending}")));
        found.insert(format!("{year:04}{month:02}{day:02}"));
        found.extend(["年", "月", "日", "of"].map(str::to_owned));
        found.insert(format!("{year}年{month}月{day}日"));
    }
    found
}

/// A part of the page from a mark to the end of its element, which is left out of `main`.
fn without<'a>(main: &'a str, from: &str, to: &str) -> (String, &'a str) {
    match main.split_once(from) {
        Some((before, rest)) => match rest.split_once(to) {
            Some((inside, after)) => (format!("{before} {after}"), inside),
            None => (before.to_owned(), rest),
        },
        None => (main.to_owned(), ""),
    }
}

/// The words of a record that its page does not show, each with its line.
fn lost(record: &Record, source: &SourceText, page: &str) -> Vec<String> {
    let main = page.split_once("<main").map_or(page, |(_, rest)| rest);
    let main = main.split_once("</main>").map_or(main, |(main, _)| main);
    let (beside, prose) = without(main, "<div class=\"prose\">", "<div class=\"after\">");
    let mut shown: HashMap<String, usize> = HashMap::new();
    for word in words_of_html(prose) {
        *shown.entry(word).or_default() += 1;
    }
    // What other records say, and what Annals says of this one, are not its words.
    let beside = [
        ("<section id=\"annals-problems\">", "</section>"),
        ("<section id=\"annals-cited\">", "</section>"),
        ("<nav class=\"turn\"", "</nav>"),
        ("<details class=\"contents\">", "</details>"),
        ("<nav class=\"crumbs\"", "</nav>"),
    ]
    .iter()
    .fold(beside, |main, (from, to)| without(&main, from, to).0);
    let mut known: HashSet<String> = words_of_html(&beside).into_iter().collect();
    known.extend(dates(&beside));
    known.extend(NOTHING.map(str::to_owned));
    // An address can stand behind the words of a link.
    for (at, _) in beside.match_indices(" href=\"") {
        known.extend(words(&decode(beside[at + 7..].split('"').next().unwrap_or_default())));
    }
    let description = page.split_once("<meta name=\"description\" content=\"").map(|(_, rest)| rest);
    known.extend(words(&decode(description.and_then(|rest| rest.split('"').next()).unwrap_or_default())));
    let mut lost = Vec::new();
    for Wanted { word, at, metadata } in wanted(record, source) {
        let kept = if metadata {
            known.contains(&word)
        } else {
            shown.get_mut(&word).is_some_and(|left| {
                let kept = *left > 0;
                *left = left.saturating_sub(1);
                kept
            })
        };
        if !kept {
            let line = source.line(at);
            let context = source.text.lines().nth(line as usize - 1).unwrap_or_default();
            let context = context.chars().take(140).collect::<String>();
            let place = if metadata { "metadata" } else { "body" };
            lost.push(format!("{}:{line}: `{word}` of the {place}: {context}", record.source));
        }
    }
    lost
}

/// Of each record of a folder, the words that are lost.
fn measure(root: &Path, inputs: Inputs) -> BTreeMap<String, Vec<String>> {
    let inputs = Arc::new(inputs);
    let (setting, _) = annals::prepare(root, &inputs, &mut annals::Memory::default());
    let pages = setting.plan.pages.iter().filter_map(|(path, page)| match page {
        Page::Record(ix) => Some((path, *ix)),
        _ => None,
    });
    let pages = pages.collect::<Vec<_>>();
    let of = |(path, ix): &(&String, usize)| {
        let record = &setting.plan.catalog.site.entries[*ix].record;
        let rendered = annals::render::render(&setting, path).unwrap();
        let Content::Bytes(page) = rendered.content else { panic!("{path} is copied") };
        let text = inputs.text(&record.source).unwrap();
        (record.source.clone(), lost(record, text, &String::from_utf8_lossy(&page)))
    };
    pages.par_iter().map(of).collect()
}

/// The records of a real log: how many there are, and the words that each of the others loses, with their lines.
pub fn of_log(folder: &Path) -> (usize, Vec<Vec<String>>) {
    let options = DiscoverOptions { today: Some(date(2026, 11, 21)), ..DiscoverOptions::default() };
    // Where nothing is, no history of git is read.
    let root = Path::new("/there is no such folder");
    let measured = measure(root, source::discover(folder, &options).unwrap());
    (measured.len(), measured.into_values().filter(|lost| !lost.is_empty()).collect())
}

/// Beside a first one, a record with this text: its page, and the words it loses.
fn page_of(text: &str) -> (String, Vec<String>) {
    let first = "# 1. First\n\nStatus: Accepted\n\n## Context\n\nText.\n";
    let files = BTreeMap::from([
        ("docs/adr/0001-first.md".to_owned(), first.as_bytes().to_vec()),
        ("docs/adr/0002-second.md".to_owned(), text.as_bytes().to_vec()),
    ]);
    let (inputs, _) = harness::inputs(&files);
    let inputs = Arc::new(inputs);
    let root = Path::new("/there is no such folder");
    let (setting, _) = annals::prepare(root, &inputs, &mut annals::Memory::default());
    let is_second = |page: &Page| match page {
        Page::Record(ix) => setting.plan.catalog.site.entries[*ix].record.source.contains("0002"),
        _ => false,
    };
    let (path, page) = setting.plan.pages.iter().find(|(_, page)| is_second(page)).unwrap();
    let Page::Record(ix) = page else { unreachable!() };
    let Content::Bytes(bytes) = annals::render::render(&setting, path).unwrap().content else {
        unreachable!()
    };
    let page = String::from_utf8(bytes).unwrap();
    let record = &setting.plan.catalog.site.entries[*ix].record;
    let lost = lost(record, inputs.text("docs/adr/0002-second.md").unwrap(), &page);
    (page, lost)
}

/// A record with this text keeps every word. Its body, the part of the page that is text, begins with
/// `body` (white space folded), and the rows beside it hold each of `beside`.
fn check(text: &str, beside: &[&str], body: &str) {
    for text in [text.to_owned(), text.replace('\n', "\r\n")] {
        let (page, lost) = page_of(&text);
        assert!(lost.is_empty(), "{text}\n{lost:#?}\n{page}");
        let main = page.split_once("<main").unwrap().1;
        let (rows, prose) = without(main, "<div class=\"prose\">", "<div class=\"after\">");
        let shown = |html: &str| {
            let mut text = String::new();
            let mut in_tag = false;
            for c in html.replace("</t", " </t").chars() {
                match c {
                    '<' => in_tag = true,
                    '>' => in_tag = false,
                    _ if !in_tag => text.push(c),
                    _ => {}
                }
            }
            decode(&text).split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let (rows, prose) = (shown(&rows), shown(prose));
        for words in beside {
            assert!(rows.contains(words), "{words} is not beside the body of {text:?}: {rows}");
        }
        assert!(prose.starts_with(body), "the body of {text:?} begins with: {prose:.200}");
    }
}

#[test]
fn what_is_between_keys_stays_where_it_is() {
    // A paragraph with a line that is no entry stays whole: half a sentence helps no reader.
    check(
        "# 2. X\n\nStatus: Accepted\nWe move to X since Y is gone.\n",
        &["Accepted"],
        "Status: Accepted We move to X",
    );
    check("# 2. X\n\nStatus: Accepted\n\nWe move to X since Y is gone.\n", &["Accepted"], "We move to X");
    check(
        "# 2. X\n\nStatus: Accepted\n> Ada said so\nDate: 2024-01-02\n",
        &["Accepted"],
        "Status: Accepted Ada said so",
    );
    check(
        "# 2. X\n\n**Status:** Accepted\n![a diagram](x.png)\n**Date:** 2024-01-02\n",
        &["Accepted"],
        "Status: Accepted",
    );
    check(
        "# 2. X\n\nStatus: Accepted\n[the whole story](https://example.org)\n",
        &["Accepted"],
        "Status: Accepted the whole story",
    );
    check(
        "# 2. X\n\nStatus: Accepted\n<b>by the board</b>\n",
        &["Accepted"],
        "Status: Accepted by the board",
    );
    // Items of a list go one by one.
    check(
        "# 2. X\n\n- Status: Accepted\n- a loose remark\n- Date: 2024-01-02\n",
        &["Accepted", "2 Jan 2024"],
        "a loose remark",
    );
    check(
        "# 2. X\n\n- Status: Accepted\n- Authors: Ada Lovelace,\nGrace Hopper\n- Date: 2024-01-02\n\nText.\n",
        &["Ada Lovelace", "Grace Hopper"],
        "Text.",
    );
    check(
        "# 2. X\n\n- Status: Accepted\n  since the board said so\n- Date: 2024-01-02\n\nText.\n",
        &["since the board said so"],
        "Text.",
    );
    // A quote under the title, with and without a status in front matter.
    check(
        "---\nstatus: accepted\n---\n# 1. X\n\n> **Status: Accepted** — why it is\n> and more\n\nText.\n",
        &["Accepted"],
        "Status: Accepted — why it is and more Text.",
    );
    check("---\nstatus: accepted\n---\n# 1. X\n\n> **Status:** Accepted\n\nText.\n", &["Accepted"], "Text.");
    // Tables with more than keys and values.
    check(
        "# 2. X\n\n| Status | Accepted |\n|--|--|\n| Date | 2024-01-02 |\n\nText.\n",
        &["Accepted"],
        "Text.",
    );
    check(
        "# 2. X\n\n| Status | Stalled | by Ada |\n|--|--|--|\n| Date | 2024-01-02 | by Grace |\n\nText.\n",
        &["Stalled"],
        "Status Stalled by Ada",
    );
    check(
        "# 2. X\n\n<table><caption>All about it</caption><tr><td>Status</td><td>Accepted</td></tr></table>\n\nText.\n",
        &[],
        "All about it",
    );
}

#[test]
fn what_a_row_does_not_show_is_quoted() {
    let with = |key: &str, value: &str| format!("# 2. X\n\n- Status: Accepted\n- {key}: {value}\n\nText.\n");
    let cases: &[(&str, &str, &[&str])] = &[
        ("Author", "Ada Lovelace (edited by grace)", &["“Ada Lovelace (edited by grace)”"]),
        ("Author", "Ada (Analytical Engines, Inc.)", &["“Ada (Analytical Engines, Inc.)”"]),
        ("Author", "Ada Lovelace <@countess>", &["Ada Lovelace @countess"]),
        ("Author", "Ada Lovelace (@countess) and Grace", &["Ada Lovelace @countess"]),
        ("Date", "2024-01-02, and again in the spring", &["“2024-01-02, and again in the spring”"]),
        ("Date", "2 January 2024", &["2 Jan 2024"]),
        ("Date", "2024-01-02T00:00:00Z", &["2 Jan 2024"]),
        ("Date", "January 2024", &["January 2024"]),
        ("Tags", "one, two", &["one", "two"]),
        (
            "Implementation",
            "Partly in [a build](https://example.org/1) behind the flag `x`",
            &["Partly in a build behind the flag x"],
        ),
        ("Implementation", "[one](https://example.org/1), [two](https://example.org/2)", &["one", "two"]),
        ("Supersedes", "[First](0001-first.md), for servers only", &["for servers only"]),
        ("Mood", "**very** good, see [this](https://example.org)", &["very good, see this"]),
    ];
    for (key, value, beside) in cases {
        check(&with(key, value), beside, "Text.");
        check(
            &format!(
                "---\nstatus: accepted\n{}: {}\n---\n# X\n\nText.\n",
                key.to_lowercase(),
                serde_json::to_string(value).unwrap()
            ),
            beside,
            "Text.",
        );
    }
    // A footnote's mark and a picture have their place in the text only.
    check(
        "# 2. X\n\n- Status: Accepted[^1]\n- Date: 2024-01-02\n\nText.\n\n[^1]: By the board.\n",
        &["Accepted"],
        "Status: Accepted",
    );
    check(
        "# 2. X\n\n- Status: Accepted\n- Picture: ![a picture](x.png)\n\nText.\n",
        &["Accepted"],
        "Picture:",
    );
    let long = "because of the many reasons given below ".repeat(12);
    check(&format!("# 2. X\n\n- Status: Accepted {long}\n\nText.\n"), &[], "");
}

#[test]
fn a_key_in_prose_makes_no_metadata() {
    check("# 2. X\n\n## Context\n\nText.\n\n`Date: 2024-01-02` is how a date is written.\n", &[], "Context");
    check(
        "# 2. X\n\nStatus: Accepted\n\n`Date: 2024-01-02` is how a date is written.\n",
        &["Accepted"],
        "Date: 2024-01-02 is how",
    );
    check(
        "# 2. X\n\nStatus: Accepted\n\nNote: some of it is old.\nStatus: codes are numbers.\n",
        &["Accepted"],
        "Note: some of it",
    );
}

#[test]
fn the_description_holds_no_value() {
    let check = |text: &str, expected: Option<&str>| {
        let (page, _) = page_of(text);
        let description = page.split_once("<meta name=\"description\" content=\"").map(|(_, rest)| rest);
        assert_eq!(description.and_then(|rest| rest.split('"').next()), expected, "{text:?}");
    };
    check(
        "# 2. X\n\nStatus: Accepted\nWe move to X since Y is gone.\n",
        Some("We move to X since Y is gone."),
    );
    check(
        "# 2. X\n\nStatus: Accepted after a long\ntalk in the spring of that year.\n\nWe move to X.\n",
        Some("We move to X."),
    );
    check("# 2. X\n\n**Status:** Accepted\n![badge](x.png)\n\nWe move to X.\n", Some("We move to X."));
}

#[test]
fn addresses_of_mail_stay_hidden() {
    for text in [
        "# 2. X\n\n- Status: Accepted\n- Author: Ada Lovelace <ada@example.org> (edited by grace)\n",
        "# 2. X\n\n- Status: Accepted\n- Author: [Ada](mailto:ada@example.org), the first\n",
        "---\nstatus: accepted\nauthor: ada@example.org\n---\n# X\n\nText.\n",
    ] {
        let (page, lost) = page_of(text);
        assert!(lost.is_empty(), "{lost:#?}");
        assert!(!page.contains("example.org"), "{page}");
    }
}

/// Keys that mean something, and some that do not.
const KEYS: [&str; 16] = [
    "Status",
    "Date",
    "Author",
    "Authors",
    "Deciders",
    "Supersedes",
    "Superseded-by",
    "Implementation",
    "RFC PR",
    "Tags",
    "Mood",
    "Owners",
    "Reviewed",
    "Estado",
    "日期",
    "Note",
];

/// Values, and pieces of them.
const VALUES: [&str; 30] = [
    "accepted",
    "Accepted",
    "**Rejected**",
    "superseded by [1](0001-first.md)",
    "2024-01-02",
    "2 January 2024",
    "2024-01-02 (in the spring)",
    "Ada Lovelace",
    "Ada Lovelace (@countess)",
    "Grace <@grace>",
    "Grace (Navy, Inc.)",
    "[Ada](https://example.org/ada) and Grace",
    "@ada, @grace",
    "ada@example.org",
    "partly in [this](https://example.org/1) and `that`",
    "https://example.org/2",
    "see https://example.org/3 for more",
    "one, two",
    "`code` and *marks* and __more__",
    "a [reference][r] and [another]",
    "<b>bold</b> words",
    "<span>half",
    "quelque chose à côté",
    "何か",
    "#12, #13",
    "half | a | table",
    "what[^1] it is",
    "![a picture](x.png)",
    "ends with a colon:",
    "\\*escaped\\* &amp; \"quoted\"",
];

/// Lines that are no entries.
const LINES: [&str; 24] = [
    "",
    "",
    "",
    "We move to it since the other is gone.",
    "and it goes on in lower case",
    "- a loose item",
    "  - a nested item",
    "  a line further in",
    "> a quote",
    "> **Status: Accepted** — why",
    "> and more of it",
    "![badge](https://img.shields.io/badge/status-accepted-green)",
    "[a link](https://example.org)",
    "<b>inline</b> HTML",
    "<!-- a comment -->",
    "`draft` `optional`",
    "---",
    "| a | table |",
    "|---|---|",
    "`Status: accepted` is how it is written",
    "```",
    "Status",
    "## Context",
    "[r]: https://example.org/r",
];

fn line() -> impl Strategy<Value = String> {
    let key = prop::sample::select(KEYS.to_vec());
    let value = prop::sample::select(VALUES.to_vec());
    let form = prop::sample::select(vec![
        "- K: V",
        "* **K:** V",
        "* **K**: V",
        "K: V",
        "**K:** V",
        "**K:** V | **K:** V",
        "| K | V |",
        "| **K** | V |",
        "> K: V",
        "> **K:** V",
        "**K**\nV",
        "**K** V",
        "  - V",
        "    V",
        "V",
        "1. K: V",
        "`K`: V",
        "K: V  ",
        "K:",
        "- K:",
        "| K | V | V |",
        "<table><tr><td>K</td><td>V</td></tr></table>",
        "    K: V",
    ]);
    let entry = (form, key, value).prop_map(|(form, key, value)| form.replace('K', key).replace('V', value));
    prop_oneof![3 => entry, 1 => prop::sample::select(LINES.to_vec()).prop_map(str::to_owned)]
}

fn record() -> impl Strategy<Value = String> {
    let title = prop::sample::select(vec!["# 2. Second", "# Second", "## Second", "Second\n======", ""]);
    let matter = prop::option::of(prop::collection::vec(
        (prop::sample::select(KEYS.to_vec()), prop::sample::select(VALUES.to_vec())),
        1..4,
    ));
    (title, matter, prop::collection::vec(line(), 1..9), any::<bool>()).prop_map(
        |(title, matter, lines, returns)| {
            let mut text = String::new();
            if let Some(matter) = matter {
                let mut seen = BTreeSet::new();
                text.push_str("---\n");
                for (key, value) in matter.into_iter().filter(|(key, _)| seen.insert(*key)) {
                    let _ = writeln!(text, "{key}: {}", serde_json::to_string(value).unwrap());
                }
                text.push_str("---\n");
            }
            let _ = write!(text, "{title}\n\n{}\n\n## Context\n\nText.\n\n[^1]: A note.\n", lines.join("\n"));
            if returns { text.replace('\n', "\r\n") } else { text }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_preamble_keeps_every_word(text in record()) {
        let (_, lost) = page_of(&text);
        prop_assert!(lost.is_empty(), "{text}\n{lost:#?}");
    }
}

/// How many records are made: few in the suite, more by `ANNALS_CASES`.
fn cases() -> u32 {
    std::env::var("ANNALS_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(64)
}
