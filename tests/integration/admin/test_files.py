"""What is inside of versions: their files as they are, and what differs between any two of them."""

import pytest

from admin_service import running
from builders import skill_folder
from callers import in_groups
from catalog_builders import GRACE, TENANT, a_standing
from mcpskills import package
from mcpskills.access import Role
from mcpskills.folder import Entry
from mcpskills.restricting import Restriction
from mcpskills.version import StandingKind
from way_in import a_caller

VERSIONS = "/admin/skills/pdf-forms/versions"
DIFF = "/admin/skills/pdf-forms/diff"
PAGE = b"<script>alert(1)</script>"
IMAGE = b"\x89PNG\r\n\x1a\n\0\0"
FIRST = {"guide.html": PAGE, "assets/logo.png": IMAGE, "old/steps.md": "One.\nTwo.\n", "scripts/run.sh": "#!/bin/sh\n"}
SECOND = {
    "guide.html": PAGE,
    "assets/logo.png": IMAGE + b"\1",
    "new/schritte ä.md": "One.\nTwo.\n",
    "scripts/run.sh": Entry.file(b"#!/bin/sh\ndate\n", executable=True),
    "more.md": "More.\n",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with running(tmp_path_factory.mktemp("files") / "data") as service:
        for files in (FIRST, SECOND):
            service.publish(skill_folder(files=files))
        service.publish(skill_folder("payroll"))
        service.catalog.restrict(TENANT, "payroll", Restriction(frozenset({"finance"}), "It shall be so.", GRACE))
        service.refresh()
        yield service


def test_the_files_of_every_version_are_listed_as_they_were(service):
    first = service.http.get(f"{VERSIONS}/1/files").json()
    second = service.http.get(f"{VERSIONS}/2/files").json()

    assert [file["path"] for file in first["files"]] == ["SKILL.md", *sorted(FIRST)]
    assert first["files"][2] == {
        "path": "guide.html",
        "kind": "other",
        "size": len(PAGE),
        "sha256": package.hex_digits(package.digest(PAGE)),
        "executable": False,
        "media_type": "text/html",
    }
    assert [file["path"] for file in second["files"] if file["executable"]] == ["scripts/run.sh"]


def test_a_file_is_given_byte_by_byte_and_never_as_a_page(service):
    page = service.http.get(f"{VERSIONS}/1/files/guide.html")
    image = service.http.get(f"{VERSIONS}/2/files/assets/logo.png")
    named = service.http.get(f"{VERSIONS}/2/files/new/schritte ä.md")

    assert (page.content, page.headers["content-type"]) == (PAGE, "text/plain; charset=utf-8")
    assert (image.content, image.headers["content-type"]) == (IMAGE + b"\1", "application/octet-stream")
    assert named.headers["content-disposition"] == "attachment; filename*=UTF-8''schritte%20%C3%A4.md"


def test_all_files_of_a_version_come_as_the_package_that_was_published(service):
    answer = service.http.get(f"{VERSIONS}/2/package")
    digest = service.http.get(VERSIONS).json()["versions"][0]["digest"]

    assert package.digest(answer.content) == digest
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == 'attachment; filename="pdf-forms-2.zip"'


@pytest.mark.parametrize("path", ["none.md", "../SKILL.md", "%2e%2e/%2e%2e/catalog.sqlite", "scripts", "/etc/passwd"])
def test_a_path_that_is_not_in_the_manifest_is_not_there(service, path):
    assert service.http.get(f"{VERSIONS}/1/files/{path}").status_code == 404


def test_two_versions_are_compared_file_by_file(service):
    told = service.http.get(DIFF, params={"from": 1, "to": 2}).json()

    assert (told["skill"], told["from"], told["to"]) == ("pdf-forms", 1, 2)
    assert [(file["path"], file["change"], file["old_path"], file["binary"]) for file in told["files"]] == [
        ("assets/logo.png", "changed", None, True),
        ("more.md", "added", None, False),
        ("new/schritte ä.md", "renamed", "old/steps.md", False),
        ("scripts/run.sh", "changed", None, False),
    ]
    image, more, _, script = told["files"]
    assert (image["old_size"], image["new_size"], image["diff"]) == (len(IMAGE), len(IMAGE) + 1, None)
    assert (more["old_size"], more["diff"].split("\n")[-1]) == (None, "+More.")
    assert script["diff"].split("\n")[-1] == "+date"
    assert script["note"] == "The file is executable now."


def test_versions_are_compared_in_both_directions_and_a_version_with_itself(service):
    back = service.http.get(DIFF, params={"from": 2, "to": 1}).json()
    same = service.http.get(DIFF, params={"from": 2, "to": 2}).json()

    assert [file["change"] for file in back["files"]] == ["changed", "removed", "renamed", "changed"]
    assert same["files"] == []


def test_what_is_not_there_cannot_be_compared(service):
    unknown = service.http.get(DIFF, params={"from": 1, "to": 9})
    missing = service.http.get(DIFF, params={"from": 1})

    assert (unknown.status_code, missing.status_code) == (404, 422)


@pytest.mark.parametrize(
    "path", ["versions/1/files", "versions/1/files/SKILL.md", "versions/1/package", "diff?from=1&to=1"]
)
def test_who_does_not_see_a_skill_is_told_of_its_files_as_of_those_of_an_unknown_one(service, path):
    hidden = service.http.get(f"/admin/skills/payroll/{path}", headers=in_groups("legal"))
    unknown = service.http.get(f"/admin/skills/payroil/{path}", headers=in_groups("legal"))
    seen = service.http.get(f"/admin/skills/payroll/{path}", headers=in_groups("finance"))

    assert hidden.status_code == unknown.status_code == 404
    assert hidden.text.replace("payroll", "payroil") == unknown.text
    assert seen.status_code == 200


@pytest.mark.parametrize(("role", "status"), [(Role.VIEWER, 403), (Role.DEVELOPER, 200), (Role.PUBLISHER, 200)])
def test_developers_read_files_of_versions_and_viewers_do_not(service, role, status):
    service.way_in.who = a_caller(role)

    answers = [service.http.get(f"{VERSIONS}/1/files"), service.http.get(DIFF, params={"from": 1, "to": 2})]
    service.way_in.who = a_caller(Role.OWNER)

    assert [answer.status_code for answer in answers] == [status, status]


def test_what_was_revoked_is_listed_and_neither_read_nor_compared(service):
    service.publish(skill_folder("letters"), skill_folder("letters", body="Leaks.\n"))
    service.catalog.stand(TENANT, "letters", 2, a_standing(StandingKind.REVOKED), by=GRACE)

    at = "/admin/skills/letters"
    listed = service.http.get(f"{at}/versions/2/files")
    refused = [
        service.http.get(f"{at}/{path}")
        for path in ("versions/2/files/SKILL.md", "versions/2/package", "diff?from=1&to=2")
    ]

    assert listed.status_code == 200
    assert [answer.status_code for answer in refused] == [410, 410, 410]
    assert "was revoked" in refused[0].json()["detail"]


def test_what_does_not_have_its_digest_any_more_is_not_shown(service):
    service.registry.damage(service.registry.publish("damaged"))
    service.refresh()

    read = service.http.get("/admin/skills/damaged/versions/1/files/SKILL.md")
    fetched = service.http.get("/admin/skills/damaged/versions/1/package")

    assert (read.status_code, fetched.status_code) == (502, 502)
