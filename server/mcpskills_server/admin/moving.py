"""Moves of a pointer that name no version: what goes live by them is looked at first, as replicas will. These functions block."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from mcpskills import pointing
from mcpskills.audit import Actor
from mcpskills.version import Hold, HoldKind, SkillRecord, Standing, StandingKind
from mcpskills_server.admin import lookup, unchanged, vouched
from mcpskills_server.admin.parts import Admin


@dataclass(frozen=True, slots=True)
class Moved:
    """A skill's record before and after."""

    before: SkillRecord
    after: SkillRecord


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
