"""A snapshot as the bytes of a checkpoint and back: MessagePack of typed arrays, compressed.

Whoever decodes has verified the signature over the bytes' digest; they are held to types and bounds all the same. Left out is
what can be had from elsewhere: the envelopes of provenance, which the publisher verified, and the text that SKILL.md repeats.
"""

import contextlib
import gc
import zlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec

from mcpskills import skill
from mcpskills import snapshot as snapshots
from mcpskills.errors import CorruptedError
from mcpskills.frontmatter import Frontmatter
from mcpskills.outline import Outline, outline
from mcpskills.package import Manifest, ManifestFile, hex_digits
from mcpskills.snapshot import ServedSkill, Skills, Snapshot
from mcpskills.version import Evaluation, Origin, Version

_LEVEL = 1
_SKILLS_OF_BLOCK = 256
_UNPACKING = 4
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


class _Skill(_Row, eq=False):
    """A `PackedSkill`. What is raw is a part of the block, and stays there until somebody asks for it."""

    name: str
    number: _Count
    digest: Annotated[str, msgspec.Meta(min_length=71, max_length=71)]
    outlined: msgspec.Raw
    rest: msgspec.Raw

    def outline(self) -> Outline:
        try:
            return _outline.decode(self.outlined)
        except (msgspec.MsgspecError, ValueError) as error:
            raise self._corrupted(error) from error

    def unpack(self) -> ServedSkill:
        try:
            return _read(_outline.decode(self.outlined), _rest.decode(self.rest))
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise self._corrupted(error) from error

    def _corrupted(self, error: Exception) -> CorruptedError:
        return CorruptedError(f"The skill {self.name[:80]!r} of a checkpoint cannot be read: {error}.")


class _Checkpoint(_Row):
    """`blocks` have the skills, each block compressed by itself, so that unpacking takes little memory.

    `index` is the format and the compressed files of the search over them.
    """

    tenant: str
    generation: _Count
    blocks: tuple[memoryview, ...]
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
_block = msgspec.msgpack.Decoder(tuple[_Skill, ...])


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
            memoryview(_packed(served[start : start + _SKILLS_OF_BLOCK]))
            for start in range(0, len(served), _SKILLS_OF_BLOCK)
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
        with _collector_at_rest():
            index = _index(checkpoint.index)
            packed = _rows(checkpoint.blocks)
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


@contextlib.contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Without the garbage collector, which would look through all that is made again and again, and find none of it garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _rows(blocks: Iterable[memoryview]) -> list[_Skill]:
    """Unpacking is most of the time that a start takes, and leaves Python's lock alone."""
    with ThreadPoolExecutor(_UNPACKING) as threads:
        return [row for block in threads.map(_unpacked, blocks) for row in _block.decode(block)]


def _compressed(files: Mapping[str, bytes]) -> dict[str, memoryview]:
    return {name: memoryview(zlib.compress(content, _LEVEL)) for name, content in sorted(files.items())}


def _index(found: tuple[str, dict[str, memoryview]] | None) -> Index | None:
    return None if found is None else Index(found[0], {name: _unpacked(block) for name, block in found[1].items()})


def _packed(block: Iterable[ServedSkill]) -> bytes:
    return zlib.compress(msgspec.msgpack.encode([_written(served) for served in block]), _LEVEL)


def _unpacked(block: memoryview) -> bytes:
    unpacking = zlib.decompressobj()
    unpacked = unpacking.decompress(block, _MOST_OF_BLOCK)
    if not unpacking.eof or unpacking.unused_data:
        raise CorruptedError(f"A part of a checkpoint is cut off, too long, or has more than {_MOST_OF_BLOCK} bytes.")
    return unpacked


def _written(served: ServedSkill) -> _Skill:
    version, evaluation = served.version, served.version.evaluation
    rest = _Rest(
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
    outlined = outline(served.skill, version, served.instructions)
    return _Skill(
        name=served.name,
        number=version.number,
        digest=version.digest,
        outlined=msgspec.Raw(msgspec.msgpack.encode(outlined)),
        rest=msgspec.Raw(msgspec.msgpack.encode(rest)),
    )


def _read(outlined: Outline, rest: _Rest) -> ServedSkill:
    frontmatter, body = _frontmatter.decode(outlined.frontmatter), _text.decode(b"".join((b'"', outlined.body)))
    reading = skill.from_frontmatter(Frontmatter(frontmatter, {}, "", body, 1))
    files = (
        ManifestFile(file.path, file.digest, file.size, place in rest.executable)
        for place, file in enumerate(outlined.files)
    )
    version = Version(
        skill=outlined.name,
        number=outlined.number,
        digest=outlined.digest,
        label=reading.label,
        manifest=Manifest(tuple(files)),
        frontmatter=frontmatter,
        origin=Origin(
            commit=outlined.commit,
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
    return ServedSkill(reading, version, _text.decode(outlined.text).encode())


def _evaluation(row: _Evaluation) -> Evaluation:
    return Evaluation(row.passed, row.failed, row.not_run, row.failures)


def _hash(digest: str) -> bytes:
    return bytes.fromhex(hex_digits(digest))


def _digest(sha256: bytes) -> str:
    return f"sha256:{sha256.hex()}"
