"""The labelled queries and the skills that they are about.

The skills are real ones, below MCPSKILLS_CORPUS or a sibling folder `shared/corpus`; the files here know them by their names.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from mcpskills import skill
from mcpskills.errors import InvalidInputError
from mcpskills.folder import SKILL_FILE
from mcpskills.skill import Skill

HERE = Path(__file__).parent
CORPUS = Path(os.environ.get("MCPSKILLS_CORPUS", HERE.parents[1].parent / "shared" / "corpus")) / "skills"
HALVES = ("tune", "test")


@dataclass(frozen=True, slots=True)
class Query:
    """`relevant` has the grades, 1 to 3; `misleading` skills share words with the query and do not serve it."""

    kind: str
    text: str
    relevant: Mapping[str, int]
    misleading: tuple[str, ...]


def read(half: str) -> list[Query]:
    kinds = yaml.safe_load((HERE / "queries" / f"{half}.yaml").read_text())
    return [
        Query(kind, each["query"], each["relevant"], tuple(each["misleading"]))
        for kind, queries in kinds.items()
        for each in queries
    ]


def real_skills() -> list[Skill]:
    """Every skill of the corpus whose frontmatter can be read, whatever the rules say of it."""
    return sorted(_readable(), key=lambda found: found.name)


def _readable() -> Iterator[Skill]:
    for path in sorted(CORPUS.rglob("*")):
        if path.name.lower() == SKILL_FILE.lower():
            try:
                yield skill.read(path.read_bytes())
            except (InvalidInputError, UnicodeDecodeError):
                continue
