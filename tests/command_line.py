"""The command line as people and CI call it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import forking


@dataclass(frozen=True)
class Run:
    code: int
    out: str
    error: str

    @property
    def report(self):
        return json.loads(self.out)

    @property
    def found(self):
        """Code and path of every finding."""
        return [(finding["code"], finding["path"]) for finding in self.report["findings"]]


PLAIN_USER = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"] if os.geteuid() == 0 else []
"""Put before a command: root may do everything, but without its capabilities it is a user like any other."""


def validate(*arguments, at: Path, before: list[str] | None = None) -> Run:
    """Run the command in a folder, with a cache of its own; after the command `before`, if there is one."""
    command = ("validate", *map(str, arguments))
    env = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200", "MCPSKILLS_CACHE": str(at.parent / "cache")}
    if before:
        program = [*before, sys.executable, "-c", "from mcpskills.cli.main import run; run()"]
        done = subprocess.run([*program, *command], cwd=at, env=env, capture_output=True, text=True, check=False)
    else:
        done = forking.run(*command, env=env, cwd=at)
    return Run(done.returncode, done.stdout, done.stderr)


def mcpskills(*arguments, url=None, **env):
    """The command in a process of its own, on a wide terminal without colours."""
    where = {"MCPSKILLS_URL": url} if url else {}
    done = forking.run(*arguments, env={**os.environ, "COLUMNS": "250", "NO_COLOR": "1", **where, **env})
    return done.returncode, done.stdout, done.stderr
