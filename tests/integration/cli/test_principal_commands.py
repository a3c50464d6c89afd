"""Commands about keys, users and the caller."""

import json
import re

import pytest

from command_line import mcpskills
from mcpskills.access import Role
from mcpskills.api_key import WholeKey
from principal_builders import ISSUER
from way_in import a_caller


@pytest.fixture
def url(service):
    service.way_in.who = a_caller(Role.OWNER, name="Ada")
    return service.url


def test_a_key_is_made_listed_rotated_and_revoked(url):
    made = mcpskills("keys", "create", "CI", "--role", "developer", "--scope", "skills:read", "--days", "90", url=url)
    key = WholeKey.parse(made[1].splitlines()[1])
    listed = mcpskills("keys", "list", url=url)
    shown = mcpskills("keys", "show", key.id, url=url)
    rotated = mcpskills("keys", "rotate", key.id, "--overlap-hours", "1", "--json", url=url)
    revoked = mcpskills("keys", "revoke", key.id, "--reason", "It leaked.", url=url)
    again = mcpskills("keys", "revoke", key.id, "--reason", "It leaked.", url=url)

    assert re.match(rf"CI \({key.id}\) may call, until \S+Z\. Its key, which is shown this once:\n", made[1])
    assert (key.id in listed[1], "developer" in listed[1], "Revision 1" in listed[1]) == (True, True, True)
    assert "created by" in shown[1]
    assert json.loads(rotated[1])["key"]["replaces"] == key.id
    assert revoked == (0, f"CI ({key.id}) is revoked: It leaked.\n", "")
    assert again[1] == f"CI ({key.id}) is revoked already: It leaked.\n"


def test_no_secret_is_in_any_listing(url):
    made = json.loads(mcpskills("keys", "create", "CI", "--role", "viewer", "--json", url=url)[1])

    said = [mcpskills("keys", "list", "--json", url=url)[1], mcpskills("keys", "show", made["key"]["id"], url=url)[1]]

    assert [made["secret"] in each for each in said] == [False, False]


def test_a_user_is_set_listed_and_removed(url):
    of = ("--issuer", ISSUER)

    added = mcpskills("users", "set", "u1", *of, "--name", "Grace", "--role", "publisher", url=url)
    again = mcpskills("users", "set", "u1", *of, "--name", "Grace", "--role", "publisher", url=url)
    listed = mcpskills("users", "list", url=url)
    shut = mcpskills("users", "set", "u1", *of, "--name", "Grace", "--disabled", url=url)
    gone = mcpskills("users", "remove", "u1", *of, url=url)

    assert added == (0, "Grace (u1) has publisher.\n", "")
    assert again[1] == "Grace (u1) has publisher already.\n"
    assert "publisher" in listed[1]
    assert shut[1] == "Grace (u1) is disabled.\n"
    assert gone[1] == "Nothing is kept of Grace (u1) any more.\n"


def test_who_calls_is_told(service, url):
    told = mcpskills("whoami", url=url)

    assert told[0] == 0
    assert "Ada" in told[1]
    assert "tenant:write" in told[1]


def test_whoever_may_not_is_told_which_scope_it_takes(service):
    service.way_in.who = a_caller(Role.DEVELOPER)

    code, _, told = mcpskills("keys", "list", url=service.url)

    assert code == 1
    assert "This needs the scope users:read" in told


def test_a_change_on_an_older_revision_changes_nothing(url):
    mcpskills("keys", "create", "CI", "--role", "viewer", url=url)

    code, _, told = mcpskills("keys", "create", "CI", "--role", "viewer", "--if-revision", "0", url=url)

    assert code == 1
    assert "Expected the principals at revision 0, but they are at 1" in told


def test_the_trail_is_listed_by_what_one_looks_for_and_exported_as_lines(service, url):
    for name in ("one", "two"):
        mcpskills("keys", "create", name, "--role", "viewer", url=url)

    listed = mcpskills("audit", "list", "--actor", "Ada", "--action", "key-add", "--json", url=url)
    nobody = mcpskills("audit", "list", "--actor", "Grace", "--json", url=url)
    exported = mcpskills("audit", "export", "--since", "2026-01-01", url=url)
    verified = mcpskills("audit", "verify", "--actor", "Ada", url=url)

    assert [entry["detail"]["name"] for entry in json.loads(listed[1])["entries"]] == ["one", "two"]
    assert json.loads(nobody[1])["entries"] == []
    assert [json.loads(line)["sequence"] for line in exported[1].splitlines()] == [1, 2]
    assert verified[0] == 2
