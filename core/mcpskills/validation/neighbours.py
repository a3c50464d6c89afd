"""What stands beside the skills of a registry: who else claims their names, and which names could be taken for theirs."""

from collections.abc import Collection, Iterable, Mapping

from mcpskills import claims
from mcpskills.lookalikes import lookalikes
from mcpskills.validation.subject import ALONE, Neighbours


def neighbours(paths: Collection[str], folders: Iterable[str], live: Mapping[str, str]) -> dict[str, Neighbours]:
    """The neighbours of the skills at `paths`, by path; skills that stand alone are left out.

    `folders` are the paths of all skills of the registry, `paths` among them, and `live` the folders of what is published
    already, by name.
    """
    rivals = claims.settle(tuple(folders), live).rivals
    names = {path: claims.name_of(path) for path in paths}
    alike = lookalikes(names.values(), live)
    beside = {
        path: Neighbours(rivals=rivals.get(path, ()), lookalikes=alike.get(name, ())) for path, name in names.items()
    }
    return {path: found for path, found in beside.items() if found != ALONE}
