"""SK028: text files are UTF-8, not UTF-16 or UTF-32."""

from collections.abc import Iterator

from mcpskills.folder import SKILL_FILE
from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem

_WIDE = ("utf-16", "utf-32")


def check(file: File) -> Iterator[Problem]:
    encoding = file.encoding
    if file.path != SKILL_FILE and encoding and encoding.startswith(_WIDE):
        name = encoding[: len(_WIDE[0])].upper()
        yield Problem(
            f"the file is {name}; clients, reviewers' tools and most scanners cannot read it",
            "Save the file as UTF-8.",
            line=1,
            column=1,
            text=name,
        )


RULE = FileRule("SK028", "wide-text", Severity.WARNING, check)
