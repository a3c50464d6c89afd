"""Plain resources through the public client, in both eras of the protocol."""

import base64
import json

import pytest
from mcp_types import INVALID_PARAMS

from integration.mcp.conftest import ask, refusal, serving

pytestmark = pytest.mark.anyio


async def read_bytes(client, uri):
    [content] = (await client.read_resource(uri)).contents
    return content.text.encode() if hasattr(content, "text") else base64.b64decode(content.blob)


async def test_a_listing_has_one_entry_per_skill_named_and_described_by_it(registry, mode):
    for name in ("alpha", "bravo", "charlie"):
        registry.publish(name, description=f"Does what {name} does.", files={"notes.md": "."})

    async with serving(registry, page_size=2) as served, served.client(mode) as client:
        first = await client.list_resources()
        second = await client.list_resources(cursor=first.next_cursor)

    resources = [*first.resources, *second.resources]
    assert [(item.uri, item.name, item.description, item.mime_type) for item in resources] == [
        (f"skill://{name}/SKILL.md", name, f"Does what {name} does.", "text/markdown")
        for name in ("alpha", "bravo", "charlie")
    ]
    assert resources[0].size == registry.catalog.version("default", "alpha", 1).manifest.get("SKILL.md").size
    assert [item.meta for item in resources] == [None] * 3
    assert second.next_cursor is None


async def test_templates_name_live_and_pinned_files(served, mode):
    async with served.client(mode) as client:
        templates = (await client.list_resource_templates()).resource_templates

    assert [item.uri_template for item in templates] == [
        "skill://{name}/{+path}",
        "skill://v{version}/{name}/{+path}",
    ]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("crlf.md", b"one\r\ntwo\r\rthree\n\r"),
        ("bom.md", b"\xef\xbb\xbf# Title\n"),
        ("empty.txt", b""),
        ("no-end", "Grüße, 世界 🎉".encode()),
        ("odd.txt", b"nul \x00 escape \x1b separator \xe2\x80\xa8 end"),
        ("latin-1.txt", b"caf\xe9"),
        ("utf-16.txt", "\ufeffhi".encode("utf-16-le")),
        ("logo.png", bytes(range(256))),
        ("cut.md", "ü".encode()[:1]),
    ],
)
async def test_every_file_is_read_byte_for_byte(served, mode, path, content):
    await served.publish(files={f"assets/{path}": content})

    async with served.client(mode) as client:
        read = await read_bytes(client, f"skill://pdf-forms/assets/{path}")

    assert read == content


async def test_a_skill_md_with_byte_order_mark_and_crlf_is_read_byte_for_byte(served, mode):
    text = "\ufeff---\r\nname: pdf-forms\r\ndescription: Fills in PDF forms.\r\n---\r\nBody\r\n"
    await served.publish(text=text)

    async with served.client(mode) as client:
        read = await read_bytes(client, "skill://pdf-forms/SKILL.md")

    assert read == text.encode()


async def test_bytes_that_are_no_text_come_as_a_blob_with_their_type(served, mode):
    await served.publish(files={"assets/logo.png": b"\x89PNG\xff", "data": b"\xff"})

    async with served.client(mode) as client:
        [picture] = (await client.read_resource("skill://pdf-forms/assets/logo.png")).contents
        [data] = (await client.read_resource("skill://pdf-forms/data")).contents

    assert (picture.mime_type, picture.blob) == ("image/png", base64.b64encode(b"\x89PNG\xff").decode())
    assert data.mime_type == "application/octet-stream"


async def test_what_is_read_says_its_version_and_how_long_it_keeps(served):
    version = await served.publish()

    async with served.client() as client:
        live = await client.read_resource("skill://pdf-forms/SKILL.md")
        pinned = await client.read_resource("skill://v1/pdf-forms/SKILL.md")

    assert (
        live.meta.items()
        >= {
            "io.openmcpskills/skill": "pdf-forms",
            "io.openmcpskills/version": 1,
            "io.openmcpskills/digest": version.digest,
            "io.openmcpskills/commit": version.origin.commit,
        }.items()
    )
    assert pinned.meta == live.meta | {"io.openmcpskills/provenance": version.provenance}
    assert (live.ttl_ms, live.cache_scope) == (1_000, "public")
    assert (pinned.ttl_ms, pinned.cache_scope) == (3_600_000, "public")


async def test_a_pinned_file_stays_readable_while_newer_versions_are_live(served, mode):
    await served.publish(files={"note.txt": "first"})
    await served.publish(files={"note.txt": "second"})

    async with served.client(mode) as client:
        texts = [await read_bytes(client, f"skill://{place}pdf-forms/note.txt") for place in ("v1/", "v2/", "")]

    assert texts == [b"first", b"second", b"second"]


async def test_a_rollback_shows_at_once_and_the_newer_version_stays_pinned(served, mode):
    await served.publish(files={"note.txt": "first"})
    await served.publish(files={"note.txt": "second"})

    await served.hold("pdf-forms", 1)

    async with served.client(mode) as client:
        live = await read_bytes(client, "skill://pdf-forms/note.txt")
        newer = await read_bytes(client, "skill://v2/pdf-forms/note.txt")
    assert (live, newer) == (b"first", b"second")


async def test_a_skill_taken_offline_is_gone_everywhere(served, mode):
    await served.publish()
    await served.hold("pdf-forms", None)

    async with served.client(mode) as client:
        listings = [
            (await client.list_resources()).resources,
            (await client.list_prompts()).prompts,
            (await ask(client, "skills/list"))["skills"],
            (await client.call_tool("search_skills", {"query": "pdf"})).structured_content["skills"],
        ]
        codes = [
            (await refusal(client, method, uri=uri)).code
            for method in ("resources/read", "skills/get")
            for uri in ("skill://pdf-forms/SKILL.md", "skill://v1/pdf-forms/SKILL.md")
        ]
        loaded = await client.call_tool("load_skill", {"name": "pdf-forms"})

    assert listings == [[], [], [], []]
    assert codes == [INVALID_PARAMS] * 4
    assert loaded.is_error


async def test_the_manifest_is_readable_live_and_pinned_though_nowhere_listed(served, mode):
    version = await served.publish(files={"a b.txt": "x"})
    await served.publish(files={})

    async with served.client(mode) as client:
        [pinned] = (await client.read_resource("skill://v1/pdf-forms/_manifest")).contents
        [live] = (await client.read_resource("skill://pdf-forms/_manifest")).contents
        children = await ask(client, "resources/directory/read", uri="skill://pdf-forms")

    assert json.loads(pinned.text) == {
        "skill": "pdf-forms",
        "files": [{"path": file.path, "size": file.size, "hash": file.digest} for file in version.manifest.files],
    }
    assert pinned.mime_type == "application/json"
    assert [file["path"] for file in json.loads(live.text)["files"]] == ["SKILL.md"]
    assert [child["name"] for child in children["resources"]] == ["pdf-forms"]


@pytest.mark.parametrize(
    "uri",
    [
        "skill://pdf-forms/references/colours with space é.md",
        "skill://pdf-forms/references/colours%20with%20space%20%C3%A9.md",
        "skill://pdf%2Dforms/%72eferences/colours with%20space é.md",
    ],
)
async def test_every_spelling_of_a_path_is_understood(served, mode, uri):
    await served.publish(files={"references/colours with space é.md": "here"})

    async with served.client(mode) as client:
        [content] = (await client.read_resource(uri)).contents

    assert (content.text, content.uri) == ("here", uri)


@pytest.mark.parametrize(
    "uri",
    [
        "skill://pdf-forms/../pdf-forms/SKILL.md",
        "skill://pdf-forms/%2e%2e/pdf-forms/SKILL.md",
        "skill://pdf-forms/references/../SKILL.md",
        "skill://pdf-forms/./SKILL.md",
        "skill://pdf-forms//SKILL.md",
        "skill://pdf-forms/references%2Fnote.md",
        "skill://pdf-forms/SKILL.md/",
        "skill://pdf-forms/%ff",
        "skill://pdf-forms/%00",
        "skill:///etc/passwd",
        "skill://../etc/passwd",
        "skill://v1/../pdf-forms/SKILL.md",
        "skill://v01/pdf-forms/SKILL.md",
        "skill://v9999999999/pdf-forms/SKILL.md",
        "skill://user@pdf-forms/SKILL.md",
        "skill://PDF-FORMS/SKILL.md",
        "file:///etc/passwd",
        "skill://pdf-forms/" + "a" * 10_000,
    ],
)
async def test_a_hostile_uri_is_not_found(served, mode, uri):
    await served.publish(files={"references/note.md": "."})

    async with served.client(mode) as client:
        error = await refusal(client, "resources/read", uri=uri)

    assert error.code == INVALID_PARAMS
    assert error.data == {"uri": uri}


async def test_an_unknown_file_is_not_found_with_its_uri(served, mode):
    await served.publish()

    async with served.client(mode) as client:
        error = await refusal(client, "resources/read", uri="skill://pdf-forms/no-such-file.md")

    assert error.code == INVALID_PARAMS
    assert error.data == {"uri": "skill://pdf-forms/no-such-file.md"}
    assert "has no file 'no-such-file.md'" in error.message
