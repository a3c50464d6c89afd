"""Writing a checkpoint now and then, so that a replica that starts need not read every skill by itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from mcpskills.adapters.checkpointing import keeping
from mcpskills.adapters.checkpointing.keeping import Start
from mcpskills.adapters.search.index import SearchIndex
from mcpskills.checkpoint import Checkpoint, Stated
from mcpskills.errors import McpSkillsError
from mcpskills.following import Follower
from mcpskills.ports import Catalog, Lease, PackageStore, Signer
from mcpskills.snapshot import Snapshot
from mcpskills.trust import Verify

_log = structlog.get_logger(__name__)

LEAST_CHANGES = 100
"""Changes that are worth a new checkpoint at once; a replica reads as many skills by themselves within a second."""

LONGEST = timedelta(minutes=10)
"""How old a checkpoint may become when anything changed since."""


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """Of one tenant. Versions that the signer's key vouches for go in; others are left for each replica to judge.

    `verify` trusts that key alone.
    """

    catalog: Catalog
    store: PackageStore
    signer: Signer
    verify: Verify
    tenant: str
    now: Callable[[], datetime]

    def write_if_due(self, lease: Callable[[], Lease]) -> bool:
        """Whether one was written. What fails is logged and no reason to fail: replicas do without."""
        try:
            generation = self.catalog.generation(self.tenant)
            if not due(self.catalog.checkpoint(self.tenant), generation, self.now()):
                return False
            self._write(lease)
        except McpSkillsError as error:
            _log.error("no checkpoint was written", tenant=self.tenant, reason=error.message)
        except Exception:  # noqa: BLE001 what was published stands, whatever is wrong with the checkpoint of it
            _log.exception("no checkpoint was written", tenant=self.tenant)
        else:
            return True
        return False

    def _write(self, lease: Callable[[], Lease]) -> None:
        before, last = self._last()
        snapshot = Follower(self.catalog, self.store, self.tenant, self.verify).follow(last.snapshot if last else None)
        start = Start(snapshot, _index(snapshot, last))
        parts = (self.catalog, self.store, self.signer)
        keeping.save(start, *parts, lease=lease, before=before, now=self.now())
        _log.info(
            "checkpoint written",
            tenant=self.tenant,
            generation=snapshot.generation,
            skills=len(snapshot.names),
            left_out=len(snapshot.failed),
        )

    def _last(self) -> tuple[Stated | None, Start | None]:
        """What was written last, to go on from. What of it cannot be trusted or read is made anew."""
        stated: Stated | None = None
        try:
            stated = keeping.newest(self.catalog, self.tenant, self.verify)
            start = keeping.start_of(stated, self.store) if stated else None
            if start is not None:
                # All of it is written again: what cannot be read is found while it can still be made anew.
                list(start.snapshot.skills.values())
        except McpSkillsError as error:
            _log.warning(
                "the last checkpoint is of no use, reading every skill", tenant=self.tenant, reason=error.message
            )
            return stated, None
        return stated, start


def due(last: Checkpoint | None, generation: int, now: datetime) -> bool:
    """Whether enough changed, or anything long enough ago."""
    # One of a later generation is of another catalog, restored from another time, and of no use.
    if last is None or last.generation > generation:
        return generation > 0
    changes = generation - last.generation
    return changes >= LEAST_CHANGES or (changes > 0 and now - last.at >= LONGEST)


def _index(snapshot: Snapshot, last: Start | None) -> SearchIndex:
    """The search over the snapshot, on disk; from the last one if there is one."""
    if last is None or last.index is None:
        return SearchIndex.over(snapshot, on_disk=True)
    return last.index.following(last.snapshot, snapshot)
