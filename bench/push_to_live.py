"""From the end of `git push` to the new text on /mcp: one changed skill among many, against a running `mcpskills up`.

Run: make bench [ARGS="--skills 1000 --pushes 20"]
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from mcp import Client

from builders import skill_folder
from git_fixtures import bare, clone
from servers import running


async def live(client: Client, uri: str, text: str) -> None:
    while text not in (await client.read_resource(uri)).contents[0].text:
        await asyncio.sleep(0.002)


async def measure(skills: int, pushes: int, root: Path) -> tuple[float, list[float]]:
    origin = bare(root / "registry.git")
    work = clone(origin, root / "work")
    work.publish(*(skill_folder(f"skill-{number:05}", body=f"Body {number}.\n" * 150) for number in range(skills)))
    started = time.perf_counter()
    with running(
        "up", "--data", str(root / "data"), "--registry", str(origin), "--port", "0", until="Ctrl-C", cwd=root
    ) as server:
        first_start = time.perf_counter() - started
        seconds = []
        async with Client(server.url, cache=None) as client:
            for push in range(pushes):
                name = f"skill-{(push * 37) % skills:05}"
                work.publish(skill_folder(name, body=f"Pushed the {push}th time.\n"))
                pushed = time.perf_counter()
                await live(client, f"skill://{name}/SKILL.md", f"Pushed the {push}th time.")
                seconds.append(time.perf_counter() - pushed)
    return first_start, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skills", type=int, default=1000)
    parser.add_argument("--pushes", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        first_start, seconds = asyncio.run(measure(options.skills, options.pushes, Path(root)))
    seconds.sort()
    print(f"{options.skills} skills, first start with all of them published: {first_start:.1f} s")
    print(
        f"push → live, {len(seconds)} pushes: p50 {statistics.median(seconds) * 1000:.0f} ms, "
        f"p95 {seconds[int(len(seconds) * 0.95) - 1] * 1000:.0f} ms, slowest {seconds[-1] * 1000:.0f} ms"
    )


if __name__ == "__main__":
    main()
