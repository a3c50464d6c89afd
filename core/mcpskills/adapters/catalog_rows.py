"""Between what catalogs keep and the domain's types: flat rows of text, numbers and None, one function each way."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from functools import wraps
from typing import Any, Protocol, TypeVar

from mcpskills.audit import AuditEntry
from mcpskills.checkpoint import Checkpoint
from mcpskills.errors import CorruptedError
from mcpskills.package import Manifest, ManifestFile
from mcpskills.version import (
    Evaluation,
    Hold,
    HoldKind,
    HoldUntil,
    Origin,
    Quarantine,
    SkillRecord,
    Standing,
    StandingKind,
    Version,
)


class Row(Protocol):
    """A row that is asked by the name of a column: SQLite's, or an item's attributes."""

    def __getitem__(self, column: str, /) -> Any: ...


_Kept = TypeVar("_Kept")
_Asked = TypeVar("_Asked")


def reads(what: str) -> Callable[[Callable[[_Asked], _Kept]], Callable[[_Asked], _Kept]]:
    """A row that somebody damaged concerns what it tells of, and nothing else: `CorruptedError`."""

    def checked(read: Callable[[_Asked], _Kept]) -> Callable[[_Asked], _Kept]:
        @wraps(read)
        def reading(row: _Asked) -> _Kept:
            try:
                return read(row)
            except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
                raise CorruptedError(
                    f"The catalog's {what} cannot be read ({type(error).__name__}: {error}): restore it from a backup."
                ) from error

        return reading

    return checked


def version_values(tenant: str, version: Version) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "skill": version.skill,
        "number": version.number,
        "digest": version.digest,
        "label": version.label,
        "manifest": json.dumps([[f.path, f.digest, f.size, f.executable] for f in version.manifest.files]),
        "frontmatter": json.dumps(version.frontmatter, ensure_ascii=False),
        "origin": json.dumps(asdict(version.origin), default=datetime.isoformat),
        "rewritten": version.rewritten,
        "published_at": version.published_at.isoformat(),
        "evaluation": None if version.evaluation is None else json.dumps(asdict(version.evaluation)),
        "provenance": version.provenance,
        "sbom": version.sbom,
        "standing": standing_text(version.standing),
    }


@reads("row of a version")
def version(row: Row) -> Version:
    origin = json.loads(row["origin"])
    return Version(
        skill=row["skill"],
        number=row["number"],
        digest=row["digest"],
        label=row["label"],
        manifest=Manifest(tuple(ManifestFile(*file) for file in json.loads(row["manifest"]))),
        frontmatter=json.loads(row["frontmatter"]),
        origin=Origin(**{**origin, "committed_at": datetime.fromisoformat(origin["committed_at"])}),
        rewritten=bool(row["rewritten"]),
        published_at=datetime.fromisoformat(row["published_at"]),
        evaluation=_evaluation(json.loads(row["evaluation"] or "null")),
        provenance=row["provenance"],
        sbom=row["sbom"],
        standing=standing(row["standing"]),
    )


def standing_text(standing: Standing | None) -> str | None:
    return None if standing is None else json.dumps(asdict(standing), default=datetime.isoformat)


@reads("standing of a version")
def standing(text: str | None) -> Standing | None:
    if text is None:
        return None
    fields = json.loads(text)
    return Standing(
        kind=StandingKind(fields["kind"]),
        reason=fields["reason"],
        actor=fields["actor"],
        at=datetime.fromisoformat(fields["at"]),
    )


def hold_text(hold: Hold | None) -> str | None:
    return None if hold is None else json.dumps(asdict(hold), default=datetime.isoformat)


def record_values(tenant: str, record: SkillRecord) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "name": record.name,
        "path": record.path,
        "tree": record.tree,
        "live": record.live,
        "wanted": record.wanted,
        "hold": hold_text(record.hold),
        "deleted": record.deleted,
        "generation": record.generation,
        "updated_at": record.updated_at.isoformat(),
        "seen_by": json.dumps(sorted(record.groups)) if record.groups else None,
    }


@reads("record of a skill")
def record(row: Row) -> SkillRecord:
    return SkillRecord(
        name=row["name"],
        path=row["path"],
        tree=row["tree"],
        live=row["live"],
        wanted=row["wanted"],
        hold=_hold(json.loads(row["hold"] or "null")),
        deleted=bool(row["deleted"]),
        load_error=row["load_error"],
        generation=row["generation"],
        updated_at=datetime.fromisoformat(row["updated_at"]),
        groups=_groups(json.loads(row["seen_by"] or "[]")),
    )


def quarantine_values(tenant: str, quarantine: Quarantine) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "path": quarantine.path,
        "tree": quarantine.tree,
        "name": quarantine.name,
        "commit_id": quarantine.commit,
        "rules": quarantine.rules,
        "reason": quarantine.reason,
        "at": quarantine.at.isoformat(),
    }


@reads("row of a quarantine")
def quarantine(row: Row) -> Quarantine:
    return Quarantine(
        path=row["path"],
        tree=row["tree"],
        name=row["name"],
        commit=row["commit_id"],
        rules=row["rules"],
        reason=row["reason"],
        at=datetime.fromisoformat(row["at"]),
    )


def audit_values(tenant: str, entry: AuditEntry) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "sequence": entry.sequence,
        "generation": entry.generation,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "skill": entry.skill,
        "detail": json.dumps(dict(entry.detail)),
        "previous": entry.previous,
        "hash": entry.hash,
    }


@reads("entry of the audit trail")
def audit(row: Row) -> AuditEntry:
    return AuditEntry(
        sequence=row["sequence"],
        generation=row["generation"],
        at=datetime.fromisoformat(row["at"]),
        actor=row["actor"],
        action=row["action"],
        skill=row["skill"],
        detail=json.loads(row["detail"]),
        previous=row["previous"],
        hash=row["hash"],
    )


def checkpoint_values(tenant: str, checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "generation": checkpoint.generation,
        "envelope": checkpoint.envelope,
        "at": checkpoint.at.isoformat(),
    }


@reads("checkpoint")
def checkpoint(row: Row) -> Checkpoint:
    return Checkpoint(row["generation"], row["envelope"], datetime.fromisoformat(row["at"]))


def _evaluation(fields: dict[str, Any] | None) -> Evaluation | None:
    return None if fields is None else Evaluation(**{**fields, "failures": tuple(fields["failures"])})


def _groups(names: list[str]) -> frozenset[str]:
    """Raises `TypeError` for anything else: a restriction that cannot be read must not become none."""
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise TypeError("expected a list of groups")
    return frozenset(names)


def _hold(fields: dict[str, Any] | None) -> Hold | None:
    if fields is None:
        return None
    return Hold(
        kind=HoldKind(fields["kind"]),
        version=fields["version"],
        instead_of=fields["instead_of"],
        reason=fields["reason"],
        actor=fields["actor"],
        until=HoldUntil(fields["until"]),
        created_at=datetime.fromisoformat(fields["created_at"]),
        expires_at=datetime.fromisoformat(fields["expires_at"]) if fields["expires_at"] else None,
        beneath=_hold(fields["beneath"]),
    )
