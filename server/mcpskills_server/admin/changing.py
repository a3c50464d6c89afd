"""Routes that change what is served. Each change is one transaction of the catalog; then replicas are told, this one first."""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query, Request

from mcpskills.errors import McpSkillsError, UnavailableError
from mcpskills.events import GenerationRaised, ReconcileWanted
from mcpskills.folder import Entry
from mcpskills.proposal import Proposal, ProposedChange
from mcpskills.version import Hold, HoldKind, HoldUntil, SkillRecord, Version
from mcpskills_server.admin import lookup, rollback, views
from mcpskills_server.admin.models import Change, Reason, Reloaded, RollbackRequest, RolledBack
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.reading import SkillId

_NO_REASON = "Taken offline"


def actor(request: Request) -> str:
    """Who is asking, for audit and holds."""
    return f"local {request.client.host if request.client else 'unknown'}"


class Changing:
    """Moves pointers by holds. Content never changes here: that takes a proposal."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def reload_all(self) -> Reloaded:
        """Have the publisher compare Git and catalog now, and bring this replica up to date.

        Holds stay: what somebody took offline or rolled back does not come back in bulk.
        """
        self._ask_for_reconcile("reload-all")
        admin = self._admin
        snapshot = (await admin.replica.refresh()).snapshot
        return Reloaded(
            generation=snapshot.generation,
            skills=len(snapshot.names),
            failed=dict(snapshot.failed),
            frozen=await asyncio.to_thread(admin.catalog.frozen, admin.tenant),
        )

    async def reload(self, request: Request, name: SkillId) -> Change:
        """Bring the skill back if it was taken offline, have the publisher compare Git and catalog now, and refresh this replica.

        A rollback stays in force, also one that was in force when the skill was taken offline.
        """
        admin = self._admin
        before = await asyncio.to_thread(lookup.detail, admin, name)
        offline = before.hold is not None and before.hold.kind is HoldKind.OFFLINE
        if offline:
            self._tell(await asyncio.to_thread(admin.catalog.lift, admin.tenant, name, actor(request)))
        self._ask_for_reconcile(f"reload of {name}")
        await admin.replica.refresh()
        return await self._outcome(name, changed=offline)

    async def take_offline(
        self,
        request: Request,
        name: SkillId,
        reason: Annotated[Reason | None, Query(description="Why, for the audit and for who wonders.")] = None,
    ) -> Change:
        """Serve the skill no more until it is reloaded. Its files in Git stay; new content becomes a version and waits.

        Taking an offline skill offline again changes nothing.
        """
        admin = self._admin
        record = await asyncio.to_thread(lookup.record, admin, name)
        hold = Hold(
            kind=HoldKind.OFFLINE,
            version=None,
            instead_of=record.live,
            reason=reason or _NO_REASON,
            actor=actor(request),
            until=HoldUntil.LIFTED,
            created_at=datetime.now(UTC),
            expires_at=None,
        )
        held = await asyncio.to_thread(admin.catalog.hold, admin.tenant, name, hold)
        return await self._changed(record, held)

    async def lift(self, request: Request, name: SkillId) -> Change:
        """End the skill's hold: what Git wants goes live, or the rollback that an offline hold covered. Without one, nothing."""
        admin = self._admin
        record = await asyncio.to_thread(lookup.record, admin, name)
        lifted = await asyncio.to_thread(admin.catalog.lift, admin.tenant, name, actor(request))
        return await self._changed(record, lifted)

    async def roll_back(self, request: Request, name: SkillId, wanted: RollbackRequest) -> RolledBack:
        """Serve an older version, by a hold, and open a proposal that brings Git to the same content.

        The rollback is live before the proposal is opened, and stands when that fails. Repeating it with the same version and
        end changes nothing more; to repeat it safely, say the version. Merging the proposal does not end the hold: lift does.
        """
        admin = self._admin
        record = await asyncio.to_thread(lookup.record, admin, name)
        versions = await asyncio.to_thread(admin.catalog.versions, admin.tenant, name)
        version = rollback.target(record, versions, wanted.version)
        held = rollback.is_held(record, version, wanted)
        # Read before anything moves: a version whose bytes are lost could not be served.
        files = await self._files(version)
        who = actor(request)
        now = record
        if not held:
            hold = rollback.hold(record, version, wanted, actor=who, now=datetime.now(UTC))
            now = await asyncio.to_thread(admin.catalog.hold, admin.tenant, name, hold)
        outcome = await self._changed(record, now)
        proposal, error = await self._propose(_revert(record, version, files, reason=wanted.reason, author=who))
        return RolledBack(
            **dict(outcome), proposal=views.proposal(proposal) if proposal else None, proposal_error=error
        )

    async def _files(self, version: Version) -> dict[str, Entry]:
        snapshot, library = self._admin.replica.view.snapshot, self._admin.library
        return {
            file.path: Entry.file(await library.read(snapshot, version, file.path), executable=file.executable)
            for file in version.manifest.files
        }

    async def _propose(self, change: ProposedChange) -> tuple[Proposal | None, str | None]:
        try:
            return await asyncio.to_thread(self._open, change), None
        except McpSkillsError as error:
            # The rollback is live; that Git does not know of it yet is for the answer to say.
            return None, error.message

    def _open(self, change: ProposedChange) -> Proposal:
        forge = self._admin.forge
        opened = (proposal for proposal in forge.proposals() if proposal.title == change.title)
        return next(opened, None) or forge.propose(change)

    async def _changed(self, before: SkillRecord, after: SkillRecord) -> Change:
        changed = before.generation != after.generation
        if changed:
            self._tell(after)
        # The change stands when the replica cannot follow at once; `served_version` in the answer shows it.
        with contextlib.suppress(UnavailableError):
            await self._admin.replica.refresh()
        return await self._outcome(after.name, changed=changed)

    async def _outcome(self, name: str, *, changed: bool) -> Change:
        skill = await asyncio.to_thread(lookup.detail, self._admin, name)
        return Change(changed=changed, generation=skill.generation, skill=skill)

    def _tell(self, record: SkillRecord) -> None:
        self._admin.signals.send(GenerationRaised(self._admin.tenant, record.generation))

    def _ask_for_reconcile(self, reason: str) -> None:
        self._admin.signals.send(ReconcileWanted(self._admin.tenant, reason))


def _revert(
    record: SkillRecord, version: Version, files: Mapping[str, Entry], *, reason: str, author: str
) -> ProposedChange:
    said = "A hold serves it already; this brings Git to the same content"
    return ProposedChange(
        folder=record.path,
        entries=files,
        title=f"Roll {record.name} back to version {version.number}",
        body=f"{reason}\n\n{said}, that of commit {version.origin.commit}.",
        author=author,
    )
