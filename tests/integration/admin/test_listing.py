"""Looking at skills through the admin API."""

import pytest

from builders import script, skill_folder
from catalog_builders import lease_of
from mcpskills.audit import Actor
from mcpskills.version import Evaluation


def names(answer):
    return [skill["name"] for skill in answer.json()["skills"]]


@pytest.fixture
def stocked(service):
    service.publish(
        skill_folder(
            "csv-profile", description="Profiles CSV files column by column.", extra="metadata:\n  tags: data"
        ),
        skill_folder("pdf-forms", path="skills/office/pdf-forms", extra='metadata:\n  version: "1.0.0"'),
        skill_folder("release-notes", description="Writes release notes from commits."),
        skill_folder("sql-review", description="Reviews SQL migrations before they run."),
    )
    return service


def test_the_listing_goes_on_after_the_cursor_until_the_end(stocked):
    first = stocked.http.get("/admin/skills")
    second = stocked.http.get("/admin/skills", params={"cursor": first.json()["next_cursor"]})

    assert names(first) == ["csv-profile", "pdf-forms", "release-notes"]
    assert names(second) == ["sql-review"]
    assert second.json()["next_cursor"] is None
    assert first.json()["total"] == 4


def test_a_row_says_what_is_live_and_where_it_comes_from(stocked):
    row = stocked.http.get("/admin/skills", params={"q": "pdf"}).json()["skills"][0]

    assert row["status"] == "ACTIVE"
    assert row["live_version"] == row["wanted_version"] == 1
    assert row["label"] == "1.0.0"
    assert row["path"] == "skills/office/pdf-forms"
    assert row["hold"] is None
    assert row["load_error"] is None


def test_only_named_skills_are_listed_and_names_of_none_are_passed_over(stocked):
    listed = stocked.http.get("/admin/skills", params={"names": "sql-review,nobody,csv-profile"})

    assert names(listed) == ["csv-profile", "sql-review"]
    assert listed.json()["total"] == 2


def test_more_names_than_a_page_holds_are_refused(stocked):
    answer = stocked.http.get("/admin/skills", params={"names": ",".join(f"skill-{number}" for number in range(201))})

    assert answer.status_code == 422
    assert "at most 200 names, got 201" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("PROFILE columns", []),
        ("profile COLUMN", ["csv-profile"]),
        ("data", ["csv-profile"]),
        ("office", ["pdf-forms"]),
    ],
)
def test_a_query_finds_rows_that_mention_every_word(stocked, query, found):
    assert names(stocked.http.get("/admin/skills", params={"q": query})) == found


def test_skills_are_listed_by_status(stocked):
    stocked.http.delete("/admin/skills/pdf-forms")

    inactive = stocked.http.get("/admin/skills", params={"status": "INACTIVE"})
    active = stocked.http.get("/admin/skills", params={"status": "ACTIVE", "limit": 10})

    assert names(inactive) == ["pdf-forms"]
    assert (
        inactive.json()["skills"][0]["description"] == "Fills in PDF forms. Use when the user has a form to complete."
    )
    assert names(active) == ["csv-profile", "release-notes", "sql-review"]


def test_a_refused_folder_without_a_skill_is_listed_with_its_reason(stocked):
    stocked.quarantine("skills/Broken_One", "The name has an underscore.")

    row = stocked.http.get("/admin/skills", params={"status": "ERROR"}).json()["skills"][0]
    shown = stocked.http.get("/admin/skills/Broken_One").json()

    assert (row["name"], row["path"], row["status"]) == ("Broken_One", "skills/Broken_One", "ERROR")
    assert row["load_error"] == shown["load_error"] == "The name has an underscore."
    assert shown["quarantined"][0]["path"] == "skills/Broken_One"


def test_two_refused_folders_of_one_name_are_two_rows_on_two_pages(stocked):
    stocked.quarantine("skills/a/twins", "Claimed twice.")
    stocked.quarantine("skills/b/twins", "Claimed twice.")

    first = stocked.http.get("/admin/skills", params={"status": "ERROR", "limit": 1}).json()
    second = stocked.http.get(
        "/admin/skills", params={"status": "ERROR", "limit": 1, "cursor": first["next_cursor"]}
    ).json()

    assert first["skills"][0]["path"] == "skills/a/twins"
    assert second["skills"][0]["path"] == "skills/b/twins"
    assert len(stocked.http.get("/admin/skills/twins").json()["quarantined"]) == 2


def test_a_live_skill_whose_new_content_is_refused_stays_active_and_says_so(stocked):
    stocked.quarantine("skills/office/pdf-forms", "The description is missing.")

    row = stocked.http.get("/admin/skills", params={"q": "pdf-forms"}).json()

    assert row["total"] == 1
    assert row["skills"][0]["status"] == "ACTIVE"
    assert row["skills"][0]["load_error"] == "The description is missing."


def test_a_skill_whose_stored_bytes_are_damaged_is_an_error_here(service):
    service.publish(skill_folder())
    version = service.catalog.version("default", "pdf-forms", 1)
    digits = version.digest.removeprefix("sha256:")
    service.http.delete("/admin/skills/pdf-forms")
    (service.root / "packages" / digits[:2] / f"{digits}.zip").write_bytes(b"damaged")

    service.catalog.lift("default", "pdf-forms", Actor("publisher"))
    service.refresh()
    row = service.http.get("/admin/skills").json()["skills"][0]

    assert row["status"] == "ERROR"
    assert "has the bytes of" in row["load_error"]


def test_a_skill_is_shown_with_its_files_and_origin(service):
    service.publish(
        skill_folder(
            extra="license: MIT\nallowed-tools: Read Bash(git *)\nuser-invocable: false",
            files={"scripts/fill.py": script("print()\n"), "references/fields.md": "# Fields\n"},
        )
    )

    shown = service.http.get("/admin/skills/pdf-forms").json()

    assert shown["license"] == "MIT"
    assert shown["allowed_tools"] == ["Read", "Bash(git *)"]
    assert shown["user_invocable"] is False
    assert [(file["path"], file["kind"], file["executable"]) for file in shown["files"]] == [
        ("SKILL.md", "instructions", False),
        ("references/fields.md", "reference", False),
        ("scripts/fill.py", "script", True),
    ]
    assert shown["version"]["commit"] == service.work.head
    assert shown["served_version"] == 1


def test_instructions_are_the_served_file_with_its_digest(service):
    folder = skill_folder()
    service.publish(folder)

    shown = service.http.get("/admin/skills/pdf-forms/instructions").json()

    assert shown["text"].encode() == folder.entries["SKILL.md"].content
    assert shown["digest"] == service.catalog.version("default", "pdf-forms", 1).manifest.files[0].digest
    assert shown["frontmatter"]["name"] == "pdf-forms"
    assert shown["version"] == 1


def test_instructions_of_a_skill_that_is_offline_are_not_found(service):
    service.publish(skill_folder())
    service.http.delete("/admin/skills/pdf-forms")

    answer = service.http.get("/admin/skills/pdf-forms/instructions")

    assert answer.status_code == 404
    assert answer.json()["detail"] == "The skill 'pdf-forms' is not served now: its status is INACTIVE."


def test_versions_are_listed_newest_first_with_the_live_one_marked(service):
    service.publish(skill_folder(body="one"))
    service.publish(skill_folder(body="two"))

    listed = service.http.get("/admin/skills/pdf-forms/versions").json()

    assert [(version["number"], version["live"]) for version in listed["versions"]] == [(2, True), (1, False)]


def test_a_version_says_what_its_evals_came_to(service):
    service.registry.publish_folder(skill_folder(), evaluation=Evaluation(2, 1, 3, ("evals/a.yaml:2: not found",)))
    service.registry.publish_folder(skill_folder(body="Without evals.\n"))
    service.refresh()

    listed = service.http.get("/admin/skills/pdf-forms/versions").json()["versions"]
    shown = service.http.get("/admin/skills/pdf-forms").json()["version"]

    assert listed[1]["evaluation"] == {
        "passed": 2,
        "failed": 1,
        "not_run": 3,
        "failures": ["evals/a.yaml:2: not found"],
    }
    assert listed[0]["evaluation"] is None
    assert shown == listed[0]


def test_a_deleted_skill_is_gone_but_its_versions_are_kept(service):
    service.publish(skill_folder())
    service.delete("pdf-forms")

    shown = service.http.get("/admin/skills/pdf-forms")
    listed = service.http.get("/admin/skills/pdf-forms/versions").json()

    assert shown.status_code == 404
    assert "was deleted from the registry repository" in shown.json()["detail"]
    assert listed["deleted"] is True
    assert len(listed["versions"]) == 1


def test_an_unknown_skill_is_not_found_and_a_near_name_is_offered(stocked):
    answer = stocked.http.get("/admin/skills/pdf-form")

    assert answer.status_code == 404
    assert answer.json()["detail"] == "There is no skill 'pdf-form'. Did you mean 'pdf-forms'?"


@pytest.mark.parametrize("cursor", ["x", "e30=", "WzEsMl0=", "%00", "W10="])
def test_a_cursor_that_no_listing_gave_is_refused(service, cursor):
    answer = service.http.get("/admin/skills", params={"cursor": cursor})

    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("The cursor is none that a listing gave")


def test_a_name_that_is_far_off_in_the_alphabet_is_found_by_its_words(service):
    service.publish(skill_folder("zip-files"), *(skill_folder(f"skill-{number:03}") for number in range(45)))

    answer = service.http.get("/admin/skills/files-zip")

    assert answer.json()["detail"] == "There is no skill 'files-zip'. Did you mean 'zip-files'?"


def test_a_freeze_stands_in_every_listing_until_it_ends(stocked):
    stocked.catalog.freeze(lease_of(stocked.catalog), "The history was rewritten.")
    listed = stocked.http.get("/admin/skills", params={"q": "nothing like it"}).json()
    reloaded = stocked.http.post("/admin/skills/reload-all").json()
    stocked.catalog.freeze(lease_of(stocked.catalog), None)

    assert listed["frozen"] == reloaded["frozen"] == "The history was rewritten."
    assert stocked.http.get("/admin/skills").json()["frozen"] is None
    assert stocked.http.post("/admin/skills/reload-all").json()["frozen"] is None
