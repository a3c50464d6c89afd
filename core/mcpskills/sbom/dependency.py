"""One package that a skill depends on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Dependency:
    """A package as dependency files name it. All texts are printable and free of secrets.

    `ecosystem` is a type of package URL, such as `pypi`; empty where the file does not tell. `version` is set where the
    package can only be one release, `wanted` is what was asked for otherwise, `url` where it is taken from an address.
    `files` are the dependency files that name it, relative to the skill's folder.
    """

    ecosystem: str
    name: str
    version: str = ""
    wanted: str = ""
    url: str = ""
    files: tuple[str, ...] = ()
