"""The audit trail: one entry for each change of what is served or of who decides about it, each chained to the one before.

The hash of an entry covers the hash before it, so nothing in the middle can be changed, left out or put in unseen. Whoever keeps
the newest hash somewhere else sees a cut at the end as well.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mcpskills.errors import CorruptedError

_AMBIGUOUS = frozenset(',"')

BEGINNING = "0" * 64
"""Stands for the hash before the first entry."""

Detail = dict[str, str | int | None]
"""What an entry says beside who did what when; flat, so that its hash needs no rules of its own."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, from which address and with which request, where those are known.

    Names are for people, who may choose the same twice; `caller` is the id that nobody chooses, of who called by HTTP.
    """

    name: str
    source: str | None = None
    request: str | None = None
    caller: str | None = None

    def told(self) -> Detail:
        """What the detail of an entry says of it, besides the name."""
        known = {"source": self.source, "request": self.request, "caller": self.caller}
        return {field: value for field, value in known.items() if value is not None}


def listed(names: Iterable[str]) -> str | None:
    """A set of names as details have it, in order; None for an empty one. One that could be taken for two is in quotes (JSON)."""
    return (
        ", ".join(json.dumps(name, ensure_ascii=False) if _AMBIGUOUS & {*name} else name for name in sorted(names))
        or None
    )


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`sequence` counts from 1 for each tenant; `previous` and `hash` are 64 lower-case hex digits of SHA-256."""

    sequence: int
    generation: int
    at: datetime
    actor: str
    action: str
    skill: str | None
    detail: Mapping[str, str | int | None]
    previous: str = BEGINNING
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of a tenant: how many there are, and its hash."""

    sequence: int = 0
    hash: str = BEGINNING


@dataclass(frozen=True, slots=True)
class TrailPage:
    """A part of the trail in its order, and where the trail ended when it was read, kept apart from the entries."""

    tenant: str
    head: Head
    entries: Sequence[AuditEntry]


def chained(tenant: str, head: Head, entry: AuditEntry) -> AuditEntry:
    """The entry as it follows on the head."""
    following = replace(entry, sequence=head.sequence + 1, previous=head.hash)
    return replace(following, hash=digest(tenant, following))


def digest(tenant: str, entry: AuditEntry) -> str:
    """SHA-256 over the tenant and everything in the entry but its own hash, as JSON with sorted keys and no blanks."""
    fields = {
        "action": entry.action,
        "actor": entry.actor,
        "at": entry.at.isoformat(),
        "detail": dict(entry.detail),
        "generation": entry.generation,
        "previous": entry.previous,
        "sequence": entry.sequence,
        "skill": entry.skill,
        "tenant": tenant,
    }
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def fault(tenant: str, after: Head, entries: Iterable[AuditEntry]) -> str | None:
    """What is wrong with the first bad entry of those that follow `after`, in words; None when all fit."""
    head = after
    for entry in entries:
        if entry.sequence != head.sequence + 1:
            return f"Entry {head.sequence + 1} is missing: after {head.sequence} comes {entry.sequence}."
        if entry.previous != head.hash:
            return f"Entry {entry.sequence} names {entry.previous[:12]}… as the hash before it, expected {head.hash[:12]}…."
        expected = digest(tenant, entry)
        if entry.hash != expected:
            return (
                f"Entry {entry.sequence} was changed: its hash is {entry.hash[:12]}…, its content has {expected[:12]}…."
            )
        head = Head(entry.sequence, entry.hash)
    return None


def verified(pages: Iterable[TrailPage], expect: str | None = None) -> Head:
    """The newest entry of a trail that is whole, given from its beginning to its end.

    Raises `CorruptedError` for one that is not, and where the hash `expect`, which was the newest once, is in it no more.
    """
    kept, head = None, Head()
    holds, is_expected = False, expect is None
    for page in pages:
        kept = kept or page.head
        wrong = fault(page.tenant, head, page.entries)
        if wrong is not None:
            raise _not_whole(wrong)
        for entry in page.entries:
            head = Head(entry.sequence, entry.hash)
            # More may have come since the head was read.
            holds = holds or head == kept
            is_expected = is_expected or entry.hash == expect
    if kept is not None and not holds and kept != Head():
        raise _not_whole(
            f"The trail should have {kept.sequence} entries ending in {kept.hash[:12]}…, but that entry is not in it."
        )
    if not is_expected:
        raise _not_whole(
            f"The hash {(expect or '')[:12]}… is not in the chain: the trail was cut or written anew since it was told."
        )
    return head


def _not_whole(wrong: str) -> CorruptedError:
    return CorruptedError(f"The audit trail is not whole. {wrong}")
