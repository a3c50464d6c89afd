"""Builders of invocations. Each yields the simplest valid thing; a test names only what its story is about."""

from datetime import datetime
from typing import Any

from catalog_builders import NOON, TENANT
from mcpskills.journal import Invocation, InvocationStatus, invocation_id


def an_invocation(at: datetime = NOON, *, tenant: str = TENANT, **fields: Any) -> Invocation:
    """One `resources/read` that ended well, unless fields say otherwise."""
    known = {"id": invocation_id(at), "method": "resources/read", "status": InvocationStatus.SUCCESS, "duration": 0.25}
    return Invocation(tenant=tenant, **known | fields)


def a_full_invocation() -> Invocation:
    """With something in every field."""
    return an_invocation(
        method="tools/call",
        status=InvocationStatus.TIMEOUT,
        principal="key:ada",
        session="a-session",
        skill="pdf-forms",
        version=3,
        parameters='{"name": "load_skill", "arguments": {"name": "ä"}}',
        result='{"content": []}',
        error="It took longer than 30 s.",
        client_address="192.0.2.7",
        user_agent="a client/1.0",
    )
