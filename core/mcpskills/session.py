"""Sessions of handshake-era clients: what any replica must know to serve the next request of one.

Whoever names a session must be who opened it, so that an id that leaked is of no use to others.
"""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from mcpskills.errors import TooLargeError
from mcpskills.frontmatter import Json

MOST_BYTES = 32 * 1024
"""Of what a client says in `initialize` and subscribes to, as JSON."""

UNKNOWN = "There is no such session: initialize again."
FULL = "As many sessions as there may be are in use: try again later."

_ID = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)
_NEVER = datetime.fromtimestamp(0, UTC)


class SessionState(StrEnum):
    INITIALIZING = "INITIALIZING"
    """Answered `initialize`; the client has not said `notifications/initialized` yet."""
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    """Unseen for a while. The next request makes it active again."""
    CLOSED = "CLOSED"
    """Ended by the client; unknown from then on."""


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """Seconds without a sign of the client, and how many sessions a tenant has at most.

    A session that is still initializing when it would be suspended ends then.
    """

    suspended_after: float = 30 * 60.0
    expires_after: float = 24 * 60 * 60.0
    most: int = 10_000


LIMITS = SessionLimits()


@dataclass(frozen=True, slots=True)
class SessionKey:
    """Which session is asked for, and who asks: None for a caller who need not say."""

    tenant: str
    id: str
    principal: str | None

    @property
    def possible(self) -> bool:
        """Whether a session can have this id at all; it comes from a header."""
        return _ID.fullmatch(self.id) is not None


@dataclass(frozen=True, slots=True)
class Session:
    """`client_info` and `client_capabilities` are as the client sent them. `subscriptions` are URIs of resources.

    `generation` is the last that its stream delivered. The times are those of the store that keeps it.
    """

    tenant: str
    id: str
    principal: str | None
    protocol_version: str
    client_info: Mapping[str, Json]
    client_capabilities: Mapping[str, Json]
    log_level: str | None = None
    subscriptions: frozenset[str] = frozenset()
    state: SessionState = SessionState.INITIALIZING
    generation: int = 0
    created_at: datetime = _NEVER
    last_seen_at: datetime = _NEVER

    @property
    def key(self) -> SessionKey:
        return SessionKey(self.tenant, self.id, self.principal)

    def begun(self) -> "Session":
        """The client has initialized."""
        return replace(self, state=SessionState.ACTIVE)

    def logging(self, level: str) -> "Session":
        return replace(self, log_level=level)

    def subscribed(self, uri: str) -> "Session":
        return replace(self, subscriptions=self.subscriptions | {uri})

    def unsubscribed(self, uri: str) -> "Session":
        return replace(self, subscriptions=self.subscriptions - {uri})

    def delivered(self, generation: int) -> "Session":
        """Never goes back: streams on several replicas may overtake each other."""
        return replace(self, generation=max(self.generation, generation))


def session_id() -> str:
    """A new id that nobody can guess."""
    return secrets.token_urlsafe(24)


def standing(session: Session, now: datetime, limits: SessionLimits) -> Session | None:
    """The session as its last sign leaves it now; None when it has expired."""
    idle = (now - session.last_seen_at).total_seconds()
    if idle < limits.suspended_after:
        return session
    if idle >= limits.expires_after or session.state is SessionState.INITIALIZING:
        return None
    return replace(session, state=SessionState.SUSPENDED)


def awake(session: Session, now: datetime) -> Session:
    """The session as a sign of its client leaves it."""
    state = SessionState.ACTIVE if session.state is SessionState.SUSPENDED else session.state
    return replace(session, state=state, last_seen_at=now)


def changed(before: Session, after: Session) -> Session:
    """What a change leaves: who the session is of, and its times, stay. Raises `TooLargeError`."""
    kept = replace(
        after,
        tenant=before.tenant,
        id=before.id,
        principal=before.principal,
        created_at=before.created_at,
        last_seen_at=before.last_seen_at,
    )
    expect_small(kept)
    return kept


def expect_small(session: Session) -> None:
    """Raises `TooLargeError` for more than `MOST_BYTES`, and for what is nested too deeply to be written."""
    try:
        size = len(json.dumps(written(session)))
    except RecursionError as error:
        raise TooLargeError("What a client says of itself is nested too deeply: send fewer capabilities.") from error
    if size > MOST_BYTES:
        raise TooLargeError(
            f"A session keeps at most {MOST_BYTES:,} bytes of what its client says and subscribes to, this takes {size:,}: "
            "subscribe to fewer resources, or send fewer capabilities."
        )


def written(session: Session) -> dict[str, Json]:
    """What the client determines, as JSON has it."""
    return {
        "protocol_version": session.protocol_version,
        "client_info": session.client_info,
        "client_capabilities": session.client_capabilities,
        "log_level": session.log_level,
        "subscriptions": sorted(session.subscriptions),
        "generation": session.generation,
    }
