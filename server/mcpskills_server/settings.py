"""The server's settings, read once from the environment. Each has a heading in docs/settings.md."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from mcpskills.access import Role
from mcpskills.settings import Proxy, Settings, Storage
from mcpskills_server.auth.limits.counting import Without
from mcpskills_server.auth.limits.plans import PlanSetting, known_plans
from mcpskills_server.recording.policy import Policy


class ServerSettings(Settings):
    """See `Settings` for what all deployables share."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    workers: int = Field(default=1, ge=1, le=128)
    anonymous: Annotated[Role | None, BeforeValidator(lambda said: said or None)] = None
    key_grace_seconds: float = Field(default=300.0, ge=0)
    proxies: tuple[Proxy, ...] = ()
    plans: dict[str, PlanSetting] = Field(default_factory=dict)
    plan: str = "default"
    limits_without_redis: Without = "local"
    failures_per_minute: int = Field(default=30, ge=1)
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    sessions: Literal["stateless", "stateful"] | None = None
    heartbeat_seconds: float = Field(default=15.0, gt=0)
    drain_seconds: float = Field(default=0.0, ge=0)
    fast_path: bool = True
    poll_seconds: float = Field(default=1.0, gt=0)
    page_size: int = Field(default=50, ge=1, le=200)
    public_url: str | None = None
    oidc_issuer: str | None = None
    oidc_jwks_url: str | None = None
    oidc_private_network: bool = False
    oidc_audiences: tuple[str, ...] = ()
    oidc_client_ids: tuple[str, ...] = ()
    oidc_tenant_claim: str | None = None
    oidc_groups_claims: tuple[str, ...] = ("cognito:groups", "groups", "roles")
    oidc_roles: dict[str, Role] = Field(default_factory=dict)
    oidc_default_role: Role | None = None
    oidc_scopes: Literal["required", "ignored"] = "required"
    oidc_scope_prefix: str = ""
    oidc_leeway_seconds: float = Field(default=30.0, ge=0, le=300)
    journal: bool = True
    journal_bodies: Policy = "redacted"
    journal_per_second: int = Field(default=200, ge=1, le=100_000)
    trusted_keys: tuple[str, ...] = ()
    package_disk_bytes: int = Field(default=1024 * 1024 * 1024, ge=0)
    package_cache_bytes: int = Field(default=64 * 1024 * 1024, ge=0)

    @field_validator("plan")
    @classmethod
    def _known(cls, plan: str, others: ValidationInfo) -> str:
        known = known_plans(others.data.get("plans", {}))
        if plan not in known:
            raise ValueError(f"expected one of {', '.join(known)}")
        return plan

    @property
    def keeps_sessions(self) -> bool:
        """As said; else wherever one process, or all replicas through Redis, know every session."""
        if self.sessions is not None:
            return self.sessions == "stateful"
        return (self.storage is Storage.EMBEDDED and self.workers == 1) or self.redis_url is not None
