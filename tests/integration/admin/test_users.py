"""What is kept of the users of an identity provider, through the admin API."""

from urllib.parse import quote

import pytest

from admin_service import running
from catalog_builders import TENANT
from mcpskills.access import Role
from principal_builders import ISSUER
from way_in import a_caller

GRACE = {"name": "Grace", "roles": ["viewer"], "groups": ["office"]}
OF = {"issuer": ISSUER}


@pytest.fixture
def http(service):
    service.way_in.who = a_caller(Role.OWNER, name="Ada")
    return service.http


def at(subject):
    return f"/admin/users/{quote(subject, safe='')}"


def test_a_user_is_kept_changed_and_forgotten(service, http):
    added = http.put(at("u1"), params=OF, json=GRACE).json()
    again = http.put(at("u1"), params=OF, json=GRACE).json()
    changed = http.put(at("u1"), params=OF, json={**GRACE, "roles": ["publisher"], "disabled": True}).json()
    gone = http.delete(at("u1"), params=OF).json()

    assert (added["changed"], added["user"]["created_by"], added["user"]["roles"]) == (True, "Ada", ["viewer"])
    assert (again["changed"], again["revision"]) == (False, added["revision"])
    assert (changed["user"]["roles"], changed["user"]["disabled"]) == (["publisher"], True)
    assert gone["user"]["subject"] == "u1"
    assert http.get(at("u1"), params=OF).status_code == 404
    removed, change = service.catalog.audit(TENANT, 2)
    assert (removed.action, removed.detail["was_roles"]) == ("user-remove", "publisher")
    assert (change.detail["roles"], change.detail["was_roles"]) == ("publisher", "viewer")


@pytest.mark.parametrize("subject", ["auth0|5f7c8ec7c33c6c004bbafe82", "https://id.example.org/ada", "a b"])
def test_subjects_are_whatever_providers_give_out_as_long_as_it_is_visible(http, subject):
    put = http.put(at(subject), params=OF, json=GRACE)

    assert put.status_code == (422 if " " in subject else 200)
    assert http.get(at(subject), params=OF).status_code == put.status_code


def test_the_same_subject_of_another_provider_is_somebody_else(http):
    http.put(at("u1"), params=OF, json=GRACE)
    http.put(at("u1"), params={"issuer": "https://other.example.org"}, json={**GRACE, "name": "Linus"})

    listed = http.get("/admin/users").json()

    assert [user["name"] for user in listed["users"]] == ["Grace", "Linus"]
    assert listed["revision"] == 2


def test_pages_of_users_follow_each_other(http):
    for number in range(4):
        http.put(at(f"u{number}"), params=OF, json=GRACE)

    first = http.get("/admin/users", params={"limit": 3}).json()
    rest = http.get("/admin/users", params={"limit": 3, "cursor": first["next_cursor"]}).json()

    assert [user["subject"] for page in (first, rest) for user in page["users"]] == ["u0", "u1", "u2", "u3"]


def test_nobody_makes_somebody_else_more_than_they_are(service, http):
    http.put(at("chief"), params=OF, json={**GRACE, "roles": ["owner"], "groups": []})
    service.way_in.who = a_caller(Role.ADMIN)

    up = http.put(at("u1"), params=OF, json={"name": "Grace", "roles": ["owner"]})
    down = http.put(at("chief"), params=OF, json={"name": "Grace", "roles": ["viewer"]})
    away = http.delete(at("chief"), params=OF)

    assert [answer.status_code for answer in (up, down, away)] == [403] * 3


def test_who_may_be_an_owner_by_their_tokens_is_shut_out_and_let_in_by_owners_alone(tmp_path):
    with running(tmp_path / "data", oidc_issuer=ISSUER, oidc_roles={"board": Role.OWNER}) as service:
        http, owner, admin = service.http, a_caller(Role.OWNER), a_caller(Role.ADMIN, groups=frozenset({"office"}))
        service.way_in.who = admin
        by_admin = [http.put(at("u1"), params=OF, json={**GRACE, "disabled": shut}) for shut in (True, False)]
        service.way_in.who = owner
        by_owner = http.put(at("u1"), params=OF, json={**GRACE, "disabled": True})
        service.way_in.who = admin
        again = [http.put(at("u1"), params=OF, json=GRACE), http.delete(at("u1"), params=OF)]
        of_another = http.put(
            at("u1"), params={"issuer": "https://other.example.org"}, json={**GRACE, "disabled": True}
        )

    assert [answer.status_code for answer in (*by_admin, by_owner, *again)] == [403, 200, 200, 403, 403]
    assert "Tokens of this issuer may give tenant:write" in by_admin[0].json()["detail"]
    assert of_another.status_code == 200


def test_the_last_owner_stays_even_where_others_were_named_who_never_came(service, http):
    http.put(at("chief"), params=OF, json={"name": "Chief", "roles": ["owner"]})
    service.principals.used(service.principals.user(TENANT, ISSUER, "chief"))
    http.put(at("never-seen"), params=OF, json={"name": "Nobody", "roles": ["owner"]})

    removed = http.delete(at("chief"), params=OF)
    disabled = http.put(at("chief"), params=OF, json={"name": "Chief", "roles": ["owner"], "disabled": True})

    assert (removed.status_code, disabled.status_code) == (409, 409)


def test_a_change_of_a_user_on_the_condition_of_an_older_revision_changes_nothing(http):
    http.put(at("u1"), params=OF, json=GRACE)

    answer = http.put(at("u1"), params=OF, json={**GRACE, "name": "x"}, headers={"If-Match": '"0"'})

    assert answer.status_code == 412
    assert http.get(at("u1"), params=OF).json()["name"] == "Grace"
