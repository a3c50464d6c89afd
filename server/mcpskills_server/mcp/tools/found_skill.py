"""What an answer of `search_skills` says of one skill: as much as was asked for, because every word costs the model some.

A field more is a value of `Wanted`, a field of `FoundSkill` and a row in `_READ`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final, Literal

from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from mcpskills.adapters.search.reasons import Reason
from mcpskills.folder import SKILL_FILE
from mcpskills.snapshot import ServedSkill
from mcpskills_server.mcp.tools.excerpt import cost
from mcpskills_server.mcp.uris import SkillUri

Wanted = Literal[
    "description", "tags", "version", "digest", "uri", "license", "compatibility", "author", "label", "files"
]

MAX_TAGS: Final = 20
MAX_TAG_LENGTH: Final = 100
MAX_REASONS: Final = 12

_MAX_TEXT = 500
_FILES_BYTES = 4_000


class FoundBecause(BaseModel):
    word: str = Field(description="A word of the query")
    taken_for: str | SkipJsonSchema[None] = Field(default=None, description="What it was taken for, if not itself")
    where: str = Field(description="name, tags, description, body; or exact name")
    score: float


class FoundSkill(BaseModel):
    name: str
    description: str | SkipJsonSchema[None] = None
    tags: list[str] | SkipJsonSchema[None] = None
    version: int | SkipJsonSchema[None] = None
    digest: str | SkipJsonSchema[None] = None
    uri: str | SkipJsonSchema[None] = None
    license: str | SkipJsonSchema[None] = None
    compatibility: str | SkipJsonSchema[None] = None
    author: str | SkipJsonSchema[None] = None
    label: str | SkipJsonSchema[None] = Field(default=None, description="The author's own version")
    files: list[str] | SkipJsonSchema[None] = Field(default=None, description="Paths of its files")
    files_left_out: int | SkipJsonSchema[None] = Field(default=None, description="Files not listed, if any")
    score: float | SkipJsonSchema[None] = None
    because: list[FoundBecause] | SkipJsonSchema[None] = Field(default=None, description="The weightiest first")


def found_skill(served: ServedSkill, wanted: Collection[Wanted]) -> FoundSkill:
    """The name and what is wanted, as far as the skill has it."""
    said: dict[str, Any] = {"name": served.name}
    for field in wanted:
        said |= _READ[field](served)
    return FoundSkill(**said)


def because(reasons: Sequence[Reason]) -> list[FoundBecause]:
    return [
        FoundBecause(
            word=reason.word,
            taken_for=reason.guess,
            where=reason.field or "exact name",
            score=round(reason.score, 3),
        )
        for reason in reasons[:MAX_REASONS]
    ]


def _files(served: ServedSkill) -> Mapping[str, Any]:
    paths: list[str] = []
    left = _FILES_BYTES
    for file in served.version.manifest.files:
        left -= cost(file.path) + len('"",')
        if left < 0:
            break
        paths.append(file.path)
    return {"files": paths, "files_left_out": len(served.version.manifest.files) - len(paths) or None}


def _short(text: str | None) -> str | None:
    return text if text is None or len(text) <= _MAX_TEXT else text[: _MAX_TEXT - 1] + "…"


_READ: Final[Mapping[Wanted, Callable[[ServedSkill], Mapping[str, Any]]]] = {
    "description": lambda served: {"description": served.skill.description},
    "tags": lambda served: {"tags": [tag for tag in served.skill.tags if len(tag) <= MAX_TAG_LENGTH][:MAX_TAGS]},
    "version": lambda served: {"version": served.version.number},
    "digest": lambda served: {"digest": served.version.digest},
    "uri": lambda served: {"uri": str(SkillUri(served.name, SKILL_FILE))},
    "license": lambda served: {"license": _short(served.skill.license)},
    "compatibility": lambda served: {"compatibility": _short(served.skill.compatibility)},
    "author": lambda served: {"author": _short(served.skill.author)},
    "label": lambda served: {"label": _short(served.skill.label)},
    "files": _files,
}
