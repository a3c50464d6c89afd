"""The settings of several tenants, out of one."""

from pathlib import Path
from typing import Any

import pytest

from mcpskills.errors import InvalidInputError
from mcpskills.settings import OWN, Settings
from mcpskills_publisher.settings import PublisherSettings
from mcpskills_server.settings import ServerSettings

ENTRIES: dict[str, dict[str, Any]] = {"acme": {"registry": "/srv/acme.git"}, "globex": {"branch": "live"}}


def test_without_entries_there_is_the_one_tenant():
    settings = Settings(tenant="acme")

    assert settings.each() == {"acme": settings}


def test_each_has_what_its_entry_says_and_else_what_all_have():
    shared = {"data": Path("data"), "page_size": 7, "branch": "main", "tenant": "acme"}
    each = ServerSettings(tenants=ENTRIES, **shared).each()

    assert {name: (one.tenant, one.branch, one.page_size) for name, one in each.items()} == {
        "acme": ("acme", "main", 7),
        "globex": ("globex", "live", 7),
    }
    assert each["globex"].own == Path("data/tenants/globex")
    assert all(one.tenants == {} for one in each.values())


def test_nobody_has_the_registry_repository_of_another(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MCPSKILLS_REGISTRY", "/srv/elsewhere.git")
    monkeypatch.setenv("MCPSKILLS_GITHUB_REPOSITORY_ID", "4711")
    monkeypatch.setenv("MCPSKILLS_WEBHOOK_SECRETS", '["a secret of somebody else"]')

    each = PublisherSettings(tenants=ENTRIES, tenant="acme").each()

    assert [one.registry for one in each.values()] == ["/srv/acme.git", None]
    assert {one.github_repository_id for one in each.values()} == {None}
    assert {one.webhook_secrets for one in each.values()} == {()}


def test_one_list_of_entries_serves_server_and_publisher():
    entries = {"acme": {"page_size": 7, "signing_key": "kms:alias/acme", "webhook_secrets": ["a secret of sixteen"]}}

    assert ServerSettings(tenants=entries, tenant="acme").each()["acme"].page_size == 7
    assert PublisherSettings(tenants=entries, tenant="acme").each()["acme"].signing_key == "kms:alias/acme"


def test_whatever_an_entry_may_say_is_a_setting_of_some_deployable():
    assert ServerSettings.model_fields.keys() | PublisherSettings.model_fields.keys() >= OWN


@pytest.mark.parametrize(
    ("tenants", "says"),
    [
        ({"globex": {}}, "MCPSKILLS_TENANT: expected one of those"),
        ({"acme": {}, "Globex": {}}, "'Globex': MCPSKILLS_TENANT"),
        ({"acme": {"data": "/elsewhere"}}, "'acme' says 'data'"),
        ({"acme": {"tenant": "globex"}}, "'acme' says 'tenant'"),
        ({"acme": {"github_repository_id": "none"}}, "'acme': MCPSKILLS_GITHUB_REPOSITORY_ID"),
    ],
)
def test_what_is_no_entry_is_refused_by_name(tenants: dict[str, dict[str, Any]], says: str):
    with pytest.raises(InvalidInputError, match=says):
        Settings(tenants=tenants, tenant="acme").each()


def test_more_tenants_than_a_server_keeps_are_refused_without_a_word_of_their_secrets(monkeypatch: pytest.MonkeyPatch):
    entry = '{"github_private_key": "hunter2"}'
    monkeypatch.setenv("MCPSKILLS_TENANTS", "{" + ",".join(f'"t{number}": {entry}' for number in range(101)) + "}")

    with pytest.raises(InvalidInputError, match="MCPSKILLS_TENANTS") as refused:
        Settings.read()

    assert "hunter2" not in refused.value.message
    assert "hunter2" not in repr(Settings.model_construct(tenants={"acme": {"github_private_key": "hunter2"}}))
