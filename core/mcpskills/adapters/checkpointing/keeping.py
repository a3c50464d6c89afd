"""Keeping checkpoints: the object in the package store, who vouches for it in the catalog."""

from collections.abc import Callable
from datetime import UTC, datetime

from mcpskills import checkpoint, package
from mcpskills.adapters.checkpointing import wire
from mcpskills.checkpoint import PAYLOAD_TYPE, Checkpoint, Stated
from mcpskills.errors import CorruptedError
from mcpskills.ports import Catalog, Lease, PackageStore, Signer
from mcpskills.snapshot import Snapshot
from mcpskills.trust import Verify


def load(catalog: Catalog, store: PackageStore, tenant: str, verify: Verify) -> Snapshot | None:
    """The snapshot of the newest checkpoint; None when there is none.

    Raises `CorruptedError` and `NotFoundError` when it cannot be used, `UnavailableError` when it cannot be read now.
    """
    stated = newest(catalog, tenant, verify)
    return None if stated is None else snapshot_of(stated, store)


def newest(catalog: Catalog, tenant: str, verify: Verify) -> Stated | None:
    """What is signed of the newest checkpoint; raises as `load` does."""
    kept = catalog.checkpoint(tenant)
    if kept is None:
        return None
    stated = checkpoint.read(verify(kept.envelope, PAYLOAD_TYPE), tenant)
    present = catalog.generation(tenant)
    if stated.generation > present:
        raise CorruptedError(
            f"A checkpoint is of the generation {stated.generation}, and the catalog is only at {present}: one of them was "
            "restored from another time."
        )
    return stated


def snapshot_of(stated: Stated, store: PackageStore) -> Snapshot:
    """Raises as `load` does."""
    return wire.decode(store.get(stated.digest), stated.tenant, stated.generation, datetime.now(UTC))


def save(
    snapshot: Snapshot,
    catalog: Catalog,
    store: PackageStore,
    signer: Signer,
    *,
    lease: Callable[[], Lease],
    before: Stated | None,
    now: datetime,
) -> None:
    """Keep a checkpoint of the snapshot in place of the one before, whose object stays for replicas that are reading it.

    The object before that one is removed. Raises `LeaseLostError`, `UnavailableError`.
    """
    content = wire.encode(snapshot)
    digest = package.digest(content)
    stated = Stated(snapshot.tenant, snapshot.generation, digest, before.digest if before else None)
    envelope = signer.sign(checkpoint.statement(stated), PAYLOAD_TYPE)
    store.put(digest, content)
    catalog.put_checkpoint(lease(), Checkpoint(snapshot.generation, envelope, now))
    if before is not None and before.previous not in {None, stated.digest, stated.previous}:
        store.remove(before.previous)
