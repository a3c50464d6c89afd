"""The bill of materials of one package."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from packaging.utils import canonicalize_name

from mcpskills.folder import SkillFolder
from mcpskills.printable import printable
from mcpskills.sbom import locks, manifests
from mcpskills.sbom.dependency import Dependency
from mcpskills.skill import Skill
from mcpskills.validation.file import File
from mcpskills.validation.redacting import redacted
from mcpskills.validation.rules.dependencies.declared import UnreadableError
from mcpskills.validation.rules.dependencies.reading import is_manifest

MOST = 2_000
"""Dependencies of one skill, after which the rest is left out and said to be: writing that many takes about a second."""

BYTES = 4 * 1024 * 1024
"""Of all dependency files of one skill that are read; the rest is left out and said to be."""

_LOCK_LIMIT = 2 * 1024 * 1024
_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Bill:
    """What the package with this digest is made of. `dependencies` are sorted, and each is there once.

    `unread` says of a dependency file why it, or the rest of it, could not be read: a path and the end of a sentence.
    """

    skill: Skill
    digest: str
    dependencies: tuple[Dependency, ...]
    unread: tuple[tuple[str, str], ...]


def of(skill: Skill, folder: SkillFolder, digest: str) -> Bill:
    """The bill of a folder that the rules accepted. Never raises for what a dependency file holds."""
    found: list[Dependency] = []
    unread: list[tuple[str, str]] = []
    room = BYTES
    for path, entry in sorted(folder.files.items()):
        shown = _clean(path)
        room -= len(entry.content) if _is_read(path, entry.content) else 0
        if room < 0:
            unread.append((shown, f"is left out: the dependency files have more than {BYTES} bytes"))
            break
        dependencies, fault = _read(File(path, entry.content, entry.executable))
        found += (_cleaned(dependency, shown) for dependency in islice(dependencies, MOST + 1 - len(found)))
        if fault:
            unread.append((shown, _clean(fault)))
        if len(found) > MOST:
            unread.append((shown, f"declares more than fits: the skill has over {MOST} dependencies"))
            break
    return Bill(skill, digest, tuple(sorted(_settled(_joined(found[:MOST])))), tuple(unread))


def _is_read(path: str, content: bytes) -> bool:
    return locks.reader(path.rpartition("/")[2]) is not None or is_manifest(path, content)


def _read(file: File) -> tuple[list[Dependency], str | None]:
    read = locks.reader(file.name)
    if read is None:
        return manifests.read(file)
    if file.text is None or file.is_garbled:
        return [], "is no text"
    if len(file.content) > _LOCK_LIMIT:
        return [], f"has more than {_LOCK_LIMIT} bytes"
    found: list[Dependency] = []
    try:
        found += islice(read(file.text), MOST + 1)
    except UnreadableError as error:
        return found, str(error)
    return found, None


def _joined(found: Iterable[Dependency]) -> Iterator[Dependency]:
    """Each package once, with all the files that name it."""
    files: defaultdict[Dependency, set[str]] = defaultdict(set)
    for dependency in found:
        files[replace(dependency, files=())].update(dependency.files)
    return (replace(dependency, files=tuple(sorted(named))) for dependency, named in files.items())


def _settled(joined: Iterable[Dependency]) -> Iterator[Dependency]:
    """Ranges left out where a lock file, or another file, says which release it is; their files count as naming that one."""
    by_name: defaultdict[tuple[str, str], list[Dependency]] = defaultdict(list)
    for dependency in joined:
        by_name[dependency.ecosystem, dependency.name].append(dependency)
    for alike in by_name.values():
        exact = [dependency for dependency in alike if dependency.version]
        loose = [dependency for dependency in alike if not dependency.version and not dependency.url]
        if exact and loose:
            asked = {path for dependency in loose for path in dependency.files}
            exact = [replace(dependency, files=tuple(sorted({*dependency.files, *asked}))) for dependency in exact]
            yield from exact
            yield from (dependency for dependency in alike if dependency.url)
        else:
            yield from alike


def _cleaned(dependency: Dependency, path: str) -> Dependency:
    name = canonicalize_name(dependency.name) if dependency.ecosystem == "pypi" else dependency.name
    return Dependency(
        dependency.ecosystem,
        _clean(name),
        _clean(dependency.version),
        _clean(dependency.wanted),
        _clean(dependency.url),
        (path,),
    )


def _clean(text: str) -> str:
    return printable(redacted(text[: 2 * _SHOWN]), _SHOWN) if text else ""
