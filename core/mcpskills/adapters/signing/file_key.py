"""An ed25519 key in a PEM file (PKCS #8), made at its first use; its public half stands beside it, for those who verify."""

import contextlib
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from mcpskills.adapters import private_file
from mcpskills.adapters.signing import envelope as envelopes
from mcpskills.adapters.signing import public_keys
from mcpskills.adapters.signing.envelope import Envelope, Signature
from mcpskills.errors import InvalidInputError, UnavailableError


class FileKey:
    """See `ports.Signer`."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self._public = private.public_key()
        self._key_id = public_keys.key_id(self._public)

    @classmethod
    def open(cls, path: Path) -> "FileKey":
        """The key in the file; a new one when there is no file.

        Raises `InvalidInputError` for a file that holds something else or that others may read, `UnavailableError` when it
        can be neither read nor made.
        """
        try:
            if not path.exists():
                private_file.make(path, _generated())
            key = cls(_read(path))
        except OSError as error:
            raise UnavailableError(f"The signing key {path} can be neither read nor made: {error.strerror}.") from error
        # From a secret store a key comes in a folder that nobody writes; whoever made it then has the public half.
        with contextlib.suppress(OSError):
            key._write_public(public_path(path))
        return key

    @property
    def key_id(self) -> str:
        return self._key_id

    @property
    def public_pem(self) -> str:
        return public_keys.pem(self._public)

    def sign(self, payload: bytes, payload_type: str) -> str:
        signature = self._private.sign(envelopes.signed_bytes(payload, payload_type))
        return envelopes.write(Envelope(payload, payload_type, (Signature(self._key_id, signature),)))

    def _write_public(self, path: Path) -> None:
        if path.exists() and path.read_text(errors="replace") == self.public_pem:
            return
        temporary = private_file.written(path, self.public_pem.encode())
        try:
            temporary.chmod(0o644)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def public_path(path: Path) -> Path:
    """Where the public half stands: `signing.pub.pem` beside `signing.pem`."""
    return path.with_name(f"{path.stem}.pub.pem")


def _generated() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _read(path: Path) -> Ed25519PrivateKey:
    content = private_file.read(path, "signing key")
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        # Not the library's words: they may repeat some of the key.
        raise InvalidInputError(
            f"The signing key {path} cannot be read: an ed25519 key in PEM (PKCS #8) without a password is expected."
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise InvalidInputError(f"The signing key {path} is a {type(key).__name__}; an ed25519 key is expected.")
    return key
