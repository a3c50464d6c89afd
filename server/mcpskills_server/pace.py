"""Work in a thread beside requests: in parts that are short, with rests between them that are longer."""

import time
from collections.abc import Callable
from typing import Final, TypeAlias

Rest: TypeAlias = Callable[[], None]
"""Is called again and again by who works in a thread, and returns at once or some time later."""

_PART_SECONDS: Final = 0.000_3
_REST: Final = 2
"""A rest takes so many times as long as the part before it."""


class Pace:
    """A `Rest` for one piece of work of one thread, which begins when it is called first.

    Of two threads that need Python one waits, and the event loop waits again after each request: without rests it would answer
    next to nothing meanwhile, and with short ones who asked last would wait for many parts. What counts as work is processor
    time, so that a thread which waits for the event loop does not rest for that as well.
    """

    __slots__ = ("_began", "_is_over")

    def __init__(self, is_over: Callable[[], bool] = lambda: False) -> None:
        """Once it `is_over` nobody asks any more, and there are no rests."""
        self._is_over = is_over
        self._began: float | None = None

    def __call__(self) -> None:
        if self._is_over():
            return
        now = time.thread_time()
        if self._began is None:
            self._began = now
        elif now - self._began >= _PART_SECONDS:
            time.sleep((now - self._began) * _REST)
            self._began = time.thread_time()


def hurry() -> None:
    """A `Rest` that is none."""
