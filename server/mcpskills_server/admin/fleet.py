"""The replicas of the fleet, as they speak of themselves."""

import asyncio

from mcpskills_server.admin.fleet_models import ReplicaList, ReplicaView
from mcpskills_server.admin.parts import Admin


class Fleet:
    """Reads what replicas report."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def list_replicas(self) -> ReplicaList:
        """Every replica that spoke within the last seconds, and the generation that it serves.

        A replica that hangs or cannot tell is missing here, and serves nevertheless what it has.
        """
        return await asyncio.to_thread(self._listed)

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
