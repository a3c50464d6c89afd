"""Checkpoints that no publisher of this release would write."""

import zlib
from collections.abc import Callable
from typing import Any

import msgspec

_BLOCKS, _NAME, _OUTLINED, _REST = 2, 0, 3, 4
_FRONTMATTER, _TEXT = 9, -1


def with_an_unreadable_skill(content: bytes, name: str) -> bytes:
    """The same checkpoint, but for the frontmatter of one skill."""

    def spoil(outlined: list[Any]) -> None:
        outlined[_FRONTMATTER] = b"{"

    return _with(content, name, spoil)


def with_an_unreadable_outline(content: bytes, name: str) -> bytes:
    """The same checkpoint, but for the text of one skill."""

    def spoil(outlined: list[Any]) -> None:
        outlined[_TEXT] = 7

    return _with(content, name, spoil)


def with_blocks_cut_off(content: bytes, _: str) -> bytes:
    """The same checkpoint, but for the last byte of what is packed."""
    rows = msgspec.msgpack.decode(content)
    rows[_BLOCKS] = [[skills, packed[:-1]] for skills, packed in rows[_BLOCKS]]
    return msgspec.msgpack.encode(rows)


def _with(content: bytes, name: str, spoil: Callable[[list[Any]], None]) -> bytes:
    rows = msgspec.msgpack.decode(content)
    rows[_BLOCKS] = [_spoilt(block, name, spoil) for block in rows[_BLOCKS]]
    return msgspec.msgpack.encode(rows)


def _spoilt(block: list[Any], name: str, spoil: Callable[[list[Any]], None]) -> list[Any]:
    skills, packed = block
    content, start, parts = zlib.decompress(packed), 0, []
    for skill in skills:
        middle = start + skill[_OUTLINED]
        end = middle + skill[_REST]
        outlined = content[start:middle]
        if skill[_NAME] == name:
            fields = msgspec.msgpack.decode(outlined)
            spoil(fields)
            outlined = msgspec.msgpack.encode(fields)
        parts += [outlined, content[middle:end]]
        skill[_OUTLINED], start = len(outlined), end
    return [skills, zlib.compress(b"".join(parts))]
