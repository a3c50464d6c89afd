"""`search_skills` through the public client, which holds every structured answer against the tool's output schema."""

import json

import pytest

from integration.mcp.conftest import text_of

pytestmark = pytest.mark.anyio

RESULT_BYTES = 25_000
ALL_FIELDS = ["description", "tags", "version", "digest", "uri", "license", "compatibility", "author", "label", "files"]


async def search(client, **arguments):
    await client.list_tools()
    return await client.call_tool("search_skills", arguments)


async def pages(client, **arguments):
    """The names on each page, to the end."""
    cursor = {}
    while cursor is not None:
        answer = (await search(client, **arguments, **cursor)).structured_content
        yield [skill["name"] for skill in answer["skills"]]
        cursor = {"cursor": answer["next_cursor"]} if "next_cursor" in answer else None


async def publish_many(served, count, **described):
    names = [f"skill-{number:02}" for number in range(count)]
    for name in names:
        served.registry.publish(name, **described)
    await served.replica.refresh()
    return names


async def test_a_search_finds_skills_by_what_they_are_for_and_says_little_of_each(served, mode):
    await served.publish("pdf-forms")
    await served.publish("release-notes", description="Writes release notes from commits.", body="Read them.\n")

    async with served.client(mode) as client:
        found = await search(client, query="filling a form")

    assert found.structured_content["skills"] == [
        {"name": "pdf-forms", "description": "Fills in PDF forms. Use when the user has a form to complete."}
    ]
    assert json.loads(text_of(found)) == found.structured_content


async def test_a_search_says_as_much_of_a_skill_as_is_asked_for(served, mode):
    extra = 'license: MIT\nmetadata:\n  tags: office, pdf\n  author: Ada\n  version: "2.1"'
    version = await served.publish(extra=extra, files={"scripts/fill.py": "."})

    async with served.client(mode) as client:
        (skill,) = (await search(client, query="form", fields=ALL_FIELDS)).structured_content["skills"]
        (named,) = (await search(client, query="form", fields=[])).structured_content["skills"]

    assert skill == {
        "name": "pdf-forms",
        "description": "Fills in PDF forms. Use when the user has a form to complete.",
        "tags": ["office", "pdf"],
        "version": 1,
        "digest": version.digest,
        "uri": "skill://pdf-forms/SKILL.md",
        "license": "MIT",
        "author": "Ada",
        "label": "2.1",
        "files": ["SKILL.md", "scripts/fill.py"],
    }
    assert named == {"name": "pdf-forms"}


async def test_a_search_by_tags_wants_all_of_them_and_lists_by_name(served, mode):
    for name, tags in (("bravo", "office, pdf"), ("alpha", "pdf, office"), ("charlie", "office")):
        await served.publish(name, extra=f"metadata:\n  tags: {tags}")

    async with served.client(mode) as client:
        found = [page async for page in pages(client, tags=["office", "PDF"], limit=1)]

    assert found == [["alpha"], ["bravo"]]


@pytest.mark.parametrize("query", [{}, {"query": "forms"}, {"query": "  "}, {"tags": ["pdf"]}])
async def test_a_search_goes_on_by_its_cursor_to_the_end(served, mode, query):
    names = await publish_many(served, 25, extra="metadata:\n  tags: pdf")

    async with served.client(mode) as client:
        found = [name async for page in pages(client, limit=10, **query) for name in page]

    assert found == names


async def test_a_listing_by_name_goes_on_after_a_publish(served, mode):
    await publish_many(served, 3, extra="metadata:\n  tags: pdf")

    async with served.client(mode) as client:
        first = (await search(client, tags=["pdf"], limit=2)).structured_content
        await served.publish("skill-00a", extra="metadata:\n  tags: pdf")
        second = (await search(client, tags=["pdf"], limit=2, cursor=first["next_cursor"])).structured_content

    assert [skill["name"] for skill in second["skills"]] == ["skill-02"]


async def test_the_next_page_of_hits_is_refused_after_a_publish_or_with_another_query(served, mode):
    await publish_many(served, 3)

    async with served.client(mode) as client:
        cursor = (await search(client, query="forms", limit=1)).structured_content["next_cursor"]
        other = await search(client, query="complete", limit=1, cursor=cursor)
        await served.publish("skill-00a")
        stale = await search(client, query="forms", limit=1, cursor=cursor)

    assert other.is_error
    assert "repeat its query and tags" in text_of(other)
    assert stale.is_error
    assert "start again without a cursor" in text_of(stale)


async def test_hits_are_explained_on_demand(served, mode):
    await served.publish("pdf-forms", body="Read the form.\n")

    async with served.client(mode) as client:
        (skill,) = (await search(client, query="complte forms", explain=True)).structured_content["skills"]

    reasons = {(reason["word"], reason.get("taken_for"), reason["where"]) for reason in skill["because"]}
    assert reasons == {
        ("complte", "complete", "description"),
        ("forms", None, "name"),
        ("forms", None, "description"),
        ("forms", None, "body"),
    }
    assert skill["score"] == pytest.approx(sum(reason["score"] for reason in skill["because"]), abs=0.01)


async def test_an_explained_search_stays_below_the_limit_however_much_is_asked(served, mode):
    words = " ".join(f"word{number:02}x" for number in range(80))
    await publish_many(served, 20, description=words, body=words)

    async with served.client(mode) as client:
        answer = (await search(client, query=words, explain=True, limit=50, fields=ALL_FIELDS)).structured_content

    assert 0 < len(answer["skills"]) <= 10
    assert len(json.dumps(answer, ensure_ascii=False).encode()) < RESULT_BYTES


async def test_long_descriptions_shorten_the_page_and_not_the_descriptions(served, mode):
    await publish_many(served, 40, description="長" * 1_000)

    async with served.client(mode) as client:
        answer = (await search(client, limit=50)).structured_content
        following = (await search(client, limit=50, cursor=answer["next_cursor"])).structured_content

    assert len(json.dumps(answer, ensure_ascii=False).encode()) < RESULT_BYTES
    assert {len(skill["description"]) for skill in answer["skills"]} == {1_000}
    assert following["skills"][0]["name"] == f"skill-{len(answer['skills']):02}"


async def test_a_list_of_files_that_is_too_long_says_how_many_are_left_out(served, mode):
    files = {f"references/{'long-' * 20}{number:03}.md": "." for number in range(100)}
    await served.publish(files=files)

    async with served.client(mode) as client:
        (skill,) = (await search(client, query="form", fields=["files"])).structured_content["skills"]

    assert len(skill["files"]) + skill["files_left_out"] == 101
    assert skill["files_left_out"] > 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"query": "zzzz"}, "Try other words for it"),
        ({"query": "pdffroms"}, "Did you mean 'pdf-forms'?"),
        ({"query": "???"}, "leave out query to list all skills"),
        ({"tags": ["offices"]}, "No skill carries the tag 'offices'. Did you mean 'office' or 'office-work'?"),
        ({"tags": ["music"]}, "The commonest tags are pdf, code, office, office-work."),
        ({"query": "form", "tags": ["office", "code"]}, "Search again with fewer tags, or none."),
        ({"tags": ["office", "code"]}, "Search again with fewer of them."),
    ],
)
async def test_a_search_without_hits_says_what_to_try(served, mode, arguments, words):
    await served.publish("pdf-forms", extra="metadata:\n  tags: office, pdf")
    await served.publish("linting", description="Checks a style.", extra="metadata:\n  tags: code, pdf, office-work")

    async with served.client(mode) as client:
        found = await search(client, **arguments)

    assert not found.is_error
    assert found.structured_content == {"skills": [], "hint": text_of(found)}
    assert words in text_of(found)


async def test_an_empty_registry_says_so(served, mode):
    async with served.client(mode) as client:
        found = await search(client, query="anything")

    assert found.structured_content["hint"] == "This registry has no skills yet."
