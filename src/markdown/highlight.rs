//! The only user of syntaxmate: code as HTML with a few short classes.

use pulldown_cmark_escape::escape_html_body_text;

/// The language of a fenced block from its info string, in lower case: `.rs`, `Rust,ignore` → `rust`.
pub fn language(info: &str) -> String {
    let word = info.split([',', ' ', '{', '\t']).find(|word| !word.is_empty()).unwrap_or_default();
    word.trim_start_matches('.').to_lowercase()
}

/// Appends `code` as HTML to `html`.
pub fn highlight(_language: &str, code: &str, html: &mut String) {
    let _ = escape_html_body_text(html, code);
}
