"""Problems with pieces of a shadow: placed in the file as it is written, told once for each text, with secrets redacted."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from mcpskills.validation.rule import Problem, at_offset
from mcpskills.validation.rules.instructions.shadow import Shadow

_KEPT = 4
_SHOWN = 40
# Of more, most are the same text again; a finding of each kind is shown.
_MOST = 2000
_SECRET = re.compile(
    r"((?:bearer|basic|token|passw(?:or)?d|pwd|secret"
    r"|api[_-]?key)[\"']?[ \t]{0,3}[:= ][ \t]{0,3}[\"']?)((?!-)[^\s\"'$<>{}()]{6,})"
    r"|((?<=://)[^\s/@:]{0,100}:)([^\s/@$]{1,100}(?=@))"
    r"|(\b(?:sk-|gh[a-z]_|github_pat_|xox[a-z]-|akia|glpat-|hf_|npm_|pypi-))([\w-]{8,})"
    r"|((?:/api/webhooks/|/services/|api\.telegram\.org/bot))([\w/:-]{8,})",
    re.IGNORECASE,
)


def problem(shadow: Shadow, start: int, end: int, message: str, fix: str) -> Problem:
    """A problem with a span of a shadow's text."""
    found = at_offset(shadow.file, *shadow.origin(start, end), message, fix)
    return replace(found, text=redacted(found.text))


def distinct(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The first problem of each offending text: a command that is written ten times is one thing to decide."""
    seen: set[str] = set()
    for found in islice(problems, _MOST):
        if found.text not in seen:
            seen.add(found.text)
            yield found


def too_many(shadow: Shadow, start: int) -> Problem:
    """A problem with a file that nobody could look through, because it has so many commands or links."""
    message = "there are so many commands or links here that nobody can look at each of them"
    return problem(shadow, start, start + _SHOWN, message, "Leave out what the skill does not need, or split the file.")


def redacted(text: str) -> str:
    """The text with what looks like a secret cut after four characters."""
    return _SECRET.sub(_cut, text)


def _cut(match: re.Match[str]) -> str:
    lead, secret = (group for group in match.groups() if group is not None)
    return f"{lead}{secret[:_KEPT]}…"
