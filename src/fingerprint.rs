//! One hash of everything a site depends on: equal fingerprints, equal sites. Reads nothing but this
//! program's own file; the rest is in [`Inputs`] already, and what git has is named by its commit.

use std::path::Path;

use rapidhash::v3::rapidhash_v3;
use rayon::prelude::*;

use crate::output;
use crate::source::{File as Source, Inputs};

/// The fingerprint of a build of these inputs by this program, as 16 hexadecimal digits.
///
/// Assets count by path and length alone: those that are published are compared byte by byte when the
/// output is checked.
pub fn of(inputs: &Inputs, root: &Path) -> String {
    let (program, (git, files)) =
        rayon::join(program, || rayon::join(|| crate::history::stamp(root), || files(inputs)));
    let Inputs { files: _, config, theme, today, aliases, drafts, root_name, diagnostics } = inputs;
    let theme: Vec<(&String, u64)> = theme.iter().map(|(path, bytes)| (path, rapidhash_v3(bytes))).collect();
    // `Debug` of plain data names every field, and new ones by themselves.
    let rest = format!("{config:?}{theme:?}{today}{aliases:?}{drafts}{root_name}{diagnostics:?}{git:?}");
    let all = [program, files, rapidhash_v3(rest.as_bytes())];
    let bytes: Vec<u8> = all.iter().flat_map(|hash| hash.to_le_bytes()).collect();
    format!("{:016x}", rapidhash_v3(&bytes))
}

/// This program: its code and the theme in it.
fn program() -> u64 {
    let own = std::env::current_exe().and_then(|path| output::hash_of_file(&path));
    // A program that cannot read itself is at least known by its version.
    own.unwrap_or_else(|_| rapidhash_v3(env!("CARGO_PKG_VERSION").as_bytes()))
}

fn files(inputs: &Inputs) -> u64 {
    let files: Vec<_> = inputs.files.iter().collect();
    let hash = |(path, file): &(&String, &Source)| {
        let content = match file {
            Source::Text(text) => rapidhash_v3(text.text.as_bytes()),
            Source::Asset { len } => *len,
        };
        let kind = u8::from(matches!(file, Source::Text(_)));
        let mut bytes = rapidhash_v3(path.as_bytes()).to_le_bytes().to_vec();
        bytes.extend(content.to_le_bytes());
        bytes.push(kind);
        bytes
    };
    let hashes: Vec<Vec<u8>> = files.par_iter().map(hash).collect();
    rapidhash_v3(&hashes.concat())
}
