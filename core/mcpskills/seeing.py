"""A snapshot as somebody sees it who does not see everything: the same skills without those that are hidden from them.

Nothing is copied but what is about the hidden skills, so it costs what is hidden, and not what is served.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import overload

from mcpskills.frontmatter import Json
from mcpskills.outline import Outline
from mcpskills.snapshot import Entry, ServedSkill, Skills, Snapshot, is_open


def hidden_from(groups: frozenset[str] | None, snapshot: Snapshot) -> frozenset[str]:
    """The names of which who is in these groups must not know, served or not; none for who sees everything, which is None."""
    if groups is None:
        return frozenset()
    return frozenset(name for name in snapshot.restricted if not is_open(name, snapshot.restricted, groups))


def without(snapshot: Snapshot, hidden: frozenset[str]) -> Snapshot:
    """The snapshot as if there were no skills of these names."""
    return replace(
        snapshot,
        skills=_Skills(snapshot.skills, hidden),
        names=_Names(snapshot.names, hidden),
        failed={name: reason for name, reason in snapshot.failed.items() if name not in hidden},
        revoked={name: reasons for name, reasons in snapshot.revoked.items() if name not in hidden},
        withdrawn=snapshot.withdrawn - hidden,
        restricted={name: groups for name, groups in snapshot.restricted.items() if name not in hidden},
    )


class _Skills(Skills):
    def __init__(self, skills: Skills, hidden: frozenset[str]) -> None:
        self._skills = skills
        self._hidden = hidden
        self._count = len(skills) - sum(name in skills for name in hidden)

    def __getitem__(self, name: str) -> ServedSkill:
        if name in self._hidden:
            raise KeyError(name)
        return self._skills[name]

    def entry(self, name: str) -> Entry | None:
        return None if name in self._hidden else self._skills.entry(name)

    def outlined(self, entry: Entry) -> Outline | None:
        return self._skills.outlined(entry)

    def frontmatter(self, name: str) -> Mapping[str, Json] | None:
        return None if name in self._hidden else self._skills.frontmatter(name)

    @property
    def unreadable(self) -> frozenset[str]:
        return self._skills.unreadable - self._hidden

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._skills if name not in self._hidden)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, name: object) -> bool:
        return name not in self._hidden and name in self._skills

    def following(self, without: Collection[str], added: Iterable[ServedSkill]) -> Skills:
        return self._skills.following({*without, *self._hidden}, added)

    def digests(self) -> frozenset[str]:
        return frozenset(self._skills.identity(name)[1] for name in self)

    def identity(self, name: str) -> tuple[int, str]:
        if name in self._hidden:
            raise KeyError(name)
        return self._skills.identity(name)


class _Names(Sequence[str]):
    """Sorted names without some of them."""

    def __init__(self, names: Sequence[str], hidden: Collection[str]) -> None:
        self._names = names
        gaps: list[int] = []
        for name in sorted(hidden):
            at = bisect_left(names, name)
            if at < len(names) and names[at] == name:
                gaps.append(at - len(gaps))
        self._gaps = gaps
        """For each name that is left out, how many others are before it."""

    def __len__(self) -> int:
        return len(self._names) - len(self._gaps)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...
    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        if isinstance(at, slice):
            return tuple(self[each] for each in range(*at.indices(len(self))))
        place = at + len(self) if at < 0 else at
        if not 0 <= place < len(self):
            raise IndexError(at)
        return self._names[place + bisect_right(self._gaps, place)]
