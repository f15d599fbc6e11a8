//! Where a record and a commit are on the web: link patterns of the configuration, else those of the
//! kind of host that the repository lives on. Builds URLs; asks nobody whether they exist.

use crate::config::SiteConfig;
use crate::view::parts::{url_path, web};

/// Link patterns of a kind of host: source, edit, history, commit; each follows the repository's address.
struct Host {
    /// Found in the host's name.
    name: &'static str,
    source: &'static str,
    edit: &'static str,
    history: &'static str,
    commit: &'static str,
}

/// The last one serves where no name is found: its patterns are the most common.
const HOSTS: [Host; 5] = [
    Host {
        name: "gitlab",
        source: "/-/blob/{branch}/{path}",
        edit: "/-/edit/{branch}/{path}",
        history: "/-/commits/{branch}/{path}",
        commit: "/-/commit/{commit}",
    },
    Host {
        name: "bitbucket",
        source: "/src/{branch}/{path}",
        edit: "/src/{branch}/{path}?mode=edit",
        history: "/history-node/{branch}/{path}",
        commit: "/commits/{commit}",
    },
    Host {
        name: "codeberg",
        source: "/src/branch/{branch}/{path}",
        edit: "/_edit/{branch}/{path}",
        history: "/commits/branch/{branch}/{path}",
        commit: "/commit/{commit}",
    },
    Host {
        name: "gitea",
        source: "/src/branch/{branch}/{path}",
        edit: "/_edit/{branch}/{path}",
        history: "/commits/branch/{branch}/{path}",
        commit: "/commit/{commit}",
    },
    Host {
        name: "",
        source: "/blob/{branch}/{path}",
        edit: "/edit/{branch}/{path}",
        history: "/commits/{branch}/{path}",
        commit: "/commit/{commit}",
    },
];

/// What of a file is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// The file as it is.
    Source,
    /// The editor.
    Edit,
    /// Its commits.
    History,
}

/// The web page of a file, by its path in the repository; `None` where the repository's address is not
/// known and no pattern is set.
pub fn file_url(config: &SiteConfig, page: Page, path: &str) -> Option<String> {
    let own = match page {
        Page::Source => &config.source_url,
        Page::Edit => &config.edit_url,
        Page::History => &config.history_url,
    };
    let pattern = own.clone().or_else(|| {
        let (repository, host) = host(config)?;
        let pattern = match page {
            Page::Source => host.source,
            Page::Edit => host.edit,
            Page::History => host.history,
        };
        Some(format!("{repository}{pattern}"))
    })?;
    let branch = url_path(config.branch.as_deref().unwrap_or("main"));
    web(&pattern.replace("{branch}", &branch).replace("{path}", &url_path(path)))
}

/// The web page of a commit.
pub fn commit_url(config: &SiteConfig, commit: &str) -> Option<String> {
    let pattern = config.commit_url.clone().or_else(|| {
        let (repository, host) = host(config)?;
        Some(format!("{repository}{}", host.commit))
    })?;
    let id = commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    id.then(|| web(&pattern.replace("{commit}", commit))).flatten()
}

fn host(config: &SiteConfig) -> Option<(&str, &'static Host)> {
    let repository = config.repository.as_deref()?.trim_end_matches('/');
    let name = repository.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let host = HOSTS.iter().find(|host| name.contains(host.name))?;
    Some((repository.strip_suffix(".git").unwrap_or(repository), host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_follow_the_kind_of_host_or_the_configuration() {
        let on =
            |repository: &str| SiteConfig { repository: Some(repository.into()), ..SiteConfig::default() };
        let source = |config: &SiteConfig| file_url(config, Page::Source, "docs/a b.md").unwrap();
        assert_eq!(
            source(&on("https://github.com/a/b.git")),
            "https://github.com/a/b/blob/main/docs/a%20b.md"
        );
        assert_eq!(
            source(&on("https://gitlab.example/a/b/")),
            "https://gitlab.example/a/b/-/blob/main/docs/a%20b.md"
        );
        let own = SiteConfig {
            source_url: Some("https://x.example/{path}?at={branch}".into()),
            ..SiteConfig::default()
        };
        assert_eq!(source(&own), "https://x.example/docs/a%20b.md?at=main");
        assert_eq!(file_url(&SiteConfig::default(), Page::Edit, "a.md"), None);
        assert_eq!(
            commit_url(&on("https://github.com/a/b"), "12ab").unwrap(),
            "https://github.com/a/b/commit/12ab"
        );
        assert_eq!(commit_url(&on("https://github.com/a/b"), "\"><x"), None);
    }

    #[test]
    fn nothing_but_web_addresses_comes_out() {
        let config = SiteConfig { source_url: Some("javascript:{path}".into()), ..SiteConfig::default() };
        assert_eq!(file_url(&config, Page::Source, "a.md"), None);
    }
}
