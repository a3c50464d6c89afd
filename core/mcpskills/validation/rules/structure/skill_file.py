"""SK001: a skill is a folder with a file that is called exactly `SKILL.md`."""

from collections.abc import Iterator

from mcpskills.folder import SKILL_FILE
from mcpskills.printable import quoted
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import WHOLE_FOLDER, Problem, Rule
from mcpskills.validation.subject import Subject


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    entries = subject.folder.entries
    if SKILL_FILE in entries:
        return
    near = sorted(path for path in entries if path.casefold() == SKILL_FILE.casefold())
    if near:
        yield Problem(
            f"the instructions are in {quoted(near[0])}, but the name must be `{SKILL_FILE}` in exactly this spelling",
            f"Rename the file: `git mv {near[0]} {SKILL_FILE}`.",
            path=near[0],
        )
    else:
        yield Problem(
            f"the folder has no `{SKILL_FILE}`",
            f"Add a `{SKILL_FILE}` that starts with a frontmatter of `name` and `description`.",
            path=WHOLE_FOLDER,
        )


RULE = Rule("SK001", "skill-file", Severity.ERROR, check, essential=True)
