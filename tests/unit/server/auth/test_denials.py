"""How many denied attempts are noted: a flood of them floods no trail."""

import pytest

from mcpskills.adapters.sqlite.principals import SqlitePrincipals
from mcpskills_server.auth.denials import OF_ALL, OF_SOURCE, Denials
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


def test_a_source_has_so_many_a_minute_and_others_have_theirs(principals):
    tally, clock = Tally(), Clock()
    denials = Denials(principals, "default", tally, clock)

    attempt(denials, "192.0.2.7", OF_SOURCE + 5)
    attempt(denials, "192.0.2.8")

    assert (tally.denials_noted, tally.denials_dropped) == (OF_SOURCE + 1, 5)


def test_room_comes_back_within_a_minute(principals):
    tally, clock = Tally(), Clock()
    denials = Denials(principals, "default", tally, clock)
    attempt(denials, "192.0.2.7", OF_SOURCE + 1)

    clock.now = 60.0
    attempt(denials, "192.0.2.7", OF_SOURCE + 1)

    assert (tally.denials_noted, tally.denials_dropped) == (2 * OF_SOURCE, 2)


def test_many_sources_together_have_so_many_as_well(principals):
    tally, clock = Tally(), Clock()
    denials = Denials(principals, "default", tally, clock)

    for number in range(OF_ALL + 20):
        attempt(denials, f"192.0.2.{number}")

    assert (tally.denials_noted, tally.denials_dropped) == (OF_ALL, 20)
