"""SK023: no two paths become one on a file system that ignores case, Unicode normal forms or trailing dots."""

import unicodedata
from collections.abc import Iterator

from mcpskills.printable import quoted
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule
from mcpskills.validation.rules.structure.safe_paths import fault
from mcpskills.validation.subject import Subject

_FIX = "Rename one of them."


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    tree = _Tree()
    # Unsafe paths have their own finding; leaving them out bounds length and depth here.
    for path in sorted(path for path in subject.folder.entries if not fault(path)):
        collision = tree.add(path)
        if collision:
            yield Problem(collision, _FIX, path=path, text=collision)


class _Tree:
    """Paths as a file system would see them that ignores what tells them apart; numbers stand for its folders and files."""

    def __init__(self) -> None:
        self._nodes: dict[tuple[int, str], tuple[int, str]] = {}
        self._files: set[int] = set()
        self._keys: dict[str, str] = {}

    def add(self, path: str) -> str | None:
        """Put a path into the tree, in sorted order; what it collides with, in words, or None."""
        node = 0
        for at, segment in enumerate(segments := path.split("/")):
            if node in self._files:
                return f"{quoted('/'.join(segments[:at]))} is a file and a folder at once"
            node, spelled = self._nodes.setdefault((node, self._key(segment)), (len(self._nodes) + 1, segment))
            if spelled != segment:
                above = segments[:at]
                here, there = "/".join([*above, segment]), "/".join([*above, spelled])
                return f"{quoted(here)} and {quoted(there)} are the same path on some file systems"
        self._files.add(node)
        return None

    def _key(self, segment: str) -> str:
        if segment not in self._keys:
            folded = unicodedata.normalize("NFC", unicodedata.normalize("NFD", segment).casefold())
            self._keys[segment] = folded.rstrip(". ") or folded
        return self._keys[segment]


RULE = Rule("SK023", "path-collisions", Severity.ERROR, check, essential=True)
