"""How long a big registry's pages take: each request that the dashboard makes, and each page in a browser if Chromium is there.

The server is a process of its own over SQLite, with 10,000 skills, a journal of a million calls and figures of 90 days. `--at`
makes all that in a folder and finds it there the next time; it ages, so make it anew after some hours.

Run: make bench NAME=dashboard [ARGS="--skills 10000 --records 1000000 --times 20 --at FOLDER"]
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asked
import httpx2
import past
import shown

from browsing import chromium_program
from stand_ins.processes import free_port

READY_SECONDS = 60.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--skills", type=int, default=10_000)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--at", type=Path)
    options = parser.parse_args()
    with _folder(options.at) as folder:
        if not (folder / "made").exists():
            sizes = (str(options.skills), str(options.records))
            subprocess.run([sys.executable, past.__file__, str(folder), *sizes], check=True)
            (folder / "made").touch()
        with serving(folder) as url:
            key = (folder / "owner").read_text()
            headers = {"authorization": f"Bearer {key}"}
            with httpx2.Client(base_url=f"{url}/admin", headers=headers, timeout=READY_SECONDS) as http:
                _print_answers(asked.measure(http, url, key, options.times))
            if chromium_program():
                _print_pages(shown.measure(url, key, min(options.times, 5)))


@contextlib.contextmanager
def _folder(at: Path | None) -> Iterator[Path]:
    if at is not None:
        at.mkdir(parents=True, exist_ok=True)
        yield at
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a server of its own, once it is ready."""
    port = free_port()
    settings = {"MCPSKILLS_DATA": str(folder), "MCPSKILLS_PORT": str(port), "MCPSKILLS_PLAN": "unlimited"}
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen([sys.executable, "-m", "mcpskills_server"], env=os.environ | settings, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url)
            yield url
        finally:
            server.terminate()
            server.wait()


def _wait(url: str) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(httpx2.TransportError):
            if httpx2.get(f"{url}/ready").is_success:
                return
        time.sleep(0.05)
    raise SystemExit("The server did not get ready; server.log in the folder of --at says why.")


def _print_answers(rows: list[asked.Took]) -> None:
    print("| request, ms | first | after a pause | middle | slowest |")
    print("|---|---:|---:|---:|---:|")
    for row in rows:
        print(f"| {row.what} | {row.first:.0f} | {row.paused:.0f} | {row.middle:.1f} | {row.slowest:.0f} |", flush=True)


def _print_pages(rows: list[shown.Shown]) -> None:
    print("| page in the browser, ms | first | middle | slowest |")
    print("|---|---:|---:|---:|")
    for row in rows:
        print(f"| {row.page} | {row.first:.0f} | {row.middle:.0f} | {row.slowest:.0f} |", flush=True)


if __name__ == "__main__":
    main()
