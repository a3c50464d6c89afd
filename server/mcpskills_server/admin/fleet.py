"""The processes of the fleet, as they speak of themselves."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

from mcpskills.fleet import PublisherState
from mcpskills_server.admin.fleet_models import PublisherList, PublisherView, ReplicaList, ReplicaView
from mcpskills_server.admin.parts import Admin

_MISSED: Final = 3
"""So many reconciles that a publisher left out are too many; the pause after a failed one is never longer."""


class Fleet:
    """Reads what replicas and publishers report."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def list_replicas(self) -> ReplicaList:
        """Every replica that spoke within the last seconds, and the generation that it serves.

        A replica that hangs or cannot tell is missing here, and serves nevertheless what it has.
        """
        return await asyncio.to_thread(self._listed)

    async def list_publishers(self) -> PublisherList:
        """Every publisher that spoke within the last seconds, and how its last reconcile ended.

        A publisher that hangs or cannot tell is missing here; what is live stays live without one.
        """
        return await asyncio.to_thread(self._publishers)

    def _listed(self) -> ReplicaList:
        tenant = self._admin.tenant
        # First, so that a replica is never ahead of it.
        serving = self._admin.replicas.serving(tenant)
        generation = self._admin.catalog.generation(tenant)
        return ReplicaList(
            tenant=tenant,
            generation=generation,
            replicas=tuple(
                ReplicaView(replica=replica, generation=served, current=served >= generation)
                for replica, served in sorted(serving.items())
            ),
        )

    def _publishers(self) -> PublisherList:
        admin = self._admin
        now = admin.now()
        return PublisherList(
            tenant=admin.tenant,
            frozen=admin.catalog.frozen(admin.tenant),
            publishers=tuple(_publisher(state, now) for state in admin.replicas.publishers(admin.tenant)),
        )


def _publisher(state: PublisherState, now: datetime) -> PublisherView:
    at = state.reconciled_at
    is_late = at is None or now - at > timedelta(seconds=_MISSED * state.every_seconds)
    return PublisherView(
        publisher=state.name,
        leader=state.leads,
        last_reconcile_at=at,
        last_commit=state.commit,
        frozen=state.frozen,
        error=state.error,
        behind=state.leads and bool(is_late or state.frozen or state.error),
    )
