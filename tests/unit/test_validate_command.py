import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import forking
from builders import DESCRIPTION, folder_of, write_folder, write_skill
from mcpskills import package
from mcpskills.adapters import folders


def mcpskills(*arguments, cwd=None, **environment):
    env = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200", **environment}
    if "PYTHONIOENCODING" in environment:
        command = [sys.executable, "-c", "from mcpskills.cli.main import run; run()", *map(str, arguments)]
        return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    return forking.run(*map(str, arguments), env=env, cwd=cwd)


def test_skills_without_errors_exit_with_0(tmp_path):
    write_skill(tmp_path, "pdf-forms", extra="license: 1")
    write_skill(tmp_path, "csv-tables")

    done = mcpskills("validate", tmp_path)

    assert done.returncode == 0
    assert done.stdout.endswith("2 skills checked: 0 errors, 1 warning, 0 info\n")
    assert done.stderr == ""


def test_an_error_exits_with_1_and_is_told_with_place_and_fix(tmp_path):
    write_skill(tmp_path, "pdf-forms", description="Use when: needed")

    done = mcpskills("validate", "pdf-forms", cwd=tmp_path)

    assert done.returncode == 1
    assert "pdf-forms/SKILL.md:3:22: error SK004" in done.stdout
    assert "Put the value of `description` in double quotes" in done.stdout


def test_json_has_the_promised_shape_and_nothing_else(tmp_path):
    write_skill(tmp_path, "pdf-forms", description="short")

    done = mcpskills("validate", "pdf-forms", "--format", "json", cwd=tmp_path)

    report = json.loads(done.stdout)
    (finding,) = report.pop("findings")
    assert report.pop("rules").keys() == {"SK007"}
    assert report.pop("version")
    assert report.pop("rule_set")
    assert report == {"skills": 1, "policy": None, "summary": "1 skill checked: 1 error, 0 warnings, 0 info"}
    assert len(finding.pop("fingerprint")) == 32
    assert finding == {
        "code": "SK007",
        "severity": "error",
        "skill": "pdf-forms",
        "path": "pdf-forms/SKILL.md",
        "line": 3,
        "column": 14,
        "message": "the description has 5 characters without the white space around it; at least 10 are needed",
        "fix": "Say what the skill does and when to use it.",
        "text": "description: 'short'",
        "waiver": None,
        "of_folder": False,
        "blocks": True,
    }


@pytest.mark.parametrize(
    "arguments", [(), ("missing",), ("file",), ("empty",), ("--format", "xml", "empty"), ("--what",)]
)
def test_bad_usage_exits_with_2_and_without_a_traceback(tmp_path, arguments):
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()

    done = mcpskills("validate", *arguments, cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage:" in done.stderr
    assert "Traceback" not in done.stderr


def test_markup_and_odd_characters_of_a_skill_are_printed_as_they_are_in_any_encoding(tmp_path):
    write_folder(tmp_path / "pdf-forms", folder_of({"SKILL.md": '---\n"[red]日本\\e": 1\n---\n'}))

    done = mcpskills("validate", "pdf-forms", cwd=tmp_path, PYTHONIOENCODING="ascii")

    assert done.returncode == 1
    assert r"`[red]\u65e5\u672c\x1b`" in done.stdout
    assert done.stderr == ""


def test_the_limits_of_the_registry_around_a_path_apply(tmp_path):
    skill = write_skill(tmp_path / "skills", files={"a": "x"})
    (tmp_path / "registry.toml").write_text("[limits]\nfiles = 1\n")

    done = mcpskills("validate", skill)

    assert done.returncode == 1
    assert "SK019 the folder has 2 files; at most 1 are allowed" in done.stdout


def test_a_registry_with_wrong_limits_is_one_line_and_no_traceback(tmp_path):
    skill = write_skill(tmp_path / "skills")
    (tmp_path / "registry.toml").write_text("[limits]\nfiles = 9999\n")

    done = mcpskills("validate", skill)

    assert done.returncode == 1
    assert done.stderr == (
        f"error: {tmp_path}/registry.toml: `limits.files` is `9999`; expected at most 512. "
        "Between 1 and 512: a registry can only tighten a limit.\n"
    )


def test_a_registry_is_checked_below_its_skills_folder_only(tmp_path):
    (tmp_path / "registry.toml").touch()
    write_skill(tmp_path / "skills" / "office")
    write_folder(tmp_path / "docs", folder_of({"SKILL.md": "no skill"}))

    done = mcpskills("validate", tmp_path)

    assert (done.returncode, done.stdout) == (0, "1 skill checked: 0 errors, 0 warnings, 0 info\n")


def test_a_name_that_two_folders_claim_is_an_error_of_both(tmp_path):
    write_skill(tmp_path / "a")
    write_skill(tmp_path / "b")

    done = mcpskills("validate", "a", "b", "./a", "--format", "json", cwd=tmp_path)

    report = json.loads(done.stdout)
    assert report["skills"] == 2
    assert [(found["code"], found["path"]) for found in report["findings"]] == [
        ("SK009", "a/pdf-forms"),
        ("SK009", "b/pdf-forms"),
    ]


def test_the_present_folder_can_be_checked_by_a_dot(tmp_path):
    skill = write_skill(tmp_path)

    assert mcpskills("validate", ".", cwd=skill).returncode == 0


def test_a_new_skill_passes_every_rule_and_is_never_overwritten(tmp_path):
    (tmp_path / "skills").mkdir()

    made = mcpskills("new", "pdf-forms", "--dir", tmp_path)
    checked = mcpskills("validate", tmp_path / "skills" / "pdf-forms")
    again = mcpskills("new", "pdf-forms", "--dir", tmp_path)

    assert (made.returncode, again.returncode) == (0, 1)
    assert checked.stdout == "1 skill checked: 0 errors, 0 warnings, 0 info\n"
    assert again.stderr == f"error: {tmp_path}/skills/pdf-forms exists already; nothing was written.\n"


def test_a_new_skill_goes_into_a_plain_folder_and_needs_a_valid_name(tmp_path):
    made = mcpskills("new", "pdf-forms", cwd=tmp_path)
    refused = mcpskills("new", "PDF Forms", cwd=tmp_path)

    assert (made.returncode, refused.returncode) == (0, 2)
    assert [path.name for path in tmp_path.iterdir()] == ["pdf-forms"]
    assert "Try pdf-forms" in refused.stderr


def test_a_packed_skill_has_the_bytes_that_are_published(tmp_path):
    skill = write_skill(tmp_path, extra="metadata:\n  version: 1.10")

    done = mcpskills("pack", skill, "--json", cwd=tmp_path)

    report = json.loads(done.stdout)
    archive = (tmp_path / "pdf-forms.zip").read_bytes()
    assert (done.returncode, report["rewritten"], report["output"]) == (0, True, "pdf-forms.zip")
    assert (report["digest"], report["size"]) == (package.digest(archive), len(archive))
    assert [file["path"] for file in report["files"]] == ["SKILL.md"]
    assert b'version: "1.10"' in package.unpack(archive)["SKILL.md"]


def test_packing_prints_digest_size_and_files(tmp_path):
    skill = write_skill(tmp_path, files={"references/a.md": "text"})

    done = mcpskills("pack", skill, "--output", tmp_path / "out.zip")

    built = package.build(folders.read(skill, "pdf-forms"))
    assert f"{built.digest}  {len(built.archive)} bytes, 2 files" in done.stdout
    assert "4  references/a.md" in done.stdout
    assert Path(tmp_path / "out.zip").read_bytes() == built.archive


@pytest.mark.parametrize(
    ("output", "description", "says"),
    [
        ("pdf-forms/out.zip", DESCRIPTION, "lies inside of the skill"),
        ("none/out.zip", DESCRIPTION, "cannot be written"),
        ("out.zip", "short", "SKILL.md:3: the description has 5 characters"),
    ],
)
def test_packing_refuses_in_one_line_and_writes_nothing(tmp_path, output, description, says):
    write_skill(tmp_path, description=description)

    done = mcpskills("pack", "pdf-forms", "--output", output, cwd=tmp_path)

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("error: ")
    assert says in done.stderr
    assert list(tmp_path.rglob("*.zip")) == []


def test_the_help_lists_the_commands_and_the_version_is_printed():
    helped, versioned = mcpskills("--help"), mcpskills("--version")

    assert all(command in helped.stdout for command in ("new", "validate", "pack"))
    assert versioned.stdout.startswith("mcpskills ")


def test_checking_skills_loads_neither_server_nor_publisher(tmp_path):
    write_skill(tmp_path)
    code = """
import sys
from mcpskills.cli.main import app
app(["validate", sys.argv[1]], standalone_mode=False)
print(sorted({name.partition(".")[0] for name in sys.modules} & {"mcpskills_server", "mcpskills_publisher", "mcp", "fastapi"}))
"""

    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[]"
