import subprocess
import sys

import pytest

from mcpskills.validation.rule_pages import page_of
from mcpskills.validation.rules import RULES


def explain(*arguments):
    return subprocess.run(
        [sys.executable, "-c", "from mcpskills.cli.main import run; run()", "explain", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("named", ["SK008", "sk008", "folder-name"])
def test_a_rule_is_explained_by_its_code_or_its_name(named):
    done = explain(named)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("SK008: folder-name (names)\n")
    assert "Why: clients that copy skills name the folder by one and the skill by the other." in done.stdout


def test_an_unknown_rule_is_wrong_usage():
    done = explain("SK999")

    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no rule SK999" in done.stderr


@pytest.mark.parametrize("code", RULES)
def test_every_rule_has_a_page_that_says_what_it_finds_why_and_what_to_do(code):
    page = page_of(code)

    assert page.title == f"{code}: {RULES[code].name}"
    assert page.finds
    assert not page.finds.startswith(("Error.", "Warning.", "Info."))
    assert all(part in page.markdown for part in ("**Why:**", "**Fix:**", "**Waive:**"))
    assert "](" not in page.markdown
