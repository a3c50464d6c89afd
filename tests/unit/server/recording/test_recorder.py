"""The recorder by itself: bounds of what waits, and consumers that hear of every call."""

import asyncio
from collections.abc import Sequence

import pytest

from callers import OWNER
from mcpskills_server.auth.calling import called_by
from mcpskills_server.recording import recorder as recorders
from mcpskills_server.recording.calls import Call
from mcpskills_server.recording.recorder import Recorder
from mcpskills_server.recording.taken import Exchange
from mcpskills_server.recording.writer import Writer
from recording_builders import a_view, loaded


def an_exchange(method: str = "ping", answer: bytes = b'{"result":{}}') -> Exchange:
    scope = {"type": "http", "method": "POST", "path": "/mcp", "client": ("192.0.2.1", 1), "headers": []}
    called_by(scope, OWNER)
    body = f'{{"jsonrpc":"2.0","id":1,"method":"{method}"}}'.encode()
    return Exchange(0.0, scope, seconds=0.5, body=body, answer=answer, status=200)


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
