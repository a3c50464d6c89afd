"""`load_skill`: a skill's instructions and the list of its files."""

from collections.abc import Sequence
from typing import Final, TypeAlias

import mcp_types as types
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from mcpskills.folder import MANIFEST_FILE, SKILL_FILE
from mcpskills.following import served_skill
from mcpskills.outline import line
from mcpskills.skill import Skill, file_kind
from mcpskills.version import Version
from mcpskills_server.library import Library
from mcpskills_server.mcp.tools.excerpt import RESULT_BYTES, TEXT_BYTES, Excerpt, cost, excerpt
from mcpskills_server.mcp.tools.lookup import version_of
from mcpskills_server.mcp.tools.tool import Answer, Arguments, Tool, VersionNumber
from mcpskills_server.replica import View

FILES_BYTES: Final = RESULT_BYTES - TEXT_BYTES - 2_000
"""For the list of files; what is left over holds the words around it."""

FILE_OVERHEAD: Final = 60

PathAndSize: TypeAlias = tuple[str, int]


class LoadArguments(Arguments):
    name: str = Field(max_length=100, description="Name of the skill, as search_skills gives it.")
    version: VersionNumber | SkipJsonSchema[None] = Field(
        default=None, description="Number of a version; leave it out to get the live one."
    )
    offset: int = Field(default=0, ge=0, description="next_offset of the part before, to go on after it.")


class SkillFile(BaseModel):
    path: str
    kind: str = Field(description="script, reference, asset or other")
    size: int = Field(description="Bytes")


class LoadedSkill(BaseModel):
    name: str
    version: int
    digest: str
    instructions: str
    offset: int
    next_offset: int | SkipJsonSchema[None] = Field(default=None, description="Pass as offset to get the next part.")
    total_characters: int
    files: list[SkillFile] = Field(
        description="The skill's other files; complete unless files_left_out says otherwise."
    )
    files_left_out: int = Field(description=f"Files not listed here; read the path {MANIFEST_FILE} for all of them.")


async def load_skill(view: View, library: Library, arguments: LoadArguments) -> Answer:
    version = await version_of(view, library, arguments.name, arguments.version)
    skill = await _skill(view, library, version)
    return answer(version, excerpt(skill.body, arguments.offset))


def answer(version: Version, part: Excerpt) -> Answer:
    """A part of the instructions of a version; with the first one, its files."""
    others = [(file.path, file.size) for file in version.manifest.files if file.path != SKILL_FILE]
    listed = fitting(others) if part.offset == 0 else []
    left_out = len(others) - len(listed)
    loaded = LoadedSkill(
        name=version.skill,
        version=version.number,
        digest=version.digest,
        instructions=part.text,
        offset=part.offset,
        next_offset=part.next_offset,
        total_characters=part.total,
        files=[SkillFile(path=path, kind=file_kind(path), size=size) for path, size in listed],
        files_left_out=left_out,
    )
    words = about(version.skill, version.number, listed, left_out, part)
    return Answer([types.TextContent(text=part.text), types.TextContent(text=words)], loaded, version)


async def _skill(view: View, library: Library, version: Version) -> Skill:
    live = view.snapshot.skills[version.skill]
    if live.version.number == version.number:
        return live.skill
    return served_skill(version, await library.read(view.snapshot, version, SKILL_FILE)).skill


def fitting(files: Sequence[PathAndSize]) -> Sequence[PathAndSize]:
    """The first of the files, as many as a result has room for."""
    left = FILES_BYTES
    for number, (path, _) in enumerate(files):
        left -= cost(path) + FILE_OVERHEAD
        if left < 0:
            return files[:number]
    return files


def about(name: str, number: int, listed: Sequence[PathAndSize], left_out: int, part: Excerpt) -> str:
    """The words after the instructions: what they are, what to call next."""
    named = f'name "{name}", version {number}'
    lines = [f"These are the instructions of the skill {name}, version {number}."]
    if part.next_offset is not None:
        lines.append(
            f"This part ends at character {part.next_offset} of {part.total}. "
            f"Go on with load_skill: {named}, offset {part.next_offset}."
        )
    if listed:
        lines.append(f"Its other files, to be read with read_skill_file ({named}):")
        lines += [line(path, size) for path, size in listed]
    if left_out and part.offset == 0:
        lines.append(f"- and {left_out} more; read the path {MANIFEST_FILE} for all of them")
    return "\n".join(lines)


TOOL: Final = Tool(
    name="load_skill",
    title="Load a skill",
    description=(
        "Get the instructions of a skill and the list of its files. Follow the instructions; read a file with "
        "read_skill_file when they ask for it. Long instructions come in parts: repeat with offset set to next_offset."
    ),
    arguments=LoadArguments,
    structure=LoadedSkill,
    run=load_skill,
)
