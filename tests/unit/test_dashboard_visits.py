"""Visits by API key: how they begin, are remembered, and end."""

import pytest
from pydantic import SecretStr

from mcpskills_dashboard.visits import IDLE_SECONDS, MOST, MOST_OF_ONE_KEY, TICKET_SECONDS, WHOLE_SECONDS, Visits

KEY = SecretStr("oms_key")


class Clock:
    at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def visits(clock) -> Visits:
    return Visits(clock)


def test_a_ticket_is_good_once(visits):
    visit = visits.begin(KEY)
    ticket = visits.ticket(visit)

    assert visits.redeem(ticket) == visit
    assert visits.redeem(ticket) is None
    assert visits.ticket(visit) is None


def test_a_ticket_is_good_for_a_minute(visits, clock):
    visit = visits.begin(KEY)
    ticket = visits.ticket(visit)

    clock.at += TICKET_SECONDS + 1

    assert visits.redeem(ticket) is None
    assert visits.ticket(visit) is None


@pytest.mark.parametrize("guess", ["", "None", "oms_key"])
def test_what_is_no_ticket_and_no_id_is_nobodys(visits, guess):
    visits.redeem(visits.ticket(visits.begin(KEY)))

    assert visits.redeem(guess) is None
    assert visits.key(guess) is None


def test_the_id_is_not_its_ticket_and_each_visit_has_another(visits):
    visits_of_one = {visits.begin(KEY) for _ in range(5)}

    assert len(visits_of_one) == 5
    assert visits_of_one.isdisjoint(map(visits.ticket, visits_of_one))


def test_a_visit_that_was_ended_is_over_and_its_ticket_with_it(visits):
    visit = visits.begin(KEY)
    ticket = visits.ticket(visit)

    visits.end(visit)

    assert visits.key(visit) is None
    assert visits.redeem(ticket) is None


def test_a_visit_that_nobody_uses_ends(visits, clock):
    used, left = visits.begin(KEY), visits.begin(KEY)

    clock.at += IDLE_SECONDS - 1
    visits.key(used)
    clock.at += 2

    assert visits.key(used) == KEY
    assert visits.key(left) is None


def test_no_visit_lasts_for_good_however_much_it_is_used(visits, clock):
    visit = visits.begin(KEY)

    while clock.at <= WHOLE_SECONDS:
        assert visits.key(visit) == KEY
        clock.at += IDLE_SECONDS / 2

    assert visits.key(visit) is None


def test_who_signs_in_again_and_again_ends_visits_of_their_own_key_alone(visits):
    other = visits.begin(SecretStr("oms_other"))
    mine = [visits.begin(KEY) for _ in range(MOST_OF_ONE_KEY + 1)]

    assert visits.key(mine[0]) is None
    assert visits.key(mine[1]) == KEY
    assert visits.key(other) is not None


def test_there_are_no_more_visits_than_fit(visits):
    begun = [visits.begin(SecretStr(f"oms_{number}")) for number in range(MOST + 1)]

    assert visits.key(begun[0]) is None
    assert visits.key(begun[1]) is not None
