"""What the admin API says of a tenant as a whole."""

from typing import Any, Final

from pydantic import ConfigDict

from mcpskills.settings import Storage
from mcpskills_server.admin.model import Model
from mcpskills_server.recording.policy import Policy

_PLAN: Final[dict[str, Any]] = {"name": "default", "per_minute": 100, "per_hour": 1000, "concurrent": 10}
_EXAMPLE: Final[dict[str, Any]] = {
    "tenant": "default",
    "plan": "default",
    "plans": [_PLAN],
    "registry": "https://git.example.org/skills.git",
    "branch": "main",
    "commit": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "generation": 42,
    "frozen": None,
    "storage": "aws",
    "redis": True,
    "oidc": True,
    "journal_bodies": "redacted",
}


class PlanView(Model):
    """What a caller with this plan may ask for; null is without a limit."""

    name: str
    per_minute: int | None
    per_hour: int | None
    concurrent: int | None


class TenantView(Model):
    """A tenant as this server is set up for it. `plan` is of who has none of their own, `plans` are all that there are.

    `registry` is the registry repository without credentials, `commit` the last one that was published whole. `oidc` tells
    whether people may sign in with an issuer's tokens, `journal_bodies` what is recorded of parameters and results; null where
    requests are not recorded.
    """

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": _EXAMPLE})

    tenant: str
    plan: str
    plans: tuple[PlanView, ...]
    registry: str
    branch: str
    commit: str | None
    generation: int
    frozen: str | None
    storage: Storage
    redis: bool
    oidc: bool
    journal_bodies: Policy | None
