"""Builders of what a catalog keeps. Each yields the simplest valid thing; a test names only what its story is about."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from builders import NAME, skill_folder
from mcpskills import package
from mcpskills.audit import Actor
from mcpskills.package import Package
from mcpskills.ports import Catalog, Lease, Publication
from mcpskills.version import (
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

TENANT = "default"
GRACE = Actor("grace")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that a test moves."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def a_package(body: str = "Do it.\n", name: str = NAME) -> Package:
    return package.build(skill_folder(name, body=body))


def a_version(number: int = 1, *, name: str = NAME, body: str | None = None, path: str | None = None) -> Version:
    """Version `number` of a skill; its content differs by number unless a body is given."""
    built = a_package(f"Version {number}.\n" if body is None else body, name)
    return Version(
        skill=name,
        number=number,
        digest=built.digest,
        label=f"{number}.0",
        manifest=built.manifest,
        frontmatter={"name": name, "metadata": {"version": f"{number}.0"}, "tags": ["ä", 1, None, True]},
        origin=Origin(
            commit=f"{number:040x}",
            path=path or f"skills/{name}",
            tree=f"{number:040x}",
            author="Ada",
            committed_at=NOON,
        ),
        rewritten=False,
        published_at=NOON,
    )


def a_hold(
    version: int | None = 1,
    *,
    kind: HoldKind = HoldKind.ROLLBACK,
    until: HoldUntil = HoldUntil.LIFTED,
    instead_of: int | None = 2,
    expires_at: datetime | None = None,
) -> Hold:
    return Hold(
        kind=kind,
        version=version,
        instead_of=instead_of,
        reason="It answers wrongly.",
        actor="grace",
        until=until,
        created_at=NOON,
        expires_at=expires_at,
    )


def a_standing(kind: StandingKind = StandingKind.YANKED) -> Standing:
    return Standing(kind=kind, reason="It drops rows.", actor="grace", at=NOON)


def a_quarantine(path: str = f"skills/{NAME}", *, reason: str = "It has no description.") -> Quarantine:
    return Quarantine(
        path=path, tree="a" * 40, name=path.rpartition("/")[2], commit="c" * 40, rules="rules-1", reason=reason, at=NOON
    )


def lease_of(catalog: Catalog, holder: str = "one", seconds: float = 30) -> Lease:
    return catalog.acquire_lease(TENANT, holder, seconds)


def publish(catalog: Catalog, *versions: Version) -> SkillRecord:
    """Publish one version after the other, as a publisher that looked at the record just before."""
    lease = lease_of(catalog)
    for version in versions:
        expected = catalog.published(TENANT).skills.get(version.skill)
        record = catalog.publish(lease, Publication(version, expected))
    return record
