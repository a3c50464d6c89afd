"""What moves a skill's pointer, decided from the record alone: catalogs read before and write after."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from mcpskills.audit import Detail
from mcpskills.errors import ConflictError, NotFoundError, PreconditionFailedError
from mcpskills.version import Hold, HoldKind, HoldUntil, SkillRecord, Standing, StandingKind, Version


@dataclass(frozen=True, slots=True)
class Move:
    """What somebody's wish comes to: the hold that there is then, and what the audit trail says of it."""

    hold: Hold | None
    actor: str
    action: str
    detail: Mapping[str, str | int | None]

    def told(self, record: SkillRecord, live: int | None) -> Detail:
        """The detail of the audit entry once it is known what goes live."""
        return {**self.detail, "live": live, "was_live": record.live}


def hold(record: SkillRecord, wish: Hold, version: Version | None) -> Move | None:
    """`version` is the hold's own. None when the same terms hold already. Raises `NotFoundError`, `ConflictError`."""
    if record.deleted:
        raise NotFoundError(f"The skill {record.name!r} was deleted from the registry repository.")
    if wish.kind is not HoldKind.OFFLINE:
        expect_online(record)
    if version is not None:
        expect_good(version)
    if record.hold and _terms(record.hold) == _terms(wish):
        return None
    detail: Detail = {"version": wish.version, "instead_of": wish.instead_of, "reason": wish.reason}
    if wish.kind is HoldKind.PROMOTION and wish.version == record.wanted:
        return None if record.hold is None else Move(None, wish.actor, wish.kind.value, detail)
    kept = replace(wish, beneath=record.hold) if wish.kind is HoldKind.OFFLINE else wish
    return Move(kept, wish.actor, wish.kind.value, detail)


def lift(record: SkillRecord, actor: str, only: Hold | None) -> Move | None:
    """None when there is nothing to lift, or another hold than the one that was meant."""
    if record.hold is None or (only is not None and record.hold != only):
        return None
    return Move(record.hold.beneath, actor, "lift", {})


def stand(record: SkillRecord, version: Version, standing: Standing | None, actor: str) -> Move | None:
    """None when the version stands like that already. Raises `ConflictError`."""
    before = version.standing
    if (before and before.kind) == (standing and standing.kind):
        return None
    if before and before.kind is StandingKind.REVOKED and standing is not None:
        raise ConflictError(
            f"Version {version.number} of {version.skill!r} was revoked already, which is more than yanked."
        )
    detail: Detail = {
        "version": version.number,
        "reason": standing.reason if standing else None,
        "was": before.kind.value if before else None,
    }
    return Move(record.hold, actor, standing.kind.value if standing else "restore", detail)


def meant(record: SkillRecord, hold: Hold | None) -> int | None:
    """The version that is live under the hold unless it stands badly."""
    return record.wanted if hold is None else hold.version


def chosen(number: int, numbers: Iterable[int], bad: Collection[int]) -> int | None:
    """The newest of the numbers that stands well, from the one that is meant downwards."""
    return max((each for each in numbers if each <= number and each not in bad), default=None)


def remaining(hold: Hold | None, version: Version, now: datetime) -> Hold | None:
    """What is left of a hold once the version is there."""
    if hold is None:
        return None
    expired = hold.expires_at is not None and hold.expires_at <= now
    superseded = hold.until is HoldUntil.SUPERSEDED and version.number > (hold.instead_of or 0)
    beneath = remaining(hold.beneath, version, now)
    return beneath if expired or superseded else replace(hold, beneath=beneath)


def expect_online(record: SkillRecord) -> None:
    """Raises `ConflictError` when somebody took the skill offline: another hold would end that unseen."""
    if record.hold is not None and record.hold.kind is HoldKind.OFFLINE:
        raise ConflictError(f"The skill {record.name!r} is offline ({record.hold.reason}): bring it online first.")


def expect_good(version: Version) -> None:
    """Raises `ConflictError` when the version was yanked or revoked."""
    if version.standing is not None:
        raise ConflictError(
            f"Version {version.number} of {version.skill!r} was {version.standing.kind} ({version.standing.reason}): choose "
            "another one, or put it back in good standing first."
        )


def expect(record: SkillRecord | None, seen: SkillRecord | None, name: str) -> None:
    """Raises `PreconditionFailedError` when the record's place is another one than the publisher saw."""
    if _place(record) != _place(seen):
        raise PreconditionFailedError(f"The record of {name!r} changed while its version was built.")


def expect_generation(present: int, wanted: int | None) -> None:
    """Raises `PreconditionFailedError` when the tenant's generation is not the wanted one; any will do for None."""
    if wanted is not None and wanted != present:
        raise PreconditionFailedError(
            f"Expected the generation {wanted}, but it is {present}: look at what is served now, and repeat."
        )


def expect_package(version: Version, digest: str) -> None:
    """Raises `ConflictError` when the version's number belongs to another package, the one of this digest."""
    if digest != version.digest:
        raise ConflictError(
            f"Version {version.number} of {version.skill!r} is {digest} and cannot become {version.digest}."
        )


def published(
    before: SkillRecord | None, version: Version, *, live: int | None, hold: Hold | None, generation: int, now: datetime
) -> SkillRecord:
    """The record once the version is what Git wants. Who sees the skill stays as it was."""
    return SkillRecord(
        name=version.skill,
        path=version.origin.path,
        tree=version.origin.tree,
        live=live,
        wanted=version.number,
        hold=hold,
        deleted=False,
        load_error=None,
        generation=generation,
        updated_at=now,
        groups=before.groups if before else frozenset(),
    )


def _terms(hold: Hold) -> tuple[HoldKind, int | None, HoldUntil, datetime | None]:
    return hold.kind, hold.version, hold.until, hold.expires_at


def _place(record: SkillRecord | None) -> tuple[int, int | None, int | None] | None:
    return (record.generation, record.live, record.wanted) if record else None
