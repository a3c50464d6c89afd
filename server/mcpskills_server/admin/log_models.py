"""What the admin API says of invocations."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import ConfigDict

from mcpskills.journal import Invocation, InvocationStatus, told
from mcpskills_server.admin import log_examples
from mcpskills_server.admin.model import Model


class InvocationView(Model):
    """A request to `/mcp` and what came of it. `skill` is the one that it names, whether there is such a skill or not.

    `principal` is the id of who called, null for who was not let in; `principal_name` is what their key or user is called now,
    for who may read those. `session` is null where the protocol has none.
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
    principal_name: str | None
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


def row(invocation: Invocation, names: Mapping[str, str]) -> InvocationView:
    """`names` are those of callers, by their ids."""
    return InvocationView(**told(invocation), principal_name=_name(invocation, names))


def detail(invocation: Invocation, names: Mapping[str, str]) -> InvocationDetail:
    return InvocationDetail(
        **told(invocation),
        principal_name=_name(invocation, names),
        parameters=invocation.parameters,
        result=invocation.result,
    )


def _name(invocation: Invocation, names: Mapping[str, str]) -> str | None:
    return None if invocation.principal is None else names.get(invocation.principal)
