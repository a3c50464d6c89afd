"""SK012: allowed-tools is text or a list of tools, each written as one word with optional parentheses."""

from collections.abc import Iterator

from mcpskills.frontmatter import Json
from mcpskills.printable import quoted
from mcpskills.skill import allowed_tools
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Limits
from mcpskills.validation.rule import Problem, Rule, at_value, kind_of
from mcpskills.validation.subject import Subject

_FIX = "Write the tools with spaces between, such as `allowed-tools: Read Grep Bash(git add *)`."


def check(subject: Subject, _limits: Limits) -> Iterator[Problem]:
    field, value = subject.field("allowed-tools"), subject.value("allowed-tools")
    if field is None or isinstance(value, str):
        return
    if not isinstance(value, list):
        message = f"the field `allowed-tools` should be text or a list, but is {kind_of(value)}; it is ignored"
        yield at_value(subject, "allowed-tools", message, _FIX)
        return
    for node in field.node.items:
        problem = _fault(node.value)
        if problem:
            yield Problem(problem, _FIX, line=node.span.line, column=node.span.column, text=repr(node.value))


def _fault(item: Json) -> str | None:
    if not isinstance(item, str):
        return f"a tool should be text, but is {kind_of(item)}; it is ignored"
    count = len(allowed_tools(item))
    if count == 0:
        return "a tool has no name; it is ignored"
    return f"{quoted(item)} reads as {count} tools, because it has spaces outside of parentheses" if count > 1 else None


RULE = Rule("SK012", "allowed-tools", Severity.WARNING, check)
