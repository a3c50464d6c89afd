"""Which version a rollback goes to, and the hold that it places. Pure decisions."""

from collections.abc import Sequence
from datetime import datetime

from mcpskills.errors import ConflictError, InvalidInputError, NotFoundError
from mcpskills.version import Hold, HoldKind, SkillRecord, Version
from mcpskills_server.admin.change_models import RollbackRequest


def target(record: SkillRecord, versions: Sequence[Version], number: int | None) -> Version:
    """The numbered version, or the one before the live version. Raises `NotFoundError`, `ConflictError`."""
    if number is not None:
        return _numbered(record, versions, number)
    if record.live is None:
        raise ConflictError(f"Nothing is live of {record.name!r}, so no version comes before it: say which version.")
    earlier = [version for version in versions if version.number < record.live and version.standing is None]
    if not earlier:
        raise ConflictError(
            f"Version {record.live} of {record.name!r} is the first one that is good; there is none before it."
        )
    return max(earlier, key=lambda version: version.number)


def is_held(record: SkillRecord, version: Version, request: RollbackRequest) -> bool:
    """Whether a rollback to the version, with the same end, is in force already.

    Raises `ConflictError` when the version is live for another reason.
    """
    hold = record.hold
    if hold and hold.kind is HoldKind.ROLLBACK and hold.version == version.number:
        return (hold.until, hold.expires_at) == (request.until, request.expires_at)
    if record.live == version.number:
        raise ConflictError(f"Version {version.number} of {record.name!r} is live already; say another version.")
    return False


def hold(record: SkillRecord, version: Version, request: RollbackRequest, *, actor: str, now: datetime) -> Hold:
    """The hold at the version. Raises `InvalidInputError` when it would have ended already."""
    if request.expires_at is not None and request.expires_at <= now:
        raise InvalidInputError(f"expires_at must lie in the future, got {request.expires_at.isoformat()}.")
    return Hold(
        kind=HoldKind.ROLLBACK,
        version=version.number,
        instead_of=_bad(record),
        reason=request.reason,
        actor=actor,
        until=request.until,
        created_at=now,
        expires_at=request.expires_at,
    )


def _bad(record: SkillRecord) -> int | None:
    """What was live before any hold. A second step back keeps pointing at it: only content newer than that may end the hold."""
    return record.live if record.hold is None else record.hold.instead_of


def _numbered(record: SkillRecord, versions: Sequence[Version], number: int) -> Version:
    for version in versions:
        if version.number == number:
            return version
    newest = max((version.number for version in versions), default=0)
    raise NotFoundError(f"The skill {record.name!r} has no version {number}; its newest is {newest}.")
