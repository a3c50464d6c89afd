"""Whom a server answers that say nothing of who they are: nobody, unless its settings let them in."""

from mcpskills import access
from mcpskills.access import Caller, Role
from mcpskills.errors import InvalidInputError
from mcpskills.loopback import is_loopback
from mcpskills_server.settings import ServerSettings


def let_in(settings: ServerSettings, otherwise: Role | None = None) -> Caller | None:
    """Callers without a credential as what the settings make them, or `otherwise`; None where they are refused.

    Raises `InvalidInputError` for more than reading on an address that other machines reach.
    """
    role = settings.anonymous or otherwise
    if role is None:
        return None
    if role is not Role.VIEWER and not is_loopback(settings.host):
        raise InvalidInputError(
            f"MCPSKILLS_ANONYMOUS: expected viewer or nothing, because other machines reach {settings.host!r}, got {role.value}. "
            "Give out API keys (`mcpskills keys bootstrap`), or listen on 127.0.0.1."
        )
    return access.anonymous(settings.tenant, role)


def nobody(tenant: str) -> Caller:
    """Who may do nothing: for what is answered to everybody."""
    return Caller(tenant, "anonymous", "anonymous", frozenset(), anonymous=True)
