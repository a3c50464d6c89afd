"""Markdown for a comment on a pull request and for the summary of a job.

Whoever opens a pull request chooses names and texts that findings repeat, while the comment speaks with the registry's voice.
So nothing of a finding reaches the page as Markdown: plain words stand as they are, and everything else stands in code spans,
where forges look for neither markup nor mentions, references, addresses and commands.
"""

import re
from collections.abc import Iterable, Iterator

from mcpskills.printable import printable
from mcpskills.validation.finding import Finding, Severity
from mcpskills.validation.reports.inert import OLD_COMMAND
from mcpskills.validation.reports.report import Report, counted
from mcpskills.validation.rules import RULES

MARKER = "<!-- mcpskills-validate -->"
"""The first line, by which a workflow finds its comment again."""

MAX_BYTES = 65_536
"""A comment on GitHub holds so many characters; the summary of a job more."""

_LONGEST = 1300
_FOR_THE_END = 300
_HEADINGS = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings", Severity.INFO: "Info"}
_FOLDED = ("Info", "Waived")

# What a word is made of; other signs make references, addresses, hashes of commits and names of people.
_WORD = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*|[0-9]{1,4}")
_HASH = re.compile(r"[a-fA-F]{7,}")
_TOKEN = re.compile(r"""([("']*)(\S*?)([.,;:!?)"']*(?!\S))""")
_BACKTICKS = re.compile("`+")


def as_markdown(report: Report) -> str:
    """The most important first, as much as fits, and how much was left out. At most `MAX_BYTES` of UTF-8."""
    lines = [MARKER, f"### {_title(report)}", "", f"{report.summary}."]
    room = MAX_BYTES - _FOR_THE_END - sum(map(_size, lines))
    told = 0
    for heading, findings in _sections(report):
        opening, closing = _frame(heading, len(findings))
        items = list(_fitting(map(_item, findings), room - sum(map(_size, (opening, *closing)))))
        if items:
            lines += [opening, *items, *closing]
            room -= sum(map(_size, (opening, *items, *closing)))
            told += len(items)
        if len(items) < len(findings):
            break
    left = len(report.findings) - told
    if left:
        lines += ["", f"{counted(left, 'more finding')} did not fit here; the log of the check has all of them."]
    return "\n".join(lines) + "\n"


def prose(text: str) -> str:
    """A sentence that quotes others, as Markdown of plain words and code spans alone."""
    told = ""
    for number, part in enumerate(printable(text, _LONGEST).split("`")):
        # Quoted text stands between backticks. Where a stray one turns that round, every part is still safe by itself.
        span = code(part) if number % 2 else _TOKEN.sub(_token, part)
        # Two code spans that touch would be read as one with other ends.
        told += f" {span}" if told.endswith("`") and span.startswith("`") else span
    return told


def code(text: str) -> str:
    """A code span that its text cannot end; empty for an empty text."""
    shown = printable(text, _LONGEST).replace(OLD_COMMAND, "##\\[")
    if not shown:
        return ""
    fence = "`" * (1 + max(map(len, _BACKTICKS.findall(shown)), default=0))
    # Markdown takes one space off each end, but not of spaces alone.
    pad = " " if not shown.isspace() and (shown[0] in "` " or shown[-1] in "` ") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _title(report: Report) -> str:
    blocking = sum(finding.blocks for finding in report.findings)
    return f"Skills: {counted(blocking, 'error')} to fix" if blocking else "Skills: nothing keeps them from going live"


def _sections(report: Report) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    for severity, heading in _HEADINGS.items():
        yield heading, report.of(severity)
    yield "Waived", report.waived


def _frame(heading: str, number: int) -> tuple[str, tuple[str, ...]]:
    if heading in _FOLDED:
        return f"\n<details><summary>{heading} ({number})</summary>\n", ("\n</details>",)
    return f"\n#### {heading} ({number})\n", ()


def _fitting(items: Iterable[str], room: int) -> Iterator[str]:
    for item in items:
        room -= _size(item)
        if room < 0:
            return
        yield item


def _size(line: str) -> int:
    return len(line.encode()) + len("\n")


def _item(finding: Finding) -> str:
    place = ":".join(str(part) for part in (finding.path, finding.line, finding.column) if part is not None)
    lines = [
        f"- **{finding.code} {RULES[finding.code].name}** in {code(place)}: {prose(finding.message)}",
        *([code(finding.text)] if finding.text else []),
        f"Waived: {prose(finding.waiver)}" if finding.waiver else f"Fix: {prose(finding.fix)}",
    ]
    return "\\\n  ".join(lines)


def _token(found: re.Match[str]) -> str:
    before, token, after = found.groups()
    return before + (token if _WORD.fullmatch(token) and not _HASH.fullmatch(token) else code(token)) + after
