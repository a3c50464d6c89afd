"""What connections make a process hold, all together within a bound."""

from typing import Any, Protocol


class Holder(Protocol):
    """A connection, which is equal to itself alone. Its transport can be aborted."""

    transport: Any

    def __hash__(self) -> int: ...


class Held:
    """Connections that make the process hold much, and how many bytes. Above `most` those are cut first that came first.

    So who asks much and takes nothing shuts nobody out but others who do the same.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes: dict[Holder, int] = {}
        self._sum = 0

    def keep(self, connection: Holder, size: int) -> None:
        """The connection holds so much now."""
        self._sum += size - self._bytes.get(connection, 0)
        self._bytes[connection] = size
        while self._sum > self._most:
            first = next(iter(self._bytes))
            self.release(first)
            first.transport.abort()

    def release(self, connection: Holder) -> None:
        self._sum -= self._bytes.pop(connection, 0)
