"""The machine that a bench runs on: its cores, what a process has used of them, and what the others did meanwhile."""

import contextlib
import os
import platform
import re
import resource
from collections.abc import Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cores() -> tuple[int, int]:
    """One for the servers, one for the load. Raises `SystemExit` where there is only one."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        raise SystemExit("error: The servers need a core and the load another one; this machine has only one.")
    return allowed[0], allowed[1]


def cpu_seconds(process: int) -> float:
    """In user and system mode, of a process and the processes that it started."""
    return sum(_own_seconds(each) for each in _family(process))


def loop_seconds(process: int) -> float:
    """What the first thread of a process has used, which is the event loop of a server; exact to the nanosecond."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9


def resident(process: int) -> float:
    """Megabytes in memory, of a process and the processes that it started."""
    return sum(_own_megabytes(each) for each in _family(process))


def busy_seconds() -> float:
    """What all processes have used of all cores since the machine started."""
    fields = [int(each) for each in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    idle, waiting = fields[3], fields[4]
    return (sum(fields) - idle - waiting) / TICKS


def own_seconds() -> float:
    """What this process has used, and those that it started and that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def described() -> str:
    found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    model = found[1] if found else platform.machine()
    return f"{os.cpu_count()} cores of {model}, Python {platform.python_version()}"


def _family(process: int) -> Iterator[int]:
    yield process
    for task in Path(f"/proc/{process}/task").iterdir():
        # A thread may end meanwhile.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for child in (task / "children").read_text().split():
                yield from _family(int(child))


def _own_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _own_megabytes(process: int) -> float:
    found = re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024
