"""What the journals share: flat rows of text, numbers and None, and choosing a page from rows in the order of time."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeVar

from mcpskills import journal
from mcpskills.adapters.catalog_rows import Row
from mcpskills.errors import CorruptedError, InvalidInputError
from mcpskills.journal import Invocation, InvocationFilter, InvocationStatus

FAILED = "failed"
"""Leads, beside columns, to what did not end in success."""

LEADING = ("session", "principal", "skill")
"""The columns that lead straight to invocations, the one that tells most first."""

_Row = TypeVar("_Row", bound=Row)


@dataclass(frozen=True, slots=True)
class Span:
    """The ids from `first` on, and below `end`."""

    first: str
    end: str

    @property
    def empty(self) -> bool:
        return self.first >= self.end


def values(invocation: Invocation) -> dict[str, Any]:
    return {**asdict(invocation), "status": invocation.status.value}


def invocation(tenant: str, row: Row) -> Invocation:
    """Raises `CorruptedError` for a row that somebody damaged."""
    texts = (
        "principal",
        "session",
        "skill",
        "version",
        "parameters",
        "result",
        "error",
        "client_address",
        "user_agent",
    )
    try:
        return Invocation(
            tenant=tenant,
            id=row["id"],
            method=row["method"],
            status=InvocationStatus(row["status"]),
            duration=float(row["duration"]),
            **{name: row[name] for name in texts},
        )
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise CorruptedError(
            f"An invocation in the journal cannot be read ({type(error).__name__}: {error})."
        ) from error


def bounded(which: InvocationFilter) -> InvocationFilter:
    """The filter as it meets rows, whose texts were cut."""
    word = journal.WORD_BYTES
    return InvocationFilter(
        skill=which.skill and journal.cut(which.skill, word),
        principal=which.principal and journal.cut(which.principal, word),
        session=which.session and journal.cut(which.session, word),
        status=which.status,
        since=which.since,
        until=which.until,
    )


def span(which: InvocationFilter, cursor: str | None, now: datetime) -> Span:
    """The ids that a page may hold: not expired, in the filter's time, after the cursor. Raises `InvalidInputError`."""
    oldest = now - journal.KEPT
    first = max(oldest, which.since) if which.since else oldest
    ends = ["~"]  # above all ids
    if which.until:
        ends.append(journal.bound(which.until))
    if cursor is not None:
        journal.time_of(cursor)
        ends.append(cursor)
    return Span(journal.bound(first), min(ends))


def leading(which: InvocationFilter) -> tuple[str, str] | None:
    """What leads to the fewest rows: a column and its value, or `FAILED`; None when only time does."""
    for column in LEADING:
        if value := getattr(which, column):
            return column, value
    return (FAILED, "") if which.status not in (None, InvocationStatus.SUCCESS) else None


def chosen(rows: Iterable[_Row], which: InvocationFilter, limit: int) -> tuple[list[_Row], str | None]:
    """The first rows that fit, at most `limit`, and the cursor that leads on. The rows' ids fall, and are in the span."""
    if not 0 < limit <= journal.MOST_ON_A_PAGE:
        raise InvalidInputError(f"A page of the journal has 1 to {journal.MOST_ON_A_PAGE} invocations, not {limit}.")
    found: list[_Row] = []
    left = iter(rows)
    for looked, row in enumerate(left, 1):
        if _fits(row, which):
            found.append(row)
        if len(found) == limit or looked == journal.LOOKED_AT:
            return found, row["id"] if _another(left) else None
    return found, None


def _fits(row: Row, which: InvocationFilter) -> bool:
    return all(getattr(which, column) in (None, row[column]) for column in (*LEADING, "status"))


def _another(rows: Iterator[Any]) -> bool:
    return next(rows, None) is not None
