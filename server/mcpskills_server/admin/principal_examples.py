"""Examples of the OpenAPI document about who calls."""

from typing import Any, Final

KEY: Final[dict[str, Any]] = {
    "id": "V1StGXR8Z5jd",
    "name": "CI of the office team",
    "status": "active",
    "roles": ["developer"],
    "scopes": ["proposals:write", "skills:read"],
    "groups": ["office"],
    "plan": None,
    "expires_at": "2027-05-20T00:00:00Z",
    "created_at": "2026-11-20T09:30:00Z",
    "created_by": "Ada Author",
    "replaces": None,
    "revoked_at": None,
    "revoked_by": None,
    "revoked_because": None,
    "last_used_at": "2026-11-28T07:12:00Z",
}

KEYS: Final[dict[str, Any]] = {"keys": [KEY], "total": 1, "next_cursor": None, "revision": 7}

KEY_REQUEST: Final[dict[str, Any]] = {
    "name": "CI of the office team",
    "roles": ["developer"],
    "scopes": ["skills:read", "proposals:write"],
    "groups": ["office"],
    "expires_at": "2027-05-20T00:00:00Z",
}

KEY_CHANGE: Final[dict[str, Any]] = {"name": "CI of the office team", "expires_at": None}

ROTATION: Final[dict[str, Any]] = {"overlap_seconds": 86400}

NEW_KEY: Final[dict[str, Any]] = {"key": KEY, "secret": "oms_default_V1StGXR8Z5jd_…", "revision": 8}

KEY_OUTCOME: Final[dict[str, Any]] = {"changed": True, "key": KEY, "revision": 8}

USER: Final[dict[str, Any]] = {
    "issuer": "https://login.example.org/pool",
    "subject": "b7c0a5de-4f1b-4b39-9c55-0f6a1f1c2d3e",
    "name": "Grace Reader",
    "roles": ["viewer"],
    "groups": ["office"],
    "plan": None,
    "disabled": False,
    "created_at": "2026-11-20T09:30:00Z",
    "created_by": "Ada Author",
    "last_used_at": None,
}

USERS: Final[dict[str, Any]] = {"users": [USER], "total": 1, "next_cursor": None, "revision": 7}

USER_REQUEST: Final[dict[str, Any]] = {"name": "Grace Reader", "roles": ["viewer"], "groups": ["office"]}

USER_OUTCOME: Final[dict[str, Any]] = {"changed": True, "user": USER, "revision": 8}

ME: Final[dict[str, Any]] = {
    "tenant": "default",
    "id": "key:V1StGXR8Z5jd",
    "name": "CI of the office team",
    "anonymous": False,
    "roles": ["developer"],
    "scopes": ["proposals:write", "skills:read"],
    "groups": ["office"],
    "plan": None,
}

ROLES: Final[dict[str, Any]] = {"roles": [{"name": "viewer", "scopes": ["skills:read"]}]}
"""The first of them."""
