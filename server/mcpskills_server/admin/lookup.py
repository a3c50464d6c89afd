"""One skill as the catalog and this replica know it. These functions block: routes call them in a thread."""

from collections.abc import Mapping

from mcpskills.errors import NotFoundError
from mcpskills.frontmatter import Frontmatter
from mcpskills.printable import printable
from mcpskills.skill import Skill, from_frontmatter
from mcpskills.snapshot import Snapshot
from mcpskills.version import SkillRecord, Standing, Version
from mcpskills_server.admin import views
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.skill_models import SkillDetail
from mcpskills_server.suggestions import did_you_mean, similar_names


def record(admin: Admin, name: str) -> SkillRecord:
    """A skill that Git has. Raises `NotFoundError` for an unknown one, a deleted one, and a folder that never became one."""
    try:
        found = admin.catalog.skill(admin.tenant, name)
    except NotFoundError as error:
        raise NotFoundError(_unknown(admin, name)) from error
    if found.reserved:
        raise NotFoundError(_unknown(admin, name))
    if found.deleted:
        raise NotFoundError(f"The skill {name!r} was deleted from the registry repository; its versions are kept.")
    return found


def detail(admin: Admin, name: str) -> SkillDetail:
    """A skill's present state, or that of a refused folder of this name. Raises `NotFoundError`."""
    snapshot = admin.replica.view.snapshot
    quarantined = admin.catalog.quarantined(admin.tenant, name)
    try:
        found = record(admin, name)
    except NotFoundError:
        if not quarantined:
            raise
        return views.refused_detail(quarantined, snapshot)
    version = described_by(admin, found)
    return views.detail(
        found, version, read(version), snapshot=snapshot, quarantined=quarantined, standings=standings(admin, found)
    )


def skill(admin: Admin, found: SkillRecord, snapshot: Snapshot) -> Skill:
    """What the live version says of itself, or the wanted one when none is live."""
    served = snapshot.skills.get(found.name)
    if served is not None and served.version.number == found.live:
        return served.skill
    return read(described_by(admin, found))


def described_by(admin: Admin, found: SkillRecord) -> Version:
    """The live version, or the wanted one when none is live. Raises `NotFoundError`."""
    number = found.wanted if found.live is None else found.live
    if number is None:
        raise NotFoundError(f"The skill {found.name!r} has no version.")
    return admin.catalog.version(admin.tenant, found.name, number)


def standings(admin: Admin, found: SkillRecord) -> Mapping[int, Standing]:
    """The versions that were yanked or revoked, of a skill whose live version may be another one for that reason."""
    if found.hold is None and found.live == found.wanted:
        # Most rows of a listing: none of them costs a read.
        return {}
    return admin.catalog.standings(admin.tenant, found.name)


def read(version: Version) -> Skill:
    data = version.frontmatter if isinstance(version.frontmatter, dict) else {}
    return from_frontmatter(Frontmatter(data, {}, "", "", 1))


def _unknown(admin: Admin, name: str) -> str:
    return f"There is no skill {printable(name)!r}. {did_you_mean(similar_names(admin.replica.view, name))}".rstrip()
