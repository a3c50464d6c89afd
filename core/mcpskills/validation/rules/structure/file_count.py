"""SK019: a skill has a bounded number of files."""

from collections.abc import Iterator

from mcpskills.folder import ENTRY_LIMIT
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import WHOLE_FOLDER, Problem, Rule
from mcpskills.validation.subject import Subject


def check(subject: Subject, policy: Policy) -> Iterator[Problem]:
    count = len(subject.folder.entries)
    if count > policy.limits.files:
        found = f"{count} files" if count < ENTRY_LIMIT else f"{ENTRY_LIMIT} files or more"
        yield Problem(
            f"the folder has {found}; at most {policy.limits.files} are allowed",
            "Remove generated files, or split the skill.",
            path=WHOLE_FOLDER,
        )


RULE = Rule("SK019", "file-count", Severity.ERROR, check, essential=True)
