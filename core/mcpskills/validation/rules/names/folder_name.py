"""SK008: the folder is called like the skill."""

from collections.abc import Iterator

from mcpskills.printable import quoted
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule, at_value
from mcpskills.validation.rules.names.name import fault
from mcpskills.validation.subject import Subject


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    name, folder = subject.value("name"), subject.folder.name
    # A name that is itself wrong has its own finding; comparing it with the folder would only repeat that.
    if not isinstance(name, str) or fault(name) or name == folder:
        return
    fix = f"Rename the folder to `{name}`"
    fix += f", or write `name: {folder}`." if fault(folder) is None else "."
    yield at_value(subject, "name", f"the name {quoted(name)} differs from the folder's name {quoted(folder)}", fix)


RULE = Rule("SK008", "folder-name", Severity.ERROR, check, essential=True)
