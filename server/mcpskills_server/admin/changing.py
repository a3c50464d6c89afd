"""Routes that change what is served. Each change is one transaction of the catalog; then replicas are told, this one first."""

import asyncio
from collections.abc import Mapping
from typing import Annotated

from fastapi import Query, Request

from mcpskills import pointing
from mcpskills.errors import McpSkillsError
from mcpskills.events import ReconcileWanted
from mcpskills.folder import Entry
from mcpskills.proposal import Proposal, ProposedChange
from mcpskills.version import Hold, HoldKind, HoldUntil, SkillRecord, Version
from mcpskills_server.admin import lookup, moving, outcomes, rollback, views, vouched
from mcpskills_server.admin.change_models import Change, PromoteRequest, Reloaded, RollbackRequest, RolledBack
from mcpskills_server.admin.model import Reason
from mcpskills_server.admin.opening import open_once
from mcpskills_server.admin.outcomes import IfMatch
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.reading import SkillId
from mcpskills_server.auth.calling import actor

_NO_REASON = "Taken offline"


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

    async def reload(self, request: Request, name: SkillId, if_match: IfMatch = None) -> Change:
        """Bring the skill back if it was taken offline, have the publisher compare Git and catalog now, and refresh this replica.

        A rollback stays in force, also one that was in force when the skill was taken offline. What replicas would refuse does
        not come back.
        """
        admin = self._admin
        await outcomes.expect(admin, if_match)
        before = await asyncio.to_thread(lookup.detail, admin, name)
        changed = False
        if before.hold is not None and before.hold.kind is HoldKind.OFFLINE:
            moved = await asyncio.to_thread(moving.bring_online, admin, name, actor(request.scope), if_match)
            changed = await outcomes.follow(admin, moved.before, moved.after)
        self._ask_for_reconcile(f"reload of {name}")
        await admin.replica.refresh()
        return await outcomes.outcome(admin, name, changed=changed)

    async def take_offline(
        self,
        request: Request,
        name: SkillId,
        reason: Annotated[Reason | None, Query(description="Why, for the audit and for who wonders.")] = None,
        if_match: IfMatch = None,
    ) -> Change:
        """Serve the skill no more until it is reloaded. Its files in Git stay; new content becomes a version and waits.

        Taking an offline skill offline again changes nothing.
        """
        admin, by = self._admin, actor(request.scope)
        record = await asyncio.to_thread(lookup.record, admin, name)
        hold = Hold(
            kind=HoldKind.OFFLINE,
            version=None,
            instead_of=record.live,
            reason=reason or _NO_REASON,
            actor=by.name,
            until=HoldUntil.LIFTED,
            created_at=admin.now(),
            expires_at=None,
        )
        held = await asyncio.to_thread(admin.catalog.hold, admin.tenant, name, hold, by, if_match)
        return await outcomes.changed(admin, record, held)

    async def bring_online(self, request: Request, name: SkillId, if_match: IfMatch = None) -> Change:
        """Serve a skill again that was taken offline. A rollback that was in force then is again; other holds stay.

        A version that replicas would refuse stays offline.
        """
        admin = self._admin
        moved = await asyncio.to_thread(moving.bring_online, admin, name, actor(request.scope), if_match)
        return await outcomes.changed(admin, moved.before, moved.after)

    async def promote(
        self, request: Request, name: SkillId, wanted: PromoteRequest, if_match: IfMatch = None
    ) -> Change:
        """Serve a version of one's choice until another is chosen. Promoting the version that Git wants ends all holds.

        A version that was yanked or revoked is refused, and one that replicas would not serve.
        """
        admin, by = self._admin, actor(request.scope)
        await outcomes.expect(admin, if_match)
        record = await asyncio.to_thread(lookup.record, admin, name)
        pointing.expect_online(record)
        version = await asyncio.to_thread(admin.catalog.version, admin.tenant, name, wanted.version)
        pointing.expect_good(version)
        await asyncio.to_thread(vouched.content, admin, version)
        hold = Hold(
            kind=HoldKind.PROMOTION,
            version=wanted.version,
            instead_of=record.live,
            reason=wanted.reason,
            actor=by.name,
            until=HoldUntil.LIFTED,
            created_at=admin.now(),
            expires_at=None,
        )
        promoted = await asyncio.to_thread(admin.catalog.hold, admin.tenant, name, hold, by, if_match)
        return await outcomes.changed(admin, record, promoted)

    async def lift(self, request: Request, name: SkillId, if_match: IfMatch = None) -> Change:
        """End the skill's hold: what Git wants goes live, or the rollback that an offline hold covered. Without one, nothing.

        Where replicas would refuse that version, the hold stays.
        """
        admin = self._admin
        moved = await asyncio.to_thread(moving.lift, admin, name, actor(request.scope), if_match)
        return await outcomes.changed(admin, moved.before, moved.after)

    async def roll_back(
        self, request: Request, name: SkillId, wanted: RollbackRequest, if_match: IfMatch = None
    ) -> RolledBack:
        """Serve an older version, by a hold, and open a proposal that brings Git to the same content.

        The rollback is live before the proposal is opened, and stands when that fails. Repeating it with the same version and
        end changes nothing more; to repeat it safely, say the version. Merging the proposal does not end the hold: lift does.
        """
        admin = self._admin
        await outcomes.expect(admin, if_match)
        record = await asyncio.to_thread(lookup.record, admin, name)
        pointing.expect_online(record)
        versions = await asyncio.to_thread(admin.catalog.versions, admin.tenant, name)
        version = rollback.target(record, versions, wanted.version)
        pointing.expect_good(version)
        held = rollback.is_held(record, version, wanted)
        # Before anything moves: what replicas would refuse could not be served, and Git must not be asked for it.
        files = await asyncio.to_thread(vouched.content, admin, version)
        by = actor(request.scope)
        now = record
        if not held:
            hold = rollback.hold(record, version, wanted, actor=by.name, now=admin.now())
            now = await asyncio.to_thread(admin.catalog.hold, admin.tenant, name, hold, by, if_match)
        outcome = await outcomes.changed(admin, record, now)
        proposal, error = await self._propose(_revert(record, version, files, reason=wanted.reason, author=by.name))
        return RolledBack(
            **dict(outcome), proposal=views.proposal(proposal) if proposal else None, proposal_error=error
        )

    async def _propose(self, change: ProposedChange) -> tuple[Proposal | None, str | None]:
        try:
            return (await asyncio.to_thread(open_once, self._admin.forge, change))[0], None
        except McpSkillsError as error:
            # The rollback is live; that Git does not know of it yet is for the answer to say.
            return None, error.message

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
