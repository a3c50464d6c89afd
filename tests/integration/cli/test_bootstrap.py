"""`mcpskills keys bootstrap`: the first key, made in the store that the settings name, whether a server runs or not."""

import re
from pathlib import Path

import httpx2
import pytest

from command_line import mcpskills
from fleet_member import Member, until
from git_fixtures import bare
from key_builders import bearing
from mcpskills.adapters import backends
from mcpskills.api_key import WholeKey
from mcpskills.settings import Settings
from principal_builders import ADA
from stand_ins.aws_server import AwsServer
from stand_ins.cloud import cloud, environment
from stand_ins.processes import free_port


def a_server(tmp_path: Path, **settings: str) -> Member:
    """One that lets in who has a key, over a registry that has no skills yet."""
    registry, port = bare(tmp_path / "registry.git"), str(free_port())
    own = {"MCPSKILLS_REGISTRY": str(registry), "MCPSKILLS_PORT": port, "MCPSKILLS_ANONYMOUS": ""}
    return Member("mcpskills_server", tmp_path / "server", {**settings, **own}, f"http://127.0.0.1:{port}")


def status(url: str, key: str | None) -> int:
    headers = bearing(key) if key else {}
    return httpx2.get(f"{url}/info", headers=headers, timeout=30).status_code


def test_it_prints_a_key_once_and_to_standard_output_nothing_else(tmp_path: Path):
    code, out, error = mcpskills("keys", "bootstrap", "--name", "Ada", MCPSKILLS_DATA=str(tmp_path / "data"))

    made = WholeKey.parse(out.removesuffix("\n"))
    assert code == 0
    assert made is not None
    assert f"The key {made.id} (Ada) may do everything for the tenant 'default'" in error
    assert str(tmp_path / "data") in error
    assert made.text not in error
    assert [path for path in tmp_path.rglob("*") if path.is_file() and made.text.encode() in path.read_bytes()] == []


def test_a_second_one_is_made_only_when_it_is_wanted(tmp_path: Path):
    where = {"MCPSKILLS_DATA": str(tmp_path)}
    mcpskills("keys", "bootstrap", **where)

    code, out, error = mcpskills("keys", "bootstrap", "--quiet", **where)

    assert (code, out) == (1, "")
    assert re.match(r"error: There is an owner's key of the tenant 'default' already: \w{12} \(owner\)", error)
    assert "--another" in error
    code, out, error = mcpskills("keys", "bootstrap", "--another", "--quiet", **where)
    assert (code, error) == (0, "")
    assert WholeKey.parse(out.strip()) is not None


def test_a_server_that_runs_already_lets_it_in(tmp_path: Path):
    server = a_server(tmp_path)
    with server.running(), httpx2.Client(timeout=30) as http:
        server.until_ready(http)
        _, key, _ = mcpskills("keys", "bootstrap", "--data", str(server.data))

        assert status(server.url, key.strip()) == 200
        assert status(server.url, None) == 401


def test_in_a_fleet_it_is_made_in_the_tables_and_counts_until_it_is_revoked_there(tmp_path: Path, ministack: AwsServer):
    with cloud(ministack) as places:
        fleet = {**environment(places), "MCPSKILLS_TENANT": "acme"}
        code, out, error = mcpskills("keys", "bootstrap", **fleet, MCPSKILLS_DATA=str(tmp_path / "admin"))
        key, server = out.strip(), a_server(tmp_path, **fleet)
        with (
            server.running(),
            httpx2.Client(timeout=30) as http,
            backends.principals(Settings(**places)) as principals,
        ):
            server.until_ready(http)
            let_in, unknown = status(server.url, key), status(server.url, WholeKey.make("acme").text)
            [kept] = principals.keys("acme")
            principals.revoke_key("acme", kept.id, "Lost.", ADA)
            until(lambda: status(server.url, key) == 401, server.told)

    assert code == 0, error
    assert "of the tables on AWS" in error
    assert (let_in, unknown) == (200, 401)
    assert key.startswith(f"oms_acme_{kept.id}_")
    assert kept.created_by == "mcpskills keys bootstrap"
    assert not (tmp_path / "admin").exists()


def test_a_fleet_that_was_not_told_its_pepper_makes_none(tmp_path: Path):
    code, out, error = mcpskills(
        "keys", "bootstrap", MCPSKILLS_STORAGE="aws", MCPSKILLS_KEY_PEPPER="", MCPSKILLS_AWS_REGION="eu-central-1"
    )

    assert (code, out) == (1, "")
    assert error.startswith("error: MCPSKILLS_KEY_PEPPER: ")


@pytest.mark.parametrize("tenant", ["-", "a b"])
def test_a_tenant_whose_name_is_none_is_told(tmp_path: Path, tenant: str):
    code, _, error = mcpskills("keys", "bootstrap", MCPSKILLS_DATA=str(tmp_path), MCPSKILLS_TENANT=tenant)

    assert code == 1
    assert error.startswith("error: MCPSKILLS_TENANT: expected 1 to 63 lower-case letters, digits and hyphens")
