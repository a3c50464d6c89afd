"""Lock files: which release of each package was resolved. A new kind is a function and a row in `LOCKS`."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mcpskills.sbom.dependency import Dependency
from mcpskills.validation.rules.dependencies import json_files, toml_files
from mcpskills.validation.rules.dependencies.declared import UnreadableError

_Reader = Callable[[str], Iterator[Dependency]]

_MOST_DEEP = 24


def _packages(ecosystem: str, table: str) -> _Reader:
    """A lock file in TOML that lists `[[table]]` with a name and a version each."""

    def read(text: str) -> Iterator[Dependency]:
        listed = toml_files.parsed(text).get(table)
        for package in listed if isinstance(listed, list) else ():
            yield from _package(ecosystem, package)

    return read


def _package(ecosystem: str, package: Any) -> Iterator[Dependency]:
    fields = _table(package)
    name, version = fields.get("name"), fields.get("version")
    if isinstance(name, str) and name and not _is_local(ecosystem, fields.get("source")):
        yield Dependency(ecosystem, name, version if isinstance(version, str) else "")


def _is_local(ecosystem: str, source: Any) -> bool:
    """Whether a package stands in the skill's own folder: Cargo names no source for it, uv and PDM a place."""
    return (
        source is None if ecosystem == "cargo" else bool(_table(source).keys() & {"editable", "virtual", "directory"})
    )


def _npm(text: str) -> Iterator[Dependency]:
    """A `package-lock.json`: `packages` by their places since version 2, nested `dependencies` in version 1."""
    document = json_files.parsed(text)
    packages = document.get("packages")
    if isinstance(packages, dict):
        for place, package in packages.items():
            yield from _placed(place, _table(package))
    else:
        yield from _nested(_table(document.get("dependencies")), 0)


def _placed(place: str, package: Mapping[str, Any]) -> Iterator[Dependency]:
    _, installed, folder = place.rpartition("node_modules/")
    version, name = package.get("version"), package.get("name", folder)
    if installed and isinstance(name, str) and name and isinstance(version, str) and package.get("link") is not True:
        yield Dependency("npm", name, version)


def _nested(table: Mapping[str, Any], depth: int) -> Iterator[Dependency]:
    if depth > _MOST_DEEP:
        raise UnreadableError("is nested too deep")
    for name, package in table.items():
        fields = _table(package)
        version = fields.get("version")
        if name and isinstance(version, str):
            yield Dependency("npm", name, version)
        yield from _nested(_table(fields.get("dependencies")), depth + 1)


def _pipenv(text: str) -> Iterator[Dependency]:
    document = json_files.parsed(text)
    for group in ("default", "develop"):
        for name, package in _table(document.get(group)).items():
            version = _table(package).get("version")
            yield Dependency("pypi", name, version.removeprefix("==") if isinstance(version, str) else "")


def _unread(_text: str) -> Iterator[Dependency]:
    raise UnreadableError("is of a format that is not read")


# By the file's name in lower case; the first that fits.
LOCKS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (re.compile(r"(?:uv|poetry|pdm)\.lock|.*\.py\.lock"), _packages("pypi", "package")),
    (re.compile(r"pylock(?:\.[^/]+)?\.toml"), _packages("pypi", "packages")),
    (re.compile(r"cargo\.lock"), _packages("cargo", "package")),
    (re.compile(r"package-lock\.json|npm-shrinkwrap\.json"), _npm),
    (re.compile(r"pipfile\.lock"), _pipenv),
    (re.compile(r"yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|conda-lock\.yml|go\.sum|go\.mod|gemfile\.lock"), _unread),
)


def reader(name: str) -> _Reader | None:
    """What reads a lock file of that name; None for a file of another kind."""
    return next((read for pattern, read in LOCKS if pattern.fullmatch(name.lower())), None)


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
