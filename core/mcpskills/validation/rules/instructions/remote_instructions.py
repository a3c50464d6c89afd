"""SK045: what an agent is told to do stands in the skill, not at an address."""

import re
from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.instructions.problem import distinct, problem
from mcpskills.validation.rules.instructions.shadow import shadow_of

_URL = r"https?://[^\s)\"'<>`\]]{1,300}+"
_OBEY = r"(?:follow|obey|execute|carry out|comply with|perform|do what|do exactly)"
_WHAT = r"(?:instructions?|steps|commands?|directions|directives|guidance|orders|it says|they say|tasks?)"
_THERE = re.compile(
    rf"\b(?:fetch|read|download|load|visit|open|get|retrieve|curl|check|see|browse|access"
    rf"|go to)\b[^\n]{{0,60}}?(?P<url>{_URL})[^\n]{{0,80}}?"
    rf"\b{_OBEY}\b[^\n]{{0,40}}?\b(?:{_WHAT}|it|them)\b"
    rf"|\b{_OBEY}\b[^\n.]{{0,30}}?\b{_WHAT}\b[^\n.]{{0,30}}?\b(?:at|from|in|on|found at"
    rf"|listed at)\b[^\n]{{0,20}}?(?:{_URL})"
)
_FIX = "Put the instructions into the skill, where they are reviewed and cannot change unseen."


def check(file: File) -> Iterator[Problem]:
    shadow = shadow_of(file)
    if not (
        shadow.has("http", "https") and shadow.has("follow", "obey", "execute", "carry", "comply", "perform", "do")
    ):
        return iter(())
    message = "the agent is sent to an address to be told what to do; what stands there can change after the review"
    return distinct(
        problem(shadow, *match.span(), message, _FIX) for match in shadow.near(_THERE, "http://", "https://")
    )


RULE = FileRule("SK045", "remote-instructions", Severity.WARNING, check)
