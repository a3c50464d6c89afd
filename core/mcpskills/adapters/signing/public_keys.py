"""Public keys: their names, their PEM, and verifying with each algorithm that is taken."""

import hashlib
import re
from collections.abc import Iterator

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)

from mcpskills.errors import InvalidInputError

PublicKey = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey
"""An elliptic curve's key is always one of P-256."""

_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,40})-----[^-]{1,10000}-----END \1-----")
_TAKEN = "ed25519 and P-256 are taken"


def key_id(key: PublicKey) -> str:
    """`sha256:` and the SHA-256 of the key's SubjectPublicKeyInfo, in 64 lower-case hex digits."""
    return "sha256:" + hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def pem(key: PublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def from_der(content: bytes, place: str) -> PublicKey:
    """`place` names the key in messages. Raises `InvalidInputError` for a key of another kind."""
    try:
        return _taken(load_der_public_key(content), place)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InvalidInputError(f"{place} is no public key that can be read ({_TAKEN}): {error}.") from error


def from_pem(text: str, place: str) -> Iterator[PublicKey]:
    """Every key of a text in PEM. Raises `InvalidInputError` when there is none, or something else."""
    blocks = list(_PEM.finditer(text))
    if not blocks:
        raise InvalidInputError(
            f"{place} holds no public key: a block from `-----BEGIN PUBLIC KEY-----` on is expected."
        )
    for block in blocks:
        if block[1] != "PUBLIC KEY":
            raise InvalidInputError(
                f"{place} holds a {block[1]}, where a PUBLIC KEY is expected. A private key belongs to the publisher alone."
            )
        try:
            yield _taken(load_pem_public_key(block[0].encode()), place)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise InvalidInputError(f"{place} holds a public key that cannot be read ({_TAKEN}): {error}.") from error


def verifies(key: PublicKey, signature: bytes, content: bytes) -> bool:
    """Whether the key's holder signed the content."""
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, content)
        else:
            key.verify(signature, content, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _taken(key: object, place: str) -> PublicKey:
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    kind = key.curve.name if isinstance(key, ec.EllipticCurvePublicKey) else type(key).__name__
    raise InvalidInputError(f"{place} is a key of the kind {kind}; {_TAKEN}.")
