"""Routes about the publisher as a whole."""

import asyncio

from fastapi import Request

from mcpskills.events import ReconcileWanted
from mcpskills_server.admin.change_models import AcceptHistoryRequest, HistoryAccepted
from mcpskills_server.admin.parts import Admin
from mcpskills_server.auth.calling import actor


class Publishing:
    """What operators decide about Git's side."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def accept_history(self, request: Request, wanted: AcceptHistoryRequest) -> HistoryAccepted:
        """Go on publishing after the tracked branch was rewritten on purpose, from exactly this head and its descendants.

        What is live stays until the publisher has compared it with the new head, which it is asked to do now. When the branch
        was rewritten once more meanwhile, publishing freezes again.
        """
        admin, by = self._admin, actor(request.scope)
        changed = await asyncio.to_thread(
            lambda: admin.catalog.accept_history(admin.tenant, wanted.commit, reason=wanted.reason, by=by)
        )
        if changed:
            admin.signals.send(ReconcileWanted(admin.tenant, "accept-history"))
        return HistoryAccepted(changed=changed, commit=wanted.commit)
