//! The files of a small site's search as one script. Browsers let a page that was opened from the disk run a script
//! that lies beside it, and read no other file; so this is the only way to a search without any server.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Where it is written.
const PATH: &str = "search/inline.js";

/// Sites whose files are larger together go without: nobody should load that much for a word.
const LARGEST: usize = 1_000_000;

/// Path and text of the script that gives a client every file: `annalsIndex={"root.bin":"…base64…",…}`, by the paths
/// below `search/`; `None` where the files are too large.
pub fn script(files: &BTreeMap<String, Arc<[u8]>>) -> Option<(String, Vec<u8>)> {
    let named = files.iter().filter_map(|(path, bytes)| Some((path.strip_prefix("search/")?, bytes)));
    let encoded: BTreeMap<&str, String> = named.map(|(path, bytes)| (path, STANDARD.encode(bytes))).collect();
    let size: usize = encoded.iter().map(|(path, text)| path.len() + text.len()).sum();
    // A map of strings always has JSON.
    let json = serde_json::to_string(&encoded).ok().filter(|_| size <= LARGEST)?;
    Some((PATH.to_owned(), format!("annalsIndex={json};\n").into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_sites_have_a_script_and_large_ones_do_not() {
        let files = |size| BTreeMap::from([("search/root.bin".to_owned(), vec![7; size].into())]);
        let (path, text) = script(&files(3)).unwrap_or_default();
        assert_eq!(
            (path.as_str(), text.as_slice()),
            (PATH, b"annalsIndex={\"root.bin\":\"BwcH\"};\n".as_slice())
        );
        assert_eq!(script(&files(LARGEST)), None);
    }
}
