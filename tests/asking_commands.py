"""Commands that ask a running server, called as people call them."""

import os
import subprocess

from servers import MCPSKILLS


def mcpskills(*arguments, url=None, **env):
    """The real command in a process of its own, on a wide terminal without colours."""
    where = {"MCPSKILLS_URL": url} if url else {}
    done = subprocess.run(
        [MCPSKILLS, *arguments],
        env={**os.environ, "COLUMNS": "250", "NO_COLOR": "1", **where, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr
