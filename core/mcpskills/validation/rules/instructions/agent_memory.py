"""SK043: nothing is written into the files that an agent reads in every later session."""

import re
from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.instructions.problem import distinct, problem
from mcpskills.validation.rules.instructions.shadow import shadow_of

_ANCHORS = {
    "claude": ".claude/", "md": "claude.md", "local": "claude.local.md", "agents": "agents.md",
    "gemini": "gemini.md", "memory": "memory.md", "soul": "soul.md", "heartbeat": "heartbeat.md",
    "identity": "identity.md", "cursorrules": ".cursorrules", "windsurfrules": ".windsurfrules",
    "copilot": "copilot-instructions", "codex": ".codex/", "cursor": ".cursor/", "openclaw": ".openclaw/",
}  # fmt: skip
_NAMES = (
    r"(?:(?:claude(?:\.local)?|agents|gemini|memory|soul|heartbeat|identity)\.md|\.cursorrules|\.windsurfrules"
    r"|copilot-instructions\.md|\.(?:claude|codex|cursor|openclaw)/(?:settings(?:\.local)?\.json|config\.toml"
    r"|mcp\.json|memory|hooks|rules))"
)
_HOME = r"(?:~|\$\{?home\}?|%userprofile%)[/\\]"
_WRITES = re.compile(
    rf">{{1,2}}[ \t]{{0,5}}[\"']?[^\s|;&>\"']{{0,100}}{_NAMES}\b"
    rf"|\btee\b(?:[ \t]{{1,5}}-\w)?[ \t]{{1,5}}\S{{0,100}}?{_NAMES}\b"
    rf"|{_NAMES}[\"')]{{1,3}}[ \t]{{0,2}},[ \t]{{0,2}}[\"'][aw]\+?[\"']|\b(?:append"
    rf"|write)file(?:sync)?\([^\n]{{0,100}}?{_NAMES}"
    rf"|\b(?:append|add|write|insert|save|persist|copy|inject)\b[^\n.]{{0,100}}?\b(?:to|into"
    rf"|in)\b[^\n.]{{0,20}}?{_HOME}[\w./\\-]{{0,60}}?{_NAMES}"
    r"|\b(?:append|add|write|insert|save|persist|inject)\b[^\n.]{0,100}?\b(?:to|into|in)\b[^\n.]{0,20}?(?:memory"
    r"|soul|heartbeat|identity)\.md\b"
)
_FIX = "Keep what the skill has to say in the skill; let the user decide what the agent is told in every session."


def check(file: File) -> Iterator[Problem]:
    shadow = shadow_of(file)
    message = "a file is written that the agent obeys in every later session, whether the skill is used or not"
    return distinct(
        problem(shadow, *match.span(), message, _FIX) for match in shadow.near(_WRITES, *shadow.present(_ANCHORS))
    )


RULE = FileRule("SK043", "agent-memory", Severity.WARNING, check)
