"""SARIF 2.1.0 (OASIS), within what GitHub code scanning takes."""

from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias
from urllib.parse import quote

from mcpskills import __version__
from mcpskills.frontmatter import Json
from mcpskills.printable import printable
from mcpskills.validation.finding import Finding, Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.reports.json_document import dumped
from mcpskills.validation.reports.report import Report, counted, file_of
from mcpskills.validation.rule import AnyRule
from mcpskills.validation.rule_pages import GROUP_OF, page_of
from mcpskills.validation.rules import RULE_SET, RULES

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

MAX_RESULTS = 25_000
"""GitHub refuses a file with more, and shows the 5,000 most severe of them."""

SECURITY_GROUPS = frozenset({"instructions", "python", "secrets", "binaries", "dependencies"})
"""Groups whose rules are about attacks and leaks; GitHub ranks their alerts by how bad they are."""

SECURITY_RULES = frozenset({"SK026", "SK027", "SK028", "SK029", "SK080"})
"""Rules of other groups about hidden text and borrowed names."""

_Object: TypeAlias = dict[str, Json]
_MESSAGE = 1000
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
# GitHub: from 7.0 on high, from 4.0 on medium, else low.
_SCORES = {Severity.ERROR: "8.0", Severity.WARNING: "5.0", Severity.INFO: "2.0"}
_INDEX = {code: index for index, code in enumerate(RULES)}


def as_sarif(report: Report) -> str:
    """One run in one document, the most important findings first; `MAX_RESULTS` at most, and a note when there were more."""
    run: _Object = {
        "tool": {"driver": _driver(report.policy)},
        "automationDetails": {"id": "mcpskills/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The root of the registry repository."}}},
        "invocations": [_invocation(len(report.findings))],
        "results": _results(report.by_importance[:MAX_RESULTS]),
    }
    return dumped({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _driver(policy: Policy) -> _Object:
    return {
        "name": "mcpskills",
        "fullName": "Open MCP Skills",
        "version": __version__,
        "semanticVersion": __version__,
        "properties": {"ruleSet": RULE_SET, "policy": policy.digest},
        "rules": [_rule(rule, policy) for rule in RULES.values()],
    }


def _rule(rule: AnyRule, policy: Policy) -> _Object:
    page, group = page_of(rule.code), GROUP_OF[rule.code]
    severity = rule.severity if rule.essential else policy.severity(rule.code, rule.severity)
    security = group in SECURITY_GROUPS or rule.code in SECURITY_RULES
    tags: list[Json] = [group, "security"] if security else [group]
    score = {"security-severity": _SCORES[severity or rule.severity]} if security else {}
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.name.replace("-", " ").capitalize()},
        "fullDescription": {"text": printable(page.finds, _MESSAGE)},
        "help": {"text": page.markdown, "markdown": page.markdown},
        "defaultConfiguration": {"level": _LEVELS[severity], "enabled": True} if severity else {"enabled": False},
        "properties": {"tags": tags, **score},
    }


def _invocation(found: int) -> _Object:
    left = found - MAX_RESULTS
    if left <= 0:
        return {"executionSuccessful": True}
    told = f"{counted(left, 'finding')} left out: at most {MAX_RESULTS} are taken."
    return {
        "executionSuccessful": True,
        "toolExecutionNotifications": [{"level": "warning", "message": {"text": told}}],
    }


def _results(findings: Sequence[Finding]) -> list[Json]:
    seen: Counter[str] = Counter()
    results: list[Json] = []
    for finding in findings:
        seen[finding.fingerprint] += 1
        results.append(_result(finding, seen[finding.fingerprint]))
    return results


def _result(finding: Finding, occurrence: int) -> _Object:
    suppressions: list[Json] = (
        [{"kind": "external", "status": "accepted", "justification": finding.waiver}] if finding.waiver else []
    )
    return {
        "ruleId": finding.code,
        "ruleIndex": _INDEX[finding.code],
        "level": _LEVELS[finding.severity],
        "message": {"text": _plain(f"{finding.message}. {finding.fix}")},
        "locations": [{"physicalLocation": _location(finding)}],
        # The same text twice in a file is two alerts: GitHub tells them apart by a number behind the hash.
        "partialFingerprints": {"primaryLocationLineHash": f"{finding.fingerprint}:{occurrence}"},
        "suppressions": suppressions,
    }


def _location(finding: Finding) -> _Object:
    uri = quote(file_of(finding), safe="/")
    artifact: _Object = {"uri": f"file://{uri}"} if uri.startswith("/") else {"uri": uri, "uriBaseId": "%SRCROOT%"}
    if finding.line is None:
        return {"artifactLocation": artifact}
    region: _Object = {"startLine": finding.line}
    if finding.column is not None:
        region["startColumn"] = finding.column
    if finding.text:
        region["snippet"] = {"text": finding.text}
    return {"artifactLocation": artifact, "region": region}


def _plain(text: str) -> str:
    """A message in which nothing is a link or a placeholder (SARIF 2.1.0, sections 3.11.5 and 3.11.6)."""
    return printable(text, _MESSAGE).replace("](", "] (").replace("{", "{{").replace("}", "}}")
