"""SK035: no command lets another key log in over SSH."""

import re
from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.instructions.problem import distinct, problem
from mcpskills.validation.rules.instructions.shadow import ALL, shadow_of

_KEYS = r"authorized_?keys2?\b"
_WRITES = re.compile(
    rf">{{1,2}}\|?[ \t]{{0,5}}[^\s|;&>]{{0,150}}{_KEYS}"
    rf"|\btee\b[^\n|;]{{0,150}}?{_KEYS}"
    rf"|\b(?:cp|mv|install|dd|scp|rsync)\b[ \t][^\n|;]{{0,200}}?[\s=:]\S{{0,150}}?{_KEYS}[\"']?[ \t]{{0,3}}(?=$"
    rf"|[\n|;&`])"
    rf"|\bsed\b[^\n|;]{{0,40}}?[ \t]-i[^\n|;]{{0,200}}?{_KEYS}"
    rf"|\b(?:add-content|set-content|out-file)\b[^\n|;]{{0,150}}?{_KEYS}"
    rf"|{_KEYS}[\"')]{{0,3}},[ \t]{{0,3}}(?:mode[ \t]{{0,2}}=[ \t]{{0,2}})?[\"'][aw]b?\+?[\"']"
    rf"|\b(?:appendfile|writefile)(?:sync)?\([^\n]{{0,150}}?{_KEYS}"
    rf"|{_KEYS}[\"')]{{0,4}}\.(?:write_text|write_bytes|open\([\"'][aw])"
)
_FIX = "Remove the command; whoever runs the skill decides who may log in."


def check(file: File) -> Iterator[Problem]:
    shadow = shadow_of(file)
    if not shadow.has("authorized", "authorizedkeys", "authorizedkeys2"):
        return iter(())
    message = "a command writes to `authorized_keys`, which lets whoever holds the key log in"
    return distinct(
        problem(shadow, *match.span(), message, _FIX)
        for match in shadow.near(_WRITES, "authorized", reach=500, most=ALL)
    )


RULE = FileRule("SK035", "authorized-keys", Severity.ERROR, check)
