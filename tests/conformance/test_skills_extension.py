"""The official conformance suite, its scenarios of the Skills extension (SEP-2640), against a live server of ours."""

import json

from e2e.node_clients import run_command

CHECKS_BY_SCENARIO = {
    "sep-2640-skills-enumeration": 32,
    "sep-2640-skills-manifest": 6,
    "sep-2640-skills-directory": 7,  # looks into the first skill that is listed, which must have a subfolder
}


def test_all_45_checks_of_the_skills_extension_pass_without_warning_or_skip(skills_server, tmp_path):
    outcomes = {scenario: run_scenario(scenario, skills_server.url, tmp_path) for scenario in CHECKS_BY_SCENARIO}

    unmet = [
        f"{scenario}: {check['id']} {check['status']}: {check.get('errorMessage', check['description'])}"
        for scenario, checks in outcomes.items()
        for check in checks
        if check["status"] != "SUCCESS"
    ]
    assert unmet == []
    assert {scenario: len(checks) for scenario, checks in outcomes.items()} == CHECKS_BY_SCENARIO
    assert sum(CHECKS_BY_SCENARIO.values()) == 45


def run_scenario(scenario, url, tmp_path):
    """The checks that the suite recorded: `[{id, status, description, errorMessage?, details?}, …]`."""
    out = tmp_path / scenario
    done = run_command("conformance", "server", "--url", url, "--scenario", scenario, "--output-dir", str(out))

    records = list(out.glob("*/checks.json"))
    assert len(records) == 1, done.stdout + done.stderr
    return json.loads(records[0].read_text(encoding="utf-8"))
