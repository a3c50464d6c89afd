"""An hour that is not over for a process: the figures of totals, of restricted skills and of versions, as calls change them."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Final

from mcpskills.statistics.figures import OpenFigures
from mcpskills.statistics.grid import Places
from mcpskills.statistics.latencies import Table
from mcpskills.statistics.packing import NOBODYS, Row
from mcpskills.statistics.sheet import OPEN, RESTRICTED, part_of

AT_ONCE: Final = 256
"""Rows that are looked at, and calls that are counted, between two rests."""


class Room:
    """How many rows there are in all hours of a process, and may be."""

    __slots__ = ("most", "rows")

    def __init__(self, most: int) -> None:
        self.most = most
        self.rows = 0


class Placed:
    """The figures of places, where their short calls are counted, and how many sightings they and totals were told of.

    `untold` are figures that are to be told of all sightings, since they were begun after some of them.
    """

    __slots__ = ("figures", "places", "table", "told", "untold")

    def __init__(self, places: Places | None) -> None:
        """Nothing is known yet."""
        self.places = places
        self.table = Table()
        self.figures: dict[int, OpenFigures] = {}
        self.untold: dict[int, OpenFigures] = {}
        self.told = 0


class Hour:
    """What was counted in an hour. `rows` are of all parts of skills: a call finds its row without reckoning its part anew."""

    __slots__ = ("_placed", "_room", "changed", "restricted", "rows", "start", "totals")

    def __init__(self, start: datetime, room: Room) -> None:
        self.start = start
        self.totals: dict[Row, OpenFigures] = {}
        self.restricted: dict[Row, OpenFigures] = {}
        self.rows: dict[Row, OpenFigures] = {}
        self.changed: set[str] = set()
        self._room = room
        self._placed = Placed(None)

    def __len__(self) -> int:
        return len(self.totals) + len(self.restricted) + len(self.rows)

    def of_all(self) -> OpenFigures:
        """The totals that everybody sees, to be changed."""
        figures = self.totals.get(NOBODYS)
        if figures is None:
            figures = self._begin(self.totals, NOBODYS, OPEN)
        self.changed.add(OPEN)
        return figures

    def of_restricted(self, skill: str) -> OpenFigures | None:
        """The totals of a skill that not everybody sees, to be changed; None where there is no room."""
        row = Row(skill)
        figures = self.restricted.get(row)
        if figures is None:
            if self._room.rows >= self._room.most:
                return None
            figures = self._begin(self.restricted, row, RESTRICTED)
        self.changed.add(RESTRICTED)
        return figures

    def of_version(self, skill: str, version: int | None) -> OpenFigures | None:
        """The figures of a version, to be changed; None where there is no room."""
        row = Row(skill, version)
        figures = self.rows.get(row)
        if figures is None:
            if self._room.rows >= self._room.most:
                return None
            figures = self._begin(self.rows, row, part_of(skill))
        self.changed.add(figures.part)
        return figures

    def placed(self, places: Places, rest: Callable[[], None]) -> Placed:
        """What is known of these places in this hour; of others before it is forgotten."""
        if self._placed.places is not places:
            self.settle(rest)
            self._placed = Placed(places)
        return self._placed

    def settle(self, rest: Callable[[], None]) -> None:
        """Have figures take over what tables have, and forget all places."""
        for turn, figures in enumerate(self._placed.figures.values()):
            if not turn % AT_ONCE:
                rest()
            figures.latencies.settle()
        self._placed = Placed(None)

    def of(self, parts: Collection[str], rest: Callable[[], None]) -> dict[str, dict[Row, OpenFigures]]:
        """The rows of these parts."""
        found: dict[str, dict[Row, OpenFigures]] = {part: {} for part in sorted(parts)}
        for table in (self.totals, self.restricted, self.rows):
            for place, (row, figures) in enumerate(table.items()):
                if not place % AT_ONCE:
                    rest()
                if figures.part in found:
                    found[figures.part][row] = figures
        return found

    def _begin(self, table: dict[Row, OpenFigures], row: Row, part: str) -> OpenFigures:
        figures = table[row] = OpenFigures(part)
        self._room.rows += 1
        return figures
