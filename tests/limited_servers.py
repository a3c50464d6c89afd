"""Server processes that hold their callers to a plan, and floods of requests."""

import contextlib
import json
import socket
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import httpx2

from fleet_member import Member
from git_fixtures import bare
from key_builders import keep_key
from mcpskills.adapters import backends
from mcpskills.adapters.sqlite.principals import SqlitePrincipals
from mcpskills.api_key import WholeKey
from mcpskills_server.settings import ServerSettings
from principal_builders import ADA
from registry import opened
from stand_ins.processes import free_port

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
HEADERS = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"}


def plan(per_minute: int | None, per_hour: int | None, concurrent: int | None = None) -> dict[str, str]:
    """Settings that hold everybody to it."""
    made = {"per_minute": per_minute, "per_hour": per_hour, "concurrent": concurrent}
    return {"MCPSKILLS_PLANS": json.dumps({"tried": made}), "MCPSKILLS_PLAN": "tried"}


@contextlib.contextmanager
def server(root: Path, **settings: str) -> Iterator[Member]:
    """A process over an empty registry, ready to answer."""
    port = free_port()
    bare(root / "data" / "registry.git")
    with opened(root / "data"):
        made = Member(
            "mcpskills_server",
            root / "data",
            {"MCPSKILLS_PORT": str(port), **settings},
            f"http://127.0.0.1:{port}",
        )
        with made.running(), httpx2.Client() as http:
            made.until_ready(http)
            yield made


def initialize() -> dict[str, Any]:
    said = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    return {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": said}


def ping(member: Member, http: httpx2.Client | None = None, **headers: str) -> httpx2.Response:
    post = httpx2.post if http is None else http.post
    return post(member.url + "/mcp", json=PING, headers=HEADERS | headers, timeout=30)


def flood(members: Sequence[Member], callers: int, requests: int) -> Counter[int]:
    """So many callers at once, each on a connection of their own, make all the requests; gives the statuses."""

    def call(member: Member) -> list[int]:
        with httpx2.Client() as http:
            return [ping(member, http).status_code for _ in range(requests // callers)]

    with ThreadPoolExecutor(callers) as pool:
        return Counter(status for each in pool.map(call, islice(cycle(members), callers)) for status in each)


def key_of(member: Member, **more: Any) -> WholeKey:
    """A new key that the server knows."""
    with contextlib.closing(SqlitePrincipals(member.data / "catalog.sqlite")) as principals:
        return keep_key(principals, backends.peppers(ServerSettings(data=member.data)), **more)


def revoke(member: Member, key: WholeKey) -> None:
    with contextlib.closing(SqlitePrincipals(member.data / "catalog.sqlite")) as principals:
        principals.revoke_key(key.tenant, key.id, "lost", ADA)


@contextlib.contextmanager
def unfinished(member: Member, count: int) -> Iterator[list[socket.socket]]:
    """Requests that were let in and wait for the rest of their bodies, until the block ends or they are closed."""
    port = int(member.url.rpartition(":")[2])
    lines = [f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{port}", *(f"{name}: {value}" for name, value in HEADERS.items())]
    # Whoever is let in is told to go on once its body is read (RFC 9110, section 10.1.1).
    lines += ["Content-Type: application/json", "Content-Length: 1000", "Expect: 100-continue"]
    head = "\r\n".join([*lines, "\r\n"]).encode()
    with contextlib.ExitStack() as opened:
        made = [opened.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(count)]
        for each in made:
            each.settimeout(30)
            each.sendall(head)
        for each in made:
            told = each.recv(1024)
            assert told.startswith(b"HTTP/1.1 100 "), told
        yield made


def counted_by(member: Member) -> Any:
    return httpx2.get(member.url + "/info", timeout=30).json()["limits"]
