"""What the server can do, as it says itself. A server of an older version would make a change that it was asked to preview."""

import re
from collections.abc import Mapping
from typing import Any, Final

from mcpskills_dashboard.client.changes import Change
from mcpskills_dashboard.client.connection import Api

_PREVIEW: Final = "preview"


def document(api: Api) -> Mapping[str, Any]:
    """The server's description of its routes (OpenAPI); worth keeping for a while."""
    found: Mapping[str, Any] = api.description()
    return found


def previews(document: Mapping[str, Any], change: Change) -> bool:
    """Whether the route of a change knows previews."""
    return _PREVIEW in parameters(document, change.method, f"/admin{change.path}")


def parameters(document: Mapping[str, Any], method: str, path: str) -> frozenset[str]:
    """The names of a route's parameters, by its path with values in the places of names; none for a route that there is not."""
    for template, routes in document.get("paths", {}).items():
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path) and method.lower() in routes:
            return frozenset(each.get("name", "") for each in routes[method.lower()].get("parameters", ()))
    return frozenset()
