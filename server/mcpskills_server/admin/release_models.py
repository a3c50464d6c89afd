"""What the admin API says of releases and of refused folders."""

from datetime import datetime
from typing import Any, Final

from pydantic import ConfigDict

from mcpskills_server.admin.model import Model

_COMMIT: Final = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
_RELEASE: Final[dict[str, Any]] = {
    "at": "2026-11-20T09:30:00Z",
    "skill": "pdf-forms",
    "version": 2,
    "kind": "publish",
    "actor": "publisher",
    "commit": _COMMIT,
    "generation": 42,
    "reason": None,
    "live_version": 2,
    "was_live": 1,
    "live_after_seconds": 0.42,
    "replicas": 3,
}
_QUARANTINED: Final[dict[str, Any]] = {
    "skill": "letters",
    "path": "skills/office/letters",
    "reason": "SKILL.md: there is no description (SK005). Say what the skill does and when to use it.",
    "commit": _COMMIT,
    "since": "2026-11-20T09:30:00Z",
}


class ReleaseView(Model):
    """A change of what is served. `version` is the one that it was about, `live_version` the one that was live afterwards.

    `live_after_seconds` is how long it took until all `replicas` that spoke served it; both are null where that is not known.
    """

    at: datetime
    skill: str
    version: int | None
    kind: str
    actor: str
    commit: str | None
    generation: int
    reason: str | None
    live_version: int | None
    was_live: int | None
    live_after_seconds: float | None
    replicas: int | None


class ReleasePage(Model):
    """Releases, the newest first. A page may hold few, or none, and say by `next_cursor` that more follow."""

    model_config = ConfigDict(
        frozen=True, json_schema_extra={"example": {"releases": [_RELEASE], "next_cursor": None, "generation": 42}}
    )

    releases: tuple[ReleaseView, ...]
    next_cursor: str | None
    generation: int


class QuarantinedView(Model):
    """A folder that may not go live. `skill` is the name that it claims, `commit` the one in which it was looked at."""

    skill: str
    path: str
    reason: str
    commit: str
    since: datetime


class QuarantinePage(Model):
    """Refused folders in the order of their paths. `total` counts all of them; `next_cursor` is null at the end."""

    model_config = ConfigDict(
        frozen=True, json_schema_extra={"example": {"quarantined": [_QUARANTINED], "total": 1, "next_cursor": None}}
    )

    quarantined: tuple[QuarantinedView, ...]
    total: int
    next_cursor: str | None
