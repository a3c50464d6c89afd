"""SK031: nobody is told to download an archive with a password and to run what is in it."""

import re
from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.instructions.problem import distinct, problem
from mcpskills.validation.rules.instructions.shadow import ALL, Shadow, shadow_of

_PASS = r"\bpass(?:word|phrase|code|wd)?\b"  # noqa: S105  a pattern
_ARCHIVE = r"\b(?:un)?(?:zip|rar|7z|tar|archive|pack)(?:ped|ping|ball|s)?\b|\bextract"
_LOCKED = re.compile(
    rf"(?P<told>{_PASS}['\"*`]{{0,3}}[ \t]{{0,3}}(?:is\b|[:=\u2192-]|->)[ \t]{{0,3}}['\"*`]{{0,3}}[\w!@#$%.-]{{2,40}}"
    rf"|\bpass(?:word|phrase)?[- ]protected\b"
    rf"|\b(?:extract|unzip|unpack|decrypt|open)\w{{0,5}}\b[^\n.]{{0,60}}?\b(?:with|using|use)\b[^\n.]{{0,30}}?{_PASS}"
    rf"|{_PASS}[^\n.]{{0,40}}?\b(?:extract|unzip|unpack))"
    r"|(?P<unzip>\bunzip\b[^\n|;]{0,100}?[ \t]-\w{0,3}p)"
    r"|\b(?:7z[arz]?|unrar|unar|bsdtar)\b[^\n|;]{0,150}?[ \t](?:-p(?!ath)|--pass(?:word|phrase))[ =]?['\"]?\w"
)
_FETCHED = re.compile(
    r"https?://[^\s\"'`<>)\]]{1,300}?(?:\.(?:zip|rar|7z|exe|dmg|msi|pkg|tgz|tar|scr|iso)\b|/releases?\b"
    r"|/downloads?\b)"
)
_PROGRAM = re.compile(
    r"\b(?:run|execute|launch|install|start|open|double[- ]click)\w{0,3}[ \t]{1,3}(?:on[ \t])?(?:the[ \t]|this[ \t]"
    r"|its?\b[ \t]?|downloaded[ \t])*+"
    r"(?:[\w.`*-]{1,40}[ \t]{1,3})?(?:executable|binary|installer|file|program|setup|app|application|agent|tool"
    r"|client|driver|utility|it)\b"
    r"|\.(?:exe|dmg|msi|pkg|scr|bat|cmd|ps1|app|command)\b|(?:^|[;&\n`])[ \t]{0,9}\./[\w.-]{1,60}"
    r"|\bchmod[ \t]{1,3}\+x"
)
_ARCHIVES = re.compile(_ARCHIVE)
_WORDS = (
    "pass",
    "password",
    "passphrase",
    "passcode",
    "passwd",
    "unzip",
    "7z",
    "7za",
    "7zz",
    "7zr",
    "unrar",
    "unar",
    "bsdtar",
)
_NEAR = 500
_STEP = 200
_FIX = "Name a package with a version instead; what a scanner may not open, nobody should have to run."


def check(file: File) -> Iterator[Problem]:
    shadow = shadow_of(file)
    if not (shadow.has(*_WORDS) and shadow.has("http", "https")):
        return iter(())
    message = "an archive with a password is to be downloaded and its program run; the password keeps scanners out"
    return distinct(problem(shadow, start, end, message, _FIX) for start, end in _places(shadow))


def _places(shadow: Shadow) -> Iterator[tuple[int, int]]:
    looked = -_STEP
    for match in shadow.near(_LOCKED, "pass", "unzip", "7z", "unrar", "unar", "bsdtar", reach=200, most=ALL):
        start, end = match.span()
        # One look serves all matches that are so close; that bounds the time.
        if start < looked + _STEP or (match["unzip"] and not shadow.written(start, end).endswith("P")):
            continue
        looked = start
        around = shadow.text[max(0, start - _NEAR) : end + _NEAR]
        if _FETCHED.search(around) and _PROGRAM.search(around) and _ARCHIVES.search(around):
            yield start, end


RULE = FileRule("SK031", "locked-archive", Severity.ERROR, check)
