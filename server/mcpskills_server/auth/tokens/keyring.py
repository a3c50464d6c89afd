"""The issuer's keys over time: asked for when they are needed, again when they are old or miss one, kept when it is down."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Final

import structlog
from jwt import PyJWK

from mcpskills import strict_json
from mcpskills.errors import CorruptedError, UnavailableError
from mcpskills_server.auth.tokens import key_set
from mcpskills_server.auth.tokens.fetching import MOST_BYTES
from mcpskills_server.auth.tokens.refused import Fault, RefusedTokenError

_log = structlog.get_logger(__name__)

FRESH_SECONDS: Final = 600.0
"""After so long keys are asked for again, so that one that the issuer withdrew is soon refused."""

PAUSE_SECONDS: Final = 60.0
"""Between two questions, whatever tokens come: anybody can make up the name of a key."""

FIRST_PAUSE_SECONDS: Final = 5.0
"""As long as there are no keys at all."""

KEPT_SECONDS: Final = 24 * 3600.0
"""So long the last keys are good while the issuer cannot be asked."""

PATIENCE_SECONDS: Final = 1.0
"""How long those who need an answer wait for the one who asks: their threads are those that API keys are looked up in as well."""

Fetch = Callable[[str], bytes]
"""The document at a URL. Raises `UnavailableError`."""

_DISCOVERY: Final = "/.well-known/openid-configuration"


class Keyring:
    """The keys, for many threads; one of them asks, and those that need the answer wait for it a little."""

    def __init__(
        self,
        issuer: str,
        jwks_url: str | None,
        fetch: Fetch,
        *,
        clock: Callable[[], float] = time.monotonic,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        """Without a URL the keys are where the issuer's own description says (OpenID Connect Discovery 1.0)."""
        self._issuer = issuer
        self._jwks_url = jwks_url
        self._fetch = fetch
        self._clock = clock
        self._patience = patience
        self._lock = Lock()
        self._keys: key_set.KeySet = {}
        self._fetched = self._asked = float("-inf")

    def key(self, name: str, algorithm: str) -> PyJWK:
        """Raises `RefusedTokenError` for a key that the issuer does not have, `UnavailableError` when no keys can be had."""
        wanted = name, algorithm
        if self._age() > FRESH_SECONDS:
            self._ask(0 if wanted in self._keys else self._patience)
        heard = wanted in self._keys or self._ask(self._patience)
        keys = self._keys
        if not keys or not heard or self._age() > KEPT_SECONDS:
            raise UnavailableError("Tokens cannot be checked now: the keys of their issuer cannot be read.")
        if wanted not in keys:
            raise RefusedTokenError(Fault.UNKNOWN_KEY, "The token names a key that its issuer does not have.")
        return keys[wanted]

    def _age(self) -> float:
        return self._clock() - self._fetched

    def _ask(self, patience: float) -> bool:
        """Ask, unless somebody did within the pause; false when somebody does, and takes longer than the patience."""
        if not self._lock.acquire(timeout=patience):
            return False
        try:
            pause = PAUSE_SECONDS if self._keys else FIRST_PAUSE_SECONDS
            if self._clock() - self._asked < pause:
                return True
            self._asked = self._clock()
            self._keys = key_set.parse(self._fetch(self._place()))
            self._fetched = self._clock()
        except (UnavailableError, CorruptedError) as error:
            _log.warning("the keys of the issuer cannot be read", issuer=self._issuer, reason=error.message)
        finally:
            self._lock.release()
        return True

    def _place(self) -> str:
        """Raises `CorruptedError` for a description that is another issuer's."""
        if self._jwks_url is not None:
            return self._jwks_url
        content = self._fetch(self._issuer.removesuffix("/") + _DISCOVERY)
        described = strict_json.read(content, "the issuer's description", MOST_BYTES, nesting=8)
        if described.text("issuer") != self._issuer:
            raise CorruptedError(f"The description at {self._issuer} is that of another issuer.")
        return described.text("jwks_uri")
