import platform
import subprocess
import sys

import pytest

THREADS = 12
PROGRAM = f"""
import ctypes, sys, threading
from mcpskills import arenas

if sys.argv[1:] == ["limited"]:
    arenas.limit()
together = threading.Barrier({THREADS})

def allocate():
    libc.malloc(100)
    together.wait()

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
threads = [threading.Thread(target=allocate) for _ in range({THREADS})]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
libc.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
"""


def arenas_used(*arguments: str) -> int:
    command = [sys.executable, "-c", PROGRAM, *arguments]
    told = subprocess.run(command, capture_output=True, text=True, check=True, env={}).stdout
    return told.count("<heap nr=")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has arenas")
def test_threads_share_the_few_arenas_that_a_process_may_have():
    limited = arenas_used("limited")

    assert limited <= 2
    assert arenas_used() > 2
