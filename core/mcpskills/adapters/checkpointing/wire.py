"""A snapshot as the bytes of a checkpoint and back: MessagePack of typed arrays, compressed.

Whoever decodes has verified the signature over the bytes' digest; they are held to types and bounds all the same. Left out is
what can be had from elsewhere: the envelopes of provenance, which the publisher verified, and the text that SKILL.md repeats.
"""

import contextlib
import gc
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Any

import msgspec

from mcpskills import skill
from mcpskills import snapshot as snapshots
from mcpskills.errors import CorruptedError
from mcpskills.frontmatter import Frontmatter
from mcpskills.package import Manifest, ManifestFile, hex_digits
from mcpskills.snapshot import Outline, PackedSkill, ServedSkill, Skills, Snapshot
from mcpskills.version import Evaluation, Origin, Version

_LEVEL = 1
_SKILLS_OF_BLOCK = 256
_MOST_OF_BLOCK = 256 * 1024 * 1024
"""Bytes of a block, or a file of the index, when it is unpacked: none comes near that."""

_SHA256 = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
_Count = Annotated[int, msgspec.Meta(ge=0)]


class _Row(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """Arrays, because names of fields would be most of the bytes. Their order is the format: never change it in a type."""


class _File(_Row):
    path: str
    digest: _SHA256
    size: _Count
    executable: bool


class _Origin(_Row):
    commit: str
    path: str
    tree: str
    author: str
    committed_at: str


class _Evaluation(_Row):
    passed: _Count
    failed: _Count
    not_run: _Count
    failures: tuple[str, ...]


class _Skill(_Row):
    """`frontmatter` is JSON, which has numbers of any length.

    `body_at` is the byte of the instructions at which the text after the frontmatter starts.
    """

    name: str
    number: _Count
    digest: _SHA256
    files: tuple[_File, ...]
    frontmatter: bytes
    origin: _Origin
    rewritten: bool
    published_at: str
    evaluation: _Evaluation | None
    sbom: _SHA256 | None
    instructions: bytes
    body_at: _Count


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
            packed = [_packed_skill(row) for block in checkpoint.blocks for row in _block.decode(_unpacked(block))]
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
    return _Skill(
        name=served.name,
        number=version.number,
        digest=_hash(version.digest),
        files=tuple(_File(f.path, _hash(f.digest), f.size, f.executable) for f in version.manifest.files),
        frontmatter=msgspec.json.encode(served.skill.frontmatter),
        origin=_Origin(
            commit=version.origin.commit,
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
        instructions=served.instructions,
        body_at=len(served.instructions) - len(served.skill.body.encode()),
    )


def _packed_skill(row: _Skill) -> PackedSkill:
    digest = _digest(row.digest)
    return PackedSkill(row.name, row.number, digest, unpack=partial(_unpack, row), outline=partial(_outline, row))


def _outline(row: _Skill) -> Outline:
    return Outline(
        name=row.name,
        number=row.number,
        digest=_digest(row.digest),
        commit=row.origin.commit,
        instructions=row.instructions,
        body_at=row.body_at,
        frontmatter=row.frontmatter,
        files=tuple((file.path, _digest(file.digest), file.size) for file in row.files),
    )


def _unpack(row: _Skill) -> ServedSkill:
    try:
        return _read(row)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise CorruptedError(f"The skill {row.name[:80]!r} of a checkpoint cannot be read: {error}.") from error


def _read(row: _Skill) -> ServedSkill:
    frontmatter, body = _frontmatter.decode(row.frontmatter), row.instructions[row.body_at :].decode()
    reading = skill.from_frontmatter(Frontmatter(frontmatter, {}, "", body, 1))
    version = Version(
        skill=row.name,
        number=row.number,
        digest=_digest(row.digest),
        label=reading.label,
        manifest=Manifest(tuple(ManifestFile(f.path, _digest(f.digest), f.size, f.executable) for f in row.files)),
        frontmatter=frontmatter,
        origin=Origin(
            commit=row.origin.commit,
            path=row.origin.path,
            tree=row.origin.tree,
            author=row.origin.author,
            committed_at=datetime.fromisoformat(row.origin.committed_at),
        ),
        rewritten=row.rewritten,
        published_at=datetime.fromisoformat(row.published_at),
        evaluation=None if row.evaluation is None else _evaluation(row.evaluation),
        sbom=None if row.sbom is None else _digest(row.sbom),
    )
    return ServedSkill(reading, version, row.instructions)


def _evaluation(row: _Evaluation) -> Evaluation:
    return Evaluation(row.passed, row.failed, row.not_run, row.failures)


def _hash(digest: str) -> bytes:
    return bytes.fromhex(hex_digits(digest))


def _digest(sha256: bytes) -> str:
    return f"sha256:{sha256.hex()}"
