"""The way of one skill from its folder in Git to live, as a list of steps.

Every step may be repeated after a crash and leaves nothing that can be seen, until `flip`. To add one: a function with the same
signature, a row in `STEPS`. The rules judge the folder as it is in Git, so `validate` comes before the rewriting of
frontmatter and the packing, which need a frontmatter that the rules accepted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache

from mcpskills import canonical, package, provenance, skill, trust
from mcpskills.adapters import cyclonedx
from mcpskills.adapters.git.commits import CommitInfo
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.errors import CorruptedError, InvalidInputError, NotFoundError
from mcpskills.evals import judge as evals_judge
from mcpskills.evals import reading as evals_reading
from mcpskills.events import GenerationRaised
from mcpskills.folder import SKILL_FILE, SkillFolder
from mcpskills.package import Package
from mcpskills.ports import Catalog, Lease, PackageStore, Publication, Signals, Signer
from mcpskills.sbom import bill
from mcpskills.trust import Verify
from mcpskills.validation.policy import Policy
from mcpskills.validation.subject import Neighbours
from mcpskills.validation.validate import Verdict, judged_by
from mcpskills.validation.validate import validate as judge
from mcpskills.version import Evaluation, Origin, SkillRecord, Version
from mcpskills_publisher import vouching
from mcpskills_publisher.arrival import Arrival, Arrivals
from mcpskills_publisher.live_search import LiveSearch
from mcpskills_publisher.plan import Candidate

Observe = Callable[[str, str], None]
"""Called after every step with its name and the skill's."""


class RefusedError(InvalidInputError):
    """The rules refuse the folder; the message is the reason that its author gets to read."""


class EvalsFailedError(InvalidInputError):
    """The skill's own evals fail in a registry that refuses that."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What the steps of one reconcile work with. `lease` renews itself when it is asked for. `registry` is the repository's id.

    `verify` trusts the signer's key alone. `commit` is the branch's; `arrivals` tell by which commit each folder came in.

    `lookalikes` are, for each name that is to be published and has any, the names that it could be taken for.
    """

    repository: GitRepository
    store: PackageStore
    catalog: Catalog
    signals: Signals
    signer: Signer
    verify: Verify
    registry: str
    commit: CommitInfo
    arrivals: Arrivals
    policy: Policy
    lookalikes: Mapping[str, tuple[str, ...]]
    search: LiveSearch
    lease: Callable[[], Lease]
    now: Callable[[], datetime]


@dataclass(slots=True)
class Work:
    """One skill on its way; each step adds what later ones need. `record` stays None when nothing served has changed."""

    candidate: Candidate
    folder: SkillFolder = field(init=False)
    verdict: Verdict = field(init=False)
    rewritten: bool = field(init=False)
    evaluation: Evaluation | None = field(init=False, default=None)
    package: Package = field(init=False)
    version: Version = field(init=False)
    is_new: bool = field(init=False)
    arrival: Arrival = field(init=False)
    record: SkillRecord | None = field(init=False, default=None)


def read(work: Work, bench: Bench) -> None:
    work.folder = bench.repository.folder(work.candidate.path, work.candidate.tree)


def validate(work: Work, bench: Bench) -> None:
    neighbours = Neighbours(lookalikes=bench.lookalikes.get(work.candidate.name, ()))
    work.verdict = judge(work.folder, bench.policy, neighbours)
    if not work.verdict.ok:
        raise RefusedError(work.verdict.reason)


def canonicalise(work: Work, _: Bench) -> None:
    work.folder, work.rewritten = canonical.canonical(work.folder)


def evaluate(work: Work, bench: Bench) -> None:
    """Try the skill's evals among what is live; a skill without any costs nothing."""
    evals = evals_reading.read(work.folder)
    if not evals:
        return
    candidate = skill.read(work.folder.entries[SKILL_FILE].content)
    index = cache(lambda: bench.search.beside(candidate))
    results = evals_judge.evaluate(candidate.name, evals, lambda request, limit: index().names(request, limit))
    work.evaluation = evals_judge.evaluation(results)
    if work.evaluation.failed and bench.policy.refuse_failed_evals:
        raise EvalsFailedError(evals_judge.refusal(work.evaluation))


def build(work: Work, _: Bench) -> None:
    work.package = package.build(work.folder)


def store(work: Work, bench: Bench) -> None:
    bench.store.put(work.package.digest, work.package.archive)


def verify(work: Work, bench: Bench) -> None:
    """Nothing goes live that a replica could not read; the provenance is signed for what was read back."""
    try:
        kept = bench.store.get(work.package.digest)
    except NotFoundError as error:
        raise CorruptedError(f"The package {work.package.digest} was stored, but is not there.") from error
    if package.digest(kept) != work.package.digest:
        raise CorruptedError(f"The package {work.package.digest} was stored, but reads as {package.digest(kept)}.")


def number(work: Work, bench: Bench) -> None:
    """A package that is a version already stays that one, a new one gets the next number."""
    versions = bench.catalog.versions(bench.lease().tenant, work.candidate.name)
    known = next((version.number for version in versions if version.digest == work.package.digest), None)
    following = max((version.number for version in versions), default=0) + 1
    work.is_new = known is None
    work.arrival = bench.arrivals.of(work.candidate.path, bench.lease)
    work.version = _version(work, bench, known or following)


def describe(work: Work, bench: Bench) -> None:
    """Write down what a new version is made of, as a document in the store."""
    if not work.is_new:
        return
    served = skill.read(work.folder.entries[SKILL_FILE].content)
    document = cyclonedx.document(bill.of(served, work.folder, work.package.digest))
    digest = package.digest(document)
    bench.store.put(digest, document)
    work.version = replace(work.version, sbom=digest)


def sign(work: Work, bench: Bench) -> None:
    """Vouch for a new version, and see that the signature holds before anything depends on it."""
    if not work.is_new:
        return
    tenant = bench.lease().tenant
    rules = judged_by(bench.policy)
    stated = vouching.stated(
        work.version, work.verdict, work.arrival.review, tenant=tenant, registry=bench.registry, rules=rules
    )
    envelope = bench.signer.sign(provenance.statement(stated), provenance.PAYLOAD_TYPE)
    work.version = replace(work.version, provenance=envelope)
    trust.check(tenant, work.version, bench.verify)


def flip(work: Work, bench: Bench) -> None:
    """One transaction. What is wanted already only keeps its place."""
    name, expected, lease = work.candidate.name, work.candidate.expected, bench.lease()
    wanted = expected.wanted if expected is not None and not expected.deleted else None
    if not work.is_new and wanted == work.version.number:
        bench.catalog.keep_place(lease, name, work.candidate.path, work.candidate.tree)
        return
    work.record = bench.catalog.publish(lease, Publication(work.version, expected))


def signal(work: Work, bench: Bench) -> None:
    if work.record is not None:
        bench.signals.send(GenerationRaised(bench.lease().tenant, work.record.generation))


STEPS: tuple[Callable[[Work, Bench], None], ...] = (
    read,
    validate,
    canonicalise,
    evaluate,
    build,
    store,
    verify,
    number,
    describe,
    sign,
    flip,
    signal,
)


def run(candidate: Candidate, bench: Bench, observe: Observe) -> Work:
    """Take every step. Raises what concerns this skill only as `InvalidInputError`, `CorruptedError`, `ConflictError`."""
    work = Work(candidate)
    for step in STEPS:
        step(work, bench)
        observe(step.__name__, candidate.name)
    return work


def _version(work: Work, bench: Bench, number: int) -> Version:
    # Read again: what is served is the frontmatter after its rewriting.
    served = skill.read(work.folder.entries[SKILL_FILE].content)
    origin = Origin(
        commit=work.arrival.commit.id,
        path=work.candidate.path,
        tree=work.candidate.tree,
        author=work.arrival.commit.author,
        committed_at=work.arrival.commit.committed_at,
    )
    return Version(
        skill=work.candidate.name,
        number=number,
        digest=work.package.digest,
        label=served.label,
        manifest=work.package.manifest,
        frontmatter=served.frontmatter,
        origin=origin,
        rewritten=work.rewritten,
        published_at=bench.now(),
        evaluation=work.evaluation,
    )
