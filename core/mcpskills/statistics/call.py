"""What is counted."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from mcpskills.journal import InvocationStatus


class Call(Protocol):
    """What is counted of an MCP request, or of some that are alike and came within a few seconds.

    `at` is when the first came, in seconds since 1970; `durations` has one for each, in seconds. `skill` and `version` are None
    where it concerned none, `principal` where nobody known asked.
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
    def durations(self) -> Sequence[float]: ...


class Concern(NamedTuple):
    """What a call is about, as far as we know such a skill and version. `restricted` skills are in nobody else's totals."""

    skill: str | None = None
    version: int | None = None
    restricted: bool = False
