"""The Skills extension through the public client, in both eras of the protocol."""

import pytest
from mcp_types import INVALID_PARAMS

from integration.mcp.conftest import ask, refusal, serving
from mcpskills.package import digest

pytestmark = pytest.mark.anyio

FILES = {"references/forms.md": "# Forms\n", "scripts/deep/fill.py": "print()\n"}
META = {
    "io.openmcpskills/skill",
    "io.openmcpskills/version",
    "io.openmcpskills/digest",
    "io.openmcpskills/commit",
}


async def test_the_extension_is_announced_with_directory_reading(served, mode):
    async with served.client(mode) as client:
        capabilities = client.server_capabilities

    assert capabilities.extensions == {"io.modelcontextprotocol/skills": {"directoryRead": True}}
    assert capabilities.resources is not None


async def test_a_listed_skill_has_its_frontmatter_verbatim_and_every_file_once(served, mode):
    version = await served.publish(files=FILES, extra="answer: yes\nnothing:\nallowed-tools: Read")

    async with served.client(mode) as client:
        listed = await ask(client, "skills/list")

    [entry] = listed["skills"]
    assert entry["uri"] == "skill://pdf-forms/SKILL.md"
    assert entry["frontmatter"] == dict(version.frontmatter)
    assert entry["frontmatter"] | {"answer": "yes", "nothing": None} == entry["frontmatter"]
    assert [(file["uri"], file["digest"], file["size"]) for file in entry["resources"]] == [
        (f"skill://pdf-forms/{file.path}", file.digest, file.size) for file in version.manifest.files
    ]
    assert entry["_meta"]["io.openmcpskills/version"] == 1
    assert entry["_meta"]["io.openmcpskills/digest"] == version.digest
    assert set(entry) == {"uri", "frontmatter", "resources", "_meta"}
    assert (listed["ttlMs"], listed["cacheScope"]) == (1_000, "private")


async def test_250_skills_are_listed_in_pages_without_gap_or_double(registry, mode):
    names = [f"skill-{number:03}" for number in range(250)]
    for name in names:
        registry.publish(name)

    async with serving(registry, page_size=50) as served, served.client(mode) as client:
        sizes, listed = [], []
        page = {"nextCursor": None}
        while "nextCursor" in page:
            cursor = {"cursor": page["nextCursor"]} if page["nextCursor"] else {}
            page = await ask(client, "skills/list", **cursor)
            sizes.append(len(page["skills"]))
            listed += [entry["frontmatter"]["name"] for entry in page["skills"]]

    assert listed == names
    assert sizes == [50] * 5


@pytest.mark.parametrize("listing", ["skills", "resources", "prompts"])
async def test_a_page_goes_on_where_the_last_one_ended_though_skills_came_and_went(registry, listing):
    for name in ("alpha", "charlie", "delta", "echo"):
        registry.publish(name)

    async with serving(registry, page_size=2) as served, served.client() as client:
        first = await ask(client, f"{listing}/list")
        await served.hold("charlie", None)
        await served.publish("bravo")
        second = await ask(client, f"{listing}/list", cursor=first["nextCursor"])

    assert [entry.get("frontmatter", entry)["name"] for entry in second[listing]] == ["delta", "echo"]
    assert "nextCursor" not in second


async def test_an_empty_registry_lists_nothing(served, mode):
    async with served.client(mode) as client:
        listed = await ask(client, "skills/list")

    assert listed["skills"] == []
    assert "nextCursor" not in listed


async def test_getting_a_skill_gives_the_entry_of_the_listing(served, mode):
    await served.publish(files=FILES)

    async with served.client(mode) as client:
        [entry] = (await ask(client, "skills/list"))["skills"]
        got = await ask(client, "skills/get", uri=entry["uri"])

    assert got["skill"] == entry
    assert (got["ttlMs"], got["cacheScope"]) == (1_000, "public")


async def test_a_pinned_version_stays_the_same_while_a_newer_one_is_live(served, mode):
    old = await served.publish(description="Fills in forms of the old kind.", files={"a.txt": "old"})
    await served.publish(description="Fills in forms of the new kind.", files={"b.txt": "new"})

    async with served.client(mode) as client:
        pinned = await ask(client, "skills/get", uri="skill://v1/pdf-forms/SKILL.md")
        live = await ask(client, "skills/get", uri="skill://pdf-forms/SKILL.md")

    assert pinned["skill"]["frontmatter"]["description"] == "Fills in forms of the old kind."
    assert [file["uri"] for file in pinned["skill"]["resources"]] == [
        "skill://v1/pdf-forms/SKILL.md",
        "skill://v1/pdf-forms/a.txt",
    ]
    assert pinned["skill"]["_meta"]["io.openmcpskills/digest"] == old.digest
    assert pinned["ttlMs"] == 3_600_000
    assert live["skill"]["_meta"]["io.openmcpskills/version"] == 2


@pytest.mark.parametrize(
    "uri",
    [
        "skill://no-such-skill/SKILL.md",
        "skill://pdf-forms/scripts/deep/fill.py",
        "skill://pdf-forms",
        "skill://v9/pdf-forms/SKILL.md",
        "skill://v0/pdf-forms/SKILL.md",
        "https://example.org/SKILL.md",
        "",
    ],
)
async def test_what_is_no_skill_is_refused_with_its_uri(served, mode, uri):
    await served.publish(files=FILES)

    async with served.client(mode) as client:
        error = await refusal(client, "skills/get", uri=uri)

    assert error.code == INVALID_PARAMS
    assert error.data == {"uri": uri}


@pytest.mark.parametrize("cursor", ["nonsense", "", "!!!", "YWZ0ZXI", "ZnJvbTox", "é", "A" * 5_000])
@pytest.mark.parametrize("method", ["skills/list", "resources/list", "prompts/list"])
async def test_a_cursor_that_was_never_given_is_refused(served, method, cursor):
    async with served.client() as client:
        error = await refusal(client, method, cursor=cursor)

    assert error.code == INVALID_PARAMS
    assert "start again without a cursor" in error.message


async def test_a_cursor_of_another_listing_is_refused(registry):
    for name in ("alpha", "bravo"):
        registry.publish(name)

    async with serving(registry, page_size=1) as served, served.client() as client:
        cursor = (await ask(client, "skills/list"))["nextCursor"]
        errors = [await refusal(client, f"{listing}/list", cursor=cursor) for listing in ("resources", "prompts")]

    assert {error.code for error in errors} == {INVALID_PARAMS}


async def test_a_folder_shows_its_direct_children_with_subfolders_as_such(served, mode):
    await served.publish(files=FILES)

    async with served.client(mode) as client:
        root = await ask(client, "resources/directory/read", uri="skill://pdf-forms")
        scripts = await ask(client, "resources/directory/read", uri="skill://pdf-forms/scripts")

    assert [(child["uri"], child["mimeType"]) for child in root["resources"]] == [
        ("skill://pdf-forms/SKILL.md", "text/markdown"),
        ("skill://pdf-forms/references", "inode/directory"),
        ("skill://pdf-forms/scripts", "inode/directory"),
    ]
    assert root["resources"][0]["name"] == "pdf-forms"
    assert root["resources"][0]["description"].startswith("Fills in PDF forms")
    assert [child["uri"] for child in scripts["resources"]] == ["skill://pdf-forms/scripts/deep"]
    assert (root["ttlMs"], root["cacheScope"]) == (1_000, "public")
    assert set(root["_meta"]) >= META


async def test_a_pinned_folder_shows_the_files_of_its_version(served, mode):
    await served.publish(files={"old/a.txt": "a"})
    await served.publish(files={"new/b.txt": "b"})

    async with served.client(mode) as client:
        root = await ask(client, "resources/directory/read", uri="skill://v1/pdf-forms")
        error = await refusal(client, "resources/directory/read", uri="skill://v1/pdf-forms/new")

    assert [child["uri"] for child in root["resources"]] == [
        "skill://v1/pdf-forms/SKILL.md",
        "skill://v1/pdf-forms/old",
    ]
    assert root["ttlMs"] == 3_600_000
    assert error.code == INVALID_PARAMS


async def test_a_large_folder_comes_in_pages(registry):
    registry.publish(files={f"references/{number:02}.md": "." for number in range(25)})

    async with serving(registry, page_size=10) as served, served.client() as client:
        uri = "skill://pdf-forms/references"
        first = await ask(client, "resources/directory/read", uri=uri)
        second = await ask(client, "resources/directory/read", uri=uri, cursor=first["nextCursor"])
        third = await ask(client, "resources/directory/read", uri=uri, cursor=second["nextCursor"])

    names = [child["name"] for page in (first, second, third) for child in page["resources"]]
    assert names == [f"{number:02}.md" for number in range(25)]
    assert "nextCursor" not in third


@pytest.mark.parametrize(
    "uri",
    [
        "skill://",
        "skill://pdf-forms/SKILL.md",
        "skill://pdf-forms/script",
        "skill://pdf-forms/scripts/",
        "skill://other",
    ],
)
async def test_what_is_no_folder_is_refused(served, mode, uri):
    await served.publish(files=FILES)

    async with served.client(mode) as client:
        error = await refusal(client, "resources/directory/read", uri=uri)

    assert error.code == INVALID_PARAMS


async def test_the_digests_of_a_skill_are_those_of_the_bytes_that_are_read(served, mode):
    await served.publish(files={"references/bom.md": "\ufeffA\r\nB\r"})

    async with served.client(mode) as client:
        got = await ask(client, "skills/get", uri="skill://pdf-forms/SKILL.md")
        texts = {
            file["uri"]: (await client.read_resource(file["uri"])).contents[0].text
            for file in got["skill"]["resources"]
        }

    assert {uri: digest(text.encode()) for uri, text in texts.items()} == {
        file["uri"]: file["digest"] for file in got["skill"]["resources"]
    }
