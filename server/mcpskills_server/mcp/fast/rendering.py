"""Answers about one live skill, cut from what the SDK's serialiser makes of placeholders.

A kind of answer is a row of `_KINDS`: the SDK's model with placeholders, made by the functions that the SDK's server answers
with, and what stands in their place for a skill. Nothing is kept for a skill, so a hundred thousand cost no more than ten.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from operator import itemgetter
from typing import Final

import mcp_types as types
import msgspec
from mcp_types import SERVER_INFO_META_KEY, methods
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, MODERN_PROTOCOL_VERSIONS
from pydantic import BaseModel

from mcpskills.folder import SKILL_FILE
from mcpskills.outline import Outline, line
from mcpskills.package import Manifest
from mcpskills.version import Origin, Version
from mcpskills_server.mcp import caching, prompts, provenance, resources, skills
from mcpskills_server.mcp.tools import load_skill
from mcpskills_server.mcp.tools.excerpt import TEXT_BYTES, Excerpt
from mcpskills_server.mcp.tools.tool import result
from mcpskills_server.mcp.uris import PINNED, SCHEME, SkillUri
from mcpskills_server.mcp.wire import SERVER_INFO, SkillEntry, SkillResource

Value = bytes | memoryview

_encode: Final = msgspec.json.Encoder().encode
_PINNED: Final = PINNED.encode()


@dataclass(frozen=True, slots=True)
class Template:
    """JSON around places for other JSON; `order` puts what is around and what stands in the places in the order of an answer."""

    around: tuple[bytes, ...]
    order: Callable[[tuple[Value, ...]], tuple[Value, ...]]

    def filled(self, values: tuple[Value, ...]) -> bytes:
        # One joining is half of what formatting takes.
        return b"".join(self.order(self.around + values))


@dataclass(frozen=True, slots=True)
class Kind:
    """`model` has placeholders of these `places`.

    `values` gives what stands in them, in this order, or None for a skill that the SDK must answer for.
    """

    method: str
    model: Callable[[], BaseModel]
    places: tuple[str, ...]
    values: Callable[[Outline], tuple[Value, ...] | None]


class Rendering:
    """The templates of every kind in every version of the protocol."""

    def __init__(self) -> None:
        versions = (*HANDSHAKE_PROTOCOL_VERSIONS, *MODERN_PROTOCOL_VERSIONS)
        self._templates = {
            (name, version): _cut(wire(kind.method, version, kind.model()), kind.places)
            for name, kind in _KINDS.items()
            for version in versions
        }

    def read(self, version: str, of: Outline) -> bytes | None:
        """The result of `resources/read` of a skill's SKILL.md."""
        return self._filled("read", version, of)

    def load(self, version: str, of: Outline) -> bytes | None:
        """The result of calling `load_skill` with nothing but a name."""
        return self._filled("load of several files" if of.others else "load", version, of)

    def prompt(self, version: str, of: Outline) -> bytes | None:
        """The result of `prompts/get` without arguments."""
        return self._filled("prompt of several files" if of.others else "prompt", version, of)

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


# Placeholders: what no skill has, and what its JSON looks like. Texts stand inside of strings.

_NAME, _TEXT, _BODY, _DIGEST, _COMMIT, _DESCRIPTION = (
    "~name~",
    "~text~",
    "~body~",
    "~digest~",
    "~commit~",
    "~description~",
)
_NUMBER, _LENGTH = 900_000_001, 900_000_002
_LINE, _ADDRESS = "~line~", "~address~"
_FRONTMATTER = {"~frontmatter~": True}
_RESOURCE = SkillResource(uri="~resource~", digest="", size=0)
_LISTED = load_skill.SkillFile(path="~listed~", kind="", size=0)

_PLACEHOLDERS: Final[Mapping[bytes, str]] = {
    **{text.encode(): text.strip("~") for text in (_NAME, _TEXT, _BODY, _DIGEST, _COMMIT, _DESCRIPTION)},
    f"- {SkillUri(_NAME, '', _NUMBER)}/{_ADDRESS}".encode(): "addresses",
    str(_NUMBER).encode(): "number",
    str(_LENGTH).encode(): "length",
    line(_LINE, 0).encode(): "lines",
    _encode(_FRONTMATTER): "frontmatter",
    _encode([_RESOURCE.model_dump()]): "resources",
    _encode([_LISTED.model_dump()]): "listed",
}
_PLACE: Final = re.compile(b"(" + b"|".join(map(re.escape, _PLACEHOLDERS)) + b")")
_ORIGIN: Final = ("name", "number", "digest", "commit")
"""The places of what every answer says of where its content comes from."""

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


def _cut(encoded: bytes, places: tuple[str, ...]) -> Template:
    parts = _PLACE.split(encoded)
    around = tuple(parts[::2])
    order = [0]
    for number, found in enumerate(parts[1::2], start=1):
        order += [len(around) + places.index(_PLACEHOLDERS[found]), number]
    return Template(around, itemgetter(*order))


def _read() -> BaseModel:
    found = types.TextResourceContents(uri=_uri(_NAME), mime_type="text/markdown", text=_TEXT)
    return resources.answer(found, caching.LIVE, provenance.of(_VERSION))


def _prompt(*texts: str) -> BaseModel:
    return prompts.answer(_DESCRIPTION, texts, provenance.of(_VERSION))


def _load(*others: load_skill.PathAndSize) -> BaseModel:
    answer = load_skill.answer(_VERSION, Excerpt(_BODY, 0, None, _LENGTH))
    structure = answer.structure.model_copy(update={"files": [_LISTED] if others else []})
    about = load_skill.about(_NAME, _NUMBER, others, 0, Excerpt(_BODY, 0, None, _LENGTH))
    return result(replace(answer, content=[answer.content[0], types.TextContent(text=about)], structure=structure))


def _entry() -> BaseModel:
    entry = SkillEntry(uri=_uri(_NAME), frontmatter=_FRONTMATTER, resources=[_RESOURCE], _meta=provenance.of(_VERSION))
    return skills.answer(entry, caching.LIVE, provenance.of(_VERSION))


# Values, for a skill whose commit is known


def _of_read(of: Outline) -> tuple[Value, ...] | None:
    return (of.name, of.number, of.digest, of.commit, of.text) if of.commit else None


def _of_prompt(of: Outline) -> tuple[Value, ...] | None:
    # Who has placeholders to be filled in is left to the SDK.
    if not of.plain or not of.commit:
        return None
    return (of.name, of.number, of.digest, of.commit, of.description, of.body, _addresses(of))


def _addresses(of: Outline) -> bytes:
    """The lines in which a prompt names other files, as text inside a string of JSON."""
    if of.others > prompts.MAX_FILES_NAMED:
        name, number = of.name.decode(), int(of.number)
        [text] = prompts.other_files(name, number, [file.address for file in of.files if file.path != SKILL_FILE])
        return _encode(text.partition("\n")[2])[1:-1]
    begin = b"- %b%b/%b/" % (_PINNED, of.number, of.name)
    # Nothing in an address has to be escaped: it is percent-encoded.
    return begin + of.addresses.replace(b"\n", b"\\n" + begin)


def _of_load(of: Outline) -> tuple[Value, ...] | None:
    body, files = of.body, len(of.listed) + of.others * load_skill.FILE_OVERHEAD
    # What does not fit into one result is left to the SDK.
    if len(body) > TEXT_BYTES or files > load_skill.FILES_BYTES or not of.commit:
        return None
    return (of.name, of.number, of.digest, of.commit, body, of.length, of.listed, of.lines)


def _of_entry(of: Outline) -> tuple[Value, ...] | None:
    if not of.commit:
        return None
    name = of.name.decode()
    resources = _encode(
        [{"uri": f"{SCHEME}{name}/{file.address}", "digest": file.digest, "size": file.size} for file in of.files]
    )
    return (of.name, of.number, of.digest, of.commit, of.frontmatter, resources)


def _uri(name: str) -> str:
    """A name needs no escapes."""
    return f"{SCHEME}{name}/{SKILL_FILE}"


_PROMPT: Final = (*_ORIGIN, "description", "body", "addresses")
_LOAD: Final = (*_ORIGIN, "body", "length", "listed", "lines")
_KINDS: Final[Mapping[str, Kind]] = {
    "read": Kind("resources/read", _read, (*_ORIGIN, "text"), _of_read),
    "prompt": Kind("prompts/get", lambda: _prompt(_BODY), _PROMPT, _of_prompt),
    "prompt of several files": Kind(
        "prompts/get", lambda: _prompt(_BODY, *prompts.other_files(_NAME, _NUMBER, [_ADDRESS])), _PROMPT, _of_prompt
    ),
    "load": Kind("tools/call", _load, _LOAD, _of_load),
    "load of several files": Kind("tools/call", lambda: _load((_LINE, 0)), _LOAD, _of_load),
    "entry": Kind("skills/get", _entry, (*_ORIGIN, "frontmatter", "resources"), _of_entry),
}
