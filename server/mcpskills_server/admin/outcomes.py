"""What all routes that change what is served share: who asks, on what condition, and what the answer tells."""

import asyncio
import contextlib
import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Query
from pydantic import BeforeValidator

from mcpskills import pointing
from mcpskills.errors import UnavailableError
from mcpskills.events import GenerationRaised
from mcpskills.version import SkillRecord
from mcpskills_server.admin import lookup
from mcpskills_server.admin.change_models import Change
from mcpskills_server.admin.parts import Admin

_ENTITY_TAG = re.compile(r'\s*(?:W/)?"(\d{1,15})"\s*')


def _number(text: str | None) -> int | None:
    if text is None or text.strip() == "*":
        return None
    tag = _ENTITY_TAG.fullmatch(text)
    if tag is None:
        raise ValueError(f'must be a number in quotes, such as "42", or *, got {text[:40]!r}')
    return int(tag[1])


IfMatch = Annotated[
    int | None,
    BeforeValidator(_number),
    Header(
        alias="If-Match",
        description='Change nothing unless this is the generation still, as an entity tag such as `"42"` (RFC 9110); else 412.',
    ),
]

IfRevision = Annotated[
    int | None,
    BeforeValidator(_number),
    Header(
        alias="If-Match",
        description="Change nothing unless this is the revision of keys and users still, as an entity tag; else 412.",
    ),
]


@dataclass(frozen=True, slots=True)
class Terms:
    """On what condition a change is made, and whether it is made at all or only looked at."""

    if_match: int | None
    preview: bool


def _terms(
    if_match: IfMatch = None,
    preview: Annotated[
        bool, Query(description="Change nothing; tell what would change, or why it would be refused.")
    ] = False,
) -> Terms:
    return Terms(if_match, preview)


Asked = Annotated[Terms, Depends(_terms)]


async def expect(admin: Admin, if_match: int | None) -> None:
    """Raises `PreconditionFailedError` for another generation, also where nothing would change; the catalog asks once more."""
    if if_match is not None:
        pointing.expect_generation(await asyncio.to_thread(admin.catalog.generation, admin.tenant), if_match)


async def changed(admin: Admin, before: SkillRecord, after: SkillRecord) -> Change:
    """Tell the replicas, this one first; then what the skill is now."""
    is_changed = await follow(admin, before, after)
    return await outcome(admin, after.name, changed=is_changed)


async def follow(admin: Admin, before: SkillRecord, after: SkillRecord) -> bool:
    """Tell the replicas, and bring this one up to date. False when nothing changed."""
    is_changed = before.generation != after.generation
    if is_changed:
        tell(admin, after)
    # The change stands when the replica cannot follow at once; `served_version` in the answer shows it.
    with contextlib.suppress(UnavailableError):
        await admin.replica.refresh()
    return is_changed


async def outcome(admin: Admin, name: str, *, changed: bool) -> Change:
    skill = await asyncio.to_thread(lookup.detail, admin, name)
    return Change(changed=changed, generation=skill.generation, skill=skill)


def tell(admin: Admin, record: SkillRecord) -> None:
    admin.signals.send(GenerationRaised(admin.tenant, record.generation))
