"""One who looks on: what they want, may see, and have not read yet."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from mcpskills.journal import Invocation
from mcpskills_server.admin.log_search import Wanted
from mcpskills_server.admin.told import Told

MOST_WAITING: Final = 500
"""Records that wait for one who reads slowly; then the oldest are left out."""

AT_ONCE: Final = 100
"""Records of a batch: what is done with one must not keep requests waiting."""

Hidden: TypeAlias = Callable[[], frozenset[str]]
"""Gives the names of the skills that are hidden from somebody now."""


Names: TypeAlias = Callable[[], Awaitable[Mapping[str, str]]]
"""Gives the names of callers by their ids, as far as somebody may read them."""


async def no_names() -> Mapping[str, str]:
    """For who may read none."""
    return {}


class Follower:
    """Belongs to one event loop."""

    def __init__(self, wanted: Wanted, hidden: Hidden, names: Names = no_names) -> None:
        self._wanted = wanted
        self._wish = wanted.text.casefold() if wanted.text else None
        self._hidden = hidden
        self.names = names
        self._again: Collection[str] = ()
        self._waiting: deque[tuple[frozenset[str], Sequence[Told]]] = deque()
        self._records = 0
        self._left_out = 0
        self._ended = False
        self._come = asyncio.Event()

    def put(self, batch: Sequence[Told]) -> None:
        """Have what is wanted of it wait. What is not for them does not count among what is left out."""
        hidden = self._hidden()
        chosen = self._chosen(batch, hidden)
        if not chosen:
            return
        self._waiting.append((hidden, chosen))
        self._records += len(chosen)
        while self._records > MOST_WAITING and len(self._waiting) > 1:
            self._left_out += self._dropped()
        self._come.set()

    def end(self) -> None:
        """What waits is told no more: who comes back asks for it."""
        self._ended = True
        self._come.set()

    async def taken(self) -> bytes | None:
        """The events of the oldest batch that waits, once there is one; None at the end.

        Nobody is told of a skill that was restricted while its record waited, so it may be nothing.
        """
        await self._come.wait()
        names = await self.names()
        if self._ended:
            return None
        left_out, self._left_out = self._left_out, 0
        then, batch = self._waiting.popleft()
        self._records -= len(batch)
        if not self._waiting:
            self._come.clear()
        now = self._hidden()
        # The same set, not an equal one, as long as nobody changed who sees what.
        chosen = batch if now is then else self._chosen(batch, now)
        return _left_out(left_out) + _events((each for each in chosen if each.invocation.id not in self._again), names)

    def again(self, missed: Sequence[Invocation], names: Mapping[str, str]) -> Iterator[bytes]:
        """The events of what one who comes back has missed, a batch at a time; none of it is told twice."""
        self._again = frozenset(each.id for each in missed)
        for batch in batches(missed):
            yield _events(self._chosen(batch, self._hidden()), names)

    def _chosen(self, batch: Sequence[Told], hidden: frozenset[str]) -> Sequence[Told]:
        """As they see it: what is looked for in a text must not find what they do not see."""
        fitting = (each.seen(hidden) for each in batch if self._wanted.fits(each.invocation))
        return [each for each in fitting if each is not None and self._says(each)]

    def _says(self, one: Told) -> bool:
        wish = self._wish
        return wish is None or any(wish in text for text in one.texts)

    def _dropped(self) -> int:
        _, batch = self._waiting.popleft()
        self._records -= len(batch)
        return len(batch)


def batches(invocations: Sequence[Invocation]) -> Iterator[Sequence[Told]]:
    """In their order, each made once for all who are told of it."""
    for start in range(0, len(invocations), AT_ONCE):
        yield [Told(each) for each in invocations[start : start + AT_ONCE]]


def _events(batch: Iterable[Told], names: Mapping[str, str]) -> bytes:
    return b"".join(each.event(names) for each in batch)


def _left_out(count: int) -> bytes:
    """No record, so without an id: who comes back goes on after the last record that they were told."""
    return b'event: left-out\ndata: {"left_out":%d}\n\n' % count if count else b""
