"""How long clients may keep an answer, and who may share it. The one place that decides either.

Every caller sees the same skills, so answers are public; visibility per caller would make them private, here.
"""

from collections.abc import Mapping
from typing import Final

from mcp.server.caching import CacheableMethod, CacheHint

from mcpskills_server.mcp.uris import SkillUri

LIVE: Final = CacheHint(ttl_ms=1_000, scope="public")
"""Whatever a publish or a rollback changes."""

PINNED: Final = CacheHint(ttl_ms=3_600_000, scope="public")
"""Numbered versions never change; an hour bounds how long a revoked one lives on in a cache."""

FIXED: Final = CacheHint(ttl_ms=300_000, scope="public")
"""What only another release of the server changes."""

BY_METHOD: Final[Mapping[CacheableMethod, CacheHint]] = {
    "prompts/list": LIVE,
    "resources/list": LIVE,
    "resources/read": LIVE,
    "resources/templates/list": FIXED,
    "server/discover": FIXED,
    "tools/list": FIXED,
}
"""Where the answer does not say it itself."""


def of(uri: SkillUri) -> CacheHint:
    return LIVE if uri.version is None else PINNED
