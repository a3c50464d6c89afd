"""Secrets of a tenant, for skills that are granted them: what is known of one without its value, and what one may be."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from mcpskills.errors import InvalidInputError

NAME: Final = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
"""As a variable of an environment."""

RESERVED: Final = re.compile(
    r"(?:MCPSKILLS|LD|DYLD|PYTHON|NODE|BASH)_.*|PATH|HOME|SHELL|IFS|ENV|USER|TMPDIR|PYTHON[A-Z]+"
)
"""What already means something to a program that finds it in its environment."""

MOST_BYTES: Final = 64 * 1024
"""Of a value in UTF-8; AWS Secrets Manager takes no more."""

MOST: Final = 100
"""Secrets of one tenant."""

MOST_GRANTS: Final = 30
"""Skills that one secret is granted to; AWS Secrets Manager keeps them in a description of 2,048 characters."""


@dataclass(frozen=True, slots=True)
class Secret:
    """All but the value. `version` counts its values from 1; `skills` are those that get it."""

    name: str
    version: int
    updated_at: datetime
    updated_by: str
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DamagedSecret:
    """One that somebody changed behind its store: nobody is given it, and it can only be removed."""

    name: str


@dataclass(frozen=True, slots=True)
class NewValue:
    """A value that somebody sets. It shows in no representation."""

    text: str = field(repr=False)
    by: str
    at: datetime


def expect_name(name: str) -> None:
    """Raises `InvalidInputError` for what no secret can be called."""
    if not NAME.fullmatch(name):
        raise InvalidInputError(
            "A secret is called as a variable of an environment is: expected at most 64 of A to Z, 0 to 9 and _, the first a "
            "letter."
        )
    if RESERVED.fullmatch(name):
        raise InvalidInputError(f"The name {name} means something to programs already: choose another.")


def expect_value(text: str) -> None:
    """Raises `InvalidInputError`, which does not say the value."""
    size = len(text.encode())
    if not text or size > MOST_BYTES:
        raise InvalidInputError(f"Expected a value of 1 to {MOST_BYTES} bytes in UTF-8, got {size}.")
    if "\0" in text:
        raise InvalidInputError("Expected a value without zero bytes, which no environment can hold.")
