"""What a process that runs for months asks of the C library's allocator."""

import contextlib
import ctypes
from typing import Final

ARENAS: Final = 1
"""More gain nothing where the interpreter's lock lets one thread allocate at a time; what is free in one, others cannot use."""

_M_ARENA_MAX: Final = -8
"""From glibc's `malloc.h`, see mallopt(3)."""


def limit() -> None:
    """Let threads that start from now on share one arena. Other C libraries than glibc have no such thing to limit.

    Otherwise each thread gets one of its own, up to eight for a core, and each keeps what it once held: a publisher that writes
    its index by new threads again and again takes megabytes more each time, though nothing of it is in use.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS)
