"""SK034: no address that collects what is sent to it stands together with a place where credentials are kept."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import chain

from mcpskills.printable import quoted
from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.instructions.credentials import credential_paths, whole_environment
from mcpskills.validation.rules.instructions.hosts import MESSENGERS, SINKS, named, pattern
from mcpskills.validation.rules.instructions.problem import distinct, problem
from mcpskills.validation.rules.instructions.shadow import ALL, Shadow, shadow_of

# As an address, or in a command; a bare name in prose is only talked about.
_SENT = r"(?:https?://|\b(?:curl|wget|nslookup|dig|host|ping|nc)\b[^\n`]{0,150}?[ \t.])[\w.$(){}-]{0,100}?"
_SINK = re.compile(rf"{_SENT}(?P<host>{pattern(SINKS)})")
_MESSENGER = re.compile(rf"https?://(?P<host>{'|'.join(map(re.escape, MESSENGERS))})")
_NEAR = 1000
_FIX = "Remove both; a skill has no reason to send credentials anywhere."


def check(file: File) -> Iterator[Problem]:
    shadow = shadow_of(file)
    return distinct(_problems(shadow))


def _problems(shadow: Shadow) -> Iterator[Problem]:
    sinks, messengers = named(shadow, SINKS), named(shadow, MESSENGERS)
    if not (sinks or messengers):
        return
    secrets = sorted(chain(credential_paths(shadow, most=ALL), whole_environment(shadow)))
    if not secrets:
        return
    for match in shadow.near(_SINK, *sinks, most=ALL):
        yield _problem(shadow, match, secrets[0])
    for match in shadow.near(_MESSENGER, *messengers, most=ALL):
        at = bisect_left(secrets, (match.start() - _NEAR, 0))
        if at < len(secrets) and secrets[at][0] < match.start() + _NEAR:
            yield _problem(shadow, match, secrets[at])


def _problem(shadow: Shadow, sink: re.Match[str], secret: tuple[int, int]) -> Problem:
    line, _ = shadow.file.place(shadow.origin(*secret)[0])
    path = quoted(shadow.written(*secret).strip())
    message = f"{quoted(sink['host'])} collects what is sent to it, and line {line} reads credentials ({path})"
    return problem(shadow, *sink.span(), message, _FIX)


RULE = FileRule("SK034", "exfiltration", Severity.ERROR, check)
