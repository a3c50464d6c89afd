"""What is answered to callers of whom nothing is known only where they ask for it by a name of this server.

A web page may have a name of its own lead to this machine (DNS rebinding): that name still stands in the Host header. Whoever has
a credential is no such page, and may ask by any address, as Prometheus does.
"""

from collections.abc import Sequence

from mcpskills.asgi import Scope
from mcpskills.errors import ForbiddenError
from mcpskills.printable import quoted
from mcpskills_server.auth.calling import caller
from mcpskills_server.mcp import allowed


def expect_own_name(scope: Scope, hosts: Sequence[str] | None) -> None:
    """Raises `ForbiddenError`. `hosts` are as `allowed.hosts` has them."""
    if not caller(scope).anonymous:
        return
    said = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    if len(said) != 1 or not allowed.fits(said[0], hosts):
        raise ForbiddenError(
            f"Without an API key this is answered by the names of this server only (MCPSKILLS_ALLOWED_HOSTS), "
            f"and the request was addressed to {quoted(', '.join(said) or 'no host')}."
        )
