"""What the admin API says of skills. Each model carries the example that the OpenAPI document shows."""

from datetime import datetime
from typing import Any

from pydantic import ConfigDict

from mcpskills.version import Status
from mcpskills_server.admin import examples
from mcpskills_server.admin.model import Model
from mcpskills_server.admin.version_models import HoldView, StandingView, VersionView


class SkillSummary(Model):
    """A row of the listing. `load_error` says why newer content, or the skill at all, is not served.

    `wanted_standing` says that the version that Git wants was yanked or revoked, so that another one or none is live.
    `groups` are those that see the skill; none where everybody does. `owner` is its `metadata.owner`, else its author.
    """

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.SUMMARY})

    name: str
    status: Status
    live_version: int | None
    wanted_version: int | None
    wanted_standing: StandingView | None
    label: str | None
    description: str | None
    owner: str | None
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
