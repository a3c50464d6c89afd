"""What the rules say about content that is only proposed: as the publisher would say it after the merge."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from mcpskills.errors import InvalidInputError
from mcpskills.evals import judge as evals
from mcpskills.proposal import Changed
from mcpskills.validation.finding import Finding, Severity
from mcpskills.validation.neighbours import neighbours
from mcpskills.validation.policy import FILE, Policy
from mcpskills.validation.registry import Registry
from mcpskills.validation.registry_toml import policy_of
from mcpskills.validation.subject import ALONE, Neighbours
from mcpskills.validation.validate import Verdict, validate, validate_registry
from mcpskills.version import Evaluation
from mcpskills_server.admin.checking import Found
from mcpskills_server.admin.parts import Admin


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a proposal changes, the verdict on each skill that it leaves behind, by path, and what concerns the whole registry.

    `evaluations` are of the skills that no rule refuses and that carry evals, `refused` says which of them fail too many for
    this registry.
    """

    changed: Changed
    verdicts: Mapping[str, Verdict]
    findings: tuple[Finding, ...]
    evaluations: Mapping[str, Evaluation]
    refused: Mapping[str, str]

    @property
    def ok(self) -> bool:
        """Whether neither a rule nor its evals keep the proposal from going live."""
        return not (self.blocking or self.refused or self.changed.left_out)

    @property
    def blocking(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.all_findings if finding.blocks)

    @property
    def found(self) -> Found:
        """In numbers. What is too much to be judged counts as one error, an error that is waived as a warning."""
        errors = len(self.blocking) + len(self.refused) + bool(self.changed.left_out)
        advice = [each for each in self.all_findings if not each.blocks and each.severity is not Severity.INFO]
        return Found(self.changed.commit, errors, len(advice))

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        return (*self.findings, *(finding for verdict in self.verdicts.values() for finding in verdict.findings))

    @property
    def reason(self) -> str:
        """All that blocks as one paragraph."""
        whole = Verdict(self.findings, None)
        said = (verdict.reason for verdict in (whole, *self.verdicts.values()))
        return " ".join(reason for reason in (*said, *self.refused.values()) if reason)


def judge(admin: Admin, which: str) -> Judgement:
    """Judge a proposal by the policy of the tracked branch, beside what would stand there after the merge."""
    changed = admin.forge.changed(which)
    policy, fault = _policy(admin, at=None)
    if FILE in changed.elsewhere:
        _, fault = _policy(admin, at=changed.commit)
    left = [change.after for change in changed.skills if change.after]
    beside = neighbours_of(admin, [folder.path for folder in left], changed.folders)
    verdicts = {folder.path: validate(folder, policy, beside.get(folder.path, ALONE)) for folder in left}
    good = [folder for folder in left if verdicts[folder.path].ok]
    evaluations = admin.trial.evaluate(good, refuse=policy.refuse_failed_evals)
    failed = {path: found for path, found in evaluations.items() if found.failed and policy.refuse_failed_evals}
    return Judgement(
        changed=changed,
        verdicts=verdicts,
        evaluations=evaluations,
        refused={path: evals.refusal(found) for path, found in failed.items()},
        # The other rules about a registry advise whoever keeps it; this one tells of a merge that would stop the publisher.
        findings=validate_registry(Registry(changed.folders, policy_fault=fault), Policy()),
    )


def neighbours_of(admin: Admin, paths: Collection[str], folders: Collection[str]) -> dict[str, Neighbours]:
    """What would stand beside the skills at `paths`, where `folders` are those of all skills."""
    return neighbours(paths, folders, admin.names.live(paths, folders))


def _policy(admin: Admin, at: str | None) -> tuple[Policy, str | None]:
    """The policy of a commit, and what is wrong with it. A broken one judges nobody: the product's own does."""
    try:
        return policy_of(admin.forge.file(FILE, at), admin.now().date()), None
    except InvalidInputError as error:
        return Policy(), error.message
