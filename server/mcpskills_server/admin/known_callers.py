"""The names of keys and users by the ids under which they call: read once, and again when one of them has changed."""

import asyncio
import math
import time
from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Final

import structlog

from mcpskills.errors import UnavailableError
from mcpskills.ports import Principals
from mcpskills.principal import ApiKey, Principal
from mcpskills_server.auth.keys import caller_of
from mcpskills_server.auth.tokens.claims import caller_id

_log = structlog.get_logger(__name__)

_AT_HAND_SECONDS: Final = 1.0
_IDS: Final = ("key:", "user:")
_ANONYMOUS: Final = "anonymous"


def is_id(principal: str) -> bool:
    """Whether it is the id of a caller rather than a name that people gave one."""
    return principal.startswith(_IDS) or principal == _ANONYMOUS


class KnownCallers:
    """Of one tenant, as its principals are called when it is asked. May be used from any thread.

    While the store cannot be reached names are as they were: nobody is kept from a record because of one.
    """

    def __init__(self, principals: Principals, tenant: str) -> None:
        self._principals = principals
        self._tenant = tenant
        self._lock = Lock()
        self._revision = -1
        self._asked = -math.inf
        self._names: Mapping[str, str] = {}
        self._ids: Mapping[str, tuple[str, ...]] = {}

    def names(self) -> Mapping[str, str]:
        """By id. Costs one read of the revision where nothing has changed."""
        with self._lock:
            self._refresh()
            return self._names

    async def names_at_hand(self) -> Mapping[str, str]:
        """As `names`, for who asks all the time: they may be a second old."""
        if time.monotonic() - self._asked < _AT_HAND_SECONDS:
            return self._names
        return await asyncio.to_thread(self.names)

    def called(self, name: str) -> tuple[str, ...]:
        """The ids of all who have this name, in any case: a key that took the place of another has its name."""
        with self._lock:
            self._refresh()
            return self._ids.get(name.casefold(), ())

    def _refresh(self) -> None:
        try:
            revision = self._principals.revision(self._tenant)
            if revision != self._revision:
                everybody: tuple[Principal, ...] = (
                    *self._principals.keys(self._tenant),
                    *self._principals.users(self._tenant),
                )
                self._take(everybody)
                # Read before them: what changed meanwhile is read once more.
                self._revision = revision
        except UnavailableError as error:
            _log.warning("the names of callers cannot be read", reason=error.message)
        self._asked = time.monotonic()

    def _take(self, everybody: Iterable[Principal]) -> None:
        names, ids = dict[str, str](), dict[str, tuple[str, ...]]()
        for each in everybody:
            who, folded = _id(each), each.name.casefold()
            names[who] = each.name
            ids[folded] = (*ids.get(folded, ()), who)
        self._names, self._ids = names, ids


def _id(principal: Principal) -> str:
    return caller_of(principal).id if isinstance(principal, ApiKey) else caller_id(principal.issuer, principal.subject)
