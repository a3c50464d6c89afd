"""`mcpskills eval`: what an author sees before a pull request, and a pull request's check after."""

import json
import os
import subprocess

import pytest

import forking
from builders import script, skill_folder, triggers, write_folder
from git_fixtures import bare, clone
from mcpskills import template
from servers import MCPSKILLS

FORMS = "fill in the tax form"


def evals(*arguments, cwd, **environment):
    command = ("eval", *map(str, arguments))
    env = {**os.environ, "NO_COLOR": "1", "COLUMNS": "250", **environment}
    if "PYTHONIOENCODING" in environment:
        done = subprocess.run([MCPSKILLS, *command], cwd=cwd, env=env, capture_output=True, text=True, check=False)
    else:
        done = forking.run(*command, env=env, cwd=cwd)
    return done.returncode, done.stdout, done.stderr


def report(*arguments, cwd):
    code, out, err = evals(*arguments, "--format", "json", cwd=cwd)
    assert (code in {0, 1}, err) == (True, "")
    return json.loads(out)


def forms(*files, name="pdf-forms", **described):
    return skill_folder(name, files={f"evals/{at}.yaml": text for at, text in enumerate(files)}, **described)


def rival(number=1):
    return skill_folder(f"tax-form-{number}", description="Fill in the tax form, the tax form.", body="The tax form.\n")


@pytest.fixture
def registry(tmp_path):
    """Writes skills into a registry's work tree."""
    (tmp_path / "registry.toml").touch()

    def write(*folders):
        for folder in folders:
            write_folder(tmp_path / folder.path, folder)
        return tmp_path

    return write


@pytest.fixture
def work(tmp_path):
    """A clone of a registry repository whose first commit holds a rival."""
    made = clone(bare(tmp_path / "registry.git"), tmp_path / "work")
    made.write({"registry.toml": ""})
    made.put(rival())
    made.commit()
    return made


def test_cases_that_pass_exit_with_0_and_runs_of_scripts_are_listed_as_not_run(registry):
    runs = "scripts:\n- run: scripts/fill.py\n  args: [a.pdf]\n  expect: {exit: 0}\n"
    folder = forms(triggers(FORMS), runs)
    folder.entries["scripts/fill.py"] = script("raise SystemExit('this must never run')\n")

    code, out, err = evals(cwd=registry(folder))

    lines = [line.split("  ") for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [[cell.strip() for cell in line if cell.strip()] for line in lines if any(line)] == [
        ["skills/pdf-forms"],
        ["Case", "Outcome", "Why"],
        ["evals/0.yaml:1 `fill in the tax form`", "pass"],
        ["evals/1.yaml:2 `scripts/fill.py a.pdf`", "not run", "runs come with the sandbox"],
        ["1 skill with evals: 1 passed, 0 failed, 1 not run"],
    ]


def test_a_failed_trigger_exits_with_1_and_tells_its_rank_and_what_stood_above_it(registry):
    at = registry(forms(triggers(FORMS, within=1)), rival())

    code, out, _ = evals(cwd=at)

    assert code == 1
    assert "fail" in out
    assert "at rank 2; it must be among the first 1; above it stands tax-form-1" in out


def test_one_skill_is_tried_among_all_of_its_registry_from_wherever_one_stands(registry):
    at = registry(forms(triggers(FORMS, within=1)), rival())

    (skill,) = report("skills/pdf-forms", cwd=at)["skills"]
    (same,) = report(".", cwd=at / "skills" / "pdf-forms")["skills"]

    assert skill["cases"][0]["above"] == same["cases"][0]["above"] == ["tax-form-1"]


def test_skills_outside_of_any_registry_are_tried_among_each_other(tmp_path):
    for folder in (forms(triggers(FORMS, within=1)), rival()):
        write_folder(tmp_path / folder.name, folder)

    alone = report("pdf-forms", cwd=tmp_path)
    together = report("pdf-forms", "tax-form-1", cwd=tmp_path)

    assert (alone["passed"], together["failed"]) == (1, 1)


def test_skills_that_no_registry_would_publish_are_not_in_the_way(registry):
    broken = rival(2)
    broken.entries["SKILL.md"] = skill_folder(text=b"\xff\xfe").entries["SKILL.md"]
    twice = [
        skill_folder("tax-form-3", path=f"skills/{team}/tax-form-3", description=rival().name * 3) for team in "ab"
    ]

    assert report(cwd=registry(forms(triggers(FORMS, within=1)), broken, *twice))["passed"] == 1


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        ({"text": "no frontmatter"}, "its SKILL.md breaks rules; `mcpskills validate` says which"),
        ({"text": b"\xff"}, "its SKILL.md breaks rules; `mcpskills validate` says which"),
        ({"body": "x" * 200_000}, "its SKILL.md breaks rules; `mcpskills validate` says which"),
    ],
)
def test_a_skill_that_cannot_be_published_cannot_be_evaluated_and_exits_with_1(registry, other, problem):
    at = registry(forms(triggers(FORMS), **other))

    assert evals(cwd=at)[0] == 1
    assert report(cwd=at)["skills"][0]["problem"] == problem


def test_a_name_that_two_folders_claim_is_evaluated_for_neither(registry):
    folders = [skill_folder(path=f"skills/{team}/pdf-forms", files={"evals/a.yaml": triggers(FORMS)}) for team in "ab"]

    found = report(cwd=registry(*folders))

    assert [skill["cases"] for skill in found["skills"]] == [[], []]
    assert "is claimed by `skills/b/pdf-forms` as well" in found["skills"][0]["problem"]


def test_files_in_another_format_are_told_and_do_not_fail(registry):
    code, out, _ = evals(cwd=registry(forms(triggers(FORMS), "cases: 1")))

    assert code == 0
    assert "evals/1.yaml:1: not used: the file has the unknown key `cases`" in out


def test_a_registry_without_evals_is_fine_and_a_folder_without_skills_is_wrong_usage(registry, tmp_path):
    (tmp_path / "empty").mkdir()

    assert evals(cwd=registry(skill_folder())) == (0, "No skill here carries evals.\n", "")
    assert evals("empty", cwd=tmp_path)[0] == 2
    assert evals("missing", cwd=tmp_path)[0] == 2
    assert evals("--format", "xml", cwd=tmp_path)[0] == 2


def test_only_the_changed_skills_are_tried_as_git_has_them_among_all_others(work):
    work.put(forms(triggers(FORMS, within=1)), forms(triggers("paint"), name="painting", body="Paint.\n"))
    base = work.commit()
    work.put(forms(triggers(FORMS, within=1), body="Another text.\n"))
    head = work.commit()
    work.put(forms(triggers("nothing that was committed")))

    found = report("--changed", f"{base}..{head}", cwd=work.path)

    (skill,) = found["skills"]
    assert (skill["skill"], skill["cases"][0]["request"], skill["cases"][0]["above"]) == (
        "pdf-forms",
        FORMS,
        ["tax-form-1"],
    )
    assert evals("--changed", f"{head}..{head}", cwd=work.path)[:2] == (0, "No skill here carries evals.\n")
    assert evals("--changed", "nowhere..HEAD", cwd=work.path)[0] != 0


def test_text_of_skills_can_neither_style_nor_steer_the_terminal_in_any_encoding(registry):
    at = registry(forms(triggers("[bold red]no markup[/] \x1b[2J \u202e :smile: 日本")))

    _, out, err = evals(cwd=at, PYTHONIOENCODING="ascii", FORCE_COLOR="")

    assert r"[bold red]no markup[/] \x1b[2J \u202e :smile:" in out
    assert err == ""


@pytest.mark.parametrize("output", ["text", "json", "markdown"])
@pytest.mark.parametrize("columns", ["20", "40", "60", "250"])
def test_nothing_that_a_skill_says_is_a_command_for_the_runner_of_a_workflow(registry, output, columns):
    at = registry(
        forms(triggers("form ::error::hello ##[add-mask]x ::stop-commands::y", finds=False), '"::error::": 1\n')
    )

    code, out, _ = evals("--format", output, cwd=at, COLUMNS=columns)

    assert code == 1
    assert [line for line in out.splitlines() if line.strip().startswith("::")] == []
    assert "##[" not in out


def test_the_evals_of_the_template_pass():
    found = report(template.location(), cwd=template.location())

    assert (found["failed"], [skill["problem"] for skill in found["skills"]]) == (0, [None, None])
    assert found["passed"] >= 10
    assert [skill["flaws"] for skill in found["skills"]] == [[], []]
