"""Checkpoints that no publisher of this release would write."""

import zlib

import msgspec

_BLOCKS, _NAME, _FRONTMATTER = 2, 0, 4


def with_an_unreadable_skill(content: bytes, name: str) -> bytes:
    """The same checkpoint, but for the frontmatter of one skill."""
    rows = msgspec.msgpack.decode(content)
    rows[_BLOCKS] = [_spoilt(block, name) for block in rows[_BLOCKS]]
    return msgspec.msgpack.encode(rows)


def _spoilt(block: bytes, name: str) -> bytes:
    skills = msgspec.msgpack.decode(zlib.decompress(block))
    for skill in skills:
        if skill[_NAME] == name:
            skill[_FRONTMATTER] = b"{"
    return zlib.compress(msgspec.msgpack.encode(skills))
