"""Who is told of which changes: nobody of a skill that they do not see, and everybody when it is shut or opened to them."""

import asyncio
import contextlib

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.client.subscriptions import PromptsListChanged, ResourcesListChanged, ResourceUpdated

from callers import in_groups
from integration.mcp.conftest import WAIT_SECONDS, serving
from integration.mcp.sessions import caller, request

pytestmark = pytest.mark.anyio

PAYROLL, FORMS = "skill://payroll/SKILL.md", "skill://pdf-forms/SKILL.md"
LISTS = ["resources/list_changed", "prompts/list_changed"]


@pytest.fixture
async def served(registry):
    registry.publish("pdf-forms")
    registry.publish("payroll")
    registry.restrict("payroll", "finance")
    async with serving(registry, sessions="stateful") as running:
        yield running


async def restrict(served, *groups):
    served.registry.restrict("payroll", *groups)
    await served.replica.refresh()


@pytest.fixture
def listen(served):
    """Opens a stream of 2026-07-28 for a caller in a group, who is told of lists and of both skills."""

    @contextlib.asynccontextmanager
    async def opened(group):
        wanted = {"resources_list_changed": True, "prompts_list_changed": True}
        async with (
            httpx2.AsyncClient(headers=in_groups(group)) as http,
            Client(streamable_http_client(served.url, http_client=http), cache=None) as client,
            client.listen(**wanted, resource_subscriptions=[PAYROLL, FORMS]) as events,
        ):
            yield events

    return opened


async def heard(events, count):
    return {await asyncio.wait_for(anext(events), WAIT_SECONDS) for _ in range(count)}


async def test_who_does_not_see_a_skill_hears_nothing_of_it(served, listen):
    async with listen("legal") as outsider, listen("finance") as insider:
        await served.publish("payroll", body="New.\n")
        told = await heard(insider, 3)
        await served.publish("pdf-forms", body="New.\n")

        assert told == {ResourcesListChanged(), PromptsListChanged(), ResourceUpdated(PAYROLL)}
        assert await heard(outsider, 3) == {ResourcesListChanged(), PromptsListChanged(), ResourceUpdated(FORMS)}


async def test_a_skill_that_is_shut_is_gone_and_one_that_is_opened_is_new(served, listen):
    async with listen("legal") as legal, listen("finance") as finance, listen("sales") as sales:
        await restrict(served, "legal")
        opened, shut = await heard(legal, 3), await heard(finance, 3)
        await restrict(served)

        assert opened == shut == {ResourcesListChanged(), PromptsListChanged(), ResourceUpdated(PAYROLL)}
        assert await heard(sales, 3) == await heard(finance, 3) == opened


async def test_a_session_is_told_what_its_caller_sees_and_no_more(served):
    async with caller(**in_groups("legal")) as outsider, caller(**in_groups("finance")) as insider:
        for client in (outsider, insider):
            await client.open(served.url)
            await client.post(served.url, request("resources/subscribe", uri=PAYROLL))
            await client.post(served.url, request("resources/subscribe", uri=FORMS))
        async with outsider.stream(served.url) as outside, insider.stream(served.url) as inside:
            await outside.next(), await inside.next()
            await served.publish("payroll", body="New.\n")
            seen = await inside.told(3)
            await served.publish("pdf-forms", body="New.\n")

            assert seen == [*LISTS, PAYROLL]
            assert await outside.told(3) == [*LISTS, FORMS]


async def test_who_comes_back_is_not_told_of_the_hidden_skill_that_changed_meanwhile(served):
    async with caller(**in_groups("legal")) as outsider:
        await outsider.open(served.url)
        await outsider.post(served.url, request("resources/subscribe", uri=PAYROLL))
        await served.publish("payroll", body="New.\n")
        async with outsider.stream(served.url) as events:
            told = await events.told(2)
            await served.publish("pdf-forms", body="New.\n")

            assert [*told, *await events.told(2)] == LISTS * 2
