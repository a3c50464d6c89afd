"""SK065: links to files lead to files of the skill."""

import posixpath
from collections.abc import Iterator, Mapping
from itertools import islice

from mcpskills.folder import Entry, SkillFolder
from mcpskills.printable import quoted
from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule, at_offset
from mcpskills.validation.rules.portability.markdown import MAX_BYTES, SUFFIXES, Code, Link, links
from mcpskills.validation.rules.structure.safe_paths import fault
from mcpskills.validation.subject import Subject

_HINT = b"]"
# Links of a skill that are looked at; honest ones have some hundreds.
_MOST = 10_000


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    places, told = _Places(subject.folder.entries), set[tuple[str, str]]()
    for file, code, link in islice(_links(subject.folder), _MOST):
        known = (file.path, link.target) in told
        problem = None if known else places.fault(file.path, link.target)
        if problem and not code.covers(link.start):
            told.add((file.path, link.target))
            yield at_offset(file, link.start, link.end, *problem)


def _links(folder: SkillFolder) -> Iterator[tuple[File, Code, Link]]:
    for path, entry in folder.files.items():
        if path.lower().endswith(SUFFIXES) and entry.size <= MAX_BYTES and _HINT in entry.content:
            file = File(path, entry.content, entry.executable)
            text = file.text or ""
            code = Code(text)
            yield from ((file, code, link) for link in links(text))


class _Places:
    """The files and folders of a skill, by path and by path without regard to case."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._paths = set(entries)
        # Unsafe paths have their own finding; leaving out what is above them bounds how much there is of it.
        for path in (path for path in entries if not fault(path)):
            # Up to the first known folder, because all above it are known then.
            while (path := posixpath.dirname(path)) and path not in self._paths:
                self._paths.add(path)
        self._folded = {path.casefold(): path for path in self._paths}

    def fault(self, file: str, target: str) -> tuple[str, str] | None:
        """What is wrong with a link from a file to a target, and what to do; None when it leads somewhere."""
        # The specification counts from the skill's folder, Markdown from the file: either may be meant.
        near, root = posixpath.normpath(posixpath.join(posixpath.dirname(file), target)), posixpath.normpath(target)
        if {near, root} & self._paths or near == ".":
            return None
        if near.startswith(".."):
            return (
                f"the link to {quoted(target)} leads out of the skill's folder, which is all that is published",
                "Put a copy of the file into the skill, or link to its address on the web.",
            )
        spelled = self._folded.get(near.casefold()) or self._folded.get(root.casefold())
        if spelled:
            fix = f"Write {quoted(spelled)}: most systems tell upper case from lower case."
        else:
            fix = "Correct the path, add the file, or take the link out."
        return f"the link to {quoted(target)} leads to no file of the skill", fix


RULE = Rule("SK065", "links", Severity.WARNING, check)
