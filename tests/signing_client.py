"""The official client, signing a person in by itself."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

import httpx2
from mcp import Client
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientInformationFull, OAuthClientMetadata, OAuthToken

from stand_ins.code_flow import CALLBACK

Consent = Callable[[str], Awaitable[str]]
"""What a person does with the address of a sign-in page; gives where the browser is sent then."""


@dataclass
class Kept:
    """What a client keeps: its registration and its tokens."""

    client: OAuthClientInformationFull | None = None
    tokens: list[OAuthToken] = field(default_factory=list)

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens[-1] if self.tokens else None

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens.append(tokens)

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info


@contextlib.asynccontextmanager
async def signed_in(
    endpoint: str,
    consent: Consent,
    kept: Kept,
    *,
    transport: httpx2.AsyncBaseTransport | None = None,
    mode: str = "auto",
) -> AsyncIterator[Client]:
    """The official client, which finds out by itself where and how to sign in."""
    sent_to: list[str] = []

    async def redirect(address: str) -> None:
        sent_to.append(await consent(address))

    async def callback() -> AuthorizationCodeResult:
        answer = parse_qs(urlsplit(sent_to.pop()).query)
        said = {name: values[0] for name, values in answer.items()}
        return AuthorizationCodeResult(code=said["code"], state=said["state"], iss=said.get("iss"))

    wanted = OAuthClientMetadata(client_name="a client", redirect_uris=[CALLBACK])
    auth = OAuthClientProvider(endpoint, wanted, kept, redirect, callback)
    async with (
        httpx2.AsyncClient(auth=auth, transport=transport, timeout=30) as http,
        Client(streamable_http_client(endpoint, http_client=http), mode=mode, cache=None) as client,
    ):
        yield client
