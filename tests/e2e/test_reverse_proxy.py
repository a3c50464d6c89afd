"""The product behind nginx, with the documented lines: what changes reaches clients at once, and names are told apart."""

import asyncio

import httpx2
import pytest
from mcp import Client
from mcp.client.subscriptions import ResourcesListChanged
from mcp_types import ResourceListChangedNotification

from builders import write_skill
from servers import START_SECONDS, running
from stand_ins.nginx import nginx_server

pytestmark = pytest.mark.anyio

WAIT_SECONDS = 60
SETTINGS = {
    "MCPSKILLS_POLL_SECONDS": "0.1",
    "MCPSKILLS_ALLOWED_HOSTS": '["skills.example.org"]',
}


@pytest.fixture
def folder(tmp_path):
    write_skill(tmp_path / "skills", "pdf-forms")
    return tmp_path / "skills"


@pytest.fixture
def url(folder, tmp_path):
    """The address at nginx."""
    (tmp_path / "nginx").mkdir()
    with (
        running("serve", str(folder), "--port", "0", until="Ctrl-C", cwd=tmp_path, env=SETTINGS) as server,
        nginx_server(server.base_url, tmp_path / "nginx") as proxied,
    ):
        yield f"{proxied}/mcp"


async def test_a_client_that_listens_hears_of_a_change_through_the_proxy(url, folder):
    async with Client(url, cache=None) as client, client.listen(resources_list_changed=True) as changes:
        write_skill(folder, "release-notes")
        change = await asyncio.wait_for(anext(changes), WAIT_SECONDS)
        listed = [resource.name for resource in (await client.list_resources()).resources]

    assert change == ResourcesListChanged()
    assert listed == ["pdf-forms", "release-notes"]


async def test_a_session_of_the_handshake_era_hears_of_a_change_through_the_proxy(url, folder):
    heard = asyncio.Event()

    async def hear(message):
        if isinstance(message, ResourceListChangedNotification):
            heard.set()

    async with Client(url, mode="legacy", cache=None, message_handler=hear) as client:
        await change_until(heard, folder)
        listed = [resource.name for resource in (await client.list_resources()).resources]

    assert listed == ["pdf-forms", "release-notes"]


@pytest.mark.parametrize(("host", "status"), [("skills.example.org", 200), ("other.example.org", 421)])
async def test_the_name_that_a_client_used_comes_through(url, host, status):
    params = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}
    headers = {"Accept": "application/json, text/event-stream", "Host": host}

    async with httpx2.AsyncClient(timeout=START_SECONDS) as http:
        answer = await http.post(url, json=hello, headers=headers)

    assert answer.status_code == status
    assert answer.json()["jsonrpc"] == "2.0"


async def change_until(heard, folder):
    """Change a skill until the session's stream is there: the client opens it beside its first requests."""
    for number in range(WAIT_SECONDS * 2):
        write_skill(folder, "release-notes", body=f"{number}\n")
        try:
            await asyncio.wait_for(heard.wait(), 0.5)
        except TimeoutError:
            continue
        return
    raise AssertionError("the change never came through")
