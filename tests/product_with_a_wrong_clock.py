"""`MODULE` as `python -m` runs it, below libfaketime.

The library leaves the monotonic clock alone, but fails whoever sleeps until a time of it, as Python does since 3.11.
Waiting for no file sleeps as long.
"""

import runpy
import select
import sys
import time


def sleep(seconds: float) -> None:
    select.select([], [], [], seconds)


time.sleep = sleep
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
