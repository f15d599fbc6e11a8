//! Files that are copied into the site: which kinds, and where they stand in it.

/// Files of these kinds are copied when a page shows or links them; they run nothing in a browser.
const COPIED: [&str; 38] = [
    "apng",
    "avif",
    "bmp",
    "csv",
    "docx",
    "drawio",
    "dot",
    "excalidraw",
    "gif",
    "ico",
    "jpeg",
    "jpg",
    "key",
    "m4a",
    "mmd",
    "mov",
    "mp3",
    "mp4",
    "odg",
    "odp",
    "ods",
    "odt",
    "ogg",
    "pdf",
    "plantuml",
    "png",
    "pptx",
    "puml",
    "svg",
    "tif",
    "tiff",
    "tsv",
    "wav",
    "webm",
    "webp",
    "xlsx",
    "xopp",
    "zip",
];

/// Files of these kinds act in the reader's browser with the rights of the site: never copied, since
/// records come by pull request.
const ACTIVE: [&str; 14] = [
    "cjs", "hta", "htm", "html", "js", "mht", "mhtml", "mjs", "shtml", "svgz", "swf", "wasm", "xht", "xhtml",
];

/// True for a file that is copied when a page shows or links it.
pub fn is_copied(file: &str) -> bool {
    COPIED.contains(&extension(file).as_str())
}

/// True for a file that would act in the reader's browser.
pub fn is_active(file: &str) -> bool {
    ACTIVE.contains(&extension(file).as_str())
}

/// Output path of a copied file: its path in the tree below `assets/`; what some file system or URL parser
/// takes amiss is written as `=23`, its code in hexadecimal.
pub fn output(file: &str) -> String {
    let mut output = String::from("assets/");
    for c in file.chars() {
        match c.is_control() || "<>:\"|?*\\#%".contains(c) {
            true => output.push_str(&format!("={:02x}", u32::from(c))),
            false => output.push(c),
        }
    }
    output
}

fn extension(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_lowercase())
}
