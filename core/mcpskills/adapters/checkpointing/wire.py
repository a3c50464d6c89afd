"""A snapshot as the bytes of a checkpoint and back: MessagePack of typed arrays, compressed.

Whoever decodes has verified the signature over the bytes' digest; they are held to types and bounds all the same. Left out is
what can be had from elsewhere: the envelopes of provenance, which the publisher verified, and the text that SKILL.md repeats.
Names, numbers and digests are read at once; all else is unpacked a block at a time, when it is asked for.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec

from mcpskills import skill
from mcpskills import snapshot as snapshots
from mcpskills.errors import CorruptedError
from mcpskills.frontmatter import Frontmatter
from mcpskills.garbage import uncollected
from mcpskills.outline import Outline, outline
from mcpskills.package import Manifest, ManifestFile, hex_digits
from mcpskills.snapshot import ServedSkill, Skills, Snapshot
from mcpskills.version import Evaluation, Origin, Version

_LEVEL = 1
_SKILLS_OF_BLOCK = 16
"""Unpacking as many takes 0.3 ms, which the first to ask for one of them waits; in larger blocks they take hardly less room."""

_MOST_OF_BLOCK = 256 * 1024 * 1024
"""Bytes of a block, or a file of the index, when it is unpacked: none comes near that."""

_SHA256 = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
_Count = Annotated[int, msgspec.Meta(ge=0)]


class _Row(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """Arrays, because names of fields would be most of the bytes. Their order is the format: never change it in a type."""


class _Origin(_Row):
    path: str
    tree: str
    author: str
    committed_at: str


class _Evaluation(_Row):
    passed: _Count
    failed: _Count
    not_run: _Count
    failures: tuple[str, ...]


class _Rest(_Row):
    """What an outline lacks. `executable` are places of files."""

    executable: tuple[_Count, ...]
    origin: _Origin
    rewritten: bool
    published_at: str
    evaluation: _Evaluation | None
    sbom: _SHA256 | None


class _Named(_Row):
    """A skill whose outline and rest take so many bytes of the block."""

    name: str
    number: _Count
    digest: Annotated[str, msgspec.Meta(min_length=71, max_length=71)]
    outlined: _Count
    rest: _Count


class _Block(_Row):
    """`packed` has outline and rest of each of the skills, one after the other, compressed."""

    skills: tuple[_Named, ...]
    packed: memoryview


class _Checkpoint(_Row):
    """`index` is the format and the compressed files of the search over them."""

    tenant: str
    generation: _Count
    blocks: tuple[_Block, ...]
    index: tuple[str, dict[str, memoryview]] | None
    failed: dict[str, str]
    revoked: dict[str, dict[int, str]]
    withdrawn: tuple[str, ...]
    restricted: dict[str, tuple[str, ...]]


_checkpoint = msgspec.msgpack.Decoder(_Checkpoint)
_frontmatter = msgspec.json.Decoder(dict[str, Any])
_text = msgspec.json.Decoder(str)
_outline = msgspec.msgpack.Decoder(Outline)
_rest = msgspec.msgpack.Decoder(_Rest)


@dataclass(frozen=True, slots=True)
class Index:
    """The files of a search over what is served, which only a program of the same format reads."""

    format: str
    files: Mapping[str, bytes]


def encode(snapshot: Snapshot, index: Index | None = None) -> bytes:
    """The same snapshot and index give the same bytes, as long as zlib stays the same."""
    served = list(snapshot.skills.values())
    checkpoint = _Checkpoint(
        tenant=snapshot.tenant,
        generation=snapshot.generation,
        blocks=tuple(
            _packed(served[start : start + _SKILLS_OF_BLOCK]) for start in range(0, len(served), _SKILLS_OF_BLOCK)
        ),
        index=None if index is None else (index.format, _compressed(index.files)),
        failed=dict(sorted(snapshot.failed.items())),
        revoked={name: dict(sorted(reasons.items())) for name, reasons in sorted(snapshot.revoked.items())},
        withdrawn=tuple(sorted(snapshot.withdrawn)),
        restricted={name: tuple(sorted(groups)) for name, groups in sorted(snapshot.restricted.items())},
    )
    return msgspec.msgpack.encode(checkpoint)


def decode(content: bytes, tenant: str, generation: int, now: datetime) -> tuple[Snapshot, Index | None]:
    """The snapshot, built `now`, and the search over it.

    Raises `CorruptedError` unless it is a checkpoint of this tenant and generation.
    """
    try:
        checkpoint = _checkpoint.decode(content)
        found = checkpoint.tenant, checkpoint.generation
        if found != (tenant, generation):
            raise CorruptedError(f"A checkpoint of {(tenant, generation)} was expected, and this one is of {found}.")
        with uncollected():
            index = _index(checkpoint.index)
            packed = [skill for block in checkpoint.blocks for skill in _skills(block)]
    except (msgspec.MsgspecError, zlib.error, ValueError, RecursionError) as error:
        raise CorruptedError(f"A checkpoint cannot be read: {error}.") from error
    snapshot = snapshots.build(
        tenant,
        generation,
        now,
        Skills(packed),
        failed=checkpoint.failed,
        revoked=checkpoint.revoked,
        withdrawn=checkpoint.withdrawn,
        restricted={name: frozenset(groups) for name, groups in checkpoint.restricted.items()},
        checkpoint=generation,
    )
    return snapshot, index


def _compressed(files: Mapping[str, bytes]) -> dict[str, memoryview]:
    return {name: memoryview(zlib.compress(content, _LEVEL)) for name, content in sorted(files.items())}


def _index(found: tuple[str, dict[str, memoryview]] | None) -> Index | None:
    return None if found is None else Index(found[0], {name: _unpacked(block) for name, block in found[1].items()})


def _packed(block: Iterable[ServedSkill]) -> _Block:
    skills, parts = [], []
    for served in block:
        outlined = msgspec.msgpack.encode(outline(served.skill, served.version, served.instructions))
        rest = msgspec.msgpack.encode(_rest_of(served.version))
        skills.append(_Named(served.name, served.version.number, served.version.digest, len(outlined), len(rest)))
        parts += [outlined, rest]
    return _Block(tuple(skills), memoryview(zlib.compress(b"".join(parts), _LEVEL)))


def _unpacked(packed: memoryview) -> bytes:
    """Raises `ValueError` and `zlib.error`."""
    unpacking = zlib.decompressobj()
    unpacked = unpacking.decompress(packed, _MOST_OF_BLOCK)
    if not unpacking.eof or unpacking.unused_data:
        raise ValueError(f"a part of it is cut off, too long, or has more than {_MOST_OF_BLOCK} bytes")
    return unpacked


class _Content:
    """What a block has, unpacked as soon as one of its skills is asked for, by any thread.

    What is packed is a part of the checkpoint, of which nothing is freed before all of it is unpacked.
    """

    __slots__ = ("_packed", "_unpacked")

    def __init__(self, packed: memoryview) -> None:
        self._packed: memoryview | None = packed
        self._unpacked = b""

    def unpacked(self) -> bytes:
        packed = self._packed
        if packed is not None:
            # In this order, as another thread may be here as well.
            self._unpacked = _unpacked(packed)
            self._packed = None
        return self._unpacked


class _Skill(msgspec.Struct, eq=False, gc=False):
    """A `PackedSkill`: its outline stands in the content from `start`, the rest from `middle` to `end`.

    Whoever asks first takes both out of it, so that an answer has to find as few objects in memory as can be. What it needs
    stands first, so that this is close together.
    """

    name: str
    content: _Content | None
    outlined: bytes
    place: int
    number: int
    digest: str
    start: int
    middle: int
    end: int
    rest: bytes = b""

    def prepare(self) -> None:
        content = self.content
        if content is None:
            return
        try:
            unpacked = content.unpacked()
        except (zlib.error, ValueError) as error:
            raise self._corrupted(error) from error
        self.outlined, self.rest = unpacked[self.start : self.middle], unpacked[self.middle : self.end]
        # Last, as another thread may be here as well.
        self.content = None

    def outline(self) -> Outline:
        if self.content is not None:
            self.prepare()
        try:
            return _outline.decode(self.outlined)
        except (msgspec.MsgspecError, ValueError) as error:
            raise self._corrupted(error) from error

    def unpack(self) -> ServedSkill:
        self.prepare()
        try:
            return _read(self, _outline.decode(self.outlined), _rest.decode(self.rest))
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise self._corrupted(error) from error

    def _corrupted(self, error: Exception) -> CorruptedError:
        return CorruptedError(f"The skill {self.name[:80]!r} of a checkpoint cannot be read: {error}.")


def _skills(block: _Block) -> Iterator[_Skill]:
    content, start = _Content(block.packed), 0
    for each in block.skills:
        middle = start + each.outlined
        end = middle + each.rest
        yield _Skill(
            name=each.name,
            content=content,
            outlined=b"",
            place=snapshots.NOWHERE,
            number=each.number,
            digest=each.digest,
            start=start,
            middle=middle,
            end=end,
        )
        start = end


def _rest_of(version: Version) -> _Rest:
    evaluation = version.evaluation
    return _Rest(
        executable=tuple(place for place, file in enumerate(version.manifest.files) if file.executable),
        origin=_Origin(
            path=version.origin.path,
            tree=version.origin.tree,
            author=version.origin.author,
            committed_at=version.origin.committed_at.isoformat(),
        ),
        rewritten=version.rewritten,
        published_at=version.published_at.isoformat(),
        evaluation=None
        if evaluation is None
        else _Evaluation(evaluation.passed, evaluation.failed, evaluation.not_run, evaluation.failures),
        sbom=None if version.sbom is None else _hash(version.sbom),
    )


def _read(packed: _Skill, outlined: Outline, rest: _Rest) -> ServedSkill:
    frontmatter, body = _frontmatter.decode(outlined.frontmatter), _said(outlined.body)
    reading = skill.from_frontmatter(Frontmatter(frontmatter, {}, "", body, 1))
    files = (
        ManifestFile(file.path, file.digest, file.size, place in rest.executable)
        for place, file in enumerate(outlined.files)
    )
    version = Version(
        skill=packed.name,
        number=packed.number,
        digest=packed.digest,
        label=reading.label,
        manifest=Manifest(tuple(files)),
        frontmatter=frontmatter,
        origin=Origin(
            commit=_said(outlined.commit),
            path=rest.origin.path,
            tree=rest.origin.tree,
            author=rest.origin.author,
            committed_at=datetime.fromisoformat(rest.origin.committed_at),
        ),
        rewritten=rest.rewritten,
        published_at=datetime.fromisoformat(rest.published_at),
        evaluation=None if rest.evaluation is None else _evaluation(rest.evaluation),
        sbom=None if rest.sbom is None else _digest(rest.sbom),
    )
    return ServedSkill(reading, version, _said(outlined.text).encode())


def _said(inside: bytes | memoryview) -> str:
    """The text that stands so between the quotation marks of a string of JSON."""
    return _text.decode(b"".join((b'"', inside, b'"')))


def _evaluation(row: _Evaluation) -> Evaluation:
    return Evaluation(row.passed, row.failed, row.not_run, row.failures)


def _hash(digest: str) -> bytes:
    return bytes.fromhex(hex_digits(digest))


def _digest(sha256: bytes) -> str:
    return f"sha256:{sha256.hex()}"
