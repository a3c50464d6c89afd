"""Findings: what a rule has to say about a skill, made safe to show and stable enough to be recognised later."""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """`error` keeps a skill from going live; `warning` and `info` are advice."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found.

    `path` includes the skill's folder; `line` and `column` count from 1 and are None for a file or a folder as a whole.
    `text` is the offending text, shortened and with secrets redacted. `waiver` says by whose leave an error does not count,
    and why. `of_folder`: `path` is the skill's folder, because no single file is to blame. All text is printable: control
    characters, bidirectional controls and undecodable bytes are escaped.
    """

    code: str
    severity: Severity
    skill: str
    path: str
    line: int | None
    column: int | None
    message: str
    fix: str
    text: str
    fingerprint: str
    waiver: str | None = None
    of_folder: bool = False

    @property
    def blocks(self) -> bool:
        """Whether it keeps a skill from going live."""
        return self.severity is Severity.ERROR and self.waiver is None


def fingerprint(code: str, skill: str, path: str, text: str) -> str:
    """What stays the same when lines move: rule, skill, path inside the skill's folder and the offending text; 32 hex digits."""
    whole = json.dumps([code, skill, path, text])
    return hashlib.sha256(whole.encode()).hexdigest()[:32]
