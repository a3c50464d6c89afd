"""`read_skill_file`: one file of a skill, text in parts, pictures and sound as such."""

import base64
from typing import Final

import mcp_types as types
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from mcpskills.errors import TooLargeError
from mcpskills.folder import MANIFEST_FILE
from mcpskills.version import Version
from mcpskills_server.library import Library
from mcpskills_server.mcp import media_types
from mcpskills_server.mcp.resources import manifest
from mcpskills_server.mcp.tools.excerpt import TEXT_BYTES, excerpt
from mcpskills_server.mcp.tools.lookup import no_such_file, version_of
from mcpskills_server.mcp.tools.tool import Answer, Arguments, Tool, VersionNumber
from mcpskills_server.mcp.uris import SkillUri
from mcpskills_server.replica import View

IMAGE_TYPES: Final = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})
"""What models look at."""

AUDIO_TYPES: Final = frozenset({"audio/mpeg", "audio/wav", "audio/x-wav"})
MEDIA_BYTES: Final = 1024 * 1024
BLOB_BYTES: Final = TEXT_BYTES * 3 // 4
"""Other bytes reach a model as base64 text, four characters for three bytes."""


class ReadArguments(Arguments):
    name: str = Field(max_length=100, description="Name of the skill, as search_skills gives it.")
    path: str = Field(
        max_length=4_096,
        description=f"Path of the file inside the skill, as load_skill lists it; {MANIFEST_FILE} for the list of all files.",
    )
    version: VersionNumber | SkipJsonSchema[None] = Field(
        default=None, description="Number of the version that load_skill gave; leave it out to get the live one."
    )
    offset: int = Field(default=0, ge=0, description="next_offset of the part before, to go on after it.")


class ReadFile(BaseModel):
    name: str
    version: int
    digest: str = Field(description="Of the skill's package")
    path: str
    uri: str
    media_type: str
    size: int = Field(description="Bytes of the whole file")
    text: str | SkipJsonSchema[None] = Field(default=None, description="Absent when the file is no text.")
    offset: int | SkipJsonSchema[None] = None
    next_offset: int | SkipJsonSchema[None] = Field(default=None, description="Pass as offset to get the next part.")
    total_characters: int | SkipJsonSchema[None] = None


async def read_skill_file(view: View, library: Library, arguments: ReadArguments) -> Answer:
    version = await version_of(view, library, arguments.name, arguments.version)
    known = version.manifest.get(arguments.path)
    if known is None and arguments.path == MANIFEST_FILE:
        data = manifest(version).encode()
    elif known is None:
        raise no_such_file(version, arguments.path)
    else:
        data = await library.read(view.snapshot, version, arguments.path)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _binary(version, arguments.path, data)
    return _text(version, arguments, text, len(data))


def _text(version: Version, arguments: ReadArguments, text: str, size: int) -> Answer:
    part = excerpt(text, arguments.offset)
    media_type = (
        "application/json" if arguments.path == MANIFEST_FILE else media_types.of_content(arguments.path, is_text=True)
    )
    read = _about(version, arguments.path, media_type, size).model_copy(
        update={
            "text": part.text,
            "offset": part.offset,
            "next_offset": part.next_offset,
            "total_characters": part.total,
        }
    )
    blocks: list[types.ContentBlock] = [types.TextContent(text=part.text)]
    if part.next_offset is not None:
        more = (
            f"This part ends at character {part.next_offset} of {part.total}. Go on with read_skill_file: name "
            f'"{version.skill}", version {version.number}, path "{arguments.path}", offset {part.next_offset}.'
        )
        blocks.append(types.TextContent(text=more))
    return Answer(blocks, read, version)


def _binary(version: Version, path: str, data: bytes) -> Answer:
    media_type = media_types.of_content(path, is_text=False)
    read = _about(version, path, media_type, len(data))
    limit = MEDIA_BYTES if media_type in IMAGE_TYPES | AUDIO_TYPES else BLOB_BYTES
    if len(data) > limit:
        raise TooLargeError(
            f"The file {path!r} is no text ({media_type}) and with {len(data)} bytes above the {limit} that this tool "
            f"gives. A program can read it as the resource {read.uri}."
        )
    words = types.TextContent(text=f"{path} of the skill {version.skill}, version {version.number}: {media_type}")
    return Answer([words, _block(media_type, read.uri, base64.b64encode(data).decode())], read, version)


def _block(media_type: str, uri: str, encoded: str) -> types.ContentBlock:
    if media_type in IMAGE_TYPES:
        return types.ImageContent(data=encoded, mime_type=media_type)
    if media_type in AUDIO_TYPES:
        return types.AudioContent(data=encoded, mime_type=media_type)
    return types.EmbeddedResource(resource=types.BlobResourceContents(uri=uri, mime_type=media_type, blob=encoded))


def _about(version: Version, path: str, media_type: str, size: int) -> ReadFile:
    return ReadFile(
        name=version.skill,
        version=version.number,
        digest=version.digest,
        path=path,
        uri=str(SkillUri(version.skill, path, version.number)),
        media_type=media_type,
        size=size,
    )


TOOL: Final = Tool(
    name="read_skill_file",
    title="Read a skill's file",
    description=(
        "Read a file of a skill, such as a reference, a template or a script. Long text comes in parts: repeat with "
        "offset set to next_offset. Pass the version that load_skill gave, so that all parts belong together."
    ),
    arguments=ReadArguments,
    structure=ReadFile,
    run=read_skill_file,
)
