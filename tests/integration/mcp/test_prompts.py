"""Prompts through the public client, in both eras of the protocol."""

import pytest
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS

from integration.mcp.conftest import serving

pytestmark = pytest.mark.anyio


async def test_every_skill_is_a_prompt_unless_users_may_not_invoke_it(served, mode):
    await served.publish("pdf-forms")
    await served.publish("inner-rules", extra="user-invocable: false")

    async with served.client(mode) as client:
        prompts = (await client.list_prompts()).prompts
        with pytest.raises(MCPError) as caught:
            await client.get_prompt("inner-rules")

    assert [(prompt.name, prompt.description) for prompt in prompts] == [
        ("pdf-forms", "Fills in PDF forms. Use when the user has a form to complete.")
    ]
    assert prompts[0].meta["io.openmcpskills/version"] == 1
    assert caught.value.code == INVALID_PARAMS


async def test_prompts_come_in_pages_though_many_skills_have_none(registry, mode):
    for number in range(30):
        registry.publish(f"skill-{number:02}", extra="" if number % 10 == 9 else "user-invocable: false")

    async with serving(registry, page_size=2) as served, served.client(mode) as client:
        first = await client.list_prompts()
        second = await client.list_prompts(cursor=first.next_cursor)

    assert [prompt.name for prompt in first.prompts] == ["skill-09", "skill-19"]
    assert [prompt.name for prompt in second.prompts] == ["skill-29"]
    assert second.next_cursor is None


async def test_a_long_run_of_skills_without_prompt_ends_the_page_early(registry):
    for number in range(25):
        registry.publish(f"skill-{number:02}", extra="" if number == 24 else "user-invocable: false")

    async with serving(registry, page_size=1) as served, served.client() as client:
        first = await client.list_prompts()
        second = await client.list_prompts(cursor=first.next_cursor)

    assert first.prompts == []
    assert [prompt.name for prompt in second.prompts] == ["skill-24"]


async def test_arguments_are_offered_where_the_instructions_use_them(served, mode):
    await served.publish("one-text", body="Fill in $ARGUMENTS.\n", extra='argument-hint: "[form]"')
    await served.publish("two-names", body="Copy $1 to $2.\n", extra="arguments: source target")
    await served.publish("shell-text", body="Run `awk '{print $1}'`.\n")

    async with served.client(mode) as client:
        prompts = {prompt.name: prompt.arguments for prompt in (await client.list_prompts()).prompts}

    assert [(item.name, item.description, item.required) for item in prompts["one-text"]] == [
        ("arguments", "[form]", False)
    ]
    assert [item.name for item in prompts["two-names"]] == ["source", "target"]
    assert prompts["shell-text"] == []


async def test_a_prompt_is_the_instructions_with_the_values_put_in(served, mode):
    version = await served.publish(body="Copy $1 to $2, then $ARGUMENTS.\n", extra="arguments: [source, target]")

    async with served.client(mode) as client:
        prompt = await client.get_prompt("pdf-forms", {"source": "$2 $ARGUMENTS", "arguments": "stop"})

    [message] = prompt.messages
    assert message.role == "user"
    assert message.content.text == "Copy $2 $ARGUMENTS to , then stop.\n"
    assert prompt.meta["io.openmcpskills/digest"] == version.digest


async def test_a_prompt_says_where_the_other_files_of_its_version_are(served, mode):
    await served.publish(files={f"references/{number:02}.md": "." for number in range(60)})

    async with served.client(mode) as client:
        prompt = await client.get_prompt("pdf-forms")

    files = prompt.messages[1].content.text
    assert "- skill://v1/pdf-forms/references/00.md\n" in files
    assert files.endswith("- 10 more, all listed by skill://v1/pdf-forms/_manifest")


async def test_values_that_would_blow_up_the_prompt_are_refused(served, mode):
    await served.publish(body="$ARGUMENTS " * 100)

    async with served.client(mode) as client:
        with pytest.raises(MCPError) as caught:
            await client.get_prompt("pdf-forms", {"arguments": "x" * 20_000})

    assert caught.value.code == INVALID_PARAMS
    assert "shorten them" in caught.value.message
