"""Releases: what changed what is served, what may not go live, and comparing with Git now."""

from mcpskills_dashboard.client.connection import Api
from mcpskills_dashboard.client.rows import Moment, Row, read


class Release(Row):
    """A change of what is served; `kind` is an action of the audit trail, such as publish, rollback or yanked.

    `version` is the one that it was about. `live_after_seconds` is how long it took until all `replicas` served it, where known.
    """

    at: Moment
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


class ReleasePage(Row):
    """The newest first. A page may be empty and say that more follow."""

    releases: tuple[Release, ...]
    next_cursor: str | None


class Refused(Row):
    """A folder that may not go live; `skill` is the name that it claims."""

    skill: str
    path: str
    reason: str
    commit: str
    since: Moment


class RefusedPage(Row):
    """In the order of their paths; `total` counts all of them."""

    quarantined: tuple[Refused, ...]
    total: int
    next_cursor: str | None


class Compared(Row):
    """What the replica that was asked serves now. `frozen` says why publishing stands still."""

    generation: int
    skills: int
    frozen: str | None


def listed(api: Api, *, cursor: str | None = None, limit: int | None = None) -> ReleasePage:
    return read(ReleasePage, api.get("/releases", cursor=cursor, limit=limit))


def refused(api: Api, *, cursor: str | None = None, limit: int | None = None) -> RefusedPage:
    return read(RefusedPage, api.get("/quarantine", cursor=cursor, limit=limit))


def compare_now(api: Api) -> Compared:
    """Ask the publisher to compare Git and what is served; it goes on after this returns."""
    return read(Compared, api.send("POST", "/skills/reload-all"))


def accept_history(api: Api, commit: str, reason: str) -> None:
    """Go on publishing from this head after the branch was rewritten on purpose. Refused while nothing is frozen."""
    api.send("POST", "/publisher/accept-history", {"commit": commit, "reason": reason})
