"""The ports: what the domain asks of storage and transport. Each has an embedded and a cloud side.

Docstrings are promises; `tests/contract/` holds every adapter to them. All methods of stores are synchronous: callers on an
event loop run them in a thread. A new adapter is a file in `adapters/` and a row in its contract test.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mcpskills.audit import AuditEntry, Head
from mcpskills.checkpoint import Checkpoint
from mcpskills.events import Event
from mcpskills.proposal import Changed, Proposal, ProposedChange
from mcpskills.version import Hold, Quarantine, SkillRecord, Standing, Version


class PackageStore(Protocol):
    """Immutable package bytes under their digest."""

    def put(self, digest: str, content: bytes) -> None:
        """Keep the content; a second put of the same digest changes nothing. A reader never sees a part of it.

        Raises `CorruptedError` when the content does not have that digest, `UnavailableError` when it cannot be kept.
        """

    def get(self, digest: str) -> bytes:
        """The content, verified. Raises `NotFoundError`, `CorruptedError`, `UnavailableError`."""

    def remove(self, digest: str) -> None:
        """Take away an outdated checkpoint; packages of versions stay for good. What is not there changes nothing.

        Raises `UnavailableError`.
        """


class Signer(Protocol):
    """Signs the provenance of what is published, and checkpoints."""

    @property
    def key_id(self) -> str:
        """Names the public key: `sha256:` and the SHA-256 of its SubjectPublicKeyInfo in hex."""

    @property
    def public_pem(self) -> str:
        """The public key, for those who verify."""

    def sign(self, payload: bytes, payload_type: str) -> str:
        """The DSSE envelope as canonical JSON. Raises `UnavailableError`, `InvalidInputError` for what is too long."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to publish for a tenant; writes carry its `token`.

    The token grows by one whenever the lease is taken that another held before or that had run out, and by nothing else. So
    who finds it grown by more than one knows that another publisher was at work.
    """

    tenant: str
    token: int


@dataclass(frozen=True, slots=True)
class Published:
    """What the publisher has made of Git so far: the last commit that was dealt with whole, and why it is frozen if it is.

    `accepted` is the head of a rewritten history that somebody accepted; there is no `commit` then, until one is dealt with.
    """

    commit: str | None
    frozen: str | None
    skills: Mapping[str, SkillRecord]
    quarantined: Mapping[str, Quarantine]
    """By folder path."""
    accepted: str | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """One skill's step into the catalog: its version, and the record that the publisher saw when it decided."""

    version: Version
    expected: SkillRecord | None


@dataclass(frozen=True, slots=True)
class Changes:
    """The skills that changed since a generation, and the generation that they lead to."""

    generation: int
    skills: frozenset[str]


class Catalog(Protocol):
    """Skills, versions, pointers, holds and quarantine of every tenant; each writing method is one transaction.

    A method that changes what is served raises the tenant's generation by one in that same transaction, records the change
    for `changes_since` and appends an audit entry, chained to the one before. Publisher's methods take its lease and raise
    `LeaseLostError` once it ran out by this process's clock, or another one holds it. Admins' methods take the generation that
    the admin looked at, if any, and raise `PreconditionFailedError` when it is another by now. All raise `UnavailableError` when
    the catalog cannot be reached.

    What is live follows in the same transaction from what Git wants, the hold and the standings: the held version, else the
    wanted one; where that was yanked or revoked, the newest good one below it, else none.
    """

    def acquire_lease(self, tenant: str, holder: str, seconds: float) -> Lease:
        """Take or renew the lease. Raises `LeaseLostError` while another holder's has not run out.

        It has by the clock of whoever asks, or once they saw it for `seconds` and it was not renewed, whatever their clock says.
        """

    def release_lease(self, lease: Lease) -> None:
        """Let the lease run out now, if it is still held."""

    def published(self, tenant: str) -> Published:
        """Everything that a plan is made against."""

    def publish(self, lease: Lease, publication: Publication) -> SkillRecord:
        """Add the version, make it wanted and, unless a hold forbids, live. Clears the path's quarantine.

        A hold that waits to be superseded ends here. A package that is already a version of the skill is promoted
        instead. Raises `ConflictError` when the number is taken by another package, `PreconditionFailedError` when the
        record is not the expected one any more.
        """

    def keep_place(self, lease: Lease, skill: str, path: str, tree: str) -> None:
        """Note that a skill's folder moved or changed in a way that left its package the same; nothing served changes."""

    def tombstone(self, lease: Lease, skill: str, commit: str) -> SkillRecord:
        """Take a skill away whose folder is gone; its version numbers stay taken."""

    def quarantine(self, lease: Lease, quarantine: Quarantine) -> None:
        """Note why a folder may not go live. What its name serves stays as it is; the same reason twice changes nothing."""

    def release(self, lease: Lease, path: str) -> None:
        """Forget the quarantine of a folder that is gone or good."""

    def mark_commit(self, lease: Lease, commit: str) -> None:
        """Note that every skill of the commit was dealt with; a history that was accepted has its beginning then."""

    def freeze(self, lease: Lease, reason: str | None) -> None:
        """Stop publishing with a reason, or go on with None. What is served stays."""

    def put_checkpoint(self, lease: Lease, checkpoint: Checkpoint) -> None:
        """Name the newest checkpoint, in place of the one before; nothing served changes."""

    def checkpoint(self, tenant: str) -> Checkpoint | None:
        """The newest checkpoint, as the publisher wrote it; nothing in it is verified."""

    def frozen(self, tenant: str) -> str | None:
        """Why nothing is published now; None while publishing goes on. Cheap: every listing asks."""

    def generation(self, tenant: str) -> int:
        """The present generation; 0 before the first change. Cheap: replicas ask every second."""

    def changes_since(self, tenant: str, generation: int) -> Changes:
        """The skills that changed after a generation."""

    def skills(self, tenant: str) -> Sequence[SkillRecord]:
        """All records in the order of their names, tombstones left out."""

    def skill(self, tenant: str, name: str) -> SkillRecord:
        """One record, a tombstone as well. Raises `NotFoundError`."""

    def versions(self, tenant: str, name: str) -> Sequence[Version]:
        """All versions of a skill, the newest first; empty for an unknown skill."""

    def version(self, tenant: str, name: str, number: int) -> Version:
        """One version. Raises `NotFoundError`."""

    def quarantined(self, tenant: str, name: str | None = None) -> Sequence[Quarantine]:
        """What may not go live, in the order of paths; with a name, only the folders that claim it."""

    def hold(self, tenant: str, name: str, hold: Hold, if_generation: int | None = None) -> SkillRecord:
        """Move the pointer to the hold's version and keep it there. The same terms twice change nothing more.

        An offline hold keeps the hold that it covers in `beneath`; every other hold takes the place of the one before, unless
        that is an offline one. A promotion of the version that Git wants ends all holds instead. Raises `NotFoundError` for an
        unknown skill or version, `ConflictError` for a version that was yanked or revoked, and for a skill that is offline.
        """

    def accept_history(self, tenant: str, commit: str, *, reason: str, actor: str) -> bool:
        """Forget the published commit and the freeze, so that publishing goes on from this head and its descendants.

        What is served stays, and so do all versions. False when this head was accepted already and nothing was published or
        frozen since. Raises `ConflictError` while publishing is not frozen.
        """

    def stand(
        self,
        tenant: str,
        name: str,
        number: int,
        standing: Standing | None,
        *,
        actor: str,
        if_generation: int | None = None,
    ) -> SkillRecord:
        """Yank or revoke a version, or put it back in good standing with None. The same kind twice changes nothing more.

        Works for a deleted skill as well. Raises `NotFoundError` for an unknown version, `ConflictError` for yanking what was
        revoked.
        """

    def standings(self, tenant: str, name: str) -> Mapping[int, Standing]:
        """The versions of a skill that are not in good standing, by number."""

    def lift(
        self, tenant: str, name: str, actor: str, only: Hold | None = None, if_generation: int | None = None
    ) -> SkillRecord:
        """End the hold: the pointer goes to the one beneath it, else to the wanted version. Without a hold nothing changes.

        With `only`, nothing changes either when another hold is in force by now.
        """

    def audit(self, tenant: str, limit: int) -> Sequence[AuditEntry]:
        """The newest entries first."""

    def audit_after(self, tenant: str, sequence: int, limit: int) -> Sequence[AuditEntry]:
        """The entries that follow the one of this sequence, the oldest first."""

    def audit_head(self, tenant: str) -> Head:
        """Where the trail ends, kept apart from it."""


class Signals(Protocol):
    """Hints between processes. They may be lost or doubled: every listener polls as well."""

    def send(self, event: Event) -> None:
        """Tell all who listen now. Never blocks, never raises; may be called from any thread."""

    def listen(self) -> AbstractAsyncContextManager[AsyncIterator[Event]]:
        """Hear the events sent from now on; `EventsMissed` stands for those that were lost with a connection.

        Listening begins, and goes on, while no server can be reached.
        """


REPORT_SECONDS = 10.0
"""How long what a replica said of itself counts. It says so again several times within them."""


class Replicas(Protocol):
    """Which generation each replica says that it serves. For people and reports alone: nothing that is served depends on it."""

    def report(self, tenant: str, replica: str, generation: int) -> None:
        """Say what a replica serves; forgotten after some seconds unless it is said again. Raises `UnavailableError`."""

    def serving(self, tenant: str) -> Mapping[str, int]:
        """The generations of the tenant's replicas that spoke lately, by replica. Raises `UnavailableError`."""


REPEAT_SECONDS = 3 * 24 * 60 * 60
"""How long a queue of deliveries knows an id. GitHub lets a delivery be sent again within three days, with the same id."""

ATTEMPTS = 5
"""How often a delivery is handed out before it is set aside."""

MOST_DELIVERIES = 1000
"""About how many deliveries wait at most. Beyond it the oldest are dropped: whoever acts on a newer one has acted on them."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A hint from a forge that the registry repository has changed. `id` is the sender's, and the same when it is sent again."""

    id: str
    reason: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class TakenDelivery:
    """A delivery in the hands of a consumer. `receipt` names it within the queue; `attempt` counts from 1."""

    receipt: str
    delivery: Delivery
    attempt: int


class Deliveries(Protocol):
    """The queue of a tenant's webhook deliveries; what it has taken in outlives every process. All raise `UnavailableError`.

    Each delivery goes to one consumer. If that one has not acknowledged it when the queue's `idle` seconds are over, because
    it died or hangs, it goes to the next that asks. One that was handed out `ATTEMPTS` times in vain, or that cannot be read, is
    set aside with an error in the log.
    """

    def enqueue(self, delivery: Delivery) -> bool:
        """Keep it, unless its id was kept within `REPEAT_SECONDS`: then False. One atomic step, durable on return."""

    def take(self, consumer: str, seconds: float) -> TakenDelivery | None:
        """The delivery that has waited longest, as soon as there is one; None when there is none within the time."""

    def acknowledge(self, taken: TakenDelivery) -> None:
        """It is dealt with and comes no more. Twice is the same as once, also when another consumer took it meanwhile."""


class Forge(Protocol):
    """Where proposals live: the only way by which content comes in.

    Every method raises `UnavailableError` when the forge cannot be reached or refuses us, and those that name a proposal
    `NotFoundError` when there is none of that id. `by` says who decided, in one line.
    """

    def propose(self, change: ProposedChange) -> Proposal:
        """Open a proposal against the tracked branch. Raises `ConflictError` when it would change nothing."""

    def standing(self, change: ProposedChange) -> Proposal | None:
        """The open proposal that makes exactly this change, whoever opened it and however it is called; None without one."""

    def proposals(self) -> Sequence[Proposal]:
        """The open proposals, the newest first, with or without their approvals."""

    def proposal(self, which: str) -> Proposal:
        """One proposal, whatever became of it."""

    def changed(self, which: str) -> Changed:
        """What the proposal's head changes since it parted from the tracked branch."""

    def approve(self, which: str, head: str, by: str, comment: str = "") -> Proposal:
        """Say yes to the proposal's head; a second yes of the same person changes nothing, and its author's does not count.

        Raises `PreconditionFailedError` when the head is another one by now, `ConflictError` when it is not open or the forge
        takes no approval from here.
        """

    def merge(self, which: str, head: str, by: str) -> Proposal:
        """Bring exactly this head into the tracked branch.

        Raises `PreconditionFailedError` when the proposal's head is another one by now, or the tracked branch does not hold
        still, and `ConflictError` when it is not open, lacks an approval that the registry asks for, or does not merge cleanly.
        """

    def close(self, which: str, by: str, comment: str = "") -> Proposal:
        """End a proposal without merging it. Raises `ConflictError` when it is merged; a closed one stays as it is."""

    def file(self, path: str, at: str | None = None) -> bytes | None:
        """A file of the tracked branch, or of the commit `at` that `changed` told; None when there is none.

        Raises `TooLargeError` above `folder.READ_LIMIT`, and `InvalidInputError` for a link.
        """


class CommitReports(Protocol):
    """Where a forge shows people what became of a commit. One caller at a time, one report after the other.

    Nothing depends on a report: whoever publishes logs what fails here and goes on. Every method raises `McpSkillsError`: the
    forge cannot be reached, refuses, or holds another repository under this name by now.
    """

    def publishing(self, commit: str) -> None:
        """The commit was seen."""

    def live(self, commit: str, replicas: int, of: int, seconds: float | None) -> None:
        """Everything of the commit is served by so many of the known replicas, so long after it was heard of, where known.

        Of 0 replicas: it is published, and none has said what it serves. May be said again when more of them follow.
        """

    def refused(self, commit: str, refused: Sequence[Quarantine]) -> None:
        """Some folders of the commit may not go live; what they served before stays. The others are live."""

    def failed(self, commit: str, reason: str) -> None:
        """Nothing of the commit can be published now."""

    def settled(self, commit: str) -> bool:
        """Whether it is shown already what became of the commit."""
