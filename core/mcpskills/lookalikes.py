"""Names that people take for one another: written alike, or one slip of the hand apart. Linear in the number of names."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

MOST = 5
"""Lookalikes of one name that are kept."""

# In short names, people see that one letter differs: `git-pr` and `git-mr`.
_SHORTEST = 8
_END = 3
# What is longer is refused for its length.
_LONGEST = 64
_ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "-": None, "_": None})


def lookalikes(names: Iterable[str], others: Iterable[str] = ()) -> Mapping[str, tuple[str, ...]]:
    """For each of `names` that has any: those of `names` and `others` that it could be taken for, sorted.

    Time grows with `names` and `others` together, memory with `names` alone, so checking one name against many is cheap.
    Names that differ in a digit are a family, such as `report-1` and `report-2`; they count only when they are written alike.
    """
    asked = {name for name in names if _is_sane(name)}
    if not asked:
        return {}
    known = {name for name in (*asked, *others) if _is_sane(name)}
    alike, slips = _alike(asked, known), _slips(asked, known)
    found = {name: (alike.get(name, set()) | slips.get(name, set())) - {name} for name in asked}
    return {name: tuple(sorted(near)[:MOST]) for name, near in found.items() if near}


def skeleton(name: str) -> str:
    """What is left of a name when characters that look alike are one: equal skeletons are names written alike."""
    return name.translate(_ALIKE).replace("rn", "m").replace("vv", "w")


def is_slip(one: str, other: str) -> bool:
    """Whether one character added, left out or exchanged, or two neighbours swapped, make one name of the other.

    No digit may be among them.
    """
    start = _shared(one, other)
    one, other = one[start:], other[start:]
    end = _shared(one[::-1], other[::-1])
    one, other = one[: len(one) - end], other[: len(other) - end]
    if any(char.isdigit() for char in one + other):
        return False
    swapped = len(one) == 2 and one == other[::-1]  # noqa: PLR2004 two neighbours
    return swapped or max(len(one), len(other)) == 1


def _is_sane(name: str) -> bool:
    return len(name) <= _LONGEST and "\n" not in name


def _alike(asked: set[str], known: set[str]) -> dict[str, set[str]]:
    groups: dict[str, list[str]] = {skeleton(name): [] for name in asked}
    names = sorted(known)
    # All at once: a call for each of 100,000 names takes most of a second.
    for name, alike in zip(names, skeleton("\n".join(names)).split("\n"), strict=True):
        group = groups.get(alike)
        # One more than is kept, because a name is not its own lookalike.
        if group is not None and len(group) <= MOST:
            group.append(name)
    return {name: set(groups[skeleton(name)]) for name in asked}


def _slips(asked: set[str], known: set[str]) -> dict[str, set[str]]:
    by_rest: dict[str, list[str]] = defaultdict(list)
    for name in asked:
        for rest in _rests(name):
            by_rest[rest].append(name)
    # One slip leaves the first or the last characters as they are, which spares most names the rest.
    heads, tails = {name[:_END] for name in asked}, {name[-_END:] for name in asked}
    found: dict[str, set[str]] = defaultdict(set)
    for other in known:
        for rest in _rests(other) if other[:_END] in heads or other[-_END:] in tails else ():
            for name in by_rest.get(rest, ()):
                if name != other and is_slip(name, other):
                    found[name].add(other)
    return found


def _rests(name: str) -> set[str]:
    """The name, and it without one of its characters; two names that are one slip apart share one of these.

    Digits stay, so that a family of thousands of numbered names shares none.
    """
    if len(name) < _SHORTEST:
        return set()
    return {name, *(name[:at] + name[at + 1 :] for at, char in enumerate(name) if not char.isdigit())}


def _shared(one: str, other: str) -> int:
    """How many characters two texts start with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
