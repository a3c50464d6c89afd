"""Who calls with a token: what the token says, beside what we know of the user ourselves. Pure."""

from mcpskills import access
from mcpskills.access import Caller
from mcpskills.principal import User
from mcpskills_server.auth.tokens.claims import Identity, caller_id
from mcpskills_server.auth.tokens.refused import Fault, RefusedTokenError
from mcpskills_server.auth.tokens.trust import Trust


def caller(identity: Identity, user: User | None, trust: Trust) -> Caller:
    """Roles come from groups and from the user; scopes of the token narrow what they give, and never widen it.

    Raises `RefusedTokenError` for a user who is disabled.
    """
    if user is not None and user.disabled:
        raise RefusedTokenError(Fault.DISABLED, "The user may not call any more.")
    roles = {trust.roles[group].value for group in identity.groups if group in trust.roles}
    if trust.default_role is not None:
        roles.add(trust.default_role.value)
    if user is not None:
        roles |= user.roles
    allowed = access.scopes(roles)
    return Caller(
        tenant=trust.tenant,
        id=caller_id(identity.issuer, identity.subject),
        name=user.name if user is not None else identity.name,
        scopes=allowed & identity.scopes if trust.narrowed else allowed,
        roles=frozenset(roles),
        groups=identity.groups | (user.groups if user is not None else frozenset()),
        plan=user.plan if user is not None else None,
    )
