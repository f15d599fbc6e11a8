//! History as git tells it, on small repositories made for the purpose.

use std::path::{Path, PathBuf};
use std::process::Command;

use annals::history::{self, FileHistory, History, Missing, Version};
use annals::record::{Origin, OriginKind, State, Status};
use tempfile::TempDir;

/// A repository in a temporary folder, with a clock that moves a day with every commit.
struct Repo {
    dir: TempDir,
    day: u32,
}

impl Repo {
    fn new() -> Repo {
        let repo = Repo { dir: tempfile::tempdir().unwrap(), day: 0 };
        repo.git(&["init", "--quiet", "--initial-branch=trunk", "."]);
        repo
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn git(&self, args: &[&str]) -> String {
        let day = format!("2024-01-{:02}T12:00:00+00:00", self.day);
        let output = Command::new("git")
            .arg("-C")
            .arg(self.path())
            .args(args)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .envs([("GIT_AUTHOR_NAME", "Author"), ("GIT_AUTHOR_EMAIL", "author@example.org")])
            .envs([("GIT_COMMITTER_NAME", "Committer"), ("GIT_COMMITTER_EMAIL", "committer@example.org")])
            .envs([("GIT_AUTHOR_DATE", &day), ("GIT_COMMITTER_DATE", &day)])
            .output()
            .unwrap();
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Commits everything on the next day.
    fn commit(&mut self) -> String {
        self.day += 1;
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", "A step"]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Writes a record and commits it.
    fn record(&mut self, path: &str, status: &str) -> String {
        self.write(path, &record(status));
        self.commit()
    }
}

/// A record long enough that a changed status leaves it similar to itself.
fn record(status: &str) -> String {
    let body: String = (1..40).map(|line| format!("Reason {line} for the decision.\n")).collect();
    format!("---\nstatus: {status}\n---\n# A decision\n\n{body}")
}

fn status_of(version: Version<'_>) -> Option<Status> {
    let label = version.text.lines().find_map(|line| line.strip_prefix("status: "))?.to_owned();
    let kind = if version.sidecar { OriginKind::Sidecar } else { OriginKind::Bullet };
    let from = Origin::rule(kind, "status");
    let state = State::from_name(&label).unwrap_or(State::Unknown);
    Some(Status { state, label, note: None, from, inferred: false })
}

fn read(root: &Path, paths: &[&str]) -> History {
    let members: Vec<(&str, Option<&str>)> = paths.iter().map(|path| (*path, None)).collect();
    history::read(root, &members, &status_of)
}

/// The states of a file as `day-of-January state`, and how many commits touched it.
fn told(file: &FileHistory) -> String {
    let states = file.states.iter().map(|state| {
        format!(
            "{} {}",
            state.date.day(),
            state.state.map_or_else(|| "-".to_owned(), |state| state.name().to_owned())
        )
    });
    format!("{}; {} commits", states.collect::<Vec<_>>().join(", "), file.revisions)
}

fn check(history: &History, path: &str, expected: &str) {
    let file = history.files.get(path).map(told);
    assert_eq!(file.as_deref(), Some(expected), "{path}: {history:#?}");
}

#[test]
fn states_follow_one_another() {
    let mut repo = Repo::new();
    repo.record("adr/1.md", "proposed");
    repo.record("adr/2.md", "draft");
    repo.write("adr/1.md", &(record("proposed") + "More prose.\n"));
    repo.commit();
    let last = repo.record("adr/1.md", "accepted");
    let history = read(repo.path(), &["adr/1.md", "adr/2.md"]);
    check(&history, "adr/1.md", "1 proposed, 4 accepted; 3 commits");
    check(&history, "adr/2.md", "2 draft; 1 commits");
    assert_eq!(history.missing, None);
    assert_eq!(history.branch.as_deref(), Some("trunk"));
    assert_eq!(history.head.as_deref(), Some(last.as_str()));
    let file = &history.files["adr/1.md"];
    assert_eq!(file.first.map(|day| day.day()), Some(1));
    assert_eq!(file.last.map(|day| day.day()), Some(4));
    let state = file.states.last().unwrap();
    assert_eq!(
        (state.commit.as_str(), state.author.as_str(), state.label.as_str()),
        (&*last, "Author", "accepted")
    );
}

#[test]
fn a_rename_is_followed_back_with_and_without_edits() {
    let mut repo = Repo::new();
    repo.record("drafts/quic.md", "draft");
    repo.git(&["mv", "drafts/quic.md", "drafts/0012-quic.md"]);
    repo.commit();
    std::fs::create_dir(repo.path().join("adr")).unwrap();
    repo.git(&["mv", "drafts/0012-quic.md", "adr/0012-quic.md"]);
    repo.record("adr/0012-quic.md", "accepted");
    let history = read(repo.path(), &["adr/0012-quic.md"]);
    check(&history, "adr/0012-quic.md", "1 draft, 3 accepted; 3 commits");
    assert_eq!(history.files["adr/0012-quic.md"].former, ["drafts/0012-quic.md", "drafts/quic.md"]);
}

#[test]
fn a_file_moved_and_rewritten_at_once_is_followed_by_its_name() {
    let mut repo = Repo::new();
    repo.record("old/0012-quic/README.md", "draft");
    repo.write("old/0013-tcp/README.md", &record("draft").replace("Reason", "Ground"));
    repo.commit();
    repo.git(&["rm", "-r", "--quiet", "old"]);
    repo.write("new/0012-quic/README.md", "status: accepted\nAll other words.\n");
    repo.write("new/0013-tcp/README.md", "status: rejected\nNothing is as it was in here.\n");
    repo.commit();
    let history = read(repo.path(), &["new/0012-quic/README.md", "new/0013-tcp/README.md"]);
    check(&history, "new/0012-quic/README.md", "1 draft, 3 accepted; 2 commits");
    check(&history, "new/0013-tcp/README.md", "2 draft, 3 rejected; 2 commits");
}

#[test]
fn names_swapped_in_one_commit_stay_with_their_texts() {
    let mut repo = Repo::new();
    let (one, two) = (record("accepted"), record("rejected").replace("Reason", "Ground"));
    repo.write("adr/1.md", &one);
    repo.commit();
    repo.write("adr/2.md", &two);
    repo.commit();
    repo.git(&["mv", "adr/1.md", "adr/a.md"]);
    repo.git(&["mv", "adr/2.md", "adr/b.md"]);
    repo.commit();
    repo.git(&["mv", "adr/a.md", "adr/2.md"]);
    repo.git(&["mv", "adr/b.md", "adr/1.md"]);
    repo.commit();
    let history = read(repo.path(), &["adr/1.md", "adr/2.md"]);
    check(&history, "adr/1.md", "2 rejected; 3 commits");
    check(&history, "adr/2.md", "1 accepted; 3 commits");
}

#[test]
fn a_file_from_outside_the_records_folders_is_found_in_a_large_repository() {
    let mut repo = Repo::new();
    for number in 0..150 {
        repo.write(&format!("src/{number}.rs"), &format!("fn f{number}() {{}}\n"));
    }
    repo.record("notes/quic.md", "draft");
    repo.write("ideas/quic.md", &record("draft").replace("Reason", "Ground"));
    repo.commit();
    repo.git(&["rm", "--quiet", "--cached", "notes/quic.md"]);
    std::fs::remove_file(repo.path().join("notes/quic.md")).unwrap();
    repo.git(&["mv", "ideas/quic.md", "notes/moved.md"]);
    repo.commit();
    std::fs::create_dir(repo.path().join("adr")).unwrap();
    repo.git(&["mv", "notes/moved.md", "adr/1.md"]);
    repo.write("adr/1.md", &record("accepted").replace("Reason", "Ground"));
    repo.commit();
    let history = read(repo.path(), &["adr/1.md"]);
    check(&history, "adr/1.md", "2 draft, 4 accepted; 3 commits");
}

#[test]
fn the_main_line_tells_what_was_merged_when() {
    let mut repo = Repo::new();
    repo.record("adr/1.md", "proposed");
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    repo.record("adr/1.md", "draft");
    repo.record("adr/1.md", "accepted");
    repo.record("adr/2.md", "draft");
    repo.git(&["checkout", "--quiet", "trunk"]);
    repo.record("other.txt", "none");
    repo.day = 6;
    repo.git(&["merge", "--quiet", "--no-ff", "-m", "Merge", "topic"]);
    let history = read(repo.path(), &["adr/1.md", "adr/2.md"]);
    check(&history, "adr/1.md", "1 proposed, 6 accepted; 2 commits");
    check(&history, "adr/2.md", "6 draft; 1 commits");
}

#[test]
fn a_revert_brings_the_former_state_back() {
    let mut repo = Repo::new();
    repo.record("adr/1.md", "proposed");
    repo.record("adr/1.md", "accepted");
    repo.day = 3;
    repo.git(&["revert", "--no-edit", "HEAD"]);
    check(&read(repo.path(), &["adr/1.md"]), "adr/1.md", "1 proposed, 2 accepted, 3 proposed; 3 commits");
}

#[test]
fn a_record_that_went_and_came_back_is_one_record() {
    let mut repo = Repo::new();
    repo.record("adr/1.md", "accepted");
    repo.git(&["rm", "--quiet", "adr/1.md"]);
    repo.commit();
    repo.record("adr/1.md", "accepted");
    repo.record("adr/1.md", "deprecated");
    let history = read(repo.path(), &["adr/1.md"]);
    check(&history, "adr/1.md", "1 accepted, 4 deprecated; 4 commits");
    assert_eq!(history.files["adr/1.md"].first.map(|day| day.day()), Some(1));
}

#[test]
fn a_sidecar_speaks_for_its_record_from_the_day_it_is_there() {
    let mut repo = Repo::new();
    repo.record("kep/1-quic/README.md", "draft");
    repo.write("kep/1-quic/kep.yaml", "status: accepted\n");
    repo.commit();
    repo.git(&["mv", "kep/1-quic", "kep/0001-quic"]);
    repo.commit();
    repo.write("kep/0001-quic/kep.yaml", "status: implemented\n");
    repo.commit();
    let member = ("kep/0001-quic/README.md", Some("kep/0001-quic/kep.yaml"));
    let history = history::read(repo.path(), &[member], &status_of);
    check(&history, member.0, "1 draft, 2 accepted, 4 implemented; 4 commits");
    repo.git(&["rm", "--quiet", "kep/0001-quic/kep.yaml"]);
    repo.commit();
    check(&read(repo.path(), &[member.0]), member.0, "1 draft; 2 commits");
}

#[test]
fn a_version_without_status_and_one_that_changes_only_capitals() {
    let mut repo = Repo::new();
    repo.write("adr/1.md", &record("x").replace("status: x\n", ""));
    repo.commit();
    repo.record("adr/1.md", "accepted");
    repo.record("adr/1.md", "Accepted");
    let history = read(repo.path(), &["adr/1.md"]);
    check(&history, "adr/1.md", "1 -, 2 accepted, 3 unknown; 3 commits");
    assert_eq!(history.files["adr/1.md"].states[2].label, "Accepted");
}

#[test]
fn what_is_not_committed_is_not_history() {
    let mut repo = Repo::new();
    repo.record("adr/1.md", "proposed");
    repo.write("adr/1.md", &record("accepted"));
    repo.write("adr/2.md", &record("accepted"));
    let history = read(repo.path(), &["adr/1.md", "adr/2.md"]);
    check(&history, "adr/1.md", "1 proposed; 1 commits");
    assert!(!history.files.contains_key("adr/2.md"));
}

#[test]
fn a_rebase_does_not_turn_the_order_of_states() {
    let mut repo = Repo::new();
    repo.day = 9;
    repo.record("adr/1.md", "proposed");
    repo.write("adr/1.md", &record("accepted"));
    repo.git(&["add", "--all"]);
    repo.day = 12;
    repo.git(&["commit", "--quiet", "--date=2024-01-05T12:00:00", "-m", "Written before, landed after"]);
    check(&read(repo.path(), &["adr/1.md"]), "adr/1.md", "10 proposed, 12 accepted; 2 commits");
}

#[test]
fn a_root_below_the_top_of_the_repository() {
    let mut repo = Repo::new();
    repo.record("draft.md", "draft");
    std::fs::create_dir_all(repo.path().join("docs/log/adr")).unwrap();
    repo.git(&["mv", "draft.md", "docs/log/adr/1.md"]);
    repo.commit();
    repo.record("docs/log/adr/1.md", "accepted");
    let root = repo.path().join("docs/log");
    let history = read(&root, &["adr/1.md"]);
    check(&history, "adr/1.md", "1 draft, 3 accepted; 3 commits");
    assert_eq!(history.prefix, "docs/log");
}

#[test]
fn a_root_below_the_top_of_a_large_repository() {
    let mut repo = Repo::new();
    for number in 0..150 {
        repo.write(&format!("src/{number}.rs"), &format!("fn f{number}() {{}}\n"));
    }
    repo.record("docs/log/adr/1.md", "draft");
    repo.record("docs/log/adr/1.md", "accepted");
    let history = read(&repo.path().join("docs/log"), &["adr/1.md"]);
    check(&history, "adr/1.md", "1 draft, 2 accepted; 2 commits");
}

#[test]
fn worktrees_and_submodules_are_repositories_too() {
    let mut repo = Repo::new();
    repo.record("adr/1.md", "accepted");
    let place = tempfile::tempdir().unwrap();
    let tree = place.path().join("tree");
    repo.git(&["worktree", "add", "--quiet", tree.to_str().unwrap()]);
    check(&read(&tree, &["adr/1.md"]), "adr/1.md", "1 accepted; 1 commits");

    let mut outer = Repo::new();
    outer.record("README.md", "none");
    let source = repo.path().to_str().unwrap();
    outer.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", source, "log"]);
    check(&read(&outer.path().join("log"), &["adr/1.md"]), "adr/1.md", "1 accepted; 1 commits");
}

fn clone(repo: &Repo, args: &[&str]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("file://{}", repo.path().display());
    let mut command = Command::new("git");
    let cloned = command.args(["clone", "--quiet"]).args(args).arg(url).arg(dir.path()).output().unwrap();
    assert!(cloned.status.success());
    dir
}

#[test]
fn a_shallow_clone_dates_nothing_that_lies_before_its_boundary() {
    let mut repo = Repo::new();
    repo.record("adr/1.md", "draft");
    repo.record("adr/1.md", "proposed");
    repo.record("adr/2.md", "draft");
    repo.record("adr/1.md", "accepted");

    let one = clone(&repo, &["--depth", "1"]);
    let history = read(one.path(), &["adr/1.md", "adr/2.md"]);
    assert_eq!(history.missing, Some(Missing::Shallow));
    check(&history, "adr/1.md", "; 0 commits");
    let file = &history.files["adr/1.md"];
    assert_eq!((file.first, file.last, file.before), (None, None, Some(State::Accepted)));

    let three = clone(&repo, &["--depth", "3"]);
    let history = read(three.path(), &["adr/1.md", "adr/2.md"]);
    assert_eq!(history.missing, Some(Missing::Shallow));
    check(&history, "adr/1.md", "4 accepted; 1 commits");
    let file = &history.files["adr/1.md"];
    assert_eq!((file.first, file.before), (None, Some(State::Proposed)));
    check(&history, "adr/2.md", "3 draft; 1 commits");
    assert_eq!(history.files["adr/2.md"].first.map(|day| day.day()), Some(3));
}

#[test]
fn a_partial_clone_is_read_without_fetching() {
    let mut repo = Repo::new();
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    repo.record("adr/1.md", "draft");
    repo.record("adr/1.md", "proposed");
    repo.git(&["mv", "adr/1.md", "adr/0001.md"]);
    repo.record("adr/0001.md", "accepted");
    let clone = clone(&repo, &["--filter=blob:none"]);
    let history = read(clone.path(), &["adr/0001.md"]);
    assert_eq!(history.missing, Some(Missing::Partial));
    check(&history, "adr/0001.md", "3 accepted; 1 commits");
    assert_eq!(history.files["adr/0001.md"].first, None);
}

#[test]
fn no_repository_and_no_commits() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(read(dir.path(), &["adr/1.md"]).missing, Some(Missing::NoRepository));
    let repo = Repo::new();
    repo.write("adr/1.md", &record("draft"));
    let history = read(repo.path(), &["adr/1.md"]);
    assert_eq!(history.missing, Some(Missing::NoCommits));
    assert!(read(&dir.path().join("nowhere"), &[]).missing.is_some());
}

#[test]
fn a_repository_that_git_cannot_read_is_said_to_be_one() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("adr")).unwrap();
    for text in ["gitdir: /nowhere\n", "neither file nor folder\n"] {
        std::fs::write(dir.path().join(".git"), text).unwrap();
        assert_eq!(read(dir.path(), &["adr/1.md"]).missing, Some(Missing::Unreadable), "{text}");
        assert_eq!(read(&dir.path().join("adr"), &["1.md"]).missing, Some(Missing::Unreadable), "{text}");
    }
}

#[test]
fn records_of_a_submodule_have_no_history_in_the_repository_around_it() {
    let mut inner = Repo::new();
    inner.record("adr/1.md", "draft");
    let mut outer = Repo::new();
    outer.record("adr/2.md", "draft");
    let from = inner.path().to_str().unwrap();
    outer.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", from, "inner"]);
    outer.commit();
    let history = read(outer.path(), &["adr/2.md", "inner/adr/1.md"]);
    assert_eq!(history.missing, Some(Missing::Nested));
    check(&history, "adr/2.md", "1 draft; 1 commits");
    let inside = read(&outer.path().join("inner"), &["adr/1.md"]);
    assert_eq!((inside.missing, inside.files.len()), (None, 1));
}

#[test]
fn a_repository_with_long_ids_is_read_like_any_other() {
    let mut repo = Repo { dir: tempfile::tempdir().unwrap(), day: 0 };
    repo.git(&["init", "--quiet", "--object-format=sha256", "."]);
    repo.record("adr/1.md", "draft");
    repo.record("adr/1.md", "accepted");
    check(&read(repo.path(), &["adr/1.md"]), "adr/1.md", "1 draft, 2 accepted; 2 commits");
}

#[test]
#[cfg(unix)]
fn an_old_git_is_said_to_be_too_old() {
    use std::os::unix::fs::PermissionsExt as _;
    // The program is found by `PATH`, which only a process of its own can have changed.
    if std::env::var_os("ANNALS_TEST_OLD_GIT").is_none() {
        let mut repo = Repo::new();
        repo.record("1.md", "draft");
        let bin = tempfile::tempdir().unwrap();
        let path = std::env::var("PATH").unwrap();
        let script = format!(
            "#!/bin/sh\nfor arg; do case \"$arg\" in\n--version) echo git version 2.30.2; exit;;\n\
             --diff-merges*) exit 129;; esac; done\nPATH='{path}' exec git \"$@\"\n"
        );
        std::fs::write(bin.path().join("git"), script).unwrap();
        std::fs::set_permissions(bin.path().join("git"), std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut again = Command::new(std::env::current_exe().unwrap());
        again.args(["history::an_old_git_is_said_to_be_too_old", "--exact"]);
        again.env("ANNALS_TEST_OLD_GIT", repo.path());
        again.env("PATH", format!("{}:{path}", bin.path().display()));
        let output = again.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        return;
    }
    let root = PathBuf::from(std::env::var_os("ANNALS_TEST_OLD_GIT").unwrap());
    assert_eq!(read(&root, &["1.md"]).missing, Some(Missing::OldGit));
}

#[test]
#[cfg(unix)]
fn a_repository_cannot_start_programs() {
    use std::os::unix::fs::PermissionsExt;

    let mut repo = Repo::new();
    repo.record("adr/1.md", "draft");
    repo.record("adr/1.md", "accepted");
    let trap: PathBuf = repo.path().join("trap.sh");
    let sprung = repo.path().join("sprung");
    std::fs::write(&trap, format!("#!/bin/sh\ntouch '{}'\ncat\n", sprung.display())).unwrap();
    std::fs::set_permissions(&trap, std::fs::Permissions::from_mode(0o755)).unwrap();
    let trap = trap.to_str().unwrap();
    for key in [
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.askPass",
        "core.editor",
        "core.gitProxy",
        "core.alternateRefsCommand",
        "diff.external",
        "diff.trap.command",
        "diff.trap.textconv",
        "filter.trap.clean",
        "filter.trap.smudge",
        "filter.trap.process",
        "gpg.program",
        "credential.helper",
        "pager.log",
        "pager.diff-tree",
        "pager.cat-file",
        "alias.diff-tree",
        "alias.rev-list",
        "interactive.diffFilter",
    ] {
        repo.git(&["config", key, trap]);
    }
    repo.git(&["config", "log.showSignature", "true"]);
    repo.git(&["config", "core.hooksPath", repo.path().to_str().unwrap()]);
    repo.git(&["config", "diff.renames", "false"]);
    repo.write(".gitattributes", "* diff=trap filter=trap\n");
    check(&read(repo.path(), &["adr/1.md"]), "adr/1.md", "1 draft, 2 accepted; 2 commits");
    assert!(!sprung.exists());
}

#[test]
fn names_of_authors_are_safe_to_print() {
    let mut repo = Repo::new();
    repo.write("adr/1.md", &record("draft"));
    repo.git(&["add", "--all"]);
    repo.day = 1;
    let author = "Evil\u{1b}[31m\u{202e} \t & \"Na\" me <author@example.org>";
    repo.git(&["commit", "--quiet", "-m", "A step", &format!("--author={author}")]);
    let history = read(repo.path(), &["adr/1.md"]);
    let author = &history.files["adr/1.md"].states[0].author;
    assert!(!author.chars().any(|c| c.is_control() || c == '\u{202e}'), "{author:?}");
    assert!(author.starts_with("Evil") && author.ends_with(" & \"Na\" me"), "{author:?}");
}

#[test]
fn the_mailmap_of_the_repository_is_honoured() {
    let mut repo = Repo::new();
    repo.write(".mailmap", "New Name <author@example.org>\n");
    repo.record("adr/1.md", "draft");
    let history = read(repo.path(), &["adr/1.md"]);
    assert_eq!(history.files["adr/1.md"].states[0].author, "New Name");
}

#[test]
#[cfg(target_os = "linux")]
fn names_that_are_not_utf_8_and_odd_names_disturb_nothing() {
    use std::os::unix::ffi::OsStrExt;

    let mut repo = Repo::new();
    std::fs::create_dir(repo.path().join("adr")).unwrap();
    let odd = std::ffi::OsStr::from_bytes(b"adr/caf\xe9.md");
    std::fs::write(repo.path().join(odd), record("draft")).unwrap();
    repo.record("adr/new\nline \"quoted\" *[x]?.md", "accepted");
    repo.record(":(exclude)adr", "none");
    std::fs::rename(repo.path().join(odd), repo.path().join("adr/café.md")).unwrap();
    repo.commit();
    let paths = ["adr/café.md", "adr/new\nline \"quoted\" *[x]?.md"];
    let history = read(repo.path(), &paths);
    check(&history, paths[0], "1 draft; 2 commits");
    check(&history, paths[1], "1 accepted; 1 commits");
}

#[test]
fn links_huge_files_and_folders_of_the_same_name_are_passed_over() {
    let mut repo = Repo::new();
    repo.write("adr/1.md", &(record("draft") + &"x".repeat(3_000_000)));
    repo.commit();
    repo.record("adr/1.md", "accepted");
    std::fs::remove_file(repo.path().join("adr/1.md")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/hostname", repo.path().join("adr/1.md")).unwrap();
    repo.commit();
    let history = read(repo.path(), &["adr/1.md"]);
    check(&history, "adr/1.md", "1 draft, 2 accepted; 3 commits");
}

#[test]
fn the_remote_is_told_as_a_web_address() {
    let mut repo = Repo::new();
    repo.record("adr/1.md", "draft");
    assert_eq!(read(repo.path(), &["adr/1.md"]).remote, None);
    repo.git(&["remote", "add", "backup", "/srv/backup.git"]);
    repo.git(&["remote", "add", "origin", "https://user:secret@example.org/acme/decisions.git"]);
    let remote = read(repo.path(), &["adr/1.md"]).remote;
    assert_eq!(remote.as_deref(), Some("https://example.org/acme/decisions"));
}

#[test]
fn environment_of_a_hook_does_not_lead_elsewhere() {
    // A pre-commit hook runs with these set; the test binary is started anew so that only it has them.
    if std::env::var_os("GIT_DIR").is_none() {
        let mut again = Command::new(std::env::current_exe().unwrap());
        again.args(["history::environment_of_a_hook_does_not_lead_elsewhere", "--exact"]);
        again.env("GIT_DIR", "/nowhere").env("GIT_INDEX_FILE", "/nowhere/index");
        assert!(again.output().unwrap().status.success());
        again.env("PATH", "/nowhere");
        assert!(again.output().unwrap().status.success());
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    if std::env::var_os("PATH").is_some_and(|path| path == "/nowhere") {
        assert_eq!(read(dir.path(), &[]).missing, Some(Missing::NoGit));
        return;
    }
    let make = |args: &[&str]| {
        let mut git = Command::new("git");
        git.arg("-C")
            .arg(dir.path())
            .args(["-c", "user.name=A", "-c", "user.email=a@example.org"])
            .args(args);
        assert!(git.env_remove("GIT_DIR").env_remove("GIT_INDEX_FILE").output().unwrap().status.success());
    };
    make(&["init", "--quiet", "."]);
    std::fs::write(dir.path().join("1.md"), record("draft")).unwrap();
    make(&["add", "--all"]);
    make(&["commit", "--quiet", "-m", "A step"]);
    let history = read(dir.path(), &["1.md"]);
    assert_eq!((history.missing, history.files.len()), (None, 1));
}
