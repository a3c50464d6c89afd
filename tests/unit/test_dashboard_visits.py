"""Visits by API key: how they begin, are remembered, and end."""

import weakref

import pytest
from pydantic import SecretStr

from mcpskills_dashboard.visits import IDLE_SECONDS, MOST, MOST_OF_ONE, TICKET_SECONDS, WHOLE_SECONDS, Visits

KEY = SecretStr("oms_key")
ADA, GRACE = ("default", "oidc:ada"), ("default", "oidc:grace")
HALF_A_REST = IDLE_SECONDS / 2


class Clock:
    at = 0.0

    def __call__(self) -> float:
        return self.at

    def goes_on(self, seconds: float) -> None:
        self.at += seconds


def used_later(visits: Visits, clock: Clock, visit: str) -> SecretStr | None:
    clock.goes_on(HALF_A_REST)
    return visits.key(visit)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def visits(clock) -> Visits:
    return Visits(clock)


def test_a_ticket_is_good_once(visits):
    visit = visits.begin(KEY, ADA)
    ticket = visits.ticket(visit)

    assert visits.redeem(ticket) == visit
    assert visits.redeem(ticket) is None
    assert visits.ticket(visit) is None


def test_a_ticket_is_good_for_a_minute(visits, clock):
    visit = visits.begin(KEY, ADA)
    ticket = visits.ticket(visit)

    clock.goes_on(TICKET_SECONDS + 1)

    assert visits.redeem(ticket) is None
    assert visits.ticket(visit) is None


@pytest.mark.parametrize("guess", ["", "None", "oms_key"])
def test_what_is_no_ticket_and_no_id_is_nobodys(visits, guess):
    visits.redeem(visits.ticket(visits.begin(KEY, ADA)))

    assert visits.redeem(guess) is None
    assert visits.key(guess) is None


def test_the_id_is_not_its_ticket_and_each_visit_has_another(visits):
    visits_of_one = {visits.begin(KEY, ADA) for _ in range(5)}

    assert len(visits_of_one) == 5
    assert visits_of_one.isdisjoint(map(visits.ticket, visits_of_one))


def test_a_visit_that_was_ended_is_over_and_its_ticket_with_it(visits):
    visit = visits.begin(KEY, ADA)
    ticket = visits.ticket(visit)

    visits.end(visit)

    assert visits.key(visit) is None
    assert visits.redeem(ticket) is None


def test_a_visit_that_nobody_uses_ends(visits, clock):
    used, left = visits.begin(KEY, ADA), visits.begin(KEY, ADA)

    clock.goes_on(IDLE_SECONDS - 1)
    visits.key(used)
    clock.goes_on(2)

    assert visits.key(used) == KEY
    assert visits.key(left) is None


def test_no_visit_lasts_for_good_however_much_it_is_used(visits, clock):
    visit = visits.begin(KEY, ADA)

    found = [used_later(visits, clock, visit) for _ in range(int(WHOLE_SECONDS / HALF_A_REST))]

    assert found == [KEY] * len(found)
    assert used_later(visits, clock, visit) is None


def test_a_visit_that_is_over_keeps_no_key_in_memory_though_nobody_comes(visits, clock):
    key = SecretStr("oms_left")
    visits.begin(key, ADA)
    in_memory = weakref.ref(key)
    del key

    visits.sweep()
    assert in_memory() is not None
    clock.goes_on(IDLE_SECONDS + 1)
    visits.sweep()

    assert in_memory() is None


def test_who_signs_in_again_and_again_with_new_tokens_ends_visits_of_their_own_alone(visits):
    other = visits.begin(KEY, GRACE)
    mine = [visits.begin(SecretStr(f"token {number}"), ADA) for number in range(MOST_OF_ONE + 1)]

    assert visits.key(mine[0]) is None
    assert visits.key(mine[1]) is not None
    assert visits.key(other) == KEY


def test_where_there_is_no_more_room_whoever_has_most_visits_gives_way(visits):
    longest_unused = visits.begin(KEY, ADA)
    of_grace = [visits.begin(KEY, GRACE) for _ in range(2)]
    others = [visits.begin(KEY, ("default", f"key:{number}")) for number in range(MOST - 2)]

    assert visits.key(longest_unused) == KEY
    assert [visits.key(each) for each in of_grace] == [None, KEY]
    assert visits.key(others[-1]) == KEY


def test_where_everybody_has_one_visit_the_one_that_was_not_used_for_the_longest_time_gives_way(visits):
    begun = [visits.begin(KEY, ("default", f"key:{number}")) for number in range(MOST + 1)]

    assert visits.key(begun[0]) is None
    assert visits.key(begun[1]) == KEY
