"""From a folder on somebody's machine to the tracked branch, by commands alone."""

import json

import pytest

from admin_service import zipped_folder
from builders import script, skill_folder, triggers, write_folder, write_skill
from command_line import mcpskills
from git_fixtures import BRANCH, git


@pytest.fixture
def live(service):
    service.publish(skill_folder(files={"scripts/run.py": script("print(1)\n")}))
    return service


def propose(live, tmp_path, *more, body="Better.\n"):
    folder = write_skill(tmp_path / "mine", body=body, files={"scripts/run.py": script("print(1)\n")})
    done = mcpskills("propose", str(folder), "--json", *more, url=live.url)
    assert done[0] == 0, done
    return json.loads(done[1])["proposal"]


def test_a_folder_is_proposed_looked_at_approved_and_merged(live, tmp_path):
    made = propose(live, tmp_path, "--title", "Say it better", "--message", "Readers asked.")

    listed = mcpskills("proposals", url=live.url)
    shown = mcpskills("proposals", made["id"], "--diff", url=live.url)
    approved = mcpskills("approve", made["id"], "--comment", "Looks right.", url=live.url)
    merged = mcpskills("merge", made["id"], "--head", made["commit"], url=live.url)

    assert [step[0] for step in (listed, shown, approved, merged)] == [0, 0, 0, 0]
    assert listed[1].splitlines()[1].startswith(f"{made['id']}  Say it better")
    assert "+Better." in shown[1].splitlines()
    assert "changed: skills/pdf-forms (version 1 is live)" in shown[1]
    assert merged[1].startswith(f"Proposal {made['id']} is merged as commit ")
    modes = git(live.origin, "ls-tree", "-r", "--format=%(objectmode) %(path)", BRANCH, "skills").splitlines()
    assert modes == ["100644 skills/pdf-forms/SKILL.md", "100755 skills/pdf-forms/scripts/run.py"]


def test_a_proposal_is_summed_up_unless_one_asks_for_its_lines(live, tmp_path):
    made = propose(live, tmp_path)

    code, out, _ = mcpskills("proposals", made["id"], url=live.url)

    assert code == 0
    assert "  changed: SKILL.md (+1 -4)" in out.splitlines()
    assert "+Better." not in out


def test_what_the_evals_of_a_proposal_come_to_is_told(live, tmp_path):
    cases = {"evals/a.yaml": triggers("fill in a form"), "evals/b.yaml": triggers("fill in a form", finds=False)}
    folder = write_skill(tmp_path / "mine", files=cases)
    _, out, _ = mcpskills("propose", str(folder), "--json", url=live.url)
    made = json.loads(out)["proposal"]

    code, out, _ = mcpskills("proposals", made["id"], url=live.url)

    assert code == 0
    assert "evals: 1 passed, 1 failed" in out.splitlines()
    assert "  failed: evals/b.yaml:1: `fill in a form`: found at rank 1; it must not be among the first 5" in out


def test_an_id_stands_in_one_line_on_a_narrow_terminal(live, tmp_path):
    made = propose(live, tmp_path, "--title", "Say what the tables hold in many more words")

    code, out, _ = mcpskills("proposals", url=live.url, COLUMNS="80")

    assert code == 0
    assert made["id"] in out


def test_what_is_proposed_already_is_not_proposed_again(live, tmp_path):
    made = propose(live, tmp_path)

    _, out, _ = mcpskills("propose", str(tmp_path / "mine" / "pdf-forms"), url=live.url)

    assert out.startswith(f"Proposal {made['id']} is open already and puts the skill into skills/pdf-forms")
    assert live.proposals() == [made["branch"]]


def test_a_zip_is_proposed_as_well(live, tmp_path):
    packed = tmp_path / "csv-profile.zip"
    packed.write_bytes(zipped_folder(skill_folder("csv-profile")))

    code, out, _ = mcpskills("propose", str(packed), url=live.url)

    (branch,) = live.proposals()
    assert code == 0
    assert out.startswith(f"Proposal {branch.removeprefix('proposal/')} puts the skill into skills/csv-profile")


def test_a_skill_that_breaks_rules_is_refused_in_words(live, tmp_path):
    folder = write_skill(tmp_path, text="No frontmatter.\n")

    code, out, error = mcpskills("propose", str(folder), url=live.url)

    assert (code, out) == (1, "")
    assert "The skill breaks rules" in error
    assert live.proposals() == []


def test_what_no_zip_may_hold_is_named(live, tmp_path):
    folder = write_folder(tmp_path / "pdf-forms", skill_folder())
    (folder / "link").symlink_to("/etc/passwd")

    code, _, error = mcpskills("propose", str(folder), url=live.url)

    assert code == 1
    assert "`link` is a symlink" in error


def test_a_head_that_is_not_there_any_more_is_not_merged(live, tmp_path):
    made = propose(live, tmp_path)

    code, _, error = mcpskills("merge", made["id"], "--head", "0" * 40, url=live.url)

    assert code == 1
    assert "look at it again" in error
    assert live.proposals() == [made["branch"]]


def test_a_closed_proposal_is_listed_no_more_and_still_shown(live, tmp_path):
    made = propose(live, tmp_path)

    closed = mcpskills("close", made["id"], "--comment", "Not needed.", url=live.url)
    listed = mcpskills("proposals", url=live.url)
    shown = mcpskills("proposals", made["id"], url=live.url)

    assert closed[1] == f"Proposal {made['id']} is closed.\n"
    assert listed[1] == "No proposal is open.\n"
    assert "Not needed." in shown[1]


@pytest.mark.parametrize("command", ["proposals", "approve", "merge", "close"])
@pytest.mark.parametrize("which", ["nothing-here", "..", "../skills", "a//b"])
def test_a_proposal_that_does_not_exist_is_said_to_be_none(live, command, which):
    code, _, error = mcpskills(command, which, url=live.url)

    assert code == 1
    assert "no proposal" in error
