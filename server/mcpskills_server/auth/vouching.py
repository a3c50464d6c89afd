"""Whether a request with the same header as one before may pass where that one passed, without being looked at anew.

Who stands before the fast path says so in the scope of the first: the gate vouches for who calls, and limits count. What stays
silent is not asked again, so it may not depend on anything but the header and the client's address. Where the gate is silent no
request is answered like that.
"""

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

from mcpskills.asgi import Scope

Still: TypeAlias = Callable[[], bool]
"""Whether the next one passes as well, now."""

_VOUCHED: Final = "mcpskills.vouched"


class Vouched(NamedTuple):
    """`lets_in` is asked before anything is done for a request; `counts` once it is certain to be answered, as it counts it."""

    lets_in: Still
    counts: Still | None = None


def vouch(scope: Scope, lets_in: Still) -> None:
    """Begin: the gate does, which tells who calls."""
    scope[_VOUCHED] = Vouched(lets_in)


def count(scope: Scope, counts: Still) -> None:
    """Have each request counted, if somebody vouches for them."""
    found = vouched(scope)
    if found is not None:
        scope[_VOUCHED] = found._replace(counts=counts)


def withhold(scope: Scope) -> None:
    """Have every request looked at."""
    scope.pop(_VOUCHED, None)


def vouched(scope: Scope) -> Vouched | None:
    """None where nobody vouches."""
    found: Vouched | None = scope.get(_VOUCHED)
    return found
