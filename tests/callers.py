"""Who calls, in tests of what comes behind the way in: a header names the groups of a viewer; without it somebody else calls."""

from typing import Any

from catalog_builders import TENANT
from mcpskills.access import ROLES, Caller, Role, anonymous
from mcpskills_server.auth.calling import called_by

GROUPS = "x-groups"
OWNER = anonymous(TENANT, Role.OWNER)


def viewer(*groups: str) -> Caller:
    identifier = f"key:{'+'.join(groups) or 'nobody'}"
    return Caller(TENANT, identifier, "a viewer", ROLES[Role.VIEWER], groups=frozenset(groups))


def in_groups(*groups: str) -> dict[str, str]:
    """The header of a caller who is in these groups, and sees nothing else that is restricted."""
    return {GROUPS: ",".join(groups)}


class Called:
    """An application whose requests have a caller, in the place of the gate."""

    def __init__(self, app: Any, otherwise: Caller = OWNER) -> None:
        self._app = app
        self._otherwise = otherwise

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            said = dict(scope["headers"]).get(GROUPS.encode())
            called_by(scope, self._otherwise if said is None else viewer(*filter(None, said.decode().split(","))))
        await self._app(scope, receive, send)
