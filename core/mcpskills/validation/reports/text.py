"""Text for people: by skill, then by file, in colours where the terminal has them."""

from collections.abc import Iterator
from functools import cache
from itertools import groupby

from rich.console import Console
from rich.text import Text

from mcpskills.validation.finding import Finding, Severity
from mcpskills.validation.reports.inert import inert
from mcpskills.validation.reports.report import Report

REGISTRY = "registry"
"""Stands in place of a skill above what concerns none."""

NARROWEST = 40
"""Columns below which lines are not broken further."""

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_SEVERITIES = max(map(len, Severity))


def as_text(report: Report) -> str:
    """Lines as long as they are, each finding with its whole place, for logs, files and `grep`.

    No line can be taken for a command by the runner of a workflow.
    """
    return "".join(f"{inert(line)}\n" for line in _plain(report))


def lines(report: Report, width: int) -> Iterator[Text]:
    """The report for a terminal, in lines of at most `width` columns, below headings that name the files."""
    for line in _lines(report, width):
        safe = inert(line.plain)
        yield line if safe == line.plain else Text(safe, style=line.style)


def _plain(report: Report) -> Iterator[str]:
    for skill, of_skill in groupby(report.findings, key=lambda finding: finding.skill):
        yield skill or REGISTRY
        for finding in of_skill:
            place = ":".join(str(part) for part in (finding.path, finding.line, finding.column) if part is not None)
            yield f"  {place}: {finding.severity.value} {finding.code} {finding.message}"
            if finding.text:
                yield f"      | {finding.text}"
            yield f"      {_outcome(finding)}"
        yield ""
    yield report.summary


def _lines(report: Report, width: int) -> Iterator[Text]:
    for skill, of_skill in groupby(report.findings, key=lambda finding: finding.skill):
        yield Text(skill or REGISTRY, style="bold")
        for path, of_file in groupby(of_skill, key=lambda finding: finding.path):
            yield from _broken(Text(path, style="underline"), "  ", "    ", width)
            yield from _below(list(of_file), width)
        yield Text()
    failed = any(finding.blocks for finding in report.findings)
    yield Text(report.summary, style="bold red" if failed else "bold green")


def _below(findings: list[Finding], width: int) -> Iterator[Text]:
    places = [":".join(str(part) for part in (found.line, found.column) if part is not None) for found in findings]
    longest = max(map(len, places))
    for finding, place in zip(findings, places, strict=True):
        start = f"    {place:<{longest}}  " if longest else "    "
        margin = " " * len(start)
        weight = _weight(finding)
        weight.pad_right(_SEVERITIES - len(weight))
        yield from _broken(Text.assemble(weight, "  ", _message(finding)), start, margin, width)
        for detail in _details(finding):
            yield from _broken(detail, margin, margin + "  ", width)


def _weight(finding: Finding) -> Text:
    return Text(finding.severity.value, style="dim" if finding.waiver else _STYLES[finding.severity])


def _message(finding: Finding) -> Text:
    return Text.assemble((finding.code, "bold"), " ", finding.message, style="dim" if finding.waiver else "")


def _details(finding: Finding) -> Iterator[Text]:
    if finding.text:
        yield Text.assemble(("| ", "dim"), finding.text, style="dim" if finding.waiver else "")
    yield Text(_outcome(finding), style="dim")


def _outcome(finding: Finding) -> str:
    return f"Waived: {finding.waiver}" if finding.waiver else f"Fix: {finding.fix}"


def _broken(text: Text, start: str, margin: str, width: int) -> Iterator[Text]:
    """The text at `start`, and what does not fit below it at `margin`, each line at most `width` columns wide."""
    room = max(width, NARROWEST) - max(len(start), len(margin))
    wrapped = text.wrap(_settings(), room, overflow="fold")
    for number, part in enumerate(wrapped):
        part.rstrip()
        yield Text.assemble(start if number == 0 else margin, part)


@cache
def _settings() -> Console:
    """Wrapping asks a console for nothing but tabs and justification; nothing is printed on it."""
    return Console()
