"""What the fast path keeps is bounded, whatever clients send."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mcpskills.adapters.search.index import SearchIndex
from mcpskills.snapshot import Skills, build
from mcpskills_server.mcp.fast.asked import Asked, Reading
from mcpskills_server.mcp.fast.memory import MOST_BYTES, Memory
from mcpskills_server.replica import View

MODERN = "2026-07-28"


def asked(number: int, arguments: bytes) -> Asked:
    return Asked(MODERN, "tools/call", str(number).encode(), "search_skills", None, None, arguments)


def a_view() -> View:
    return View(build("default", 1, datetime.now(UTC), Skills()), SearchIndex.of(()))


def body(number: int) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number, "result": {"content": []}}, separators=(",", ":")).encode()


def test_long_requests_count_against_the_memory_as_their_results_do():
    memory, view = Memory(), a_view()
    requests = [
        asked(number, b'{"query":"%d%s"}' % (number, b"x" * 60_000)) for number in range(2 * MOST_BYTES // 60_000)
    ]

    for number, request in enumerate(requests):
        memory.keep(request, body(number), view)

    kept = sum(memory.get(request, view) is not None for request in requests)
    assert 0 < kept <= MOST_BYTES // 60_000


@pytest.mark.parametrize(
    "answer",
    [
        b'{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}}',
        b'{"jsonrpc":"2.0","id":1,"result":{"content":[],"isError":true}}',
        b'{"jsonrpc":"2.0","id":2,"result":{}}',
        b'{"jsonrpc":"2.0","id":1,"result":{}',
        b"",
    ],
)
def test_what_another_try_may_answer_differently_is_not_kept(answer: bytes):
    memory, view = Memory(), a_view()

    memory.keep(asked(1, b"{}"), answer, view)

    assert memory.get(asked(1, b"{}"), view) is None


def test_nothing_is_given_from_another_view():
    memory, view, other = Memory(), a_view(), a_view()
    memory.keep(asked(1, b"{}"), body(1), view)

    assert memory.get(asked(1, b"{}"), view) == b'{"content":[]}'
    assert memory.get(asked(1, b"{}"), other) is None

    memory.keep(asked(2, b"{}"), body(2), other)
    assert memory.get(asked(1, b"{}"), view) is None


def test_what_one_caller_got_is_given_to_nobody_who_sees_something_else():
    memory, whole = Memory(), a_view()
    seen, other = (replace(whole, groups=frozenset({group})) for group in ("finance", "legal"))
    memory.keep(asked(1, b"{}"), body(1), seen)

    assert memory.get(asked(1, b"{}"), seen) == b'{"content":[]}'
    assert memory.get(asked(1, b"{}"), other) is memory.get(asked(1, b"{}"), whole) is None


def test_a_host_that_is_too_long_is_left_to_the_sdk():
    headers = [(b"content-type", b"application/json"), (b"accept", b"application/json, text/event-stream")]

    assert Reading(None).heads([*headers, (b"host", b"skills.example")]) is not None
    assert Reading(None).heads([*headers, (b"host", b"x" * 600)]) is None
