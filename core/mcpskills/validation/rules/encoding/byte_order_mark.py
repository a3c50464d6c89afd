"""SK003: SKILL.md needs no byte order mark, and other clients trip over one."""

import codecs
from collections.abc import Iterator

from mcpskills.folder import SKILL_FILE
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule
from mcpskills.validation.subject import Subject


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    entry = subject.folder.entries.get(SKILL_FILE)
    if entry and entry.is_file and entry.content.startswith(codecs.BOM_UTF8):
        yield Problem(
            "the file starts with a byte order mark; some clients then see no frontmatter",
            "Save the file as UTF-8 without a byte order mark.",
            line=1,
            column=1,
        )


RULE = Rule("SK003", "byte-order-mark", Severity.WARNING, check)
