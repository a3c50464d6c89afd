"""Routes that change what is served. Each change is one transaction of the catalog; then replicas are told, this one first."""

import asyncio
from collections.abc import Callable
from typing import Annotated

from fastapi import Query, Request

from mcpskills.errors import McpSkillsError
from mcpskills.events import ReconcileWanted
from mcpskills.proposal import Proposal, ProposedChange
from mcpskills.version import HoldKind
from mcpskills_server.admin import lookup, moving, outcomes, previewing, views
from mcpskills_server.admin.change_models import Change, PromoteRequest, Reloaded, RollbackRequest, RolledBack
from mcpskills_server.admin.model import Reason
from mcpskills_server.admin.moving import Moved, MovedBack
from mcpskills_server.admin.opening import open_once
from mcpskills_server.admin.outcomes import Asked, Terms
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.preview_models import Preview
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

    async def reload(self, request: Request, name: SkillId, terms: Asked) -> Change | Preview:
        """Bring the skill back if it was taken offline, have the publisher compare Git and catalog now, and refresh this replica.

        A rollback stays in force, also one that was in force when the skill was taken offline. What replicas would refuse does
        not come back.
        """
        admin, by = self._admin, actor(request.scope)
        await outcomes.expect(admin, terms.if_match)
        before = await asyncio.to_thread(lookup.detail, admin, name)
        offline = before.hold is not None and before.hold.kind is HoldKind.OFFLINE

        def come_back(on: Admin) -> Moved | None:
            return moving.bring_online(on, name, by, terms.if_match) if offline else None

        if terms.preview:
            return await asyncio.to_thread(previewing.preview, admin, name, come_back)
        moved = await asyncio.to_thread(come_back, admin)
        changed = moved is not None and await outcomes.follow(admin, moved.before, moved.after)
        self._ask_for_reconcile(f"reload of {name}")
        await admin.replica.refresh()
        return await outcomes.outcome(admin, name, changed=changed)

    async def take_offline(
        self,
        request: Request,
        name: SkillId,
        terms: Asked,
        reason: Annotated[Reason | None, Query(description="Why, for the audit and for who wonders.")] = None,
    ) -> Change | Preview:
        """Serve the skill no more until it is reloaded. Its files in Git stay; new content becomes a version and waits.

        Taking an offline skill offline again changes nothing.
        """
        why, by = reason or _NO_REASON, actor(request.scope)
        return await self._move(
            name, terms, lambda admin: moving.take_offline(admin, name, why, by=by, if_match=terms.if_match)
        )

    async def bring_online(self, request: Request, name: SkillId, terms: Asked) -> Change | Preview:
        """Serve a skill again that was taken offline. A rollback that was in force then is again; other holds stay.

        A version that replicas would refuse stays offline.
        """
        by = actor(request.scope)
        return await self._move(name, terms, lambda admin: moving.bring_online(admin, name, by, terms.if_match))

    async def promote(self, request: Request, name: SkillId, wanted: PromoteRequest, terms: Asked) -> Change | Preview:
        """Serve a version of one's choice until another is chosen. Promoting the version that Git wants ends all holds.

        A version that was yanked or revoked is refused, and one that replicas would not serve.
        """
        by = actor(request.scope)
        return await self._move(
            name, terms, lambda admin: moving.promote(admin, name, wanted, by=by, if_match=terms.if_match)
        )

    async def lift(self, request: Request, name: SkillId, terms: Asked) -> Change | Preview:
        """End the skill's hold: what Git wants goes live, or the rollback that an offline hold covered. Without one, nothing.

        Where replicas would refuse that version, the hold stays.
        """
        by = actor(request.scope)
        return await self._move(name, terms, lambda admin: moving.lift(admin, name, by, terms.if_match))

    async def roll_back(
        self, request: Request, name: SkillId, wanted: RollbackRequest, terms: Asked
    ) -> RolledBack | Preview:
        """Serve an older version, by a hold, and open a proposal that brings Git to the same content.

        The rollback is live before the proposal is opened, and stands when that fails. Repeating it with the same version and
        end changes nothing more; to repeat it safely, say the version. Merging the proposal does not end the hold: lift does.
        """
        admin, by = self._admin, actor(request.scope)

        def back(on: Admin) -> MovedBack:
            return moving.roll_back(on, name, wanted, by=by, if_match=terms.if_match)

        if terms.preview:
            return await asyncio.to_thread(previewing.preview, admin, name, back)
        moved = await asyncio.to_thread(back, admin)
        outcome = await outcomes.changed(admin, moved.before, moved.after)
        proposal, error = await self._propose(_revert(moved, reason=wanted.reason, author=by.name))
        return RolledBack(
            **dict(outcome), proposal=views.proposal(proposal) if proposal else None, proposal_error=error
        )

    async def _move(self, name: str, terms: Terms, move: Callable[[Admin], Moved]) -> Change | Preview:
        if terms.preview:
            return await asyncio.to_thread(previewing.preview, self._admin, name, move)
        moved = await asyncio.to_thread(move, self._admin)
        return await outcomes.changed(self._admin, moved.before, moved.after)

    async def _propose(self, change: ProposedChange) -> tuple[Proposal | None, str | None]:
        try:
            return (await asyncio.to_thread(open_once, self._admin.forge, change))[0], None
        except McpSkillsError as error:
            # The rollback is live; that Git does not know of it yet is for the answer to say.
            return None, error.message

    def _ask_for_reconcile(self, reason: str) -> None:
        self._admin.signals.send(ReconcileWanted(self._admin.tenant, reason))


def _revert(moved: MovedBack, *, reason: str, author: str) -> ProposedChange:
    record, version = moved.before, moved.version
    said = "A hold serves it already; this brings Git to the same content"
    return ProposedChange(
        folder=record.path,
        entries=moved.files,
        title=f"Roll {record.name} back to version {version.number}",
        body=f"{reason}\n\n{said}, that of commit {version.origin.commit}.",
        author=author,
    )
