"""Which skills paths name, without looking into them: enough to tell whether anything has changed since the last run."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import typer

from mcpskills import claims
from mcpskills.adapters import folders
from mcpskills.cli.registry import registry_of
from mcpskills.folder import SKILL_FILE, SkillFolder
from mcpskills.validation.registry import CODE_OWNERS

_OWNERS_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class DiskFolder:
    """A folder of a work tree, or of no repository at all."""

    path: Path
    at: str

    def read(self) -> SkillFolder:
        return folders.read(self.path, self.at)

    def stamp(self) -> str | None:
        return _stamp(self.path)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The chosen `skills` of one registry repository, and all that it has. `owners` is its CODEOWNERS."""

    root: Path
    prefix: str
    skills: tuple[DiskFolder, ...]
    all_skills: tuple[DiskFolder, ...]
    owners: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """`outside` are skills that lie in no registry repository."""

    registries: tuple[Chosen, ...]
    outside: tuple[DiskFolder, ...]

    @property
    def skills(self) -> Iterator[tuple[str, DiskFolder]]:
        """Every chosen skill, with the prefix of its registry."""
        yield from (("", skill) for skill in self.outside)
        yield from ((chosen.prefix, skill) for chosen in self.registries for skill in chosen.skills)


def choose(paths: Iterable[Path]) -> Choice:
    """The skills at or below paths; a file means the skill that it belongs to. Raises `typer.BadParameter`."""
    found: dict[Path | None, dict[Path, Path]] = {}
    for path in paths:
        for skill in _below(path):
            resolved = skill.resolve()
            found.setdefault(_registry(resolved.parent), {}).setdefault(resolved, skill)
    outside = [DiskFolder(path, _shown(path)) for path in found.pop(None, {}).values()]
    return Choice(tuple(_chosen(root, skills) for root, skills in found.items() if root), tuple(outside))


def prefix_of(registry: Path) -> str:
    """What leads from the present folder to a registry repository, with a slash behind it; empty in its root."""
    path = Path(os.path.relpath(registry)).as_posix()
    return "" if path == "." else f"{path}/"


def _chosen(root: Path, skills: Iterable[Path]) -> Chosen:
    top = root / claims.SKILLS_ROOT
    every = _every(top) if _is_folder(top) else ()
    return Chosen(
        root,
        prefix_of(root),
        tuple(_within(root, skill) for skill in skills),
        tuple(_within(root, skill) for skill in every),
        _owners(root),
    )


def _within(root: Path, skill: Path) -> DiskFolder:
    return DiskFolder(skill, skill.relative_to(root).as_posix())


def _owners(registry: Path) -> str | None:
    for at in CODE_OWNERS:
        file = registry / at
        if file.is_file():
            with file.open("rb") as opened:
                return opened.read(_OWNERS_BYTES).decode("utf-8", "replace")
    return None


def _below(path: Path) -> tuple[Path, ...]:
    if not path.exists():
        raise typer.BadParameter(f"{path} does not exist.", param_hint="PATH")
    if not path.is_dir():
        skill = _skill_around(path)
        return (skill,) if skill else ()
    if path.is_symlink() and registry_of(path.parent):
        raise typer.BadParameter(
            f"{path} is a link, which Git does not follow; name a skill's folder.", param_hint="PATH"
        )
    root = path / claims.SKILLS_ROOT
    is_registry = registry_of(path) == path.resolve()
    skills = _every(root.resolve()) if is_registry and _is_folder(root) else tuple(folders.find(path))
    if not skills:
        raise typer.BadParameter(f"{path} holds no folder with a SKILL.md.", param_hint="PATH")
    return skills


def _skill_around(file: Path) -> Path | None:
    """The outermost folder around a file that holds a SKILL.md, within its registry repository.

    None for a file between skills, such as a README.md in `skills/`: whoever names all changed files has to name it too.
    """
    registry = registry_of(file)
    top = registry / claims.SKILLS_ROOT if registry else None
    above = [folder for folder in file.resolve().parents if top is None or top in folder.parents]
    skill = next((folder for folder in reversed(above) if _holds_skill_file(folder)), None)
    if skill is None and (top is None or top not in file.resolve().parents):
        raise typer.BadParameter(
            f"{file} is a file that belongs to no skill; name a skill's folder.", param_hint="PATH"
        )
    return skill


def _is_folder(path: Path) -> bool:
    """Git, and so the publisher, sees no skills behind a link."""
    return path.is_dir() and not path.is_symlink()


def _holds_skill_file(folder: Path) -> bool:
    try:
        return any(item.name.casefold() == SKILL_FILE.casefold() for item in folder.iterdir())
    except OSError:
        return False


@cache
def _stamp(folder: Path) -> str | None:
    """Looked at once in a run, before anything is read: what changes meanwhile is judged again the next time."""
    return folders.stamp(folder)


@cache
def _every(top: Path) -> tuple[Path, ...]:
    """All skills of a registry repository, looked for once in a run."""
    return tuple(folders.find_below(top))


@cache
def _registry(folder: Path) -> Path | None:
    return registry_of(folder)


def _shown(path: Path) -> str:
    # `.` and `..` do not tell a folder's name, which the rules look at.
    return path.as_posix() if path.name not in {"", ".."} else path.resolve().as_posix()
