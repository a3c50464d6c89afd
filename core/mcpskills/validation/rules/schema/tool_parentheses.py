"""SK013: parentheses in allowed-tools are balanced, because `Bash(git add *` would be read as leave to run all of Bash."""

from collections.abc import Iterator

from mcpskills.frontmatter import Json
from mcpskills.printable import quoted
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule
from mcpskills.validation.subject import Subject


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    field = subject.field("allowed-tools")
    if field is None:
        return
    for node in field.node.items or (field.node,):
        if not _balanced(node.value):
            yield Problem(
                f"the parentheses in {quoted(str(node.value))} do not match, so it is not clear what is allowed",
                "Close every `(` with a `)`, as in `Bash(git add *)`.",
                line=node.span.line,
                column=node.span.column,
                text=repr(node.value),
            )


def _balanced(value: Json) -> bool:
    depth = 0
    for char in value if isinstance(value, str) else "":
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return False
    return depth == 0


RULE = Rule("SK013", "tool-parentheses", Severity.ERROR, check)
