"""What the publisher says under its signature about a version."""

import re
from collections import Counter

import mcpskills
from mcpskills.adapters.git.commits import CommitInfo
from mcpskills.provenance import Builder, CommitSignature, Provenance, Review, Ruling
from mcpskills.validation.finding import Severity
from mcpskills.validation.validate import Verdict
from mcpskills.version import Version

# What the local forge and GitHub write when they merge.
_MERGES = re.compile(
    r"Merge (?:proposal (?P<local>\S{1,100})|pull request #(?P<merged>\d{1,9}) .*)|.* \(#(?P<squashed>\d{1,9})\)"
)
_BUILDER = Builder("open-mcp-skills", mcpskills.__version__)


def review(commit: CommitInfo, signature: CommitSignature) -> Review:
    """How a commit says that it came in. Only its signature, where there is one, proves it."""
    merge = _MERGES.fullmatch(commit.title)
    proposal = next((number for number in merge.groups() if number), None) if merge else None
    return Review(proposal=proposal, merger=commit.author if proposal else None, signature=signature)


def stated(version: Version, verdict: Verdict, review: Review, *, tenant: str, registry: str, rules: str) -> Provenance:
    """`registry` is the registry repository's id, `rules` names the rule set of the verdict."""
    return Provenance(
        tenant=tenant,
        skill=version.skill,
        number=version.number,
        digest=version.digest,
        repository=registry,
        origin=version.origin,
        review=review,
        rewritten=version.rewritten,
        ruling=_ruling(verdict, rules),
        evaluation=version.evaluation,
        sbom=version.sbom,
        builder=_BUILDER,
        published_at=version.published_at,
    )


def _ruling(verdict: Verdict, rules: str) -> Ruling:
    waived = sum(finding.waiver is not None for finding in verdict.findings)
    counts = Counter(finding.severity for finding in verdict.findings if finding.waiver is None)
    return Ruling(rules, counts[Severity.WARNING], counts[Severity.INFO], waived)
