"""SK096: cisco-ai-skill-scanner, a program in an environment of its own, with those of its analysers that need no network."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from jsonschema import Draft202012Validator

from mcpskills.adapters.advisers import program
from mcpskills.adapters.advisers.adviser import MOST_QUOTED, NoOpinionError, redacted
from mcpskills.errors import UnavailableError
from mcpskills.folder import SkillFolder
from mcpskills.printable import printable
from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import WHOLE_FOLDER, Problem
from mcpskills.validation.rules.structure import safe_paths
from mcpskills.validation.validate import MAX_PER_RULE

_SECONDS = 180.0
_BYTES = 8 * 1024 * 1024
_OPTIONS = ("--format", "json", "--compact", "--use-behavioral")
_READING = 1
"""Raised when the same output is read differently."""

# What it calls LOW and INFO are licences, lengths and unpinned packages, which rules of ours look at.
_HEARD = frozenset({"CRITICAL", "HIGH", "MEDIUM"})
_SECRETS = "hardcoded_secrets"
_REVIEW = "Read this place before you approve the skill."

_TEXT, _OPTIONAL = {"type": "string"}, {"type": ["string", "null"]}
_NEEDED = {"rule_id": _TEXT, "severity": _TEXT, "title": _TEXT}
_MORE = {"category": _TEXT, "file_path": _OPTIONAL, "snippet": _OPTIONAL, "remediation": _OPTIONAL}
_LINE = {"line_number": {"type": ["integer", "null"]}}
_FINDING = {"type": "object", "required": list(_NEEDED), "properties": {**_NEEDED, **_MORE, **_LINE}}
_FINDINGS = {"findings": {"type": "array", "items": _FINDING}}
_OUTPUT = Draft202012Validator({"type": "object", "required": ["findings"], "properties": _FINDINGS})


@dataclass(frozen=True, slots=True)
class CiscoScanner:
    """`program` is its name or path, `seconds` what one skill may take."""

    program: str
    seconds: float = _SECONDS

    name: ClassVar[str] = "cisco-ai-skill-scanner"
    code: ClassVar[str] = "SK096"
    severity: ClassVar[Severity] = Severity.WARNING

    def identity(self) -> str:
        try:
            version = self._asked("--version")
        except NoOpinionError as error:
            raise UnavailableError(f"{self.program} does not tell its version: {error.message}") from error
        return f"{self.name} {version!r} {_OPTIONS} {_READING}"

    def advise(self, folder: SkillFolder) -> tuple[Problem, ...]:
        found = _findings(self._asked("scan", *_OPTIONS, folder=folder))
        return tuple(islice(_problems(folder, found), MAX_PER_RULE))

    def _asked(self, *arguments: str, folder: SkillFolder | None = None) -> bytes:
        scanner = program.find(self.program)
        try:
            with tempfile.TemporaryDirectory(prefix="mcpskills-", ignore_cleanup_errors=True) as private:
                home = Path(private, "home")
                home.mkdir()
                written = [_write(Path(private, "skills"), folder)] if folder else []
                return program.run([scanner, *arguments, *written], home, seconds=self.seconds, most=_BYTES)
        except OSError as error:
            raise UnavailableError(f"the skill cannot be copied for it: {error.strerror}") from error


def _write(root: Path, folder: SkillFolder) -> Path:
    """A copy for a program to read: files at safe paths only, none of them executable."""
    skill = root / (folder.name if safe_paths.fault(folder.name) is None else "skill")
    skill.mkdir(parents=True)
    for path, entry in folder.files.items():
        if safe_paths.fault(path) is not None:
            continue
        target = skill.joinpath(*path.split("/"))
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as opened:
                opened.write(entry.content)
        except (FileExistsError, NotADirectoryError):
            # Two paths that this file system takes for one; SK022 tells.
            continue
    return skill


def _findings(printed: bytes) -> list[Any]:
    try:
        document = json.loads(printed)
    except (ValueError, RecursionError) as error:
        raise NoOpinionError("what it printed is no JSON") from error
    if not _OUTPUT.is_valid(document):
        raise NoOpinionError("what it printed has not the form of its reports; is this its version 2?")
    found: list[Any] = document["findings"]
    return found


def _problems(folder: SkillFolder, found: list[Any]) -> Iterator[Problem]:
    file_at = cache(lambda path: _file(folder, path))
    for item in found:
        weight = item["severity"].upper()
        if weight not in _HEARD:
            continue
        file = file_at(item.get("file_path"))
        line, column = _place(file, item) if file else (None, None)
        # The line of a leaked secret is not repeated at all.
        snippet = None if item.get("category") == _SECRETS else item.get("snippet")
        rule = printable(item["rule_id"])
        yield Problem(
            f"{CiscoScanner.name} calls it {weight}: {redacted(item['title'])} ({rule})",
            redacted(item.get("remediation") or _REVIEW),
            path=file.path if file else WHOLE_FOLDER,
            line=line,
            column=column,
            text=redacted(snippet or rule),
        )


def _file(folder: SkillFolder, path: str | None) -> File | None:
    entry = folder.files.get(path or "")
    return File(path or "", entry.content, entry.executable) if entry else None


def _place(file: File, item: dict[str, Any]) -> tuple[int | None, int | None]:
    """Line and column. Some of its lines count from below the frontmatter, so the text that it quotes is looked for."""
    # JSON Schema takes 3.0 for an integer.
    line = int(item.get("line_number") or 0)
    if not 1 <= line <= len(file.lines):
        return None, None
    quote = (item.get("snippet") or "").strip().partition("\n")[0][:MOST_QUOTED]
    column = file.lines[line - 1].find(quote)
    if column >= 0:
        return line, column + 1
    at = (file.text or "").find(quote)
    return (line, None) if at < 0 else file.place(at)
