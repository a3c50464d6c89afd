"""Completion of the resource templates' variables, in both eras of the protocol."""

import pytest
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS, PromptReference, ResourceTemplateReference

pytestmark = pytest.mark.anyio

LIVE = ResourceTemplateReference(uri="skill://{name}/{+path}")
PINNED = ResourceTemplateReference(uri="skill://v{version}/{name}/{+path}")


async def complete(client, ref, variable, value, **resolved):
    return (
        await client.complete(ref, {"name": variable, "value": value}, context_arguments=resolved or None)
    ).completion


async def test_names_are_completed_by_how_they_start(served, mode):
    for name in ("pdf-forms", "pdf-text", "release-notes"):
        await served.publish(name)

    async with served.client(mode) as client:
        some = await complete(client, LIVE, "name", "pdf-")
        every = await complete(client, LIVE, "name", "")
        none = await complete(client, PINNED, "name", "zz")

    assert (some.values, some.total, some.has_more) == (["pdf-forms", "pdf-text"], 2, False)
    assert every.total == 3
    assert none.values == []


async def test_more_than_a_hundred_names_are_counted_and_not_all_sent(served, mode):
    for number in range(120):
        served.registry.publish(f"skill-{number:03}")
    await served.replica.refresh()

    async with served.client(mode) as client:
        answer = await complete(client, LIVE, "name", "skill")

    assert (len(answer.values), answer.total, answer.has_more) == (100, 120, True)


async def test_paths_are_completed_inside_the_skill_and_version_that_were_chosen(served, mode):
    await served.publish(files={"scripts/a.py": ".", "scripts/b.py": "."})
    await served.publish(files={"scripts/c.py": "."})

    async with served.client(mode) as client:
        live = await complete(client, LIVE, "path", "scr", name="pdf-forms")
        pinned = await complete(client, PINNED, "path", "scr", name="pdf-forms", version="1")
        unknown = await complete(client, LIVE, "path", "scr", name="other")
        unchosen = await complete(client, LIVE, "path", "scr")

    assert live.values == ["scripts/c.py"]
    assert pinned.values == ["scripts/a.py", "scripts/b.py"]
    assert unknown.values == unchosen.values == []


async def test_versions_are_proposed_from_the_live_one_down(served, mode):
    for number in range(12):
        await served.publish(body=f"{number}\n")

    async with served.client(mode) as client:
        every = await complete(client, PINNED, "version", "", name="pdf-forms")
        ones = await complete(client, PINNED, "version", "1", name="pdf-forms")

    assert every.values == [str(number) for number in range(12, 0, -1)]
    assert ones.values == ["12", "11", "10", "1"]


async def test_an_argument_of_a_prompt_is_free_text(served, mode):
    await served.publish(body="$ARGUMENTS\n")

    async with served.client(mode) as client:
        answer = await complete(client, PromptReference(name="pdf-forms"), "arguments", "a")

    assert answer.values == []


@pytest.mark.parametrize(
    ("ref", "variable"),
    [
        (PromptReference(name="no-such-prompt"), "arguments"),
        (ResourceTemplateReference(uri="file:///{path}"), "path"),
        (LIVE, "version"),
    ],
)
async def test_what_cannot_be_completed_is_refused(served, mode, ref, variable):
    async with served.client(mode) as client:
        with pytest.raises(MCPError) as caught:
            await complete(client, ref, variable, "")

    assert caught.value.code == INVALID_PARAMS
