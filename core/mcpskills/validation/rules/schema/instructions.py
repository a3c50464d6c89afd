"""SK015: below the frontmatter stand the instructions."""

from collections.abc import Iterator

from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Policy
from mcpskills.validation.rule import Problem, Rule
from mcpskills.validation.subject import Subject


def check(subject: Subject, _policy: Policy) -> Iterator[Problem]:
    if subject.frontmatter and not subject.frontmatter.body.strip():
        yield Problem(
            "there are no instructions after the frontmatter",
            "Write below the second `---` what an agent should do.",
            line=subject.frontmatter.body_line,
            column=1,
        )


RULE = Rule("SK015", "instructions", Severity.WARNING, check)
