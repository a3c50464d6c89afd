"""API keys through the admin API: made, shown once, narrowed, rotated and revoked, by who may."""

from datetime import UTC, datetime, timedelta

import pytest

from catalog_builders import TENANT
from mcpskills import access
from mcpskills.access import Role
from mcpskills.api_key import WholeKey
from way_in import a_caller

OWNERS = {"name": "The owner", "roles": ["owner"]}
CI = {"name": "CI", "roles": ["developer"], "scopes": ["skills:read"], "groups": ["office"]}


@pytest.fixture
def http(service):
    service.way_in.who = a_caller(Role.OWNER, name="Ada")
    return service.http


def make(http, **fields):
    answer = http.post("/admin/keys", json={**CI, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def which(made):
    return f"/admin/keys/{made['key']['id']}"


def test_a_key_is_made_and_its_secret_is_said_once(service, http):
    made = make(http)
    shown = http.get(which(made))
    listed = http.get("/admin/keys")

    parsed = WholeKey.parse(made["secret"])
    assert (parsed.tenant, parsed.id) == (TENANT, made["key"]["id"])
    assert (made["key"]["status"], made["key"]["created_by"], made["key"]["scopes"]) == (
        "active",
        "Ada",
        ["skills:read"],
    )
    assert shown.json() == made["key"] == listed.json()["keys"][0]
    assert shown.headers["etag"] == f'"{made["revision"]}"'
    assert made["secret"] not in shown.text + listed.text
    assert made["secret"] not in "".join(map(str, service.remains()[0]))


def test_the_trail_tells_who_made_a_key_from_where_and_by_which_request(service, http):
    made = http.post("/admin/keys", json=CI, headers={"X-Request-Id": "req-1"}).json()

    [entry] = service.catalog.audit(TENANT, 1)
    assert (entry.action, entry.actor, entry.detail["key"]) == ("key-add", "Ada", made["key"]["id"])
    assert (entry.detail["source"], entry.detail["request"]) == ("127.0.0.1", "req-1")


def test_who_has_the_name_of_another_is_told_from_them_by_the_trail(service, http):
    make(http)
    service.way_in.who = a_caller(Role.ADMIN, id="key:impostor", name="Ada", groups=frozenset({"office"}))
    make(http)

    theirs, ours = service.catalog.audit(TENANT, 2)
    assert (ours.actor, theirs.actor) == ("Ada", "Ada")
    assert (ours.detail["caller"], theirs.detail["caller"]) == ("key:owner", "key:impostor")


def test_what_is_changed_changes_and_what_is_left_out_stays(http):
    made = make(http)
    ends = (datetime.now(UTC) + timedelta(days=30)).replace(microsecond=0)

    changed = http.patch(which(made), json={"name": "CI of the office", "expires_at": ends.isoformat()}).json()
    again = http.patch(which(made), json={"name": "CI of the office"}).json()
    unending = http.patch(which(made), json={"expires_at": None}).json()

    assert (changed["changed"], changed["key"]["name"], changed["key"]["groups"]) == (
        True,
        "CI of the office",
        ["office"],
    )
    assert datetime.fromisoformat(changed["key"]["expires_at"]) == ends
    assert (again["changed"], again["revision"]) == (False, changed["revision"])
    assert unending["key"]["expires_at"] is None


def test_a_revoked_key_stays_to_be_looked_at_with_the_reason(http):
    made = make(http)

    revoked = http.delete(which(made), params={"reason": "It leaked."}).json()
    again = http.delete(which(made), params={"reason": "It leaked again."}).json()
    late = http.patch(which(made), json={"name": "x"})

    assert (revoked["changed"], revoked["key"]["status"], revoked["key"]["revoked_by"]) == (True, "revoked", "Ada")
    assert (again["changed"], again["key"]["revoked_because"]) == (False, "It leaked.")
    assert late.status_code == 409


def test_a_rotated_key_has_all_that_the_old_one_has_and_both_are_good_for_a_while(http):
    made = make(http)

    rotated = http.post(f"{which(made)}/rotate", json={"overlap_seconds": 3600}).json()
    old = http.get(which(made)).json()

    assert rotated["secret"] != made["secret"]
    assert rotated["key"]["replaces"] == made["key"]["id"]
    same = ("name", "roles", "scopes", "groups", "plan")
    assert [rotated["key"][field] for field in same] == [made["key"][field] for field in same]
    ends = datetime.fromisoformat(old["expires_at"]) - datetime.fromisoformat(rotated["key"]["created_at"])
    assert ends == timedelta(seconds=3600)


def test_pages_follow_each_other_to_the_end(http):
    names = [f"key {number}" for number in range(5)]
    for name in names:
        make(http, name=name)

    first = http.get("/admin/keys", params={"limit": 3}).json()
    rest = http.get("/admin/keys", params={"limit": 3, "cursor": first["next_cursor"]}).json()

    assert [key["name"] for page in (first, rest) for key in page["keys"]] == names
    assert (first["total"], rest["next_cursor"]) == (5, None)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"roles": []}, "roles"),
        ({"roles": ["king"]}, "roles"),
        ({"roles": ["viewer"], "scopes": ["audit:read"]}, "The roles do not give audit:read"),
        ({"name": "  "}, "blank"),
        ({"name": "two\nlines"}, "control characters"),
        ({"expires_at": "2001-01-01T00:00:00Z"}, "must lie in the future"),
        ({"expires_at": "9999-12-31T23:59:59-14:00"}, "at most 3650 days"),
        ({"secret": "mine"}, "secret"),
    ],
)
def test_what_makes_no_sense_is_refused(http, fields, said):
    answer = http.post("/admin/keys", json={**CI, **fields})

    assert answer.status_code == 422
    assert said in answer.json()["detail"]


def test_nobody_gives_more_than_they_have(service, http):
    service.way_in.who = a_caller(Role.ADMIN)

    owner = http.post("/admin/keys", json=OWNERS)
    grouped = http.post("/admin/keys", json={**CI, "groups": ["finance"]})
    plain = http.post("/admin/keys", json={**CI, "groups": []})

    assert (owner.status_code, grouped.status_code, plain.status_code) == (403, 403, 201)
    assert "you lack tenant:write" in owner.json()["detail"]
    assert "you are not in finance" in grouped.json()["detail"]
    assert "www-authenticate" not in owner.headers


@pytest.mark.parametrize(
    "attempt",
    [
        lambda http, at: http.post(f"{at}/rotate", json={}),
        lambda http, at: http.patch(at, json={"roles": ["viewer"]}),
        lambda http, at: http.delete(at, params={"reason": "I like to."}),
    ],
    ids=["rotate", "change", "revoke"],
)
def test_nobody_gets_at_a_key_that_may_more_than_they(service, http, attempt):
    make(http, **OWNERS, groups=[], scopes=[])
    made = make(http, **OWNERS, groups=[], scopes=[])
    service.way_in.who = a_caller(Role.ADMIN)

    assert attempt(http, which(made)).status_code == 403


def test_a_key_cannot_be_given_back_what_was_taken_from_it_by_who_lacks_that(service, http):
    made = make(http, roles=["owner"], scopes=["skills:read"], groups=[])
    service.way_in.who = a_caller(scopes=access.scopes({"owner"}, {"users:write", "users:read", "skills:read"}))

    assert http.patch(which(made), json={"scopes": []}).status_code == 403


def test_the_last_owner_is_not_revoked_by_accident(http):
    first = make(http, **OWNERS, groups=[], scopes=[])

    last = http.delete(which(first), params={"reason": "A slip."})
    narrowed = http.patch(which(first), json={"roles": ["admin"]})
    make(http, **OWNERS, groups=[], scopes=[])
    then = http.delete(which(first), params={"reason": "There is another one."})

    assert (last.status_code, narrowed.status_code, then.status_code) == (409, 409, 200)
    assert "make another owner first" in last.json()["detail"]


def test_a_change_on_the_condition_of_an_older_revision_changes_nothing(http):
    made = make(http)
    make(http)

    stale = {"If-Match": f'"{made["revision"]}"'}
    refused = [
        http.post("/admin/keys", json=CI, headers=stale).status_code,
        http.patch(which(made), json={"name": "x"}, headers=stale).status_code,
        http.post(f"{which(made)}/rotate", json={}, headers=stale).status_code,
        http.delete(which(made), params={"reason": "x"}, headers=stale).status_code,
    ]
    now = http.get(which(made)).headers["etag"]

    assert refused == [412] * 4
    assert http.patch(which(made), json={"name": "x"}, headers={"If-Match": now}).status_code == 200


def test_an_unknown_key_is_not_found(http):
    assert http.get("/admin/keys/nothing").status_code == 404
    assert http.patch("/admin/keys/nothing", json={}).status_code == 404


def test_everybody_may_ask_who_they_are(service, http):
    service.way_in.who = a_caller(Role.VIEWER, groups=frozenset({"office"}), plan="pro")

    me, roles = http.get("/admin/me").json(), http.get("/admin/roles").json()

    assert me == {
        "tenant": TENANT,
        "id": "key:viewer",
        "name": "the viewer",
        "anonymous": False,
        "roles": ["viewer"],
        "scopes": ["skills:read"],
        "groups": ["office"],
        "plan": "pro",
    }
    assert [role["name"] for role in roles["roles"]] == list(Role)


@pytest.mark.parametrize("way", ["changed", "rotated"])
def test_the_last_owners_key_does_not_come_to_an_end_within_the_day(http, way):
    owner = make(http, **OWNERS, scopes=[], groups=[])
    soon = {"expires_at": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}
    method, path, more = {"changed": ("PATCH", "", {}), "rotated": ("POST", "/rotate", {"overlap_seconds": 0})}[way]

    refused = http.request(method, which(owner) + path, json={**soon, **more})
    make(http, **OWNERS, scopes=[], groups=[])
    granted = http.request(method, which(owner) + path, json={**soon, **more})

    assert (refused.status_code, granted.is_success) == (409, True)
