"""What the admin API says and hears. Each model carries the example that the OpenAPI document shows."""

import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from mcpskills.version import HoldKind, HoldUntil, StandingKind, Status
from mcpskills_server.admin import examples
from mcpskills_server.problem import FindingView

REASON_LENGTH = 500


def without_controls(text: str) -> str:
    if any(char < " " or "\x7f" <= char <= "\x9f" for char in text):
        raise ValueError("must be one line of text without control characters")
    return text


def not_blank(text: object) -> object:
    if isinstance(text, str) and not text.strip():
        raise ValueError("must be one line of text, got a blank one")
    return text


def whole_commit(text: object) -> object:
    """Said before the pattern is tried, which is for the OpenAPI document."""
    if isinstance(text, str) and not _COMMIT.fullmatch(text):
        raise ValueError(f"must be the whole id of a commit, 40 or 64 lower-case hex digits, got {text[:80]!r}")
    return text


COMMIT_PATTERN = r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$"
_COMMIT = re.compile(COMMIT_PATTERN.removesuffix("$"))

Reason = Annotated[
    str,
    BeforeValidator(not_blank),
    StringConstraints(strip_whitespace=True, min_length=1, max_length=REASON_LENGTH),
    AfterValidator(without_controls),
]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class StandingView(Model):
    """What somebody decided against a version."""

    kind: StandingKind
    reason: str
    actor: str
    at: datetime


class HoldView(Model):
    """Keeps the skill at `version`, or offline when it is null; `instead_of` was live before.

    `standing` says that the version was yanked or revoked, so that an older one is live.
    """

    kind: HoldKind
    version: int | None
    instead_of: int | None
    reason: str
    actor: str
    until: HoldUntil
    created_at: datetime
    expires_at: datetime | None
    standing: StandingView | None


class SkillSummary(Model):
    """A row of the listing. `load_error` says why newer content, or the skill at all, is not served.

    `wanted_standing` says that the version that Git wants was yanked or revoked, so that another one or none is live.
    `groups` are those that see the skill; none where everybody does.
    """

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.SUMMARY})

    name: str
    status: Status
    live_version: int | None
    wanted_version: int | None
    wanted_standing: StandingView | None
    label: str | None
    description: str | None
    path: str
    tags: tuple[str, ...]
    updated_at: datetime
    hold: HoldView | None
    load_error: str | None
    groups: tuple[str, ...]


class SkillPage(Model):
    """Rows in the order of their names. `total` counts all that the filter lets through; `next_cursor` is null at the end.

    `frozen` says why nothing new goes live, of any skill; null while publishing goes on. `generation` is this replica's; a change
    may be made on the condition that it is the registry's still.
    """

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.PAGE})

    skills: tuple[SkillSummary, ...]
    total: int
    next_cursor: str | None
    generation: int
    frozen: str | None


class FileView(Model):
    """One file of a version. `kind` is instructions, script, reference, asset or other."""

    path: str
    kind: str
    digest: str
    size: int
    executable: bool


class EvaluationView(Model):
    """What the skill's own evals came to when the version was published, by number of cases; `failures` tells of failed ones."""

    passed: int
    failed: int
    not_run: int
    failures: tuple[str, ...]


class VersionView(Model):
    """An immutable version and the commit that it came from. `label` is the author's own name for it.

    `evaluation` is null when the version carries no evals, `standing` while it is good. `signed` tells whether somebody vouches
    for it, `sbom` is the digest of its software bill of materials.
    """

    number: int
    label: str | None
    digest: str
    size: int
    files: int
    live: bool
    wanted: bool
    rewritten: bool
    path: str
    commit: str
    tree: str
    author: str
    committed_at: datetime
    published_at: datetime
    evaluation: EvaluationView | None
    standing: StandingView | None
    signed: bool
    sbom: str | None


class VersionList(Model):
    """All versions of a skill, the newest first; of one that Git deleted as well."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.VERSIONS})

    name: str
    deleted: bool
    live_version: int | None
    wanted_version: int | None
    versions: tuple[VersionView, ...]


class QuarantineView(Model):
    """A folder that may not go live, and why."""

    path: str
    commit: str
    reason: str
    at: datetime


class SkillDetail(SkillSummary):
    """Everything about one skill. `version` and what its frontmatter says are of the live version, or else of the wanted one.

    `served_version` is what this replica serves at its `generation`; `quarantined` are the refused folders of this name.
    """

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.DETAIL})

    license: str | None
    compatibility: str | None
    author: str | None
    metadata: dict[str, str]
    allowed_tools: tuple[str, ...]
    user_invocable: bool | None
    model: str | None
    context: str | None
    version: VersionView | None
    files: tuple[FileView, ...]
    served_version: int | None
    generation: int
    quarantined: tuple[QuarantineView, ...]


class Instructions(Model):
    """SKILL.md as this replica serves it. `text` is the whole file, `frontmatter` its reading; `digest` counts the raw bytes."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.INSTRUCTIONS})

    name: str
    version: int
    digest: str
    text: str
    frontmatter: dict[str, Any]


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


class StandingChange(Model):
    """The version as it stands now, and what is live of its skill. `changed` is false when everything was so already."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.STANDING})

    changed: bool
    generation: int
    live_version: int | None
    version: VersionView


class ProvenanceView(Model):
    """The DSSE envelope as text, the key that signed it, and the in-toto statement inside, which was verified."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.PROVENANCE})

    envelope: str
    key_id: str
    statement: dict[str, Any]


class ReplicaView(Model):
    """A replica that spoke lately. `current` is false while it serves an older generation than the registry has."""

    replica: str
    generation: int
    current: bool


class ReplicaList(Model):
    """The replicas in the order of their names, and the registry's generation."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.REPLICAS})

    tenant: str
    generation: int
    replicas: tuple[ReplicaView, ...]


class ProposalView(Model):
    """A pull request on the registry repository; on a bare repository a branch."""

    id: str
    title: str
    branch: str
    commit: str
    base: str
    author: str
    opened_at: datetime


class RolledBack(Change):
    """The rollback stands whatever became of the revert proposal; `proposal_error` says why there is none."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.ROLLED_BACK})

    proposal: ProposalView | None
    proposal_error: str | None


class Validated(Model):
    """What the rules say. `ok` means that nothing keeps the skill from going live; `findings` may then still advise."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.VALIDATED})

    ok: bool
    name: str
    files: int
    size: int
    findings: tuple[FindingView, ...]


class Uploaded(Model):
    """The proposal that asks for the uploaded skill at `folder`; `created` is false when it was open already.

    Nothing is live before it is merged.
    """

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.UPLOADED})

    created: bool
    folder: str
    proposal: ProposalView
    findings: tuple[FindingView, ...]
