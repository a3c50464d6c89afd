"""Tools through the public client, which holds every structured answer against the tool's output schema."""

import json

import pytest
from mcp_types import INVALID_PARAMS

from integration.mcp.conftest import refusal, text_of

pytestmark = pytest.mark.anyio

RESULT_BYTES = 25_000
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


async def call(client, tool, **arguments):
    await client.list_tools()
    return await client.call_tool(tool, arguments)


async def whole(client, tool, field, **arguments):
    """A text read part by part; also the size of each result as JSON."""
    parts, sizes, offset = [], [], 0
    while offset is not None:
        result = await call(client, tool, offset=offset, **arguments)
        parts.append(result.structured_content[field])
        sizes.append(len(json.dumps(result.structured_content, ensure_ascii=False).encode()))
        offset = result.structured_content.get("next_offset")
    return "".join(parts), sizes


async def test_there_are_three_tools_that_only_read(served, mode):
    async with served.client(mode) as client:
        tools = (await client.list_tools()).tools

    assert [tool.name for tool in tools] == ["search_skills", "load_skill", "read_skill_file"]
    assert all(tool.annotations.read_only_hint and not tool.annotations.open_world_hint for tool in tools)
    assert all(tool.output_schema["type"] == tool.input_schema["type"] == "object" for tool in tools)


async def test_arguments_that_are_null_count_as_absent(served, mode):
    await served.publish(files={"a.txt": "text"})
    nothing = dict.fromkeys(["query", "tags", "limit", "cursor"])

    async with served.client(mode) as client:
        found = await call(client, "search_skills", **nothing)
        loaded = await call(client, "load_skill", name="pdf-forms", version=None, offset=None)
        read = await call(client, "read_skill_file", name="pdf-forms", path="a.txt", version=None, offset=None)
        nameless = await call(client, "load_skill", name=None)

    assert [skill["name"] for skill in found.structured_content["skills"]] == ["pdf-forms"]
    assert loaded.structured_content["version"] == 1
    assert read.structured_content["text"] == "text"
    assert "`name`: Field required" in text_of(nameless)


async def test_a_loaded_skill_is_its_instructions_and_the_list_of_its_files(served, mode):
    version = await served.publish(body="# Fill\n\nRead it.\n", files={"scripts/fill.py": "x", "LICENSE": "y"})

    async with served.client(mode) as client:
        loaded = await call(client, "load_skill", name="pdf-forms")

    assert loaded.content[0].text == "# Fill\n\nRead it.\n"
    assert "- scripts/fill.py (script, 1 bytes)" in text_of(loaded)
    assert loaded.structured_content == {
        "name": "pdf-forms",
        "version": 1,
        "digest": version.digest,
        "instructions": "# Fill\n\nRead it.\n",
        "offset": 0,
        "total_characters": 17,
        "files": [
            {"path": "LICENSE", "kind": "other", "size": 1},
            {"path": "scripts/fill.py", "kind": "script", "size": 1},
        ],
        "files_left_out": 0,
    }
    assert loaded.meta["io.openmcpskills/version"] == 1
    assert loaded.meta["io.openmcpskills/digest"] == version.digest


async def test_an_older_version_can_be_loaded_and_read(served, mode):
    await served.publish(body="Old.\n", files={"a.txt": "old"})
    await served.publish(body="New.\n", files={"a.txt": "new"})

    async with served.client(mode) as client:
        loaded = await call(client, "load_skill", name="pdf-forms", version=1)
        read = await call(client, "read_skill_file", name="pdf-forms", path="a.txt", version=1)

    assert loaded.structured_content["instructions"] == "Old.\n"
    assert (read.structured_content["text"], read.structured_content["uri"]) == ("old", "skill://v1/pdf-forms/a.txt")


@pytest.mark.parametrize(
    "line",
    ["A line of plain words, as instructions are.\n", "一行汉字没有空格\n", "🎉" * 40, '"\\\t\x01\n', "x"],
    ids=["words", "chinese", "emoji without lines", "escapes", "one line"],
)
async def test_long_texts_come_in_parts_that_fit_and_make_up_the_text_again(served, mode, line):
    text = line * (60_000 // len(line.encode()))
    await served.publish(body=text, files={"references/long.md": text})

    async with served.client(mode) as client:
        loaded, load_sizes = await whole(client, "load_skill", "instructions", name="pdf-forms")
        read, read_sizes = await whole(client, "read_skill_file", "text", name="pdf-forms", path="references/long.md")

    assert loaded == read == text
    assert len(load_sizes) > 3
    assert max(load_sizes + read_sizes) < RESULT_BYTES


async def test_a_part_tells_the_model_how_to_go_on(served, mode):
    await served.publish(body="line\n" * 10_000)

    async with served.client(mode) as client:
        loaded = await call(client, "load_skill", name="pdf-forms")

    offset = loaded.structured_content["next_offset"]
    assert f'Go on with load_skill: name "pdf-forms", version 1, offset {offset}.' in text_of(loaded)
    assert loaded.structured_content["instructions"].endswith("\n")


async def test_a_list_of_files_that_is_too_long_names_where_all_of_it_is(served, mode):
    files = {f"references/{'long-' * 30}{number:03}.md": "." for number in range(300)}
    await served.publish(files=files)

    async with served.client(mode) as client:
        loaded = (await call(client, "load_skill", name="pdf-forms")).structured_content
        manifest, sizes = await whole(client, "read_skill_file", "text", name="pdf-forms", path="_manifest")

    assert len(loaded["files"]) + loaded["files_left_out"] == 300
    assert loaded["files_left_out"] > 0
    assert len(json.loads(manifest)["files"]) == 301
    assert max(sizes) < RESULT_BYTES


async def test_a_picture_comes_as_a_picture(served, mode):
    await served.publish(files={"assets/logo.png": PNG})

    async with served.client(mode) as client:
        read = await call(client, "read_skill_file", name="pdf-forms", path="assets/logo.png")

    assert [block.type for block in read.content] == ["text", "image"]
    assert read.content[1].mime_type == "image/png"
    assert "text" not in read.structured_content
    assert read.structured_content["size"] == len(PNG)


async def test_other_bytes_come_embedded_and_only_while_they_are_few(served, mode):
    await served.publish(
        files={"small.bin": b"\xff\x00", "large.bin": b"\xff" * 20_000, "huge.png": b"\xff" * 1_100_000}
    )

    async with served.client(mode) as client:
        small = await call(client, "read_skill_file", name="pdf-forms", path="small.bin")
        large = await call(client, "read_skill_file", name="pdf-forms", path="large.bin")
        huge = await call(client, "read_skill_file", name="pdf-forms", path="huge.png")

    assert small.content[1].resource.blob == "/wA="
    assert large.is_error
    assert "A program can read it as the resource skill://v1/pdf-forms/large.bin." in text_of(large)
    assert huge.is_error


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("load_skill", {"name": "pdf-from"}, "Did you mean 'pdf-forms'? Find the right name with search_skills."),
        ("load_skill", {"name": "forms"}, "Did you mean 'pdf-forms'?"),
        ("load_skill", {"name": "zzz"}, "There is no skill 'zzz'. Find the right name with search_skills."),
        ("load_skill", {"name": "pdf-forms", "version": 7}, "has no version 7; the live one is 1. Leave `version` out"),
        ("load_skill", {"name": "pdf-forms", "version": 0}, "`version`"),
        ("load_skill", {"name": "pdf-forms", "version": 10**30}, "`version`"),
        ("load_skill", {"name": "pdf-forms", "offset": 10**6}, "is past the end; the text has"),
        ("load_skill", {}, "`name`: Field required"),
        ("load_skill", {"name": "pdf-forms", "verison": 1}, "`verison`: Extra inputs are not permitted"),
        ("load_skill", {"name": "pdf-forms", "\x1b\x9b": 1}, r"`\x1b\x9b`: Extra inputs are not permitted"),
        ("read_skill_file", {"name": "pdf-forms", "path": "fill.py"}, "Did you mean 'scripts/fill.py'?"),
        ("read_skill_file", {"name": "pdf-forms", "path": "../../etc/passwd"}, "Read the path '_manifest'"),
        ("read_skill_file", {"name": "pdf-forms", "path": ""}, "has no file ''"),
        ("search_skills", {"limit": 51}, "`limit`"),
        ("search_skills", {"query": "x", "cursor": "nonsense"}, "start again without a cursor"),
        ("search_skills", {"query": "x" * 2_000}, "`query`"),
        ("search_skills", {"fields": ["price"]}, "`fields`: Input should be 'description', 'tags'"),
    ],
)
async def test_a_mistake_is_answered_with_what_to_do_next(served, mode, tool, arguments, words):
    await served.publish(files={"scripts/fill.py": "."})

    async with served.client(mode) as client:
        result = await call(client, tool, **arguments)

    assert result.is_error
    assert words in text_of(result)


async def test_an_unknown_tool_is_an_error_of_the_protocol(served, mode):
    async with served.client(mode) as client:
        error = await refusal(client, "tools/call", name="run_anything", arguments={})

    assert error.code == INVALID_PARAMS
