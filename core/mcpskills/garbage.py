"""The garbage collector of a process, which keeps everybody from Python for as long as it looks through what there is."""

import contextlib
import gc
import threading
from collections.abc import Iterator


class _Uncollected:
    """How many make what stays; the collector works again when the last of them is done."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._was_on = False

    def begin(self) -> None:
        with self._lock:
            if not self._inside:
                self._was_on = gc.isenabled()
                gc.disable()
            self._inside += 1

    def end(self) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside and self._was_on:
                gc.enable()


_UNCOLLECTED = _Uncollected()


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector, while much is made that stays: it would look through all of it again and again. For any threads."""
    _UNCOLLECTED.begin()
    try:
        yield
    finally:
        _UNCOLLECTED.end()


def spare(*, collect: bool) -> None:
    """Let the collector look no more at what there is, most of which stays: that would hold up requests again and again.

    What is spared is freed all the same once nobody refers to it; only cycles stay, and those are collected first. At the start,
    when there are next to none, looking for them would hold up the first answers: then do not `collect`.
    """
    if collect:
        gc.collect()
    gc.freeze()
