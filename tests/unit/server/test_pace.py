"""Who works in a thread rests between parts."""

from typing import Any

import pytest

from mcpskills_server import pace
from mcpskills_server.pace import Pace


class Clock:
    """Processor time that goes on when somebody `works`, and what was slept."""

    def __init__(self) -> None:
        self.now = 5.0
        self.slept: list[float] = []

    def works(self, seconds: float) -> None:
        self.now += seconds

    def thread_time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def clock(monkeypatch: Any) -> Clock:
    made = Clock()
    monkeypatch.setattr(pace, "time", made)
    return made


def test_a_part_of_work_is_followed_by_a_rest_that_is_longer(clock: Clock):
    rest = Pace()
    rest()

    for _ in range(6):
        clock.works(0.000_2)
        rest()

    assert clock.slept == pytest.approx([0.000_8] * 3)


def test_what_was_worked_before_the_first_call_is_no_part(clock: Clock):
    clock.works(60)

    Pace()()

    assert clock.slept == []


def test_nobody_rests_once_it_is_over(clock: Clock):
    ended = False
    rest = Pace(lambda: ended)
    rest()
    clock.works(1)
    ended = True

    rest()

    assert clock.slept == []
