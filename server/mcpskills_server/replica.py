"""One replica's present view: loads it, follows the source by hints and by polling, swaps it, tells who listens."""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

import structlog

from mcpskills import garbage, seeing
from mcpskills.access import Caller
from mcpskills.adapters.search.index import SearchIndex
from mcpskills.errors import CorruptedError, McpSkillsError, UnavailableError
from mcpskills.snapshot import Difference, Snapshot, difference
from mcpskills_server.source import Source

_log = structlog.get_logger()

SwapListener = Callable[[Difference], Awaitable[None]]

MOST_SEEN: Final = 64
"""Views that are kept beside the whole one, for callers who do not see everything; what was made first goes first."""


class _Missing:
    pass


_MISSING: Final = _Missing()


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A snapshot and the index over it: everything that answers come from. A request takes it once and keeps it.

    `groups` are those that it is seen by, None where it is whole; `hidden` are the names that they must not know. All views of
    one snapshot have the same `origin`.
    """

    snapshot: Snapshot
    index: SearchIndex
    groups: frozenset[str] | None = None
    origin: object = field(default_factory=object)
    hidden: frozenset[str] = frozenset()
    _seen: "dict[frozenset[str], View | None]" = field(default_factory=dict)

    def seen_by(self, caller: Caller) -> "View":
        """What the caller may see of it; itself if that is everything. May be used from any thread.

        Callers in the same groups get the same view, as long as it is kept.
        """
        if not self.snapshot.restricted or (sees := caller.sees) is None:
            return self
        groups = sees & self.snapshot.groups
        view = self._seen.get(groups, _MISSING)
        if isinstance(view, _Missing):
            view = self._without(seeing.hidden_from(groups, self.snapshot), groups)
            while len(self._seen) >= MOST_SEEN:
                self._seen.pop(next(iter(self._seen), groups), None)
            self._seen[groups] = view
        # Itself is not kept there: what is frozen and refers to itself is never freed, see `_settle`.
        return self if view is None else view

    def _without(self, hidden: frozenset[str], groups: frozenset[str]) -> "View | None":
        """None where nothing is hidden."""
        if not hidden:
            return None
        snapshot = seeing.without(self.snapshot, hidden)
        served = any(name in self.snapshot.skills for name in hidden)
        index = self.index.seen_by(groups) if served else self.index
        return View(snapshot, index, groups, self.origin, hidden)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How sure the replica is of its view: when the source was last asked with success, and why not since.

    `checked` is the same moment on the clock that only goes forward, in seconds.
    """

    checked_at: datetime | None
    error: str | None
    checked: float | None = None

    @property
    def seconds_behind(self) -> float | None:
        """What changed within so many seconds may not be served yet; None before the first snapshot."""
        return None if self.checked is None else max(0.0, time.monotonic() - self.checked)


class Replica:
    """The present view, swapped atomically. `run` keeps it fresh until it is cancelled."""

    def __init__(self, source: Source, poll_seconds: float) -> None:
        self._source = source
        self._poll_seconds = poll_seconds
        self._view: View | None = None
        self._freshness = Freshness(None, None)
        self._refreshing = asyncio.Lock()
        self._listeners: list[SwapListener] = []
        self._loaded = asyncio.Event()
        self._swap_to_come = asyncio.Event()
        self._leaving = False

    @property
    def view(self) -> View:
        """Raises `UnavailableError` until the first full snapshot is there."""
        if self._view is None:
            raise UnavailableError("The first snapshot is still being loaded; ask again in a moment.")
        return self._view

    @property
    def ready(self) -> bool:
        return self._view is not None

    @property
    def leaving(self) -> bool:
        """Whether the process is about to stop: it answers still, and takes on nothing that lasts."""
        return self._leaving

    def leave(self) -> None:
        self._leaving = True

    async def first_view(self) -> View:
        """The view, as soon as there is one."""
        await self._loaded.wait()
        return self.view

    def digests(self) -> frozenset[str]:
        """The packages of what is served."""
        view = self._view
        return view.snapshot.skills.digests() if view else frozenset()

    @property
    def freshness(self) -> Freshness:
        return self._freshness

    @property
    def next_swap(self) -> asyncio.Event:
        """Is set by the next swap, whatever it changed."""
        return self._swap_to_come

    def on_swap(self, listener: SwapListener) -> None:
        """Have the listener called after every swap that changed a skill."""
        self._listeners.append(listener)

    async def changed_since(self, generation: int) -> frozenset[str] | None:
        """See `source.Source`. For a generation that the view has not reached, nothing is known."""
        if generation > self.view.snapshot.generation:
            return None
        return await self._source.changed_since(generation)

    async def refresh(self) -> View:
        """Bring the view up to date now. Raises `UnavailableError`; the present view then stays."""
        async with self._refreshing:
            asked = time.monotonic()
            old = self._view or await self._start()
            try:
                snapshot = await self._source.refresh(old.snapshot if old else None)
            except Exception as error:
                said = error.message if isinstance(error, McpSkillsError) else f"The view cannot be built ({error!r})."
                self._freshness = replace(self._freshness, error=said)
                raise
            self._freshness = Freshness(datetime.now(UTC), None, asked)
            if old is not None and old is self._view and snapshot is old.snapshot:
                return old
            return await self._swap(old, snapshot)

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            hint = asyncio.Event()
            tasks.create_task(self._hear(hint))
            tasks.create_task(self._prepare())
            while True:
                hint.clear()
                await self._refresh_or_stay()
                with contextlib.suppress(TimeoutError):
                    # Jitter keeps a fleet of replicas from asking the catalog in step. And not `wait_for`: up to Python
                    # 3.11 it loses a cancellation that comes together with the event.
                    async with asyncio.timeout(self._poll_seconds * random.uniform(0.75, 1.25)):  # noqa: S311 no secret
                        await hint.wait()

    async def _prepare(self) -> None:
        """What the first view needs no time for before it answers, it gets in a thread beside the answers."""
        view = await self.first_view()
        await asyncio.to_thread(view.snapshot.skills.prepare)

    async def _hear(self, hint: asyncio.Event) -> None:
        """Set the event by every hint, and by every start of hearing: what came before it was not heard."""
        while True:
            try:
                async with self._source.hints() as hints:
                    hint.set()
                    async for _ in hints:
                        hint.set()
            except Exception as error:  # noqa: BLE001 hints may fail for any reason; polling does without them meanwhile
                _log.warning("hints failed, trying again", error=repr(error), seconds=self._poll_seconds)
            await asyncio.sleep(self._poll_seconds)

    async def _refresh_or_stay(self) -> None:
        try:
            await self.refresh()
        except UnavailableError as error:
            _log.warning("serving on without the source", reason=error.message)
        except Exception:  # noqa: BLE001 a snapshot that cannot be built must not end the one that is served
            _log.exception("refresh failed")

    async def _start(self) -> View | None:
        """A view that is shown to nobody yet, as it may be outdated."""
        start = await self._source.start()
        if start is None:
            return None
        index = start.index
        if index is None:
            try:
                index = await asyncio.to_thread(_index, start.snapshot, None)
            except CorruptedError as error:
                _log.error("checkpoint passed over, reading every skill", reason=error.message)
                return None
        return View(start.snapshot, index)

    async def _swap(self, old: View | None, snapshot: Snapshot) -> View:
        changed = difference(old.snapshot, snapshot) if old and old is self._view else None
        index = await asyncio.to_thread(_index, snapshot, old)
        first, self._view = self._view is None, View(snapshot, index)
        garbage.spare(collect=not first)
        self._loaded.set()
        self._swap_to_come.set()
        self._swap_to_come = asyncio.Event()
        _log.info(
            "snapshot swapped", tenant=snapshot.tenant, generation=snapshot.generation, skills=len(snapshot.names)
        )
        if changed:
            for listener in self._listeners:
                await listener(changed)
        return self._view


def _index(snapshot: Snapshot, old: View | None) -> SearchIndex:
    """The index over a snapshot, from scratch or by what changed since the old one."""
    if old is None:
        return SearchIndex.over(snapshot)
    return old.index.following(old.snapshot, snapshot)
