"""An OAuth 2.1 authorization server with the SDK's own routes: clients register themselves, one person agrees to everything.

Access tokens are JWTs of RFC 9068, bound to the resource that was asked for (RFC 8707).
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from mcp.server.auth.provider import (
    AccessToken,
    AuthorizationCode,
    AuthorizationParams,
    RefreshToken,
    construct_redirect_uri,
)
from mcp.server.auth.routes import create_auth_routes
from mcp.server.auth.settings import ClientRegistrationOptions
from mcp.shared.auth import OAuthClientInformationFull, OAuthToken
from pydantic import AnyHttpUrl
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from admin_service import serving
from stand_ins.processes import free_port
from token_builders import RSA, jwks, rsa_jwk, signed

SUBJECT = "c0ffee00-ada"
SECONDS = 3600


@dataclass
class AuthorizationServer:
    """`groups` are those of the person; `asked` has what each authorization asked for. `keys` are what it publishes."""

    url: str
    scopes: list[str]
    groups: list[str] = field(default_factory=list)
    asked: list[AuthorizationParams] = field(default_factory=list)
    clients: dict[str, OAuthClientInformationFull] = field(default_factory=dict)
    codes: dict[str, AuthorizationCode] = field(default_factory=dict)
    refreshes: dict[str, RefreshToken] = field(default_factory=dict)
    keys: list[dict[str, Any]] = field(default_factory=lambda: [rsa_jwk()])

    @property
    def issuer(self) -> str:
        """As tokens have it: the SDK's routes spell it with a slash."""
        return f"{self.url}/"

    async def get_client(self, client_id: str) -> OAuthClientInformationFull | None:
        return self.clients.get(client_id)

    async def register_client(self, client_info: OAuthClientInformationFull) -> None:
        assert client_info.client_id is not None
        self.clients[client_info.client_id] = client_info

    async def authorize(self, client: OAuthClientInformationFull, params: AuthorizationParams) -> str:
        self.asked.append(params)
        code = AuthorizationCode(
            code=secrets.token_urlsafe(32),
            client_id=client.client_id or "",
            scopes=params.scopes or [],
            expires_at=time.time() + SECONDS,
            **params.model_dump(
                include={"code_challenge", "redirect_uri", "redirect_uri_provided_explicitly", "resource"}
            ),
        )
        self.codes[code.code] = code
        return construct_redirect_uri(str(params.redirect_uri), code=code.code, state=params.state)

    async def load_authorization_code(
        self, client: OAuthClientInformationFull, authorization_code: str
    ) -> AuthorizationCode | None:
        code = self.codes.get(authorization_code)
        return code if code and code.client_id == client.client_id else None

    async def exchange_authorization_code(
        self,
        client: OAuthClientInformationFull,  # noqa: ARG002 the SDK names what it gives
        authorization_code: AuthorizationCode,
    ) -> OAuthToken:
        del self.codes[authorization_code.code]
        return self._tokens(authorization_code.client_id, authorization_code.scopes, authorization_code.resource)

    async def load_refresh_token(
        self,
        client: OAuthClientInformationFull,  # noqa: ARG002 the SDK names what it gives
        refresh_token: str,
    ) -> RefreshToken | None:
        return self.refreshes.get(refresh_token)

    async def exchange_refresh_token(
        self,
        client: OAuthClientInformationFull,  # noqa: ARG002 the SDK names what it gives
        refresh_token: RefreshToken,
        scopes: list[str],
    ) -> OAuthToken:
        del self.refreshes[refresh_token.token]
        return self._tokens(refresh_token.client_id, scopes, refresh_token.resource)

    async def load_access_token(self, token: str) -> AccessToken | None:
        raise NotImplementedError(f"Resource servers check {token} themselves.")

    async def revoke_token(self, token: AccessToken | RefreshToken) -> None:
        self.refreshes.pop(token.token, None)

    def token(self, client: str = "a-client", resource: str | None = None, **claims: Any) -> str:
        """An access token for a resource, good for an hour from now."""
        now = int(time.time())
        said = {
            "iss": self.issuer,
            "sub": SUBJECT,
            "aud": resource,
            "exp": now + SECONDS,
            "iat": now,
            "client_id": client,
            "groups": self.groups,
            **claims,
        }
        return signed({"alg": "RS256", "kid": "rsa", "typ": "at+jwt"}, said, RSA)

    def _tokens(self, client: str, scopes: list[str], resource: str | None) -> OAuthToken:
        refresh = RefreshToken(token=secrets.token_urlsafe(32), client_id=client, scopes=scopes, resource=resource)
        self.refreshes[refresh.token] = refresh
        return OAuthToken(
            access_token=self.token(client, resource, scope=" ".join(scopes)),
            expires_in=SECONDS,
            scope=" ".join(scopes),
            refresh_token=refresh.token,
        )

    def application(self) -> Starlette:
        registration = ClientRegistrationOptions(enabled=True, valid_scopes=self.scopes, default_scopes=self.scopes)
        routes = create_auth_routes(self, AnyHttpUrl(self.url), client_registration_options=registration)
        described = {"issuer": self.issuer, "jwks_uri": f"{self.url}/keys"}

        async def description(_: Request) -> Response:
            return JSONResponse(described)

        async def keys(_: Request) -> Response:
            return Response(jwks(*self.keys), media_type="application/json")

        mine = [Route("/.well-known/openid-configuration", description), Route("/keys", keys)]
        return Starlette(routes=[*routes, *mine])


@contextmanager
def authorization_server(*scopes: str) -> Iterator[AuthorizationServer]:
    """One that gives out these scopes, on loopback until the block ends."""
    port = free_port()
    made = AuthorizationServer(f"http://127.0.0.1:{port}", list(scopes))
    with serving(made.application(), port):
        yield made
