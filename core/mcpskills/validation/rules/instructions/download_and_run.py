"""SK046: a program is not downloaded in one step and run in the next."""

import re
from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.instructions.addresses import public_address
from mcpskills.validation.rules.instructions.downloads import downloads_run_later
from mcpskills.validation.rules.instructions.problem import distinct, problem
from mcpskills.validation.rules.instructions.shadow import Shadow, shadow_of

_PROGRAM = re.compile(
    r"https?://[^\s\"'`<>()\]]{1,300}\.(?:exe|msi|dmg|pkg|scr|bat|cmd|ps1|vbs|hta|jar|apk|appimage|command)(?![\w.])"
)
_DOWNLOAD = re.compile(r"\b(?:download|get|grab|fetch|install)")
_RUN = re.compile(r"\b(?:run|execute|launch|open|start|double[- ]click)\b")
_NEAR = 120
_FIX = "Put what the skill needs into its folder, or name a package with a version, or compare a checksum before it is run."


def check(file: File) -> Iterator[Problem]:
    shadow = shadow_of(file)
    spans = [(span.start, span.end) for span in downloads_run_later(shadow) if public_address(span.what) is None]
    spans += _told(shadow)
    message = "a program is downloaded and then run; what it is can change after the review"
    return distinct(problem(shadow, start, end, message, _FIX) for start, end in sorted(spans))


def _told(shadow: Shadow) -> Iterator[tuple[int, int]]:
    """The same in prose: `download https://… and run it`."""
    if not shadow.has(
        "exe", "msi", "dmg", "pkg", "scr", "bat", "cmd", "ps1", "vbs", "hta", "jar", "apk", "appimage", "command"
    ):
        return
    for match in shadow.near(_PROGRAM, "http://", "https://"):
        before, after = max(0, match.start() - _NEAR), match.end() + _NEAR
        if _DOWNLOAD.search(shadow.text, before, match.start()) and _RUN.search(shadow.text, match.end(), after):
            yield match.span()


RULE = FileRule("SK046", "download-and-run", Severity.WARNING, check)
