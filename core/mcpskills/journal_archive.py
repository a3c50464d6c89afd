"""The form of the journal's archive: `2026/11/27/part-00000.jsonl.gz` and so on, and `_complete.json` once the day is whole.

A part is JSON Lines, compressed by gzip: one invocation a line, as the export of the admin API writes it. The newest of
the day comes first, in the parts and in each of them.
"""

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from mcpskills.errors import CorruptedError
from mcpskills.journal import Invocation, InvocationFilter, told

KEPT = timedelta(days=365)

PART_INVOCATIONS = 5_000
PART_BYTES = 4 * 1024 * 1024
"""Compressed. A part is as large as it is when either is reached."""

COMPLETE = "_complete.json"
"""Who reads folders of JSON Lines passes over names that begin like this."""

_DAY = re.compile(r"\d{4}/\d{2}/\d{2}/.+", re.ASCII)
_PART = re.compile(r"\d{4}/\d{2}/\d{2}/part-(\d{5})\.jsonl\.gz", re.ASCII)


def folder(day: date) -> str:
    return day.strftime("%Y/%m/%d")


def part_name(day: date, number: int) -> str:
    return f"{folder(day)}/part-{number:05}.jsonl.gz"


def complete_name(day: date) -> str:
    return f"{folder(day)}/{COMPLETE}"


def end_name(day: date) -> str:
    """Above all names of the day, and below those of the next."""
    return f"{folder(day)}/~"


def complete(day: date, parts: int) -> bytes:
    return json.dumps({"day": day.isoformat(), "parts": parts}).encode() + b"\n"


def last_part(day: date, names: Iterable[str]) -> int | None:
    """The number of the day's last part among the names; None when none of them is one."""
    numbers = (int(found[1]) for name in names if name.startswith(folder(day)) and (found := _PART.fullmatch(name)))
    return max(numbers, default=None)


def outdated(name: str, now: datetime) -> bool:
    """Whether it is of a day that is kept no more; what is of no day never is."""
    return _DAY.fullmatch(name) is not None and name < folder((now - KEPT).date())


def within(day: date) -> InvocationFilter:
    """The invocations of the day, which is one of UTC."""
    start = datetime.combine(day, time(), UTC)
    return InvocationFilter(since=start, until=start + timedelta(days=1))


class Part:
    """The next part, which grows; holds no more of it than its compressed bytes."""

    def __init__(self) -> None:
        self._bytes = io.BytesIO()
        # Without a time, the same invocations are the same bytes.
        self._compressed = gzip.GzipFile(fileobj=self._bytes, mode="wb", mtime=0)
        self.invocations = 0

    @property
    def full(self) -> bool:
        return self.invocations >= PART_INVOCATIONS or self._bytes.tell() >= PART_BYTES

    def add(self, invocation: Invocation) -> None:
        self._compressed.write(_line(invocation))
        self.invocations += 1

    def content(self) -> bytes:
        """All of it; nothing can be added any more."""
        self._compressed.close()
        return self._bytes.getvalue()


def last_id(part: bytes) -> str:
    """The id of a part's last invocation. Raises `CorruptedError` for what is no part."""
    last = b""
    try:
        with gzip.open(io.BytesIO(part)) as lines:
            for line in lines:
                last = line
        return str(json.loads(last)["id"])
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise CorruptedError(f"A part of the journal's archive cannot be read ({type(error).__name__}).") from error


def _line(invocation: Invocation) -> bytes:
    fields = {
        **told(invocation),
        "at": invocation.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "parameters": invocation.parameters,
        "result": invocation.result,
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
