"""Load by `wrk` from a core of its own, as many connections at once as asked for."""

import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).with_name("wrk.lua")
PATIENCE = 60


@dataclass(frozen=True)
class Load:
    """`raw` is a request in which NUMBER stands for the number of one of `skills`."""

    port: int
    raw: bytes
    skills: int
    connections: int


@dataclass(frozen=True)
class Served:
    """What came of a load. `failed` counts answers that were not 200, and requests without one; times in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float
    failed: int


def require_wrk() -> None:
    """Raises `SystemExit` with the command that installs it."""
    if shutil.which("wrk") is None:
        raise SystemExit("error: wrk puts the load on; as root on Debian: apt-get update && apt-get install --yes wrk")


def put(load: Load, seconds: int, core: int) -> Served:
    with tempfile.NamedTemporaryFile() as request:
        request.write(load.raw)
        request.flush()
        timing = ["-t1", f"-c{load.connections}", f"-d{seconds}s", "--timeout", f"{PATIENCE}s"]
        where = [f"http://127.0.0.1:{load.port}", "--", request.name, str(load.skills)]
        command = ["taskset", "-c", str(core), "wrk", *timing, "-s", str(SCRIPT), *where]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = [line.removeprefix("JSON ") for line in done.stdout.splitlines() if line.startswith("JSON ")]
    if not found:
        raise SystemExit(f"error: wrk failed with {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}")
    said = json.loads(found[0])
    return Served(
        requests=said["requests"],
        seconds=said["microseconds"] / 1e6,
        p50=said["p50"] / 1000,
        p99=said["p99"] / 1000,
        failed=said["failed"],
    )
