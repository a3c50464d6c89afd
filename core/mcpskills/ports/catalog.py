"""The catalog: what is served and why, and the trail of how it came to be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from mcpskills.audit import Actor, AuditEntry, Head
from mcpskills.checkpoint import Checkpoint
from mcpskills.restricting import Restriction
from mcpskills.version import Hold, Quarantine, SkillRecord, Standing, Status, Version


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to publish for a tenant; writes carry its `token`. `holder` is who has it, as the audit trail says it.

    The token grows by one whenever the lease is taken that another held before or that had run out, and by nothing else. So
    who finds it grown by more than one knows that another publisher was at work.
    """

    tenant: str
    token: int
    holder: str

    @property
    def by(self) -> Actor:
        """The publisher, as the audit trail has it."""
        return Actor("publisher", source=self.holder)


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
    for `changes_since` and appends an audit entry, chained to the one before, that says who did it and what was before.
    Publisher's methods take its lease and raise
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
        """Everything that a plan is made against, tombstones as well."""

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
        """Forget the quarantine of a folder that is gone or good; the trail tells of one that there was."""

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

    def commit(self, tenant: str) -> str | None:
        """The last commit that was dealt with whole; None before the first, and after a history was accepted. Cheap."""

    def generation(self, tenant: str) -> int:
        """The present generation; 0 before the first change. Cheap: replicas ask every second."""

    def changes_since(self, tenant: str, generation: int) -> Changes:
        """The skills that changed after a generation."""

    def skills(self, tenant: str, status: Status | None = None) -> Sequence[SkillRecord]:
        """All records in the order of their names, tombstones left out; with a status, only those that have it.

        With a status, a record whose status changed in the last moments may be missing: for people who look.
        """

    def skill(self, tenant: str, name: str) -> SkillRecord:
        """One record, a tombstone as well. Raises `NotFoundError`."""

    def versions(self, tenant: str, name: str) -> Sequence[Version]:
        """All versions of a skill, the newest first; empty for an unknown skill."""

    def version(self, tenant: str, name: str, number: int) -> Version:
        """One version. Raises `NotFoundError`."""

    def quarantined(self, tenant: str, name: str | None = None) -> Sequence[Quarantine]:
        """What may not go live, in the order of paths; with a name, only the folders that claim it."""

    def hold(self, tenant: str, name: str, hold: Hold, by: Actor, if_generation: int | None = None) -> SkillRecord:
        """Move the pointer to the hold's version and keep it there. The same terms twice change nothing more.

        An offline hold keeps the hold that it covers in `beneath`; every other hold takes the place of the one before, unless
        that is an offline one. A promotion of the version that Git wants ends all holds instead. Raises `NotFoundError` for an
        unknown skill or version, `ConflictError` for a version that was yanked or revoked, and for a skill that is offline.
        """

    def accept_history(self, tenant: str, commit: str, *, reason: str, by: Actor) -> bool:
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
        by: Actor,
        if_generation: int | None = None,
    ) -> SkillRecord:
        """Yank or revoke a version, or put it back in good standing with None. The same kind twice changes nothing more.

        Works for a deleted skill as well. Raises `NotFoundError` for an unknown version, `ConflictError` for yanking what was
        revoked.
        """

    def standings(self, tenant: str, name: str) -> Mapping[int, Standing]:
        """The versions of a skill that are not in good standing, by number."""

    def restrict(
        self, tenant: str, name: str, restriction: Restriction, *, if_generation: int | None = None
    ) -> SkillRecord:
        """Have only these groups see the skill of this name, or everybody. The same groups twice change nothing more.

        It holds for all versions, whatever becomes of the skill, and for a name that no skill has yet: its record is a tombstone
        until one is published.
        """

    def lift(
        self, tenant: str, name: str, by: Actor, only: Hold | None = None, if_generation: int | None = None
    ) -> SkillRecord:
        """End the hold: the pointer goes to the one beneath it, else to the wanted version. Without a hold nothing changes.

        With `only`, nothing changes either when another hold is in force by now.
        """

    def audit(self, tenant: str, limit: int) -> Sequence[AuditEntry]:
        """The newest entries first."""

    def audit_after(self, tenant: str, sequence: int, limit: int) -> Sequence[AuditEntry]:
        """The entries that follow the one of this sequence, the oldest first."""

    def releases(self, tenant: str, first: int, last: int) -> Sequence[AuditEntry]:
        """Of each generation from `first` to `last` the entry of the change that raised it, the newest first.

        Costs what it gives, however long the trail is.
        """

    def audit_head(self, tenant: str) -> Head:
        """Where the trail ends, kept apart from it."""
