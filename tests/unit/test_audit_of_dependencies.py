"""Known vulnerabilities are looked for where packages are locked, and CI without a network is not held up."""

from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]


def test_what_is_locked_is_audited_whenever_it_changes_and_every_night():
    # YAML 1.1 takes the key `on` for a truth value.
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "audit.yml").read_text(encoding="utf-8"))
    when, steps = workflow[True], workflow["jobs"]["audit"]["steps"]

    assert when["push"]["paths"] == when["pull_request"]["paths"] == ["requirements.lock"]
    assert when["schedule"]
    assert {"run": "make audit"} in steps


def test_every_package_is_looked_at_by_its_hash_and_one_that_cannot_be_fails():
    script = (ROOT / "scripts" / "audit.sh").read_text(encoding="utf-8")

    assert {"--requirement", "requirements.lock", "--require-hashes", "--strict"} <= set(script.split())


def test_ci_asks_only_where_it_can():
    assert "make audit ARGS=--if-reachable\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
