"""The tenant as a whole: its plans, its registry repository, and where things are kept."""

from mcpskills_dashboard.client.connection import Api
from mcpskills_dashboard.client.rows import Row, read


class Plan(Row):
    """What a caller may ask for; None is without a limit."""

    name: str
    per_minute: int | None
    per_hour: int | None
    concurrent: int | None


class Tenant(Row):
    """`plan` is of who has none of their own; `storage` is embedded or aws.

    `journal_bodies` is what is recorded of parameters and results: off, redacted or full; None where nothing is recorded.
    """

    tenant: str
    plan: str
    plans: tuple[Plan, ...]
    registry: str
    branch: str
    commit: str | None
    generation: int
    frozen: str | None
    storage: str
    redis: bool
    oidc: bool
    journal_bodies: str | None


def shown(api: Api) -> Tenant:
    return read(Tenant, api.get("/tenant"))
