"""Calls that talk back to their client while they run, with the SDK's own client and over plain HTTP."""

import asyncio

import mcp_types as types
import pytest

from integration.mcp.conftest import WAIT_SECONDS, serving
from integration.mcp.sessions import in_process, pair, request
from mcpskills_server.mcp.sessions.replay import MOST, MOST_BYTES, Replay

pytestmark = pytest.mark.anyio

QUESTION = {"type": "object", "properties": {"colour": {"type": "string"}}}


class Talking:
    """A tool that does what its name says; `go` lets `wait` go on."""

    def __init__(self, *served):
        self.go = asyncio.Event()
        for each in served:
            server = each.endpoint.server
            server.add_request_handler("tools/call", types.CallToolRequestParams, self.call)

    async def call(self, ctx, params):
        text = await getattr(self, params.name)(ctx)
        return types.CallToolResult(content=[types.TextContent(text=text)])

    async def elicit(self, ctx):
        answer = await ctx.session.elicit_form("Which colour?", QUESTION, ctx.request_id)
        return answer.content["colour"]

    async def progress(self, ctx):
        for step in (1, 2):
            await ctx.session.report_progress(step, 2)
        return "done"

    async def interrupt(self, ctx):
        await ctx.close_sse_stream()
        await self.go.wait()
        return "after all"

    async def wait(self, _):
        await self.go.wait()
        return "late"

    async def aside(self, ctx):
        await ctx.session.send_tool_list_changed()
        return "said"

    async def whom(self, ctx):
        return ctx.session.client_params.client_info.name


@pytest.fixture
async def served(registry):
    registry.publish()
    async with serving(registry, sessions="stateful") as running:
        yield running


def text(result):
    return result.content[0].text


async def test_a_tool_asks_the_user_while_it_runs(served):
    Talking(served)

    async def choose(_, __):
        return types.ElicitResult(action="accept", content={"colour": "blue"})

    async with served.client("legacy", elicitation_callback=choose) as client:
        assert text(await client.call_tool("elicit")) == "blue"


async def test_a_tool_tells_of_its_progress(served):
    Talking(served)
    steps = []

    async def note(progress, total, _):
        steps.append((progress, total))

    async with served.client("legacy") as client:
        result = await client.call_tool("progress", progress_callback=note)

    assert (text(result), steps) == ("done", [(1, 2), (2, 2)])


async def test_what_a_tool_says_to_the_session_as_a_whole_comes_on_the_get_stream(served, client):
    Talking(served)
    await client.open(served.url)

    async with client.stream(served.url) as events:
        await events.next()
        answer = await client.post(served.url, request("tools/call", name="aside"))
        said = await events.next()

    assert "list_changed" not in answer.text
    assert said.told == "tools/list_changed"


async def test_a_client_that_takes_no_streams_gets_its_answer_as_json(served, client):
    Talking(served)
    await client.open(served.url)

    answer = await client.post(served.url, request("tools/call", name="aside"), Accept="application/json")

    assert answer.json()["result"]["content"][0]["text"] == "said"


async def test_an_interrupted_answer_is_resumed(served):
    talking = Talking(served)

    async with served.client("legacy") as client:
        calling = asyncio.create_task(client.call_tool("interrupt"))
        talking.go.set()

        assert text(await asyncio.wait_for(calling, WAIT_SECONDS)) == "after all"


async def test_a_replica_that_never_saw_the_session_runs_its_calls(registry, client):
    with in_process() as shared:
        async with pair(registry, shared) as both:
            Talking(both.other)
            await client.open(both.one.url, clientInfo={"name": "ada's", "version": "1"})

            answer = await client.post(both.other.url, request("tools/call", name="whom", arguments={}))

    assert "ada's" in answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")


async def test_calls_of_one_session_at_once_share_a_channel(served, client):
    Talking(served)
    await client.open(served.url)

    answers = await asyncio.gather(
        *(client.post(served.url, {**request("tools/call", name="whom"), "id": number}) for number in range(8))
    )

    assert all("test" in answer.text for answer in answers)
    assert len(served.endpoint.reception._channels._channels) == 1


async def test_the_servers_own_tools_need_no_channel(served, client):
    await client.open(served.url)

    answer = await client.post(served.url, request("tools/call", name="search_skills", arguments={}))

    assert answer.headers["content-type"] == "application/json"
    assert len(served.endpoint.reception._channels._channels) == 0


async def test_closing_the_session_ends_its_calls(served, client):
    Talking(served)
    await client.open(served.url)
    calling = asyncio.create_task(client.post(served.url, request("tools/call", name="wait")))
    held = served.endpoint.reception._channels._channels
    async with asyncio.timeout(WAIT_SECONDS):
        while not held:
            await asyncio.sleep(0)

    await client.delete(served.url)

    await asyncio.wait_for(asyncio.wait([calling]), WAIT_SECONDS)
    assert not held


async def test_a_channel_is_let_go_and_its_session_goes_on(served, client):
    Talking(served)
    await client.open(served.url)
    await client.post(served.url, request("tools/call", name="whom"))
    [channel] = served.endpoint.reception._channels._channels.values()

    channel.transport.idle_scope.cancel()
    again = await client.post(served.url, request("tools/call", name="whom"))

    assert "test" in again.text


async def test_answers_and_cancellations_without_a_call_here_are_taken(served, client):
    await client.open(served.url)

    answers = [
        await client.post(served.url, {"jsonrpc": "2.0", "id": 7, "result": {}}),
        await client.post(
            served.url, {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 3}}
        ),
    ]

    assert [answer.status_code for answer in answers] == [202, 202]


async def test_only_the_last_events_of_a_channel_are_kept():
    replay, told = Replay(), []
    first = await replay.store_event("1", None)
    for number in range(MOST):
        await replay.store_event("1", types.JSONRPCNotification(jsonrpc="2.0", method=f"n/{number}"))
    last_but_two = f"{first.rpartition('-')[0]}-{MOST - 1}"

    async def note(event):
        told.append(event.message.method)

    assert await replay.replay_events_after(first, note) is None
    assert await replay.replay_events_after(last_but_two, note) == "1"
    assert told == [f"n/{MOST - 2}", f"n/{MOST - 1}"]


async def test_events_that_are_long_are_kept_only_as_far_as_there_is_room():
    replay, told = Replay(), []
    first = await replay.store_event("1", None)
    identifiers = [
        await replay.store_event("1", types.JSONRPCResponse(jsonrpc="2.0", id=letter * (MOST_BYTES // 3), result={}))
        for letter in "abc"
    ]

    async def note(event):
        told.append(event.message.id[0])

    assert await replay.replay_events_after(first, note) is None
    assert await replay.replay_events_after(identifiers[1], note) == "1"
    assert told == ["c"]
