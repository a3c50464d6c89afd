"""What the admin API says of invocations."""

from datetime import datetime
from typing import Any

from pydantic import ConfigDict

from mcpskills.journal import Invocation, InvocationStatus
from mcpskills_server.admin import log_examples
from mcpskills_server.admin.model import Model


class InvocationView(Model):
    """A request to `/mcp` and what came of it. `skill` is the one that it names, whether there is such a skill or not.

    `principal` is the id of who called, null for who was not let in; `session` is null where the protocol has none.
    """

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": log_examples.ROW})

    id: str
    at: datetime
    skill: str | None
    version: int | None
    method: str
    status: InvocationStatus
    duration_ms: float
    principal: str | None
    session: str | None
    client_address: str | None
    user_agent: str | None
    error: str | None


class InvocationDetail(InvocationView):
    """With the bodies, as far as the policy keeps them: JSON as text, cut where it is too long."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": log_examples.DETAIL})

    parameters: str | None
    result: str | None


class InvocationList(Model):
    """The newest first. `next_cursor` is null at the end; a page may hold few rows, or none, and say that more follow."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": log_examples.LIST})

    invocations: tuple[InvocationView, ...]
    next_cursor: str | None


def row(invocation: Invocation) -> InvocationView:
    return InvocationView(**_fields(invocation))


def detail(invocation: Invocation) -> InvocationDetail:
    return InvocationDetail(**_fields(invocation), parameters=invocation.parameters, result=invocation.result)


def _fields(invocation: Invocation) -> dict[str, Any]:
    return {
        "id": invocation.id,
        "at": invocation.at,
        "skill": invocation.skill,
        "version": invocation.version,
        "method": invocation.method,
        "status": invocation.status,
        "duration_ms": round(invocation.duration * 1_000, 3),
        "principal": invocation.principal,
        "session": invocation.session,
        "client_address": invocation.client_address,
        "user_agent": invocation.user_agent,
        "error": invocation.error,
    }
