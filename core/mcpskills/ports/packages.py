"""Where packages are kept."""

from typing import Protocol


class PackageStore(Protocol):
    """Immutable package bytes of one tenant under their digest.

    Tenants with the same package have it each: nobody learns from a store what others keep, or loses what they remove.
    """

    def put(self, digest: str, content: bytes) -> None:
        """Keep the content; a second put of the same digest changes nothing. A reader never sees a part of it.

        Raises `CorruptedError` when the content does not have that digest, `UnavailableError` when it cannot be kept.
        """

    def get(self, digest: str) -> bytes:
        """The content, verified. Raises `NotFoundError`, `CorruptedError`, `UnavailableError`."""

    def remove(self, digest: str) -> None:
        """Take away an outdated checkpoint; packages of versions stay for good. What is not there changes nothing.

        Raises `UnavailableError`.
        """
