"""The fast path and the SDK's server side by side over one registry, and requests for both as clients send them."""

import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, MODERN_PROTOCOL_VERSIONS
from starlette.applications import Starlette

from builders import skill_folder
from callers import Called
from catalog_builders import TENANT
from mcpskills import access
from mcpskills.access import Caller, Role
from mcpskills.asgi import WHOLE
from mcpskills_server.library import Library
from mcpskills_server.mcp.endpoint import McpEndpoint
from mcpskills_server.mcp.fast.path import FastPath
from mcpskills_server.mcp.sessions import Shared
from mcpskills_server.replica import Replica
from mcpskills_server.settings import ServerSettings
from mcpskills_server.telemetry.tally import Tally
from registry import Registry
from way_in import WayIn

MODERN = MODERN_PROTOCOL_VERSIONS[-1]
VERSIONS = (*HANDSHAKE_PROTOCOL_VERSIONS, MODERN)
NAMED = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}
HEADERS = {
    "content-type": "application/json",
    "accept": "application/json, text/event-stream",
    "host": "localhost:8000",
}
ANYBODY = access.anonymous(TENANT, Role.VIEWER)
READ = ("resources/read", MODERN)
AT = {"uri": "skill://pdf-forms/SKILL.md"}
OPENING = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}


@dataclass
class Request:
    body: bytes
    headers: Sequence[tuple[str, str]]


@dataclass
class Both:
    """The fast path and what is behind it; `passed_on` counts what the fast path did not answer itself."""

    replica: Replica
    behind: WayIn
    fast: FastPath = field(init=False)
    settings: ServerSettings = field(default_factory=lambda: ServerSettings(sessions="stateless"))
    passed_on: int = 0

    def __post_init__(self) -> None:
        self.fast = FastPath(self.replica, self.settings, self._counted, Tally())

    async def _counted(self, scope: Any, receive: Any, send: Any) -> None:
        self.passed_on += 1
        await self.behind(scope, receive, send)

    async def ask(self, request: Request) -> tuple[httpx2.Response, httpx2.Response, httpx2.Response]:
        """The answer of the SDK's server, the fast path's, and the fast path's once more, to a request that has come whole."""
        return (
            await post(self.behind, request),
            await post(self.fast, request),
            await post(AtOnce(self.fast), request),
        )


class AtOnce:
    """Calls an application with what has come whole, as a connection does."""

    def __init__(self, inside: Any) -> None:
        self._inside = inside
        self._said: tuple[bytes, bytes] | None = None
        self.content = b""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message["body"], message["more_body"]
        self.content, self._said, left = body, None, [body]

        async def again() -> Any:
            return {"type": "http.request", "body": left.pop(), "more_body": False} if left else await receive()

        await self._inside({**scope, WHOLE: self}, again, send)
        if self._said is not None:
            lines, answer = self._said
            headers = [tuple(line.split(b": ", 1)) for line in lines.splitlines()]
            headers.append((b"content-length", b"%d" % len(answer)))
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": answer})

    def answer(self, lines: bytes, *body: bytes) -> None:
        self._said = lines, b"".join(body)

    def repeat(self, again: Any) -> None:
        """Nothing comes again on a connection that there is not."""


async def post(app: Any, request: Request, who: Caller = ANYBODY) -> httpx2.Response:
    """As `who` calls, unless the request names groups."""
    transport = httpx2.ASGITransport(app=Called(app, who))
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8000") as http:
        return await http.post("/mcp", content=request.body, headers=list(request.headers))


def a_request(method: str, version: str, *, headers: dict[str, str | None] | None = None, **params: Any) -> Request:
    """As clients of that version send it; a header that is None is left out."""
    heads: dict[str, str | None] = {**HEADERS, "mcp-protocol-version": version}
    if version == MODERN:
        params["_meta"] = {
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientCapabilities": {"extensions": {"io.modelcontextprotocol/skills": {}}},
            "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
            **params.get("_meta", {}),
        }
        heads |= {"mcp-method": method, "mcp-name": _header(params.get(NAMED.get(method, "")))}
    body = {"jsonrpc": "2.0", "id": 7, "method": method, **({"params": params} if params else {})}
    return Request(json.dumps(body).encode(), [(n, v) for n, v in (heads | (headers or {})).items() if v is not None])


def _header(value: object) -> str | None:
    return None if value is None else str(value)


def seen(response: httpx2.Response) -> tuple[int, dict[str, str], Any]:
    """What a client sees; the length of the body is not JSON's matter."""
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    assert int(response.headers.get("content-length", "0")) == len(response.content)
    return response.status_code, headers, json.loads(response.content) if response.content else None


def fill(registry: Registry) -> None:
    registry.publish("plain-one", description="Says nothing but this.")
    registry.publish_folder(skill_folder("pdf-forms", body="First.\n"))
    registry.publish_folder(
        skill_folder(
            "pdf-forms",
            body='Fill in $ARGUMENTS, über \u2028 and \U0001f600 "quotes" \\ $5.\n' * 20,
            extra='license: MIT\nmetadata:\n  tags: a, b\n  count: "1.10"\nx-odd: {deep: [1, 2.5, null, true]}\n',
            files={"scripts/fill in.py": "print(1)\n", "references/more.md": "More.\n", "assets/a.png": b"\x89PNG\xff"},
        )
    )
    registry.publish_folder(skill_folder("long-one", body="A line of text that is long.\n" * 1_500))
    registry.publish_folder(skill_folder("silent-one", extra="user-invocable: false\n"))
    for number in range(60):
        registry.publish(f"many-{number:02}")


@contextlib.asynccontextmanager
async def joined(registry: Registry, shared: Shared | None = None) -> AsyncIterator[Both]:
    """With what replicas share, they keep sessions."""
    replica = Replica(registry.source, 60)
    settings = ServerSettings(sessions="stateless" if shared is None else "stateful")
    await replica.refresh()
    endpoint = McpEndpoint(replica, Library(registry.source, 1024 * 1024), settings, shared)
    async with endpoint.run():
        yield Both(replica, WayIn(Starlette(routes=endpoint.routes)), settings)
