"""Routes of who sees a skill."""

import asyncio
import contextlib

from fastapi import Request

from mcpskills.errors import InvalidInputError, NotFoundError, UnavailableError
from mcpskills.printable import quoted
from mcpskills.restricting import Restriction
from mcpskills.skill import NAME, RESERVED_NAME
from mcpskills.version import SkillRecord
from mcpskills_server.admin import outcomes, previewing
from mcpskills_server.admin.access_models import Access, AccessRequest, RestrictionList, RestrictionView
from mcpskills_server.admin.outcomes import Asked
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.preview_models import Preview
from mcpskills_server.admin.reading import SkillId
from mcpskills_server.auth.calling import actor


class Restricting:
    """Restricts skills to groups. Who may do that sees every skill."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def list_restrictions(self) -> RestrictionList:
        """Every skill that not everybody sees, and every name that no skill has yet or any more and that is restricted."""
        snapshot = self._admin.replica.view.snapshot
        return RestrictionList(
            restrictions=tuple(
                RestrictionView(name=name, groups=tuple(sorted(groups)), served=name in snapshot.skills)
                for name, groups in sorted(snapshot.restricted.items())
            ),
            generation=snapshot.generation,
        )

    async def restrict(self, request: Request, name: SkillId, wanted: AccessRequest, terms: Asked) -> Access | Preview:
        """Have only members of these groups see the skill, or everybody again, all its versions and at once.

        It stays so through new versions, rollbacks, deletion and a return. A name may be restricted before a skill has it.
        """
        admin = self._admin
        if not NAME.fullmatch(name) or RESERVED_NAME.fullmatch(name):
            raise InvalidInputError(f"No skill can be called {quoted(name)}.")
        wish = Restriction(wanted.groups, wanted.reason, actor(request.scope))

        def restrict(on: Admin) -> SkillRecord:
            return on.catalog.restrict(on.tenant, name, wish, if_generation=terms.if_match)

        if terms.preview:
            return await asyncio.to_thread(previewing.preview, admin, name, restrict)
        before = await asyncio.to_thread(self._generation, name)
        after = await asyncio.to_thread(restrict, admin)
        return await self._outcome(before, after)

    async def _outcome(self, before: int, after: SkillRecord) -> Access:
        admin = self._admin
        changed = after.generation != before
        if changed:
            outcomes.tell(admin, after)
        generation = after.generation
        # The change stands when the replica cannot follow at once.
        with contextlib.suppress(UnavailableError):
            generation = (await admin.replica.refresh()).snapshot.generation
        return Access(
            changed=changed,
            name=after.name,
            groups=tuple(sorted(after.groups)),
            known=not after.reserved,
            generation=generation,
        )

    def _generation(self, name: str) -> int:
        """Of the record before; 0 without one."""
        try:
            return self._admin.catalog.skill(self._admin.tenant, name).generation
        except NotFoundError:
            return 0
