"""What can be named, by what it is judged, and where the report goes."""

import json

import pytest

from builders import write_skill
from command_line import validate

NESTED = {"inner/SKILL.md": "---\nname: inner\ndescription: A skill in a skill.\n---\n"}


@pytest.fixture
def registry(tmp_path):
    root = tmp_path / "registry"
    write_skill(root / "skills", "pdf-forms", files={**NESTED, "scripts/fill.py": "print()\n"})
    (root / "registry.toml").write_text("")
    return root


def test_a_file_means_the_skill_that_it_belongs_to(registry):
    run = validate("skills/pdf-forms/scripts/fill.py", "skills/pdf-forms/inner/SKILL.md", "-f", "json", at=registry)

    assert run.report["skills"] == 1
    assert ("SK025", "skills/pdf-forms/inner/SKILL.md") in run.found


def test_a_file_outside_of_any_skill_says_so(registry):
    run = validate("registry.toml", at=registry)

    assert run.code == 2
    assert "belongs to no skill" in run.error


def test_a_file_between_skills_is_passed_over(registry):
    (registry / "skills" / "README.md").write_text("What our skills are for.\n")

    run = validate("skills/README.md", at=registry)

    assert (run.code, run.out) == (0, "0 skills checked: 0 errors, 0 warnings, 0 info\n")


def test_paths_lead_from_the_present_folder(registry):
    above = validate("registry", "-f", "json", at=registry.parent)
    inside = validate(".", "-f", "json", at=registry / "skills" / "pdf-forms")

    assert above.found == [("SK025", "registry/skills/pdf-forms/inner/SKILL.md")]
    assert inside.found == [("SK025", "../../skills/pdf-forms/inner/SKILL.md")]


def test_another_policy_can_be_named(registry):
    (registry.parent / "strict.toml").write_text('[rules]\nSK025 = "error"\n')

    run = validate(".", "--policy", "../strict.toml", at=registry)

    assert run.code == 1


def test_a_policy_that_cannot_be_read_is_one_sentence(registry):
    run = validate(".", "--policy", "../none.toml", at=registry)

    assert run.code == 1
    assert run.error == "error: ../none.toml cannot be read: No such file or directory.\n"


def test_a_policy_that_is_wrong_is_called_by_its_name(registry):
    (registry.parent / "strict.toml").write_text("[limit]\n")

    run = validate(".", "--policy", "../strict.toml", at=registry)

    assert run.error.startswith("error: ../strict.toml: the file has the unknown key `limit`.")


def test_reports_go_where_they_are_sent(registry):
    run = validate(".", "-f", "text", "-f", "json=../findings.json", at=registry)

    assert "SK025" in run.out
    report = json.loads((registry.parent / "findings.json").read_text())
    assert [finding["code"] for finding in report["findings"]] == ["SK025"]


def test_a_report_that_cannot_be_written_is_one_sentence(registry):
    run = validate(".", "-f", "json=../none/findings.json", at=registry)

    assert run.code == 1
    assert "../none/findings.json cannot be written" in run.error


def test_waivers_that_expired_or_that_nothing_needs_are_findings_of_the_registry(registry):
    waiver = (
        '[[waivers]]\nrule = "{}"\npath = "skills/pdf-forms"\nreason = "For good reasons."\nby = "@a/b"\nexpires = {}\n'
    )
    (registry / "registry.toml").write_text(waiver.format("SK025", "2020-01-01") + waiver.format("SK003", "2999-01-01"))

    run = validate(".", "-f", "json", at=registry)

    registry_findings = [finding for finding in run.report["findings"] if finding["path"] == "registry.toml"]
    assert [(finding["code"], finding["line"]) for finding in registry_findings] == [("SK090", 1), ("SK091", 7)]


def test_required_reviewers_must_be_code_owners(registry):
    (registry / "registry.toml").write_text('[review]\nrequired = ["@example/a", "@example/b"]\n')
    (registry / ".github").mkdir()
    (registry / ".github" / "CODEOWNERS").write_text("# @example/b\n* @Example/A\n")

    run = validate(".", "-f", "json", at=registry)

    (finding,) = [finding for finding in run.report["findings"] if finding["code"] == "SK093"]
    assert "@example/b" in finding["message"]


def test_links_out_of_the_registry_are_neither_checked_nor_fixed(registry, tmp_path):
    victim = write_skill(tmp_path / "victim", "pdf-forms", text="\ufeffnot ours\r\n")
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "registry.toml").write_text("")
    (linked / "skills").symlink_to(tmp_path / "victim")
    (registry / "skills" / "other").symlink_to(victim)

    runs = [validate(".", "--fix", at=linked), validate("skills/other", "--fix", at=registry)]

    assert [run.code for run in runs] == [2, 2]
    assert (victim / "SKILL.md").read_bytes().decode() == "\ufeffnot ours\r\n"
