"""SK044: a skill asks for no more than it needs: neither every command nor every request."""

import re
from collections.abc import Iterator

from mcpskills.printable import quoted
from mcpskills.skill import allowed_tools
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule, at_value
from mcpskills.validation.subject import Subject

_ALL = re.compile(
    r"\*|all|mcp__\*|(?:bash|shell|powershell|execute|run)"
    r"\([ \t]*(?:\**|:\*|\*:\*|(?:sudo|su|bash|sh|zsh|eval|env|xargs)[ :]*\*)[ \t]*\)",
    re.IGNORECASE,
)
_EVERYTHING = re.compile(
    r"\b(?:for|on|to|at|in|with|before|after)\s+(?:answering\s+|responding\s+to\s+)?(?:every|each|any"
    r"|all)\s+(?:single\s+|user\s+|possible\s+)?"
    r"(?:requests?|messages?|conversations?|questions?|prompts?|quer(?:y|ies)|responses?|inputs?|turns?"
    r"|interactions?|repl(?:y|ies)|sessions?)\b(?!\s+(?:to|about|for|that|which|who|involving|related|with|from|in"
    r"|on|where|mentioning|containing|of)\b)"
    r"|\balways\s+(?:use|load|invoke|activate|trigger|run|apply|call)\s+this\s+skill\b"
    r"(?!\s+(?:when|whenever|if|for|before|after|to|on|in|as|with)\b)"
    r"|\b(?:regardless|irrespective)\s+of\s+(?:the\s+)?(?:request|task|topic|context|question|user)\b"
    r"|\b(?:use|load|invoke)\s+(?:this\s+)?(?:skill\s+)?for\s+everything\b",
    re.IGNORECASE,
)
_NARROW = "Name what the skill needs, such as `Bash(git add:*)`; the user is asked for anything else."
_SPECIFIC = "Say for which requests it is; a skill that claims everything crowds out the others."


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    for tool in allowed_tools(subject.value("allowed-tools")):
        if _ALL.fullmatch(tool):
            yield at_value(subject, "allowed-tools", f"{quoted(tool)} lets it run anything without asking", _NARROW)
    for key in ("description", "when-to-use", "when_to_use"):
        text = subject.value(key)
        match = _EVERYTHING.search(text[:5000]) if isinstance(text, str) else None
        if match:
            message = f"the field `{key}` claims everything: {quoted(match[0])}"
            yield at_value(subject, key, message, _SPECIFIC)


RULE = Rule("SK044", "excessive-permission", Severity.WARNING, check)
