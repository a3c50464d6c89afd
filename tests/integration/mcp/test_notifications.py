"""What clients hear of a swap: those that listen, and those with a session of the handshake era."""

import asyncio

import pytest
from mcp.client.subscriptions import PromptsListChanged, ResourcesListChanged, ResourceUpdated
from mcp_types import (
    METHOD_NOT_FOUND,
    PromptListChangedNotification,
    ResourceListChangedNotification,
    ResourceUpdatedNotification,
)

from integration.mcp.conftest import WAIT_SECONDS, ask, refusal, serving

pytestmark = pytest.mark.anyio


async def heard(subscription, count):
    """The next events of a stream, in whatever order they came."""
    return {await asyncio.wait_for(anext(subscription), WAIT_SECONDS) for _ in range(count)}


class Inbox:
    """Gathers what a session is told."""

    def __init__(self):
        self._messages = asyncio.Queue()

    async def __call__(self, message):
        await self._messages.put(message)

    async def next(self, kind):
        while not isinstance(message := await asyncio.wait_for(self._messages.get(), WAIT_SECONDS), kind):
            pass
        return message


async def test_a_swap_reaches_a_client_that_listens(served):
    await served.publish()

    async with (
        served.client() as client,
        client.listen(resources_list_changed=True, prompts_list_changed=True) as events,
    ):
        await served.publish("release-notes")

        assert await heard(events, 2) == {ResourcesListChanged(), PromptsListChanged()}


async def test_a_listening_client_hears_of_the_resources_it_watches_and_of_no_others(served):
    await served.publish("alpha", files={"a b.txt": "1"})
    await served.publish("bravo")
    watched = ["skill://alpha/a b.txt", "skill://alpha/SKILL.md", "skill://bravo/SKILL.md", "skill://v1/alpha/SKILL.md"]

    async with (
        served.client() as client,
        client.listen(resource_subscriptions=[*watched, "nonsense"]) as events,
    ):
        await served.publish("alpha", files={"a b.txt": "2"})
        first = await heard(events, 2)
        await served.publish("bravo", body="New.\n")
        second = await heard(events, 1)

    assert first == {ResourceUpdated("skill://alpha/a b.txt"), ResourceUpdated("skill://alpha/SKILL.md")}
    assert second == {ResourceUpdated("skill://bravo/SKILL.md")}


async def test_a_watched_skill_that_goes_and_comes_back_is_told_both_times(served):
    await served.publish()
    uri = "skill://pdf-forms/SKILL.md"

    async with served.client() as client, client.listen(resource_subscriptions=[uri]) as events:
        await served.hold("pdf-forms", None)
        gone = await heard(events, 1)
        await served.lift("pdf-forms")
        back = await heard(events, 1)

    assert gone == back == {ResourceUpdated(uri)}


async def test_closing_the_endpoint_ends_the_streams_in_good_order(served):
    async with served.client() as client, client.listen(resources_list_changed=True) as events:
        served.endpoint.close()

        assert [event async for event in events] == []


async def test_watching_more_resources_than_allowed_is_refused(served):
    uris = [f"skill://skill-{number}/SKILL.md" for number in range(1_001)]

    async with served.client() as client:
        error = await refusal(client, "subscriptions/listen", notifications={"resourceSubscriptions": uris})

    assert "At most 1000" in error.message


async def test_watching_more_text_than_allowed_is_refused(served):
    uris = [f"skill://skill-{number}/{'x' * 4_000}" for number in range(17)]

    async with served.client() as client:
        error = await refusal(client, "subscriptions/listen", notifications={"resourceSubscriptions": uris})

    assert "may have 65536 characters together, got 68" in error.message


async def test_a_request_for_a_stream_that_is_padded_is_refused(served):
    padding = {"example.org/padding": "x" * 200_000}

    async with served.client() as client:
        error = await refusal(client, "subscriptions/listen", notifications={"toolsListChanged": True}, _meta=padding)

    assert "A request for a stream may have 131072 bytes, got 200" in error.message


async def test_a_session_subscribes_to_no_more_text_than_its_record_may_hold(registry):
    async with serving(registry, sessions="stateful") as served, served.client("legacy") as client:
        for number in range(8):
            await ask(client, "resources/subscribe", uri=f"skill://skill-{number}/{'x' * 4_000}")
        error = await refusal(client, "resources/subscribe", uri=f"skill://one-more/{'x' * 4_000}")

    assert "A session keeps at most 32,768 bytes" in error.message


async def test_a_session_of_the_handshake_era_is_told_that_lists_changed(registry):
    registry.publish()
    inbox = Inbox()

    async with (
        serving(registry, sessions="stateful") as served,
        served.client("legacy", message_handler=inbox),
    ):
        await served.publish("release-notes")

        await inbox.next(ResourceListChangedNotification)
        await inbox.next(PromptListChangedNotification)


async def test_a_session_is_told_of_the_resources_it_subscribed_to_until_it_does_not(registry):
    registry.publish("alpha")
    registry.publish("bravo")
    inbox = Inbox()

    async with (
        serving(registry, sessions="stateful") as served,
        served.client("legacy", message_handler=inbox) as client,
    ):
        await ask(client, "resources/subscribe", uri="skill://alpha/SKILL.md")
        await ask(client, "resources/subscribe", uri="skill://bravo/SKILL.md")
        await served.publish("alpha", body="New.\n")
        first = await inbox.next(ResourceUpdatedNotification)
        await ask(client, "resources/unsubscribe", uri="skill://alpha/SKILL.md")
        await served.publish("alpha", body="Newer.\n")
        await served.publish("bravo", body="New.\n")
        second = await inbox.next(ResourceUpdatedNotification)

    assert first.params.uri == "skill://alpha/SKILL.md"
    assert second.params.uri == "skill://bravo/SKILL.md"


async def test_without_sessions_the_handshake_era_promises_no_notifications(served):
    async with served.client("legacy") as client:
        capabilities = client.server_capabilities
        error = await refusal(client, "resources/subscribe", uri="skill://pdf-forms/SKILL.md")

    assert not capabilities.resources.subscribe
    assert not capabilities.resources.list_changed
    assert not capabilities.prompts.list_changed
    assert not capabilities.tools.list_changed
    assert error.code == METHOD_NOT_FOUND


async def test_with_sessions_the_handshake_era_promises_what_it_gets(registry):
    async with serving(registry, sessions="stateful") as served, served.client("legacy") as client:
        capabilities = client.server_capabilities

    assert capabilities.resources.subscribe
    assert capabilities.resources.list_changed
    assert capabilities.prompts.list_changed
    assert not capabilities.tools.list_changed


async def test_the_present_era_promises_notifications_in_either_profile(served):
    async with served.client() as client:
        capabilities = client.server_capabilities

    assert capabilities.resources.subscribe
    assert capabilities.resources.list_changed
    assert capabilities.prompts.list_changed
