"""SK095 tells of evals that are not tried, and never blocks."""

import pytest

from builders import skill_folder, triggers
from mcpskills.validation.policy import Policy
from mcpskills.validation.validate import validate


def findings(files):
    verdict = validate(skill_folder(files=files), Policy())
    assert verdict.ok
    return [found for found in verdict.findings if found.code == "SK095"]


def test_evals_in_another_shape_are_a_warning_with_place_and_advice():
    (found,) = findings({"evals/triggers.yaml": "triggers:\n  - request: forms\n    expect: found\n"})

    assert (found.severity, found.path, found.line) == ("warning", "skills/pdf-forms/evals/triggers.yaml", 3)
    assert found.message == "not used as evals: `triggers[0]` has the unknown key `expect`"
    assert found.fix == "Expected are `request`, `finds`, `within`."


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"evals/triggers.yaml": triggers("forms")},
        {"evals/evals.json": '{"skill_name": "pdf-forms", "evals": []}'},
        {"evals/prompts.txt": "forms"},
        {"references/evals.yaml": "a: 1"},
        {"evals/fixtures/table.yaml": "a: 1"},
    ],
)
def test_honest_skills_are_left_in_peace(files):
    assert findings(files) == []


def test_the_same_flaw_keeps_its_fingerprint_when_lines_move():
    (before,) = findings({"evals/a.yaml": "x: 1\n"})
    (after,) = findings({"evals/a.yaml": "# A comment.\nx: 1\n"})

    assert (before.line, after.line) == (1, 2)
    assert before.fingerprint == after.fingerprint
