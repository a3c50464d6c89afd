"""Counting calls that left a number in a grid: in a table, which the figures of their places share."""

import itertools
from collections.abc import Callable

from mcpskills.statistics.figures import OpenFigures
from mcpskills.statistics.grid import SHARED, Grid
from mcpskills.statistics.latencies import SHORT, SHORT_BITS
from mcpskills.statistics.open_hour import AT_ONCE, Hour, Placed


class GridCount:
    """Counts a grid."""

    def __init__(self, hour: Hour, grid: Grid, rest: Callable[[], None]) -> None:
        self._hour = hour
        self._grid = grid
        self._rest = rest
        self._at = int(grid.at)
        self._placed = Placed(None)
        self._of_all = [0] * SHORT
        self.left_out = 0
        """Calls that there was no room for."""

    @property
    def counted(self) -> int:
        return sum(self._of_all)

    def count(self) -> None:
        """Have the table count."""
        # For totals there is room whatever else there is.
        self._hour.of_all()
        self._placed = self._hour.placed(self._grid.places, self._rest)
        table, of_all = self._placed.table, self._of_all
        table.reach(len(self._grid.places))
        counts, called = table.counts, table.called
        for some in self._grid.calls(self._rest):
            for at in some:
                place, which = at >> SHORT_BITS, at & SHORT - 1
                called[place] = 1
                try:
                    counts[at] += 1
                except ValueError:
                    self._carry(place)
                    counts[at] = 1
                of_all[which] += 1

    def see_to(self, rest: Callable[[], None] = lambda: None) -> None:
        """Have figures know of calls that are in the table, and of which they do not know yet."""
        called = self._placed.table.called
        for turn, place in enumerate(itertools.compress(range(len(called)), called)):
            if not turn % AT_ONCE:
                rest()
            self._see_to(place)
            called[place] = 0

    def tell(self) -> None:
        """Have all figures know who was seen: those that were begun of everybody, all others of who is new.

        Where it is not done to its end it is done again with the next grid.
        """
        placed, totals = self._placed, self._hour.of_all()
        done = 0 if placed.untold else placed.told
        for caller, place in self._grid.places.sightings(done):
            if not done % AT_ONCE:
                self._rest()
            is_new = done >= placed.told
            done += 1
            if is_new:
                totals.users.observe(caller)
            figures = placed.untold.get(place) or (placed.figures.get(place) if is_new else None)
            if figures is not None:
                figures.users.observe(caller)
        placed.untold.clear()
        placed.told = done

    def sum_up(self) -> None:
        """Count in everybody's totals what was counted."""
        totals = self._hour.of_all()
        if self.counted:
            totals.see(self._at, None)
        for which in itertools.compress(range(SHORT), self._of_all):
            totals.latencies.add(which, self._of_all[which])

    def _see_to(self, place: int) -> None:
        """Have the figures of a place know of its calls; these are left out where there is no room."""
        table, figures = self._placed.table, self._figures(place)
        if figures is None:
            self.left_out += sum(table.take(place))
            return
        figures.see(self._at, None)
        self._hour.changed.add(figures.part)
        if not figures.latencies.share(table, place):
            figures.latencies.add_row(table.take(place))

    def _carry(self, place: int) -> None:
        """Make room in the table."""
        self._see_to(place)
        figures = self._placed.figures.get(place)
        if figures is not None:
            figures.latencies.add_row(self._placed.table.take(place))

    def _figures(self, place: int) -> OpenFigures | None:
        """Those of a place, None where there is no room."""
        placed = self._placed
        figures = placed.figures.get(place)
        if figures is None and place != SHARED:
            figures = self._hour.of_version(*self._grid.places.version(place))
            if figures is not None:
                placed.figures[place] = placed.untold[place] = figures
        return figures
