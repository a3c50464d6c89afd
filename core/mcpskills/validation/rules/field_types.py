"""SK010: optional fields have the type that clients expect; others read as if they were absent."""

from collections.abc import Iterator, Mapping

from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Limits
from mcpskills.validation.rule import Problem, Rule, at_value, kind_of
from mcpskills.validation.subject import Subject

_COMPATIBILITY_LENGTH = 500
_TYPES: Mapping[str, tuple[type, str, str]] = {
    "license": (str, "text", "Write a licence name or a file name, such as `license: MIT`."),
    "compatibility": (str, "text", "Write one sentence about what the skill needs."),
    "metadata": (Mapping, "a mapping", "Write one `key: value` per line, indented below `metadata:`."),
    "user-invocable": (
        bool,
        "`true` or `false`",
        "Write `user-invocable: false`, without quotes; `no` and `off` are text.",
    ),
    "model": (str, "text", "Write a model's name, or remove the field."),
    "context": (str, "text", "Write text such as `context: fork`, or remove the field."),
}


def check(subject: Subject, _limits: Limits) -> Iterator[Problem]:
    for key, (wanted, words, fix) in _TYPES.items():
        value = subject.value(key)
        if subject.field(key) is not None and not isinstance(value, wanted):
            message = f"the field `{key}` should be {words}, but is {kind_of(value)}; it is ignored"
            yield at_value(subject, key, message, fix)
    compatibility = subject.value("compatibility")
    if isinstance(compatibility, str) and len(compatibility) > _COMPATIBILITY_LENGTH:
        yield at_value(
            subject,
            "compatibility",
            f"the field `compatibility` has {len(compatibility)} characters; the specification allows "
            f"{_COMPATIBILITY_LENGTH}",
            "Shorten it; details belong in the instructions.",
        )


RULE = Rule("SK010", "field-types", Severity.WARNING, check)
