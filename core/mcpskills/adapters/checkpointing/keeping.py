"""Keeping checkpoints: the object in the package store, who vouches for it in the catalog."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from mcpskills import checkpoint, package
from mcpskills.adapters.checkpointing import wire
from mcpskills.adapters.checkpointing.wire import Index
from mcpskills.adapters.search.index import SearchIndex
from mcpskills.adapters.search.schema import FORMAT
from mcpskills.checkpoint import PAYLOAD_TYPE, Checkpoint, Stated
from mcpskills.errors import CorruptedError, UnavailableError
from mcpskills.ports import Catalog, Lease, PackageStore, Signer
from mcpskills.printable import printable
from mcpskills.snapshot import Snapshot
from mcpskills.trust import Verify

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Start:
    """What a checkpoint gives: what was served at its generation, and the search over it; None if it has to be built."""

    snapshot: Snapshot
    index: SearchIndex | None


def load(catalog: Catalog, store: PackageStore, tenant: str, verify: Verify) -> Start | None:
    """What the newest checkpoint gives; None when there is none.

    Raises `CorruptedError` and `NotFoundError` when it cannot be used, `UnavailableError` when it cannot be read now.
    """
    stated = newest(catalog, tenant, verify)
    return None if stated is None else start_of(stated, store)


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


def start_of(stated: Stated, store: PackageStore) -> Start:
    """Raises as `load` does."""
    content = store.get(stated.digest)
    snapshot, index = wire.decode(content, stated.tenant, stated.generation, datetime.now(UTC))
    return Start(snapshot, None if index is None else _opened(index))


def save(
    start: Start,
    catalog: Catalog,
    store: PackageStore,
    signer: Signer,
    *,
    lease: Callable[[], Lease],
    before: Stated | None,
    now: datetime,
) -> None:
    """Keep a checkpoint, with the search if it is there and on disk, in place of the one before.

    The object of the one before stays for replicas that are reading it; the object before that is removed.
    Raises `LeaseLostError`, `UnavailableError`.
    """
    snapshot = start.snapshot
    content = wire.encode(snapshot, None if start.index is None else Index(FORMAT, start.index.pack()))
    digest = package.digest(content)
    stated = Stated(snapshot.tenant, snapshot.generation, digest, before.digest if before else None)
    envelope = signer.sign(checkpoint.statement(stated), PAYLOAD_TYPE)
    store.put(digest, content)
    catalog.put_checkpoint(lease(), Checkpoint(snapshot.generation, envelope, now))
    if before is not None and before.previous not in {None, stated.digest, stated.previous}:
        store.remove(before.previous)


def _opened(index: Index) -> SearchIndex | None:
    """None where it is of another release, or there is no place for it: it can always be built."""
    try:
        if index.format == FORMAT:
            return SearchIndex.unpack(index.files)
        reason = f"its format is {printable(index.format, 80)}, and this program reads {FORMAT}"
    except (CorruptedError, UnavailableError) as error:
        reason = error.message
    _log.warning("the index of a checkpoint is of no use, building another", reason=reason)
    return None
