"""`skill://<name>/<path>` names a file of the live version, `skill://v<N>/<name>/<path>` one of version N.

Names of the form `v<digits>` are reserved, so the two never meet. Without a path a URI names the skill's own folder.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from mcpskills.errors import InvalidInputError
from mcpskills.skill import NAME

SCHEME = "skill://"
PINNED = f"{SCHEME}v"
"""How URIs of numbered versions begin; so may those of skills, whose names are never `v<digits>`."""
MAX_LENGTH = 8 * 1024
MAX_VERSION = 999_999_999

_PIN = re.compile(r"v([1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True)
class SkillUri:
    """A file or folder of a skill; `version` is None for the live one. As a string it is percent-encoded."""

    name: str
    path: str = ""
    version: int | None = None

    def __str__(self) -> str:
        pin = "" if self.version is None else f"v{self.version}/"
        return f"{SCHEME}{pin}{self.name}" + (f"/{quote(self.path)}" if self.path else "")


def parse(text: str) -> SkillUri:
    """Read a URI in either spelling, percent-encoded or not. Raises `InvalidInputError`.

    The path is looked up in a manifest and never on a disk; refusing dots and hidden slashes here keeps two URIs from naming
    the same file.
    """
    if not text.startswith(SCHEME) or len(text) > MAX_LENGTH:
        raise InvalidInputError(f"Expected a URI such as skill://pdf-forms/SKILL.md, got {text[:80]!r}.")
    first, *rest = [_segment(segment) for segment in text.removeprefix(SCHEME).split("/")]
    pin = _PIN.fullmatch(first)
    if pin and rest:
        first, *rest = rest
    if not NAME.fullmatch(first):
        raise InvalidInputError(f"Expected the name of a skill after {SCHEME}, got {first[:80]!r}.")
    return SkillUri(first, "/".join(rest), int(pin[1]) if pin else None)


def _segment(text: str) -> str:
    try:
        segment = unquote(text, errors="strict")
        segment.encode()
    except UnicodeError as error:
        raise InvalidInputError("A URI's percent-encoded bytes must be UTF-8.") from error
    if segment in {"", ".", ".."} or "/" in segment:
        raise InvalidInputError(f"A URI names a file by its plain path; the segment {text[:80]!r} is not allowed.")
    return segment
