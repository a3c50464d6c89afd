"""Routes of proposals. Content changes by merging one, and by nothing else."""

import asyncio
from typing import Annotated

from fastapi import Header, Path, Query, Request, Response

from mcpskills.errors import ConflictError, InvalidInputError, PreconditionFailedError
from mcpskills.events import ReconcileWanted
from mcpskills.printable import quoted
from mcpskills.proposal import Proposal
from mcpskills_server.admin import cursors, judging, reviewing
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.proposal_models import (
    ApprovalRequest,
    CloseRequest,
    MergeRequest,
    ProposalDetail,
    ProposalPage,
    ProposalSummary,
)
from mcpskills_server.admin.reading import MOST_PER_PAGE
from mcpskills_server.admin.reviewing import Reviewing
from mcpskills_server.auth.calling import actor
from mcpskills_server.problems import RefusedSkillError

ProposalId = Annotated[
    str,
    Path(
        alias="id",
        min_length=1,
        max_length=255,
        description="The proposal's id: a number on GitHub, the branch without `proposal/` on a bare repository.",
        examples=["update-pdf-forms-1f2e3d4c"],
    ),
]

IfMatch = Annotated[
    str | None, Header(alias="If-Match", max_length=100, description="The head, as `ETag` of the proposal said it.")
]


class Proposing:
    """Lists, shows and decides. Opening one is an upload, see `uploading.py`."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin
        self._reviewing = Reviewing(admin)

    async def list_proposals(
        self,
        limit: Annotated[int | None, Query(ge=1, le=MOST_PER_PAGE, description="Rows of a page.")] = None,
        cursor: Annotated[str | None, Query(max_length=1_000, description="`next_cursor` of the page before.")] = None,
    ) -> ProposalPage:
        """The open proposals, the newest first, with what the rules say as far as this server has looked.

        Those of the page at which it has not are looked at from now on, one after the other: ask again.
        """
        admin, after = self._admin, _after(cursor) if cursor else None
        opened = await asyncio.to_thread(admin.forge.proposals)
        following = [proposal for proposal in opened if after is None or _key(proposal) < after]
        page = following[: limit or admin.settings.page_size]
        admin.checks.find_out(lambda which: judging.judge(admin, which).found, page)
        return ProposalPage(
            proposals=tuple(map(self._summary, page)),
            total=len(opened),
            next_cursor=cursors.written(*_key(page[-1])) if len(following) > len(page) else None,
        )

    async def show_proposal(self, which: ProposalId, response: Response) -> ProposalDetail:
        """A proposal with its differences from what is live and what the rules say; `ETag` is its head."""
        proposal = await asyncio.to_thread(self._admin.forge.proposal, which)
        detail = await self._reviewing.detail(proposal)
        response.headers["ETag"] = f'"{proposal.commit}"'
        return detail

    async def approve_proposal(
        self, request: Request, which: ProposalId, wanted: ApprovalRequest, if_match: IfMatch = None
    ) -> ProposalSummary:
        """Say yes to the head that was looked at. What is pushed afterwards needs another yes."""
        head = _head(wanted.head, if_match)
        by = actor(request.scope).name
        return self._summary(await asyncio.to_thread(self._admin.forge.approve, which, head, by, wanted.comment))

    async def merge_proposal(
        self, request: Request, which: ProposalId, wanted: MergeRequest, if_match: IfMatch = None
    ) -> ProposalSummary:
        """Merge the head that was looked at, and have the publisher look at once.

        A proposal that breaks rules is refused with all findings, as the required check of a forge would.
        """
        head = _head(wanted.head, if_match)
        await self._require_good(which, head)
        merged = await asyncio.to_thread(self._admin.forge.merge, which, head, actor(request.scope).name)
        self._admin.signals.send(ReconcileWanted(self._admin.tenant, f"merge of proposal {which}"))
        return self._summary(merged)

    async def close_proposal(self, request: Request, which: ProposalId, wanted: CloseRequest) -> ProposalSummary:
        """End a proposal without merging it. Closing it again changes nothing."""
        return self._summary(
            await asyncio.to_thread(self._admin.forge.close, which, actor(request.scope).name, wanted.comment)
        )

    def _summary(self, proposal: Proposal) -> ProposalSummary:
        return reviewing.summary(proposal, self._admin.checks)

    async def _require_good(self, which: str, head: str) -> None:
        judgement = await asyncio.to_thread(judging.judge, self._admin, which)
        self._admin.checks.keep(which, judgement.found)
        changed = judgement.changed
        if changed.commit != head:
            raise PreconditionFailedError(
                f"The proposal {quoted(which)} is at commit {changed.commit[:12]} by now; look at it again."
            )
        if changed.left_out:
            raise ConflictError(
                f"The proposal {quoted(which)} changes more than can be judged here ({changed.left_out} folders or files "
                "are left out); merge it where its repository is."
            )
        if not judgement.ok:
            raise RefusedSkillError(f"The proposal breaks rules: {judgement.reason}", judgement.all_findings)


def _head(said: str | None, if_match: str | None) -> str:
    matched = if_match.strip().removeprefix("W/").strip('"') if if_match else None
    if said and matched and said != matched:
        raise InvalidInputError("The header If-Match and the field `head` name two commits; say one of them.")
    if not said and not matched:
        raise InvalidInputError("Say which commit was looked at: the field `head`, or the header If-Match.")
    return said or matched or ""


def _key(proposal: Proposal) -> tuple[str, str]:
    # Times in UTC sort as text, too.
    return proposal.opened_at.isoformat(), proposal.id


def _after(cursor: str) -> tuple[str, str]:
    opened_at, which = cursors.read(cursor, 2, "the newest proposal")
    return opened_at, which
