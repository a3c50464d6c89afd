"""Keys of SSH, and commits signed with them by the real programs."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from git_fixtures import Clone, git


@dataclass(frozen=True)
class SshKey:
    path: Path

    @property
    def public(self) -> str:
        """Its kind and the key, as a file of allowed signers has them."""
        return " ".join(self.path.with_suffix(".pub").read_text().split()[:2])

    @property
    def fingerprint(self) -> str:
        return _run("ssh-keygen", "-l", "-f", self.path).split()[1]


def ssh_key(path: Path, kind: str = "ed25519") -> SshKey:
    _run("ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "", "-f", path)
    return SshKey(path)


def sign_commits(work: Clone, key: SshKey) -> None:
    """Have every commit of the clone signed from now on."""
    git(work.path, "config", "gpg.format", "ssh")
    git(work.path, "config", "user.signingkey", str(key.path))
    git(work.path, "config", "commit.gpgsign", "true")


def _run(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
