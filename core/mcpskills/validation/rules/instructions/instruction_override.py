"""SK037: no text tells an agent to drop its instructions or to act behind the user's back."""

from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.instructions.override import overrides
from mcpskills.validation.rules.instructions.problem import distinct, problem
from mcpskills.validation.rules.instructions.shadow import shadow_of

_FIX = "Say what the agent should do; what its user and its host told it goes first, and the user may know everything."


def check(file: File) -> Iterator[Problem]:
    shadow = shadow_of(file)
    message = "an agent is told to drop what it was told before, or to act behind the user's back"
    return distinct(problem(shadow, start, end, message, _FIX) for start, end in sorted(overrides(shadow)))


RULE = FileRule("SK037", "instruction-override", Severity.WARNING, check)
