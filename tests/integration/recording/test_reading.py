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
