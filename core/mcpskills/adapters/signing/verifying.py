"""Verifying envelopes with the public keys that an operator trusts.

One verification takes 0.13 ms on one core, of which the ed25519 signature is 0.12; see docs/adr/0010.
"""

from collections.abc import Iterable
from pathlib import Path

from mcpskills.adapters.signing import envelope as envelopes
from mcpskills.adapters.signing import public_keys
from mcpskills.adapters.signing.envelope import Envelope
from mcpskills.adapters.signing.public_keys import PublicKey
from mcpskills.errors import CorruptedError, InvalidInputError
from mcpskills.printable import quoted

_KEY_FILE_LIMIT = 64 * 1024
_PEM_START = "-----BEGIN"


class TrustedKeys:
    """The public keys whose signatures count. To change keys without a gap, trust the old one and the new one together."""

    def __init__(self, keys: Iterable[PublicKey]) -> None:
        self._keys = {public_keys.key_id(key): key for key in keys}
        if not self._keys:
            raise InvalidInputError("No public key is trusted, so no signature could ever count; name at least one.")

    @classmethod
    def read(cls, sources: Iterable[Path | str]) -> "TrustedKeys":
        """Keys from files in PEM, or from PEM itself; one source may hold several. Raises `InvalidInputError`."""
        return cls(key for source in sources for key in _read(source))

    @property
    def key_ids(self) -> tuple[str, ...]:
        return tuple(sorted(self._keys))

    def verify(self, envelope: str, payload_type: str) -> bytes:
        """The payload, if a trusted key signed it as being of this type.

        Raises `CorruptedError` otherwise, and for what is no envelope.
        """
        return self._verified(envelope, payload_type)[0].payload

    def signer(self, envelope: str, payload_type: str) -> str:
        """The id of the trusted key that signed. Raises as `verify` does."""
        return self._verified(envelope, payload_type)[1]

    def _verified(self, text: str, payload_type: str) -> tuple[Envelope, str]:
        envelope = envelopes.read(text)
        if envelope.payload_type != payload_type:
            raise CorruptedError(
                f"An envelope holds a {quoted(envelope.payload_type)}, where the type {payload_type} is expected. Something "
                "else was put in its place."
            )
        signed = envelope.signed
        for signature in envelope.signatures:
            key = self._keys.get(signature.key_id)
            if key is not None and public_keys.verifies(key, signature.value, signed):
                return envelope, signature.key_id
        raise CorruptedError(self._refusal(envelope))

    def _refusal(self, envelope: Envelope) -> str:
        named = [signature.key_id for signature in envelope.signatures]
        known = [key_id for key_id in named if key_id in self._keys]
        if known:
            return (
                f"The signature by the key {known[0]} does not fit what it is said to sign: the content or its signature "
                "was changed. Roll back, and find out by whom."
            )
        return (
            f"An envelope is signed by the key {quoted(named[0], 80)}, and trusted are only {', '.join(self.key_ids)}. If "
            "the publisher got a new key, trust that one as well; otherwise somebody else wrote this."
        )


def _read(source: Path | str) -> Iterable[PublicKey]:
    if isinstance(source, str) and source.lstrip().startswith(_PEM_START):
        return public_keys.from_pem(source, "A trusted key")
    try:
        with Path(source).open("rb") as file:
            content = file.read(_KEY_FILE_LIMIT + 1)
    except OSError as error:
        raise InvalidInputError(
            f"The public key {source} cannot be read: {error.strerror}. Name a file in PEM."
        ) from error
    if len(content) > _KEY_FILE_LIMIT:
        raise InvalidInputError(
            f"The public key {source} has more than {_KEY_FILE_LIMIT} bytes; a file in PEM is expected."
        )
    return public_keys.from_pem(content.decode(errors="replace"), str(source))
