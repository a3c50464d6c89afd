"""What the admin API says of versions, and of what somebody decided about them."""

from datetime import datetime
from typing import Any

from pydantic import ConfigDict

from mcpskills.version import HoldKind, HoldUntil, StandingKind
from mcpskills_server.admin import examples
from mcpskills_server.admin.model import Model


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


class ProvenanceView(Model):
    """The DSSE envelope as text, the key that signed it, and the in-toto statement inside, which was verified."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.PROVENANCE})

    envelope: str
    key_id: str
    statement: dict[str, Any]
