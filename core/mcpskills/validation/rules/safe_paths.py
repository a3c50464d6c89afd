"""SK021: paths stay inside the skill's folder and can be written down, on every system and in every address."""

import re
from collections.abc import Iterator

from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Limits
from mcpskills.validation.rule import WHOLE_FOLDER, Problem, Rule
from mcpskills.validation.subject import Subject

MAX_SEGMENT_BYTES = 255
MAX_PATH_BYTES = 1024
MAX_DEPTH = 32

_DRIVE = re.compile("[A-Za-z]:")
_UNDECODABLE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_RENAME = "Rename it: short names of letters, digits, `-`, `_` and `.` work everywhere."


def check(subject: Subject, _limits: Limits) -> Iterator[Problem]:
    # The folders above the skill are recorded with it; they may be absolute for somebody who validates a plain folder.
    above = _spelling(subject.folder.path)
    if above:
        yield Problem(f"the path of the skill's folder {above}", _RENAME, path=WHOLE_FOLDER, text=above)
    for path in subject.folder.entries:
        problem = fault(path)
        if problem:
            yield Problem(f"the path {problem}", _RENAME, path=path)


def fault(path: str) -> str | None:
    """What makes a relative path unsafe, as the end of a sentence that starts with it; None when nothing does."""
    # First, so that nothing below takes long.
    if len(path) > MAX_PATH_BYTES or _bytes(path) > MAX_PATH_BYTES:
        return f"is longer than {MAX_PATH_BYTES} bytes"
    segments = path.split("/")
    faults = (
        (path.startswith("/") or _DRIVE.match(path), "is absolute"),
        ("\\" in path, "contains a backslash; the separator is `/`"),
        (".." in segments, "contains `..`"),
        ("" in segments or "." in segments, "has an empty segment or `.`"),
        (len(segments) > MAX_DEPTH, f"is more than {MAX_DEPTH} folders deep"),
        (max(map(_bytes, segments)) > MAX_SEGMENT_BYTES, f"has a name of more than {MAX_SEGMENT_BYTES} bytes"),
    )
    return next((words for found, words in faults if found), _spelling(path))


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _spelling(path: str) -> str | None:
    if _UNDECODABLE.search(path):
        return "is not UTF-8"
    return "contains a control character" if _CONTROL.search(path) else None


RULE = Rule("SK021", "safe-paths", Severity.ERROR, check)
