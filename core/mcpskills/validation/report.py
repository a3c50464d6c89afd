"""Findings for people and for programs."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby

from rich.text import Text

from mcpskills.frontmatter import Json
from mcpskills.validation.finding import Finding, Severity

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def as_json(skills: int, findings: Sequence[Finding]) -> Json:
    """`{"skills": n, "findings": [...]}`; each finding with the fields of `Finding`."""
    return {"skills": skills, "findings": [asdict(finding) for finding in findings]}


def as_text(skills: int, findings: Sequence[Finding]) -> Iterator[Text]:
    """One line per finding and fix, below its skill, and a summary. `findings` of one skill must stand together."""
    for skill, of_skill in groupby(findings, key=lambda finding: finding.skill):
        yield Text(skill, style="bold")
        for finding in of_skill:
            place = ":".join(str(part) for part in (finding.path, finding.line, finding.column) if part is not None)
            yield Text.assemble(
                "  ",
                place,
                ": ",
                (finding.severity.value, _STYLES[finding.severity]),
                f" {finding.code} {finding.message}",
            )
            yield Text(f"      {finding.fix}", style="dim")
        yield Text()
    yield _summary(skills, findings)


def _summary(skills: int, findings: Sequence[Finding]) -> Text:
    errors, warnings, infos = (
        sum(finding.severity is severity for finding in findings)
        for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)
    )
    parts = (_count(errors, "error"), _count(warnings, "warning"), f"{infos} info")
    return Text(f"{_count(skills, 'skill')} checked: {', '.join(parts)}", style="bold red" if errors else "bold green")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
