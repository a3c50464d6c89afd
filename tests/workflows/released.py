"""What a runner gets from elsewhere: a Python with pip, and the validator as a wheel of this tree with all that it needs."""

import fcntl
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Released:
    """Two folders: of wheels, and of the Python that `actions/setup-python` puts on the PATH."""

    wheels: Path
    python: Path

    @property
    def environment(self) -> Mapping[str, str]:
        """What makes pip take these wheels and ask no index. Compiling takes longer than a single use of what is compiled."""
        return {
            "STAND_IN_PYTHON": str(self.python),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "PIP_NO_COMPILE": "1",
        }


def released(shared: Path) -> Released:
    """Made once for all processes that pass the same `shared` folder."""
    wheels, python = shared / "wheels", shared / "python"
    with (shared / "released.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not python.exists():
            _python("-m", "hatchling", "build", "-t", "wheel", "-d", wheels)
            (ours,) = wheels.glob("open_mcp_skills-*.whl")
            _python("-m", "pip", "download", "-q", "--only-binary", ":all:", "-d", wheels, f"{ours}[eval]")
            _python("-m", "venv", python)
    return Released(wheels, python / "bin")


def _python(*arguments: str | Path) -> None:
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, arguments))} failed: {done.stdout}{done.stderr}")
