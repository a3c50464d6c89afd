"""SK011: metadata maps text to text; other values are rewritten to text when the skill is published."""

from collections.abc import Iterator

from mcpskills.canonical import SIGNATURE_FILES
from mcpskills.printable import quoted
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule, kind_of
from mcpskills.validation.subject import Subject


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    metadata = subject.field("metadata") if subject.breaches_of("metadata") else None
    signed = SIGNATURE_FILES & subject.folder.entries.keys()
    outcome = "it stays as it is, because the folder is signed" if signed else "it is published as text"
    for key, field in ((metadata and metadata.node.fields) or {}).items():
        value = field.node.value
        if not isinstance(value, str):
            yield Problem(
                f"the metadata value {quoted(key)} should be text, but is {kind_of(value)}; {outcome}",
                "Put the value in quotes.",
                line=field.node.span.line,
                column=field.node.span.column,
                text=f"{key}: {value!r}",
            )


RULE = Rule("SK011", "metadata-values", Severity.WARNING, check)
