"""SK012: allowed-tools is text or a list of tools, each written as one word with optional parentheses."""

from collections.abc import Iterator

from mcpskills.frontmatter import Json
from mcpskills.printable import quoted
from mcpskills.skill import allowed_tools
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule, at_value, kind_of
from mcpskills.validation.subject import Subject

_FIX = "Write the tools with spaces between, such as `allowed-tools: Read Grep Bash(git add *)`."


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    field, value = subject.field("allowed-tools"), subject.value("allowed-tools")
    broken = {breach.path[1:] for breach in subject.breaches_of("allowed-tools")}
    if () in broken:
        message = f"the field `allowed-tools` should be text or a list, but is {kind_of(value)}; it is ignored"
        yield at_value(subject, "allowed-tools", message, _FIX)
    for index, node in enumerate(field.node.items if field else ()):
        # Which spaces stand outside of parentheses is beyond a schema.
        problem = _wrong(node.value) if (index,) in broken else _several(node.value)
        if problem:
            yield Problem(problem, _FIX, line=node.span.line, column=node.span.column, text=repr(node.value))


def _wrong(item: Json) -> str:
    if isinstance(item, str):
        return "a tool has no name; it is ignored"
    return f"a tool should be text, but is {kind_of(item)}; it is ignored"


def _several(item: Json) -> str | None:
    count = len(allowed_tools(item))
    if not isinstance(item, str):
        return None
    return f"{quoted(item)} reads as {count} tools, because it has spaces outside of parentheses" if count > 1 else None


RULE = Rule("SK012", "allowed-tools", Severity.WARNING, check)
