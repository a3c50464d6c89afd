"""The dashboard as a process of its own, forked from one that has imported it; see `forking`."""

import contextlib
import os
import re
from collections.abc import Iterator

import forking

_STDERR = 2


@contextlib.contextmanager
def dashboard(api: str, **more: str) -> Iterator[str]:
    """Its URL, once it is told; `more` are settings without their prefix."""
    said = {"api": api, "port": "0", **more}
    environment = os.environ | {f"MCPSKILLS_DASHBOARD_{name.upper()}": value for name, value in said.items()}
    reading, writing = os.pipe()
    process = forking.start(
        forking.DASHBOARD, ["mcpskills_dashboard"], forking.Files(writing, _STDERR), env=environment
    )
    os.close(writing)
    with os.fdopen(reading) as output:
        try:
            found = re.search(r"http://\S+", output.readline())
            assert found is not None, "the dashboard ended without saying where it is"
            yield found[0]
        finally:
            process.terminate()
            process.wait(timeout=30)
