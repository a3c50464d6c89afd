"""Clients that people use, against a live server of ours: each gets every file of every skill, byte for byte.

In both eras of the protocol, without and with sessions, directly and through nginx.
"""

import base64
import hashlib
import json
import re
from urllib.parse import quote

import pytest
from fastmcp import Client as FastMCPClient
from fastmcp.skills import SkillsClientExtension
from fastmcp.utilities.skills import sync_skills
from mcp import Client
from mcp_types import ResourceTemplateReference, TextResourceContents

from e2e.node_clients import run_command, run_script

ERAS = {"auto": "2026-07-28", "legacy": "2025-11-25"}

both_eras = pytest.mark.parametrize("mode", ERAS)


@both_eras
def test_the_typescript_client_verifies_every_file_of_every_skill(reached, mode):
    done = run_script("read_skills.mjs", reached.url, mode)

    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert (seen["protocol"], seen["supported"], seen["directoryRead"]) == (ERAS[mode], True, True)
    files = {name: skill["files"] for name, skill in seen["skills"].items()}
    assert all(file["verified"] for skill in files.values() for file in skill.values())
    assert {
        name: {path: base64.b64decode(file["base64"]) for path, file in skill.items()} for name, skill in files.items()
    } == source_skills(reached.folder)


@both_eras
def test_the_typescript_client_finds_the_direct_children_of_each_skill(reached, mode):
    done = run_script("read_skills.mjs", reached.url, mode)

    assert done.returncode == 0, done.stderr
    children = {name: sorted(skill["children"]) for name, skill in json.loads(done.stdout)["skills"].items()}
    assert children == {name: children_of(name, files) for name, files in source_skills(reached.folder).items()}


@pytest.mark.parametrize("era", ["modern", "legacy"])
def test_the_inspector_verifies_every_skill(reached, era):
    done = inspect(reached.url, era, "--method", "skills/list", "--verify", "--format", "json")

    assert done.returncode == 0, done.stderr
    skills = [json.loads(line) for line in done.stdout.splitlines()]
    assert {skill["outcome"] for skill in skills} == {"verified"}
    assert {skill["name"]: {file["uri"] for file in skill["files"]} for skill in skills} == {
        name: {uri_of(name, path) for path in files} for name, files in source_skills(reached.folder).items()
    }


@pytest.mark.parametrize("era", ["modern", "legacy"])
def test_the_inspector_reads_the_directory_of_a_skill(reached, era):
    name, files = next(iter(source_skills(reached.folder).items()))

    done = inspect(
        reached.url, era, "--method", "resources/directory/read", "--uri", f"skill://{name}", "--format", "json"
    )

    assert done.returncode == 0, done.stderr
    resources = json.loads(done.stdout)["result"]["resources"]
    assert sorted(resource["uri"] for resource in resources) == children_of(name, files)


@pytest.mark.anyio
async def test_fastmcp_syncs_the_skills_to_identical_folders(reached, tmp_path):
    async with FastMCPClient(reached.url) as client:
        await sync_skills(client, tmp_path)

    assert source_skills(tmp_path) == source_skills(reached.folder)


@pytest.mark.anyio
async def test_fastmcp_lists_and_gets_the_skills_with_the_digests_of_their_files(reached):
    sources = source_skills(reached.folder)

    async with FastMCPClient(reached.url, extensions=[SkillsClientExtension()]) as client:
        listed = await client.list_skills()
        got = [await client.get_skill(skill.uri) for skill in listed]

    assert got == listed
    assert {skill.uri: {file.uri: (file.digest, file.size) for file in skill.resources} for skill in listed} == {
        uri_of(name, "SKILL.md"): {uri_of(name, path): (digest_of(data), len(data)) for path, data in files.items()}
        for name, files in sources.items()
    }


@both_eras
@pytest.mark.anyio
async def test_the_python_client_lists_every_skill_and_reads_every_file(reached, mode):
    files = source_files(reached.folder)

    async with Client(reached.url, mode=mode) as client:
        listed = {resource.uri for resource in await every(client.list_resources, "resources")}
        read = {uri: await read_bytes(client, uri) for uri in files}
        protocol = client.protocol_version

    assert protocol == ERAS[mode]
    assert {uri for uri in files if uri.endswith("/SKILL.md")} <= listed <= set(files)
    assert read == files


@both_eras
@pytest.mark.anyio
async def test_the_python_client_gets_a_skill_as_a_prompt(reached, mode):
    async with Client(reached.url, mode=mode) as client:
        prompts = await every(client.list_prompts, "prompts")
        plain = next(prompt for prompt in prompts if not prompt.arguments)
        answer = await client.get_prompt(plain.name)

    said = "".join(message.content.text for message in answer.messages)
    assert instructions_of(reached.folder, plain.name) in said


@both_eras
@pytest.mark.anyio
async def test_the_python_client_finds_loads_and_reads_a_skill_with_tools_alone(reached, mode):
    name, files = next(iter(source_skills(reached.folder).items()))
    path = next(path for path in files if path != "SKILL.md")

    async with Client(reached.url, mode=mode) as client:
        tools = {tool.name for tool in (await client.list_tools()).tools}
        found = await call(client, "search_skills", query=name)
        loaded = await call(client, "load_skill", name=name)
        read = await call(client, "read_skill_file", name=name, path=path)

    assert {"search_skills", "load_skill", "read_skill_file"} <= tools
    assert name in found
    assert instructions_of(reached.folder, name) in loaded
    assert files[path].decode() in read


@both_eras
@pytest.mark.anyio
async def test_the_python_client_completes_the_name_of_a_skill(reached, mode):
    names = source_skills(reached.folder)
    prefix = next(iter(names))[:2]

    async with Client(reached.url, mode=mode) as client:
        templates = (await client.list_resource_templates()).resource_templates
        live = next(item.uri_template for item in templates if item.uri_template.startswith("skill://{"))
        argument = re.findall(r"\{\+?(\w+)\*?\}", live)[0]
        answer = await client.complete(ResourceTemplateReference(uri=live), {"name": argument, "value": prefix})

    assert answer.completion.values == [name for name in names if name.startswith(prefix)]


def source_skills(folder):
    """The skills below a plain folder as `{name: {path: bytes}}`, by name."""
    return {
        manifest.parent.name: {
            file.relative_to(manifest.parent).as_posix(): file.read_bytes()
            for file in manifest.parent.rglob("*")
            if file.is_file()
        }
        for manifest in sorted(folder.glob("*/SKILL.md"))
    }


def source_files(folder):
    """Every file of every skill as `{uri: bytes}`."""
    return {uri_of(name, path): data for name, files in source_skills(folder).items() for path, data in files.items()}


def instructions_of(folder, name):
    """The Markdown below the frontmatter of a skill."""
    text = (folder / name / "SKILL.md").read_text(encoding="utf-8")
    return text.split("---\n", 2)[2].strip()


def children_of(name, files):
    """The URIs directly inside the folder of a skill, sorted."""
    return sorted({uri_of(name, path.split("/")[0]) for path in files})


def uri_of(name, path):
    return f"skill://{name}/{quote(path)}"


def digest_of(data):
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def inspect(url, era, *arguments):
    return run_command("inspector", "--cli", url, "--transport", "http", "--protocol-era", era, *arguments)


async def every(list_page, field):
    """The items of all pages of a list request, in order."""
    page = await list_page()
    items = list(getattr(page, field))
    while page.next_cursor:
        page = await list_page(cursor=page.next_cursor)
        items += getattr(page, field)
    return items


async def read_bytes(client, uri):
    [content] = (await client.read_resource(uri)).contents
    if isinstance(content, TextResourceContents):
        return content.text.encode()
    return base64.b64decode(content.blob)


async def call(client, tool, **arguments):
    """The text of a tool's answer, which must not be an error."""
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error, answer.content
    return "".join(part.text for part in answer.content)
