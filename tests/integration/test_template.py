"""The registry repository's template passes its own rules, and its scripts do what its skills say."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from mcpskills import template
from mcpskills.adapters import folders
from mcpskills.validation.policy import FILE
from mcpskills.validation.registry_toml import read_policy
from mcpskills.validation.validate import validate

TEMPLATE = template.location()
SKILLS = folders.find_below(TEMPLATE / "skills")


def test_it_has_what_a_team_needs_to_start():
    assert len(SKILLS) == 5
    github = (
        "CODEOWNERS",
        "PULL_REQUEST_TEMPLATE.md",
        "dependabot.yml",
        "rulesets/main.json",
        "workflows/validate.yml",
    )
    for needed in ("README.md", FILE, *(f".github/{name}" for name in github)):
        assert (TEMPLATE / needed).is_file(), needed
    folders_used = {path.relative_to(skill).parts[0] for skill in SKILLS for path in skill.rglob("*") if path.is_file()}
    assert {"scripts", "references", "assets", "SKILL.md"} <= folders_used


@pytest.mark.parametrize("skill", SKILLS, ids=lambda path: path.name)
def test_every_example_skill_passes_the_rules_without_a_warning(skill):
    policy = read_policy((TEMPLATE / FILE).read_text(), date(2026, 1, 1))

    verdict = validate(folders.read(skill, skill.relative_to(TEMPLATE).as_posix()), policy)

    assert [finding for finding in verdict.findings if finding.severity != "info"] == []


def run(script: Path, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(script), *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


def test_the_csv_script_profiles_a_file(tmp_path):
    table = tmp_path / "people.csv"
    table.write_text("name,age\nAda,36\nGrace,\nAda,x\n")
    script = next(TEMPLATE.rglob("csv_profile.py"))

    profiled = run(script, str(table))
    missing = run(script, str(tmp_path / "nowhere.csv"))

    assert profiled.returncode == 0, profiled.stderr
    assert "age" in profiled.stdout
    assert missing.returncode == 2
    assert "Traceback" not in missing.stderr


def test_the_release_notes_script_reads_a_repository(tmp_path):
    script = next(TEMPLATE.rglob("collect_changes.py"))

    helped = run(script, "--help")

    assert helped.returncode == 0
    assert "git log" in helped.stdout
