"""Reports on evals: text of skills stays text in every one of them."""

import json

from builders import skill_folder, triggers
from mcpskills.evals import judge
from mcpskills.evals.reading import read
from mcpskills.evals.report import Evaluated, as_json, as_markdown

EVIL = "@team <img src=x onerror=alert(1)> [a](http://example.org) |x| `b` **c** \u202e www.example.org"


def evaluated(*files: str, path: str = "skills/pdf-forms", **more) -> Evaluated:
    evals = read(skill_folder(files={f"evals/{number}.yaml": text for number, text in enumerate(files)}))
    results = judge.evaluate("pdf-forms", evals, lambda *_: ["csv-profile"])
    return Evaluated("pdf-forms", path, results, evals.flaws, **more)


def test_json_says_everything_about_every_case_and_counts():
    report = as_json([evaluated(triggers("forms"), triggers("paint", finds=False), "x: 1")])

    (skill,) = report.pop("skills")
    assert report == {"passed": 1, "failed": 1, "not_run": 0}
    assert skill.pop("cases")[0] == {
        "request": "forms",
        "finds": True,
        "within": 5,
        "path": "evals/0.yaml",
        "line": 1,
        "outcome": "fail",
        "rank": None,
        "above": ["csv-profile"],
        "reason": "not among the first 50; it must be among the first 5; above it stands csv-profile",
    }
    assert skill == {
        "skill": "pdf-forms",
        "path": "skills/pdf-forms",
        "problem": None,
        "flaws": [
            {
                "path": "evals/2.yaml",
                "line": 1,
                "message": "the file has the unknown key `x`",
                "fix": "Expected are `triggers`, `scripts`.",
            }
        ],
    }
    assert json.dumps(report).isascii()


def test_markdown_counts_what_passed_and_lists_the_rest():
    lines = list(
        as_markdown([evaluated(triggers("forms")), evaluated(triggers("paint", finds=False), path="skills/good")])
    )

    assert lines[0] == "**2 skills with evals: 1 passed, 1 failed, 0 not run**"
    assert "skills&#47;pdf&#45;forms" in lines[2]
    assert lines[4:6] == ["| Case | Outcome | Why |", "| --- | --- | --- |"]
    assert not any("good" in line for line in lines)


def test_nothing_that_a_skill_says_comes_alive_in_markdown():
    lines = list(as_markdown([evaluated(triggers(EVIL), f'"{EVIL}": 1', path=f"skills/{EVIL}", problem=EVIL)]))

    text = "\n".join(lines)
    for alive in ("@team", "<img", "](", "|x|", "`", "**c", "\u202e", "www.", "http:"):
        assert alive not in text
    assert "&#64;team" in text


def test_without_evals_a_report_says_so():
    assert list(as_markdown([])) == ["**No skill here carries evals.**"]
