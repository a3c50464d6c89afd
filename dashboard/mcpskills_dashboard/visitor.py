"""Who is at the dashboard, and what they ask the admin API with."""

from dataclasses import dataclass

from mcpskills.access import Scope
from mcpskills_dashboard.client.caller import Me
from mcpskills_dashboard.client.connection import Api


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person who is signed in. What they may not do is not offered; that it is refused is the API's part."""

    api: Api
    me: Me

    def may(self, scope: Scope | str | None) -> bool:
        """Whether the visitor has the scope; everybody has None."""
        return scope is None or str(scope) in self.me.scopes
