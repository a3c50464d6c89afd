"""From the domain's types to what the admin API says; no decisions and no I/O."""

from collections.abc import Mapping, Sequence

from mcpskills.audit import AuditEntry
from mcpskills.proposal import Proposal
from mcpskills.skill import Skill, file_kind
from mcpskills.snapshot import Snapshot
from mcpskills.version import Evaluation, Hold, Quarantine, SkillRecord, Standing, Status, Version
from mcpskills_server.admin.audit_models import AuditView
from mcpskills_server.admin.listing import Facts
from mcpskills_server.admin.proposal_models import ProposalView
from mcpskills_server.admin.skill_models import FileView, QuarantineView, SkillDetail, SkillSummary
from mcpskills_server.admin.version_models import EvaluationView, HoldView, StandingView, VersionView


def status(of: SkillRecord | Quarantine, snapshot: Snapshot) -> Status:
    """What is live in the catalog and cannot be served by this replica is an error here."""
    if isinstance(of, Quarantine):
        return Status.ERROR
    lost = of.live is not None and of.name in snapshot.failed and of.name not in snapshot.skills
    return Status.ERROR if lost else of.status


def summary(
    record: SkillRecord, skill: Skill | Facts, snapshot: Snapshot, standings: Mapping[int, Standing]
) -> SkillSummary:
    return SkillSummary(
        name=record.name,
        status=status(record, snapshot),
        live_version=record.live,
        wanted_version=record.wanted,
        wanted_standing=standing(standings.get(record.wanted or 0)),
        label=skill.label,
        description=skill.description,
        owner=skill.owner,
        path=record.path,
        tags=skill.tags,
        updated_at=record.updated_at,
        hold=hold(record.hold, standings),
        load_error=record.load_error or snapshot.failed.get(record.name),
        groups=tuple(sorted(record.groups)),
    )


def refused(entry: Quarantine) -> SkillSummary:
    """The row of a folder that never became a skill."""
    return SkillSummary(
        name=entry.name,
        status=Status.ERROR,
        live_version=None,
        wanted_version=None,
        wanted_standing=None,
        label=None,
        description=None,
        owner=None,
        path=entry.path,
        tags=(),
        updated_at=entry.at,
        hold=None,
        load_error=entry.reason,
        groups=(),
    )


def detail(
    record: SkillRecord,
    version: Version,
    skill: Skill,
    *,
    snapshot: Snapshot,
    quarantined: Sequence[Quarantine],
    standings: Mapping[int, Standing],
) -> SkillDetail:
    return SkillDetail(
        **dict(summary(record, skill, snapshot, standings)),
        license=skill.license,
        compatibility=skill.compatibility,
        author=skill.author,
        metadata=dict(skill.metadata),
        allowed_tools=skill.allowed_tools,
        user_invocable=skill.user_invocable,
        model=skill.model,
        context=skill.context,
        version=numbered(version, record),
        files=tuple(
            FileView(
                path=file.path,
                kind=file_kind(file.path),
                digest=file.digest,
                size=file.size,
                executable=file.executable,
            )
            for file in version.manifest.files
        ),
        served_version=snapshot.skills[record.name].version.number if record.name in snapshot.skills else None,
        generation=snapshot.generation,
        quarantined=tuple(map(quarantine, quarantined)),
    )


def refused_detail(entries: Sequence[Quarantine], snapshot: Snapshot) -> SkillDetail:
    """The first of the folders, with all of them; there is at least one."""
    return SkillDetail(
        **dict(refused(entries[0])),
        license=None,
        compatibility=None,
        author=None,
        metadata={},
        allowed_tools=(),
        user_invocable=None,
        model=None,
        context=None,
        version=None,
        files=(),
        served_version=None,
        generation=snapshot.generation,
        quarantined=tuple(map(quarantine, entries)),
    )


def numbered(version: Version, record: SkillRecord) -> VersionView:
    origin = version.origin
    return VersionView(
        number=version.number,
        label=version.label,
        digest=version.digest,
        size=version.manifest.size,
        files=len(version.manifest.files),
        live=version.number == record.live,
        wanted=version.number == record.wanted,
        rewritten=version.rewritten,
        path=origin.path,
        commit=origin.commit,
        tree=origin.tree,
        author=origin.author,
        committed_at=origin.committed_at,
        published_at=version.published_at,
        evaluation=evaluation(version.evaluation),
        standing=standing(version.standing),
        signed=version.provenance is not None,
        sbom=version.sbom,
    )


def standing(found: Standing | None) -> StandingView | None:
    if found is None:
        return None
    return StandingView(kind=found.kind, reason=found.reason, actor=found.actor, at=found.at)


def audit(entry: AuditEntry) -> AuditView:
    return AuditView(
        sequence=entry.sequence,
        generation=entry.generation,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        skill=entry.skill,
        detail=dict(entry.detail),
        previous=entry.previous,
        hash=entry.hash,
    )


def evaluation(found: Evaluation | None) -> EvaluationView | None:
    if found is None:
        return None
    return EvaluationView(passed=found.passed, failed=found.failed, not_run=found.not_run, failures=found.failures)


def hold(hold: Hold | None, standings: Mapping[int, Standing]) -> HoldView | None:
    if hold is None:
        return None
    return HoldView(
        kind=hold.kind,
        version=hold.version,
        instead_of=hold.instead_of,
        reason=hold.reason,
        actor=hold.actor,
        until=hold.until,
        created_at=hold.created_at,
        expires_at=hold.expires_at,
        standing=standing(standings.get(hold.version or 0)),
    )


def quarantine(entry: Quarantine) -> QuarantineView:
    return QuarantineView(path=entry.path, commit=entry.commit, reason=entry.reason, at=entry.at)


def proposal(opened: Proposal) -> ProposalView:
    return ProposalView(
        id=opened.id,
        title=opened.title,
        branch=opened.branch,
        commit=opened.commit,
        base=opened.base,
        author=opened.author,
        opened_at=opened.opened_at,
    )
