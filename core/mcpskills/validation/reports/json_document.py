"""JSON for programs."""

import json
from dataclasses import asdict

from mcpskills import __version__
from mcpskills.frontmatter import Json
from mcpskills.validation.policy import Policy
from mcpskills.validation.reports.inert import OLD_COMMAND
from mcpskills.validation.reports.report import Report
from mcpskills.validation.rule_pages import GROUP_OF
from mcpskills.validation.rules import RULE_SET, RULES


def as_json(report: Report) -> str:
    """The document that docs/reports.md promises; keys are only ever added to it."""
    used = {finding.code for finding in report.findings}
    document = {
        "version": __version__,
        "rule_set": RULE_SET,
        "policy": None if report.policy == Policy() else report.policy.digest,
        "skills": report.skills,
        "summary": report.summary,
        "rules": {code: _rule(code) for code in RULES if code in used},
        "findings": [{**asdict(finding), "blocks": finding.blocks} for finding in report.findings],
    }
    return dumped(document, indent=2)


def dumped(document: object, *, indent: int | None = None) -> str:
    """JSON in ASCII that can be printed into the log of a workflow: no line of it is a command there."""
    # The mark can only stand inside of a JSON string, where an escape means the same.
    return json.dumps(document, indent=indent).replace(OLD_COMMAND, "##\\u005b") + "\n"


def _rule(code: str) -> Json:
    rule = RULES[code]
    return {"name": rule.name, "group": GROUP_OF[code], "severity": rule.severity.value, "essential": rule.essential}
