"""Allowances in memory: how much of it they take."""

from allowance_scenes import Seconds
from mcpskills.adapters.in_process_allowances import InProcessAllowances
from mcpskills.allowance import Denied, Plan, Spender

PLAN = Plan(1, None, 1)


def ask(allowances: InProcessAllowances, number: int):
    return allowances.enter(Spender("default", f"anonymous 10.0.0.{number}"), PLAN, streaming=False)


def test_memory_is_bounded_however_many_ask():
    allowances = InProcessAllowances(Seconds(), most=100)

    for number in range(1000):
        ask(allowances, number).leave()

    assert len(allowances) == 100


def test_those_are_forgotten_first_whose_minute_began_first():
    clock = Seconds()
    allowances = InProcessAllowances(clock, most=3)
    for number in (1, 2, 3):
        ask(allowances, number).leave()
    clock.passed += 60
    ask(allowances, 1).leave()

    ask(allowances, 4).leave()

    assert isinstance(ask(allowances, 1), Denied)
    assert not isinstance(ask(allowances, 2), Denied)


def test_nobody_is_forgotten_who_waits_for_an_answer():
    allowances = InProcessAllowances(Seconds(), most=3)
    waiting = [ask(allowances, number) for number in range(3)]

    for number in range(3, 100):
        ask(allowances, number).leave()
    again = [ask(allowances, number) for number in range(3)]

    assert all(isinstance(each, Denied) for each in again)
    assert len(waiting) <= len(allowances) <= 4
