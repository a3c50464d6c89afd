"""A server of a registry that takes tokens of an issuer, and lets nobody in without a credential."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx2

from admin_service import serving
from fleet_member import until
from mcpskills.adapters import backends
from mcpskills.adapters.in_process import InProcessReplicas
from mcpskills.adapters.sqlite.principals import SqlitePrincipals
from mcpskills.ports import Sessions
from mcpskills_server import app
from mcpskills_server.registry import ServedRegistry
from mcpskills_server.settings import ServerSettings
from registry import Registry
from stand_ins.processes import free_port


@dataclass(frozen=True)
class Guarded:
    """`url` is what clients reach it by."""

    url: str
    http: httpx2.Client
    principals: SqlitePrincipals

    @property
    def endpoint(self) -> str:
        return f"{self.url}/mcp"


@contextlib.contextmanager
def guarded(
    registry: Registry, sessions: Sessions | None = None, *, failures: int = 1_000_000, **oidc: Any
) -> Iterator[Guarded]:
    """A server that takes the tokens of an issuer, by settings without their `oidc_`; it keeps sessions if it has a place.

    An address may have so many `failures` in a minute.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    said = {f"oidc_{name}": value for name, value in oidc.items()}
    settings = ServerSettings(
        anonymous=None,
        data=registry.root,
        poll_seconds=3600,
        public_url=url,
        failures_per_minute=failures,
        **said,
    )
    with contextlib.closing(SqlitePrincipals(registry.root / "catalog.sqlite")) as principals:
        on = ServedRegistry(
            catalog=registry.catalog,
            store=registry.store,
            signals=registry.signals,
            forge=lambda: None,
            principals=principals,
            peppers=backends.peppers(settings),
            replicas=InProcessReplicas(),
            sessions=sessions,
        )
        service = app.registry(settings, on)
        with serving(service.application, port), httpx2.Client(base_url=url, timeout=30) as http:
            until(lambda: http.get("/ready").status_code == httpx2.codes.OK, lambda: http.get("/ready").text)
            yield Guarded(url, http, principals)
            service.close_streams()
