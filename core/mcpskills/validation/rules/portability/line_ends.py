"""SK068: lines of text end in a line feed alone."""

from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.binaries.kinds import is_binary
from mcpskills.validation.rules.portability.scripts import shebang

# Formats of Windows, and formats that ask for it: CSV (RFC 4180), iCalendar, vCard, mail.
_THEIRS = (".bat", ".cmd", ".ps1", ".psm1", ".psd1", ".reg", ".sln", ".rtf", ".csv", ".tsv", ".ics", ".vcf", ".eml")


def check(file: File) -> Iterator[Problem]:
    # Scripts have a rule of their own.
    if b"\r\n" not in file.content or file.name.lower().endswith(_THEIRS) or shebang(file) or is_binary(file):
        return
    at = (file.text or "").find("\r\n")
    if at >= 0:
        line, column = file.place(at)
        yield Problem(
            "lines end in a carriage return and a line feed",
            "Save the file with line feeds only, or run `mcpskills validate --fix`.",
            line=line,
            column=column,
            text="carriage return",
        )


RULE = FileRule("SK068", "line-ends", Severity.INFO, check)
