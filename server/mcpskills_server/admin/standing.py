"""Routes about single versions: taking one out of the choice, refusing its bytes, and putting it back; who vouches for it."""

import asyncio
import json
from typing import Annotated

from fastapi import Path, Request
from fastapi.responses import Response

from mcpskills import trust
from mcpskills.errors import NotFoundError
from mcpskills.provenance import PAYLOAD_TYPE
from mcpskills.version import Standing, StandingKind, Version
from mcpskills_server.admin import moving, outcomes, previewing, views
from mcpskills_server.admin.change_models import StandingChange, StandingRequest
from mcpskills_server.admin.moving import Moved
from mcpskills_server.admin.outcomes import Asked, Terms
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.preview_models import Preview
from mcpskills_server.admin.reading import SkillId
from mcpskills_server.admin.version_models import ProvenanceView
from mcpskills_server.auth.calling import actor

Number = Annotated[int, Path(alias="number", ge=1, le=2**53, description="The version's number.", examples=[2])]


class CycloneDx(Response):
    media_type = "application/vnd.cyclonedx+json"


class Standings:
    """Decisions against versions. Content never changes; the pointer follows in the same transaction."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def yank(
        self, request: Request, name: SkillId, number: Number, wanted: StandingRequest, terms: Asked
    ) -> StandingChange | Preview:
        """Choose the version no more: the newest good one below it goes live instead. Who pinned it reads it still.

        Where replicas would refuse that one, nothing changes. `restore` puts it back.
        """
        return await self._stand(request, name, number, self._against(request, StandingKind.YANKED, wanted), terms)

    async def revoke(
        self, request: Request, name: SkillId, number: Number, wanted: StandingRequest, terms: Asked
    ) -> StandingChange | Preview:
        """Refuse the version's bytes on every replica, pinned addresses too, with the reason; also for a deleted skill.

        This waits for nothing, also where replicas refuse the version that is the next to go live.
        """
        return await self._stand(request, name, number, self._against(request, StandingKind.REVOKED, wanted), terms)

    async def restore(self, request: Request, name: SkillId, number: Number, terms: Asked) -> StandingChange | Preview:
        """Put a version back in good standing that was yanked or revoked; it goes live again when it is the one to choose.

        Where replicas would refuse it then, nothing changes.
        """
        return await self._stand(request, name, number, None, terms)

    async def show_provenance(self, name: SkillId, number: Number) -> ProvenanceView:
        """The signed envelope of a version, and the statement in it as this server read and verified it."""
        version = await self._version(name, number)
        trust.check(self._admin.tenant, version, self._admin.verify)
        envelope = version.provenance or ""
        signature, *_ = json.loads(envelope)["signatures"]
        statement = json.loads(self._admin.verify(envelope, PAYLOAD_TYPE))
        return ProvenanceView(envelope=envelope, key_id=signature["keyid"], statement=statement)

    async def show_sbom(self, name: SkillId, number: Number) -> CycloneDx:
        """The version's software bill of materials, as CycloneDX JSON."""
        version = await self._version(name, number)
        if version.sbom is None:
            raise NotFoundError(f"Version {number} of {name!r} has no software bill of materials.")
        trust.check(self._admin.tenant, version, self._admin.verify)
        content = await asyncio.to_thread(self._admin.store.get, version.sbom)
        return CycloneDx(content)

    def _against(self, request: Request, kind: StandingKind, wanted: StandingRequest) -> Standing:
        return Standing(kind, wanted.reason, actor(request.scope).name, self._admin.now())

    async def _stand(
        self, request: Request, name: str, number: int, standing: Standing | None, terms: Terms
    ) -> StandingChange | Preview:
        admin, by = self._admin, actor(request.scope)

        def stand(on: Admin) -> Moved:
            return moving.stand(on, name, number, standing, by=by, if_match=terms.if_match)

        if terms.preview:
            return await asyncio.to_thread(previewing.preview, admin, name, stand, number)
        moved = await asyncio.to_thread(stand, admin)
        before, record = moved.before, moved.after
        await outcomes.follow(admin, before, record)
        version = await self._version(name, number)
        return StandingChange(
            changed=before.generation != record.generation,
            generation=record.generation,
            live_version=record.live,
            version=views.numbered(version, record),
        )

    async def _version(self, name: str, number: int) -> Version:
        return await asyncio.to_thread(self._admin.catalog.version, self._admin.tenant, name, number)
