"""The registry repository of the skills, with proposals that wait: good ones, some that rules refuse, some that remove one."""

import subprocess
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from builders import entry, skill_folder
from git_fixtures import BRANCH
from mcpskills.adapters.git.forge import LocalForge
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.folder import SKILL_FILE, Entry, SkillFolder
from mcpskills.proposal import ProposedChange

PROPOSALS: Final = 50
APPROVED: Final = 3
"""One of as many has somebody's yes."""

_AUTHOR: Final = "Ada Author <ada@example.org>"
_LINES: Final = 120


def commit(repository: Path, folders: Iterable[SkillFolder]) -> None:
    """All skills in one commit on the tracked branch of an empty bare repository."""
    arguments = ["git", "-C", repository, "fast-import", "--quiet"]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE) as git:
        assert git.stdin is not None
        git.stdin.write(f"commit refs/heads/{BRANCH}\ncommitter {_AUTHOR} 0 +0000\ndata 0\n".encode())
        for folder in folders:
            for path, item in folder.files.items():
                head = f"M 100{755 if item.executable else 644} inline {folder.path}/{path}\ndata {item.size}\n"
                git.stdin.write(head.encode() + item.content + b"\n")
    if git.returncode:
        raise SystemExit("git fast-import failed; it said why.")


def propose(repository: Path, folders: Iterable[SkillFolder]) -> None:
    """A proposal about each of the skills, the last one the newest; the first of them is a good one."""
    with closing(GitRepository.open(str(repository), repository.parent)) as opened:
        forge = LocalForge(opened, BRANCH)
        for number, folder in enumerate(folders):
            title, entries = _KINDS[number % len(_KINDS)](folder)
            made = forge.propose(ProposedChange(folder.path, entries, f"{title} {folder.name}", "Why: …", _AUTHOR))
            if number % APPROVED == 0:
                forge.approve(made.id, made.commit, "Grace", "It does what it says.")


def changed(folder: SkillFolder) -> Mapping[str, Entry]:
    """Files of the skill after much work on them."""
    text = folder.files[SKILL_FILE].content.decode()
    added = "".join(f"{number}. Look at step {number} once more.\n" for number in range(_LINES))
    script = "".join(f"print({number})\n" for number in range(_LINES))
    return {**folder.files, SKILL_FILE: entry(text + added), "scripts/run.py": entry(script)}


def _update(folder: SkillFolder) -> tuple[str, Mapping[str, Entry]]:
    return "Update", changed(folder)


def _spoil(folder: SkillFolder) -> tuple[str, Mapping[str, Entry]]:
    return "Shorten", {SKILL_FILE: entry(f"---\nname: {folder.name}\n---\nSee references/nothing.md.\n")}


def _describe(folder: SkillFolder) -> tuple[str, Mapping[str, Entry]]:
    """Good, with advice: nobody is told when to use it."""
    return "Describe", skill_folder(folder.name, description="Forms.", body="# Forms\n\nSee nothing.md.\n").files


def _take_away(folder: SkillFolder) -> tuple[str, Mapping[str, Entry]]:
    del folder
    return "Remove", {}


_KINDS: Final[tuple[Callable[[SkillFolder], tuple[str, Mapping[str, Entry]]], ...]] = (
    _update,
    _spoil,
    _describe,
    _take_away,
)
