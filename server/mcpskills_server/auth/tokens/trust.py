"""Whose tokens are taken, and what they say of us: the settings about OpenID Connect, as one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mcpskills.access import Role, Scope
from mcpskills.errors import InvalidInputError
from mcpskills_server.auth.tokens import addresses
from mcpskills_server.auth.tokens.addresses import Reach
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


def trust(settings: ServerSettings, resource: str) -> Trust | None:
    """What the settings say, None where they name no issuer. `resource` is the URL of our endpoint.

    Raises `InvalidInputError`.
    """
    if settings.oidc_issuer is None:
        return None
    asked = settings.oidc_jwks_url or settings.oidc_issuer
    issuer = _url("MCPSKILLS_OIDC_ISSUER", settings.oidc_issuer)
    host = addresses.target(_url("MCPSKILLS_OIDC_JWKS_URL", asked)).hostname or ""
    return Trust(
        tenant=settings.tenant,
        issuer=issuer,
        jwks_url=settings.oidc_jwks_url,
        reach=Reach(loopback=addresses.is_loopback(host), private=settings.oidc_private_network),
        audiences=frozenset({resource, *settings.oidc_audiences}),
        clients=frozenset(settings.oidc_client_ids),
        tenant_claim=settings.oidc_tenant_claim,
        groups_claims=settings.oidc_groups_claims,
        roles=settings.oidc_roles,
        default_role=settings.oidc_default_role,
        narrowed=settings.oidc_scopes == "required",
        scope_prefix=settings.oidc_scope_prefix,
        leeway=settings.oidc_leeway_seconds,
    )


def _url(setting: str, value: str) -> str:
    try:
        addresses.target(value)
    except InvalidInputError as error:
        raise InvalidInputError(f"{setting}: {error.message} See docs/settings.md.") from error
    return value
