"""What is counted."""

from collections.abc import Iterator
from typing import Protocol

import msgspec

from mcpskills.journal import InvocationStatus


class Call(Protocol):
    """What is counted of an MCP request.

    `at` is when it came, in seconds since 1970; `duration` is in seconds. `skill` and `version` are None where it concerned none,
    `principal` where nobody known asked.
    """

    @property
    def at(self) -> float: ...
    @property
    def method(self) -> str: ...
    @property
    def skill(self) -> str | None: ...
    @property
    def version(self) -> int | None: ...
    @property
    def principal(self) -> str | None: ...
    @property
    def status(self) -> InvocationStatus: ...
    @property
    def duration(self) -> float: ...


class Batch(Protocol):
    """Calls that succeeded and came within a few seconds. They count as if all had come with the first."""

    @property
    def at(self) -> float:
        """When the first came, in seconds since 1970."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[tuple[object, int, float]]:
        """Of each what it is about, the number of how and by whom it was made, below 65,536, and how many seconds it took.

        Calls that are about the same object, and have the same number, are alike.
        """


class Concern(msgspec.Struct, frozen=True, gc=False):
    """What a call is about, as far as we know such a skill and version. `restricted` skills are in nobody else's totals."""

    skill: str | None = None
    version: int | None = None
    restricted: bool = False
