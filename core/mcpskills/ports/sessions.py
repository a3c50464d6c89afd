"""Where sessions are kept, so that any replica serves any of them."""

from collections.abc import Callable
from typing import Protocol

from mcpskills.session import Session, SessionKey


class Sessions(Protocol):
    """Sessions of every tenant, for a while after the last sign of their client; see `session.SessionLimits`.

    Whoever is not the principal that opened a session gets `NotFoundError`, as for one that is unknown, expired, evicted or
    closed: the client initializes again. All methods raise `UnavailableError`.
    """

    def open(self, session: Session) -> Session:
        """Keep a new session; as it is kept, with the store's times. The same once more, at once, changes nothing.

        A tenant that has its most loses another one for it: the one that has been initializing for longest, else the one that
        has been suspended for longest; without either, `UnavailableError`. Raises `ConflictError` for an id that is taken,
        `TooLargeError`.
        """

    def find(self, key: SessionKey) -> Session:
        """The session, without a sign of its client. Raises `NotFoundError`."""

    def touch(self, key: SessionKey) -> Session:
        """The session; its client is there. Cheap: every request does it. Raises `NotFoundError`."""

    def update(self, key: SessionKey, change: Callable[[Session], Session]) -> Session:
        """Keep what `change` makes of the session, whose client is there; as it is kept then.

        Changes of several replicas come one after the other, so none is lost. So `change` may be called several times and must
        do nothing else; made twice, it must come to the same. It changes neither whose the session is nor its times. Raises
        `NotFoundError`, `TooLargeError`.
        """

    def end(self, key: SessionKey) -> Session:
        """End the session: from now on it is unknown. As it was, but closed. Raises `NotFoundError`."""
