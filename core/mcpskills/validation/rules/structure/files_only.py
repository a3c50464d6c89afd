"""SK020: a skill consists of plain files; links and devices would reach out of its folder."""

from collections.abc import Iterator

from mcpskills.folder import EntryKind
from mcpskills.printable import quoted
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule
from mcpskills.validation.subject import Subject


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    for path, entry in subject.folder.entries.items():
        if entry.kind is EntryKind.SYMLINK:
            target = entry.content.decode("utf-8", "replace")
            yield Problem(
                f"the path is a symbolic link to {quoted(target)}; links are not published",
                "Put a copy of the file in its place.",
                path=path,
                text=target,
            )
        elif entry.kind is EntryKind.SUBMODULE:
            yield Problem(
                "the path is a Git submodule; submodules are not published",
                "Remove the submodule and commit the files that the skill needs.",
                path=path,
            )
        elif entry.kind is EntryKind.SPECIAL:
            yield Problem(
                "the path is no readable file (a pipe, a device, a socket, or a file without read permission)",
                "Remove it, or make it a readable file.",
                path=path,
            )


RULE = Rule("SK020", "files-only", Severity.ERROR, check, essential=True)
