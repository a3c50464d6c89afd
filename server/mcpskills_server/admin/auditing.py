"""The audit trail as pages."""

import asyncio
from typing import Annotated

from fastapi import Query

from mcpskills_server.admin import views
from mcpskills_server.admin.audit_models import AuditHead, AuditPage
from mcpskills_server.admin.parts import Admin

MOST_PER_PAGE = 1000


class Auditing:
    """Reads what nobody can change."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def list_audit(
        self,
        after: Annotated[int, Query(ge=0, le=2**53, description="Only entries that follow this sequence.")] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST_PER_PAGE, description="Entries of a page.")] = 100,
    ) -> AuditPage:
        """Every change of what is served, in order, each chained to the one before by its hash.

        `mcpskills audit verify` reads it all and checks the chain; keep the hash of `head` elsewhere to notice a cut.
        """
        return await asyncio.to_thread(self._page, after, limit)

    def _page(self, after: int, limit: int) -> AuditPage:
        catalog, tenant = self._admin.catalog, self._admin.tenant
        # First, so that the trail is at least as long as its head says.
        head = catalog.audit_head(tenant)
        entries = catalog.audit_after(tenant, after, limit)
        return AuditPage(
            tenant=tenant,
            entries=tuple(map(views.audit, entries)),
            next_after=entries[-1].sequence if len(entries) == limit else None,
            head=AuditHead(sequence=head.sequence, hash=head.hash),
        )
