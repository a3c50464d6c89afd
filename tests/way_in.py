"""A way in that asks nobody for a credential: an application behind it hears of the caller whom the story chose."""

from typing import Any

from callers import GROUPS, viewer
from mcpskills import access
from mcpskills.access import Caller, Role
from mcpskills.asgi import Application, Receive, Scope, Send
from mcpskills_server.auth.calling import called_by, named

TENANT = "default"


def a_caller(role: Role = Role.OWNER, **fields: Any) -> Caller:
    """Somebody with a role, by a key of that name."""
    given = {"tenant": TENANT, "id": f"key:{role}", "name": f"the {role}", "scopes": access.ROLES[role]}
    return Caller(**{**given, "roles": frozenset({role.value}), **fields})


class WayIn:
    """Everybody is `who`, until a story says otherwise; the header of `callers.py` names the groups of a viewer."""

    def __init__(self, app: Application, who: Caller | None = None) -> None:
        self._app = app
        self.who = who or access.anonymous(TENANT, Role.OWNER)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            said = dict(scope["headers"]).get(GROUPS.encode())
            called_by(scope, self.who if said is None else viewer(*filter(None, said.decode().split(","))))
            send = named(scope, send) if scope["path"].startswith("/admin") else send
        await self._app(scope, receive, send)
