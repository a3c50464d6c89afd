"""Routes that look at their caller's scopes before anything of a request is read, and say so in the OpenAPI document."""

from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, Final, TypeVar

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.routing import APIRoute

from mcpskills.access import Scope
from mcpskills_server.auth import rights
from mcpskills_server.auth.calling import caller
from mcpskills_server.auth.rights import Free, Right

Answer = TypeVar("Answer", bound=Callable[..., Any])

REFUSALS: Final = (400, 401, 403, 429, 503)
"""With what the way in answers those whom it does not let pass."""

SCHEMES: Final[dict[str, Any]] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key, or an access token of the identity provider.",
    },
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "An API key."},
}
"""How callers say who they are."""


class GuardedRoute(APIRoute):
    """Its classes, one for each right, are made by `route`."""

    right: ClassVar[Right]

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            return await handle(self.permitted(request))

        return answer

    def permitted(self, request: Request) -> Request:
        """The request to answer. Raises `MissingScopeError`."""
        if isinstance(self.right, Scope):
            rights.expect(caller(request.scope), self.right)
        return request


def route(needs: Right) -> type[GuardedRoute]:
    """A class of routes that answer only who has the right."""

    class Guarded(GuardedRoute):
        right = needs

    return Guarded


def get(routes: APIRouter, path: str, right: Right, **more: Any) -> Callable[[Answer], Answer]:
    """Like `APIRouter.get`, for who has the right."""

    def add(answer: Answer) -> Answer:
        extra = described(right)
        routes.add_api_route(
            path, answer, methods=["GET"], route_class_override=route(right), openapi_extra=extra, **more
        )
        return answer

    return add


def described(right: Right) -> dict[str, Any]:
    """What the OpenAPI document says of a route with this right."""
    if right is Free.EVERYBODY:
        return {"security": []}
    needed = [right.value] if isinstance(right, Scope) else []
    return {"security": [{scheme: needed} for scheme in SCHEMES]}


def install(app: FastAPI) -> None:
    """Have the OpenAPI document of the application say how callers say who they are."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        document.setdefault("components", {})["securitySchemes"] = SCHEMES
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the document
