"""The skill listing, in memory: a page costs what is on it, once somebody has looked for its rows.

A filter or an order is tried on all skills when it is new, and after something has changed; figures change every ten seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from threading import Lock
from typing import Final, Union

from cachetools import LRUCache

from mcpskills.ports import Catalog
from mcpskills.snapshot import Snapshot
from mcpskills.version import Quarantine, SkillRecord
from mcpskills_server.admin import listing, views
from mcpskills_server.admin.known_skills import KnownSkills
from mcpskills_server.admin.listing import UNKNOWN, Facts, Row, Wish
from mcpskills_server.admin.seen_catalog import told
from mcpskills_server.admin.skill_order import Key, SkillOrder, Sort
from mcpskills_server.replica import Replica
from mcpskills_server.statistics import counted
from mcpskills_server.statistics.counted import Counted
from mcpskills_server.statistics.ranking import Ranking

_KEPT: Final = 64
"""Answers to wishes, and orders of these, that are kept until something changes."""

_NO_RANKING: Final[Ranking] = {}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins, how long it is at most and in which order."""

    after: Key | None
    limit: int
    order: SkillOrder


@dataclass(frozen=True, slots=True)
class Page:
    """Rows with what is known of each; `total` counts all that are wanted, `following` is where the next page begins."""

    rows: Sequence[tuple[Row, Facts]]
    total: int
    following: Key | None


@dataclass(frozen=True, slots=True)
class _Found:
    """Rows in the order of a ranking, with their keys."""

    by: Ranking
    rows: Sequence[Row]
    keys: Sequence[Key]


class SkillTable:
    """Of one tenant. May be used from any thread; blocks, and raises `UnavailableError`.

    `figures` are those of all skills, whoever looks: rows that somebody does not see are no rows of theirs.
    """

    def __init__(self, catalog: Catalog, tenant: str, replica: Replica, figures: Counted | None) -> None:
        self._catalog = catalog
        self._tenant = tenant
        self._replica = replica
        self._figures = figures
        self._lock = Lock()
        self._skills = KnownSkills(catalog, tenant)
        self._snapshot: Snapshot | None = None
        self._facts: dict[str, tuple[int, Facts]] = {}
        self._rows: dict[frozenset[str], Sequence[Row]] = {}
        self._wanted: LRUCache[tuple[frozenset[str], Wish], Sequence[Row]] = LRUCache(_KEPT)
        self._found: LRUCache[tuple[frozenset[str], Wish, SkillOrder], _Found] = LRUCache(_KEPT)

    def page(self, wish: Wish, place: Place, hidden: frozenset[str] = frozenset()) -> Page:
        """The rows at a place, for who must not know of the hidden names."""
        period = place.order.period
        # Who waits for figures keeps nobody else from the rows.
        ranking = _NO_RANKING if period is None else counted.expected(self._figures).rankings.of(period)
        with self._lock:
            snapshot = self._refresh()
            found = self._find((hidden, wish, place.order), ranking, snapshot)
            shown = place.order.page(found.keys, place.after, place.limit)
            rows = [(found.rows[at], self._of(found.rows[at], snapshot)) for at in shown]
            is_last = not shown or shown[-1] == place.order.last(found.keys)
            return Page(rows, len(found.keys), None if is_last else found.keys[shown[-1]])

    def _refresh(self) -> Snapshot:
        """Take in what has changed; gives the snapshot that statuses and facts are of."""
        snapshot = self._replica.view.snapshot
        if self._skills.follow() or snapshot is not self._snapshot:
            self._rows.clear()
            self._wanted.clear()
            self._found.clear()
        self._snapshot = snapshot
        return snapshot

    def _find(self, asked: tuple[frozenset[str], Wish, SkillOrder], ranking: Ranking, snapshot: Snapshot) -> _Found:
        found = self._found.get(asked)
        if found is None or found.by is not ranking:
            hidden, wish, order = asked
            rows = self._looked_for(wish, hidden, snapshot)
            key, needs_facts = order.key(ranking), order.sort is Sort.OWNER
            known = ((row, self._of(row, snapshot) if needs_facts else UNKNOWN) for row in rows)
            keyed = sorted(((key(row, facts), row) for row, facts in known), key=itemgetter(0))
            found = self._found[asked] = _Found(ranking, [row for _, row in keyed], [key for key, _ in keyed])
        return found

    def _looked_for(self, wish: Wish, hidden: frozenset[str], snapshot: Snapshot) -> Sequence[Row]:
        asked = hidden, wish
        rows = self._wanted.get(asked)
        if rows is None:
            known = (
                (row, self._of(row, snapshot) if wish.needs_facts else UNKNOWN) for row in self._seen(hidden, snapshot)
            )
            rows = self._wanted[asked] = [row for row, facts in known if wish.has(row, facts)]
        return rows

    def _seen(self, hidden: frozenset[str], snapshot: Snapshot) -> Sequence[Row]:
        if hidden not in self._rows:
            if len(self._rows) >= _KEPT:
                self._rows.clear()
            records = (_masked(record, hidden) for record in self._skills.records if record.name not in hidden)
            refused = (each for each in self._skills.quarantined if each.name not in hidden)
            found = listing.together(records, (replace(each, reason=told(each.reason, hidden)) for each in refused))
            self._rows[hidden] = [Row(each, views.status(each, snapshot)) for each in found]
        return self._rows[hidden]

    def _of(self, row: Row, snapshot: Snapshot) -> Facts:
        """What the live version says of itself, or the wanted one when none is live."""
        record = row.of
        if isinstance(record, Quarantine):
            return UNKNOWN
        number = record.wanted if record.live is None else record.live
        if number is None:
            return UNKNOWN
        known = self._facts.get(record.name)
        if known is None or known[0] != number:
            # A version never changes what it says.
            known = self._facts[record.name] = number, self._read(record.name, number, snapshot)
        return known[1]

    def _read(self, name: str, number: int, snapshot: Snapshot) -> Facts:
        if name in snapshot.skills and snapshot.skills.identity(name)[0] == number:
            served = snapshot.skills.frontmatter(name)
            if served is not None:
                return listing.facts(served)
        return listing.facts(self._catalog.version(self._tenant, name, number).frontmatter)


class SeenTable:
    """`SkillTable` for who does not see every skill."""

    def __init__(self, table: Union[SkillTable, "SeenTable"], hidden: frozenset[str]) -> None:
        self._table = table
        self._hidden = hidden

    def page(self, wish: Wish, place: Place, hidden: frozenset[str] = frozenset()) -> Page:
        return self._table.page(wish, place, self._hidden | hidden)


def _masked(record: SkillRecord, hidden: frozenset[str]) -> SkillRecord:
    return record if record.load_error is None else replace(record, load_error=told(record.load_error, hidden))
