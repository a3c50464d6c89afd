"""Where files are kept that are written once, under names of their own."""

from collections.abc import Iterator
from typing import Protocol


class ObjectStore(Protocol):
    """Objects of one tenant and one kind. A name is made of words of letters, digits, `.`, `-` and `_`, parted by `/`.

    All methods raise `UnavailableError`.
    """

    def put(self, name: str, content: bytes) -> bool:
        """Keep the content unless there is an object of that name: then nothing is changed, and the answer is False.

        A reader never sees a part of it. Of several who put at once, one hears True.
        """

    def get(self, name: str) -> bytes:
        """Raises `NotFoundError`, and `CorruptedError` for an object that is known to be damaged."""

    def names(self, after: str = "") -> Iterator[str]:
        """The names above `after`, in their order. `after` may be a name that nothing has, but no folder of others."""

    def remove(self, name: str) -> None:
        """What is not there changes nothing."""
