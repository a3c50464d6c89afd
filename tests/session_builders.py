"""Builders of sessions. Each yields the simplest valid thing; a test names only what its story is about."""

from typing import Any

from catalog_builders import TENANT
from mcpskills.session import Session, session_id


def a_session(**fields: Any) -> Session:
    """One that answered `initialize` of `ada`'s client, unless fields say otherwise."""
    known = {
        "tenant": TENANT,
        "id": session_id(),
        "principal": "key:ada",
        "protocol_version": "2025-11-25",
        "client_info": {"name": "a client", "version": "1.0"},
        "client_capabilities": {"roots": {"listChanged": True}, "extensions": {"ä": [1, None, "\ud800"]}},
    }
    return Session(**known | fields)
