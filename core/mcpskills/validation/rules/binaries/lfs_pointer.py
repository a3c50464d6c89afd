"""SK082: files are in Git itself: of one in Git LFS, only the pointer would be published."""

from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem

# The Git LFS specification: a pointer starts with this key and has less than 1024 bytes.
_START = b"version https://git-lfs.github.com/spec/"
_LARGEST = 1024


def check(file: File) -> Iterator[Problem]:
    if file.content.startswith(_START) and len(file.content) < _LARGEST and b"\noid sha256:" in file.content:
        yield Problem(
            "the file is kept in Git LFS; what is published is this pointer and not the file",
            "Take it out of Git LFS: `git lfs untrack` its path, then `git add --renormalize` it.",
            line=1,
            column=1,
            text="Git LFS",
        )


RULE = FileRule("SK082", "lfs-pointer", Severity.WARNING, check)
