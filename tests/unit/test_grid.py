"""Calls that leave one number each in a grid, and what they count as afterwards."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog_builders import NOON
from mcpskills.statistics import grid as grids
from mcpskills.statistics import packing
from mcpskills.statistics.call import Concern
from mcpskills.statistics.counting import OpenHours
from mcpskills.statistics.grid import Grid, Places
from mcpskills.statistics.packing import NOBODYS, Row
from mcpskills.statistics.sheet import HOUR, LATE
from statistics_builders import a_call

ORIGIN = object()
UNTIL = (NOON + HOUR).timestamp()


class Served:
    """Skills of a snapshot, which have places as soon as they are called."""

    def __init__(self, at=NOON):
        self.places = Places(ORIGIN, at.timestamp())
        self._numbers = {}

    def grid(self, at=NOON, half_full=lambda: None):
        grid = Grid(self.places, half_full)
        grid.at = at.timestamp()
        return grid

    def number(self, skill="pdf-forms"):
        if skill not in self._numbers:
            self._numbers[skill] = self.places.number(skill, 1)
        return self._numbers[skill]

    def call(self, grid, skill="pdf-forms", caller="key:ada", seconds=250e-6):
        """Whether it is counted, whoever is seen for the first time."""
        number = self.number(skill)
        place = self.places.place(number)
        seen = self.places.saw(caller, place) or self.places.see(caller, place)
        return seen and grid.add(ORIGIN, number, caller, seconds)


def figures(hours):
    """By row."""
    return dict(packing.rows(hours.take()))


def written(hours):
    """All that is known of each row."""
    return {
        row: (of.calls, of.errors, of.dropped, of.first, of.last, of.latencies.counts, of.users.hashes)
        for row, of in figures(hours).items()
    }


def test_a_call_is_counted_where_its_skill_has_a_place_and_its_caller_was_seen():
    served = Served()
    grid, number = served.grid(), served.number()
    other = Places(ORIGIN, NOON.timestamp()).number("pdf-forms", 1)
    assert not grid.add(ORIGIN, number, "key:ada", 250e-6)
    assert grid.places.see("key:ada", grid.places.place(number))

    added = [
        grid.add(ORIGIN, number, "key:ada", 250e-6),
        grid.add(object(), number, "key:ada", 250e-6),
        grid.add(ORIGIN, number, "key:eve", 250e-6),
        grid.add(ORIGIN, number + 1, "key:ada", 250e-6),
        grid.add(ORIGIN, other, "key:ada", 250e-6),
        grid.add(ORIGIN, -1, "key:ada", 250e-6),
        grid.add(ORIGIN, number, "key:ada", 0.25),
    ]

    assert added == [True, False, False, False, False, False, False]
    assert len(grid) == 1


def test_places_are_of_one_snapshot_and_one_hour():
    places = Places(ORIGIN, NOON.timestamp())

    of = [places.are_of(ORIGIN, UNTIL - 1), places.are_of(ORIGIN, UNTIL), places.are_of(object(), UNTIL - 1)]

    assert of == [True, False, False]


@pytest.mark.parametrize("skills", [1, 255, 256, 257, 1_000])
def test_every_place_tells_its_version(skills):
    places = Places(ORIGIN, NOON.timestamp())

    numbers = [places.number(f"skill-{number}", number) for number in range(1, skills + 1)]

    assert [places.version(places.place(number)) for number in numbers] == [
        (f"skill-{number}", number) for number in range(1, skills + 1)
    ]


def test_versions_without_a_place_of_their_own_count_in_totals_only():
    served, hours = Served(), OpenHours("one", most_rows=2 * grids.MOST_PLACES)
    grid = served.grid()
    for number in range(grids.MOST_PLACES + 5):
        assert served.call(grid, f"skill-{number}")

    hours.count_grid(grid, NOON)

    found = figures(hours)
    assert (len(found), found[NOBODYS].calls, hours.left_out) == (grids.MOST_PLACES + 1, grids.MOST_PLACES + 5, 5)


def test_more_calls_than_there_is_room_for_are_not_counted_and_before_that_it_is_told():
    served, told = Served(), []
    grid = served.grid(half_full=lambda: told.append(len(grid)))

    added = [served.call(grid) for _ in range(grids.MOST_CALLS + 3)]

    assert (sum(added), len(grid), told) == (grids.MOST_CALLS, grids.MOST_CALLS, [grids.MOST_CALLS // 2])


def test_calls_of_more_callers_than_there_is_room_for_are_not_counted():
    served = Served()
    grid = served.grid()

    added = [
        served.call(grid, f"skill-{number}", f"key:{caller}")
        for caller in range(20)
        for number in range(grids.MOST_SEEN // 20 + 1)
    ]

    assert (sum(added), len(list(served.places.sightings()))) == (grids.MOST_SEEN, grids.MOST_SEEN)
    assert served.call(served.grid(), "skill-0", "key:0")


def test_who_was_seen_where_takes_a_bounded_number_of_bytes():
    places = Places(ORIGIN, NOON.timestamp())

    seen = [places.see(f"key:{caller}", 8 * grids.MOST_BYTES // 4 - 1) for caller in range(5)]

    assert seen == [True] * 3 + [False] * 2
    assert places.see("key:0", 5)
    assert places.saw("key:0", 5)
    assert not places.saw("key:1", 5)


ROOM_FOR_ALL = 5
CALLS = st.lists(
    st.tuples(
        st.sampled_from(["one", "two", "three", "four"]),
        st.sampled_from(["key:ada", "key:eve", "key:joe"]),
        st.sampled_from([0.0, 1e-6, 1e-5, 2e-5, 3e-4, 1.6e-3]),
        st.sampled_from([1, 1, 1, 1, 2, 255, 256]),
    ),
    max_size=10,
)


@given(st.lists(st.tuples(st.booleans(), CALLS, CALLS), max_size=4), st.integers(0, ROOM_FOR_ALL))
def test_calls_of_grids_count_as_if_each_had_been_counted_by_itself(batches, room):
    old, new = Served(), Served()
    together, alone = OpenHours("one", most_rows=room), OpenHours("one", most_rows=room)
    for number, (is_new, in_grid, others) in enumerate(batches):
        at, served = NOON + timedelta(seconds=5 * number), new if is_new else old
        grid = served.grid(at)
        for skill, caller, seconds, often in in_grid:
            # What is called often begins first, which tells where there is not enough room for all.
            times = often if room == ROOM_FOR_ALL else 1
            assert all(served.call(grid, skill, caller, seconds) for _ in range(times))
            called = a_call(at, skill=skill, principal=caller, duration=seconds)
            for _ in range(times):
                alone.count(called, Concern(skill, 1), at)
        together.count_grid(grid, at)
        for skill, caller, seconds, _ in others:
            called = a_call(at, skill=skill, principal=caller, duration=seconds)
            for hours in (together, alone):
                hours.count(called, Concern(skill, 1), at)

    assert written(together) == written(alone)
    assert together.left_out == alone.left_out


def test_a_version_with_two_places_has_the_calls_of_both():
    served, hours = Served(), OpenHours("one")
    for caller in ("key:ada", "key:eve"):
        grid = served.grid()
        served.call(grid, caller=caller)
        del served._numbers["pdf-forms"]
        for _ in range(300):
            served.call(grid, caller=caller)
        hours.count_grid(grid, NOON)

    row = figures(hours)[Row("pdf-forms", 1)]
    assert (row.calls, row.users.number) == (602, 2)


@pytest.mark.parametrize("first", ["who was seen", "another", "a call that is in no grid"])
def test_who_called_is_known_of_a_version_that_there_was_no_room_for_at_first(first):
    served, hours = Served(NOON + HOUR), OpenHours("one", most_rows=2)
    hours.count(a_call(NOON), Concern("letters", 1), NOON)
    early, late = NOON + HOUR, NOON + HOUR + LATE
    grid = served.grid(early)
    for caller in ("key:ada", "key:eve"):
        served.call(grid, caller=caller)
    hours.count_grid(grid, early)
    before = figures(hours).keys()
    hours.close(late)

    grid = served.grid(late)
    if first == "another":
        served.call(grid, caller="key:joe")
    elif first == "a call that is in no grid":
        hours.count(a_call(late, principal="key:joe"), Concern("pdf-forms", 1), late)
    served.call(grid, caller="key:ada")
    hours.count_grid(grid, late)

    row, others = figures(hours)[Row("pdf-forms", 1)], first != "who was seen"
    assert Row("pdf-forms", 1) not in before
    assert (row.calls, row.users.number) == (1 + others, 2 + others)
    assert row.first == row.last == int(late.timestamp())


@pytest.mark.parametrize("then", ["another swap", "another hour"])
def test_calls_of_versions_are_not_lost_where_counting_failed_and_nobody_comes_back(then):
    served, hours, turns = Served(), OpenHours("one"), []
    grid = served.grid()
    for number in range(600):
        served.call(grid, f"skill-{number}")

    def fails():
        turns.append(1)
        if len(turns) == 3:
            raise RuntimeError("no more")

    with pytest.raises(RuntimeError):
        hours.count_grid(grid, NOON, fails)
    at = NOON if then == "another swap" else NOON + HOUR
    other = Served(at)
    following = other.grid(at)
    other.call(following, "skill-7")
    hours.count_grid(following, at)

    calls = Counter()
    for sheet in hours.take():
        for row, of in packing.rows([sheet]):
            calls[row.skill] += of.calls
    assert (calls.pop(""), calls["skill-7"], calls.total(), len(calls)) == (601, 2, 601, 600)


def test_an_hour_that_waits_to_be_written_is_as_it_was_after_the_next_one_began():
    served, later, hours = Served(), Served(NOON + HOUR), OpenHours("one")
    for at, skills in ((NOON, served), (NOON + HOUR, later), (NOON, served)):
        grid = skills.grid(at)
        for _ in range(300):
            skills.call(grid)
        hours.count_grid(grid, at)
        taken = list(hours.take())
        hours.put_back(taken)

    assert {sheet.start: of.calls for sheet in taken for row, of in packing.rows([sheet]) if row.skill} == {
        NOON: 600,
        NOON + HOUR: 300,
    }


@pytest.mark.parametrize("fails_at", [1, 3, 4, 6])
def test_calls_after_one_that_cannot_be_counted_are_told_by_their_number_and_their_callers_later(fails_at):
    served, hours, turns = Served(), OpenHours("one"), []
    grid, following = served.grid(), served.grid()
    for number in range(600):
        served.call(grid, f"skill-{number}")
    served.call(following, "skill-599")

    def fails():
        turns.append(1)
        if len(turns) == fails_at:
            raise RuntimeError("no more")

    with pytest.raises(RuntimeError):
        hours.count_grid(grid, NOON, fails)
    hours.count_grid(following, NOON)

    found = figures(hours)
    totals, row = found[NOBODYS], found[Row("skill-599", 1)]
    assert totals.calls + totals.dropped == 601
    assert (totals.users.number, row.users.number) == (1, 1)


def test_places_of_an_hour_may_be_counted_in_another():
    served, hours = Served(), OpenHours("one")
    before, after = served.grid(), served.grid()
    served.call(before)
    served.call(before, "letters")
    served.call(after)

    hours.count_grid(before, NOON)
    hours.count_grid(after, NOON + 3 * HOUR)

    known = {
        (sheet.start, row.skill): (of.calls, of.users.number)
        for sheet in hours.take()
        for row, of in packing.rows([sheet])
    }
    assert known == {
        (NOON, ""): (2, 1),
        (NOON, "pdf-forms"): (1, 1),
        (NOON, "letters"): (1, 1),
        (NOON + 3 * HOUR, ""): (1, 1),
        (NOON + 3 * HOUR, "pdf-forms"): (1, 1),
    }


def test_a_grid_without_calls_changes_nothing():
    hours = OpenHours("one")

    hours.count_grid(Served().grid(), NOON)

    assert list(hours.take()) == []
