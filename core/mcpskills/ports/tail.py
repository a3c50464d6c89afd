"""What was recorded just now, told to whoever looks on."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from mcpskills.journal import Invocation


class Tail(Protocol):
    """Records of one tenant from all its processes, without bodies. They may be lost: the journal has them."""

    def tell(self, batch: Sequence[Invocation]) -> None:
        """Tell all who look on now. Never blocks, never raises; may be called from any thread."""

    def listen(self) -> AbstractAsyncContextManager[AsyncIterator[Sequence[Invocation]]]:
        """Hear what is told from now on, in batches; an empty one stands for what was lost.

        Listening begins, and goes on, while no server can be reached. Whoever reads slowly loses what is too much.
        """
