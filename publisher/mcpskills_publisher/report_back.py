"""Telling the forge what became of commits, and how fast. No publishing waits for it or fails with it."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import structlog

from mcpskills.errors import McpSkillsError, UnavailableError
from mcpskills.ports import Catalog, CommitReports, Replicas
from mcpskills.version import Quarantine
from mcpskills_publisher.reconcile import Summary

_log = structlog.get_logger(__name__)

PATIENCE = 30.0
"""Seconds after which it is told how many replicas serve a commit, even if not all do."""

LONG_PATIENCE = 600.0
"""Seconds for which replicas that stayed behind are waited for after that; when they follow, this is told as well."""

_LOOK_SECONDS, _LONG_LOOK_SECONDS = 0.1, 1.0
_PAUSES = (1.0, 4.0, 15.0, 60.0)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Ended:
    """`since` is when the commit was heard of; None when it was published before this process began."""

    summary: Summary
    since: datetime | None


@dataclass(frozen=True, slots=True)
class _Served:
    """How many of the known replicas serve a commit, of how many, and how long that took."""

    current: int
    of: int
    seconds: float | None

    @property
    def everywhere(self) -> bool:
        return self.current == self.of


@dataclass(frozen=True, slots=True)
class _Followed:
    """The replicas that stayed behind at a commit serve it by now."""

    commit: str
    served: _Served


_Event = str | _Ended | _Followed
"""A commit that is being published, what came of one, and what came of it later."""


class Reporter:
    """Says each outcome of a commit once, one after the other. `run` it; everything else only notes what there is to tell."""

    def __init__(
        self,
        reports: CommitReports,
        catalog: Catalog,
        replicas: Replicas | None,
        tenant: str,
        now: Callable[[], datetime],
        *,
        patience: float = PATIENCE,
        long_patience: float = LONG_PATIENCE,
    ) -> None:
        self._reports = reports
        self._catalog = catalog
        self._replicas = replicas
        self._tenant = tenant
        self._now = now
        self._patience = patience
        self._long_patience = long_patience
        self._loop: asyncio.AbstractEventLoop | None = None
        self._following = set[asyncio.Task[None]]()
        self._waiting: asyncio.Queue[_Event] = asyncio.Queue()
        self._heard: datetime | None = None
        self._since: datetime | None = None
        self._looked_at: str | None = None
        self._taken_up: str | None = None
        self._told: tuple[str, ...] = ("",)

    @property
    def waits(self) -> bool:
        """Whether replicas stayed behind at a commit that was told of, and are waited for still."""
        return bool(self._following)

    def heard(self) -> None:
        """Somebody asks for a reconcile."""
        self._heard = self._heard or self._now()

    def begins(self, delivered: datetime | None) -> None:
        """A reconcile begins; `delivered` is when the oldest delivery came that it is about. A repeated one began before."""
        known = [at for at in (self._heard, delivered) if at is not None]
        self._since = self._since or min(known, default=self._now())
        self._heard = None

    def taken_up(self, commit: str) -> None:
        """The skills of a commit are about to be published; from any thread."""
        # A single reconcile outside of `run` has nobody who tells.
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._waiting.put_nowait, commit)

    def ended(self, summary: Summary) -> None:
        """A reconcile ended well, if not with everything."""
        if not summary.done.again:
            self._waiting.put_nowait(_Ended(summary, self._since))
            self._since = None

    async def run(self) -> None:
        """Tell until cancelled."""
        self._loop = asyncio.get_running_loop()
        try:
            while True:
                await self._tell_until_told(await self._waiting.get())
        finally:
            following = set(self._following)
            for each in following:
                each.cancel()
            await asyncio.gather(*following, return_exceptions=True)

    async def _tell_until_told(self, event: _Event) -> None:
        for pause in (*_PAUSES, None):
            if await self._tell(event) or pause is None:
                break
            await asyncio.sleep(pause)

    async def _tell(self, event: _Event) -> bool:
        """Whether there is nothing more to tell of it."""
        try:
            match event:
                case str():
                    await self._begun(event)
                case _Ended():
                    await self._ended(event)
                case _Followed():
                    await self._followed(event)
        except McpSkillsError as error:
            _log.warning("the forge was not told what became of a commit", reason=error.message)
            # That a commit is being published is soon no news any more.
            return isinstance(event, str)
        except Exception:  # noqa: BLE001 a fault in a report must not end the publisher
            _log.exception("the forge was not told what became of a commit")
        return True

    async def _begun(self, commit: str) -> None:
        self._taken_up = commit
        # What stands there already stays until there is something else to say: a folder may be looked at again every minute.
        if self._told[0] != commit:
            await _in_thread(lambda: self._reports.publishing(commit))

    async def _ended(self, event: _Ended) -> None:
        commit, frozen = event.summary.commit, event.summary.frozen
        if commit is None:
            return
        if frozen is not None:
            await self._once((commit, "failed", frozen), lambda: self._reports.failed(commit, frozen))
        elif commit == self._taken_up:
            await self._outcome(commit, event)
        elif commit != self._looked_at and await _in_thread(lambda: self._left_over(commit)):
            await self._outcome(commit, _Ended(event.summary, None))
        self._looked_at = commit

    def _left_over(self, commit: str) -> bool:
        """Whether another process published the commit and ended before it told."""
        return self._catalog.published(self._tenant).commit == commit and not self._reports.settled(commit)

    async def _outcome(self, commit: str, event: _Ended) -> None:
        refused = await _in_thread(lambda: self._refused(commit, event.summary))
        if refused:
            reasons = (reason for entry in refused for reason in (entry.path, entry.reason))
            await self._once((commit, "refused", *reasons), lambda: self._reports.refused(commit, refused))
        elif self._told != (commit, "live"):
            wanted = await _in_thread(lambda: self._catalog.generation(self._tenant))
            served = await self._served(wanted, event.since, self._patience, _LOOK_SECONDS)
            await self._once((commit, "live"), lambda: self._live(commit, served))
            if not served.everywhere:
                following = asyncio.create_task(self._follow(commit, wanted, event.since))
                self._following.add(following)
                following.add_done_callback(self._following.discard)

    async def _follow(self, commit: str, wanted: int, since: datetime | None) -> None:
        """Wait on, beside other reports, for the replicas that stayed behind."""
        served = await self._served(wanted, since, self._long_patience, _LONG_LOOK_SECONDS)
        if served.of and served.everywhere:
            self._waiting.put_nowait(_Followed(commit, served))

    async def _followed(self, event: _Followed) -> None:
        # Of the same commit something else may have been told meanwhile, such as that its history was rewritten.
        if self._told[0] != event.commit or self._told == (event.commit, "live"):
            await _in_thread(lambda: self._live(event.commit, event.served))

    def _live(self, commit: str, served: _Served) -> None:
        self._reports.live(commit, served.current, served.of, served.seconds)

    def _refused(self, commit: str, summary: Summary) -> Sequence[Quarantine]:
        """What this commit brought and may not go live; what was refused before and stands untouched is not its fault."""
        quarantined = self._catalog.quarantined(self._tenant)
        return [entry for entry in quarantined if entry.commit == commit or entry.name in summary.done.quarantined]

    async def _once(self, what: tuple[str, ...], report: Callable[[], None]) -> None:
        if self._told != what:
            await _in_thread(report)
            self._told = what

    async def _served(self, wanted: int, since: datetime | None, patience: float, every: float) -> _Served:
        """What the replicas serve once all serve the generation, or patience ends."""
        published, deadline = self._now(), time.monotonic() + patience
        while True:
            serving = await _in_thread(self._serving)
            current = sum(generation >= wanted for generation in serving.values())
            if (serving and current == len(serving)) or time.monotonic() >= deadline:
                break
            await asyncio.sleep(every)
        end = self._now() if serving else published
        return _Served(current, len(serving), None if since is None else (end - since).total_seconds())

    def _serving(self) -> Mapping[str, int]:
        if self._replicas is None:
            return {}
        try:
            return self._replicas.serving(self._tenant)
        except UnavailableError as error:
            _log.info("replicas cannot be asked what they serve", reason=error.message)
            return {}


async def _in_thread(call: Callable[[], _T]) -> _T:
    working = asyncio.create_task(asyncio.to_thread(call))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        # A thread cannot be interrupted, and nobody may close the catalog under it.
        await asyncio.wait([working])
        if not working.cancelled() and (error := working.exception()) is not None:
            _log.info("a report ended by the stop", error=str(error))
        raise
