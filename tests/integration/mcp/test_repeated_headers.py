"""A connection that knows a header answers what comes with it as the first one was answered, as long as it may."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest

from builders import skill_folder
from fleet_member import until
from integration.mcp.fast_and_sdk import (
    ANYBODY,
    HEADERS,
    MODERN,
    VERSIONS,
    Both,
    Request,
    a_request,
    fill,
    joined,
    post,
)
from integration.mcp.test_fast_path import HOT, KEPT, PASSED_ON
from key_builders import bearing
from mcpskills import process
from mcpskills.access import Role
from mcpskills.connection import Limits
from mcpskills_server.auth.calling import called_by
from mcpskills_server.auth.vouching import vouch
from principal_builders import ADA
from recorded_server import Recorded, recorded
from registry import Registry


def raw(request: Request) -> bytes:
    """As a client writes it."""
    lines = [f"{name.title()}: {value}" for name, value in request.headers]
    head = "\r\n".join(("POST /mcp HTTP/1.1", *lines, f"Content-Length: {len(request.body)}", "", ""))
    return head.encode() + request.body


class Gate:
    """Lets everybody in, counts who is looked at, and vouches for the next ones as long as it `holds`."""

    def __init__(self, inside: Any) -> None:
        self._inside = inside
        self.looked_at = 0
        self.holds = True

    def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        if scope["type"] == "lifespan":
            return _no_life(receive, send)
        self.looked_at += 1
        called_by(scope, ANYBODY)
        vouch(scope, lambda: self.holds)
        return self._inside(scope, receive, send)


async def _no_life(receive: Any, send: Any) -> None:
    for moment in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{moment}.complete"})


@contextlib.asynccontextmanager
async def serving(gate: Gate) -> AsyncIterator[int]:
    """Gives the port."""
    listener, stop = process.bind("127.0.0.1", 0), asyncio.Event()
    running = asyncio.create_task(process.serve(gate, listener, stop, lambda: None, limits=Limits()))
    yield listener.getsockname()[1]
    stop.set()
    await running


@contextlib.asynccontextmanager
async def connection(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    yield reader, writer
    writer.close()


@contextlib.asynccontextmanager
async def connected(gate: Gate) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    async with serving(gate) as port, connection(port) as both_ends:
        yield both_ends


async def answer(reader: asyncio.StreamReader) -> tuple[bytes, dict[str, str], Any]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    status, *lines = head.strip().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    body = await reader.readexactly(int(headers["content-length"]))
    return status.encode(), {**headers, "date": ""}, json.loads(body) if body else None


@pytest.mark.anyio
@pytest.mark.parametrize(("method", "params"), [*HOT, *KEPT, *PASSED_ON], ids=lambda value: str(value)[:60])
async def test_every_request_is_answered_the_third_time_as_the_first_and_as_the_sdk_does(
    both: Both, method: str, params: Any
):
    looks, gate = 1 if (method, params) in HOT else 2 if (method, params) in KEPT else 3, Gate(both.fast)
    async with serving(gate) as port:
        for version in VERSIONS:
            request, answers, gate.looked_at = a_request(method, version, **params), [], 0
            async with connection(port) as (reader, writer):
                for _ in range(3):
                    writer.write(raw(request))
                    answers.append(await answer(reader))
            reference = await post(both.behind, request)

            assert answers[0] == answers[1] == answers[2]
            assert answers[2][0].split()[1] == b"%d" % reference.status_code
            assert answers[2][2] == (reference.json() if reference.content else None)
            assert gate.looked_at == looks


@pytest.mark.anyio
@pytest.mark.parametrize("version", VERSIONS)
async def test_another_name_is_answered_by_the_same_header(both: Both, version: str):
    gate, names = Gate(both.fast), ("pdf-forms", "plain-one", "many-01", "no-such-one", "long-one")
    requests = [a_request("resources/read", version, uri=f"skill://{name}/SKILL.md") for name in names]
    async with connected(gate) as (reader, writer):
        for request in requests:
            writer.write(raw(request))
            status, _, body = await answer(reader)
            reference = await post(both.behind, request)

            assert (status.split()[1], body) == (b"%d" % reference.status_code, reference.json())

    assert gate.looked_at == 2, "the first, and the one that the SDK answers"


LOAD = a_request("tools/call", MODERN, name="load_skill", arguments={"name": "plain-one"})
PLAIN = raw(LOAD)
LENGTH = b"Content-Length: %d" % len(LOAD.body)
ODD = {
    "in two pieces": (PLAIN[:40], PLAIN[40:]),
    "the body apart": (PLAIN[: -len(LOAD.body)], LOAD.body),
    "two at once": (PLAIN + PLAIN,),
    "one and a half": (PLAIN + PLAIN[:50], PLAIN[50:]),
    "after an empty line": (b"\r\n" + PLAIN,),
    "a name that the body does not have": (PLAIN.replace(b"Mcp-Name: load_skill", b"Mcp-Name: read_skill_file"),),
    "no name": (PLAIN.replace(b"Mcp-Name: load_skill\r\n", b""),),
    "a name twice": (PLAIN.replace(b"Mcp-Name: load_skill", b"Mcp-Name: load_skill\r\nMcp-Name: load_skill"),),
    "a name with blanks": (PLAIN.replace(b"Mcp-Name: load_skill", b"Mcp-Name: load_skill \t"),),
    "a name of two words": (PLAIN.replace(b"Mcp-Name: load_skill", b"Mcp-Name: load skill"),),
    "an empty name": (PLAIN.replace(b"Mcp-Name: load_skill", b"Mcp-Name: "),),
    "a length with a zero": (PLAIN.replace(b"Content-Length: ", b"Content-Length: 0"),),
    "a length twice": (PLAIN.replace(LENGTH, LENGTH + b"\r\n" + LENGTH),),
    "too short a length": (PLAIN.replace(LENGTH, b"Content-Length: 3"),),
    "no number as a length": (PLAIN.replace(LENGTH, b"Content-Length: abc"),),
    "chunks as well": (PLAIN.replace(LENGTH, LENGTH + b"\r\nTransfer-Encoding: chunked"),),
    "a line that ends early": (PLAIN.replace(b"Mcp-Name: load_skill\r\n", b"Mcp-Name: load_skill\n"),),
    "a line that goes on": (PLAIN.replace(b"Mcp-Name: load_skill", b"Mcp-Name: load_skill\r\n more"),),
    "another address": (PLAIN.replace(b"POST /mcp", b"POST /elsewhere"),),
    "another method": (PLAIN.replace(b"POST /mcp", b"GET /mcp"),),
    "the older HTTP": (PLAIN.replace(b"HTTP/1.1", b"HTTP/1.0"),),
    "a wish to go on": (PLAIN.replace(LENGTH, LENGTH + b"\r\nExpect: 100-continue"),),
    "the end of the connection": (PLAIN.replace(LENGTH, LENGTH + b"\r\nConnection: close"),),
    "another host": (PLAIN.replace(b"Host: localhost:8000", b"Host: evil.example"),),
    "no JSON": (PLAIN.replace(b'"method"', b'"meth\\d"'),),
}


@pytest.mark.anyio
@pytest.mark.parametrize("parts", ODD.values(), ids=ODD)
async def test_what_is_odd_is_answered_on_a_known_connection_as_on_a_new_one(both: Both, parts: tuple[bytes, ...]):
    said = []
    for known in (b"", PLAIN):
        async with connected(Gate(both.fast)) as (reader, writer):
            if known:
                for _ in range(2):
                    writer.write(known)
                    await answer(reader)
            for part in parts:
                writer.write(part)
                await writer.drain()
                # Else the parts would come together.
                await asyncio.sleep(0.02)
            writer.write_eof()
            said.append(_undated(await reader.read()))

    assert said[0] == said[1]
    assert said[0]


def _undated(answers: bytes) -> list[bytes]:
    return [line for line in answers.split(b"\r\n") if not line.startswith(b"date: ")]


@pytest.mark.anyio
async def test_who_is_vouched_for_no_more_is_looked_at(both: Both):
    gate = Gate(both.fast)
    async with connected(gate) as (reader, writer):
        looked = []
        for gate.holds in (True, True, False, True):
            writer.write(PLAIN)
            assert (await answer(reader))[0] == b"HTTP/1.1 200 OK"
            looked.append(gate.looked_at)

    assert looked == [1, 1, 2, 2]


@pytest.mark.anyio
async def test_where_nobody_vouches_every_request_is_looked_at(both: Both):
    class Silent(Gate):
        def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
            if scope["type"] == "lifespan":
                return _no_life(receive, send)
            self.looked_at += 1
            called_by(scope, ANYBODY)
            return self._inside(scope, receive, send)

    gate = Silent(both.fast)
    async with connected(gate) as (reader, writer):
        for _ in range(3):
            writer.write(PLAIN)
            await answer(reader)

    assert gate.looked_at == 3


@pytest.mark.anyio
async def test_a_swap_is_seen_by_who_is_known(registry: Registry):
    fill(registry)
    async with joined(registry) as both, connected(Gate(both.fast)) as (reader, writer):
        texts = []
        for body in ("Said before.\n", "Said after.\n"):
            registry.publish_folder(skill_folder("plain-one", body=body))
            await both.replica.refresh()
            for _ in range(2):
                writer.write(PLAIN)
                texts.append(json.dumps((await answer(reader))[2]))

    assert [("before" in text, "after" in text) for text in texts] == [(True, False)] * 2 + [(False, True)] * 2


# The whole server, by its own gate


class Caller:
    """One connection of a client that sends the same header again and again."""

    def __init__(self, url: str, key: Any, **headers: str) -> None:
        parts = httpx2.URL(url)
        self._socket = socket.create_connection((parts.host, parts.port), timeout=30)
        self._file = self._socket.makefile("rb")
        own = {} if key is None else bearing(key)
        said = {**HEADERS, "mcp-protocol-version": "2025-06-18", **own, **headers}
        self._headers = [(name, value) for name, value in said.items() if name != "host"]
        self._headers.append(("host", f"{parts.host}:{parts.port}"))

    def ask(self, method: str = "tools/call", **params: Any) -> tuple[int, Any]:
        """Status and body, by default of `load_skill`."""
        params = params or {"name": "load_skill", "arguments": {"name": "pdf-forms"}}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        self._socket.sendall(raw(Request(body, self._headers)))
        status, length = int(self._file.readline().split()[1]), 0
        while (line := self._file.readline().strip()) != b"":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split()[1])
        return status, json.loads(self._file.read(length) or b"null")

    def close(self) -> None:
        self._file.close()
        self._socket.close()


@contextlib.contextmanager
def calling(server: Recorded, key: Any, **headers: str) -> Iterator[Caller]:
    caller = Caller(str(server.http.base_url), key, **headers)
    try:
        yield caller
    finally:
        caller.close()


@pytest.mark.parametrize("header", ["authorization", "x-api-key"])
def test_a_key_that_is_revoked_is_refused_on_a_connection_that_knows_it(registry: Registry, header: str):
    registry.publish()
    with recorded(registry) as server:
        key = server.key(Role.VIEWER)
        given = bearing(key)["authorization"]
        said = {header: given if header == "authorization" else given.removeprefix("Bearer ")}
        with calling(server, None, **said) as caller:
            before = [caller.ask()[0] for _ in range(4)]
            server.principals.revoke_key(key.tenant, key.id, "lost", ADA)

            until(lambda: caller.ask()[0] == 401, lambda: str(caller.ask()))

    assert before == [200] * 4


def test_more_callers_than_are_looked_up_by_their_headers_are_answered_again_each_as_themselves(registry: Registry):
    registry.publish()
    plans = {"tried": {"per_minute": 4, "per_hour": None}}
    with recorded(registry, plans=plans, plan="tried") as server, contextlib.ExitStack() as open_ones:
        callers = [open_ones.enter_context(calling(server, server.key(Role.VIEWER))) for _ in range(70)]
        rounds = [[caller.ask()[0] for caller in callers] for _ in range(5)]

    assert rounds == [[200] * 70] * 4 + [[429] * 70]


def test_a_plan_counts_every_request_on_a_connection_once(registry: Registry):
    registry.publish()
    plans = {"tried": {"per_minute": 5, "per_hour": None}}
    with recorded(registry, plans=plans, plan="tried") as server, calling(server, server.key(Role.VIEWER)) as caller:
        statuses = [caller.ask()[0] for _ in range(8)]

    assert statuses == [200] * 5 + [429] * 3


def test_a_session_that_is_closed_is_unknown_on_a_connection_that_used_it(registry: Registry):
    registry.publish()
    with recorded(registry) as server:
        key = server.key(Role.VIEWER)
        opening = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
        body = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": opening}
        heads = {"accept": HEADERS["accept"], **bearing(key)}
        session = server.http.post("/mcp", json=body, headers=heads).headers["mcp-session-id"]
        with calling(server, key, **{"mcp-session-id": session}) as caller:
            before = [caller.ask()[0] for _ in range(4)]
            server.http.delete("/mcp", headers={**heads, "mcp-session-id": session}).raise_for_status()

            after = caller.ask()[0]

    assert (before, after) == ([200] * 4, 404)


def test_what_is_restricted_is_not_shown_to_who_was_answered_before(registry: Registry):
    registry.publish("pdf-forms")
    with recorded(registry) as server, calling(server, server.key(Role.VIEWER)) as caller:
        before = [caller.ask()[1]["result"].get("isError", False) for _ in range(3)]
        wish = {"groups": ["finance"], "reason": "payroll"}
        answer = server.http.put("/admin/skills/pdf-forms/access", json=wish, headers=bearing(server.owner))
        after = caller.ask()[1]["result"].get("isError", False)

    assert (before, answer.status_code, after) == ([False] * 3, 200, True)


def test_every_request_of_a_connection_is_recorded_with_what_it_asked(registry: Registry):
    names = ("pdf-forms", "plain-one", "pdf-forms")
    for name in set(names):
        registry.publish(name)
    with recorded(registry) as server:
        key = server.key(Role.VIEWER)
        with calling(server, key, **{"user-agent": "a-client/1"}) as caller:
            for name in names:
                caller.ask(name="load_skill", arguments={"name": name})
        rows = server.until_logged(3, principal=f"key:{key.id}")

    # Those of one millisecond are in no order.
    assert sorted(row["skill"] for row in rows) == sorted(names)
    assert {row["user_agent"] for row in rows} == {"a-client/1"}
