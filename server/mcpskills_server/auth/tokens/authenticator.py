"""From a token to who calls. Everything here blocks: the issuer and the store of principals may be asked."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

from mcpskills.access import Caller
from mcpskills.errors import NotFoundError
from mcpskills.ports import Principals
from mcpskills.principal import Principal, User
from mcpskills_server.auth.tokens import calling, claims, compact
from mcpskills_server.auth.tokens.claims import Identity
from mcpskills_server.auth.tokens.fetching import fetch
from mcpskills_server.auth.tokens.keyring import Keyring
from mcpskills_server.auth.tokens.trust import Trust

PREFIX: Final = "oms_"

MOST_SECONDS: Final = 600.0
"""After so long a caller is looked at again: the key of a token may have been withdrawn before the token expires."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who calls by a credential, for how many seconds from now at most, and what is kept of them, if anything."""

    caller: Caller
    seconds: float = math.inf
    principal: Principal | None = None


class TokenAuthenticator:
    """Knows callers by access tokens of one issuer, for many threads."""

    def __init__(
        self,
        trust: Trust,
        principals: Principals,
        keyring: Keyring | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """The issuer is asked for its keys, unless a keyring is given."""
        self._trust = trust
        self._principals = principals
        self._keyring = keyring or Keyring(trust.issuer, trust.jwks_url, partial(fetch, reach=trust.reach))
        self._now = now

    def takes(self, credential: str) -> bool:
        return not credential.startswith(PREFIX)

    def authenticate(self, credential: str) -> Recognised:
        """Raises `RefusedTokenError`, and `UnavailableError` when keys or users cannot be looked up."""
        token = compact.parse(credential)
        signed = token.verified(self._keyring.key(token.key, token.algorithm))
        named = claims.identity(signed, self._trust, self._now())
        user = self._user(named)
        left = (named.until - self._now()).total_seconds()
        return Recognised(calling.caller(named, user, self._trust), min(left, MOST_SECONDS), user)

    def _user(self, named: Identity) -> User | None:
        try:
            return self._principals.user(self._trust.tenant, named.issuer, named.subject)
        except NotFoundError:
            return None
