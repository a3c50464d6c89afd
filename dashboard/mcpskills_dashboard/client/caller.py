"""Who is signed in, as the server takes them."""

from mcpskills_dashboard.client.connection import Api
from mcpskills_dashboard.client.rows import Row, read


class Me(Row):
    tenant: str
    id: str
    name: str
    anonymous: bool
    roles: tuple[str, ...]
    scopes: frozenset[str]
    groups: tuple[str, ...]
    plan: str | None = None


def me(api: Api) -> Me:
    """Who calls, and what they may do."""
    return read(Me, api.get("/me"))
