"""The orders of the skill listing, each with its cursors. No I/O. A new one is a row in `Sort` and what its keys begin with."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from mcpskills.statistics.periods import Period
from mcpskills.version import SkillRecord
from mcpskills_server.admin import cursors
from mcpskills_server.admin.listing import Facts, Row
from mcpskills_server.statistics.order import Order, Ordering, place
from mcpskills_server.statistics.order import Sort as Figure
from mcpskills_server.statistics.ranking import Ranking

Key: TypeAlias = tuple[str | float, str, str]
"""What rows are sorted by: a value, of one kind in each order, name and folder. Two refused folders may claim one name."""

_LAST = "\U0010ffff"
"""Stands for no owner, below all that have one."""

_START = "the first skill"


class Sort(StrEnum):
    NAME = "name"
    OWNER = "owner"
    STATUS = "status"
    UPDATED = "updated_at"
    CALLS = "calls"
    ERRORS = "errors"
    ERROR_RATE = "error_rate"
    P95 = "p95"
    USERS = "users"

    @property
    def is_by_figures(self) -> bool:
        return self not in _TEXTS


@dataclass(frozen=True, slots=True)
class SkillOrder:
    """`period` is that of the figures, None for an order without.

    By figures, those without a call come last and equal ones in the order of their names, whichever end comes first.
    """

    sort: Sort = Sort.NAME
    order: Order = Order.ASCENDING
    period: Period | None = None

    def __str__(self) -> str:
        return " ".join((self.sort, self.order, *filter(None, [self.period])))

    def key(self, ranking: Ranking) -> Callable[[Row, Facts], Key]:
        """The key of a row, while the figures are these."""
        value = self._by_figures(ranking) if self.sort.is_by_figures else _TEXTS[self.sort]
        return lambda row, facts: (value(row, facts), row.of.name, row.of.path)

    def page(self, keys: Sequence[Key], after: Key | None, limit: int) -> range:
        """The places of a page among keys that are in ascending order, in the order of the page."""
        if not self._is_from_the_end:
            start = 0 if after is None else bisect_right(keys, after)
            return range(start, min(start + limit, len(keys)))
        end = len(keys) if after is None else bisect_left(keys, after)
        return range(end - 1, max(end - limit, 0) - 1, -1)

    def last(self, keys: Sequence[Key]) -> int:
        """The place that the last page ends with."""
        return 0 if self._is_from_the_end else len(keys) - 1

    def cursor(self, key: Key) -> str:
        value, name, path = key
        return cursors.written_in(str(self), value if isinstance(value, str) else repr(value), name, path)

    def after(self, cursor: str) -> Key:
        """The key that a cursor of this order stands for. Raises `InvalidInputError`."""
        value, name, path = cursors.read_in(str(self), cursor, 3, _START)
        return place(value, name).value if self.sort.is_by_figures else value, name, path

    @property
    def _is_from_the_end(self) -> bool:
        # Of figures the end that comes first is in the value, so that names ascend all the same.
        return self.order is Order.DESCENDING and not self.sort.is_by_figures

    def _by_figures(self, ranking: Ranking) -> Callable[[Row, Facts], float]:
        value = Ordering(Figure(self.sort), self.order).value

        def of(row: Row, _: Facts) -> float:
            # What is called is the skill of this name, and no folder that was refused.
            numbers = ranking.get(row.of.name) if isinstance(row.of, SkillRecord) else None
            return math.inf if numbers is None else value(numbers)

        return of


def _owner(_: Row, facts: Facts) -> str:
    return facts.owner.casefold() if facts.owner else _LAST


def _updated(row: Row, _: Facts) -> str:
    at = row.of.updated_at if isinstance(row.of, SkillRecord) else row.of.at
    return f"{at.timestamp():020.6f}"


_TEXTS: Final[Mapping[Sort, Callable[[Row, Facts], str]]] = {
    Sort.NAME: lambda _row, _facts: "",
    Sort.OWNER: _owner,
    Sort.STATUS: lambda row, _: row.status.value,
    Sort.UPDATED: _updated,
}
