"""The GitHub App of the fake GitHub: its ids, its name and its key."""

from datetime import datetime
from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

APP_ID = 12345
INSTALLATION_ID = 100
BOT = "registry-bot[bot]"


@cache
def _key() -> rsa.RSAPrivateKey:
    # Making one takes longer than a test should, so there is one for all.
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def private_key() -> str:
    """The App's key as GitHub hands it out, PEM."""
    plain = serialization.NoEncryption()
    return _key().private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()


def public_key() -> rsa.RSAPublicKey:
    return _key().public_key()


def stamp(at: datetime | None) -> str | None:
    """A time as GitHub writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
