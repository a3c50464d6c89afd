"""All that a server answers, as one application that nobody asks yet, and what each of its routes needs."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from fastapi.routing import iter_route_contexts

from admin_service import parts
from catalog_builders import TENANT
from git_fixtures import bare
from mcpskills.adapters.in_process_sessions import InProcessSessions
from mcpskills_server.application import Application
from mcpskills_server.auth import rights
from mcpskills_server.auth.guarding import GuardedRoute
from mcpskills_server.auth.protected_resource import ProtectedResource
from mcpskills_server.auth.rights import Right
from mcpskills_server.mcp.sessions import Shared
from mcpskills_server.telemetry.tally import Tally
from registry import opened


@contextlib.contextmanager
def whole(root: Path) -> Iterator[Application]:
    """With sessions, an issuer of tokens and the admin API, over an empty registry."""
    bare(root / "registry.git")
    with opened(root) as registry:
        made = parts(registry)
        shared = Shared(InProcessSessions(), registry.signals, TENANT)
        resource = ProtectedResource("https://skills.example.com", "https://login.example.com", None)
        yield Application(
            made.settings,
            made.replica,
            made.library,
            Tally(),
            counted_by=lambda: "memory",
            shared=shared,
            parts=made,
            resource=resource,
        )


def rights_of(application: Application) -> dict[str, Right | None]:
    """What each route needs, by methods and path, in the order of the routes; None where nobody says."""
    found: dict[str, Right | None] = {}
    for context in iter_route_contexts(application.http.routes):
        route, path = context.original_route, context.path or ""
        said = route.right if isinstance(route, GuardedRoute) else rights.ENDPOINTS.get(path)
        methods = sorted((context.methods or set()) - {"HEAD"})
        found[" ".join(filter(None, (",".join(methods), path)))] = said
    return found
