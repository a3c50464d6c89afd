"""From the answer to a revocation until every replica refuses the key, which each of them knew and answered a moment before.

A fleet of 3 servers as processes on Valkey and MiniStack, all on this machine; another of them is told each time, at a random
moment of the second in which replicas look for changes. Each is asked 50 times a second. What is promised is 2 s.

Run: make bench NAME=revocation [ARGS="--keys 40"]
"""

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path

import httpx2
from fleet import PATIENCE, percentile

from fleet_scene import fleet
from stand_ins.aws_server import CREDENTIALS
from stand_ins.ministack import ministack_server
from stand_ins.valkey import valkey_server

PROMISED = 2.0
BETWEEN_SECONDS = 0.02
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
MCP = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}


async def until(status: HTTPStatus, http: httpx2.AsyncClient, url: str, secret: str) -> float:
    """The moment at which the server was asked that answered so."""
    headers = {**MCP, "Authorization": f"Bearer {secret}"}
    async with asyncio.timeout(PATIENCE):
        while True:
            asked = time.perf_counter()
            if (await http.post(f"{url}/mcp", json=PING, headers=headers)).status_code == status:
                return asked
            await asyncio.sleep(BETWEEN_SECONDS)


async def revoked(http: httpx2.AsyncClient, urls: Sequence[str], told: str) -> list[float]:
    """Seconds until each of the servers refuses a new key, once it is revoked by the one that is told."""
    made = await http.post(f"{told}/admin/keys", json={"name": "measured", "roles": ["viewer"]})
    key = made.raise_for_status().json()
    await asyncio.gather(*(until(HTTPStatus.OK, http, url, key["secret"]) for url in urls))
    await asyncio.sleep(random.random())
    answer = await http.delete(f"{told}/admin/keys/{key['key']['id']}", params={"reason": "It is a measurement."})
    answer.raise_for_status()
    began = time.perf_counter()
    moments = await asyncio.gather(*(until(HTTPStatus.UNAUTHORIZED, http, url, key["secret"]) for url in urls))
    return [max(0.0, moment - began) for moment in moments]


async def measure(urls: Sequence[str], keys: int) -> list[list[float]]:
    async with httpx2.AsyncClient(timeout=PATIENCE) as http:
        return [await revoked(http, urls, urls[number % len(urls)]) for number in range(keys)]


def row(name: str, seconds: Sequence[float]) -> str:
    figures = "".join(f"{percentile(seconds, percent) * 1000:9.0f}" for percent in (50, 95))
    return f"{name:<44}{len(seconds):6}{figures}{max(seconds) * 1000:9.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=40)
    options = parser.parse_args()
    os.environ.update(CREDENTIALS)
    settings = {"MCPSKILLS_FAILURES_PER_MINUTE": "1000000", "MCPSKILLS_PLAN": "unlimited"}
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch, "fleet")
        root.mkdir()
        with (
            ministack_server(root) as aws,
            valkey_server() as valkey,
            fleet(root, aws, valkey.url, publishers=0, **settings) as ships,
        ):
            for server in ships.servers:
                server.start()
                server.until_ready(ships.http)
            taken = asyncio.run(measure([server.url for server in ships.servers], options.keys))
    last = [max(each) for each in taken]
    print(f"{'milliseconds':<44}{'count':>6}{'p50':>9}{'p95':>9}{'max':>9}")
    print(row("revoked → refused by a replica", [seconds for each in taken for seconds in each]))
    print(row("revoked → refused by all 3 replicas", last))
    print(f"promised: {PROMISED:.0f} s, {'kept' if max(last) < PROMISED else 'broken'}")


if __name__ == "__main__":
    main()
