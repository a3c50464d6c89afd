"""When a change was live on every replica, from the steps that a fleet took."""

from datetime import timedelta

from catalog_builders import NOON
from mcpskills.fleet import Step, reached


def step(generation: int, seconds: int) -> Step:
    return Step(generation, NOON + timedelta(seconds=seconds), 2)


STEPS = [step(4, 0), step(5, 1), step(9, 2)]


def test_a_generation_is_reached_by_the_first_step_that_is_not_below_it():
    assert reached(STEPS, [5, 6, 9]) == {5: STEPS[1], 6: STEPS[2], 9: STEPS[2]}


def test_nothing_is_known_of_what_came_before_the_first_step_or_is_not_everywhere_yet():
    assert reached(STEPS, [1, 4, 10]) == {}
    assert reached([], [1]) == {}
