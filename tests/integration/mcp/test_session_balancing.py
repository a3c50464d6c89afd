"""The SDK's own client behind a balancer that sends every request to the next replica."""

import asyncio
import itertools

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import ResourceUpdatedNotification

from integration.mcp.conftest import WAIT_SECONDS, ask, text_of
from integration.mcp.sessions import in_process, pair

pytestmark = pytest.mark.anyio

URI = "skill://pdf-forms/SKILL.md"


class Balancer(httpx2.AsyncHTTPTransport):
    """Knows neither sessions nor clients. `went` is the replica and the method of each request."""

    def __init__(self, *replicas):
        super().__init__()
        self._next = itertools.cycle(enumerate(httpx2.URL(replica.url) for replica in replicas))
        self.went = []

    async def handle_async_request(self, request):
        number, url = next(self._next)
        self.went.append((number, request.method))
        request.url = request.url.copy_with(port=url.port)
        return await super().handle_async_request(request)


async def test_a_client_notices_nothing_of_being_sent_to_another_replica_each_time(registry):
    registry.publish()
    heard = asyncio.Queue()

    async def note(message):
        if isinstance(message, ResourceUpdatedNotification):
            await heard.put(message.params.uri)

    with in_process() as shared:
        async with pair(registry, shared) as replicas:
            balancer = Balancer(replicas.one, replicas.other)
            async with httpx2.AsyncClient(transport=balancer, timeout=WAIT_SECONDS) as http:
                transport = streamable_http_client("http://127.0.0.1:1/mcp", http_client=http)
                async with Client(transport, mode="legacy", cache=None, message_handler=note) as client:
                    await ask(client, "resources/subscribe", uri=URI)
                    texts = [text_of(await client.call_tool("load_skill", {"name": "pdf-forms"})) for _ in range(4)]
                    await replicas.publish("pdf-forms", body="New.\n")
                    updated = await asyncio.wait_for(heard.get(), WAIT_SECONDS)

    assert len(set(texts)) == 1
    assert updated == URI
    assert {number for number, method in balancer.went if method == "POST"} == {0, 1}
    assert [method for _, method in balancer.went].count("GET") == 1
    assert balancer.went[-1][1] == "DELETE"
