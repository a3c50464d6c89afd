"""Proposals: which are open, what one changes, and what is decided about it."""

from typing import Annotated

from mcpskills_dashboard.client.connection import PATIENT_SECONDS, Api, segments
from mcpskills_dashboard.client.findings import Finding
from mcpskills_dashboard.client.rows import Moment, OrEmpty, Row, Texts, read
from mcpskills_dashboard.client.skills import Evaluation


class Approval(Row):
    by: str
    at: Moment
    commit: str
    comment: str = ""


class Check(Row):
    """What the rules say of the head. `status` is passed, failed, pending or unknown; in the last two the numbers are None."""

    status: str
    errors: int | None
    warnings: int | None


class Ending(Row):
    """Who merged or closed it; `commit` is the one that a merge made."""

    by: str
    at: Moment
    comment: str = ""
    commit: str | None = None


class Proposal(Row):
    """A pull request. `state` is open, merged or closed; `approved` is None where the forge does not tell it in a listing."""

    id: str
    title: str
    branch: str
    commit: str
    author: str
    opened_at: Moment
    state: str
    approved: bool | None
    approvals: Annotated[tuple[Approval, ...], OrEmpty] = ()
    check: Check | None = None
    ending: Ending | None = None
    url: str | None = None


class ProposalPage(Row):
    proposals: tuple[Proposal, ...]
    total: int
    next_cursor: str | None


class FileDifference(Row):
    """A file that differs; `note` says why `diff` is empty or not whole, or that the file may be run now or no longer."""

    path: str
    change: str
    diff: str
    note: str | None = None


class SkillChange(Row):
    """A skill that is added, changed or removed, beside the version that is live; without one beside the tracked branch."""

    path: str
    name: str
    change: str
    live_version: int | None
    files: tuple[FileDifference, ...]
    ok: bool
    findings: tuple[Finding, ...]
    evaluation: Evaluation | None = None


class ProposalDetail(Proposal):
    """`ok` means that no rule keeps it from going live; `left_out` counts what is not shown."""

    ok: bool
    findings: tuple[Finding, ...]
    skills: tuple[SkillChange, ...]
    elsewhere: Texts = ()
    left_out: int = 0


def listed(api: Api, *, cursor: str | None = None, limit: int | None = None) -> ProposalPage:
    """A page of the open proposals, the newest first."""
    return read(ProposalPage, api.get("/proposals", cursor=cursor, limit=limit))


def shown(api: Api, which: str) -> ProposalDetail:
    return read(ProposalDetail, api.get(_path(which)))


def approve(api: Api, which: str, head: str, comment: str) -> Proposal:
    """Say yes to the head that was looked at. Refused with `moved_on` when it is another one by now."""
    return _decide(api, which, "approve", head=head, comment=comment)


def merge(api: Api, which: str, head: str) -> Proposal:
    """Merge the head that was looked at. Refused as `approve`, and with findings for one that breaks rules."""
    return _decide(api, which, "merge", head=head)


def close(api: Api, which: str, comment: str) -> Proposal:
    """End the proposal without merging it."""
    return _decide(api, which, "close", comment=comment)


def _decide(api: Api, which: str, deed: str, **said: str) -> Proposal:
    return read(Proposal, api.send("POST", f"{_path(which)}/{deed}", said, seconds=PATIENT_SECONDS))


def _path(which: str) -> str:
    return f"/proposals/{segments(which)}"
