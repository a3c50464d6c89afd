"""Reading the journal: filters, pages, one by one, all as lines; and what is told to who does not see every skill."""

import json

import pytest

from builders import skill_folder
from key_builders import bearing
from mcpskills.access import Role, Scope
from recorded_server import Recorded, ask, principal, recorded

AT = "skill://pdf-forms/SKILL.md"
HIDDEN = "skill://secret-plans/SKILL.md"


def test_pages_lead_from_the_newest_to_the_oldest(server: Recorded):
    key = server.key()
    for number in range(5):
        ask(server.http, key, "tools/call", name="search_skills", arguments={"query": f"number {number}"})
    server.until_logged(5, principal=principal(key))

    pages, cursor = [], None
    while not pages or cursor:
        wanted = {"principal": principal(key), "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = server.http.get("/admin/logs", params=wanted, headers=bearing(server.owner)).json()
        cursor = page["next_cursor"]
        pages.append([server.detail(row)["parameters"] for row in page["invocations"]])

    assert [len(page) for page in pages] == [2, 2, 1]
    told = [parameters for page in pages for parameters in page]
    assert all(f"number {4 - place}" in parameters for place, parameters in enumerate(told))


@pytest.mark.parametrize("wanted", [{"status": "ERROR"}, {"text": "NOTHING-here"}, {"skill": "nothing-here"}], ids=str)
def test_a_listing_holds_what_is_looked_for(server: Recorded, wanted: dict[str, str]):
    key = server.key()
    ask(server.http, key, "resources/read", uri=AT)
    ask(server.http, key, "resources/read", uri="skill://nothing-here/SKILL.md")
    server.until_logged(2, principal=principal(key))

    [row] = server.logs(principal=principal(key), **wanted)

    assert row["skill"] == "nothing-here"


def test_a_text_is_looked_for_page_by_page(server: Recorded):
    key = server.key()
    for number in range(6):
        ask(server.http, key, "tools/call", name="search_skills", arguments={"query": "odd" if number % 2 else "even"})
    server.until_logged(6, principal=principal(key))
    wanted = {"principal": principal(key), "text": "odd", "limit": 2}

    first = server.http.get("/admin/logs", params=wanted, headers=bearing(server.owner)).json()
    second = server.http.get(
        "/admin/logs", params=wanted | {"cursor": first["next_cursor"]}, headers=bearing(server.owner)
    ).json()

    assert [len(page["invocations"]) for page in (first, second)] == [2, 1]
    assert second["next_cursor"] is None


def test_the_export_has_every_request_with_its_bodies(server: Recorded):
    key = server.key()
    ask(server.http, key, "resources/read", uri=AT)
    [row] = server.until_logged(1, principal=principal(key))

    wanted = {"principal": principal(key)}
    answer = server.http.get("/admin/logs/export", params=wanted, headers=bearing(server.owner))

    assert answer.headers["content-type"] == "application/jsonl"
    assert [json.loads(line) for line in answer.text.splitlines()] == [server.detail(row)]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/admin/logs?cursor=nonsense", 422),
        ("/admin/logs?limit=0", 422),
        ("/admin/logs?status=FINE", 422),
        ("/admin/logs?since=0001-01-01T00:00:00Z", 422),
        ("/admin/logs/nonsense", 404),
    ],
)
def test_what_cannot_be_looked_for_is_refused(server: Recorded, path: str, status: int):
    assert server.http.get(path, headers=bearing(server.owner)).status_code == status


@pytest.mark.parametrize(("role", "status"), [(Role.DEVELOPER, 403), (Role.PUBLISHER, 200)])
def test_reading_takes_a_scope(server: Recorded, role: Role, status: int):
    for path in ("/admin/logs", "/admin/logs/export"):
        assert server.http.get(path, headers=bearing(server.key(role))).status_code == status


def test_what_was_asked_about_a_hidden_skill_is_hidden_as_well(registry):
    registry.publish_folder(skill_folder("pdf-forms"))
    registry.publish_folder(skill_folder("secret-plans", description="Of great use."))
    registry.restrict("secret-plans", "finance")
    with recorded(registry) as server:
        member = server.key(Role.PUBLISHER, groups=["finance"])
        outsider = server.key(Role.PUBLISHER, groups=["sales"], scopes=[Scope.LOGS_READ])
        ask(server.http, member, "resources/read", uri=HIDDEN)
        ask(server.http, member, "resources/read", uri=AT)
        ask(server.http, member, "tools/call", name="search_skills", arguments={"query": "great use"})
        ask(server.http, member, "tools/call", name="load_skill", arguments={"name": "secret-plans", "version": 9})
        everything = server.until_logged(4, principal=principal(member))

        seen = server.logs(outsider)
        export = server.http.get("/admin/logs/export", headers=bearing(outsider)).text
        hidden = next(row for row in everything if row["method"] == "resources/read" and row["skill"] != "pdf-forms")
        alone = server.http.get(f"/admin/logs/{hidden['id']}", headers=bearing(outsider))

        assert {(row["method"], row["skill"]) for row in seen} == {
            ("resources/read", "pdf-forms"),
            ("tools/call", None),
        }
        assert "secret-plans" not in json.dumps(seen) + export
        assert "great use" not in export
        assert server.logs(outsider, text="secret-plans") == server.logs(outsider, skill="secret-plans") == []
        page = {"skill": "secret-plans", "limit": 1}
        assert server.http.get("/admin/logs", params=page, headers=bearing(outsider)).json()["next_cursor"] is None
        missing = server.http.get("/admin/logs/01a223e1-857e-731f-a773-86174bfdf60f", headers=bearing(outsider))
        assert (alone.status_code, alone.json()["detail"]) == (404, missing.json()["detail"])
        assert len(server.logs(member)) == 4


def test_what_somebody_was_told_of_a_hidden_skill_after_a_slip_is_hidden_as_well(registry):
    registry.publish_folder(skill_folder("pdf-forms"))
    registry.publish_folder(skill_folder("secret-plans", description="Of great use."))
    registry.restrict("secret-plans", "finance")
    with recorded(registry) as server:
        member = server.key(Role.PUBLISHER, groups=["finance"])
        outsider = server.key(Role.PUBLISHER, groups=["sales"], scopes=[Scope.LOGS_READ])
        ask(server.http, member, "resources/read", uri="skill://secret-plan/SKILL.md")
        ask(server.http, member, "tools/call", name="load_skill", arguments={"name": "secret-plan"})
        told = server.until_logged(2, principal=principal(member))

        seen = server.logs(outsider)
        export = server.http.get("/admin/logs/export", headers=bearing(outsider)).text

    assert any("secret-plans" in row["error"] for row in told)
    assert [row["id"] for row in seen] == [row["id"] for row in told]
    assert "secret-plans" not in json.dumps(seen) + export


def test_who_may_read_keys_is_told_what_callers_are_called(server: Recorded):
    key = server.key(name="The build")
    ask(server.http, key, "tools/list")
    [row] = server.until_logged(1, principal=principal(key))

    [told_to_others] = server.logs(server.key(Role.PUBLISHER), principal=principal(key))

    assert (row["principal"], row["principal_name"]) == (principal(key), "The build")
    assert server.detail(row)["principal_name"] == "The build"
    assert (told_to_others["principal"], told_to_others["principal_name"]) == (principal(key), None)


def test_all_callers_of_a_name_are_looked_for_page_by_page(server: Recorded):
    old, new = server.key(name="Twins"), server.key(name="Twins")
    for key in (old, old, new, old, new):
        ask(server.http, key, "tools/list")
    everything = server.until_logged(5, principal="tWINS")

    pages, cursor = [], None
    while not pages or cursor:
        wanted = {"principal": "Twins", "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = server.http.get("/admin/logs", params=wanted, headers=bearing(server.owner)).json()
        cursor = page["next_cursor"]
        pages.append(page["invocations"])

    assert {row["principal"] for row in everything} == {principal(old), principal(new)}
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [row for page in pages for row in page] == everything
    assert server.logs(principal="Twins", text="TOOLS/list") == everything
    exported = server.http.get("/admin/logs/export", params={"principal": "twins"}, headers=bearing(server.owner)).text
    assert [json.loads(line)["id"] for line in exported.splitlines()] == [row["id"] for row in everything]


def test_a_name_finds_nothing_for_who_may_not_read_keys(server: Recorded):
    key = server.key(name="The deployment")
    ask(server.http, key, "tools/list")
    server.until_logged(1, principal="The deployment")

    assert server.logs(server.key(Role.PUBLISHER), principal="The deployment") == []


def test_a_name_that_too_many_have_asks_for_an_id(server: Recorded):
    for _ in range(11):
        server.key(name="Everybody")

    answer = server.http.get("/admin/logs", params={"principal": "everybody"}, headers=bearing(server.owner))

    assert (answer.status_code, "11 callers" in answer.text) == (422, True)
