"""Zips: judged, and proposed to Git."""

import pytest

from admin_service import zipped, zipped_folder
from builders import script, skill_folder, skill_md
from git_fixtures import git

FOLDER = skill_folder(files={"scripts/fill.py": script("#!/usr/bin/env python3\nprint(1)\n")})


def test_an_uploaded_skill_becomes_a_proposal_and_nothing_else(service):
    packages = list(service.root.glob("packages/**/*"))

    answer = service.send_zip("upload", zipped_folder(FOLDER))

    proposal = answer.json()["proposal"]
    files = git(service.origin, "ls-tree", "-r", "--format=%(objectmode) %(path)", proposal["branch"]).splitlines()
    assert answer.status_code == 201
    assert answer.json()["folder"] == "skills/pdf-forms"
    assert proposal["title"] == "Add pdf-forms"
    assert files == ["100644 skills/pdf-forms/SKILL.md", "100755 skills/pdf-forms/scripts/fill.py"]
    assert service.http.get("/admin/skills").json()["total"] == 0
    assert list(service.root.glob("packages/**/*")) == packages


def test_the_same_upload_again_gives_the_open_proposal_back(service):
    first = service.send_zip("upload", zipped_folder(FOLDER))

    second = service.send_zip("upload", zipped_folder(FOLDER))

    assert (first.json()["created"], second.json()["created"], second.status_code) == (True, False, 200)
    assert second.json()["proposal"] == first.json()["proposal"]
    assert len(service.proposals()) == 1


def test_a_new_version_is_proposed_for_the_folder_where_the_skill_lives(service):
    service.publish(skill_folder(path="skills/office/pdf-forms"))

    answer = service.send_zip("upload", zipped_folder(FOLDER)).json()

    assert answer["folder"] == "skills/office/pdf-forms"
    assert answer["proposal"]["title"] == "Update pdf-forms"


def test_a_zip_without_a_folder_around_its_files_is_taken_too(service):
    answer = service.send_zip("upload", zipped({"SKILL.md": skill_md("csv-profile")}))

    assert answer.status_code == 201
    assert answer.json()["folder"] == "skills/csv-profile"


def test_what_git_holds_already_is_a_conflict(service):
    service.publish(FOLDER)

    answer = service.send_zip("upload", zipped_folder(FOLDER))

    assert answer.status_code == 409
    assert "would change nothing" in answer.json()["detail"]
    assert service.proposals() == []


def test_a_skill_that_breaks_rules_is_refused_with_every_finding(service):
    before = service.remains()

    answer = service.send_zip("upload", zipped_folder(skill_folder(description="short")))

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].startswith("The skill breaks rules: skills/pdf-forms/SKILL.md:3: ")
    assert [(finding["severity"], finding["line"]) for finding in answer.json()["findings"]] == [("error", 3)]
    assert service.remains() == before


def test_validating_answers_with_findings_and_changes_nothing(service):
    before = service.remains()

    good = service.send_zip("validate", zipped_folder(FOLDER)).json()
    bad = service.send_zip("validate", zipped_folder(skill_folder(description="short")))

    assert (good["ok"], good["name"], good["files"], good["findings"]) == (True, "pdf-forms", 2, [])
    assert bad.status_code == 200
    assert bad.json()["ok"] is False
    assert len(bad.json()["findings"]) == 1
    assert service.remains() == before


@pytest.mark.parametrize("route", ["validate", "upload"])
class TestBadForms:
    def test_a_body_that_is_no_form_is_an_unsupported_media_type(self, service, route):
        answer = service.http.post(
            f"/admin/skills/{route}", content=zipped_folder(FOLDER), headers={"content-type": "application/zip"}
        )

        assert answer.status_code == 415
        assert answer.json()["detail"] == "Send the body as multipart/form-data."

    def test_a_form_without_the_file_says_which_part_is_missing(self, service, route):
        answer = service.http.post(f"/admin/skills/{route}", files={"archive": ("a.zip", b"PK")})

        assert answer.status_code == 422
        assert answer.json()["errors"] == [{"location": "body.file", "message": "Field required"}]

    def test_a_text_field_in_place_of_the_file_is_refused(self, service, route):
        answer = service.http.post(f"/admin/skills/{route}", files={"file": (None, "text")})

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["location"] == "body.file"

    def test_two_files_are_refused(self, service, route):
        answer = service.http.post(
            f"/admin/skills/{route}",
            files=[("file", ("a.zip", zipped_folder(FOLDER))), ("file", ("b.zip", zipped_folder(FOLDER)))],
        )

        assert answer.status_code == 422
        assert answer.json()["detail"] == "Send exactly one part, named `file`; got `file`, `file`."

    def test_an_empty_file_is_refused(self, service, route):
        answer = service.send_zip(route, b"")

        assert answer.status_code == 422
        assert answer.json()["detail"] == "The uploaded file is empty; send a zip of one skill."

    def test_a_form_without_a_boundary_is_a_bad_request(self, service, route):
        answer = service.http.post(
            f"/admin/skills/{route}", content=b"x", headers={"content-type": "multipart/form-data"}
        )

        assert answer.status_code == 400
        assert answer.json()["detail"] == "Missing boundary in multipart."


@pytest.mark.parametrize("route", ["validate", "upload"])
class TestLimitsOfTheRegistry:
    def test_the_tracked_branch_says_how_many_files_a_skill_may_have(self, service, route):
        service.work.write({"registry.toml": "[limits]\nfiles = 1\n"})
        service.work.push()

        findings = service.send_zip(route, zipped_folder(FOLDER)).json()["findings"]

        assert [(finding["code"], finding["severity"]) for finding in findings] == [("SK019", "error")]

    def test_a_zip_is_not_unpacked_beyond_them(self, service, route):
        service.work.write({"registry.toml": "[limits]\npackage-bytes = 20\n"})
        service.work.push()

        answer = service.send_zip(route, zipped_folder(FOLDER))

        assert answer.status_code == 413
        assert answer.json()["detail"].endswith("a skill may have 20.")

    @pytest.mark.parametrize(
        ("toml", "says"),
        [("[limits]\nfiles = 'many'\n", "`limits.files` must be a whole number"), (b"\xff", "is not UTF-8")],
    )
    def test_while_they_cannot_be_read_nothing_is_judged_and_nothing_proposed(self, service, route, toml, says):
        service.work.write({"registry.toml": toml})
        service.work.push()

        answer = service.send_zip(route, zipped_folder(FOLDER))

        assert answer.status_code == 409
        assert says in answer.json()["detail"]
        assert "a valid registry.toml" in answer.json()["detail"]
        assert service.proposals() == []


def test_a_skill_that_never_went_live_is_repaired_in_the_folder_that_was_refused(service):
    service.quarantine("skills/office/pdf-forms", "The description is missing.")

    answer = service.send_zip("upload", zipped_folder(FOLDER)).json()

    assert answer["folder"] == "skills/office/pdf-forms"
    assert answer["proposal"]["title"] == "Update pdf-forms"


def test_a_skill_whose_name_several_refused_folders_claim_is_a_conflict_that_names_them(service):
    service.quarantine("skills/a/pdf-forms", "Claimed twice.")
    service.quarantine("skills/b/pdf-forms", "Claimed twice.")

    judged = service.send_zip("validate", zipped_folder(FOLDER)).json()
    answer = service.send_zip("upload", zipped_folder(FOLDER))

    assert (judged["ok"], [finding["code"] for finding in judged["findings"]]) == (False, ["SK009"])
    assert answer.status_code == 409
    assert "`skills/a/pdf-forms`, `skills/b/pdf-forms`" in answer.json()["detail"]
    assert service.proposals() == []


def test_an_uploaded_name_that_could_be_taken_for_a_live_one_is_told(service):
    service.publish(skill_folder("csv-profile"))

    judged = service.send_zip("validate", zipped_folder(skill_folder("csv-profi1e"))).json()

    assert [finding["code"] for finding in judged["findings"]] == ["SK080"]


def test_a_live_skill_is_updated_where_it_lives_whatever_other_folders_claim_its_name(service):
    service.publish(skill_folder(path="skills/office/pdf-forms"))
    service.quarantine("skills/a/pdf-forms", "Claimed twice.")

    answer = service.send_zip("upload", zipped_folder(FOLDER)).json()

    assert answer["folder"] == "skills/office/pdf-forms"


def test_a_deleted_skill_that_came_back_refused_is_repaired_where_it_came_back(service):
    service.publish(FOLDER)
    service.delete("pdf-forms")
    service.quarantine("skills/office/pdf-forms", "The description is missing.")

    answer = service.send_zip("upload", zipped_folder(FOLDER)).json()

    assert answer["folder"] == "skills/office/pdf-forms"
