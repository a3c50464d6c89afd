"""What the rules say of open proposals: told with a listing as far as it is known, and found out beside requests."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeAlias

import structlog

from mcpskills.errors import McpSkillsError
from mcpskills.proposal import Proposal, ProposalState

_log = structlog.get_logger(__name__)

GOOD_FOR: Final = timedelta(minutes=10)
"""The branch and the skills beside a proposal change: what was found out longer ago is found out anew when it is listed."""

UNKNOWN_FOR: Final = timedelta(minutes=1)
"""How soon a proposal is tried again that could not be judged."""

_MOST_KEPT: Final = 2_000
_MOST_WAITING: Final = 200
_PATIENCE_SECONDS: Final = 5.0

_Head: TypeAlias = tuple[str, str, frozenset[str]]
"""A proposal's id, its head, and the names of the skills beside which nobody may be told of it."""


@dataclass(frozen=True, slots=True)
class Found:
    """How much the rules and its evals have to say of the head `commit`: `errors` keep it from going live, `warnings` do not."""

    commit: str
    errors: int
    warnings: int


Judge: TypeAlias = Callable[[str], Found]
"""Judges the proposal of an id; blocks."""


@dataclass(frozen=True, slots=True)
class Check:
    """How much the rules had to say at a time; None where the proposal could not be judged."""

    errors: int | None
    warnings: int | None
    at: datetime

    def is_good(self, now: datetime) -> bool:
        return now - self.at < (UNKNOWN_FOR if self.errors is None else GOOD_FOR)


@dataclass(slots=True)
class _Desk:
    """What all callers of a process share: one proposal is judged at a time, whoever asks."""

    kept: OrderedDict[_Head, Check] = field(default_factory=OrderedDict)
    waiting: OrderedDict[_Head, Judge] = field(default_factory=OrderedDict)
    working: "asyncio.Task[None] | None" = None


class Checks:
    """Belongs to one event loop. What somebody who does not see every skill is told was judged without what is hidden."""

    def __init__(
        self, now: Callable[[], datetime], hidden: frozenset[str] = frozenset(), desk: _Desk | None = None
    ) -> None:
        self._now = now
        self._hidden = hidden
        self._desk = desk or _Desk()

    def without(self, hidden: frozenset[str]) -> "Checks":
        """The same for who does not see these skills."""
        return Checks(self._now, hidden, self._desk)

    def known(self, proposal: Proposal) -> Check | None:
        """What was found out of its head; None before that."""
        return self._desk.kept.get(self._head(proposal.id, proposal.commit))

    def keep(self, which: str, found: Found) -> None:
        """Take in what somebody has found out meanwhile."""
        self._keep(self._head(which, found.commit), Check(found.errors, found.warnings, self._now()))

    def find_out(self, judge: Judge, proposals: Iterable[Proposal]) -> None:
        """Have those judged, one after the other and when there is time, of whose heads it is not known well enough."""
        desk, now = self._desk, self._now()
        for proposal in proposals:
            known = self.known(proposal)
            if proposal.state is not ProposalState.OPEN or (known is not None and known.is_good(now)):
                continue
            if len(desk.waiting) < _MOST_WAITING:
                desk.waiting.setdefault(self._head(proposal.id, proposal.commit), judge)
        if desk.waiting and desk.working is None:
            desk.working = asyncio.create_task(self._work())
            desk.working.add_done_callback(self._done)

    async def finish(self) -> None:
        """Begin nothing more, and wait for what is being judged."""
        self._desk.waiting.clear()
        if self._desk.working is not None:
            await asyncio.wait([self._desk.working], timeout=_PATIENCE_SECONDS)

    async def _work(self) -> None:
        waiting = self._desk.waiting
        while waiting:
            # It stays among them meanwhile, so that nobody asks for it again.
            head, judge = next(iter(waiting.items()))
            try:
                commit, found = await asyncio.to_thread(partial(self._judged, head[0], judge))
            finally:
                waiting.pop(head, None)
            self._keep((head[0], commit or head[1], head[2]), found)

    def _judged(self, which: str, judge: Judge) -> tuple[str | None, Check]:
        try:
            found = judge(which)
        except McpSkillsError as error:
            _log.info("a proposal could not be judged", proposal=which, reason=error.message)
        except Exception:  # noqa: BLE001 one proposal must not keep the others from being judged
            _log.exception("a proposal could not be judged", proposal=which)
        else:
            return found.commit, Check(found.errors, found.warnings, self._now())
        return None, Check(None, None, self._now())

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._desk.working = None
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("proposals are judged no more until somebody lists them", exc_info=error)

    def _head(self, which: str, commit: str) -> _Head:
        return which, commit, self._hidden

    def _keep(self, head: _Head, found: Check) -> None:
        kept = self._desk.kept
        kept[head] = found
        kept.move_to_end(head)
        while len(kept) > _MOST_KEPT:
            kept.popitem(last=False)
