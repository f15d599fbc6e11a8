//! The only user of merman: mermaid diagrams as SVG.

/// Draws a diagram, or says what is wrong with it. `number` is unique within the page.
pub fn to_svg(_code: &str, _number: usize) -> Result<String, String> {
    Err("diagrams are not built in".to_owned())
}
