"""Whose tokens are taken, and what they say of us: the settings about OpenID Connect, as one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult

from mcpskills import outbound
from mcpskills.access import Role, Scope
from mcpskills.errors import InvalidInputError
from mcpskills.loopback import is_loopback
from mcpskills.outbound import Reach
from mcpskills_server.auth.protected_resource import ProtectedResource
from mcpskills_server.settings import ServerSettings


@dataclass(frozen=True, slots=True)
class Trust:
    """One issuer, and what its tokens must say to be taken for a tenant.

    `audiences` are our names at the issuer. A token without an audience, as Cognito's are, is taken from one of the `clients`
    alone; with some clients named, tokens of others are never taken. `roles` has the role that a group gives. Without
    `narrowed`, what a token's `scope` says counts for nothing.
    """

    tenant: str
    issuer: str
    jwks_url: str | None
    reach: Reach
    audiences: frozenset[str]
    clients: frozenset[str] = frozenset()
    tenant_claim: str | None = None
    groups_claims: tuple[str, ...] = ()
    roles: Mapping[str, Role] = field(default_factory=dict)
    default_role: Role | None = None
    narrowed: bool = True
    scope_prefix: str = ""
    leeway: float = 0

    def spelled(self, scope: Scope) -> str:
        """A scope as clients ask the issuer for it."""
        return f"{self.scope_prefix}{scope}"


def trust(settings: ServerSettings, resource: ProtectedResource) -> Trust:
    """What the settings say. Raises `InvalidInputError`."""
    _check("MCPSKILLS_OIDC_ISSUER", resource.issuer)
    asked = _check("MCPSKILLS_OIDC_JWKS_URL", settings.oidc_jwks_url or resource.issuer)
    return Trust(
        tenant=settings.tenant,
        issuer=resource.issuer,
        jwks_url=settings.oidc_jwks_url,
        reach=Reach(loopback=is_loopback(asked.hostname or ""), private=settings.oidc_private_network),
        audiences=frozenset({resource.endpoint, *settings.oidc_audiences}),
        clients=frozenset(settings.oidc_client_ids),
        tenant_claim=settings.oidc_tenant_claim,
        groups_claims=settings.oidc_groups_claims,
        roles=settings.oidc_roles,
        default_role=settings.oidc_default_role,
        narrowed=settings.oidc_scopes == "required",
        scope_prefix=settings.oidc_scope_prefix,
        leeway=settings.oidc_leeway_seconds,
    )


def _check(setting: str, url: str) -> SplitResult:
    try:
        return outbound.target(url)
    except InvalidInputError as error:
        raise InvalidInputError(f"{setting}: {error.message} See docs/settings.md.") from error
