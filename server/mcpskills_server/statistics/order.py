"""Skills in the order of a figure, cut into pages that other skills' new figures do not shift. No I/O."""

import heapq
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from mcpskills.errors import InvalidInputError
from mcpskills_server.statistics.ranking import Numbers


class Sort(StrEnum):
    CALLS = "calls"
    ERRORS = "errors"
    ERROR_RATE = "error_rate"
    P95 = "p95"
    USERS = "users"
    NAME = "name"


class Order(StrEnum):
    ASCENDING = "asc"
    DESCENDING = "desc"


_BY: Final[Mapping[Sort, Callable[[Numbers], float]]] = {
    Sort.CALLS: lambda numbers: numbers.calls,
    Sort.ERRORS: lambda numbers: numbers.errors,
    Sort.ERROR_RATE: lambda numbers: numbers.error_rate,
    Sort.P95: lambda numbers: numbers.p95_ms or 0.0,
    Sort.USERS: lambda numbers: numbers.users,
    Sort.NAME: lambda _: 0.0,
}


class Place(NamedTuple):
    """Where a skill stands: names decide between equals, in their order, whatever the order of figures."""

    value: float
    name: str


def place(value: str, name: str) -> Place:
    """A place as a client gives it back. Raises `InvalidInputError`."""
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if math.isnan(number):
        raise InvalidInputError("The cursor is none that a listing gave; leave it out to start from the first skill.")
    return Place(number, name)


class Ordering(NamedTuple):
    sort: Sort
    order: Order

    @property
    def value(self) -> Callable[[Numbers], float]:
        """Who has less of it comes first."""
        by = _BY[self.sort]
        return (lambda numbers: -by(numbers)) if self.order is Order.DESCENDING else by

    def page(
        self, rows: Mapping[str, Numbers], after: Place | None, limit: int
    ) -> tuple[Sequence[tuple[str, Numbers]], Place | None]:
        """At most `limit` rows after a place, and the place that the next page begins after; None at the end."""
        if self.sort is Sort.NAME:
            return self._by_name(rows, after, limit)
        value = self.value
        places: Iterable[Place] = (Place(value(numbers), name) for name, numbers in rows.items())
        if after is not None:
            places = (each for each in places if each > after)
        found = heapq.nsmallest(limit + 1, places)
        page = [(each.name, rows[each.name]) for each in found[:limit]]
        return page, found[limit - 1] if len(found) > limit else None

    def _by_name(
        self, rows: Mapping[str, Numbers], after: Place | None, limit: int
    ) -> tuple[Sequence[tuple[str, Numbers]], Place | None]:
        names = sorted(rows, reverse=self.order is Order.DESCENDING)
        if after is not None and self.order is Order.DESCENDING:
            names = [name for name in names if name < after.name]
        elif after is not None:
            names = [name for name in names if name > after.name]
        page = [(name, rows[name]) for name in names[:limit]]
        return page, Place(0.0, names[limit - 1]) if len(names) > limit else None


def top(rows: Mapping[str, Numbers], by: Sort, most: int) -> Sequence[tuple[str, Numbers]]:
    """Those with the most, and none without any."""
    page, _ = Ordering(by, Order.DESCENDING).page(rows, None, most)
    return [(name, numbers) for name, numbers in page if _BY[by](numbers) > 0]
