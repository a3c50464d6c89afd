"""From the end of `git push`, and from a rollback's answer, to the new text on every replica: one machine beside a fleet.

The fleet is 2 publishers and 3 servers as processes on Valkey and MiniStack, all on this machine; its publishers watch the
repository. With `--webhook` they do not: signed deliveries, as GitHub sends them, tell one publisher and then the other of each
push, and nothing else does. One machine is `mcpskills up`.

Run: make bench NAME=fleet [ARGS="--skills 100 --pushes 60 --rollbacks 20 --webhook"]
"""

import argparse
import asyncio
import json
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import httpx2
from mcp import Client

from builders import skill_folder
from fleet_member import Member, until
from fleet_scene import Fleet, fleet
from git_fixtures import Clone, bare, clone
from servers import running
from stand_ins.aws_server import CREDENTIALS
from stand_ins.ministack import ministack_server
from stand_ins.valkey import valkey_server
from webhook_scene import OWNER, REPOSITORY, SECRET, Site, a_push

PATIENCE = 30.0
PERCENTILES = (50, 95, 99)
HEARING_BY_WEBHOOK = {
    "MCPSKILLS_WEBHOOK_SECRETS": json.dumps([SECRET]),
    "MCPSKILLS_WEBHOOK_PORT": "0",
    "MCPSKILLS_GITHUB_REPOSITORY_ID": str(REPOSITORY),
    "MCPSKILLS_GITHUB_OWNER_ID": str(OWNER),
    "MCPSKILLS_RECONCILE_SECONDS": "3600",
}
Announce = Callable[[], None]
"""Tells the publishers that something was pushed."""


@dataclass
class Times:
    """Seconds, one for each push and each rollback."""

    pushes: list[float] = field(default_factory=list)
    rollbacks: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Load:
    skills: int
    pushes: int
    rollbacks: int


async def live(client: Client, uri: str, text: str) -> None:
    while text not in (await client.read_resource(uri)).contents[0].text:
        await asyncio.sleep(0.002)


async def everywhere(clients: Sequence[Client], name: str, text: str) -> None:
    """Returns once all serve the text."""
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
        for client in clients:
            tasks.create_task(live(client, f"skill://{name}/SKILL.md", text))


async def measure(urls: Sequence[str], work: Clone, load: Load, announce: Announce = lambda: None) -> Times:
    """Push and roll back on servers that run already. A push is announced once it has ended."""
    times = Times()
    async with AsyncExitStack() as held:
        clients = [await held.enter_async_context(Client(url + "/mcp", cache=None)) for url in urls]
        http = await held.enter_async_context(httpx2.AsyncClient(base_url=urls[0], timeout=PATIENCE))
        await everywhere(clients, f"skill-{load.skills - 1:05}", "Body")
        for push in range(load.pushes):
            name = f"skill-{push * 37 % load.skills:05}"
            work.publish(skill_folder(name, body=f"Pushed the {push}th time.\n"))
            pushed = time.perf_counter()
            await asyncio.to_thread(announce)
            await everywhere(clients, name, f"Pushed the {push}th time.")
            times.pushes.append(time.perf_counter() - pushed)
        for number in range(load.rollbacks):
            name = f"skill-{number * 37 % load.skills:05}"
            asked = time.perf_counter()
            terms = {"reason": "It is a measurement.", "version": 1}
            (await http.post(f"/admin/skills/{name}/rollback", json=terms)).raise_for_status()
            await everywhere(clients, name, "Body")
            times.rollbacks.append(time.perf_counter() - asked)
    return times


def start(work: Clone, load: Load) -> None:
    work.publish(*(skill_folder(f"skill-{number:05}", body=f"Body {number}.\n" * 150) for number in range(load.skills)))


def one_machine(root: Path, load: Load) -> Times:
    origin = bare(root / "registry.git")
    work = clone(origin, root / "work")
    start(work, load)
    arguments = ("up", "--data", str(root / "data"), "--registry", str(origin), "--port", "0")
    with running(*arguments, until="Ctrl-C", cwd=root) as server:
        return asyncio.run(measure([server.base_url], work, load))


def on_aws(root: Path, load: Load, *, webhook: bool) -> Times:
    root.mkdir()
    # What is behind a URL is not watched.
    hearing = {**HEARING_BY_WEBHOOK, "MCPSKILLS_REGISTRY": (root / "registry.git").as_uri()} if webhook else {}
    with (
        ministack_server(root) as aws,
        valkey_server() as valkey,
        fleet(root, aws, valkey.url, **hearing) as ships,
    ):
        start(ships.work, load)
        ships.start()
        ships.settle()
        urls = [server.url for server in ships.servers]
        if not webhook:
            return asyncio.run(measure(urls, ships.work, load))
        with delivering(ships) as announce:
            return asyncio.run(measure(urls, ships.work, load, announce))


@contextmanager
def delivering(ships: Fleet) -> Iterator[Announce]:
    """Delivers a push to the publishers in turn."""
    with httpx2.Client(timeout=PATIENCE) as client:
        publishers = cycle([Site(webhook_of(member), client) for member in ships.publishers])

        def announce() -> None:
            next(publishers).deliver(a_push()).raise_for_status()

        yield announce


def webhook_of(publisher: Member) -> str:
    def said() -> re.Match[str] | None:
        return re.search(r"(http://\S+)/webhooks/github", publisher.console.read_text(errors="replace"))

    until(lambda: said() is not None, publisher.told)
    found = said()
    assert found is not None
    return found[1]


def percentile(seconds: Sequence[float], percent: int) -> float:
    """The least of them that so many percent do not exceed."""
    return sorted(seconds)[max(0, -(-len(seconds) * percent // 100) - 1)]


def row(name: str, seconds: Sequence[float]) -> str:
    figures = "".join(f"{percentile(seconds, percent) * 1000:9.0f}" for percent in PERCENTILES)
    return f"{name:<52}{len(seconds):6}{figures}{max(seconds) * 1000:9.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--skills", type=int, default=100)
    parser.add_argument("--pushes", type=int, default=60)
    parser.add_argument("--rollbacks", type=int, default=20)
    parser.add_argument("--webhook", action="store_true", help="tell the fleet of pushes by signed deliveries")
    options = parser.parse_args()
    load = Load(options.skills, options.pushes, min(options.rollbacks, options.pushes, options.skills))
    os.environ.update(CREDENTIALS)
    with tempfile.TemporaryDirectory() as root:
        embedded = one_machine(Path(root, "one"), load)
        cloud = on_aws(Path(root, "fleet"), load, webhook=options.webhook)
    print(f"{f'{load.skills} skills, milliseconds':<52}{'count':>6}{'p50':>9}{'p95':>9}{'p99':>9}{'max':>9}")
    print(row("push → live, one machine (1 replica)", embedded.pushes))
    heard = ", by webhook" if options.webhook else ""
    print(row(f"push → live on all, fleet (3 replicas){heard}", cloud.pushes))
    print(row("rollback → served, one machine", embedded.rollbacks))
    print(row("rollback → served by all, fleet", cloud.rollbacks))


if __name__ == "__main__":
    main()
