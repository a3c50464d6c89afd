"""Routes about how skills are used; docs/statistics.md says what the figures mean."""

import asyncio
from bisect import bisect_right
from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import Query

from mcpskills.errors import InvalidInputError
from mcpskills.statistics.periods import Period, window
from mcpskills_server.admin import cursors, lookup
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.reading import MOST_PER_PAGE, SkillId
from mcpskills_server.admin.statistics_models import (
    Compared,
    NeverUsed,
    NeverUsedPage,
    PublishView,
    SkillRow,
    SkillRowPage,
    SkillStatisticsView,
    Slot,
    StatisticsView,
    TopSkill,
    VersionFigures,
    VersionSlot,
)
from mcpskills_server.statistics import counted
from mcpskills_server.statistics.counted import Counted, Moved, OfVersion, Totals
from mcpskills_server.statistics.order import Order, Ordering, Sort, place, top
from mcpskills_server.statistics.ranking import NOTHING, Numbers

TOP: Final = 10
MOST_MOVES: Final = 20
_LONGEST_NAMES: Final = 255 * MOST_PER_PAGE

Asked = Annotated[Period, Query(description="Until now: 24 hours, or so many days with today.")]
Limit = Annotated[int | None, Query(ge=1, le=MOST_PER_PAGE, description="Rows of a page.")]
Cursor = Annotated[str | None, Query(max_length=10_000, description="`next_cursor` of the page before.")]


class Statistics:
    """Tells of the skills that the caller sees, and of no others."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def show_statistics(self, period: Asked = Period.DAYS_7) -> StatisticsView:
        """All calls of a period, slot by slot, and the skills that were called and failed most."""
        return await asyncio.to_thread(self._whole, period)

    async def list_statistics(
        self,
        *,
        period: Asked = Period.DAYS_7,
        sort: Annotated[Sort, Query(description="What decides the order.")] = Sort.CALLS,
        order: Annotated[Order | None, Query(description="`asc` for names, else `desc`, if left out.")] = None,
        names: Annotated[
            str | None,
            Query(
                max_length=_LONGEST_NAMES, description="Only these, by commas; who was not called has a row as well."
            ),
        ] = None,
        limit: Limit = None,
        cursor: Cursor = None,
    ) -> SkillRowPage:
        """The skills that were called in a period, each with its figures."""
        wanted = None if names is None else frozenset(filter(None, names.split(",")))
        if wanted is not None and len(wanted) > MOST_PER_PAGE:
            raise InvalidInputError(f"Expected at most {MOST_PER_PAGE} names, got {len(wanted)}.")
        ordering = Ordering(sort, order or (Order.ASCENDING if sort is Sort.NAME else Order.DESCENDING))
        return await asyncio.to_thread(self._page, period, ordering, wanted, (limit, cursor))

    async def list_never_used(
        self, period: Asked = Period.DAYS_90, limit: Limit = None, cursor: Cursor = None
    ) -> NeverUsedPage:
        """The live skills that nobody called in a period."""
        return await asyncio.to_thread(self._never_used, period, limit, cursor)

    async def show_skill_statistics(self, name: SkillId, period: Asked = Period.DAYS_7) -> SkillStatisticsView:
        """The calls of one skill, by version, and what changed when another version went live; of a deleted skill as well."""
        return await asyncio.to_thread(self._of_skill, name, period)

    @property
    def _counted(self) -> Counted:
        return counted.expected(self._admin.counted)

    def _whole(self, period: Period) -> StatisticsView:
        totals, ranking = self._counted.totals(period), self._counted.ranking(period)
        return StatisticsView(
            **self._figures(period, totals),
            top_skills=tuple(_top(*each) for each in top(ranking, Sort.CALLS, TOP)),
            top_failing=tuple(_top(*each) for each in top(ranking, Sort.ERRORS, TOP)),
            dropped=totals.dropped,
        )

    def _page(
        self, period: Period, ordering: Ordering, wanted: frozenset[str] | None, at: tuple[int | None, str | None]
    ) -> SkillRowPage:
        limit, cursor = at
        name = " ".join((*ordering, period))
        after = place(*cursors.read_in(name, cursor, 2, "the first skill")) if cursor else None
        rows = self._counted.ranking(period)
        if wanted is not None:
            rows = {name: rows.get(name, NOTHING) for name in wanted}
        page, following = ordering.page(rows, after, limit or self._admin.settings.page_size)
        return SkillRowPage(
            **self._within(period),
            skills=tuple(_row(*each) for each in page),
            total=len(rows),
            next_cursor=None if following is None else cursors.written_in(name, repr(following.value), following.name),
        )

    def _never_used(self, period: Period, limit: int | None, cursor: str | None) -> NeverUsedPage:
        (after,) = cursors.read(cursor, 1, "the first skill") if cursor else ("",)
        most = limit or self._admin.settings.page_size
        snapshot, used = self._admin.replica.view.snapshot, self._counted.ranking(period)
        names, found = snapshot.names, list[str]()
        at = bisect_right(names, after)
        while at < len(names) and len(found) <= most:
            if names[at] not in used:
                found.append(names[at])
            at += 1
        versions = [snapshot.skills[name].version for name in found[:most]]
        return NeverUsedPage(
            **self._within(period),
            skills=tuple(
                NeverUsed(skill=each.skill, live_version=each.number, published_at=each.published_at)
                for each in versions
            ),
            next_cursor=cursors.written(found[most - 1]) if len(found) > most else None,
        )

    def _of_skill(self, name: str, period: Period) -> SkillStatisticsView:
        if not self._admin.catalog.versions(self._admin.tenant, name):
            # Without versions only a sentence that says why is left to give.
            lookup.record(self._admin, name)
        totals, versions = self._counted.of_skill(name, period)
        moves = self._counted.moves(name, period, MOST_MOVES)
        return SkillStatisticsView(
            skill=name,
            **self._figures(period, totals),
            versions=tuple(_version(each, totals) for each in versions),
            publishes=tuple(map(_moved, moves)),
        )

    def _figures(self, period: Period, totals: Totals) -> dict[str, Any]:
        series = tuple(Slot(at=at, **asdict(numbers)) for at, numbers in totals.slots)
        return {**self._within(period), **asdict(totals.whole), "series": series}

    def _within(self, period: Period) -> dict[str, Any]:
        now = self._admin.now()
        return {"period": period, "since": window(period, now).since, "until": now}


def _top(skill: str, numbers: Numbers) -> TopSkill:
    return TopSkill(skill=skill, **asdict(numbers))


def _row(skill: str, numbers: Numbers) -> SkillRow:
    return SkillRow(skill=skill, **asdict(numbers))


def _version(one: OfVersion, totals: Totals) -> VersionFigures:
    calls = zip((at for at, _ in totals.slots), one.calls, strict=True)
    series = tuple(VersionSlot(at=at, calls=number) for at, number in calls)
    return VersionFigures(version=one.version, **asdict(one.whole), series=series)


def _moved(moved: Moved) -> PublishView:
    mark = moved.mark
    before, after = (None if each is None else Compared(**asdict(each)) for each in (moved.before, moved.after))
    return PublishView(
        at=mark.at, kind=mark.kind, version=mark.version, was_live=mark.before, before=before, after=after
    )
