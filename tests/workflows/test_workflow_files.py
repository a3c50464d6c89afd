"""What holds for every workflow file of this project and of the registry repository's template, without running it."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "registry-repo-template"
OURS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
OFFERED = sorted((TEMPLATE / ".github" / "workflows").glob("*.yml"))
FILES = [*OURS, *OFFERED]
BIN = Path(sys.executable).parent

USES = re.compile(r"uses: (\S+)@(\S+)(.*)")


def load(file):
    # YAML 1.1 reads the key `on` as true.
    return {("on" if key is True else key): value for key, value in yaml.safe_load(file.read_text()).items()}


def lint(command, *arguments):
    done = subprocess.run([BIN / command, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def named(path):
    return path.relative_to(ROOT).as_posix()


VALIDATE = load(TEMPLATE / ".github" / "workflows" / "validate.yml")


def test_actionlint_finds_nothing():
    assert lint("actionlint", "-no-color", *FILES) == (0, "")


@pytest.mark.parametrize(("folder", "persona"), [(".github", "regular"), ("registry-repo-template", "pedantic")])
def test_zizmor_finds_nothing(folder, persona):
    code, found = lint("zizmor", "--offline", "--no-progress", "--format", "json", "--persona", persona, folder)

    assert (code, json.loads(found)) == (0, [])


def test_every_action_is_pinned_to_a_commit_that_is_the_same_everywhere_and_says_its_version():
    used = [found.groups() for file in FILES for found in USES.finditer(file.read_text())]
    pins = {action: {(commit, version) for name, commit, version in used if name == action} for action, *_ in used}

    assert [action for action, found in pins.items() if len(found) != 1] == []
    assert [name for name, commit, _ in used if not re.fullmatch(r"[0-9a-f]{40}", commit)] == []
    assert [name for name, _, version in used if not re.fullmatch(r" # v\d+\.\d+\.\d+", version)] == []


@pytest.mark.parametrize("file", OFFERED, ids=named)
def test_a_workflow_starts_without_rights_and_is_never_started_with_those_of_the_branch(file):
    workflow = load(file)

    assert workflow["permissions"] == {}
    assert {"pull_request_target", "workflow_run"} & set(workflow["on"]) == set()
    assert [name for name, job in workflow["jobs"].items() if "permissions" not in job] == []


def test_only_a_job_that_reads_no_proposal_may_write():
    jobs = VALIDATE["jobs"].values()
    writing = [job for job in jobs if "write" in job["permissions"].values()]
    actions = {step.get("uses", "").partition("@")[0] for job in writing for step in job["steps"]}

    assert len(writing) == 2
    assert actions - {""} == {"actions/download-artifact", "github/codeql-action/upload-sarif"}


def test_the_validator_that_a_registry_installs_is_this_release():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert VALIDATE["env"]["VALIDATOR"] == f"open-mcp-skills[eval]=={version}"


def test_the_required_check_is_the_job_that_always_reports_on_all_others():
    ruleset = json.loads((TEMPLATE / ".github" / "rulesets" / "main.json").read_text())
    rules = {rule["type"]: rule.get("parameters", {}) for rule in ruleset["rules"]}
    (required,) = rules["required_status_checks"]["required_status_checks"]
    aggregate = VALIDATE["jobs"][required["context"]]

    assert aggregate["name"] == required["context"]
    assert aggregate["if"] == "always()"
    assert {*aggregate["needs"], required["context"]} == set(VALIDATE["jobs"])
    # A filter on paths would leave the check waiting for ever on a proposal that it does not match.
    assert VALIDATE["on"] == {"pull_request": None, "merge_group": None, "workflow_dispatch": None}


# POST /repos/{owner}/{repo}/rulesets, as far as the ruleset uses it: the parameters that GitHub's REST API requires of a rule,
# then those that it allows as well. https://docs.github.com/en/rest/repos/rules#create-a-repository-ruleset
PARAMETERS = {
    "deletion": ({}, {}),
    "non_fast_forward": ({}, {}),
    "pull_request": (
        {
            "dismiss_stale_reviews_on_push": bool,
            "require_code_owner_review": bool,
            "require_last_push_approval": bool,
            "required_approving_review_count": int,
            "required_review_thread_resolution": bool,
        },
        {"allowed_merge_methods": list},
    ),
    "required_status_checks": (
        {"required_status_checks": list, "strict_required_status_checks_policy": bool},
        {"do_not_enforce_on_create": bool},
    ),
}


def test_the_ruleset_has_the_shape_that_github_takes():
    ruleset = json.loads((TEMPLATE / ".github" / "rulesets" / "main.json").read_text())

    assert set(ruleset) == {"name", "target", "enforcement", "bypass_actors", "conditions", "rules"}
    assert (ruleset["target"], ruleset["enforcement"], ruleset["bypass_actors"]) == ("branch", "active", [])
    assert ruleset["conditions"] == {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}}
    assert {rule["type"] for rule in ruleset["rules"]} == set(PARAMETERS)
    for rule in ruleset["rules"]:
        required, allowed = PARAMETERS[rule["type"]]
        given = {name: type(value) for name, value in rule.get("parameters", {}).items()}
        assert set(rule) <= {"type", "parameters"}
        assert {name: given.get(name) for name in required} == required
        assert given.items() <= {**required, **allowed}.items()


def test_the_ruleset_asks_for_a_review_by_the_owners_of_what_could_weaken_the_gate():
    ruleset = json.loads((TEMPLATE / ".github" / "rulesets" / "main.json").read_text())
    review = next(rule["parameters"] for rule in ruleset["rules"] if rule["type"] == "pull_request")
    lines = [line.split() for line in (TEMPLATE / ".github" / "CODEOWNERS").read_text().splitlines()]
    owned = {line[0] for line in lines if line and not line[0].startswith("#")}

    assert (review["require_code_owner_review"], review["required_approving_review_count"]) == (True, 1)
    assert {"*", "/registry.toml", "/.github/"} <= owned


def test_the_manifest_of_the_pre_commit_hook_is_one():
    assert lint("pre-commit", "validate-manifest", ".pre-commit-hooks.yaml") == (0, "")
