"""Building the package of a version anew from the registry repository, as the publisher did."""

from mcpskills import canonical, package
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.errors import CorruptedError
from mcpskills.package import Package
from mcpskills.printable import quoted
from mcpskills.version import Origin

_SHOWN = 200


def rebuild(repository: GitRepository, origin: Origin) -> Package:
    """The package of the folder that the commit has there.

    Raises `CorruptedError` when that is not the tree that the version claims, `InvalidInputError` and `UnavailableError` as the
    repository does, for example for a commit that it does not have.
    """
    # Whether it was a skill in that commit already does not matter: a SKILL.md in a folder above it may have hidden it.
    found = repository.folder_tree(origin.commit, origin.path)
    if found != origin.tree:
        has = f"the tree {found}" if found else "no folder"
        raise CorruptedError(
            f"The commit {origin.commit} has {has} at {quoted(origin.path, _SHOWN)}, not the tree {origin.tree}: the version "
            "does not come from there."
        )
    return package.build(canonical.canonical(repository.folder(origin.path, found))[0])
