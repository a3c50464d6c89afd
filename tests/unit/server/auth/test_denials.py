"""How denied attempts are noted: a flood of them floods no trail, and none goes unsaid."""

import asyncio

import pytest

from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills.adapters.sqlite.principals import SqlitePrincipals
from mcpskills_server.auth.denials import OF_ALL, OF_SOURCE, Denials
from mcpskills_server.auth.sums import MOST_SUMS
from mcpskills_server.telemetry.tally import Tally


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def principals(tmp_path):
    kept = SqlitePrincipals(tmp_path / "catalog.sqlite")
    yield kept
    kept.close()


def a_scope(address: str):
    return {"type": "http", "method": "GET", "path": "/admin/keys", "client": (address, 1), "headers": []}


def attempt(denials: Denials, address: str, times: int = 1) -> None:
    for _ in range(times):
        denials.deny(a_scope(address), "grace", 403, "It takes more.")


def guess(denials: Denials, address: str, times: int = 1) -> None:
    for _ in range(times):
        denials.deny(a_scope(address), None, 401, "Say who calls.")


async def until_noted(denials: Denials) -> None:
    """Let it note all that was attempted, as a process does that stops."""
    noting = asyncio.create_task(denials.note())
    await asyncio.sleep(0)
    noting.cancel()
    await asyncio.wait([noting])


def trail(tmp_path) -> list[tuple[str, dict]]:
    catalog = SqliteCatalog(tmp_path / "catalog.sqlite")
    entries = [(entry.actor, dict(entry.detail)) for entry in catalog.audit_after("default", 0, 1000)]
    catalog.close()
    return entries


def test_a_source_has_so_many_a_minute_and_others_have_theirs(principals):
    tally, clock = Tally(), Clock()
    denials = Denials(principals, "default", tally, clock)

    attempt(denials, "192.0.2.7", OF_SOURCE + 5)
    attempt(denials, "192.0.2.8")

    assert (tally.denials_noted, tally.denials_summed) == (OF_SOURCE + 1, 5)


def test_room_comes_back_within_a_minute(principals):
    tally, clock = Tally(), Clock()
    denials = Denials(principals, "default", tally, clock)
    attempt(denials, "192.0.2.7", OF_SOURCE + 1)

    clock.now = 60.0
    attempt(denials, "192.0.2.7", OF_SOURCE + 1)

    assert (tally.denials_noted, tally.denials_summed) == (2 * OF_SOURCE, 2)


def test_many_sources_together_have_so_many_as_well(principals):
    tally, clock = Tally(), Clock()
    denials = Denials(principals, "default", tally, clock)

    for number in range(OF_ALL + 20):
        attempt(denials, f"192.0.2.{number}")

    assert (tally.denials_noted, tally.denials_summed) == (OF_ALL, 20)


def test_what_there_is_no_room_for_is_one_entry(principals, tmp_path):
    denials = Denials(principals, "default", Tally(), Clock())

    attempt(denials, "192.0.2.7", OF_SOURCE + 37)
    asyncio.run(until_noted(denials))

    *each, summed = trail(tmp_path)
    said = {"source": "192.0.2.7", "what": "GET /admin/keys", "status": 403, "reason": "It takes more."}
    assert len(each) == OF_SOURCE
    assert summed == ("grace", {**said, "attempts": 37})


def test_attempts_of_nobody_known_are_one_entry_for_each_source(principals, tmp_path):
    denials = Denials(principals, "default", Tally(), Clock())

    guess(denials, "192.0.2.7", 1000)
    guess(denials, "2001:db8::1")
    guess(denials, "2001:db8::2")
    asyncio.run(until_noted(denials))

    told = [(actor, detail["source"], detail["attempts"], detail["status"]) for actor, detail in trail(tmp_path)]
    assert told == [("unknown", "192.0.2.7", 1000, 401), ("unknown", "2001:db8::/64", 2, 401)]


def test_who_only_asks_too_much_is_one_entry(principals, tmp_path):
    denials = Denials(principals, "default", Tally(), Clock())

    for _ in range(3):
        denials.deny(a_scope("192.0.2.7"), "grace", 429, "100 requests per minute")
    asyncio.run(until_noted(denials))

    [(actor, detail)] = trail(tmp_path)
    assert (actor, detail["attempts"], detail["status"]) == ("grace", 3, 429)


def test_attempts_from_more_sources_than_there_are_sums_are_counted_in_one(principals, tmp_path):
    denials = Denials(principals, "default", Tally(), Clock())

    for number in range(MOST_SUMS + 80):
        guess(denials, f"192.0.2.{number}")
    asyncio.run(until_noted(denials))

    found = trail(tmp_path)
    assert len(found) == MOST_SUMS + 1
    assert found[-1] == ("others", {"attempts": 80})


def test_sums_are_written_down_once_their_minute_is_over(principals, tmp_path):
    async def story() -> tuple[int, int]:
        clock = Clock()
        denials = Denials(principals, "default", Tally(), clock)
        noting = asyncio.create_task(denials.note())
        guess(denials, "192.0.2.7", 5)
        await asyncio.sleep(0)
        before = len(trail(tmp_path))
        clock.now = 60.0
        # One that is noted by itself has it look at the clock.
        attempt(denials, "192.0.2.8")
        async with asyncio.timeout(30):
            while len(trail(tmp_path)) < 2:
                await asyncio.sleep(0.01)
        noting.cancel()
        return before, len(trail(tmp_path))

    assert asyncio.run(story()) == (0, 2)
