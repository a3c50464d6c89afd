"""Whether a request with the same header as one before may pass where that one passed, without being looked at anew.

Whoever stands before the fast path vouches in the scope of the first, or nobody asks them again: the gate says who calls, and
limits are kept.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from mcpskills.asgi import Scope

Still: TypeAlias = Callable[[], bool]
"""Whether the next one passes as well, now. Called when all else is ready, so that what counts requests counts no others."""

_VOUCHED: Final = "mcpskills.vouched"


def vouch(scope: Scope, still: Still) -> None:
    """Begin: the gate does, which tells who calls."""
    scope[_VOUCHED] = (still,)


def vouch_too(scope: Scope, still: Still) -> None:
    """Add to what there is, if there is any."""
    if _VOUCHED in scope:
        scope[_VOUCHED] = (*scope[_VOUCHED], still)


def withhold(scope: Scope) -> None:
    """Have every request looked at."""
    scope.pop(_VOUCHED, None)


def vouched(scope: Scope) -> Sequence[Still] | None:
    """All of them in their order, None where nobody vouches."""
    found: Sequence[Still] | None = scope.get(_VOUCHED)
    return found
