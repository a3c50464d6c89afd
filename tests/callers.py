"""Who calls, in tests of what comes behind the way in: a header names the groups of a viewer; without it an owner calls."""

from typing import Any

from mcpskills.access import ROLES, Caller, Role, anonymous
from mcpskills_server.auth.calling import called_by

GROUPS = "x-groups"
OWNER = anonymous("default", Role.OWNER)


def viewer(*groups: str, role: Role = Role.VIEWER) -> Caller:
    return Caller("default", f"key:{'+'.join(groups) or 'nobody'}", "a viewer", ROLES[role], groups=frozenset(groups))


def in_groups(*groups: str) -> dict[str, str]:
    """The header of a caller who is in these groups, and sees nothing else that is restricted."""
    return {GROUPS: ",".join(groups)}


class Called:
    """An application whose requests have a caller."""

    def __init__(self, app: Any, role: Role = Role.VIEWER) -> None:
        """`role` is that of callers who name their groups."""
        self._app = app
        self._role = role

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            said = dict(scope["headers"]).get(GROUPS.encode())
            called_by(scope, OWNER if said is None else self._caller(said.decode()))
        await self._app(scope, receive, send)

    def _caller(self, groups: str) -> Caller:
        return viewer(*filter(None, groups.split(",")), role=self._role)
