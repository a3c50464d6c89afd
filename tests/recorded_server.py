"""A server that records what it is asked, on connections as the product has them, and a reader of its journal."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx2

from catalog_builders import TENANT
from fleet_member import until
from key_builders import bearing, keep_key
from mcpskills import process
from mcpskills.access import Role
from mcpskills.adapters import backends
from mcpskills.adapters.in_process import InProcessReplicas
from mcpskills.adapters.in_process_sessions import InProcessSessions
from mcpskills.adapters.in_process_tail import InProcessTail
from mcpskills.adapters.sqlite.journal import SqliteJournal
from mcpskills.adapters.sqlite.principals import SqlitePrincipals
from mcpskills.api_key import WholeKey
from mcpskills.asgi import Application
from mcpskills.ports import Journal, Tail
from mcpskills_server import app
from mcpskills_server.registry import ServedRegistry
from mcpskills_server.settings import ServerSettings
from registry import Registry

MODERN = "2026-07-28"
ERAS = ("2025-06-18", MODERN)
_NAMED = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}


@dataclass(frozen=True)
class Recorded:
    http: httpx2.Client
    registry: Registry
    journal: Journal
    principals: SqlitePrincipals
    settings: ServerSettings
    owner: WholeKey
    stop: Callable[[], None]
    """Has the server stop, as a signal does."""

    def key(self, role: Role = Role.OWNER, **more: Any) -> WholeKey:
        return keep_key(self.principals, backends.peppers(self.settings), role, **more)

    def logs(self, key: WholeKey | None = None, **wanted: Any) -> list[dict[str, Any]]:
        """The newest rows that are wanted, as the key's holder sees them, by default the owner."""
        answer = self.http.get("/admin/logs", params=wanted, headers=bearing(key or self.owner))
        return answer.raise_for_status().json()["invocations"]

    def until_logged(self, count: int, **wanted: Any) -> list[dict[str, Any]]:
        """The rows that are wanted, once there are as many."""
        until(lambda: len(self.logs(**wanted)) >= count, lambda: str(self.logs(**wanted)))
        return self.logs(**wanted)

    def detail(self, row: dict[str, Any]) -> dict[str, Any]:
        return self.http.get(f"/admin/logs/{row['id']}", headers=bearing(self.owner)).raise_for_status().json()


def ask(
    http: httpx2.Client, key: WholeKey | str | None, method: str, *, version: str = MODERN, **params: Any
) -> httpx2.Response:
    """A request as clients of that version send it."""
    heads = {"accept": "application/json, text/event-stream", "mcp-protocol-version": version}
    if version == MODERN:
        params["_meta"] = {
            "io.modelcontextprotocol/protocolVersion": MODERN,
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        }
        heads["mcp-method"] = method
        if (named := params.get(_NAMED.get(method, ""))) is not None:
            heads["mcp-name"] = named
    body = {"jsonrpc": "2.0", "id": 7, "method": method, **({"params": params} if params else {})}
    return http.post("/mcp", json=body, headers={**heads, **({} if key is None else bearing(key))})


def principal(key: WholeKey) -> str:
    return f"key:{key.id}"


@contextlib.contextmanager
def recorded(
    registry: Registry, kept: Journal | None = None, /, *, tail: Tail | None = None, **said: Any
) -> Iterator[Recorded]:
    """The server over a registry, with sessions, until the block ends; without a journal, with one beside the catalog."""
    settings = ServerSettings(**{"anonymous": None, "data": registry.root, "poll_seconds": 3600, **said})
    with contextlib.ExitStack() as held:
        principals = held.enter_context(contextlib.closing(SqlitePrincipals(registry.root / "catalog.sqlite")))
        journal = kept or held.enter_context(contextlib.closing(SqliteJournal(registry.root / "journal.sqlite")))
        peppers = backends.peppers(settings)
        on = ServedRegistry(
            catalog=registry.catalog,
            store=registry.store,
            signals=registry.signals,
            forge=lambda: None,
            principals=principals,
            peppers=peppers,
            replicas=InProcessReplicas(),
            sessions=InProcessSessions(),
            journal=journal,
            tail=tail or InProcessTail(settings.tenant),
            statistics=registry.statistics,
        )
        service = app.registry(settings, on)
        owner = keep_key(principals, peppers, tenant=TENANT)
        url, stop = held.enter_context(_listening(service.application, service.close_streams))
        http = held.enter_context(httpx2.Client(base_url=url, timeout=30))
        until(lambda: http.get("/ready").status_code == httpx2.codes.OK, lambda: http.get("/ready").text)
        yield Recorded(http, registry, journal, principals, settings, owner, stop)


@contextlib.contextmanager
def _listening(application: Application, close_streams: Callable[[], None]) -> Iterator[tuple[str, Callable[[], None]]]:
    """The application as a process of the product serves it, in a thread; gives its URL, and what has it stop."""
    listener = process.bind("127.0.0.1", 0)
    begun, ends = threading.Event(), []

    async def serve() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        ends.append(lambda: loop.call_soon_threadsafe(stop.set))
        begun.set()
        await process.serve(application, listener, stop, close_streams)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    begun.wait()
    try:
        yield process.url(listener), ends[0]
    finally:
        with contextlib.suppress(RuntimeError):
            ends[0]()
        thread.join()
        listener.close()
