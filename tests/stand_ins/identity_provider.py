"""A certified OpenID Connect provider with its own pages, `identity_provider.mjs`, and a client that signs people in there."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx2

from e2e.node_clients import CLIENTS, NODE, require_node_clients
from stand_ins import code_flow
from stand_ins.code_flow import CALLBACK
from stand_ins.processes import free_port, server

CLIENT = "a-program"
"""A public client, which `sign_in` is."""

_FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_FORM = re.compile(r'<form [^>]*action="([^"]+)"')


@dataclass(frozen=True)
class Person:
    """Somebody with an account. Their access tokens are good for so many seconds."""

    groups: tuple[str, ...] = ()
    seconds: int = 3600


@dataclass(frozen=True)
class IdentityProvider:
    """`url` is where it is, and its name as an issuer."""

    url: str

    @property
    def metadata_url(self) -> str:
        return f"{self.url}/.well-known/openid-configuration"

    def sign_out_url(self, client: str, back: str) -> str:
        """Where it ends somebody's session, and sends them back to the client."""
        asked = {"client_id": client, "post_logout_redirect_uri": back}
        return str(httpx2.URL(f"{self.url}/session/end", params=asked))

    def sign_in(self, name: str, *scopes: str, **more: str) -> dict[str, str]:
        """The tokens that a person gets; `resource` says whom the access token is for."""

        def consent(address: str) -> str:
            return through_its_pages(address, name)

        return code_flow.tokens(f"{self.url}/auth", f"{self.url}/token", CLIENT, scopes, consent, **more)


def through_its_pages(address: str, name: str) -> str:
    """Sign in and agree to everything, as a person does in a browser; gives where the browser is sent in the end."""
    with httpx2.Client(timeout=30) as browser:
        answer = browser.get(address)
        while not (there := answer.headers.get("location", "")).startswith(CALLBACK):
            answer = browser.get(answer.url.join(there)) if there else _sent(browser, answer, name)
    return there


@contextmanager
def identity_provider(
    at: Path,
    *clients: Mapping[str, Any],
    people: Mapping[str, Person],
    scopes: Sequence[str],
) -> Iterator[IdentityProvider]:
    """On loopback until the block ends; `at` takes its log.

    Clients are said by their metadata (OpenID Connect Dynamic Client Registration 1.0), beside the public one.
    """
    require_node_clients()
    port = free_port()
    public = {"client_id": CLIENT, "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"}
    said = {
        "port": port,
        "clients": [*clients, public],
        "people": {name: asdict(person) for name, person in people.items()},
        "scopes": scopes,
    }
    command = [str(NODE), str(CLIENTS / "identity_provider.mjs"), json.dumps(said)]
    provider = IdentityProvider(f"http://127.0.0.1:{port}")
    with server(command, health=provider.metadata_url, at=at, env={}):
        yield provider


def _sent(browser: httpx2.Client, page: httpx2.Response, name: str) -> httpx2.Response:
    form = _FORM.search(page.text)
    assert form is not None, page.text
    return browser.post(form[1], data={**dict(_FIELD.findall(page.text)), "login": name, "password": "any"})
