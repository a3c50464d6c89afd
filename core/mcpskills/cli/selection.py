"""Which skills a command looks at, and by whose policy. Here those that paths name; `change` has those that a change touches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mcpskills.cli.choice import Choice, choose
from mcpskills.cli.policy import policy_at
from mcpskills.folder import SkillFolder
from mcpskills.validation.neighbours import neighbours
from mcpskills.validation.policy import Policy
from mcpskills.validation.registry import Registry
from mcpskills.validation.subject import ALONE, Neighbours


class Source(Protocol):
    """Where a skill's folder is read from; it travels to other processes. `at` is its path in the registry repository."""

    @property
    def at(self) -> str: ...

    def read(self) -> SkillFolder: ...

    def stamp(self) -> str | None:
        """Another one when the content is another; None when that is not known."""


@dataclass(frozen=True, slots=True)
class Selected:
    """One skill. `prefix` leads from the present folder to the registry repository, with a slash behind it; empty in its root."""

    source: Source
    policy: Policy
    neighbours: Neighbours = ALONE
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """A registry repository some of whose skills are looked at; `skills` are sources of all of its skills, by path."""

    registry: Registry
    policy: Policy
    prefix: str
    skills: Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class Selection:
    """What is looked at, and what stands around it."""

    skills: tuple[Selected, ...]
    around: tuple[Around, ...] = ()


def by_paths(paths: Iterable[Path], policy: Policy | None = None) -> Selection:
    """The skills at or below paths; a file means the skill that it belongs to. `policy` takes the place of the registries' own.

    Raises `typer.BadParameter` for a path without skills and `InvalidInputError` for a registry.toml that cannot be used.
    """
    return of_choice(choose(paths), policy)


def of_choice(choice: Choice, policy: Policy | None = None) -> Selection:
    """What was chosen, with the policies and the neighbours by which it is judged. Raises `InvalidInputError`."""
    outside = [skill.at for skill in choice.outside]
    beside = neighbours(outside, outside, live={})
    skills = [Selected(skill, policy or Policy(), beside.get(skill.at, ALONE)) for skill in choice.outside]
    around: list[Around] = []
    for chosen in choice.registries:
        judged_by = policy or policy_at(chosen.root)
        sources = {skill.at: skill for skill in chosen.all_skills}
        around.append(Around(Registry(tuple(sources), owners=chosen.owners), judged_by, chosen.prefix, sources))
        beside = neighbours(sources, sources, live={})
        skills += (Selected(skill, judged_by, beside.get(skill.at, ALONE), chosen.prefix) for skill in chosen.skills)
    return Selection(tuple(sorted(skills, key=lambda skill: (skill.prefix, skill.source.at))), tuple(around))
