"""Sessions in memory, for a server that is one process: they end with it, and its clients initialize again."""

from collections import OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Lock

from mcpskills import session as sessions
from mcpskills.errors import ConflictError, NotFoundError, UnavailableError
from mcpskills.session import LIMITS, Session, SessionKey, SessionLimits, SessionState


@dataclass(slots=True)
class _Tenant:
    """Sessions by id; in each of the two, those seen last stand last."""

    initializing: OrderedDict[str, Session] = field(default_factory=OrderedDict)
    begun: OrderedDict[str, Session] = field(default_factory=OrderedDict)

    @property
    def count(self) -> int:
        return len(self.initializing) + len(self.begun)

    def get(self, identifier: str) -> Session | None:
        return self.begun.get(identifier) or self.initializing.get(identifier)

    def put(self, session: Session) -> None:
        self.remove(session)
        kept = self.initializing if session.state is SessionState.INITIALIZING else self.begun
        kept[session.id] = session

    def remove(self, session: Session) -> None:
        self.initializing.pop(session.id, None)
        self.begun.pop(session.id, None)


class InProcessSessions:
    """See `ports.Sessions`."""

    def __init__(self, limits: SessionLimits = LIMITS, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._limits = limits
        self._now = now
        self._lock = Lock()
        self._tenants: defaultdict[str, _Tenant] = defaultdict(_Tenant)

    def open(self, session: Session) -> Session:
        sessions.expect_small(session)
        with self._lock:
            now, tenant = self._now(), self._tenants[session.tenant]
            known = self._standing(tenant, session.id, now)
            opened = replace(session, created_at=now, last_seen_at=now)
            if known is not None:
                if replace(known, created_at=now, last_seen_at=now) == opened:
                    return known
                raise ConflictError("There is a session of this id already.")
            self._make_room(tenant, now)
            tenant.put(opened)
            return opened

    def find(self, key: SessionKey) -> Session:
        with self._lock:
            return self._known(key, self._now())

    def touch(self, key: SessionKey) -> Session:
        with self._lock:
            now = self._now()
            session = sessions.awake(self._known(key, now), now)
            self._tenants[key.tenant].put(session)
            return session

    def update(self, key: SessionKey, change: Callable[[Session], Session]) -> Session:
        with self._lock:
            now = self._now()
            before = sessions.awake(self._known(key, now), now)
            after = sessions.changed(before, change(before))
            self._tenants[key.tenant].put(after)
            return after

    def end(self, key: SessionKey) -> Session:
        with self._lock:
            session = self._known(key, self._now())
            self._tenants[key.tenant].remove(session)
            return replace(session, state=SessionState.CLOSED)

    def _known(self, key: SessionKey, now: datetime) -> Session:
        session = self._standing(self._tenants[key.tenant], key.id, now) if key.possible else None
        if session is None or session.principal != key.principal:
            raise NotFoundError(sessions.UNKNOWN)
        return session

    def _standing(self, tenant: _Tenant, identifier: str, now: datetime) -> Session | None:
        kept = tenant.get(identifier)
        return kept and sessions.standing(kept, now, self._limits)

    def _make_room(self, tenant: _Tenant, now: datetime) -> None:
        """Forget what has expired, then what a full tenant can do without."""
        for kept in (tenant.initializing, tenant.begun):
            while kept and sessions.standing(_oldest(kept), now, self._limits) is None:
                kept.popitem(last=False)
        if tenant.count < self._limits.most:
            return
        if tenant.initializing:
            tenant.initializing.popitem(last=False)
            return
        oldest = sessions.standing(_oldest(tenant.begun), now, self._limits)
        if oldest is None or oldest.state is not SessionState.SUSPENDED:
            raise UnavailableError(sessions.FULL)
        tenant.remove(oldest)


def _oldest(kept: OrderedDict[str, Session]) -> Session:
    return next(iter(kept.values()))
