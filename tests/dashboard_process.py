"""The dashboard as a process of its own, the way an operator starts it."""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def dashboard(api: str, **more: str) -> Iterator[str]:
    """Its URL, once it is told; `more` are settings without their prefix."""
    said = {"api": api, "port": "0", **more}
    environment = os.environ | {f"MCPSKILLS_DASHBOARD_{name.upper()}": value for name, value in said.items()}
    command = [sys.executable, "-m", "mcpskills_dashboard"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found is not None, "the dashboard ended without saying where it is"
        yield found[0]
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stdout.close()
