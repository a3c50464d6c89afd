"""Which tenant a credential names, read before anybody looked whether it is good for anything; or else the address asked."""

import base64
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from mcpskills.api_key import PREFIX
from mcpskills.errors import InvalidInputError
from mcpskills_server.settings import ServerSettings

_KEY: Final = PREFIX.encode()
_PARTS: Final = 3
"""Of a token: header, claims, signature."""


class Naming:
    """API keys carry their tenant. Tokens have it in a claim; without one, whoever trusts their issuer is meant."""

    def __init__(
        self,
        claim: str | None = None,
        issuers: Mapping[str, str] | None = None,
        hosts: Mapping[bytes, str] | None = None,
    ) -> None:
        """`issuers` are those of tokens, and the tenant that trusts each; `hosts` as clients name them, and whose each is."""
        self._claim = claim
        self._issuers = issuers or {}
        self._hosts = hosts or {}

    def tenant(self, credential: bytes) -> str | None:
        """The name, whatever it is worth; None for a credential that has none."""
        if credential.startswith(_KEY):
            # No name of a tenant has the sign that parts a key.
            return credential[len(_KEY) : credential.find(b"_", len(_KEY))].decode("latin-1")
        claims = _claims(credential)
        named = claims.get(self._claim) if self._claim is not None else self._issuers.get(str(claims.get("iss")))
        return named if isinstance(named, str) else None

    def host(self, headers: Iterable[tuple[bytes, bytes]]) -> str | None:
        """Whose address a request names that names nobody itself; None for one that is nobody's alone."""
        if not self._hosts:
            return None
        said = [value for name, value in headers if name == b"host"]
        return self._hosts.get(said[0].lower()) if len(said) == 1 else None


def of(tenants: Mapping[str, ServerSettings]) -> Naming:
    """By the settings of the tenants that are served. Raises `InvalidInputError` where a token could be of two."""
    claims = {each.oidc_tenant_claim for each in tenants.values()}
    trusting = [(each.oidc_issuer, name) for name, each in tenants.items() if each.oidc_issuer is not None]
    issuers = dict(trusting)
    if claims == {None} and len(issuers) < len(trusting):
        raise InvalidInputError(
            "MCPSKILLS_OIDC_TENANT_CLAIM: expected the claim that has the tenant, because several of MCPSKILLS_TENANTS trust one "
            "issuer; found none. See docs/settings.md."
        )
    return Naming(next(iter(claims), None), issuers, _hosts(tenants))


def _hosts(tenants: Mapping[str, ServerSettings]) -> dict[bytes, str]:
    """By the URLs that clients reach tenants by; what several have in common is nobody's."""
    found = [(_host(each.public_url), name) for name, each in tenants.items() if each.public_url is not None]
    how_many = Counter(host for host, _ in found)
    return {host: name for host, name in found if how_many[host] == 1}


def _host(url: str) -> bytes:
    """As clients say it in the Host header: without the port that the scheme has anyway (RFC 9110, 7.2)."""
    parts = urlsplit(url.lower())
    return parts.netloc.removesuffix({"https": ":443", "http": ":80"}.get(parts.scheme, "")).encode()


def _claims(token: bytes) -> dict[str, Any]:
    """What a token says, which nobody checked; empty for what is none."""
    parts = token.split(b".")
    if len(parts) != _PARTS:
        return {}
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(parts[1] + b"=="), type=dict[str, Any])
    except (ValueError, msgspec.MsgspecError, RecursionError):
        return {}
