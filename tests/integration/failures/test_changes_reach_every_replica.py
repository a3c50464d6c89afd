"""What one server's admin API decides holds on every replica, and who reads a version while the next goes live gets it whole."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from builders import skill_folder
from fleet_scene import Fleet
from mcp_reading import file
from mcpskills.package import digest

pytestmark = pytest.mark.anyio


@pytest.fixture
async def clients(ships: Fleet) -> AsyncIterator[list[Client]]:
    """One client of each server, which asks every time."""
    async with AsyncExitStack() as held:
        yield [
            await held.enter_async_context(Client(server.url + "/mcp", cache=None, raise_exceptions=True))
            for server in ships.servers
        ]


async def test_a_rollback_on_one_server_is_served_by_all(ships: Fleet, clients: list[Client]):
    for body in ("One.\n", "Two.\n"):
        ships.push(skill_folder("rolled-back", body=body))
        ships.settle()

    change = ships.change(ships.servers[2], "rolled-back/rollback")
    generation = ships.converge()
    read = [await file(client, "skill://rolled-back/SKILL.md") for client in clients]

    assert generation == change["generation"]
    assert [content.endswith(b"One.\n") for content in read] == [True, True, True]


async def test_a_revoked_version_is_refused_by_all_at_its_pinned_address_too(ships: Fleet, clients: list[Client]):
    for body in ("One.\n", "Two.\n"):
        ships.push(skill_folder("revoked", body=body))
        ships.settle()
    for client in clients:
        assert (await file(client, "skill://v2/revoked/SKILL.md")).endswith(b"Two.\n")

    ships.change(ships.servers[0], "revoked/versions/2/revoke", reason="It leaks passwords.")
    ships.converge()

    for client in clients:
        with pytest.raises(MCPError, match="It leaks passwords"):
            await file(client, "skill://v2/revoked/SKILL.md")
        assert (await file(client, "skill://revoked/SKILL.md")).endswith(b"One.\n")


async def test_a_reader_of_version_1_gets_its_bytes_while_version_2_goes_live(ships: Fleet, clients: list[Client]):
    first, second = (skill_folder("read-on", body=f"{n}\n", files={"data.txt": f"{n}\n" * 999}) for n in "12")
    ships.push(first)
    ships.settle()

    settled = asyncio.create_task(asyncio.to_thread(lambda: (ships.push(second), ships.settle())))
    pinned, live = set(), set()
    while not settled.done() or not pinned:
        for client in clients:
            pinned.add(digest(await file(client, "skill://v1/read-on/data.txt")))
            live.add(digest(await file(client, "skill://read-on/data.txt")))
    await settled

    one, two = (digest(folder.entries["data.txt"].content) for folder in (first, second))
    assert pinned == {one}
    assert live <= {one, two}
    for client in clients:
        assert digest(await file(client, "skill://read-on/data.txt")) == two
        assert digest(await file(client, "skill://v1/read-on/data.txt")) == one
