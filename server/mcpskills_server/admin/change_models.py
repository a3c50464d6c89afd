"""What the admin API hears and says about changes of what is live."""

from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, StringConstraints

from mcpskills.version import HoldUntil
from mcpskills_server.admin import examples
from mcpskills_server.admin.model import COMMIT_PATTERN, Model, Reason, whole_commit
from mcpskills_server.admin.proposal_models import ProposalView
from mcpskills_server.admin.skill_models import SkillDetail
from mcpskills_server.admin.version_models import VersionView


class Change(Model):
    """The outcome of a change. `changed` is false when everything was so already."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.CHANGE})

    changed: bool
    generation: int
    skill: SkillDetail


class Reloaded(Model):
    """What this replica serves now; the comparison of Git and catalog that was asked for goes on.

    `frozen` says why the comparisons before it publish nothing; null while publishing goes on.
    """

    model_config = ConfigDict(
        frozen=True, json_schema_extra={"example": {"generation": 42, "skills": 150, "failed": {}, "frozen": None}}
    )

    generation: int
    skills: int
    failed: dict[str, str]
    frozen: str | None


class RollbackRequest(Model):
    """Where to go back to, why, and for how long.

    Without `version` it is the one before the live version. The hold ends when it is lifted, with `superseded` also when
    content newer than the bad version lands, and after `expires_at` when the publisher next looks.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"example": {"version": 1, "reason": "Version 2 drops table rows."}},
    )

    version: Annotated[int, Field(ge=1, le=2**53)] | None = None
    reason: Reason
    until: HoldUntil = HoldUntil.LIFTED
    expires_at: AwareDatetime | None = None


class PromoteRequest(Model):
    """Which version to serve, and why."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"example": {"version": 3, "reason": "Version 4 waits for training."}},
    )

    version: Annotated[int, Field(ge=1, le=2**53)]
    reason: Reason


class StandingRequest(Model):
    """Why a version is yanked or revoked."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"example": {"reason": "It sends invoices to a stranger."}}
    )

    reason: Reason


class StandingChange(Model):
    """The version as it stands now, and what is live of its skill. `changed` is false when everything was so already."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.STANDING})

    changed: bool
    generation: int
    live_version: int | None
    version: VersionView


class AcceptHistoryRequest(Model):
    """The head of the rewritten branch that is accepted, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"example": examples.ACCEPT_HISTORY})

    commit: Annotated[str, BeforeValidator(whole_commit), StringConstraints(pattern=COMMIT_PATTERN)] = Field(
        description="The whole id: publishing goes on only from this commit or a descendant of it."
    )
    reason: Reason


class HistoryAccepted(Model):
    """Publishing goes on from `commit`. `changed` is false when that was so already."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.HISTORY_ACCEPTED})

    changed: bool
    commit: str


class RolledBack(Change):
    """The rollback stands whatever became of the revert proposal; `proposal_error` says why there is none."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.ROLLED_BACK})

    proposal: ProposalView | None
    proposal_error: str | None
