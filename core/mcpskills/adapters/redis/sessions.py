"""Sessions in Redis: a hash for each, and for each tenant two sets of ids in the order in which they were seen.

A hash ends by itself; an id may outlive it in its set until the next session is opened. Redis's clock counts, because those of
the replicas differ.
"""

import json
import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from mcpskills import session as sessions
from mcpskills.adapters.redis import connection
from mcpskills.adapters.redis.session_scripts import END, FIND, OPEN, TOUCH, UPDATE
from mcpskills.errors import ConflictError, NotFoundError, UnavailableError
from mcpskills.session import LIMITS, Session, SessionKey, SessionLimits, SessionState

_log = structlog.get_logger(__name__)

_TRIES = 50
_LONGEST_PAUSE = 0.05
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class RedisSessions:
    """See `ports.Sessions`."""

    def __init__(
        self,
        url: str,
        limits: SessionLimits = LIMITS,
        *,
        prefix: str = connection.PREFIX,
        patience: float = connection.PATIENCE,
    ) -> None:
        """Connects when it is first used. Raises `InvalidInputError` for an address that is none."""
        self._url = url
        self._limits = limits
        self._prefix = prefix
        self._client = connection.commanding(url, patience)
        scripts = (OPEN, FIND, TOUCH, UPDATE, END)
        self._open, self._find, self._touch, self._update, self._end = map(self._client.register_script, scripts)

    def close(self) -> None:
        self._client.close()

    def open(self, session: Session) -> Session:
        sessions.expect_small(session)
        values = [_state(session), _record(session), self._limits.most, self._key(session.tenant, "session", "")]
        reply = self._ask(self._open, session.key, *values)
        if reply == b"taken":
            raise ConflictError("There is a session of this id already.")
        if reply == b"full":
            raise UnavailableError(sessions.FULL)
        return replace(session, created_at=_time(reply[0]), last_seen_at=_time(reply[1]))

    def find(self, key: SessionKey) -> Session:
        return self._known(key, self._find)[0]

    def touch(self, key: SessionKey) -> Session:
        return self._known(key, self._touch)[0]

    def update(self, key: SessionKey, change: Callable[[Session], Session]) -> Session:
        for _ in range(_TRIES):
            before, revision = self._known(key, self._touch)
            after = sessions.changed(before, change(before))
            reply = self._ask(self._update, key, _state(after), _record(after), revision)
            if reply:
                return replace(after, last_seen_at=_time(reply[0]))
            # Another replica was first. Who waits for a random while meets it less often.
            time.sleep(random.uniform(0, _LONGEST_PAUSE))  # noqa: S311 no secret
        raise UnavailableError("The session is too busy: others keep changing it at once. Try again.")

    def end(self, key: SessionKey) -> Session:
        session, _ = self._known(key, self._end)
        return replace(session, state=SessionState.CLOSED)

    def _known(self, key: SessionKey, script: Callable[..., Any]) -> tuple[Session, bytes]:
        """The session and its revision. Raises `NotFoundError`."""
        reply = self._ask(script, key) if key.possible else None
        if not reply:
            raise NotFoundError(sessions.UNKNOWN)
        revision, *fields, now = reply
        session = _session(key, fields)
        left = session and sessions.standing(session, _time(now), self._limits)
        if left is None:
            raise NotFoundError(sessions.UNKNOWN)
        return left, revision

    def _ask(self, script: Callable[..., Any], key: SessionKey, *values: object) -> Any:
        places = ("session", key.id), ("sessions", "initializing"), ("sessions", "begun")
        until = (self._limits.suspended_after, self._limits.expires_after)
        always = [key.id, json.dumps(key.principal), *(round(seconds * 1000) for seconds in until)]
        with connection.reaching(self._url):
            return script(keys=[self._key(key.tenant, *place) for place in places], args=[*always, *values])

    def _key(self, tenant: str, *names: str) -> str:
        return connection.key(self._prefix, tenant, *names)


def _state(session: Session) -> str:
    return "initializing" if session.state is SessionState.INITIALIZING else "begun"


def _record(session: Session) -> str:
    return json.dumps(sessions.written(session), separators=(",", ":"))


def _session(key: SessionKey, fields: list[bytes]) -> Session | None:
    """None for what cannot be read, as another release may have written it."""
    state, record, created, seen = fields
    try:
        written = json.loads(record)
        return Session(
            tenant=key.tenant,
            id=key.id,
            principal=key.principal,
            state=SessionState.INITIALIZING if state == b"initializing" else SessionState.ACTIVE,
            created_at=_time(created),
            last_seen_at=_time(seen),
            **{**written, "subscriptions": frozenset(written["subscriptions"])},
        )
    except (KeyError, TypeError, ValueError) as error:
        _log.warning("a session cannot be read, its client initializes again", error=f"{type(error).__name__}: {error}")
        return None


def _time(milliseconds: bytes) -> datetime:
    return _EPOCH + timedelta(milliseconds=int(milliseconds))
