"""What the publisher says under its signature about a version."""

from collections import Counter

import mcpskills
from mcpskills.provenance import UNSIGNED, Builder, Provenance, Review, Ruling
from mcpskills.validation.finding import Severity
from mcpskills.validation.validate import Verdict
from mcpskills.version import Version

_BUILDER = Builder("open-mcp-skills", mcpskills.__version__)


def stated(version: Version, verdict: Verdict, *, tenant: str, registry: str, rules: str) -> Provenance:
    """`registry` is the registry repository's id, `rules` names the rule set of the verdict."""
    return Provenance(
        tenant=tenant,
        skill=version.skill,
        number=version.number,
        digest=version.digest,
        repository=registry,
        origin=version.origin,
        review=Review(proposal=None, merger=None, signature=UNSIGNED),
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
