"""A server whose callers need a key, and what it knows of keys."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2

from admin_service import serving
from fleet_member import until
from key_builders import bearing, keep_key
from mcpskills.access import Role
from mcpskills.adapters import backends
from mcpskills.adapters.in_process import InProcessReplicas
from mcpskills.adapters.in_process_sessions import InProcessSessions
from mcpskills.adapters.sqlite.principals import SqlitePrincipals
from mcpskills.api_key import Peppers, WholeKey
from mcpskills_server import app
from mcpskills_server.registry import ServedRegistry
from mcpskills_server.settings import ServerSettings
from registry import Registry

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
MCP = {
    "accept": "application/json, text/event-stream",
    "content-type": "application/json",
    "mcp-protocol-version": "2025-06-18",
}


class Heard(SqlitePrincipals):
    """Counts how often a server asked whether anything changed."""

    asked = 0

    def revision(self, tenant: str) -> int:
        self.asked += 1
        return super().revision(tenant)


@dataclass(frozen=True)
class Gated:
    http: httpx2.Client
    principals: Heard
    peppers: Peppers

    def key(self, role: Role = Role.OWNER, **more: Any) -> WholeKey:
        return keep_key(self.principals, self.peppers, role, **more)

    def ping(self, key: WholeKey | str | None = None) -> httpx2.Response:
        said = {} if key is None else bearing(key)
        return self.http.post("/mcp", json=PING, headers={**MCP, **said})

    def until_heard(self) -> None:
        """Wait until the server has dealt with all that changed until now."""
        # One that is under way may have begun before.
        enough = self.principals.asked + 3
        until(lambda: self.principals.asked >= enough, lambda: f"asked {self.principals.asked} times")

    def until_status(self, status: int, key: WholeKey) -> None:
        until(lambda: self.ping(key).status_code == status, lambda: self.ping(key).text)


@contextlib.contextmanager
def gated(registry: Registry, **said: Any) -> Iterator[Gated]:
    settings = ServerSettings(**{"anonymous": None, "data": registry.root, "poll_seconds": 3600, **said})
    peppers = backends.peppers(settings)
    with contextlib.closing(Heard(registry.root / "catalog.sqlite")) as principals:
        on = ServedRegistry(
            catalog=registry.catalog,
            store=registry.store,
            signals=registry.signals,
            forge=lambda: None,
            principals=principals,
            peppers=peppers,
            replicas=InProcessReplicas(),
            sessions=InProcessSessions(),
        )
        service = app.registry(settings, on)
        with serving(service.application) as url, httpx2.Client(base_url=url, timeout=30) as http:
            until(lambda: http.get("/ready").status_code == httpx2.codes.OK, lambda: http.get("/ready").text)
            yield Gated(http, principals, peppers)
            service.close_streams()
