"""SK010: optional fields have the type that clients expect; others read as if they were absent."""

from collections.abc import Iterator, Mapping

from mcpskills.skill import COMPATIBILITY_LENGTH
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule, at_value, kind_of
from mcpskills.validation.subject import Subject

_WANTED: Mapping[str, tuple[str, str]] = {
    "license": ("text", "Write a licence name or a file name, such as `license: MIT`."),
    "compatibility": ("text", "Write one sentence about what the skill needs."),
    "metadata": ("a mapping", "Write one `key: value` per line, indented below `metadata:`."),
    "user-invocable": (
        "`true` or `false`",
        "Write `user-invocable: false`, without quotes; `no` and `off` are text.",
    ),
    "model": ("text", "Write a model's name, or remove the field."),
    "context": ("text", "Write text such as `context: fork`, or remove the field."),
}


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    for key, (words, fix) in _WANTED.items():
        broken = {breach.keyword for breach in subject.breaches_of(key) if len(breach.path) == 1}
        value = subject.value(key)
        if "type" in broken:
            message = f"the field `{key}` should be {words}, but is {kind_of(value)}; it is ignored"
            yield at_value(subject, key, message, fix)
        elif "maxLength" in broken:
            message = (
                f"the field `{key}` has {len(str(value))} characters; the specification allows {COMPATIBILITY_LENGTH}"
            )
            yield at_value(subject, key, message, "Shorten it; details belong in the instructions.")


RULE = Rule("SK010", "field-types", Severity.WARNING, check)
