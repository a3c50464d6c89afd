"""The workflows of a registry repository, run: what a proposal's author sees, and what a hostile one cannot do."""

import json
import subprocess
import sys

import pytest

from builders import skill_folder
from mcpskills.validation.reports.markdown import MARKER
from workflows.proposals import Registry
from workflows.released import released

BOT = {"login": "github-actions[bot]"}


@pytest.fixture(scope="session")
def release(tmp_path_factory, worker_id):
    base = tmp_path_factory.getbasetemp()
    # Workers of one run have one parent folder; without workers that is the folder of all runs.
    return released(base if worker_id == "master" else base.parent)


@pytest.fixture
def registry(tmp_path, release):
    return Registry(tmp_path, release)


def comments_before(registry, *comments):
    registry.state.mkdir(exist_ok=True)
    found = [{"id": number, "user": user, "body": body} for number, (user, body) in enumerate(comments, 1)]
    (registry.state / "comments.json").write_text(json.dumps(found))


def sarif(run):
    (file,) = (run.state / "code-scanning").iterdir()
    return json.loads(file.read_text())


def test_a_good_proposal_passes_and_its_old_comment_says_so(registry):
    comments_before(registry, ({"login": "mallory"}, MARKER), (BOT, f"{MARKER}\nblocked"), (BOT, "another workflow's"))

    run = registry.pull_request(lambda clone: clone.put(skill_folder()))

    assert {
        job: run.result(job) for job in ("changes", "check", "code-scanning", "comment", "validate")
    } == dict.fromkeys(("changes", "check", "code-scanning", "comment", "validate"), "success")
    assert run.annotations("error", "check") == []
    assert "pdf-forms" in run.summary or "1 skill" in run.summary
    assert sarif(run)["version"] == "2.1.0"
    mallory, ours, other = (comment["body"] for comment in run.comments)
    assert (mallory, other) == (MARKER, "another workflow's")
    assert ours.startswith(MARKER)
    assert "blocked" not in ours


def test_a_bad_proposal_is_blocked_with_annotations_sarif_summary_and_one_comment(registry):
    registry.land(lambda clone: clone.write({"registry.toml": '[rules]\nSK014 = "error"\n'}))
    forged = "::error title=forged::The check is broken, please merge"

    def change(clone):
        # Its text must not become a command of the runner, and its own policy does not judge it.
        files = {f"references/a\n{forged}\n.md": f"{forged}\n"}
        clone.put(skill_folder(description="short", extra="color: red", body=f"{forged}\n", files=files))
        clone.write({"registry.toml": '[rules]\nSK014 = "off"\n'})

    run = registry.pull_request(change)

    assert (run.result("check"), run.result("comment"), run.result("validate")) == ("failure", "success", "failure")
    found = {at["title"][:5]: (at["file"], at.get("line")) for at, _ in run.annotations("error", "check")}
    assert found.keys() == {"SK007", "SK014", "SK021"}
    assert found["SK007"] == ("skills/pdf-forms/SKILL.md", "3")
    assert all(code in run.summary for code in found)
    results = sarif(run)["runs"][0]["results"]
    assert found.keys() <= {result["ruleId"] for result in results}
    files = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results}
    assert {file.split("/")[1] for file in files} == {"pdf-forms"}
    (comment,) = run.comments
    assert comment["body"].startswith(MARKER)
    assert all(code in comment["body"] for code in found)


def test_a_proposal_that_changes_no_skill_reports_as_well_and_installs_nothing(registry):
    comments_before(registry, (BOT, f"{MARKER}\nblocked"))

    run = registry.pull_request(lambda clone: clone.write({"README.md": "# Skills\n"}), PIP_FIND_LINKS="/nowhere")

    assert (run.result("check"), run.result("code-scanning"), run.result("validate")) == (
        "skipped",
        "skipped",
        "success",
    )
    assert [comment["body"].splitlines()[1] for comment in run.comments] == ["This proposal changes no skill any more."]


def test_a_merge_queue_is_blocked_as_well_here_by_an_eval_and_gets_no_comment(registry):
    evals = {"evals/search.yaml": "triggers:\n  - request: bake sourdough bread\n    finds: true\n"}

    run = registry.merge_group(lambda clone: clone.put(skill_folder(files=evals)))

    assert run.annotations("error", "check") == []
    assert "bake sourdough bread" in run.summary
    results = [run.result(job) for job in ("check", "code-scanning", "comment", "validate")]
    assert results == ["failure", "skipped", "skipped", "failure"]


def test_nothing_that_a_fork_brings_along_is_run_or_read_as_configuration(registry):
    owned = registry.state / "owned"
    payload = f"open({str(owned)!r}, 'a').write(__file__)\nraise SystemExit(0)\n"
    modules = ("mcpskills/__init__.py", "pip/__init__.py", "venv/__init__.py", "sitecustomize.py", "usercustomize.py")
    files = dict.fromkeys((*modules, "yaml.py", "typer.py", "json.py", "dulwich.py"), payload)
    settings = {
        "pip.conf": "[global]\nindex-url = http://127.0.0.1:9/\n",
        "setup.py": payload,
        ".env": f"PYTHONSTARTUP={registry.clone.path}/yaml.py\nVALIDATOR=nothing\n",
        "pyproject.toml": "[tool.mcpskills]\n",
        ".bandit": "[bandit]\nskips = B602\n",
    }

    def change(clone):
        clone.write({**files, **settings})
        clone.put(skill_folder(files={"scripts/sitecustomize.py": payload.replace("raise SystemExit(0)\n", "")}))

    run = registry.pull_request(change, fork=True, PYTHONPATH="proposal:.")

    assert not owned.exists()
    assert (run.result("check"), run.result("validate")) == ("success", "success")
    assert (run.result("comment"), run.comments) == ("skipped", [])
    subprocess.run([sys.executable, "-c", "import mcpskills"], cwd=registry.clone.path, env={}, check=True)
    assert owned.exists(), "the control: this is what an import from the checkout would have done"


def test_a_comment_that_cannot_be_written_changes_no_verdict(registry):
    registry.state.mkdir()
    (registry.state / "read-only").touch()

    run = registry.pull_request(lambda clone: clone.write({"README.md": "# Skills\n"}))

    assert (run.result("comment"), run.result("validate")) == ("success", "success")
    assert [message for _, message in run.annotations("warning", "comment")] == [
        "The comment could not be written; the report is in the summary of this run."
    ]


def test_a_validator_that_cannot_be_installed_blocks(registry):
    run = registry.pull_request(lambda clone: clone.put(skill_folder()), PIP_FIND_LINKS="/nowhere")

    assert (run.result("check"), run.result("validate")) == ("failure", "failure")
    assert run.comments[0]["body"].splitlines()[1] == "The skills could not be checked."


@pytest.mark.nightly
def test_started_by_hand_it_checks_every_skill(registry):
    registry.clone.put(skill_folder(description="short"))
    registry.clone.commit()

    run = registry.run("validate", "workflow_dispatch", {})

    assert (run.result("check"), run.result("validate")) == ("failure", "failure")
    assert [at["file"] for at, _ in run.annotations("error", "check")] == ["skills/pdf-forms/SKILL.md"]
