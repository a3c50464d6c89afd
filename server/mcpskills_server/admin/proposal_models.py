"""What the admin API says and hears about proposals."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints

from mcpskills.proposal import ProposalState
from mcpskills_server.admin import proposal_examples as examples
from mcpskills_server.admin.model import COMMIT_PATTERN, Model, Reason, whole_commit
from mcpskills_server.admin.version_models import EvaluationView
from mcpskills_server.problem import FindingView

COMMENT_LENGTH = 5_000


def _printable(text: str) -> str:
    if any((char < " " and char not in "\n\t") or "\x7f" <= char <= "\x9f" for char in text):
        raise ValueError("must be text without control characters")
    return text


Comment = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=COMMENT_LENGTH), AfterValidator(_printable)
]

Head = Annotated[
    str,
    BeforeValidator(whole_commit),
    Field(
        pattern=COMMIT_PATTERN,
        description="The proposal's head as it was looked at. The header `If-Match` may say it instead.",
    ),
]


class ProposalView(Model):
    """A pull request on the registry repository; on a bare repository a branch."""

    id: str
    title: str
    branch: str
    commit: str
    base: str
    author: str
    opened_at: datetime


class ApprovalView(Model):
    """Somebody's yes to one commit; it does not count for what was pushed after it."""

    by: str
    at: datetime
    commit: str
    comment: str


class CheckStatus(StrEnum):
    """`pending`: the server is finding out. `unknown`: it could not, and tries again."""

    PASSED = "passed"
    FAILED = "failed"
    PENDING = "pending"
    UNKNOWN = "unknown"


class CheckView(Model):
    """What the rules and its evals say of the present head, as far as this server has looked.

    `errors` keep it from going live, `warnings` do not; they and `checked_at` are null before somebody has looked.
    """

    status: CheckStatus
    errors: int | None
    warnings: int | None
    checked_at: datetime | None


class EndingView(Model):
    """Who merged or closed the proposal, and the commit that a merge made."""

    by: str
    at: datetime
    comment: str
    commit: str | None


class ProposalSummary(ProposalView):
    """A row of the listing. `url` is the forge's page, where it has one.

    `approved` is whether somebody other than the author said yes to the present head; it and `approvals` are null in a listing of
    GitHub's. `check` is null once it is merged or closed.
    """

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.SUMMARY})

    state: ProposalState
    approved: bool | None
    approvals: tuple[ApprovalView, ...] | None
    check: CheckView | None
    ending: EndingView | None
    url: str | None


class ProposalPage(Model):
    """Open proposals, the newest first. `total` counts all of them; `next_cursor` is null at the end."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.PAGE})

    proposals: tuple[ProposalSummary, ...]
    total: int
    next_cursor: str | None


class FileDifferenceView(Model):
    """A file that differs.

    `note` says why `diff` is empty, that it is not whole, or that the file may be run now or no longer.
    """

    path: str
    change: str
    diff: str
    note: str | None


class SkillChangeView(Model):
    """A skill that the proposal adds, changes or removes, compared with the version that is live.

    `live_version` is null when none is live; then it is compared with the tracked branch. `ok` means that neither a rule nor its
    evals keep it from going live. `evaluation` is null for a skill without evals, and where a rule refuses it.
    """

    path: str
    name: str
    change: str
    live_version: int | None
    files: tuple[FileDifferenceView, ...]
    ok: bool
    findings: tuple[FindingView, ...]
    evaluation: EvaluationView | None


class ProposalDetail(ProposalSummary):
    """A proposal with what it changes. `elsewhere` are files outside of skills, `left_out` counts what is not shown here.

    `ok` means that no rule keeps it from going live after a merge. `findings` concern the registry as a whole.
    """

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.DETAIL})

    ok: bool
    findings: tuple[FindingView, ...]
    skills: tuple[SkillChangeView, ...]
    elsewhere: tuple[str, ...]
    left_out: int


class ApprovalRequest(Model):
    """The head that is approved, and what there is to say."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"example": examples.APPROVAL})

    head: Head | None = None
    comment: Comment = ""


class MergeRequest(Model):
    """The head that is to be merged, and no other."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"example": examples.MERGE})

    head: Head | None = None


class CloseRequest(Model):
    """Why the proposal is not wanted."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"example": examples.CLOSE})

    comment: Comment = ""


Title = Annotated[Reason, StringConstraints(max_length=200)]
