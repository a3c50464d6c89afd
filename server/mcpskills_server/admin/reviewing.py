"""What a reviewer needs to see of a proposal: its differences from what is live, and what the rules say about it."""

import asyncio
import contextlib
from collections.abc import Mapping

from mcpskills.canonical import canonical
from mcpskills.errors import McpSkillsError, NotFoundError
from mcpskills.folder import SkillFolder
from mcpskills.proposal import Approval, Ending, FolderChange, Proposal, ProposalState
from mcpskills.version import Version
from mcpskills_server import problems
from mcpskills_server.admin import judging, views
from mcpskills_server.admin.checking import Check, Checks
from mcpskills_server.admin.differing import Differ, FileState
from mcpskills_server.admin.judging import Judgement
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.proposal_models import (
    ApprovalView,
    CheckStatus,
    CheckView,
    EndingView,
    FileDifferenceView,
    ProposalDetail,
    ProposalSummary,
    SkillChangeView,
)


def summary(proposal: Proposal, checks: Checks) -> ProposalSummary:
    return ProposalSummary(
        **dict(views.proposal(proposal)),
        state=proposal.state,
        approved=proposal.approved,
        approvals=None if proposal.approvals is None else tuple(map(_approval, proposal.approvals)),
        check=_check(checks.known(proposal)) if proposal.state is ProposalState.OPEN else None,
        ending=_ending(proposal.ending),
        url=proposal.url,
    )


class Reviewing:
    """Shows proposals with the eyes of the registry: as they are judged, beside the live versions."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def detail(self, proposal: Proposal) -> ProposalDetail:
        """The proposal with its differences and its findings."""
        judgement = await asyncio.to_thread(judging.judge, self._admin, proposal.id)
        self._admin.checks.keep(proposal.id, judgement.found)
        changed, differ = judgement.changed, Differ()
        skills = [await self._skill(change, judgement, differ) for change in changed.skills]
        return ProposalDetail(
            **dict(summary(proposal, self._admin.checks)),
            ok=judgement.ok,
            findings=problems.views(judgement.findings),
            skills=tuple(skills),
            elsewhere=changed.elsewhere,
            left_out=changed.left_out,
        )

    async def _skill(self, change: FolderChange, judgement: Judgement, differ: Differ) -> SkillChangeView:
        verdict = judgement.verdicts.get(change.path)
        name = (change.after or change.before or SkillFolder(change.path, {})).name
        live = await asyncio.to_thread(self._live, name)
        lived = await self._files(live) if live else None
        before = _states(change.before) if lived is None else lived
        after = _states(_published(change.after) if verdict and verdict.ok and change.after else change.after)
        files = await asyncio.to_thread(lambda: list(differ.compare(before, after)))
        return SkillChangeView(
            path=change.path,
            name=name,
            change="added" if change.before is None else "removed" if change.after is None else "changed",
            live_version=live.number if live and lived is not None else None,
            files=tuple(
                FileDifferenceView(path=file.path, change=file.change, diff=file.diff, note=file.note) for file in files
            ),
            ok=(verdict is None or verdict.ok) and change.path not in judgement.refused,
            findings=problems.views(verdict.findings) if verdict else (),
            evaluation=views.evaluation(judgement.evaluations.get(change.path)),
        )

    def _live(self, name: str) -> Version | None:
        admin = self._admin
        with contextlib.suppress(NotFoundError):
            record = admin.catalog.skill(admin.tenant, name)
            if record.live is not None and not record.deleted:
                return admin.catalog.version(admin.tenant, name, record.live)
        return None

    async def _files(self, version: Version) -> dict[str, FileState] | None:
        """The files of a version; None when its package cannot be had, which is no fault of the proposal."""
        admin = self._admin
        snapshot = admin.replica.view.snapshot
        try:
            return {
                file.path: FileState(await admin.library.read(snapshot, version, file.path), file.executable)
                for file in version.manifest.files
            }
        except McpSkillsError:
            return None


def _published(folder: SkillFolder) -> SkillFolder:
    """The folder as a version would hold it, so that nothing differs but what the proposal changes."""
    return canonical(folder)[0]


def _states(folder: SkillFolder | None) -> Mapping[str, FileState]:
    if folder is None:
        return {}
    return {path: FileState(entry.content, entry.executable) for path, entry in folder.files.items()}


def _approval(approval: Approval) -> ApprovalView:
    return ApprovalView(by=approval.by, at=approval.at, commit=approval.commit, comment=approval.comment)


def _check(known: Check | None) -> CheckView:
    if known is None:
        return CheckView(status=CheckStatus.PENDING, errors=None, warnings=None, checked_at=None)
    said = {None: CheckStatus.UNKNOWN, 0: CheckStatus.PASSED}
    status = said.get(known.errors, CheckStatus.FAILED)
    return CheckView(status=status, errors=known.errors, warnings=known.warnings, checked_at=known.at)


def _ending(ending: Ending | None) -> EndingView | None:
    if ending is None:
        return None
    return EndingView(by=ending.by, at=ending.at, comment=ending.comment, commit=ending.commit)
