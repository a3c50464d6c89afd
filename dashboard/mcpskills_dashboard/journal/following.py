"""Following the journal: what was seen, and what came since, each once.

A request is recorded when it has ended and stands where it began, so each look goes back a while.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from mcpskills_dashboard.client import logs
from mcpskills_dashboard.client.connection import Api
from mcpskills_dashboard.client.logs import Invocation, Wanted

MOST: Final = 100
"""Rows that are followed; older ones are for who pauses."""

_BACK: Final = timedelta(minutes=2)
"""How long a request may take, and the clocks may differ, without being missed."""


@dataclass(slots=True)
class Tail:
    """What one visitor follows. `hurried` when so much came that not all of it was looked at."""

    wanted: Wanted
    rows: Sequence[Invocation] = ()
    since: datetime | None = None
    hurried: bool = False

    def look(self, api: Api) -> None:
        """Take in what is new. Raises as `Api.get`."""
        page = logs.newest(api, self.wanted.from_then(self.since), limit=MOST)
        self.rows = _joined(page.invocations, self.rows)
        self.hurried = self.since is not None and page.next_cursor is not None and len(page.invocations) < MOST
        last = self.rows[0].at if self.rows else datetime.now(UTC)
        self.since = last - _BACK


def _joined(new: Sequence[Invocation], known: Sequence[Invocation]) -> Sequence[Invocation]:
    """Each once and the newest first, as its id says."""
    by_id = {each.id: each for each in (*known, *new)}
    return [by_id[each] for each in sorted(by_id, reverse=True)[:MOST]]
