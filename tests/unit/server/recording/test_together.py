"""Calls of the fast path that are counted together: in grids and columns, and within which bounds."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from time import perf_counter

import pytest
from msgspec import structs

from mcpskills.adapters.search.index import SearchIndex
from mcpskills.snapshot import build
from mcpskills.statistics.latencies import SHORT_BITS
from mcpskills_server.recording import together
from mcpskills_server.recording.recorder import Recorder
from mcpskills_server.recording.taken import Swift
from mcpskills_server.recording.together import Together
from mcpskills_server.replica import View
from recording_builders import a_view, loaded, packed, served


def counted(recorder: Recorder) -> dict[tuple[object, ...], list[float]]:
    """How many seconds each of the calls took that are alike, by skill, version, method and caller."""
    found: dict[tuple[object, ...], list[float]] = {}
    calls = recorder.together()
    for about, how, seconds in calls:
        found.setdefault(calls.told(about, how), []).append(seconds)
    assert len(calls) == sum(map(len, found.values()))
    return found


def in_grids(calls: Together) -> Mapping[tuple[str, int], int]:
    """How many calls of each version are in grids."""
    found: Counter[tuple[str, int]] = Counter()
    for grid in calls.grids:
        for some in grid.calls(lambda: None):
            found.update(grid.places.version(at >> SHORT_BITS) for at in some)
    return found


def searched(view: View, query: str) -> Swift:
    came, seconds, heads, client, who, asked, *_ = loaded(view, "pdf-forms")
    arguments = f'{{"query":"{query}","name":"pdf-forms"}}'.encode()
    return (
        came,
        seconds,
        heads,
        client,
        who,
        structs.replace(asked, name="search_skills", arguments=arguments),
        view,
        None,
    )


def test_calls_of_the_fast_path_that_are_alike_are_counted_together():
    recorder = Recorder("default", counts=True)
    old, new = (a_view(number, skills=served({"pdf-forms": number, "letters": 1})) for number in (1, 2))
    recorder.swift(loaded(old, "pdf-forms", seconds=0.1))
    recorder.swift(loaded(old, "letters", seconds=0.2))
    recorder.swift(loaded(old, "pdf-forms", seconds=0.3))
    recorder.swift(loaded(old, "pdf-forms", who="key:two", seconds=0.4))
    recorder.swift(loaded(new, "pdf-forms", seconds=0.5))
    recorder.swift(loaded(old, "unknown", seconds=0.6))
    recorder.swift(loaded(new, "unknown", seconds=0.7))

    assert counted(recorder) == {
        ("pdf-forms", 1, "tools/call", "key:one"): [0.1, 0.3],
        ("letters", 1, "tools/call", "key:one"): [0.2],
        ("pdf-forms", 1, "tools/call", "key:two"): [0.4],
        ("pdf-forms", 2, "tools/call", "key:one"): [0.5],
        ("unknown", None, "tools/call", "key:one"): [0.6, 0.7],
    }
    assert counted(recorder) == {}


def test_calls_of_skills_of_a_checkpoint_leave_one_number_each_in_a_grid():
    recorder, view = Recorder("default", counts=True), packed({"pdf-forms": 3, "letters": 1})
    for _ in range(2):
        recorder.swift(loaded(view, "pdf-forms"))
        recorder.swift(loaded(view, "pdf-forms", who="key:two"))
        recorder.swift(loaded(view, "letters"))
        recorder.swift(loaded(view, "unknown"))

    first = recorder.together()
    recorder.swift(loaded(view, "letters"))
    recorder.swift(loaded(view, "letters", who="key:two"))
    second = recorder.together()

    assert (in_grids(first), len(first)) == ({("pdf-forms", 3): 4, ("letters", 1): 2}, 2)
    assert [grid.at for grid in first.grids if grid.at] == [pytest.approx(time.time(), abs=600)]
    assert (in_grids(second), len(second)) == ({("letters", 1): 2}, 0)
    assert [caller for grid in second.grids for caller, _ in grid.places.sightings(3)] == ["key:two"]


def test_calls_that_took_long_are_in_columns():
    recorder, view = Recorder("default", counts=True), packed({"letters": 1})
    for seconds in (0.25, 0.001, 0.25, 0.001):
        recorder.swift(loaded(view, "letters", seconds=seconds))

    calls = recorder.together()

    assert (in_grids(calls), [seconds for *_, seconds in calls]) == ({("letters", 1): 2}, [0.25, 0.25])


def test_calls_of_restricted_skills_are_in_no_grid():
    recorder, view = Recorder("default", counts=True), packed({"payroll": 1, "letters": 1}, restricted=["payroll"])
    recorder.swift(loaded(view, "payroll"))
    recorder.swift(loaded(view, "letters"))
    recorder.swift(loaded(view, "payroll"))

    calls = recorder.together()

    assert (in_grids(calls), len(calls)) == ({("letters", 1): 1}, 2)


def test_skills_of_another_snapshot_and_calls_of_another_hour_have_places_of_their_own():
    recorder, old, new = Recorder("default", counts=True), packed({"letters": 1}), packed({"letters": 1})
    _, *rest = loaded(new, "letters")
    recorder.swift(loaded(old, "letters"))
    recorder.swift(loaded(new, "letters"))
    recorder.swift(loaded(old, "letters"))
    calls = [recorder.together()]
    recorder.swift((perf_counter() + 3_600, *rest))
    calls.append(recorder.together())

    of = [grid.places for each in calls for grid in each.grids if len(grid)]

    assert len({*of}) == len(of) == 4
    assert [in_grids(each) for each in calls] == [{("letters", 1): 3}, {("letters", 1): 1}]


def test_a_skill_that_stays_is_counted_for_each_snapshot_and_not_at_all_in_grids_once_it_is_restricted():
    recorder, first = Recorder("default", counts=True), packed({"letters": 1, "payroll": 1})
    skills = first.snapshot.skills.following((), served({"pdf-forms": 2}))
    second, third = (
        View(build("default", 2, datetime.now(UTC), skills, restricted=restricted), SearchIndex.of(()))
        for restricted in ({}, {"payroll": frozenset({"finance"})})
    )
    for view in (first, first, second, second, third, third):
        for name in ("letters", "payroll", "pdf-forms"):
            recorder.swift(loaded(view, name))

    calls = recorder.together()

    assert (in_grids(calls), len(calls)) == ({("letters", 1): 6, ("payroll", 1): 4}, 2 + 6)


def test_calls_of_many_snapshots_in_turn_are_in_few_grids_and_the_others_in_columns():
    recorder, views = Recorder("default", counts=True), [packed({"letters": 1}) for _ in range(2)]
    for _ in range(50):
        for view in views:
            recorder.swift(loaded(view, "letters"))

    calls = recorder.together()

    assert len(calls.grids) == together.MOST_GRIDS
    assert in_grids(calls)["letters", 1] + len(calls) == 100


def test_a_call_that_came_before_the_hour_of_others_counts_as_if_it_had_come_with_them():
    recorder, view = Recorder("default", counts=True), packed({"letters": 1})
    recorder.swift(loaded(view, "letters"))
    [start] = [grid.places.start for grid in recorder.together().grids if len(grid)]
    _, *rest = loaded(view, "letters")

    recorder.swift((perf_counter() - 7_200, *rest))

    assert [grid.at for grid in recorder.together().grids if len(grid)] == [start]


def test_when_the_first_of_some_calls_came_is_when_all_came():
    recorder, view = Recorder("default", counts=True), a_view()
    for ago in (7_200, 3_600, 1_800):
        _, *rest = loaded(view, "pdf-forms")
        recorder.swift((perf_counter() - ago, *rest))

    assert recorder.together().at == pytest.approx(time.time() - 7_200, abs=600)


def test_more_different_calls_than_are_kept_are_counted_by_their_number():
    recorder, view = Recorder("default", counts=True), a_view()
    for number in range(together.MOST_OTHERS + 10):
        recorder.swift(loaded(view, f"skill-{number}"))
    recorder.swift(loaded(view, "skill-7"))

    found = counted(recorder)

    assert (len(found), recorder.overflowed) == (together.MOST_OTHERS, 10)
    assert len(found["skill-7", None, "tools/call", "key:one"]) == 2


@pytest.mark.anyio
async def test_more_callers_than_are_kept_are_counted_by_their_number_and_before_that_it_is_told():
    recorder, view = Recorder("default", counts=True), a_view()
    told = asyncio.create_task(recorder.filling())
    for number in range(together.MOST_WHOSE + 10):
        recorder.swift(loaded(view, "pdf-forms", who=f"key:{number}"))

    await told

    assert (len(counted(recorder)), recorder.overflowed) == (together.MOST_WHOSE, 10)


def test_more_calls_than_are_kept_are_counted_by_their_number():
    recorder, taken = Recorder("default", counts=True), loaded(a_view(), "pdf-forms")
    for _ in range(together.MOST + 15):
        recorder.swift(taken)

    assert (len(recorder.together()), recorder.overflowed) == (together.MOST, 15)


def test_calls_of_live_skills_are_counted_for_each_caller_however_many_there_are():
    numbers = {f"skill-{number}": number for number in range(1, 6)}
    recorder, view = Recorder("default", counts=True), a_view(skills=served(numbers))
    calls = [loaded(view, name, who=f"key:{who}") for who in range(4_000) for name in numbers]
    for taken in (*calls, *calls[:7]):
        recorder.swift(taken)

    expected = {
        (name, number, "tools/call", f"key:{who}"): 2 if who == 0 or (who == 1 and number <= 2) else 1
        for who in range(4_000)
        for name, number in numbers.items()
    }
    assert {alike: len(seconds) for alike, seconds in counted(recorder).items()} == expected


def test_searches_take_no_places_of_other_calls():
    recorder, view = Recorder("default", counts=True), a_view()
    for number in range(together.MOST_OTHERS + 10):
        recorder.swift(searched(view, f"query {number}"))
    recorder.swift(loaded(view, "pdf-forms"))

    assert len(counted(recorder)["pdf-forms", None, "tools/call", "key:one"]) == 1
    assert recorder.overflowed == 0


@pytest.mark.anyio
async def test_who_asks_for_what_was_counted_is_told_before_there_is_too_much():
    recorder, view = Recorder("default", counts=True), a_view()
    told = asyncio.create_task(recorder.filling())
    for number in range(together.MOST_OTHERS // 2 - 1):
        recorder.swift(loaded(view, f"skill-{number}"))
    await asyncio.sleep(0)
    assert not told.done()
    recorder.swift(loaded(view, "one-more"))

    await told


def test_whatever_long_arguments_a_call_has_nothing_is_kept_of_them():
    recorder, view = Recorder("default", counts=True), a_view()
    for number in range(5):
        recorder.swift(loaded(view, f"{number}" * 2_000))

    assert {alike: len(seconds) for alike, seconds in counted(recorder).items()} == {
        (None, None, "tools/call", "key:one"): 5
    }
