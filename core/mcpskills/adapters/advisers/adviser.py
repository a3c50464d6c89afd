"""What an adviser promises, and how its words are made fit to be shown."""

import re
from typing import ClassVar, Protocol

from mcpskills.errors import McpSkillsError
from mcpskills.folder import SkillFolder
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import Problem

MOST_QUOTED = 400
"""Characters of one text of an adviser that are looked at."""

_LOGIN = re.compile(r"(?<=://)[^\s/@]{1,200}(?=@)")
_TOKEN = re.compile(r"[A-Za-z0-9+/=_-]{16,}")
_KEPT = 4


class NoOpinionError(McpSkillsError):
    """An adviser has nothing usable to say about one skill; about the next one it may."""


class Adviser(Protocol):
    """`name` is what people know it by; `code` and `severity` are those of everything that it says."""

    name: ClassVar[str]
    code: ClassVar[str]
    severity: ClassVar[Severity]

    def identity(self) -> str:
        """Names who would answer and what would be asked: the same for as long as answers may be kept.

        Raises `UnavailableError`, as `advise` does.
        """

    def advise(self, folder: SkillFolder) -> tuple[Problem, ...]:
        """What it makes of a folder, however hostile, in bounded time and memory.

        Paths are those of the folder or `WHOLE_FOLDER`, and no text holds what looks like a secret. Raises `NoOpinionError`
        when it says nothing usable, and `UnavailableError` when it cannot be asked about any skill.
        """


def redacted(text: str) -> str:
    """What an adviser says or repeats, in one line, shortened, and without what could be a key or a password in an address."""
    line = " ".join(text[:MOST_QUOTED].split())
    return _TOKEN.sub(_shortened, without_login(line))


def without_login(url: str) -> str:
    """A text whose addresses carry no user names and passwords."""
    return _LOGIN.sub("…", url)


def _shortened(found: re.Match[str]) -> str:
    token = found[0]
    # Long words and paths are worth reading; keys have digits among their letters.
    return f"{token[:_KEPT]}…" if any(char.isdigit() for char in token) else token
