"""What a detector found, before anybody asks whether it is a secret or an example of one."""

from dataclasses import dataclass
from enum import Enum

from mcpskills.validation.file import File
from mcpskills.validation.rule import Problem
from mcpskills.validation.rules.secrets.redaction import redact


class Family(Enum):
    """How sure a detector can be: by a shape that one issuer gives, by the name beside it, or by chance alone."""

    ISSUED = "issued"
    NAMED = "named"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Hit:
    """`kind` is the detector's name for it; `secret` starts at `offset` of the text. `line` is the line as far as it was read."""

    family: Family
    kind: str
    offset: int
    secret: str
    line: str

    def problem(self, file: File, message: str, fix: str) -> Problem:
        """A problem that never tells the secret."""
        line, column = file.place(self.offset)
        return Problem(message, fix, line=line, column=column, text=redact(self.secret))
