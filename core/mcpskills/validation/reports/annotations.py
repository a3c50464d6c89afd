"""GitHub annotations: workflow commands on standard output."""

from collections.abc import Iterator, Sequence

from mcpskills.validation.finding import Finding, Severity
from mcpskills.validation.reports.report import Report, counted, file_of
from mcpskills.validation.rules import RULES

SHOWN = 10
"""Annotations of one kind that GitHub shows for one step of a job."""

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def as_annotations(report: Report) -> str:
    """One command per finding that counts, the most important first, as many as are shown, and then the summary."""
    commands = (line for severity in Severity for line in _commands(severity, report.of(severity)))
    return "".join(f"{line}\n" for line in (*commands, report.summary))


def _commands(severity: Severity, findings: Sequence[Finding]) -> Iterator[str]:
    # The last place tells of the rest: what is dropped silently would look like nothing found.
    shown = findings if len(findings) <= SHOWN else findings[: SHOWN - 1]
    for finding in shown:
        message = f"{finding.message}.\n{finding.fix}" + (f"\nFound: {finding.text}" if finding.text else "")
        yield _command(severity, _properties(finding), message)
    left = len(findings) - len(shown)
    if left:
        told = f"There are {counted(left, 'more finding')} of this kind; the whole report has all of them."
        yield _command(severity, {"title": f"{left} more"}, told)


def _properties(finding: Finding) -> dict[str, object]:
    """A line only where there is one: GitHub puts the others at the top of the file."""
    place = {"file": file_of(finding), "line": finding.line, "col": finding.column}
    return {**place, "title": f"{finding.code} {RULES[finding.code].name}"}


def _command(severity: Severity, properties: dict[str, object], message: str) -> str:
    told = ",".join(
        f"{key}={str(value).translate(_PROPERTY)}" for key, value in properties.items() if value is not None
    )
    return f"::{_COMMANDS[severity]} {told}::{message.translate(_DATA)}"
