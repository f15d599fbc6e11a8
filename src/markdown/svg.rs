//! Makes a drawn diagram fit for a page: one picture for light and dark, no style sheet and no style
//! attribute (the site's content security policy runs neither), nothing that is not on an allow-list.
//!
//! The drawing comes twice, in a light and a dark theme. Both are read in step; the rules of their style
//! sheets become presentation attributes, and where the two differ the attribute says `light-dark(…)`. Labels
//! are HTML within the picture and are styled by the theme (`.diagram .node-label`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use pulldown_cmark_escape::{escape_html, escape_html_body_text};
use roxmltree::{Document, Node, NodeType};

use super::{plain, sanitize, url};

/// Elements that are kept. What is not here goes with all that is in it, except text within labels.
const ELEMENTS: [&str; 23] = [
    "a",
    "circle",
    "clipPath",
    "defs",
    "desc",
    "ellipse",
    "foreignObject",
    "g",
    "line",
    "linearGradient",
    "marker",
    "mask",
    "path",
    "pattern",
    "polygon",
    "polyline",
    "rect",
    "stop",
    "svg",
    "switch",
    "text",
    "tspan",
    "title",
];

/// Elements of labels that are kept; of others only the content is.
const LABEL_ELEMENTS: [&str; 8] = ["b", "br", "code", "em", "i", "p", "strong", "u"];

/// Elements that others refer to by id.
const DEFINITIONS: [&str; 5] = ["clipPath", "linearGradient", "marker", "mask", "pattern"];

/// Attributes of shape and place, whose numbers are shortened.
const GEOMETRY: [&str; 32] = [
    "cx",
    "cy",
    "d",
    "dx",
    "dy",
    "gradientTransform",
    "height",
    "markerHeight",
    "markerWidth",
    "offset",
    "points",
    "r",
    "refX",
    "refY",
    "rx",
    "ry",
    "transform",
    "viewBox",
    "width",
    "x",
    "x1",
    "x2",
    "y",
    "y1",
    "y2",
    "gradientUnits",
    "markerUnits",
    "orient",
    "patternUnits",
    "preserveAspectRatio",
    "clipPathUnits",
    "xml:space",
];

/// Properties that may also stand as attributes.
const PROPERTIES: [&str; 23] = [
    "alignment-baseline",
    "clip-path",
    "color",
    "dominant-baseline",
    "fill",
    "fill-opacity",
    "fill-rule",
    "font-size",
    "font-style",
    "font-weight",
    "marker-end",
    "marker-mid",
    "marker-start",
    "opacity",
    "shape-rendering",
    "stop-color",
    "stroke",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-width",
    "text-anchor",
];

/// What a label takes over from the elements round its text.
const LABEL_PROPERTIES: [&str; 4] = ["color", "font-size", "font-style", "font-weight"];

/// Joins the light and the dark drawing of one diagram, of the kind `kind` ("flowchart").
pub fn join(light: &str, dark: &str, kind: &str) -> Result<String, String> {
    let light_document = Document::parse(light).map_err(|error| error.to_string())?;
    let dark_document = Document::parse(dark).ok();
    let light_rules = rules(&light_document);
    let dark_rules = dark_document.as_ref().map(rules).unwrap_or_default();
    let mut writer = Writer {
        used: light.split("url(#").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0)).collect(),
        light: light_rules,
        dark: dark_rules,
        kind,
        out: String::new(),
        grounds: Vec::new(),
    };
    let root = light_document.root_element();
    let twin = dark_document.as_ref().map(Document::root_element);
    writer.tree(root, twin);
    Ok(writer.out)
}

struct Writer<'a> {
    /// Ids of definitions that something in the drawing refers to.
    used: BTreeSet<&'a str>,
    light: Rules<'a>,
    dark: Rules<'a>,
    kind: &'a str,
    out: String,
    /// For each open element, the ink that can be read on the colour its author gave a shape in it.
    grounds: Vec<Option<&'static str>>,
}

impl<'a> Writer<'a> {
    /// Writes an element and what is in it, without recursion.
    fn tree(&mut self, root: Node<'a, 'a>, twin: Option<Node<'a, 'a>>) {
        enum Step<'b> {
            Open(Node<'b, 'b>, Option<Node<'b, 'b>>),
            Close(&'b str),
        }
        let mut steps = vec![Step::Open(root, twin)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Close(name) => {
                    self.grounds.pop();
                    let _ = write!(self.out, "</{name}>");
                }
                Step::Open(node, _) if node.node_type() == NodeType::Text => {
                    self.text(node.text().unwrap_or_default());
                }
                Step::Open(node, twin) => {
                    let name = node.tag_name().name();
                    let twin = twin.filter(|twin| twin.tag_name().name() == name);
                    if !self.is_kept(&node) {
                        continue;
                    }
                    self.start(&node, twin.as_ref());
                    if name == "foreignObject" {
                        self.label(&node);
                        self.out.push_str("</foreignObject>");
                        continue;
                    }
                    self.grounds.push(None);
                    steps.push(Step::Close(written(name)));
                    let children: Vec<Node<'_, '_>> = node.children().collect();
                    let mut twins: Vec<Node<'_, '_>> =
                        twin.map(|twin| twin.children().collect()).unwrap_or_default();
                    if twins.len() != children.len() {
                        twins.clear();
                    }
                    let paired =
                        children.into_iter().enumerate().map(|(at, child)| (child, twins.get(at).copied()));
                    let paired: Vec<_> = paired.collect();
                    steps.extend(paired.into_iter().rev().map(|(child, twin)| Step::Open(child, twin)));
                }
            }
        }
    }

    fn is_kept(&self, node: &Node<'_, '_>) -> bool {
        let name = node.tag_name().name();
        let known = node.is_element() && ELEMENTS.contains(&name);
        let empty_label = name == "foreignObject" && node.attribute("width") == Some("0");
        // The same label follows as text.
        let doubled =
            name == "foreignObject" && node.parent_element().is_some_and(|of| of.has_tag_name("switch"));
        let unused =
            DEFINITIONS.contains(&name) && node.attribute("id").is_none_or(|id| !self.used.contains(id));
        // Where a chart marks today depends on the day it was drawn.
        let today = node.attribute("class") == Some("today");
        let empty = name == "defs" && !node.children().any(|child| self.is_kept(&child));
        known && !empty && !empty_label && !doubled && !unused && !today
    }

    fn start(&mut self, node: &Node<'a, 'a>, twin: Option<&Node<'a, 'a>>) {
        let name = node.tag_name().name();
        let _ = write!(self.out, "<{}", written(name));
        if node.parent_element().is_none() {
            self.root_attributes(node);
        }
        if DEFINITIONS.contains(&name)
            && let Some(id) = node.attribute("id")
        {
            self.attribute("id", id);
        }
        let mut origin = "";
        for attribute in node.attributes() {
            let key = attribute.name();
            let is_size = node.parent_element().is_none() && matches!(key, "width" | "height");
            if GEOMETRY.contains(&key) && !is_size {
                self.attribute(key, &shorten(attribute.value()));
            } else if key == "transform-origin" {
                origin = attribute.value();
            }
        }
        if let Some(address) = link(node) {
            self.attribute("href", address);
        }
        let own_fill = inline(node).any(|(name, _)| name == "fill");
        let style = style(node, &self.light);
        let dark = twin.map(|twin| self::style(twin, &self.dark)).unwrap_or_default();
        if own_fill
            && let Some(ink) = style.get("fill").and_then(|fill| readable_on(fill))
            && let Some(ground) = self.grounds.last_mut()
        {
            *ground = Some(ink);
        }
        if let Some(transform) = style.get("transform").and_then(|value| turned(value, origin)) {
            self.attribute("transform", &transform);
        }
        if name == "foreignObject" {
            self.label_attributes(node, twin);
        } else {
            self.paint(&style, &dark, name);
        }
        self.out.push('>');
    }

    fn root_attributes(&mut self, node: &Node<'_, '_>) {
        let child = |name: &str| {
            node.children()
                .find(|child| child.tag_name().name() == name)
                .and_then(|child| child.text())
                .map(str::trim)
        };
        let name = child("title").map_or_else(|| format!("Diagram: {}", self.kind), plain);
        // Links within an image could not be reached by keyboard.
        let linked = node.descendants().any(|node| link(&node).is_some());
        self.attribute("role", if linked { "group" } else { "img" });
        self.attribute("aria-label", &name);
        if let Some(description) = child("desc") {
            self.attribute("aria-description", &plain(description));
        }
        let mut size = node.attribute("viewBox").unwrap_or_default().split_whitespace().skip(2);
        for side in ["width", "height"] {
            if let Some(length) = size.next().and_then(|length| length.parse::<f64>().ok()) {
                self.attribute(side, &format!("{}", length.ceil()));
            }
        }
    }

    /// Writes properties as attributes.
    fn paint(&mut self, light: &Style<'_>, dark: &Style<'_>, element: &str) {
        for (&name, &value) in light {
            let hidden = name == "display" && value == "none";
            let radius = element == "rect" && matches!(name, "rx" | "ry");
            if !hidden && !radius && !PROPERTIES.contains(&name) {
                continue;
            }
            match dark.get(name) {
                Some(dark) if *dark != value => self.attribute(name, &format!("light-dark({value}, {dark})")),
                _ => self.attribute(name, value),
            }
        }
    }

    fn label_attributes(&mut self, node: &Node<'a, 'a>, twin: Option<&Node<'a, 'a>>) {
        let light = label_style(node, &self.light);
        let dark = twin.map(|twin| label_style(twin, &self.dark)).unwrap_or_default();
        let ground = self.grounds.iter().rev().take(3).find_map(|ground| *ground);
        let chosen = node.descendants().any(|node| inline(&node).any(|(name, _)| name == "color"));
        match ground {
            Some(ink) if !chosen => {
                let mut light = light;
                light.insert("color", ink);
                self.paint(&light, &Style::new(), "foreignObject");
            }
            _ => self.paint(&light, &dark, "foreignObject"),
        }
    }

    /// The HTML of a label, reduced to text and its emphasis.
    fn label(&mut self, node: &Node<'_, '_>) {
        let mut classes = String::from("node-label");
        let outer = node.children().find(Node::is_element);
        let style: BTreeMap<&str, &str> = outer.iter().flat_map(|outer| inline(outer)).collect();
        let edge = node.descendants().any(|node| {
            node.attribute("class")
                .is_some_and(|class| class.contains("edgeLabel") || class.contains("labelBkg"))
        });
        for (class, wanted) in [
            ("edge-label", edge),
            ("center", style.get("text-align").is_some_and(|align| *align == "center")),
            ("wrap", style.get("white-space").is_some_and(|space| *space != "nowrap")),
        ] {
            if wanted {
                let _ = write!(classes, " {class}");
            }
        }
        let _ = write!(self.out, "<div class=\"{classes}\">");
        let mut open: Vec<(Node<'_, '_>, &str)> = Vec::new();
        for inner in node.descendants().skip(1) {
            while let Some((last, name)) = open.last()
                && inner.parent() != Some(*last)
            {
                if !name.is_empty() {
                    let _ = write!(self.out, "</{name}>");
                }
                open.pop();
            }
            if inner.is_text() {
                self.text(inner.text().unwrap_or_default());
            } else if inner.is_element() {
                let name = inner.tag_name().name();
                let name = if LABEL_ELEMENTS.contains(&name) { name } else { "" };
                if !name.is_empty() {
                    let _ = write!(self.out, "<{name}>");
                }
                open.push((inner, if name == "br" { "" } else { name }));
            }
        }
        for (_, name) in open.iter().rev().filter(|(_, name)| !name.is_empty()) {
            let _ = write!(self.out, "</{name}>");
        }
        self.out.push_str("</div>");
    }

    fn text(&mut self, text: &str) {
        let _ = escape_html_body_text(&mut self.out, &sanitize::unmarked(text));
    }

    fn attribute(&mut self, name: &str, value: &str) {
        let _ = write!(self.out, " {name}=\"");
        let _ = escape_html(&mut self.out, &sanitize::unmarked(value));
        self.out.push('"');
    }
}

/// The name by which an element is written: of the two ways to write a label that a `switch` offers, one is left.
fn written(name: &str) -> &str {
    if name == "switch" { "g" } else { name }
}

/// The address of a link that may stand in a page.
fn link<'a>(node: &Node<'a, '_>) -> Option<&'a str> {
    let address = node.attributes().find(|attribute| attribute.name() == "href")?.value();
    (node.tag_name().name() == "a" && url::is_safe(address)).then_some(address)
}

// Style sheets: the part of CSS that diagrams use.

/// Properties of an element by name.
type Style<'a> = BTreeMap<&'a str, &'a str>;

/// The rules of a drawing's style sheets.
#[derive(Default)]
struct Rules<'a> {
    /// Weakest first.
    all: Vec<Rule<'a>>,
    /// By one name that an element must have to be meant ([`Compound::name`]), the places in `all`.
    by_name: BTreeMap<&'a str, Vec<usize>>,
}

struct Rule<'a> {
    selector: Vec<Compound<'a>>,
    /// Stands over what an element says of itself.
    important: bool,
    /// Ids, classes and attributes, elements: compared in this order, then by place.
    weight: (usize, usize, usize),
    declarations: Vec<(&'a str, &'a str)>,
}

/// A compound selector; `child` says that it stands right below the one before it.
#[derive(Default, Clone)]
struct Compound<'a> {
    child: bool,
    element: Option<&'a str>,
    id: Option<&'a str>,
    classes: Vec<&'a str>,
    attributes: Vec<(&'a str, char, &'a str)>,
}

impl<'a> Rules<'a> {
    /// Those that mean an element, weakest first.
    fn of(&self, node: &Node<'_, '_>) -> Vec<&Rule<'a>> {
        let attribute = |name| node.attribute(name).unwrap_or_default();
        let names = attribute("class").split_ascii_whitespace();
        let names = names.chain([attribute("id"), node.tag_name().name(), ""]);
        let mut places: Vec<usize> =
            names.filter_map(|name| self.by_name.get(name)).flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        let rules = places.into_iter().map(|at| &self.all[at]);
        rules.filter(|rule| matches(node, &rule.selector)).collect()
    }
}

impl<'a> Compound<'a> {
    /// A class, the id or the element of what it means; empty where it has none of them.
    fn name(&self) -> &'a str {
        self.classes.first().copied().or(self.id).or(self.element).unwrap_or_default()
    }
}

/// The rules of a drawing's style sheets. Rules for states that a picture does not have (`:hover`, animations) and
/// for properties that it does not keep are left out.
fn rules<'a>(document: &'a Document<'a>) -> Rules<'a> {
    let mut rules = Vec::new();
    for style in document.descendants().filter(|node| node.tag_name().name() == "style") {
        let mut rest = style.text().unwrap_or_default();
        while let Some((head, tail)) = rest.split_once('{') {
            if head.trim_start().starts_with('@') {
                rest = after_block(tail);
                continue;
            }
            let Some((body, tail)) = tail.split_once('}') else { break };
            rest = tail;
            let (important, plain): (Vec<_>, Vec<_>) = declarations(body)
                .filter(|(name, _)| is_painted(name))
                .partition(|(_, value)| value.contains("!important"));
            let important = important.into_iter().map(|(name, value)| (name, bare(value))).collect();
            for (important, declarations) in [(false, plain), (true, important)] {
                if declarations.is_empty() {
                    continue;
                }
                for selector in head.split(',').filter_map(selector) {
                    let weight = (
                        selector.iter().filter(|part| part.id.is_some()).count(),
                        selector.iter().map(|part| part.classes.len() + part.attributes.len()).sum(),
                        selector.iter().filter(|part| part.element.is_some()).count(),
                    );
                    rules.push(Rule { selector, important, weight, declarations: declarations.clone() });
                }
            }
        }
    }
    rules.sort_by_key(|rule| (rule.important, rule.weight));
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, rule) in rules.iter().enumerate() {
        let name = rule.selector.last().map(Compound::name).unwrap_or_default();
        by_name.entry(name).or_default().push(at);
    }
    Rules { all: rules, by_name }
}

/// Whether a property becomes an attribute of anything.
fn is_painted(property: &str) -> bool {
    PROPERTIES.contains(&property) || matches!(property, "display" | "rx" | "ry" | "transform")
}

/// What follows a block whose opening brace was read.
fn after_block(css: &str) -> &str {
    let mut depth = 1;
    for (at, byte) in css.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &css[at + 1..];
        }
    }
    ""
}

/// `None` for selectors with pseudo-classes or anything else a picture has no use for.
fn selector(text: &str) -> Option<Vec<Compound<'_>>> {
    let mut parts: Vec<Compound<'_>> = Vec::new();
    let mut child = false;
    for word in text.split_inclusive(|char: char| char.is_whitespace() || char == '>') {
        let (name, arrow) = match word.strip_suffix('>') {
            Some(name) => (name.trim(), true),
            None => (word.trim(), false),
        };
        if !name.is_empty() {
            parts.push(Compound { child, ..compound(name)? });
            child = false;
        }
        child |= arrow;
    }
    (!parts.is_empty() && parts.len() <= 16).then_some(parts)
}

fn compound(text: &str) -> Option<Compound<'_>> {
    let mut compound = Compound::default();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let body = if matches!(first, '.' | '#' | '[') { &rest[1..] } else { rest };
        if first == '[' {
            let (inner, tail) = body.split_once(']')?;
            let (name, value) = inner.split_once('=')?;
            let operator = name.chars().next_back().filter(|char| "$^*~|".contains(*char)).unwrap_or('=');
            compound.attributes.push((
                name.trim_end_matches(operator).trim(),
                operator,
                value.trim_matches(['"', '\'']),
            ));
            rest = tail;
            continue;
        }
        let end = body.find(['.', '#', '[', ':', '+', '~']).unwrap_or(body.len());
        let (name, tail) = body.split_at(end);
        match first {
            _ if name.is_empty() => return None,
            '.' => compound.classes.push(name),
            '#' => compound.id = Some(name),
            '*' => {}
            _ => compound.element = Some(name),
        }
        rest = tail;
    }
    Some(compound)
}

/// `name: value` pairs of a block or a style attribute.
fn declarations(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split(';').filter_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        let (name, value) = (name.trim(), value.trim());
        // A value is a word, a number, a colour or a reference within the picture.
        let plain = !value.is_empty()
            && !value.contains("undefined")
            && (!value.contains("url(") || value.contains("url(#"));
        plain.then_some((name, value))
    })
}

fn inline<'a>(node: &Node<'a, '_>) -> impl Iterator<Item = (&'a str, &'a str)> {
    declarations(node.attribute("style").unwrap_or_default()).map(|(name, value)| (name, bare(value)))
}

/// A value without `!important`.
fn bare(value: &str) -> &str {
    value.split_once("!important").map_or(value, |(value, _)| value.trim_end())
}

/// The properties of an element: its attributes, then its rules, then its own style, each over the last.
fn style<'a>(node: &Node<'a, '_>, rules: &Rules<'a>) -> Style<'a> {
    let attributes = node.attributes().map(|attribute| (attribute.name(), attribute.value()));
    // Lines of a grid say `currentColor`, and the theme the colour of the group they are in.
    let attributes = attributes.filter(|(_, value)| *value != "currentColor");
    let mut style: Style<'a> =
        attributes.filter(|(name, _)| PROPERTIES.contains(name) || *name == "display").collect();
    let rules = rules.of(node);
    let said = |important: bool| {
        let rules = rules.iter().filter(move |rule| rule.important == important);
        rules.flat_map(|rule| rule.declarations.iter().copied())
    };
    style.extend(said(false));
    style.extend(inline(node));
    if !node.attribute("style").is_some_and(|own| own.contains("!important")) {
        style.extend(said(true));
    }
    style
}

/// What the text of a label inherits within its `foreignObject`.
fn label_style<'a>(label: &Node<'a, '_>, rules: &Rules<'a>) -> Style<'a> {
    let mut inherited = Style::new();
    let text = label
        .descendants()
        .find(|node| node.is_text() && node.text().is_some_and(|text| !text.trim().is_empty()));
    let chain: Vec<_> = text.iter().flat_map(Node::ancestors).take_while(|node| node != label).collect();
    for node in std::iter::once(label).chain(chain.iter().rev()) {
        let own = style(node, rules);
        for name in LABEL_PROPERTIES {
            if let Some(value) = own.get(name) {
                inherited.insert(name, *value);
            }
        }
    }
    inherited
}

fn matches(node: &Node<'_, '_>, selector: &[Compound<'_>]) -> bool {
    let Some((last, before)) = selector.split_last() else { return true };
    if !fits(node, last) {
        return false;
    }
    let Some(_) = before.last() else { return true };
    let mut above = node.parent_element();
    while let Some(ancestor) = above {
        if matches(&ancestor, before) {
            return true;
        }
        if last.child {
            return false;
        }
        above = ancestor.parent_element();
    }
    false
}

fn fits(node: &Node<'_, '_>, compound: &Compound<'_>) -> bool {
    let has_class = |wanted: &&str| {
        node.attribute("class").is_some_and(|own| own.split_ascii_whitespace().any(|class| class == *wanted))
    };
    compound.element.is_none_or(|name| node.tag_name().name() == name)
        && compound.id.is_none_or(|id| node.attribute("id") == Some(id))
        && compound.classes.iter().all(has_class)
        && compound.attributes.iter().all(|(name, operator, value)| {
            node.attribute(*name).is_some_and(|found| match operator {
                '$' => found.ends_with(value),
                '^' => found.starts_with(value),
                '*' => found.contains(value),
                _ => found == *value,
            })
        })
}

// Values.

/// Rounds the numbers of a path or a transform to hundredths.
fn shorten(value: &str) -> String {
    let mut short = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(dot) = rest.find('.') {
        let start = rest[..dot].rfind(|char: char| !char.is_ascii_digit()).map_or(0, |at| at + 1);
        let digits = rest[dot + 1..].bytes().take_while(u8::is_ascii_digit).count();
        let end = dot + 1 + digits;
        let exponent = rest[end..].starts_with(['e', 'E']);
        short.push_str(&rest[..start]);
        match rest[start..end].parse::<f64>() {
            Ok(number) if digits > 2 && !exponent => {
                let _ = write!(short, "{}", (number * 100.0).round() / 100.0);
            }
            _ => short.push_str(&rest[start..end]),
        }
        rest = &rest[end..];
    }
    short.push_str(rest);
    short
}

/// A `transform` property round an origin as a `transform` attribute, which has no units and no origin.
fn turned(value: &str, origin: &str) -> Option<String> {
    let number = |text: &str| text.trim_end_matches("px").parse::<f64>().ok();
    let mut place = origin.split_whitespace().filter_map(number);
    let (x, y) = (place.next()?, place.next()?);
    let functions = value.replace("deg", "").replace("px", "");
    let known = functions.chars().all(|char| char.is_ascii_alphanumeric() || "(), .-".contains(char));
    known.then(|| format!("translate({x} {y}) {functions} translate({} {})", -x, -y))
}

/// Ink that can be read on a colour that the author chose for both light and dark.
fn readable_on(colour: &str) -> Option<&'static str> {
    let digits = colour.strip_prefix('#')?;
    let channel = |at: usize| match digits.len() {
        3 | 4 => u32::from_str_radix(digits.get(at..at + 1)?, 16).ok().map(|value| value * 17),
        6 | 8 => u32::from_str_radix(digits.get(at * 2..at * 2 + 2)?, 16).ok(),
        _ => None,
    };
    let linear = |value: u32| (f64::from(value) / 255.0).powf(2.2);
    let light = 0.2126 * linear(channel(0)?) + 0.7152 * linear(channel(1)?) + 0.0722 * linear(channel(2)?);
    Some(if light > 0.18 { "#1c1a17" } else { "#ffffff" })
}
