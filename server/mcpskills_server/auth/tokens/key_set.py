"""The signing keys of an issuer, as it publishes them (a JWK Set, RFC 7517). What is no key for our use is left out."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK, PyJWTError

from mcpskills import strict_json
from mcpskills.errors import CorruptedError
from mcpskills.strict_json import Reading

KeySet = Mapping[tuple[str, str], PyJWK]
"""By name and algorithm. Of two with the same, the first."""

_MOST_KEYS: Final = 100
_MOST_BYTES: Final = 256 * 1024
_RSA_BITS: Final = range(2048, 8192 + 1)
_MOST_EXPONENT: Final = 2**32
"""Checking a signature by a larger one takes long, and no key has it."""

_FIELDS: Final = {"RS256": ("kty", "n", "e"), "ES256": ("kty", "crv", "x", "y")}
_ALGORITHMS: Final = {("RSA", None): "RS256", ("EC", "P-256"): "ES256"}


def parse(content: bytes) -> KeySet:
    """Raises `CorruptedError` for what is no key set, or one without a key for us."""
    document = strict_json.read(content, "the key set", _MOST_BYTES, nesting=8)
    keys: dict[tuple[str, str], PyJWK] = {}
    for each in document.some("keys", _MOST_KEYS):
        for name, algorithm, key in _usable(each):
            keys.setdefault((name, algorithm), key)
    if not keys:
        raise CorruptedError("The key set has no key that RS256 or ES256 tokens could be signed with.")
    return keys


def _usable(key: Reading) -> Iterator[tuple[str, str, PyJWK]]:
    """The key as one of ours, if it is one."""
    try:
        name, kind = key.text("kid"), key.text("kty")
        algorithm = _ALGORITHMS.get((kind, key.text("crv") if kind == "EC" else None))
        if algorithm is None or not _to_verify(key, algorithm):
            return
        # Only these fields are read: a private part, or a place where the key is said to be, is nothing to us.
        fields: dict[str, Any] = {field: key.text(field) for field in _FIELDS[algorithm]}
        made = PyJWK(fields, algorithm)
    except (CorruptedError, PyJWTError, ValueError):
        return
    if _strong(made):
        yield name, algorithm, made


def _to_verify(key: Reading, algorithm: str) -> bool:
    return (key.text_or_none("use") or "sig") == "sig" and (key.text_or_none("alg") or algorithm) == algorithm


def _strong(key: PyJWK) -> bool:
    if not isinstance(key.key, RSAPublicKey):
        return True
    return key.key.key_size in _RSA_BITS and key.key.public_numbers().e < _MOST_EXPONENT
