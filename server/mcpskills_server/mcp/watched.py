"""The URIs that a stream or a session watches, by the skill whose change they are about."""

import contextlib
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from mcpskills.errors import InvalidInputError, TooLargeError
from mcpskills_server.mcp import uris

MAX_WATCHED: Final = 1_000
"""URIs that one stream or session may watch."""

MAX_WATCHED_LENGTH: Final = 64 * 1024
"""Characters of all these URIs together."""


class Watched:
    """Pinned URIs, and those that cannot be read, never change. URIs are kept as they were given."""

    __slots__ = ("_by_skill",)

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._by_skill: Mapping[str, list[str]] = _by_skill(texts)

    def touched(self, names: Collection[str] | None) -> set[str]:
        """The URIs whose skill is one of these names; all of them for None."""
        skills = self._by_skill.keys() if names is None else self._by_skill.keys() & names
        return {text for skill in skills for text in self._by_skill[skill]}


def expect_few(texts: Collection[str]) -> None:
    """Raises `TooLargeError`."""
    if len(texts) > MAX_WATCHED:
        raise TooLargeError(f"At most {MAX_WATCHED} resources can be watched at once, got {len(texts)}.")
    if (together := sum(map(len, texts))) > MAX_WATCHED_LENGTH:
        raise TooLargeError(
            f"All URIs that are watched may have {MAX_WATCHED_LENGTH} characters together, got {together}."
        )


def _by_skill(texts: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text in texts:
        with contextlib.suppress(InvalidInputError):
            uri = uris.parse(text)
            if uri.version is None:
                found.setdefault(uri.name, []).append(text)
    return found
