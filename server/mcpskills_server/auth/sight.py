"""What callers see: the view that an answer to them is given from. Whatever answers takes it from here, and takes it once."""

from mcpskills.access import Caller
from mcpskills.asgi import Scope
from mcpskills_server.auth.calling import caller
from mcpskills_server.replica import Replica, View


def seen(view: View, scope: Scope) -> View:
    """As much of a view as who sent the request may see."""
    return seen_by(caller(scope), view)


def seen_by(who: Caller, view: View) -> View:
    return view.seen_by(who) if view.snapshot.restricted else view


def present(replica: Replica, scope: Scope) -> View:
    """The same of the present view. Raises `UnavailableError` until the first full snapshot is there."""
    return seen(replica.view, scope)
