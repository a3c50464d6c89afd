"""A forge that is opened when somebody first asks it: what works on Git is 7 MB, and few servers are asked for proposals."""

from collections.abc import Callable, Sequence
from functools import cached_property
from threading import Lock

from mcpskills.ports import Forge
from mcpskills.proposal import Changed, Proposal, ProposedChange


class LateForge:
    """A `ports.Forge`. The first to call it waits for it to be opened, and hears of what keeps it from being."""

    def __init__(self, opened: Callable[[], Forge]) -> None:
        self._open = opened
        self._lock = Lock()

    def propose(self, change: ProposedChange) -> Proposal:
        return self._opened.propose(change)

    def standing(self, change: ProposedChange) -> Proposal | None:
        return self._opened.standing(change)

    def proposals(self) -> Sequence[Proposal]:
        return self._opened.proposals()

    def proposal(self, which: str) -> Proposal:
        return self._opened.proposal(which)

    def changed(self, which: str) -> Changed:
        return self._opened.changed(which)

    def approve(self, which: str, head: str, by: str, comment: str = "") -> Proposal:
        return self._opened.approve(which, head, by, comment)

    def merge(self, which: str, head: str, by: str) -> Proposal:
        return self._opened.merge(which, head, by)

    def close(self, which: str, by: str, comment: str = "") -> Proposal:
        return self._opened.close(which, by, comment)

    def file(self, path: str, at: str | None = None) -> bytes | None:
        return self._opened.file(path, at)

    @property
    def _opened(self) -> Forge:
        # Python 3.11 would let several threads open it at once, or none while one opens another.
        with self._lock:
            return self._forge

    @cached_property
    def _forge(self) -> Forge:
        return self._open()
