"""How long clients may keep an answer, and who may share it. The one place that decides either.

Every caller sees the same skills, so answers are public; visibility per caller would make them private, here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from mcp_types.methods import CacheableMethod

from mcpskills_server.mcp.uris import SkillUri


@dataclass(frozen=True, slots=True)
class CacheHint:
    """How long in milliseconds an answer stays fresh, and whether callers may share it; SEP-2549."""

    ttl_ms: int
    scope: Literal["public", "private"]


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
