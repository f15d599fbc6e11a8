//! The repository on the web: reads addresses of forges (GitHub, GitLab, Gitea, Bitbucket, sourcehut) and
//! writes them. Knows paths, not records; reaches no network.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// What stays as it is in a path segment of a URL (RFC 3986, section 3.3, without `%`).
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A path as it stands in a URL: every segment percent-encoded, the slashes kept.
pub fn encode_path(path: &str) -> String {
    utf8_percent_encode(path, SEGMENT).to_string()
}

/// The kinds of web front ends, by the form of their addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Forge {
    /// `OWNER/REPO/blob/REF/PATH`
    GitHub,
    /// `GROUP/…/REPO/-/blob/REF/PATH`
    GitLab,
    /// `OWNER/REPO/src/branch/REF/PATH` (Gitea, Forgejo)
    Gitea,
    /// `OWNER/REPO/src/REF/PATH`
    Bitbucket,
    /// `~OWNER/REPO/tree/REF/item/PATH`
    Sourcehut,
}

/// Patterns of one forge: `{web}` the repository, `{ref}` a branch, `{path}`, `{commit}`.
struct Patterns {
    forge: Forge,
    source: &'static str,
    folder: &'static str,
    edit: Option<&'static str>,
    history: &'static str,
    commit: &'static str,
    /// The ref that always names the default branch.
    head: &'static str,
}

const PATTERNS: [Patterns; 5] = [
    Patterns {
        forge: Forge::GitHub,
        source: "{web}/blob/{ref}/{path}",
        folder: "{web}/tree/{ref}/{path}",
        edit: Some("{web}/edit/{ref}/{path}"),
        history: "{web}/commits/{ref}/{path}",
        commit: "{web}/commit/{commit}",
        head: "HEAD",
    },
    Patterns {
        forge: Forge::GitLab,
        source: "{web}/-/blob/{ref}/{path}",
        folder: "{web}/-/tree/{ref}/{path}",
        edit: Some("{web}/-/edit/{ref}/{path}"),
        history: "{web}/-/commits/{ref}/{path}",
        commit: "{web}/-/commit/{commit}",
        head: "HEAD",
    },
    Patterns {
        forge: Forge::Gitea,
        source: "{web}/src/branch/{ref}/{path}",
        folder: "{web}/src/branch/{ref}/{path}",
        edit: Some("{web}/_edit/{ref}/{path}"),
        history: "{web}/commits/branch/{ref}/{path}",
        commit: "{web}/commit/{commit}",
        head: "main",
    },
    Patterns {
        forge: Forge::Bitbucket,
        source: "{web}/src/{ref}/{path}",
        folder: "{web}/src/{ref}/{path}",
        edit: Some("{web}/src/{ref}/{path}?mode=edit"),
        history: "{web}/history-node/{ref}/{path}",
        commit: "{web}/commits/{commit}",
        head: "HEAD",
    },
    Patterns {
        forge: Forge::Sourcehut,
        source: "{web}/tree/{ref}/item/{path}",
        folder: "{web}/tree/{ref}/item/{path}",
        edit: None,
        history: "{web}/log/{ref}/item/{path}",
        commit: "{web}/commit/{commit}",
        head: "HEAD",
    },
];

/// What stands between the repository and the ref in the address of a file. Longer ones first where one
/// begins like another.
const MARKERS: [(&str, Forge); 20] = [
    ("/-/blob/", Forge::GitLab),
    ("/-/tree/", Forge::GitLab),
    ("/-/raw/", Forge::GitLab),
    ("/-/edit/", Forge::GitLab),
    ("/-/blame/", Forge::GitLab),
    ("/-/commits/", Forge::GitLab),
    ("/src/branch/", Forge::Gitea),
    ("/src/commit/", Forge::Gitea),
    ("/src/tag/", Forge::Gitea),
    ("/raw/branch/", Forge::Gitea),
    ("/raw/commit/", Forge::Gitea),
    ("/raw/tag/", Forge::Gitea),
    ("/blob/", Forge::GitHub),
    ("/tree/", Forge::GitHub),
    ("/raw/", Forge::GitHub),
    ("/edit/", Forge::GitHub),
    ("/blame/", Forge::GitHub),
    ("/commits/", Forge::GitHub),
    ("/src/", Forge::Bitbucket),
    ("/log/", Forge::Sourcehut),
];

/// A repository's name on the web: lower-case host and `owner/name` (GitLab: any number of groups).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug {
    /// `github.com`
    pub host: String,
    /// `owner/name`, as written.
    pub path: String,
}

impl Slug {
    /// Reads a repository's address: `https://host/owner/name(.git)`, `git@host:owner/name.git`,
    /// `ssh://git@host/owner/name`. User names and passwords in it are dropped.
    pub fn parse(address: &str) -> Option<Slug> {
        let address = address.trim();
        let (host, path) = match address.split_once("://") {
            Some((_, rest)) => rest.split_once('/')?,
            // The scp-like form of git-clone(1).
            None => address.split_once(':')?,
        };
        let host = host.rsplit('@').next().unwrap_or(host);
        // A port of SSH says nothing about the web.
        let host = if address.starts_with("http") { host } else { host.split(':').next().unwrap_or(host) };
        let path = path.split(['?', '#']).next().unwrap_or(path).trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        match host.contains('.') && path.contains('/') {
            true => Some(Slug { host: canonical_host(host), path: path.to_owned() }),
            false => None,
        }
    }

    /// Equal as forges compare: without regard to case.
    pub fn is(&self, other: &Slug) -> bool {
        self.host == other.host && self.path.eq_ignore_ascii_case(&other.path)
    }

    /// `name` of `owner/name`.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// `https://host/owner/name`.
    pub fn web(&self) -> String {
        format!("https://{}/{}", self.host, self.path)
    }
}

/// The address of a file or folder of some repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location<'a> {
    /// Whose.
    pub slug: Slug,
    /// The form of the address.
    pub forge: Forge,
    /// Ref and path, still encoded: `main/docs/adr/0001-x.md`. A ref may itself contain slashes.
    pub rest: &'a str,
    /// What follows `#`, still encoded.
    pub fragment: Option<&'a str>,
}

impl<'a> Location<'a> {
    /// Reads the address of a file or folder; `None` for every other URL.
    pub fn parse(url: &'a str) -> Option<Location<'a>> {
        let rest = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"))
            .or_else(|| url.strip_prefix("//"))?;
        let (rest, fragment) = match rest.split_once('#') {
            Some((rest, fragment)) => (rest, Some(fragment)),
            None => (rest, None),
        };
        let rest = rest.split('?').next().unwrap_or(rest);
        let (host, path) = rest.split_once('/')?;
        if host.eq_ignore_ascii_case("raw.githubusercontent.com") {
            let at = path.match_indices('/').nth(1)?.0;
            let slug = Slug { host: "github.com".to_owned(), path: path[..at].to_owned() };
            return Some(Location { slug, forge: Forge::GitHub, rest: branch_of(&path[at + 1..]), fragment });
        }
        let second = path.match_indices('/').nth(1)?.0;
        let behind = &path[second..];
        let nests = behind.contains("/-/");
        let (at, marker, forge) = MARKERS.iter().find_map(|(marker, forge)| {
            // Only GitLab nests groups; elsewhere the marker follows `owner/name` at once.
            let at = match forge {
                Forge::GitLab if !nests => None,
                Forge::GitLab => behind.find(marker),
                _ => behind.starts_with(marker).then_some(0),
            };
            Some((second + at?, *marker, *forge))
        })?;
        let slug = Slug { host: canonical_host(host), path: path[..at].to_owned() };
        let forge = if slug.path.starts_with('~') { Forge::Sourcehut } else { forge };
        Some(Location { slug, forge, rest: branch_of(&path[at + marker.len()..]), fragment })
    }

    /// Every way to part ref from path, the shortest ref first; the path decoded.
    pub fn splits(&self) -> impl Iterator<Item = (&'a str, String)> {
        let rest = self.rest.trim_end_matches('/');
        const DEEPEST: usize = 5;
        let ends = rest.match_indices('/').map(|(at, _)| at).chain(std::iter::once(rest.len())).take(DEEPEST);
        ends.map(move |end| {
            let path = rest[end..].trim_start_matches('/');
            let path = path.strip_prefix("item/").unwrap_or(path);
            (&rest[..end], percent_decode_str(path).decode_utf8_lossy().into_owned())
        })
    }
}

/// True for a ref that names one commit and so one version of every file.
pub fn is_commit(reference: &str) -> bool {
    (7..=64).contains(&reference.len())
        && reference.bytes().all(|b| b.is_ascii_hexdigit())
        && reference.bytes().any(|b| b.is_ascii_digit())
}

/// The repository that the records live in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Its name on the web.
    pub slug: Slug,
    /// Former names; links to them are links into this repository too.
    pub aliases: Vec<Slug>,
    /// `None` for a host of unknown kind: then only the patterns of `annals.toml` can be used.
    pub forge: Option<Forge>,
    /// Branch of the links that are written; `None` for the default branch.
    pub branch: Option<String>,
    /// Path of the root inside the repository, empty for its top.
    pub prefix: String,
    /// True where only the records' own links tell which repository this is.
    pub inferred: bool,
}

impl Repository {
    /// Takes the path of a file relative to the root, gives its page on the forge.
    pub fn source(&self, path: &str) -> Option<String> {
        self.fill(self.patterns()?.source, path)
    }

    /// The page of a folder.
    pub fn folder(&self, path: &str) -> Option<String> {
        self.fill(self.patterns()?.folder, path)
    }

    /// Where a file is edited.
    pub fn edit(&self, path: &str) -> Option<String> {
        self.fill(self.patterns()?.edit?, path)
    }

    /// The history of a file.
    pub fn history(&self, path: &str) -> Option<String> {
        self.fill(self.patterns()?.history, path)
    }

    /// The page of a commit.
    pub fn commit(&self, commit: &str) -> Option<String> {
        Some(self.patterns()?.commit.replace("{web}", &self.slug.web()).replace("{commit}", commit))
    }

    fn fill(&self, pattern: &str, path: &str) -> Option<String> {
        let mut filled = String::with_capacity(pattern.len() + path.len() + 64);
        for piece in pattern.split(['{', '}']) {
            match piece {
                "web" => filled.push_str(&self.slug.web()),
                "ref" => filled.push_str(&encode_path(self.reference())),
                "path" => filled.push_str(&self.web_path(path)),
                text => filled.push_str(text),
            }
        }
        filled.truncate(filled.trim_end_matches('/').len());
        Some(filled)
    }

    fn web_path(&self, path: &str) -> String {
        encode_path(&super::tree::join(&self.prefix, path))
    }

    fn reference(&self) -> &str {
        let head = self.patterns().map_or("main", |patterns| patterns.head);
        self.branch.as_deref().unwrap_or(head)
    }

    fn patterns(&self) -> Option<&'static Patterns> {
        PATTERNS.iter().find(|patterns| Some(patterns.forge) == self.forge)
    }
}

/// The forge that a host runs, by its name.
pub fn forge_of(host: &str) -> Option<Forge> {
    const HOSTS: [(&str, Forge); 7] = [
        ("github", Forge::GitHub),
        ("gitlab", Forge::GitLab),
        ("codeberg", Forge::Gitea),
        ("gitea", Forge::Gitea),
        ("forgejo", Forge::Gitea),
        ("bitbucket", Forge::Bitbucket),
        ("sr.ht", Forge::Sourcehut),
    ];
    HOSTS.iter().find(|(name, _)| host.contains(name)).map(|(_, forge)| *forge)
}

fn canonical_host(host: &str) -> String {
    let host = host.to_lowercase();
    let host = host.strip_prefix("www.").or_else(|| host.strip_prefix("ssh.")).unwrap_or(&host);
    host.to_owned()
}

fn branch_of(rest: &str) -> &str {
    rest.strip_prefix("refs/heads/").or_else(|| rest.strip_prefix("refs/tags/")).unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_are_read_from_every_form_of_remote() {
        for (address, web) in [
            ("https://github.com/acme/decisions.git", "https://github.com/acme/decisions"),
            ("git@github.com:acme/decisions.git", "https://github.com/acme/decisions"),
            (
                "ssh://git@gitlab.acme.com:2222/team/sub/decisions.git",
                "https://gitlab.acme.com/team/sub/decisions",
            ),
            ("https://user:secret@codeberg.org/acme/decisions/", "https://codeberg.org/acme/decisions"),
            ("https://www.github.com/acme/decisions", "https://github.com/acme/decisions"),
        ] {
            assert_eq!(Slug::parse(address).map(|slug| slug.web()).as_deref(), Some(web));
        }
        for address in
            ["/srv/git/decisions.git", "../decisions", "", "C:/work/decisions", "https://github.com"]
        {
            assert_eq!(Slug::parse(address), None, "{address}");
        }
    }

    #[test]
    fn addresses_of_files_are_read_on_every_forge() {
        for (url, repository, rest) in [
            ("https://github.com/a/b/blob/main/docs/1.md#x", "a/b", "main/docs/1.md"),
            ("https://github.com/a/b/tree/main/src/blob/x", "a/b", "main/src/blob/x"),
            ("https://raw.githubusercontent.com/a/b/refs/heads/main/i.png", "a/b", "main/i.png"),
            ("https://gitlab.com/g/s/b/-/blob/main/docs/1.md?ref_type=heads", "g/s/b", "main/docs/1.md"),
            ("https://codeberg.org/a/b/src/branch/main/docs/1.md", "a/b", "main/docs/1.md"),
            ("https://bitbucket.org/a/b/src/main/docs/1.md", "a/b", "main/docs/1.md"),
            ("https://git.sr.ht/~a/b/tree/main/item/docs/1.md", "~a/b", "main/item/docs/1.md"),
        ] {
            let location = Location::parse(url).map(|at| (at.slug.path, at.rest));
            assert_eq!(location, Some((repository.to_owned(), rest)), "{url}");
        }
        for url in [
            "https://github.com/a/b/issues/1",
            "https://example.org/",
            "mailto:a@b.c",
            "https://github.com/a/b",
        ] {
            assert_eq!(Location::parse(url), None, "{url}");
        }
    }

    #[test]
    fn a_ref_may_contain_slashes() {
        let location = Location::parse("https://github.com/a/b/blob/feature/x/docs/a%20b.md")
            .map(|at| at.splits().collect());
        let splits: Vec<(&str, String)> = location.unwrap_or_default();
        assert_eq!(splits[1], ("feature/x", "docs/a b.md".to_owned()));
    }

    #[test]
    fn addresses_are_written_in_the_style_of_the_forge() {
        let mut repository = Repository {
            slug: Slug { host: "github.com".into(), path: "acme/decisions".into() },
            aliases: Vec::new(),
            forge: Some(Forge::GitHub),
            branch: Some("main".into()),
            prefix: "docs".into(),
            inferred: false,
        };
        let source = |repository: &Repository| repository.source("adr/0001 #.md");
        assert_eq!(
            source(&repository).as_deref(),
            Some("https://github.com/acme/decisions/blob/main/docs/adr/0001%20%23.md")
        );
        repository.forge = Some(Forge::Sourcehut);
        assert_eq!(
            source(&repository).as_deref(),
            Some("https://github.com/acme/decisions/tree/main/item/docs/adr/0001%20%23.md")
        );
        repository.forge = None;
        assert_eq!(source(&repository), None);
    }

    #[test]
    fn a_commit_is_a_long_hexadecimal_ref() {
        assert!(is_commit("fdfc7867df4e35e29b2a24edee34ea4412ec15b0") && is_commit("1a2b3c4"));
        assert!(!is_commit("main") && !is_commit("deadbeef") && !is_commit("v1.2.3") && !is_commit("123"));
    }
}
