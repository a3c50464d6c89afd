"""How often a source may ask."""

from dataclasses import dataclass

import pytest

from mcpskills.source_rates import SourceRates


@dataclass
class Seconds:
    passed: float = 0.0

    def __call__(self) -> float:
        return self.passed


def test_a_source_may_ask_at_once_as_often_as_in_a_minute():
    rates = SourceRates(3, Seconds())

    assert [rates.seconds_to_wait("192.0.2.1") for _ in range(5)] == [0, 0, 0, 20, 20]


def test_whoever_waits_as_told_is_granted_one_more():
    seconds = Seconds()
    rates = SourceRates(3, seconds)
    for _ in range(3):
        rates.seconds_to_wait("192.0.2.1")

    seconds.passed += rates.seconds_to_wait("192.0.2.1")

    assert [rates.seconds_to_wait("192.0.2.1") for _ in range(2)] == [0, 20]


def test_a_minute_of_rest_makes_everything_as_at_first():
    seconds = Seconds()
    rates = SourceRates(2, seconds)
    for _ in range(9):
        rates.seconds_to_wait("192.0.2.1")

    seconds.passed += 60

    assert [rates.seconds_to_wait("192.0.2.1") for _ in range(3)] == [0, 0, 30]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("", "unix", False),
    ],
)
def test_what_counts_as_one_source(one, other, same):
    rates = SourceRates(1, Seconds())
    rates.seconds_to_wait(one)

    assert (rates.seconds_to_wait(other) > 0) == same


def test_memory_is_bounded_however_many_ask():
    rates = SourceRates(1, Seconds())
    for number in range(20_000):
        rates.seconds_to_wait(f"10.0.{number // 250}.{number % 250}")

    assert len(rates) == 10_000


def test_addresses_of_ipv4_written_as_ipv6_are_as_many_sources():
    rates = SourceRates(1, Seconds())

    waits = [rates.seconds_to_wait(at) for at in ("::ffff:192.0.2.1", "::ffff:192.0.2.2", "192.0.2.1")]

    assert waits == [0, 0, 60]
