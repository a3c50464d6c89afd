"""Following the journal: what was seen, and what came since, each once.

The server's stream tells of requests as they are recorded. The journal is read for what the stream may not have told: at first,
where something was lost, now and then in any case, and each time where there is no stream.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from mcpskills_dashboard.client import logs
from mcpskills_dashboard.client.connection import Api
from mcpskills_dashboard.client.logs import Invocation, Wanted
from mcpskills_dashboard.journal.streams import Stream, Streams

MOST: Final = 100
"""Rows that are followed; older ones are for who pauses."""

_BACK: Final = timedelta(minutes=2)
"""How far back the journal is read: a request is recorded when it has ended and stands where it began, and clocks differ."""

_READ_SECONDS: Final = 5.0
"""Servers without a Redis tell of what they were asked themselves, and only the journal of what others were."""


@dataclass(slots=True)
class Tail:
    """What one visitor follows. `hurried` when so much came that not all of it was looked at."""

    wanted: Wanted
    streams: Streams
    rows: Sequence[Invocation] = ()
    since: datetime | None = None
    hurried: bool = False
    _stream: Stream | None = field(default=None, repr=False)
    _behind: bool = True
    _read: float = 0.0

    def look(self, api: Api) -> None:
        """Take in what is new. Raises as `Api.get`."""
        new, whole = self._told(api)
        self.rows = _joined(new, self.rows)
        self._behind = self._behind or not whole
        if self._behind or time.monotonic() - self._read >= _READ_SECONDS:
            self._look_into_the_journal(api)

    @property
    def refused(self) -> bool:
        """Whether there is no stream to be had."""
        return self._stream is not None and self._stream.refused

    def stop(self) -> None:
        """Be told no more, until the next look."""
        if self._stream is not None:
            self._stream.stop()
            self._stream = None

    def _told(self, api: Api) -> tuple[Sequence[Invocation], bool]:
        if self.wanted.text:
            # It may stand in the bodies, which are not told.
            return (), False
        if self._stream is None or self._stream.is_over:
            self.stop()
            self._stream = self.streams.begin(api, self.wanted)
        return self._stream.take()

    def _look_into_the_journal(self, api: Api) -> None:
        page = logs.newest(api, self.wanted.from_then(self.since), limit=MOST)
        self.rows = _joined(page.invocations, self.rows)
        ends_early = page.next_cursor is not None and len(page.invocations) < MOST
        # What the stream told is not missing, however little of the journal was looked at.
        self.hurried = self._behind and self.since is not None and ends_early
        last = self.rows[0].at if self.rows else datetime.now(UTC)
        self.since = last - _BACK
        self._behind, self._read = False, time.monotonic()


def _joined(new: Iterable[Invocation], known: Iterable[Invocation]) -> Sequence[Invocation]:
    """Each once and the newest first, as its id says."""
    by_id = {each.id: each for each in (*known, *new)}
    return [by_id[each] for each in sorted(by_id, reverse=True)[:MOST]]
