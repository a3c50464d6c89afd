"""The verdict on one folder: every rule of the table, one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import islice

from mcpskills.folder import SkillFolder
from mcpskills.printable import printable
from mcpskills.skill import Skill, from_frontmatter
from mcpskills.validation.finding import Finding, Severity, fingerprint
from mcpskills.validation.policy import Limits
from mcpskills.validation.rule import Problem, Rule
from mcpskills.validation.rules import RULE_SET, RULES
from mcpskills.validation.subject import Subject, prepare

MAX_PER_RULE = 100
"""Findings of one rule about one skill after which the rest is left out."""

_MESSAGE, _PATH = 600, 1200
_IN_REASON = 10


@dataclass(frozen=True, slots=True)
class Verdict:
    """What all rules say about one folder. `skill` is None when there is an error."""

    findings: tuple[Finding, ...]
    skill: Skill | None

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def ok(self) -> bool:
        return not self.errors

    @property
    def reason(self) -> str:
        """All errors as one paragraph: where, what, and what to do. Empty when there is none."""
        told = [
            f"{_place(error)}: {error.message} ({error.code}). {error.fix}" for error in islice(self.errors, _IN_REASON)
        ]
        more = len(self.errors) - _IN_REASON
        return " ".join([*told, f"And {more} more."] if more > 0 else told)


def validate(folder: SkillFolder, limits: Limits, rivals: Sequence[str] = ()) -> Verdict:
    """Judge a folder, however hostile. Never raises for what is in it; time and memory are bounded by what a reader yields.

    `rivals` are the folders to which it loses its name, as `claims.settle` says.
    """
    subject = prepare(folder, tuple(rivals))
    found = [finding for rule in RULES for finding in _findings(rule, subject, limits)]
    found.sort(key=lambda finding: (finding.path, finding.line or 0, finding.column or 0, finding.code))
    usable = subject.frontmatter is not None and not any(finding.severity is Severity.ERROR for finding in found)
    return Verdict(tuple(found), from_frontmatter(subject.frontmatter) if usable and subject.frontmatter else None)


def judged_by(limits: Limits) -> str:
    """Names the rules and the limits of a verdict; a refused folder deserves another look when it changes."""
    return RULE_SET if limits == Limits() else "/".join(map(str, (RULE_SET, *astuple(limits))))


def _findings(rule: Rule, subject: Subject, limits: Limits) -> Iterator[Finding]:
    for problem in islice(rule.check(subject, limits), MAX_PER_RULE):
        yield _finding(rule, subject.folder, problem)


def _finding(rule: Rule, folder: SkillFolder, problem: Problem) -> Finding:
    path = f"{folder.path}/{problem.path}" if problem.path else folder.path
    return Finding(
        code=rule.code,
        severity=rule.severity,
        skill=printable(folder.name),
        path=printable(path, _PATH),
        line=problem.line,
        column=problem.column,
        message=printable(problem.message, _MESSAGE),
        fix=printable(problem.fix, _MESSAGE),
        fingerprint=fingerprint(rule.code, folder.name, problem.path, problem.text),
    )


def _place(finding: Finding) -> str:
    return finding.path if finding.line is None else f"{finding.path}:{finding.line}"
