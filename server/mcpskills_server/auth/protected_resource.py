"""What clients are told of how to get in: this server's metadata as an OAuth 2.0 protected resource (RFC 9728), and challenges.

There is none unless an issuer of tokens is configured: clients take it as an invitation to sign in.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mcpskills import asgi, outbound
from mcpskills.access import Scope
from mcpskills.errors import InvalidInputError
from mcpskills_server.settings import ServerSettings

WELL_KNOWN: Final = "/.well-known/oauth-protected-resource"
ENDPOINT: Final = "/mcp"
PATHS: Final = (WELL_KNOWN, WELL_KNOWN + ENDPOINT)
"""Clients that derive the place from the endpoint's URL ask for the second, others for the first; both are answered alike."""

BASIC: Final = (Scope.SKILLS_READ, Scope.SKILLS_RUN)
"""What a client is to ask the issuer for at first. More is asked for by a challenge once it is needed, as MCP wants it."""

_ANY_ISSUER: Final = "openid"
"""What clients ask for where the issuer knows no scopes of ours; told nothing, they ask for all that it has, and are refused."""

REALM: Final = "Open MCP Skills"
_NOTED: Final = "mcpskills.resource"


@dataclass(frozen=True, slots=True)
class ProtectedResource:
    """Without a `scope_prefix`, not even an empty one, the issuer knows none of our scopes."""

    url: str
    issuer: str
    scope_prefix: str | None

    @property
    def endpoint(self) -> str:
        """The URL that people give to clients, and the audience of tokens for it (RFC 8707)."""
        return self.url + ENDPOINT

    @property
    def metadata_url(self) -> str:
        return self.url + WELL_KNOWN + ENDPOINT

    def metadata(self) -> bytes:
        document = {
            "resource": self.endpoint,
            "authorization_servers": [self.issuer],
            "scopes_supported": self.asked(BASIC),
            "bearer_methods_supported": ["header"],
            "resource_name": REALM,
        }
        return json.dumps(document).encode()

    def asked(self, scopes: Sequence[Scope]) -> list[str]:
        """The scopes as clients are to ask the issuer for them."""
        if self.scope_prefix is None:
            return [_ANY_ISSUER]
        return [f"{self.scope_prefix}{scope}" for scope in scopes]


def resource(settings: ServerSettings) -> ProtectedResource | None:
    """What the settings say, None where they name no issuer. Raises `InvalidInputError`."""
    if settings.oidc_issuer is None:
        return None
    if settings.public_url is None:
        raise InvalidInputError(
            "MCPSKILLS_PUBLIC_URL: expected the URL that clients reach this server by, because MCPSKILLS_OIDC_ISSUER is set and "
            "its tokens must be made for this server. See docs/authentication.md."
        )
    try:
        parts = outbound.target(settings.public_url)
    except InvalidInputError as error:
        raise InvalidInputError(f"MCPSKILLS_PUBLIC_URL: {error.message} See docs/settings.md.") from error
    if parts.query or settings.public_url.endswith((ENDPOINT, ENDPOINT + "/")):
        raise InvalidInputError(
            f"MCPSKILLS_PUBLIC_URL: expected the URL above {ENDPOINT}, such as https://skills.example.com, "
            f"got {settings.public_url!r}. See docs/settings.md."
        )
    prefix = settings.oidc_scope_prefix if settings.oidc_scopes == "required" else None
    return ProtectedResource(settings.public_url.rstrip("/"), settings.oidc_issuer, prefix)


def note(scope: asgi.Scope, of: ProtectedResource) -> None:
    """Have whoever refuses the request tell of the resource."""
    scope[_NOTED] = of


def challenge(scope: asgi.Scope, error: str | None = None, description: str = "", needed: Sequence[Scope] = ()) -> str:
    """The WWW-Authenticate header of a refusal, as RFC 6750 and RFC 9728 have it.

    `error` is a code of RFC 6750, None for who sent no credential; `needed` is what it takes to be answered.
    """
    of: ProtectedResource | None = scope.get(_NOTED)
    said = {
        "realm": REALM,
        "error": error,
        "error_description": description if of and error else None,
        "scope": " ".join(of.asked(needed or BASIC) if of else needed),
        "resource_metadata": of.metadata_url if of else None,
    }
    return "Bearer " + ", ".join(f'{name}="{_quotable(value)}"' for name, value in said.items() if value)


def _quotable(value: str) -> str:
    """What has no place within quotes there is replaced."""
    return "".join("'" if char in '"\\' else char if " " <= char <= "~" else "?" for char in value)
