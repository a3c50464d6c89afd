"""Skills: the listing, one of them, and its instructions."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from mcpskills_dashboard.client.connection import Api, segment
from mcpskills_dashboard.client.rows import Moment, Row, Texts, read


class Standing(Row):
    """What somebody decided against a version; `kind` is yanked or revoked."""

    kind: str
    reason: str
    actor: str
    at: Moment


class Hold(Row):
    """What keeps a skill at a version, or offline; `kind` is rollback, promotion or offline."""

    kind: str
    version: int | None
    instead_of: int | None
    reason: str
    actor: str
    until: str
    created_at: Moment
    expires_at: Moment | None
    standing: Standing | None = None


class Skill(Row):
    """A row of the listing. `status` is ACTIVE, INACTIVE, ERROR or DRAFT."""

    name: str
    status: str
    live_version: int | None
    wanted_version: int | None
    wanted_standing: Standing | None = None
    label: str | None
    description: str | None
    path: str
    owner: str | None = None
    tags: Texts = ()
    updated_at: Moment
    hold: Hold | None
    load_error: str | None
    groups: Texts = ()

    @property
    def was_never_one(self) -> bool:
        """Whether it is a folder that was refused. A skill may have its name all the same."""
        return self.status == "ERROR" and self.wanted_version is None and self.live_version is None


class SkillPage(Row):
    """`total` counts all that the filter lets through; `frozen` says why nothing new goes live."""

    skills: tuple[Skill, ...]
    total: int
    next_cursor: str | None
    generation: int
    frozen: str | None


class File(Row):
    path: str
    kind: str = "other"
    size: int
    executable: bool = False


class Quarantined(Row):
    path: str
    commit: str
    reason: str
    at: Moment


class Evaluation(Row):
    passed: int
    failed: int
    not_run: int
    failures: Texts = ()


class Version(Row):
    """An immutable version and where it came from. `standing` is null while it is good."""

    number: int
    label: str | None
    digest: str
    size: int
    files: int
    live: bool
    wanted: bool
    rewritten: bool = False
    path: str
    commit: str
    tree: str
    author: str
    committed_at: Moment
    published_at: Moment
    evaluation: Evaluation | None = None
    standing: Standing | None = None
    signed: bool = False
    sbom: str | None = None


class SkillDetail(Skill):
    """Everything about one skill; `generation` is the condition that changes may be bound to."""

    author: str | None = None
    license: str | None = None
    compatibility: str | None = None
    metadata: Mapping[str, str] = Field(default_factory=dict)
    allowed_tools: Texts = ()
    user_invocable: bool | None = None
    model: str | None = None
    version: Version | None
    files: tuple[File, ...]
    served_version: int | None
    generation: int
    quarantined: tuple[Quarantined, ...] = ()


class Instructions(Row):
    """SKILL.md as it is served; `text` is the whole file."""

    version: int
    text: str
    frontmatter: Mapping[str, Any] = Field(default_factory=dict)


class Versions(Row):
    """All versions of a skill, the newest first."""

    name: str
    deleted: bool
    live_version: int | None
    wanted_version: int | None
    versions: tuple[Version, ...]


def listed(
    api: Api,
    *,
    words: str = "",
    status: str | None = None,
    owner: str = "",
    tag: str = "",
    sort: str = "name",
    order: str = "asc",
    cursor: str | None = None,
    limit: int | None = None,
) -> SkillPage:
    """A page of skills: those that mention all words and have the status, owner and tag; what is empty or None lets all through.

    `sort` is name, owner, status, updated_at, or a figure of the last 7 days, such as calls or p95; `order` is asc or desc.
    """
    asked: dict[str, Any] = {"q": words.strip(), "status": status, "sort": sort, "order": order}
    asked |= {"owner": owner or None, "tag": tag or None, "cursor": cursor, "limit": limit}
    return read(SkillPage, api.get("/skills", **asked))


def shown(api: Api, name: str) -> SkillDetail:
    return read(SkillDetail, api.get(f"/skills/{segment(name)}"))


def instructions(api: Api, name: str) -> Instructions:
    """SKILL.md of the version that is served; refused with `missing` while none is."""
    return read(Instructions, api.get(f"/skills/{segment(name)}/instructions"))


def versions(api: Api, name: str) -> Versions:
    return read(Versions, api.get(f"/skills/{segment(name)}/versions"))
