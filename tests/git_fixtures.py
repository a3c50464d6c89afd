"""Real Git repositories for tests, made by the real `git` program with nobody's own configuration.

A story reads: `origin = bare(tmp_path / "registry.git")`, `work = clone(origin, tmp_path / "work")`,
`work.put(skill_folder())`, `work.push()`.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from builders import Content, folder_of, write_folder
from mcpskills.folder import SkillFolder

BRANCH = "main"

_ENVIRONMENT = {
    # A file, since what is said otherwise does not reach the git that takes a push.
    "GIT_CONFIG_GLOBAL": str(Path(__file__).with_name("data") / "gitconfig"),
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "Ada Author",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada Author",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}


def git(at: Path, *arguments: str) -> str:
    """Run git in a directory and give what it printed; a failure raises with git's own words."""
    done = subprocess.run(
        ["git", "-C", at, *arguments], env={**os.environ, **_ENVIRONMENT}, capture_output=True, check=False
    )
    if done.returncode != 0:
        raise AssertionError(f"git {' '.join(arguments)} failed: {os.fsdecode(done.stderr)}")
    return os.fsdecode(done.stdout).strip()


def bare(path: Path, branch: str = BRANCH) -> Path:
    """A new, empty bare repository that accepts pushes, anonymous ones over HTTP and forced ones as well."""
    path.mkdir(parents=True)
    git(path, "init", "--quiet", "--bare", f"--initial-branch={branch}")
    git(path, "config", "http.receivepack", "true")
    return path


def clone(origin: Path | str, to: Path, branch: str = BRANCH) -> "Clone":
    """A clone with a work tree; of an empty repository as well."""
    to.mkdir(parents=True)
    git(to, "init", "--quiet", f"--initial-branch={branch}")
    git(to, "remote", "add", "origin", str(origin))
    git(to, "fetch", "--quiet", "origin")
    if git(to, "for-each-ref", f"refs/remotes/origin/{branch}"):
        git(to, "reset", "--quiet", "--hard", f"origin/{branch}")
    return Clone(to, branch)


@dataclass(frozen=True)
class Clone:
    """Somebody's clone. Changes are made in the work tree, and `commit` takes all of them."""

    path: Path
    branch: str = BRANCH

    @property
    def head(self) -> str:
        return git(self.path, "rev-parse", "HEAD")

    def put(self, *folders: SkillFolder) -> None:
        """Make each folder hold exactly its entries."""
        for folder in folders:
            self.delete(folder.path)
            write_folder(self.path / folder.path, folder)

    def write(self, files: Mapping[str, Content]) -> None:
        """Write single files and leave the others."""
        write_folder(self.path, folder_of(files))

    def delete(self, path: str) -> None:
        shutil.rmtree(self.path / path, ignore_errors=True)

    def move(self, old: str, new: str) -> None:
        (self.path / new).parent.mkdir(parents=True, exist_ok=True)
        (self.path / old).rename(self.path / new)

    def commit(self, message: str = "Change skills") -> str:
        """Commit all there is, also when nothing changed; gives the commit."""
        git(self.path, "add", "--all", "--force")
        git(self.path, "commit", "--quiet", "--allow-empty", "--message", message)
        return self.head

    def push(self, *, force: bool = False) -> str:
        """Commit what is not committed yet and push the branch; gives the commit."""
        changed = git(self.path, "status", "--porcelain", "--ignored")
        head = self.commit() if changed else self.head
        git(self.path, "push", "--quiet", *(["--force"] if force else []), "origin", f"HEAD:refs/heads/{self.branch}")
        return head

    def publish(self, *folders: SkillFolder) -> str:
        """Put the folders, commit and push them; gives the commit."""
        self.put(*folders)
        return self.push()

    def reset(self, commit: str) -> None:
        """Go back to a commit, as somebody does who then pushes by force."""
        git(self.path, "reset", "--quiet", "--hard", commit)


def tree_of(repository: Path, commit: str, path: str) -> str:
    """The id of a folder's tree."""
    return git(repository, "rev-parse", f"{commit}:{path}")


def pack_everything(repository: Path) -> None:
    """Move all references into packed-refs and all objects into one pack, as `git gc` does."""
    git(repository, "pack-refs", "--all", "--prune")
    git(repository, "repack", "-a", "-d", "--quiet")
