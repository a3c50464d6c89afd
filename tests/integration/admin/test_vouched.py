"""A pointer moves only to what replicas would serve, and Git is asked for nothing else."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from admin_service import Service, parts
from builders import script, skill_folder
from catalog_builders import GRACE, TENANT
from git_fixtures import git
from mcpskills_server.admin import moving

WISH = {"version": 1, "reason": "Version 2 fails."}


@pytest.fixture
def two_versions(service: Service) -> Service:
    service.publish(skill_folder(body="one", files={"scripts/fill.py": script("print(1)\n")}))
    service.publish(skill_folder(body="two"))
    return service


def write(service: Service, assignment: str) -> None:
    """Change version 1 in the catalog, as whoever can write to it."""
    with closing(sqlite3.connect(service.root / "catalog.sqlite", isolation_level=None)) as database:
        database.execute(f"UPDATE versions SET {assignment} WHERE number = 1")


def package_of(service: Service) -> Path:
    digits = service.catalog.version(TENANT, "pdf-forms", 1).digest.removeprefix("sha256:")
    return service.root / "packages" / digits[:2] / f"{digits}.zip"


def ask(service: Service, path: str):
    wish = {"reason": WISH["reason"]} if path.startswith("versions/") else WISH
    return service.http.post(f"/admin/skills/pdf-forms/{path}", json=wish)


SPOILS = {
    "nobody vouches": (lambda service: write(service, "provenance = NULL"), "Nobody vouches for"),
    "another origin": (
        lambda service: write(service, "origin = replace(origin, 'Ada', 'Eve')"),
        "signed for the author",
    ),
    "lost bytes": (lambda service: package_of(service).unlink(), "is lost"),
    "other bytes": (lambda service: package_of(service).write_bytes(b"damaged"), "has the bytes of"),
    "another mode": (
        lambda service: write(service, "manifest = replace(manifest, 'true', 'false')"),
        "does not match its manifest",
    ),
    "other files": (lambda service: write(service, "manifest = replace(manifest, 'fill', 'full')"), "does not match"),
}


def taken_offline_after_a_rollback(service: Service) -> None:
    assert ask(service, "rollback").status_code == 200
    assert service.http.delete("/admin/skills/pdf-forms").status_code == 200


def both_yanked(service: Service) -> None:
    for number in (2, 1):
        assert ask(service, f"versions/{number}/yank").status_code == 200


UNNAMED = {
    "lift": taken_offline_after_a_rollback,
    "online": taken_offline_after_a_rollback,
    "reload": taken_offline_after_a_rollback,
    "versions/2/yank": lambda _: None,
    "versions/1/restore": both_yanked,
}
"""Requests that make version 1 live without naming it, and what is done before."""


@pytest.mark.parametrize("path", UNNAMED)
@pytest.mark.parametrize(("spoil", "reason"), SPOILS.values(), ids=SPOILS)
def test_what_replicas_would_refuse_does_not_go_live_unnamed_either(two_versions, path, spoil, reason):
    UNNAMED[path](two_versions)
    spoil(two_versions)
    before = two_versions.remains()

    answer = ask(two_versions, path)

    assert answer.status_code == 502
    assert reason in answer.json()["detail"]
    assert two_versions.remains() == before


@pytest.mark.parametrize("path", UNNAMED)
def test_what_replicas_would_serve_goes_live_unnamed(two_versions, path):
    UNNAMED[path](two_versions)

    answer = ask(two_versions, path)

    assert answer.json()["changed"] is True
    assert two_versions.catalog.skill(TENANT, "pdf-forms").live == 1


def test_a_revocation_waits_for_no_other_version(two_versions):
    write(two_versions, "provenance = NULL")

    answer = ask(two_versions, "versions/2/revoke")
    shown = two_versions.http.get("/admin/skills/pdf-forms").json()

    assert (answer.status_code, answer.json()["live_version"]) == (200, 1)
    assert (shown["status"], shown["served_version"]) == ("ERROR", None)


def test_what_was_published_while_a_version_was_looked_at_is_no_hindrance(two_versions):
    taken_offline_after_a_rollback(two_versions)
    before = two_versions.catalog.generation(TENANT)

    def verify(envelope: str, payload_type: str) -> bytes:
        if two_versions.catalog.generation(TENANT) == before:
            two_versions.registry.publish_folder(skill_folder("csv-profile"))
        return two_versions.registry.verify(envelope, payload_type)

    admin = replace(parts(two_versions.registry), verify=verify)

    moved = moving.bring_online(admin, "pdf-forms", GRACE, None)

    assert (moved.after.live, moved.after.generation) == (1, before + 2)


@pytest.mark.parametrize("path", ["rollback", "promote"])
@pytest.mark.parametrize(("spoil", "reason"), SPOILS.values(), ids=SPOILS)
def test_what_replicas_would_refuse_is_refused_before_anything_moves(two_versions, path, spoil, reason):
    spoil(two_versions)
    before = two_versions.remains()

    answer = ask(two_versions, path)

    assert answer.status_code == 502
    assert reason in answer.json()["detail"]
    assert two_versions.remains() == before


def test_a_rollback_in_force_asks_git_for_nothing_that_nobody_vouches_for(two_versions):
    first = ask(two_versions, "rollback").json()
    git(two_versions.origin, "branch", "-D", first["proposal"]["branch"])
    write(two_versions, "provenance = NULL")

    answer = ask(two_versions, "rollback")

    assert answer.status_code == 502
    assert two_versions.proposals() == []


def test_a_rollback_in_force_asks_git_for_nothing_that_was_revoked(two_versions):
    first = ask(two_versions, "rollback").json()
    git(two_versions.origin, "branch", "-D", first["proposal"]["branch"])
    two_versions.http.post("/admin/skills/pdf-forms/versions/1/revoke", json={"reason": "It sends invoices."})

    answer = ask(two_versions, "rollback")

    assert (answer.status_code, "was revoked" in answer.json()["detail"]) == (409, True)
    assert two_versions.proposals() == []
