"""Tokens as an issuer signs them, and as nobody should: each part may be said. What is not said is a good token of `USER`."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from catalog_builders import TENANT
from mcpskills_server.auth import protected_resource
from mcpskills_server.auth.tokens.trust import Trust, trust
from mcpskills_server.settings import ServerSettings

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
ISSUER = "https://login.example.com/pool"
PUBLIC_URL = "https://skills.example.com"
ENDPOINT = f"{PUBLIC_URL}/mcp"
USER = "0b2c6a52-80d1-70c5-1b58-a1e0e6b6a3c7"

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
P384 = ec.generate_private_key(ec.SECP384R1())


def encoded(content: bytes) -> str:
    """In base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def number(value: int, size: int | None = None) -> str:
    return encoded(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def rsa_jwk(key: rsa.RSAPrivateKey = RSA, kid: str = "rsa", **more: Any) -> dict[str, Any]:
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "kid": kid, "use": "sig", "n": number(numbers.n), "e": number(numbers.e), **more}


def ec_jwk(key: ec.EllipticCurvePrivateKey = EC, kid: str = "ec", crv: str = "P-256", **more: Any) -> dict[str, Any]:
    numbers, size = key.public_key().public_numbers(), (key.curve.key_size + 7) // 8
    return {"kty": "EC", "kid": kid, "crv": crv, "x": number(numbers.x, size), "y": number(numbers.y, size), **more}


def jwks(*keys: Mapping[str, Any]) -> bytes:
    """A key set, of both good keys unless others are given."""
    return json.dumps({"keys": keys or [rsa_jwk(), ec_jwk()]}).encode()


def since(**delta: float) -> int:
    """A time so long after `NOW` in seconds since 1970."""
    return int((NOW + timedelta(**delta)).timestamp())


def the_claims(**changed: Any) -> dict[str, Any]:
    """Good claims; those given as None are left out."""
    claims = {
        "iss": ISSUER,
        "sub": USER,
        "aud": ENDPOINT,
        "exp": since(hours=1),
        "iat": since(minutes=-1),
        "client_id": "editor",
        "scope": "openid skills:read skills:run",
        "groups": ["makers"],
        **changed,
    }
    return {name: value for name, value in claims.items() if value is not None}


def a_token(**changed: Any) -> str:
    """Signed by the issuer's RSA key."""
    return signed({"alg": "RS256", "kid": "rsa", "typ": "at+jwt"}, the_claims(**changed))


def signed(header: Mapping[str, Any] | bytes, claims: Mapping[str, Any] | bytes, key: Any = RSA) -> str:
    """A token of these very parts, signed by what the key can, whatever the header says."""
    parts = (part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, claims))
    text = ".".join(encoded(part) for part in parts)
    return f"{text}.{encoded(signature(key, text.encode()))}"


def signature(key: Any, content: bytes) -> bytes:
    if isinstance(key, bytes):
        made = hmac.HMAC(key, hashes.SHA256())
        made.update(content)
        return made.finalize()
    if isinstance(key, ec.EllipticCurvePrivateKey):
        size = (key.curve.key_size + 7) // 8
        pair = decode_dss_signature(key.sign(content, ec.ECDSA(hashes.SHA256())))
        return b"".join(value.to_bytes(size, "big") for value in pair)
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(content, padding.PKCS1v15(), hashes.SHA256())
    return b""


def a_trust(**settings: Any) -> Trust:
    """What a server with these settings trusts, `oidc_` left out of their names; `makers` are developers."""
    said = {"issuer": ISSUER, "roles": {"makers": "developer"}, **settings}
    read = ServerSettings(
        public_url=PUBLIC_URL, tenant=TENANT, **{f"oidc_{name}": value for name, value in said.items()}
    )
    resource = protected_resource.resource(read)
    assert resource is not None
    return trust(read, resource)
