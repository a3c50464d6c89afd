"""What all reports are made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from mcpskills.folder import SKILL_FILE
from mcpskills.validation.finding import Finding, Severity
from mcpskills.validation.policy import Policy

_DEFAULT = Policy()


@dataclass(frozen=True, slots=True)
class Report:
    """What one run found. `skills` is how many were judged, `policy` by what; findings of one skill stand together."""

    skills: int
    findings: Sequence[Finding]
    policy: Policy = _DEFAULT

    @property
    def waived(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.waiver is not None)

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """Those that count: what is waived is left out."""
        return tuple(finding for finding in self.findings if finding.severity is severity and finding.waiver is None)

    @property
    def by_importance(self) -> tuple[Finding, ...]:
        """Errors, warnings, the rest, and last what is waived; else in their order."""
        return (*self.of(Severity.ERROR), *self.of(Severity.WARNING), *self.of(Severity.INFO), *self.waived)

    @property
    def summary(self) -> str:
        """One line with every count; it speaks of waived findings only where there are some."""
        errors, warnings, infos = (len(self.of(severity)) for severity in Severity)
        parts = [counted(errors, "error"), counted(warnings, "warning"), f"{infos} info"]
        if self.waived:
            parts.append(f"{len(self.waived)} waived")
        return f"{counted(self.skills, 'skill')} checked: {', '.join(parts)}"


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def file_of(finding: Finding) -> str:
    """The file to open for a finding: for one about a whole folder its SKILL.md."""
    return f"{finding.path}/{SKILL_FILE}" if finding.of_folder else finding.path
