"""An ed25519 key in a PEM file (PKCS #8), made at its first use; its public half stands beside it, for those who verify."""

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from mcpskills.adapters.signing import envelope as envelopes
from mcpskills.adapters.signing import public_keys
from mcpskills.adapters.signing.envelope import Envelope, Signature
from mcpskills.errors import InvalidInputError, UnavailableError

_LIMIT = 64 * 1024
_TOO_OPEN = stat.S_IWGRP | stat.S_IRWXO
"""A secret store may let a group read the key; nobody else may, and nobody but its owner may write it."""


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
                _create(path)
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
        temporary = _written(path, self.public_pem.encode())
        try:
            temporary.chmod(0o644)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def public_path(path: Path) -> Path:
    """Where the public half stands: `signing.pub.pem` beside `signing.pem`."""
    return path.with_name(f"{path.stem}.pub.pem")


def _create(path: Path) -> None:
    """A file that is whole as soon as it is there; of several that make one at once, the first one's key is taken."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    temporary = _written(path, made)
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        return
    finally:
        temporary.unlink()


def _written(beside: Path, content: bytes) -> Path:
    """A file of mode 0600 in the same folder, on disk."""
    handle, temporary = tempfile.mkstemp(dir=beside.parent, prefix=".part-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return Path(temporary)


def _read(path: Path) -> Ed25519PrivateKey:
    with path.open("rb") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        content = file.read(_LIMIT)
    if mode & _TOO_OPEN:
        raise InvalidInputError(f"The signing key {path} has the mode {mode:04o}, open to others: `chmod 600` it.")
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
