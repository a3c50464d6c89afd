"""How long clients may keep an answer, and who may share it. The one place that decides either.

Callers may see different skills, so listings are private, also where they see the same: nobody shall learn from it that something
is hidden. An answer about one skill is public as long as everybody sees that skill.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from mcp_types.methods import CacheableMethod

from mcpskills.snapshot import Snapshot
from mcpskills_server.mcp.uris import SkillUri


@dataclass(frozen=True, slots=True)
class CacheHint:
    """How long in milliseconds an answer stays fresh, and whether callers may share it; SEP-2549."""

    ttl_ms: int
    scope: Literal["public", "private"]


LIVE: Final = CacheHint(ttl_ms=1_000, scope="public")
"""Whatever of one skill a publish or a rollback changes."""

LISTED: Final = CacheHint(ttl_ms=1_000, scope="private")
"""What the caller sees."""

PINNED: Final = CacheHint(ttl_ms=3_600_000, scope="public")
"""Numbered versions never change; an hour bounds how long a revoked one lives on in a cache."""

FIXED: Final = CacheHint(ttl_ms=300_000, scope="public")
"""What only another release of the server changes."""

BY_METHOD: Final[Mapping[CacheableMethod, CacheHint]] = {
    "prompts/list": LISTED,
    "resources/list": LISTED,
    "resources/read": LIVE,
    "resources/templates/list": FIXED,
    "server/discover": FIXED,
    "tools/list": FIXED,
}
"""Where the answer does not say it itself."""


def of(uri: SkillUri, snapshot: Snapshot) -> CacheHint:
    """Of an answer about the skill of an address, from a snapshot that the caller sees."""
    hint = LIVE if uri.version is None else PINNED
    return replace(hint, scope="private") if uri.name in snapshot.restricted else hint
