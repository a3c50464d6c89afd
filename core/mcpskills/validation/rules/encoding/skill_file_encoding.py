"""SK002: SKILL.md is UTF-8 text."""

from collections.abc import Iterator

from mcpskills.folder import SKILL_FILE
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule
from mcpskills.validation.subject import Subject

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SAVE = "Save the file as UTF-8."


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    entry = subject.folder.entries.get(SKILL_FILE)
    if entry is None or not entry.is_file:
        return
    content = entry.content
    if content.startswith(_UTF_16) or b"\0" in content[:2]:
        yield Problem("the file is UTF-16, but must be UTF-8", _SAVE, line=1, column=1, text="UTF-16")
        return
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        yield _at(content, error.start, f"the byte 0x{content[error.start]:02X} is not UTF-8", _SAVE)
        return
    nul = content.find(b"\0")
    if nul >= 0:
        yield _at(content, nul, "the file contains a NUL character", "Remove it; instructions are plain text.")


def _at(content: bytes, offset: int, message: str, fix: str) -> Problem:
    before = content[:offset]
    start = before.rfind(b"\n") + 1
    line, column = before.count(b"\n") + 1, len(before[start:].decode("utf-8", "replace")) + 1
    return Problem(message, fix, line=line, column=column, text=content[start : offset + 1].hex()[-64:])


RULE = Rule("SK002", "encoding", Severity.ERROR, check, essential=True)
