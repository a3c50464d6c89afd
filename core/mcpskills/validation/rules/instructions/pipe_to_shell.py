"""SK036: a download is not run before anybody could have looked at it."""

from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.instructions.addresses import public_address
from mcpskills.validation.rules.instructions.downloads import downloads_run_at_once
from mcpskills.validation.rules.instructions.problem import distinct, problem
from mcpskills.validation.rules.instructions.shadow import shadow_of

_MESSAGE = "a download is run unseen: whoever holds that address decides what runs, today and later"
_FIX = "Name a package with a version, or download a file of a fixed version, compare its checksum, then run it."


def check(file: File) -> Iterator[Problem]:
    shadow = shadow_of(file)
    spans = (span for span in downloads_run_at_once(shadow) if public_address(span.what) is None)
    return distinct(problem(shadow, span.start, span.end, _MESSAGE, _FIX) for span in spans)


RULE = FileRule("SK036", "pipe-to-shell", Severity.WARNING, check)
