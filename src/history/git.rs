//! How the `git` program is started, and what it says of the repository as a whole.
//!
//! A repository may belong to a stranger (records come by pull request, CI checks out forks), and git can
//! be configured to run programs. So every command here runs without the user's and the system's
//! configuration, without environment that redirects git, and with the settings of the repository that
//! could start a program, ask a question or use the network overruled. Nothing here writes.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::Missing;

/// What git says of the repository around a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repository {
    /// Full id of the commit that is checked out.
    pub head: String,
    /// Boundary commits of a shallow clone; empty in a whole one.
    pub shallow: BTreeSet<String>,
    /// The folder inside the repository, as git spells it: empty, or ending in `/`.
    pub prefix: Vec<u8>,
    /// Short name of the branch; `None` with a detached head.
    pub branch: Option<String>,
    /// Web address of the remote.
    pub remote: Option<String>,
}

/// Looks at the repository around `root`.
pub fn open(root: &Path) -> Result<Repository, Missing> {
    let about = ["rev-parse", "--is-inside-work-tree", "--is-shallow-repository", "--show-prefix"];
    let about = output(root, about)?.ok_or_else(|| no_answer(root))?;
    let mut lines = about.splitn(3, |byte| *byte == b'\n');
    if lines.next() != Some(b"true") {
        return Err(Missing::NoRepository);
    }
    let is_shallow = lines.next() == Some(b"true");
    let prefix = lines.next().unwrap_or_default();
    Ok(Repository {
        head: head(root).ok_or(Missing::NoCommits)?,
        shallow: if is_shallow { boundary(root) } else { BTreeSet::new() },
        prefix: prefix.strip_suffix(b"\n").unwrap_or(prefix).to_vec(),
        branch: line(root, ["symbolic-ref", "--quiet", "--short", "HEAD"]),
        remote: remote(root),
    })
}

impl Repository {
    /// Its top folder, by way of `root`: the paths that git is given count from the folder it runs in.
    pub fn top(&self, root: &Path) -> PathBuf {
        let depth = self.prefix.iter().filter(|byte| **byte == b'/').count();
        root.join("../".repeat(depth))
    }
}

/// Why git does not answer: there is nothing to read, or something that it cannot.
fn no_answer(root: &Path) -> Missing {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    match root.ancestors().any(|folder| folder.join(".git").exists()) {
        true => Missing::Unreadable,
        false => Missing::NoRepository,
    }
}

/// True where a repository of its own lies between the root and a file of it.
pub fn is_nested(root: &Path, path: &str) -> bool {
    let folders = Path::new(path).ancestors().skip(1).filter(|folder| !folder.as_os_str().is_empty());
    folders.into_iter().any(|folder| root.join(folder).join(".git").exists())
}

/// Version of git that has all options used here (`--diff-merges`).
const NEEDED: (u32, u32) = (2, 31);

/// True where git says that it is older than needed; asked only when it has failed.
pub fn is_old() -> bool {
    let Ok(output) = Command::new("git").arg("--version").stdin(Stdio::null()).output() else { return false };
    let text = String::from_utf8_lossy(&output.stdout);
    let number = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let mut parts = number.unwrap_or_default().split('.').map_while(|part| part.parse::<u32>().ok());
    parts.next().zip(parts.next()).is_some_and(|version| version < NEEDED)
}

/// Full id of the commit that is checked out.
pub fn head(root: &Path) -> Option<String> {
    line(root, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])
}

/// A git command in `root` that reads, and only reads. Its standard error is dropped: what it says is
/// for people at a terminal, and would not be the same from version to version.
pub fn command<S: AsRef<OsStr>>(root: &Path, args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new("git");
    // A hook or an alias that calls us sets `GIT_DIR` and `GIT_INDEX_FILE`, which would point git at
    // another repository than the root's. Where git lives and how far it may look up is the user's say.
    let keep = ["GIT_EXEC_PATH", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM"];
    for (name, _) in std::env::vars_os() {
        let known = name.to_string_lossy();
        if known.starts_with("GIT_") && !keep.contains(&known.as_ref()) {
            command.env_remove(name);
        }
    }
    command
        .env("LC_ALL", "C")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", if cfg!(windows) { "NUL" } else { "/dev/null" })
        .env("GIT_ATTR_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        // A partial clone would fetch what is missing; we pass over it instead.
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "none")
        // Replacements are not part of what was cloned: two machines would build two sites.
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        // `-C`, not a working directory: the program is then looked up where the user stands.
        .arg("-C")
        .arg(root)
        .args(["--no-pager", "--no-optional-locks", "--literal-pathspecs"])
        .args([
            "-c",
            "core.fsmonitor=false",
            "-c",
            "core.hooksPath=/dev/null",
            "-c",
            "log.showSignature=false",
        ])
        .args(["-c", "core.quotePath=false", "-c", "i18n.logOutputEncoding=UTF-8"])
        .args(["-c", "mailmap.file=", "-c", "mailmap.blob="])
        // CI containers check out as another user. What that check guards against, programs named in the
        // repository's own settings, is overruled above; a bare repository lying in the tree is not entered.
        .args(["-c", "safe.directory=*", "-c", "safe.bareRepository=explicit"])
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// A running git that is ended with us.
#[derive(Debug)]
pub struct Running(pub Child);

impl Running {
    /// Starts it.
    pub fn start(mut command: Command) -> io::Result<Running> {
        command.spawn().map(Running)
    }

    /// Waits for it; true where it ended well.
    pub fn ended_well(mut self) -> bool {
        self.0.wait().is_ok_and(|status| status.success())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail on a process that has ended and been waited for, which is the usual case.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Standard output of a command; `None` where it failed.
fn output<'a>(root: &Path, args: impl IntoIterator<Item = &'a str>) -> Result<Option<Vec<u8>>, Missing> {
    let output = command(root, args).output().map_err(|_| Missing::NoGit)?;
    Ok(output.status.success().then_some(output.stdout))
}

/// Output of a command that answers with one line; `None` where it failed or said nothing.
fn line<'a>(root: &Path, args: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let text = String::from_utf8(output(root, args).ok()??).ok()?;
    let text = text.trim_end_matches(['\n', '\r']);
    (!text.is_empty()).then(|| text.to_owned())
}

/// The commits at which a shallow clone ends.
fn boundary(root: &Path) -> BTreeSet<String> {
    let Some(path) = line(root, ["rev-parse", "--git-path", "shallow"]) else { return BTreeSet::new() };
    let list = std::fs::read_to_string(root.join(PathBuf::from(path))).unwrap_or_default();
    list.lines().map(|line| line.trim().to_owned()).collect()
}

/// Web address of `origin`, or of the only other remote.
fn remote(root: &Path) -> Option<String> {
    let list = output(root, ["config", "--null", "--get-regexp", r"^remote\..*\.url$"]).ok()??;
    let list = String::from_utf8_lossy(&list).into_owned();
    let mut remotes = list.split('\0').filter_map(|entry| entry.split_once('\n'));
    let first = remotes.clone().next();
    let origin = remotes.find(|(key, _)| *key == "remote.origin.url");
    let (_, url) = origin.or(first)?;
    web_address(url)
}

/// True where the repository has no more than `most` files, so that looking at all of them costs no more
/// than choosing among them.
pub fn is_small(root: &Path, most: usize) -> bool {
    let list = command(root, ["ls-tree", "-r", "-z", "--name-only", "--full-tree", "HEAD"]);
    let Ok(mut list) = Running::start(list) else { return false };
    let Some(mut names) = list.0.stdout.take() else { return false };
    let (mut count, mut buffer) = (0, vec![0; 64 * 1024]);
    while count <= most {
        match names.read(&mut buffer) {
            Ok(0) => return list.ended_well(),
            Ok(read) => count += buffer.iter().take(read).filter(|byte| **byte == 0).count(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return false,
        }
    }
    false
}

/// The web address that belongs to a remote's URL, without credentials, port of `ssh` and `.git`:
/// `git@example.org:acme/decisions.git`, `ssh://git@example.org:22/acme/decisions` and
/// `https://user:token@example.org/acme/decisions.git` all give `https://example.org/acme/decisions`.
/// `None` for paths and for anything that is not plainly a host and a path.
pub fn web_address(url: &str) -> Option<String> {
    let url = url.trim();
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme @ ("https" | "http"), rest)) => (scheme, rest),
        Some(("ssh" | "git" | "git+ssh" | "ssh+git" | "git+https", rest)) => ("ssh", rest),
        Some(_) => return None,
        None => ("scp", url),
    };
    // The path starts at the first `/`, or for `host:path` at the first `:`.
    let cut = rest.find(if scheme == "scp" { ':' } else { '/' })?;
    let (host, path) = (&rest[..cut], &rest[cut + 1..]);
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let plain = |text: &str, more: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    // One letter before the colon is a Windows drive.
    let is_host = plain(name, ".-") && (scheme != "scp" || name.len() > 1);
    if !is_host || !plain(path, "-._~%/+@:,") || path.split('/').any(|part| matches!(part, "." | ".." | "")) {
        return None;
    }
    match (scheme, port) {
        ("https" | "http", Some(port)) if plain(port, "") => Some(format!("{scheme}://{name}:{port}/{path}")),
        ("http", None) => Some(format!("http://{name}/{path}")),
        ("https", Some(_)) | ("http", Some(_)) => None,
        _ => Some(format!("https://{name}/{path}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remotes_become_web_addresses_without_credentials() {
        let check = |url: &str, web: Option<&str>| assert_eq!(web_address(url).as_deref(), web, "{url}");
        let web = Some("https://example.org/acme/decisions");
        check("https://example.org/acme/decisions.git", web);
        check("https://example.org/acme/decisions/", web);
        check("https://user:token@example.org/acme/decisions.git", web);
        check("https://x-access-token:a@b@example.org/acme/decisions", web);
        check("git@example.org:acme/decisions.git", web);
        check("example.org:/acme/decisions.git", web);
        check("ssh://git@example.org/acme/decisions.git", web);
        check("ssh://git@example.org:2222/acme/decisions.git", web);
        check("git://example.org/acme/decisions.git", web);
        check("https://example.org:8443/acme/decisions.git", Some("https://example.org:8443/acme/decisions"));
        check("http://intra.example/acme/decisions", Some("http://intra.example/acme/decisions"));
        check("https://example.org/a/b/c.d.git?x=1#y", Some("https://example.org/a/b/c.d"));
        check("/srv/git/decisions.git", None);
        check("../decisions.git", None);
        check("file:///srv/git/decisions.git", None);
        check(r"C:\git\decisions", None);
        check("C:/git/decisions", None);
        check("ext::sh -c 'touch /tmp/x'", None);
        check("https://example.org/\"><script>", None);
        check("https://example.org/a/../../b", None);
        check("javascript://example.org/%0aalert(1)", None);
        check("", None);
        check("https://", None);
        check("é:x", None);
    }
}
