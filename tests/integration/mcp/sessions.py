"""Two replicas that know each other's sessions, and a plain client of theirs that reads streams event by event."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from catalog_builders import TENANT
from integration.mcp.conftest import WAIT_SECONDS, Serving, serving
from mcpskills.adapters.in_process import InProcessSignals
from mcpskills.adapters.in_process_sessions import InProcessSessions
from mcpskills.adapters.redis.sessions import RedisSessions
from mcpskills.adapters.redis.signals import RedisSignals
from mcpskills.session import LIMITS, SessionLimits
from mcpskills_server.mcp.sessions import Shared
from registry import Registry
from stand_ins.valkey import Valkey

PING = {"jsonrpc": "2.0", "id": 2, "method": "ping"}
INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}
ACCEPT = {"Accept": "application/json, text/event-stream"}


def initialize(version: str = "2025-11-25", **client: Any) -> dict[str, Any]:
    said = {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}, **client}
    return {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": said}


def request(method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 3, "method": method, "params": params}


@contextlib.contextmanager
def in_process(limits: SessionLimits = LIMITS) -> Iterator[list[Shared]]:
    """What two replicas in one process share."""
    yield [Shared(InProcessSessions(limits), InProcessSignals(TENANT), TENANT)] * 2


@contextlib.contextmanager
def in_valkey(valkey: Valkey, at: Path) -> Iterator[list[Shared]]:
    """What two replicas share by a server; each has connections of its own."""
    with ExitStack() as opened:

        def one() -> Shared:
            store = opened.enter_context(closing(RedisSessions(valkey.url, prefix=str(at))))
            signals = opened.enter_context(closing(RedisSignals(valkey.url, TENANT, prefix=str(at))))
            return Shared(store, signals, TENANT)

        yield [one(), one()]


@dataclass(frozen=True)
class Pair:
    """Two replicas of one registry."""

    one: Serving
    other: Serving

    async def publish(self, name: str, **described: Any) -> None:
        """Publish, and have both replicas swap."""
        await self.one.publish(name, **described)
        await self.other.replica.refresh()


@contextlib.asynccontextmanager
async def pair(registry: Registry, shared: list[Shared], **options: Any) -> AsyncIterator[Pair]:
    async with (
        serving(registry, shared=shared[0], **options) as one,
        serving(registry, shared=shared[1], **options) as other,
    ):
        yield Pair(one, other)


@dataclass
class Caller:
    """A client that says exactly what it is told to, with the id of its session once it has one."""

    http: httpx2.AsyncClient
    headers: dict[str, str] = field(default_factory=dict)

    async def open(self, url: str, version: str = "2025-11-25", **client: Any) -> httpx2.Response:
        """Initialize, and keep the session."""
        answer = await self.http.post(url, json=initialize(version, **client), headers=self.headers)
        self.headers = {**self.headers, "Mcp-Session-Id": answer.headers["mcp-session-id"]}
        await self.post(url, INITIALIZED)
        return answer

    async def post(self, url: str, message: dict[str, Any], **headers: str) -> httpx2.Response:
        return await self.http.post(url, json=message, headers={**self.headers, **headers})

    async def delete(self, url: str) -> httpx2.Response:
        return await self.http.delete(url, headers=self.headers)

    @contextlib.asynccontextmanager
    async def stream(self, url: str, **headers: str) -> AsyncIterator["Events"]:
        async with self.http.stream("GET", url, headers={**self.headers, **headers}, timeout=WAIT_SECONDS) as answer:
            yield Events(answer)


@contextlib.asynccontextmanager
async def caller(**headers: str) -> AsyncIterator[Caller]:
    async with httpx2.AsyncClient(headers=ACCEPT) as http:
        yield Caller(http, headers)


@dataclass(frozen=True)
class Event:
    """One block of a stream; a comment alone has `comment` only."""

    id: str | None = None
    data: str | None = None
    retry: str | None = None
    comment: str | None = None

    @property
    def told(self) -> str | None:
        """The method of the notification, or the URI that was updated."""
        if not self.data:
            return None
        message = json.loads(self.data)
        return message.get("params", {}).get("uri") or message["method"].removeprefix("notifications/")


class Events:
    def __init__(self, answer: httpx2.Response) -> None:
        self.answer = answer
        self._lines = answer.aiter_lines()

    async def next(self) -> Event | None:
        """The next block; None at the end."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(WAIT_SECONDS):
            async for line in self._lines:
                if line:
                    name, _, value = line.partition(":")
                    fields[name or "comment"] = value.removeprefix(" ")
                elif fields:
                    fields.pop("event", None)
                    return Event(**fields)
        return None

    async def spoken(self) -> Event | None:
        """The next block that is no mere sign of life, which come when they like; None at the end."""
        while (event := await self.next()) is not None and event == Event(comment=event.comment):
            pass
        return event

    async def told(self, count: int) -> list[str | None]:
        """The next notifications, whatever else comes between."""
        return [(await self.notification()).told for _ in range(count)]

    async def notification(self) -> Event:
        """The next block that tells something: a busy machine may see signs of life before it."""
        while (event := await self.next()) is not None and event.told is None:
            pass
        assert event is not None, "the stream ended"
        return event
