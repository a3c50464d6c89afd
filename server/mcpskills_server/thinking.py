"""Threads for what takes the processor longer than the event loop may wait: searches above all."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from mcpskills.errors import UnavailableError

AT_ONCE: Final = 2
"""More would only take the processor from each other; what waits for disks and networks has threads of its own."""

MOST: Final = 256
"""What runs and what waits for its turn; more is refused."""

_Result = TypeVar("_Result")


class Thinking:
    """Used from one event loop."""

    def __init__(self, most: int = MOST) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="thinking")
        self._most = most
        self._open = 0

    async def apart(self, work: Callable[[], _Result]) -> _Result:
        """What the work gives or raises. Raises `UnavailableError` when too much waits already."""
        if self._open >= self._most:
            raise UnavailableError("Too many searches wait for their turn; ask again in a moment.")
        self._open += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._open -= 1
