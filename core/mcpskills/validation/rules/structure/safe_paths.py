"""SK021: paths stay inside the skill's folder and can be written down, on every system and in every address."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import WHOLE_FOLDER, Problem, Rule
from mcpskills.validation.subject import Subject

MAX_SEGMENT_BYTES = 255
MAX_PATH_BYTES = 1024
MAX_DEPTH = 32

_DRIVE = re.compile("[A-Za-z]:")
_UNDECODABLE = re.compile("[\ud800-\udfff]")
# Control characters, line and paragraph separators, and format characters: zero width, or turning the direction of text.
_INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp"})
# The second is the short name that Windows gives to the first.
_GIT = frozenset({".git", "git~1"})
_RENAME = "Rename it: short names of letters, digits, `-`, `_` and `.` work everywhere."


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
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
    return _fault(path)


# Three rules ask about each path.
@lru_cache(maxsize=4096)
def _fault(path: str) -> str | None:
    segments = path.split("/")
    faults = (
        (path.startswith("/") or _DRIVE.match(path), "is absolute"),
        ("\\" in path, "contains a backslash; the separator is `/`"),
        (".." in segments, "contains `..`"),
        ("" in segments or "." in segments, "has an empty segment or `.`"),
        (any(map(names_git, segments)), "leads into a `.git` folder, which tells Git what to run"),
        (len(segments) > MAX_DEPTH, f"is more than {MAX_DEPTH} folders deep"),
        (max(map(_bytes, segments)) > MAX_SEGMENT_BYTES, f"has a name of more than {MAX_SEGMENT_BYTES} bytes"),
    )
    return next((words for found, words in faults if found), _spelling(path))


def names_git(segment: str) -> bool:
    """Whether some file system takes the name for `.git`, as `core.protectHFS` and `core.protectNTFS` of Git have it."""
    visible = segment if segment.isascii() else "".join(char for char in segment if unicodedata.category(char) != "Cf")
    return visible.casefold().partition(":")[0].rstrip(". ") in _GIT


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _spelling(path: str) -> str | None:
    if path.isascii() and path.isprintable():
        return None
    if _UNDECODABLE.search(path):
        return "is not UTF-8"
    invisible = any(unicodedata.category(char) in _INVISIBLE for char in path)
    return "contains a control character or an invisible one" if invisible else None


RULE = Rule("SK021", "safe-paths", Severity.ERROR, check, version=2, essential=True)
