"""Routes that only look."""

import asyncio
from typing import Annotated

from fastapi import Depends, Path, Query, Request, Response

from mcpskills.access import Scope
from mcpskills.errors import InvalidInputError, NotFoundError
from mcpskills.folder import SKILL_FILE
from mcpskills.snapshot import Snapshot
from mcpskills.statistics.periods import Period
from mcpskills.version import SkillRecord, Status
from mcpskills_server.admin import lookup, views
from mcpskills_server.admin.listing import Facts, Row, Wish
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.skill_models import Instructions, SkillDetail, SkillPage, SkillSummary
from mcpskills_server.admin.skill_order import SkillOrder, Sort
from mcpskills_server.admin.skill_table import Place
from mcpskills_server.admin.version_models import VersionList
from mcpskills_server.auth import rights
from mcpskills_server.auth.calling import caller
from mcpskills_server.statistics.order import Order

MOST_PER_PAGE = 200

SkillId = Annotated[
    str,
    Path(
        alias="id",
        min_length=1,
        max_length=255,
        description="The skill's name; for a refused folder the folder's name.",
        examples=["pdf-forms"],
    ),
]


def _wish(
    *,
    status: Annotated[Status | None, Query(description="Only skills of this status.")] = None,
    q: Annotated[
        str | None,
        Query(max_length=200, description="Words that must all stand in name, folder, description, tags or reason."),
    ] = None,
    owner: Annotated[str | None, Query(max_length=300, description="Only skills of this owner, in any case.")] = None,
    tag: Annotated[str | None, Query(max_length=300, description="Only skills with this tag, in any case.")] = None,
    names: Annotated[
        str | None, Query(max_length=60_000, description="Only skills of these names, with commas between.")
    ] = None,
) -> Wish:
    words = tuple((q or "").casefold().split())
    named = None if names is None else frozenset(filter(None, names.split(",")))
    if named is not None and len(named) > MOST_PER_PAGE:
        raise InvalidInputError(f"names: expected at most {MOST_PER_PAGE} names, got {len(named)}.")
    return Wish(status, words, (owner or "").casefold() or None, (tag or "").casefold() or None, named)


def _order(
    request: Request,
    *,
    sort: Annotated[
        Sort, Query(description="What the rows are in the order of; those by figures need the scope `statistics:read`.")
    ] = Sort.NAME,
    order: Annotated[
        Order | None,
        Query(
            description="Whether the least or the greatest comes first; if left out, the greatest of figures, else the least."
        ),
    ] = None,
    period: Annotated[Period, Query(description="Of which figures are, for an order by them.")] = Period.DAYS_7,
) -> SkillOrder:
    if not sort.is_by_figures:
        return SkillOrder(sort, order or Order.ASCENDING)
    rights.expect(caller(request.scope), Scope.STATISTICS_READ)
    return SkillOrder(sort, order or Order.DESCENDING, period)


Wished = Annotated[Wish, Depends(_wish)]
Ordered = Annotated[SkillOrder, Depends(_order)]


class Reading:
    """Answers from the catalog, and from the snapshot of this replica where the catalog would cost a read for each row."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def list_skills(
        self,
        wish: Wished,
        order: Ordered,
        limit: Annotated[int | None, Query(ge=1, le=MOST_PER_PAGE, description="Rows of a page.")] = None,
        cursor: Annotated[str | None, Query(max_length=10_000, description="`next_cursor` of the page before.")] = None,
    ) -> SkillPage:
        """Skills in the order of their names, or as `sort` says, with folders that were refused and never became a skill.

        A refused folder has the status `ERROR` and its reason in `load_error`; so has a skill that stays live while its newer
        content is refused, with the status `ACTIVE`.
        """
        start = order.after(cursor) if cursor else None
        place = Place(start, limit or self._admin.settings.page_size, order)
        return await asyncio.to_thread(self._page, wish, place)

    async def show_skill(self, name: SkillId, response: Response) -> SkillDetail:
        """Status, hold, manifest fields, files and origin of one skill; `ETag` is the generation, for `If-Match` of a change."""
        detail = await asyncio.to_thread(lookup.detail, self._admin, name)
        response.headers["ETag"] = f'"{detail.generation}"'
        return detail

    async def show_instructions(self, name: SkillId) -> Instructions:
        """SKILL.md of the version that this replica serves, with the digest of its raw bytes."""
        served = self._admin.replica.view.snapshot.skills.get(name)
        if served is None:
            record = await asyncio.to_thread(lookup.record, self._admin, name)
            raise NotFoundError(f"The skill {name!r} is not served now: its status is {record.status}.")
        file = served.version.manifest.get(SKILL_FILE)
        return Instructions(
            name=name,
            version=served.version.number,
            digest=file.digest if file else "",
            text=served.instructions.decode(),
            frontmatter=dict(served.skill.frontmatter),
        )

    async def list_versions(self, name: SkillId) -> VersionList:
        """Every version that was ever published, the newest first, also of a skill that Git deleted."""
        return await asyncio.to_thread(self._versions, name)

    def _page(self, wish: Wish, place: Place) -> SkillPage:
        admin = self._admin
        snapshot = admin.replica.view.snapshot
        page = admin.table.page(wish, place)
        return SkillPage(
            skills=tuple(self._summary(row, facts, snapshot) for row, facts in page.rows),
            total=page.total,
            next_cursor=None if page.following is None else place.order.cursor(page.following),
            generation=snapshot.generation,
            frozen=admin.catalog.frozen(admin.tenant),
        )

    def _summary(self, row: Row, facts: Facts, snapshot: Snapshot) -> SkillSummary:
        if isinstance(row.of, SkillRecord):
            return views.summary(row.of, facts, snapshot, lookup.standings(self._admin, row.of))
        return views.refused(row.of)

    def _versions(self, name: str) -> VersionList:
        admin = self._admin
        versions = admin.catalog.versions(admin.tenant, name)
        # Without versions only a sentence that says why is left to give.
        record = admin.catalog.skill(admin.tenant, name) if versions else lookup.record(admin, name)
        return VersionList(
            name=name,
            deleted=record.deleted,
            live_version=record.live,
            wanted_version=record.wanted,
            versions=tuple(views.numbered(version, record) for version in versions),
        )
