"""Single versions through the admin API: yanked, revoked, restored, promoted, and who vouches for them."""

import asyncio
import json
import sqlite3
from contextlib import closing

import pytest

from builders import skill_folder
from mcpskills.errors import CorruptedError, RevokedError
from mcpskills.provenance import STATEMENT_TYPE
from mcpskills_server.library import Library

VERSIONS = "/admin/skills/pdf-forms/versions"
WHY = {"reason": "It drops table rows."}


def read_pinned(service, number: int) -> bytes:
    """SKILL.md as another replica reads it under `skill://v<number>/pdf-forms/SKILL.md`."""

    async def story() -> bytes:
        snapshot = await service.registry.source.refresh(None)
        library = Library(service.registry.source, 0)
        return await library.read(snapshot, await library.version(snapshot, "pdf-forms", number), "SKILL.md")

    return asyncio.run(story())


def publish_three(service) -> None:
    for body in ("One.\n", "Two.\n", "Three.\n"):
        service.publish(skill_folder(body=body))


def test_a_yanked_version_gives_way_to_the_one_below_it_and_comes_back(service):
    publish_three(service)

    yanked = service.http.post(f"{VERSIONS}/3/yank", json=WHY).json()
    restored = service.http.post(f"{VERSIONS}/3/restore").json()

    assert (yanked["changed"], yanked["live_version"]) == (True, 2)
    assert yanked["version"]["standing"]["kind"] == "yanked"
    assert yanked["version"]["standing"]["reason"] == WHY["reason"]
    assert (restored["changed"], restored["live_version"], restored["version"]["standing"]) == (True, 3, None)
    assert restored["generation"] == yanked["generation"] + 1


def test_deciding_the_same_twice_changes_nothing_more(service):
    publish_three(service)
    first = service.http.post(f"{VERSIONS}/3/revoke", json=WHY).json()

    second = service.http.post(f"{VERSIONS}/3/revoke", json=WHY).json()

    assert (second["changed"], second["generation"]) == (False, first["generation"])


def test_a_revoked_version_is_refused_where_it_was_pinned_and_a_yanked_one_is_not(service):
    publish_three(service)
    service.http.post(f"{VERSIONS}/1/revoke", json=WHY)
    service.http.post(f"{VERSIONS}/2/yank", json=WHY)

    assert read_pinned(service, 2).endswith(b"Two.\n")
    with pytest.raises(RevokedError, match=r"was revoked: It drops table rows\."):
        read_pinned(service, 1)


def test_a_skill_without_a_good_version_is_listed_as_inactive_and_its_yanked_version_stays_readable(service):
    service.publish(skill_folder(body="One.\n"))

    service.http.post(f"{VERSIONS}/1/yank", json=WHY)

    assert service.http.get("/admin/skills/pdf-forms").json()["status"] == "INACTIVE"
    assert read_pinned(service, 1).endswith(b"One.\n")


def test_a_promotion_holds_until_what_git_wants_is_promoted(service):
    publish_three(service)

    promoted = service.http.post("/admin/skills/pdf-forms/promote", json={"version": 1, **WHY}).json()
    back = service.http.post("/admin/skills/pdf-forms/promote", json={"version": 3, **WHY}).json()

    assert (promoted["skill"]["live_version"], promoted["skill"]["hold"]["kind"]) == (1, "promotion")
    assert (back["skill"]["live_version"], back["skill"]["hold"]) == (3, None)


def test_a_yanked_version_cannot_be_promoted(service):
    publish_three(service)
    service.http.post(f"{VERSIONS}/1/yank", json=WHY)

    answer = service.http.post("/admin/skills/pdf-forms/promote", json={"version": 1, **WHY})

    assert answer.status_code == 409
    assert "yanked" in answer.json()["detail"]


def test_online_ends_no_rollback(service):
    publish_three(service)
    service.http.post("/admin/skills/pdf-forms/rollback", json={"version": 1, **WHY})

    unchanged = service.http.post("/admin/skills/pdf-forms/online").json()
    service.http.delete("/admin/skills/pdf-forms")
    back = service.http.post("/admin/skills/pdf-forms/online").json()

    assert (unchanged["changed"], unchanged["skill"]["live_version"]) == (False, 1)
    assert (back["changed"], back["skill"]["live_version"], back["skill"]["hold"]["kind"]) == (True, 1, "rollback")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", f"{VERSIONS}/3/yank", WHY),
        ("POST", f"{VERSIONS}/3/revoke", WHY),
        ("POST", f"{VERSIONS}/3/restore", None),
        ("POST", "/admin/skills/pdf-forms/promote", {"version": 1, **WHY}),
        ("POST", "/admin/skills/pdf-forms/rollback", {"version": 1, **WHY}),
        ("POST", "/admin/skills/pdf-forms/lift", None),
        ("POST", "/admin/skills/pdf-forms/reload", None),
        ("DELETE", "/admin/skills/pdf-forms", None),
    ],
)
def test_a_change_on_the_condition_of_an_older_generation_changes_nothing(service, method, path, body):
    publish_three(service)
    generation = service.http.get("/admin/skills/pdf-forms").json()["generation"]

    refused = service.http.request(method, path, json=body, headers={"If-Match": f'"{generation - 1}"'})
    odd = service.http.request(method, path, json=body, headers={"If-Match": "yesterday"})

    assert (refused.status_code, odd.status_code) == (412, 422)
    assert f"it is {generation}" in refused.json()["detail"]
    assert service.http.get("/admin/skills/pdf-forms").json()["generation"] == generation
    assert service.http.request(method, path, json=body, headers={"If-Match": f'"{generation}"'}).status_code == 200


def test_an_older_generation_is_refused_also_where_nothing_would_change(service):
    publish_three(service)
    wish = {"version": 1, **WHY}
    held = service.http.post("/admin/skills/pdf-forms/rollback", json=wish).json()
    stale = {"If-Match": f'"{held["generation"] - 1}"'}

    again = service.http.post("/admin/skills/pdf-forms/rollback", json=wish, headers=stale)
    online = service.http.post("/admin/skills/pdf-forms/online", headers=stale)
    present = service.http.post("/admin/skills/pdf-forms/online", headers={"If-Match": f'"{held["generation"]}"'})

    assert (again.status_code, online.status_code) == (412, 412)
    assert (present.status_code, present.json()["changed"]) == (200, False)


def test_the_etag_of_a_skill_is_the_generation_to_change_it_on(service):
    publish_three(service)
    shown = service.http.get("/admin/skills/pdf-forms")
    listed = service.http.get("/admin/skills").json()

    answer = service.http.delete("/admin/skills/pdf-forms", headers={"If-Match": shown.headers["etag"]})

    assert shown.headers["etag"] == f'"{shown.json()["generation"]}"' == f'"{listed["generation"]}"'
    assert answer.json()["changed"] is True


def test_what_was_decided_against_the_wanted_and_the_held_version_is_told(service):
    publish_three(service)
    service.http.post("/admin/skills/pdf-forms/rollback", json={"version": 2, **WHY})
    service.http.post(f"{VERSIONS}/2/yank", json=WHY)
    service.http.post(f"{VERSIONS}/3/revoke", json={"reason": "It sends invoices to a stranger."})

    shown = service.http.get("/admin/skills/pdf-forms").json()
    (row,) = service.http.get("/admin/skills").json()["skills"]

    assert (shown["live_version"], shown["hold"]["version"], shown["wanted_version"]) == (1, 2, 3)
    assert (shown["hold"]["standing"]["kind"], shown["wanted_standing"]["kind"]) == ("yanked", "revoked")
    assert (row["hold"], row["wanted_standing"]) == (shown["hold"], shown["wanted_standing"])


def test_the_provenance_of_a_version_is_shown_with_its_key(service):
    service.publish(skill_folder())

    shown = service.http.get(f"{VERSIONS}/1/provenance").json()

    assert shown["statement"]["_type"] == STATEMENT_TYPE
    assert shown["key_id"] == service.registry.key.key_id
    assert shown["statement"]["subject"][0]["name"] == "pdf-forms"


def test_what_does_not_exist_has_no_provenance_and_no_bill_of_materials(service):
    service.publish(skill_folder())

    assert service.http.get(f"{VERSIONS}/2/provenance").status_code == 404
    assert service.http.get(f"{VERSIONS}/1/sbom").status_code == 404


def test_the_audit_trail_is_read_page_by_page(service):
    publish_three(service)
    service.http.post(f"{VERSIONS}/3/yank", json=WHY)

    first = service.http.get("/admin/audit", params={"limit": 3}).json()
    rest = service.http.get("/admin/audit", params={"after": first["next_after"]}).json()

    assert [entry["action"] for entry in first["entries"]] == ["publish", "publish", "publish"]
    assert [entry["action"] for entry in rest["entries"]] == ["yanked"]
    assert (rest["next_after"], rest["head"]["hash"]) == (None, rest["entries"][0]["hash"])
    assert rest["entries"][0]["detail"]["reason"] == WHY["reason"]


def test_what_somebody_changed_in_the_catalog_is_not_told_of_a_pinned_version(service):
    service.publish(skill_folder(body="One.\n"))
    service.publish(skill_folder(body="Two.\n"))
    change_catalog(
        service, "UPDATE versions SET frontmatter = '{\"description\": \"Obey.\"}', label = 'x' WHERE number = 1"
    )

    version = asyncio.run(service.registry.source.pinned("pdf-forms", 1))

    assert (version.frontmatter["name"], version.label) == ("pdf-forms", None)
    assert "Obey." not in str(version)


@pytest.mark.parametrize("column", ["size", "mode", "digest"])
def test_a_manifest_that_somebody_changed_is_refused_for_live_and_pinned_versions(service, column):
    service.publish(skill_folder(body="One.\n"))
    ((path, digest, size, executable),) = json.loads(read_catalog(service, "SELECT manifest FROM versions"))
    forged = {
        "size": [path, digest, size + 1, executable],
        "mode": [path, digest, size, not executable],
        "digest": [path, "sha256:" + "0" * 64, size, executable],
    }[column]
    change_catalog(service, f"UPDATE versions SET manifest = '{json.dumps([forged])}'")

    snapshot = asyncio.run(service.registry.source.refresh(None))

    assert "does not match its manifest" in snapshot.failed["pdf-forms"]
    with pytest.raises(CorruptedError, match="does not match its manifest"):
        asyncio.run(service.registry.source.pinned("pdf-forms", 1))


@pytest.mark.parametrize(
    "damage",
    ["UPDATE versions SET manifest = '[[1]]'", "UPDATE versions SET standing = '{}'", "UPDATE skills SET hold = '[1]'"],
)
def test_a_damaged_row_concerns_its_skill_alone(service, damage):
    service.publish(skill_folder("damaged-one"), skill_folder("sound-one"))
    where = "name" if "UPDATE skills" in damage else "skill"
    change_catalog(service, f"{damage} WHERE {where} = 'damaged-one'")

    snapshot = asyncio.run(service.registry.source.refresh(None))

    assert snapshot.names == ("sound-one",)
    assert "cannot be read" in snapshot.failed["damaged-one"]


def test_a_bill_of_materials_that_nobody_signed_is_not_shown(service):
    service.publish(skill_folder())
    digest = read_catalog(service, "SELECT digest FROM versions")
    change_catalog(service, f"UPDATE versions SET sbom = '{digest}'")

    assert service.http.get(f"{VERSIONS}/1/sbom").status_code == 502


def test_who_pinned_a_yanked_version_reads_it_also_under_a_promotion(service):
    publish_three(service)
    service.http.post("/admin/skills/pdf-forms/promote", json={"version": 1, **WHY})

    service.http.post(f"{VERSIONS}/1/yank", json=WHY)

    assert service.http.get("/admin/skills/pdf-forms").json()["live_version"] is None
    assert [read_pinned(service, number).splitlines()[-1] for number in (1, 2)] == [b"One.", b"Two."]


def change_catalog(service, statement: str) -> None:
    """What somebody does who can write the catalog and has no key."""
    with closing(sqlite3.connect(service.root / "catalog.sqlite")) as database:
        database.execute(statement)
        database.commit()


def read_catalog(service, query: str) -> str:
    with closing(sqlite3.connect(service.root / "catalog.sqlite")) as database:
        return database.execute(query).fetchone()[0]
