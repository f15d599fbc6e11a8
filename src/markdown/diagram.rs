//! The only user of merman: mermaid diagrams as SVG, drawn at build time.
//!
//! Text is measured with the widths of the theme's own font, because labels sit in boxes that are as wide
//! as their text was thought to be.

use std::sync::LazyLock;

use merman::runtime::RuntimePolicy;
use merman::svg::{
    DeterministicTextMeasurer, MeasurementProfileId, SvgRenderOptions, TextMeasurementPolicy,
    TextMeasurementProfile, TextMeasurementProfileIdentity,
};
use merman::{
    Engine, MermaidConfig, OperationControl, ParseOptions, RenderOutput, RenderRequest, Renderer,
    SvgEnvironment, SvgRequest,
};

use super::svg;
use super::widths::text_width;

/// Longest source of a diagram, in bytes.
const LONGEST: usize = 64 * 1024;

/// Draws a diagram for light and dark, or says what is wrong with it. `number` is unique within the page:
/// the ids in the picture are made of it.
pub fn to_svg(code: &str, number: usize) -> Result<String, String> {
    if code.len() > LONGEST {
        return Err("it is too large".to_owned());
    }
    let [light, dark] = &*RENDERERS;
    svg::join(&draw(light, code, number)?, &draw(dark, code, number)?, kind(code))
}

fn draw(renderer: &Renderer, code: &str, number: usize) -> Result<String, String> {
    let request = SvgRequest {
        environment: ENVIRONMENT.clone(),
        options: SvgRenderOptions {
            diagram_id: Some(format!("diagram-{number}")),
            ..SvgRenderOptions::default()
        },
        ..SvgRequest::default()
    };
    match renderer.render(RenderRequest::svg(code, OperationControl::new(), request)) {
        Ok(RenderOutput::Svg(Some(svg))) => Ok(svg.svg().to_owned()),
        Ok(_) => Err("no diagram starts here".to_owned()),
        Err(error) => Err(problem(&error.to_string())),
    }
}

/// The library's message on one line, without its advice to those who build it.
fn problem(message: &str) -> String {
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = line.split("; enable the").next().unwrap_or_default();
    let mut chars = words.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// The word that says what kind of diagram it is, for its accessible name.
fn kind(code: &str) -> &str {
    let mut lines = code.lines().map(str::trim);
    let mut line = lines.next().unwrap_or_default();
    if line == "---" {
        // Front matter of the diagram.
        line = lines.by_ref().skip_while(|line| *line != "---").nth(1).unwrap_or_default();
    }
    while line.is_empty() || line.starts_with("%%") {
        let Some(next) = lines.next() else { return "" };
        line = next;
    }
    let word = line.split(|char: char| !char.is_ascii_alphabetic()).next().unwrap_or_default();
    match word {
        "graph" => "flowchart",
        _ => word.trim_end_matches("Diagram"),
    }
}

static ENVIRONMENT: LazyLock<SvgEnvironment> = LazyLock::new(|| {
    let measurer = DeterministicTextMeasurer::default().with_width_callback(|text, style| {
        let bold = style.font_weight.as_deref().is_some_and(|weight| {
            weight.starts_with("bold") || weight.parse::<f64>().is_ok_and(|weight| weight >= 600.0)
        });
        text_width(text, style.font_size, bold)
    });
    let identity = MeasurementProfileId::new("theme-font")
        .and_then(|id| TextMeasurementProfileIdentity::new(id, env!("CARGO_PKG_VERSION")));
    let environment = SvgEnvironment::deterministic();
    match identity {
        Ok(identity) => environment.with_text_measurement_policy(TextMeasurementPolicy::uniform(
            TextMeasurementProfile::new(identity, measurer),
        )),
        Err(_) => environment,
    }
});

/// Light and dark.
static RENDERERS: LazyLock<[Renderer; 2]> = LazyLock::new(|| [renderer(0), renderer(1)]);

/// Colours of the theme's style sheet, light and dark, by mermaid's names for what they paint.
const INKS: &[(&str, [&str; 2])] = &[
    ("activationBkgColor", ["#e3e9ef", "#2b3540"]),
    ("activationBorderColor", ["#8b857b", "#77736c"]),
    ("activeTaskBkgColor", ["#cfe0f0", "#27405a"]),
    ("activeTaskBorderColor", ["#5f83a8", "#6d93b8"]),
    ("altSectionBkgColor", ["#fdfcfa", "#151517"]),
    ("background", ["#fdfcfa", "#151517"]),
    ("clusterBkg", ["#f8f6f1", "#1c1c20"]),
    ("clusterBorder", ["#c9c3b8", "#4b4843"]),
    ("critBkgColor", ["#f2d3c8", "#5a3427"]),
    ("critBorderColor", ["#a8503a", "#d98c72"]),
    ("doneTaskBkgColor", ["#e6e0d2", "#3a382f"]),
    ("doneTaskBorderColor", ["#8b857b", "#77736c"]),
    ("edgeLabelBackground", ["#fdfcfa", "#151517"]),
    ("excludeBkgColor", ["#f1efe9", "#232328"]),
    ("gridColor", ["#c9c3b8", "#4b4843"]),
    ("lineColor", ["#67625a", "#a09c95"]),
    ("noteBkgColor", ["#fbf3d9", "#37301a"]),
    ("noteBorderColor", ["#cdb873", "#7d6c35"]),
    ("noteTextColor", ["#1c1a17", "#eae8e3"]),
    ("pieOuterStrokeColor", ["#8b857b", "#77736c"]),
    ("pieSectionTextColor", ["#1c1a17", "#eae8e3"]),
    ("pieStrokeColor", ["#fdfcfa", "#151517"]),
    ("primaryBorderColor", ["#8b857b", "#77736c"]),
    ("primaryColor", ["#f1efe9", "#26262b"]),
    ("primaryTextColor", ["#1c1a17", "#eae8e3"]),
    ("secondaryColor", ["#e6eef6", "#1f2c39"]),
    ("sectionBkgColor", ["#f8f6f1", "#1c1c20"]),
    ("sectionBkgColor2", ["#f8f6f1", "#1c1c20"]),
    ("sequenceNumberColor", ["#fdfcfa", "#151517"]),
    ("signalColor", ["#67625a", "#a09c95"]),
    ("taskBkgColor", ["#f1efe9", "#26262b"]),
    ("taskTextColor", ["#1c1a17", "#eae8e3"]),
    ("taskTextDarkColor", ["#1c1a17", "#eae8e3"]),
    ("taskTextLightColor", ["#1c1a17", "#eae8e3"]),
    ("taskTextOutsideColor", ["#1c1a17", "#eae8e3"]),
    ("tertiaryColor", ["#f8f6f1", "#1c1c20"]),
    ("textColor", ["#1c1a17", "#eae8e3"]),
];

/// The same of kinds whose colours have a place of their own in the configuration.
const INKS_OF_KINDS: &[(&str, &str, [&str; 2])] = &[
    ("c4", "boundary_border_color", ["#8b857b", "#77736c"]),
    ("c4", "boundary_font_color", ["#1c1a17", "#eae8e3"]),
    ("c4", "relationship_line_color", ["#67625a", "#a09c95"]),
    ("c4", "relationship_text_color", ["#1c1a17", "#eae8e3"]),
    ("packet", "blockFillColor", ["#f1efe9", "#26262b"]),
    ("packet", "blockStrokeColor", ["#8b857b", "#77736c"]),
    ("packet", "endByteColor", ["#67625a", "#a09c95"]),
    ("packet", "labelColor", ["#1c1a17", "#eae8e3"]),
    ("packet", "startByteColor", ["#67625a", "#a09c95"]),
    ("packet", "titleColor", ["#1c1a17", "#eae8e3"]),
];

/// Bars and lines of charts, which stand on the page itself.
const PLOTS: [&str; 2] = ["#5f83a8, #a8503a, #6f8f4f, #8a6a9e", "#6d93b8, #d98c72, #8fae6d, #ad8dc2"];

/// Fills of series: slices, branches, periods. Text in either ink can be read on them.
const SERIES: [[&str; 2]; 8] = [
    ["#cfe0f0", "#27405a"],
    ["#d9e8cf", "#2f4a2c"],
    ["#f3e3b8", "#5a4a1c"],
    ["#ead3e6", "#4d2f49"],
    ["#cdeae6", "#1f4b47"],
    ["#f2d3c8", "#5a3427"],
    ["#dcd9f0", "#393560"],
    ["#e6e0d2", "#454032"],
];

/// Kinds that would have a theme of their own.
const KINDS_WITH_A_LOOK: [&str; 6] = ["class", "er", "flowchart", "requirement", "sequence", "state"];

/// The renderer of one mode, 0 light and 1 dark.
fn renderer(mode: usize) -> Renderer {
    let mut inks = serde_json::Map::new();
    inks.insert("darkMode".to_owned(), (mode == 1).into());
    inks.insert("fontFamily".to_owned(), "Inter".into());
    inks.insert("fontSize".to_owned(), "16px".into());
    for (name, colours) in INKS {
        inks.insert((*name).to_owned(), colours[mode].into());
    }
    for (index, colours) in SERIES.iter().enumerate() {
        for name in [
            format!("pie{}", index + 1),
            format!("cScale{index}"),
            format!("fillType{index}"),
            format!("git{index}"),
        ] {
            inks.insert(name, colours[mode].into());
        }
        for name in [format!("cScaleLabel{index}"), format!("gitBranchLabel{index}")] {
            inks.insert(name, ["#1c1a17", "#eae8e3"][mode].into());
        }
    }
    inks.insert("xyChart".to_owned(), serde_json::json!({ "plotColorPalette": PLOTS[mode] }));
    let mut config = serde_json::json!({
        "theme": "base",
        "look": "classic",
        "fontFamily": "Inter",
        "securityLevel": "strict",
        "flowchart": { "wrappingWidth": 240 },
        "themeVariables": inks,
    });
    for (kind, name, colours) in INKS_OF_KINDS {
        config[kind][name] = colours[mode].into();
    }
    // A drawing that changes nothing of the configuration shares its colours with all others.
    for kind in KINDS_WITH_A_LOOK {
        config[kind]["theme"] = config["theme"].clone();
        config[kind]["look"] = config["look"].clone();
    }
    Renderer::new()
        .with_engine(Engine::new().with_site_config(MermaidConfig::from_value(config)))
        // No clock: the same text gives the same picture on any day.
        .with_runtime_policy(RuntimePolicy::deterministic())
        .with_parse_options(ParseOptions::strict())
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn one_picture_for_light_and_dark_without_styles() {
        let code =
            "flowchart LR\n  accTitle: The \"way\"\n  A[Draft] -->|yes| B(Done)\n  style B fill:#f96\n";
        let svg = to_svg(code, 3).expect("it is a flowchart");
        assert!(svg.starts_with("<svg role=\"img\" aria-label=\"The &quot;way&quot;\" width="), "{svg}");
        assert!(
            !svg.contains("style=") && !svg.contains("<style") && !svg.contains("class=\"node "),
            "{svg}"
        );
        assert!(
            svg.contains("fill=\"light-dark(#f1efe9, #26262b)\"") && svg.contains("fill=\"#f96\""),
            "{svg}"
        );
        // On the author's own colour, ink that can be read in both modes.
        assert!(svg.contains("color=\"#1c1a17\"") && svg.contains("<p>Done</p>"), "{svg}");
        assert!(svg.contains("url(#diagram-3_") && svg.contains("<marker id=\"diagram-3_"), "{svg}");
        assert_eq!(to_svg(code, 3), Ok(svg));
    }

    #[test]
    fn every_kind_is_drawn() {
        for code in [
            "sequenceDiagram\n  A->>B: hi\n",
            "stateDiagram-v2\n  [*] --> A\n",
            "classDiagram\n  A <|-- B\n",
            "erDiagram\n  A ||--o{ B : has\n",
            "gantt\n  dateFormat YYYY-MM-DD\n  A :a, 2024-01-01, 3d\n",
            "pie\n  \"a\" : 1\n",
            "timeline\n  2019 : a\n",
            "gitGraph\n  commit\n",
            "quadrantChart\n  A: [0.1, 0.2]\n",
            "journey\n  section s\n  a: 5: b\n",
            "block-beta\n  a b\n  a --> b\n",
            "mindmap\n  root((a))\n    b\n",
            "kanban\n  a\n    [b]\n",
            "packet-beta\n  0-15: \"a\"\n",
            "%% comment\n---\nx",
        ] {
            match to_svg(code, 1) {
                Ok(svg) => assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"), "{code}\n{svg}"),
                Err(_) => assert!(code.starts_with("%%"), "{code}"),
            }
        }
    }

    #[test]
    fn labels_and_lines_have_the_colours_of_the_theme() {
        let check = |code: &str, shown: &str| {
            let svg = to_svg(code, 1).expect("it is a diagram");
            assert!(svg.contains(shown), "{shown} in {svg}");
        };
        check("journey\n  section s\n  Make tea: 5: Me\n", "Make tea</tspan>");
        check(
            "gantt\n  dateFormat YYYY-MM-DD\n  A :a, 2024-01-01, 3d\n",
            "stroke=\"light-dark(#c9c3b8, #4b4843)\"",
        );
        check("packet-beta\n  0-15: \"a\"\n", "fill=\"light-dark(#f1efe9, #26262b)\"");
        check(
            "C4Context\n  Person(a, \"A\")\n  System(b, \"B\")\n  Rel(a, b, \"uses\")\n",
            "fill=\"light-dark(#1c1a17, #eae8e3)\"",
        );
        check("xychart-beta\n  x-axis [a, b]\n  bar [1, 2]\n", "fill=\"light-dark(#5f83a8, #6d93b8)\"");
    }

    #[test]
    fn mistakes_are_named() {
        expect!["diagram parse error (flowchart-v2): Unterminated node label (missing `]`)"]
            .assert_eq(&to_svg("flowchart TD\n  A --> \n  [", 1).expect_err("it is a mistake"));
        expect!["no Mermaid diagram type detected"]
            .assert_eq(&to_svg("nonsense", 1).expect_err("it is a mistake"));
        expect!["no Mermaid diagram type detected"].assert_eq(&to_svg("", 1).expect_err("it is a mistake"));
    }

    #[test]
    fn nothing_runs() {
        for code in [
            "flowchart TD\n  A[\"<img src=x onerror=alert(1)><script>alert(1)</script>\"] --> B\n  click A \"javascript:alert(1)\"\n",
            "%%{init: {\"themeCSS\": \"</style><script>alert(1)</script>\"}}%%\nflowchart TD\n  A --> B\n",
            "flowchart TD\n  A --> B\n  style A fill:url(https://e.org/x),stroke:expression(1)\n  click B call f()\n",
            "sequenceDiagram\n  A->>B: <svg onload=alert(1)>\n  link A: x @ javascript:alert(1)\n",
        ] {
            let svg = to_svg(code, 1).unwrap_or_default();
            for bad in
                ["<script", "<img", "<svg onload", "=\"alert", "javascript:", "<style", "e.org", "themeCSS"]
            {
                assert!(!svg.contains(bad), "{bad} in {svg}");
            }
        }
    }

    #[test]
    fn anything_is_bounded() {
        let mut chain = String::from("flowchart TD\n");
        for n in 0..3000 {
            chain.push_str(&format!("  n{n} --> n{}\n", n + 1));
        }
        let nested = format!("flowchart TD\n{}A{}", "subgraph s\n".repeat(2000), "\nend".repeat(2000));
        for code in [chain, nested, "flowchart TD\nA[".to_owned() + &"[".repeat(20_000)] {
            let _ = to_svg(&code, 1);
        }
    }
}
