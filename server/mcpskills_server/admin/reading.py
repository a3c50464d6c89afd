"""Routes that only look."""

import asyncio
import contextlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Path, Query, Response

from mcpskills.errors import InvalidInputError, NotFoundError
from mcpskills.folder import SKILL_FILE
from mcpskills.snapshot import Snapshot
from mcpskills.version import SkillRecord, Status
from mcpskills_server.admin import listing, lookup, views
from mcpskills_server.admin.listing import Row
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.skill_models import Instructions, SkillDetail, SkillPage, SkillSummary
from mcpskills_server.admin.version_models import VersionList

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


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a row of the listing has to be."""

    status: Status | None
    words: Sequence[str]
    names: frozenset[str] | None


class Reading:
    """Answers from the catalog, and from the snapshot of this replica where the catalog would cost a read for each row."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def list_skills(
        self,
        status: Annotated[Status | None, Query(description="Only skills of this status.")] = None,
        q: Annotated[
            str | None,
            Query(
                max_length=200, description="Words that must all stand in name, folder, description, tags or reason."
            ),
        ] = None,
        names: Annotated[
            str | None, Query(max_length=60_000, description="Only skills of these names, with commas between.")
        ] = None,
        limit: Annotated[int | None, Query(ge=1, le=MOST_PER_PAGE, description="Rows of a page.")] = None,
        cursor: Annotated[str | None, Query(max_length=10_000, description="`next_cursor` of the page before.")] = None,
    ) -> SkillPage:
        """Skills in the order of their names, with folders that were refused and never became a skill.

        A refused folder has the status `ERROR` and its reason in `load_error`; so has a skill that stays live while its newer
        content is refused, with the status `ACTIVE`.
        """
        start = listing.after(cursor) if cursor else None
        named = None if names is None else frozenset(filter(None, names.split(",")))
        if named is not None and len(named) > MOST_PER_PAGE:
            raise InvalidInputError(f"names: expected at most {MOST_PER_PAGE} names, got {len(named)}.")
        wanted = _Wanted(status, (q or "").casefold().split(), named)
        return await asyncio.to_thread(self._page, wanted, start, limit or self._admin.settings.page_size)

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

    def _page(self, wanted: _Wanted, start: listing.Key | None, limit: int) -> SkillPage:
        admin = self._admin
        snapshot = admin.replica.view.snapshot
        kept = [row for row in self._rows(wanted) if self._keeps(wanted, row, snapshot)]
        following = [row for row in kept if start is None or row.key > start]
        page = following[:limit]
        return SkillPage(
            skills=tuple(self._summary(row, snapshot) for row in page),
            total=len(kept),
            next_cursor=listing.cursor(page[-1]) if len(following) > limit else None,
            generation=snapshot.generation,
            frozen=admin.catalog.frozen(admin.tenant),
        )

    def _rows(self, wanted: _Wanted) -> list[Row]:
        """All that may be wanted."""
        catalog, tenant, status = self._admin.catalog, self._admin.tenant, wanted.status
        if wanted.names is not None:
            return listing.rows(self._records(wanted.names), ())
        if status in {Status.INACTIVE, Status.DRAFT}:
            return listing.rows(catalog.skills(tenant, status), ())
        # What is live may be an error for this replica, and whether a refused folder is a skill's own only all skills can tell.
        return listing.rows(catalog.skills(tenant), catalog.quarantined(tenant))

    def _records(self, names: Collection[str]) -> Iterator[SkillRecord]:
        """One by one, and not the whole registry; who names what is not there gets nothing for it."""
        for name in names:
            with contextlib.suppress(NotFoundError):
                yield lookup.record(self._admin, name)

    def _keeps(self, wanted: _Wanted, row: Row, snapshot: Snapshot) -> bool:
        if wanted.status is not None and views.status(row.of, snapshot) is not wanted.status:
            return False
        if not wanted.words:
            return True
        skill = lookup.skill(self._admin, row.of, snapshot) if isinstance(row.of, SkillRecord) else None
        return listing.mentions(row, skill, wanted.words)

    def _summary(self, row: Row, snapshot: Snapshot) -> SkillSummary:
        if isinstance(row.of, SkillRecord):
            skill, standings = lookup.skill(self._admin, row.of, snapshot), lookup.standings(self._admin, row.of)
            return views.summary(row.of, skill, snapshot, standings)
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
