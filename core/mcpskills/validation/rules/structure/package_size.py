"""SK018: all files of a skill together stay within the size of a package."""

from collections.abc import Iterator

from mcpskills.printable import quoted
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import WHOLE_FOLDER, Problem, Rule
from mcpskills.validation.subject import Subject


def check(subject: Subject, policy: Policy) -> Iterator[Problem]:
    files = subject.folder.files
    size = sum(entry.size for entry in files.values())
    if size > policy.limits.package_bytes:
        largest = max(files, key=lambda path: files[path].size)
        yield Problem(
            f"the files have {size} bytes together; at most {policy.limits.package_bytes} are allowed",
            f"Remove or shrink what is large; the largest is {quoted(largest)} with {files[largest].size} bytes.",
            path=WHOLE_FOLDER,
        )


RULE = Rule("SK018", "package-size", Severity.ERROR, check, essential=True)
