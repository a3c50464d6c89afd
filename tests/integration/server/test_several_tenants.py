"""One server for several tenants: whose credential a request has, that tenant's skills it sees, and nothing of the others."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from builders import skill_folder
from fleet_member import Member, until
from git_fixtures import BRANCH, bare, clone
from key_builders import bearing, keep_key
from mcpskills.adapters import backends
from mcpskills.api_key import WholeKey
from mcpskills.ports import Principals
from mcpskills.settings import Settings
from mcpskills_publisher.app import build
from mcpskills_publisher.settings import PublisherSettings
from principal_builders import ADA
from stand_ins.processes import free_port

ACME, GLOBEX = "acme", "globex"
TENANTS = (ACME, GLOBEX)
KEYS_ONLY = {"MCPSKILLS_ANONYMOUS": ""}
READ = {"jsonrpc": "2.0", "id": 1, "method": "resources/read"}
MCP = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-11-25"}


@dataclass(frozen=True)
class House:
    """A server of both tenants, each of which published one skill of its own name and one of a common name."""

    url: str
    keys: Mapping[str, WholeKey]
    principals: Principals
    member: Member

    def get(self, path: str, key: WholeKey | None) -> httpx2.Response:
        return httpx2.get(self.url + path, headers={} if key is None else bearing(key), timeout=30)

    def read(self, uri: str, key: WholeKey) -> Any:
        body = {**READ, "params": {"uri": uri}}
        return httpx2.post(f"{self.url}/mcp", json=body, headers={**MCP, **bearing(key)}, timeout=30).json()

    def skills(self, key: WholeKey) -> list[str]:
        return [skill["name"] for skill in self.get("/admin/skills", key).json()["skills"]]


@pytest.fixture(scope="module", params=[1, 2], ids=["one process", "two workers"])
def house(request, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    root = tmp_path_factory.mktemp("house")
    data, port = root / "data", free_port()
    tenants = {name: {"registry": str(_registry(root, name))} for name in TENANTS}
    given = {
        **KEYS_ONLY,
        "MCPSKILLS_TENANT": ACME,
        "MCPSKILLS_TENANTS": json.dumps(tenants),
        "MCPSKILLS_PORT": str(port),
        "MCPSKILLS_WORKERS": str(request.param),
        "MCPSKILLS_SESSIONS": "stateless",
    }
    settings = PublisherSettings(data=data, tenant=ACME, tenants=tenants).each()
    with ExitStack() as held:
        kept = {name: held.enter_context(backends.opened(each)) for name, each in settings.items()}
        for name, each in kept.items():
            build(settings[name], each.catalog, each.store, each.signals).reconcile()
        principals, peppers = kept[ACME].principals, backends.peppers(settings[ACME])
        keys = {name: keep_key(principals, peppers, tenant=name) for name in TENANTS}
        member = Member("mcpskills_server", data, given, f"http://127.0.0.1:{port}")
        with member.running(), httpx2.Client(timeout=30) as http:
            member.until_ready(http)
            yield House(member.url, keys, principals, member)


def test_everybody_sees_the_skills_of_their_own_tenant_alone(house: House):
    for name, key in house.keys.items():
        assert house.skills(key) == ["common", f"of-{name}"]
        assert house.get("/info", key).json()["tenant"] == name


def test_the_same_address_has_the_content_of_whoever_asks(house: House):
    for name, key in house.keys.items():
        [content] = house.read("skill://common/SKILL.md", key)["result"]["contents"]

        assert f"As {name} does it." in content["text"]


def test_what_is_anothers_is_answered_like_what_nobody_has(house: House):
    anothers = house.read("skill://of-globex/SKILL.md", house.keys[ACME])
    nobodys = house.read("skill://of-nobody/SKILL.md", house.keys[ACME])

    assert json.dumps(anothers) == json.dumps(nobodys).replace("of-nobody", "of-globex")
    assert "error" in anothers


def test_a_key_that_was_made_out_to_another_tenant_opens_neither(house: House):
    key = house.keys[ACME]
    forged = WholeKey.make(GLOBEX)

    for text in (forged.text, key.text.replace(ACME, GLOBEX), key.text.replace(ACME, "nobody")):
        answer = httpx2.get(f"{house.url}/admin/skills", headers={"x-api-key": text}, timeout=30)
        assert answer.status_code == 401


def test_which_tenants_there_are_is_told_nobody(house: House):
    answers = [house.get("/admin/skills", WholeKey.make(tenant)) for tenant in (ACME, GLOBEX, "initech")]
    ready = house.get("/ready", None)

    assert [answer.status_code for answer in answers] == [401] * 3
    assert (
        len({answer.text for answer in answers}) == len({answer.headers["www-authenticate"] for answer in answers}) == 1
    )
    assert ready.status_code == 200
    assert not any(name in ready.text for name in TENANTS)


def test_metrics_tell_a_tenant_of_itself_and_of_the_process_nothing(house: House):
    told = house.get("/metrics", house.keys[GLOBEX]).text

    assert 'mcpskills_skills{tenant="globex"' in told
    assert ACME not in told
    assert "process_" not in told


def test_a_revoked_key_of_one_leaves_those_of_the_other(house: House):
    revoked = keep_key(house.principals, backends.peppers(Settings(data=house.member.data)), tenant=GLOBEX)
    until(lambda: house.get("/info", revoked).status_code == 200, house.member.told)

    house.principals.revoke_key(GLOBEX, revoked.id, "lost", ADA)

    until(lambda: house.get("/info", revoked).status_code == 401, house.member.told)
    assert house.get("/info", house.keys[ACME]).status_code == 200


def test_what_breaks_for_one_tenant_leaves_the_others(tmp_path: Path):
    # Half of what a registry on GitHub needs.
    tenants = {ACME: {"registry": str(_registry(tmp_path, ACME))}, GLOBEX: {"github_repository": "globex/skills"}}
    with _unpublished(tmp_path, tenants) as house:
        until(lambda: house.get("/info", house.keys[GLOBEX]).status_code == 503, house.member.told)

        assert house.get("/info", house.keys[ACME]).status_code == 200
        assert house.get("/ready", None).status_code == 200
        assert "a tenant is served no more" in house.member.told()


def test_each_has_a_plan_and_spends_nothing_of_the_others(tmp_path: Path):
    tenants = {ACME: {"registry": str(_registry(tmp_path, ACME))}, GLOBEX: {"plan": "tiny"}}
    tenants[GLOBEX]["registry"] = str(_registry(tmp_path, GLOBEX))
    plans = json.dumps({"tiny": {"per_minute": 3, "per_hour": None}})
    with _unpublished(tmp_path, tenants, MCPSKILLS_PLANS=plans) as house:
        asked = [house.get("/info", house.keys[GLOBEX]).status_code for _ in range(4)]

        assert asked == [200, 200, 200, 429]
        assert house.get("/info", house.keys[ACME]).status_code == 200


def test_who_tries_keys_of_several_tenants_is_told_to_wait_as_if_they_were_of_one(tmp_path: Path):
    tenants = {name: {"registry": str(_registry(tmp_path, name))} for name in TENANTS}
    with _unpublished(tmp_path, tenants, MCPSKILLS_FAILURES_PER_MINUTE="4") as house:
        tried = [house.get("/info", WholeKey.make(name)).status_code for _ in range(4) for name in TENANTS]

    assert (tried[0], tried[-1]) == (401, 429)
    assert tried.count(401) <= 5


def test_each_tenant_says_where_to_sign_in_under_its_own_address(tmp_path: Path):
    tenants = {
        name: {
            "registry": str(_registry(tmp_path, name)),
            "public_url": f"https://{name}.example",
            "oidc_issuer": f"https://login.example/{name}",
        }
        for name in TENANTS
    }
    open_here = {"MCPSKILLS_ALLOWED_HOSTS": '["*"]', "MCPSKILLS_ANONYMOUS": "viewer"}
    with _unpublished(tmp_path, tenants, **open_here) as house:

        def ask(host: str, method: str, path: str) -> httpx2.Response:
            ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
            return httpx2.request(method, house.url + path, json=ping, headers={**MCP, "host": host}, timeout=30)

        hosts = ("acme.example", "globex.example", "elsewhere.example")
        told = [ask(host, "GET", "/.well-known/oauth-protected-resource/mcp").json() for host in hosts]
        answers = [ask(host, "POST", "/mcp") for host in hosts]

    assert [each["resource"] for each in told] == [f"https://{name}.example/mcp" for name in (ACME, GLOBEX, ACME)]
    assert [each["authorization_servers"] for each in told] == [
        [f"https://login.example/{name}"] for name in (ACME, GLOBEX, ACME)
    ]
    # Whoever says nothing of who they are is let in to one tenant at most, whatever address they name.
    assert [answer.status_code for answer in answers] == [200, 401, 200]
    metadata = 'resource_metadata="https://globex.example/.well-known/oauth-protected-resource/mcp"'
    assert metadata in answers[1].headers["www-authenticate"]


@contextmanager
def _unpublished(root: Path, tenants: dict[str, dict[str, str]], **given: str) -> Iterator[House]:
    """A server of tenants of which nothing is published."""
    data, port = root / "data", free_port()
    places = {"MCPSKILLS_TENANT": ACME, "MCPSKILLS_TENANTS": json.dumps(tenants), "MCPSKILLS_PORT": str(port)}
    member = Member("mcpskills_server", data, {**KEYS_ONLY, **places, **given}, f"http://127.0.0.1:{port}")
    settings = Settings(data=data)
    with backends.opened(settings) as kept, member.running(), httpx2.Client(timeout=30) as http:
        keys = {name: keep_key(kept.principals, backends.peppers(settings), tenant=name) for name in TENANTS}
        member.until_ready(http)
        yield House(member.url, keys, kept.principals, member)


def _registry(root: Path, tenant: str) -> Path:
    origin = bare(root / f"{tenant}.git", BRANCH)
    clone(origin, root / f"{tenant}-work").publish(
        skill_folder(f"of-{tenant}"), skill_folder("common", body=f"As {tenant} does it.\n")
    )
    return origin
