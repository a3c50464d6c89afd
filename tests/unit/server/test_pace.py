"""Who works in a thread rests between parts."""

import pytest

from mcpskills_server.pace import Pace


class Clock:
    """Processor time that goes on when somebody `works`, and what was slept."""

    def __init__(self) -> None:
        self.now = 5.0
        self.slept: list[float] = []
        self.urgent = False
        self.rest = Pace(lambda: self.urgent, clock=lambda: self.now, sleep=self.slept.append)

    def works(self, seconds: float) -> None:
        self.now += seconds
        self.rest()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_part_of_work_is_followed_by_a_rest_that_is_longer(clock: Clock):
    for _ in range(9):
        clock.works(0.000_6)

    assert clock.slept == [0.002] * 4


def test_what_was_worked_before_the_first_call_is_no_part(clock: Clock):
    clock.works(60)

    assert clock.slept == []


def test_what_could_not_be_done_in_parts_makes_no_long_rest(clock: Clock):
    clock.works(0)

    clock.works(0.04)

    assert clock.slept == [0.002]


def test_nobody_rests_while_it_is_urgent(clock: Clock):
    clock.works(0)
    clock.urgent = True
    clock.works(1)
    urgent = list(clock.slept)
    clock.urgent = False

    clock.works(1)

    assert urgent == []
    assert clock.slept == [0.002]
