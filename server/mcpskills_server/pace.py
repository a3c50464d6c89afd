"""Work in a thread beside requests: in parts that are short, with rests between them that are longer."""

import time
from collections.abc import Callable
from typing import Final, TypeAlias

Rest: TypeAlias = Callable[[], None]
"""Is called again and again by who works in a thread, and returns at once or a moment later."""

_PART_SECONDS: Final = 0.001
_REST_SECONDS: Final = 0.002


class Pace:
    """A `Rest` for one piece of work of one thread, which begins when it is called first.

    Of two threads that need Python one waits, and the event loop waits again after each request: without rests it would answer
    next to nothing meanwhile, and with short ones who asked last would wait for many parts. Shorter parts would not find what
    they need in the processor's caches. What counts as work is processor time, so that a thread which waits for the event loop
    does not rest for that as well.
    """

    __slots__ = ("_began", "_clock", "_sleep", "is_urgent")

    def __init__(
        self,
        is_urgent: Callable[[], bool] = lambda: False,
        *,
        clock: Callable[[], float] = time.thread_time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """There are no rests while it `is_urgent`, as when nobody asks any more, or when too much is left to do."""
        self.is_urgent = is_urgent
        self._clock = clock
        self._sleep = sleep
        self._began: float | None = None

    def __call__(self) -> None:
        if self.is_urgent():
            return
        now = self._clock()
        if self._began is None:
            self._began = now
        elif now - self._began >= _PART_SECONDS:
            self._sleep(_REST_SECONDS)
            self._began = self._clock()
