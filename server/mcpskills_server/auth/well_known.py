"""Where the server says what it is to clients that want in (RFC 9728); everybody may ask."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mcpskills_server.auth.protected_resource import PATHS, ProtectedResource

_CACHED: Final = "public, max-age=300"


def routes(resource: ProtectedResource | None) -> list[Route]:
    """None without a resource: everything below `/.well-known` is not found then."""
    if resource is None:
        return []
    content = resource.metadata()

    def answer(_: Request) -> Response:
        return Response(content, headers={"Cache-Control": _CACHED}, media_type="application/json")

    return [Route(path, answer, methods=["GET"]) for path in PATHS]
