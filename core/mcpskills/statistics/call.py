"""What is counted."""

from dataclasses import dataclass
from typing import Protocol

from mcpskills.journal import InvocationStatus


class Call(Protocol):
    """What is counted of one MCP request.

    `at` is in seconds since 1970, `duration` in seconds. `skill` and `version` are None where it concerned none, `principal`
    where nobody known asked.
    """

    @property
    def at(self) -> float: ...
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


@dataclass(frozen=True, slots=True)
class Concern:
    """What a call is about, as far as we know such a skill and version. `restricted` skills are in nobody else's totals."""

    skill: str | None = None
    version: int | None = None
    restricted: bool = False
