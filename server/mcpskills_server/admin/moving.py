"""Moves of a pointer: what goes live by them is looked at first, as replicas will. These functions block.

None tells anybody: a caller who made the move on the catalog itself does.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from mcpskills import pointing
from mcpskills.audit import Actor
from mcpskills.folder import Entry
from mcpskills.version import Hold, HoldKind, HoldUntil, SkillRecord, Standing, StandingKind, Version
from mcpskills_server.admin import lookup, rollback, unchanged, vouched
from mcpskills_server.admin.change_models import PromoteRequest, RollbackRequest
from mcpskills_server.admin.parts import Admin


@dataclass(frozen=True, slots=True)
class Moved:
    """A skill's record before and after."""

    before: SkillRecord
    after: SkillRecord


@dataclass(frozen=True, slots=True)
class MovedBack(Moved):
    """A rollback: the version that is served now, and its files, for Git."""

    version: Version
    files: Mapping[str, Entry]


def take_offline(admin: Admin, name: str, reason: str, *, by: Actor, if_match: int | None) -> Moved:
    """Hold the skill at nothing."""
    record = lookup.record(admin, name)
    hold = _hold(admin, record, HoldKind.OFFLINE, None, reason=reason, by=by)
    return Moved(record, admin.catalog.hold(admin.tenant, name, hold, by, if_match))


def promote(admin: Admin, name: str, wanted: PromoteRequest, *, by: Actor, if_match: int | None) -> Moved:
    """Hold the skill at a version. Raises what `vouched.content` does for it."""
    _expect(admin, if_match)
    record = lookup.record(admin, name)
    pointing.expect_online(record)
    version = admin.catalog.version(admin.tenant, name, wanted.version)
    pointing.expect_good(version)
    vouched.content(admin, version)
    hold = _hold(admin, record, HoldKind.PROMOTION, wanted.version, reason=wanted.reason, by=by)
    return Moved(record, admin.catalog.hold(admin.tenant, name, hold, by, if_match))


def roll_back(admin: Admin, name: str, wanted: RollbackRequest, *, by: Actor, if_match: int | None) -> MovedBack:
    """Hold the skill at an older version. Raises what `vouched.content` does for it."""
    _expect(admin, if_match)
    record = lookup.record(admin, name)
    pointing.expect_online(record)
    version = rollback.target(record, admin.catalog.versions(admin.tenant, name), wanted.version)
    pointing.expect_good(version)
    held = rollback.is_held(record, version, wanted)
    # Before anything moves: what replicas would refuse could not be served, and Git must not be asked for it.
    files = vouched.content(admin, version)
    now = record
    if not held:
        hold = rollback.hold(record, version, wanted, actor=by.name, now=admin.now())
        now = admin.catalog.hold(admin.tenant, name, hold, by, if_match)
    return MovedBack(record, now, version, files)


def lift(admin: Admin, name: str, by: Actor, if_match: int | None) -> Moved:
    """End the hold, if there is one. Raises what `vouched.content` does for the version that would go live."""
    return _lift(admin, name, by, if_match, lambda _: True)


def bring_online(admin: Admin, name: str, by: Actor, if_match: int | None) -> Moved:
    """End the hold if it took the skill offline. Raises as `lift` does."""
    return _lift(admin, name, by, if_match, lambda hold: hold.kind is HoldKind.OFFLINE)


def stand(admin: Admin, name: str, number: int, standing: Standing | None, *, by: Actor, if_match: int | None) -> Moved:
    """Decide about a version. Raises as `lift` does, but for a revocation: bytes that must go do not wait for others."""
    seen: set[int] = set()

    def attempt(generation: int) -> Moved:
        before = admin.catalog.skill(admin.tenant, name)
        if standing is None or standing.kind is not StandingKind.REVOKED:
            bad = set(admin.catalog.standings(admin.tenant, name)) - {number}
            _expect_served(admin, before, before.hold, bad if standing is None else bad | {number}, seen)
        after = admin.catalog.stand(admin.tenant, name, number, standing, by=by, if_generation=generation)
        return Moved(before, after)

    return _at_one_generation(admin, if_match, attempt)


def _expect(admin: Admin, if_match: int | None) -> None:
    """Raises `PreconditionFailedError` for another generation, also where nothing would change; the catalog asks once more."""
    if if_match is not None:
        pointing.expect_generation(admin.catalog.generation(admin.tenant), if_match)


def _hold(admin: Admin, record: SkillRecord, kind: HoldKind, version: int | None, *, reason: str, by: Actor) -> Hold:
    return Hold(
        kind=kind,
        version=version,
        instead_of=record.live,
        reason=reason,
        actor=by.name,
        until=HoldUntil.LIFTED,
        created_at=admin.now(),
        expires_at=None,
    )


def _lift(admin: Admin, name: str, by: Actor, if_match: int | None, concerns: Callable[[Hold], bool]) -> Moved:
    seen: set[int] = set()

    def attempt(generation: int) -> Moved:
        before = lookup.record(admin, name)
        if before.hold is None or not concerns(before.hold):
            return Moved(before, before)
        bad = admin.catalog.standings(admin.tenant, name).keys()
        _expect_served(admin, before, before.hold.beneath, bad, seen)
        after = admin.catalog.lift(admin.tenant, name, by, before.hold, generation)
        return Moved(before, after)

    return _at_one_generation(admin, if_match, attempt)


def _at_one_generation(admin: Admin, if_match: int | None, attempt: Callable[[int], Moved]) -> Moved:
    """What was looked at is what moves."""
    return unchanged.at_one(
        lambda: admin.catalog.generation(admin.tenant), pointing.expect_generation, if_match, attempt
    )


def _expect_served(admin: Admin, record: SkillRecord, hold: Hold | None, bad: Collection[int], seen: set[int]) -> None:
    """Raises what `vouched.content` does for what is live under the hold and is not now; `seen` is not looked at again."""
    number = _live(admin, record, hold, bad)
    if number is None or number == record.live or number in seen:
        return
    vouched.content(admin, admin.catalog.version(admin.tenant, record.name, number))
    seen.add(number)


def _live(admin: Admin, record: SkillRecord, hold: Hold | None, bad: Collection[int]) -> int | None:
    if record.deleted:
        return None
    number = pointing.meant(record, hold)
    if number is None or number not in bad:
        # Most moves: the other versions cost no read.
        return number
    return pointing.chosen(number, (each.number for each in admin.catalog.versions(admin.tenant, record.name)), bad)
