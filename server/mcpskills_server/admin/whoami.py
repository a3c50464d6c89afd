"""Routes about the caller, for whoever wonders what they may do."""

from fastapi import Request

from mcpskills_server.admin import principal_views
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.principal_models import Me, RoleList
from mcpskills_server.auth.calling import caller


class WhoAmI:
    """Answers every caller, whatever their scopes."""

    def __init__(self, admin: Admin) -> None:
        """Nothing that is kept has a part in it."""

    async def show_me(self, request: Request) -> Me:
        """Who calls: tenant, roles, the scopes that count, groups and plan."""
        return principal_views.me(caller(request.scope))

    async def list_roles(self) -> RoleList:
        """The roles there are, and the scopes that each gives."""
        return principal_views.roles()
