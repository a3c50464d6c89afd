"""The recorder by itself: bounds of what waits, consumers that hear of every call, and calls that are counted together."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from time import perf_counter

import pytest
from msgspec import structs

from builders import a_skill
from callers import OWNER
from catalog_builders import a_version
from mcpskills.adapters.checkpointing import wire
from mcpskills.adapters.search.index import SearchIndex
from mcpskills.snapshot import ServedSkill, Skills, build
from mcpskills_server.auth.calling import called_by
from mcpskills_server.mcp.fast.asked import Asked, Heads
from mcpskills_server.recording import recorder as recorders
from mcpskills_server.recording import together
from mcpskills_server.recording.calls import Call
from mcpskills_server.recording.recorder import Recorder
from mcpskills_server.recording.taken import Exchange, Swift
from mcpskills_server.recording.together import Together
from mcpskills_server.recording.writer import Writer
from mcpskills_server.replica import View


def an_exchange(method: str = "ping", answer: bytes = b'{"result":{}}') -> Exchange:
    scope = {"type": "http", "method": "POST", "path": "/mcp", "client": ("192.0.2.1", 1), "headers": []}
    called_by(scope, OWNER)
    body = f'{{"jsonrpc":"2.0","id":1,"method":"{method}"}}'.encode()
    return Exchange(0.0, scope, seconds=0.5, body=body, answer=answer, status=200)


def a_view(generation: int = 1, skills: Sequence[ServedSkill] = ()) -> View:
    return View(build("default", generation, datetime.now(UTC), Skills(skills)), SearchIndex.of(()))


def served(numbers: Mapping[str, int]) -> Sequence[ServedSkill]:
    """Skills with the numbers of their live versions."""
    return [ServedSkill(a_skill(name), a_version(number, name=name), b"") for name, number in numbers.items()]


def packed(numbers: Mapping[str, int], *, restricted: Sequence[str] = ()) -> View:
    """Of a checkpoint with such skills."""
    groups = {name: frozenset({"finance"}) for name in restricted}
    whole = build("default", 1, datetime.now(UTC), Skills(served(numbers)), restricted=groups)
    snapshot, _ = wire.decode(wire.encode(whole), "default", 1, datetime.now(UTC))
    return View(snapshot, SearchIndex.of(()))


def loaded(view: View, name: str, *, who: str = "key:one", seconds: float = 0.25) -> Swift:
    """A call of `load_skill` that the fast path has answered."""
    heads = Heads(version="2026-07-28", method="tools/call", name="load_skill", session=None, agent=b"a client/1.0")
    arguments = f'{{"name":"{name}"}}'.encode()
    asked = Asked(heads.version, "tools/call", b"7", name="load_skill", uri=None, cursor=None, arguments=arguments)
    return perf_counter(), seconds, heads, ("192.0.2.1", 1), who, asked, view, view.snapshot.skills.entry(name)


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
        for place, _, number in grid.calls(lambda: None):
            found[grid.places.version(place)] += number
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


class Kept:
    """A journal in memory."""

    def __init__(self) -> None:
        self.invocations = []

    def append(self, batch) -> None:
        self.invocations.extend(batch)


async def heard(recorder: Recorder) -> None:
    """Have it deal with what waits, and end."""
    running = asyncio.create_task(recorder.run())
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait((running,))


@pytest.mark.anyio
async def test_every_call_is_heard_once_by_every_consumer():
    first, second = [], []
    recorder = Recorder("default", consumers=[first.extend, second.extend])
    for _ in range(3 * recorders.AT_ONCE + 1):
        recorder.take(an_exchange())

    await heard(recorder)

    assert len(first) == 3 * recorders.AT_ONCE + 1
    assert first == second
    assert (first[0].tenant, first[0].method, first[0].principal, first[0].duration) == (
        "default",
        "ping",
        "anonymous",
        0.5,
    )


@pytest.mark.anyio
async def test_one_consumer_that_fails_takes_nothing_from_the_others():
    def fails(_: Sequence[Call]) -> None:
        raise RuntimeError("this one")

    calls: list[Call] = []
    recorder = Recorder("default", consumers=[fails, calls.extend])
    recorder.take(an_exchange())

    await heard(recorder)

    assert len(calls) == 1


@pytest.mark.anyio
async def test_more_requests_than_may_wait_are_dropped_and_counted():
    calls: list[Call] = []
    recorder = Recorder("default", consumers=[calls.extend])
    for _ in range(recorders.MOST_WAITING + 10):
        recorder.take(an_exchange())

    await heard(recorder)

    assert (len(calls), recorder.overflowed) == (recorders.MOST_WAITING, 10)


@pytest.mark.anyio
async def test_more_bytes_than_may_wait_are_dropped_and_counted():
    recorder = Recorder("default")
    large = b" " * (recorders.MOST_BYTES // 4)
    for _ in range(7):
        recorder.take(an_exchange(answer=large))
    assert recorder.overflowed == 3

    await heard(recorder)
    recorder.take(an_exchange())

    assert recorder.overflowed == 3


@pytest.mark.anyio
async def test_notifications_are_no_calls():
    calls: list[Call] = []
    recorder = Recorder("default", consumers=[calls.extend])
    taken = an_exchange("notifications/initialized", b"")
    taken.status = 202
    recorder.take(taken)

    await heard(recorder)

    assert calls == []


@pytest.mark.anyio
@pytest.mark.parametrize(
    "answer", [b"", b"{", b"\xff", b"[]", b'{"error":5}', b'{"result":[]}', b'{"result":{"_meta":5}}']
)
async def test_whatever_was_answered_is_a_call(answer: bytes):
    calls: list[Call] = []
    recorder = Recorder("default", consumers=[calls.extend])
    recorder.take(an_exchange(answer=answer))

    await heard(recorder)

    assert [call.method for call in calls] == ["ping"]


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


@pytest.mark.anyio
async def test_of_calls_of_the_fast_path_as_many_are_written_as_the_rate_allows_and_all_are_counted():
    kept, moments = Kept(), iter([0.0, 0.0, 0.0, 0.5, 0.5, 0.5])
    recorder = Recorder("default", Writer(kept, "off", 40, lambda: next(moments, 0.5)), counts=True)
    view = a_view()
    for _ in range(100):
        recorder.swift(loaded(view, "pdf-forms"))

    await heard(recorder)

    assert len(recorder.together()) == 100
    assert len(kept.invocations) == recorder.recorded
    assert 40 <= recorder.recorded <= 60
    assert recorder.recorded + recorder.dropped == 100
