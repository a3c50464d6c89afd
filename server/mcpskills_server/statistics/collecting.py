"""Counting calls: requests only leave them here, everything else happens in a thread every few seconds."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

import structlog

from mcpskills.errors import UnavailableError
from mcpskills.journal import InvocationStatus
from mcpskills.ports import Statistics
from mcpskills.snapshot import Snapshot
from mcpskills.statistics.call import Batch, Call, Concern
from mcpskills.statistics.sheet import Sheet
from mcpskills_server.pace import Pace, Rest

if TYPE_CHECKING:
    from mcpskills.statistics.counting import OpenHours
    from mcpskills.statistics.grid import Grid

_log = structlog.get_logger(__name__)

COUNT_SECONDS: Final = 5.0
"""What a process that dies has not written, as long as little changes."""

SHARE: Final = 100
"""Who counts many skills writes less often: of the processor's time all but this part is for requests."""

MOST_SECONDS: Final = 60.0
MOST_WAITING: Final = 20_000
"""Calls that were told of and wait to be counted, some 300 bytes each; of more only the number is counted."""
LAST_SECONDS: Final = 2.0

_Done = TypeVar("_Done")


class Together(Batch, Protocol):
    """Calls that were kept together to be counted, in any thread: those of the batch, and others in grids."""

    @property
    def grids(self) -> Sequence["Grid"]: ...

    def told(self, about: Any, how: int) -> tuple[str | None, int | None, str, str]:
        """Of calls that are alike: skill, version, method and caller."""


class Recording(Protocol):
    """What tells of calls, and keeps others together."""

    @property
    def overflowed(self) -> int:
        """Calls of which nobody was told, because too many came at once."""

    @property
    def is_filling(self) -> bool:
        """Whether there are so many already that they should be asked for."""

    def together(self) -> Together:
        """Calls that nobody was told of, since this was asked last."""

    async def filling(self) -> None:
        """Wait until there are so many that they should be asked for."""

    async def run(self) -> None:
        """Tell of calls until cancelled, and then of what is left."""


class Collector:
    """`observe` is called on the event loop; `run` runs as long as requests are recorded."""

    def __init__(
        self,
        statistics: Statistics,
        tenant: str,
        snapshot: Callable[[], Snapshot],
        now: Callable[[], datetime],
        pace: Callable[[Callable[[], bool]], Rest] = Pace,
    ) -> None:
        """`snapshot` says which skills there are, or raises `UnavailableError` while nothing is served yet.

        `pace` makes the rests of a thread that counts or packs, unless what it is given says that it is urgent.
        """
        self._statistics = statistics
        self._tenant = tenant
        self._snapshot = snapshot
        self._now = now
        self._new_pace = pace
        self._recording: Recording | None = None
        self._overflowed = 0
        self._waiting: list[Call] = []
        self._missed = 0
        self._hours: OpenHours | None = None
        self._is_ending = False
        self._spent = 0.0
        """Seconds of processor time for what is on its way into the statistics."""
        self._counting = asyncio.Lock()
        """Held by who uses the hours."""
        self._writing = asyncio.Lock()
        """Held while something is on its way into the statistics: what is newer may not be overtaken."""
        self._heard = True

    def observe(self, calls: Sequence[Call]) -> None:
        """Remember calls, each once. Who was not let in has called nothing."""
        known = [call for call in calls if call.principal is not None]
        room = MOST_WAITING - len(self._waiting)
        self._waiting.extend(known[:room])
        self._missed += max(len(known) - room, 0)

    async def run(self, recording: Recording) -> None:
        """Have requests recorded, write what is counted meanwhile, and what is left when that has ended."""
        self._recording = recording
        beside = [asyncio.create_task(each) for each in (self._count_often(recording), self._write_often())]
        try:
            await recording.run()
        finally:
            for each in beside:
                each.cancel()
            await asyncio.wait(beside)
            self._is_ending = True
            try:
                async with asyncio.timeout(LAST_SECONDS):
                    # First what is counted already: it may be of a minute, and counting the last calls takes a while.
                    await self._write_changed()
                    await _logged(self._count_waiting())
                    await self._write_changed()
            except TimeoutError:
                _log.warning("the last calls are not in the statistics")

    async def write(self) -> None:
        """Count what waits, and write what changed; what cannot be written now is written with what comes after it."""
        await self._count_waiting()
        await self._write_changed()

    async def _count_often(self, recording: Recording) -> None:
        """Every few seconds, because what waits takes memory, however long writing takes; to its end, whoever waits no more."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(COUNT_SECONDS):
                    await recording.filling()
            await _logged(asyncio.shield(self._count_waiting()))

    async def _write_often(self) -> None:
        """As often as that leaves time for requests; to its end, whoever waits no more."""
        pause = COUNT_SECONDS
        while True:
            await asyncio.sleep(pause)
            self._spent = 0.0
            await _logged(asyncio.shield(self._write_changed()))
            pause = max(COUNT_SECONDS, min(self._spent * SHARE, MOST_SECONDS))

    async def _in_thread(self, work: Callable[..., _Done], *arguments: object) -> _Done:
        done, spent = await asyncio.to_thread(_timed, work, *arguments)
        self._spent += spent
        return done

    async def _count_waiting(self) -> None:
        async with self._counting:
            try:
                snapshot = self._snapshot()
            except UnavailableError:
                # Nothing is served yet, so what skills there are for these calls is not known; they wait.
                return
            calls, self._waiting = self._waiting, []
            together = None if self._recording is None else self._recording.together()
            await asyncio.to_thread(self._count, calls, together, self._missed_until_now(), snapshot)

    async def _write_changed(self) -> None:
        async with self._writing:
            if self._hours is None:
                return
            async with self._counting:
                sheets = await self._in_thread(self._changed, self._hours)
            try:
                if sheets:
                    await self._in_thread(self._statistics.put, self._tenant, sheets)
            except BaseException as error:
                async with self._counting:
                    self._hours.put_back(sheets)
                if not isinstance(error, UnavailableError):
                    raise
                if self._heard:
                    _log.warning("statistics cannot be written, trying again", reason=error.message)
                self._heard = False
            else:
                self._heard = True
                async with self._counting:
                    self._hours.close(self._now())

    def _pace(self) -> Rest:
        """Who falls behind would lose what is counted next."""
        recording = self._recording
        return self._new_pace(lambda: self._is_ending or (recording is not None and recording.is_filling))

    def _missed_until_now(self) -> int:
        """Calls that nobody told of, or that there was no room for, since this was asked last."""
        overflowed = 0 if self._recording is None else self._recording.overflowed
        missed = self._missed + overflowed - self._overflowed
        self._missed, self._overflowed = 0, overflowed
        return missed

    def _count(self, calls: Sequence[Call], together: Together | None, missed: int, snapshot: Snapshot) -> None:
        now, hours, rest, counted = self._now(), self._opened(), self._pace(), 0
        hours.miss(missed, now)
        try:
            for each in calls:
                hours.count(each, concern(each, snapshot), now)
                counted += 1
                rest()
        finally:
            hours.miss(len(calls) - counted, now)
            if together is not None:
                _count_together(hours, together, now, snapshot, rest)

    def _changed(self, hours: "OpenHours") -> list[Sheet]:
        sheets, rest = [], self._pace()
        for sheet in hours.take(rest):
            sheets.append(sheet)
            rest()
        return sheets

    def _opened(self) -> "OpenHours":
        if self._hours is None:
            from mcpskills.statistics.counting import OpenHours  # noqa: PLC0415 heavy, and not needed for the first answers

            self._hours = OpenHours(secrets.token_hex(8))
        return self._hours


async def _logged(work: Awaitable[None]) -> None:
    try:
        await work
    except Exception:  # noqa: BLE001 whatever is wrong with some calls, later ones are counted
        _log.exception("calls are not in the statistics")


def _count_together(hours: "OpenHours", together: Together, now: datetime, snapshot: Snapshot, rest: Rest) -> None:
    def told(about: Any, how: int) -> tuple[Concern, str]:
        skill, version, method, caller = together.told(about, how)
        return used(skill, version, method, snapshot), caller

    with contextlib.ExitStack() as all_of_them:
        # The grids come after all else, each of them whatever is wrong with others.
        for grid in reversed(together.grids):
            all_of_them.callback(hours.count_grid, grid, now, rest)
        hours.count_together(together, told, now, rest)


def _timed(work: Callable[..., _Done], *arguments: object) -> tuple[_Done, float]:
    """What came of it, and the processor time of this thread."""
    began = time.thread_time()
    return work(*arguments), time.thread_time() - began


_NOTHING: Final = Concern()
_USES: Final = frozenset({"tools/call", "prompts/get", "resources/read", "resources/directory/read", "skills/get"})
"""What succeeds with a skill and version that there are, for who may see them. Wishing to be told of changes, and others, succeed
with any."""


def used(skill: str | None, version: int | None, method: str, snapshot: Snapshot) -> Concern:
    """What a call was about that succeeded: whoever used a skill named one that there is."""
    if skill is None or method not in _USES:
        return _NOTHING
    return Concern(skill, version, skill in snapshot.restricted)


def concern(call: Call, snapshot: Snapshot) -> Concern:
    """What we know of what a call names: names and numbers that somebody made up count for nothing.

    A failed call of a restricted skill counts in everybody's totals, as one of an unknown skill does: who asked may not see it,
    and must not learn by the totals which of the two it was.
    """
    skill, version = call.skill, call.version
    if call.status is InvocationStatus.SUCCESS:
        return used(skill, version, call.method, snapshot)
    if skill is None or call.method not in _USES:
        return _NOTHING
    try:
        live, _ = snapshot.skills.identity(skill)
    except KeyError:
        if skill not in snapshot.withdrawn:
            return _NOTHING
        live = 0
    return Concern(skill, version if version is not None and 0 < version <= live else None)
