"""Calls of the fast path that are counted together: each leaves a few bytes in columns, which a thread sorts some seconds later.

A request that the next one waits for shall neither make anything nor look for what is far away in memory: then it would matter
how many skills are called.
"""

import itertools
from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from mcpskills.snapshot import Entry
from mcpskills_server.pace import Rest, hurry
from mcpskills_server.recording import concerning
from mcpskills_server.recording.concerning import About
from mcpskills_server.recording.taken import Swift

MOST: Final = 200_000
"""Calls; of more only the number is known. Some 20 bytes each."""

MOST_OTHERS: Final = 4_096
"""Skills and versions that are asked about, besides those of which answers were made."""

MOST_WHOSE: Final = 32_768
"""Pairs of a method and a caller."""

_MOST_GROUPS: Final = 16_384
"""Different calls that are sorted at once."""

_WHOSE_BITS: Final = 16
_WHOSE_MASK: Final = (1 << _WHOSE_BITS) - 1

_PIECE: Final = 1_024
"""What is asked about, as many together in a tuple. The garbage collector looks into a tuple of what it does not look at, as
skills of a checkpoint are, only once, and into a list each time: they may be anywhere in memory.
"""

_PART: Final = 1_000
"""Durations of one part of what is alike."""

_AT_ONCE: Final = 256
"""Calls that are sorted between two looks at the clock."""

Alike: TypeAlias = tuple[Entry | About, str, str]
"""What is asked about, as a live skill where the answer was made of one; then the method and the caller's id."""


class Together:
    """`add` is called by requests on the event loop, `alike` afterwards by any thread."""

    __slots__ = ("_abouts", "_first", "_half_full", "_others", "_pairs", "_pieces", "_seconds", "_whose")

    def __init__(self, half_full: Callable[[], None]) -> None:
        """`half_full` is called once half of the room is taken."""
        self._half_full = half_full
        self._abouts: list[Entry | About] = []
        self._pieces: list[tuple[Entry | About, ...]] = []
        self._whose = array("H")
        self._seconds = array("d")
        self._pairs: dict[tuple[str, str], int] = {}
        self._others: dict[About, About] = {}
        self._first = 0.0

    @property
    def first(self) -> float:
        """When the first call came, on the clock of `perf_counter`."""
        return self._first

    def add(self, taken: Swift) -> bool:
        """False where there is no room."""
        came, seconds, _, _, who, asked, _, about = taken
        count = len(self._seconds)
        if count >= MOST:
            return False
        whose = self._pairs.get((asked.method, who))
        if whose is None:
            whose = len(self._pairs)
            if whose >= MOST_WHOSE:
                return False
            self._pairs[asked.method, who] = whose
            if whose == MOST_WHOSE // 2:
                self._half_full()
        if about is None:
            found = self._other(taken)
            if found is None:
                return False
            self._abouts.append(found)
        else:
            self._abouts.append(about)
        if not count:
            self._first = came
        elif count == MOST // 2:
            self._half_full()
        self._whose.append(whose)
        self._seconds.append(seconds)
        if len(self._abouts) == _PIECE:
            self._pieces.append(tuple(self._abouts))
            self._abouts.clear()
        return True

    def alike(self, rest: Rest = hurry) -> Iterator[tuple[Alike, Sequence[float]]]:
        """How many seconds each of the calls took that are alike, in parts that take no long time each."""
        pairs, groups = list(self._pairs), _Groups()
        abouts = itertools.chain(*self._pieces, self._abouts)
        for place, (about, whose) in enumerate(zip(abouts, self._whose, strict=True)):
            groups.add(about, whose, self._seconds[place])
            if not place % _AT_ONCE:
                rest()
            if len(groups.durations) >= _MOST_GROUPS:
                yield from groups.parts(pairs)
                groups = _Groups()
        yield from groups.parts(pairs)

    def _other(self, taken: Swift) -> About | None:
        """The first that is equal stands for all. Nothing of the request is kept: one may be large, and holds its snapshot."""
        about = concerning.answered(taken)
        found = self._others.get(about)
        if found is None and len(self._others) < MOST_OTHERS:
            found = self._others[about] = about
            if len(self._others) == MOST_OTHERS // 2:
                self._half_full()
        return found


class _Groups:
    def __init__(self) -> None:
        self.durations: dict[int, array[float]] = {}
        self._abouts: list[Entry | About] = []

    def add(self, about: Entry | About, whose: int, seconds: float) -> None:
        # By what it is, not by what is in it: comparing skills would take long, and nothing goes away meanwhile.
        key = id(about) << _WHOSE_BITS | whose
        durations = self.durations.get(key)
        if durations is None:
            self.durations[key] = array("d", (seconds,))
            self._abouts.append(about)
        else:
            durations.append(seconds)

    def parts(self, pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[Alike, Sequence[float]]]:
        for about, (key, durations) in zip(self._abouts, self.durations.items(), strict=True):
            alike = about, *pairs[key & _WHOSE_MASK]
            if len(durations) <= _PART:
                yield alike, durations
                continue
            for begin in range(0, len(durations), _PART):
                yield alike, durations[begin : begin + _PART]
