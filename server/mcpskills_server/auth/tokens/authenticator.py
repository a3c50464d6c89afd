"""From a token to who calls; the issuer and the store of principals may be asked on the way."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Final

import structlog

from mcpskills.api_key import PREFIX
from mcpskills.errors import NotFoundError
from mcpskills.ports import Principals
from mcpskills.principal import User
from mcpskills_server.auth.authenticator import Recognised
from mcpskills_server.auth.tokens import calling, claims, compact
from mcpskills_server.auth.tokens.claims import Identity
from mcpskills_server.auth.tokens.compact import Compact
from mcpskills_server.auth.tokens.fetching import fetch
from mcpskills_server.auth.tokens.keyring import Keyring
from mcpskills_server.auth.tokens.refused import Fault, RefusedTokenError
from mcpskills_server.auth.tokens.trust import Trust

_log = structlog.get_logger(__name__)

MOST_SECONDS: Final = 600.0
"""After so long a caller is looked at again: the key of a token may have been withdrawn before the token expires."""

_ANYBODYS: Final = frozenset({Fault.MALFORMED, Fault.ALGORITHM, Fault.UNKNOWN_KEY, Fault.SIGNATURE})
"""What is wrong with tokens that anybody can make up; what is wrong with one of the issuer's, somebody may have to put right."""


class TokenAuthenticator:
    """See `Authenticator`. What is no API key is a token of the one issuer."""

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
        """Raises `RefusedTokenError` as one of those."""
        try:
            return self._recognised(compact.parse(credential))
        except RefusedTokenError as error:
            log = _log.debug if error.fault in _ANYBODYS else _log.info
            log("a token is not taken", fault=error.fault.value)
            raise

    def _recognised(self, token: Compact) -> Recognised:
        signed = token.verified(self._keyring.key(token.key, token.algorithm))
        now = self._now()
        try:
            named = claims.identity(signed, self._trust, now)
            user = self._user(named)
            who = calling.caller(named, user, self._trust)
        except RefusedTokenError as error:
            # Only from here on is the name of whoever is refused the issuer's word, and not anybody's.
            error.whose = claims.whose(signed, self._trust)
            raise
        return Recognised(who, min((named.until - now).total_seconds(), MOST_SECONDS), user)

    def _user(self, named: Identity) -> User | None:
        try:
            return self._principals.user(self._trust.tenant, named.issuer, named.subject)
        except NotFoundError:
            return None
