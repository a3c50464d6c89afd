"""Finding what a model named, or telling it what it may have meant. Costs the same in small and in huge registries."""

import difflib
from functools import partial

from mcpskills.errors import NotFoundError
from mcpskills.folder import MANIFEST_FILE
from mcpskills.version import Version
from mcpskills_server.library import Library
from mcpskills_server.replica import View
from mcpskills_server.suggestions import SHOWN, did_you_mean, similar_names


async def version_of(view: View, library: Library, name: str, number: int | None) -> Version:
    """A skill's live version or the numbered one. Raises `NotFoundError` with the way on."""
    served = view.snapshot.skills.get(name)
    if served is None:
        similar = await library.thinking.apart(partial(similar_names, view, name))
        raise NotFoundError(
            f"There is no skill {name!r}. {did_you_mean(similar)}Find the right name with search_skills."
        )
    try:
        return await library.version(view.snapshot, name, number)
    except NotFoundError as error:
        raise NotFoundError(
            f"The skill {name!r} has no version {number}; the live one is {served.version.number}. "
            "Leave `version` out to get the live one."
        ) from error


def no_such_file(version: Version, path: str) -> NotFoundError:
    """What to tell a model that named a file which the skill does not have."""
    paths = [file.path for file in version.manifest.files]
    same_name = [known for known in paths if known.rpartition("/")[2] == path.rpartition("/")[2]]
    similar = list(dict.fromkeys([*same_name, *difflib.get_close_matches(path, paths, SHOWN)]))
    return NotFoundError(
        f"The skill {version.skill!r} version {version.number} has no file {path!r}. {did_you_mean(similar)}"
        f"Read the path {MANIFEST_FILE!r} for the list of all its files."
    )
