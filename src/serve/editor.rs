//! Links that open a file in an editor: `vscode://file/…:3:9`.

use std::path::Path;

/// Known editors, and how each wants to be asked. `{path}` is absolute, with `/`, and begins with one.
const KNOWN: [(&str, &str); 6] = [
    ("vscode", "vscode://file{path}:{line}:{column}"),
    ("vscodium", "vscodium://file{path}:{line}:{column}"),
    ("cursor", "cursor://file{path}:{line}:{column}"),
    ("windsurf", "windsurf://file{path}:{line}:{column}"),
    ("idea", "idea://open?file={path}&line={line}&column={column}"),
    ("zed", "zed://file{path}:{line}:{column}"),
];

/// Makes links, or none where no editor is known.
#[derive(Debug, Clone, Default)]
pub struct Editor {
    pattern: Option<String>,
}

impl Editor {
    /// Takes what `editor-url` says: a known name, or a pattern with `{path}`, `{line}` and `{column}`.
    /// Where it says nothing, `terminal` decides: the values of `ZED_TERM`, `TERMINAL_EMULATOR` and
    /// `TERM_PROGRAM`, which editors set in their own terminals.
    pub fn new(configured: Option<&str>, terminal: [Option<&str>; 3]) -> Editor {
        let known = |name: &str| {
            KNOWN.iter().find(|(known, _)| *known == name).map(|(_, pattern)| (*pattern).to_owned())
        };
        let pattern = match (configured, terminal) {
            (Some(text), _) => known(text).or_else(|| Some(text.to_owned())),
            (None, [Some(_), ..]) => known("zed"),
            (None, [_, Some(name), _]) if name.contains("JetBrains") => known("idea"),
            (None, [.., Some("vscode")]) => known("vscode"),
            _ => None,
        };
        Editor { pattern }
    }

    /// The link to a place; `None` without an editor.
    pub fn link(&self, root: &Path, file: &str, line: u32, column: u32) -> Option<String> {
        let path = root.join(file).to_string_lossy().replace('\\', "/");
        let path: String =
            path.trim_start_matches("//?/").split('/').map(encoded).collect::<Vec<_>>().join("/");
        let path = if path.starts_with('/') { path } else { format!("/{path}") };
        let link = self.pattern.as_ref()?.replace("{path}", &path);
        Some(link.replace("{line}", &line.max(1).to_string()).replace("{column}", &column.max(1).to_string()))
    }
}

fn encoded(part: &str) -> String {
    // A drive keeps its colon.
    percent_encoding::utf8_percent_encode(part, percent_encoding::NON_ALPHANUMERIC)
        .to_string()
        .replace("%2E", ".")
        .replace("%2D", "-")
        .replace("%5F", "_")
        .replace("%7E", "~")
        .replace("%3A", ":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_editor_is_asked_in_its_own_way() {
        let link = |configured: Option<&str>, terminal| {
            Editor::new(configured, terminal).link(Path::new("/my log"), "adr/0001.md", 3, 9)
        };
        let none = [None; 3];
        assert_eq!(link(Some("vscode"), none).as_deref(), Some("vscode://file/my%20log/adr/0001.md:3:9"));
        assert_eq!(
            link(Some("idea"), none).as_deref(),
            Some("idea://open?file=/my%20log/adr/0001.md&line=3&column=9")
        );
        assert_eq!(
            link(Some("subl://open?url=file://{path}&line={line}"), none).as_deref(),
            Some("subl://open?url=file:///my%20log/adr/0001.md&line=3")
        );
        assert_eq!(
            link(None, [None, None, Some("vscode")]).as_deref(),
            Some("vscode://file/my%20log/adr/0001.md:3:9")
        );
        assert_eq!(
            link(None, [Some("true"), None, None]).as_deref(),
            Some("zed://file/my%20log/adr/0001.md:3:9")
        );
        assert_eq!(link(None, none), None);
    }
}
