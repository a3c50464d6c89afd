"""Where a request says who calls: in its ASGI scope, put there once at the way in."""

from typing import Final

from mcpskills.access import Caller
from mcpskills.asgi import Scope

_CALLER: Final = "mcpskills.caller"


def caller(scope: Scope) -> Caller:
    """Who sent the request."""
    found = scope[_CALLER]
    assert isinstance(found, Caller)  # noqa: S101 nothing comes past the way in without
    return found


def called_by(scope: Scope, who: Caller) -> None:
    """Note who sent the request."""
    scope[_CALLER] = who
