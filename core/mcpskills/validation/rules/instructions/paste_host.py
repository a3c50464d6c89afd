"""SK032: nothing is installed from a paste host."""

import re
from collections.abc import Iterator
from itertools import islice

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.instructions.downloads import downloads_run_at_once, downloads_run_later
from mcpskills.validation.rules.instructions.hosts import PASTE, named, pattern
from mcpskills.validation.rules.instructions.problem import distinct, problem, too_many
from mcpskills.validation.rules.instructions.shadow import ALL, Shadow, shadow_of

_HOST = re.compile(rf"{pattern(PASTE)}(?::\d{{1,5}})?/[\w%~./-]{{2,100}}")
_HOST_ONLY = re.compile(pattern(PASTE))
_INSTALLS = re.compile(
    r"\b(?:pip3?|pipx|uv|npm|npx|pnpm|yarn|bun|go|cargo|gem|brew|apt|apt-get"
    r"|dnf)[ \t]{1,3}(?:\w{1,10}[ \t]{1,3}){0,2}?(?:install|add|i|get)\b"
    r"|\b(?:install|installation|installer|prerequisites?|set[- ]?up|required|execut\w{1,5}|run|runs|running)\b"
    r"|\b(?:in|into|open)[ \t]{1,3}(?:a[ \t]|the[ \t]|your[ \t])?(?:terminal|powershell|command prompt|shell"
    r"|console)\b"
)
# Sending something there, or speaking of such hosts, is no installation.
_SENDS = re.compile(
    r"[ \t](?:-f|-t|-d|--form|--data\S{0,10}|--upload-file|-x[ \t]?p(?:os|u)t)\b|\b(?:upload|share|post|posts|send"
    r"|publish)\b"
    r"|\b(?:malicious|suspicious|phishing|exfiltrat\w{1,5}|block(?:ed|list)?|deny|denylist|detect\w{0,4}"
    r"|flag(?:ged)?)\b"
)
_MOST = 10_000
_BEFORE, _AFTER = 160, 120
_FIX = "Offer it as a package, or put it into the skill's folder, where it is reviewed and cannot change unseen."


def check(file: File) -> Iterator[Problem]:
    shadow = shadow_of(file)
    hosts = named(shadow, PASTE)
    if not hosts:
        return
    links = list(islice(shadow.near(_HOST, *hosts, most=ALL), _MOST + 1))
    if len(links) > _MOST:
        yield too_many(shadow, links[_MOST].start())
        return
    message = "a paste host is the source of what is to be run or installed: anonymous, and changeable at any time"
    places = sorted((*_run(shadow), *_installed(shadow.text, links)))
    yield from distinct(problem(shadow, start, end, message, _FIX) for start, end in places)


def _run(shadow: Shadow) -> Iterator[tuple[int, int]]:
    for span in (*downloads_run_at_once(shadow), *downloads_run_later(shadow)):
        if _HOST_ONLY.search(span.what):
            yield span.start, span.end


def _installed(text: str, links: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    for link in links:
        before, after = _surroundings(text, link.start(), link.end())
        if _INSTALLS.search(before) and not _SENDS.search(before + after):
            yield link.span()


def _surroundings(text: str, start: int, end: int) -> tuple[str, str]:
    """What is said before and after in the same line, and in the line before."""
    from_here = max(0, start - _BEFORE)
    above = text.rfind("\n", from_here, max(from_here, text.rfind("\n", from_here, start)))
    line_end = text.find("\n", end, end + _AFTER)
    return text[max(from_here, above) : start], text[end : line_end if line_end >= 0 else end + _AFTER]


RULE = FileRule("SK032", "paste-host", Severity.ERROR, check)
