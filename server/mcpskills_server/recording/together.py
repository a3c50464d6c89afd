"""Calls of the fast path that are counted together: in a grid, or each leaves a few bytes in columns. A thread counts both later.

A request that the next one waits for shall neither make anything nor look for what is far away in memory: then it would matter
how many skills are called. Columns are for what has no place in a grid: what took long, what is no skill of a checkpoint, and
what not everybody sees.
"""

import itertools
from array import array
from collections.abc import Callable, Iterator
from typing import Final

from mcpskills.snapshot import Entry, ServedSkill
from mcpskills.statistics.grid import Grid, Places
from mcpskills_server.recording import concerning
from mcpskills_server.recording.concerning import About
from mcpskills_server.recording.taken import Swift, since_1970

MOST: Final = 200_000
"""Calls in columns; of more only the number is known. Some 20 bytes each."""

MOST_OTHERS: Final = 4_096
"""Skills and versions that are asked about, besides those of which answers were made."""

MOST_WHOSE: Final = 32_768
"""Pairs of a method and a caller."""

MOST_GRIDS: Final = 8
"""One for each snapshot; who was asked before a swap and is answered later may take one more. Other calls are in columns."""

_PIECE: Final = 1_024
"""What is asked about, as many together in a tuple. The garbage collector looks into a tuple of what it does not look at, as
skills of a checkpoint are, only once, and into a list each time: they may be anywhere in memory.
"""


class Together:
    """`add` is called by requests on the event loop, all else afterwards by any thread.

    What a call is about is a live skill where the answer was made of one, else its name and number. How it was made is the number
    of its method and caller.
    """

    __slots__ = (
        "_abouts",
        "_grid",
        "_half_full",
        "_how",
        "_known",
        "_others",
        "_pairs",
        "_pieces",
        "_seconds",
        "at",
        "grids",
    )

    def __init__(self, half_full: Callable[[], None], places: Places | None = None) -> None:
        """`half_full` is called once half of the room is taken. `places` are those of calls from before."""
        self._half_full = half_full
        self._grid = Grid(Places(None, 0.0) if places is None else places, half_full)
        self.grids = [self._grid]
        self._abouts: list[Entry | About] = []
        self._pieces: list[tuple[Entry | About, ...]] = []
        self._how = array("H")
        self._seconds = array("d")
        self._pairs: dict[tuple[str, str], int] = {}
        self._known: list[tuple[str, str]] = []
        self._others: dict[About, About] = {}
        self.at = 0.0
        """When the first call in columns came, in seconds since 1970."""

    def following(self) -> "Together":
        """For calls that come from now on; skills keep their places."""
        return Together(self._half_full, self._grid.places)

    def __len__(self) -> int:
        return len(self._seconds)

    def __iter__(self) -> Iterator[tuple[object, int, float]]:
        abouts = itertools.chain(itertools.chain.from_iterable(self._pieces), self._abouts)
        return zip(abouts, self._how, self._seconds, strict=True)

    def add(self, taken: Swift) -> bool:
        """False where there is no room."""
        _, seconds, _, _, who, _, view, about = taken
        if about is not None:
            grid = self._grid
            if (grid.at and grid.add(view.origin, about.place, who, seconds)) or self._placed(taken):
                return True
        return self._in_columns(taken)

    def _in_columns(self, taken: Swift) -> bool:
        came, seconds, _, _, who, asked, _, about = taken
        count = len(self._seconds)
        if count >= MOST:
            return False
        pair = asked.method, who
        how = self._pairs.get(pair)
        if how is None:
            how = len(self._pairs)
            if how >= MOST_WHOSE:
                return False
            self._pairs[pair] = how
            self._known.append(pair)
            if how == MOST_WHOSE // 2:
                self._half_full()
        if about is None:
            found = self._other(taken)
            if found is None:
                return False
            self._abouts.append(found)
        else:
            self._abouts.append(about)
        if not count:
            self.at = since_1970(came)
        elif count == MOST // 2:
            self._half_full()
        self._how.append(how)
        self._seconds.append(seconds)
        if len(self._abouts) == _PIECE:
            self._pieces.append(tuple(self._abouts))
            self._abouts.clear()
        return True

    def _placed(self, taken: Swift) -> bool:
        """Count it in a grid, in which its skill or its caller may be new; False where it cannot be counted there."""
        came, seconds, _, _, who, _, view, about = taken
        # Totals are of what everybody sees, and those of restricted skills are counted apart.
        if about is None or isinstance(about, ServedSkill) or about.name in view.snapshot.restricted:
            return False
        at = since_1970(came)
        if not self._grid.places.are_of(view.origin, at):
            if len(self.grids) >= MOST_GRIDS:
                return False
            self._grid = Grid(Places(view.origin, at), self._half_full)
            self.grids.append(self._grid)
        grid, places = self._grid, self._grid.places
        place = places.place(about.place)
        if place is None:
            about.place = places.number(about.name, about.number)
            place = about.place - places.base
        if not places.saw(who, place) and not places.see(who, place):
            return False
        added = grid.add(view.origin, about.place, who, seconds)
        if added and not grid.at:
            grid.at = max(at, places.start)
        return added

    def told(self, about: Entry | About, how: int) -> tuple[str | None, int | None, str, str]:
        """Of calls that are alike: skill, version, method and caller."""
        method, who = self._known[how]
        skill, version = about if isinstance(about, tuple) else concerning.live(about)
        return skill, version, method, who

    def _other(self, taken: Swift) -> About | None:
        """The first that is equal stands for all. Nothing of the request is kept: one may be large, and holds its snapshot."""
        about = concerning.answered(taken)
        found = self._others.get(about)
        if found is None and len(self._others) < MOST_OTHERS:
            found = self._others[about] = about
            if len(self._others) == MOST_OTHERS // 2:
                self._half_full()
        return found
