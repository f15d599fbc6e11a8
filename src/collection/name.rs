//! What the names of files and folders say: templates, indexes, assets, series, and the key, title and
//! prefix of a collection. Knows no contents.

use crate::config::CollectionConfig;
use crate::record::{self, State, number};

/// Why what lies in a folder of templates is no record.
pub const IN_TEMPLATES: &str = "in a folder of templates";

/// Why a markdown file is no record, by its name and the folders it lies in; `None` where it may be one.
pub fn not_a_record(path: &str) -> Option<&'static str> {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    for folder in folders.split('/') {
        let lower = folder.to_ascii_lowercase();
        if is_template(&lower) {
            return Some(IN_TEMPLATES);
        }
        if ASSETS.contains(&lower.as_str()) {
            return Some("in a folder of assets");
        }
        if VERSIONED.contains(&lower.as_str()) {
            return Some("in a folder of earlier versions");
        }
        if folder == ".github" || folder == ".gitlab" {
            return Some("in the forge's own folder");
        }
        if TOOLS.contains(&folder) {
            return Some("in a tool's own folder");
        }
    }
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let lower = stem.to_ascii_lowercase();
    if is_template(&lower) {
        return Some("a template, by its name");
    }
    let bare = lower.trim_start_matches('_').replace(['_', ' '], "-");
    let name = number::read(stem);
    let of_conduct = || bare.replace('-', "").contains("codeofconduct") && name.number.is_none();
    if NOTICES.contains(&bare.as_str()) || of_conduct() {
        return Some("a notice of the repository, by its name");
    }
    let first = name.number.is_some_and(|number| number.bytes().all(|byte| byte == b'0'));
    (INDEXES.contains(&bare.as_str()) || first && is_index(name.slug)).then_some("an index, by its name")
}

/// True for a slug that is the name of an index: `0012-index` may be one, or the decision on one.
pub fn is_index(slug: &str) -> bool {
    INDEXES.contains(&slug.to_ascii_lowercase().replace(['_', ' '], "-").as_str())
}

/// True for a name of nothing but a number and words for a template of records: `001-proposal-template`.
pub fn is_numbered_template(stem: &str) -> bool {
    number::read(stem).number.is_some() && is_plain_template(stem)
}

/// True for a name of nothing but words for a template of records, with a number or without.
pub fn is_plain_template(stem: &str) -> bool {
    let lower = stem.to_lowercase();
    let name = number::read(&lower);
    let words = name.slug.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words = words.collect::<Vec<_>>();
    let is_template = |word: &&str| TEMPLATE.contains(word);
    let says_little = |word: &&str| {
        is_template(word)
            || number::is_series_word(word)
            || SERIES_FOLDERS.contains(word)
            || ["architecture", "short", "long", "minimal", "bare", "simple", "full", "new"].contains(word)
    };
    words.iter().any(is_template) && words.iter().all(says_little)
}

/// Folders of documentation as it was for earlier versions of the software.
const VERSIONED: [&str; 2] = ["versioned_docs", "versioned-docs"];

const ASSETS: [&str; 8] =
    ["assets", "images", "img", "static", "media", "resources", "attachments", "figures"];

/// Folders of instructions to editors and agents, which may be about records.
const TOOLS: [&str; 8] =
    [".claude", ".codex", ".cursor", ".gemini", ".windsurf", ".vscode", ".idea", ".devcontainer"];

const NOTICES: [&str; 23] = [
    "contributing",
    "code-of-conduct",
    "license",
    "licence",
    "security",
    "support",
    "governance",
    "maintainers",
    "authors",
    "changelog",
    "notice",
    "backlog",
    "faq",
    "glossary",
    "copying",
    "contributors",
    "releasing",
    "owners",
    "history",
    "style-guide",
    "agents",
    "claude",
    "gemini",
];

const INDEXES: [&str; 8] =
    ["readme", "index", "toc", "summary", "sidebar", "table-of-contents", "overview", "home"];

/// `template`, `adr-template`, `adr-template-short`, `0000-template`, `NNNN-kep-template`; but a record
/// about templates (`0042-use-a-template`) has a number of its own.
fn is_template(lower: &str) -> bool {
    if !TEMPLATE.iter().chain(&MODEL).any(|word| lower.contains(word)) {
        return false;
    }
    let name = number::read(lower);
    let numbered =
        name.number.is_some_and(|number| number.bytes().any(|byte| byte.is_ascii_digit() && byte != b'0'));
    if numbered || name.date.is_some() {
        return false;
    }
    let words = lower.split(|c: char| !c.is_alphanumeric());
    let words = words.filter(|word| !word.bytes().all(|byte| byte == b'0')).collect::<Vec<_>>();
    let of_series = words.iter().any(|word| number::is_series_word(word));
    let is = |word: &&str| TEMPLATE.contains(word) || of_series && MODEL.contains(word);
    let first = words.iter().position(is).unwrap_or(usize::MAX);
    words.last().is_some_and(is)
        || first == 0
        || first == 1 && words.first().is_some_and(|word| number::is_series_word(word))
}

/// What a template is called.
const TEMPLATE: [&str; 10] = [
    "template",
    "templates",
    "vorlage",
    "vorlagen",
    "plantilla",
    "szablon",
    "sjabloon",
    "テンプレート",
    "模板",
    "шаблон",
];

/// The same, where it could also be a model of something.
const MODEL: [&str; 3] = ["modele", "modèle", "modelo"];

/// Names of folders that hold decisions and nothing else, singular.
const SERIES_FOLDERS: [&str; 8] =
    ["proposal", "enhancement", "decision", "adr-log", "decision-log", "text", "spec", "design"];

/// Those of them that also are names for what is numbered and decides nothing: plans of features, drawings.
const PLANS: [&str; 2] = ["spec", "design"];

/// Words before a number that any series could have, so that nobody cites a record by them.
const VAGUE: [&str; 7] = ["id", "no", "ad", "record", "proposal", "decision", "number"];

/// True for letters that are no prefix to cite by: `ID`, `Proposal`.
pub fn is_vague(prefix: &str) -> bool {
    VAGUE.contains(&prefix.to_ascii_lowercase().as_str())
}

/// How plainly a folder's name says that it holds records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// It says nothing.
    None,
    /// It may (`proposals`, `text`), if the files in it agree.
    Some,
    /// `adr`, `rfcs`, `architecture-decisions`.
    Sure,
}

/// What a folder's name says of its holding records.
pub fn strength(folder: &str) -> Strength {
    let name = singular(folder);
    let is_word = number::is_series_word(&name) && !is_vague(&name) && !EVERYDAY.contains(&name.as_str());
    if holds_decisions(&name) || is_word && !AMBIGUOUS.contains(&name.as_str()) {
        Strength::Sure
    } else if is_word || SERIES_FOLDERS.contains(&name.as_str()) {
        Strength::Some
    } else {
        Strength::None
    }
}

/// True for `architecture-decision` and `decision-record`, but not for `decision-making`.
fn holds_decisions(singular: &str) -> bool {
    const BEHIND: [&str; 6] = ["record", "log", "register", "registry", "history", "archive"];
    let Some((_, behind)) = singular.rsplit_once("decision") else { return false };
    let mut words = behind.trim_start_matches('s').split(['-', ' ']).filter(|word| !word.is_empty());
    words.all(|word| BEHIND.contains(&word.strip_suffix('s').unwrap_or(word)))
}

/// Words of a series that name other folders more often.
const EVERYDAY: [&str; 8] = ["tip", "zip", "pip", "dip", "rip", "vip", "rep", "hdr"];

/// Words of a series that may name something else: disaster recovery, processors.
const AMBIGUOUS: [&str; 3] = ["dr", "arc", "simd"];

/// True for a folder of a blog's posts.
pub fn is_blog(folder: &str) -> bool {
    ["blog", "_posts", "posts", "news"].contains(&last(folder).to_ascii_lowercase().as_str())
}

/// True for a folder in which a number says little: `specs/0012-login.md` may be a plan.
pub fn holds_plans(folder: &str) -> bool {
    PLANS.contains(&singular(folder).as_str())
}

/// The last folder of a path as a word for one of what lies in it: `docs/.Specs` → `spec`.
fn singular(folder: &str) -> String {
    let name = last(folder).trim_start_matches('.').to_ascii_lowercase().replace('_', "-");
    name.strip_suffix('s').map(str::to_owned).unwrap_or(name)
}

/// A folder inside `adr/` is as sure as `adr/` is, when it only sorts: `adr/accepted`, `rfcs/archive`.
pub fn effective_strength(folder: &str, root_name: &str) -> Strength {
    let sorting = super::candidate::ancestors(folder).find(|folder| !is_sorting(folder)).unwrap_or_default();
    match sorting {
        "" => strength(root_name),
        sorting => strength(sorting),
    }
}

/// A folder that sorts the records of the one above it: by state, by year, or an archive.
pub fn is_sorting(folder: &str) -> bool {
    let own = last(folder).to_ascii_lowercase();
    matches!(own.as_str(), "archive" | "archives" | "old") || is_year(&own) || state(folder).is_some()
}

fn is_year(folder: &str) -> bool {
    folder.len() == 4 && folder.parse::<u16>().is_ok_and(|year| (1970..2100).contains(&year))
}

/// The state that a folder's own name says.
pub fn state(folder: &str) -> Option<State> {
    record::state_of_folder(last(folder), &CollectionConfig::default())
}

/// What the records in a sorting folder are called by its name: `proposals` for `proposals-accepted`.
pub fn sorted(folder: &str) -> Option<&str> {
    state(folder)?;
    let name = last(folder);
    let parts = name.split_once(['-', '_']).into_iter().flat_map(|(first, rest)| [first, rest]);
    parts.into_iter().find(|part| strength(part) > Strength::None)
}

/// The state that a folder's name says, or that of the folder whose years it sorts: `accepted/2021`.
pub fn state_above_years(folder: &str) -> Option<(&str, State)> {
    let folder = super::candidate::ancestors(folder).find(|folder| !is_year(last(folder)))?;
    state(folder).map(|state| (folder, state))
}

/// Keys that place a page in the navigation of a documentation site.
pub const NAVIGATION: [&str; 12] = [
    "sidebar_position",
    "sidebar_label",
    "sidebar",
    "nav_order",
    "nav_title",
    "weight",
    "menu",
    "menutitle",
    "linktitle",
    "toc",
    "order",
    "has_children",
];

/// Files that only a repository of software or a documentation site has at its top.
pub fn is_of_repository(file: &str) -> bool {
    const FILES: [&str; 17] = [
        "cargo.toml",
        "package.json",
        "go.mod",
        "pyproject.toml",
        "setup.py",
        "pom.xml",
        "build.gradle",
        "gemfile",
        "composer.json",
        "makefile",
        "cmakelists.txt",
        "dockerfile",
        "mkdocs.yml",
        "book.toml",
        "hugo.toml",
        "contributing.md",
        "code_of_conduct.md",
    ];
    let lower = file.to_ascii_lowercase();
    FILES.contains(&lower.as_str()) || lower.starts_with("docusaurus.config") || lower.starts_with("license")
}

fn last(folder: &str) -> &str {
    folder.rsplit('/').next().unwrap_or(folder)
}

/// The prefix that a folder's or the repository's name gives: `adrs` → `ADR`, `architecture-decisions` → `ADR`.
pub fn prefix(folder: &str) -> Option<String> {
    let lower = folder.to_ascii_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    for word in words.rev() {
        let singular = word.strip_suffix('s').unwrap_or(word);
        if singular == "decision" {
            return Some("ADR".to_owned());
        }
        if number::is_series_word(singular) && !is_vague(singular) {
            return Some(singular.to_ascii_uppercase());
        }
    }
    None
}

/// The base language of a translation: `0001-x.zh` and `0001-x.pt-BR` → `0001-x`.
pub fn translation_of(stem: &str) -> Option<&str> {
    let (base, language) = stem.rsplit_once(['.', '_'])?;
    let (code, region) = language.split_once('-').unwrap_or((language, ""));
    let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_region = region.is_empty()
        || (2..=4).contains(&region.len()) && region.bytes().all(|byte| byte.is_ascii_alphabetic());
    (is_code && is_region).then_some(base)
}

/// Folder names that say where a folder is, not what it holds.
const GENERIC: [&str; 12] = [
    "docs",
    "doc",
    "packages",
    "src",
    "architecture",
    "documentation",
    "documents",
    "libs",
    "apps",
    "modules",
    "services",
    "content",
];

/// The last folder of a path that tells it from others: `packages/core/docs/adr` → `core`.
pub fn distinguishing(path: &str) -> Option<&str> {
    let told =
        |folder: &&str| !folder.is_empty() && !GENERIC.contains(folder) && strength(folder) == Strength::None;
    path.rsplit('/').find(told)
}

/// A name as part of addresses: lower-case letters and digits joined by `-`.
pub fn key(name: &str) -> String {
    let mut key = String::new();
    for c in name.chars() {
        match c.is_alphanumeric() {
            true => key.extend(c.to_lowercase()),
            false if key.ends_with('-') || key.is_empty() => {}
            false => key.push('-'),
        }
    }
    let key = key.trim_end_matches('-');
    if key.is_empty() { "records".to_owned() } else { key.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_no_records() {
        let check = |path: &str, expected: bool| assert_eq!(not_a_record(path).is_some(), expected, "{path}");
        for path in [
            "README.md",
            "docs/index.md",
            "docs/adr/template.md",
            "adr-template-bare.md",
            "0000-template.md",
            "eip-template.md",
            "keps/NNNN-kep-template/README.md",
            "proposal-templates/0001-x.md",
            "CODE_OF_CONDUCT.md",
            "x/assets/0001-y.md",
            "backlog.md",
            "0000-modele-adr.md",
            "adr/vorlage.md",
            ".claude/commands/adr/adr.md",
            "000 - Index.md",
            "adr/0000-toc.md",
            "docs/Code of Conduct.md",
            "CODE_OF_CONDUCT-zh.md",
            "versioned_docs/version-1.0/adr/0001-x.md",
        ] {
            check(path, true);
        }
        for path in [
            "adr/0042-use-a-template.md",
            "docs/adr/0001-x.md",
            "use-template-engine.md",
            "0001-choix-du-modele-adr.md",
            "modelo-de-datos.md",
            ".decisions/use-quic.md",
            "eip-1.md",
            "0000-use-adrs.md",
            "adr/0012-index.md",
            "adr/0000-index-our-records.md",
            "adr/0012-code-of-conduct.md",
            "docs/versioned/adr/0001-x.md",
        ] {
            check(path, false);
        }
    }

    #[test]
    fn templates_with_numbers() {
        for name in ["001-proposal-template", "1-adr-template-short", "0042-template"] {
            assert!(is_numbered_template(name), "{name}");
        }
        for name in
            ["001-use-a-proposal-template", "proposal-template", "001-proposal", "003-template-engine"]
        {
            assert!(!is_numbered_template(name), "{name}");
        }
    }

    #[test]
    fn names_of_folders() {
        let check = |folder: &str, expected: Strength, expected_prefix: Option<&str>| {
            assert_eq!(
                (strength(folder), prefix(folder).as_deref()),
                (expected, expected_prefix),
                "{folder}"
            );
        };
        check("docs/adr", Strength::Sure, Some("ADR"));
        check("docs/architecture/decisions", Strength::Sure, Some("ADR"));
        check("architecture_decision_records", Strength::Sure, Some("ADR"));
        check("EIPS", Strength::Sure, Some("EIP"));
        check("keps", Strength::Sure, Some("KEP"));
        check("text", Strength::Some, None);
        check("decision-log", Strength::Sure, Some("ADR"));
        check("decisions_archive", Strength::Sure, Some("ADR"));
        check("docs/decision-making", Strength::None, Some("ADR"));
        check("decision-trees", Strength::None, Some("ADR"));
        check("docs/dr", Strength::Some, Some("DR"));
        check("docs/tips", Strength::None, Some("TIP"));
        check("docs/steps", Strength::None, None);
        check("proposals", Strength::Some, None);
        check("acme__rfcs", Strength::None, Some("RFC"));
        check("docs", Strength::None, None);
    }

    #[test]
    fn folders_that_sort() {
        let check = |folder: &str, expected: bool, word: Option<&str>| {
            assert_eq!((is_sorting(folder), sorted(folder)), (expected, word), "{folder}");
        };
        check("rfcs/accepted", true, None);
        check("docs/proposals-accepted", true, Some("proposals"));
        check("docs/rejected_rfcs", true, Some("rfcs"));
        check("accepted/2021", true, None);
        check("adr/1-rejected", true, None);
        check("docs/accepted-practices", false, None);
        check("adr/2101", false, None);
        check("proposals", false, None);
    }

    #[test]
    fn folders_of_plans() {
        for folder in ["specs", "docs/Designs", ".specs"] {
            assert!(holds_plans(folder), "{folder}");
        }
        assert!(!holds_plans("docs/adr"));
    }

    #[test]
    fn translations() {
        assert_eq!(translation_of("0001-x.zh"), Some("0001-x"));
        assert_eq!(translation_of("0001-x.pt-BR"), Some("0001-x"));
        assert_eq!(translation_of("0001-use-v1.2"), None);
        assert_eq!(translation_of("0001-x"), None);
    }
}
