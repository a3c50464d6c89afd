"""A record as it is told to whoever looks on. What is made of it is made once for all, and only where somebody needs it."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from mcpskills.journal import Invocation
from mcpskills_server.admin import log_models, log_search
from mcpskills_server.admin.seen_journal import shown


class Told:
    """A record without bodies."""

    def __init__(self, invocation: Invocation) -> None:
        self.invocation = invocation
        self._events: dict[str | None, bytes] = {}
        self._seen: dict[frozenset[str], Told | None] = {}

    def event(self, names: Mapping[str, str]) -> bytes:
        """As a server-sent event; `names` are those of callers, as far as they are told to whoever looks on."""
        name = names.get(self.invocation.principal or "")
        if name not in self._events:
            row = log_models.row(self.invocation, names).model_dump_json().encode()
            self._events[name] = b"id: %b\ndata: %b\n\n" % (self.invocation.id.encode(), row)
        return self._events[name]

    @cached_property
    def texts(self) -> Sequence[str]:
        """All that it says, in lower case as `str.casefold` has it."""
        return tuple(log_search.folded(self.invocation))

    def seen(self, hidden: frozenset[str]) -> "Told | None":
        """As those see it from whom these skills are hidden; None if it is about one of them."""
        if not hidden:
            return self
        if hidden not in self._seen:
            found = shown([self.invocation], hidden)
            self._seen[hidden] = self._as(found[0]) if found else None
        return self._seen[hidden]

    def _as(self, invocation: Invocation) -> "Told":
        return self if invocation is self.invocation else Told(invocation)
