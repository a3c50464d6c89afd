"""Answers about one live skill, cut from what the SDK's serialiser makes of placeholders.

A kind of answer is a row of `_KINDS`: the SDK's model with placeholders, made by the functions that the SDK's server answers
with, and what stands in their place for a skill. Nothing is kept for a skill, so a hundred thousand cost no more than ten.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

import mcp_types as types
import msgspec
from mcp_types import SERVER_INFO_META_KEY, methods
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, MODERN_PROTOCOL_VERSIONS
from pydantic import BaseModel

from mcpskills.folder import SKILL_FILE
from mcpskills.package import Manifest
from mcpskills.skill import file_kind
from mcpskills.snapshot import Outline
from mcpskills.version import Origin, Version
from mcpskills_server.mcp import caching, prompts, provenance, resources, skills
from mcpskills_server.mcp.tools import load_skill
from mcpskills_server.mcp.tools.excerpt import TEXT_BYTES, Excerpt
from mcpskills_server.mcp.tools.tool import result
from mcpskills_server.mcp.uris import SCHEME, SkillUri
from mcpskills_server.mcp.wire import SERVER_INFO, SkillEntry, SkillResource

Values = dict[str, bytes]

_encode: Final = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Template:
    """JSON with places for other JSON; `places` say at which of the parts which value stands."""

    parts: tuple[bytes, ...]
    places: tuple[tuple[int, str], ...]

    def filled(self, values: Values) -> bytes:
        parts = list(self.parts)
        for at, name in self.places:
            parts[at] = values[name]
        return b"".join(parts)


@dataclass(frozen=True, slots=True)
class Kind:
    """`model` has `_PLACEHOLDERS`; `values` gives what stands for them, or None for a skill that the SDK must answer for."""

    method: str
    model: Callable[[], BaseModel]
    values: Callable[[Outline], Values | None]


class Rendering:
    """The templates of every kind in every version of the protocol."""

    def __init__(self) -> None:
        versions = (*HANDSHAKE_PROTOCOL_VERSIONS, *MODERN_PROTOCOL_VERSIONS)
        self._templates = {
            (name, version): _cut(wire(kind.method, version, kind.model()))
            for name, kind in _KINDS.items()
            for version in versions
        }

    def read(self, version: str, of: Outline) -> bytes | None:
        """The result of `resources/read` of a skill's SKILL.md."""
        return self._filled("read", version, of)

    def load(self, version: str, of: Outline) -> bytes | None:
        """The result of calling `load_skill` with nothing but a name."""
        return self._filled("load", version, of)

    def prompt(self, version: str, of: Outline) -> bytes | None:
        """The result of `prompts/get` without arguments."""
        alone = len(of.files) == 1
        return self._filled("prompt" if alone else "prompt of several files", version, of)

    def entry(self, version: str, of: Outline) -> bytes | None:
        """The result of `skills/get`."""
        return self._filled("entry", version, of)

    def _filled(self, name: str, version: str, of: Outline) -> bytes | None:
        values = _KINDS[name].values(of)
        return None if values is None else self._templates[name, version].filled(values)


def wire(method: str, version: str, model: BaseModel) -> bytes:
    """A result as the SDK's server sends it.

    It does what `ServerRunner` of the SDK does with a result that says itself how long it is fresh. To call that, one would
    have to import the server, which takes longer than everything else at a start.
    """
    dumped = model.model_dump(by_alias=True, mode="json", exclude_none=True)
    if method in methods.SPEC_CLIENT_METHODS:
        dumped = methods.serialize_server_result(method, version, dumped)
    if version in MODERN_PROTOCOL_VERSIONS:
        dumped.setdefault("resultType", "complete")
        stamp = SERVER_INFO.model_dump(by_alias=True, mode="json", exclude_none=True)
        dumped["_meta"] = {**dumped.get("_meta", {}), SERVER_INFO_META_KEY: stamp}
    return _encode(dumped)


# Placeholders: what no skill has, and what its JSON looks like.

_NAME, _TEXT, _FILES, _DIGEST, _COMMIT = "~name~", "~text~", "~files~", "~digest~", "~commit~"
_URI, _DESCRIPTION, _ABOUT = "~uri~", "~description~", "~about~"
_NUMBER, _LENGTH, _LEFT_OUT = 900_000_001, 900_000_002, 900_000_003
_FRONTMATTER = {"~frontmatter~": True}
_RESOURCE = SkillResource(uri="~resource~", digest="", size=0)
_LISTED = load_skill.SkillFile(path="~listed~", kind="", size=0)

_PLACEHOLDERS: Final[Mapping[bytes, str]] = {
    **{_encode(text): text.strip("~") for text in (_NAME, _TEXT, _DIGEST, _COMMIT, _URI, _DESCRIPTION, _ABOUT)},
    str(_NUMBER).encode(): "number",
    str(_LENGTH).encode(): "length",
    str(_LEFT_OUT).encode(): "left_out",
    _encode(_FRONTMATTER): "frontmatter",
    _encode([_RESOURCE.model_dump()]): "resources",
    _encode([_LISTED.model_dump()]): "listed",
}
_PLACE: Final = re.compile(b"(" + b"|".join(map(re.escape, _PLACEHOLDERS)) + b")")

_VERSION: Final = Version(
    skill=_NAME,
    number=_NUMBER,
    digest=_DIGEST,
    label=None,
    manifest=Manifest(()),
    frontmatter={},
    origin=Origin(_COMMIT, "", "", "", datetime.fromtimestamp(0, UTC)),
    rewritten=False,
    published_at=datetime.fromtimestamp(0, UTC),
)


def _cut(encoded: bytes) -> Template:
    parts = _PLACE.split(encoded)
    return Template(tuple(parts), tuple((at, _PLACEHOLDERS[parts[at]]) for at in range(1, len(parts), 2)))


def _read() -> BaseModel:
    found = types.TextResourceContents(uri=_URI, mime_type="text/markdown", text=_TEXT)
    return resources.answer(found, caching.LIVE, provenance.of(_VERSION))


def _prompt(*texts: str) -> BaseModel:
    return prompts.answer(_DESCRIPTION, texts, provenance.of(_VERSION))


def _load() -> BaseModel:
    answer = load_skill.answer(_VERSION, Excerpt(_TEXT, 0, None, _LENGTH))
    structure = answer.structure.model_copy(update={"files": [_LISTED], "files_left_out": _LEFT_OUT})
    content = [answer.content[0], types.TextContent(text=_ABOUT)]
    return result(replace(answer, content=content, structure=structure))


def _entry() -> BaseModel:
    entry = SkillEntry(uri=_URI, frontmatter=_FRONTMATTER, resources=[_RESOURCE], _meta=provenance.of(_VERSION))
    return skills.answer(entry, caching.LIVE, provenance.of(_VERSION))


# Values


def _origin(of: Outline) -> Values | None:
    if not of.commit:
        return None
    return {
        "name": _encode(of.name),
        "number": str(of.number).encode(),
        "digest": _encode(of.digest),
        "commit": _encode(of.commit),
    }


def _of_read(of: Outline) -> Values | None:
    if (values := _origin(of)) is None:
        return None
    values["uri"] = _encode(_uri(of.name))
    values["text"] = _encode(of.instructions.decode())
    return values


def _of_prompt(of: Outline) -> Values | None:
    body = of.instructions[of.body_at :]
    described = _described(of.frontmatter)
    # Who has placeholders to be filled in is left to the SDK.
    odd = b"$" in body or not isinstance(described.description, str)
    if odd or described.user_invocable is False or (values := _origin(of)) is None:
        return None
    values["description"] = _encode(described.description)
    values["text"] = _encode(body.decode())
    for text in prompts.other_files(of.name, of.number, [path for path, _, _ in of.files]):
        values["about"] = _encode(text)
    return values


def _of_load(of: Outline) -> Values | None:
    values, body = _origin(of), of.instructions[of.body_at :].decode()
    text = _encode(body)
    if values is None or len(text) - len('""') > TEXT_BYTES:
        return None
    others = [(path, size) for path, _, size in of.files if path != SKILL_FILE]
    listed = load_skill.fitting(others)
    left_out = len(others) - len(listed)
    values["text"] = text
    values["length"] = str(len(body)).encode()
    values["listed"] = _encode([{"path": path, "kind": file_kind(path), "size": size} for path, size in listed])
    values["about"] = _encode(load_skill.about(of.name, of.number, listed, left_out, _WHOLE))
    values["left_out"] = str(left_out).encode()
    return values


def _of_entry(of: Outline) -> Values | None:
    if (values := _origin(of)) is None:
        return None
    values["uri"] = _encode(_uri(of.name))
    values["frontmatter"] = of.frontmatter
    values["resources"] = _encode(
        [{"uri": str(SkillUri(of.name, path)), "digest": digest, "size": size} for path, digest, size in of.files]
    )
    return values


def _uri(name: str) -> str:
    """A name needs no escapes."""
    return f"{SCHEME}{name}/{SKILL_FILE}"


class _Described(msgspec.Struct):
    description: Any = None
    user_invocable: Any = msgspec.field(name="user-invocable", default=True)


_described: Final = msgspec.json.Decoder(_Described).decode
_WHOLE: Final = Excerpt("", 0, None, 0)


_KINDS: Final[Mapping[str, Kind]] = {
    "read": Kind("resources/read", _read, _of_read),
    "prompt": Kind("prompts/get", lambda: _prompt(_TEXT), _of_prompt),
    "prompt of several files": Kind("prompts/get", lambda: _prompt(_TEXT, _ABOUT), _of_prompt),
    "load": Kind("tools/call", _load, _of_load),
    "entry": Kind("skills/get", _entry, _of_entry),
}
