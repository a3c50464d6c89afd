"""Requirements files and requirement strings, as pip reads them (PEP 508, "Requirements File Format" of pip)."""

import re
from collections.abc import Iterator

from packaging.requirements import InvalidRequirement, Requirement

from mcpskills.validation.rules.dependencies.declared import Declared, Kind, UnreadableError

_CONTINUED = re.compile(r"\\\r?\n")
_COMMENT = re.compile(r"(?:^|\s)#")
_OPTION = re.compile(r"(?:^|(?<=\s))(--[a-z][a-z-]{1,40}|-[a-zA-Z])(?:[ \t]*=[ \t]*|[ \t]*)(\S*)")
_SOURCES = ("--index-url", "--pypi-url", "--extra-index-url", "--find-links")
_UNCHECKED = ("--trusted-host",)
_EDITABLE = ("--editable",)
_SHORT = {"-i": "--index-url", "-f": "--find-links", "-e": "--editable"}
_SCHEME = re.compile(r"(?:git|hg|svn|bzr)\+\w{1,10}:|[a-zA-Z][a-zA-Z0-9+.-]{1,20}://")
_LOCAL = re.compile(r"[./~]|file:|[^\s@]{1,200}\.(?:whl|zip|tar\.\w{2,3})$", re.IGNORECASE)
# The common case, without the parser.
_PINNED = re.compile(r"[A-Za-z0-9][\w.-]{0,100}(?:\[[\w.,\- ]{0,100}\])?[ \t]{0,4}===?[ \t]{0,4}[\w.!+-]{1,60}")
_PIN = re.compile(r"@[0-9a-f]{40}\b|#(?:[^#\s]{1,200}&)?sha(?:256|384|512)=|--hash[= ]")
_LONGEST = 2_000
_MOST_LINES = 20_000


def requirements(text: str) -> Iterator[Declared]:
    """What a requirements or constraints file declares."""
    start = 0
    for number, (line, end) in enumerate(_lines(text)):
        if number >= _MOST_LINES:
            raise UnreadableError(f"has more than {_MOST_LINES} lines")
        yield from _line(line, start + len(line) - len(line.lstrip()))
        start = end


def requirement(written: str, at: int | None = None) -> Declared | None:
    """What one requirement declares; None for a local path, and for what pip refuses as well."""
    written = written.strip()[:_LONGEST]
    if _PINNED.fullmatch(written):
        return Declared(Kind.PACKAGE, written, at, pinned=True)
    if _SCHEME.match(written):
        return None if written.startswith("file:") else _address(written, written, at)
    if not written or _LOCAL.match(written):
        return None
    bare = re.split(r"\s--", written, maxsplit=1)[0]
    try:
        parsed = Requirement(bare)
    except (InvalidRequirement, RecursionError):
        # pip refuses what is nested that deep as well.
        return None
    if parsed.url:
        return None if parsed.url.startswith("file:") else _address(written, parsed.url, at)
    pinned = any(
        spec.operator == "===" or (spec.operator == "==" and "*" not in spec.version) for spec in parsed.specifier
    )
    return Declared(Kind.PACKAGE, bare, at, pinned=pinned)


def _address(written: str, url: str, at: int | None) -> Declared:
    return Declared(Kind.ADDRESS, written, at, url=url.split(maxsplit=1)[0], pinned=bool(_PIN.search(written)))


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """Logical lines, and where the next one starts. A continuation becomes white space of the same length."""
    joined = _CONTINUED.sub(lambda match: " " * len(match[0]), text)
    end = 0
    for line in joined.split("\n"):
        end += len(line) + 1
        comment = _COMMENT.search(line)
        yield (line[: comment.start()] if comment else line), end


def _line(line: str, at: int) -> Iterator[Declared]:
    stripped = line.strip()
    if not stripped.startswith("-"):
        found = requirement(stripped, at) if stripped else None
        if found:
            yield found
        # Options may follow, but only `--hash` and settings of the build are taken there.
        return
    for match in _OPTION.finditer(stripped[:_LONGEST]):
        name, value = _full(match[1]), match[2]
        if name in _SOURCES:
            yield Declared(Kind.INDEX, f"{name} {value}", at + match.start(), url=value)
        elif name in _UNCHECKED:
            yield Declared(Kind.UNCHECKED, f"{name} {value}", at + match.start())
        elif name in _EDITABLE:
            found = requirement(value, at + match.start())
            if found:
                yield found


def _full(option: str) -> str:
    """An option's whole name: pip takes any beginning of it that is unique."""
    known = (*_SOURCES, *_UNCHECKED, *_EDITABLE)
    return _SHORT.get(option) or next((name for name in known if name.startswith(option)), option)
