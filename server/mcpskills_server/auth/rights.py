"""What every way in needs: the one table of it for MCP; an admin route says it in its own row.

A new method or tool is a row here; tests fail for one without. docs/roles.md shows all of it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeAlias

from mcpskills.access import Caller, Scope
from mcpskills.errors import ForbiddenError


class Free(StrEnum):
    """What needs no scope."""

    EVERYBODY = "everybody"
    CALLERS = "every caller"


Right: TypeAlias = Scope | Free
"""A scope; or whoever says who they are, or whoever asks."""

ENDPOINTS: Final[Mapping[str, Right]] = {
    "/mcp": Scope.SKILLS_READ,
    "/mcp/": Scope.SKILLS_READ,
    "/mcp/sse": Scope.SKILLS_READ,
    "/openapi.json": Free.CALLERS,
    "/.well-known/oauth-protected-resource": Free.EVERYBODY,
    "/.well-known/oauth-protected-resource/mcp": Free.EVERYBODY,
}
"""Paths that say nothing themselves. Whoever lets a request in asks for these, so what answers in front of the SDK need not."""

METHODS: Final[Mapping[str, Scope]] = {
    "completion/complete": Scope.SKILLS_READ,
    "initialize": Scope.SKILLS_READ,
    "logging/setLevel": Scope.SKILLS_READ,
    "ping": Scope.SKILLS_READ,
    "prompts/get": Scope.SKILLS_READ,
    "prompts/list": Scope.SKILLS_READ,
    "resources/directory/read": Scope.SKILLS_READ,
    "resources/list": Scope.SKILLS_READ,
    "resources/read": Scope.SKILLS_READ,
    "resources/subscribe": Scope.SKILLS_READ,
    "resources/templates/list": Scope.SKILLS_READ,
    "resources/unsubscribe": Scope.SKILLS_READ,
    "server/discover": Scope.SKILLS_READ,
    "skills/get": Scope.SKILLS_READ,
    "skills/list": Scope.SKILLS_READ,
    "subscriptions/listen": Scope.SKILLS_READ,
    "tools/call": Scope.SKILLS_READ,
    "tools/list": Scope.SKILLS_READ,
}

TOOLS: Final[Mapping[str, Scope]] = {
    "load_skill": Scope.SKILLS_READ,
    "read_skill_file": Scope.SKILLS_READ,
    "search_skills": Scope.SKILLS_READ,
}
"""What calling a tool needs beside what `tools/call` does."""


class MissingScopeError(ForbiddenError):
    """The caller lacks the scope that what they ask for needs."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(f"This needs the scope {scope}, which your credential does not have.")
        self.scope = scope


def expect(who: Caller, right: Right) -> None:
    """Raises `MissingScopeError`. That somebody is a caller at all is for the way in to see."""
    if isinstance(right, Scope) and not who.may(right):
        raise MissingScopeError(right)
