"""What a pull request is judged by: only what it touches, as Git has it, and by the policy of the branch it goes to."""

import pytest

from builders import skill_folder
from command_line import validate
from git_fixtures import bare, clone, git

NESTED = {"inner/SKILL.md": "---\nname: inner\ndescription: A skill in a skill.\n---\n"}
WAIVER = """
[[waivers]]
rule = "SK025"
path = "skills/pdf-forms"
reason = "The nested skill is the lesson."
by = "@example/security"
expires = 2999-12-31
"""
STRICT = '[rules]\nSK025 = "error"\n'


@pytest.fixture
def work(tmp_path):
    """A clone of a registry with two good skills and a strict policy."""
    made = clone(bare(tmp_path / "registry.git"), tmp_path / "work")
    made.put(skill_folder("csv-tables"), skill_folder("sql-review"))
    made.write({"registry.toml": STRICT, "README.md": "A registry."})
    made.push()
    return made


def branch(work):
    git(work.path, "checkout", "--quiet", "-b", "change")


def test_only_the_skills_that_a_change_touches_are_judged(work):
    branch(work)
    work.put(skill_folder("pdf-forms", files=NESTED))
    work.commit()

    run = validate("--changed", "main..HEAD", "--format", "json", at=work.path)

    assert (run.code, run.report["skills"]) == (1, 1)
    assert run.found == [("SK025", "skills/pdf-forms/inner/SKILL.md")]


def test_a_change_cannot_soften_the_policy_that_judges_it(work):
    branch(work)
    work.put(skill_folder("pdf-forms", files=NESTED))
    work.write({"registry.toml": '[rules]\nSK025 = "off"\n' + WAIVER})
    work.commit()

    run = validate("--changed", "main", "--format", "json", at=work.path)

    assert (run.code, run.found) == (1, [("SK025", "skills/pdf-forms/inner/SKILL.md")])


def test_a_waiver_that_was_merged_before_lets_the_change_through_and_is_reported(work):
    work.write({"registry.toml": STRICT + WAIVER})
    work.commit()
    branch(work)
    work.put(skill_folder("pdf-forms", files=NESTED))
    work.commit()

    run = validate("--changed", "main..HEAD", "--format", "json", at=work.path)

    (finding,) = run.report["findings"]
    assert (run.code, finding["code"], finding["severity"]) == (0, "SK025", "error")
    assert "The nested skill is the lesson. (@example/security, until 2999-12-31)" in finding["waiver"]


def test_what_the_base_branch_did_meanwhile_is_no_change(work):
    branch(work)
    work.put(skill_folder("pdf-forms"))
    work.commit()
    git(work.path, "checkout", "--quiet", "main")
    work.put(skill_folder("sql-review", body="# Better\n"))
    work.commit()
    git(work.path, "checkout", "--quiet", "change")

    run = validate("--changed", "main..change", "--format", "json", at=work.path)

    assert (run.code, run.report["skills"]) == (0, 1)


def test_the_commit_is_judged_and_not_the_work_tree(work):
    branch(work)
    work.put(skill_folder("pdf-forms", description="short"))
    work.commit()
    work.put(skill_folder("pdf-forms"))

    assert validate("--changed", "main..HEAD", at=work.path).code == 1


def test_a_change_of_documents_has_nothing_to_judge_and_passes(work):
    branch(work)
    work.write({"README.md": "A better registry."})
    work.commit()

    run = validate("--changed", "main..HEAD", at=work.path)

    assert run.code == 0
    assert "0 skills checked" in run.out


def test_a_change_that_breaks_the_policy_is_an_error_of_the_policy(work):
    branch(work)
    work.write({"registry.toml": "[limits]\nfiles = 9999\n"})
    work.commit()

    run = validate("--changed", "main..HEAD", "--format", "json", at=work.path)

    assert (run.code, run.found) == (1, [("SK089", "registry.toml")])


def test_a_change_that_mends_a_broken_policy_passes(work):
    work.write({"registry.toml": "[limits]\nfiles = 9999\n"})
    work.commit()
    branch(work)
    work.write({"registry.toml": STRICT})
    work.commit()

    assert validate("--changed", "main..HEAD", at=work.path).code == 0


def test_a_new_skill_that_takes_the_name_of_a_live_one_is_refused_and_the_live_one_is_not(work):
    branch(work)
    work.put(skill_folder("csv-tables", path="skills/office/csv-tables"))
    work.commit()

    run = validate("--changed", "main..HEAD", "--format", "json", at=work.path)

    assert run.found == [("SK009", "skills/office/csv-tables")]


def test_it_works_from_a_folder_below_and_shows_paths_from_there(work):
    branch(work)
    work.put(skill_folder("pdf-forms", description="short"))
    work.commit()

    run = validate("--changed", "main..HEAD", "--format", "json", at=work.path / "skills")

    assert run.found == [("SK007", "../skills/pdf-forms/SKILL.md")]


@pytest.mark.parametrize(("change", "says"), [("main..nowhere", "`nowhere` is no commit"), ("--", "`--` is no commit")])
def test_an_unknown_commit_is_one_sentence(work, change, says):
    run = validate(f"--changed={change}", at=work.path)

    assert (run.code, run.out) == (1, "")
    assert says in run.error
    assert "Traceback" not in run.error


def test_outside_of_a_repository_it_says_so(tmp_path):
    (tmp_path / "plain").mkdir()

    run = validate("--changed", "main..HEAD", at=tmp_path / "plain")

    assert run.code == 1
    assert "lies in no Git repository" in run.error


def test_a_shallow_clone_says_what_to_do(work, tmp_path):
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{tmp_path / 'registry.git'}", "shallow")

    run = validate("--changed", "HEAD~1..HEAD", at=tmp_path / "shallow")

    assert run.code == 1
    assert "fetch-depth: 0" in run.error


def test_a_policy_that_becomes_a_link_or_a_submodule_is_an_error(work):
    branch(work)
    (work.path / "registry.toml").unlink()
    (work.path / "registry.toml").symlink_to("README.md")
    work.commit()

    run = validate("--changed", "main..HEAD", "--format", "json", at=work.path)

    assert (run.code, run.found) == (1, [("SK089", "registry.toml")])


def test_a_waiver_by_somebody_who_may_not_give_one_is_blocked_when_it_is_proposed_and_can_be_taken_out(work):
    work.write({"registry.toml": '[waiving]\nallowed = ["@example/owners"]\n'})
    work.commit()
    branch(work)
    work.write({"registry.toml": '[waiving]\nallowed = ["@example/security"]\n' + WAIVER})
    work.commit()

    adding = validate("--changed", "main..change", "--format", "json", at=work.path)
    removing = validate("--changed", "change..main~0", "--format", "json", at=work.path)

    assert (adding.code, ("SK092", "registry.toml") in adding.found) == (1, True)
    assert (removing.code, removing.found) == (0, [])


def test_an_expired_waiver_does_not_block_the_change_that_removes_it(work):
    old = WAIVER.replace("2999-12-31", "2020-01-01")
    work.write({"registry.toml": '[rules]\nSK090 = "error"\n' + old})
    work.commit()
    branch(work)
    work.write({"registry.toml": '[rules]\nSK090 = "error"\n'})
    work.commit()

    assert validate("--changed", "main..HEAD", at=work.path).code == 0
