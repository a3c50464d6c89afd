"""What a version holds, if replicas would serve it: looked at before a pointer moves there, or Git is asked for the same."""

from mcpskills import package, trust
from mcpskills.errors import CorruptedError, NotFoundError
from mcpskills.folder import SKILL_FILE, Entry
from mcpskills.following import served_skill, verified
from mcpskills.version import Version
from mcpskills_server.admin.parts import Admin


def content(admin: Admin, version: Version) -> dict[str, Entry]:
    """The files of the package that a trusted key vouches for. Blocks. Raises `CorruptedError`, `UnavailableError`."""
    trust.check(admin.tenant, version, admin.verify)
    archive = package_of(admin, version)
    served_skill(version, verified(version, archive)[SKILL_FILE])
    return package.entries(archive)


def package_of(admin: Admin, version: Version) -> bytes:
    """The bytes of a version's package, which have its digest. Blocks. Raises `CorruptedError`, `UnavailableError`."""
    try:
        return admin.store.get(version.digest)
    except NotFoundError as error:
        # The caller named what exists: that its bytes are lost is a fault here.
        raise CorruptedError(
            f"The package of {version.skill!r} version {version.number} is lost: {error.message} Choose another version."
        ) from error
