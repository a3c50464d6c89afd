"""The verdict on one folder: every rule of the table, then what the registry's policy makes of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from mcpskills.claims import name_of
from mcpskills.folder import SkillFolder
from mcpskills.printable import printable
from mcpskills.skill import Skill, from_frontmatter
from mcpskills.validation.file import File
from mcpskills.validation.finding import Finding, Severity, fingerprint
from mcpskills.validation.policy import Policy, Waiver
from mcpskills.validation.redacting import redacted
from mcpskills.validation.registry import Registry
from mcpskills.validation.rule import WHOLE_FOLDER, AnyRule, Problem
from mcpskills.validation.rules import FILE_RULES, FOLDER_RULES, REGISTRY_RULES, RULE_SET, RULES
from mcpskills.validation.rules.structure import checkable, file_count, package_size
from mcpskills.validation.subject import ALONE, Neighbours, Subject, prepare

MAX_PER_RULE = 100
"""Findings of one rule about one skill after which the rest is left out."""

_MESSAGE, _PATH, _TEXT = 600, 1200, 200
_IN_REASON = 10

Problems = tuple[tuple[str, Problem], ...]
"""What rules found, each with the rule's code, before any policy."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What all rules say about one folder. `skill` is None when something blocks. `used` are the waivers that were needed."""

    findings: tuple[Finding, ...]
    skill: Skill | None
    used: frozenset[Waiver] = frozenset()

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.blocks)

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


def validate(folder: SkillFolder, policy: Policy, neighbours: Neighbours = ALONE) -> Verdict:
    """Judge a folder, however hostile. Never raises for what is in it; time and memory are bounded by what a reader yields."""
    subject = prepare(folder, neighbours)
    problems = judge_folder(subject, policy)
    if is_scannable(problems):
        problems += tuple(found for file in files_of(folder) for found in judge_file(file))
    findings, used = weigh(folder.path, problems, policy)
    usable = subject.frontmatter is not None and not any(finding.blocks for finding in findings)
    return Verdict(findings, from_frontmatter(subject.frontmatter) if usable and subject.frontmatter else None, used)


def judge_folder(subject: Subject, policy: Policy) -> Problems:
    """What the rules about a folder as a whole find."""
    return tuple(
        found
        for rule in FOLDER_RULES
        for found in _found(rule.code, partial(rule.check, subject, policy), WHOLE_FOLDER)
    )


def judge_file(file: File) -> Problems:
    """What the rules about a single file find: always the same for the same file."""
    return tuple(
        (code, replace(problem, path=file.path))
        for rule in FILE_RULES
        for code, problem in _found(rule.code, partial(rule.check, file), file.path)
    )


def is_scannable(problems: Problems) -> bool:
    """False for a folder that is refused for its size: nobody waits for a scan of what never goes live."""
    return not any(code in {package_size.RULE.code, file_count.RULE.code} for code, _ in problems)


def files_of(folder: SkillFolder) -> Iterator[File]:
    for path, entry in folder.files.items():
        yield File(path, entry.content, entry.executable)


def weigh(path: str, problems: Problems, policy: Policy) -> tuple[tuple[Finding, ...], frozenset[Waiver]]:
    """Findings about the skill at `path`, in the order of their places, and the waivers that were needed."""
    found = list(_weighed(path, problems, policy))
    used = frozenset(waiver for _, waiver in found if waiver)
    return tuple(sorted((finding for finding, _ in found), key=_order)), used


def validate_registry(registry: Registry, policy: Policy) -> tuple[Finding, ...]:
    """What the rules about a registry as a whole say; such findings belong to no skill."""
    return tuple(
        finding_of(rule.code, severity, "", problem)
        for rule in REGISTRY_RULES
        if (severity := _severity(rule, policy))
        for problem in islice(rule.check(registry, policy), MAX_PER_RULE)
    )


def finding_of(code: str, severity: Severity, path: str, problem: Problem) -> Finding:
    """What a problem of the skill, or the registry, at `path` reads like in a report: printable, and with secrets shortened."""
    skill, text = redacted(name_of(path)), redacted(problem.text)
    return Finding(
        code=code,
        severity=severity,
        skill=printable(skill),
        path=printable(redacted(_whole(path, problem)), _PATH),
        line=problem.line,
        column=problem.column,
        message=printable(redacted(problem.message), _MESSAGE),
        fix=printable(redacted(problem.fix), _MESSAGE),
        text=printable(text, _TEXT),
        fingerprint=fingerprint(code, skill, redacted(problem.path), text),
        of_folder=problem.path == WHOLE_FOLDER,
    )


def judged_by(policy: Policy) -> str:
    """Names the rules and the policy of a verdict; a refused folder deserves another look when it changes."""
    return RULE_SET if policy == Policy() else f"{RULE_SET}/{policy.digest}"


def _found(code: str, check: Callable[[], Iterator[Problem]], path: str) -> Problems:
    """What a rule finds; when it cannot cope with what it sees, that is an error: nothing passes for want of a verdict."""
    try:
        return tuple((code, problem) for problem in islice(check(), MAX_PER_RULE))
    except Exception as error:  # noqa: BLE001 one skill must not stop the run for all others
        return ((checkable.RULE.code, checkable.problem(code, path, error)),)


def _weighed(path: str, problems: Problems, policy: Policy) -> Iterator[tuple[Finding, Waiver | None]]:
    for code, problem in problems:
        rule = RULES[code]
        severity = _severity(rule, policy)
        if severity is not None:
            finding = finding_of(code, severity, path, problem)
            waiver = None if rule.essential else policy.waiver(code, _whole(path, problem))
            yield (replace(finding, waiver=_granted(waiver)) if waiver else finding), waiver


def _whole(path: str, problem: Problem) -> str:
    return "/".join(part for part in (path, problem.path) if part)


def _severity(rule: AnyRule, policy: Policy) -> Severity | None:
    return rule.severity if rule.essential else policy.severity(rule.code, rule.severity)


def _granted(waiver: Waiver) -> str:
    return printable(f"{waiver.reason} ({waiver.by}, until {waiver.expires})", _MESSAGE)


def _order(finding: Finding) -> tuple[str, int, int, str]:
    return finding.path, finding.line or 0, finding.column or 0, finding.code


def _place(finding: Finding) -> str:
    return finding.path if finding.line is None else f"{finding.path}:{finding.line}"
