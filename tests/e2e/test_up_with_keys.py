"""`mcpskills up` as a new user meets it who lets in nobody else: a key at the first start, and everything by it from then on."""

import json
import re
import subprocess
from pathlib import Path

import httpx2
import pytest
from fastmcp import Client as FastMCPClient
from fastmcp.utilities.skills import list_skills
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from builders import skill_folder
from command_line import mcpskills
from e2e.node_clients import run_command, run_script
from git_fixtures import clone
from key_builders import bearing
from mcpskills.api_key import WholeKey
from servers import START_SECONDS, Running, running

EXAMPLES = {"commit-message", "csv-profile", "incident-review", "release-notes", "sql-migration-review"}
NAME = "csv-profile"


def up(folder: Path, *more: str, anonymous: str = ""):
    command = ("up", "--data", str(folder / "data"), "--port", "0", *more)
    return running(*command, until="Ctrl-C stops", cwd=folder, env={"MCPSKILLS_ANONYMOUS": anonymous})


def shown(started: Running) -> list[str]:
    """Every key in what was printed."""
    return re.findall(r"oms_\w+", "".join(started.lines))


@pytest.fixture(scope="module")
def first_start(tmp_path_factory):
    folder = tmp_path_factory.mktemp("up")
    with up(folder) as started:
        yield started, folder


@pytest.fixture(scope="module")
def started(first_start) -> Running:
    return first_start[0]


@pytest.fixture(scope="module")
def key(started) -> str:
    [one] = shown(started)
    return one


async def names(url: str, key: str, **more) -> set[str]:
    async with (
        httpx2.AsyncClient(headers=bearing(key), timeout=START_SECONDS) as http,
        Client(streamable_http_client(url, http_client=http), cache=None, **more) as client,
    ):
        return {resource.name for resource in (await client.list_resources()).resources}


def test_the_first_start_shows_a_key_once_and_says_how_to_use_it(started, key):
    printed = "".join(started.lines)

    assert WholeKey.parse(key) is not None
    assert f"  export MCPSKILLS_API_KEY={key}\n" in printed
    connect = (
        f'claude mcp add --transport http skills {started.url} --header "Authorization: Bearer $MCPSKILLS_API_KEY"\n'
    )
    assert connect in printed


def test_the_key_is_written_nowhere(first_start, key):
    assert httpx2.get(f"{first_start[0].base_url}/admin/skills", headers=bearing(key)).status_code == 200

    files = [path for path in first_start[1].rglob("*") if path.is_file()]

    assert any(path.name == "mcpskills.log" for path in files)
    assert [path for path in files if key.rpartition("_")[2].encode() in path.read_bytes()] == []


@pytest.mark.parametrize("path", ["/mcp", "/admin/skills", "/info"])
def test_who_has_no_key_is_told_to_say_who_they_are(started, path):
    answer = httpx2.post(started.base_url + path, json={"jsonrpc": "2.0", "id": 1, "method": "ping"})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer ")


@pytest.mark.anyio
@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_python_client_reads_with_the_key(started, key, mode):
    assert await names(started.url, key, mode=mode) >= EXAMPLES


@pytest.mark.anyio
async def test_fastmcp_reads_with_the_key(started, key):
    async with FastMCPClient(started.url, auth=key) as client:
        assert {skill.name for skill in await list_skills(client)} >= EXAMPLES


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_typescript_client_reads_with_the_key(started, key, mode):
    done = run_script("read_skills.mjs", started.url, mode, key)

    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)["skills"]) >= EXAMPLES


@pytest.mark.parametrize("era", ["modern", "legacy"])
def test_the_inspector_reads_with_the_key(started, key, era):
    header = f"Authorization: Bearer {key}"
    command = ("--cli", started.url, "--transport", "http", "--protocol-era", era, "--header", header)

    done = run_command("inspector", *command, "--method", "skills/list", "--verify", "--format", "json")

    assert done.returncode == 0, done.stderr
    assert {json.loads(line)["name"] for line in done.stdout.splitlines()} >= EXAMPLES


def test_the_commands_take_the_key_from_the_environment_or_a_file(started, key, tmp_path):
    file = tmp_path / "key"
    file.write_text(key + "\n")

    for said in ({"MCPSKILLS_API_KEY": key}, {"MCPSKILLS_API_KEY_FILE": str(file)}):
        code, out, error = mcpskills("list", url=started.base_url, **said)
        assert (code, error) == (0, "")
        assert NAME in out


def test_a_command_without_a_key_says_where_to_get_one_and_how_to_say_it(started):
    code, _, error = mcpskills("list", url=started.base_url)

    assert code == 1
    assert error.startswith("error: The server wants to know who calls: `export MCPSKILLS_API_KEY=…`")
    assert "mcpskills keys bootstrap" in error


def test_a_command_with_a_key_that_is_not_known_says_so(started):
    code, _, error = mcpskills("list", url=started.base_url, MCPSKILLS_API_KEY=WholeKey.make("default").text)

    assert code == 1
    assert error.startswith("error: This API key is not known, or no longer")
    assert "MCPSKILLS_API_KEY" in error


def test_a_rollback_is_made_and_lifted_with_the_key(first_start, key):
    started, folder = first_start
    work = clone(folder / "data" / "registry.git", folder / "work")
    said = {"url": started.base_url, "MCPSKILLS_API_KEY": key}
    for body in ("One.\n", "Two.\n"):
        work.publish(skill_folder("pdf-forms", body=body))
        until_published(work, said)

    rolled_back = mcpskills("rollback", "pdf-forms", "--reason", "wrong", **said)
    lifted = mcpskills("lift", "pdf-forms", **said)
    trail = json.loads(mcpskills("audit", "--json", **said)[1])["entries"]

    assert rolled_back[0] == lifted[0] == 0, (rolled_back, lifted)
    assert {"key-add", "rollback", "lift"} <= {entry["action"] for entry in trail}
    assert next(entry["actor"] for entry in trail if entry["action"] == "key-add") == "mcpskills up"


def until_published(work, said) -> None:
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=work.path, capture_output=True, text=True, check=True)
    while head.stdout.strip() not in mcpskills("versions", "pdf-forms", "--json", **said)[1]:
        pass


@pytest.mark.anyio
async def test_later_starts_show_no_key_and_the_first_one_still_counts(tmp_path):
    with up(tmp_path) as started:
        [key] = shown(started)
    with up(tmp_path) as started:
        later, printed = shown(started), "".join(started.lines)
        served = await names(started.url, key)
        code, another, _ = mcpskills("keys", "bootstrap", "--another", "--data", str(tmp_path / "data"))
        served_another = await names(started.url, another.strip())

    assert later == []
    assert f"keys bootstrap --another --data {tmp_path / 'data'}\n" in printed
    assert code == 0
    assert served == served_another == EXAMPLES


def test_a_tenant_whose_name_is_none_is_one_clear_sentence(tmp_path):
    code, _, error = mcpskills(
        "up", "--data", str(tmp_path / "data"), "--port", "0", MCPSKILLS_TENANT="a b", MCPSKILLS_ANONYMOUS=""
    )

    assert code == 1
    assert error.startswith("error: MCPSKILLS_TENANT: expected 1 to 63 lower-case letters, digits and hyphens")
    assert error.count("\n") == 1


def test_who_lets_everybody_do_everything_needs_no_key(tmp_path):
    with up(tmp_path, "--anonymous", "owner") as started:
        printed = "".join(started.lines)
        code, out, _ = mcpskills("list", url=started.base_url)

    assert shown(started) == []
    assert "Who calls without an API key is an owner here." in printed
    assert f"claude mcp add --transport http skills {started.url}\n" in printed
    assert code == 0
    assert NAME in out


def test_who_lets_everybody_read_gets_a_key_for_the_rest(tmp_path):
    with up(tmp_path, anonymous="viewer") as started:
        printed = "".join(started.lines)

    assert len(shown(started)) == 1
    assert "Who calls without an API key is a viewer here." in printed
    assert f"claude mcp add --transport http skills {started.url}\n" in printed
