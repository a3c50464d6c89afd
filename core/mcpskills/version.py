"""Versions of a skill, the record that says which one is live, and the hold that keeps it so."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mcpskills.frontmatter import Json
from mcpskills.package import Manifest


class Status(StrEnum):
    """What a skill's row in a listing says."""

    DRAFT = "DRAFT"
    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"
    ERROR = "ERROR"


class HoldKind(StrEnum):
    """A promotion keeps the pointer at a version that somebody chose although Git asks for another."""

    ROLLBACK = "rollback"
    OFFLINE = "offline"
    PROMOTION = "promotion"


class HoldUntil(StrEnum):
    """When a hold ends by itself: never, or when content newer than the bad version lands."""

    LIFTED = "lifted"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a version's content came from: the commit that brought it into the branch, the folder and its Git tree id."""

    commit: str
    path: str
    tree: str
    author: str
    committed_at: datetime


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a skill's own evals came to when it was published, by number of cases.

    `failures` tells of the first failed cases, each in one printable line: where it stands, what it asks, what came instead.
    """

    passed: int
    failed: int
    not_run: int
    failures: tuple[str, ...] = ()


class StandingKind(StrEnum):
    """Yanked: chosen no more, still read by who pinned it. Revoked: its bytes are refused everywhere."""

    YANKED = "yanked"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody decided against a version."""

    kind: StandingKind
    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """An immutable, numbered package of a skill. `rewritten` says that its frontmatter was brought to canonical form.

    `evaluation` is None for a skill that carries no evals. `provenance` is a DSSE envelope as JSON text, see `provenance.py`;
    `sbom` the digest of a CycloneDX document in the package store. `standing`, which alone may change, is None for a version
    that is good.
    """

    skill: str
    number: int
    digest: str
    label: str | None
    manifest: Manifest
    frontmatter: Json
    origin: Origin
    rewritten: bool
    published_at: datetime
    evaluation: Evaluation | None = None
    provenance: str | None = None
    sbom: str | None = None
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Keeps a skill's pointer at `version` (None: offline) whatever Git says; `instead_of` was live before.

    `beneath` is the rollback that was in force when the skill was taken offline; it is again when that is lifted.
    """

    kind: HoldKind
    version: int | None
    instead_of: int | None
    reason: str
    actor: str
    until: HoldUntil
    created_at: datetime
    expires_at: datetime | None
    beneath: "Hold | None" = None


@dataclass(frozen=True, slots=True)
class Quarantine:
    """A folder that may not go live. `rules` names the rule set that refused it, so that a newer one looks again."""

    path: str
    tree: str
    name: str
    commit: str
    rules: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SkillRecord:
    """One skill of the catalog.

    `live` is the pointer, `wanted` the version that Git asks for; they differ under a hold. `deleted` marks a tombstone.
    `generation` is the tenant's generation at which this record last changed. Without a hold and with nothing live, all that
    Git wants was yanked or revoked. `groups` are those that see the skill; none for one that everybody sees. They stay whatever
    becomes of the skill. A record without a path keeps them for a name that no skill has had yet; it counts as deleted.
    """

    name: str
    path: str
    tree: str
    live: int | None
    wanted: int | None
    hold: Hold | None
    deleted: bool
    load_error: str | None
    generation: int
    updated_at: datetime
    groups: frozenset[str] = frozenset()

    @property
    def reserved(self) -> bool:
        """Whether no skill has had the name yet."""
        return not self.path

    @property
    def status(self) -> Status:
        if self.live is not None:
            return Status.ACTIVE
        if self.load_error and self.hold is None:
            return Status.ERROR
        return Status.DRAFT if self.hold is None and self.wanted is None else Status.INACTIVE
