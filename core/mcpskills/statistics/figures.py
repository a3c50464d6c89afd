"""The numbers of calls: of one version of one skill in one span of time, or of several merged."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from mcpskills.journal import InvocationStatus
from mcpskills.statistics.call import Call
from mcpskills.statistics.latencies import Latencies, OpenLatencies, bin_of
from mcpskills.statistics.users import OpenUsers, Users


@dataclass(slots=True)
class Figures:
    """`errors` are all calls that did not end in success, `timeouts` those of them that took too long.

    `first` and `last` are when the first and last call came, in whole seconds since 1970; 0 while there is none. `dropped` are
    requests of which nobody knows more than that there were so many.
    """

    calls: int = 0
    errors: int = 0
    timeouts: int = 0
    dropped: int = 0
    first: int = 0
    last: int = 0
    latencies: Latencies = field(default_factory=Latencies)
    users: Users = field(default_factory=Users)

    def merge(self, other: "Figures") -> None:
        """Count what the other has as well. The other stays as it is."""
        self.calls += other.calls
        self.errors += other.errors
        self.timeouts += other.timeouts
        self.dropped += other.dropped
        self.first = min(self.first or other.first, other.first or self.first)
        self.last = max(self.last, other.last)
        self.latencies.merge(other.latencies)
        self.users.merge(other.users)

    @property
    def error_rate(self) -> float:
        """From 0 to 1."""
        return self.errors / self.calls if self.calls else 0.0

    @property
    def first_at(self) -> datetime | None:
        return datetime.fromtimestamp(self.first, UTC) if self.first else None

    @property
    def last_at(self) -> datetime | None:
        return datetime.fromtimestamp(self.last, UTC) if self.last else None


class OpenFigures(msgspec.Struct, gc=False):
    """The same numbers while calls are counted in them, and small: a process has thousands of these for each hour.

    The garbage collector does not look at them, and there are no cycles in them. `part` is that of their sheet.
    """

    part: str
    errors: int = 0
    timeouts: int = 0
    dropped: int = 0
    first: int = 0
    last: int = 0
    latencies: OpenLatencies = msgspec.field(default_factory=OpenLatencies)
    users: OpenUsers = msgspec.field(default_factory=OpenUsers)

    @property
    def calls(self) -> int:
        return self.latencies.count

    def observe(self, call: Call) -> None:
        """Count a call."""
        if call.status is not InvocationStatus.SUCCESS:
            self.errors += 1
            self.timeouts += call.status is InvocationStatus.TIMEOUT
        self.see(int(call.at), call.principal)
        self.latencies.add(bin_of(call.duration))

    def see(self, at: int, principal: str | None) -> None:
        """Know of a call, which is counted elsewhere, when it came and who made it."""
        self.last = max(self.last, at)
        if at < self.first or not self.first:
            self.first = at
        if principal is not None:
            self.users.observe(principal)
