"""SK040: a skill brings no hooks, which run commands without being asked."""

from collections.abc import Iterator

from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule
from mcpskills.validation.subject import Subject

_SETTINGS = ("hooks/hooks.json", ".claude/settings.json", ".claude/settings.local.json")
_FIX = (
    "Leave it out, and tell in the instructions what to run; whoever wants a hook sets it up in a place of their own."
)


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    field = subject.field("hooks")
    if field:
        message = "`hooks` make some clients run commands at every tool call, without anybody asking for it"
        yield Problem(
            message, _FIX, line=field.key.line, column=field.key.column, text=f"hooks: {subject.value('hooks')!r}"
        )
    for path in subject.folder.files:
        if f"/{path}".endswith(tuple(f"/{name}" for name in _SETTINGS)):
            yield Problem(
                "the file can carry hooks, which some clients run without anybody asking for it", _FIX, path=path
            )


RULE = Rule("SK040", "hooks", Severity.WARNING, check)
