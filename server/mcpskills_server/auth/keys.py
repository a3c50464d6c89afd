"""Callers by API key, as the store has them."""

from collections.abc import Callable
from datetime import datetime

from mcpskills import access
from mcpskills.access import Caller
from mcpskills.api_key import PREFIX, Peppers, WholeKey
from mcpskills.errors import NotFoundError
from mcpskills.ports import Principals
from mcpskills.principal import ApiKey
from mcpskills_server.auth.authenticator import Recognised
from mcpskills_server.auth.refusals import malformed, unknown


class KeyAuthenticator:
    """See `Authenticator`. Of other tenants than its own it knows no keys, and looks for them as for any that is not there.

    So nobody learns by the time that an answer takes which tenants there are.
    """

    def __init__(self, principals: Principals, peppers: Peppers, tenant: str, now: Callable[[], datetime]) -> None:
        """`now` is the clock that keys expire by."""
        self._principals = principals
        self._peppers = peppers
        self._tenant = tenant
        self._now = now

    def takes(self, credential: str) -> bool:
        return credential.startswith(PREFIX)

    def authenticate(self, credential: str) -> Recognised:
        given = WholeKey.parse(credential)
        if given is None:
            raise malformed()
        try:
            kept = self._principals.key(self._tenant, given.id)
        except NotFoundError as error:
            raise unknown() from error
        # The digest is of all of the key, its tenant included.
        if not self._peppers.match(given, kept.digest) or given.tenant != self._tenant or kept.revoked_at is not None:
            raise unknown(f"key:{kept.id}")
        if kept.expires_at is None:
            return Recognised(caller_of(kept), principal=kept)
        return Recognised(caller_of(kept), (kept.expires_at - self._now()).total_seconds(), kept)


def caller_of(key: ApiKey) -> Caller:
    """Who calls by a key."""
    return Caller(
        tenant=key.tenant,
        id=f"key:{key.id}",
        name=key.name,
        scopes=access.scopes(key.roles, key.scopes),
        roles=key.roles,
        groups=key.groups,
        plan=key.plan,
    )
