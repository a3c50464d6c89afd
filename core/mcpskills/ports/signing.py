"""What signs for us."""

from typing import Protocol


class Signer(Protocol):
    """Signs the provenance of what is published, and checkpoints."""

    @property
    def key_id(self) -> str:
        """Names the public key: `sha256:` and the SHA-256 of its SubjectPublicKeyInfo in hex."""

    @property
    def public_pem(self) -> str:
        """The public key, for those who verify."""

    def sign(self, payload: bytes, payload_type: str) -> str:
        """The DSSE envelope as canonical JSON. Raises `UnavailableError`, `InvalidInputError` for what is too long."""
